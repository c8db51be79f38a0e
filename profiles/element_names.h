// The names of the elements of a type as JSON writes them, `valueQuantity`, and as FHIRPath does,
// `value`. Pure.
#pragma once

#include <string>
#include <vector>

#include "profiles/definition.h"

namespace oncobridge::profiles {

// Of a profile none: it has the names of its type.
std::vector<std::string> element_names_of(const StructureDefinition& structure);

}  // namespace oncobridge::profiles
