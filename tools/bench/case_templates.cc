#include "tools/bench/case_templates.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "oncobridge/base/partial_date.h"

namespace oncobridge::bench {
namespace {

namespace fs = std::filesystem;

// Objects whose `value` may be another number without the record becoming impossible.
constexpr std::array<std::string_view, 6> kMeasured = {"percent", "age",   "value",
                                                       "dose",    "ratio", "copy_number"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

// Cuts one JSON text into pieces. Trusts that it is well-formed: the converter checks what comes
// out.
class TemplateScanner {
 public:
  TemplateScanner(std::string_view json, CaseTemplates::Template& pieces)
      : json_(json), pieces_(pieces) {}

  void run() {
    value({}, {});
    flush();
  }

 private:
  using Part = CaseTemplates::Part;

  void skip_blanks() {
    while (at_ < json_.size() && is_blank(json_[at_])) ++at_;
  }
  char peek() {
    skip_blanks();
    return at_ < json_.size() ? json_[at_] : '\0';
  }
  void flush() {
    if (!literal_.empty()) pieces_.push_back({Part::literal, std::move(literal_)});
    literal_.clear();
  }
  void emit(Part part, std::string_view text) {
    flush();
    pieces_.push_back({part, std::string(text)});
  }

  // What is between the quotes, escapes as they are.
  std::string_view string() {
    const std::size_t start = ++at_;
    while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
    return json_.substr(start, at_++ - start);
  }

  void value(std::string_view key, std::string_view owner) {
    switch (peek()) {
      case '{':
        return object(key);
      case '[':
        return array(key, owner);
      case '"':
        return text(key);
      default:
        return scalar(key, owner);
    }
  }

  void object(std::string_view owner) {
    literal_ += json_[at_++];
    while (peek() != '}' && at_ < json_.size()) {
      if (json_[at_] == ',') {
        literal_ += json_[at_++];
        continue;
      }
      const std::string_view key = string();
      literal_.append("\"").append(key).append("\":");
      skip_blanks();
      ++at_;  // the colon
      value(key, owner);
    }
    literal_ += '}';
    ++at_;
  }

  void array(std::string_view key, std::string_view owner) {
    literal_ += json_[at_++];
    while (peek() != ']' && at_ < json_.size()) {
      if (json_[at_] == ',') {
        literal_ += json_[at_++];
        continue;
      }
      value(key, owner);
    }
    literal_ += ']';
    ++at_;
  }

  void text(std::string_view key) {
    const std::string_view inside = string();
    literal_ += '"';
    if (key == "case_id") {
      emit(Part::case_id, inside);
    } else if (partial_date_precision(inside) != DatePrecision::none) {
      emit(Part::date, inside);
    } else if (key == "laterality" && (inside == "left" || inside == "right")) {
      emit(Part::side, inside);
    } else {
      literal_ += inside;
    }
    literal_ += '"';
  }

  void scalar(std::string_view key, std::string_view owner) {
    const std::size_t start = at_;
    while (at_ < json_.size() && !is_blank(json_[at_]) &&
           std::string_view(",]}").find(json_[at_]) == std::string_view::npos)
      ++at_;
    const std::string_view token = json_.substr(start, at_ - start);
    const bool measured =
        key == "value" && std::find(kMeasured.begin(), kMeasured.end(), owner) != kMeasured.end();
    // One digit could become the 0 that some fields forbid; three may be the 100 of a percentage.
    if (measured && token.size() == 2 &&
        token.find_first_not_of("0123456789") == std::string_view::npos) {
      emit(Part::number, token);
    } else {
      literal_ += token;
    }
  }

  std::string_view json_;
  CaseTemplates::Template& pieces_;
  std::size_t at_ = 0;
  std::string literal_;
};

Result<CaseTemplates> CaseTemplates::load(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    fs::recursive_directory_iterator entry(path, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      // examples/fhir holds FHIR, not case records.
      if (entry->path().parent_path().filename() == "fhir") continue;
      if (entry->path().extension() == ".json") files.push_back(entry->path());
    }
    if (error) return fault("input", path + ": " + error.message(), "check the permissions");
  }
  std::sort(files.begin(), files.end());
  CaseTemplates result;
  for (const std::string& name : files) {
    std::ifstream file(name, std::ios::binary);
    if (!file)
      return fault("input", name + ": cannot be read", "check the name and the permissions");
    result.add(std::string((std::istreambuf_iterator<char>(file)), {}));
  }
  if (result.templates_.empty())
    return fault("input", "no *.json file", "name a folder of case records");
  return result;
}

void CaseTemplates::add(std::string_view record) {
  TemplateScanner(record, templates_.emplace_back()).run();
}

void CaseTemplates::append(std::uint64_t n, std::string& out) const {
  const std::uint64_t round = n / templates_.size();
  for (const Piece& piece : templates_[n % templates_.size()]) {
    const std::size_t start = out.size();
    out += piece.text;
    if (round == 0 || piece.part == Part::literal) continue;
    if (piece.part == Part::case_id) {
      out += '/';
      out += std::to_string(round);
    } else if (piece.part == Part::side) {
      if (round % 2 == 1)
        out.replace(start, std::string::npos, piece.text == "left" ? "right" : "left");
    } else if (piece.part == Part::number) {
      out[start + 1] =
          static_cast<char>('0' + (static_cast<std::uint64_t>(out[start + 1] - '0') + round) % 10);
    } else {
      // All dates of a record move by the same number of years, so that their order stays.
      const std::uint64_t year = std::stoul(piece.text.substr(0, 4)) - round % 17;
      out.replace(start, 4, std::to_string(year));
      if (out.compare(start + 4, std::string::npos, "-02-29") == 0) out.back() = '8';
    }
  }
}

}  // namespace oncobridge::bench
