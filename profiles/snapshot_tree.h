// The elements of a snapshot as a tree, in which slices stand beside the element that they slice,
// as they do in ids: `Observation.component:systolic.code`. One tree holds what is being made and,
// apart from it, the untouched elements that slices start from. Nodes share their elements, with
// one another and with the definitions that they come from, until one is changed. For snapshot*.cc
// only; belongs to one call.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "profiles/definition.h"

namespace oncobridge::profiles {

class ElementTree {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNone = 0xFFFFFFFF;

  struct Node {
    const ElementDefinition* element = nullptr;
    Index parent = kNone;
    Index next = kNone;   // sibling
    Index first = kNone;  // child
    Index last = kNone;
    Index origin = kNone;     // the untouched node that this one is a copy of
    bool unfolded = false;    // its children come from a type, not from the base
    bool may_change = false;  // no other node has its element
    std::uint32_t children = 0;
  };

  // A child behind `after` (kNone: as the last), or a node apart from all others (parent kNone).
  // `element` must live as long as the tree; insert_new() keeps it.
  Index insert(Index parent, Index after, const ElementDefinition& element);
  Index insert_new(Index parent, Index after, ElementDefinition element);
  // Takes elements[begin, end), of which elements[begin] is the root, as a tree apart. kNone if
  // they do not form a tree.
  Index graft(const std::vector<ElementDefinition>& elements, std::size_t begin, std::size_t end);
  // Copies all below `from` to below `to`; the copies' origins are what they are copied from, or,
  // with `share_origins`, the same as theirs.
  void copy_children(Index from, Index to, bool share_origins);

  // The first child of that name and slice. Valid for children whose path and slice name stay what
  // they were when they were inserted.
  Index find(Index parent, std::string_view name, std::string_view slice) const;
  // Calls visit(child) for the children named `x[x]`, until one gives true.
  template <typename Visit>
  Index find_choice(Index parent, const Visit& visit) const {
    const Wide* const wide = wide_of(parent);
    if (wide != nullptr) {
      for (const Index child : wide->choices) {
        if (visit(child)) return child;
      }
      return kNone;
    }
    for (Index child = nodes_[parent].first; child != kNone; child = nodes_[child].next) {
      if (nodes_[child].element->path.ends_with("[x]") && visit(child)) return child;
    }
    return kNone;
  }
  std::size_t count_children(Index parent) const { return nodes_[parent].children; }
  const Node& operator[](Index index) const { return nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }
  void set_origin(Index index, Index origin) { nodes_[index].origin = origin; }
  void set_unfolded(Index index, bool unfolded) { nodes_[index].unfolded = unfolded; }
  // The element of a node, to be changed. Valid as long as the tree.
  ElementDefinition& edit(Index index);

  // The elements below and with `root` in order, each with path and id of its place.
  std::vector<ElementDefinition> flatten(Index root) const;
  // For each node where flatten() puts its element; kNone for those elsewhere.
  std::vector<Index> places(Index root) const;

 private:
  // Calls visit(node, place of its parent) in order.
  template <typename Visit>
  void walk(Index root, const Visit& visit) const;

  // What is looked for among the children of a node that has many.
  struct Wide {
    std::unordered_map<std::string, Index> children;  // by name and slice
    std::vector<Index> choices;
  };
  const Wide* wide_of(Index parent) const;
  void add_to(Wide& wide, Index child) const;

  std::vector<Node> nodes_;
  std::deque<ElementDefinition> changed_;
  mutable std::unordered_map<Index, Wide> wide_;  // by parent
};

// `value[x]` of `Observation.component.value[x]`.
std::string_view last_name(std::string_view path);

}  // namespace oncobridge::profiles
