#include "profiles/fhirpath_decimal.h"

#include <gmock/gmock.h>

#include <string>

namespace oncobridge::profiles::fhirpath {
namespace {

Decimal decimal(std::string_view text) { return parse_decimal(text).value(); }

std::string text(const std::optional<Decimal>& value) {
  return value ? std::string(DecimalText(*value).view()) : "none";
}

TEST(FhirPathDecimal, KeepsTheDigitsThatWereWritten) {
  for (const std::string_view written : {"0", "1", "1.0", "1.50", "-0.00000001", "-12.5", "0.10",
                                         "12345678901234567890123456789012345678"}) {
    EXPECT_EQ(text(decimal(written)), written);
  }
}

TEST(FhirPathDecimal, ReadsExponents) {
  EXPECT_EQ(text(decimal("1e3")), "1000");
  EXPECT_EQ(text(decimal("1.5E-3")), "0.0015");
  EXPECT_EQ(text(decimal("12.5e+1")), "125");
}

TEST(FhirPathDecimal, WhatIsNoDecimalIsNone) {
  for (const std::string_view written :
       {"", "-", ".5", "5.", "1.2.3", "1e", "0x1", "1 ", " 1", "1e9999999999", "NaN", "1e400",
        "123456789012345678901234567890123456789"}) {
    EXPECT_FALSE(parse_decimal(written)) << written;
  }
}

TEST(FhirPathDecimal, TrailingZerosDoNotCountInComparisons) {
  EXPECT_EQ(compare(decimal("1.10"), decimal("1.1")), 0);
  EXPECT_EQ(compare(decimal("-1"), decimal("1")), -1);
  EXPECT_EQ(compare(decimal("-0.5"), decimal("-0.25")), -1);
  EXPECT_EQ(compare(decimal("99999999999999999999999999999999999999"), decimal("0.1")), 1);
  EXPECT_EQ(hash_decimal(decimal("1.10")), hash_decimal(decimal("1.1")));
}

TEST(FhirPathDecimal, SumsAndProductsAreExact) {
  EXPECT_EQ(text(add(decimal("0.1"), decimal("0.2"))), "0.3");
  EXPECT_EQ(text(subtract(decimal("1.8"), decimal("1.2"))), "0.6");
  EXPECT_EQ(text(multiply(decimal("1.2"), decimal("1.8"))), "2.16");
  EXPECT_EQ(text(add(decimal("1.50"), decimal("-1.5"))), "0.00");
}

TEST(FhirPathDecimal, QuotientsEndOrHave28Digits) {
  EXPECT_EQ(text(divide(decimal("1"), decimal("2"))), "0.5");
  EXPECT_EQ(text(divide(decimal("4.0"), decimal("2.0"))), "2");
  EXPECT_EQ(text(divide(decimal("1.2"), decimal("1.8"))), "0.6666666666666666666666666667");
  EXPECT_EQ(text(divide(decimal("-1"), decimal("8"))), "-0.125");
  EXPECT_EQ(text(divide(decimal("1000"), decimal("0.001"))), "1000000");
  EXPECT_EQ(text(divide(decimal("1"), decimal("0"))), "none");
  EXPECT_EQ(text(quotient(decimal("2.2"), decimal("1.8"))), "1");
  EXPECT_EQ(text(remainder(decimal("2.2"), decimal("1.8"))), "0.4");
  EXPECT_EQ(text(remainder(decimal("-5"), decimal("3"))), "-2");
}

TEST(FhirPathDecimal, WhatDoesNotFitHasNoResult) {
  const Decimal large = decimal("99999999999999999999999999999999999999");
  EXPECT_EQ(text(add(large, decimal("1"))), "none");
  EXPECT_EQ(text(multiply(large, decimal("2"))), "none");
  EXPECT_EQ(text(divide(large, decimal("0.1"))), "none");
  EXPECT_EQ(text(power(decimal("10"), 38)), "none");
  EXPECT_EQ(text(power(decimal("1.5"), 2)), "2.25");
}

TEST(FhirPathDecimal, RoundsAsAsked) {
  EXPECT_EQ(text(rescale(decimal("1.25"), 1, Rounding::kHalfAway)), "1.3");
  EXPECT_EQ(text(rescale(decimal("-1.25"), 1, Rounding::kHalfAway)), "-1.3");
  EXPECT_EQ(text(rescale(decimal("-1.21"), 1, Rounding::kFloor)), "-1.3");
  EXPECT_EQ(text(rescale(decimal("-1.29"), 1, Rounding::kCeiling)), "-1.2");
  EXPECT_EQ(text(rescale(decimal("1.2"), 3, Rounding::kHalfAway)), "1.200");
  EXPECT_EQ(text(rescale(decimal("1.29"), 0, Rounding::kTowardZero)), "1");
  EXPECT_EQ(text(rescale(decimal("1"), 39, Rounding::kHalfAway)), "none");
}

TEST(FhirPathDecimal, WholeNumbersAreIntegers) {
  EXPECT_EQ(to_integer(decimal("12.00")), 12);
  EXPECT_EQ(to_integer(decimal("-12")), -12);
  EXPECT_FALSE(to_integer(decimal("12.5")));
  EXPECT_FALSE(to_integer(decimal("92233720368547758080")));
  EXPECT_EQ(text(from_double(0.1)), "0.1");
}

}  // namespace
}  // namespace oncobridge::profiles::fhirpath
