// Reads definitions as FHIR publishes them, StructureDefinition, ValueSet and CodeSystem in JSON or
// XML, into definition.h. A reader belongs to one thread and is used for one file after the other;
// what it returns owns its text.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "oncobridge/base/result.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

class DefinitionStore;

// std::monostate: another resource, which defines nothing that the judge uses.
using AnyDefinition = std::variant<std::monostate, StructureDefinition, ValueSet, CodeSystem>;

class DefinitionReader {
 public:
  // `types` gives the shapes of datatypes, which XML does not tell: what repeats in a fixed or
  // pattern value, and what is a number. Without it such values in XML are read as best they can.
  explicit DefinitionReader(const DefinitionStore* types = nullptr);
  ~DefinitionReader();

  // Keep the differential also where there is a snapshot.
  void keep_differentials(bool keep);

  // Fault rules: definition-syntax (not JSON, not XML), definition-broken (no canonical).
  Result<AnyDefinition> read(std::string_view bytes);

  // What of the syntax of the document read last is wrong though it could be read; the first.
  const std::optional<Fault>& fault() const;

  // The type of the resource read last: `Questionnaire`.
  std::string_view resource_type() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncobridge::profiles
