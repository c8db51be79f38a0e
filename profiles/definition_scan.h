// Lines and words of the text form of definitions (definition_text.h), for its readers. Views into
// the text; no state beyond a scan.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "oncobridge/base/result.h"
#include "profiles/definition_names.h"
#include "profiles/definition_words.h"

namespace oncobridge::profiles {

// Where the first of some characters stands, from `at` on; the size if none does.
template <char... kStops>
std::size_t find_stop(std::string_view text, std::size_t at) {
  static constexpr auto kTable = [] {
    std::array<bool, 256> table{};
    ((table[static_cast<unsigned char>(kStops)] = true), ...);
    return table;
  }();
  while (at < text.size() && !kTable[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

// The lines of a text, without their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    return true;
  }
  std::uint32_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::uint32_t number_ = 0;
};

// One word of a line: its raw text, and for key=value the part after the sign.
struct Word {
  enum class Kind { kWord, kFact, kFlag };
  Kind kind = Kind::kWord;
  std::string_view key;    // of a fact or flag; raw
  std::string_view value;  // raw: bare, a JSON string or another JSON value
};

// The words of a line, one after the other. A word that does not end makes the line faulty.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  bool faulty() const { return faulty_; }

  bool next(Word& word) {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    if (rest_.empty() || faulty_) return false;
    if (rest_[0] == '+') {
      rest_.remove_prefix(1);
      word = {Word::Kind::kFlag, take_bare(), {}};
      return true;
    }
    const std::size_t equals = key_length();
    if (equals == 0) {
      word = {Word::Kind::kWord, {}, take_value()};
    } else {
      word = {Word::Kind::kFact, rest_.substr(0, equals), {}};
      rest_.remove_prefix(equals + 1);
      word.value = take_value();
    }
    return !faulty_;
  }

 private:
  // Length of the key if the word is key=value. A type has no `=` before its brackets.
  std::size_t key_length() const {
    if (rest_[0] == '"') {
      const std::size_t length = json_length(rest_);
      return length > 0 && length < rest_.size() && rest_[length] == '=' ? length : 0;
    }
    const std::size_t end = find_stop<' ', '=', '(', '[', '{', '"'>(rest_, 0);
    return end < rest_.size() && rest_[end] == '=' ? end : 0;
  }

  std::string_view take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }
  std::string_view take_bare() { return take(std::min(rest_.find(' '), rest_.size())); }

  std::string_view take_value() {
    if (rest_.empty()) return {};
    if (rest_[0] != '{' && rest_[0] != '[') return take_bracketed();
    const std::size_t length = json_length(rest_);
    if (length == 0) faulty_ = true;
    return take(length);
  }

  // Up to a blank that is in no JSON string: a word or a type.
  std::string_view take_bracketed() {
    std::size_t end = find_stop<' ', '"'>(rest_, 0);
    while (end < rest_.size() && rest_[end] == '"') {
      const std::size_t length = json_length(rest_.substr(end));
      if (length == 0) {
        faulty_ = true;
        break;
      }
      end = find_stop<' ', '"'>(rest_, end + length);
    }
    return take(end);
  }

  std::string_view rest_;
  bool faulty_ = false;
};

// The text that a raw word stands for.
inline bool decode(std::string_view raw, std::string& out) {
  out.clear();
  if (!raw.empty() && raw[0] == '"') return append_decoded(out, raw);
  out = raw;
  return true;
}

inline bool decode_number(std::string_view raw, std::uint32_t& out) {
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), out);
  return error == std::errc() && end == raw.data() + raw.size();
}

// A word that may hold a `=` itself: canonicals, codes.
inline std::string_view raw_of(const Word& word) {
  return word.kind == Word::Kind::kFact
             ? std::string_view(word.key.data(), word.key.size() + 1 + word.value.size())
             : word.value;
}

// The first line; `on_fact` takes what stands behind the canonical.
template <typename OnFact>
bool read_head(std::string_view line, DefinitionKind kind, std::string& url, OnFact&& on_fact) {
  Words words(line);
  Word word;
  if (!words.next(word) || word.value != word_of(kKindWords, kind)) return false;
  if (!words.next(word) || word.kind == Word::Kind::kFlag) return false;
  if (!decode(raw_of(word), url)) return false;
  while (words.next(word)) {
    if (word.kind == Word::Kind::kWord || !on_fact(word)) return false;
  }
  return !words.faulty();
}

inline tl::unexpected<Fault> text_fault(const Lines& lines, std::string_view line) {
  const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
  auto result = fault("definition-text",
                      "line " + std::to_string(lines.number()) +
                          " is no line of a definition: " + std::string(line.substr(start, 80)));
  result.value().place.line = lines.number();
  return result;
}

inline std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

inline std::size_t count_lines(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace oncobridge::profiles
