// Functions on numbers and quantities, and the boundaries of what has a precision.
#include <cmath>

#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_quantity.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using Got = Evaluator::Got;

Flow nothing(Got got) { return got == Got::kFault ? Flow::kFault : Flow::kGo; }

// One number as a decimal; `whole` says whether it is an Integer.
Got number(Evaluator& evaluator, const Expr* part, const Scope& scope, Decimal& value,
           bool& whole) {
  Item item;
  const Got got = evaluator.one_value(part, scope, item);
  if (got != Got::kOne) return got;
  whole = item.kind == ItemKind::kInteger;
  if (!item.is_number()) {
    evaluator.fail(EvalFault::kType, "a number expected", part);
    return Got::kFault;
  }
  value = whole ? Decimal::of(item.integer) : *item.decimal;
  return Got::kOne;
}

Flow emit(Evaluator& evaluator, const std::optional<Decimal>& value, Sink out) {
  return value ? out(Item::of(evaluator.keep(*value))) : Flow::kGo;
}

Flow emit_integer(const std::optional<Decimal>& value, Sink out) {
  const auto whole = value ? to_integer(*value) : std::nullopt;
  if (!whole || *whole > 2'147'483'647 || *whole < -2'147'483'648) return Flow::kGo;
  return out(Item::of_integer(*whole));
}

Flow to_whole(Evaluator& evaluator, const Expr& call, const Scope& scope, Rounding rounding,
              Sink out) {
  Decimal value;
  bool whole = false;
  const Got got = number(evaluator, call.left, scope, value, whole);
  if (got != Got::kOne) return nothing(got);
  return emit_integer(rescale(value, 0, rounding), out);
}

Flow by_double(Evaluator& evaluator, const Expr& call, const Scope& scope,
               double (*function)(double), Sink out) {
  Decimal value;
  bool whole = false;
  const Got got = number(evaluator, call.left, scope, value, whole);
  if (got != Got::kOne) return nothing(got);
  return emit(evaluator, from_double(function(to_double(value))), out);
}

}  // namespace

Flow run_abs(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = evaluator.one_value(call.left, scope, item);
  if (got != Got::kOne) return nothing(got);
  if (item.kind == ItemKind::kQuantity) {
    Quantity quantity = *item.quantity;
    quantity.value = absolute(quantity.value);
    return out(Item::of(evaluator.keep(quantity)));
  }
  if (item.kind == ItemKind::kInteger)
    return emit_integer(Decimal::of(std::abs(item.integer)), out);
  if (item.kind == ItemKind::kDecimal) return emit(evaluator, absolute(*item.decimal), out);
  return evaluator.fail(EvalFault::kType, "a number or quantity expected", &call);
}

Flow run_ceiling(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return to_whole(evaluator, call, scope, Rounding::kCeiling, out);
}
Flow run_floor(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return to_whole(evaluator, call, scope, Rounding::kFloor, out);
}
Flow run_truncate(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return to_whole(evaluator, call, scope, Rounding::kTowardZero, out);
}

Flow run_round(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Decimal value;
  bool whole = false;
  const Got got = number(evaluator, call.left, scope, value, whole);
  if (got != Got::kOne) return nothing(got);
  std::int64_t digits = 0;
  if (call.argument_count > 0) {
    const Got wanted = evaluator.one_integer(&call.argument(0), scope, digits);
    if (wanted != Got::kOne) return nothing(wanted);
    if (digits < 0) {
      return evaluator.fail(EvalFault::kType, "a precision of zero or more expected", &call);
    }
  }
  if (digits >= value.scale) return emit(evaluator, value, out);
  return emit(evaluator, rescale(value, static_cast<int>(digits), Rounding::kHalfAway), out);
}

Flow run_exp(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return by_double(evaluator, call, scope, std::exp, out);
}
Flow run_ln(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return by_double(evaluator, call, scope, std::log, out);
}
Flow run_sqrt(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return by_double(evaluator, call, scope, std::sqrt, out);
}

Flow run_log(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Decimal value;
  Decimal base;
  bool whole = false;
  Got got = number(evaluator, call.left, scope, value, whole);
  if (got != Got::kOne) return nothing(got);
  got = number(evaluator, &call.argument(0), scope, base, whole);
  if (got != Got::kOne) return nothing(got);
  return emit(evaluator, from_double(std::log(to_double(value)) / std::log(to_double(base))), out);
}

Flow run_power(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Decimal value;
  Decimal exponent;
  bool whole_value = false;
  bool whole_exponent = false;
  Got got = number(evaluator, call.left, scope, value, whole_value);
  if (got != Got::kOne) return nothing(got);
  got = number(evaluator, &call.argument(0), scope, exponent, whole_exponent);
  if (got != Got::kOne) return nothing(got);
  const auto steps = to_integer(exponent);
  if (steps && *steps >= 0 && *steps <= 10'000) {
    const auto result = power(value, static_cast<std::uint32_t>(*steps));
    return whole_value && whole_exponent ? emit_integer(result, out) : emit(evaluator, result, out);
  }
  return emit(evaluator, from_double(std::pow(to_double(value), to_double(exponent))), out);
}

Flow run_precision(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = evaluator.one_value(call.left, scope, item);
  if (got != Got::kOne) return nothing(got);
  if (item.is_date()) {
    return out(Item::of_integer(precision_digits(*item.time, item.date_kind())));
  }
  if (item.kind == ItemKind::kInteger) return out(Item::of_integer(0));
  if (item.kind == ItemKind::kDecimal) return out(Item::of_integer(item.decimal->scale));
  return evaluator.fail(EvalFault::kType, "a number, date or time expected", &call);
}

namespace {

// The value less (or plus) half a unit of its last digit, with `digits` after the point: rounded
// outwards, but a value whose kept digits are all zero stays zero with its sign, as the suite has
// it: 0.0034.highBoundary(1) is 0.0, (-0.0034).lowBoundary(1) is -0.0.
std::optional<Decimal> boundary_of(const Decimal& value, int digits, bool high) {
  constexpr int kMostDigits = 31;
  if (digits < 0 || digits > kMostDigits || value.scale >= Decimal::kMaxDigits) return {};
  Decimal half;
  half.coefficient = 5;
  half.scale = static_cast<std::uint8_t>(value.scale + 1);
  const auto bound = high ? add(value, half) : subtract(value, half);
  if (!bound) return {};
  const auto kept = rescale(absolute(*bound), digits, Rounding::kTowardZero);
  if (kept && kept->is_zero() && digits < value.scale) {
    Decimal zero = *kept;
    zero.negative = bound->negative && !high;
    return zero;
  }
  return rescale(*bound, digits, high ? Rounding::kCeiling : Rounding::kFloor);
}

Flow boundary(Evaluator& evaluator, const Expr& call, const Scope& scope, bool high, Sink out) {
  Item item;
  const Got got = evaluator.one_value(call.left, scope, item);
  if (got != Got::kOne) return nothing(got);
  std::int64_t digits = item.kind == ItemKind::kDateTime ? 17
                        : item.kind == ItemKind::kTime   ? 9
                                                         : 8;
  if (call.argument_count > 0) {
    const Got wanted = evaluator.one_integer(&call.argument(0), scope, digits);
    if (wanted == Got::kFault) return Flow::kFault;
  }
  if (digits < 0 || digits > 100) return Flow::kGo;
  const int precision = static_cast<int>(digits);
  if (item.is_date()) {
    const auto value = fhirpath::boundary(*item.time, item.date_kind(), precision, high);
    if (!value) return Flow::kGo;
    const bool with_time = item.kind == ItemKind::kDate && value->precision > DatePrecision::kDay;
    return out(
        Item::of(evaluator.keep(*value), with_time ? DateKind::kDateTime : item.date_kind()));
  }
  if (item.kind == ItemKind::kQuantity) {
    Quantity quantity = *item.quantity;
    const auto value = boundary_of(quantity.value, precision, high);
    if (!value) return Flow::kGo;
    quantity.value = *value;
    return out(Item::of(evaluator.keep(quantity)));
  }
  if (item.is_number()) {
    const Decimal value =
        item.kind == ItemKind::kInteger ? Decimal::of(item.integer) : *item.decimal;
    return emit(evaluator, boundary_of(value, precision, high), out);
  }
  return evaluator.fail(EvalFault::kType, "a number, quantity, date or time expected", &call);
}

}  // namespace

Flow run_low_boundary(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return boundary(evaluator, call, scope, false, out);
}
Flow run_high_boundary(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return boundary(evaluator, call, scope, true, out);
}

Truth test_comparable(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  Item a;
  Item b;
  const Got left = evaluator.one_value(call.left, scope, a);
  if (left == Got::kFault) return Truth::kFault;
  const Got right = evaluator.one_value(&call.argument(0), scope, b);
  if (right == Got::kFault) return Truth::kFault;
  if (left == Got::kNone || right == Got::kNone) return Truth::kEmpty;
  if (a.kind != ItemKind::kQuantity || b.kind != ItemKind::kQuantity) {
    return evaluator.fail_test(EvalFault::kType, "quantities expected", &call);
  }
  return truth(comparable(evaluator.environment().ucum, *a.quantity, *b.quantity));
}

}  // namespace oncobridge::profiles::fhirpath
