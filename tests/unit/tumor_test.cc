// Lesions and their sizes, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

constexpr const char* kLongest = "33728-7";
constexpr const char* kOther = "33729-5";

Mapped map_tumor(const std::string& tumor) {
  return map_case(
      with_case(R"("primary_tumors":[{"id":"primary","diagnosis":"breast cancer"}],"tumors":[)" +
                tumor + "]"));
}

// The only size of a lesion "t" in the breast, or of a specimen "s".
Mapped map_size(const std::string& members) {
  return map_case(
      with_case(R"("specimens":[{"id":"s","type":"tumor"},{"id":"untyped","identifier":"B7"}],
    "tumors":[{"id":"t","site":"breast"},{"id":"absent","site":"breast","state":"negative"}],
    "tumor_sizes":[{)" +
                members + "}]"));
}

std::string component_code(Json size, std::size_t index) {
  return size["component"][index]["code"]["coding"][0]["code"];
}

bool claims(Json resource) { return resource.contains("meta"); }

// ---- Tumor

TEST(Tumor, NotReportedLesionGivesNothing) {
  EXPECT_TRUE(map_case(with_case(R"("patient":{"gender":"female"})")).all("BodyStructure").empty());
}

TEST(Tumor, LesionHasTheIdentifierSliceLocationAndSide) {
  Json tumor =
      map_tumor(
          R"({"identifier":"L1","site":{"site":"breast","laterality":"left","qualifiers":"upper"},
    "morphology":"invasive ductal carcinoma","condition":"primary"})")
          .only("BodyStructure");
  EXPECT_EQ(tumor["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor");
  EXPECT_EQ(tumor["identifier"][0]["type"]["coding"][0]["system"],
            "http://hl7.org/fhir/resource-types");
  EXPECT_EQ(tumor["identifier"][0]["type"]["coding"][0]["code"], "BodyStructure");
  EXPECT_EQ(tumor["identifier"][0]["value"], "L1");
  EXPECT_EQ(tumor["location"]["coding"][0]["code"], "76752008");
  ASSERT_EQ(tumor["locationQualifier"].size(), 2u);
  EXPECT_EQ(tumor["locationQualifier"][0]["coding"][0]["code"], "7771000");
  EXPECT_EQ(tumor["morphology"]["coding"][0]["code"], "82711006");
  EXPECT_EQ(tumor["extension"][0]["valueReference"]["reference"].get<std::string>().substr(0, 10),
            "Condition/");
  EXPECT_TRUE(tumor.contains("patient"));
}

TEST(Tumor, LesionWithoutAnIdentifierGetsOneThatStays) {
  Json first = map_tumor(R"({"site":"scalp"})").only("BodyStructure");
  Json again = map_tumor(R"({"site":"scalp"})").only("BodyStructure");
  EXPECT_EQ(first["identifier"][0]["value"], "urn:uuid:" + first["id"].get<std::string>());
  EXPECT_EQ(first["identifier"][0]["system"], "urn:ietf:rfc:3986");
  EXPECT_EQ(first, again);
}

TEST(Tumor, LocationQualifiersAreOnlyCodedOnesBecauseTheirBindingIsRequired) {
  Json tumor =
      map_tumor(R"({"site":{"site":"scalp","laterality":"both halves","qualifiers":["frontal"]}})")
          .only("BodyStructure");
  EXPECT_FALSE(tumor.contains("locationQualifier"));
  EXPECT_EQ(tumor["description"], "Side: both halves; Location: frontal");
  EXPECT_TRUE(claims(tumor));
}

TEST(Tumor, MorphologyThatIsNoMalignantNeoplasmIsDescribedInWords) {
  for (const char* morphology : {"ductal carcinoma in situ", "firm nodule"}) {
    Json tumor = map_tumor(std::string(R"({"site":"breast","morphology":")") + morphology + "\"}")
                     .only("BodyStructure");
    EXPECT_FALSE(tumor.contains("morphology")) << morphology;
    EXPECT_EQ(tumor["description"], "Morphology: " + std::string(morphology));
    EXPECT_TRUE(claims(tumor));
  }
}

TEST(Tumor, LesionWithoutALocationClaimsNothing) {
  Json tumor = map_tumor(R"({"site":{"laterality":"left"}})").only("BodyStructure");
  EXPECT_FALSE(claims(tumor));
  EXPECT_FALSE(tumor.contains("location"));
  EXPECT_EQ(tumor["locationQualifier"][0]["coding"][0]["code"], "7771000");
}

TEST(Tumor, WordsNotesAndContradictionsAreOneDescription) {
  const Mapped mapped = map_tumor(
      R"({"site":{"site":"breast","text":"2 o'clock"},"text":"mass","note":["firm \"hard\"",
    "mobile"],
    "conflicts":"white"})");
  Json tumor = mapped.only("BodyStructure");
  EXPECT_EQ(tumor["location"]["text"], "2 o'clock");
  EXPECT_EQ(tumor["description"],
            "mass; firm \"hard\"; mobile; Contradicting statement: white; Site: breast");
  for (const std::string& path : mapped.unused) EXPECT_NE(path.substr(0, 6), "tumors") << path;
}

TEST(Tumor, LesionThatIsNotThereOrUnknownIsNoBodyStructure) {
  for (const char* state : {"negative", "unknown"}) {
    const Mapped mapped = map_tumor(std::string(R"({"site":"breast","state":")") + state + "\"}");
    EXPECT_TRUE(mapped.all("BodyStructure").empty()) << state;
    EXPECT_FALSE(mapped.unused.empty()) << state;
  }
}

// ---- TumorSize

TEST(TumorSize, LongestDimensionComesFirstAcrossMillimetresAndCentimetres) {
  const Mapped mapped = map_size(
      R"("tumor":"t","method":"MRI","dimensions":[{"value":18,"unit":"mm"},{"value":2.60,
    "unit":"cm"},{"value":1.5,"unit":"cm"}])");
  Json size = mapped.only("Observation");
  EXPECT_EQ(size["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor-size");
  ASSERT_EQ(size["component"].size(), 3u);
  EXPECT_EQ(component_code(size, 0), kLongest);
  EXPECT_EQ(size["component"][0]["valueQuantity"]["value"], 2.6);
  EXPECT_EQ(size["component"][0]["valueQuantity"]["code"], "cm");
  EXPECT_EQ(component_code(size, 1), kOther);
  EXPECT_EQ(size["component"][1]["valueQuantity"]["value"], 18);
  EXPECT_EQ(component_code(size, 2), kOther);
  EXPECT_NE(mapped.bytes.find(R"("value":2.60)"), std::string::npos);  // the digits as stated
  EXPECT_EQ(size["method"]["coding"][0]["code"], "113091000");
}

TEST(TumorSize, SingleDimensionIsTheLongest) {
  Json size = map_size(R"("tumor":"t","dimensions":[{"value":3,"unit":"cm"}])").only("Observation");
  ASSERT_EQ(size["component"].size(), 1u);
  EXPECT_EQ(component_code(size, 0), kLongest);
  EXPECT_TRUE(claims(size));
  EXPECT_EQ(size["focus"][0]["reference"].get<std::string>().substr(0, 14), "BodyStructure/");
}

TEST(TumorSize, ApproximateDimensionsAreNotes) {
  const Mapped mapped = map_size(
      R"("tumor":"t","dimensions":[{"value":1,"unit":"cm","approximate":true},{"value":2,
    "unit":"cm"}],"text":"~1 x 2 cm")");
  Json size = mapped.only("Observation");
  EXPECT_TRUE(mapped.has_note(size, "Approximate dimension: 1"));
  EXPECT_FALSE(mapped.has_note(size, "Approximate dimension: 2"));
  EXPECT_TRUE(mapped.has_note(size, "~1 x 2 cm"));
}

TEST(TumorSize, MonthIsAMonthBecauseTheProfileHasNoUsCore1) {
  EXPECT_EQ(map_size(R"("tumor":"t","when":"2023-12","dimensions":[{"value":2,"unit":"cm"}])")
                .only("Observation")["effectiveDateTime"],
            "2023-12");
}

TEST(TumorSize, SizeOnASpecimenHasNoFocus) {
  Json size =
      map_size(R"("specimen":"s","dimensions":[{"value":24,"unit":"mm"}])").only("Observation");
  EXPECT_TRUE(claims(size));
  EXPECT_TRUE(size.contains("specimen"));
  EXPECT_FALSE(size.contains("focus"));
}

TEST(TumorSize, ClaimsNothingWhereTheProfileIsNotMet) {
  const char* sizes[] = {
      R"("dimensions":[{"value":2,"unit":"cm"}])",                             // of nothing
      R"("tumor":"t","specimen":"s","dimensions":[{"value":2,"unit":"cm"}])",  // of both
      R"("specimen":"untyped","dimensions":[{"value":2,"unit":"cm"}])",  // of no HumanSpecimen
      R"("tumor":"absent","dimensions":[{"value":2,"unit":"cm"}])",      // of a lesion that is not
                                                                         // there
      R"("tumor":"t","dimensions":[{"value":2,"unit":"inch"}])",         // not mm or cm
      R"("tumor":"t","dimensions":[{"low":2,"high":3,"unit":"cm"}])",    // a range
      R"("tumor":"t","text":"size of an egg")",                          // no dimension
      R"("tumor":"t","dimensions":[{"value":1,"unit":"cm"},{"value":2,"unit":"cm"},{"value":3,
    "unit":"cm"},{"value":4,"unit":"cm"}])",
  };
  for (const char* size : sizes) EXPECT_FALSE(claims(map_size(size).only("Observation"))) << size;
}

TEST(TumorSize, BothTumourAndSpecimenAreKept) {
  Json size = map_size(R"("tumor":"t","specimen":"s","dimensions":[{"value":2,"unit":"cm"}])")
                  .only("Observation");
  EXPECT_TRUE(size.contains("focus"));
  EXPECT_TRUE(size.contains("specimen"));
}

TEST(TumorSize, DimensionsThatCannotBeComparedHaveNoLongest) {
  Json size =
      map_size(R"("tumor":"t","dimensions":[{"value":2,"unit":"inch"},{"value":3,"unit":"cm"}])")
          .only("Observation");
  ASSERT_EQ(size["component"].size(), 2u);
  EXPECT_EQ(component_code(size, 0), kOther);
  EXPECT_EQ(component_code(size, 1), kOther);
}

TEST(TumorSize, LesionThatIsNotThereIsNoFocus) {
  EXPECT_FALSE(map_size(R"("tumor":"absent","dimensions":[{"value":2,"unit":"cm"}])")
                   .only("Observation")
                   .contains("focus"));
}

TEST(TumorSize, NoMeasurableTumourIsAnAbsentValue) {
  Json size = map_size(R"("tumor":"t","state":"negative")").only("Observation");
  EXPECT_EQ(size["valueCodeableConcept"]["coding"][0]["code"], "2667000");
  EXPECT_FALSE(claims(size));
}

TEST(TumorSize, UnknownSizeSaysSo) {
  Json size = map_size(R"("tumor":"t","state":"unknown")").only("Observation");
  EXPECT_EQ(size["dataAbsentReason"]["coding"][0]["code"], "unknown");
  EXPECT_FALSE(claims(size));
}

TEST(TumorSize, ExampleRecordsLeaveNothingUnused) {
  for (const char* name : {"mcode-tumor", "mcode-tumor-size"}) {
    const Mapped mapped = map_file("examples/mcode_profiles/" + std::string(name) + ".json");
    EXPECT_FALSE(mapped.of_profile(name).empty()) << name;
    for (const std::string& path : mapped.unused) EXPECT_EQ(path, "title") << name;
  }
}

}  // namespace
}  // namespace oncobridge::test
