// Which code a marker's answer takes, by method, kind of answer and organ.
#include "converters/mappers/marker_code.h"

#include <gtest/gtest.h>

#include "converters/terms.h"
#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped of_tumor(const std::string& diagnosis, const std::string& marker) {
  return map_case(with_case(R"("primary_tumors":[{"diagnosis":")" + diagnosis +
                            R"("}],"markers":[)" + marker + "]"));
}

std::string code_of(const Json& observation) {
  const Json& code = observation["code"];
  return code.contains("coding") ? code["coding"][0]["code"] : "none";
}

std::string code_in_lung(const std::string& marker) {
  return code_of(of_tumor("lung cancer", marker).only("Observation"));
}

std::string code_in_breast(const std::string& marker) {
  return code_of(of_tumor("breast cancer", marker).only("Observation"));
}

// The Observation with the code; null if there is none.
Json with_code(const Mapped& mapped, std::string_view code) {
  const std::vector<Json> found = mapped.coded("Observation", code);
  return found.empty() ? Json() : found.front();
}

// ---- a changed gene is no protein stain

TEST(MarkerCode, AGeneThatIsChangedIsNotCodedAsAProteinStain) {
  for (const char* marker : {R"({"marker":"EGFR","method":"PCR","result":"exon 19 deletion"})",
                             R"({"marker":"EGFR","method":"NGS","result":"L858R"})",
                             R"({"marker":"EGFR","result":"exon 19 deletion"})",
                             R"({"marker":"EGFR","result":"positive"})",
                             R"({"marker":"p53","method":"NGS","result":"mutated"})",
                             R"({"marker":"BRAF V600E","method":"PCR","result":"detected"})",
                             R"({"marker":"BRAF V600E","result":"detected"})",
                             R"({"marker":"CD117","result":"exon 11 mutation"})",
                             R"({"marker":"GATA3","result":"mutated"})"}) {
    const Mapped mapped = of_tumor("lung cancer", marker);
    const Json observation = mapped.only("Observation");
    EXPECT_EQ(code_of(observation), "none") << marker;
    EXPECT_TRUE(observation["code"].contains("text"));
    EXPECT_TRUE(observation.contains("valueCodeableConcept"));
    EXPECT_TRUE(mapped.flags.empty()) << "the source contradicts nothing: " << marker;
    EXPECT_TRUE(contains(mapped.uncoded, "markers[0].marker")) << marker;
  }
}

TEST(MarkerCode, AStatedImmuneStainTakesItsCode) {
  EXPECT_EQ(code_in_lung(R"({"marker":"EGFR","method":"IHC","result":"positive"})"), "32581-1");
  EXPECT_EQ(code_in_lung(R"({"marker":"p53","method":"IHC","result":"mutant pattern"})"),
            "14229-9");
  const char* cd20 =
      R"x({"marker":"CD20","method":"immunohistochemistry (L26)","result":"positive"})x";
  EXPECT_EQ(code_in_lung(cd20), "10438-0");
}

TEST(MarkerCode, FlowCytometryIsNoImmuneStain) {
  EXPECT_EQ(code_in_lung(R"({"marker":"CD20","method":"flow cytometry","result":"positive"})"),
            "none");
  EXPECT_EQ(code_in_lung(R"({"marker":"CD20","result":"positive"})"), "none");
}

TEST(MarkerCode, ARearrangementIsByFishOnlyIfTheRecordSaysSo) {
  for (const char* name : {"ALK rearrangement", "MET amplification", "FGFR2 fusion"}) {
    const std::string marker = R"({"marker":")" + std::string(name) + R"(","result":"positive")";
    EXPECT_EQ(code_in_lung(marker + "}"), "none") << name;
    EXPECT_EQ(code_in_lung(marker + R"(,"method":"RNA sequencing"})"), "none") << name;
    EXPECT_NE(code_in_lung(marker + R"(,"method":"FISH"})"), "none") << name;
  }
  EXPECT_EQ(code_in_lung(R"({"marker":"ALK FISH","result":"positive"})"), "78205-2");
  EXPECT_EQ(code_in_lung(R"({"marker":"BCL2 rearrangement","method":"FISH","result":"positive"})"),
            "78218-5");
  EXPECT_EQ(code_in_lung(R"({"marker":"BCL2 rearrangement","result":"positive"})"), "none");
}

TEST(MarkerCode, ACodeThatTheRecordGivesSaysTheTechnique) {
  EXPECT_EQ(code_in_lung(R"({"marker":{"code":"78205-2","text":"ALK"},"result":"positive"})"),
            "78205-2");
  EXPECT_EQ(code_in_lung(R"({"marker":{"code":"32581-1"},"result":"positive"})"), "32581-1");
}

TEST(MarkerCode, ReceptorsAreStainedUnlessTheMethodSaysOtherwise) {
  EXPECT_EQ(code_in_breast(R"({"marker":"ER","result":"positive"})"), "85337-4");
  EXPECT_EQ(code_in_breast(R"({"marker":"ER","result":"no staining"})"), "85337-4");
  EXPECT_EQ(code_in_breast(R"({"marker":"ER","method":"RT-PCR","result":"positive"})"), "16112-5");
  EXPECT_EQ(code_in_breast(R"({"marker":"ER","result":"Y537S mutation"})"), "none");
  EXPECT_EQ(code_in_breast(R"({"marker":"ER","method":"core biopsy","result":"positive"})"),
            "85337-4")
      << "a specimen is no other technique";
}

TEST(MarkerCode, AMutationIsNoHer2Status) {
  EXPECT_EQ(code_in_breast(R"({"marker":"ERBB2","method":"NGS","result":"exon 20 insertion"})"),
            "none");
  EXPECT_EQ(code_in_breast(R"({"marker":"HER2","result":"HER2-low"})"), "48676-1");
  EXPECT_EQ(code_in_breast(R"({"marker":"HER2","result":"not amplified"})"), "48676-1");
}

TEST(MarkerCode, AMethodThatContradictsTheOnlyCodeIsFlaggedAndSaid) {
  const Mapped mapped =
      of_tumor("breast cancer", R"({"marker":"ER","method":"RT-PCR","percent":{"value":90}})");
  const Json er = mapped.only("Observation");
  EXPECT_EQ(code_of(er), "none");
  EXPECT_EQ(er["code"]["text"], "ER, percentage of cells");
  EXPECT_EQ(er["method"]["text"], "RT-PCR");
  EXPECT_TRUE(mapped.has_note(er, "by Immune stain"));
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "method-contradicts-code markers[0].method");
}

TEST(MarkerCode, MutationTestsAreMolecularWithoutSayingSo) {
  EXPECT_EQ(code_in_lung(R"({"marker":"KRAS","result":"G12D"})"), "21702-6");
  EXPECT_EQ(code_in_lung(R"({"marker":"KRAS","method":"NGS","result":"G12D"})"), "21702-6");
  EXPECT_EQ(code_in_lung(R"({"marker":"KRAS","method":"IHC","result":"positive"})"), "none");
  EXPECT_EQ(code_in_lung(R"({"marker":"JAK2 V617F","result":"positive"})"), "43399-5");
  EXPECT_EQ(code_in_lung(R"({"marker":"FLT3","method":"PCR","result":"mutated"})"), "47958-4");
}

TEST(MarkerCode, MicrosatelliteStabilityIsACodedAnswer) {
  for (const auto& [result, code] : {std::pair("MSI-H", "LA26203-2"), {"MSS", "LA14122-8"}}) {
    const Json msi =
        of_tumor("colon cancer", R"({"marker":"MSI","result":")" + std::string(result) + "\"}")
            .only("Observation");
    EXPECT_EQ(code_of(msi), "81695-9");
    EXPECT_TRUE(has_code(msi["valueCodeableConcept"], code));
  }
}

// ---- tissue and serum

TEST(MarkerCode, WhatIsStainedInTissueIsNoConcentrationInSerum) {
  const std::pair<const char*, const char*> markers[] = {
      {"thyroglobulin", "10515-5"}, {"calcitonin", "10468-7"}, {"chromogranin A", "10471-1"},
      {"AFP", "10459-6"},           {"PSA", "10508-0"},        {"CEA", "10469-5"},
      {"CA 125", "48677-9"},        {"CA 19-9", "none"},       {"LDH", "none"}};
  for (const auto& [name, code] : markers) {
    const Mapped mapped = of_tumor("lung cancer", R"({"marker":")" + std::string(name) +
                                                      R"(","method":"IHC","result":"positive"})");
    EXPECT_EQ(code_of(mapped.only("Observation")), code) << name;
    EXPECT_TRUE(mapped.flags.empty()) << name;
  }
}

TEST(MarkerCode, AWordIsNoConcentration) {
  for (const char* name : {"CEA", "PSA", "B2M"}) {
    EXPECT_EQ(code_in_lung(R"({"marker":")" + std::string(name) + R"(","result":"negative"})"),
              "none")
        << name;
  }
  EXPECT_EQ(code_in_lung(R"({"marker":"CA 19-9","result":"negative"})"), "2009-9");
  EXPECT_EQ(code_in_lung(R"({"marker":"PD-L1 TPS","result":"high"})"), "none");
}

TEST(MarkerCode, ATestThatWasNotDoneKeepsItsCode) {
  EXPECT_EQ(code_in_lung(R"({"marker":"CEA","result":"not done"})"), "2039-6");
  EXPECT_EQ(code_in_lung(R"({"marker":"CEA","state":"unknown"})"), "2039-6");
}

TEST(MarkerCode, AnUnknownMarkerWithAValueIsUnknown) {
  const Mapped mapped = of_tumor(
      "lung cancer", R"({"marker":"ER","state":"unknown","value":{"value":3,"unit":"ng/mL"}})");
  EXPECT_TRUE(mapped.only("Observation").contains("dataAbsentReason"));
}

TEST(MarkerCode, AConcentrationIsNoPresenceInTissue) {
  for (const char* marker : {R"({"marker":"S-100","value":{"value":0.15,"unit":"ug/L"}})",
                             R"({"marker":"CD30","value":{"value":120,"unit":"ng/mL"}})",
                             R"({"marker":"HER2","value":{"value":12,"unit":"ng/mL"}})",
                             R"({"marker":"EGFR","value":{"value":120,"unit":"U/L"}})",
                             R"({"marker":"AR","value":{"value":3,"unit":"ng/mL"}})"}) {
    EXPECT_EQ(code_in_lung(marker), "none") << marker;
  }
}

TEST(MarkerCode, AScoreIsNoPresence) {
  for (const char* marker : {R"({"marker":"PD-L1 22C3","method":"IHC","result":"CPS 10"})",
                             R"({"marker":"PD-L1 22C3","method":"IHC","value":{"value":10}})"}) {
    EXPECT_EQ(code_in_lung(marker), "none") << marker;
  }
  EXPECT_EQ(code_in_lung(R"({"marker":"PD-L1 22C3","method":"IHC","result":"positive"})"),
            "83052-1");
}

TEST(MarkerCode, AnAssayIsTheUsualMethodOfAConcentration) {
  for (const char* method : {"ECLIA", "blood test"}) {
    EXPECT_EQ(code_in_lung(R"({"marker":"CEA","method":")" + std::string(method) +
                           R"(","value":{"value":3,"unit":"ng/mL"}})"),
              "2039-6");
  }
}

TEST(MarkerCode, AConcentrationInAnotherFluidIsNotOneInSerum) {
  const auto code_of_cea = [](const std::string& specimen) {
    return code_of(map_case(with_case(R"("specimens":[{"id":"s",)" + specimen + R"(}],"markers":[
        {"marker":"CEA","specimen":"s","value":{"value":300,"unit":"ng/mL"}}])"))
                       .only("Observation"));
  };
  for (const char* type : {"pleural fluid", "cyst fluid", "CSF", "tissue", "urine"}) {
    EXPECT_EQ(code_of_cea(R"("type":")" + std::string(type) + "\""), "none") << type;
  }
  for (const char* type : {"serum", "plasma", "blood", "whole blood", "venous blood"}) {
    EXPECT_EQ(code_of_cea(R"("type":")" + std::string(type) + "\""), "2039-6") << type;
  }
  EXPECT_EQ(code_of_cea(R"("identifier":"B7")"), "2039-6");
}

// ---- in situ hybridization

TEST(MarkerCode, OtherHybridizationsAreNotFish) {
  for (const char* method : {"CISH", "SISH", "dual ISH", "chromogenic in situ hybridization"}) {
    const Mapped mapped =
        of_tumor("breast cancer", R"({"marker":"HER2","ratio":{"value":1.2},"method":")" +
                                      std::string(method) + "\"}");
    const Json ratio = mapped.only("Observation");
    EXPECT_EQ(code_of(ratio), "none") << method;
    EXPECT_EQ(ratio["method"]["text"], method);
    EXPECT_TRUE(mapped.flags.empty()) << "no other code is known";
  }
  EXPECT_EQ(code_in_breast(R"({"marker":"HER2","ratio":{"value":1.2}})"), "49683-6");
  EXPECT_EQ(code_in_breast(R"({"marker":"HER2","method":"FISH","copy_number":{"value":3}})"),
            "74860-8");
}

TEST(MarkerCode, OneFactWithTwoMethodsGivesEachAnswerItsOwn) {
  const Mapped fish = of_tumor("breast cancer", R"({"marker":"HER2","method":"FISH",
    "score":"2+","ratio":{"value":2.3},"result":"positive"})");
  EXPECT_FALSE(with_code(fish, "85319-2").contains("method")) << "a score is by immune stain";
  EXPECT_EQ(with_code(fish, "49683-6")["method"]["text"], "FISH");
  EXPECT_EQ(with_code(fish, "85318-4")["method"]["text"], "FISH");
  EXPECT_TRUE(fish.flags.empty());
  const Mapped ihc = of_tumor("breast cancer", R"({"marker":"HER2","method":"IHC",
    "score":"2+","ratio":{"value":2.3}})");
  EXPECT_EQ(with_code(ihc, "85319-2")["method"]["text"], "IHC");
  EXPECT_FALSE(with_code(ihc, "49683-6").contains("method"));
}

TEST(MarkerCode, AScoreByFishAloneIsAContradiction) {
  const Mapped mapped =
      of_tumor("breast cancer", R"({"marker":"HER2","method":"FISH","score":"2+"})");
  EXPECT_EQ(code_of(mapped.only("Observation")), "none");
  EXPECT_EQ(mapped.only("Observation")["method"]["text"], "FISH");
  EXPECT_TRUE(contains(mapped.flags, "method-contradicts-code markers[0].method"));
}

// ---- percentages and scores of other things

TEST(MarkerCode, APercentageOfWhatIsNoStainIsNoImmuneStain) {
  for (const char* name : {"blasts", "TILs", "KRAS", "LDH", "EGFR"}) {
    EXPECT_EQ(code_in_lung(R"({"marker":")" + std::string(name) + R"(","percent":{"value":30}})"),
              "none")
        << name;
  }
  EXPECT_EQ(code_in_lung(R"({"marker":"XYZ-1","method":"IHC","percent":{"value":30}})"), "55229-9");
  EXPECT_EQ(code_in_lung(R"({"marker":"GATA3","percent":{"value":30}})"), "55229-9");
  EXPECT_EQ(code_in_lung(R"({"marker":"EML4-ALK FISH","percent":{"value":15}})"), "none");
}

TEST(MarkerCode, AScoreOfWhatIsNoStainIsNoImmuneStain) {
  EXPECT_EQ(code_in_lung(R"({"marker":"PCA3 score","score":"35"})"), "none");
  EXPECT_EQ(code_in_lung(R"({"marker":"GATA3","score":"2+"})"), "55229-9");
  EXPECT_EQ(code_in_lung(R"({"marker":"XYZ-1","allred":{"total":5}})"), "55229-9")
      << "Allred is a score of immune stains";
}

// ---- organs

TEST(MarkerCode, OtherTumoursThanOfTheBreastHaveTheCodesOfAnyTissue) {
  const std::pair<const char*, const char*> markers[] = {
      {R"({"marker":"ER","percent":{"value":80}})", "14228-1"},
      {R"({"marker":"PR","percent":{"value":80}})", "14230-7"},
      {R"({"marker":"ER","result":"positive"})", "40556-3"},
      {R"({"marker":"PR","result":"positive"})", "40557-1"},
      {R"({"marker":"Ki-67","percent":{"value":20}})", "29593-1"},
      {R"({"marker":"HER2","score":"3+"})", "18474-7"},
      {R"({"marker":"HER2","method":"FISH","result":"positive"})", "31150-6"},
      {R"({"marker":"MSI","method":"IHC","result":"positive"})", "62862-8"}};
  for (const auto& [marker, code] : markers) EXPECT_EQ(code_in_lung(marker), code) << marker;
}

TEST(MarkerCode, TheNippleIsAPartOfTheBreast) {
  const auto code_at = [](const std::string& tumor) {
    return code_of(map_case(with_case(R"("primary_tumors":[{)" + tumor +
                                      R"(}],"markers":[{"marker":"ER","result":"positive"}])"))
                       .only("Observation"));
  };
  EXPECT_EQ(code_at(R"("diagnosis":"Paget's disease of the nipple")"), "85337-4");
  EXPECT_EQ(code_at(R"("diagnosis":"Paget disease","site":"nipple")"), "85337-4");
  EXPECT_EQ(code_at(R"("diagnosis":"Paget disease","site":"left nipple, central")"), "85337-4");
  EXPECT_EQ(code_at(R"("diagnosis":"extramammary Paget disease","site":"vulva")"), "40556-3");
}

TEST(MarkerCode, TheCodeOfAnyTissueMeasuresTheSameAsTheBreastsAndNamesNone) {
  const Terms terms = Terms::load(embedded_term_tables()).value();
  for (const Term& any : terms.all()) {
    if (any.field != TermField::marker_tissue) continue;
    EXPECT_FALSE(any.names_breast) << any.wording;
    bool found = false;
    for (const Term& breast : terms.all()) {
      if (breast.codings.front().code != any.wording) continue;
      found = true;
      EXPECT_TRUE(breast.names_breast) << any.wording;
      EXPECT_EQ(breast.measure, any.measure) << any.wording;
      EXPECT_EQ(breast.techniques, any.techniques) << any.wording;
    }
    EXPECT_TRUE(found) << any.wording;
  }
}

TEST(MarkerCode, RowsForImmuneStainsAreImmuneStainsOfAMarker) {
  const Terms terms = Terms::load(embedded_term_tables()).value();
  for (const Term& term : terms.all()) {
    if (term.field != TermField::marker_stain) continue;
    EXPECT_EQ(term.techniques, technique::immune_stain) << term.wording;
    EXPECT_NE(terms.find(TermField::marker, term.wording), nullptr) << term.wording;
  }
}

}  // namespace
}  // namespace oncobridge::test
