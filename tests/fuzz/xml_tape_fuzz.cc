// Any bytes as XML: never a crash, a sound tape, and what was read without fault comes back the
// same from its XML. Its JSON can be read.
#include <cstddef>
#include <cstdint>

#include "fhir/xml_scan.h"
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
  is_xml_element(source);
  const bool complete = tape.read_xml(source);
  check_links(tape);
  check_faults(tape, complete);
  if (!complete || tape.root() == kNoNode) return 0;
  std::string json;
  append_json(tape, tape.root(), json);
  require(again.read_json(json), "written JSON can be read");
  std::string xml;
  if (!append_xml(tape, tape.root(), xml) || !tape.faults().empty()) return 0;
  require(again.read_xml(xml), "written XML can be read");
  require(again.faults().empty(), "written XML has no fault");
  require(same_tapes(tape, again), "written XML is what was read");
  xml.clear();
  append_xml(tape, tape.root(), xml, Layout::kPretty);
  require(again.read_xml(xml) && same_tapes(tape, again), "pretty XML is what was read");
  return 0;
}
