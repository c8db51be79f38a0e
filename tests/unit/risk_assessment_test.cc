// Risk assessments, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_risk(const std::string& risk) {
  return map_case(with_case(R"("primary_tumors":[{"id":"p","diagnosis":"B-ALL"}])" +
                            list("risk_assessments", risk)));
}

std::string first_code(const Json& concept_value) {
  return concept_value.contains("coding") ? concept_value["coding"][0]["code"].get<std::string>()
                                          : "none";
}

TEST(RiskAssessment, NotReportedGivesNothing) {
  EXPECT_TRUE(map_risk("").all("Observation").empty());
}

TEST(RiskAssessment, StandardRiskLeukemia) {
  const Mapped mapped = map_risk(
      R"({"kind":"acute-lymphoblastic-leukemia","value":"standard risk",
          "when":"2021-02-08","primary":"p"})");
  ASSERT_EQ(mapped.of_profile("mcode-ALL-risk-assessment").size(), 1u);
  const Json observation = mapped.only("Observation");
  EXPECT_EQ(first_code(observation["code"]), "C167435");
  EXPECT_EQ(first_code(observation["valueCodeableConcept"]), "C122457");
  EXPECT_EQ(observation["focus"].size(), 1u);
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(RiskAssessment, HighRiskMeansSomethingElseInLeukemiaThanInRhabdomyosarcoma) {
  EXPECT_EQ(first_code(map_risk(R"({"kind":"acute-lymphoblastic-leukemia","value":"high risk"})")
                           .only("Observation")["valueCodeableConcept"]),
            "C122458");
  EXPECT_EQ(first_code(map_risk(R"({"kind":"rhabdomyosarcoma","value":"high risk"})")
                           .only("Observation")["valueCodeableConcept"]),
            "723509005");
}

TEST(RiskAssessment, ARhabdomyosarcomaRiskOutsideTheValueSetClaimsNothing) {
  ASSERT_EQ(map_risk(R"({"kind":"rhabdomyosarcoma","value":"low"})")
                .of_profile("mcode-rhabdomyosarcoma-risk-assessment")
                .size(),
            1u);
  for (const char* value : {"very low risk", "hard to say"}) {
    const Mapped mapped =
        map_risk(R"({"kind":"rhabdomyosarcoma","value":")" + std::string(value) + "\"}");
    EXPECT_FALSE(mapped.only("Observation").contains("meta")) << value;
    EXPECT_EQ(mapped.only("Observation")["valueCodeableConcept"]["text"], value);
  }
}

TEST(RiskAssessment, AnotherAssessmentIsABaseObservation) {
  const Mapped mapped = map_risk(R"({"kind":"other","type":"Oncotype DX","value":"low"})");
  const Json observation = mapped.only("Observation");
  EXPECT_FALSE(observation.contains("meta"));
  EXPECT_EQ(observation["code"]["text"], "Oncotype DX");
  EXPECT_EQ(first_code(observation["valueCodeableConcept"]), "723505004");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(RiskAssessment, NotHighRiskIsNotHighRisk) {
  const Json observation =
      map_risk(R"({"kind":"acute-lymphoblastic-leukemia","value":"high","state":"negative"})")
          .only("Observation");
  EXPECT_FALSE(observation.contains("meta"));
  EXPECT_FALSE(observation.contains("valueCodeableConcept"));
  EXPECT_EQ(observation["valueString"], "not high");
}

TEST(RiskAssessment, NotAssessedAndUnknownAreDifferent) {
  EXPECT_EQ(first_code(map_risk(R"({"kind":"rhabdomyosarcoma","state":"negative"})")
                           .only("Observation")["dataAbsentReason"]),
            "not-performed");
  EXPECT_EQ(first_code(map_risk(R"({"kind":"rhabdomyosarcoma","state":"unknown"})")
                           .only("Observation")["dataAbsentReason"]),
            "unknown");
}

}  // namespace
}  // namespace oncobridge::test
