#include "profiles/fhirpath_quantity.h"

#include <algorithm>

#include "profiles/ucum.h"

namespace oncobridge::profiles::fhirpath {
namespace {

// FHIRPath 4.1.8: from weeks down a calendar duration is the UCUM unit; years and months are not.
std::string_view ucum_of(CalendarUnit unit) {
  constexpr std::string_view kUnits[] = {"", "a", "mo", "wk", "d", "h", "min", "s", "ms"};
  return kUnits[static_cast<std::size_t>(unit)];
}

bool is_calendar_only(const Quantity& quantity) {
  return quantity.calendar == CalendarUnit::kYear || quantity.calendar == CalendarUnit::kMonth;
}

std::string_view unit_of(const Quantity& quantity) {
  if (quantity.calendar != CalendarUnit::kNone) return ucum_of(quantity.calendar);
  return quantity.unit.empty() ? std::string_view("1") : quantity.unit;
}

QuantityOrder order_of(int order) {
  return order < 0    ? QuantityOrder::kLess
         : order == 0 ? QuantityOrder::kEqual
                      : QuantityOrder::kGreater;
}

// Years and months of the calendar.
QuantityOrder compare_calendar(const Quantity& a, const Quantity& b) {
  const auto months = [](const Quantity& quantity) {
    return quantity.calendar == CalendarUnit::kYear ? multiply(quantity.value, Decimal::of(12))
                                                    : quantity.value;
  };
  const auto months_a = months(a);
  const auto months_b = months(b);
  return months_a && months_b ? order_of(compare(*months_a, *months_b)) : QuantityOrder::kOpen;
}

std::optional<Decimal> converted(const Ucum* ucum, const Decimal& value, std::string_view from,
                                 std::string_view to) {
  if (from == to) return value;
  if (ucum == nullptr) return {};
  const auto text = ucum->convert(DecimalText(value).view(), from, to);
  return text ? parse_decimal(*text) : std::nullopt;
}

}  // namespace

QuantityOrder compare(const Ucum* ucum, const Quantity& a, const Quantity& b) {
  const std::string_view unit_a = unit_of(a);
  const std::string_view unit_b = unit_of(b);
  if (is_calendar_only(a) != is_calendar_only(b)) {
    // `1 year` = 1 'a' is open, but a FHIR Quantity of UCUM years counts as either.
    const bool either = is_calendar_only(a) ? a.calendar_or_ucum : b.calendar_or_ucum;
    if (!either) return QuantityOrder::kOpen;
  } else if (is_calendar_only(a)) {
    return compare_calendar(a, b);
  }
  if (unit_a == unit_b) return order_of(compare(a.value, b.value));
  if (ucum == nullptr || !ucum->is_valid(unit_a) || !ucum->is_valid(unit_b)) {
    return QuantityOrder::kOpen;
  }
  if (!ucum->commensurable(unit_a, unit_b)) return QuantityOrder::kDifferent;
  const auto order =
      ucum->compare(DecimalText(a.value).view(), unit_a, DecimalText(b.value).view(), unit_b);
  return order ? order_of(*order) : QuantityOrder::kOpen;
}

bool equivalent(const Ucum* ucum, const Quantity& a, const Quantity& b) {
  const auto b_in_a = converted(ucum, b.value, unit_of(b), unit_of(a));
  if (!b_in_a) return false;
  Decimal first = a.value;
  Decimal second = *b_in_a;
  if (compare(absolute(*b_in_a), absolute(b.value)) > 0) {  // b's unit is the coarser one
    const auto a_in_b = converted(ucum, a.value, unit_of(a), unit_of(b));
    if (!a_in_b) return false;
    first = *a_in_b;
    second = b.value;
  }
  const int scale = std::min(trimmed(first).scale, trimmed(second).scale);
  const auto rounded_a = rescale(first, scale, Rounding::kHalfAway);
  const auto rounded_b = rescale(second, scale, Rounding::kHalfAway);
  return rounded_a && rounded_b && compare(*rounded_a, *rounded_b) == 0;
}

bool comparable(const Ucum* ucum, const Quantity& a, const Quantity& b) {
  const QuantityOrder order = compare(ucum, a, b);
  return order != QuantityOrder::kDifferent && order != QuantityOrder::kOpen;
}

std::optional<SameUnit> in_finer_unit(const Ucum* ucum, const Quantity& a, const Quantity& b) {
  if (unit_of(a) == unit_of(b)) return SameUnit{a.value, b.value, &a};
  if (is_calendar_only(a) != is_calendar_only(b)) return {};
  Quantity one;
  one.value = Decimal::of(1);
  Quantity unit_a = a;
  Quantity unit_b = b;
  unit_a.value = unit_b.value = one.value;
  const QuantityOrder order = compare(ucum, unit_a, unit_b);
  if (order == QuantityOrder::kDifferent || order == QuantityOrder::kOpen) return {};
  if (order == QuantityOrder::kGreater) {
    const auto value = converted(ucum, a.value, unit_of(a), unit_of(b));
    if (!value) return {};
    return SameUnit{*value, b.value, &b};
  }
  const auto value = converted(ucum, b.value, unit_of(b), unit_of(a));
  if (!value) return {};
  return SameUnit{a.value, *value, &a};
}

std::string product_unit(const Ucum* ucum, const Quantity& a, const Quantity& b) {
  if (unit_of(a) == "1") return std::string(unit_of(b));
  if (unit_of(b) == "1") return std::string(unit_of(a));
  return ucum == nullptr ? std::string() : ucum->product(unit_of(a), unit_of(b));
}

std::string quotient_unit(const Ucum* ucum, const Quantity& a, const Quantity& b) {
  if (unit_of(b) == "1") return std::string(unit_of(a));
  if (unit_of(a) == unit_of(b)) return "1";
  return ucum == nullptr ? std::string() : ucum->quotient(unit_of(a), unit_of(b));
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  const std::size_t end = text.find_first_not_of("+-0123456789.");
  const auto value = parse_decimal(text.substr(0, end));
  if (!value) return {};
  Quantity quantity;
  quantity.value = *value;
  quantity.unit = "1";
  if (end == std::string_view::npos) return quantity;
  std::string_view unit = text.substr(end);
  const std::size_t start = unit.find_first_not_of(" \t\r\n");
  if (start == 0 || start == std::string_view::npos) return {};
  unit = unit.substr(start);
  if (unit.size() > 2 && unit.front() == '\'' && unit.back() == '\'') {
    quantity.unit = unit.substr(1, unit.size() - 2);
    if (quantity.unit.find('\'') != std::string_view::npos) return {};
    return quantity;
  }
  quantity.calendar = calendar_unit(unit);
  if (quantity.calendar == CalendarUnit::kNone) return {};
  quantity.unit = unit;
  return quantity;
}

void append_text(const Quantity& quantity, std::string& text) {
  text += DecimalText(quantity.value).view();
  text += ' ';
  const bool word = quantity.calendar != CalendarUnit::kNone && !quantity.calendar_or_ucum;
  if (!word) text += '\'';
  text += quantity.unit.empty() ? std::string_view("1") : quantity.unit;
  if (!word) text += '\'';
}

}  // namespace oncobridge::profiles::fhirpath
