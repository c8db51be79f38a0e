// The elements of a snapshot as a tree: children below their element, slices beside theirs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/definition.h"

namespace oncobridge::profiles {

struct DefinitionNode {
  std::uint32_t element = 0;            // index in the snapshot
  std::vector<std::uint32_t> children;  // nodes, without slices
  std::vector<std::uint32_t> slices;    // nodes that slice this one; re-slices hang on their slice
};

class DefinitionTree {
 public:
  // Views the elements, which must outlive the tree.
  explicit DefinitionTree(const std::vector<ElementDefinition>& elements) : elements_(elements) {
    // Depth first: the latest element of the parent's path is the parent.
    std::map<std::string_view, std::uint32_t> latest;
    for (std::uint32_t i = 0; i < elements.size(); ++i) {
      const std::string_view path = elements[i].path;
      const auto at = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({i, {}, {}});
      const std::size_t dot = path.rfind('.');
      if (dot != std::string_view::npos) {
        if (const auto parent = latest.find(path.substr(0, dot)); parent != latest.end()) {
          attach(parent->second, at);
        }
      }
      latest[path] = at;
    }
  }

  const std::vector<DefinitionNode>& nodes() const { return nodes_; }
  const DefinitionNode& root() const { return nodes_.front(); }
  const ElementDefinition& definition(const DefinitionNode& node) const {
    return elements_[node.element];
  }

  // The child of that name (`value[x]` is also found as `value`), or null.
  const DefinitionNode* child(const DefinitionNode& node, std::string_view name) const {
    for (const std::uint32_t at : node.children) {
      std::string_view last = elements_[nodes_[at].element].path;
      last.remove_prefix(last.rfind('.') + 1);
      if (last == name) return &nodes_[at];
      if (last.ends_with("[x]") && last.substr(0, last.size() - 3) == name) return &nodes_[at];
    }
    return nullptr;
  }

 private:
  void attach(std::uint32_t parent, std::uint32_t at) {
    const ElementDefinition& element = elements_[nodes_[at].element];
    if (element.slice_name.empty()) {
      nodes_[parent].children.push_back(at);
      return;
    }
    for (const std::uint32_t sibling : nodes_[parent].children) {
      const std::string& path = elements_[nodes_[sibling].element].path;
      if (path != element.path && !is_choice_of(path, element.path)) continue;
      std::uint32_t owner = sibling;
      const std::size_t slash = element.slice_name.rfind('/');
      if (slash != std::string::npos) {
        const std::string_view outer = std::string_view(element.slice_name).substr(0, slash);
        for (const std::uint32_t slice : nodes_[sibling].slices) {
          if (elements_[nodes_[slice].element].slice_name == outer) owner = slice;
        }
      }
      nodes_[owner].slices.push_back(at);
      return;
    }
    nodes_[parent].children.push_back(at);  // a slice whose group is not in the snapshot
  }

  // `Observation.valueQuantity` slices `Observation.value[x]`.
  static bool is_choice_of(std::string_view choice, std::string_view path) {
    return choice.ends_with("[x]") && path.starts_with(choice.substr(0, choice.size() - 3)) &&
           path.find('.', choice.size() - 3) == std::string_view::npos;
  }

  const std::vector<ElementDefinition>& elements_;
  std::vector<DefinitionNode> nodes_;
};

}  // namespace oncobridge::profiles
