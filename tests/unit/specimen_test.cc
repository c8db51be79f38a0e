// Specimens, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

Mapped map_specimen(const std::string& specimen) {
  return map_case(with_case(R"("specimens":[)" + specimen + "]"));
}

TEST(Specimen, NotReportedSpecimenGivesNothing) {
  EXPECT_TRUE(map_case(with_case(R"("patient":{"gender":"female"})")).all("Specimen").empty());
}

TEST(Specimen, HowItWasTakenIsTheMethodNotTheType) {
  Json specimen =
      map_specimen(R"({"identifier":"P21-1","type":"tissue","method":"fine-needle aspiration",
    "site":{"site":"axillary lymph node","laterality":"right","qualifiers":"level I"},
    "collected":"2019-10"})")
          .only("Specimen");
  EXPECT_EQ(specimen["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-human-specimen");
  EXPECT_EQ(specimen["identifier"][0]["value"], "P21-1");
  EXPECT_EQ(specimen["type"]["coding"][0]["code"], "TISS");
  Json collection = specimen["collection"];
  EXPECT_EQ(collection["method"]["coding"][0]["code"], "257759008");
  EXPECT_EQ(collection["collectedDateTime"], "2019-10");
  Json extensions = collection["bodySite"]["extension"];
  ASSERT_EQ(extensions.size(), 2u);
  EXPECT_EQ(extensions[0]["url"],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier");
  EXPECT_EQ(extensions[0]["valueCodeableConcept"]["coding"][0]["code"], "24028007");
  EXPECT_EQ(extensions[1]["url"],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-body-location-qualifier");
}

TEST(Specimen, SideWithoutACodeIsWordsBecauseItsBindingIsRequired) {
  const Mapped mapped =
      map_specimen(R"({"type":"tissue","site":{"site":"breast","laterality":"medial half"}})");
  Json specimen = mapped.only("Specimen");
  EXPECT_FALSE(specimen["collection"]["bodySite"].contains("extension"));
  EXPECT_TRUE(mapped.has_note(specimen, "Side as stated: medial half"));
}

TEST(Specimen, WithoutATypeItIsNoHumanSpecimen) {
  Json specimen = map_specimen(R"({"identifier":"B7"})").only("Specimen");
  EXPECT_FALSE(specimen.contains("meta"));
  EXPECT_FALSE(specimen.contains("type"));
  EXPECT_FALSE(specimen.contains("collection"));
}

TEST(Specimen, TypeOutsideTheTableIsKeptInWords) {
  Json specimen = map_specimen(R"({"type":"cell block"})").only("Specimen");
  EXPECT_TRUE(specimen.contains("meta"));
  EXPECT_EQ(specimen["type"], Json::parse(R"({"text":"cell block"})"));
}

TEST(Specimen, SpecimenNotTakenOrUnknownIsNoSpecimenAndIsReported) {
  for (const char* state : {"negative", "unknown"}) {
    const Mapped mapped = map_specimen(std::string(R"({"type":"blood","state":")") + state + "\"}");
    EXPECT_TRUE(mapped.all("Specimen").empty()) << state;
    EXPECT_EQ(mapped.unused.size(), 2u) << state;
  }
}

TEST(Specimen, MarkerOfASpecimenThatWasNotTakenDoesNotReferToIt) {
  const Mapped mapped =
      map_case(with_case(R"("specimens":[{"id":"s","type":"blood","state":"negative"}],
    "markers":[{"marker":"CEA","specimen":"s","value":{"value":3}}])"));
  EXPECT_FALSE(mapped.only("Observation").contains("specimen"));
}

TEST(Specimen, ExampleRecordLeavesNothingUnused) {
  const Mapped mapped = map_file("examples/mcode_profiles/mcode-human-specimen.json");
  EXPECT_EQ(mapped.of_profile("mcode-human-specimen").size(), 3u);
  for (const std::string& path : mapped.unused) EXPECT_EQ(path, "title");
}

}  // namespace
}  // namespace oncobridge::test
