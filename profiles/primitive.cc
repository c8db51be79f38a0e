#include "profiles/primitive.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "profiles/same_text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace oncobridge::profiles {
namespace {

using Verdict = std::optional<RuleId>;

// What a byte may be part of.
enum CharClass : std::uint8_t {
  kSpace = 1,      // blank, tab, line feed, vertical tab, form feed, carriage return
  kControl = 2,    // below U+0020
  kIdChar = 4,     // A-Z a-z 0-9 - .
  kBase64 = 8,     // the alphabet of RFC 4648 section 4
  kLowerHex = 16,  // 0-9 a-f
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    int bits = 0;
    if (c == ' ' || (c >= 9 && c <= 13)) bits |= kSpace;
    if (c < 0x20) bits |= kControl;
    if (alpha || digit || c == '-' || c == '.') bits |= kIdChar;
    if (alpha || digit || c == '+' || c == '/') bits |= kBase64;
    if (digit || (c >= 'a' && c <= 'f')) bits |= kLowerHex;
    table[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(bits);
  }
  return table;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool is(char c, int classes) { return (kClasses[static_cast<unsigned char>(c)] & classes) != 0; }
bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

bool all_of_class(std::string_view text, int classes) {
  for (const char c : text) {
    if (!is(c, classes)) return false;
  }
  return true;
}

// True if a byte is less than kLimit; eight at a time (Mycroft's test, exact for "any").
template <std::uint8_t kLimit>
bool has_byte_below(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  const auto low_bytes = [](std::uint64_t word) {
    return (word - kOnes * kLimit) & ~word & kHighs;
  };
  const char* const begin = text.data();
  const std::size_t size = text.size();
  if (size < 8) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < kLimit) return true;
    }
    return false;
  }
  std::uint64_t found = low_bytes(load<std::uint64_t>(begin + size - 8));
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    found |= low_bytes(load<std::uint64_t>(begin + at));
  }
  return found != 0;
}

bool has_control(std::string_view text) { return has_byte_below<0x20>(text); }
bool has_space(std::string_view text) { return has_byte_below<0x21>(text); }

std::size_t count_characters(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

bool has_forbidden_control(std::string_view text) {
  for (const char c : text) {
    if (is(c, kControl) && c != '\t' && c != '\n' && c != '\r') return true;
  }
  return false;
}

Verdict check_string(std::string_view text, bool markdown) {
  if (has_control(text) && has_forbidden_control(text)) return RuleId::kPrimitiveString;
  if (markdown) return std::nullopt;
  if (text.size() > kMaxStringLength && count_characters(text) > kMaxStringLength) {
    return RuleId::kPrimitiveStringLength;
  }
  if (is(text.front(), kSpace) || is(text.back(), kSpace)) return RuleId::kPrimitiveStringSpace;
  return std::nullopt;
}

Verdict check_code(std::string_view text) {
  if (!has_space(text)) return std::nullopt;
  bool after_blank = true;  // so that a leading blank counts as the second
  for (const char c : text) {
    if (is(c, kSpace | kControl)) {
      if (c != ' ' || after_blank) return RuleId::kPrimitiveCode;
      after_blank = true;
    } else {
      after_blank = false;
    }
  }
  if (after_blank) return RuleId::kPrimitiveCode;
  return std::nullopt;
}

// --- dates ---

// Two digits at `at`, or -1.
int two_digits(const char* at) {
  if (!is_digit(at[0]) || !is_digit(at[1])) return -1;
  return (at[0] - '0') * 10 + (at[1] - '0');
}

constexpr std::array<std::uint8_t, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

int days_of(int year, int month) {
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month)];
}

// Reads YYYY, YYYY-MM or YYYY-MM-DD at the start; returns its length, or 0.
std::size_t read_date(std::string_view text, int& year) {
  if (text.size() < 4) return 0;
  const int century = two_digits(text.data());
  const int rest = two_digits(text.data() + 2);
  if (century < 0 || rest < 0) return 0;
  year = century * 100 + rest;
  if (year == 0) return 0;
  if (text.size() == 4) return 4;
  if (text.size() < 7 || text[4] != '-') return 0;
  const int month = two_digits(text.data() + 5);
  if (month < 1 || month > 12) return 0;
  if (text.size() == 7) return 7;
  if (text.size() < 10 || text[7] != '-') return 0;
  const int day = two_digits(text.data() + 8);
  return day >= 1 && day <= days_of(year, month) ? 10 : 0;
}

// Reads hh:mm:ss with an optional fraction; returns its length, or 0. Second 60 is a leap second.
std::size_t read_time(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return 0;
  const int hour = two_digits(text.data());
  const int minute = two_digits(text.data() + 3);
  const int second = two_digits(text.data() + 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return 0;
  if (text.size() == 8 || text[8] != '.') return 8;
  std::size_t end = 9;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end > 9 ? end : 0;
}

bool is_zone(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hour = two_digits(text.data() + 1);
  const int minute = two_digits(text.data() + 4);
  if (hour < 0 || minute < 0 || minute > 59) return false;
  return hour < 14 || (hour == 14 && minute == 0);
}

Verdict check_year(int year) {
  constexpr int kFirstPlausible = 1800;
  constexpr int kLastPlausible = 2110;
  if (year < kFirstPlausible || year > kLastPlausible) return RuleId::kPrimitiveYear;
  return std::nullopt;
}

Verdict check_date(std::string_view text) {
  int year = 0;
  const std::size_t length = read_date(text, year);
  if (length == 0 || length != text.size()) return RuleId::kPrimitiveDate;
  return check_year(year);
}

Verdict check_moment(std::string_view text, bool time_required, RuleId rule) {
  int year = 0;
  const std::size_t length = read_date(text, year);
  if (length == 0) return rule;
  if (length == text.size()) {
    if (time_required) return rule;
    return check_year(year);
  }
  if (length != 10 || text[10] != 'T') return rule;
  const std::string_view clock = text.substr(11);
  const std::size_t clock_length = read_time(clock);
  if (clock_length == 0 || !is_zone(clock.substr(clock_length))) return rule;
  return check_year(year);
}

// --- numbers ---

// -?(0|[1-9][0-9]*) of at most 32 bits.
bool read_integer(std::string_view text, std::int64_t& value) {
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 10) return false;
  if (text.front() == '0' && text.size() > 1) return false;
  value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  if (negative) value = -value;
  return value >= INT32_MIN && value <= INT32_MAX;
}

Verdict check_integer(std::string_view text) {
  std::int64_t value = 0;
  if (!read_integer(text, value)) return RuleId::kPrimitiveInteger;
  return std::nullopt;
}

Verdict check_unsigned(std::string_view text, std::int64_t lowest, RuleId rule) {
  std::int64_t value = 0;
  if (!read_integer(text, value) || text.front() == '-' || value < lowest) return rule;
  return std::nullopt;
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
Verdict check_decimal(std::string_view text) {
  constexpr std::size_t kMaxDigits = 18;
  std::size_t at = text.front() == '-' ? 1 : 0;
  std::size_t significant = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      significant += significant > 0 || text[at] != '0';
    }
    return at - start;
  };
  const std::size_t whole = at;
  const std::size_t count = digits();
  if (count == 0 || (count > 1 && text[whole] == '0')) return RuleId::kPrimitiveDecimal;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return RuleId::kPrimitiveDecimal;
  }
  const bool too_many = significant > kMaxDigits;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return RuleId::kPrimitiveDecimal;
  }
  if (at != text.size()) return RuleId::kPrimitiveDecimal;
  if (too_many) return RuleId::kPrimitiveDecimalPrecision;
  return std::nullopt;
}

// --- the rest ---

#ifdef __SSE2__
// Which bytes are among the `count` from `first` on.
__m128i in_range(__m128i bytes, char first, char count) {
  const __m128i offset = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
  return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(static_cast<char>(count - 1))), offset);
}

// Sixteen bytes of A-Z a-z 0-9 - and the full stop.
bool is_id_block(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i letters = in_range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
  const __m128i others = _mm_or_si128(in_range(bytes, '0', 10), in_range(bytes, '-', 2));
  return _mm_movemask_epi8(_mm_or_si128(letters, others)) == 0xFFFF;
}
#endif

struct Base64Run {
  std::size_t size = 0;    // in steps of 16
  std::size_t spaces = 0;  // within it
};

// The start of a text that is base64 without padding, with white space or without.
Base64Run base64_run(std::string_view text) {
  Base64Run run;
#ifdef __SSE2__
  for (; text.size() - run.size >= 16; run.size += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + run.size));
    const __m128i letters = in_range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
    const __m128i others =
        _mm_or_si128(in_range(bytes, '/', 11), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+')));
    const int digits = _mm_movemask_epi8(_mm_or_si128(letters, others));
    if (digits == 0xFFFF) continue;
    const __m128i blank = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
    const int spaces = _mm_movemask_epi8(_mm_or_si128(blank, in_range(bytes, '\t', 5)));
    if ((digits | spaces) != 0xFFFF) break;
    run.spaces += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(spaces)));
  }
#endif
  return run;
}

Verdict check_base64(std::string_view text) {
  const Base64Run run = base64_run(text);
  std::size_t digits = run.size - run.spaces;
  text.remove_prefix(run.size);
  std::size_t padding = 0;
  bool space = run.spaces > 0;
  for (const char c : text) {
    if (is(c, kBase64)) {
      if (padding > 0) return RuleId::kPrimitiveBase64;
      ++digits;
    } else if (c == '=') {
      ++padding;
    } else if (is(c, kSpace)) {
      space = true;
    } else {
      return RuleId::kPrimitiveBase64;
    }
  }
  if (digits == 0 || padding > 2 || (digits + padding) % 4 != 0) return RuleId::kPrimitiveBase64;
  if (space) return RuleId::kPrimitiveBase64Space;
  return std::nullopt;
}

// `urn:uuid:` and `urn:oid:` are held to their own grammar wherever a URI stands. A fragment, and
// the version of a canonical, come after the UUID.
Verdict check_urn(std::string_view text, bool canonical) {
  constexpr std::string_view kUuid = "urn:uuid:";
  constexpr std::string_view kOid = "urn:oid:";
  std::string_view name = text.substr(0, text.find('#'));
  if (canonical) name = name.substr(0, name.find('|'));
  if (name.starts_with(kUuid) && !is_uuid(name.substr(kUuid.size()))) {
    return RuleId::kPrimitiveUuid;
  }
  if (name.starts_with(kOid) && !is_oid(name.substr(kOid.size()))) return RuleId::kPrimitiveOid;
  return std::nullopt;
}

Verdict check_uri(std::string_view text, Primitive type) {
  if (has_space(text)) return RuleId::kPrimitiveUri;
  // Names of the urn namespaces are no schemes of their own.
  if (begins_with(text, "oid:") || begins_with(text, "uuid:")) return RuleId::kPrimitiveUri;
  const bool canonical = type == Primitive::kCanonical;
  if (canonical && text.front() != '#' && !is_absolute_uri(text)) {
    return RuleId::kPrimitiveCanonical;
  }
  return begins_with(text, "urn:") ? check_urn(text, canonical) : std::nullopt;
}

Verdict check_prefixed(std::string_view text, std::string_view prefix,
                       bool (*rest)(std::string_view), RuleId rule) {
  if (!text.starts_with(prefix) || !rest(text.substr(prefix.size()))) return rule;
  return std::nullopt;
}

}  // namespace

std::optional<RuleId> check_primitive(Primitive type, std::string_view text) {
  if (type == Primitive::kNone || type == Primitive::kXhtml) return std::nullopt;
  if (text.empty()) return RuleId::kPrimitiveEmpty;
  switch (type) {
    case Primitive::kString:
    case Primitive::kSystemString:
      return check_string(text, false);
    case Primitive::kMarkdown:
      return check_string(text, true);
    case Primitive::kCode:
      return check_code(text);
    case Primitive::kUri:
    case Primitive::kUrl:
    case Primitive::kCanonical:
      return check_uri(text, type);
    case Primitive::kBoolean:
      return text == "true" || text == "false" ? Verdict() : RuleId::kPrimitiveBoolean;
    case Primitive::kDecimal:
      return check_decimal(text);
    case Primitive::kDateTime:
      return check_moment(text, false, RuleId::kPrimitiveDateTime);
    case Primitive::kDate:
      return check_date(text);
    case Primitive::kInstant:
      return check_moment(text, true, RuleId::kPrimitiveInstant);
    case Primitive::kTime:
      return read_time(text) == text.size() ? Verdict() : RuleId::kPrimitiveTime;
    case Primitive::kInteger:
      return check_integer(text);
    case Primitive::kUnsignedInt:
      return check_unsigned(text, 0, RuleId::kPrimitiveUnsignedInt);
    case Primitive::kPositiveInt:
      return check_unsigned(text, 1, RuleId::kPrimitivePositiveInt);
    case Primitive::kId:
      return is_id(text) ? Verdict() : RuleId::kPrimitiveId;
    case Primitive::kBase64Binary:
      return check_base64(text);
    case Primitive::kOid:
      return check_prefixed(text, "urn:oid:", is_oid, RuleId::kPrimitiveOid);
    case Primitive::kUuid:
      return check_prefixed(text, "urn:uuid:", is_uuid, RuleId::kPrimitiveUuid);
    case Primitive::kNone:
    case Primitive::kXhtml:
      break;
  }
  return std::nullopt;
}

bool is_absolute_uri(std::string_view text) {
  const std::size_t frequent = begins_with(text, "http:")    ? 5
                               : begins_with(text, "https:") ? 6
                               : begins_with(text, "urn:")   ? 4
                                                             : 0;
  if (frequent > 0) return text.size() > frequent && !has_space(text.substr(frequent));
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  const std::string_view scheme = text.substr(0, colon);
  if (scheme.front() < 'a' || scheme.front() > 'z') return false;
  for (const char c : scheme) {
    const bool lower = c >= 'a' && c <= 'z';
    if (!lower && !is_digit(c) && c != '+' && c != '-' && c != '.') return false;
  }
  return !has_space(text.substr(colon + 1));
}

bool is_oid(std::string_view text) {
  if (text.size() < 3 || text[0] < '0' || text[0] > '2') return false;
  std::size_t at = 1;
  while (at < text.size()) {
    if (text[at] != '.') return false;
    const std::size_t start = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == start || (text[start] == '0' && at - start > 1)) return false;
  }
  return true;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is(text[i], kLowerHex)) return false;
  }
  return true;
}

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
#ifdef __SSE2__
  if (text.size() >= 16) {
    const char* const last = text.data() + text.size() - 16;
    for (const char* at = text.data(); at < last; at += 16) {
      if (!is_id_block(at)) return false;
    }
    return is_id_block(last);
  }
#endif
  return all_of_class(text, kIdChar);
}

}  // namespace oncobridge::profiles
