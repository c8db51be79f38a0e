// Scanning of XHTML sixteen bytes at a time, for the reader of narratives. Pure functions.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace oncobridge::profiles::xhtml {

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

inline constexpr std::array<bool, 256> make_name_chars() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    table[static_cast<std::size_t>(c)] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                         (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                                         c == ':' || c == '.' || c >= 0x80;
  }
  return table;
}
inline constexpr std::array<bool, 256> kNameChars = make_name_chars();

inline bool is_name_char(char c) { return kNameChars[static_cast<unsigned char>(c)]; }

// The first `<`, `&`, `quote` or control character that XML forbids, or `end`.
inline const char* scan_markup(const char* at, const char* end, char quote) {
#ifdef __SSE2__
  const auto equals = [](__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    const __m128i marks =
        _mm_or_si128(equals(bytes, quote), _mm_or_si128(equals(bytes, '<'), equals(bytes, '&')));
    auto stops = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(marks, control)));
    for (; stops != 0; stops &= stops - 1) {
      const char* const stop = at + std::countr_zero(stops);
      if (!is_space(*stop)) return stop;
    }
  }
#endif
  for (; at != end; ++at) {
    const char c = *at;
    if (c == '<' || c == '&' || c == quote) break;
    if (static_cast<unsigned char>(c) < 0x20 && !is_space(c)) break;
  }
  return at;
}

// What plain_markup() may load at once behind any byte that it looks at.
inline constexpr std::ptrdiff_t kLookAhead = 32;
inline constexpr std::size_t kWordSize = 8;

// The first `size` bytes, one to eight, as a word; eight can be read.
inline std::uint64_t load_word(const char* at, std::size_t size) {
  std::uint64_t word;
  std::memcpy(&word, at, kWordSize);
  return word & ~std::uint64_t{0} >> 8 * (kWordSize - size);
}

// The `size` bytes before `end`, one to eight, as a word; eight can be read.
inline std::uint64_t load_word_before(const char* end, std::size_t size) {
  std::uint64_t word;
  std::memcpy(&word, end - kWordSize, kWordSize);
  return word >> 8 * (kWordSize - size);
}

// How many bytes stand before one of the three, at most 16. Sixteen can be read.
inline std::size_t length_before(const char* at, char a, char b, char c) {
#ifdef __SSE2__
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)),
                                     _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(b)),
                                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
  return static_cast<std::size_t>(
      std::countr_zero(static_cast<std::uint32_t>(_mm_movemask_epi8(found)) | 0x10000u));
#else
  std::size_t i = 0;
  while (i < 16 && at[i] != a && at[i] != b && at[i] != c) ++i;
  return i;
#endif
}

// Characters of a URL (RFC 3986), and all beyond ASCII.
inline constexpr std::array<bool, 256> make_url_chars() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    table[static_cast<std::size_t>(c)] =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
  }
  for (const char c : std::string_view(";?:@&=+$.,/%-_~#[]!'()*|")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
inline constexpr std::array<bool, 256> kUrlChars = make_url_chars();

// True if all are characters of a URL.
inline bool is_url_text(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
#ifdef __SSE2__
  // ASCII that is no such character: controls and blank, "<>\^`{} and 0x7F. A bit that tells two of
  // them apart is set first, so that one comparison finds both.
  const auto either = [](__m128i bytes, char bit, char c) {
    return _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(bit)), _mm_set1_epi8(c));
  };
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x20)), bytes);
    const __m128i angles = _mm_or_si128(either(bytes, 2, '>'), either(bytes, 0, '"'));
    const __m128i marks = _mm_or_si128(either(bytes, 2, '^'), either(bytes, 0, '`'));
    const __m128i braces = _mm_or_si128(either(bytes, 4, 0x7F), either(bytes, 0, '}'));
    const __m128i wrong = _mm_or_si128(_mm_or_si128(low, angles), _mm_or_si128(marks, braces));
    if (_mm_movemask_epi8(wrong) != 0) return false;
  }
#endif
  for (; at != end; ++at) {
    if (!kUrlChars[static_cast<unsigned char>(*at)]) return false;
  }
  return true;
}

}  // namespace oncobridge::profiles::xhtml
