// Imaging, biopsies and other examinations.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped examination(std::string_view members) {
  return map_case(with_case(R"("primary_tumors":[{"id":"breast","diagnosis":"breast cancer"}],
    "examinations":[{)" + std::string(members) +
                            "}]"));
}

TEST(Examination, ExaminationIsAProcedureAndItsResultAnObservationThatIsPartOfIt) {
  const Mapped mapped = examination(
      R"("examination":"breast MRI","site":{"site":"breast","laterality":"right"},"when":"2019-10",
         "finding":"breast mass","finding_text":"non-mass-like enhancement","condition":"breast")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "completed");
  EXPECT_TRUE(has_code(procedure["code"], "241615005"));
  EXPECT_EQ(procedure["performedDateTime"], "2019-10");
  EXPECT_EQ(procedure["reasonReference"][0]["reference"], reference_to(mapped.only("Condition")));
  const Json result = mapped.only("Observation");
  EXPECT_EQ(result["partOf"][0]["reference"], reference_to(procedure));
  EXPECT_TRUE(has_code(result["valueCodeableConcept"], "89164003"));
  EXPECT_TRUE(mapped.has_note(result, "Result as stated: non-mass-like enhancement"));
  EXPECT_EQ(result["effectiveDateTime"], "2019-10");
  EXPECT_TRUE(has_code(result["bodySite"], "76752008"));
  EXPECT_FALSE(claims_profile(procedure));
  EXPECT_FALSE(claims_profile(result));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Examination, ResultInWordsIsAString) {
  const Json result =
      examination(R"("examination":"bone scan","finding_text":"no distant metastases")")
          .only("Observation");
  EXPECT_EQ(result["valueString"], "no distant metastases");
}

TEST(Examination, NoEvidenceOfRecurrenceIsAValueNotAnAbsence) {
  const Json result =
      examination(R"("examination":"ultrasonography","finding":"no evidence of recurrence")")
          .only("Observation");
  EXPECT_TRUE(has_code(result["valueCodeableConcept"], "414861001"));
  EXPECT_FALSE(result.contains("dataAbsentReason"));
}

TEST(Examination, MeasurementsAreComponents) {
  const Mapped mapped = examination(
      R"("examination":"ultrasonography","measurements":[
         {"what":"scalp lesion thickness","value":{"value":4.9,"unit":"mm"},"note":"maximum"},
         {"what":"short axis of a node","value":{"low":10,"high":15,"unit":"mm"}},
         {"what":"flow"}])");
  const Json result = mapped.only("Observation");
  ASSERT_EQ(result["component"].size(), 3u);
  EXPECT_EQ(result["component"][0]["code"]["text"], "scalp lesion thickness");
  EXPECT_EQ(result["component"][0]["valueQuantity"]["value"], 4.9);
  EXPECT_EQ(result["component"][1]["valueRange"]["high"]["value"], 15);
  EXPECT_TRUE(has_code(result["component"][2]["dataAbsentReason"], "unknown"));
  EXPECT_TRUE(mapped.has_note(result, "Remark on a measurement: maximum"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Examination, DoneWithoutAResultIsAProcedureAlone) {
  const Mapped mapped = examination(R"("examination":"CT")");
  EXPECT_TRUE(is_absent(mapped.only("Procedure")["_performedDateTime"]));
  EXPECT_TRUE(mapped.all("Observation").empty());
}

TEST(Examination, DeclinedForFinancialReasonsIsNotDone) {
  const Mapped mapped = examination(
      R"("examination":"PET","when":"2025-02","status":"not-done",
         "reason_not_done":"financial constraints")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "not-done");
  EXPECT_TRUE(has_code(procedure["statusReason"], "160932005"));
  EXPECT_TRUE(mapped.all("Observation").empty());
}

TEST(Examination, ExaminationNotDoneHasNoResult) {
  const Mapped mapped = examination(
      R"("examination":"PET","state":"negative","status":"not-done","finding_text":"metastases")");
  EXPECT_EQ(mapped.only("Procedure")["status"], "not-done");
  EXPECT_TRUE(mapped.all("Observation").empty());
  EXPECT_TRUE(
      contains(mapped.flags, "result-of-an-examination-not-done examinations[0].examination"));
  EXPECT_TRUE(contains(mapped.unused, "examinations[0].finding_text"));
}

TEST(Examination, UnknownExaminationHasUnknownStatusAndNoResult) {
  const Mapped mapped =
      examination(R"("examination":"PET","state":"unknown","finding_text":"metastases")");
  EXPECT_EQ(mapped.only("Procedure")["status"], "unknown");
  EXPECT_TRUE(mapped.all("Observation").empty());
}

TEST(Examination, ReasonIsNotInferredFromTheOnlyTumour) {
  EXPECT_FALSE(examination(R"("examination":"abdominal ultrasound")")
                   .only("Procedure")
                   .contains("reasonReference"));
}

TEST(Examination, NotReportedGivesNothing) {
  const Mapped mapped = map_case(R"({"case_id":"t"})");
  EXPECT_TRUE(mapped.all("Procedure").empty());
  EXPECT_TRUE(mapped.all("Observation").empty());
}

TEST(Examination, NotesStandOnce) {
  const Mapped mapped =
      examination(R"("examination":"CT","finding_text":"x","note":"Second reading.")");
  EXPECT_TRUE(mapped.has_note(mapped.only("Procedure"), "Second reading."));
  EXPECT_FALSE(mapped.has_note(mapped.only("Observation"), "Second reading."));
}

}  // namespace
}  // namespace oncobridge::test
