#include "profiles/snapshot_tree.h"

#include <algorithm>

namespace oncobridge::profiles {
namespace {

std::size_t depth_of(std::string_view path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
}

// A slice name may have any characters but line breaks.
std::string key_of(std::string_view name, std::string_view slice) {
  return std::string(name) + '\n' + std::string(slice);
}

}  // namespace

std::string_view last_name(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

ElementTree::Index ElementTree::insert(Index parent, Index after,
                                       const ElementDefinition& element) {
  const auto index = static_cast<Index>(nodes_.size());
  Node node;
  node.element = &element;
  node.parent = parent;
  if (parent != kNone) {
    Node& above = nodes_[parent];
    if (after == kNone) after = above.last;
    if (after == kNone) {
      above.first = index;
    } else {
      node.next = nodes_[after].next;
      nodes_[after].next = index;
    }
    if (above.last == after) above.last = index;
    ++above.children;
  }
  nodes_.push_back(node);
  if (parent != kNone && !wide_.empty()) {
    const auto wide = wide_.find(parent);
    if (wide != wide_.end()) add_to(wide->second, index);
  }
  return index;
}

ElementTree::Index ElementTree::insert_new(Index parent, Index after, ElementDefinition element) {
  const Index index = insert(parent, after, changed_.emplace_back(std::move(element)));
  nodes_[index].may_change = true;
  return index;
}

ElementDefinition& ElementTree::edit(Index index) {
  Node& node = nodes_[index];
  if (!node.may_change) {
    node.element = &changed_.emplace_back(*node.element);
    node.may_change = true;
  }
  return const_cast<ElementDefinition&>(*node.element);  // of changed_
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
    for (Index child = nodes_[step.from].first; child != kNone; child = nodes_[child].next) {
      const Index copy = insert(step.to, kNone, *nodes_[child].element);
      nodes_[child].may_change = false;
      nodes_[copy].origin = share_origins ? nodes_[child].origin : child;
      nodes_[copy].unfolded = nodes_[child].unfolded;
      if (nodes_[child].first != kNone) steps.push_back({child, copy});
    }
  }
}

ElementTree::Index ElementTree::find(Index parent, std::string_view name,
                                     std::string_view slice) const {
  if (const Wide* const wide = wide_of(parent); wide != nullptr) {
    const auto found = wide->children.find(key_of(name, slice));
    return found == wide->children.end() ? kNone : found->second;
  }
  for (Index child = nodes_[parent].first; child != kNone; child = nodes_[child].next) {
    const ElementDefinition& element = *nodes_[child].element;
    if (element.slice_name == slice && last_name(element.path) == name) return child;
  }
  return kNone;
}

// Null where there are few children; else made when it is first asked for.
const ElementTree::Wide* ElementTree::wide_of(Index parent) const {
  constexpr std::uint32_t kMany = 64;
  if (nodes_[parent].children < kMany) return nullptr;
  const auto [found, added] = wide_.try_emplace(parent);
  if (added) {
    for (Index child = nodes_[parent].first; child != kNone; child = nodes_[child].next) {
      add_to(found->second, child);
    }
  }
  return &found->second;
}

void ElementTree::add_to(Wide& wide, Index child) const {
  const ElementDefinition& element = *nodes_[child].element;
  wide.children.try_emplace(key_of(last_name(element.path), element.slice_name), child);
  if (element.path.ends_with("[x]")) wide.choices.push_back(child);
}

template <typename Visit>
void ElementTree::walk(Index root, const Visit& visit) const {
  std::vector<Index> above;  // the places of the nodes on the way down
  Index place = 0;
  for (Index at = root;;) {
    visit(at, above.empty() ? kNone : above.back());
    if (nodes_[at].first != kNone) {
      above.push_back(place);
      at = nodes_[at].first;
    } else {
      while (at != root && nodes_[at].next == kNone) {
        at = nodes_[at].parent;
        above.pop_back();
      }
      if (at == root) return;
      at = nodes_[at].next;
    }
    ++place;
  }
}

std::vector<ElementDefinition> ElementTree::flatten(Index root) const {
  std::vector<ElementDefinition> elements;
  walk(root, [&](Index node, Index parent) {
    ElementDefinition& element = elements.emplace_back(*nodes_[node].element);
    if (parent == kNone) {
      element.id = element.path;
      return;
    }
    const std::string name(last_name(element.path));
    element.path = elements[parent].path + "." + name;
    element.id = elements[parent].id + "." + name;
    if (!element.slice_name.empty()) element.id += ":" + element.slice_name;
  });
  return elements;
}

std::vector<ElementTree::Index> ElementTree::places(Index root) const {
  std::vector<Index> places(nodes_.size(), kNone);
  Index next = 0;
  walk(root, [&](Index node, Index) { places[node] = next++; });
  return places;
}

}  // namespace oncobridge::profiles
