// Stages outside TNM, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_stage(const std::string& stage) {
  return map_case(with_case(R"("primary_tumors":[{"id":"p","diagnosis":"cancer"}])" +
                            list("other_stages", stage)));
}

Json only_stage(const std::string& stage) { return map_stage(stage).only("Observation"); }

std::string first_code(const Json& concept_value) {
  return concept_value.contains("coding") ? concept_value["coding"][0]["code"].get<std::string>()
                                          : "none";
}

bool claims(const Json& resource, std::string_view profile) {
  return resource.contains("meta") &&
         resource["meta"]["profile"][0] ==
             "http://hl7.org/fhir/us/mcode/StructureDefinition/" + std::string(profile);
}

TEST(CancerStage, AValueCodedByItsSystemIsNotCountedAsUncoded) {
  EXPECT_TRUE(
      map_case(with_case(R"("other_stages":[{"system":"figo","value":"IIIC"}])")).uncoded.empty());
  EXPECT_EQ(map_case(with_case(R"("other_stages":[{"system":"figo","value":"advanced"}])")).uncoded,
            std::vector<std::string>{"other_stages[0].value"});
}

TEST(CancerStage, NotReportedGivesNothing) {
  EXPECT_TRUE(map_stage("").all("Observation").empty());
}

struct Row {
  const char* stage;
  const char* code;
  const char* value;
};

TEST(CancerStage, EachSystemHasItsOwnCodesForTheSameNumber) {
  constexpr Row kRows[] = {
      {R"({"system":"figo","value":"IIIA"})", "385361009", "C96256"},
      {R"({"system":"figo","type":"FIGO cervix","value":"IIIA"})", "385367008", "C96256"},
      {R"({"system":"gleason","value":"3+5=8"})", "385377005", "1279718003"},
      {R"({"system":"rai","value":"II"})", "C141207", "C7875"},
      {R"({"system":"binet","value":"B"})", "C141212", "C80135"},
      {R"({"system":"iss","value":"II"})", "C139007", "C70659"},
      {R"({"system":"riss","value":"II"})", "C141392", "C141395"},
      {R"({"system":"clark","value":"level IV"})", "103419001", "1556006"},
      {R"({"system":"breslow","value":"0.76-1.75 mm"})", "106243009", "17456000"},
      {R"({"system":"other","type":"INSS","value":"INSS 4S"})", "409720004", "409727001"},
      {R"({"system":"other","type":"Dukes","value":"C"})", "385357003", "none"},
  };
  for (const Row& row : kRows) {
    const Json observation = only_stage(row.stage);
    EXPECT_TRUE(claims(observation, "mcode-cancer-stage")) << row.stage;
    EXPECT_EQ(first_code(observation["code"]), row.code) << row.stage;
    EXPECT_EQ(first_code(observation["valueCodeableConcept"]), row.value) << row.stage;
  }
}

TEST(CancerStage, WithTimeMethodAndTumorNothingIsLeft) {
  const Mapped mapped = map_stage(
      R"({"system":"figo","value":"IB2","method":"FIGO cervix","when":"2020-05","primary":"p"})");
  const Json observation = mapped.only("Observation");
  EXPECT_EQ(first_code(observation["method"]), "106250008");
  EXPECT_EQ(observation["effectiveDateTime"], "2020-05");
  EXPECT_EQ(observation["focus"].size(), 1u);
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(CancerStage, ALymphomaStageWithItsModifiers) {
  const Mapped mapped = map_stage(R"({"system":"ann-arbor","value":"IIIE","method":"Cotswolds",
      "modifiers":["E","pathologic","bulky","B"]})");
  const Json observation = mapped.only("Observation");
  EXPECT_TRUE(claims(observation, "mcode-lymphoma-stage"));
  EXPECT_EQ(first_code(observation["code"]), "385388004");
  EXPECT_EQ(first_code(observation["valueCodeableConcept"]), "44255004");
  EXPECT_EQ(first_code(observation["method"]), "254375000");
  const Json& components = observation["component"];
  ASSERT_EQ(components.size(), 3u);
  EXPECT_EQ(first_code(components[0]["code"]), "106252000");
  EXPECT_EQ(first_code(components[0]["valueCodeableConcept"]), "282436004");
  EXPECT_EQ(first_code(components[1]["code"]), "277366005");
  EXPECT_EQ(first_code(components[1]["valueCodeableConcept"]), "261023001");
  EXPECT_EQ(first_code(components[2]["code"]), "260873006");
  EXPECT_EQ(first_code(components[2]["valueCodeableConcept"]), "52101004");
  EXPECT_TRUE(
      mapped.has_note(observation, "Stage modifier: B"));  // no verified code, required binding
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(CancerStage, ALymphomaStageWithoutANamedDiseaseIsOnlyACancerStage) {
  for (const char* stage :
       {R"({"system":"ann-arbor","value":"II"})",
        R"({"system":"ann-arbor","value":"II","method":"Ann Arbor"})",
        R"({"system":"ann-arbor","value":"II","method":"FIGO"})",
        R"({"system":"ann-arbor","value":"between II and III","method":"Cotswolds"})"}) {
    EXPECT_TRUE(claims(only_stage(stage), "mcode-cancer-stage")) << stage;
  }
  EXPECT_EQ(only_stage(R"({"system":"lugano","value":"II"})")["method"]["text"], "Lugano");
}

TEST(CancerStage, PrognosticFactorsAreComponents) {
  const Mapped mapped =
      map_stage(R"({"system":"riss","value":"II","components":[{"what":"LDH","value":"normal"}]})");
  const Json component = mapped.only("Observation")["component"][0];
  EXPECT_EQ(component["code"]["text"], "LDH");
  EXPECT_EQ(component["valueCodeableConcept"]["text"], "normal");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(CancerStage, NotThisStageIsNotThisStage) {
  const Json observation = only_stage(R"({"system":"figo","value":"IV","state":"negative"})");
  EXPECT_FALSE(observation.contains("meta"));
  EXPECT_EQ(observation["valueString"], "not IV");
  EXPECT_FALSE(observation.contains("valueCodeableConcept"));
}

TEST(CancerStage, AMeasuredBreslowDepthIsAQuantityWithoutAClaim) {
  const Mapped mapped = map_stage(R"({"system":"breslow","value":"2.3 mm"})");
  const Json depth = mapped.only("Observation");
  EXPECT_EQ(first_code(depth["code"]), "106243009");
  EXPECT_EQ(depth["valueQuantity"], Json::parse(R"({"value":2.3,"unit":"mm",
      "system":"http://unitsofmeasure.org","code":"mm"})"));
  EXPECT_FALSE(depth.contains("meta")) << "CancerStage.value is a CodeableConcept";
  EXPECT_TRUE(mapped.unused.empty());
  EXPECT_NE(mapped.bytes.find("\"value\":2.3,"), std::string::npos);
}

TEST(CancerStage, AMeasuredDepthIsNoAssessmentOfItsTumorButItsSummary) {
  const Mapped measured = map_stage(R"({"system":"breslow","value":"2.3 mm"})");
  EXPECT_EQ(measured.only("Condition")["stage"],
            Json::parse(R"([{"summary":{"text":"Breslow depth 2.3 mm"}}])"));
  const Mapped coded = map_stage(R"({"system":"breslow","value":"0.76-1.75 mm"})");
  EXPECT_TRUE(coded.only("Condition")["stage"][0].contains("assessment"));
}

TEST(CancerStage, ABreslowDepthKeepsItsComparatorAndUnit) {
  const Json thick = only_stage(R"({"system":"breslow","value":"> 4.00 mm"})");
  EXPECT_EQ(thick["valueQuantity"]["comparator"], ">");
  EXPECT_EQ(only_stage(R"({"system":"breslow","value":"0.23 cm"})")["valueQuantity"]["code"], "cm");
}

TEST(CancerStage, WhatIsNoNumberWithAUnitOfLengthStaysWords) {
  for (const char* value : {"2.3", "about 2 mm", "2,3 mm", "1-2 mm", "2.3 mg", "-2 mm", "mm"}) {
    const Json depth = only_stage(R"({"system":"breslow","value":")" + std::string(value) + "\"}");
    EXPECT_FALSE(depth.contains("valueQuantity")) << value;
    EXPECT_EQ(depth["valueCodeableConcept"], Json({{"text", value}}));
    EXPECT_TRUE(claims(depth, "mcode-cancer-stage")) << value;
  }
  const Json rai = only_stage(R"({"system":"rai","value":"2.3 mm"})");
  EXPECT_FALSE(rai.contains("valueQuantity"));
}

TEST(CancerStage, ADeniedDepthIsNotThatDepthAndAnUnknownOneIsUnknown) {
  const Json denied = only_stage(R"({"system":"breslow","value":"2.3 mm","state":"negative"})");
  EXPECT_EQ(denied["valueString"], "not 2.3 mm");
  const Json unknown = only_stage(R"({"system":"breslow","state":"unknown"})");
  EXPECT_EQ(first_code(unknown["dataAbsentReason"]), "unknown");
}

TEST(CancerStage, NotStagedAndUnknownAreDifferent) {
  EXPECT_EQ(first_code(only_stage(R"({"system":"figo","state":"negative"})")["dataAbsentReason"]),
            "not-performed");
  EXPECT_EQ(first_code(only_stage(R"({"system":"figo","state":"unknown"})")["dataAbsentReason"]),
            "unknown");
}

}  // namespace
}  // namespace oncobridge::test
