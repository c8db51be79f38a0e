// Snapshots: a StructureDefinition that says only how it differs from its base becomes one that
// states every element (FHIR R4 profiling.html#snapshot). Pure: reads the store, changes nothing,
// may be called from any number of threads.
#pragma once

#include <cstdint>
#include <vector>

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
// snapshot-limit. The fault's place names the element. A change of what only some types of a choice
// have changes nothing.
Result<StructureDefinition> make_snapshot(const DefinitionStore& store,
                                          const StructureDefinition& definition,
                                          const SnapshotLimits& limits = {});

// What becomes of the elements of a differential, one entry each, in the snapshot that
// make_snapshot() would make; with the same faults.
struct SnapshotTrace {
  struct Change {
    bool found = false;              // an element of the snapshot is what it changes
    std::uint32_t place = 0;         // its index there; of one in slices, that of what is sliced
    bool contradicts = false;        // its fixed value is another than that of the base
    std::vector<std::string> types;  // codes, where the change states a binding
  };
  std::vector<Change> changes;
};
Result<SnapshotTrace> trace_snapshot(const DefinitionStore& store,
                                     const StructureDefinition& definition,
                                     const SnapshotLimits& limits = {});

}  // namespace oncobridge::profiles
