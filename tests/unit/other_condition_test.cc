// Conditions other than the cancer, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_conditions(const std::string& conditions) {
  return map_case(with_case(R"("patient":{"gender":"female"})" + list("conditions", conditions)));
}

std::string first_code(const Json& concept_value) {
  return concept_value.contains("coding") ? concept_value["coding"][0]["code"].get<std::string>()
                                          : "none";
}

TEST(OtherCondition, NotReportedGivesNothing) {
  EXPECT_TRUE(map_conditions("").all("Condition").empty());
}

TEST(OtherCondition, OvarianInsufficiencyAtThirtyFiveIsAComorbidity) {
  const Mapped mapped =
      map_conditions(R"({"kind":"comorbidity","condition":"primary ovarian insufficiency",
      "onset":{"age":{"value":35,"unit":"a","text":"at the age of 35"}}})");
  const Json condition = mapped.only("Condition");
  EXPECT_FALSE(condition.contains("meta"));
  EXPECT_EQ(first_code(condition["code"]), "237788002");
  EXPECT_EQ(first_code(condition["category"][0]), "problem-list-item");
  EXPECT_EQ(condition["onsetAge"]["value"], 35);
  EXPECT_TRUE(mapped.has_note(condition, "Comorbidity."));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(OtherCondition, ASymptomThatResolvedHasAnEnd) {
  const Mapped mapped =
      map_conditions(R"({"kind":"symptom","condition":"headache","severity":"significant",
      "onset":"2023-12","clinical_status":"resolved","abatement":{"text":"after four cycles"}})");
  const Json condition = mapped.only("Condition");
  EXPECT_EQ(condition["severity"]["text"], "significant");
  EXPECT_EQ(condition["abatementString"], "after four cycles");
  EXPECT_EQ(first_code(condition["clinicalStatus"]), "resolved");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(OtherCondition, ARefutedDifferentialDiagnosisIsNoActiveProblem) {
  const Json condition = map_conditions(R"({"kind":"differential-diagnosis","condition":"lipoma",
      "verification":"refuted"})")
                             .only("Condition");
  EXPECT_EQ(first_code(condition["verificationStatus"]), "refuted");
  EXPECT_FALSE(condition.contains("category"));
  EXPECT_FALSE(condition.contains("clinicalStatus"));
}

TEST(OtherCondition, ADifferentialDiagnosisWithoutVerificationIsDifferential) {
  const Json condition =
      map_conditions(R"({"kind":"differential-diagnosis","condition":"lipoma"})").only("Condition");
  EXPECT_EQ(first_code(condition["verificationStatus"]), "differential");
  EXPECT_FALSE(condition.contains("category"));
}

TEST(OtherCondition, ExplicitlyNotThereIsRefuted) {
  const Mapped mapped = map_conditions(R"({"condition":"diabetes","state":"negative"})");
  EXPECT_EQ(first_code(mapped.only("Condition")["verificationStatus"]), "refuted");
  EXPECT_TRUE(mapped.flags.empty());
  EXPECT_TRUE(
      map_conditions(R"({"kind":"differential-diagnosis","condition":"lipoma","state":"negative"})")
          .flags.empty());
}

TEST(OtherCondition, ExplicitlyUnknownIsAQuestionWithoutAnAnswer) {
  const Mapped mapped = map_conditions(R"({"condition":"diabetes","state":"unknown"})");
  EXPECT_TRUE(mapped.all("Condition").empty());
  EXPECT_EQ(first_code(mapped.only("Observation")["dataAbsentReason"]), "unknown");
}

TEST(OtherCondition, TheCauseOfDeathIsAConditionAndAnObservation) {
  const Mapped mapped =
      map_conditions(R"({"kind":"cause-of-death","condition":"sepsis","severity":"fulminant"})");
  const Json condition = mapped.only("Condition");
  EXPECT_EQ(first_code(condition["code"]), "91302008");
  EXPECT_EQ(condition["severity"]["text"], "fulminant");
  const Json observation = mapped.only("Observation");
  EXPECT_EQ(first_code(observation["code"]), "184305005");
  EXPECT_EQ(first_code(observation["valueCodeableConcept"]), "91302008");
  EXPECT_EQ(observation["focus"][0]["reference"],
            "Condition/" + condition["id"].get<std::string>());
}

TEST(OtherCondition, SepticShockBeforeDeathIsNotMadeTheCauseOfDeath) {
  EXPECT_TRUE(map_conditions(R"({"kind":"complication","condition":"septic shock"})")
                  .all("Observation")
                  .empty());
}

TEST(OtherCondition, AWordingWithoutACodeStaysWords) {
  const Json condition =
      map_conditions(R"({"condition":"general unease of the left ear"})").only("Condition");
  EXPECT_EQ(first_code(condition["code"]), "none");
  EXPECT_EQ(condition["code"]["text"], "general unease of the left ear");
}

// ---- death of the cancer

Mapped map_death(const std::string& condition) {
  return map_case(with_case(R"("patient":{"gender":"female"},
      "primary_tumors":{"id":"breast","diagnosis":"breast cancer"},
      "conditions":[)" + condition +
                            "]"));
}

TEST(OtherCondition, DeathOfTheCancerPointsToItAndIsNoSecondCondition) {
  const Mapped mapped =
      map_death(R"({"kind":"cause-of-death","condition":"breast cancer","same_as":"breast"})");
  const Json tumor = mapped.only("Condition");
  const Json cause = mapped.coded("Observation", "184305005").at(0);
  EXPECT_EQ(cause["focus"][0]["reference"], "Condition/" + tumor["id"].get<std::string>());
  EXPECT_EQ(first_code(cause["valueCodeableConcept"]), "254837009");
  EXPECT_EQ(cause["valueCodeableConcept"]["text"], "breast cancer");
  EXPECT_TRUE(mapped.unused.empty());
  EXPECT_TRUE(mapped.flags.empty());
}

TEST(OtherCondition, NotDeadOfTheCancerAndUnknownWhetherAreTwoThings) {
  const Json negative = map_death(R"({"kind":"cause-of-death","state":"negative",
      "condition":"breast cancer","same_as":"breast"})")
                            .coded("Observation", "184305005")
                            .at(0);
  EXPECT_EQ(negative["valueString"], "not breast cancer");
  const Json unknown = map_death(R"({"kind":"cause-of-death","state":"unknown",
      "condition":"breast cancer","same_as":"breast"})")
                           .coded("Observation", "184305005")
                           .at(0);
  EXPECT_EQ(first_code(unknown["dataAbsentReason"]), "unknown");
  EXPECT_FALSE(unknown.contains("valueCodeableConcept"));
}

TEST(OtherCondition, OnlyACauseOfDeathCanBeATumorOfTheRecord) {
  const Mapped mapped =
      map_death(R"({"kind":"complication","condition":"breast cancer","same_as":"breast"})");
  EXPECT_EQ(mapped.all("Condition").size(), 2u);
  EXPECT_EQ(mapped.flags, std::vector<std::string>{"same-as-ignored conditions[0].same_as"});
  EXPECT_EQ(mapped.unused, std::vector<std::string>{"conditions[0].same_as"});
}

}  // namespace
}  // namespace oncobridge::test
