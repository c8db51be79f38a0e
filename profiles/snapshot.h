// Snapshots: a StructureDefinition that says only how it differs from its base becomes one that
// states every element (FHIR R4 profiling.html#snapshot). Pure: reads the store, changes nothing,
// may be called from any number of threads.
#pragma once

#include <cstdint>

#include "oncobridge/base/result.h"
#include "profiles/definition.h"
#include "profiles/definition_store.h"

namespace oncobridge::profiles {

struct SnapshotLimits {
  std::size_t max_elements = 50'000;  // of one snapshot
  std::uint32_t max_bases = 32;       // definitions that wait for one another's snapshots
};

// The definition with its snapshot made from its differential and the snapshot of its base, which
// is made first where it is missing, as are those of the types and profiles that the differential
// walks into. Fault rules: snapshot-base (unknown, or without elements), snapshot-cycle,
// snapshot-type (an element cannot be walked into), snapshot-element (no such element),
// snapshot-limit. The fault's place names the element.
Result<StructureDefinition> make_snapshot(const DefinitionStore& store,
                                          const StructureDefinition& definition,
                                          const SnapshotLimits& limits = {});

}  // namespace oncobridge::profiles
