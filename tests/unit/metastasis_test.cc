// Metastases, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-secondary-cancer-condition";
constexpr std::string_view kRelated = "http://hl7.org/fhir/StructureDefinition/condition-related";

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_metastases(const std::string& metastases,
                      const std::string& tumors = R"({"id":"p","diagnosis":"breast cancer"})") {
  return map_case(
      with_case("\"primary_tumors\":[" + tumors + "]" + list("metastases", metastases)));
}

// The Condition of the metastasis: the last one, behind the primary tumours.
Json last_condition(const Mapped& mapped) {
  const auto all = mapped.all("Condition");
  EXPECT_FALSE(all.empty());
  return all.empty() ? Json::object() : all.back();
}

std::string first_code(const Json& concept_value) {
  return concept_value.contains("coding") ? concept_value["coding"][0]["code"].get<std::string>()
                                          : "none";
}

const Json* extension(const Json& element, std::string_view url) {
  if (!element.contains("extension")) return nullptr;
  for (const Json& one : element["extension"]) {
    if (one["url"] == url) return &one;
  }
  return nullptr;
}

TEST(Metastasis, ASiteCodedAsADisorderIsNotCountedAsUncoded) {
  EXPECT_TRUE(map_case(with_case(R"("metastases":[{"site":"liver"}])")).uncoded.empty());
  EXPECT_EQ(map_case(with_case(R"("metastases":[{"site":"somewhere"}])")).uncoded,
            std::vector<std::string>{"metastases[0].site.site"});
}

TEST(Metastasis, NotReportedGivesNothing) {
  const Mapped mapped = map_metastases("");
  EXPECT_EQ(mapped.all("Condition").size(), 1u);
  EXPECT_TRUE(mapped.all("Observation").empty());
}

TEST(Metastasis, AScalpMetastasisOfTheBreastCancer) {
  const Mapped mapped = map_metastases(
      R"({"site":{"site":"scalp","laterality":"left","text":"left frontal scalp"},
          "histology":"metastatic carcinoma","number":{"value":1,"text":"solitary"},
          "presentation":"painless nodule","sequence":"recurrence",
          "subtype":"Luminal HER2-negative",
          "primary":"p","onset":"2023-12","asserted":"2025-04","verification":"confirmed"})");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json condition = last_condition(mapped);
  EXPECT_EQ(first_code(condition["code"]), "94570001");
  EXPECT_EQ(condition["code"]["text"], "Metastasis: left frontal scalp");
  EXPECT_EQ(first_code(condition["bodySite"][0]), "41695006");
  EXPECT_EQ(condition["onsetDateTime"], "2023-12");
  ASSERT_NE(extension(condition, kRelated), nullptr);
  EXPECT_EQ((*extension(condition, kRelated))["valueReference"]["reference"],
            "Condition/" + mapped.all("Condition")[0]["id"].get<std::string>());
  for (const char* note : {"Number of lesions: 1", "Number of lesions as stated: solitary",
                           "Presentation: painless nodule", "Appeared as recurrence."}) {
    EXPECT_TRUE(mapped.has_note(condition, note)) << note;
  }
  const Json subtype = mapped.only("Observation");
  EXPECT_EQ(subtype["code"]["text"], "Surrogate subtype of the metastasis");
  EXPECT_EQ(subtype["valueCodeableConcept"]["text"], "Luminal HER2-negative");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Metastasis, TheDisorderComesFromTheSiteOrItsWording) {
  EXPECT_EQ(first_code(last_condition(map_metastases(R"({"site":"bone"})"))["code"]), "94222008");
  EXPECT_EQ(first_code(last_condition(map_metastases(R"({"site":"calvaria"})"))["code"]),
            "94220000");
  // The table of sites does not know this wording, that of metastases does.
  EXPECT_EQ(first_code(last_condition(map_metastases(R"({"site":"dorsal subcutaneous"})"))["code"]),
            "11717361000119108");
}

TEST(Metastasis, AVertebraIsItsSpineAsDisorderAndItselfAsSite) {
  const Json condition = last_condition(map_metastases(R"({"site":"T12"})"));
  EXPECT_EQ(first_code(condition["code"]), "94274006");
  EXPECT_EQ(first_code(condition["bodySite"][0]), "280849005");
}

TEST(Metastasis, ASiteWithoutADisorderCodeIsAMetastaticNeoplasmThere) {
  const Mapped mapped =
      map_metastases(R"({"site":{"site":"supraclavicular fossa","laterality":"left"}})");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json condition = last_condition(mapped);
  EXPECT_EQ(first_code(condition["code"]), "128462008");
  EXPECT_EQ(condition["bodySite"][0]["text"], "supraclavicular fossa");
}

TEST(Metastasis, WithOnePrimaryTheRelationNeedsNoWord) {
  EXPECT_NE(extension(last_condition(map_metastases(R"({"site":"bone"})")), kRelated), nullptr);
}

TEST(Metastasis, WithTwoPrimariesTheRelationIsNotGuessed) {
  const Mapped mapped =
      map_metastases(R"({"site":"bone"})", R"({"id":"a","diagnosis":"breast cancer"},
          {"id":"b","diagnosis":"lung cancer"})");
  EXPECT_EQ(extension(last_condition(mapped), kRelated), nullptr);
}

TEST(Metastasis, ImagingOnlyIsProvisional) {
  const Json condition = last_condition(
      map_metastases(R"({"site":"meninges","verification":"provisional","evidence":"MRI"})"));
  EXPECT_EQ(first_code(condition["verificationStatus"]), "provisional");
  EXPECT_EQ(first_code(condition["evidence"][0]["code"][0]), "113091000");
}

TEST(Metastasis, NumbersOfLesionsKeepTheirBounds) {
  const Mapped mapped = map_metastases(R"({"site":"liver","number":{"value":3,"comparator":">"}})");
  EXPECT_TRUE(mapped.has_note(last_condition(mapped), "Number of lesions: more than 3"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Metastasis, ExplicitlyNoneAtASiteIsRefutedAndNoMetastasis) {
  const Mapped mapped = map_metastases(R"({"site":"liver","state":"negative"})");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  const Json condition = last_condition(mapped);
  EXPECT_EQ(first_code(condition["verificationStatus"]), "refuted");
  EXPECT_EQ(first_code(condition["code"]), "94381002");
  EXPECT_FALSE(condition.contains("category"));
}

TEST(Metastasis, RefutingAnUncodedSiteDoesNotRefuteAllMetastases) {
  const Json condition =
      last_condition(map_metastases(R"({"site":"left big toe","state":"negative"})"));
  EXPECT_EQ(first_code(condition["code"]), "none");
  EXPECT_EQ(condition["code"]["text"], "Metastasis: left big toe");
}

TEST(Metastasis, NoMetastasesAtAllIsACodedNegative) {
  const Mapped mapped = map_metastases(R"({"state":"negative","text":"no metastases"})");
  EXPECT_EQ(mapped.all("Condition").size(), 1u);
  const Json observation = mapped.only("Observation");
  EXPECT_FALSE(observation.contains("meta"));
  EXPECT_EQ(first_code(observation["code"]), "128462008");
  EXPECT_EQ(first_code(observation["valueCodeableConcept"]), "2667000");
  EXPECT_TRUE(mapped.has_note(observation, "no metastases"));
}

TEST(Metastasis, NoOtherMetastasesDoesNotDenyTheScalpMetastasis) {
  const Mapped mapped =
      map_metastases(R"({"site":"scalp"},{"state":"negative","text":"Other metastases: No"})");
  const Json observation = mapped.only("Observation");
  EXPECT_EQ(first_code(observation["code"]), "none");
  EXPECT_EQ(observation["code"]["text"], "Metastases other than those stated");
  EXPECT_EQ(first_code(observation["valueCodeableConcept"]), "2667000");
  EXPECT_TRUE(mapped.of_profile("mcode-history-of-metastatic-cancer").empty());
}

TEST(Metastasis, UnknownIsNeitherThereNorAbsent) {
  const Mapped mapped = map_metastases(R"({"site":"liver","state":"unknown"})");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  const Json observation = mapped.only("Observation");
  EXPECT_EQ(first_code(observation["code"]), "94381002");
  EXPECT_EQ(first_code(observation["dataAbsentReason"]), "unknown");
  EXPECT_FALSE(observation.contains("valueCodeableConcept"));
}

TEST(Metastasis, AReferenceToUnknownMetastasesDoesNotDangle) {
  const Mapped mapped =
      map_case(with_case(R"("metastases":[{"id":"m","site":"liver","state":"unknown"}],
      "surgeries":[{"procedure":"biopsy of liver","condition":"m"}])"));
  EXPECT_EQ(mapped.bytes.find("\"Condition/"), std::string::npos);
}

}  // namespace
}  // namespace oncobridge::test
