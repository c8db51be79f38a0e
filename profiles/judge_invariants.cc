// Invariants: native where there is a function for one, else FHIRPath.
#include <algorithm>

#include "profiles/judge.h"
#include "profiles/judge_host.h"

namespace oncobridge::profiles {

// Why the document has cost too much to evaluate the expression once more; empty: it has not.
std::string_view Judge::why_given_up(const fhirpath::Expression& expression) const {
  if (host_->evaluator().spent() > most_visits_) {
    return "the expressions of the document visit more than the limit";
  }
  const bool exhausting = !exhausting_.empty() && std::find(exhausting_.begin(), exhausting_.end(),
                                                            &expression) != exhausting_.end();
  return exhausting ? "the expression visits more than the limit at another element" : "";
}

void Judge::check_invariants(NodeId id, const Checks& checks) {
  fhirpath::Focus focus;
  focus.document = host_->document();
  focus.node = id;
  const auto find_child_names = [&] {
    if (focus.child_names == 0) focus.child_names = fhirpath::child_names(focus.document, id);
  };
  for (const Invariant& invariant : checks.invariants) {
    if (invariant.best_practice && !options_.best_practice) continue;
    if (invariant.true_without != 0) {
      find_child_names();
      if ((focus.child_names & invariant.true_without) == 0) continue;
    }
    // R4 says that a constraint is met where its expression gives true
    // (ElementDefinition.constraint: "condition that must evaluate to true"). Empty is not, as the
    // HL7 validator has it; but where it is for want of data, nothing can be said.
    fhirpath::Truth holds = fhirpath::Truth::kFault;
    if (invariant.native != nullptr) {
      holds = invariant.native(host_->natives(), focus.document, id);
    }
    // After a native fault as well: the expression knows why.
    std::string_view given_up;
    if (holds == fhirpath::Truth::kFault && invariant.expression != nullptr) {
      given_up = why_given_up(*invariant.expression);
    }
    if (holds == fhirpath::Truth::kFault && invariant.expression != nullptr && given_up.empty()) {
      find_child_names();
      host_->nothing_missing();
      holds = host_->evaluator().test(*invariant.expression, focus);
      if (holds != fhirpath::Truth::kTrue && holds != fhirpath::Truth::kFault) {
        given_up = host_->missing();
        if (!given_up.empty()) holds = fhirpath::Truth::kFault;
      }
      if (holds == fhirpath::Truth::kFault &&
          host_->evaluator().fault().kind == fhirpath::EvalFault::kBudget) {
        exhausting_.push_back(invariant.expression);
      }
    }
    if (holds == fhirpath::Truth::kTrue) continue;
    const Constraint& constraint = *invariant.constraint;
    if (holds == fhirpath::Truth::kFalse || holds == fhirpath::Truth::kEmpty) {
      const bool warning = constraint.warning || constraint.best_practice;
      if (!count(warning ? Severity::kWarning : Severity::kError)) continue;
      const bool of_bundle =
          types_[id].type != nullptr && types_[id].type->role == TypeRole::kBundle;
      const NodeId place = of_bundle ? culprit(id, constraint.key) : kNoNode;
      std::string text = constraint.key + ": " + constraint.expression;
      if (place != kNoNode) text += "; " + path(place) + " breaks it";
      add_issue(warning ? Severity::kWarning : Severity::kError, RuleId::kInvariant, id,
                std::move(text), invariant.structure, place);
      continue;
    }
    not_checked(RuleId::kInvariantNotChecked, id, {}, [&] {
      std::string_view why = invariant.fault;
      if (!given_up.empty()) {
        why = given_up;
      } else if (invariant.expression != nullptr) {
        why = host_->evaluator().fault().text;
      }
      return constraint.key + " could not be evaluated: " + std::string(why);
    });
  }
}

// What the walk put off until all nodes have their types and the bundle its index.
void Judge::run_pending(std::size_t first, std::size_t last) {
  const std::size_t missed = missed_.size();
  for (std::size_t i = first; i < last; ++i) {
    const PendingCheck pending = pending_[i];
    resource_ = pending.resource;
    if (pending.checks != nullptr) {
      apply_checks(pending.node, *pending.checks);
    } else {
      apply(pending.node, *pending.profile);
    }
  }
  sort_missed_bindings(missed);
}

}  // namespace oncobridge::profiles
