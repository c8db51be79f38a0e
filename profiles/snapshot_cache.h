// Structure definitions with their snapshots: those that bring none get one, once. Any thread.
#pragma once

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

  // Null: there is no such definition. A fault: it is not sound, or its snapshot cannot be made.
  Result<const StructureDefinition*> find(std::string_view canonical) {
    const StructureDefinition* structure = store_.find_structure(canonical);
    if (structure == nullptr) return structure;
    if (auto sound = check_sound(store_, *structure); !sound) {
      return tl::unexpected(std::move(sound.error()));
    }
    if (!structure->snapshot.empty()) return structure;
    const std::lock_guard lock(mutex_);
    auto made = made_.find(structure);
    if (made == made_.end()) {
      made = made_.emplace(structure, make_snapshot(store_, *structure)).first;
    }
    if (!made->second) return tl::unexpected(made->second.error());
    return &*made->second;
  }

 private:
  const DefinitionStore& store_;
  std::mutex mutex_;
  std::map<const StructureDefinition*, Result<StructureDefinition>> made_;
};

}  // namespace oncobridge::profiles
