#include "oncobridge/base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace oncobridge {

namespace {

// What a byte folds to by itself; 0 where the bytes around it matter.
constexpr std::array<char, 256> kFolded = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 256; ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool special = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xC2 || c == 0xE2;
    if (!special) table[c] = static_cast<char>(upper ? c + 32 : c);
  }
  return table;
}();

// Folds eight bytes at a time as long as they are printable ASCII with single blanks between words;
// returns how many it did. `blank`: whether the last one was a blank (before the first: yes).
std::size_t fold_plain(std::string_view text, char* out, bool& blank) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x80 * kOnes;
  if constexpr (std::endian::native != std::endian::little) return 0;
  std::size_t done = 0;
  for (; done + 8 <= text.size(); done += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + done, 8);
    if (((word | ((word - kOnes * ' ') & ~word)) & kHigh) != 0) break;  // not ASCII, or a control
    const std::uint64_t blanks = ~((word ^ kOnes * ' ') + kOnes * 0x7F) & kHigh;
    if ((blanks & (blanks << 8 | (blank ? 0x80u : 0u))) != 0) break;  // a run of blanks
    blank = blanks >> 63 != 0;
    // Adding lifts a byte from 'A' or from behind 'Z' on above 0x7F.
    const std::uint64_t upper =
        (word + kOnes * (0x80 - 'A')) & ~(word + kOnes * (0x7F - 'Z')) & kHigh;
    word |= upper >> 2;
    std::memcpy(out + done, &word, 8);
  }
  return done;
}

}  // namespace

std::size_t fold_wording(std::string_view text, char* out) {
  bool blank = true;
  std::size_t size = fold_plain(text, out, blank);
  const std::size_t start = size;
  blank = blank && size > 0;
  if (blank) --size;  // it is written once a word follows
  for (std::size_t i = start; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (const char folded = kFolded[c]; folded != 0 && !blank) {
      out[size++] = folded;
      continue;
    }
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0xA0) {
      ++i;
      c = ' ';
    } else if (c == 0xE2 && i + 2 < text.size()) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      const auto third = static_cast<unsigned char>(text[i + 2]);
      if ((second == 0x80 && third >= 0x90 && third <= 0x95) || (second == 0x88 && third == 0x92)) {
        i += 2;
        c = '-';
      }
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = size > 0;
      continue;
    }
    if (blank) {
      out[size++] = ' ';
      blank = false;
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<unsigned char>(c + 32);
    out[size++] = static_cast<char>(c);
  }
  return size;
}

bool contains_folded(std::string_view text, std::string_view words) {
  if (words.empty() || text.size() < words.size()) return words.empty();
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto same = [&](char a, char b) { return lower(a) == lower(b); };
  // The first letter in either case, then the rest: most texts are left at the first.
  const char small = lower(words[0]);
  const char capital = small >= 'a' && small <= 'z' ? static_cast<char>(small - 32) : small;
  const std::size_t last = text.size() - words.size();
  for (const char letter : {small, capital}) {
    for (std::size_t at = text.find(letter); at <= last; at = text.find(letter, at + 1)) {
      if (std::equal(words.begin(), words.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                     same))
        return true;
    }
  }
  return false;
}

bool is_decimal(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  std::size_t i = text[0] == '-' ? 1 : 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  const std::size_t first = i;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

namespace {

// A decimal as its digits without leading and trailing zeros, and the power of ten of the first
// digit: 0.0450 is "45" and -2. No digits: zero.
struct Scientific {
  bool negative = false;
  char digits[64];
  int count = 0;
  int power = 0;
  long exponent = 0;  // as written; clamped
};

Scientific scientific(std::string_view decimal) {
  Scientific result;
  std::size_t i = 0;
  if (decimal[0] == '-') {
    result.negative = true;
    i = 1;
  }
  bool after_point = false;
  int point = 0;  // digits before the point, counted from the first that is not 0
  for (; i < decimal.size() && decimal[i] != 'e' && decimal[i] != 'E'; ++i) {
    const char c = decimal[i];
    if (c == '.') {
      after_point = true;
    } else if (c == '0' && result.count == 0) {
      if (after_point) --point;
    } else {
      result.digits[result.count++] = c;
      if (!after_point) ++point;
    }
  }
  while (result.count > 0 && result.digits[result.count - 1] == '0') --result.count;
  if (i < decimal.size()) {
    const bool below = decimal[++i] == '-';
    if (decimal[i] == '-' || decimal[i] == '+') ++i;
    for (; i < decimal.size(); ++i)
      result.exponent = std::min(result.exponent * 10 + (decimal[i] - '0'), 1000000L);
    if (below) result.exponent = -result.exponent;
  }
  result.power = point - 1 + static_cast<int>(result.exponent);
  return result;
}

}  // namespace

std::optional<std::uint32_t> whole_value(std::string_view decimal) {
  if (!is_decimal(decimal)) return std::nullopt;
  const Scientific number = scientific(decimal);
  if (number.count == 0) return 0;
  if (number.negative || number.power > 9 || number.power < number.count - 1) return std::nullopt;
  std::uint64_t value = 0;
  for (int i = 0; i <= number.power; ++i) {
    value =
        value * 10 + (i < number.count ? static_cast<std::uint64_t>(number.digits[i] - '0') : 0u);
  }
  if (value > 0xFFFFFFFFu) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

bool is_measurable(std::string_view decimal) {
  const Scientific number = scientific(decimal);
  if (number.exponent < -30 || number.exponent > 30) return false;
  if (number.count == 0) return true;
  const bool largest = number.power == 15 && number.count == 1 && number.digits[0] == '1';
  return number.power >= -15 && (number.power < 15 || largest);
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    // Most texts are ASCII: eight bytes at a time.
    std::uint64_t word = 0;
    if (i + 8 <= text.size()) std::memcpy(&word, text.data() + i, 8);
    if (i + 8 <= text.size() && (word & 0x8080808080808080) == 0) {
      i += 8;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      continue;
    }
    const std::size_t extra = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
    if (c < 0xC2 || c > 0xF4 || i + extra >= text.size()) return i;
    std::uint32_t code = c & (0x3Fu >> extra);
    for (std::size_t k = 1; k <= extra; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0) != 0x80) return i;
      code = code << 6 | (next & 0x3Fu);
    }
    if ((extra == 2 && code < 0x800) || (extra == 3 && (code < 0x10000 || code > 0x10FFFF)))
      return i;
    if (code >= 0xD800 && code <= 0xDFFF) return i;
    i += extra + 1;
  }
  return i;
}

namespace {

// The last size % 8 bytes, which are at least one, as the low bytes of a word (little endian).
std::uint64_t last_word(std::string_view bytes) {
  const std::size_t left = bytes.size() % 8;
  const char* end = bytes.data() + bytes.size();
  if (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, end - 8, 8);
    return word >> (8 * (8 - left));
  }
  if (left >= 4) {
    std::uint32_t low;
    std::uint32_t high;
    std::memcpy(&low, bytes.data(), 4);
    std::memcpy(&high, end - 4, 4);
    return low | std::uint64_t{high} << (8 * (left - 4));
  }
  const auto byte = [&](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  };
  return byte(0) | byte(left / 2) | byte(left - 1);
}

}  // namespace

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  __extension__ using Wide = unsigned __int128;
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15ull;
  std::uint64_t hash = seed ^ (bytes.size() * kFactor);
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  const auto mix = [&hash](std::uint64_t word) {
    const auto product = static_cast<Wide>(hash ^ word) * kFactor;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    mix(word);
  }
  if (left > 0) mix(last_word(bytes));
  mix(kFactor);
  return hash;
}

}  // namespace oncobridge
