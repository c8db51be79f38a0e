// Codes: systems, codes, displays, units, bindings.
#include <algorithm>

#include "profiles/judge.h"
#include "profiles/primitive.h"
#include "profiles/terminology_advice.h"

namespace oncobridge::profiles {
namespace {

constexpr std::string_view kUcum = "http://unitsofmeasure.org";

std::string concept_text(std::string_view system, std::string_view code) {
  return std::string(system) + "#" + std::string(code);
}

std::string suggestions(const std::vector<Suggestion>& nearest) {
  std::string text;
  for (const Suggestion& suggestion : nearest) {
    text += text.empty() ? "; nearest: " : ", ";
    text += suggestion.code;
    if (!suggestion.display.empty()) (text += " ") += suggestion.display;
  }
  return text;
}

}  // namespace

void Judge::check_coding(NodeId id) {
  const NodeId system_node = child(id, known_.system);
  const NodeId code = child(id, known_.code);
  if (system_node == kNoNode || tape_[system_node].kind != NodeKind::kString) return;
  if (!check_system(system_node)) return;
  if (code == kNoNode || tape_[code].kind != NodeKind::kString) return;
  check_code(id, system_node, code);
}

bool Judge::check_system(NodeId system) {
  if (is_absolute_uri(tape_[system].value())) return true;
  report(RuleId::kCodeSystemRelative, system,
         [&] { return "the system of a code is an absolute URI; found " + shown(system); });
  return false;
}

void Judge::check_quantity(NodeId id) {
  const NodeId system = child(id, known_.system);
  const NodeId code = child(id, known_.code);
  if (system == kNoNode || tape_[system].kind != NodeKind::kString || !check_system(system)) return;
  if (code == kNoNode || tape_[code].kind != NodeKind::kString) return;
  check_code(id, system, code);
}

// A code in its system, whatever it is bound to.
void Judge::check_code(NodeId id, NodeId system_node, NodeId code) {
  const std::string_view system = tape_[system_node].value();
  const std::string_view text = tape_[code].value();
  const Terminology& terms = definitions_.terminology();
  const CodeResult result = terms.look_up(system, text_of(id, known_.version), text);
  switch (result.status) {
    case CodeStatus::kFound:
      if (result.concept_found->inactive) {
        report(RuleId::kCodeInactive, code,
               [&] { return "the code is inactive; found " + shown(code); });
      }
      check_display(id, result);
      return;
    case CodeStatus::kValid:
      return;
    case CodeStatus::kMalformed:
    case CodeStatus::kNotFound:
      if (system == kUcum) {
        report(RuleId::kUcumUnit, code, [&] {
          const std::string nearest = definitions_.ucum().nearest(text);
          return definitions_.ucum().explain(text) + "; found " + shown(code) +
                 (nearest.empty() ? std::string() : "; nearest: " + nearest);
        });
        return;
      }
      report(RuleId::kCodeUnknown, code, [&] {
        return concept_text(system, text) +
               (result.status == CodeStatus::kMalformed
                    ? " has not the form of a code of its system"
                    : " is not in its code system") +
               (result.system == nullptr ? std::string()
                                         : suggestions(terms.nearest(*result.system, text,
                                                                     text_of(id, known_.display))));
      });
      return;
    case CodeStatus::kNotInFragment:
      report_as(Severity::kWarning, RuleId::kCodeUnknown, code, [&] {
        return concept_text(system, text) +
               " is not in the fragment of its code system that is at hand";
      });
      return;
    case CodeStatus::kSystemIsSupplement:
      report(RuleId::kCodeSystemIsSupplement, system_node, [&] {
        return shown(system_node) + " is a supplement; codes are of the system that it supplements";
      });
      return;
    case CodeStatus::kSystemIsValueSet:
      report(RuleId::kCodeSystemIsValueSet, system_node,
             [&] { return shown(system_node) + " is a value set, not a code system"; });
      return;
    case CodeStatus::kNotAtHand:
      not_checked(RuleId::kCodeSystemNotChecked, code, system, [&] {
        return concept_text(system, text) +
               ": the code system is not at hand, so code and display have not been checked";
      });
      return;
    case CodeStatus::kSystemMissing:
    case CodeStatus::kSystemUnknown: {
      const bool missing = result.status == CodeStatus::kSystemMissing;
      report_as(missing ? Severity::kError : Severity::kWarning, RuleId::kCodeSystemUnknown,
                system_node, [&] {
                  const std::string meant = terms.right_system(system);
                  return "the code system " + shown(system_node) + " is not known" +
                         (missing ? std::string() : ", so the code has not been checked") +
                         (meant.empty() ? std::string() : "; meant is perhaps " + meant);
                });
      return;
    }
  }
}

void Judge::check_display(NodeId id, const CodeResult& found) {
  const NodeId display = child(id, known_.display);
  if (display == kNoNode || tape_[display].kind != NodeKind::kString) return;
  if (definitions_.terminology().is_display(found, tape_[display].value())) return;
  report_as(
      options_.wrong_display_is_warning ? Severity::kWarning : Severity::kError,
      RuleId::kCodeDisplay, display, [&] {
        const std::string& known = found.concept_found->display;
        return "the display of the code is \"" + known + "\"; found " + shown(display) +
               (same_display(known, tape_[display].value()) ? ", with other white space" : "");
      });
}

const CompiledValueSet* Judge::value_set(std::atomic<const CompiledValueSet*>& cache,
                                         std::string_view canonical) {
  const CompiledValueSet* set = cache.load(std::memory_order_acquire);
  if (set == nullptr) {
    const Terminology& terms = definitions_.terminology();
    set = &terms.compiled(terms.value_set(canonical));
    cache.store(set, std::memory_order_release);
  }
  return set;
}

BindingTally Judge::tally(NodeId id, const CompiledValueSet& set) {
  const Terminology& terms = definitions_.terminology();
  const Type* type = types_[id].type;
  BindingTally tally;
  if (type->is_primitive()) {
    if (tape_[id].has_value()) tally.add(terms.check_code(set, tape_[id].value()));
    return tally;
  }
  const auto add = [&](NodeId coding) {
    const NodeId code = child(coding, known_.code);
    if (code == kNoNode || !tape_[code].has_value()) return;
    tally.add(terms.check(set, text_of(coding, known_.system), text_of(coding, known_.version),
                          tape_[code].value()));
  };
  if (type->role != TypeRole::kCodeableConcept) {
    add(id);
    return tally;
  }
  for (NodeId coding = child(id, known_.coding); coding != kNoNode && !tally.any_in;
       coding = tape_.next_same(coding)) {
    add(coding);
  }
  return tally;
}

int Judge::member_of(NodeId id, const CompiledValueSet& set) {
  switch (tally(id, set).verdict()) {
    case BindingVerdict::kHolds:
      return 1;
    case BindingVerdict::kNotChecked:
      return -1;
    default:
      return 0;
  }
}

// A code of a later FHIR version stands in an extension where this version has none:
// http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.compose.include.filter.op.
bool Judge::has_later_code(NodeId id) const {
  constexpr std::string_view kFhir = "http://hl7.org/fhir/";
  for (NodeId extension = tape_.child(id, known_.extension); extension != kNoNode;
       extension = tape_.next_same(extension)) {
    const std::string_view url = text_of(extension, known_.url);
    if (!url.starts_with(kFhir) || url.size() < kFhir.size() + 3) continue;
    const std::string_view rest = url.substr(kFhir.size());
    if (rest[0] >= '1' && rest[0] <= '9' && rest[1] == '.' &&
        rest.substr(3).starts_with("/StructureDefinition/extension-")) {
      return true;
    }
  }
  return false;
}

void Judge::check_absent_code(NodeId id, const Checks& checks, const BindingRule& binding) {
  if (binding.strength < BindingStrength::kExtensible) return;
  // A value without a code may have extensions that say why; a required binding asks for the code.
  const bool required = binding.strength == BindingStrength::kRequired && !has_later_code(id);
  report_as(
      required ? Severity::kError : Severity::kWarning,
      required ? RuleId::kBindingNoCode : RuleId::kBindingExtensible, id,
      [&] {
        return std::string("there is no code, and one ") + (required ? "must" : "should") +
               " come from " + binding.value_set;
      },
      checks.structure);
}

void Judge::check_binding(NodeId id, const Checks& checks, const BindingRule& binding) {
  const Type* type = types_[id].type;
  if (type == nullptr || !is_bindable(*type)) return;
  if (!binding.max_value_set.empty()) {
    const CompiledValueSet* limit = value_set(binding.compiled_max, binding.max_value_set);
    if (tally(id, *limit).verdict() == BindingVerdict::kBroken) {
      report(
          RuleId::kBindingMax, id,
          [&] { return shown(id) + " is not in the maximum value set " + binding.max_value_set; },
          checks.structure);
      return;
    }
  }
  const CompiledValueSet* set = value_set(binding.compiled, binding.value_set);
  const BindingTally found = tally(id, *set);
  switch (found.verdict()) {
    case BindingVerdict::kHolds:
      return;
    case BindingVerdict::kNoCode:
      if (type->role != TypeRole::kQuantity) check_absent_code(id, checks, binding);
      return;
    case BindingVerdict::kNotChecked:
      not_checked(RuleId::kBindingNotChecked, id, binding.value_set, [&] {
        return "whether the code is in " + binding.value_set +
               " cannot be decided offline: " + std::string(found.unknown);
      });
      return;
    case BindingVerdict::kBroken:
      break;
  }
  const bool extensible = binding.strength == BindingStrength::kExtensible;
  if (extensible && is_demanded(id, checks)) return;
  if (extensible && !quiet_) {
    (in_profiles_ ? missed_by_profiles_ : missed_)
        .push_back({id, resource_, &checks, &binding, false});
  } else {
    report_missed_binding(id, checks, binding);
  }
}

// Whether the definition itself demands the code, by a fixed value or a pattern that has one.
bool Judge::is_demanded(NodeId id, const Checks& checks) const {
  const auto states_code = [this](const ValueTree& value) {
    const Tape& tape = value.tape;
    for (NodeId at = tape.root(); at != kNoNode && at < tape.size(); ++at) {
      const bool code = at == tape.root() || tape[at].name == known_.code;
      if (code && tape[at].has_value()) return true;
    }
    return false;
  };
  if (checks.fixed != nullptr && states_code(*checks.fixed)) {
    return equals(checks.fixed->tape, checks.fixed->tape.root(), id);
  }
  return checks.pattern != nullptr && states_code(*checks.pattern) &&
         has_pattern(checks.pattern->tape, checks.pattern->tape.root(), id);
}

// A code that a profile demands is not the fault of the data, even though the extensible value set
// of the base lacks it: mCODE's BodyStructure identifiers have such a type.
void Judge::forgive_demanded(NodeId id, const Checks& checks) {
  auto missed =
      std::lower_bound(missed_.begin(), missed_.end(), id,
                       [](const MissedBinding& each, NodeId node) { return each.node < node; });
  for (; missed != missed_.end() && missed->node == id; ++missed) {
    missed->demanded = missed->demanded || is_demanded(id, checks);
  }
}

// Those from `first` on are new. What a resource contains has been judged before it, so that they
// may belong between others.
void Judge::sort_missed_bindings(std::size_t first) {
  if (first == missed_.size()) return;
  const auto by_node = [](const auto& a, const auto& b) { return a.node < b.node; };
  const auto middle = missed_.begin() + static_cast<std::ptrdiff_t>(first);
  if (!std::is_sorted(middle, missed_.end(), by_node)) {  // sorting takes memory
    std::stable_sort(middle, missed_.end(), by_node);
  }
  if (first == 0 || !by_node(*middle, middle[-1])) return;
  const auto place = std::upper_bound(missed_.begin(), middle, *middle, by_node);
  std::inplace_merge(place, middle, missed_.end(), by_node);
}

void Judge::report_missed_bindings() {
  for (const auto* all : {&missed_, &missed_by_profiles_}) {
    for (const MissedBinding& missed : *all) {
      resource_ = missed.resource;
      if (!missed.demanded) report_missed_binding(missed.node, *missed.checks, *missed.binding);
    }
  }
}

void Judge::report_missed_binding(NodeId id, const Checks& checks, const BindingRule& binding) {
  const CompiledValueSet* set = value_set(binding.compiled, binding.value_set);
  const RuleId broken = binding_rule(binding.strength);
  const Severity severity = broken == RuleId::kBindingExtensible && options_.strict
                                ? Severity::kError
                                : rule(broken).severity;
  report_as(
      severity, broken, id,
      [&] {
        const Terminology& terms = definitions_.terminology();
        return shown(id) + " is not in " + binding.value_set +
               suggestions(terms.nearest(*set, code_text(id), {}));
      },
      checks.structure);
}

// Types that a binding is about (FHIR R4 terminologies.html#binding).
bool Judge::is_bindable(const Type& type) {
  switch (type.primitive) {
    case Primitive::kCode:
    case Primitive::kString:
    case Primitive::kUri:
    case Primitive::kCanonical:
      return true;
    case Primitive::kNone:
      return type.role == TypeRole::kCodeableConcept || type.role == TypeRole::kCoding ||
             type.role == TypeRole::kQuantity;
    default:
      return false;
  }
}

// The first code of the element, for suggestions.
std::string_view Judge::code_text(NodeId id) const {
  if (tape_[id].has_value()) return tape_[id].value();
  const NodeId coding = tape_.child(id, known_.coding);
  return text_of(coding == kNoNode ? id : coding, known_.code);
}

}  // namespace oncobridge::profiles
