// ECOG, Karnofsky, Lansky and Deauville.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped score(std::string_view members) {
  return map_case(with_case(R"("performance":[{)" + std::string(members) + "}]"));
}

TEST(PerformanceStatus, EachScaleHasItsProfileCodeScoreAndGrade) {
  struct Row {
    std::string_view scale, value, profile, code, grade;
  };
  constexpr Row kRows[] = {
      {"ecog", "1", "mcode-ecog-performance-status", "89247-1", "LA9623-5"},
      {"karnofsky", "90", "mcode-karnofsky-performance-status", "89243-0", "LA29176-7"},
      {"lansky", "80", "mcode-lansky-play-performance-status", "C38144", "C69424"},
      {"deauville", "5", "mcode-deauville-scale", "708895006", "C99750"}};
  for (const Row& row : kRows) {
    const Mapped mapped = score(R"("scale":")" + std::string(row.scale) +
                                R"(","when":"2024-01-12","value":)" + std::string(row.value));
    ASSERT_EQ(mapped.of_profile(row.profile).size(), 1u) << row.scale;
    const Json observation = mapped.only("Observation");
    EXPECT_TRUE(has_code(observation["code"], row.code));
    EXPECT_EQ(observation["valueInteger"].dump(), row.value);
    EXPECT_TRUE(has_code(observation["interpretation"][0], row.grade));
    EXPECT_EQ(observation["effectiveDateTime"], "2024-01-12");
    EXPECT_TRUE(mapped.unused.empty());
  }
}

TEST(PerformanceStatus, MonthIsAPeriodByUsCoreOne) {
  EXPECT_EQ(
      score(R"("scale":"ecog","value":0,"when":"2024-01")").only("Observation")["effectivePeriod"],
      Json::parse(R"({"start":"2024-01","end":"2024-01"})"));
}

TEST(PerformanceStatus, ScoreThatTheScaleDoesNotHaveIsKeptFlaggedAndNotClaimed) {
  for (const std::string_view members :
       {R"("scale":"ecog","value":6)", R"("scale":"karnofsky","value":45)",
        R"("scale":"deauville","value":0)", R"("scale":"lansky","value":5)"}) {
    const Mapped mapped = score(members);
    const Json observation = mapped.only("Observation");
    EXPECT_FALSE(claims_profile(observation)) << members;
    EXPECT_TRUE(observation.contains("valueInteger"));
    EXPECT_FALSE(observation.contains("interpretation"));
    EXPECT_TRUE(mapped.has_note(observation, "its scale does not have it"));
    EXPECT_TRUE(contains(mapped.flags, "score-not-on-scale performance[0].value"));
  }
}

TEST(PerformanceStatus, UnknownScoreHasTheReasonOfItsAbsence) {
  const Json observation = score(R"("scale":"ecog","state":"unknown")").only("Observation");
  EXPECT_TRUE(has_code(observation["dataAbsentReason"], "unknown"));
  EXPECT_FALSE(observation.contains("valueInteger"));
}

TEST(PerformanceStatus, ScoreOfZeroIsAScore) {
  const Json observation = score(R"("scale":"ecog","value":0)").only("Observation");
  EXPECT_EQ(observation["valueInteger"], 0);
  EXPECT_FALSE(observation.contains("dataAbsentReason"));
}

TEST(PerformanceStatus, NegativeScoreMeansNothingAndStaysInTheCoverageReport) {
  const Mapped mapped = score(R"("scale":"ecog","value":1,"state":"negative")");
  EXPECT_TRUE(mapped.all("Observation").empty());
  EXPECT_TRUE(contains(mapped.flags, "negative-number performance[0].state"));
  EXPECT_TRUE(contains(mapped.unused, "performance[0].value"));
}

TEST(PerformanceStatus, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("Observation").empty());
}

}  // namespace
}  // namespace oncobridge::test
