// Reads a StructureDefinition from a tape: for definition_reader.h, and for the judge, which has
// the tape already. A StructureReader is for tapes of one name table; any thread may use it.
#pragma once

#include <cstdint>
#include <memory>

#include "oncobridge/fhir/tape.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

class DefinitionStore;
class Members;

// Which lists of elements are read.
enum class StructureParts : std::uint8_t {
  kEither,  // the snapshot; the differential where there is none
  kBoth,
  kDifferential,
};

// `members` are those of the tape's names. A tape made from XML learns on the way which of its
// values are numbers, as far as `types` tells; one made from JSON is not changed.
void read_structure(const Members& members, Tape& tape, NodeId root, StructureParts parts,
                    const DefinitionStore* types, StructureDefinition& out);

class StructureReader {
 public:
  // The table is complete: members that it lacks are never met.
  explicit StructureReader(const NameTable& names);
  ~StructureReader();

  void read(Tape& tape, NodeId root, StructureParts parts, StructureDefinition& out) const;

 private:
  std::unique_ptr<const Members> members_;
};

}  // namespace oncobridge::profiles
