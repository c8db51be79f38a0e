#include "profiles/shipped_definitions.h"

#include <algorithm>

// The file is put into the read-only part of the binary by the assembler: no compiler has to read
// megabytes of text, and its pages are loaded only when they are looked at.
asm(".pushsection .rodata\n"
    ".balign 64\n"
    ".globl oncobridge_definitions_begin\n"
    ".hidden oncobridge_definitions_begin\n"
    "oncobridge_definitions_begin:\n"
    ".incbin \"" ONCOBRIDGE_DEFINITIONS_INDEX
    "\"\n"
    ".globl oncobridge_definitions_end\n"
    ".hidden oncobridge_definitions_end\n"
    "oncobridge_definitions_end:\n"
    ".byte 0\n"
    ".popsection\n");
extern "C" {
__attribute__((visibility("hidden"))) extern const char oncobridge_definitions_begin[];
__attribute__((visibility("hidden"))) extern const char oncobridge_definitions_end[];
}

namespace oncobridge::profiles {

ShippedDefinitions ShippedDefinitions::embedded() {
  return ShippedDefinitions(
      {oncobridge_definitions_begin,
       static_cast<std::size_t>(oncobridge_definitions_end - oncobridge_definitions_begin)});
}

std::span<const IndexedFile> ShippedDefinitions::files() const {
  return records<IndexedFile>(head().files_at, head().files);
}

std::span<const IndexedDefinition> ShippedDefinitions::definitions() const {
  return records<IndexedDefinition>(head().definitions_at, head().definitions);
}

std::span<const IndexedName> ShippedDefinitions::names() const {
  return records<IndexedName>(head().names_at, head().names);
}

std::span<const std::uint32_t> ShippedDefinitions::supplements() const {
  return records<std::uint32_t>(head().supplements_at, head().supplements);
}

std::string_view ShippedDefinitions::corrections() const {
  return text(head().corrections_at, head().corrections_size);
}

std::span<const IndexedDefinition> ShippedDefinitions::find(DefinitionKind kind,
                                                            std::string_view url) const {
  const std::span<const IndexedDefinition> all = definitions();
  const std::uint64_t hash = definition_hash(kind, url);
  const auto by_hash = [](const IndexedDefinition& entry, std::uint64_t wanted) {
    return entry.hash < wanted;
  };
  const auto first = std::lower_bound(all.begin(), all.end(), hash, by_hash);
  auto last = first;
  while (last != all.end() && last->hash == hash) ++last;
  return all.subspan(static_cast<std::size_t>(first - all.begin()),
                     static_cast<std::size_t>(last - first));
}

}  // namespace oncobridge::profiles
