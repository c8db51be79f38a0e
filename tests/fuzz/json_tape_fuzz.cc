// Any bytes as JSON: never a crash, a sound tape, and what was read without fault comes back the
// same from its JSON, compact or pretty. Its XML can be read.
#include <cstddef>
#include <cstdint>

#include "oncobridge/fhir/tape_writer.h"
#include "tests/fuzz/tape_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncobridge;
  static Tapes& tapes = *new Tapes;
  Tape& tape = tapes.tape;
  Tape& again = tapes.again;
  tapes.names.reset();
  // The input itself: a copy in a string may be read one byte too far.
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const bool complete = tape.read_json(source);
  check_links(tape);
  check_faults(tape, complete);
  if (!complete || tape.root() == kNoNode) return 0;
  // What a fault marks may be written otherwise: a name that stands twice, halves that differ.
  bool plain = tape.faults().empty();
  for (NodeId id = 1; id < tape.size(); ++id) plain &= !tape[id].is(kPairMismatch);
  std::string json;
  append_json(tape, tape.root(), json);
  require(again.read_json(json), "written JSON can be read");
  if (plain) {
    require(again.faults().empty(), "written JSON has no fault");
    require(same_tapes(tape, again), "written JSON is what was read");
    std::string twice;
    append_json(again, again.root(), twice);
    require(twice == json, "writing again changes nothing");
    std::string pretty;
    append_json(tape, tape.root(), pretty, Layout::kPretty);
    require(again.read_json(pretty) && same_tapes(tape, again), "pretty JSON is what was read");
  }
  std::string xml;
  const bool whole = append_xml(tape, tape.root(), xml);
  if (!tape[tape.root()].is(kResource) || xml.empty()) return 0;
  require(again.read_xml(xml), "written XML can be read");
  // XML tells resources by the capital letter.
  for (NodeId id = 1; id < tape.size(); ++id) {
    plain &= tape.name(id).empty() || tape.name(id)[0] < 'A' || tape.name(id)[0] > 'Z';
    plain &= !tape[id].is(kResource) ||
             (tape[id].length > 0 && tape[id].value()[0] >= 'A' && tape[id].value()[0] <= 'Z');
  }
  if (whole && plain) {
    std::string twice;
    require(append_xml(again, again.root(), twice), "XML that was read can be written");
    require(twice == xml, "written XML is what was read");
  }
  return 0;
}
