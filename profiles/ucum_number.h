// Numbers of units: factors kept as exact fractions, and decimals as FHIR writes them. For ucum.h
// only. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oncobridge::profiles {

__extension__ using Wide = unsigned __int128;

// A positive number: numerator / denominator * 10^tens * pi^pis. What does not fit into 128 bits is
// no longer exact; then only `mantissa` * 10^tens * pi^pis holds.
struct UnitFactor {
  Wide numerator = 1;
  Wide denominator = 1;
  std::int32_t tens = 0;
  std::int32_t pis = 0;
  bool exact = true;
  long double mantissa = 1;  // 1 <= mantissa < 10 once it is not exact

  void multiply(const UnitFactor& by);
  void divide(const UnitFactor& by) { multiply(by.inverse()); }
  UnitFactor inverse() const;
  UnitFactor power(std::int32_t exponent) const;
  long double approximate() const;  // may be 0 or infinite for absurd units
};

// A decimal of any sign: coefficient * 10^exponent.
struct UnitDecimal {
  bool negative = false;
  Wide coefficient = 0;
  std::int32_t exponent = 0;
  bool exact = true;  // false: digits were dropped

  // FHIR's decimal syntax, also `6.02e23`; nothing for other text.
  static std::optional<UnitDecimal> read(std::string_view text);
  UnitDecimal plus(const UnitDecimal& other) const;
  long double approximate() const;
  // `0.04`, never with an exponent unless it has more than 40 digits; no trailing zeros.
  std::string text() const;
};

// The factor of a positive decimal.
UnitFactor factor_of(const UnitDecimal& decimal);

// -1, 0, 1 for a * fa < = > b * fb. Exact if all four are; else values that differ by less than
// 1e-15 of their size count as equal.
int compare_products(const UnitDecimal& a, const UnitFactor& fa, const UnitDecimal& b,
                     const UnitFactor& fb);

// value * factor as a decimal, if that is a finite decimal of at most 38 digits.
std::optional<UnitDecimal> exact_product(const UnitDecimal& value, const UnitFactor& factor);

}  // namespace oncobridge::profiles
