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

TEST(ImpossibleValues, AReversedPeriodLeavesTheMandatoryTimeAbsent) {
  const std::string tumor = R"("primary_tumors":[{"id":"p","diagnosis":"breast cancer"}],)";
  const std::string reversed = R"("when":{"start":"2021-05-02","end":"2021-05-01"})";
  const Mapped drug = map_case(with_case(
      tumor + R"("medications":[{"drug":"letrozole","role":"administered","condition":"p",)" +
      reversed + "}]"));
  EXPECT_TRUE(drug.all("MedicationAdministration").empty());
  EXPECT_EQ(drug.all("MedicationStatement").size(), 1u);
  const Mapped surgery = map_case(with_case(
      tumor + R"("surgeries":[{"procedure":"lumpectomy","condition":"p",)" + reversed + "}]"));
  EXPECT_TRUE(surgery.only("Procedure").contains("_performedDateTime"));
  const Mapped course =
      map_case(with_case(tumor + R"("radiotherapy":[{"condition":"p",)" + reversed + "}]"));
  EXPECT_TRUE(course.only("Procedure").contains("performedPeriod"));
  const Mapped area = map_case(with_case(
      R"("body_measures":[{"kind":"body-surface-area","value":{"value":1.7,"unit":"m2"},)" +
      reversed + "}]"));
  EXPECT_TRUE(area.of_profile("mcode-body-surface-area").empty());
  EXPECT_TRUE(area.only("Observation").contains("effectivePeriod"));
}

TEST(ImpossibleValues, AnAgeInMilligramsOrOfZeroIsNoAge) {
  const auto onset = [](const std::string& age) {
    return map_case(with_case(R"("primary_tumors":[{"diagnosis":"breast cancer","onset":{"age":)" +
                              age + "}}]"));
  };
  const Mapped milligrams = onset(R"({"value":50,"unit":"mg"})");
  EXPECT_FALSE(milligrams.only("Condition").contains("onsetAge")) << "age-1";
  EXPECT_EQ(milligrams.flags,
            std::vector<std::string>{"unit-is-no-time primary_tumors[0].onset.age.unit"});
  EXPECT_TRUE(milligrams.unused.empty());
  const Mapped zero = onset(R"({"value":0,"unit":"a"})");
  EXPECT_FALSE(zero.only("Condition").contains("onsetAge")) << "age-1";
  EXPECT_TRUE(zero.has_note(zero.only("Condition"), "Age as stated: 0"));
  EXPECT_TRUE(onset(R"({"value":0.5,"unit":"a"})").only("Condition").contains("onsetAge"));
  const Mapped dosage = map_case(with_case(
      R"("medications":[{"drug":"letrozole","dosage":{"text":"x","bounds":{"value":5,"unit":"mg"}}}])"));
  EXPECT_EQ(dosage.bytes.find("boundsDuration"), std::string::npos) << "drt-1";
}

TEST(ImpossibleValues, AReversedReferenceRangeStandsInNotes) {
  const Mapped mapped = map_case(with_case(R"("markers":[{"marker":"CEA",
      "value":{"value":3,"unit":"ng/mL"},"reference_range":{"low":5,"high":1,"unit":"ng/mL"}}])"));
  EXPECT_FALSE(mapped.only("Observation").contains("referenceRange"));
  EXPECT_EQ(mapped.flags,
            std::vector<std::string>{"reversed-range markers[0].reference_range.high"});
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(ImpossibleValues, TheWordingOfALesionsSiteStaysBesideAFinerText) {
  const Json tumor =
      map_case(with_case(R"("tumors":[{"site":{"site":"breast","text":"2 o'clock"}}])"))
          .only("BodyStructure");
  EXPECT_EQ(tumor["location"]["text"], "2 o'clock");
  EXPECT_EQ(tumor["description"], "Site: breast");
}

}  // namespace
}  // namespace oncobridge::test
