#include "profiles/value_set_compiler.h"

#include <algorithm>
#include <utility>

#include "profiles/code_system_index.h"
#include "profiles/value_set_algebra.h"
#include "profiles/version_match.h"

namespace oncobridge::profiles {
namespace {

std::string with_version(const std::string& system, const std::string& version) {
  return version.empty() ? system : system + "|" + version;
}

CompiledValueSet undecided(std::string_view reason) {
  CompiledValueSet set;
  set.other = add_reason(set, reason);
  return set;
}

void let_rule_decide(SystemCodes& codes) {
  codes.rest[static_cast<std::size_t>(RuleAnswer::kValid)] = kOutcomeIn;
  if (!may_be_unsure(codes.rule.kind)) {
    codes.rest[static_cast<std::size_t>(RuleAnswer::kUnsure)] = kOutcomeOut;
  }
}

std::string in_part(std::string_view system) {
  return "only a part of code system " + std::string(system) + " is at hand";
}

}  // namespace

std::unique_ptr<CompiledValueSet> ValueSetCompiler::compile(std::string_view canonical) {
  return std::make_unique<CompiledValueSet>(import(canonical));
}

std::unique_ptr<CompiledValueSet> ValueSetCompiler::compile(const ValueSet& definition) {
  return std::make_unique<CompiledValueSet>(of_definition(definition));
}

CompiledValueSet ValueSetCompiler::import(std::string_view canonical) {
  const ValueSet* definition = source_.value_set(canonical);
  if (definition == nullptr) return implicit(canonical);
  if (std::find(open_.begin(), open_.end(), definition) != open_.end()) {
    return undecided("value set " + std::string(canonical) + " includes itself");
  }
  if (open_.size() >= kMaxImportDepth) {
    return undecided("value set " + std::string(canonical) + " is imported too deep");
  }
  if (const auto known = done_.find(definition); known != done_.end()) return known->second;
  Set set = of_definition(*definition);
  if (!open_.empty()) done_.emplace(definition, set);
  return set;
}

CompiledValueSet ValueSetCompiler::of_definition(const ValueSet& definition) {
  open_.push_back(&definition);
  CompiledValueSet set;
  CompiledValueSet excluded;
  for (const ValueSetPart& part : definition.parts) {
    combine(part.exclude ? excluded : set, of_part(part), SetOperation::kUnite, source_.ucum());
  }
  combine(set, std::move(excluded), SetOperation::kSubtract, source_.ucum());
  if (definition.active_only) take_off_inactive(set);
  if (definition.parts.empty()) {
    set.other = add_reason(set, "value set " + definition.url + " does not state its content");
  }
  if (definition.has_expansion && !set.decidable()) {
    combine(set, of_expansion(definition), SetOperation::kElse, source_.ucum());
  }
  open_.pop_back();
  set.url = definition.url;
  set.version = definition.version;
  set.name = definition.name;
  return set;
}

// compose.inactive is false: what a code system at hand says is inactive is not in the set.
void ValueSetCompiler::take_off_inactive(CompiledValueSet& set) const {
  for (SystemCodes& codes : set.systems) {
    const CodeSystemIndex* index = source_.code_system(with_version(codes.system, codes.version));
    if (index == nullptr) index = source_.code_system(codes.system);
    if (index == nullptr) continue;
    for (const Concept& entry : index->definition().concepts) {
      if (!entry.inactive) continue;
      if (codes.shared != nullptr) codes.own = *std::exchange(codes.shared, nullptr);
      codes.own.add(entry.code).outcome = kOutcomeOut;
    }
  }
}

// Codes of the system that are in all of the imported value sets.
CompiledValueSet ValueSetCompiler::of_part(const ValueSetPart& part) {
  CompiledValueSet set;
  bool first = true;
  if (!part.system.empty()) {
    SystemCodes codes = of_system(set, part);
    set.systems.push_back(std::move(codes));
    first = false;
  }
  for (const std::string& canonical : part.value_sets) {
    combine(set, import(canonical), first ? SetOperation::kUnite : SetOperation::kIntersect,
            source_.ucum());
    first = false;
  }
  return set;
}

CompiledValueSet ValueSetCompiler::of_expansion(const ValueSet& definition) {
  CompiledValueSet set;
  Outcome rest = kOutcomeOut;
  if (!definition.expansion_complete) {
    rest = add_reason(set, "the expansion of value set " + definition.url + " is not complete");
  }
  set.other = rest;
  for (const ExpansionCode& code : definition.expansion) {
    auto codes =
        std::find_if(set.systems.begin(), set.systems.end(),
                     [&](const SystemCodes& entry) { return entry.system == code.system; });
    if (codes == set.systems.end()) {
      codes = set.systems.emplace(codes);
      codes->system = code.system;
      codes->rest.fill(rest);
      const CodeSystemIndex* index = source_.code_system(code.system);
      codes->own = CodeTable(index != nullptr && index->table().fold());
    }
    CodeEntry& entry = codes->own.add(code.code);
    entry.display = code.display;
  }
  return set;
}

// All codes of a code system that names the value set as its own, where no such value set ships.
const CodeSystemIndex* ValueSetCompiler::owner_of(std::string_view url) const {
  constexpr std::string_view kPart = "/ValueSet/";
  const std::size_t place = url.find(kPart);
  if (place == std::string_view::npos) return nullptr;
  const std::string before(url.substr(0, place));
  const std::string name(url.substr(place + kPart.size()));
  for (const std::string& candidate : {before + "/CodeSystem/" + name, before + "/" + name}) {
    const CodeSystemIndex* index = source_.code_system(candidate);
    if (index != nullptr && split_canonical(index->definition().value_set).url == url) return index;
  }
  return nullptr;
}

// `http://loinc.org/vs`, `http://loinc.org/vs/LL715-4`, `http://snomed.info/sct?fhir_vs=...`
CompiledValueSet ValueSetCompiler::implicit(std::string_view canonical) {
  const std::string_view url = split_canonical(canonical).url;
  if (const CodeSystemIndex* owner = owner_of(url); owner != nullptr) {
    ValueSetPart part;
    part.system = owner->definition().url;
    CompiledValueSet set = of_part(part);
    set.url = url;
    return set;
  }
  std::string_view system;
  if (url == "http://loinc.org/vs" || url.starts_with("http://loinc.org/vs/")) {
    system = "http://loinc.org";
  } else if (url.starts_with("http://snomed.info/sct") &&
             url.find("?fhir_vs") != std::string_view::npos) {
    system = "http://snomed.info/sct";
  }
  const std::string reason = "value set " + std::string(canonical) + " is not at hand";
  if (system.empty()) {
    CompiledValueSet set = undecided(reason);
    set.url = canonical;
    set.at_hand = false;
    return set;
  }
  CompiledValueSet set;
  set.url = canonical;
  SystemCodes codes = without_content(set, system, reason);
  set.systems.push_back(std::move(codes));
  return set;
}

SystemCodes ValueSetCompiler::of_system(CompiledValueSet& set, const ValueSetPart& part) {
  const CodeSystemIndex* index = source_.code_system(with_version(part.system, part.version));
  if (index == nullptr && !part.version.empty()) index = successor(part);
  SystemCodes codes = !part.codes.empty()     ? enumerated(part, index)
                      : !part.filters.empty() ? filtered(set, part, index)
                                              : whole(set, part, index);
  codes.system = part.system;
  codes.version = part.version;
  return codes;
}

// THO's value sets name versions of HL7's code systems that the package itself has replaced. HL7
// keeps every code of a system in later versions, so a later one serves.
const CodeSystemIndex* ValueSetCompiler::successor(const ValueSetPart& part) const {
  if (!is_hl7_space(part.system)) return nullptr;
  const CodeSystemIndex* index = source_.code_system(part.system);
  const bool later =
      index != nullptr && compare_versions(index->definition().version, part.version) > 0;
  return later ? index : nullptr;
}

SystemCodes ValueSetCompiler::enumerated(const ValueSetPart& part, const CodeSystemIndex* index) {
  // Whether case counts is told by any version.
  if (index == nullptr) index = source_.code_system(part.system);
  SystemCodes codes;
  codes.own = CodeTable(index != nullptr && index->table().fold());
  for (const ValueSetCode& code : part.codes) {
    CodeEntry& entry = codes.own.add(code.code);
    const CodeEntry* known = index == nullptr ? nullptr : index->table().find(code.code);
    entry.display =
        code.display.empty() && known != nullptr ? known->display : std::string_view(code.display);
  }
  return codes;
}

// A system whose codes are not listed: its rule decides, or nothing does.
SystemCodes ValueSetCompiler::without_content(CompiledValueSet& set, std::string_view system,
                                              std::string reason) {
  SystemCodes codes;
  codes.system = system;
  codes.rule.kind = rule_of_system(system);
  codes.rest.fill(add_reason(set, reason));
  if (codes.rule.kind != RuleKind::kNone) {
    codes.rest[static_cast<std::size_t>(RuleAnswer::kInvalid)] = kOutcomeOut;
  }
  return codes;
}

SystemCodes ValueSetCompiler::whole(CompiledValueSet& set, const ValueSetPart& part,
                                    const CodeSystemIndex* index) {
  if (index == nullptr) {
    std::string reason =
        "code system " + with_version(part.system, part.version) + " is not at hand";
    const CodeSystemIndex* other =
        part.version.empty() ? nullptr : source_.code_system(part.system);
    if (other != nullptr) {
      const std::string& version = other->definition().version;
      reason +=
          version.empty() ? "; one that states no version is" : "; version " + version + " is";
      // Codes stay in a code system: a later version has those of an earlier one, and perhaps more.
      if (!part.exclude && !version.empty() && compare_versions(version, part.version) < 0) {
        SystemCodes codes;
        codes.shared = &other->table();
        codes.rest.fill(add_reason(set, reason + " and lacks the code"));
        return codes;
      }
    }
    SystemCodes codes = without_content(set, part.system, std::move(reason));
    if (codes.rule.kind != RuleKind::kNone) let_rule_decide(codes);
    return codes;
  }
  SystemCodes codes;
  codes.shared = &index->table();
  if (!index->complete()) codes.rest.fill(add_reason(set, in_part(part.system)));
  return codes;
}

SystemCodes ValueSetCompiler::filtered(CompiledValueSet& set, const ValueSetPart& part,
                                       const CodeSystemIndex* index) {
  std::string reason;
  for (const ValueSetFilter& filter : part.filters) {
    reason += (reason.empty() ? "filter " : " and ") + filter.property + " " + filter.op + " " +
              filter.value;
  }
  reason += " on " + with_version(part.system, part.version);
  if (index == nullptr) {
    SystemCodes codes = without_content(set, part.system, reason);
    bool narrowed = codes.rule.kind != RuleKind::kNone;
    for (const ValueSetFilter& filter : part.filters) {
      narrowed = narrowed && narrow_rule(codes.rule, filter);
    }
    if (narrowed) let_rule_decide(codes);
    return codes;
  }
  const CodeSystem& system = index->definition();
  std::vector<bool> chosen(system.concepts.size(), true);
  for (const ValueSetFilter& filter : part.filters) {
    const auto selected = index->select(filter);
    if (!selected) return without_content(set, part.system, reason);
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = chosen[i] && (*selected)[i];
  }
  SystemCodes codes;
  codes.own = CodeTable(index->table().fold());
  // A fragment does not tell all ancestors of a concept, nor all concepts.
  const Outcome rest = index->complete() ? kOutcomeOut : add_reason(set, in_part(part.system));
  codes.rest.fill(rest);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!chosen[i]) continue;
    CodeEntry& entry = codes.own.add(system.concepts[i].code);
    entry.display = system.concepts[i].display;
  }
  return codes;
}

}  // namespace oncobridge::profiles
