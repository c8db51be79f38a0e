// Scanning of text sixteen bytes at a time, for the readers of the tape. Pure functions; none reads
// a byte at or behind `end`.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace oncobridge {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // of UTF-8

// Where a document begins: behind white space and a byte-order mark. npos: it is empty.
inline std::size_t document_begin(std::string_view source) {
  return source.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
}

// Whether a document is XML, by its first character.
inline bool begins_as_xml(std::string_view source) {
  const std::size_t begin = document_begin(source);
  return begin != std::string_view::npos && source[begin] == '<';
}

// UTF-16 and UTF-32 begin with a byte-order mark or have a zero among their first bytes.
inline bool is_wide_encoding(std::string_view source) {
  return source.starts_with("\xFE\xFF") || source.starts_with("\xFF\xFE") ||
         source.substr(0, 2).find('\0') != std::string_view::npos;
}

// Bytes of a name, string or number of JSON that has no quotes.
inline constexpr std::array<bool, 256> kJsonTokenBytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x21; c < 256; ++c) table[c] = c != 0x7F;
  for (const unsigned char c : {',', ':', '{', '}', '[', ']', '"', '\'', '/', '\\'}) {
    table[c] = false;
  }
  return table;
}();
inline bool is_json_token_byte(char c) { return kJsonTokenBytes[static_cast<unsigned char>(c)]; }

inline bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The first byte that is no white space of JSON, or `end`.
inline const char* skip_json_space(const char* at, const char* end) {
#ifdef __SSE2__
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i line = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
    const __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')));
    const auto space = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(line, blank)));
    if (space != 0xFFFF) return at + std::countr_one(space);
    at += 16;
  }
#endif
  while (at != end && is_json_space(*at)) ++at;
  return at;
}

#ifdef __SSE2__
// A bit for each byte that ends a run of plain bytes in a JSON string.
inline std::uint32_t json_string_marks(__m128i bytes) {
  const __m128i control =
      _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);  // bytes <= 0x1F
  const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(control, marks)));
}
#endif

// What ends a run of plain bytes in a JSON string: a quote, a backslash or a control character.
// `beyond_ascii` becomes true if a byte from 0x80 stands before it.
inline const char* scan_json_string(const char* at, const char* end, bool& beyond_ascii) {
#ifdef __SSE2__
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const std::uint32_t stop = json_string_marks(bytes);
    const auto high = static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
    if (stop != 0) {
      beyond_ascii |= (high & (stop - 1) & ~stop) != 0;
      return at + std::countr_zero(stop);
    }
    beyond_ascii |= high != 0;
    at += 16;
  }
#endif
  for (; at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c == '"' || c == '\\' || c < 0x20) return at;
    beyond_ascii |= c >= 0x80;
  }
  return at;
}

// A name as two words, padded with zeros.
struct ShortName {
  std::uint64_t low;
  std::uint64_t high;
  std::uint32_t size;
};

// The plain ASCII text of at most sixteen bytes that begins at `at` and ends before a quote. False:
// longer, not plain, or too close to the end to tell fast.
inline bool scan_short_name(const char* at, const char* end, ShortName& name) {
  if (end - at < 17) return false;
#ifdef __SSE2__
  // Sixteen bytes from 16 - n on keep the first n of a text.
  alignas(16) static constexpr std::array<std::uint8_t, 32> kFirst = {
      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));  // and bytes from 0x80
  const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  const auto stop = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(control, marks)));
  name.size = static_cast<std::uint32_t>(std::countr_zero(stop | 0x10000u));
  const __m128i kept = _mm_and_si128(
      bytes, _mm_loadu_si128(reinterpret_cast<const __m128i*>(kFirst.data() + 16 - name.size)));
  name.low = static_cast<std::uint64_t>(_mm_cvtsi128_si64(kept));
  name.high = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(kept, kept)));
#else
  std::uint64_t words[2] = {};
  name.size = 0;
  while (name.size < 16 && at[name.size] >= 0x20 && at[name.size] != '"' && at[name.size] != '\\') {
    ++name.size;
  }
  std::memcpy(words, at, name.size);
  name.low = words[0];
  name.high = words[1];
#endif
  return at[name.size] == '"';
}

// Copies up to the next backslash in at most `size` bytes and returns how many that were; up to
// fifteen bytes more are read and written.
inline std::size_t copy_to_backslash(const char* at, std::size_t size, char* to) {
  std::size_t done = 0;
#ifdef __SSE2__
  for (; done < size; done += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + done));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + done), bytes);
    const auto found =
        static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    if (found != 0) {
      const std::size_t first = done + static_cast<std::size_t>(std::countr_zero(found));
      return first < size ? first : size;
    }
  }
  return size;
#else
  while (done < size && at[done] != '\\') {
    to[done] = at[done];
    ++done;
  }
  return done;
#endif
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of a number of RFC 8259 section 6 that begins at `at`; null if none does.
inline const char* json_number_end(const char* at, const char* end) {
  const auto digits = [&] {
    const char* const begin = at;
    while (at != end && is_digit(*at)) ++at;
    return at != begin;
  };
  if (at != end && *at == '-') ++at;
  if (at != end && *at == '0') {
    ++at;
  } else if (!digits()) {
    return nullptr;
  }
  if (at != end && *at == '.') {
    ++at;
    if (!digits()) return nullptr;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    if (!digits()) return nullptr;
  }
  return at;
}

}  // namespace oncobridge
