// The elements of a snapshot as a tree, in which slices stand beside the element that they slice,
// as they do in ids: `Observation.component:systolic.code`. One tree holds what is being made and,
// apart from it, the untouched elements that slices start from. For snapshot*.cc only; belongs to
// one call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/definition.h"

namespace oncobridge::profiles {

class ElementTree {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNone = 0xFFFFFFFF;

  struct Node {
    ElementDefinition element;
    Index parent = kNone;
    Index origin = kNone;   // the untouched node that this one is a copy of
    bool unfolded = false;  // its children come from a type, not from the base
    std::vector<Index> children;
  };

  // A child behind `after` (kNone: as the last), or a node apart from all others (parent kNone).
  Index insert(Index parent, Index after, ElementDefinition element);
  // Copies elements[begin, end), of which elements[begin] is the root, as a tree apart. kNone if
  // they do not form a tree.
  Index graft(const std::vector<ElementDefinition>& elements, std::size_t begin, std::size_t end);
  // Copies all below `from` to below `to`; the copies' origins are what they are copied from, or,
  // with `share_origins`, the same as theirs.
  void copy_children(Index from, Index to, bool share_origins);

  Index find(Index parent, std::string_view name, std::string_view slice) const;
  Node& operator[](Index index) { return nodes_[index]; }
  const Node& operator[](Index index) const { return nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }

  // The elements below and with `root` in order, each with path and id of its place. `places`, if
  // there is one, is for each node where its element came to stand; kNone for those elsewhere.
  std::vector<ElementDefinition> flatten(Index root, std::vector<Index>* places = nullptr) const;

 private:
  std::vector<Node> nodes_;
};

// `value[x]` of `Observation.component.value[x]`.
std::string_view last_name(std::string_view path);

}  // namespace oncobridge::profiles
