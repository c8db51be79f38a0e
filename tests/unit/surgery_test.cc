// CancerRelatedSurgicalProcedure.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-cancer-related-surgical-procedure";
constexpr std::string_view kTumor =
    R"("primary_tumors":[{"id":"breast","diagnosis":"breast cancer"}],)";

Mapped surgery(std::string_view members) {
  return map_case(
      with_case(std::string(kTumor) + R"("surgeries":[{)" + std::string(members) + "}]"));
}

TEST(Surgery, CompletedOperationHasCodeSiteSideTimeAndReason) {
  const Mapped mapped = surgery(
      R"("procedure":"simple mastectomy","site":{"site":"breast","laterality":"right"},
         "when":"2020-03-17","intent":"curative","condition":"breast","outcome":"R0",
         "anesthesia":"general anesthesia")");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "completed");
  EXPECT_TRUE(has_code(procedure["code"], "172043006"));
  EXPECT_EQ(procedure["code"]["text"], "simple mastectomy");
  EXPECT_EQ(procedure["performedDateTime"], "2020-03-17");
  EXPECT_TRUE(has_code(procedure["bodySite"][0], "76752008"));
  EXPECT_TRUE(has_code(
      extension(procedure["bodySite"][0], "mcode-laterality-qualifier")["valueCodeableConcept"],
      "24028007"));
  EXPECT_TRUE(has_code(extension(procedure, "mcode-procedure-intent")["valueCodeableConcept"],
                       "373808002"));
  EXPECT_EQ(procedure["reasonReference"][0]["reference"], reference_to(mapped.only("Condition")));
  EXPECT_EQ(procedure["outcome"]["text"], "R0");
  EXPECT_TRUE(mapped.has_note(procedure, "Anaesthesia: general anesthesia"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Surgery, YearAndMonthStayAsTheyAre) {
  EXPECT_EQ(
      surgery(R"("procedure":"lumpectomy","when":"2017")").only("Procedure")["performedDateTime"],
      "2017");
}

TEST(Surgery, UnknownDateOfACompletedOperationIsSaidToBeAbsent) {
  const Json procedure = surgery(R"("procedure":"lumpectomy")").only("Procedure");
  EXPECT_TRUE(is_absent(procedure["_performedDateTime"]));
}

TEST(Surgery, RelativeTimeStaysInWords) {
  const Json procedure =
      surgery(R"("procedure":"lumpectomy","when":{"text":"after chemotherapy"})").only("Procedure");
  EXPECT_EQ(procedure["performedString"], "after chemotherapy");
  EXPECT_FALSE(procedure.contains("_performedDateTime"));
}

TEST(Surgery, AgeAtTheOperationIsPerformedAge) {
  const Json procedure =
      surgery(R"("procedure":"lumpectomy","when":{"age":{"value":35,"unit":"a"}})")
          .only("Procedure");
  EXPECT_EQ(procedure["performedAge"]["value"], 35);
}

TEST(Surgery, NotDoneKeepsItsReason) {
  const Mapped mapped =
      surgery(R"("procedure":"lumpectomy","condition":"breast","status":"not-done","reason_not_done":"refused")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "not-done");
  EXPECT_TRUE(has_code(procedure["statusReason"], "105480006"));
  EXPECT_FALSE(procedure.contains("_performedDateTime"));
  EXPECT_EQ(mapped.of_profile(kProfile).size(), 1u);
}

TEST(Surgery, NegativeOperationIsNotDone) {
  const Json procedure =
      surgery(R"("procedure":"lumpectomy","state":"negative")").only("Procedure");
  EXPECT_EQ(procedure["status"], "not-done");
}

TEST(Surgery, UnknownOperationHasUnknownStatus) {
  const Json procedure = surgery(R"("procedure":"lumpectomy","state":"unknown")").only("Procedure");
  EXPECT_EQ(procedure["status"], "unknown");
  EXPECT_FALSE(procedure.contains("_performedDateTime"));
}

TEST(Surgery, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("Procedure").empty());
}

TEST(Surgery, StatusAgainstTheStateIsFlaggedAndNotBelieved) {
  const Mapped mapped =
      surgery(R"("procedure":"lumpectomy","state":"negative","status":"completed")");
  EXPECT_EQ(mapped.only("Procedure")["status"], "not-done");
  EXPECT_TRUE(contains(mapped.flags, "status-against-state surgeries[0].status"));
  EXPECT_TRUE(contains(mapped.unused, "surgeries[0].status"));
}

TEST(Surgery, EveryStatusHasItsEventStatus) {
  constexpr std::pair<std::string_view, std::string_view> kStatuses[] = {
      {"planned", "preparation"}, {"in-progress", "in-progress"}, {"completed", "completed"},
      {"stopped", "stopped"},     {"not-done", "not-done"},       {"on-hold", "on-hold"},
      {"unknown", "unknown"}};
  for (const auto& [given, written] : kStatuses) {
    const Mapped mapped =
        surgery(R"("procedure":"lumpectomy","status":")" + std::string(given) + "\"");
    EXPECT_EQ(mapped.only("Procedure")["status"], written);
  }
}

TEST(Surgery, PhaseStandsInForTheIntent) {
  const Json procedure =
      surgery(R"("procedure":"lumpectomy","phase":"adjuvant")").only("Procedure");
  EXPECT_TRUE(has_code(extension(procedure, "mcode-procedure-intent")["valueCodeableConcept"],
                       "373846009"));
}

TEST(Surgery, PhaseBesideAnIntentIsANoteForItSaysSomethingElse) {
  const Mapped mapped =
      surgery(R"("procedure":"lumpectomy","phase":"adjuvant","intent":"curative")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_TRUE(has_code(extension(procedure, "mcode-procedure-intent")["valueCodeableConcept"],
                       "373808002"));
  EXPECT_TRUE(mapped.has_note(procedure, "Treatment phase: adjuvant"));
}

TEST(Surgery, PhaseWithoutACodeIsNoIntent) {
  const Mapped mapped = surgery(R"("procedure":"lumpectomy","phase":"salvage")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_FALSE(procedure.contains("extension"));
  EXPECT_TRUE(mapped.has_note(procedure, "Treatment phase: salvage"));
}

TEST(Surgery, OperationForACystIsNoCancerSurgery) {
  const Mapped mapped = map_case(
      with_case(std::string(kTumor) + R"("conditions":[{"id":"cyst","condition":"ovarian cyst"}],
      "surgeries":[{"procedure":"excision of ovarian cyst","condition":"cyst"}])"));
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  EXPECT_TRUE(has_code(mapped.only("Procedure")["code"], "387740003"));
}

TEST(Surgery, WhichOfTwoTumoursIsNotGuessed) {
  const Mapped mapped = map_case(with_case(
      R"("primary_tumors":[
           {"diagnosis":"breast cancer","site":{"site":"breast","laterality":"left"}},
           {"diagnosis":"breast cancer","site":{"site":"breast","laterality":"right"}}],
         "surgeries":[{"procedure":"salpingo-oophorectomy"}])"));
  const Json procedure = mapped.only("Procedure");
  EXPECT_FALSE(procedure.contains("reasonReference"));
  EXPECT_FALSE(claims_profile(procedure));
}

TEST(Surgery, PartOfAnotherOperation) {
  const Mapped mapped = map_case(
      with_case(std::string(kTumor) + R"("surgeries":[{"id":"m","procedure":"simple mastectomy"},
      {"procedure":"ALND","part_of":"m"}])"));
  const auto procedures = mapped.all("Procedure");
  ASSERT_EQ(procedures.size(), 2u);
  EXPECT_EQ(procedures[1]["partOf"][0]["reference"], reference_to(procedures[0]));
}

TEST(Surgery, ReasonForNotBeingDoneOfACompletedOperationIsANote) {
  const Mapped mapped = surgery(R"("procedure":"lumpectomy","reason_not_done":"refused")");
  EXPECT_FALSE(mapped.only("Procedure").contains("statusReason"));
  EXPECT_TRUE(mapped.has_note(mapped.only("Procedure"), "Reason for not being done: refused"));
}

}  // namespace
}  // namespace oncobridge::test
