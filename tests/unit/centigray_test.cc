// Gray to centigray in the text of the number.
#include "converters/mappers/centigray.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace oncobridge {
namespace {

TEST(Centigray, MovesThePointByTwoAndLosesNoDigit) {
  constexpr std::pair<std::string_view, std::string_view> kDoses[] = {
      {"50", "5000"},     {"50.4", "5040"}, {"1.8", "180"},    {"1.80", "180"},
      {"2.125", "212.5"}, {"0.5", "50"},    {"0.05", "5"},     {"0.005", "0.5"},
      {"0", "0"},         {"0.0", "0"},     {"45.00", "4500"}, {"-2.5", "-250"},
      {"5e1", "5e3"},     {"5E+1", "5E3"},  {"1e-2", "1e0"},   {"60.1234567890", "6012.34567890"}};
  for (const auto& [gray, expected] : kDoses) {
    CentigrayText out;
    EXPECT_EQ(centigray(gray, out), expected) << gray;
  }
}

TEST(Centigray, TakesTheLongestDecimal) {
  const std::string gray(64, '9');
  CentigrayText out;
  EXPECT_EQ(centigray(gray, out), gray + "00");
  const std::string small = "0." + std::string(62, '1');
  EXPECT_EQ(centigray(small, out), "11." + std::string(60, '1'));
}

TEST(Centigray, ExponentBeyondAnIntGivesNothing) {
  CentigrayText out;
  EXPECT_EQ(centigray("1e99999999999", out), "");
}

}  // namespace
}  // namespace oncobridge
