#include "profiles/value_set_algebra.h"

#include <algorithm>
#include <utility>

namespace oncobridge::profiles {
namespace {

Outcome apply(SetOperation operation, Outcome left, Outcome right) {
  const bool left_open = left >= kFirstReason;
  const bool right_open = right >= kFirstReason;
  switch (operation) {
    case SetOperation::kUnite:
      if (left == kOutcomeIn || right == kOutcomeIn) return kOutcomeIn;
      return left_open ? left : right;
    case SetOperation::kIntersect:
      if (left == kOutcomeOut || right == kOutcomeOut) return kOutcomeOut;
      return left_open ? left : right;
    case SetOperation::kSubtract:
      if (left == kOutcomeOut || right == kOutcomeIn) return kOutcomeOut;
      return left_open || !right_open ? left : right;
    case SetOperation::kElse:
      return left_open && !right_open ? right : left;
  }
  return left;
}

std::string rules_reason(const SystemCodes& codes) {
  return "a combination of rules on " + codes.system;
}

// Two lists without anything beyond them, as most includes of one system are.
bool append(SystemCodes& left, const SystemCodes& right) {
  const auto listed = [](const SystemCodes& codes) {
    return codes.settled() && codes.rest[0] == kOutcomeOut;
  };
  const bool same = left.version == right.version && left.own.fold() == right.table().fold();
  if (left.shared != nullptr || !same || !listed(left) || !listed(right)) return false;
  for (const CodeEntry& entry : right.table().entries()) {
    const std::size_t known = left.own.entries().size();
    CodeEntry& added = left.own.add(entry.code);
    const bool is_new = left.own.entries().size() != known;
    if (added.display.empty()) added.display = entry.display;
    added.outcome =
        is_new ? entry.outcome : apply(SetOperation::kUnite, added.outcome, entry.outcome);
  }
  return true;
}

// Codes of the same system.
void combine_codes(CompiledValueSet& set, SystemCodes& left, SystemCodes& right,
                   SetOperation operation, const Ucum& ucum) {
  if (operation == SetOperation::kUnite && append(left, right)) return;
  const bool both_ruled = !left.settled() && !right.settled();
  SystemCodes result;
  result.system = left.system;
  if (left.version == right.version || right.version.empty()) result.version = left.version;
  if (left.version.empty()) result.version = right.version;
  result.own = CodeTable(left.table().fold() || right.table().fold());
  for (const CodeEntry& entry : left.table().entries()) {
    CodeEntry& added = result.own.add(entry.code);
    added.display = entry.display;
    added.outcome = apply(operation, entry.outcome, right.outcome(entry.code, ucum));
  }
  for (const CodeEntry& entry : right.table().entries()) {
    const std::size_t known = result.own.entries().size();
    CodeEntry& added = result.own.add(entry.code);
    if (added.display.empty()) added.display = entry.display;
    if (result.own.entries().size() == known) continue;
    added.outcome = apply(operation, left.outcome(entry.code, ucum), entry.outcome);
  }
  result.rule = left.settled() ? right.rule : left.rule;
  for (std::size_t i = 0; i < result.rest.size(); ++i) {
    result.rest[i] = apply(operation, left.rest[i], right.rest[i]);
  }
  if (both_ruled && left.rule != right.rule) {
    result.rest.fill(add_reason(set, rules_reason(left)));
  }
  left = std::move(result);
}

// What a set that does not mention a system says of its codes.
SystemCodes unmentioned(const std::string& system, Outcome other) {
  SystemCodes codes;
  codes.system = system;
  codes.rest.fill(other);
  return codes;
}

// Takes over the reasons of `right` and renumbers its outcomes.
void merge_reasons(CompiledValueSet& left, CompiledValueSet& right) {
  std::vector<Outcome> renumbered;
  for (const std::string& reason : right.reasons) renumbered.push_back(add_reason(left, reason));
  const auto renumber = [&](Outcome& outcome) {
    if (outcome >= kFirstReason) outcome = renumbered[outcome - kFirstReason];
  };
  renumber(right.other);
  for (SystemCodes& codes : right.systems) {
    for (Outcome& outcome : codes.rest) renumber(outcome);
    for (CodeEntry& entry : codes.own.entries()) renumber(entry.outcome);
  }
}

}  // namespace

Outcome add_reason(CompiledValueSet& set, std::string_view reason) {
  constexpr std::size_t kMaxReasons = 1'000;  // further ones are told as the last
  auto found = std::find(set.reasons.begin(), set.reasons.end(), reason);
  if (found == set.reasons.end() && set.reasons.size() < kMaxReasons) {
    found = set.reasons.insert(found, std::string(reason));
  } else if (found == set.reasons.end()) {
    --found;
  }
  return static_cast<Outcome>(found - set.reasons.begin() + kFirstReason);
}

void combine(CompiledValueSet& left, CompiledValueSet right, SetOperation operation,
             const Ucum& ucum) {
  merge_reasons(left, right);
  const bool right_is_neutral = operation != SetOperation::kIntersect &&
                                operation != SetOperation::kElse && right.other == kOutcomeOut;
  for (SystemCodes& codes : left.systems) {
    auto other =
        std::find_if(right.systems.begin(), right.systems.end(),
                     [&](const SystemCodes& entry) { return entry.system == codes.system; });
    if (other == right.systems.end() && right_is_neutral) continue;
    SystemCodes implied = unmentioned(codes.system, right.other);
    combine_codes(left, codes, other == right.systems.end() ? implied : *other, operation, ucum);
    if (other != right.systems.end()) other->system.clear();  // done
  }
  const bool unite = operation == SetOperation::kUnite && left.other == kOutcomeOut;
  for (SystemCodes& codes : right.systems) {
    if (codes.system.empty()) continue;
    if (unite) {
      left.systems.push_back(std::move(codes));
      continue;
    }
    SystemCodes mine = unmentioned(codes.system, left.other);
    combine_codes(left, mine, codes, operation, ucum);
    left.systems.push_back(std::move(mine));
  }
  left.other = apply(operation, left.other, right.other);
}

bool CompiledValueSet::decidable() const { return why_undecidable().empty(); }

std::string_view CompiledValueSet::why_undecidable() const {
  const auto reason = [this](Outcome outcome) -> std::string_view {
    return outcome >= kFirstReason ? std::string_view(reasons[outcome - kFirstReason])
                                   : std::string_view();
  };
  for (const SystemCodes& codes : systems) {
    for (const Outcome outcome : codes.rest) {
      if (const auto found = reason(outcome); !found.empty()) return found;
    }
    if (codes.shared != nullptr) continue;
    for (const CodeEntry& entry : codes.own.entries()) {
      if (const auto found = reason(entry.outcome); !found.empty()) return found;
    }
  }
  return reason(other);
}

}  // namespace oncobridge::profiles
