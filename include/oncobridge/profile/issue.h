// What the judge says about a resource: issues, as an OperationOutcome holds them.
// Plain values; may be copied between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oncobridge {

// `fatal`: could not be judged; `error`: the instance is wrong (OperationOutcome.issue.severity).
enum class Severity : std::uint8_t { kFatal, kError, kWarning, kInformation };
std::string_view severity_code(Severity severity);  // "error"

// An entry of the rule table; ids never change. `oncobridge validate --rules` lists them.
struct Rule {
  std::string_view id;         // `cardinality-min`
  std::string_view code;       // OperationOutcome.issue.code: `required`, `structure`, ...
  Severity severity;           // as reported unless a definition says otherwise
  std::string_view statement;  // what must hold, in one sentence
  std::string_view source;     // section of the specification, or invariant key
};
const std::vector<Rule>& rule_table();

struct Issue {
  Severity severity = Severity::kError;
  const Rule* rule = nullptr;
  std::string expression;  // FHIRPath of the element: `Observation.value.ofType(Quantity)`
  std::string text;        // what is wrong, what was expected; may quote the value
  std::string profile;     // canonical of the definition that is broken; may be empty
  std::uint32_t line = 0;  // from 1; 0: not known
  std::uint32_t column = 0;
};

// The count of a judgement.
struct Verdict {
  std::uint32_t fatal = 0;
  std::uint32_t errors = 0;
  std::uint32_t warnings = 0;
  std::uint32_t information = 0;
  std::uint32_t not_checked = 0;  // of the information: what cannot be decided offline
  bool valid() const { return fatal == 0 && errors == 0; }
};

}  // namespace oncobridge
