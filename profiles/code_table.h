// Codes by hash, the base of value sets and code systems: filled once, then read by any number of
// threads without allocation. Codes and displays are views into definitions, which live longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "profiles/same_text.h"

namespace oncobridge::profiles {

// Whether a code belongs to a set: out, in, or a reason why that cannot be decided (its number +
// 2).
using Outcome = std::uint16_t;
inline constexpr Outcome kOutcomeOut = 0;
inline constexpr Outcome kOutcomeIn = 1;
inline constexpr Outcome kFirstReason = 2;

// The same for codes that differ in case only: each byte counts without bit 5.
inline std::uint32_t hash_code(std::string_view code) {
  constexpr std::uint64_t kCase = 0x2020202020202020u;
  constexpr std::uint64_t kFactor = 0x9FB21C651E98DF25u;
  std::uint64_t hash = code.size() * kFactor;
  const char* at = code.data();
  std::size_t left = code.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    hash = (hash ^ (word | kCase)) * kFactor;
    hash ^= hash >> 35;
  }
  std::uint64_t tail = 0;
  if (code.size() >= 8) {
    if (left > 0) tail = load<std::uint64_t>(at + left - 8);
  } else if (left >= 4) {
    tail = load<std::uint32_t>(at) | std::uint64_t{load<std::uint32_t>(at + left - 4)}
                                         << 8 * (left - 4);
  } else if (left > 0) {
    const auto byte = [at](std::size_t i) {
      return std::uint64_t{static_cast<unsigned char>(at[i])};
    };
    tail = byte(0) | byte(left / 2) << 8 * (left / 2) | byte(left - 1) << 8 * (left - 1);
  }
  hash = (hash ^ (tail | kCase)) * kFactor;
  return static_cast<std::uint32_t>(hash >> 32);
}

inline char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

inline bool same_code(std::string_view left, std::string_view right, bool fold) {
  if (left.size() != right.size()) return false;
  if (!fold) return same_text(left, right);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (lower_ascii(left[i]) != lower_ascii(right[i])) return false;
  }
  return true;
}

struct CodeEntry {
  std::string_view code;
  std::string_view display;  // may be empty
  std::uint32_t hash = 0;
  std::uint32_t concept_index = 0;  // in its code system, where the table is one of a code system
  Outcome outcome = kOutcomeIn;
};

class CodeTable {
 public:
  explicit CodeTable(bool fold = false) : fold_(fold) {}

  // The entry of a code, added if it is new.
  CodeEntry& add(std::string_view code);
  const CodeEntry* find(std::string_view code) const {
    if (entries_.empty()) return nullptr;
    const std::uint32_t hash = hash_code(code);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
      const CodeEntry& entry = entries_[slots_[slot] - 1];
      if (entry.hash == hash && same_code(entry.code, code, fold_)) return &entry;
    }
    return nullptr;
  }

  bool fold() const { return fold_; }  // case does not count
  const std::vector<CodeEntry>& entries() const { return entries_; }
  std::vector<CodeEntry>& entries() { return entries_; }  // outcomes may be changed, codes not

 private:
  void grow();

  bool fold_;
  std::vector<CodeEntry> entries_;
  std::vector<std::uint32_t> slots_;  // index + 1; a power of two, at most half full
};

}  // namespace oncobridge::profiles
