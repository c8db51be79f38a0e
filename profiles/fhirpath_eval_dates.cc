// The clock, and the parts of dates and times.
#include "profiles/fhirpath_functions.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using Got = Evaluator::Got;

enum class Part : std::uint8_t { kYear, kMonth, kDay, kHour, kMinute, kSecond, kMillisecond };

// One date or time of the input.
Got time_of_input(Evaluator& evaluator, const Expr& call, const Scope& scope, Item& item) {
  const Got got = evaluator.one_value(call.left, scope, item);
  if (got != Got::kOne || item.is_date()) return got;
  evaluator.fail(EvalFault::kType, "a date or time expected", &call);
  return Got::kFault;
}

Flow part_of(Evaluator& evaluator, const Expr& call, const Scope& scope, Part part, Sink out) {
  Item item;
  const Got got = time_of_input(evaluator, call, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  const PartialTime& value = *item.time;
  const auto needed =
      part == Part::kMillisecond ? DatePrecision::kSecond : static_cast<DatePrecision>(part);
  if (value.precision < needed) return Flow::kGo;
  if (item.kind == ItemKind::kTime && part < Part::kHour) return Flow::kGo;
  const std::int64_t parts[] = {value.year,
                                value.month,
                                value.day,
                                value.hour,
                                value.minute,
                                value.second,
                                static_cast<std::int64_t>(value.nanoseconds) / 1'000'000};
  if (part == Part::kMillisecond && value.fraction_digits == 0) return Flow::kGo;
  return out(Item::of_integer(parts[static_cast<std::size_t>(part)]));
}

}  // namespace

Flow run_now(Evaluator& evaluator, const Expr&, const Scope&, Sink out) {
  return out(Item::of(&evaluator.now(), DateKind::kDateTime));
}

Flow run_today(Evaluator& evaluator, const Expr&, const Scope&, Sink out) {
  PartialTime today = evaluator.now();
  today.precision = DatePrecision::kDay;
  today.has_zone = false;
  today.fraction_digits = 0;
  today.nanoseconds = 0;
  return out(Item::of(evaluator.keep(today), DateKind::kDate));
}

Flow run_time_of_day(Evaluator& evaluator, const Expr&, const Scope&, Sink out) {
  PartialTime time = evaluator.now();
  time.has_zone = false;
  return out(Item::of(evaluator.keep(time), DateKind::kTime));
}

#define PART_OF(name, part)                                                                    \
  Flow run_##name##_of(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) { \
    return part_of(evaluator, call, scope, Part::part, out);                                   \
  }
PART_OF(year, kYear)
PART_OF(month, kMonth)
PART_OF(day, kDay)
PART_OF(hour, kHour)
PART_OF(minute, kMinute)
PART_OF(second, kSecond)
PART_OF(millisecond, kMillisecond)
#undef PART_OF

// In hours: 5.5 for +05:30.
Flow run_timezone_offset_of(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = time_of_input(evaluator, call, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  if (!item.time->has_zone) return Flow::kGo;
  const auto hours = divide(Decimal::of(item.time->zone), Decimal::of(60));
  const auto result = hours ? rescale(*hours, 2, Rounding::kHalfAway) : std::nullopt;
  return result ? out(Item::of(evaluator.keep(trimmed(*result)))) : Flow::kGo;
}

Flow run_date_of(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = time_of_input(evaluator, call, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  if (item.kind == ItemKind::kTime) return Flow::kGo;
  PartialTime date = *item.time;
  if (date.precision > DatePrecision::kDay) date.precision = DatePrecision::kDay;
  date.has_zone = false;
  date.nanoseconds = 0;
  date.fraction_digits = 0;
  return out(Item::of(evaluator.keep(date), DateKind::kDate));
}

Flow run_time_of(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = time_of_input(evaluator, call, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  if (item.kind == ItemKind::kDate || item.time->precision < DatePrecision::kHour) {
    return Flow::kGo;
  }
  PartialTime time = *item.time;
  time.has_zone = false;
  return out(Item::of(evaluator.keep(time), DateKind::kTime));
}

}  // namespace oncobridge::profiles::fhirpath
