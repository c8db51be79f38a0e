// Writes what is on a tape as JSON or XML: texts of numbers, order and the ids and extensions of
// primitives as they are. The kinds must be known: a tape read from XML has been through the
// schema, which tells its strings from its numbers and its lists from single elements. Line ends of
// a narrative that is in XML, or comes from it, are line feeds (XML 1.0 section 2.11).
// Pure functions without recursion; they append to `out`.
#pragma once

#include <cstdint>
#include <string>

#include "oncobridge/fhir/tape.h"

namespace oncobridge {

enum class Layout : std::uint8_t {
  kCompact,  // no white space
  kPretty,   // a line a member, item or element; indented by two blanks
};

// The element `id` with all that is in it, as one JSON value.
void append_json(const Tape& tape, NodeId id, std::string& out, Layout layout = Layout::kCompact);

// The resource `id` as an XML element in FHIR's namespace, without an XML declaration. False if
// something on the tape cannot stand in FHIR's XML, which then is missing: null and empty lists,
// lists in lists, names that are none of XML, narrative that is no <div> of its own or uses
// entities that XML does not know; characters that XML forbids become U+FFFD.
// `loss` is the first of them.
struct XmlLoss {
  NodeId node = kNoNode;
  const char* why = "";
};
bool append_xml(const Tape& tape, NodeId id, std::string& out, Layout layout = Layout::kCompact,
                XmlLoss* loss = nullptr);

}  // namespace oncobridge
