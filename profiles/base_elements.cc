#include "profiles/base_elements.h"

#include <algorithm>

#include "profiles/snapshot_merge.h"

namespace oncobridge::profiles {
namespace {

std::string_view parent_of(std::string_view path) {
  return path.substr(0, path.rfind('.') == std::string_view::npos ? 0 : path.rfind('.'));
}

// The length of a path or id up to the end of its next name, which begins at `from`.
std::size_t name_end(std::string_view path, std::size_t from) {
  return std::min(path.find('.', std::min(from + 1, path.size())), path.size());
}

}  // namespace

BaseElements::BaseElements(const DefinitionStore& store, const StructureDefinition& structure)
    : store_(store) {
  for (const ElementDefinition& element : elements_of(structure)) {
    if (!element.types.empty()) own_.emplace(element.id, &element);
  }
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
  return snapshot_ == nullptr ? nullptr : walk(element.path, element.id);
}

// The code of the type that a value of `at` has, which the path calls `name`; empty: one of
// several.
std::string_view BaseElements::only_type(const ElementDefinition& at, std::string_view name,
                                         std::string_view id) const {
  const std::string_view last = id.substr(std::min(id.rfind('.') + 1, id.size()));
  const std::size_t colon = std::min(last.find(':'), last.size());
  for (const std::string_view written : {name, last.substr(std::min(colon + 1, last.size()))}) {
    if (const TypeRef* type = choice_type(at, written)) return type->code;
  }
  const auto types_in = [&](const Ids& ids) -> const std::vector<TypeRef>* {
    const auto found = ids.find(id);
    return found == ids.end() || found->second->types.empty() ? nullptr : &found->second->types;
  };
  const std::vector<TypeRef>* types = types_in(own_);
  for (std::size_t i = 0; types == nullptr && i < by_id_.size(); ++i) types = types_in(by_id_[i]);
  if (types == nullptr) types = &at.types;
  return types->size() == 1 ? std::string_view(types->front().code) : std::string_view();
}

const ElementDefinition* BaseElements::walk(std::string_view path, std::string_view id) {
  const Index* index = &index_of(*snapshot_);
  const ElementDefinition* at = &snapshot_->front();
  std::string place = at->path;
  std::size_t end = name_end(path, 0);
  std::size_t id_end = name_end(id, 0);
  std::string_view name = path.substr(0, end);
  while (end < path.size()) {
    if (index->parents.count(place) == 0) {
      const std::string_view code = only_type(*at, name, id.substr(0, id_end));
      const StructureDefinition* type = code.empty() ? nullptr : store_.find_type(code);
      if (type == nullptr || type->snapshot.empty()) return nullptr;
      index = &index_of(type->snapshot);
      place = type->snapshot.front().path;
    }
    const std::size_t start = end + 1;
    end = name_end(path, end);
    id_end = name_end(id, id_end);
    name = path.substr(start, end - start);
    at = index->child(place, place + '.' + std::string(name));
    if (at == nullptr) return nullptr;
    place = at->path;
  }
  return at;
}

}  // namespace oncobridge::profiles
