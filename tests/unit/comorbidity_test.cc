// Comorbidity statements, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-comorbidities";

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_comorbidities(const std::string& statement) {
  return map_case(with_case(R"("primary_tumors":[{"id":"p","diagnosis":"breast cancer"}])" +
                            list("comorbidities", statement)));
}

std::string url(std::string_view name) {
  return "http://hl7.org/fhir/us/mcode/StructureDefinition/" + std::string(name);
}

TEST(Comorbidity, NotReportedGivesNothing) {
  EXPECT_TRUE(map_comorbidities("").all("Observation").empty());
}

TEST(Comorbidity, PresentAndAbsentConditionsAreToldApart) {
  const Mapped mapped = map_comorbidities(
      R"({"present":["hypertension","some rare disease"],"absent":["diabetes"],
          "when":"2020-02","primary":"p"})");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json observation = mapped.only("Observation");
  EXPECT_EQ(observation["code"]["coding"][0]["code"], "398192003");
  ASSERT_EQ(observation["extension"].size(), 3u);
  EXPECT_EQ(observation["extension"][0]["url"], url("mcode-related-condition"));
  EXPECT_EQ(observation["extension"][0]["valueCodeableConcept"]["coding"][0]["code"], "38341003");
  EXPECT_EQ(observation["extension"][1]["valueCodeableConcept"]["text"], "some rare disease");
  EXPECT_EQ(observation["extension"][2]["url"], url("mcode-related-condition-absent"));
  EXPECT_EQ(observation["extension"][2]["valueCodeableConcept"]["coding"][0]["code"], "73211009");
  EXPECT_EQ(observation["focus"].size(), 1u);
  EXPECT_EQ(observation["effectiveDateTime"], "2020-02");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Comorbidity, NoComorbiditiesAtAllIsACodedNegativeWithoutAScore) {
  const Mapped mapped = map_comorbidities(R"({"state":"negative","text":"no comorbidities"})");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  EXPECT_EQ(mapped.only("Observation")["valueCodeableConcept"]["coding"][0]["code"], "2667000");
}

TEST(Comorbidity, ADeniedComorbidityIsAbsent) {
  const Mapped mapped = map_comorbidities(R"({"state":"negative","present":["diabetes"]})");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  EXPECT_EQ(mapped.only("Observation")["extension"][0]["url"],
            url("mcode-related-condition-absent"));
}

TEST(Comorbidity, UnknownIsSaidToBeUnknown) {
  const Mapped mapped = map_comorbidities(R"({"state":"unknown"})");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  EXPECT_EQ(mapped.only("Observation")["dataAbsentReason"]["coding"][0]["code"], "unknown");
}

}  // namespace
}  // namespace oncobridge::test
