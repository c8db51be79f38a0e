// Findings of pathology reports, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

Mapped map_pathology(const std::string& members) {
  return map_case(with_case(R"("primary_tumors":[{"id":"tumor","diagnosis":"breast cancer"}],
    "specimens":[{"id":"s","type":"tumor"},{"id":"untyped","identifier":"B7"}],"pathology":[{)" +
                            members + "}]"));
}

Json worded(const Mapped& mapped, std::string_view code_text) {
  for (const Json& one : mapped.all("Observation")) {
    if (one["code"].contains("text") && one["code"]["text"] == code_text) return one;
  }
  ADD_FAILURE() << "no Observation of " << code_text;
  return Json::object();
}

TEST(Pathology, NotReportedFindingGivesNothing) {
  EXPECT_TRUE(map_case(with_case(R"("patient":{"gender":"female"})")).all("Observation").empty());
}

TEST(Pathology, HistologicTypeIsBehaviorAndType) {
  const Mapped mapped = map_pathology(
      R"("histology":"invasive ductal carcinoma","condition":"tumor","specimen":"s",
    "when":"2025-04")");
  Json type = mapped.only("Observation");
  EXPECT_EQ(type["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histologic-behavior-and-type");
  EXPECT_EQ(type["code"]["coding"][0]["code"], "31206-6");
  EXPECT_EQ(type["valueCodeableConcept"]["coding"][1]["code"], "8500/3");
  EXPECT_EQ(type["valueCodeableConcept"]["text"], "invasive ductal carcinoma");
  EXPECT_EQ(type["extension"][0]["url"],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition");
  EXPECT_EQ(type["effectivePeriod"]["start"], "2025-04");  // us-core-1
  EXPECT_TRUE(type.contains("specimen"));
}

TEST(Pathology, BehaviorWithTypeIsTheValueAndTheTypeAloneANote) {
  const Mapped mapped =
      map_pathology(R"("histology":"carcinoma","behavior":"non-small cell carcinoma")");
  Json type = mapped.only("Observation");
  EXPECT_EQ(type["valueCodeableConcept"]["coding"][0]["code"], "8046/3");
  EXPECT_TRUE(mapped.has_note(type, "Histologic type: carcinoma"));
}

TEST(Pathology, GradeThreeIsHighWithItsWordingAndSystem) {
  Json grade =
      map_pathology(R"("grade":"grade 3","grade_system":"Nottingham")").only("Observation");
  EXPECT_EQ(grade["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histologic-grade");
  EXPECT_EQ(grade["code"]["coding"][0]["code"], "C18000");
  EXPECT_EQ(grade["valueCodeableConcept"]["coding"][0]["code"], "1155707008");
  EXPECT_EQ(grade["valueCodeableConcept"]["text"], "grade 3");
  EXPECT_EQ(grade["method"]["coding"][0]["code"], "449205006");
}

TEST(Pathology, LowIntermediateAndHighAreTheThreeGrades) {
  const std::pair<const char*, const char*> grades[] = {
      {"low", "1155708003"}, {"intermediate", "1286893008"}, {"high", "1155707008"}};
  for (const auto& [word, code] : grades) {
    Json grade = map_pathology(std::string(R"("grade":")") + word + "\"").only("Observation");
    EXPECT_EQ(grade["valueCodeableConcept"]["coding"][0]["code"], code) << word;
  }
}

TEST(Pathology, NuclearGradeIsNotTheHistologicGrade) {
  const Mapped mapped = map_pathology(R"("nuclear_grade":"intermediate")");
  Json nuclear = mapped.only("Observation");
  EXPECT_TRUE(mapped.of_profile("mcode-histologic-grade").empty());
  EXPECT_FALSE(nuclear.contains("meta"));
  EXPECT_EQ(nuclear["code"], Json::parse(R"({"text":"Nuclear grade"})"));
  EXPECT_EQ(nuclear["valueString"], "intermediate");
}

TEST(Pathology, ThirteenOfThirteenNodesAreTwoCounts) {
  const Mapped mapped = map_pathology(
      R"("nodes_examined":13,"nodes_positive":13,"nodes_site":"axillary lymph nodes")");
  auto examined = mapped.coded("Observation", "21894-1");
  auto positive = mapped.coded("Observation", "21893-3");
  ASSERT_EQ(examined.size(), 1u);
  ASSERT_EQ(positive.size(), 1u);
  EXPECT_EQ(examined[0]["valueInteger"], 13);
  EXPECT_EQ(positive[0]["valueInteger"], 13);
  EXPECT_EQ(examined[0]["code"]["coding"][1]["code"], "444025001");
  EXPECT_EQ(positive[0]["code"]["coding"][1]["code"], "443527007");
  EXPECT_EQ(positive[0]["bodySite"]["coding"][0]["code"], "68171009");
  EXPECT_FALSE(positive[0].contains("meta"));
}

TEST(Pathology, NoPositiveNodeIsTheCountZero) {
  auto positive = map_pathology(R"("nodes_positive":0)").coded("Observation", "21893-3");
  ASSERT_EQ(positive.size(), 1u);
  EXPECT_EQ(positive[0]["valueInteger"], 0);
}

TEST(Pathology, MorePositiveThanExaminedNodesAreWrittenFlaggedAndSaidOnBoth) {
  const Mapped mapped = map_pathology(R"("nodes_examined":3,"nodes_positive":5)");
  const Json examined = mapped.coded("Observation", "21894-1").at(0);
  const Json positive = mapped.coded("Observation", "21893-3").at(0);
  EXPECT_EQ(examined["valueInteger"], 3);
  EXPECT_EQ(positive["valueInteger"], 5);
  EXPECT_TRUE(mapped.has_note(examined, "more lymph nodes are positive than examined"));
  EXPECT_TRUE(mapped.has_note(positive, "more lymph nodes are positive than examined"));
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "more-positive-than-examined pathology[0].nodes_positive");
}

TEST(Pathology, AllOrNoneOfTheExaminedNodesMayBePositive) {
  EXPECT_TRUE(map_pathology(R"("nodes_examined":3,"nodes_positive":3)").flags.empty());
  EXPECT_TRUE(map_pathology(R"("nodes_examined":0,"nodes_positive":0)").flags.empty());
}

TEST(Pathology, FindingsThatWereNotAssessedAreNoValues) {
  const Mapped mapped = map_pathology(
      R"("margins":"not assessed","lymphovascular_invasion":"not reported","grade":"unknown",
    "nuclear_grade":"pending","histology":"not available","report":"see below")");
  const Json margins = mapped.coded("Observation", "372249001").at(0);
  EXPECT_EQ(margins["dataAbsentReason"]["coding"][0]["code"], "not-performed");
  EXPECT_EQ(margins["dataAbsentReason"]["text"], "not assessed");
  EXPECT_FALSE(margins.contains("valueCodeableConcept"));
  EXPECT_EQ(worded(mapped, "Lymphovascular invasion")["dataAbsentReason"]["coding"][0]["code"],
            "unknown");
  const Json nuclear = worded(mapped, "Nuclear grade");
  EXPECT_EQ(nuclear["dataAbsentReason"]["coding"][0]["code"], "temp-unknown");
  EXPECT_FALSE(nuclear.contains("valueString"));
  // Grade, type and the panel that refers to them demand values.
  for (const Json& one : mapped.all("Observation")) EXPECT_FALSE(one.contains("meta"));
  EXPECT_EQ(mapped.unused.size(), 0u);
}

TEST(Pathology, NodesExaminedAreNotConcludedFromPositiveOnes) {
  EXPECT_TRUE(map_pathology(R"("nodes_positive":2)").coded("Observation", "21894-1").empty());
}

TEST(Pathology, UninvolvedMarginsAreAValue) {
  auto margins = map_pathology(R"("margins":"uninvolved by invasive carcinoma")")
                     .coded("Observation", "372249001");
  ASSERT_EQ(margins.size(), 1u);
  EXPECT_EQ(margins[0]["valueCodeableConcept"]["coding"][0]["code"], "LA27151-2");
}

TEST(Pathology, ClearMarginsDoNotSayOfWhichComponent) {
  auto margins = map_pathology(R"("margins":"clear")").coded("Observation", "372249001");
  ASSERT_EQ(margins.size(), 1u);
  EXPECT_FALSE(margins[0]["valueCodeableConcept"].contains("coding"));
  EXPECT_EQ(margins[0]["valueCodeableConcept"]["text"], "clear");
}

TEST(Pathology, AbsentLymphovascularInvasionIsAValue) {
  Json invasion =
      worded(map_pathology(R"("lymphovascular_invasion":"absent")"), "Lymphovascular invasion");
  EXPECT_EQ(invasion["valueCodeableConcept"]["coding"][0]["code"], "LA9634-2");
}

TEST(Pathology, ReportHoldsTypeAndGradeTogether) {
  const Mapped mapped = map_pathology(
      R"("histology":"invasive ductal carcinoma","grade":"grade 3","report":"grade 3 IDC")");
  auto panels = mapped.of_profile("mcode-tumor-morphology");
  ASSERT_EQ(panels.size(), 1u);
  EXPECT_EQ(panels[0]["code"]["coding"][0]["code"], "77753-2");
  EXPECT_EQ(panels[0]["valueString"], "grade 3 IDC");
  ASSERT_EQ(panels[0]["hasMember"].size(), 2u);
  EXPECT_EQ(
      panels[0]["hasMember"][0]["reference"],
      "Observation/" +
          mapped.of_profile("mcode-histologic-behavior-and-type")[0]["id"].get<std::string>());
  EXPECT_EQ(
      panels[0]["hasMember"][1]["reference"],
      "Observation/" + mapped.of_profile("mcode-histologic-grade")[0]["id"].get<std::string>());
}

TEST(Pathology, GradeThatIsAddedMovesNoId) {
  const auto type_id = [](const Mapped& mapped) {
    return mapped.of_profile("mcode-histologic-behavior-and-type")[0]["id"];
  };
  EXPECT_EQ(type_id(map_pathology(R"("histology":"carcinoma")")),
            type_id(map_pathology(R"("histology":"carcinoma","grade":"high","nodes_positive":1)")));
}

TEST(Pathology, NodeCountsAloneAreNoMorphologyReport) {
  EXPECT_TRUE(map_pathology(R"("nodes_positive":2,"margins":"clear")")
                  .of_profile("mcode-tumor-morphology")
                  .empty());
}

TEST(Pathology, FindingInWordsOnlyIsAReportWithANote) {
  const Mapped mapped = map_pathology(R"("text":"chronic inflammation")");
  Json report = mapped.only("Observation");
  EXPECT_EQ(report["code"]["coding"][0]["code"], "77753-2");
  EXPECT_TRUE(mapped.has_note(report, "chronic inflammation"));
}

TEST(Pathology, NoCarcinomaFoundIsNegativeAndNeverACarcinoma) {
  const Mapped mapped =
      map_pathology(R"("state":"negative","histology":"invasive ductal carcinoma")");
  Json finding = mapped.only("Observation");
  EXPECT_FALSE(finding.contains("meta"));
  EXPECT_EQ(finding["valueCodeableConcept"]["coding"][0]["code"], "260385009");
  EXPECT_TRUE(mapped.has_note(finding, "Histologic type looked for: invasive ductal carcinoma"));
}

TEST(Pathology, UnknownFindingSaysSo) {
  Json finding = map_pathology(R"("state":"unknown","specimen":"s")").only("Observation");
  EXPECT_FALSE(finding.contains("meta"));
  EXPECT_EQ(finding["dataAbsentReason"]["coding"][0]["code"], "unknown");
}

TEST(Pathology, SpecimenWithoutATypeTakesTheClaimAway) {
  EXPECT_FALSE(map_pathology(R"("histology":"carcinoma","specimen":"untyped")")
                   .only("Observation")
                   .contains("meta"));
}

TEST(Pathology, ExampleRecordsLeaveNothingUnused) {
  for (const char* name :
       {"mcode-histologic-behavior-and-type", "mcode-histologic-grade", "mcode-tumor-morphology"}) {
    const Mapped mapped = map_file("examples/mcode_profiles/" + std::string(name) + ".json");
    EXPECT_FALSE(mapped.of_profile(name).empty()) << name;
    for (const std::string& path : mapped.unused) EXPECT_EQ(path, "title") << name;
  }
}

}  // namespace
}  // namespace oncobridge::test
