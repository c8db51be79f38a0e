// The definitions that come with the program, as they lie in its binary: the text files of
// profiles/definitions one after the other, and an index that tools/definitions/index_definitions
// makes when the program is built. Everything is a view into the binary: nothing is read or
// allocated before it is asked for, and any number of threads may look.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "oncobridge/base/text.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

inline constexpr std::string_view kIndexMagic = "obdefs01";

// Numbers are as the machine writes them: the index is made and read by the same build.
struct IndexHead {
  char magic[8];
  std::uint32_t files;
  std::uint32_t definitions;
  std::uint32_t names;
  std::uint32_t supplements;
  std::uint32_t files_at;  // offsets from the head
  std::uint32_t definitions_at;
  std::uint32_t names_at;
  std::uint32_t supplements_at;
  std::uint32_t corrections_at;  // corrections.txt
  std::uint32_t corrections_size;
};

struct IndexedFile {
  std::uint32_t at;
  std::uint32_t size;
};

// Sorted by hash; where one canonical has several definitions, the one that is meant without a
// version stands first.
struct IndexedDefinition {
  std::uint64_t hash;  // definition_hash()
  std::uint32_t at;
  std::uint32_t size;
  std::uint16_t file;
  std::uint8_t kind;        // DefinitionKind
  std::uint8_t constraint;  // a profile
  std::uint32_t unused;
};

struct IndexedName {
  std::uint32_t at;
  std::uint32_t size;
};

inline std::uint64_t definition_hash(DefinitionKind kind, std::string_view url) {
  return hash_bytes(url, static_cast<std::uint64_t>(kind) + 1);
}

class ShippedDefinitions {
 public:
  // What is in this program.
  static ShippedDefinitions embedded();
  // An index made by index_definitions. `bytes` must be aligned to 8 and outlive the object.
  explicit ShippedDefinitions(std::string_view bytes) : bytes_(bytes) {}

  std::span<const IndexedFile> files() const;
  std::span<const IndexedDefinition> definitions() const;
  std::span<const IndexedName> names() const;          // of elements, each once
  std::span<const std::uint32_t> supplements() const;  // indices of supplementing code systems
  std::string_view corrections() const;
  std::string_view text(std::uint32_t at, std::uint32_t size) const {
    return bytes_.substr(at, size);
  }
  // All definitions of a canonical, the preferred one first.
  std::span<const IndexedDefinition> find(DefinitionKind kind, std::string_view url) const;

 private:
  const IndexHead& head() const { return *reinterpret_cast<const IndexHead*>(bytes_.data()); }
  template <typename Record>
  std::span<const Record> records(std::uint32_t at, std::uint32_t count) const {
    return {reinterpret_cast<const Record*>(bytes_.data() + at), count};
  }

  std::string_view bytes_;
};

}  // namespace oncobridge::profiles
