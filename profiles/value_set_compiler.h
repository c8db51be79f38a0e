// Makes a CompiledValueSet from a ValueSet: includes united, excludes taken away, imports
// intersected within an include, filters applied to the code systems at hand. What cannot be
// decided keeps its reason. Not shared between threads; the compiler of one question.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/compiled_value_set.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

class CodeSystemIndex;
class Ucum;

// Where a compiler finds what a value set refers to.
class TerminologySource {
 public:
  // By `url` or `url|version`; null if it is not at hand, has no codes, or is a supplement.
  virtual const CodeSystemIndex* code_system(std::string_view canonical) const = 0;
  virtual const ValueSet* value_set(std::string_view canonical) const = 0;
  virtual const Ucum& ucum() const = 0;

 protected:
  ~TerminologySource() = default;
};

class ValueSetCompiler {
 public:
  static constexpr std::size_t kMaxImportDepth = 64;

  explicit ValueSetCompiler(const TerminologySource& source) : source_(source) {}

  // Also takes implicit value sets: `http://loinc.org/vs`, `http://snomed.info/sct?fhir_vs`.
  std::unique_ptr<CompiledValueSet> compile(std::string_view canonical);
  std::unique_ptr<CompiledValueSet> compile(const ValueSet& definition);

 private:
  using Set = CompiledValueSet;

  Set import(std::string_view canonical);
  Set of_definition(const ValueSet& definition);
  void take_off_inactive(Set& set) const;
  Set of_part(const ValueSetPart& part);
  Set of_expansion(const ValueSet& definition);
  Set implicit(std::string_view canonical);
  SystemCodes of_system(Set& set, const ValueSetPart& part);
  const CodeSystemIndex* owner_of(std::string_view url) const;
  const CodeSystemIndex* successor(const ValueSetPart& part) const;
  SystemCodes enumerated(const ValueSetPart& part, const CodeSystemIndex* index);
  SystemCodes whole(Set& set, const ValueSetPart& part, const CodeSystemIndex* index);
  SystemCodes filtered(Set& set, const ValueSetPart& part, const CodeSystemIndex* index);
  SystemCodes without_content(Set& set, std::string_view system, std::string reason);

  const TerminologySource& source_;
  std::vector<const ValueSet*> open_;    // value sets that are being compiled
  std::map<const ValueSet*, Set> done_;  // imports, so that each is compiled once
};

}  // namespace oncobridge::profiles
