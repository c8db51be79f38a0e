// exists(), empty(), count() and what else asks about a whole collection. Boolean answers are found
// without building one.
#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_item_set.h"

namespace oncobridge::profiles::fhirpath {
namespace {

// Items of the input that a criterion holds for, or all; stops after `enough`. -1: a fault.
std::int64_t count_where(Evaluator& evaluator, const Expr& call, const Scope& scope,
                         std::int64_t enough) {
  const Expr* path = call.left;
  if (enough == 1 && call.argument_count == 0 && path != nullptr && path->path_length > 0) {
    if (!scope.has_focus) return 0;
    const bool found = evaluator.leads_anywhere(*path, scope.focus);
    return evaluator.faulted() ? -1 : found;
  }
  std::int64_t count = 0;
  Scope inner = scope;
  inner.has_focus = true;
  inner.index = -1;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    if (call.argument_count > 0) {
      inner.focus = item;
      ++inner.index;
      const Truth holds = evaluator.truth_of(&call.argument(0), inner);
      if (holds == Truth::kFault) return Flow::kFault;
      if (holds != Truth::kTrue) return Flow::kGo;
    }
    return ++count == enough ? Flow::kStop : Flow::kGo;
  });
  return flow == Flow::kFault ? -1 : count;
}

// For allTrue() and its kin: whether any item is `wanted`.
Truth any_is(Evaluator& evaluator, const Expr& call, const Scope& scope, bool wanted) {
  bool found = false;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    const Item value = evaluator.value_of(item);
    if (value.kind != ItemKind::kBoolean) {
      return evaluator.fail(EvalFault::kType, "booleans expected", &call);
    }
    if (value.boolean == wanted) found = true;
    return Flow::kGo;
  });
  return flow == Flow::kFault ? Truth::kFault : truth(found);
}

Truth negated(Truth value) {
  return value == Truth::kFault ? value : truth(value == Truth::kFalse);
}

// Whether all items of one collection are in another.
Truth all_in(Evaluator& evaluator, const Expr* items, const Expr* container, const Scope& scope) {
  ItemSet set(evaluator);
  Flow flow = evaluator.stream(container, scope, [&](const Item& item) {
    set.add(item);
    return set.faulted() ? Flow::kFault : Flow::kGo;
  });
  if (flow == Flow::kFault) return Truth::kFault;
  bool all = true;
  flow = evaluator.stream(items, scope, [&](const Item& item) {
    all = set.contains(item);
    if (set.faulted()) return Flow::kFault;
    return all ? Flow::kGo : Flow::kStop;
  });
  return flow == Flow::kFault ? Truth::kFault : truth(all);
}

}  // namespace

Truth test_exists(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  const std::int64_t count = count_where(evaluator, call, scope, 1);
  return count < 0 ? Truth::kFault : truth(count > 0);
}

Truth test_empty(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  const std::int64_t count = count_where(evaluator, call, scope, 1);
  return count < 0 ? Truth::kFault : truth(count == 0);
}

Flow run_count(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  const std::int64_t count = count_where(evaluator, call, scope, -1);
  return count < 0 ? Flow::kFault : out(Item::of_integer(count));
}

// A criterion that is empty counts as not met (the suite's testPeriodInvariantOld).
Truth test_all(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  Scope inner = scope;
  inner.has_focus = true;
  inner.index = -1;
  bool all = true;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    inner.focus = item;
    ++inner.index;
    const Truth holds = evaluator.truth_of(&call.argument(0), inner);
    if (holds == Truth::kFault) return Flow::kFault;
    all = holds == Truth::kTrue;
    return all ? Flow::kGo : Flow::kStop;
  });
  return flow == Flow::kFault ? Truth::kFault : truth(all);
}

Truth test_all_true(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  return negated(any_is(evaluator, call, scope, false));
}
Truth test_any_true(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  return any_is(evaluator, call, scope, true);
}
Truth test_all_false(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  return negated(any_is(evaluator, call, scope, true));
}
Truth test_any_false(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  return any_is(evaluator, call, scope, false);
}

Truth test_subset_of(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  return all_in(evaluator, call.left, &call.argument(0), scope);
}
Truth test_superset_of(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  return all_in(evaluator, &call.argument(0), call.left, scope);
}

Truth test_is_distinct(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  ItemSet set(evaluator);
  bool distinct = true;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    distinct = set.add(item);
    if (set.faulted()) return Flow::kFault;
    return distinct ? Flow::kGo : Flow::kStop;
  });
  return flow == Flow::kFault ? Truth::kFault : truth(distinct);
}

Truth test_not(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  const Truth value = evaluator.truth_of(call.left, scope);
  return value == Truth::kFault || value == Truth::kEmpty ? value : truth(value == Truth::kFalse);
}

}  // namespace oncobridge::profiles::fhirpath
