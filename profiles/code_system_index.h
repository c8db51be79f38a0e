// A code system at hand: its codes by hash, its hierarchy, and the codes that a value set's filter
// selects. Made once from a CodeSystem, which must outlive it; then read by any number of threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "profiles/code_table.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {

class CodeSystemIndex {
 public:
  explicit CodeSystemIndex(const CodeSystem& definition);

  const CodeSystem& definition() const { return definition_; }
  const CodeTable& table() const { return table_; }  // each code once, outcome "in"
  // Every code is listed: what is not found does not exist.
  bool complete() const {
    return definition_.content == CodeSystemContent::kComplete && !definition_.concepts.empty();
  }
  const Concept* find(std::string_view code) const {
    const CodeEntry* entry = table_.find(code);
    return entry == nullptr ? nullptr : &definition_.concepts[entry->concept_index];
  }

  // For each concept of the definition whether the filter selects it; nothing for an operator that
  // R4 does not know, or a regular expression that RE2 does not take.
  std::optional<std::vector<bool>> select(const ValueSetFilter& filter) const;

 private:
  using Selection = std::vector<bool>;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::uint32_t index_of(std::string_view code) const;
  void add_edge(std::uint32_t parent, std::uint32_t child);
  Selection below(std::uint32_t start) const;
  Selection above(std::uint32_t start) const;
  template <typename Predicate>
  Selection where(const ValueSetFilter& filter, Predicate predicate) const;
  template <typename Visitor>
  void values_of(std::uint32_t index, std::string_view property, bool stated_only,
                 Visitor visit) const;

  const CodeSystem& definition_;
  CodeTable table_;
  // Parents and children of each concept, by concept.
  std::vector<std::vector<std::uint32_t>> parents_;
  std::vector<std::vector<std::uint32_t>> children_;
};

}  // namespace oncobridge::profiles
