// What the definitions above a profile say of one of its elements. Views the store and the
// definition, which must outlive it; belongs to one call.
#pragma once

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "profiles/definition_store.h"

namespace oncobridge::profiles {

// What a definition states of its elements: those of its snapshot, else of its differential.
inline const std::vector<ElementDefinition>& elements_of(const StructureDefinition& structure) {
  return structure.snapshot.empty() ? structure.differential : structure.snapshot;
}

// Bases of bases are followed so far: they may lead in a circle.
inline constexpr std::size_t kMostBases = 32;

class BaseElements {
 public:
  BaseElements(const DefinitionStore& store, const StructureDefinition& structure);

  // The same element of the nearest base that states its types; else the one without slices, or of
  // the datatype around it, which the profile may choose: `value[x]`, of type Quantity, or
  // `valueQuantity`. Null: not found, or in one of several types.
  const ElementDefinition* find(const ElementDefinition& element);

 private:
  using Elements = std::vector<ElementDefinition>;
  struct Index {  // of a snapshot, without what is in slices
    std::unordered_map<std::string_view, const ElementDefinition*> by_path;
    std::unordered_map<std::string_view, std::vector<const ElementDefinition*>> choices;  // parent
    std::unordered_set<std::string_view> parents;

    explicit Index(const Elements& elements);
    const ElementDefinition* child(std::string_view parent, std::string_view path) const;
  };

  using Ids = std::unordered_map<std::string_view, const ElementDefinition*>;

  const ElementDefinition* walk(std::string_view path, std::string_view id);
  std::string_view only_type(const ElementDefinition& at, std::string_view name,
                             std::string_view id) const;
  const Index& index_of(const Elements& elements);

  const DefinitionStore& store_;
  std::unordered_map<const Elements*, Index> indexes_;
  Ids own_;
  std::vector<Ids> by_id_;              // each base
  const Elements* snapshot_ = nullptr;  // of the first base that has one
};

}  // namespace oncobridge::profiles
