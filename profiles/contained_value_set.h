// Reads a ValueSet that is part of another document, such as one contained in a questionnaire.
#pragma once

#include "oncobridge/fhir/tape.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

// The names of the tape are of `table`, which knows all elements of ValueSet.
ValueSet contained_value_set(const NameTable& table, const Tape& tape, NodeId root);

}  // namespace oncobridge::profiles
