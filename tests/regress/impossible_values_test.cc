// Found in review: values that no server accepts were written as they stood.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

TEST(ImpossibleValues, APeriodThatEndsBeforeItStartsStandsInNotes) {
  const Mapped mapped = map_case(with_case(
      R"("conditions":[{"condition":"headache","onset":{"start":"2020-03","end":"2019-12-31"}}])"));
  const Json condition = mapped.only("Condition");
  EXPECT_FALSE(condition.contains("onsetPeriod")) << "per-1";
  EXPECT_TRUE(mapped.has_note(condition, "2020-03"));
  EXPECT_TRUE(mapped.has_note(condition, "2019-12-31"));
  EXPECT_TRUE(mapped.unused.empty());
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "reversed-period conditions[0].onset.end");
}

TEST(ImpossibleValues, ARangeWhoseEndsAreReversedStandsInNotes) {
  const Mapped mapped = map_case(
      with_case(R"("markers":[{"marker":"Ki-67","percent":{"low":30,"high":10,"unit":"%"}}])"));
  EXPECT_EQ(mapped.bytes.find("valueRange"), std::string::npos) << "rng-2";
  EXPECT_TRUE(mapped.unused.empty());
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "reversed-range markers[0].percent.high");
}

TEST(ImpossibleValues, ANegativeAgeIsNoAge) {
  const Mapped mapped = map_case(with_case(
      R"("conditions":[{"condition":"headache","onset":{"age":{"value":-4,"unit":"a"}}}])"));
  EXPECT_FALSE(mapped.only("Condition").contains("onsetAge")) << "age-1";
  EXPECT_TRUE(mapped.has_note(mapped.only("Condition"), "-4"));
}

TEST(StoppedRadiotherapy, ThePlannedDoseIsNotWrittenAsDelivered) {
  const Mapped mapped = map_case(with_case(
      R"("radiotherapy":[{"status":"stopped","volumes":[{"site":"chest wall","dose":{"value":60,"unit":"Gy"},"fractions":30}]}])"));
  EXPECT_EQ(mapped.bytes.find("totalDoseDelivered"), std::string::npos);
  EXPECT_EQ(mapped.bytes.find("fractionsDelivered"), std::string::npos);
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(InventedReason, ARightMastectomyIsNotSaidToBeForTheLeftBreastCancer) {
  const Mapped mapped = map_case(with_case(
      R"("primary_tumors":[{"diagnosis":"breast cancer","site":{"site":"breast","laterality":"left"}}],
         "surgeries":[{"procedure":"mastectomy","site":{"site":"breast","laterality":"right"}}])"));
  EXPECT_FALSE(mapped.only("Procedure").contains("reasonReference"));
  EXPECT_TRUE(mapped.of_profile("mcode-cancer-related-surgical-procedure").empty());
}

TEST(ImpossibleValues, APanelOfMarkersAfterDeathIsWritten) {
  const Mapped mapped =
      map_case(with_case(R"("patient":{"vital_status":"dead","death_date":"2020-02-29"},
      "markers":[{"marker":"ER","result":"positive","panel":"late","when":"2021-01-01"}])"));
  EXPECT_TRUE(mapped.converted);
  EXPECT_EQ(mapped.all("Observation").size(), 3u);  // vital status, ER, its panel
}

}  // namespace
}  // namespace oncobridge::test
