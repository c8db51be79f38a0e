// Primary tumours, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-primary-cancer-condition";
constexpr std::string_view kHistology =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior";
constexpr std::string_view kAsserted =
    "http://hl7.org/fhir/StructureDefinition/condition-assertedDate";

Mapped map_tumors(const std::string& tumors, const std::string& more = "") {
  return map_case(with_case("\"primary_tumors\":[" + tumors + "]" + more));
}

Json only_condition(const std::string& tumor) { return map_tumors(tumor).only("Condition"); }

bool claims(const Json& resource) { return resource.contains("meta"); }

std::vector<std::string> codes(const Json& concept_value) {
  std::vector<std::string> found;
  if (!concept_value.contains("coding")) return found;
  for (const Json& coding : concept_value["coding"]) found.push_back(coding["code"]);
  return found;
}

const Json* extension(const Json& element, std::string_view url) {
  if (!element.contains("extension")) return nullptr;
  for (const Json& one : element["extension"]) {
    if (one["url"] == url) return &one;
  }
  return nullptr;
}

TEST(PrimaryTumor, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(with_case(R"("patient":{"gender":"female"})")).all("Condition").empty());
}

TEST(PrimaryTumor, InvasiveDuctalCarcinomaOfTheRightBreast) {
  const Mapped mapped = map_tumors(R"({"diagnosis":"IDC","histology":"IDC",
      "site":{"site":"breast","laterality":"right","text":"2 o'clock, right breast"},
      "onset":"2019-05","asserted":"2019-10","clinical_status":"active","verification":"confirmed",
      "subtype":"Luminal HER2-negative","evidence":"histology"})");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json condition = mapped.only("Condition");
  EXPECT_EQ(codes(condition["code"]), std::vector<std::string>{"408643008"});
  EXPECT_EQ(condition["code"]["text"], "IDC");
  EXPECT_EQ(condition["category"][0]["coding"][0]["code"], "problem-list-item");
  EXPECT_EQ(codes(condition["clinicalStatus"]), std::vector<std::string>{"active"});
  EXPECT_EQ(codes(condition["verificationStatus"]), std::vector<std::string>{"confirmed"});
  EXPECT_EQ(condition["onsetDateTime"], "2019-05");
  ASSERT_NE(extension(condition, kAsserted), nullptr);
  EXPECT_EQ((*extension(condition, kAsserted))["valueDateTime"], "2019-10");
  ASSERT_NE(extension(condition, kHistology), nullptr);
  EXPECT_EQ(codes((*extension(condition, kHistology))["valueCodeableConcept"]),
            (std::vector<std::string>{"82711006", "8500/3"}));
  EXPECT_EQ(condition["bodySite"][0]["text"], "2 o'clock, right breast");
  EXPECT_EQ(condition["bodySite"][0]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"],
            "24028007");
  EXPECT_EQ(condition["evidence"][0]["code"][0]["coding"][0]["code"], "252416005");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(PrimaryTumor, LuminalIsAStatementAndNotThreeReceptorResults) {
  const Mapped mapped = map_tumors(R"({"diagnosis":"IDC","subtype":"Luminal HER2-negative"})");
  const Json subtype = mapped.only("Observation");
  EXPECT_EQ(subtype["code"]["text"], "Surrogate subtype of the primary tumor");
  EXPECT_EQ(subtype["valueCodeableConcept"]["text"], "Luminal HER2-negative");
  EXPECT_FALSE(subtype["valueCodeableConcept"].contains("coding"));
}

TEST(PrimaryTumor, BilateralTumorsAreTwoConditions) {
  const Mapped mapped = map_tumors(
      R"({"diagnosis":"breast cancer","site":{"site":"breast","laterality":"left"}},
         {"diagnosis":"breast cancer","site":{"site":"breast","laterality":"right"}})");
  const auto found = mapped.of_profile(kProfile);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[0]["id"], found[1]["id"]);
  EXPECT_EQ(found[0]["bodySite"][0]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"],
            "7771000");
  EXPECT_EQ(found[1]["bodySite"][0]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"],
            "24028007");
}

TEST(PrimaryTumor, OccultBreastCancerIsABreastConditionWithANote) {
  const Mapped mapped = map_tumors(
      R"({"diagnosis":"Occult breast carcinoma","site":{"site":"breast"},"occult":true})");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json condition = mapped.only("Condition");
  EXPECT_EQ(codes(condition["code"]), std::vector<std::string>{"254837009"});
  EXPECT_EQ(condition["code"]["text"], "Occult breast carcinoma");
  EXPECT_FALSE(condition["bodySite"][0].contains("extension"));
  EXPECT_TRUE(mapped.has_note(condition, "Occult: the primary tumor was not found"));
}

TEST(PrimaryTumor, TheIcd10CmCodeIsAFurtherCodingOfTheDiagnosis) {
  const Json condition = only_condition(R"({"diagnosis":"breast cancer",
      "icd10cm":{"text":"C50.911","code":"C50.911",
                 "system":"http://hl7.org/fhir/sid/icd-10-cm"}})");
  EXPECT_EQ(codes(condition["code"]), (std::vector<std::string>{"254837009", "C50.911"}));
  EXPECT_EQ(condition["code"]["text"], "breast cancer");
}

TEST(PrimaryTumor, AnIcd10CmCodeThatTheDiagnosisHasAlreadyIsNotRepeated) {
  const Json condition = only_condition(R"({"diagnosis":"hepatocellular carcinoma",
      "icd10cm":{"text":"C22.0","code":"C22.0","system":"http://hl7.org/fhir/sid/icd-10-cm"}})");
  EXPECT_EQ(codes(condition["code"]), (std::vector<std::string>{"109841003", "C22.0"}));
}

TEST(PrimaryTumor, AnIcd10CmCodeOfAnyPrimaryCancerIsReadAlsoAsAWord) {
  const Json condition = only_condition(R"({"diagnosis":"prostate cancer","icd10cm":"C61"})");
  EXPECT_EQ(codes(condition["code"]), (std::vector<std::string>{"399068003", "C61"}));
  const Json coded = only_condition(R"({"diagnosis":"tumour of the left tonsil",
      "icd10cm":{"code":"C09.9","system":"http://hl7.org/fhir/sid/icd-10-cm"}})");
  EXPECT_EQ(codes(coded["code"]), std::vector<std::string>{"C09.9"});
  EXPECT_EQ(coded["code"]["text"], "tumour of the left tonsil");
}

TEST(PrimaryTumor, WhereOnlyTheIcd10CmCodeIsKnownTheHistologyIsANoteToo) {
  const Mapped mapped = map_tumors(R"({"diagnosis":"tumour of the left tonsil","icd10cm":"C09.9",
      "histology":"squamous cell carcinoma"})");
  const Json condition = mapped.only("Condition");
  EXPECT_EQ(extension(condition, kHistology), nullptr);
  EXPECT_TRUE(mapped.has_note(condition, "Histology: squamous cell carcinoma"));
}

TEST(PrimaryTumor, WithIcd10CmAloneTheHistologyIsANoteAndNotAnExtension) {
  const Mapped mapped = map_tumors(
      R"({"diagnosis":"intrahepatic cholangiocarcinoma","histology":"cholangiocarcinoma"})");
  const Json condition = mapped.only("Condition");
  EXPECT_EQ(codes(condition["code"]), std::vector<std::string>{"C22.1"});
  EXPECT_EQ(extension(condition, kHistology), nullptr);
  EXPECT_TRUE(mapped.has_note(condition, "Histology: cholangiocarcinoma"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(PrimaryTumor, AnAgeIsAnOnsetAgeAndNeverABirthDate) {
  const Mapped mapped =
      map_tumors(R"({"diagnosis":"breast cancer","onset":{"age":{"value":45,"unit":"a"}}})");
  EXPECT_EQ(mapped.only("Condition")["onsetAge"]["value"], 45);
  EXPECT_FALSE(mapped.only("Patient").contains("birthDate"));
}

TEST(PrimaryTumor, ARelativeTimeStaysWords) {
  const Json condition =
      only_condition(R"({"diagnosis":"liver cancer","onset":{"text":"almost 10 years before"}})");
  EXPECT_EQ(condition["onsetString"], "almost 10 years before");
}

TEST(PrimaryTumor, AStatusThatIsNotStatedIsNotMadeUp) {
  const Json condition = only_condition(R"({"diagnosis":"breast cancer"})");
  EXPECT_TRUE(claims(condition));
  EXPECT_FALSE(condition.contains("clinicalStatus"));
  EXPECT_FALSE(condition.contains("verificationStatus"));
}

TEST(PrimaryTumor, AnEndNeedsAStatusThatHasEnded) {
  const Json ended = only_condition(
      R"({"diagnosis":"breast cancer","clinical_status":"remission","abatement":"2021"})");
  EXPECT_EQ(ended["abatementDateTime"], "2021");
  const Mapped mapped =
      map_tumors(R"({"diagnosis":"breast cancer","clinical_status":"active","abatement":"2021"})");
  const Json active = mapped.only("Condition");
  EXPECT_FALSE(active.contains("abatementDateTime"));  // con-4
  EXPECT_TRUE(mapped.has_note(active, "Ended: 2021"));
}

TEST(PrimaryTumor, EvidenceWithoutACodeIsANote) {
  const Mapped mapped =
      map_tumors(R"({"diagnosis":"breast cancer","evidence":["CT","thermography"]})");
  const Json condition = mapped.only("Condition");
  ASSERT_EQ(condition["evidence"].size(), 1u);
  EXPECT_TRUE(mapped.has_note(condition, "Evidence: thermography"));
}

TEST(PrimaryTumor, ARefutedTumorClaimsNoCancer) {
  const Json condition = only_condition(R"({"diagnosis":"breast cancer","state":"negative"})");
  EXPECT_FALSE(claims(condition));
  EXPECT_EQ(codes(condition["verificationStatus"]), std::vector<std::string>{"refuted"});
  EXPECT_FALSE(condition.contains("category"));
  EXPECT_FALSE(condition.contains("clinicalStatus"));
}

TEST(PrimaryTumor, ANegativeThatIsCalledConfirmedIsFlagged) {
  const Mapped mapped =
      map_tumors(R"({"diagnosis":"breast cancer","state":"negative","verification":"confirmed"})");
  EXPECT_EQ(codes(mapped.only("Condition")["verificationStatus"]),
            std::vector<std::string>{"refuted"});
  EXPECT_EQ(mapped.flags, std::vector<std::string>{
                              "negative-with-other-verification primary_tumors[0].verification"});
}

TEST(PrimaryTumor, AnUnknownTumorIsAQuestionWithoutAnAnswer) {
  const Mapped mapped = map_tumors(R"({"diagnosis":"breast cancer","state":"unknown"})");
  EXPECT_TRUE(mapped.all("Condition").empty());
  const Json observation = mapped.only("Observation");
  EXPECT_FALSE(claims(observation));
  EXPECT_EQ(observation["dataAbsentReason"]["coding"][0]["code"], "unknown");
}

TEST(PrimaryTumor, AStageGroupIsReferredToAndATnmStringIsASummary) {
  const Mapped mapped = map_tumors(R"({"id":"t","diagnosis":"breast cancer"})",
                                   R"(,"stages":[{"kind":"clinical","tnm":"cT2N0M0","group":"IIA"},
                                                 {"kind":"pathologic","tnm":"pT1cN0"},
                                                 {"kind":"pathologic","t":"ypT1","n":"ypN0"}])");
  const Json condition = mapped.only("Condition");
  ASSERT_EQ(condition["stage"].size(), 3u);
  const auto groups = mapped.of_profile("mcode-tnm-stage-group");
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(condition["stage"][0]["assessment"][0]["reference"],
            "Observation/" + groups[0]["id"].get<std::string>());
  EXPECT_EQ(condition["stage"][1]["summary"]["text"], "pT1cN0");
  EXPECT_EQ(condition["stage"][2]["summary"]["text"], "ypT1 ypN0");
}

TEST(PrimaryTumor, AStageBelongsToTheTumorItNames) {
  const Mapped mapped = map_tumors(
      R"({"id":"left","diagnosis":"breast cancer","site":{"site":"breast","laterality":"left"}},
         {"id":"right","diagnosis":"breast cancer","site":{"site":"breast","laterality":"right"}})",
      R"(,"stages":[{"tnm":"cT1N0M0","primary":"right"},{"tnm":"cT3"}])");
  const auto conditions = mapped.all("Condition");
  ASSERT_EQ(conditions.size(), 2u);
  EXPECT_FALSE(conditions[0].contains("stage"));
  ASSERT_EQ(conditions[1]["stage"].size(), 1u);
  EXPECT_EQ(conditions[1]["stage"][0]["summary"]["text"], "cT1N0M0");
}

TEST(PrimaryTumor, AnUnknownStageIsNotReferredTo) {
  const Mapped mapped = map_tumors(R"({"diagnosis":"breast cancer"})",
                                   R"(,"stages":[{"kind":"clinical","state":"unknown"}])");
  EXPECT_FALSE(mapped.only("Condition").contains("stage"));
}

TEST(PrimaryTumor, OtherStagesAreReferredTo) {
  const Mapped mapped = map_tumors(R"({"diagnosis":"cervical cancer"})",
                                   R"(,"other_stages":[{"system":"figo","value":"IB2"}])");
  EXPECT_EQ(mapped.only("Condition")["stage"][0]["assessment"][0]["reference"],
            "Observation/" + mapped.only("Observation")["id"].get<std::string>());
}

}  // namespace
}  // namespace oncobridge::test
