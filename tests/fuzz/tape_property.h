// What must hold of every tape, whatever was read. A broken promise ends the program, as a fuzz
// target must.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "oncobridge/base/text.h"
#include "oncobridge/fhir/tape.h"

namespace oncobridge {

// A worker's tapes, which live from one input to the next.
struct Tapes {
  Tapes() {
    for (const char* name : {"resourceType", "id", "extension", "url", "text", "div"}) {
      table.add(name);
    }
  }
  NameTable table;
  Names names{table};
  Tape tape{names};
  Tape again{names};
};

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

inline void check_links(const Tape& tape) {
  std::uint64_t linked = tape.root() == kNoNode ? 0 : 1;
  for (NodeId id = 1; id < tape.size(); ++id) {
    const Node& node = tape[id];
    require(node.parent < id, "a parent stands before its children");
    require(node.place <= tape.source().size(), "a place lies in the source");
    require(node.name_place <= tape.source().size(), "a place of a name lies in the source");
    require(is_utf8(node.value()), "a text is UTF-8");
    require(is_utf8(tape.name(id)), "a name is UTF-8");
    require(tape.line_column(node.place).column >= 1, "a place has a column");
    std::uint64_t steps = 0;
    for (NodeId child = node.first; child != kNoNode; child = tape[child].next) {
      require(tape[child].parent == id, "a child knows its parent");
      require(++steps < tape.size(), "siblings do not go round in circles");
    }
    linked += steps;
  }
  require(linked + 1 == tape.size(), "every node is linked once");
}

inline void check_faults(const Tape& tape, bool complete) {
  bool fatal = false;
  for (const SyntaxFault& fault : tape.faults()) {
    fatal |= fault.fatal;
    require(fault.place <= tape.source().size(), "a fault lies in the source");
    require(fault.node < tape.size() || tape.size() == 1, "a fault names a node");
    require(is_utf8(fault.message), "a message is UTF-8");
  }
  require(fatal != complete, "a fatal fault is what ends the reading");
}

// Both trees, told by their texts.
inline bool same_tapes(const Tape& a, const Tape& b) {
  if (a.size() != b.size()) return false;
  for (NodeId x = a.root(), y = b.root(); x != kNoNode || y != kNoNode;) {
    if (x == kNoNode || y == kNoNode) return false;
    if (a[x].kind != b[y].kind || a[x].value() != b[y].value() || a.name(x) != b.name(y)) {
      return false;
    }
    if ((a[x].first == kNoNode) != (b[y].first == kNoNode)) return false;
    if (a[x].first != kNoNode) {
      x = a[x].first;
      y = b[y].first;
      continue;
    }
    while (x != kNoNode && a[x].next == kNoNode) {
      if (b[y].next != kNoNode) return false;
      x = a[x].parent;
      y = b[y].parent;
    }
    if (x == kNoNode) break;
    x = a[x].next;
    y = b[y].next;
  }
  return true;
}

}  // namespace oncobridge
