// A tape as text, one line a node, for tests: depth by indentation, name, kind, text, flags.
#pragma once

#include <string>
#include <string_view>

#include "oncobridge/fhir/tape.h"

namespace oncobridge {

inline std::string_view kind_word(NodeKind kind) {
  constexpr std::string_view kWords[] = {"absent", "object", "string", "number", "true", "false",
                                         "null",   "empty",  "list",   "text",   "xhtml"};
  return kWords[static_cast<std::size_t>(kind)];
}

inline std::string flag_words(std::uint8_t flags) {
  constexpr std::string_view kWords[] = {"list",      "paired", "mismatch", "resource",
                                         "surrogate", "twice",  "first",    "malformed"};
  std::string words;
  for (std::size_t i = 0; i < 8; ++i) {
    if ((flags >> i & 1) != 0) words.append(" +").append(kWords[i]);
  }
  return words;
}

// `name kind text +flag`, children indented by two blanks.
inline std::string dump(const Tape& tape) {
  std::string out;
  NodeId id = tape.root();
  int depth = 0;
  while (id != kNoNode) {
    const Node& node = tape[id];
    out.append(static_cast<std::size_t>(2 * depth), ' ');
    if (node.name != kNoName) out.append(tape.name(id)).append(" ");
    out.append(kind_word(node.kind));
    if (node.text != nullptr) out.append(" ").append(node.value());
    out.append(flag_words(node.flags)).append("\n");
    if (node.first != kNoNode) {
      id = node.first;
      ++depth;
      continue;
    }
    while (id != kNoNode && tape[id].next == kNoNode) {
      id = tape[id].parent;
      --depth;
    }
    if (id != kNoNode) id = tape[id].next;
  }
  return out;
}

// `rule line:column`, with `!` if the fault is fatal, and the place of the node in brackets.
inline std::string faults(const Tape& tape) {
  std::string out;
  for (const SyntaxFault& fault : tape.faults()) {
    const LineColumn at = tape.line_column(fault.place);
    out.append(fault.rule).append(fault.fatal ? "! " : " ");
    out.append(std::to_string(at.line)).append(":").append(std::to_string(at.column));
    if (fault.node != kNoNode && tape[fault.node].name != kNoName) {
      out.append(" ").append(tape.name(fault.node));
    }
    out.append("\n");
  }
  return out;
}

}  // namespace oncobridge
