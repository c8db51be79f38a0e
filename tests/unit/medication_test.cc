// Drugs received, ordered and administered, and their regimens.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kRequest = "mcode-cancer-related-medication-request";
constexpr std::string_view kAdministration = "mcode-cancer-related-medication-administration";
constexpr std::string_view kTumor =
    R"("primary_tumors":[{"id":"breast","diagnosis":"breast cancer"}],)";

Mapped drugs(std::string_view list) {
  return map_case(with_case(std::string(kTumor) + R"("medications":[)" + std::string(list) + "]"));
}

// ---- received

TEST(Medication, ReceivedDrugIsAMedicationStatementWithoutAClaim) {
  const Mapped mapped = drugs(
      R"({"drug":"letrozole","status":"in-progress","when":{"start":"2024-04"},"phase":"adjuvant",
          "line":"1L","cycles":{"value":6,"text":"six cycles"},"condition":"breast"})");
  const Json statement = mapped.only("MedicationStatement");
  EXPECT_FALSE(claims_profile(statement));
  EXPECT_EQ(statement["status"], "active");
  EXPECT_TRUE(has_code(statement["medicationCodeableConcept"], "72965"));
  EXPECT_EQ(statement["medicationCodeableConcept"]["text"], "letrozole");
  EXPECT_EQ(statement["effectivePeriod"]["start"], "2024-04");
  EXPECT_TRUE(has_code(extension(statement, "mcode-procedure-intent")["valueCodeableConcept"],
                       "373846009"));
  EXPECT_EQ(statement["reasonReference"][0]["reference"], reference_to(mapped.only("Condition")));
  EXPECT_TRUE(mapped.has_note(statement, "Line of therapy: 1L"));
  EXPECT_TRUE(mapped.has_note(statement, "Cycles: 6"));
  EXPECT_TRUE(mapped.has_note(statement, "Cycles as stated: six cycles"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Medication, DrugExplicitlyNotGivenIsNotTaken) {
  const Mapped mapped = drugs(R"({"drug":"tamoxifen","state":"negative","reason":"refused"})");
  const Json statement = mapped.only("MedicationStatement");
  EXPECT_EQ(statement["status"], "not-taken");
  EXPECT_TRUE(has_code(statement["statusReason"][0], "105480006"));
}

TEST(Medication, UnknownDrugUseHasUnknownStatus) {
  EXPECT_EQ(
      drugs(R"({"drug":"tamoxifen","state":"unknown"})").only("MedicationStatement")["status"],
      "unknown");
}

TEST(Medication, NotReportedGivesNothing) {
  const Mapped mapped = map_case(R"({"case_id":"t"})");
  EXPECT_TRUE(mapped.all("MedicationStatement").empty());
  EXPECT_TRUE(mapped.all("Procedure").empty());
}

TEST(Medication, EveryStatusHasItsCode) {
  constexpr std::pair<std::string_view, std::string_view> kStatuses[] = {
      {"planned", "intended"}, {"in-progress", "active"}, {"completed", "completed"},
      {"stopped", "stopped"},  {"not-done", "not-taken"}, {"on-hold", "on-hold"},
      {"unknown", "unknown"}};
  for (const auto& [given, written] : kStatuses) {
    const Mapped mapped = drugs(R"({"drug":"tamoxifen","status":")" + std::string(given) + R"("})");
    EXPECT_EQ(mapped.only("MedicationStatement")["status"], written);
  }
}

TEST(Medication, AlbuminPaclitaxelIsNotPaclitaxel) {
  const Json statement = drugs(R"({"drug":"albumin-paclitaxel"})").only("MedicationStatement");
  EXPECT_FALSE(has_code(statement["medicationCodeableConcept"], "56946"));
  EXPECT_TRUE(has_code(statement["medicationCodeableConcept"], "C2688"));
}

TEST(Medication, DrugWithoutACodeOfItsOwnHasItsClass) {
  const Json drug =
      drugs(R"({"drug":"dalpiciclib"})").only("MedicationStatement")["medicationCodeableConcept"];
  EXPECT_TRUE(has_code(drug, "L01EF"));
  EXPECT_EQ(drug["text"], "dalpiciclib");
}

TEST(Medication, ProcedureIsNoDrug) {
  const Json drug =
      drugs(R"({"drug":"chemotherapy"})").only("MedicationStatement")["medicationCodeableConcept"];
  EXPECT_FALSE(drug.contains("coding"));
}

TEST(Medication, RelativeTimeIsANoteForThereIsNoElement) {
  const Mapped mapped = drugs(R"({"drug":"tamoxifen","when":{"text":"after surgery"}})");
  const Json statement = mapped.only("MedicationStatement");
  EXPECT_FALSE(statement.contains("effectiveDateTime"));
  EXPECT_TRUE(mapped.has_note(statement, "Time as stated: after surgery"));
}

// ---- regimens

constexpr std::string_view kRegimen =
    R"({"drug":"docetaxel","regimen":"docetaxel plus epirubicin","status":"completed"},
       {"drug":"epirubicin","regimen":"docetaxel plus epirubicin","status":"completed"},
       {"drug":"letrozole"})";

TEST(Medication, DrugsOfOneRegimenArePartsOfOneProcedureWithItsName) {
  const Mapped mapped = drugs(kRegimen);
  const Json regimen = mapped.only("Procedure");
  EXPECT_EQ(regimen["code"]["text"], "docetaxel plus epirubicin");
  EXPECT_EQ(regimen["status"], "completed");
  const auto statements = mapped.all("MedicationStatement");
  EXPECT_EQ(statements[0]["partOf"][0]["reference"], reference_to(regimen));
  EXPECT_EQ(statements[1]["partOf"], statements[0]["partOf"]);
  EXPECT_FALSE(statements[2].contains("partOf"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Medication, RegimenWhoseDrugsDisagreeHasUnknownStatus) {
  const Mapped mapped = drugs(
      R"({"drug":"docetaxel","regimen":"DE","status":"completed"},
         {"drug":"epirubicin","regimen":"DE","status":"stopped"})");
  EXPECT_EQ(mapped.only("Procedure")["status"], "unknown");
}

TEST(Medication, RegimenHasNoNotesOfItsFirstDrug) {
  const Json regimen =
      drugs(R"({"drug":"docetaxel","regimen":"D","note":"Only docetaxel."})").only("Procedure");
  EXPECT_FALSE(regimen.contains("note"));
}

TEST(Medication, RegimensKeepTheirIdsWhenADrugIsAddedBefore) {
  const std::string before = drugs(kRegimen).only("Procedure")["id"];
  const std::string after =
      drugs(R"({"drug":"cyclophosphamide","regimen":"docetaxel plus epirubicin"},)" +
            std::string(kRegimen))
          .only("Procedure")["id"];
  EXPECT_EQ(before, after);
}

// ---- ordered

TEST(Medication, ADrugListedWithoutStatusOrEndMayStillBeTaken) {
  EXPECT_EQ(drugs(R"({"drug":"letrozole","when":{"start":"2024"}})").only("MedicationStatement")["status"],
            "unknown");
  EXPECT_EQ(drugs(R"({"drug":"letrozole","when":{"start":"2024","end":"2025"}})")
                .only("MedicationStatement")["status"],
            "completed");
}

TEST(Medication, ADrugIsForNoConditionThatTheRecordDoesNotName) {
  const Mapped mapped = drugs(R"({"drug":"metformin","role":"ordered","requester":"Dr. Example"})");
  EXPECT_FALSE(mapped.only("MedicationRequest").contains("reasonReference"));
  EXPECT_TRUE(mapped.of_profile(kRequest).empty());
}

TEST(Medication, OrderNamesWhoOrdered) {
  const Mapped mapped = drugs(
      R"({"drug":"cisplatin","condition":"breast","role":"ordered","requester":"Dr. Example","ordered":"2024-05-15",
          "status":"in-progress","regimen":"GemCis","when":{"start":"2024-05-20"},
          "dosage":{"text":"25 mg/m2","dose":{"value":25,"unit":"mg/m2"}}})");
  ASSERT_EQ(mapped.of_profile(kRequest).size(), 1u);
  const Json request = mapped.only("MedicationRequest");
  EXPECT_EQ(request["status"], "active");
  EXPECT_EQ(request["intent"], "order");
  EXPECT_EQ(request["requester"]["display"], "Dr. Example");
  EXPECT_EQ(request["authoredOn"], "2024-05-15");
  EXPECT_EQ(request["groupIdentifier"]["value"], "GemCis");
  EXPECT_TRUE(mapped.has_note(request, "From: 2024-05-20"));
  EXPECT_TRUE(mapped.all("Procedure").empty());
  EXPECT_FALSE(request.contains("reportedBoolean"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Medication, OrderFromADocumentIsReported) {
  const Mapped mapped = map_case(with_case(
      std::string(kTumor) +
      R"("sources":{"title":"A"},"medications":[{"drug":"cisplatin","role":"ordered"}])"));
  EXPECT_EQ(mapped.only("MedicationRequest")["reportedBoolean"], true);
}

TEST(Medication, DrugExplicitlyNotOrderedIsNoRequest) {
  const Mapped mapped = drugs(R"({"drug":"cisplatin","role":"ordered","state":"negative"})");
  EXPECT_TRUE(mapped.all("MedicationRequest").empty());
  const Json statement = mapped.only("MedicationStatement");
  EXPECT_EQ(statement["status"], "not-taken");
  EXPECT_TRUE(mapped.has_note(statement, "Explicitly not ordered."));
}

TEST(Medication, UnknownOrderHasUnknownStatus) {
  EXPECT_EQ(drugs(R"({"drug":"cisplatin","role":"ordered","state":"unknown"})")
                .only("MedicationRequest")["status"],
            "unknown");
}

TEST(Medication, StoppedOrderHasItsReasonAndTheClaim) {
  const Mapped mapped =
      drugs(R"({"drug":"cisplatin","condition":"breast","role":"ordered","status":"stopped","reason":"not tolerated"})");
  EXPECT_TRUE(has_code(mapped.only("MedicationRequest")["statusReason"], "407563006"));
  EXPECT_EQ(mapped.of_profile(kRequest).size(), 1u);
}

TEST(Medication, CancelledOrderWithATerminationReasonMakesNoClaim) {
  const Mapped mapped =
      drugs(R"({"drug":"cisplatin","role":"ordered","status":"not-done","reason":"refused"})");
  EXPECT_EQ(mapped.only("MedicationRequest")["status"], "cancelled");
  EXPECT_TRUE(mapped.of_profile(kRequest).empty());
}

TEST(Medication, OrderOfADoseWithoutAUnitMakesNoClaim) {
  EXPECT_TRUE(drugs(R"({"drug":"cisplatin","role":"ordered","dosage":{"dose":{"value":2}}})")
                  .of_profile(kRequest)
                  .empty());
}

TEST(Medication, OrderForAnotherConditionIsNotCancerRelated) {
  const Mapped mapped =
      map_case(with_case(std::string(kTumor) +
                         R"("conditions":[{"id":"poi","condition":"primary ovarian insufficiency"}],
      "medications":[{"drug":"estradiol","role":"ordered","condition":"poi"}])"));
  EXPECT_TRUE(mapped.of_profile(kRequest).empty());
}

// ---- administered

TEST(Medication, AdministrationHasItsTimeAndDose) {
  const Mapped mapped = drugs(
      R"({"drug":"fulvestrant","condition":"breast","role":"administered","when":"2025-04-30","intent":"palliative",
          "dosage":{"text":"500 mg","dose":{"value":500,"unit":"mg"},"route":"intramuscular"}})");
  ASSERT_EQ(mapped.of_profile(kAdministration).size(), 1u);
  const Json administration = mapped.only("MedicationAdministration");
  EXPECT_EQ(administration["effectiveDateTime"], "2025-04-30");
  EXPECT_EQ(administration["dosage"]["dose"]["value"], 500);
  EXPECT_TRUE(has_code(administration["dosage"]["route"], "78421000"));
  EXPECT_TRUE(has_code(extension(administration, "mcode-procedure-intent")["valueCodeableConcept"],
                       "363676003"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Medication, AdministrationWithoutATimeIsAStatementForNoTimeIsInvented) {
  const Mapped mapped = drugs(R"({"drug":"fulvestrant","role":"administered"})");
  EXPECT_TRUE(mapped.all("MedicationAdministration").empty());
  EXPECT_TRUE(mapped.has_note(mapped.only("MedicationStatement"),
                              "Stated as administered, without a date"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Medication, NegativeAdministrationIsNotDone) {
  const Mapped mapped = drugs(
      R"({"drug":"fulvestrant","role":"administered","when":"2025-04-30","state":"negative"})");
  EXPECT_EQ(mapped.only("MedicationAdministration")["status"], "not-done");
}

TEST(Medication, UnknownAdministrationHasUnknownStatus) {
  const Mapped mapped = drugs(
      R"({"drug":"fulvestrant","role":"administered","when":"2025-04-30","state":"unknown"})");
  EXPECT_EQ(mapped.only("MedicationAdministration")["status"], "unknown");
}

TEST(Medication, WithheldAdministrationWithATerminationReasonMakesNoClaim) {
  const Mapped mapped = drugs(
      R"({"drug":"fulvestrant","role":"administered","when":"2025-04-30","status":"not-done",
          "reason":"refused"})");
  EXPECT_TRUE(mapped.of_profile(kAdministration).empty());
  EXPECT_TRUE(has_code(mapped.only("MedicationAdministration")["statusReason"][0], "105480006"));
}

TEST(Medication, AdministrationIsPartOfItsRegimen) {
  const Mapped mapped = drugs(
      R"({"drug":"fulvestrant","role":"administered","when":"2025-04-30","regimen":"F plus D"})");
  EXPECT_EQ(mapped.only("MedicationAdministration")["partOf"][0]["reference"],
            reference_to(mapped.only("Procedure")));
}

}  // namespace
}  // namespace oncobridge::test
