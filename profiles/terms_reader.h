// Reads a ValueSet or a CodeSystem from a tape; part of definition_reader.h. No state.
#pragma once

#include "oncobridge/fhir/tape.h"
#include "profiles/definition.h"
#include "profiles/definition_members.h"

namespace oncobridge::profiles {

void read_value_set(const Members& members, const Tape& tape, NodeId root, ValueSet& out);

// Brings concepts that name their parents by properties into the order and form of Concept::parent.
void read_code_system(const Members& members, const Tape& tape, NodeId root, CodeSystem& out);

}  // namespace oncobridge::profiles
