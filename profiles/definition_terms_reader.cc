// Reading value sets and code systems of the text form; the form is described in definition_text.h.
#include "profiles/definition_names.h"
#include "profiles/definition_scan.h"
#include "profiles/definition_text.h"
#include "profiles/definition_words.h"

namespace oncobridge::profiles {
namespace {

// `CODE "display" "designation" key=value +flag`; `on_other` takes facts and flags.
template <typename OnOther>
bool read_code_line(std::string_view line, std::string& code, std::string& display,
                    std::vector<std::string>& designations, OnOther&& on_other) {
  Words words(line);
  Word word;
  if (!words.next(word) || word.kind == Word::Kind::kFlag) return false;
  if (!decode(raw_of(word), code)) return false;
  bool has_display = false;
  while (words.next(word)) {
    if (word.kind != Word::Kind::kWord) {
      if (!on_other(word)) return false;
      continue;
    }
    if (!decode(word.value, has_display ? designations.emplace_back() : display)) return false;
    has_display = true;
  }
  return !words.faulty();
}

bool read_part(Words& words, ValueSetPart& part) {
  Word word;
  while (words.next(word)) {
    if (word.kind != Word::Kind::kFact) return false;
    std::string* target = word.key == "system"     ? &part.system
                          : word.key == "version"  ? &part.version
                          : word.key == "valueSet" ? &part.value_sets.emplace_back()
                                                   : nullptr;
    if (target == nullptr || !decode(word.value, *target)) return false;
  }
  return !words.faulty();
}

// Reads what stands below the first line of a value set.
class ValueSetBody {
 public:
  explicit ValueSetBody(ValueSet& value_set) : value_set_(value_set) {}

  bool read(std::string_view line) {
    if (indent_of(line) >= 4) return read_code(line);
    Words words(line);
    Word word;
    if (!words.next(word)) return false;
    if (word.value == "include" || word.value == "exclude") {
      part_ = &value_set_.parts.emplace_back();
      part_->exclude = word.value == "exclude";
      return read_part(words, *part_);
    }
    if (word.value == "filter") return part_ != nullptr && read_filter(line);
    part_ = nullptr;
    if (word.value == "expansion") {
      value_set_.has_expansion = true;
      if (words.next(word)) value_set_.expansion_complete = word.key == "complete";
      return !words.faulty();
    }
    contains_ = {};
    return word.value == "contains" && read_part(words, contains_);
  }

 private:
  bool read_code(std::string_view line) {
    if (part_ != nullptr) {
      ValueSetCode& code = part_->codes.emplace_back();
      return read_code_line(line, code.code, code.display, code.designations,
                            [](const Word&) { return false; });
    }
    if (!value_set_.has_expansion) return false;
    ExpansionCode& code = value_set_.expansion.emplace_back();
    code.system = contains_.system;
    code.version = contains_.version;
    std::vector<std::string> none;
    return read_code_line(line, code.code, code.display, none, [&](const Word& word) {
      return word.kind == Word::Kind::kFlag && (code.is_abstract = word.key == "abstract");
    });
  }

  // `filter PROPERTY OP VALUE`; a value may hold a `=`.
  bool read_filter(std::string_view line) {
    line.remove_prefix(line.find("filter") + 6);
    ValueSetFilter& filter = part_->filters.emplace_back();
    for (std::string* target : {&filter.property, &filter.op, &filter.value}) {
      if (!line.starts_with(' ')) return false;
      line.remove_prefix(1);
      std::size_t length = std::min(line.find(' '), line.size());
      if (line.starts_with('"')) length = json_length(line);
      if (length == 0 || !decode(line.substr(0, length), *target)) return false;
      line.remove_prefix(length);
    }
    return line.empty();
  }

  ValueSet& value_set_;
  ValueSetPart* part_ = nullptr;
  ValueSetPart contains_;
};

// Reads the concepts of a code system: their parents by their margins.
class ConceptBody {
 public:
  explicit ConceptBody(CodeSystem& system) : system_(system) {}

  bool read(std::string_view line) {
    const std::size_t depth = indent_of(line) / 2 - 1;
    if (depth > open_.size()) return false;
    open_.resize(depth);
    Concept& entry = system_.concepts.emplace_back();
    if (!open_.empty()) entry.parent = open_.back();
    open_.push_back(static_cast<std::int32_t>(system_.concepts.size() - 1));
    return read_code_line(line, entry.code, entry.display, entry.designations,
                          [&](const Word& word) { return read_fact(word, entry); });
  }

 private:
  static bool read_fact(const Word& word, Concept& entry) {
    if (word.kind == Word::Kind::kFlag) {
      if (word.key == "abstract") return entry.is_abstract = true;
      return word.key == "inactive" && (entry.inactive = true);
    }
    ConceptProperty& property = entry.properties.emplace_back();
    return decode(word.key, property.code) && decode(word.value, property.value);
  }

  CodeSystem& system_;
  std::vector<std::int32_t> open_;  // the concepts that the last line stands below, and itself
};

bool read_system_fact(const Word& word, CodeSystem& system) {
  if (word.kind == Word::Kind::kFlag) {
    if (word.key != "caseInsensitive") return false;
    system.case_sensitive = false;
    return true;
  }
  if (word.key == "version") return decode(word.value, system.version);
  if (word.key == "name") return decode(word.value, system.name);
  if (word.key == "supplements") return decode(word.value, system.supplements);
  if (word.key == "valueSet") return decode(word.value, system.value_set);
  const auto content = value_of<CodeSystemContent>(kContentWords, word.value);
  if (content) system.content = *content;
  return word.key == "content" && content.has_value();
}

}  // namespace

Result<ValueSet> read_value_set(std::string_view text) {
  ValueSet value_set;
  Lines lines(text);
  std::string_view line;
  const auto on_fact = [&](const Word& word) {
    if (word.kind == Word::Kind::kFlag) {
      return value_set.active_only = word.key == "activeOnly";
    }
    if (word.key == "version") return decode(word.value, value_set.version);
    return word.key == "name" && decode(word.value, value_set.name);
  };
  if (!lines.next(line) || !read_head(line, DefinitionKind::kValueSet, value_set.url, on_fact)) {
    return text_fault(lines, line);
  }
  ValueSetBody body(value_set);
  while (lines.next(line)) {
    if (!line.empty() && !body.read(line)) return text_fault(lines, line);
  }
  return value_set;
}

Result<CodeSystem> read_code_system(std::string_view text) {
  CodeSystem system;
  Lines lines(text);
  std::string_view line;
  const auto on_fact = [&](const Word& word) { return read_system_fact(word, system); };
  if (!lines.next(line) || !read_head(line, DefinitionKind::kCodeSystem, system.url, on_fact)) {
    return text_fault(lines, line);
  }
  system.concepts.reserve(count_lines(text));
  ConceptBody body(system);
  while (lines.next(line)) {
    if (!line.empty() && !body.read(line)) return text_fault(lines, line);
  }
  return system;
}

}  // namespace oncobridge::profiles
