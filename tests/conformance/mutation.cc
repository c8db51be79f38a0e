#include "tests/conformance/mutation.h"

#include <array>
#include <random>

namespace oncobridge::conformance {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::size_t string_end(std::string_view json, std::size_t quote) {
  std::size_t i = quote + 1;
  while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
  return i + 1;
}

// What a value is replaced by: other kinds, empty ones, and strings that some rule forbids.
constexpr std::array<std::string_view, 28> kValues = {
    "null",
    "{}",
    "[]",
    "true",
    "0",
    "-1",
    "1.50",
    "1e400",
    "\"\"",
    "\" \"",
    "\"x\"",
    "\" x\"",
    "\"2018-02-30\"",
    "\"2018-3-16\"",
    "\"2018-03-16T10:00:00\"",
    "\"2018-03-16T10:00:00Z\"",
    "\"#nowhere\"",
    "\"Patient/1 2\"",
    "\"urn:uuid:1\"",
    "\"http://example.org/x\"",
    "\"http://loinc.org\"",
    "\"https://loinc.org\"",
    "\"\\ud800\"",
    "\"\\u0001\"",
    "[[\"x\"]]",
    "{\"coding\":[{\"code\":\"x\"}]}",
    "{\"reference\":\"Organization/x\"}",
    "{\"extension\":[{\"url\":\"http://a.test/x\",\"valueString\":\"x\"}]}"};

}  // namespace

Mutator::Mutator(std::string_view json) : json_(json) {
  std::vector<std::size_t> open;  // indices of values_ that are not closed; npos for the root
  std::size_t name = std::string_view::npos;
  for (std::size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (c == '}' || c == ']') {
      ++i;
      if (open.back() != std::string_view::npos) values_[open.back()].end = i;
      open.pop_back();
    } else if (c == ',' || c == ':' || kSpace.find(c) != std::string_view::npos) {
      ++i;
    } else {
      const std::size_t begin = i;
      const bool container = c == '{' || c == '[';
      i = c == '"'    ? string_end(json, i)
          : container ? i + 1
                      : std::min(json.find_first_of(" \t\r\n,]}", i), json.size());
      const std::size_t after = json.find_first_not_of(kSpace, i);
      if (c == '"' && after != std::string_view::npos && json[after] == ':') {
        name = begin;
        continue;
      }
      const bool root = open.empty();
      if (!root) values_.push_back({begin, i, name == std::string_view::npos ? begin : name, c});
      if (container) open.push_back(root ? std::string_view::npos : values_.size() - 1);
      name = std::string_view::npos;
    }
  }
}

std::string Mutator::replaced(const Value& value, std::string_view text) const {
  std::string out(json_.substr(0, value.begin));
  out += text;
  return out += json_.substr(value.end);
}

std::string Mutator::removed(const Value& value) const {
  std::size_t begin = value.member;
  std::size_t end = json_.find_first_not_of(kSpace, value.end);
  if (end != std::string_view::npos && json_[end] == ',') {
    ++end;
  } else {
    const std::size_t before = json_.find_last_not_of(kSpace, begin - 1);
    if (before != std::string_view::npos && json_[before] == ',') begin = before;
    end = value.end;
  }
  return std::string(json_.substr(0, begin)) + std::string(json_.substr(end));
}

std::string Mutator::doubled(const Value& value) const {
  std::string out(json_.substr(0, value.end));
  out += ',';
  out += json_.substr(value.member, value.end - value.member);
  return out += json_.substr(value.end);
}

std::string Mutator::renamed(const Value& value, std::uint64_t random) const {
  if (value.member == value.begin) return replaced(value, "\"item\"");
  const std::size_t end = string_end(json_, value.member);
  std::string name(json_.substr(value.member + 1, end - value.member - 2));
  switch (random % 4) {
    case 0:
      name += 'x';
      break;
    case 1:
      name.insert(0, "_");
      break;
    case 2:
      name = "valueString";
      break;
    default: {
      const Value& other = values_[(random / 4) % values_.size()];
      if (other.member != other.begin)
        name = json_.substr(other.member + 1, string_end(json_, other.member) - other.member - 2);
    }
  }
  std::string out(json_.substr(0, value.member));
  out += '"' + name + '"';
  return out += json_.substr(end);
}

std::string Mutator::edited(const Value& value, std::uint64_t random) const {
  std::string text(json_.substr(value.begin, value.end - value.begin));
  if (value.kind == '"' && text.size() > 2) {
    const std::size_t at = 1 + random % (text.size() - 2);
    if (text[at] == '\\' || text[at - 1] == '\\' || (text[at] & 0x80) != 0)
      return replaced(value, "\"\"");
    text[at] = "aZ0 -/|#."[(random >> 20) % 9];
    return replaced(value, text);
  }
  return replaced(value,
                  value.kind == '[' || value.kind == '{' ? '[' + text + ']' : '"' + text + '"');
}

std::string Mutator::mutate(std::uint64_t seed) const {
  if (values_.empty()) return std::string(json_);
  std::mt19937_64 random(seed);
  const Value& value = values_[random() % values_.size()];
  switch (random() % 6) {
    case 0:
      return removed(value);
    case 1:
      return doubled(value);
    case 2:
      return renamed(value, random());
    case 3:
      return edited(value, random());
    case 4: {
      const Value& other = values_[random() % values_.size()];
      return replaced(value, json_.substr(other.begin, other.end - other.begin));
    }
    default:
      return replaced(value, kValues[random() % kValues.size()]);
  }
}

}  // namespace oncobridge::conformance
