// Survival times.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped survival(std::string_view members) {
  return map_case(with_case(R"("survival":[{)" + std::string(members) + "}]"));
}

TEST(Survival, TenMonthsAfterMetastasisAreAQuantityAndNoDateOfDeath) {
  const Mapped mapped = survival(
      R"("kind":"survival after metastasis diagnosis",
         "value":{"value":10,"unit":"mo","text":"10 months"})");
  const Json observation = mapped.only("Observation");
  EXPECT_TRUE(has_code(observation["code"], "445320007"));
  EXPECT_EQ(observation["code"]["text"], "survival after metastasis diagnosis");
  EXPECT_EQ(observation["valueQuantity"]["value"], 10);
  EXPECT_EQ(observation["valueQuantity"]["code"], "mo");
  EXPECT_FALSE(mapped.only("Patient").contains("deceasedDateTime"));
  EXPECT_FALSE(claims_profile(observation));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Survival, DiseaseFreeSurvivalIsItsOwnKind) {
  EXPECT_TRUE(has_code(
      survival(R"("kind":"DFS","value":{"value":1,"unit":"a"})").only("Observation")["code"],
      "445150007"));
}

TEST(Survival, RangeStaysARange) {
  const Json observation =
      survival(R"("kind":"overall survival","value":{"low":4,"high":6,"unit":"mo"})")
          .only("Observation");
  EXPECT_EQ(observation["valueRange"]["low"]["value"], 4);
}

TEST(Survival, KindInOtherWordsStaysInWords) {
  const Json observation =
      survival(R"("kind":"progression-free survival","value":{"text":"not reached"})")
          .only("Observation");
  EXPECT_EQ(observation["code"], Json::parse(R"({"text":"progression-free survival"})"));
  EXPECT_EQ(observation["valueString"], "not reached");
}

TEST(Survival, NeverDiseaseFreeIsAbsent) {
  EXPECT_TRUE(has_code(survival(R"("kind":"disease-free survival","state":"negative")")
                           .only("Observation")["valueCodeableConcept"],
                       "2667000"));
}

TEST(Survival, NegativeNumberMeansNothingAndStaysInTheCoverageReport) {
  const Mapped mapped =
      survival(R"("kind":"overall survival","state":"negative","value":{"value":10,"unit":"mo"})");
  EXPECT_TRUE(mapped.all("Observation").empty());
  EXPECT_TRUE(contains(mapped.flags, "negative-number survival[0].state"));
}

TEST(Survival, UnknownSurvivalHasTheReasonOfItsAbsence) {
  const Json observation =
      survival(R"("kind":"overall survival","state":"unknown")").only("Observation");
  EXPECT_TRUE(has_code(observation["dataAbsentReason"], "unknown"));
}

TEST(Survival, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("Observation").empty());
}

}  // namespace
}  // namespace oncobridge::test
