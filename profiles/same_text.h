// Comparisons of short texts without a call: systems, codes, canonicals and names are compared for
// each element, and mostly differ in length or are equal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace oncobridge::profiles {

// The text's first or last bytes as a word.
template <typename Word>
inline Word load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof(Word));
  return word;
}

// left == right
inline bool same_text(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  std::size_t size = left.size();
  const char* a = left.data();
  const char* b = right.data();
  if (size >= 8) {
    // From the end, where texts of one kind differ: systems and canonicals begin alike.
    for (; size > 8; size -= 8) {
      if (load<std::uint64_t>(a + size - 8) != load<std::uint64_t>(b + size - 8)) return false;
    }
    return load<std::uint64_t>(a) == load<std::uint64_t>(b);
  }
  if (size >= 4) {
    return load<std::uint32_t>(a) == load<std::uint32_t>(b) &&
           load<std::uint32_t>(a + size - 4) == load<std::uint32_t>(b + size - 4);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// text.starts_with(prefix) of a constant
template <std::size_t N>
inline bool begins_with(std::string_view text, const char (&prefix)[N]) {
  return text.size() >= N - 1 && std::memcmp(text.data(), prefix, N - 1) == 0;
}

}  // namespace oncobridge::profiles
