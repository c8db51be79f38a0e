// Genomics, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

Mapped map_report(const std::string& members) {
  return map_case(
      with_case(R"("specimens":[{"id":"s","type":"tissue"},{"id":"untyped","identifier":"B7"}],
    "genomic_reports":[{)" +
                members + "}]"));
}

Mapped map_variant(const std::string& members) {
  return map_report(R"("variants":[{)" + members + "}]");
}
Mapped map_region(const std::string& members) {
  return map_report(R"("regions":[{)" + members + "}]");
}

// The component with the LOINC code.
Json component(Json observation, std::string_view code) {
  if (observation.contains("component")) {
    for (Json one : observation["component"]) {
      if (one["code"]["coding"][0]["code"] == code) return one;
    }
  }
  ADD_FAILURE() << "no component " << code;
  return Json::object();
}

TEST(Genomics, NotReportedGivesNothing) {
  const Mapped mapped = map_case(with_case(R"("patient":{"gender":"female"})"));
  EXPECT_TRUE(mapped.all("DiagnosticReport").empty());
  EXPECT_TRUE(mapped.all("Observation").empty());
}

TEST(Genomics, VariantThatWasFoundIsPresentWithItsComponents) {
  const Mapped mapped = map_variant(
      R"("gene":"EGFR","coding_hgvs":"NM_005228.5:c.2573T>G","protein_hgvs":"p.Leu858Arg",
    "source_class":"somatic","allelic_state":"heterozygous","dna_change":"SNV",
    "allelic_frequency":{"value":0.31,"unit":"1"},
    "copy_number":{"value":2},"cytogenetic_location":"7p11.2","specimen":"s","when":"2022-06",
    "method":"sequencing")");
  Json variant = mapped.only("Observation");
  EXPECT_EQ(variant["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-genomic-variant");
  EXPECT_EQ(variant["code"]["coding"][0]["code"], "69548-6");
  EXPECT_EQ(variant["valueCodeableConcept"]["coding"][0]["code"], "LA9633-4");
  EXPECT_EQ(component(variant, "48018-6")["valueCodeableConcept"]["coding"][0]["code"],
            "HGNC:3236");
  Json hgvs = component(variant, "48004-6")["valueCodeableConcept"];
  EXPECT_EQ(hgvs["coding"][0]["system"], "http://varnomen.hgvs.org");
  EXPECT_EQ(hgvs["coding"][0]["code"], "NM_005228.5:c.2573T>G");
  EXPECT_EQ(component(variant, "48005-3")["valueCodeableConcept"]["text"], "p.Leu858Arg");
  EXPECT_EQ(component(variant, "48002-0")["valueCodeableConcept"]["coding"][0]["code"], "LA6684-0");
  EXPECT_EQ(component(variant, "53034-5")["valueCodeableConcept"]["coding"][0]["code"], "LA6706-1");
  EXPECT_EQ(component(variant, "48019-4")["valueCodeableConcept"]["coding"][0]["code"],
            "SO:0001483");
  EXPECT_EQ(component(variant, "81258-6")["valueQuantity"]["value"], 0.31);
  EXPECT_EQ(component(variant, "82155-3")["valueQuantity"]["code"], "1");  // cnt-3
  EXPECT_EQ(component(variant, "48001-2")["valueCodeableConcept"]["text"], "7p11.2");
  EXPECT_EQ(variant["effectiveDateTime"], "2022-06");
  EXPECT_TRUE(variant.contains("specimen"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Genomics, ExcludedVariantIsAbsent) {
  Json variant = map_variant(R"("gene":"BRAF","state":"negative")").only("Observation");
  EXPECT_EQ(variant["valueCodeableConcept"]["coding"][0]["code"], "LA9634-2");
  EXPECT_EQ(component(variant, "48018-6")["valueCodeableConcept"]["text"], "BRAF");
}

TEST(Genomics, UnknownVariantHasAReasonAndNoValue) {
  Json variant = map_variant(R"("gene":"ROS1","state":"unknown")").only("Observation");
  EXPECT_EQ(variant["dataAbsentReason"]["coding"][0]["code"], "unknown");
  EXPECT_FALSE(variant.contains("valueCodeableConcept"));
}

TEST(Genomics, ExpressionThatIsNoHgvsIsWordsAndTakesTheClaimAway) {
  for (const char* expression : {"V600E", "exon 19 deletion", "c.1799 T>A"}) {
    Json variant = map_variant(std::string(R"("gene":"BRAF","protein_hgvs":")") + expression + "\"")
                       .only("Observation");
    EXPECT_EQ(component(variant, "48005-3")["valueCodeableConcept"],
              Json::object({{"text", expression}}));
    EXPECT_FALSE(variant.contains("meta")) << expression;
  }
}

TEST(Genomics, CopyNumberThatIsNoWholeNumberOrARangeTakesTheClaimAway) {
  Json fraction = map_variant(R"("gene":"MET","copy_number":{"value":2.5})").only("Observation");
  EXPECT_FALSE(fraction.contains("meta"));
  EXPECT_EQ(component(fraction, "82155-3")["valueQuantity"]["value"], 2.5);
  Json range = map_variant(R"("gene":"MET","copy_number":{"low":4,"high":6})").only("Observation");
  EXPECT_FALSE(range.contains("meta"));
  EXPECT_EQ(component(range, "82155-3")["valueRange"]["high"]["value"], 6);
}

TEST(Genomics, RegionStudiedHasGeneAndDescriptionAndNoValue) {
  Json region = map_region(R"("gene":"STK11","description":"exons 1 to 9","specimen":"s")")
                    .only("Observation");
  EXPECT_EQ(region["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-genomic-region-studied");
  EXPECT_EQ(region["code"]["coding"][0]["code"], "53041-0");
  EXPECT_EQ(component(region, "48018-6")["valueCodeableConcept"]["text"], "STK11");
  EXPECT_EQ(component(region, "81293-3")["valueString"], "exons 1 to 9");
  EXPECT_FALSE(region.contains("valueCodeableConcept"));
}

TEST(Genomics, RegionThatWasNotStudiedWasNotPerformedAndClaimsNothing) {
  Json region = map_region(R"("gene":"STK11","state":"negative")").only("Observation");
  EXPECT_EQ(region["status"], "cancelled");
  EXPECT_EQ(region["dataAbsentReason"]["coding"][0]["code"], "not-performed");
  EXPECT_FALSE(region.contains("meta"));
}

TEST(Genomics, RegionOfWhichItIsUnknownWhetherItWasStudiedClaimsNothing) {
  Json region = map_region(R"("gene":"STK11","state":"unknown")").only("Observation");
  EXPECT_EQ(region["dataAbsentReason"]["coding"][0]["code"], "unknown");
  EXPECT_FALSE(region.contains("meta"));
}

TEST(Genomics, ReportNamesItsVariantsAndRegions) {
  const Mapped mapped = map_report(
      R"("report":"tumor gene panel","conclusion":"EGFR mutation","when":"2022-06-24",
    "specimen":"s",
    "note":"second opinion asked","variants":[{"gene":"EGFR"}],"regions":[{"gene":"KRAS",
    "description":"exon 2"}])");
  Json report = mapped.only("DiagnosticReport");
  EXPECT_EQ(report["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-genomics-report");
  EXPECT_EQ(report["category"][0]["coding"][0]["code"], "GE");
  EXPECT_EQ(report["code"]["coding"][0]["code"], "51969-4");
  EXPECT_EQ(report["code"]["text"], "tumor gene panel");
  EXPECT_EQ(report["effectiveDateTime"], "2022-06-24");
  EXPECT_EQ(report["conclusion"], "EGFR mutation; second opinion asked");  // no note element
  EXPECT_TRUE(report.contains("specimen"));
  auto observations = mapped.all("Observation");
  ASSERT_EQ(report["result"].size(), 2u);
  ASSERT_EQ(observations.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(report["result"][i]["reference"],
              "Observation/" + observations[i]["id"].get<std::string>());
  }
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Genomics, ReportOverAPeriodClaimsNothing) {
  Json report = map_report(R"("when":{"start":"2022-06","end":"2022-07"},"conclusion":"none")")
                    .only("DiagnosticReport");
  EXPECT_FALSE(report.contains("meta"));
  EXPECT_EQ(report["effectivePeriod"]["start"], "2022-06");
}

TEST(Genomics, NoGenomicTestIsACancelledReportWithoutAClaim) {
  Json report = map_report(R"("state":"negative","text":"no genomic test was made")")
                    .only("DiagnosticReport");
  EXPECT_EQ(report["status"], "cancelled");
  EXPECT_FALSE(report.contains("meta"));
  EXPECT_EQ(report["conclusion"], "no genomic test was made");
}

TEST(Genomics, UnknownReportIsNoReportButItsVariantsStand) {
  const Mapped mapped = map_report(R"("state":"unknown","variants":[{"gene":"EGFR"}])");
  EXPECT_TRUE(mapped.all("DiagnosticReport").empty());
  EXPECT_EQ(mapped.all("Observation").size(), 1u);
  EXPECT_FALSE(mapped.unused.empty());
}

TEST(Genomics, SpecimenWithoutATypeTakesTheClaimsAway) {
  const Mapped mapped =
      map_report(R"("specimen":"untyped","variants":[{"gene":"EGFR","specimen":"untyped"}])");
  EXPECT_FALSE(mapped.only("DiagnosticReport").contains("meta"));
  EXPECT_FALSE(mapped.only("Observation").contains("meta"));
}

TEST(Genomics, ExampleRecordsLeaveNothingUnused) {
  for (const char* name :
       {"mcode-genomic-variant", "mcode-genomic-region-studied", "mcode-genomics-report"}) {
    const Mapped mapped = map_file("examples/mcode_profiles/" + std::string(name) + ".json");
    EXPECT_FALSE(mapped.of_profile(name).empty()) << name;
    for (const std::string& path : mapped.unused) EXPECT_EQ(path, "title") << name;
  }
}

}  // namespace
}  // namespace oncobridge::test
