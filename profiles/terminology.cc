#include "profiles/terminology.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "profiles/code_system_index.h"
#include "profiles/joined_text.h"
#include "profiles/substitute_value_sets.h"
#include "profiles/terminology_advice.h"
#include "profiles/value_set_compiler.h"
#include "profiles/version_match.h"

namespace oncobridge::profiles {
namespace {

// What is known of a URL that stands in Coding.system.
struct SystemEntry {
  std::string url;
  std::uint32_t hash = 0;
  const CodeSystem* definition = nullptr;
  const CodeSystemIndex* index = nullptr;          // if it has codes
  CodeStatus absent = CodeStatus::kSystemUnknown;  // without an index
  SystemRule rule;
};

// URLs that were asked for. Read without a lock; entries are added under one, and never removed.
class SystemTable {
 public:
  static constexpr std::size_t kSlots = 8192;
  static constexpr std::size_t kMaxEntries = kSlots / 2;

  const SystemEntry* find(std::string_view url, std::uint32_t hash) const {
    for (std::size_t slot = hash % kSlots;; slot = (slot + 1) % kSlots) {
      const SystemEntry* entry = slots_[slot].load(std::memory_order_acquire);
      if (entry == nullptr || (entry->hash == hash && same_text(entry->url, url))) {
        return entry;
      }
    }
  }
  bool full() const { return entries_.size() >= kMaxEntries; }
  const SystemEntry* add(std::unique_ptr<const SystemEntry> entry) {
    std::size_t slot = entry->hash % kSlots;
    while (slots_[slot].load(std::memory_order_relaxed) != nullptr) slot = (slot + 1) % kSlots;
    slots_[slot].store(entry.get(), std::memory_order_release);
    entries_.push_back(std::move(entry));
    return entries_.back().get();
  }

 private:
  std::array<std::atomic<const SystemEntry*>, kSlots> slots_ = {};
  std::vector<std::unique_ptr<const SystemEntry>> entries_;
};

// HL7 table 0203 has national identifiers as a template: `NNxxx`, with a country's three letters.
bool is_template_code(std::string_view system, std::string_view code) {
  return code.size() == 5 && code.starts_with("NN") &&
         system == "http://terminology.hl7.org/CodeSystem/v2-0203" &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

constexpr std::string_view kOtherVersion = "the value set names another version of the code system";

}  // namespace

struct Terminology::Impl final : TerminologySource {
  Impl(const DefinitionStore& store, const Ucum& ucum) : store(store), units(ucum) {}

  // All but the tables' readers hold the lock. It is recursive: a value set that is compiled asks
  // for code systems.
  mutable std::recursive_mutex mutex;
  const DefinitionStore& store;
  const Ucum& units;
  const std::vector<ValueSet> substitutes = substitute_value_sets();
  mutable SystemTable systems;
  mutable std::map<const CodeSystem*, std::unique_ptr<const CodeSystemIndex>> indexes;
  mutable std::map<std::string, std::unique_ptr<ValueSetHandle>, std::less<>> handles;
  mutable std::vector<std::unique_ptr<const CompiledValueSet>> sets;

  const CodeSystemIndex* index_of(const CodeSystem* definition) const {
    if (definition == nullptr || definition->concepts.empty() ||
        definition->content == CodeSystemContent::kSupplement) {
      return nullptr;
    }
    const std::scoped_lock lock(mutex);
    auto& index = indexes[definition];
    if (index == nullptr) index = std::make_unique<const CodeSystemIndex>(*definition);
    return index.get();
  }

  const CodeSystemIndex* code_system(std::string_view canonical) const override {
    return index_of(store.find_code_system(canonical));
  }
  const ValueSet* value_set(std::string_view canonical) const override {
    const ValueSet* found = store.find_value_set(canonical);
    if (found != nullptr) return found;
    const std::string_view url = split_canonical(canonical).url;
    for (const ValueSet& substitute : substitutes) {
      if (substitute.url == url) return &substitute;
    }
    return nullptr;
  }
  const Ucum& ucum() const override { return units; }

  SystemEntry describe(std::string_view url) const {
    SystemEntry entry;
    entry.url = url;
    entry.definition = store.find_code_system(url);
    entry.index = index_of(entry.definition);
    entry.rule.kind = rule_of_system(url);
    if (entry.definition != nullptr) {
      const bool supplement = entry.definition->content == CodeSystemContent::kSupplement;
      entry.absent = supplement ? CodeStatus::kSystemIsSupplement : CodeStatus::kNotAtHand;
    } else if (is_known_system(url)) {
      entry.absent = CodeStatus::kNotAtHand;
    } else if (store.find_value_set(url) != nullptr) {
      entry.absent = CodeStatus::kSystemIsValueSet;
    } else {
      entry.absent = is_hl7_space(url) ? CodeStatus::kSystemMissing : CodeStatus::kSystemUnknown;
    }
    return entry;
  }

  // The entry of a URL; `spare` holds it where the table is full.
  const SystemEntry& system(std::string_view url, std::optional<SystemEntry>& spare) const {
    const std::uint32_t hash = hash_code(url);
    if (const SystemEntry* known = systems.find(url, hash); known != nullptr) return *known;
    const std::scoped_lock lock(mutex);
    if (const SystemEntry* known = systems.find(url, hash); known != nullptr) return *known;
    spare = describe(url);
    spare->hash = hash;
    if (systems.full()) return *spare;
    return *systems.add(std::make_unique<const SystemEntry>(std::move(*spare)));
  }

  // `wanted` is the version that a value set asks for.
  bool is_malformed(std::string_view system_url, std::string_view version, std::string_view code,
                    std::string_view wanted) const {
    std::optional<SystemEntry> spare;
    const SystemEntry& entry = system(system_url, spare);
    if (entry.index == nullptr) return status_by_rule(entry, code) == CodeStatus::kMalformed;
    return version.empty() && names_version(wanted, entry.definition->version) &&
           entry.index->complete() && entry.index->find(code) == nullptr;
  }

  CodeStatus status_by_rule(const SystemEntry& entry, std::string_view code) const {
    if (entry.rule.kind == RuleKind::kNone) return entry.absent;
    switch (test_rule(entry.rule, code, units)) {
      case RuleAnswer::kValid:
        return CodeStatus::kValid;
      case RuleAnswer::kInvalid:
        return CodeStatus::kMalformed;
      case RuleAnswer::kUnsure:
        break;
    }
    return CodeStatus::kNotAtHand;
  }
};

Terminology::Terminology(const DefinitionStore& store, const Ucum& ucum)
    : impl_(std::make_unique<Impl>(store, ucum)) {}
Terminology::~Terminology() = default;

const ValueSetHandle& Terminology::value_set(std::string_view canonical) const {
  const std::scoped_lock lock(impl_->mutex);
  auto found = impl_->handles.find(canonical);
  if (found == impl_->handles.end()) {
    auto handle = std::make_unique<ValueSetHandle>();
    handle->canonical = canonical;
    found = impl_->handles.emplace(handle->canonical, std::move(handle)).first;
  }
  return *found->second;
}

const CompiledValueSet& Terminology::compile(const ValueSetHandle& handle) const {
  const std::scoped_lock lock(impl_->mutex);
  const CompiledValueSet* known = handle.compiled.load(std::memory_order_relaxed);
  if (known != nullptr) return *known;
  impl_->sets.push_back(ValueSetCompiler(*impl_).compile(handle.canonical));
  handle.compiled.store(impl_->sets.back().get(), std::memory_order_release);
  return *impl_->sets.back();
}

std::unique_ptr<CompiledValueSet> Terminology::compile(const ValueSet& definition) const {
  return ValueSetCompiler(*impl_).compile(definition);
}

Membership Terminology::check(const CompiledValueSet& set, std::string_view system,
                              std::string_view version, std::string_view code) const {
  if (code.empty()) return {Member::kOut, {}};
  const SystemCodes* codes = set.find(system);
  const Outcome outcome = codes == nullptr ? set.other : codes->outcome(code, impl_->units);
  const Membership found = set.membership(outcome);
  // What is no code of its system is in no set of codes, whatever else is not known of the set.
  const std::string_view wanted = codes == nullptr ? std::string_view() : codes->version;
  if (found.member == Member::kUnknown && impl_->is_malformed(system, version, code, wanted)) {
    return {Member::kOut, {}};
  }
  if (codes == nullptr) return found;
  const bool other_version = !version.empty() && !codes->version.empty() &&
                             found.member == Member::kIn && version != codes->version &&
                             !version.starts_with(codes->version) &&
                             !codes->version.starts_with(version);
  if (other_version) return {Member::kUnknown, kOtherVersion};
  return found;
}

Membership Terminology::check_code(const CompiledValueSet& set, std::string_view code) const {
  if (code.empty()) return {Member::kOut, {}};
  Outcome worst = set.other;
  for (const SystemCodes& codes : set.systems) {
    const Outcome outcome = codes.outcome(code, impl_->units);
    if (outcome == kOutcomeIn) return {Member::kIn, {}};
    if (outcome != kOutcomeOut) worst = outcome;
  }
  return set.membership(worst);
}

CodeResult Terminology::look_up(std::string_view system, std::string_view version,
                                std::string_view code) const {
  std::optional<SystemEntry> spare;
  const SystemEntry& entry = impl_->system(system, spare);
  const CodeSystem* definition = entry.definition;
  const CodeSystemIndex* index = entry.index;
  if (index != nullptr && !version.empty() && definition->version != version) {
    definition = impl_->store.find_code_system(JoinedText{system, "|", version}.text());
    index = impl_->index_of(definition);
    if (index == nullptr) return {CodeStatus::kNotAtHand, nullptr, nullptr};
  }
  if (index == nullptr) return {impl_->status_by_rule(entry, code), nullptr, definition};
  const Concept* found = index->find(code);
  if (found == nullptr && is_template_code(system, code)) found = index->find("NNxxx");
  if (found != nullptr) {
    return {CodeStatus::kFound, found, definition};
  }
  return {index->complete() ? CodeStatus::kNotFound : CodeStatus::kNotInFragment, nullptr,
          definition};
}

bool Terminology::is_display(const CodeResult& found, std::string_view display) const {
  const Concept& known = *found.concept_found;
  const bool tidy = is_tidy(display);
  const auto same = [&](std::string_view text) {
    return same_code(text, display, true) || (tidy && same_display(text, display));
  };
  const auto in = [&](const Concept& entry) {
    if (same(entry.display)) return true;
    return std::any_of(entry.designations.begin(), entry.designations.end(), same);
  };
  if (in(known) || known.display.empty()) return true;
  for (const CodeSystem* supplement : impl_->store.supplements_of(found.system->url)) {
    for (const Concept& entry : supplement->concepts) {
      if (entry.code == known.code && in(entry)) return true;
    }
  }
  return false;
}

std::vector<Suggestion> Terminology::nearest(const CompiledValueSet& set, std::string_view code,
                                             std::string_view display, std::size_t count) const {
  NearestCodes nearest(code, display, count);
  for (const SystemCodes& codes : set.systems) {
    for (const CodeEntry& entry : codes.table().entries()) {
      if (entry.outcome == kOutcomeIn) nearest.offer({codes.system, entry.code, entry.display});
    }
  }
  return nearest.take();
}

std::vector<Suggestion> Terminology::nearest(const CodeSystem& system, std::string_view code,
                                             std::string_view display, std::size_t count) const {
  NearestCodes nearest(code, display, count);
  for (const Concept& entry : system.concepts) {
    nearest.offer({system.url, entry.code, entry.display});
  }
  return nearest.take();
}

std::string Terminology::right_system(std::string_view system) const {
  if (const std::string_view known = right_system_url(system); !known.empty()) {
    return std::string(known);
  }
  for (std::string& candidate : moved_system_urls(system)) {
    if (candidate != system && impl_->store.find_code_system(candidate) != nullptr) {
      return std::move(candidate);
    }
  }
  return {};
}

RuleId binding_rule(BindingStrength strength) {
  switch (strength) {
    case BindingStrength::kRequired:
      return RuleId::kBindingRequired;
    case BindingStrength::kExtensible:
      return RuleId::kBindingExtensible;
    case BindingStrength::kPreferred:
      return RuleId::kBindingPreferred;
    case BindingStrength::kExample:
      break;
  }
  return RuleId::kBindingNotChecked;
}

}  // namespace oncobridge::profiles
