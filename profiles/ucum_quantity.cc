// Quantities: values on scales, compared, converted and multiplied.

#include <array>
#include <cmath>
#include <cstdio>

#include "profiles/ucum.h"
#include "profiles/ucum_parse.h"
#include "profiles/ucum_special.h"

namespace oncobridge::profiles {
namespace {

using Real = long double;

Real same(Real x) { return x; }

// -lg(x), -ln(x)/ln(base) for homeopathic potencies, 2 lg(x) for levels of field quantities.
constexpr std::array<SpecialFunction, 15> kFunctions = {{
    {"", "0", same, same},
    {"cel", "273.15", same, same},
    {"degf", "459.67", same, same},
    {"degre", "218.52", same, same},
    {"pH", "", [](Real x) { return std::pow(10.0L, -x); }, [](Real r) { return -std::log10(r); }},
    {"ln", "", [](Real x) { return std::exp(x); }, [](Real r) { return std::log(r); }},
    {"lg", "", [](Real x) { return std::pow(10.0L, x); }, [](Real r) { return std::log10(r); }},
    {"2lg", "", [](Real x) { return std::pow(10.0L, x / 2); },
     [](Real r) { return 2 * std::log10(r); }},
    {"ld", "", [](Real x) { return std::exp2(x); }, [](Real r) { return std::log2(r); }},
    {"100tan", "", [](Real x) { return std::atan(x / 100); },
     [](Real r) { return 100 * std::tan(r); }},
    {"sqrt", "", [](Real x) { return x * x; }, [](Real r) { return std::sqrt(r); }},
    {"hpX", "", [](Real x) { return std::pow(10.0L, -x); }, [](Real r) { return -std::log10(r); }},
    {"hpC", "", [](Real x) { return std::pow(100.0L, -x); },
     [](Real r) { return -std::log10(r) / 2; }},
    {"hpM", "", [](Real x) { return std::pow(1'000.0L, -x); },
     [](Real r) { return -std::log10(r) / 3; }},
    {"hpQ", "", [](Real x) { return std::pow(50'000.0L, -x); },
     [](Real r) { return -std::log(r) / std::log(50'000.0L); }},
}};

// A value in terms of the base units: decimal * factor. Exact for units of ratio and temperatures.
struct Magnitude {
  UnitDecimal decimal;
  UnitFactor factor;
};

std::optional<UnitDecimal> decimal_of(Real value) {
  if (!std::isfinite(value)) return std::nullopt;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.18Le", value);
  auto decimal = UnitDecimal::read(text.data());
  if (decimal) decimal->exact = false;
  return decimal;
}

std::optional<Magnitude> magnitude(UnitDecimal value, const CanonicalUnit& unit) {
  if (unit.special == 0) return Magnitude{value, unit.factor};
  const SpecialFunction& function = special_function(unit.special);
  if (!function.offset.empty()) {
    if (unit.scale.numerator != 1 || unit.scale.tens != 0) {
      const auto scaled = exact_product(value, unit.scale);
      if (!scaled) return std::nullopt;
      value = *scaled;
    }
    return Magnitude{value.plus(*UnitDecimal::read(function.offset)), unit.factor};
  }
  const auto ratio = decimal_of(function.to_ratio(value.approximate() * unit.scale.approximate()));
  if (!ratio) return std::nullopt;
  return Magnitude{*ratio, unit.factor};
}

std::optional<Real> convert_real(Real value, const CanonicalUnit& from, const CanonicalUnit& to) {
  const auto shift = [](const SpecialFunction& function) {
    return function.offset.empty() ? 0.0L : UnitDecimal::read(function.offset)->approximate();
  };
  if (from.special == to.special && from.special != 0) {
    UnitFactor ratio = from.factor;
    ratio.divide(to.factor);
    UnitFactor scale = from.scale;
    scale.divide(to.scale);
    if (std::fabs(ratio.approximate() - 1) < 1e-17L) return value * scale.approximate();
  }
  if (from.special != 0) {
    const SpecialFunction& function = special_function(from.special);
    value = function.to_ratio(value * from.scale.approximate()) + shift(function);
  }
  UnitFactor factor = from.factor;
  factor.divide(to.factor);
  value *= factor.approximate();
  if (to.special != 0) {
    const SpecialFunction& function = special_function(to.special);
    value = function.from_ratio(value - shift(function)) / to.scale.approximate();
  }
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

bool has_operator(std::string_view unit) {
  for (std::size_t i = 0; i < unit.size();) {
    if (unit[i] == '/' || unit[i] == '.') return true;
    if (unit[i] == '(') return true;
    const std::size_t end =
        unit[i] == '{' ? unit_grammar::annotation_end(unit, i) : unit_grammar::token_end(unit, i);
    i = end <= i ? i + 1 : end;
  }
  return false;
}

}  // namespace

std::uint8_t special_function(std::string_view name) {
  for (std::size_t i = 1; i < kFunctions.size(); ++i) {
    if (kFunctions[i].name == name) return static_cast<std::uint8_t>(i);
  }
  return 0;
}

const SpecialFunction& special_function(std::uint8_t index) { return kFunctions[index]; }

std::optional<int> Ucum::compare(std::string_view value_a, std::string_view unit_a,
                                 std::string_view value_b, std::string_view unit_b) const {
  const auto a = UnitDecimal::read(value_a);
  const auto b = UnitDecimal::read(value_b);
  if (!a || !b) return std::nullopt;
  const auto first = canonical(unit_a);
  const auto second = canonical(unit_b);
  if (!first || !second || !first->commensurable(*second)) return std::nullopt;
  // 7 [pH] is less than 8 [pH], though its concentration is higher.
  UnitFactor ratio = first->factor;
  ratio.divide(second->factor);
  const bool same_scale = ratio.exact && ratio.numerator == 1 && ratio.denominator == 1 &&
                          ratio.tens == 0 && ratio.pis == 0;
  if (first->special != 0 && first->special == second->special && same_scale) {
    return compare_products(*a, first->scale, *b, second->scale);
  }
  const auto left = magnitude(*a, *first);
  const auto right = magnitude(*b, *second);
  if (!left || !right) return std::nullopt;
  return compare_products(left->decimal, left->factor, right->decimal, right->factor);
}

std::optional<double> Ucum::convert(double value, std::string_view from,
                                    std::string_view to) const {
  const auto first = canonical(from);
  const auto second = canonical(to);
  if (!first || !second || !first->commensurable(*second)) return std::nullopt;
  const auto result = convert_real(static_cast<Real>(value), *first, *second);
  if (!result) return std::nullopt;
  return static_cast<double>(*result);
}

std::optional<std::string> Ucum::convert(std::string_view value, std::string_view from,
                                         std::string_view to) const {
  const auto decimal = UnitDecimal::read(value);
  const auto first = canonical(from);
  const auto second = canonical(to);
  if (!decimal || !first || !second || !first->commensurable(*second)) return std::nullopt;
  const auto offset = [](const CanonicalUnit& unit) {
    return UnitDecimal::read(special_function(unit.special).offset);
  };
  // Units of ratio and temperatures: ((value * scale) + offset) * factor - offset, / scale.
  if (const auto up = offset(*first), down = offset(*second); up && down) {
    UnitFactor factor = first->factor;
    factor.divide(second->factor);
    auto result = exact_product(*decimal, first->scale);
    if (result) result = exact_product(result->plus(*up), factor);
    if (result) {
      UnitDecimal minus = *down;
      minus.negative = true;
      result = exact_product(result->plus(minus), second->scale.inverse());
    }
    if (result && result->exact) return result->text();
  }
  const auto real = convert_real(decimal->approximate(), *first, *second);
  if (!real) return std::nullopt;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.16Le", *real);
  const auto rounded = UnitDecimal::read(text.data());
  return rounded ? std::optional<std::string>(rounded->text()) : std::nullopt;
}

std::string Ucum::product(std::string_view a, std::string_view b) const {
  if (!is_valid(a) || !is_valid(b)) return {};
  if (a == "1") return std::string(b);
  if (b == "1") return std::string(a);
  std::string text(a);
  return b[0] == '/' ? text.append(b) : text.append(1, '.').append(b);
}

std::string Ucum::quotient(std::string_view a, std::string_view b) const {
  if (!is_valid(a) || !is_valid(b)) return {};
  if (a == b) return "1";
  if (b == "1") return std::string(a);
  std::string text(a == "1" ? std::string_view() : a);
  text += '/';
  return has_operator(b) ? text.append(1, '(').append(b).append(1, ')') : text.append(b);
}

}  // namespace oncobridge::profiles
