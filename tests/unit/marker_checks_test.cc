// Marker values that contradict each other, their codes or themselves, and words that are no
// result.
#include "converters/mappers/marker_checks.h"

#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped of_breast(const std::string& marker) {
  return map_case(
      with_case(R"("primary_tumors":[{"diagnosis":"breast cancer"}],"markers":[)" + marker + "]"));
}

std::string code_of(const Json& concept_value) {
  return concept_value.contains("coding") ? concept_value["coding"][0]["code"] : "none";
}

// ---- values that cannot be

TEST(MarkerChecks, APercentageAboveAHundredIsWrittenFlaggedAndSaid) {
  const Mapped mapped = of_breast(R"({"marker":"ER","percent":{"value":950,"unit":"%"}})");
  const Json er = mapped.only("Observation");
  EXPECT_EQ(er["valueQuantity"]["value"], 950);
  EXPECT_TRUE(mapped.has_note(er, "a percentage above 100"));
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "percent-above-100 markers[0].percent.value");
}

TEST(MarkerChecks, AHundredPercentIsPossible) {
  EXPECT_TRUE(of_breast(R"({"marker":"ER","percent":{"value":100}})").flags.empty());
}

TEST(MarkerChecks, NumbersBelowZeroAreFlagged) {
  const std::pair<const char*, const char*> markers[] = {
      {R"({"marker":"HER2","ratio":{"value":-1.2}})", "ratio"},
      {R"({"marker":"HER2","copy_number":{"value":-2}})", "copy_number"},
      {R"({"marker":"ER","percent":{"value":-5}})", "percent"},
      {R"({"marker":"CEA","value":{"value":-2,"unit":"ng/mL"}})", "value"}};
  for (const auto& [marker, field] : markers) {
    EXPECT_TRUE(contains(of_breast(marker).flags,
                         "below-zero markers[0]." + std::string(field) + ".value"));
  }
  EXPECT_TRUE(of_breast(R"({"marker":"XYZ-1","value":{"value":-2}})").flags.empty())
      << "may be a score";
}

TEST(MarkerChecks, AnAllredTotalThatIsNotTheSumIsNotCorrected) {
  const Mapped mapped =
      of_breast(R"({"marker":"ER","allred":{"proportion":5,"intensity":3,"total":2}})");
  const Json allred = mapped.only("Observation");
  EXPECT_EQ(allred["valueQuantity"]["value"], 2);
  EXPECT_EQ(allred["component"].size(), 2u);
  EXPECT_TRUE(mapped.has_note(allred, "does not add up"));
  EXPECT_TRUE(contains(mapped.flags, "allred-does-not-add-up markers[0].allred.total"));
}

TEST(MarkerChecks, AnAllredTotalOfOneDoesNotExist) {
  const Mapped mapped = of_breast(R"({"marker":"ER","allred":{"total":1}})");
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "score-not-on-scale markers[0].allred.total");
  EXPECT_TRUE(mapped.has_note(mapped.only("Observation"), "its scale does not have it"));
}

TEST(MarkerChecks, AllredPartsOffTheirScaleRejectTheRecord) {
  for (const char* score : {R"("proportion":6)", R"("intensity":4)", R"("total":9)"}) {
    EXPECT_FALSE(of_breast(R"({"marker":"ER","allred":{)" + std::string(score) + "}}").converted);
  }
}

TEST(MarkerChecks, PossibleAllredScoresAreNotFlagged) {
  for (const char* score :
       {R"("proportion":0,"intensity":0,"total":0)", R"("proportion":5,"intensity":3,"total":8)",
        R"("proportion":5)", R"("total":8)", R"("proportion":4,"total":6)"}) {
    EXPECT_TRUE(of_breast(R"({"marker":"ER","allred":{)" + std::string(score) + "}}").flags.empty())
        << score;
  }
}

TEST(MarkerChecks, AllredStainingOfNoCellContradictsItself) {
  EXPECT_EQ(of_breast(R"({"marker":"ER","allred":{"proportion":0,"intensity":3}})").flags.size(),
            1u);
}

TEST(MarkerChecks, ANegativeMarkerWithAPositiveResultSaysSoToTheReader) {
  for (const char* result : {"positive", "present", "detected", "weakly positive"}) {
    const Mapped mapped =
        of_breast(R"({"marker":"ER","state":"negative","result":")" + std::string(result) + "\"}");
    const Json er = mapped.only("Observation");
    EXPECT_EQ(er["valueCodeableConcept"]["text"], result);
    EXPECT_TRUE(mapped.has_note(er, "contradict each other")) << result;
    EXPECT_TRUE(contains(mapped.flags, "negative-state-with-positive-result markers[0].result"));
  }
}

// ---- unit against code

TEST(UnitAgainstCode, ArbitraryUnitsAreNoMass) {
  const std::pair<const char*, const char*> units[] = {
      {"ng/mL", "2039-6"}, {"U/mL", "19166-8"}, {"IU/mL", "19166-8"}, {"nmol/L", "19167-6"}};
  for (const auto& [unit, code] : units) {
    const Mapped mapped =
        of_breast(R"({"marker":"CEA","value":{"value":5,"unit":")" + std::string(unit) + "\"}}");
    const Json cea = mapped.only("Observation");
    EXPECT_EQ(code_of(cea["code"]), code) << unit;
    EXPECT_EQ(cea["code"]["text"], "CEA");
    EXPECT_TRUE(claims_profile(cea));
    EXPECT_TRUE(mapped.flags.empty()) << unit;
  }
}

TEST(UnitAgainstCode, WithoutAFittingCodeTheNameStandsAlone) {
  const Mapped mapped = of_breast(R"({"marker":"CA 19-9","value":{"value":5,"unit":"ng/mL"}})");
  const Json marker = mapped.only("Observation");
  EXPECT_EQ(marker["code"], Json::parse(R"({"text":"CA 19-9"})"));
  EXPECT_EQ(marker["valueQuantity"]["code"], "ng/mL");
  EXPECT_TRUE(mapped.has_note(marker, "Cancer Ag 19-9 [Units/volume]"));
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "unit-contradicts-code markers[0].value.unit");
}

TEST(UnitAgainstCode, EnzymeActivityIsCountedInUnits) {
  const Json ldh =
      of_breast(R"({"marker":"LDH","value":{"value":250,"unit":"U/L"}})").only("Observation");
  EXPECT_EQ(code_of(ldh["code"]), "2532-0");
}

TEST(UnitAgainstCode, APresenceIsNoPercentage) {
  const Mapped mapped = of_breast(R"({"marker":"p53","value":{"value":80,"unit":"%"}})");
  EXPECT_EQ(code_of(mapped.only("Observation")["code"]), "none");
}

TEST(UnitAgainstCode, ARangeIsHeldAgainstTheCodeToo) {
  const Json psa = of_breast(R"({"marker":"PSA","value":{"low":2,"high":4,"unit":"nmol/L"}})")
                       .only("Observation");
  EXPECT_EQ(code_of(psa["code"]), "19197-3");
}

TEST(UnitAgainstCode, ANumberWithoutAUnitOrWithOneInWordsContradictsNothing) {
  for (const char* value : {R"({"value":5})", R"({"value":5,"unit":"relative units"})"}) {
    const Mapped mapped = of_breast(R"({"marker":"CEA","value":)" + std::string(value) + "}");
    EXPECT_EQ(code_of(mapped.only("Observation")["code"]), "2039-6") << value;
    EXPECT_TRUE(mapped.flags.empty());
  }
}

TEST(UnitAgainstCode, TheIdDoesNotDependOnTheUnit) {
  const auto id = [](const char* unit) {
    return of_breast(R"({"marker":"CEA","value":{"value":5,"unit":")" + std::string(unit) + "\"}}")
        .only("Observation")["id"];
  };
  EXPECT_EQ(id("ng/mL"), id("U/mL"));
}

// ---- words that are no result

TEST(NoResult, WordsThatSayWhyThereIsNoneAreTheReasonAndNoValue) {
  const std::pair<const char*, const char*> words[] = {
      {"not done", "not-performed"},   {"Not performed", "not-performed"},
      {"not tested", "not-performed"}, {"unknown", "unknown"},
      {"not reported", "unknown"},     {"not available", "unknown"},
      {"pending", "temp-unknown"},     {"not asked", "not-asked"}};
  for (const char* field : {"result", "score", "intensity"}) {
    for (const auto& [word, code] : words) {
      const Mapped mapped =
          of_breast(R"({"marker":"HER2",")" + std::string(field) + "\":\"" + word + "\"}");
      const Json her2 = mapped.only("Observation");
      EXPECT_EQ(code_of(her2["dataAbsentReason"]), code) << word;
      EXPECT_EQ(her2["dataAbsentReason"]["text"], word);
      EXPECT_FALSE(her2.contains("valueCodeableConcept")) << word;
      EXPECT_FALSE(claims_profile(her2)) << "TumorMarkerTest demands a value";
      EXPECT_TRUE(mapped.flags.empty());
      EXPECT_FALSE(contains(mapped.unused, "markers[0]." + std::string(field)));
      EXPECT_FALSE(contains(mapped.uncoded, "markers[0]." + std::string(field)));
    }
  }
}

TEST(NoResult, NotDoneIsNeitherNegativeNorUnknown) {
  const Json not_done =
      of_breast(R"({"marker":"ER","result":"not done"})").only("Observation")["dataAbsentReason"];
  const Json unknown =
      of_breast(R"({"marker":"ER","state":"unknown"})").only("Observation")["dataAbsentReason"];
  EXPECT_NE(code_of(not_done), code_of(unknown));
}

TEST(NoResult, AQuantityInWordsToo) {
  const Json ki67 =
      of_breast(R"({"marker":"Ki-67","percent":{"text":"not done"}})").only("Observation");
  EXPECT_EQ(code_of(ki67["dataAbsentReason"]), "not-performed");
  EXPECT_FALSE(ki67.contains("valueString"));
  EXPECT_FALSE(claims_profile(ki67));
}

TEST(NoResult, WordsWithSeveralMeaningsStayAValueInWords) {
  for (const char* word : {"NA", "ND", "cannot be determined", "HER2-low"}) {
    const Json her2 =
        of_breast(R"({"marker":"HER2","result":")" + std::string(word) + "\"}").only("Observation");
    EXPECT_EQ(her2["valueCodeableConcept"], Json({{"text", word}}));
  }
}

TEST(NoResult, ANegativeMarkerThatWasNotTestedIsNotNegative) {
  const Mapped mapped = of_breast(R"({"marker":"ER","state":"negative","result":"not done"})");
  const Json er = mapped.only("Observation");
  EXPECT_FALSE(er.contains("valueCodeableConcept"));
  EXPECT_EQ(code_of(er["dataAbsentReason"]), "not-performed");
  EXPECT_TRUE(mapped.has_note(er, "contradict each other"));
  EXPECT_TRUE(contains(mapped.flags, "negative-state-without-result markers[0].result"));
}

TEST(NoResult, ANegativeMarkerMayBeWithoutAScore) {
  const Mapped mapped = of_breast(R"({"marker":"ER","state":"negative","score":"not done"})");
  ASSERT_EQ(mapped.all("Observation").size(), 2u);
  EXPECT_EQ(code_of(mapped.all("Observation")[0]["valueCodeableConcept"]), "260385009");
  EXPECT_EQ(code_of(mapped.all("Observation")[1]["dataAbsentReason"]), "not-performed");
  EXPECT_TRUE(mapped.flags.empty());
}

TEST(NoResult, TheResultThatComesLaterKeepsTheId) {
  EXPECT_EQ(of_breast(R"({"marker":"ER","result":"pending"})").only("Observation")["id"],
            of_breast(R"({"marker":"ER","result":"positive"})").only("Observation")["id"]);
}

}  // namespace
}  // namespace oncobridge::test
