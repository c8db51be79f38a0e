#include "profiles/soundness.h"

#include <algorithm>

namespace oncobridge::profiles {

Result<void> check_sound(const DefinitionStore& store, const StructureDefinition& structure) {
  if (!store.is_added(structure)) return {};
  const auto decisive =
      std::find_if(structure.misread.begin(), structure.misread.end(),
                   [](const Misreading& misreading) { return misreading.decisive; });
  if (decisive != structure.misread.end()) {
    return fault("profile-broken", structure.url + ": " + decisive->describe());
  }
  if (!structure.constraint || structure.base.empty()) return {};
  const StructureDefinition* base = store.find_structure(structure.base);
  if (base == nullptr || base->type == structure.type) return {};
  return fault("profile-broken", structure.url + " constrains " + structure.type +
                                     ", its base definition " + structure.base + " is of " +
                                     base->type);
}

}  // namespace oncobridge::profiles
