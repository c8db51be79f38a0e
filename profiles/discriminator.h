// Discriminators of a slicing, compiled to what they demand of an item (FHIR R4 profiling.html,
// section Discriminator).
#pragma once

#include <vector>

#include "profiles/definition_tree.h"
#include "profiles/profile_schema.h"

namespace oncobridge::profiles {

struct DiscriminatorContext {
  const Schema& schema;
  CheckCompiler& checks;
  SnapshotCache& snapshots;
  const StructureDefinition& structure;
  const DefinitionTree& tree;
};

// One test for each discriminator of `sliced`: an item belongs to `slice` if all of them hold.
std::vector<SliceTest> slice_tests(const ElementDefinition& sliced, const DefinitionNode& slice,
                                   const DiscriminatorContext& context);

}  // namespace oncobridge::profiles
