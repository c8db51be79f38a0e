// Structure definitions with their snapshots: those that bring none get one, once. Any thread.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "oncobridge/base/result.h"
#include "profiles/definition_store.h"
#include "profiles/snapshot.h"
#include "profiles/soundness.h"

namespace oncobridge::profiles {

class SnapshotCache {
 public:
  explicit SnapshotCache(const DefinitionStore& store) : store_(store) {}

  // Null: there is no such definition. A fault: its file cannot be read, it is not sound, or its
  // snapshot cannot be made.
  Result<const StructureDefinition*> find(std::string_view canonical) {
    const StructureDefinition* structure = store_.find_structure(canonical);
    if (structure == nullptr) {
      const std::string file = store_.broken_file(canonical);
      if (file.empty()) return structure;
      return fault("definition-broken", "its file cannot be read: " + file);
    }
    const std::lock_guard lock(mutex_);
    auto sound = sound_.find(structure);
    if (sound == sound_.end()) {
      sound = sound_.emplace(structure, check_sound(store_, *structure)).first;
    }
    if (!sound->second) return tl::unexpected(sound->second.error());
    if (!structure->snapshot.empty()) return structure;
    auto made = made_.find(structure);
    if (made == made_.end()) {
      made = made_.emplace(structure, make_snapshot(store_, *structure)).first;
      if (!made->second) locate(*structure, made->second.error());
    }
    if (!made->second) return tl::unexpected(made->second.error());
    return &*made->second;
  }

 private:
  // At which element of which file a snapshot fails.
  static void locate(const StructureDefinition& structure, Fault& fault) {
    const auto at = std::find_if(
        structure.differential.begin(), structure.differential.end(),
        [&](const ElementDefinition& element) { return element.path == fault.place.path; });
    const bool found = at != structure.differential.end();
    if (found) fault.message = fault.place.path + ": " + fault.message;
    fault.message += structure.source.describe(found ? at->line : 0);
  }

  const DefinitionStore& store_;
  std::mutex mutex_;
  std::map<const StructureDefinition*, Result<void>> sound_;
  std::map<const StructureDefinition*, Result<StructureDefinition>> made_;
};

}  // namespace oncobridge::profiles
