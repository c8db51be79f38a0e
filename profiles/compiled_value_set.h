// A value set as tables: for each code system its decided codes, and what holds for all other
// codes. Every answer is in, out, or a reason why it cannot be decided offline. Made by
// ValueSetCompiler; immutable; views into the definitions, which must outlive it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/code_table.h"
#include "profiles/known_systems.h"

namespace oncobridge::profiles {

enum class Member : std::uint8_t { kIn, kOut, kUnknown };

struct Membership {
  Member member = Member::kUnknown;
  std::string_view reason;  // of kUnknown: `filter concept is-a 123 on http://snomed.info/sct`
};

// The codes of one system.
struct SystemCodes {
  std::string system;
  std::string version;  // the one that the value set asks for; empty: any
  SystemRule rule;
  // For codes that the table does not have, by the rule's answer; without a rule all are equal.
  std::array<Outcome, 3> rest = {kOutcomeOut, kOutcomeOut, kOutcomeOut};
  const CodeTable* shared = nullptr;  // of a code system's index; instead of `own`
  CodeTable own;

  const CodeTable& table() const { return shared != nullptr ? *shared : own; }
  // No code outside the table needs a rule.
  bool settled() const { return rest[0] == rest[1] && rest[1] == rest[2]; }
  Outcome outcome(std::string_view code, const Ucum& ucum) const {
    const CodeEntry* entry = table().find(code);
    if (entry != nullptr) return entry->outcome;
    if (settled()) return rest[0];
    return rest[static_cast<std::size_t>(test_rule(rule, code, ucum))];
  }
};

struct CompiledValueSet {
  std::string url;
  std::string version;
  std::string name;
  bool at_hand = true;  // false: no such value set among the definitions
  std::vector<SystemCodes> systems;
  Outcome other = kOutcomeOut;  // for codes of all other systems
  std::vector<std::string> reasons;

  const SystemCodes* find(std::string_view system) const {
    for (const SystemCodes& codes : systems) {
      if (same_text(codes.system, system)) return &codes;
    }
    return nullptr;
  }
  Membership membership(Outcome outcome) const {
    if (outcome == kOutcomeIn) return {Member::kIn, {}};
    if (outcome == kOutcomeOut) return {Member::kOut, {}};
    return {Member::kUnknown, reasons[outcome - kFirstReason]};
  }
  // Every question about it is answered with in or out.
  bool decidable() const;
  // The first reason why not; empty if it is.
  std::string_view why_undecidable() const;
};

}  // namespace oncobridge::profiles
