// The forms in which `oncobridge validate` says what it found. A form is made once, is immutable
// and may be shared between threads: workers turn documents into bytes of their own buffers, which
// the command puts one behind the other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "oncobridge/fhir/json_writer.h"
#include "oncobridge/profile/issue.h"
#include "tools/fhir_input.h"

namespace oncobridge::tools {

struct ShownIssue {
  const Issue* issue;
  std::string_view suppressed_for;  // the reason, if --suppress names it
};

struct JudgedDocument {
  const InputDocument& input;
  std::string_view resource;              // `Patient/p1`
  Verdict verdict;                        // without what is suppressed
  const std::vector<ShownIssue>& issues;  // of the level asked for, and the suppressed ones

  // Line of an issue in its file; 0: not known.
  std::uint64_t line_of(const Issue& issue) const {
    if (issue.line == 0) return input.line;
    return input.line == 0 ? issue.line : input.line + issue.line - 1;
  }
};

// What a run found.
struct ValidationSummary {
  std::uint64_t documents = 0;
  std::uint64_t valid = 0;
  std::uint64_t invalid = 0;
  std::uint64_t not_judged = 0;
  std::uint64_t fatal = 0;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::uint64_t information = 0;
  std::uint64_t not_checked = 0;
  std::uint64_t suppressed = 0;
  std::uint64_t bytes = 0;
  // Canonicals that it would have taken to check the rest, and how often; the most wanted first.
  std::vector<std::pair<std::string, std::uint64_t>> missing;
  std::uint64_t unnamed = 0;  // times of others, of which there were too many to be remembered
  std::vector<std::string> unused_suppressions;  // `line 3: rule-id`

  void count(const Verdict& verdict);
};

class ValidationFormat {
 public:
  virtual ~ValidationFormat() = default;
  virtual void begin(Buffer&) const {}
  // What document() writes begins with this; it is left out before the first.
  virtual std::string_view separator() const { return {}; }
  virtual void document(const JudgedDocument& document, Buffer& out) const = 0;
  virtual void end(const ValidationSummary&, Buffer&) const {}
  // Whether begin() needs the summary, so that everything has to wait for the end.
  virtual bool is_counted() const { return false; }
  virtual void begin_counted(const ValidationSummary&, Buffer&) const {}
};

// text, json, ndjson, junit or sarif. `colours`: for a terminal.
std::unique_ptr<ValidationFormat> make_validation_format(const std::string& name, bool colours);

// The counts as one line, without any text of a document.
std::string describe(const ValidationSummary& summary);

// Used by the forms.
// `file:line:column: severity: element: text [rule] (profile)` with a line end and, if `file` is
// empty, without it; on one line, whatever the texts hold.
void append_line(Buffer& out, const JudgedDocument& document, const Issue& issue,
                 std::string_view file, bool colours);
std::unique_ptr<ValidationFormat> make_json_format();
std::unique_ptr<ValidationFormat> make_sarif_format();
std::unique_ptr<ValidationFormat> make_junit_format();
void append_number(Buffer& out, std::uint64_t number);
// Text as valid UTF-8 in a JSON string.
void append_json_text(Buffer& out, std::string_view text);
// A path as a URI reference: absolute paths with file://, other characters than RFC 3986's
// unreserved ones and / as %XX.
void append_uri(Buffer& out, std::string_view path);

}  // namespace oncobridge::tools
