// The forms that are one document: a Bundle of OperationOutcomes, SARIF and JUnit.
#include <algorithm>
#include <cstring>

#include "oncobridge/base/text.h"
#include "tools/validate_output.h"

namespace oncobridge::tools {
namespace {

// ---- FHIR: what a server's $validate would answer, for each document.

// FHIR's string has no control characters but tab and line ends (datatypes.html#string): each of
// the others becomes a blank, as in the text form.
void append_fhir_text(Buffer& out, std::string_view text) {
  const auto is_forbidden = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  };
  if (std::none_of(text.begin(), text.end(), is_forbidden)) return append_json_text(out, text);
  std::string allowed(text);
  std::replace_if(allowed.begin(), allowed.end(), is_forbidden, ' ');
  append_json_text(out, allowed);
}

class OutcomeFormat final : public ValidationFormat {
 public:
  void begin(Buffer& out) const override {
    out.append(R"({"resourceType":"Bundle","type":"collection","entry":[)");
  }
  std::string_view separator() const override { return ",\n"; }

  void document(const JudgedDocument& document, Buffer& out) const override {
    out.append(",\n{\"fullUrl\":\"urn:uuid:");
    append_uuid(document.input, out);
    // meta.source is what the outcome is about; the file's name may hold what a URI cannot.
    out.append(R"(","resource":{"resourceType":"OperationOutcome","meta":{"source":")");
    append_uri(out, document.input.file);
    if (document.input.is_line) {
      out.append("#line=");
      append_number(out, document.input.line);
    }
    out.append("\"},\"issue\":[");
    for (const ShownIssue& shown : document.issues) {
      if (shown.suppressed_for.empty()) issue(document, *shown.issue, out);
    }
    if (out.back() == '[') {
      // OperationOutcome.issue 1..*; the code as in R4 operationoutcome.html, "All OK".
      out.append(R"({"severity":"information","code":"informational","details":{"text":"valid"}})");
    }
    out.append("]}}");
  }

  void end(const ValidationSummary&, Buffer& out) const override { out.append("\n]}\n"); }

 private:
  static void issue(const JudgedDocument& document, const Issue& issue, Buffer& out) {
    if (out.back() == '}') out.append(",");
    out.append("{\"severity\":\"");
    out.append(severity_code(issue.severity));
    out.append("\",\"code\":\"");
    out.append(issue.rule->code);
    out.append("\",\"details\":{\"text\":");
    append_fhir_text(out, issue.text.empty() ? issue.rule->statement : issue.text);
    out.append("}");
    out.append(",\"diagnostics\":");
    std::string place;
    if (const std::uint64_t line = document.line_of(issue); line > 0) {
      place = "line " + std::to_string(line) + ", column " +
              std::to_string(issue.column == 0 ? 1 : issue.column) + "; ";
    }
    place.append("rule ").append(issue.rule->id);
    if (!issue.profile.empty()) place.append("; profile ").append(issue.profile);
    append_fhir_text(out, place);
    if (!issue.expression.empty()) {
      out.append(",\"expression\":[");
      append_fhir_text(out, issue.expression);
      out.append("]");
    }
    out.append("}");
  }

  // A UUID of version 8 (RFC 9562) from the document's place in the run, so the same at every run.
  static void append_uuid(const InputDocument& input, Buffer& out) {
    static constexpr char kDigits[] = "0123456789abcdef";
    const std::uint64_t seed = input.file_number * 0x9E3779B97F4A7C15u + input.line;
    const std::uint64_t parts[] = {hash_bytes(input.file, seed), hash_bytes(input.file, ~seed)};
    for (int i = 0; i < 32; ++i) {
      if (i == 8 || i == 12 || i == 16 || i == 20) out.push('-');
      const auto digit = parts[i / 16] >> (i % 16 * 4) & 15;
      out.push(kDigits[i == 12 ? 8 : i == 16 ? 8 + digit % 4 : digit]);
    }
  }
};

// ---- SARIF 2.1.0 (OASIS), which code review tools show beside the lines.

std::string_view sarif_level(Severity severity) {
  static constexpr std::string_view kLevels[] = {"error", "error", "warning", "note"};
  return kLevels[static_cast<std::size_t>(severity)];
}

// Columns in UTF-16 code units, which SARIF knows, of issues, whose columns are bytes. Issues come
// in the order of the document, so that all of them together read it once. A byte-order mark is no
// part of the text.
class Utf16Columns {
 public:
  explicit Utf16Columns(std::string_view document) : document_(document) { restart(); }

  std::uint64_t column_of(const Issue& issue) {
    if (issue.line == 0 || issue.column == 0) return 1;
    if (issue.line < line_ || (issue.line == line_ && issue.column <= at_ - begin_)) restart();
    while (line_ < issue.line) {
      const std::size_t end = document_.find('\n', at_);
      if (end == std::string_view::npos) return issue.column;  // of no line of the document
      begin_ = at_ = end + 1;
      units_ = 0;
      ++line_;
    }
    count_until(std::min(begin_ + issue.column - 1, document_.size()));
    return units_ + 1;
  }

 private:
  void restart() {
    begin_ = 0;
    at_ = document_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    line_ = 1;
    units_ = 0;
  }
  // A character counts at its first byte; one of four bytes is a pair in UTF-16.
  void count_until(std::size_t end) {
    while (at_ < end) {
      std::uint64_t bytes = ~std::uint64_t{0};
      if (at_ + 8 <= end) std::memcpy(&bytes, document_.data() + at_, 8);
      if ((bytes & 0x8080808080808080u) == 0) {  // eight of ASCII
        units_ += 8;
        at_ += 8;
        continue;
      }
      const auto byte = static_cast<unsigned char>(document_[at_++]);
      units_ += ((byte & 0xC0) != 0x80 ? 1u : 0u) + (byte >= 0xF0 ? 1u : 0u);
    }
  }

  const std::string_view document_;
  std::size_t begin_ = 0;  // of the line
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint64_t units_ = 0;  // from begin_ to at_
};

class SarifFormat final : public ValidationFormat {
 public:
  void begin(Buffer& out) const override {
    out.append(
        R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{)"
        R"("tool":{"driver":{"name":"oncobridge","version":")" ONCOBRIDGE_VERSION R"(","rules":[)");
    for (const Rule& rule : rule_table()) {
      if (out.back() == '}') out.append(",");
      out.append("\n{\"id\":");
      append_json_text(out, rule.id);
      out.append(",\"shortDescription\":{\"text\":");
      append_json_text(out, rule.statement);
      out.append("},\"defaultConfiguration\":{\"level\":\"");
      out.append(sarif_level(rule.severity));
      out.append("\"},\"properties\":{\"code\":");
      append_json_text(out, rule.code);
      out.append(",\"source\":");
      append_json_text(out, rule.source);
      out.append("}}");
    }
    out.append("\n]}},\"columnKind\":\"utf16CodeUnits\",\"results\":[");
  }
  std::string_view separator() const override { return ","; }

  void document(const JudgedDocument& document, Buffer& out) const override {
    Utf16Columns columns(document.input.bytes);
    for (const ShownIssue& shown : document.issues) result(document, shown, columns, out);
  }
  void end(const ValidationSummary&, Buffer& out) const override { out.append("\n]}]}\n"); }

 private:
  static void result(const JudgedDocument& document, const ShownIssue& shown, Utf16Columns& columns,
                     Buffer& out) {
    const Issue& issue = *shown.issue;
    out.append(",\n{\"ruleId\":");
    append_json_text(out, issue.rule->id);
    out.append(",\"ruleIndex\":");
    append_number(out, static_cast<std::uint64_t>(issue.rule - rule_table().data()));
    out.append(",\"level\":\"");
    out.append(sarif_level(issue.severity));
    out.append("\",\"message\":{\"text\":");
    append_json_text(out, issue.text.empty() ? issue.rule->statement : issue.text);
    out.append("},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"");
    append_uri(out, document.input.file);
    out.append("\"}");
    if (const std::uint64_t line = document.line_of(issue); line > 0) {
      out.append(",\"region\":{\"startLine\":");
      append_number(out, line);
      out.append(",\"startColumn\":");
      append_number(out, columns.column_of(issue));
      out.append("}");
    }
    out.append("}");
    if (!issue.expression.empty()) {
      out.append(",\"logicalLocations\":[{\"fullyQualifiedName\":");
      append_json_text(out, issue.expression);
      out.append("}]");
    }
    out.append("}]");
    if (!shown.suppressed_for.empty()) {
      out.append(",\"suppressions\":[{\"kind\":\"external\",\"justification\":");
      append_json_text(out, shown.suppressed_for);
      out.append("}]");
    }
    if (!issue.profile.empty()) {
      out.append(",\"properties\":{\"profile\":");
      append_json_text(out, issue.profile);
      out.append("}");
    }
    out.append("}");
  }
};

// ---- JUnit's XML, which CI systems show as tests: one for each document.

// Text of an attribute or element. What XML 1.0 (section 2.2) has no character for becomes U+FFFD;
// white space but the blank is written as a reference, which attribute values and line ends keep.
void append_xml(Buffer& out, std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  while (!text.empty()) {
    std::string_view sound = text.substr(0, valid_utf8_prefix(text));
    text.remove_prefix(sound.size());
    for (; !sound.empty(); sound.remove_prefix(1)) {
      if (sound.starts_with("\xEF\xBF\xBE") ||
          sound.starts_with("\xEF\xBF\xBF")) {  // U+FFFE, U+FFFF
        out.append(kReplacement);
        sound.remove_prefix(2);
        continue;
      }
      switch (const char c = sound.front()) {
        case '&':
          out.append("&amp;");
          break;
        case '<':
          out.append("&lt;");
          break;
        case '>':
          out.append("&gt;");
          break;
        case '"':
          out.append("&quot;");
          break;
        case '\t':
          out.append("&#9;");
          break;
        case '\n':
          out.append("&#10;");
          break;
        case '\r':
          out.append("&#13;");
          break;
        default:
          static_cast<unsigned char>(c) < 0x20 ? out.append(kReplacement) : out.push(c);
      }
    }
    if (text.empty()) break;
    out.append(kReplacement);
    text.remove_prefix(1);
  }
}

class JunitFormat final : public ValidationFormat {
 public:
  bool is_counted() const override { return true; }
  void begin_counted(const ValidationSummary& summary, Buffer& out) const override {
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites><testsuite");
    out.append(" name=\"oncobridge validate\" tests=\"");
    append_number(out, summary.documents);
    out.append("\" failures=\"");
    append_number(out, summary.invalid);
    out.append("\" errors=\"");
    append_number(out, summary.not_judged);
    out.append("\" skipped=\"0\">\n");
  }

  void document(const JudgedDocument& document, Buffer& out) const override {
    out.append("<testcase classname=\"");
    append_xml(out, document.input.file);
    out.append("\" name=\"");
    append_xml(out, document.resource.empty() ? "(no resource)" : document.resource);
    if (document.input.is_line) {
      out.append(" line ");
      append_number(out, document.input.line);
    }
    out.append("\">");
    const Verdict& verdict = document.verdict;
    // One failure a test: JUnit has no others.
    if (!verdict.valid()) {
      out.append(verdict.fatal > 0 ? "<error message=\"" : "<failure message=\"");
      append_number(out, verdict.fatal + verdict.errors);
      out.append(verdict.fatal + verdict.errors == 1 ? " error\">" : " errors\">");
      lines(document, true, out);
      out.append(verdict.fatal > 0 ? "</error>" : "</failure>");
    }
    const std::size_t mark = out.size();
    out.append("<system-out>");
    const std::size_t start = out.size();
    lines(document, false, out);
    out.size() == start ? out.truncate(mark) : out.append("</system-out>");
    out.append("</testcase>\n");
  }
  void end(const ValidationSummary&, Buffer& out) const override {
    out.append("</testsuite></testsuites>\n");
  }

 private:
  static void lines(const JudgedDocument& document, bool errors, Buffer& out) {
    for (const ShownIssue& shown : document.issues) {
      const Issue& issue = *shown.issue;
      if (!shown.suppressed_for.empty() || errors != (issue.severity <= Severity::kError)) continue;
      Buffer text;
      append_line(text, document, issue, {}, false);
      append_xml(out, text.view().substr(0, text.size() - 1));
      out.append("\n");
    }
  }
};

}  // namespace

std::unique_ptr<ValidationFormat> make_json_format() { return std::make_unique<OutcomeFormat>(); }
std::unique_ptr<ValidationFormat> make_sarif_format() { return std::make_unique<SarifFormat>(); }
std::unique_ptr<ValidationFormat> make_junit_format() { return std::make_unique<JunitFormat>(); }

}  // namespace oncobridge::tools
