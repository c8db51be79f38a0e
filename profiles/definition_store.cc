#include "profiles/definition_store.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "profiles/definition_text.h"
#include "profiles/definition_words.h"
#include "profiles/element_names.h"
#include "profiles/joined_text.h"
#include "profiles/shipped_definitions.h"
#include "profiles/version_match.h"

namespace oncobridge::profiles {
namespace {

template <typename Definition>
inline constexpr DefinitionKind kKindOf = DefinitionKind::kStructure;
template <>
inline constexpr DefinitionKind kKindOf<ValueSet> = DefinitionKind::kValueSet;
template <>
inline constexpr DefinitionKind kKindOf<CodeSystem> = DefinitionKind::kCodeSystem;

// Definitions that a run adds, by canonical in the order of their coming.
template <typename Definition>
struct Added {
  struct Entry {
    Definition definition;
    const std::string* package;
  };
  std::deque<Entry> entries;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::vector<Entry*>, TextHash, std::equal_to<>> by_url;
};

// What has not been replaced.
template <typename Definition>
std::vector<const Definition*> current(const Added<Definition>& added) {
  std::vector<const Definition*> definitions;
  for (const auto& entry : added.entries) {
    const auto& same = added.by_url.find(entry.definition.url)->second;
    if (std::find(same.begin(), same.end(), &entry) != same.end()) {
      definitions.push_back(&entry.definition);
    }
  }
  return definitions;
}

}  // namespace

struct DefinitionStore::Impl {
  // The shipped ones, each read when first asked for. A thread that loses the race to put its
  // reading there drops it.
  ShippedDefinitions shipped{std::string_view()};
  bool has_shipped = false;
  std::unique_ptr<std::atomic<const void*>[]> read;
  std::unique_ptr<std::once_flag[]> lines_read;
  std::unique_ptr<ConstraintLines[]> lines;

  std::tuple<Added<StructureDefinition>, Added<ValueSet>, Added<CodeSystem>> added;
  std::set<std::string, std::less<>> packages;
  std::set<std::string, std::less<>> names;                // of elements of added types
  std::map<std::string, std::string, std::less<>> broken;  // files by url

  ~Impl() {
    if (!has_shipped) return;
    const auto all = shipped.definitions();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const void* definition = read[i].load(std::memory_order_relaxed);
      if (definition == nullptr) continue;
      switch (static_cast<DefinitionKind>(all[i].kind)) {
        case DefinitionKind::kStructure:
          delete static_cast<const StructureDefinition*>(definition);
          break;
        case DefinitionKind::kValueSet:
          delete static_cast<const ValueSet*>(definition);
          break;
        case DefinitionKind::kCodeSystem:
          delete static_cast<const CodeSystem*>(definition);
          break;
      }
    }
  }

  std::string_view text_of(const IndexedDefinition& entry) const {
    return shipped.text(entry.at, entry.size);
  }

  DefinitionPlace place_of(const IndexedDefinition& entry) const {
    DefinitionPlace place;
    read_place(text_of(entry), place);
    return place;
  }

  const ConstraintLines& lines_of(std::uint16_t file) {
    std::call_once(lines_read[file], [&] {
      const IndexedFile& at = shipped.files()[file];
      lines[file] = ConstraintLines(shipped.text(at.at, at.size));
    });
    return lines[file];
  }

  Result<StructureDefinition> parse(const IndexedDefinition& entry, const StructureDefinition*) {
    return read_structure(text_of(entry), lines_of(entry.file));
  }
  Result<ValueSet> parse(const IndexedDefinition& entry, const ValueSet*) {
    return read_value_set(text_of(entry));
  }
  Result<CodeSystem> parse(const IndexedDefinition& entry, const CodeSystem*) {
    return read_code_system(text_of(entry));
  }

  template <typename Definition>
  const Definition* get(const IndexedDefinition& entry) {
    const auto index = static_cast<std::size_t>(&entry - shipped.definitions().data());
    if (const void* known = read[index].load(std::memory_order_acquire); known != nullptr) {
      return static_cast<const Definition*>(known);
    }
    auto definition = parse(entry, static_cast<const Definition*>(nullptr));
    // The build has read every one of them.
    if (!definition) return nullptr;
    auto own = std::make_unique<const Definition>(std::move(*definition));
    const void* expected = nullptr;
    if (!read[index].compare_exchange_strong(expected, own.get(), std::memory_order_acq_rel)) {
      return static_cast<const Definition*>(expected);
    }
    return own.release();
  }

  template <typename Definition>
  const Definition* find(std::string_view canonical) {
    const Definition* found = find_split<Definition>(split_canonical(canonical));
    const std::size_t bar = canonical.rfind('|');
    if (found != nullptr || bar == std::string_view::npos) return found;
    // R4 has tables whose url holds a bar itself: `http://.../v2-0006|2.1`.
    found = find_split<Definition>({canonical, {}, {}});
    if (found != nullptr || canonical.find('|') == bar) return found;
    return find_split<Definition>({canonical.substr(0, bar), canonical.substr(bar + 1), {}});
  }

  // What a canonical means: among the added ones, then among the shipped ones.
  template <typename Definition>
  const Definition* find_split(const Canonical& wanted) {
    VersionChoice choice(wanted.version);
    const Definition* best = nullptr;
    const auto& map = std::get<Added<Definition>>(added).by_url;
    if (const auto found = map.find(wanted.url); found != map.end()) {
      const std::string* package = found->second.back()->package;
      for (auto at = found->second.rbegin(); at != found->second.rend(); ++at) {
        // Without a version only the package that came last counts.
        if (wanted.version.empty() && (*at)->package != package) break;
        if (choice.take((*at)->definition.version)) best = &(*at)->definition;
      }
      if (best != nullptr && (wanted.version.empty() || choice.is_exact())) return best;
    }
    const IndexedDefinition* entry = find_shipped(kKindOf<Definition>, wanted, choice);
    return entry != nullptr ? get<Definition>(*entry) : best;
  }

  const IndexedDefinition* find_shipped(DefinitionKind kind, const Canonical& wanted,
                                        VersionChoice& choice) const {
    if (!has_shipped) return nullptr;
    const IndexedDefinition* best = nullptr;
    for (const IndexedDefinition& entry : shipped.find(kind, wanted.url)) {
      const DefinitionPlace place = place_of(entry);
      if (place.url != wanted.url) continue;  // equal hashes
      if (wanted.version.empty()) return &entry;
      if (choice.take(place.version)) best = &entry;
    }
    return best;
  }

  template <typename Definition>
  void add(Definition definition, std::string package) {
    Added<Definition>& all = std::get<Added<Definition>>(added);
    const std::string* name = &*packages.insert(std::move(package)).first;
    std::vector<typename Added<Definition>::Entry*>& same = all.by_url[definition.url];
    const auto is_same = [&](const auto* entry) {
      return entry->definition.version == definition.version;
    };
    same.erase(std::remove_if(same.begin(), same.end(), is_same), same.end());
    same.push_back(
        &all.entries.emplace_back(typename Added<Definition>::Entry{std::move(definition), name}));
  }
};

DefinitionStore::DefinitionStore() : impl_(std::make_unique<Impl>()) {}
DefinitionStore::~DefinitionStore() = default;

void DefinitionStore::add_shipped() {
  if (impl_->has_shipped) return;
  impl_->shipped = ShippedDefinitions::embedded();
  impl_->has_shipped = true;
  const std::size_t files = impl_->shipped.files().size();
  impl_->read = std::make_unique<std::atomic<const void*>[]>(impl_->shipped.definitions().size());
  impl_->lines_read = std::make_unique<std::once_flag[]>(files);
  impl_->lines = std::make_unique<ConstraintLines[]>(files);
}

void DefinitionStore::add(StructureDefinition definition, std::string package) {
  for (std::string& name : element_names_of(definition)) impl_->names.insert(std::move(name));
  impl_->add(std::move(definition), std::move(package));
}

void DefinitionStore::add(ValueSet definition, std::string package) {
  impl_->add(std::move(definition), std::move(package));
}

void DefinitionStore::add(CodeSystem definition, std::string package) {
  impl_->add(std::move(definition), std::move(package));
}

const StructureDefinition* DefinitionStore::find_structure(std::string_view canonical) const {
  return impl_->find<StructureDefinition>(canonical);
}

const ValueSet* DefinitionStore::find_value_set(std::string_view canonical) const {
  return impl_->find<ValueSet>(canonical);
}

const CodeSystem* DefinitionStore::find_code_system(std::string_view canonical) const {
  return impl_->find<CodeSystem>(canonical);
}

void DefinitionStore::add_broken(std::string url, std::string file) {
  impl_->broken.insert_or_assign(std::move(url), std::move(file));
}

std::string DefinitionStore::broken_file(std::string_view canonical) const {
  const auto found = impl_->broken.find(split_canonical(canonical).url);
  return found == impl_->broken.end() ? std::string() : found->second;
}

std::vector<const CodeSystem*> DefinitionStore::supplements_of(std::string_view system) const {
  std::vector<const CodeSystem*> found;
  const Canonical wanted = split_canonical(system);
  const auto take = [&](const CodeSystem* supplement) {
    if (supplement != nullptr && split_canonical(supplement->supplements).url == wanted.url) {
      found.push_back(supplement);
    }
  };
  for (const auto& entry : std::get<Added<CodeSystem>>(impl_->added).entries) {
    if (!entry.definition.supplements.empty()) take(&entry.definition);
  }
  if (!impl_->has_shipped) return found;
  for (const std::uint32_t index : impl_->shipped.supplements()) {
    const IndexedDefinition& entry = impl_->shipped.definitions()[index];
    if (split_canonical(impl_->place_of(entry).supplements).url == wanted.url) {
      take(impl_->get<CodeSystem>(entry));
    }
  }
  return found;
}

const StructureDefinition* DefinitionStore::find_type(std::string_view code) const {
  const bool is_url = code.find(':') != std::string_view::npos;
  const JoinedText canonical{is_url ? std::string_view() : kStructurePrefix, code};
  const StructureDefinition* type = find_structure(canonical.text());
  return type != nullptr && !type->constraint ? type : nullptr;
}

bool DefinitionStore::is_added(const StructureDefinition& structure) const {
  const auto& map = std::get<Added<StructureDefinition>>(impl_->added).by_url;
  const auto found = map.find(structure.url);
  return found != map.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const auto* entry) { return &entry->definition == &structure; });
}

std::vector<const StructureDefinition*> DefinitionStore::added_structures() const {
  return current(std::get<Added<StructureDefinition>>(impl_->added));
}

std::vector<DefinitionEntry> DefinitionStore::list() const {
  std::vector<DefinitionEntry> entries;
  if (impl_->has_shipped) {
    for (const IndexedDefinition& entry : impl_->shipped.definitions()) {
      const DefinitionPlace place = impl_->place_of(entry);
      const IndexedFile& file = impl_->shipped.files()[entry.file];
      entries.push_back({place.kind, place.url, place.version, place.name, place.type,
                         package_of(impl_->shipped.text(file.at, file.size)), place.constraint});
    }
  }
  const auto append = [&](const auto& added, DefinitionKind kind) {
    for (const auto& [url, same] : added.by_url) {
      for (const auto* entry : same) {
        DefinitionEntry& out = entries.emplace_back();
        out = {kind,
               entry->definition.url,
               entry->definition.version,
               entry->definition.name,
               {},
               *entry->package,
               false};
        if constexpr (requires { entry->definition.constraint; }) {
          out.type = entry->definition.type;
          out.constraint = entry->definition.constraint;
        }
      }
    }
  };
  append(std::get<0>(impl_->added), DefinitionKind::kStructure);
  append(std::get<1>(impl_->added), DefinitionKind::kValueSet);
  append(std::get<2>(impl_->added), DefinitionKind::kCodeSystem);
  std::sort(entries.begin(), entries.end(), [](const DefinitionEntry& a, const DefinitionEntry& b) {
    return std::tie(a.kind, a.url, a.version, a.package) <
           std::tie(b.kind, b.url, b.version, b.package);
  });
  return entries;
}

std::vector<std::string_view> DefinitionStore::element_names() const {
  std::vector<std::string_view> names;
  if (impl_->has_shipped) {
    for (const IndexedName& name : impl_->shipped.names()) {
      names.push_back(impl_->shipped.text(name.at, name.size));
    }
  }
  const auto shipped = static_cast<std::ptrdiff_t>(names.size());
  for (const std::string& name : impl_->names) {
    // Sorted: the index is made from a set.
    if (!std::binary_search(names.begin(), names.begin() + shipped, name)) names.push_back(name);
  }
  return names;
}

}  // namespace oncobridge::profiles
