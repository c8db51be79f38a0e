// Invariants: native where there is a function for one, else FHIRPath.
#include "profiles/judge.h"
#include "profiles/judge_host.h"

namespace oncobridge::profiles {

void Judge::check_invariants(NodeId id, const Checks& checks) {
  fhirpath::Focus focus;
  focus.document = host_->document();
  focus.node = id;
  for (const Invariant& invariant : checks.invariants) {
    if (invariant.best_practice && !options_.best_practice) continue;
    // Empty counts as holding (FHIRPath 5.1.1).
    fhirpath::Truth holds = fhirpath::Truth::kFault;
    if (invariant.native != nullptr) {
      holds = invariant.native(host_->natives(), focus.document, id);
    }
    // After a native fault as well: the expression knows why.
    if (holds == fhirpath::Truth::kFault && invariant.expression != nullptr) {
      if (focus.child_names == 0) {
        focus.child_names = fhirpath::child_names(focus.document, id);
      }
      holds = host_->evaluator().test(*invariant.expression, focus);
    }
    if (holds == fhirpath::Truth::kTrue || holds == fhirpath::Truth::kEmpty) continue;
    const Constraint& constraint = *invariant.constraint;
    if (holds == fhirpath::Truth::kFalse) {
      const bool warning = constraint.warning || constraint.best_practice;
      report_as(
          warning ? Severity::kWarning : Severity::kError, RuleId::kInvariant, id,
          [&] { return constraint.key + ": " + constraint.expression; }, invariant.structure);
      continue;
    }
    not_checked(RuleId::kInvariantNotChecked, id, {}, [&] {
      return constraint.key + " could not be evaluated: " +
             (invariant.expression == nullptr ? invariant.fault
                                              : std::string(host_->evaluator().fault().text));
    });
  }
}

// What the walk put off until all nodes have their types and the bundle its index.
void Judge::run_pending() {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const PendingCheck pending = pending_[i];
    resource_ = pending.resource;
    if (pending.checks != nullptr) {
      apply_checks(pending.node, *pending.checks);
    } else {
      apply(pending.node, *pending.profile);
    }
  }
}

}  // namespace oncobridge::profiles
