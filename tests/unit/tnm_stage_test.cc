// TNM stages, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kT = "mcode-tnm-primary-tumor-category";
constexpr std::string_view kN = "mcode-tnm-regional-nodes-category";
constexpr std::string_view kM = "mcode-tnm-distant-metastases-category";
constexpr std::string_view kGroup = "mcode-tnm-stage-group";

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_stage(const std::string& stage,
                 const std::string& tumors = R"({"id":"p","diagnosis":"breast cancer"})") {
  return map_case(with_case(R"("patient":{"gender":"female"})" + list("primary_tumors", tumors) +
                            list("stages", stage)));
}

std::string first_code(const Json& concept_value) {
  return concept_value.contains("coding") ? concept_value["coding"][0]["code"].get<std::string>()
                                          : "none";
}

// "type value" of the only Observation of the profile; "none" if there is none.
std::string shown(const Mapped& mapped, std::string_view profile) {
  const auto found = mapped.of_profile(profile);
  if (found.size() != 1) return found.empty() ? "none" : "several";
  return first_code(found[0]["code"]) + " " + first_code(found[0]["valueCodeableConcept"]);
}

std::string tnm_of(const std::string& stage, std::string_view profile) {
  return shown(map_stage(stage), profile);
}

TEST(TnmStage, NotReportedGivesNothing) { EXPECT_TRUE(map_stage("").all("Observation").empty()); }

TEST(TnmStage, OneStringBecomesThreeClinicalCategories) {
  const Mapped mapped =
      map_stage(R"({"kind":"clinical","tnm":"cT4bN3M0","edition":"AJCC 8th edition",
      "when":"2019-10","primary":"p"})");
  EXPECT_EQ(shown(mapped, kT), "399504009 1228946001");
  EXPECT_EQ(shown(mapped, kN), "399534004 1229984001");
  EXPECT_EQ(shown(mapped, kM), "399387003 1229901006");
  const Json t = mapped.of_profile(kT)[0];
  EXPECT_EQ(t["valueCodeableConcept"]["text"], "cT4b");
  EXPECT_EQ(first_code(t["method"]), "897275008");
  EXPECT_EQ(t["effectiveDateTime"], "2019-10");
  EXPECT_EQ(t["focus"][0]["reference"],
            "Condition/" + mapped.only("Condition")["id"].get<std::string>());
  EXPECT_TRUE(mapped.has_note(t, "TNM as stated: cT4bN3M0"));
  EXPECT_TRUE(mapped.unused.empty());
  EXPECT_TRUE(mapped.flags.empty());
}

TEST(TnmStage, AStageGroupIsNeverComputed) {
  EXPECT_EQ(tnm_of(R"({"tnm":"cT4bN3M0","edition":"8"})", kGroup), "none");
}

TEST(TnmStage, AStatedGroupHasItsCategoriesAsMembers) {
  const Mapped mapped =
      map_stage(R"({"kind":"clinical","tnm":"cT2N0M0","group":"IIA","edition":"8"})");
  EXPECT_EQ(shown(mapped, kGroup), "399537006 1222766008");
  const Json group = mapped.of_profile(kGroup)[0];
  ASSERT_EQ(group["hasMember"].size(), 3u);
  const std::string_view profiles[] = {kT, kN, kM};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(group["hasMember"][i]["reference"],
              "Observation/" + mapped.of_profile(profiles[i])[0]["id"].get<std::string>());
  }
  EXPECT_EQ(group["focus"].size(), 1u);
}

TEST(TnmStage, AGroupInTheTnmStringIsTheStatedGroup) {
  const Mapped mapped = map_stage(R"x({"kind":"clinical","tnm":"cT2N0M0 (stage IIA)"})x");
  EXPECT_EQ(shown(mapped, kGroup), "399537006 1222766008");
  EXPECT_EQ(shown(mapped, kN), "399534004 1229967007");
  EXPECT_TRUE(mapped.flags.empty());
  EXPECT_TRUE(mapped.unused.empty());
  const Mapped both = map_stage(R"({"tnm":"cT2N1M0, stage IIB","group":"IIA"})");
  EXPECT_EQ(shown(both, kGroup), "399537006 1222766008");
  EXPECT_EQ(both.flags, std::vector<std::string>{"tnm-contradicts-itself stages[0].group"});
  EXPECT_TRUE(map_stage(R"({"tnm":"cT2N1M0, stage IIB","group":"IIB"})").flags.empty());
}

TEST(TnmStage, AGroupWithoutATumorToFocusOnClaimsNothing) {
  const Mapped mapped = map_stage(R"({"kind":"clinical","group":"IIA","edition":"8"})", "");
  const Json group = mapped.only("Observation");
  EXPECT_FALSE(group.contains("meta"));
  EXPECT_EQ(first_code(group["valueCodeableConcept"]), "1222766008");
  const Mapped two =
      map_stage(R"({"kind":"clinical","group":"IIA"})",
                R"({"id":"a","diagnosis":"breast cancer"},{"id":"b","diagnosis":"lung cancer"})");
  EXPECT_TRUE(two.of_profile(kGroup).empty());
}

TEST(TnmStage, AGroupThatTheTableLacksIsItsAjccCode) {
  const Mapped mapped = map_stage(R"({"kind":"pathologic","group":"IIIC1"})");
  const Json group = mapped.of_profile(kGroup).at(0);
  EXPECT_EQ(first_code(group["code"]), "399588009");
  EXPECT_EQ(group["valueCodeableConcept"]["coding"][0]["system"], "http://cancerstaging.org");
  EXPECT_EQ(group["valueCodeableConcept"]["coding"][0]["code"], "IIIC1");
}

TEST(TnmStage, AGroupInOtherWordsIsNoCode) {
  const Mapped mapped = map_stage(R"({"kind":"pathologic","group":"early stage"})");
  const Json group = mapped.only("Observation");
  EXPECT_FALSE(group.contains("meta"));
  EXPECT_FALSE(group["valueCodeableConcept"].contains("coding"));
  EXPECT_EQ(group["valueCodeableConcept"]["text"], "early stage");
}

TEST(TnmStage, PathologicCategories) {
  const Mapped mapped = map_stage(R"({"tnm":"pT1c pN1mi cM0"})");
  EXPECT_EQ(shown(mapped, kT), "384625004 1229846008");
  EXPECT_EQ(shown(mapped, kN), "371494008 1229952008");
  EXPECT_EQ(shown(mapped, kM), "399387003 1229901006");
}

TEST(TnmStage, ThereIsNoPathologicM0) {
  const Mapped mapped = map_stage(R"({"tnm":"pT2N1M0"})");
  EXPECT_EQ(shown(mapped, kM), "399387003 1229901006");
  EXPECT_TRUE(
      mapped.has_note(mapped.of_profile(kM)[0], "M0 without a prefix of its own is coded cM0"));
  EXPECT_EQ(shown(map_stage(R"({"tnm":"ypT2N1M0"})"), kM), "399387003 1229901006");
  EXPECT_EQ(shown(map_stage(R"({"tnm":"pT2N1M1"})"), kM), "371497001 1229916009");
}

TEST(TnmStage, AfterTherapyPathologicHasItsOwnValues) {
  const Mapped mapped = map_stage(R"({"kind":"post-therapy-pathologic","tnm":"ypT1N0"})");
  EXPECT_EQ(shown(mapped, kT), "384625004 1228869002");
  EXPECT_EQ(shown(mapped, kN), "371494008 1229878000");
  EXPECT_TRUE(mapped.flags.empty());
}

TEST(TnmStage, AfterTherapyClinicalIsClinicalAndOnlyAjccHasACode) {
  const Mapped mapped = map_stage(R"({"kind":"post-therapy-clinical","tnm":"ycT4bN3M0"})");
  EXPECT_EQ(shown(mapped, kT), "399504009 ycT4b");
  EXPECT_EQ(shown(mapped, kN), "399534004 ycN3");
  EXPECT_EQ(mapped.of_profile(kT)[0]["valueCodeableConcept"]["coding"][0]["system"],
            "http://cancerstaging.org");
  EXPECT_TRUE(mapped.has_note(mapped.of_profile(kT)[0], "Kind of stage: clinical after therapy"));
}

TEST(TnmStage, AtRecurrenceAndAutopsyTheTypeIsNeitherClinicalNorPathologic) {
  EXPECT_EQ(tnm_of(R"({"tnm":"rT2N0M0"})", kT), "78873005 rT2");
  EXPECT_EQ(tnm_of(R"({"tnm":"rpT2 rpN0"})", kN), "277206009 rpN0");
  EXPECT_EQ(tnm_of(R"({"kind":"autopsy","tnm":"aT3 aN1 aM1"})", kM), "277208005 aM1");
}

TEST(TnmStage, WithoutAPrefixTheKindDecidesAndWithoutBothNothingIsGuessed) {
  EXPECT_EQ(tnm_of(R"({"kind":"pathologic","tnm":"T2N0"})", kT), "384625004 1229852009");
  EXPECT_EQ(tnm_of(R"({"kind":"clinical","t":"T2"})", kT), "399504009 1228929004");
  EXPECT_EQ(tnm_of(R"({"tnm":"T2N0"})", kT), "78873005 T2");
}

TEST(TnmStage, DescriptorsStayInTheWordsAndDoNotChangeTheCode) {
  const Mapped mapped = map_stage(R"x({"tnm":"pT2(m) pN0(sn)"})x");
  EXPECT_EQ(shown(mapped, kT), "384625004 1229852009");
  EXPECT_EQ(mapped.of_profile(kT)[0]["valueCodeableConcept"]["text"], "pT2(m)");
  EXPECT_EQ(shown(mapped, kN), "371494008 1229947003");
  EXPECT_EQ(mapped.of_profile(kN)[0]["valueCodeableConcept"]["text"], "pN0(sn)");
}

TEST(TnmStage, IsolatedTumorCellsAreACategoryOfTheirOwn) {
  EXPECT_EQ(tnm_of(R"x({"tnm":"pN0(i+)"})x", kN), "371494008 1229949000");
  EXPECT_EQ(tnm_of(R"x({"tnm":"pN0(mol+)"})x", kN), "371494008 pN0(mol+)");
  EXPECT_EQ(tnm_of(R"x({"tnm":"cM0(i+)"})x", kM), "399387003 1229902004");
  EXPECT_EQ(tnm_of(R"x({"tnm":"pTis(DCIS)"})x", kT), "384625004 1228954004");
}

TEST(TnmStage, CategoriesGivenOneByOne) {
  const Mapped mapped = map_stage(R"({"t":"ct3","n":"N1","m":"M0","edition":"7th edition"})");
  EXPECT_EQ(shown(mapped, kT), "399504009 1228938002");
  EXPECT_EQ(shown(mapped, kN), "399534004 1229973008");
  EXPECT_EQ(shown(mapped, kM), "399387003 1229901006");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(TnmStage, AnEditionThatIsNotStatedIsSaidToBeUnknown) {
  const Json method = map_stage(R"({"tnm":"cT2"})").of_profile(kT).at(0)["method"];
  EXPECT_EQ(method["text"], "not stated");
  EXPECT_EQ(method["extension"][0]["valueCode"], "unknown");
  EXPECT_FALSE(method.contains("coding"));
}

TEST(TnmStage, APathologicalStageWithTheClinicalPrefixIsKeptAndFlagged) {
  const Mapped mapped =
      map_stage(R"({"kind":"post-therapy-clinical","stated_as":"postoperative pathological stage",
      "tnm":"ycT4bN3M0"})");
  EXPECT_EQ(shown(mapped, kT), "399504009 ycT4b");
  EXPECT_EQ(mapped.flags, std::vector<std::string>{"contradictory-prefix stages[0].tnm"});
  const Json t = mapped.of_profile(kT)[0];
  EXPECT_TRUE(mapped.has_note(t, "Named in the source: postoperative pathological stage"));
  EXPECT_TRUE(mapped.has_note(t, "The prefix contradicts"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(TnmStage, AKindThatThePrefixContradictsIsFlagged) {
  EXPECT_EQ(map_stage(R"({"kind":"pathologic","tnm":"cT2"})").flags.size(), 1u);
  EXPECT_EQ(map_stage(R"({"kind":"post-therapy-pathologic","t":"pT2"})").flags,
            std::vector<std::string>{"contradictory-prefix stages[0].t"});
  EXPECT_TRUE(map_stage(R"({"kind":"pathologic","tnm":"ypT2"})").flags.empty());
  EXPECT_TRUE(map_stage(R"({"stated_as":"clinicopathological stage","tnm":"pT2"})").flags.empty());
}

TEST(TnmStage, BesideAContradictingPrefixABareCategoryBelongsToNeither) {
  const Mapped mapped =
      map_stage(R"({"kind":"clinical","t":"pT2","n":"N0","m":"M0","group":"IIA"})");
  EXPECT_EQ(shown(mapped, kT), "384625004 1229852009");
  EXPECT_EQ(shown(mapped, kN), "277206009 N0");
  EXPECT_EQ(shown(mapped, kM), "277208005 M0");
  EXPECT_EQ(first_code(mapped.of_profile(kGroup).at(0)["code"]), "399390009");
  EXPECT_EQ(mapped.flags, std::vector<std::string>{"contradictory-prefix stages[0].t"});
}

TEST(TnmStage, MxOfOlderEditionsStaysWords) {
  const Mapped mapped = map_stage(R"({"kind":"pathologic","tnm":"pTXN0MX","group":"I"})");
  EXPECT_EQ(shown(mapped, kN), "371494008 1229947003");
  EXPECT_TRUE(mapped.of_profile(kM).empty());
  const Json m = mapped.coded("Observation", "277208005").at(0);
  EXPECT_FALSE(m["valueCodeableConcept"].contains("coding"));
  EXPECT_EQ(m["valueCodeableConcept"]["text"], "MX");
  EXPECT_EQ(mapped.of_profile(kGroup).at(0)["hasMember"].size(), 2u);
}

TEST(TnmStage, WhatIsNotTnmStaysWordsAndIsFlagged) {
  const Mapped mapped = map_stage(R"({"kind":"clinical","tnm":"T2 or T3"})");
  const Json observation = mapped.only("Observation");
  EXPECT_FALSE(observation.contains("meta"));
  EXPECT_EQ(observation["valueString"], "T2 or T3");
  EXPECT_EQ(mapped.flags, std::vector<std::string>{"tnm-not-readable stages[0].tnm"});
  EXPECT_EQ(map_stage(R"({"tnm":"pT2N1cM0"})").flags,
            std::vector<std::string>{"tnm-ambiguous stages[0].tnm"});
  EXPECT_EQ(map_stage(R"({"t":"N1"})").flags,
            std::vector<std::string>{"tnm-not-readable stages[0].t"});
}

TEST(TnmStage, FurtherFactorsStandInTheNoteAndAreFlagged) {
  const Mapped mapped = map_stage(R"({"tnm":"pT2 pN0 G2 R0"})");
  EXPECT_EQ(shown(mapped, kT), "384625004 1229852009");
  EXPECT_TRUE(mapped.has_note(mapped.of_profile(kT)[0], "pT2 pN0 G2 R0"));
  EXPECT_EQ(mapped.flags, std::vector<std::string>{"tnm-uncoded-part stages[0].tnm"});
}

TEST(TnmStage, ACategoryThatContradictsTheStringIsFlagged) {
  const Mapped mapped = map_stage(R"({"tnm":"cT2N0M0","t":"cT3"})");
  EXPECT_EQ(shown(mapped, kT), "399504009 1228938002");
  EXPECT_EQ(mapped.flags, std::vector<std::string>{"tnm-contradicts-itself stages[0].t"});
  EXPECT_TRUE(map_stage(R"({"tnm":"cT2N0M0","t":"T2"})").flags.empty());
}

TEST(TnmStage, NotThisStageNotStagedAndUnknownAreThreeThings) {
  const Json denied =
      map_stage(R"({"kind":"clinical","group":"IV","state":"negative"})").only("Observation");
  EXPECT_FALSE(denied.contains("meta"));
  EXPECT_EQ(denied["valueString"], "not IV");
  const Json not_staged =
      map_stage(R"({"kind":"clinical","state":"negative"})").only("Observation");
  EXPECT_EQ(first_code(not_staged["dataAbsentReason"]), "not-performed");
  const Json unknown = map_stage(R"({"kind":"clinical","state":"unknown"})").only("Observation");
  EXPECT_EQ(first_code(unknown["dataAbsentReason"]), "unknown");
  EXPECT_EQ(first_code(unknown["code"]), "399537006");
}

TEST(TnmStage, AStageOfWhichOnlyTheNameIsGivenKeepsTheName) {
  const Json observation =
      map_stage(R"({"kind":"clinical","stated_as":"advanced stage"})").only("Observation");
  EXPECT_FALSE(observation.contains("meta"));
  EXPECT_EQ(observation["valueString"], "advanced stage");
}

TEST(TnmStage, TheNotesOfAFactStandOnce) {
  const std::string bytes = map_stage(R"({"tnm":"cT2N0M0","note":"a remark"})").bytes;
  EXPECT_NE(bytes.find("a remark"), std::string::npos);
  EXPECT_EQ(bytes.find("a remark"), bytes.rfind("a remark"));
}

}  // namespace
}  // namespace oncobridge::test
