// A small backtracking reader: a letter between two categories may end the one (T1c) or be the
// prefix of the next (cN0), so all readings are found and the regular one is taken.
#include "converters/mappers/tnm_text.h"

#include <algorithm>
#include <cstddef>

namespace oncobridge {
namespace {

constexpr char kAxes[] = {'T', 'N', 'M'};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equal_folded(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

std::size_t skip(std::string_view text, std::size_t at, std::string_view characters) {
  while (at < text.size() && characters.find(text[at]) != std::string_view::npos) ++at;
  return at;
}

// What may stand in parentheses behind a category, and whether it is part of the category.
struct Suffix {
  char axis;
  std::string_view folded;
  std::string_view spelling;  // as AJCC writes it; empty: a descriptor, kept as it is
};
constexpr Suffix kSuffixes[] = {
    {'T', "dcis", "(DCIS)"}, {'T', "lcis", "(LCIS)"}, {'T', "paget", "(Paget)"},
    {'T', "mi", "mi"},       {'T', "m", {}},          {'T', "s", {}},
    {'N', "mi", "mi"},       {'N', "i+", "(i+)"},     {'N', "i-", "(i-)"},
    {'N', "mol+", "(mol+)"}, {'N', "mol-", "(mol-)"}, {'N', "sn", {}},
    {'N', "f", {}},          {'M', "i+", "(i+)"},     {'M', "0", "(0)"},
    {'M', "1", "(1)"},
};

// Numbers in parentheses: lesions `T2(3)`, nodes `N1(3/15)`.
bool is_count(std::string_view text) {
  const auto is_part = [](char c) { return is_digit(c) || c == '/'; };
  return !text.empty() && is_digit(text.front()) && is_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), is_part);
}

bool append(std::string_view text, char* to, std::uint8_t& size, std::size_t capacity) {
  if (size + text.size() > capacity) return false;
  text.copy(to + size, text.size());
  size = static_cast<std::uint8_t>(size + text.size());
  return true;
}

// Reads the suffixes from `at` and moves it behind them; false if one is unknown.
bool read_suffixes(std::string_view text, char axis, std::size_t& at, TnmCategory& category) {
  while (true) {
    const std::size_t open = skip(text, at, " ");
    if (open == text.size() || text[open] != '(') return true;
    const std::size_t close = text.find(')', open);
    if (close == std::string_view::npos) return false;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const auto* known =
        std::find_if(std::begin(kSuffixes), std::end(kSuffixes), [&](const Suffix& suffix) {
          return suffix.axis == axis && equal_folded(inside, suffix.folded);
        });
    const bool found = known != std::end(kSuffixes);
    if (!found && (axis == 'M' || !is_count(inside))) return false;
    if (found && !known->spelling.empty()) {
      if (!append(known->spelling, category.value, category.value_size, sizeof(category.value)))
        return false;
    } else if (!append(text.substr(open, close - open + 1), category.descriptor,
                       category.descriptor_size, sizeof(category.descriptor))) {
      return false;
    }
    at = close + 1;
  }
}

// The values that may stand at `at`, as lengths, the longest first: `1c` and `1` for T1c.
struct Lengths {
  std::size_t items[3];
  std::size_t count = 0;
  void add(std::size_t length) { items[count++] = length; }
};

Lengths value_lengths(std::string_view text, std::size_t at, char axis) {
  const auto folded = [&](std::size_t i) {
    return at + i < text.size() ? lower(text[at + i]) : '\0';
  };
  Lengths result;
  const char first = folded(0);
  if (first == 'x' || first == '0') {
    result.add(1);
    return result;
  }
  if (axis == 'T' && first == 'i' && folded(1) == 's') {
    result.add(2);
    return result;
  }
  if (axis == 'T' && first == 'a') {  // Ta, non-invasive papillary carcinoma
    result.add(1);
    return result;
  }
  const char highest = axis == 'T' ? '4' : axis == 'N' ? '3' : '1';
  const char last_letter = axis == 'N' ? 'c' : 'd';
  if (first < '1' || first > highest) return result;
  if (axis != 'M' && folded(1) == 'm' && folded(2) == 'i') {
    result.add(3);
  } else if (folded(1) >= 'a' && folded(1) <= last_letter) {
    if (folded(2) >= '1' && folded(2) <= '4') result.add(3);
    result.add(2);
  }
  result.add(1);
  return result;
}

struct Reading {
  TnmCategory categories[3];
  std::size_t end;
};

// Prefix and axis letter; blanks may stand between them before the first category only.
bool read_axis(std::string_view text, std::size_t& at, char axis, bool is_first,
               TnmPrefix& prefix) {
  std::size_t end = at;
  while (end < text.size() && end - at < 3 &&
         std::string_view("ycpra").find(lower(text[end])) != std::string_view::npos)
    ++end;
  for (std::size_t size = end - at + 1; size-- > 0;) {
    const std::size_t axis_at = is_first && size > 0 ? skip(text, at + size, " ") : at + size;
    if (axis_at >= text.size() || lower(text[axis_at]) != lower(axis)) continue;
    for (std::size_t i = 0; i < std::size(kTnmPrefixes); ++i) {
      if (!equal_folded(text.substr(at, size), kTnmPrefixes[i])) continue;
      prefix = static_cast<TnmPrefix>(i);
      at = axis_at + 1;
      return true;
    }
  }
  return false;
}

// Collects readings of text[at..] from the axis on.
struct Reader {
  std::string_view text;
  Reading found[4];
  std::size_t count = 0;

  void finish(const Reading& reading, std::size_t at) {
    if (count == std::size(found)) return;
    found[count] = reading;
    found[count++].end = at;
  }

  void read(std::size_t axis, std::size_t at, const Reading& so_far, bool is_first) {
    if (axis == 3) {
      if (!is_first) finish(so_far, at);
      return;
    }
    const std::size_t start = is_first ? skip(text, at, " ") : skip(text, at, " ,/.-");
    std::size_t value_at = start;
    TnmPrefix prefix{};
    if (!read_axis(text, value_at, kAxes[axis], is_first, prefix))
      return read(axis + 1, at, so_far, is_first);
    value_at = skip(text, value_at, " ");
    const Lengths lengths = value_lengths(text, value_at, kAxes[axis]);
    for (std::size_t i = 0; i < lengths.count; ++i) {
      Reading next = so_far;
      TnmCategory& category = next.categories[axis];
      category.prefix = prefix;
      category.value[category.value_size++] = kAxes[axis];
      for (std::size_t k = 0; k < lengths.items[i]; ++k) {
        const char c = lower(text[value_at + k]);
        category.value[category.value_size++] = c == 'x' ? 'X' : c;
      }
      std::size_t end = value_at + lengths.items[i];
      if (!read_suffixes(text, kAxes[axis], end, category)) continue;
      category.stated = text.substr(start, end - start);
      read(axis + 1, end, next, false);
    }
  }
};

// Factors outside the three categories that may follow them: L0 V1 Pn0 G2 R0 S1.
bool is_rest(std::string_view rest) {
  std::size_t at = 0;
  while ((at = skip(rest, at, " ,/.-")) < rest.size()) {
    const bool perineural = at + 1 < rest.size() && equal_folded(rest.substr(at, 2), "pn");
    if (!perineural && std::string_view("lvgrs").find(lower(rest[at])) == std::string_view::npos)
      return false;
    at += perineural ? 2 : 1;
    if (at == rest.size() || !(is_digit(rest[at]) || lower(rest[at]) == 'x')) return false;
    ++at;
  }
  return true;
}

// How sources write prefixes: one before all categories, one before each, or none; M may have a c
// of its own.
bool is_regular(const Reading& reading) {
  std::size_t given = 0;
  std::size_t with_prefix = 0;
  std::size_t of_autopsy = 0;
  const TnmCategory* first = nullptr;
  for (const TnmCategory& category : reading.categories) {
    if (!category) continue;
    ++given;
    if (category.prefix != TnmPrefix::none) ++with_prefix;
    if (category.prefix == TnmPrefix::a) ++of_autopsy;
    if (first == nullptr) first = &category;
  }
  if (of_autopsy != 0 && of_autopsy != with_prefix) return false;  // the a of pT2aN1 is no prefix
  if (with_prefix == given || with_prefix == 0) return true;
  if (first->prefix == TnmPrefix::none) return false;
  if (with_prefix == 1) return true;
  return with_prefix == 2 && reading.categories[2].prefix == TnmPrefix::c;
}

// The same prefix before each category: no other reading is as regular.
bool is_uniform(const Reading& reading) {
  const TnmPrefix prefix = reading.categories[0].prefix;
  return prefix != TnmPrefix::none &&
         std::all_of(std::begin(reading.categories), std::end(reading.categories),
                     [&](const TnmCategory& category) {
                       return static_cast<bool>(category) && category.prefix == prefix;
                     });
}

std::string_view trimmed(std::string_view text, std::string_view characters) {
  const std::size_t start = text.find_first_not_of(characters);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(characters) - start + 1);
}

// Takes a stage group before or behind the categories out of the text, and the parentheses around
// either. Only the word `stage` says that it is one.
std::string_view take_group(std::string_view& text) {
  constexpr std::string_view kWord = "stage ";
  const std::string_view whole = trimmed(text, " ");
  std::size_t at = 0;
  while (at + kWord.size() < whole.size() && !equal_folded(whole.substr(at, kWord.size()), kWord))
    ++at;
  if (at + kWord.size() >= whole.size()) return {};
  if (at != 0 && std::string_view(" ,(").find(whole[at - 1]) == std::string_view::npos) return {};
  const std::string_view behind = whole.substr(at + kWord.size());
  const std::size_t end = std::min(behind.find_first_of(" ,()"), behind.size());
  const std::string_view group = behind.substr(0, end);
  const std::string_view before = whole.substr(0, at);
  const std::string_view after = behind.substr(end);
  const std::string_view categories = before.empty() ? after : before;
  if (!is_stage_group(group)) return {};
  if (!before.empty() && !trimmed(after, " )").empty()) return {};
  std::string_view left = trimmed(categories, " ,");
  if (!left.empty() && left.back() == '(') left = trimmed(left.substr(0, left.size() - 1), " ,");
  if (!left.empty() && left.front() == '(' && left.back() == ')')
    left = left.substr(1, left.size() - 2);
  if (left.empty()) return {};
  text = left;
  return group;
}

}  // namespace

TnmReading read_tnm(std::string_view text, TnmText& out) {
  const std::string_view group = take_group(text);
  Reader reader{text, {}, 0};
  reader.read(0, 0, Reading{}, true);
  const Reading* taken = nullptr;
  const Reading* regular = nullptr;
  std::size_t readable = 0;
  std::size_t regular_count = 0;
  for (std::size_t i = 0; i < reader.count; ++i) {
    const Reading& reading = reader.found[i];
    if (!is_rest(text.substr(reading.end))) continue;
    ++readable;
    taken = &reading;
    if (!is_regular(reading)) continue;
    if (regular_count > 0 && is_uniform(*regular)) continue;
    regular_count = is_uniform(reading) ? 1 : regular_count + 1;
    regular = &reading;
  }
  if (readable == 0) return TnmReading::not_tnm;
  if (readable > 1) {
    if (regular_count != 1) return TnmReading::ambiguous;
    taken = regular;
  }
  out.t = taken->categories[0];
  out.n = taken->categories[1];
  out.m = taken->categories[2];
  out.rest = text.substr(skip(text, taken->end, " ,/.-"));
  out.group = group;
  return TnmReading::read;
}

TnmReading read_tnm_category(std::string_view text, char axis, TnmCategory& out) {
  TnmText whole{};
  const TnmReading reading = read_tnm(text, whole);
  if (reading != TnmReading::read) return reading;
  const TnmCategory categories[] = {whole.t, whole.n, whole.m};
  for (std::size_t i = 0; i < 3; ++i) {
    if ((kAxes[i] == axis) != static_cast<bool>(categories[i])) return TnmReading::not_tnm;
    if (kAxes[i] == axis) out = categories[i];
  }
  return whole.rest.empty() && whole.group.empty() ? TnmReading::read : TnmReading::not_tnm;
}

bool is_stage_group(std::string_view text) {
  if (equal_folded(text, "occult") || equal_folded(text, "0a") || equal_folded(text, "0is") ||
      text == "0")
    return true;
  std::size_t at = 0;
  while (at < text.size() && (text[at] == 'I' || text[at] == 'V')) ++at;
  const std::string_view number = text.substr(0, at);
  if (number != "I" && number != "II" && number != "III" && number != "IV") return false;
  if (at < text.size() && lower(text[at]) >= 'a' && lower(text[at]) <= 'd') ++at;
  if (at < text.size() && text[at] >= '1' && text[at] <= '3') ++at;
  return at == text.size();
}

}  // namespace oncobridge
