// Text for people, and NDJSON for programs that follow a stream.
#include "tools/validate_output.h"

#include <algorithm>
#include <charconv>

#include "oncobridge/base/text.h"

namespace oncobridge::tools {
namespace {

// The most value sets that a summary names.
constexpr std::size_t kNamedMissing = 20;

// As tools/terminal.h's printable(), without a string of its own: a blank for each control
// character.
void append_printable(Buffer& out, std::string_view text) {
  char* to = out.reserve(text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool two_bytes =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    to[size++] = byte < 0x20 || byte == 0x7F || two_bytes ? ' ' : text[i];
    if (two_bytes) ++i;
  }
  out.commit(size);
}

// Where a canonical of absurd length is cut, between two characters.
std::size_t cut_at(std::string_view canonical) {
  constexpr std::size_t kLongest = 300;
  return valid_utf8_prefix(canonical.substr(0, kLongest));
}

class TextFormat final : public ValidationFormat {
 public:
  explicit TextFormat(bool colours) : colours_(colours) {}

  void document(const JudgedDocument& document, Buffer& out) const override {
    for (const ShownIssue& shown : document.issues) {
      if (!shown.suppressed_for.empty()) continue;
      append_line(out, document, *shown.issue, document.input.file, colours_);
    }
  }

  void end(const ValidationSummary& summary, Buffer& out) const override {
    out.append(describe(summary));
    out.append("\n");
    if (!summary.missing.empty()) out.append("not checked, for want of:\n");
    const std::size_t named = std::min(summary.missing.size(), kNamedMissing);
    for (std::size_t i = 0; i < named; ++i) {
      const auto& [canonical, count] = summary.missing[i];
      out.append("  ");
      append_printable(out, canonical.empty() ? "other reasons; see --level information"
                                              : canonical.substr(0, cut_at(canonical)));
      if (cut_at(canonical) < canonical.size()) out.append("...");
      out.append(" (");
      append_number(out, count);
      out.append(count == 1 ? " time)\n" : " times)\n");
    }
    if (named < summary.missing.size()) {
      out.append("  and ");
      append_number(out, summary.missing.size() - named);
      out.append(" more");
      if (summary.unnamed > 0) {
        out.append(", and others (");
        append_number(out, summary.unnamed);
        out.append(summary.unnamed == 1 ? " time)" : " times)");
      }
      out.append("\n");
    }
    for (const std::string& line : summary.unused_suppressions) {
      out.append("nothing to suppress: ");
      append_printable(out, line);
      out.append("\n");
    }
  }

 private:
  const bool colours_;
};

// One line a document, also for a valid one: this is what a run of millions writes.
class NdjsonFormat final : public ValidationFormat {
 public:
  void document(const JudgedDocument& document, Buffer& out) const override {
    const Verdict& verdict = document.verdict;
    out.append("{\"file\":");
    append_json_text(out, document.input.file);
    if (document.input.is_line) {
      out.append(",\"line\":");
      append_number(out, document.input.line);
    }
    out.append(",\"resource\":");
    append_json_text(out, document.resource);
    out.append(verdict.valid() ? ",\"valid\":true,\"errors\":" : ",\"valid\":false,\"errors\":");
    append_number(out, verdict.errors + verdict.fatal);
    out.append(",\"warnings\":");
    append_number(out, verdict.warnings);
    out.append(",\"not_checked\":");
    append_number(out, verdict.not_checked);
    out.append(",\"issues\":[");
    for (const ShownIssue& shown : document.issues) {
      if (shown.suppressed_for.empty()) issue(document, *shown.issue, out);
    }
    out.append("]}\n");
  }

 private:
  static void issue(const JudgedDocument& document, const Issue& issue, Buffer& out) {
    if (out.back() == '}') out.append(",");
    out.append("{\"severity\":\"");
    out.append(severity_code(issue.severity));
    out.append("\",\"code\":\"");
    out.append(issue.rule->code);
    out.append("\",\"rule\":\"");
    out.append(issue.rule->id);
    out.append("\",\"expression\":");
    append_json_text(out, issue.expression);
    out.append(",\"line\":");
    append_number(out, document.line_of(issue));
    out.append(",\"column\":");
    append_number(out, issue.column);
    out.append(",\"text\":");
    append_json_text(out, issue.text);
    out.append(",\"profile\":");
    append_json_text(out, issue.profile);
    out.append("}");
  }
};

// `1 error`, `2 errors`.
std::string counted(std::uint64_t count, const char* word) {
  return std::to_string(count) + ' ' + word + (count == 1 ? "" : "s");
}

}  // namespace

void append_line(Buffer& out, const JudgedDocument& document, const Issue& issue,
                 std::string_view file, bool colours) {
  static constexpr std::string_view kColours[] = {"\x1b[1;31m", "\x1b[1;31m", "\x1b[1;35m",
                                                  "\x1b[1;36m"};
  const auto paint = [&](std::string_view code) {
    if (colours) out.append(code);
  };
  paint("\x1b[1m");
  append_printable(out, file);
  if (!file.empty()) out.append(":");
  if (const std::uint64_t number = document.line_of(issue); number > 0) {
    append_number(out, number);
    out.append(":");
    append_number(out, issue.column == 0 ? 1 : issue.column);
    out.append(":");
  }
  paint("\x1b[0m");
  if (out.back() == ':' || colours) out.append(" ");
  paint(kColours[static_cast<std::size_t>(issue.severity)]);
  out.append(severity_code(issue.severity));
  out.append(":");
  paint("\x1b[0m");
  out.append(" ");
  append_printable(out, issue.expression);
  if (!issue.expression.empty()) out.append(": ");
  append_printable(out, issue.text);
  out.append(" [");
  out.append(issue.rule->id);
  out.append("]");
  if (!issue.profile.empty()) {
    out.append(" (");
    append_printable(out, issue.profile);
    out.append(")");
  }
  out.append("\n");
}

void ValidationSummary::count(const Verdict& verdict) {
  ++documents;
  ++(verdict.fatal > 0 ? not_judged : verdict.errors > 0 ? invalid : valid);
  fatal += verdict.fatal;
  errors += verdict.errors;
  warnings += verdict.warnings;
  information += verdict.information;
  not_checked += verdict.not_checked;
}

std::string describe(const ValidationSummary& summary) {
  std::string text = counted(summary.documents, "resource") + ": " + std::to_string(summary.valid) +
                     " valid, " + std::to_string(summary.invalid) + " invalid";
  if (summary.not_judged > 0) text += ", " + std::to_string(summary.not_judged) + " not judged";
  text += "; " + counted(summary.errors + summary.fatal, "error") + ", " +
          counted(summary.warnings, "warning");
  if (summary.not_checked > 0) text += ", " + std::to_string(summary.not_checked) + " not checked";
  if (summary.suppressed > 0) text += ", " + std::to_string(summary.suppressed) + " suppressed";
  return text;
}

void append_number(Buffer& out, std::uint64_t number) {
  char* const to = out.reserve(20);
  out.commit(static_cast<std::size_t>(std::to_chars(to, to + 20, number).ptr - to));
}

void append_json_text(Buffer& out, std::string_view text) {
  JsonWriter json(out);
  const std::size_t valid = valid_utf8_prefix(text);
  if (valid == text.size()) return json.string(text);
  std::string readable;
  for (std::size_t sound = valid;; sound = valid_utf8_prefix(text)) {
    readable += text.substr(0, sound);
    if (sound == text.size()) break;
    readable += "\xEF\xBF\xBD";
    text.remove_prefix(sound + 1);
  }
  json.string(readable);
}

void append_uri(Buffer& out, std::string_view path) {
  static constexpr std::string_view kSafe = "-._~/";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  if (path.starts_with('/')) out.append("file://");
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        kSafe.find(c) != std::string_view::npos) {
      out.push(c);
    } else {
      out.push('%');
      out.push(kDigits[byte >> 4]);
      out.push(kDigits[byte & 15]);
    }
  }
}

std::unique_ptr<ValidationFormat> make_validation_format(const std::string& name, bool colours) {
  if (name == "json") return make_json_format();
  if (name == "ndjson") return std::make_unique<NdjsonFormat>();
  if (name == "junit") return make_junit_format();
  if (name == "sarif") return make_sarif_format();
  return std::make_unique<TextFormat>(colours);
}

}  // namespace oncobridge::tools
