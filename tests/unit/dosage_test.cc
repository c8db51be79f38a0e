// Dosage steps.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped dosage(std::string_view steps, std::string_view more = "") {
  return map_case(with_case(R"("medications":[{"drug":"docetaxel","dosage":)" + std::string(steps) +
                            std::string(more) + "}]"));
}

Json statement(std::string_view steps) { return dosage(steps).only("MedicationStatement"); }

Json basis(const Json& resource) {
  return extension(resource, "mcode-normalization-basis")["valueCodeableConcept"];
}

TEST(Dosage, DoseByBodySurfaceHasItsUnitAndBasis) {
  const Mapped mapped = dosage(
      R"({"text":"75 mg/m²","dose":{"value":75,"unit":"mg/m2"},"basis":"body surface area"})");
  const Json resource = mapped.only("MedicationStatement");
  EXPECT_EQ(resource["dosage"][0]["text"], "75 mg/m²");
  EXPECT_EQ(resource["dosage"][0]["doseAndRate"][0]["doseQuantity"]["code"], "mg/m2");
  EXPECT_TRUE(has_code(basis(resource), "301898006"));
  EXPECT_FALSE(resource["dosage"][0].contains("sequence"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Dosage, UnitPerSquareMetreStatesTheBasis) {
  EXPECT_TRUE(has_code(basis(statement(R"({"dose":{"value":75,"unit":"mg/m2"}})")), "301898006"));
  EXPECT_TRUE(has_code(basis(statement(R"({"dose":{"value":6,"unit":"mg/kg"}})")), "363804004"));
}

TEST(Dosage, PlainDoseHasNoBasisForNoneIsInferred) {
  EXPECT_TRUE(basis(statement(R"({"dose":{"value":150,"unit":"mg"}})")).is_null());
}

TEST(Dosage, OneBasisIsWrittenAndAnotherIsANoteForThereIsRoomForOne) {
  const Mapped mapped = dosage(
      R"([{"dose":{"value":75,"unit":"mg/m2"},"basis":"body surface area"},
          {"dose":{"value":60,"unit":"mg/m2"},"basis":"body surface area"},
          {"dose":{"value":100,"unit":"mg"},"basis":"fixed dose"}])");
  const Json resource = mapped.only("MedicationStatement");
  ASSERT_EQ(resource["extension"].size(), 1u);
  EXPECT_TRUE(has_code(basis(resource), "301898006"));
  EXPECT_TRUE(mapped.has_note(resource, "Dose normalised to: fixed dose"));
  EXPECT_FALSE(mapped.has_note(resource, "body surface area"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Dosage, BasisWithoutACodeIsANoteForItsBindingIsRequired) {
  const Mapped mapped =
      dosage(R"({"dose":{"value":5,"unit":"mg"},"basis":"creatinine clearance"})");
  EXPECT_TRUE(basis(mapped.only("MedicationStatement")).is_null());
  EXPECT_TRUE(mapped.has_note(mapped.only("MedicationStatement"),
                              "Dose normalised to: creatinine clearance"));
}

TEST(Dosage, EveryTwentyEightDaysIsExact) {
  const Json repeat = statement(
      R"({"text":"3.6 mg every 28 days","dose":{"value":3.6,"unit":"mg"},
          "frequency":1,"period":28,"period_unit":"d"})")["dosage"][0]["timing"]["repeat"];
  EXPECT_EQ(repeat, Json::parse(R"({"frequency":1,"period":28,"periodUnit":"d"})"));
}

TEST(Dosage, TwentyOneDaysOnSevenOffKeepsTheDailyPartAndTheWords) {
  const Json step = statement(
      R"({"text":"150 mg once daily for 21 days, then 7 days off, in 28-day cycles",
          "dose":{"value":150,"unit":"mg"},"frequency":1,"period":1,"period_unit":"d",
          "bounds":{"value":21,"unit":"d"}})")["dosage"][0];
  EXPECT_EQ(step["timing"]["repeat"]["boundsDuration"]["value"], 21);
  EXPECT_EQ(step["timing"]["repeat"]["boundsDuration"]["code"], "d");
  EXPECT_EQ(step["timing"]["repeat"]["period"], 1);
  EXPECT_EQ(step["text"], "150 mg once daily for 21 days, then 7 days off, in 28-day cycles");
}

TEST(Dosage, SeveralStepsHaveTheirSequence) {
  const Json steps = statement(
      R"([{"text":"500 mg on days 1, 15 and 29","dose":{"value":500,"unit":"mg"}},
          {"text":"then monthly","dose":{"value":500,"unit":"mg"},
           "frequency":1,"period":1,"period_unit":"mo"}])")["dosage"];
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0]["sequence"], 1);
  EXPECT_FALSE(steps[0].contains("timing"));
  EXPECT_EQ(steps[1]["sequence"], 2);
  EXPECT_EQ(steps[1]["timing"]["repeat"]["periodUnit"], "mo");
}

TEST(Dosage, InexactTimingIsNotCoded) {
  const Mapped mapped =
      dosage(R"({"text":"monthly","period":1,"period_unit":"mo","bounds":{"text":"a while"}})");
  const Json resource = mapped.only("MedicationStatement");
  EXPECT_FALSE(resource["dosage"][0].contains("timing"));
  EXPECT_TRUE(mapped.has_note(resource, "Period: 1"));
  EXPECT_TRUE(mapped.has_note(resource, "Unit of the period: mo"));
  EXPECT_TRUE(mapped.has_note(resource, "Duration as stated: a while"));
}

TEST(Dosage, FrequencyOfNoneIsNoPositiveInt) {
  const Json resource = statement(R"({"text":"x","frequency":0,"period":1,"period_unit":"d"})");
  EXPECT_FALSE(resource["dosage"][0].contains("timing"));
}

TEST(Dosage, LimitIsNoSimpleQuantity) {
  const Mapped mapped = dosage(R"({"dose":{"value":500,"comparator":"<=","unit":"mg"}})");
  const Json resource = mapped.only("MedicationStatement");
  EXPECT_FALSE(resource.contains("dosage"));
  EXPECT_TRUE(mapped.has_note(resource, "Dose: 500"));
  EXPECT_TRUE(mapped.has_note(resource, "Comparator: <="));
}

TEST(Dosage, RangeIsADoseRange) {
  const Json dose = statement(
      R"({"dose":{"low":1,"high":2,"unit":"mg"}})")["dosage"][0]["doseAndRate"][0]["doseRange"];
  EXPECT_EQ(dose["low"]["value"], 1);
  EXPECT_EQ(dose["high"]["value"], 2);
}

TEST(Dosage, RouteIsCoded) {
  EXPECT_TRUE(
      has_code(statement(R"({"route":"oral","text":"oral"})")["dosage"][0]["route"], "26643006"));
}

TEST(Dosage, NotReportedDosageGivesNone) {
  EXPECT_FALSE(map_case(with_case(R"("medications":[{"drug":"docetaxel"}])"))
                   .only("MedicationStatement")
                   .contains("dosage"));
  EXPECT_FALSE(statement(R"({"frequency":3})").contains("dosage"));
}

TEST(Dosage, AdministrationHasOneDoseAndTheOtherStepsAreNotes) {
  const Mapped mapped = dosage(
      R"([{"text":"loading"},{"text":"840 mg","dose":{"value":840,"unit":"mg"}},
          {"text":"then 420 mg","dose":{"value":420,"unit":"mg"}}])",
      R"(,"role":"administered","when":"2024-01-02")");
  const Json administration = mapped.only("MedicationAdministration");
  EXPECT_EQ(administration["dosage"]["dose"]["value"], 840);
  EXPECT_TRUE(mapped.has_note(administration, "Dosage: loading"));
  EXPECT_TRUE(mapped.has_note(administration, "Dosage: then 420 mg"));
  EXPECT_TRUE(mapped.has_note(administration, "Dose: 420"));
}

TEST(Dosage, AdministrationWithoutADoseHasNoDosageElement) {
  const Mapped mapped =
      dosage(R"({"text":"as tolerated"})", R"(,"role":"administered","when":"2024-01-02")");
  EXPECT_FALSE(mapped.only("MedicationAdministration").contains("dosage"));
  EXPECT_TRUE(mapped.has_note(mapped.only("MedicationAdministration"), "Dosage: as tolerated"));
}

}  // namespace
}  // namespace oncobridge::test
