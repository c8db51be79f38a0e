// Reads FHIR's XML onto a tape: the parser library makes a tree, which is walked with a stack.
// Belongs to its tape, and keeps its stacks and its copy of the source for the next document.
#pragma once

#include <memory>

#include "oncobridge/fhir/tape.h"

namespace oncobridge {

class XmlTapeReader {
 public:
  XmlTapeReader();
  ~XmlTapeReader();

  // tape.clear() has been called. False if a fault is fatal.
  bool read(Tape& tape, const TapeLimits& limits);

 private:
  struct Walk;  // names the parser library, which only xml_tape.cc knows
  std::unique_ptr<Walk> walk_;
};

}  // namespace oncobridge
