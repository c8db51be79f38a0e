// toX() and convertsToX(): one converter a type says whether and into what.
#include <array>

#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_quantity.h"
#include "profiles/ucum.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using Got = Evaluator::Got;

// Turns a System value into another type; false if it cannot be.
using Convert = bool (*)(Evaluator&, Item&);

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] | 0x20) : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

bool as_boolean(Evaluator&, Item& item) {
  constexpr std::array<std::string_view, 6> kTrue = {"true", "t", "yes", "y", "1", "1.0"};
  constexpr std::array<std::string_view, 6> kFalse = {"false", "f", "no", "n", "0", "0.0"};
  switch (item.kind) {
    case ItemKind::kBoolean:
      return true;
    case ItemKind::kInteger:
      if (item.integer != 0 && item.integer != 1) return false;
      item = Item::of(item.integer == 1);
      return true;
    case ItemKind::kDecimal: {
      const auto whole = to_integer(*item.decimal);
      if (!whole || (*whole != 0 && *whole != 1)) return false;
      item = Item::of(*whole == 1);
      return true;
    }
    case ItemKind::kString:
      for (std::size_t i = 0; i < kTrue.size(); ++i) {
        const bool is_true = equals_ignoring_case(item.string(), kTrue[i]);
        if (!is_true && !equals_ignoring_case(item.string(), kFalse[i])) continue;
        item = Item::of(is_true);
        return true;
      }
      return false;
    default:
      return false;
  }
}

bool as_integer(Evaluator&, Item& item) {
  if (item.kind == ItemKind::kInteger) return true;
  if (item.kind == ItemKind::kBoolean) {
    item = Item::of_integer(item.boolean ? 1 : 0);
    return true;
  }
  if (item.kind != ItemKind::kString) return false;
  if (item.string().find_first_of(".eE") != std::string_view::npos) return false;
  const auto value = parse_decimal(item.string());
  const auto whole = value ? to_integer(*value) : std::nullopt;
  if (!whole || *whole > 2'147'483'647 || *whole < -2'147'483'648) return false;
  item = Item::of_integer(*whole);
  return true;
}

bool as_decimal(Evaluator& evaluator, Item& item) {
  switch (item.kind) {
    case ItemKind::kDecimal:
      return true;
    case ItemKind::kInteger:
      item = Item::of(evaluator.keep(Decimal::of(item.integer)));
      return true;
    case ItemKind::kBoolean:
      item = Item::of(evaluator.keep(Decimal::of(item.boolean ? 1 : 0)));
      return true;
    case ItemKind::kString: {
      if (item.string().find_first_of("eE") != std::string_view::npos) return false;
      const auto value = parse_decimal(item.string());
      if (value) item = Item::of(evaluator.keep(*value));
      return value.has_value();
    }
    default:
      return false;
  }
}

bool as_string(Evaluator& evaluator, Item& item) {
  if (item.is_node() || item.kind == ItemKind::kType) return false;
  if (item.kind != ItemKind::kString) item = Item::of(evaluator.keep(evaluator.text_of(item)));
  item.untyped = false;
  return true;
}

bool as_date(Evaluator& evaluator, Item& item) {
  if (item.kind == ItemKind::kDate) return true;
  std::optional<PartialTime> value;
  if (item.kind == ItemKind::kDateTime) {
    value = *item.time;
    if (value->precision > DatePrecision::kDay) value->precision = DatePrecision::kDay;
    value->has_zone = false;
  } else if (item.kind == ItemKind::kString) {
    value = parse_date(item.string());
  }
  if (value) item = Item::of(evaluator.keep(*value), DateKind::kDate);
  return value.has_value();
}

bool as_date_time(Evaluator& evaluator, Item& item) {
  if (item.kind == ItemKind::kDateTime) return true;
  std::optional<PartialTime> value;
  if (item.kind == ItemKind::kDate) value = *item.time;
  if (item.kind == ItemKind::kString) value = parse_date_time(item.string());
  if (value) item = Item::of(evaluator.keep(*value), DateKind::kDateTime);
  return value.has_value();
}

bool as_time(Evaluator& evaluator, Item& item) {
  if (item.kind == ItemKind::kTime) return true;
  if (item.kind != ItemKind::kString) return false;
  const auto value = parse_time(item.string());
  if (value) item = Item::of(evaluator.keep(*value), DateKind::kTime);
  return value.has_value();
}

bool as_quantity(Evaluator& evaluator, Item& item) {
  if (item.kind == ItemKind::kQuantity) return true;
  if (item.kind == ItemKind::kString) {
    const auto quantity = parse_quantity(item.string());
    if (quantity) item = Item::of(evaluator.keep(*quantity));
    return quantity.has_value();
  }
  Item number = item;
  if (!as_decimal(evaluator, number)) return false;
  Quantity quantity;
  quantity.value = *number.decimal;
  quantity.unit = "1";
  item = Item::of(evaluator.keep(quantity));
  return true;
}

Flow to(Convert convert, Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = evaluator.one_value(call.left, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  return convert(evaluator, item) ? out(item) : Flow::kGo;
}

Truth converts(Convert convert, Evaluator& evaluator, const Expr& call, const Scope& scope) {
  Item item;
  const Got got = evaluator.one_value(call.left, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Truth::kFault : Truth::kEmpty;
  return truth(convert(evaluator, item));
}

}  // namespace

#define CONVERSION(name)                                                                     \
  Flow run_to_##name(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) { \
    return to(as_##name, evaluator, call, scope, out);                                       \
  }                                                                                          \
  CONVERTS(name)
#define CONVERTS(name)                                                                        \
  Truth test_converts_to_##name(Evaluator& evaluator, const Expr& call, const Scope& scope) { \
    return converts(as_##name, evaluator, call, scope);                                       \
  }

CONVERSION(boolean)
CONVERSION(integer)
CONVERSION(decimal)
CONVERSION(date)
CONVERSION(date_time)
CONVERSION(time)
CONVERTS(string)
CONVERTS(quantity)

#undef CONVERSION
#undef CONVERTS

// A primitive element has its text as it was written: `1.50`.
Flow run_to_string(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = evaluator.one(call.left, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  if (item.is_node() && item.at().has_value()) return out(Item::of(item.at().value()));
  item = evaluator.value_of(item);
  return as_string(evaluator, item) ? out(item) : Flow::kGo;
}

// With a unit: the quantity in that unit, if it can be.
Flow run_to_quantity(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  if (call.argument_count == 0) return to(as_quantity, evaluator, call, scope, out);
  std::string_view unit;
  const Got wanted = evaluator.one_string(&call.argument(0), scope, unit);
  if (wanted == Got::kFault) return Flow::kFault;
  return to(as_quantity, evaluator, call, scope, [&](const Item& item) {
    if (wanted == Got::kNone || item.quantity->unit == unit) return out(item);
    const Ucum* ucum = evaluator.environment().ucum;
    const auto text = ucum == nullptr ? std::nullopt
                                      : ucum->convert(DecimalText(item.quantity->value).view(),
                                                      item.quantity->unit, unit);
    const auto value = text ? parse_decimal(*text) : std::nullopt;
    if (!value) return Flow::kGo;
    Quantity quantity;
    quantity.value = *value;
    quantity.unit = unit;
    return out(Item::of(evaluator.keep(quantity)));
  });
}

}  // namespace oncobridge::profiles::fhirpath
