// The order of elements: any in JSON, that of the definition in XML (FHIR R4 xml.html).
#pragma once

#include <vector>

#include "profiles/schema.h"

namespace oncobridge::profiles {

// Puts the children of every node into the order of their definitions, items of a list as they
// stood; what the schema does not know stands last. `types` as assign_types() gave them.
void order_elements(Tape& tape, const std::vector<NodeType>& types);

}  // namespace oncobridge::profiles
