// Names of FHIR elements as small numbers, so that one comparison finds an element.
// A NameTable is filled once and then shared between threads; a Names belongs to one worker, knows
// the table's names by the table's numbers and gives numbers after them to all others until
// reset().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "oncobridge/base/arena.h"

namespace oncobridge {

using NameId = std::uint32_t;
inline constexpr NameId kNoName = 0;

// A name as two words: all of it up to sixteen bytes, padded with zeros; of longer ones its last
// eight bytes and a hash of those before. Equal names have equal keys.
struct NameKey {
  NameKey(std::uint64_t low_word, std::uint64_t high_word, std::uint32_t bytes)
      : low(low_word), high(high_word), size(bytes) {
    const std::uint64_t mixed =
        (low + size) * 0x9E3779B97F4A7C15u ^ (high + 1) * 0xC2B2AE3D27D4EB4Fu;
    hash = static_cast<std::uint32_t>((mixed ^ mixed >> 29) * 0x9E3779B97F4A7C15u >> 32);
  }
  static NameKey of(std::string_view name);

  std::uint64_t low;
  std::uint64_t high;
  std::uint32_t size;
  std::uint32_t hash;
};

inline NameKey NameKey::of(std::string_view name) {
  const char* const at = name.data();
  const std::size_t size = name.size();
  const auto word = [at](std::size_t from, std::size_t bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, at + from, bytes);
    return value;
  };
  const auto byte = [at](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(at[i])};
  };
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (size > 16) {
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      low = (low ^ word(i, 8)) * 0xD6E8FEB86659FD93u;
      low ^= low >> 32;
    }
    high = word(size - 8, 8);
  } else if (size > 8) {
    low = word(0, 8);
    high = word(size - 8, 8) >> 8 * (16 - size);
  } else if (size >= 4) {
    low = word(0, 4) | word(size - 4, 4) << 8 * (size - 4);
  } else if (size > 0) {
    low = byte(0) | byte(size / 2) << 8 * (size / 2) | byte(size - 1) << 8 * (size - 1);
  }
  return {low, high, static_cast<std::uint32_t>(size)};
}

// Without a secret: for tables that no document can fill.
inline std::uint32_t hash_name(std::string_view name) { return NameKey::of(name).hash; }

class NameTable {
 public:
  NameTable();

  // The number of a name, which is added if it is new. Only while one thread holds the table.
  NameId add(std::string_view name);
  // The number of a name, or kNoName.
  NameId find(std::string_view name) const { return find(name, NameKey::of(name)); }
  NameId find(std::string_view name, const NameKey& key) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = key.hash & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.low == key.low && slot.high == key.high && slot.size == key.size &&
          (key.size <= 16 || slot.id == kNoName || texts_[slot.id] == name)) {
        return slot.id;
      }
      if (slot.id == kNoName) return kNoName;
    }
  }
  std::string_view text(NameId id) const { return texts_[id]; }
  NameId size() const { return static_cast<NameId>(texts_.size()); }

  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

 private:
  // Open addressing. The key stands beside the number, so that no text is compared but long ones.
  struct Slot {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint32_t size = 0;
    NameId id = kNoName;
  };
  void put(const NameKey& key, NameId id);

  std::vector<std::string_view> texts_;  // of kept_
  std::vector<Slot> slots_;              // a power of two
  Arena kept_;
};

class Names {
 public:
  explicit Names(const NameTable& shared);

  NameId intern(std::string_view name) { return intern(name, NameKey::of(name)); }
  NameId intern(std::string_view name, const NameKey& key) {
    const NameId id = shared_.find(name, key);
    return id != kNoName ? id : intern_own(name);
  }
  // A name of at most sixteen bytes as its two words. Most are among the few that came lately.
  NameId intern_short(std::string_view name, std::uint64_t low, std::uint64_t high) {
    Recent& recent = recent_[(low ^ high * 0x9E3779B97F4A7C15u) * 0xC2B2AE3D27D4EB4Fu >> 56];
    if (recent.low == low && recent.high == high) return recent.id;
    const NameId id = intern(name, NameKey(low, high, static_cast<std::uint32_t>(name.size())));
    if (is_shared(id)) recent = {low, high, id};
    return id;
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
  struct Recent {  // of the shared table, which never changes
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    NameId id = kNoName;
  };
  NameId intern_own(std::string_view name);
  void grow_own();

  const NameTable& shared_;
  std::array<Recent, 256> recent_ = {};
  std::uint64_t seed_;  // documents bring these names: none can know how they are spread
  std::vector<std::string_view> own_;
  std::vector<std::uint64_t> own_hashes_;
  std::vector<std::uint32_t> own_slots_;  // index into own_ + 1; open addressing, a power of two
  Arena kept_;
};

}  // namespace oncobridge
