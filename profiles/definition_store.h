// All definitions of a run by canonical: the shipped ones, read from their text only when asked
// for, and what packages and files add. Filled by one thread; afterwards find_*() may be called
// from any number of threads. A definition lives as long as the store.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

struct DefinitionEntry {  // a line of `oncobridge definitions list`
  DefinitionKind kind = DefinitionKind::kStructure;
  std::string_view url;
  std::string_view version;
  std::string_view name;     // StructureDefinition.name, ValueSet.name, CodeSystem.name
  std::string_view type;     // structures: constrained or defined type
  std::string_view package;  // `hl7.fhir.us.mcode#4.0.0`
  bool constraint = false;   // structures: a profile, not a type
};

class DefinitionStore {
 public:
  DefinitionStore();
  ~DefinitionStore();

  // The definitions that come with the program. Costs no parsing.
  void add_shipped();

  // A definition that replaces what the store had under its canonical and version. `package` is
  // `name#version` or a file name.
  void add(StructureDefinition definition, std::string package);
  void add(ValueSet definition, std::string package);
  void add(CodeSystem definition, std::string package);

  // A definition that is in a file that cannot be read; and which file, empty if there is none.
  void add_broken(std::string url, std::string file);
  std::string broken_file(std::string_view canonical) const;

  // By `url` or `url|version`. Without a version: the latest added package's, then the highest.
  // With a version that is not there: null. `1.x`-like and partial versions (`4.0` for 4.0.1)
  // match.
  const StructureDefinition* find_structure(std::string_view canonical) const;
  const ValueSet* find_value_set(std::string_view canonical) const;
  const CodeSystem* find_code_system(std::string_view canonical) const;
  // The code systems that supplement a system.
  std::vector<const CodeSystem*> supplements_of(std::string_view system) const;
  // The base definition of a type by its code: `Observation`, `Quantity`, `string`.
  const StructureDefinition* find_type(std::string_view code) const;

  // Whether it is one of those that were added, not a shipped one.
  bool is_added(const StructureDefinition& structure) const;

  // Those that were added, in the order of their coming, less what was replaced.
  std::vector<const StructureDefinition*> added_structures() const;

  std::vector<DefinitionEntry> list() const;
  // The names of all elements of all types, as JSON writes them (`valueQuantity`) and as FHIRPath
  // does (`value`), each once.
  std::vector<std::string_view> element_names() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncobridge::profiles
