#include "profiles/element_order.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace oncobridge::profiles {

void order_elements(Tape& tape, const std::vector<NodeType>& types) {
  const auto rank = [&](NodeId id) -> std::uint32_t {
    const Element* const element = types[id].element;
    return element == nullptr ? std::numeric_limits<std::uint32_t>::max() : element->slot;
  };
  std::vector<NodeId> children;
  for (NodeId parent = 1; parent < tape.size(); ++parent) {
    bool in_order = true;
    NodeId child = tape[parent].first;
    for (; child != kNoNode && in_order; child = tape[child].next) {
      const NodeId next = tape[child].next;
      in_order = next == kNoNode || rank(child) <= rank(next);
    }
    if (in_order) continue;
    children.clear();
    for (child = tape[parent].first; child != kNoNode; child = tape[child].next) {
      children.push_back(child);
    }
    std::stable_sort(children.begin(), children.end(),
                     [&](NodeId a, NodeId b) { return rank(a) < rank(b); });
    tape.at(parent).first = children.front();
    for (std::size_t i = 0; i < children.size(); ++i) {
      tape.at(children[i]).next = i + 1 < children.size() ? children[i + 1] : kNoNode;
    }
  }
}

}  // namespace oncobridge::profiles
