#include "profiles/base_elements.h"

#include <algorithm>

#include "profiles/snapshot_merge.h"

namespace oncobridge::profiles {
namespace {

constexpr std::size_t kMostBases = 32;

std::string_view parent_of(std::string_view path) {
  return path.substr(0, path.rfind('.') == std::string_view::npos ? 0 : path.rfind('.'));
}

}  // namespace

BaseElements::BaseElements(const DefinitionStore& store, const StructureDefinition& structure)
    : store_(store) {
  const StructureDefinition* base = store.find_structure(structure.base);
  for (; base != nullptr && snapshot_ == nullptr && by_id_.size() < kMostBases;
       base = store.find_structure(base->base)) {
    auto& ids = by_id_.emplace_back();
    for (const ElementDefinition& element : elements_of(*base)) ids.emplace(element.id, &element);
    if (!base->snapshot.empty()) snapshot_ = &base->snapshot;
  }
}

BaseElements::Index::Index(const Elements& elements) {
  for (const ElementDefinition& element : elements) {
    parents.insert(parent_of(element.path));
    if (!element.slice_name.empty() || !by_path.emplace(element.path, &element).second) continue;
    if (element.path.ends_with("[x]")) choices[parent_of(element.path)].push_back(&element);
  }
}

// `valueQuantity` finds `value[x]`.
const ElementDefinition* BaseElements::Index::child(std::string_view parent,
                                                    std::string_view path) const {
  if (const auto found = by_path.find(path); found != by_path.end()) return found->second;
  const auto among = choices.find(parent);
  if (among == choices.end()) return nullptr;
  const std::string_view name = path.substr(std::min(path.rfind('.') + 1, path.size()));
  const auto found = std::find_if(
      among->second.begin(), among->second.end(),
      [&](const ElementDefinition* choice) { return choice_type(*choice, name) != nullptr; });
  return found == among->second.end() ? nullptr : *found;
}

const BaseElements::Index& BaseElements::index_of(const Elements& elements) {
  return indexes_.try_emplace(&elements, elements).first->second;
}

const ElementDefinition* BaseElements::find(const ElementDefinition& element) {
  for (const auto& ids : by_id_) {
    const auto found = ids.find(element.id);
    if (found != ids.end() && !found->second->types.empty()) return found->second;
  }
  return snapshot_ == nullptr ? nullptr : walk(element.path);
}

const ElementDefinition* BaseElements::walk(std::string_view path) {
  const Index* index = &index_of(*snapshot_);
  const ElementDefinition* at = &snapshot_->front();
  std::string place = at->path;
  std::string_view rest = path.substr(std::min(path.find('.'), path.size()));
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, std::min(rest.find('.', 1), rest.size()));
    rest.remove_prefix(name.size());
    if (index->parents.count(place) == 0) {
      const bool one = at->types.size() == 1 && !at->path.ends_with("[x]");
      const StructureDefinition* type = one ? store_.find_type(at->types[0].code) : nullptr;
      if (type == nullptr || type->snapshot.empty()) return nullptr;
      index = &index_of(type->snapshot);
      place = type->snapshot.front().path;
    }
    at = index->child(place, place + std::string(name));
    if (at == nullptr) return nullptr;
    place = at->path;
  }
  return at;
}

}  // namespace oncobridge::profiles
