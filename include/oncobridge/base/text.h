// Text helpers: folding of wordings for look-up, decimal syntax, hashing. All functions are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace oncobridge {

// Folds a wording into `out` (at least text.size() bytes): ASCII lower case, white space runs to
// one blank, ends trimmed, typographic dashes (U+2010..U+2015, U+2212) to '-', no-break space to
// blank. Returns the number of bytes written.
std::size_t fold_wording(std::string_view text, char* out);

// True if `text` contains `words`, whatever the case of their ASCII letters.
bool contains_folded(std::string_view text, std::string_view words);

// True if `text` follows FHIR's decimal: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?, at most 64
// characters. The text is kept as it is: 1.50 stays 1.50.
bool is_decimal(std::string_view text);

// The value of a decimal that is a whole number, 0 to 2^32-1, however it is written: 3, 3.0, 30e-1.
// JSON knows no other difference between integers and decimals (RFC 8259 section 6).
std::optional<std::uint32_t> whole_value(std::string_view decimal);

// True if the decimal is 0 or its size is 1e-15 to 1e15, and its exponent is -30 to 30. Beyond that
// it is no measurement, and receivers that expand exponents can be made to run out of memory.
bool is_measurable(std::string_view decimal);

// Length of the longest prefix that is valid UTF-8 (RFC 3629: no surrogates, no overlong forms).
std::size_t valid_utf8_prefix(std::string_view text);
inline bool is_utf8(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

// 64-bit hash of bytes, the same on every run and machine. Not for secrets.
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace oncobridge
