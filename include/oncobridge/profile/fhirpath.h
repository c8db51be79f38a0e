// FHIRPath on FHIR R4 resources, with the definitions of the judge: choices, types, units,
// memberOf(), conformsTo() and resolve() within the document.
//
//   oncobridge::FhirPath path(*definitions);
//   const auto expression = path.compile("Observation.value.ofType(Quantity).value");
//   if (expression && path.open(bytes)) ... path.evaluate(*expression)
//
// A FhirPath belongs to one thread; expressions may be shared by all that have the same
// definitions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/profile/validator.h"

namespace oncobridge {

// An expression that has been read. Immutable.
class PathExpression {
 public:
  std::string_view text() const;

 private:
  friend class FhirPath;
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

struct PathItem {
  std::string type;        // `HumanName`, `code`; calculated: `System.Boolean`
  std::string text;        // as FHIRPath writes it; a complex element as compact JSON
  std::string json;        // the value as JSON: "text", 1.50, true, {...}
  std::string location;    // `Patient.name[0]`; empty for what is calculated
  std::uint32_t line = 0;  // of an element, from 1; else 0
  std::uint32_t column = 0;
};

class FhirPath {
 public:
  explicit FhirPath(const Definitions& definitions);
  ~FhirPath();

  // Fault rule: fhirpath-syntax; place.column counts from 1 in the expression.
  Result<PathExpression> compile(std::string_view expression) const;

  // Reads a resource in JSON or XML, which must live until the next call. Fault rules: those of the
  // judge that are fatal, as json-syntax and resource-type-unknown.
  Result<void> open(std::string_view source);

  // On the resource that is open. Fault rule: fhirpath-evaluation; place.column as above.
  Result<std::vector<PathItem>> evaluate(const PathExpression& expression);

  // Value sets that memberOf() could not decide with the definitions at hand in the last
  // evaluate(), each once: the answer was empty there.
  const std::vector<std::string>& undecided() const;

  // What cannot be right on a resource of the open one's type, as a member that it does not have:
  // fault rule fhirpath-semantics. Evaluation would give nothing there.
  std::optional<Fault> doubt(const PathExpression& expression) const;

  FhirPath(const FhirPath&) = delete;
  FhirPath& operator=(const FhirPath&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncobridge
