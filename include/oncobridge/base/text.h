// Text helpers: folding of wordings for look-up, decimal syntax, hashing. All functions are pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncobridge {

// Folds a wording into `out` (at least text.size() bytes): ASCII lower case, white space runs to one
// blank, ends trimmed, typographic dashes (U+2010..U+2015, U+2212) to '-', no-break space to blank.
// Returns the number of bytes written.
std::size_t fold_wording(std::string_view text, char* out);

// True if `text` follows FHIR's decimal: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?, at most 64
// characters. The text is kept as it is: 1.50 stays 1.50.
bool is_decimal(std::string_view text);

// True if valid UTF-8.
bool is_utf8(std::string_view text);

// 64-bit hash of bytes, the same on every run and machine. Not for secrets.
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace oncobridge
