// Body surface area, weight and height.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-body-surface-area";

Mapped measure(std::string_view members) {
  return map_case(with_case(R"("body_measures":[{)" + std::string(members) + "}]"));
}

TEST(BodyMeasure, BodySurfaceAreaInSquareMetres) {
  const Mapped mapped = measure(
      R"("kind":"body-surface-area","value":{"value":1.70,"unit":"m2"},"when":"2024-01-12")");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json observation = mapped.only("Observation");
  EXPECT_TRUE(has_code(observation["code"], "8277-6"));
  EXPECT_TRUE(has_code(observation["category"][0], "vital-signs"));
  EXPECT_NE(mapped.bytes.find(R"("value":1.70,)"), std::string::npos);
  EXPECT_EQ(observation["valueQuantity"]["code"], "m2");
}

TEST(BodyMeasure, BodySurfaceAreaWithoutATimeMakesNoClaim) {
  const Mapped mapped = measure(R"("kind":"body-surface-area","value":{"value":1.7,"unit":"m2"})");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  EXPECT_TRUE(is_absent(mapped.only("Observation")["effectivePeriod"]));
}

TEST(BodyMeasure, BodySurfaceAreaInAnotherUnitMakesNoClaim) {
  EXPECT_TRUE(
      measure(R"("kind":"body-surface-area","value":{"value":1.7,"unit":"kg"},"when":"2024-01-12")")
          .of_profile(kProfile)
          .empty());
}

TEST(BodyMeasure, WeightAndHeightAreVitalSignsWithoutAClaim) {
  const Json weight =
      measure(R"("kind":"body-weight","value":{"value":64,"unit":"kg"},"when":"2024-01-12")")
          .only("Observation");
  EXPECT_TRUE(has_code(weight["code"], "29463-7"));
  EXPECT_FALSE(claims_profile(weight));
  const Json height =
      measure(R"("kind":"body-height","value":{"value":168,"unit":"cm"},"when":"2024-01-12")")
          .only("Observation");
  EXPECT_TRUE(has_code(height["code"], "8302-2"));
}

TEST(BodyMeasure, UnknownMeasureHasTheReasonOfItsAbsence) {
  const Json observation =
      measure(R"("kind":"body-weight","state":"unknown","when":"2024-01-12")").only("Observation");
  EXPECT_TRUE(has_code(observation["dataAbsentReason"], "unknown"));
}

TEST(BodyMeasure, NegativeMeasureMeansNothingAndStaysInTheCoverageReport) {
  const Mapped mapped =
      measure(R"("kind":"body-weight","state":"negative","value":{"value":64,"unit":"kg"})");
  EXPECT_TRUE(mapped.all("Observation").empty());
  EXPECT_TRUE(contains(mapped.flags, "negative-number body_measures[0].state"));
}

TEST(BodyMeasure, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("Observation").empty());
}

}  // namespace
}  // namespace oncobridge::test
