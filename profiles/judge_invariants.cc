// Invariants: native where there is a function for one, else FHIRPath.
#include "profiles/judge.h"
#include "profiles/judge_host.h"

namespace oncobridge::profiles {

void Judge::check_invariants(NodeId id, const Checks& checks) {
  for (const Invariant& invariant : checks.invariants) {
    const Constraint& constraint = *invariant.constraint;
    if (constraint.best_practice && !options_.best_practice) continue;
    int holds = -2;
    if (invariant.native != nullptr) {
      holds = invariant.native(tape_, types_, id);
    } else if (invariant.expression != nullptr) {
      fhirpath::Focus focus;
      focus.document = host_->document();
      focus.node = id;
      holds = static_cast<int>(host_->evaluator().test(*invariant.expression, focus));
    }
    if (holds == 1 || holds == -1) continue;
    if (holds == 0) {
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
