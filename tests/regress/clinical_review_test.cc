// What a review of the output by clinicians found wrong, one test each.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped map(const std::string& members) { return map_case(with_case(members)); }

TEST(ClinicalReview, DuctalCarcinomaOfThePancreasIsNoBreastCancer) {
  const Json pancreas =
      map(R"("primary_tumors":{"diagnosis":"invasive ductal carcinoma","site":"pancreas"})")
          .only("Condition");
  EXPECT_FALSE(pancreas["code"].contains("coding"));
  EXPECT_EQ(pancreas["code"]["text"], "invasive ductal carcinoma");
  for (const char* site :
       {R"(,"site":"breast")", R"(,"site":{"text":"left breast, 2 o'clock"})", ""}) {
    const Json breast = map(R"("primary_tumors":{"diagnosis":"invasive ductal carcinoma")" +
                            std::string(site) + "}")
                            .only("Condition");
    EXPECT_TRUE(has_code(breast["code"], "408643008")) << site;
  }
}

TEST(ClinicalReview, AReceptorOfADuctalCarcinomaOfThePancreasIsNotTestedOnBreastCancer) {
  const Json marker = map(R"("primary_tumors":{"diagnosis":"IDC","site":"pancreas"},
      "markers":[{"marker":"ER","percent":{"value":5,"unit":"%"}}])")
                          .of_profile("mcode-tumor-marker-test")
                          .at(0);
  EXPECT_FALSE(has_code(marker["code"], "85329-1"));
}

TEST(ClinicalReview, TheStepOfAnotherGradingSystemIsNoStepOfThree) {
  const auto grade = [](std::string_view members) {
    return map(R"("pathology":[{)" + std::string(members) + "}]").only("Observation");
  };
  for (const char* system : {"Fuhrman", "ISUP", "FNCLCC", "WHO", "Gleason"}) {
    const Json other = grade(R"("grade":"3","grade_system":")" + std::string(system) + "\"");
    EXPECT_FALSE(other["valueCodeableConcept"].contains("coding")) << system;
    EXPECT_EQ(other["method"]["text"], system);
  }
  EXPECT_TRUE(has_code(grade(R"("grade":"3","grade_system":"Nottingham")")["valueCodeableConcept"],
                       "1155707008"));
  EXPECT_TRUE(has_code(grade(R"("grade":"3")")["valueCodeableConcept"], "1155707008"));
  EXPECT_TRUE(has_code(
      grade(R"("grade":"high grade","grade_system":"WHO")")["valueCodeableConcept"], "1155707008"))
      << "words are no step";
}

TEST(ClinicalReview, WhoWithoutAnEditionIsNotTheFifth) {
  EXPECT_FALSE(map(R"("pathology":[{"grade":"low","grade_system":"WHO"}])")
                   .only("Observation")["method"]
                   .contains("coding"));
}

TEST(ClinicalReview, AClinicalM0BehindN3IsNoN3c) {
  EXPECT_EQ(map(R"("stages":[{"tnm":"cT4N3cM0"}])").flags,
            std::vector<std::string>{"tnm-ambiguous stages[0].tnm"});
  EXPECT_TRUE(map(R"("stages":[{"tnm":"cT4 N3 cM0"}])").flags.empty());
  EXPECT_TRUE(map(R"("stages":[{"tnm":"cT4N3cM0 ","n":"cN3c"}])").flags.size() == 1u);
}

TEST(ClinicalReview, TwoUnreadableCategoriesBesideATnmStringAreTwoObservations) {
  const Mapped mapped =
      map(R"("stages":[{"kind":"clinical","tnm":"cT2N1M0","n":"unknown","m":"not assessed"}])");
  ASSERT_TRUE(mapped.converted);
  EXPECT_EQ(mapped.all("Observation").size(), 5u);
}

TEST(ClinicalReview, AnUnknownCauseOfDeathKeepsItsQuestion) {
  const Json asked =
      map(R"("conditions":[{"kind":"cause-of-death","condition":"cancer","state":"unknown"}])")
          .only("Observation");
  EXPECT_TRUE(has_code(asked["code"], "184305005"));
  EXPECT_TRUE(has_code(asked["dataAbsentReason"], "unknown"));
  const Mapped worded = map(R"("conditions":[{"kind":"cause-of-death","condition":"unknown"}])");
  EXPECT_TRUE(worded.all("Condition").empty());
  EXPECT_TRUE(has_code(worded.only("Observation")["dataAbsentReason"], "unknown"));
}

TEST(ClinicalReview, ADeniedCauseOfDeathIsNoCause) {
  const Mapped mapped =
      map(R"("conditions":[{"kind":"cause-of-death","condition":"suicide","state":"negative"}])");
  EXPECT_TRUE(mapped.all("Condition").empty());
  EXPECT_EQ(mapped.only("Observation")["valueString"], "not suicide");
}

TEST(ClinicalReview, ANegativeBoneScanWithItsFindingWasNotNotDone) {
  const Mapped mapped = map(
      R"("examinations":[{"examination":"bone scan","state":"negative","finding_text":"no metastases"}])");
  EXPECT_EQ(mapped.only("Procedure")["status"], "unknown");
  EXPECT_EQ(mapped.only("Observation")["valueString"], "no metastases");
  EXPECT_EQ(mapped.flags,
            std::vector<std::string>{"negative-examination-with-result examinations[0].state"});
  EXPECT_TRUE(mapped.unused.empty());
  EXPECT_EQ(map(R"("examinations":[{"examination":"bone scan","state":"negative"}])")
                .only("Procedure")["status"],
            "not-done");
}

TEST(ClinicalReview, APelvisThatIsIrradiatedIsNotItsBone) {
  const auto volume = [](std::string_view site) {
    return map(R"("radiotherapy":[{"volumes":[{"site":")" + std::string(site) + R"("}]}])")
        .only("BodyStructure")["location"];
  };
  EXPECT_FALSE(has_code(volume("pelvis"), "118645006"));
  EXPECT_TRUE(has_code(volume("bony pelvis"), "118645006"));
  EXPECT_TRUE(has_code(volume("pelvic lymph nodes"), "245294005"));
}

TEST(ClinicalReview, ADifferentialDiagnosisOfCancerClaimsNoCancer) {
  const Mapped mapped =
      map(R"("primary_tumors":{"diagnosis":"lung cancer","verification":"differential"},
      "metastases":[{"site":"liver","verification":"differential"}])");
  for (const Json& condition : mapped.all("Condition")) EXPECT_FALSE(claims_profile(condition));
}

TEST(ClinicalReview, AHeightInMetersIsNoVitalSignOfR4) {
  const auto height = [](std::string_view unit) {
    return map(R"("body_measures":[{"kind":"body-height","value":{"value":1.7,"unit":")" +
               std::string(unit) + R"("}}])")
        .only("Observation");
  };
  EXPECT_FALSE(height("m")["code"].contains("coding"));
  EXPECT_TRUE(has_code(height("cm")["code"], "8302-2"));
  EXPECT_FALSE(height("cm").contains("_effectiveDateTime")) << "vs-1";
}

TEST(ClinicalReview, TheDosesOfSeveralVolumesNameTheirVolume) {
  const Mapped mapped = map(R"("radiotherapy":[{"status":"planned","volumes":[
      {"site":"breast","dose":{"value":50,"unit":"Gy"}},{"site":"axilla","dose":{"value":46,"unit":"Gy"}}]}])");
  const Json notes = mapped.only("Procedure")["note"];
  ASSERT_EQ(notes.size(), 6u);
  EXPECT_EQ(notes[0]["text"], "Volume: breast");
  EXPECT_EQ(notes[3]["text"], "Volume: axilla");
  EXPECT_EQ(notes[4]["text"], "Total dose: 46");
}

TEST(ClinicalReview, AnOrderWithoutAnOrdererIsStillAnOrder) {
  const Json request =
      map(R"("medications":[{"drug":"letrozole","role":"ordered"}])").only("MedicationRequest");
  EXPECT_EQ(request["intent"], "order");
  EXPECT_EQ(request["requester"]["display"], "not stated");
}

TEST(ClinicalReview, APlannedAdministrationHasADate) {
  const Mapped mapped = map(
      R"("medications":[{"drug":"letrozole","role":"administered","status":"planned","when":"2025"}])");
  const Json statement = mapped.only("MedicationStatement");
  EXPECT_FALSE(mapped.has_note(statement, "without a date"));
  EXPECT_TRUE(mapped.has_note(statement, "planned"));
}

TEST(ClinicalReview, ResponseByRanoIsNotResponseByRecist) {
  const auto code = [](std::string_view criteria) {
    return map(R"("responses":[{"kind":"recist","value":"PR")" + std::string(criteria) + "}]")
        .only("Observation")["code"]["text"]
        .get<std::string>();
  };
  EXPECT_EQ(code(R"(,"criteria":"RANO")"), "Response to treatment");
  EXPECT_EQ(code(R"(,"criteria":"RECIST 1.1")"), "Response by RECIST");
  EXPECT_EQ(code(""), "Response by RECIST");
}

TEST(ClinicalReview, ADrugWhoseEndPrecedesItsStartIsNotCompleted) {
  EXPECT_EQ(map(R"("medications":[{"drug":"letrozole",
      "when":{"start":"2020-01-01","end":"2019-01-01"}}])")
                .only("MedicationStatement")["status"],
            "unknown");
}

TEST(ClinicalReview, RadiotherapyAmongOperationsIsNoOperation) {
  const Mapped mapped = map(R"("primary_tumors":{"id":"p","diagnosis":"breast cancer"},
      "surgeries":[{"procedure":"radiotherapy","condition":"p"},{"procedure":"lumpectomy","condition":"p"}])");
  EXPECT_EQ(mapped.of_profile("mcode-cancer-related-surgical-procedure").size(), 1u);
}

TEST(ClinicalReview, AWordingForUnknownIsNoValue) {
  const Json menopause =
      map(R"("patient":{"menopausal_status":"unknown"})").coded("Observation", "161712005").at(0);
  EXPECT_FALSE(menopause.contains("valueCodeableConcept"));
  const Mapped tumor = map(R"("primary_tumors":{"diagnosis":"lung cancer","histology":"unknown"},
      "stages":[{"kind":"clinical","group":"unknown"}])");
  EXPECT_FALSE(tumor.only("Condition").contains("extension"));
  EXPECT_TRUE(tumor.has_note(tumor.only("Condition"), "Histology: unknown"));
  EXPECT_TRUE(has_code(tumor.only("Observation")["dataAbsentReason"], "unknown"));
  EXPECT_FALSE(claims_profile(tumor.only("Observation")));
}

// ---- of what the first review had changed

std::string marker_code(const std::string& marker, const std::string& tumor = "breast cancer") {
  const Mapped mapped =
      map(R"("primary_tumors":{"diagnosis":")" + tumor + R"("},"markers":[{)" + marker + "}]");
  const Json code = mapped.only("Observation")["code"];
  return code.contains("coding") ? code["coding"][0]["code"].get<std::string>() : "none";
}

TEST(ClinicalReview, ACloneOrAKitAsMethodIsAStain) {
  for (const char* method : {"SP1", "clone SP1", "Allred", "Envision", "core needle biopsy"}) {
    EXPECT_EQ(marker_code(R"("marker":"ER","percent":{"value":90,"unit":"%"},"method":")" +
                          std::string(method) + "\""),
              "85329-1")
        << method;
  }
  EXPECT_EQ(marker_code(R"("marker":"HER2","score":"2+","method":"HercepTest")"), "85319-2");
  EXPECT_EQ(
      marker_code(R"("marker":"ER","percent":{"value":90,"unit":"%"},"method":"Oncotype DX")"),
      "none");
}

TEST(ClinicalReview, TheResultOfAStainMayBeAnyWord) {
  EXPECT_EQ(marker_code(R"("marker":"Ki-67","result":"high")"), "33055-5");
  EXPECT_EQ(marker_code(R"("marker":"E-cadherin","result":"loss")"), "55229-9");
  EXPECT_NE(marker_code(R"("marker":"p53","result":"mutated")"), "14229-9");
}

TEST(ClinicalReview, AnotherHybridizationThanFishIsNoContradiction) {
  const Mapped mapped =
      map(R"("markers":[{"marker":"HER2","ratio":{"value":2.5},"method":"ISH"}])");
  EXPECT_TRUE(mapped.flags.empty());
  EXPECT_FALSE(mapped.only("Observation")["code"].contains("coding"));
}

TEST(ClinicalReview, ASerumLevelOfWhatTheTableOnlyStainsIsNoContradiction) {
  EXPECT_TRUE(
      map(R"("markers":[{"marker":"S-100","value":{"value":0.15,"unit":"ug/L"}}])").flags.empty());
}

TEST(ClinicalReview, PivkaInItsUsualUnitIsNoMass) {
  EXPECT_EQ(marker_code(R"("marker":"PIVKA-II","value":{"value":40,"unit":"mAU/mL"})"), "93768-0");
}

TEST(ClinicalReview, TheSameStageGroupWrittenTwoWaysIsNoContradiction) {
  EXPECT_TRUE(map(R"("stages":[{"tnm":"T2N1M0 stage IIB","group":"Stage IIB"}])").flags.empty());
}

TEST(ClinicalReview, BloomRichardsonHasThreeSteps) {
  const Json grade =
      map(R"("pathology":[{"grade":"2","grade_system":"Bloom-Richardson"}])").only("Observation");
  EXPECT_TRUE(has_code(grade["valueCodeableConcept"], "1286893008"));
}

TEST(ClinicalReview, APlaceInsideTheBreastIsTheBreast) {
  for (const char* site : {R"({"text":"2 o'clock position","laterality":"left"})",
                           R"("outer quadrant")", R"({"laterality":"left"})"}) {
    EXPECT_TRUE(
        has_code(map(R"("primary_tumors":{"diagnosis":"IDC","site":)" + std::string(site) + "}")
                     .only("Condition")["code"],
                 "408643008"))
        << site;
  }
  EXPECT_TRUE(has_code(
      map(R"("primary_tumors":{"diagnosis":"IDC","occult":true,"site":"axillary lymph nodes"})")
          .only("Condition")["code"],
      "408643008"));
}

TEST(ClinicalReview, APositionOnTheClockIsNoBreast) {
  const auto ki67 = [](const std::string& tumor) {
    return map(R"("primary_tumors":{)" + tumor +
               R"(},"markers":[{"marker":"Ki-67","percent":{"value":20,"unit":"%"}}])")
        .of_profile("mcode-tumor-marker-test")
        .at(0)["code"];
  };
  EXPECT_FALSE(
      has_code(ki67(R"("diagnosis":"prostate cancer","site":{"text":"6 o'clock"})"), "85330-9"));
  EXPECT_TRUE(has_code(ki67(R"("diagnosis":"IDC","site":{"text":"6 o'clock"})"), "85330-9"));
}

// ---- found by attack

TEST(ClinicalReview, TheWordingOfACodedSiteStaysBesideAFinerText) {
  const Mapped mapped = map(R"("primary_tumors":{"diagnosis":"kidney cancer",
      "icd10cm":{"code":"C64.9","text":"cancer of kidney, unspecified"},
      "site":{"site":{"code":"64033007","text":"Niere"},"text":"upper pole"}})");
  const Json condition = mapped.only("Condition");
  EXPECT_TRUE(mapped.has_note(condition, "Site as stated: Niere"));
  EXPECT_TRUE(mapped.has_note(condition, "ICD-10-CM: cancer of kidney, unspecified"));
}

TEST(ClinicalReview, AReversedDoseRangeLeavesNoEmptyElement) {
  const Mapped mapped = map(
      R"("medications":[{"drug":"letrozole","dosage":[{"dose":{"low":5,"high":2,"unit":"mg"}}]}])");
  EXPECT_EQ(mapped.bytes.find("{}"), std::string::npos);
  EXPECT_FALSE(mapped.only("MedicationStatement").contains("dosage"));
}

TEST(ClinicalReview, ACorrectedRemarkSwapsNoIds) {
  const auto ids = [](std::string_view first) {
    const Mapped mapped = map(R"("medications":[{"drug":"letrozole","note":")" +
                              std::string(first) + R"("},{"drug":"letrozole","note":"m second"}])");
    return mapped.all("MedicationStatement")[0]["id"];
  };
  EXPECT_EQ(ids("a first"), ids("z first"));
}

}  // namespace
}  // namespace oncobridge::test
