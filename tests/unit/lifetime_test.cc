// Dates against birth and death, as clinical statements.
#include "converters/lifetime.h"

#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

constexpr const char* kBirth = "The stated dates contradict each other: this is before the date";
constexpr const char* kDeath = "The stated dates contradict each other: this is after the date";

Mapped lived(std::string_view patient, std::string_view members) {
  return map_case(with_case(R"("patient":{)" + std::string(patient) + "}," + std::string(members)));
}

TEST(Lifetime, DatesCompareByThePrecisionThatBothHave) {
  EXPECT_TRUE(precedes("2019", "2020-03"));
  EXPECT_TRUE(precedes("2020-02-28", "2020-03"));
  EXPECT_FALSE(precedes("2020", "2020-03"));
  EXPECT_FALSE(precedes("2020-03", "2020"));
  EXPECT_FALSE(precedes("2020-03-01", "2020-03-01"));
}

TEST(Lifetime, AnOperationAfterDeathIsWrittenFlaggedAndSaid) {
  const Mapped mapped = lived(R"("death_date":"2021-03-04")",
                              R"("surgeries":[{"procedure":"mastectomy","when":"2021-03-05"}])");
  const Json surgery = mapped.only("Procedure");
  EXPECT_EQ(surgery["performedDateTime"], "2021-03-05");
  EXPECT_TRUE(mapped.has_note(surgery, kDeath));
  EXPECT_TRUE(contains(mapped.flags, "after-death surgeries[0].when.date"));
}

TEST(Lifetime, AnOperationInTheMonthOfDeathContradictsNothing) {
  const Mapped mapped = lived(R"("death_date":"2021-03")",
                              R"("surgeries":[{"procedure":"mastectomy","when":"2021-03-05"}])");
  EXPECT_TRUE(mapped.flags.empty());
  EXPECT_FALSE(mapped.has_note(mapped.only("Procedure"), kDeath));
}

TEST(Lifetime, ADrugTakenUntilAfterDeathIsFlagged) {
  const Mapped mapped = lived(
      R"("death_date":"2021-03-04")",
      R"("medications":[{"drug":"letrozole","status":"completed","when":{"start":"2020-01-01","end":"2021-06-01"}}])");
  EXPECT_TRUE(contains(mapped.flags, "after-death medications[0].when.end"));
  EXPECT_EQ(mapped.only("MedicationStatement")["effectivePeriod"]["end"], "2021-06-01");
}

TEST(Lifetime, WhatWasPlannedOrNotDoneMayLieAfterDeath) {
  for (const char* status : {"planned", "not-done"}) {
    const Mapped mapped =
        lived(R"("death_date":"2021-03-04")",
              R"("surgeries":[{"procedure":"mastectomy","when":"2021-04-05","status":")" +
                  std::string(status) + "\"}]");
    EXPECT_TRUE(mapped.flags.empty()) << status;
  }
}

TEST(Lifetime, AnExaminationAfterDeathIsFlaggedUnlessItIsTheAutopsy) {
  const auto flags = [](const std::string& examination) {
    return lived(R"("death_date":"2021-03-04")",
                 R"("examinations":[{"examination":")" + examination + R"(","when":"2021-03-06"}])")
        .flags;
  };
  EXPECT_TRUE(contains(flags("CT"), "after-death examinations[0].when.date"));
  EXPECT_TRUE(flags("autopsy").empty());
}

TEST(Lifetime, ASpecimenAndItsMarkerMayBeTakenAfterDeath) {
  const Mapped mapped = lived(R"("death_date":"2021-03-04")",
                              R"("specimens":[{"type":"tissue","collected":"2021-03-06"}],
               "markers":[{"marker":"ER","result":"positive","when":"2021-03-06"}])");
  EXPECT_TRUE(mapped.flags.empty());
}

TEST(Lifetime, APerformanceScoreOfTheDeadIsFlagged) {
  const Mapped mapped = lived(R"("death_date":"2021-03-04")",
                              R"("performance":[{"scale":"ecog","value":2,"when":"2021-05-01"}])");
  EXPECT_TRUE(contains(mapped.flags, "after-death performance[0].when.date"));
  EXPECT_TRUE(mapped.has_note(mapped.coded("Observation", "89247-1").at(0), kDeath));
}

TEST(Lifetime, AMarkerBeforeBirthIsFlaggedOnceAndSaidOnEachObservation) {
  const Mapped mapped = lived(
      R"("birth_date":"1970-05")",
      R"("markers":[{"marker":"ER","result":"positive","percent":{"value":90},"when":"1969"}])");
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "before-birth markers[0].when.date");
  for (const Json& observation : mapped.all("Observation")) {
    EXPECT_TRUE(mapped.has_note(observation, kBirth));
  }
}

TEST(Lifetime, ADiagnosisBeforeBirthIsFlagged) {
  const Mapped mapped = lived(
      R"("birth_date":"1970")",
      R"("primary_tumors":[{"diagnosis":"breast cancer","asserted":"1965-01","onset":"1964"}])");
  EXPECT_TRUE(contains(mapped.flags, "before-birth primary_tumors[0].asserted"));
  EXPECT_TRUE(contains(mapped.flags, "before-birth primary_tumors[0].onset.date"));
}

TEST(Lifetime, AnArticleMayBeOlderThanThePatient) {
  EXPECT_TRUE(lived(R"("birth_date":"2010")", R"("sources":[{"title":"Old","published":"1990"}])")
                  .flags.empty());
}

TEST(Lifetime, ADisputedDateOfDeathContradictsNoTreatment) {
  const Mapped mapped = lived(R"("vital_status":"alive","death_date":"2021-03-04")",
                              R"("surgeries":[{"procedure":"mastectomy","when":"2022"}])");
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "death-date-of-the-living patient.death_date");
}

TEST(Lifetime, WithoutBirthOrDeathNothingIsCompared) {
  EXPECT_TRUE(
      lived(R"("gender":"female")", R"("surgeries":[{"procedure":"mastectomy","when":"1850"}])")
          .flags.empty());
}

}  // namespace
}  // namespace oncobridge::test
