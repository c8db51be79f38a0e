// Functions that pick from collections, join them, or go through them.
#include <algorithm>

#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_item_set.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using Lease = Evaluator::Lease;
using Got = Evaluator::Got;

Flow emit(const Collection& items, Sink out) {
  for (const Item& item : items) {
    if (const Flow flow = out(item); flow != Flow::kGo) return flow;
  }
  return Flow::kGo;
}

Scope inside(const Scope& scope) {
  Scope inner = scope;
  inner.has_focus = true;
  inner.index = -1;
  return inner;
}

}  // namespace

Flow run_where(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Scope inner = inside(scope);
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    inner.focus = item;
    ++inner.index;
    const Truth holds = evaluator.truth_of(&call.argument(0), inner);
    if (holds == Truth::kFault) return Flow::kFault;
    return holds == Truth::kTrue ? out(item) : Flow::kGo;
  });
}

Flow run_select(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Scope inner = inside(scope);
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    inner.focus = item;
    ++inner.index;
    return evaluator.stream(&call.argument(0), inner, out);
  });
}

// The projection of the input, of its results, and so on; each item once.
Flow run_repeat(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  ItemSet seen(evaluator);
  Scope inner = inside(scope);
  const auto project = [&](const Item& item) {
    inner.focus = item;
    ++inner.index;
    return evaluator.stream(&call.argument(0), inner, [&](const Item& next) {
      seen.add(next);
      return seen.faulted() ? Flow::kFault : Flow::kGo;
    });
  };
  Flow flow = evaluator.stream(call.left, scope, project);
  for (std::size_t at = 0; flow == Flow::kGo && at < seen.items().size(); ++at) {
    const Item item = seen.items()[at];
    flow = out(item);
    if (flow == Flow::kGo) flow = project(item);
  }
  return flow;
}

Flow run_single(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = evaluator.one(call.left, scope, item);
  if (got == Got::kFault) return Flow::kFault;
  return got == Got::kOne ? out(item) : Flow::kGo;
}

Flow run_first(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item first;
  bool found = false;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    first = item;
    found = true;
    return Flow::kStop;
  });
  if (flow == Flow::kFault) return flow;
  return found ? out(first) : Flow::kGo;
}

Flow run_last(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item last;
  bool found = false;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    last = item;
    found = true;
    return Flow::kGo;
  });
  if (flow == Flow::kFault) return flow;
  return found ? out(last) : Flow::kGo;
}

namespace {

Flow skip(Evaluator& evaluator, const Expr& call, const Scope& scope, std::int64_t count,
          Sink out) {
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    if (count <= 0) return out(item);
    --count;
    return Flow::kGo;
  });
}

}  // namespace

Flow run_tail(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return skip(evaluator, call, scope, 1, out);
}

Flow run_skip(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::int64_t count = 0;
  const Got got = evaluator.one_integer(&call.argument(0), scope, count);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  return skip(evaluator, call, scope, count, out);
}

Flow run_take(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::int64_t count = 0;
  const Got got = evaluator.one_integer(&call.argument(0), scope, count);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  if (count <= 0) return Flow::kGo;
  bool enough = false;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    const Flow next = out(item);
    if (next != Flow::kGo) return next;
    enough = --count == 0;
    return enough ? Flow::kStop : Flow::kGo;
  });
  return enough && flow == Flow::kStop ? Flow::kGo : flow;
}

Flow run_distinct(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  ItemSet set(evaluator);
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    const bool is_new = set.add(item);
    if (set.faulted()) return Flow::kFault;
    return is_new ? out(item) : Flow::kGo;
  });
}

namespace {

// The input's items that are (or are not) in the argument.
Flow filter_by(Evaluator& evaluator, const Expr& call, const Scope& scope, bool keep_known,
               Sink out) {
  ItemSet known(evaluator);
  Flow flow = evaluator.stream(&call.argument(0), scope, [&](const Item& item) {
    known.add(item);
    return known.faulted() ? Flow::kFault : Flow::kGo;
  });
  if (flow == Flow::kFault) return flow;
  ItemSet given(evaluator);  // intersect() gives each item once
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    bool wanted = known.contains(item) == keep_known;
    if (wanted && keep_known) wanted = given.add(item);
    if (known.faulted()) return Flow::kFault;
    return wanted ? out(item) : Flow::kGo;
  });
}

}  // namespace

Flow run_intersect(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return filter_by(evaluator, call, scope, true, out);
}

Flow run_exclude(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return filter_by(evaluator, call, scope, false, out);
}

Flow run_union(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  ItemSet set(evaluator);
  for (const Expr* part : {call.left, call.arguments[0]}) {
    const Flow flow = evaluator.stream(part, scope, [&](const Item& item) {
      const bool is_new = set.add(item);
      if (set.faulted()) return Flow::kFault;
      return is_new ? out(item) : Flow::kGo;
    });
    if (flow != Flow::kGo) return flow;
  }
  return Flow::kGo;
}

Flow run_combine(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  const Flow flow = evaluator.stream(call.left, scope, out);
  return flow == Flow::kGo ? evaluator.stream(&call.argument(0), scope, out) : flow;
}

Flow run_aggregate(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Lease total(evaluator);
  Lease next(evaluator);
  if (call.argument_count > 1 &&
      evaluator.gather(&call.argument(1), scope, *total) == Flow::kFault) {
    return Flow::kFault;
  }
  Scope inner = inside(scope);
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    inner.focus = item;
    ++inner.index;
    inner.total = &*total;
    next->clear();
    if (evaluator.gather(&call.argument(0), inner, *next) == Flow::kFault) return Flow::kFault;
    total->swap(*next);
    return Flow::kGo;
  });
  if (flow == Flow::kFault) return flow;
  return emit(*total, out);
}

namespace {

struct SortKey {
  Item value;
  bool present = false;
};

// The order of two keys; an item without the key stands behind the others, in front of them where
// the order is descending (the suite's testSort10).
int order_of(Evaluator& evaluator, const Expr& call, const SortKey& a, const SortKey& b) {
  if (!a.present || !b.present) return (a.present ? 0 : 1) - (b.present ? 0 : 1);
  int order = 0;
  return evaluator.order(a.value, b.value, call, order) == Got::kOne ? order : 0;
}

}  // namespace

// sort(key, -key): a minus in front of a key means descending, for strings as well.
Flow run_sort(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Lease items(evaluator);
  if (evaluator.gather(call.left, scope, *items) == Flow::kFault) return Flow::kFault;
  const std::size_t width = std::max<std::size_t>(call.argument_count, 1);
  auto* keys = evaluator.arena().make_array<SortKey>(items->size() * width);
  Scope inner = inside(scope);
  for (std::size_t i = 0; i < items->size(); ++i) {
    inner.focus = (*items)[i];
    inner.index = static_cast<std::int64_t>(i);
    for (std::size_t k = 0; k < width; ++k) {
      const Expr* key = call.argument_count == 0 ? nullptr : &call.argument(k);
      if (key != nullptr && key->op == Op::kNegate) key = key->left;
      SortKey& kept = keys[i * width + k];
      const Got got = evaluator.one_value(key, inner, kept.value);
      if (got == Got::kFault) return Flow::kFault;
      kept.present = got == Got::kOne;
    }
  }
  auto* order = evaluator.arena().make_array<std::uint32_t>(items->size());
  for (std::uint32_t i = 0; i < items->size(); ++i) order[i] = i;
  std::stable_sort(order, order + items->size(), [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t k = 0; k < width; ++k) {
      const int found = order_of(evaluator, call, keys[a * width + k], keys[b * width + k]);
      const bool descending = call.argument_count > 0 && call.argument(k).op == Op::kNegate;
      if (found != 0) return (found < 0) != descending;
    }
    return false;
  });
  if (evaluator.faulted()) return Flow::kFault;
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (const Flow flow = out((*items)[order[i]]); flow != Flow::kGo) return flow;
  }
  return Flow::kGo;
}

}  // namespace oncobridge::profiles::fhirpath
