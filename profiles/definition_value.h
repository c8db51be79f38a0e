// An element of a definition as compact JSON: fixed and pattern values. No state.
#pragma once

#include <string>
#include <string_view>

#include "oncobridge/fhir/tape.h"

namespace oncobridge::profiles {

class DefinitionStore;

// Appends the element as JSON, with the source's order and decimals. `type` is its type; with
// `types` it says, for tapes from XML, what repeats and what is no string.
void append_value_json(std::string& out, const Tape& tape, NodeId node, std::string_view type,
                       const DefinitionStore* types);

}  // namespace oncobridge::profiles
