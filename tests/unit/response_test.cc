// Response to treatment and disease status.
#include <gtest/gtest.h>

#include <set>

#include "converters/terms.h"
#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-cancer-disease-status";

Mapped response(std::string_view members) {
  return map_case(with_case(R"("primary_tumors":[{"id":"breast","diagnosis":"breast cancer"}],
    "responses":[{)" + std::string(members) +
                            "}]"));
}

TEST(Response, CoverageCountsAWordingThatStandsWithoutACode) {
  const auto uncoded = [](std::string_view members) {
    return map_case(with_case(R"("responses":[{)" + std::string(members) + "}]")).uncoded;
  };
  EXPECT_TRUE(uncoded(R"("kind":"recist","value":"PR")").empty());
  EXPECT_EQ(uncoded(R"("kind":"disease-status","value":"rather good")"),
            std::vector<std::string>{"responses[0].value"});
  EXPECT_EQ(uncoded(R"("kind":"recist","value":"PR","state":"unknown")"),
            std::vector<std::string>{"responses[0].value"})
      << "what is in question stands in a note";
}

TEST(Response, StableDiseaseIsCancerDiseaseStatus) {
  const Mapped mapped = response(
      R"("kind":"disease-status","value":"stable","when":"2021-05","evidence":"imaging",
         "condition":"breast")");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json status = mapped.only("Observation");
  EXPECT_TRUE(has_code(status["code"], "97509-4"));
  EXPECT_TRUE(has_code(status["valueCodeableConcept"], "359746009"));
  EXPECT_EQ(status["valueCodeableConcept"]["text"], "stable");
  EXPECT_EQ(status["effectiveDateTime"], "2021-05");
  EXPECT_EQ(status["focus"][0]["reference"], reference_to(mapped.only("Condition")));
  EXPECT_TRUE(has_code(
      extension(status, "mcode-cancer-disease-status-evidence-type")["valueCodeableConcept"],
      "363679005"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Response, DiseaseStatusInOtherWordsMakesNoClaimForItsValueSetIsClosed) {
  const Mapped mapped = response(R"("kind":"disease-status","value":"tumour-free so far")");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  EXPECT_EQ(mapped.only("Observation")["valueCodeableConcept"],
            Json::parse(R"({"text":"tumour-free so far"})"));
}

// mcode-condition-status-trend-max-vs, counted in the package: 9 codes, none of them RECIST's.
TEST(Response, TableOfDiseaseStatusIsTheMaxValueSet) {
  const Terms terms = Terms::load(embedded_term_tables()).value();
  std::set<std::string_view> codes;
  for (const Term& term : terms.all()) {
    if (term.field == TermField::disease_status) codes.insert(term.codings.front().code);
  }
  EXPECT_EQ(codes, (std::set<std::string_view>{"550991000124107", "551001000124108", "268910001",
                                               "359746009", "271299001", "709137006", "103338009",
                                               "103337004", "399409002"}));
}

TEST(Response, PeriodOfADiseaseStatusIsANoteForTheProfileHasOnlyADateTime) {
  const Mapped mapped =
      response(R"("kind":"disease-status","value":"stable","when":{"start":"2020","end":"2021"})");
  EXPECT_FALSE(mapped.only("Observation").contains("effectivePeriod"));
  EXPECT_TRUE(mapped.has_note(mapped.only("Observation"), "From: 2020"));
  EXPECT_EQ(mapped.of_profile(kProfile).size(), 1u);
}

TEST(Response, PartialResponseByRecistIsNotTheProgesteroneReceptor) {
  const Mapped mapped = response(R"("kind":"recist","value":"PR","criteria":"RECIST 1.1")");
  const Json observation = mapped.only("Observation");
  EXPECT_TRUE(has_code(observation["code"], "88040-1"));
  EXPECT_TRUE(has_code(observation["valueCodeableConcept"], "LA28369-9"));
  EXPECT_EQ(observation["valueCodeableConcept"]["text"], "PR");
  EXPECT_TRUE(has_code(observation["method"], "126081"));
  EXPECT_FALSE(claims_profile(observation));
}

TEST(Response, MillerPayneGradeIsNoHistologicGrade) {
  const Json observation =
      response(R"("kind":"miller-payne","value":"grade 3")").only("Observation");
  EXPECT_TRUE(has_code(observation["code"], "C63611"));
  EXPECT_TRUE(has_code(observation["valueCodeableConcept"], "1157339003"));
  EXPECT_FALSE(claims_profile(observation));
}

TEST(Response, OtherJudgementsStayInWords) {
  constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"pathologic", "Pathologic response to treatment"},
      {"metabolic", "Metabolic response to treatment"},
      {"clinical", "Clinical response to treatment"}};
  for (const auto& [kind, code] : kKinds) {
    const Json observation =
        response(R"("kind":")" + std::string(kind) + R"(","value":"PR")").only("Observation");
    EXPECT_EQ(observation["code"], Json({{"text", code}}));
    EXPECT_EQ(observation["valueCodeableConcept"], Json::parse(R"({"text":"PR"})"));
  }
}

TEST(Response, NoCompleteResponseSaysThatItIsAbsentAndNotWhatIsThere) {
  const Mapped mapped =
      response(R"("kind":"recist","value":"complete response","state":"negative")");
  const Json observation = mapped.only("Observation");
  EXPECT_FALSE(observation.contains("valueCodeableConcept"));
  EXPECT_TRUE(has_code(observation["component"][0]["code"], "LA28366-5"));
  EXPECT_TRUE(has_code(observation["component"][0]["valueCodeableConcept"], "2667000"));
}

TEST(Response, NegativeDiseaseStatusMakesNoClaim) {
  EXPECT_TRUE(response(R"("kind":"disease-status","value":"stable","state":"negative")")
                  .of_profile(kProfile)
                  .empty());
}

TEST(Response, NoResponseAtAllIsNegative) {
  const Json observation = response(R"("kind":"clinical","state":"negative")").only("Observation");
  EXPECT_TRUE(has_code(observation["valueCodeableConcept"], "260385009"));
}

TEST(Response, UnknownStatusHasTheReasonOfItsAbsence) {
  const Mapped mapped = response(R"("kind":"disease-status","state":"unknown","text":"Unknown")");
  const Json observation = mapped.only("Observation");
  EXPECT_TRUE(has_code(observation["dataAbsentReason"], "unknown"));
  EXPECT_FALSE(observation.contains("valueCodeableConcept"));
  EXPECT_TRUE(mapped.has_note(observation, "Unknown"));
}

TEST(Response, EvidenceWithoutACodeIsANoteForItsBindingIsRequired) {
  const Mapped mapped =
      response(R"("kind":"disease-status","value":"stable","evidence":"hearsay")");
  EXPECT_FALSE(mapped.only("Observation").contains("extension"));
  EXPECT_TRUE(mapped.has_note(mapped.only("Observation"), "Evidence: hearsay"));
}

TEST(Response, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("Observation").empty());
}

}  // namespace
}  // namespace oncobridge::test
