// Operators on values: arithmetic, text, union, comparison, membership.
#include <limits>

#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_item_set.h"
#include "profiles/fhirpath_quantity.h"

namespace oncobridge::profiles::fhirpath {
namespace {

constexpr std::int64_t kLargestInteger = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kSmallestInteger = std::numeric_limits<std::int32_t>::min();

Decimal decimal_of(const Item& item) {
  return item.kind == ItemKind::kInteger ? Decimal::of(item.integer) : *item.decimal;
}

std::string_view string_or_empty(const Item& item) {
  return item.kind == ItemKind::kString ? item.string() : std::string_view();
}

// The parts of `a | b | c`.
Flow each_operand(Evaluator& evaluator, const Expr* part, const Scope& scope, Sink out) {
  if (part->op != Op::kUnion) return evaluator.stream(part, scope, out);
  const Flow flow = each_operand(evaluator, part->left, scope, out);
  return flow == Flow::kGo ? each_operand(evaluator, part->right, scope, out) : flow;
}

}  // namespace

Flow Evaluator::unite(const Expr& part, const Scope& scope, Sink out) {
  ItemSet set(*this);
  return each_operand(*this, &part, scope, [&](const Item& item) {
    if (set.add(item)) return set.faulted() ? Flow::kFault : out(item);
    return set.faulted() ? Flow::kFault : Flow::kGo;
  });
}

Flow Evaluator::negate(const Expr& part, const Scope& scope, Sink out) {
  Item item;
  const Got got = one_value(part.left, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  if (!item.is_number() && item.kind != ItemKind::kQuantity) {
    return fail(EvalFault::kType, "a number or quantity expected after the sign", &part);
  }
  if (part.op == Op::kPlus) return out(item);
  if (item.kind == ItemKind::kInteger) {
    return item.integer == kSmallestInteger ? Flow::kGo : out(Item::of_integer(-item.integer));
  }
  if (item.kind == ItemKind::kDecimal) {
    return out(Item::of(keep(fhirpath::negate(*item.decimal))));
  }
  Quantity quantity = *item.quantity;
  quantity.value = fhirpath::negate(quantity.value);
  return out(Item::of(keep(quantity)));
}

Flow Evaluator::arithmetic(const Expr& part, const Scope& scope, Sink out) {
  Item a;
  Item b;
  const Got left = one_value(part.left, scope, a);
  if (left == Got::kFault) return Flow::kFault;
  const Got right = one_value(part.right, scope, b);
  if (right == Got::kFault) return Flow::kFault;
  if (part.op == Op::kConcatenate) {
    if ((left == Got::kOne && a.kind != ItemKind::kString) ||
        (right == Got::kOne && b.kind != ItemKind::kString)) {
      return fail(EvalFault::kType, "strings expected beside &", &part);
    }
    scratch_.assign(left == Got::kOne ? string_or_empty(a) : "");
    scratch_.append(right == Got::kOne ? string_or_empty(b) : "");
    return out(Item::of(keep(scratch_)));
  }
  if (left == Got::kNone || right == Got::kNone) return Flow::kGo;
  return calculate(part, a, b, out);
}

Flow Evaluator::calculate(const Expr& part, const Item& a, const Item& b, Sink out) {
  if (a.kind == ItemKind::kString && b.kind == ItemKind::kString && part.op == Op::kAdd) {
    scratch_.assign(a.string()).append(b.string());
    return out(Item::of(keep(scratch_)));
  }
  if (a.is_date() && (part.op == Op::kAdd || part.op == Op::kSubtract)) {
    return add_time(part, a, b, out);
  }
  if (a.kind == ItemKind::kQuantity || b.kind == ItemKind::kQuantity) {
    Quantity first;
    Quantity second;
    for (const auto& [item, quantity] : {std::pair(&a, &first), std::pair(&b, &second)}) {
      if (item->kind == ItemKind::kQuantity) {
        *quantity = *item->quantity;
      } else if (item->is_number()) {
        quantity->value = decimal_of(*item);
        quantity->unit = "1";
      } else {
        return fail(EvalFault::kType, "a number or quantity expected", &part);
      }
    }
    return of_quantities(part, first, second, out);
  }
  if (!a.is_number() || !b.is_number()) {
    return fail(EvalFault::kType, "values of these types cannot be calculated with", &part);
  }
  const bool whole = a.kind == ItemKind::kInteger && b.kind == ItemKind::kInteger;
  if (whole && part.op != Op::kDivide) {
    std::int64_t result = 0;
    if ((part.op == Op::kDiv || part.op == Op::kMod) && b.integer == 0) return Flow::kGo;
    bool overflow = false;
    switch (part.op) {
      case Op::kAdd:
        overflow = __builtin_add_overflow(a.integer, b.integer, &result);
        break;
      case Op::kSubtract:
        overflow = __builtin_sub_overflow(a.integer, b.integer, &result);
        break;
      case Op::kMultiply:
        overflow = __builtin_mul_overflow(a.integer, b.integer, &result);
        break;
      case Op::kDiv:
        overflow = b.integer == -1 && __builtin_sub_overflow(std::int64_t{0}, a.integer, &result);
        if (b.integer != -1) result = a.integer / b.integer;
        break;
      default:
        result = b.integer == -1 ? 0 : a.integer % b.integer;
        break;
    }
    // What System.Integer cannot hold is empty (FHIRPath 6.6).
    if (overflow || result > kLargestInteger || result < kSmallestInteger) return Flow::kGo;
    return out(Item::of_integer(result));
  }
  const Decimal first = decimal_of(a);
  const Decimal second = decimal_of(b);
  std::optional<Decimal> result;
  switch (part.op) {
    case Op::kAdd:
      result = add(first, second);
      break;
    case Op::kSubtract:
      result = subtract(first, second);
      break;
    case Op::kMultiply:
      result = multiply(first, second);
      break;
    case Op::kDivide:
      result = divide(first, second);
      break;
    case Op::kDiv: {
      result = quotient(first, second);
      const auto integer = result ? to_integer(*result) : std::nullopt;
      if (integer && *integer <= kLargestInteger && *integer >= kSmallestInteger) {
        return out(Item::of_integer(*integer));
      }
      return Flow::kGo;
    }
    default:
      result = remainder(first, second);
      break;
  }
  return result ? out(Item::of(keep(*result))) : Flow::kGo;
}

// FHIRPath 6.6.7: calendar units, and UCUM's up to weeks; fractions of a second only of `seconds`.
Flow Evaluator::add_time(const Expr& part, const Item& time, const Item& amount, Sink out) {
  if (amount.kind != ItemKind::kQuantity) {
    return fail(EvalFault::kType, "a duration expected beside a date or time", &part);
  }
  const Quantity& quantity = *amount.quantity;
  CalendarUnit unit = quantity.calendar_or_ucum ? CalendarUnit::kNone : quantity.calendar;
  Decimal value = quantity.value;
  if (unit == CalendarUnit::kNone) {
    constexpr std::pair<std::string_view, CalendarUnit> kUcum[] = {
        {"wk", CalendarUnit::kWeek},  {"d", CalendarUnit::kDay},
        {"h", CalendarUnit::kHour},   {"min", CalendarUnit::kMinute},
        {"s", CalendarUnit::kSecond}, {"ms", CalendarUnit::kMillisecond}};
    for (const auto& [code, calendar] : kUcum) {
      if (quantity.unit == code) unit = calendar;
    }
    const auto whole = rescale(value, 0, Rounding::kTowardZero);
    if (unit == CalendarUnit::kNone || !whole) {
      return fail(EvalFault::kType, "a duration of the calendar or of UCUM up to weeks expected",
                  &part);
    }
    value = *whole;
  }
  if (part.op == Op::kSubtract) value = fhirpath::negate(value);
  const auto result = add(*time.time, value, unit, time.date_kind());
  return result ? out(Item::of(keep(*result), time.date_kind())) : Flow::kGo;
}

Flow Evaluator::of_quantities(const Expr& part, const Quantity& a, const Quantity& b, Sink out) {
  Quantity result;
  std::optional<Decimal> value;
  if (part.op == Op::kMultiply || part.op == Op::kDivide) {
    const bool product = part.op == Op::kMultiply;
    value = product ? multiply(a.value, b.value) : divide(a.value, b.value);
    const std::string unit =
        product ? product_unit(environment_.ucum, a, b) : quotient_unit(environment_.ucum, a, b);
    if (!value || unit.empty()) return Flow::kGo;
    result.unit = keep(unit);
  } else if (part.op == Op::kAdd || part.op == Op::kSubtract) {
    const auto both = in_finer_unit(environment_.ucum, a, b);
    if (!both) return Flow::kGo;
    value = part.op == Op::kAdd ? add(both->a, both->b) : subtract(both->a, both->b);
    if (!value) return Flow::kGo;
    result = *both->unit;
  } else {
    return fail(EvalFault::kType, "quantities have no div and mod", &part);
  }
  result.value = *value;
  return out(Item::of(keep(result)));
}

Truth Evaluator::equality(const Expr& part, const Scope& scope) {
  if (part.member_is_text && scope.has_focus) {
    const Truth same = member_is_text(part, scope.focus);
    if (same != Truth::kFault) return same;
  }
  Lease left(*this);
  Lease right(*this);
  if (gather(part.left, scope, *left) == Flow::kFault) return Truth::kFault;
  if (gather(part.right, scope, *right) == Flow::kFault) return Truth::kFault;
  if (part.op == Op::kEquivalent || part.op == Op::kNotEquivalent) {
    const bool result = equivalent(*left, *right);
    if (faulted()) return Truth::kFault;
    return truth(result == (part.op == Op::kEquivalent));
  }
  if (left->empty() || right->empty()) return Truth::kEmpty;
  Truth result = Truth::kTrue;
  if (left->size() != right->size()) result = Truth::kFalse;
  for (std::size_t i = 0; i < left->size() && result != Truth::kFalse; ++i) {
    const Truth same = equal((*left)[i], (*right)[i]);
    if (same == Truth::kFault) return same;
    if (same != Truth::kTrue) result = same;
  }
  if (result == Truth::kEmpty || part.op == Op::kEqual) return result;
  return truth(result == Truth::kFalse);
}

Truth Evaluator::compare(const Expr& part, const Scope& scope) {
  Item a;
  Item b;
  const Got left = one(part.left, scope, a);
  if (left == Got::kFault) return Truth::kFault;
  const Got right = one(part.right, scope, b);
  if (right == Got::kFault) return Truth::kFault;
  if (left == Got::kNone || right == Got::kNone) return Truth::kEmpty;
  int order = 0;
  const Got got = this->order(a, b, part, order);
  if (got != Got::kOne) return got == Got::kFault ? Truth::kFault : Truth::kEmpty;
  switch (part.op) {
    case Op::kLess:
      return truth(order < 0);
    case Op::kLessOrEqual:
      return truth(order <= 0);
    case Op::kGreater:
      return truth(order > 0);
    default:
      return truth(order >= 0);
  }
}

Truth Evaluator::membership(const Expr& part, const Scope& scope) {
  const Expr* element = part.op == Op::kIn ? part.left : part.right;
  const Expr* collection = part.op == Op::kIn ? part.right : part.left;
  Item wanted;
  const Got got = one(element, scope, wanted);
  if (got != Got::kOne) return got == Got::kFault ? Truth::kFault : Truth::kEmpty;
  Truth result = Truth::kFalse;
  const Flow flow = each_operand(*this, collection, scope, [&](const Item& item) {
    const Truth same = equal(wanted, item);
    if (same == Truth::kFault) return Flow::kFault;
    if (same != Truth::kTrue) return Flow::kGo;
    result = Truth::kTrue;
    return Flow::kStop;
  });
  return flow == Flow::kFault ? Truth::kFault : result;
}

}  // namespace oncobridge::profiles::fhirpath
