// Fixed and pattern values of definitions that come as XML, which does not tell numbers from
// strings and lists from single elements. No state.
#pragma once

#include <string_view>

#include "oncobridge/fhir/tape.h"

namespace oncobridge::profiles {

class DefinitionStore;

// Gives the element and all below it the kinds and list flags that JSON would have told. `type` is
// its type. Without `types` everything in a complex value is a string, and a list only where it
// has several items.
void tell_kinds(Tape& tape, NodeId node, std::string_view type, const DefinitionStore* types);

}  // namespace oncobridge::profiles
