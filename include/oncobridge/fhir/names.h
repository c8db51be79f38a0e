// Names of FHIR elements as small numbers, so that one comparison finds an element.
// A NameTable is filled once and then shared between threads; a Names belongs to one worker, knows
// the table's names by the table's numbers and gives numbers after them to all others until
// reset().
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "oncobridge/base/arena.h"

namespace oncobridge {

using NameId = std::uint32_t;
inline constexpr NameId kNoName = 0;

// Hash of a short name: its first and last eight bytes with all between. It has no secret, so only
// the table of known names, which no document can fill, is looked up with it alone.
inline std::uint32_t hash_name(std::string_view name) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15u;
  const char* const at = name.data();
  const std::size_t size = name.size();
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (size >= 8) {
    std::memcpy(&first, at, 8);
    for (std::size_t i = 8; i + 8 < size; i += 8) {
      std::uint64_t word;
      std::memcpy(&word, at + i, 8);
      first = (first ^ word) * kFactor;
      first ^= first >> 32;
    }
    std::memcpy(&last, at + size - 8, 8);
  } else if (size >= 4) {
    std::uint32_t low;
    std::uint32_t high;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + size - 4, 4);
    first = low;
    last = high;
  } else if (size > 0) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(at[i]); };
    first = byte(0) | std::uint64_t{byte(size / 2)} << 8 | std::uint64_t{byte(size - 1)} << 16;
  }
  const std::uint64_t mixed = (first + size) * kFactor ^ (last + 1) * 0xC2B2AE3D27D4EB4Fu;
  return static_cast<std::uint32_t>((mixed ^ mixed >> 29) * kFactor >> 32);
}

class NameTable {
 public:
  NameTable();

  // The number of a name, which is added if it is new. Only while one thread holds the table.
  NameId add(std::string_view name);
  // The number of a name, or kNoName.
  NameId find(std::string_view name) const { return find(name, hash_name(name)); }
  NameId find(std::string_view name, std::uint32_t hash) const;
  std::string_view text(NameId id) const { return texts_[id]; }
  NameId size() const { return static_cast<NameId>(texts_.size()); }

  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

 private:
  // Open addressing; the hash stands beside the number so that few texts are compared.
  struct Slot {
    std::uint32_t hash = 0;
    NameId id = kNoName;
  };
  void put(Slot slot);

  std::vector<std::string_view> texts_;  // of kept_
  std::vector<Slot> slots_;              // a power of two
  Arena kept_;
};

class Names {
 public:
  explicit Names(const NameTable& shared);

  NameId intern(std::string_view name) {
    const std::uint32_t hash = hash_name(name);
    const NameId id = shared_.find(name, hash);
    return id != kNoName ? id : intern_own(name);
  }
  std::string_view text(NameId id) const {
    return id < shared_.size() ? shared_.text(id) : own_[id - shared_.size()];
  }
  // True if the name is one of the shared table's.
  bool is_shared(NameId id) const { return id < shared_.size(); }
  const NameTable& shared() const { return shared_; }

  // Forgets the names that the shared table does not have; keeps the memory.
  void reset();

 private:
  NameId intern_own(std::string_view name);
  void grow_own();

  const NameTable& shared_;
  std::uint64_t seed_;  // documents bring these names: none can know how they are spread
  std::vector<std::string_view> own_;
  std::vector<std::uint64_t> own_hashes_;
  std::vector<std::uint32_t> own_slots_;  // index into own_ + 1; open addressing, a power of two
  Arena kept_;
};

}  // namespace oncobridge
