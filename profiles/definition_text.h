// The readable text form of definitions: what profiles/definitions/*.txt are written in, and what
// `oncobridge definitions show` prints. A line an element, a concept, a code. All functions are
// pure; what they return owns its text unless it says otherwise.
//
// A file holds one package: a preamble, then its definitions, each a line at the margin and its
// parts indented below it.
//
//   oncobridge definitions 1
//   package hl7.fhir.us.core#6.1.0
//   depends hl7.fhir.r4.core#4.0.1
//   constraint us-core-6 error source=http://... expression="(family.exists() or ..."
//
//   structure http://... version=6.1.0 name=USCorePatientProfile kind=resource type=Patient
//       base=Patient status=active +constraint                               (one line in the file)
//     Patient.name 1..* HumanName constraints=ele-1,us-core-6 +mustSupport
//     Patient.extension:race 0..1 Extension[http://.../us-core-race] constraints=ele-1,ext-1
//     Patient.managingOrganization 0..1 Reference(Organization,http://.../x|1.0){bundled}
//     Patient.gender 1..1 code binding=required:http://hl7.org/fhir/ValueSet/gender|4.0.1
//     Patient.identifier 1..* Identifier slicing=open by=value:system by=pattern:type
//     Patient.active 0..1 boolean fixedBoolean=true
//   valueset http://... version=1 name=Stages +activeOnly
//     include system=http://snomed.info/sct
//     filter concept is-a 123
//       1222 "cTX category" "another display"
//     exclude system=http://... valueSet=http://...
//     expansion +complete
//     contains system=http://...
//       1222 "cTX category" +abstract
//   codesystem http://... version=1 name=Kinds content=complete
//     A "Display" "another display" status=deprecated
//       A1 "Display of a concept below A" +abstract
//
// - Words are separated by one blank. A word that is empty, has a blank, a quote or a backslash, or
//   begins with one of + = { [ is a JSON string. `key=value`; a fixed or pattern value is compact
//   JSON. `+word` is a flag.
// - An element is named by its id; path= and slice= stand only where they do not follow from it.
// - A type is code[profile,...](target profile,...){aggregation and versioning}. There and in
//   base=, a canonical without a colon is below http://hl7.org/fhir/StructureDefinition/; one that
//   really has none is written with `=` before it.
// - A constraint is written once a file. Its name is its key, or key~2 for another one of that key;
//   where the name is not the key, key= says it. Names need no quotes.
// - Concepts stand in the order of a walk through their tree.
// - Elements come from the snapshot; a definition with +differential has only a differential.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "oncobridge/base/result.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

std::string_view kind_word(DefinitionKind kind);  // "structure"

// What a package states, in memory.
struct PackageDefinitions {
  std::string name;                  // `hl7.fhir.us.core#6.1.0`
  std::vector<std::string> depends;  // likewise
  std::vector<StructureDefinition> structures;
  std::vector<ValueSet> value_sets;
  std::vector<CodeSystem> code_systems;
};

// The path that an element id stands for (`a.b:slice.c` is a.b.c), and the slice name at its end.
std::string path_of_id(std::string_view id);
std::string_view slice_of_id(std::string_view id);

// The file of a package; definitions in the order given.
std::string write_definitions(const PackageDefinitions& package);
// One definition, with the constraints that it refers to before it.
std::string to_text(const StructureDefinition& definition);
std::string to_text(const ValueSet& definition);
std::string to_text(const CodeSystem& definition);

// Constraints of a file by name: views into its preamble.
class ConstraintLines {
 public:
  ConstraintLines() = default;
  // Reads no further than the first definition.
  explicit ConstraintLines(std::string_view text);
  std::string_view find(
      std::string_view name) const;  // what stands after the name; null if unknown

 private:
  std::vector<std::pair<std::string_view, std::string_view>> lines_;  // sorted by name
};

// Where a definition stands in a text, and what its first line says. Views into the text, except
// that words with escapes make a definition unfindable (none of ours has any).
struct DefinitionPlace {
  DefinitionKind kind = DefinitionKind::kStructure;
  std::string_view url;
  std::string_view version;
  std::string_view name;
  std::string_view type;
  std::string_view supplements;
  bool constraint = false;  // a profile
  std::string_view text;    // the definition
};
// The place at the first line of `text`, or nothing if that is no definition.
bool read_place(std::string_view text, DefinitionPlace& place);
// All places of a file, in order.
std::vector<DefinitionPlace> index_definitions(std::string_view text);
// `package` of the preamble.
std::string_view package_of(std::string_view text);

// A definition from its text (DefinitionPlace::text). Fault rule: definition-text, with the line
// counted from the definition's first.
Result<StructureDefinition> read_structure(std::string_view text, const ConstraintLines& lines);
Result<ValueSet> read_value_set(std::string_view text);
Result<CodeSystem> read_code_system(std::string_view text);
Result<PackageDefinitions> read_definitions(std::string_view text);

}  // namespace oncobridge::profiles
