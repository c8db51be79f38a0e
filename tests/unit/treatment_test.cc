// Treatments that are neither operation, radiotherapy nor named drug.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped treatment(std::string_view members) {
  return map_case(
      with_case(R"("primary_tumors":[{"id":"p","diagnosis":"liver cancer"}],"treatments":[{)" +
                std::string(members) + "}]"));
}

TEST(Treatment, PalliativeTherapyIsAProcedureWithoutAClaim) {
  const Mapped mapped =
      treatment(R"("treatment":"Palliative therapy","condition":"p","when":{"start":"2020"})");
  const Json procedure = mapped.only("Procedure");
  EXPECT_FALSE(claims_profile(procedure));
  EXPECT_EQ(procedure["status"], "unknown") << "it may still go on";
  EXPECT_TRUE(has_code(procedure["code"], "103735009"));
  EXPECT_EQ(procedure["performedPeriod"]["start"], "2020");
  EXPECT_EQ(procedure["reasonReference"][0]["reference"], reference_to(mapped.only("Condition")));
}

TEST(Treatment, TreatmentExplicitlyNotGivenIsNotDone) {
  const Json procedure =
      treatment(
          R"("treatment":"any treatment for scalp metastases","site":"scalp","state":"negative")")
          .only("Procedure");
  EXPECT_EQ(procedure["status"], "not-done");
  EXPECT_FALSE(procedure["code"].contains("coding"));
  EXPECT_EQ(procedure["code"]["text"], "any treatment for scalp metastases");
}

TEST(Treatment, OneTreatmentMayBeForSeveralConditions) {
  const std::string case_with_two = R"("primary_tumors":[{"id":"p","diagnosis":"liver cancer"}],
      "metastases":[{"id":"m","site":"lung"},{"id":"n","site":"brain","state":"unknown"}],)";
  const Json procedure =
      map_case(with_case(case_with_two +
                         R"("surgeries":[{"procedure":"resection","condition":["p","m"]}])"))
          .only("Procedure");
  EXPECT_EQ(procedure["reasonReference"].size(), 2u);
  EXPECT_TRUE(claims_profile(procedure));
  const Mapped unknown = map_case(
      with_case(case_with_two + R"("surgeries":[{"procedure":"resection","condition":["n"]}])"));
  EXPECT_FALSE(unknown.only("Procedure").contains("reasonReference"));
  EXPECT_EQ(unknown.unused, std::vector<std::string>{"surgeries[0].condition[0]"});
}

TEST(Treatment, AnOperationAlsoForSomethingElseThanTheCancerClaimsNothing) {
  const Json procedure =
      map_case(with_case(R"("primary_tumors":[{"id":"p","diagnosis":"liver cancer"}],
      "conditions":[{"id":"c","kind":"comorbidity","condition":"ovarian cyst"}],
      "surgeries":[{"procedure":"resection","condition":["p","c"]}])"))
          .only("Procedure");
  EXPECT_EQ(procedure["reasonReference"].size(), 2u);
  EXPECT_FALSE(claims_profile(procedure));
}

TEST(Treatment, UnknownTreatmentHasUnknownStatus) {
  EXPECT_EQ(
      treatment(R"("treatment":"chemotherapy","state":"unknown")").only("Procedure")["status"],
      "unknown");
}

TEST(Treatment, EndedTreatmentKeepsItsReason) {
  const Json procedure =
      treatment(R"("treatment":"chemotherapy","status":"stopped","reason":"not tolerated")")
          .only("Procedure");
  EXPECT_EQ(procedure["status"], "stopped");
  EXPECT_TRUE(has_code(procedure["statusReason"], "407563006"));
}

TEST(Treatment, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("Procedure").empty());
}

}  // namespace
}  // namespace oncobridge::test
