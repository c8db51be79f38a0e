// Names of FHIR elements as small numbers, so that one comparison finds an element.
// A NameTable is filled once and then shared between threads; a Names belongs to one worker, knows
// the table's names by the table's numbers and gives numbers after them to all others until
// reset().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oncobridge {

using NameId = std::uint32_t;
inline constexpr NameId kNoName = 0;

// Hash of a short name; the same in both tables.
inline std::uint32_t hash_name(std::string_view name) {
  std::uint32_t hash = static_cast<std::uint32_t>(name.size()) * 0x9E3779B1u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193u;
  return hash ^ (hash >> 15);
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
  ~NameTable();

 private:
  void grow();

  std::vector<std::string_view> texts_;  // of kept_
  std::vector<std::uint32_t> hashes_;    // of each name
  std::vector<NameId> slots_;            // open addressing, a power of two
  std::vector<char*> kept_;
};

class Names {
 public:
  explicit Names(const NameTable& shared) : shared_(shared) {}

  NameId intern(std::string_view name) {
    const std::uint32_t hash = hash_name(name);
    const NameId id = shared_.find(name, hash);
    return id != kNoName ? id : intern_own(name, hash);
  }
  std::string_view text(NameId id) const {
    return id < shared_.size() ? shared_.text(id) : std::string_view(own_[id - shared_.size()]);
  }
  // True if the name is one of the shared table's.
  bool is_shared(NameId id) const { return id < shared_.size(); }
  const NameTable& shared() const { return shared_; }

  // Forgets the names that the shared table does not have.
  void reset();

 private:
  NameId intern_own(std::string_view name, std::uint32_t hash);

  const NameTable& shared_;
  std::vector<std::string> own_;
  std::vector<std::uint32_t> own_slots_;  // index into own_ + 1; open addressing
};

}  // namespace oncobridge
