#include "profiles/snapshot_tree.h"

#include <algorithm>

namespace oncobridge::profiles {
namespace {

std::size_t depth_of(std::string_view path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
}

}  // namespace

std::string_view last_name(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

ElementTree::Index ElementTree::insert(Index parent, Index after, ElementDefinition element) {
  const auto index = static_cast<Index>(nodes_.size());
  Node node;
  node.element = std::move(element);
  node.parent = parent;
  nodes_.push_back(std::move(node));
  if (parent == kNone) return index;
  std::vector<Index>& children = nodes_[parent].children;
  const auto place = std::find(children.begin(), children.end(), after);
  children.insert(place == children.end() ? place : place + 1, index);
  return index;
}

// Snapshots list their elements depth first, so an element's parent is the last one of the depth
// above its own.
ElementTree::Index ElementTree::graft(const std::vector<ElementDefinition>& elements,
                                      std::size_t begin, std::size_t end) {
  if (begin >= end) return kNone;
  const std::size_t root_depth = depth_of(elements[begin].path);
  const Index root = insert(kNone, kNone, elements[begin]);
  std::vector<Index> open{root};  // the last node of each depth
  for (std::size_t i = begin + 1; i < end; ++i) {
    const std::size_t depth = depth_of(elements[i].path);
    if (depth <= root_depth || depth - root_depth > open.size()) return kNone;
    open.resize(depth - root_depth);
    open.push_back(insert(open.back(), kNone, elements[i]));
  }
  return root;
}

void ElementTree::copy_children(Index from, Index to, bool share_origins) {
  struct Step {
    Index from;
    Index to;
  };
  std::vector<Step> steps{{from, to}};
  while (!steps.empty()) {
    const Step step = steps.back();
    steps.pop_back();
    const std::vector<Index> children = nodes_[step.from].children;
    for (const Index child : children) {
      const Index copy = insert(step.to, kNone, ElementDefinition(nodes_[child].element));
      nodes_[copy].origin = share_origins ? nodes_[child].origin : child;
      nodes_[copy].unfolded = nodes_[child].unfolded;
      steps.push_back({child, copy});
    }
  }
}

ElementTree::Index ElementTree::find(Index parent, std::string_view name,
                                     std::string_view slice) const {
  for (const Index child : nodes_[parent].children) {
    const ElementDefinition& element = nodes_[child].element;
    if (element.slice_name == slice && last_name(element.path) == name) return child;
  }
  return kNone;
}

std::vector<ElementDefinition> ElementTree::flatten(Index root, std::vector<Index>* places) const {
  if (places != nullptr) places->assign(nodes_.size(), kNone);
  struct Step {
    Index node;
    std::size_t parent;  // index of its parent in `elements`
  };
  std::vector<ElementDefinition> elements;
  std::vector<Step> steps{{root, 0}};
  while (!steps.empty()) {
    const Step step = steps.back();
    steps.pop_back();
    const Node& node = nodes_[step.node];
    const std::size_t place = elements.size();
    elements.push_back(node.element);
    if (places != nullptr) (*places)[step.node] = static_cast<Index>(place);
    ElementDefinition& element = elements.back();
    if (step.node == root) {
      element.id = element.path;
    } else {
      const std::string name(last_name(element.path));
      element.path = elements[step.parent].path + "." + name;
      element.id = elements[step.parent].id + "." + name;
      if (!element.slice_name.empty()) element.id += ":" + element.slice_name;
    }
    for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
      steps.push_back({*child, place});
    }
  }
  return elements;
}

}  // namespace oncobridge::profiles
