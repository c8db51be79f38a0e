// Tumour markers, as clinical statements.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include "converters/terms.h"
#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-tumor-marker-test";

Mapped map_markers(const std::string& markers) {
  return map_case(with_case(R"("primary_tumors":[{"id":"tumor","diagnosis":"breast cancer"}],
    "specimens":[{"id":"core","type":"tissue"},{"id":"untyped","identifier":"B7"}],
    "markers":[)" + markers +
                            "]"));
}

// The only marker Observation.
Json only_marker(const std::string& marker) { return map_markers(marker).only("Observation"); }

std::string first_code(Json concept_value) { return concept_value["coding"][0]["code"]; }

bool claims(Json resource) { return resource.contains("meta"); }

const Json* find_code(const std::vector<Json>& all, std::string_view code) {
  for (const Json& one : all) {
    if (one["code"].contains("coding") && one["code"]["coding"][0]["code"] == code) return &one;
  }
  return nullptr;
}

TEST(TumorMarker, NotReportedMarkerGivesNothing) {
  EXPECT_TRUE(map_case(with_case(R"("primary_tumors":[{"diagnosis":"breast cancer"}])"))
                  .all("Observation")
                  .empty());
}

TEST(TumorMarker, ProgesteroneReceptorNegativeIsAValueNotAnAbsence) {
  Json pr = only_marker(R"({"marker":"PR","result":"negative"})");
  EXPECT_EQ(first_code(pr["code"]), "85339-0");
  EXPECT_EQ(first_code(pr["valueCodeableConcept"]), "260385009");
  EXPECT_FALSE(pr.contains("dataAbsentReason"));
  EXPECT_TRUE(claims(pr));
}

TEST(TumorMarker, CodesForABreastCancerSpecimenAreNotUsedForAnotherTumor) {
  const auto of_liver = [](const std::string& marker) {
    return map_case(with_case(R"("primary_tumors":[{"diagnosis":"liver cancer"}],"markers":[)" +
                              marker + "]"))
        .only("Observation");
  };
  Json percent = of_liver(R"({"marker":"Ki-67","percent":{"value":20}})");
  EXPECT_EQ(first_code(percent["code"]), "29593-1");
  Json status = of_liver(R"({"marker":"ER","result":"positive"})");
  EXPECT_EQ(first_code(status["code"]), "40556-3");
  EXPECT_EQ(status["code"]["text"], "ER");
  Json intensity = of_liver(R"({"marker":"ER","intensity":"strong"})");
  EXPECT_EQ(first_code(intensity["code"]), "55229-9") << "LOINC has none for other tissue";
  Json ki67 = of_liver(R"({"marker":"Ki-67","value":{"value":20,"unit":"%"}})");
  EXPECT_EQ(ki67["code"]["text"], "Ki-67");
  EXPECT_EQ(ki67.dump().find("85330-9"), std::string::npos);
}

TEST(TumorMarker, WithoutAPrimaryTumorNobodyKnowsThatItIsTheBreast) {
  Json er =
      map_case(with_case(R"("markers":[{"marker":"ER","result":"positive"}])")).only("Observation");
  EXPECT_EQ(first_code(er["code"]), "40556-3");
}

TEST(TumorMarker, MarkerWithNothingButItsNameAndStateNegativeIsNegative) {
  Json er = only_marker(R"({"marker":"ER","state":"negative"})");
  EXPECT_EQ(first_code(er["code"]), "85337-4");
  EXPECT_EQ(first_code(er["valueCodeableConcept"]), "260385009");
  EXPECT_TRUE(claims(er));
}

TEST(TumorMarker, NegativeHer2IsTheOverallResultNegative) {
  Json her2 = only_marker(R"({"marker":"HER2","state":"negative"})");
  EXPECT_EQ(first_code(her2["code"]), "48676-1");
  EXPECT_EQ(first_code(her2["valueCodeableConcept"]), "260385009");
}

TEST(TumorMarker, NegativeMarkerKeepsTheWordingOfItsResult) {
  Json er = only_marker(R"({"marker":"ER","state":"negative","result":"no staining"})");
  EXPECT_EQ(first_code(er["valueCodeableConcept"]), "260385009");
  EXPECT_EQ(er["valueCodeableConcept"]["text"], "no staining");
}

TEST(TumorMarker, NegativeMarkerWithAPositiveResultIsFlagged) {
  const Mapped mapped = map_markers(R"({"marker":"ER","state":"negative","result":"positive"})");
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "negative-state-with-positive-result markers[0].result");
}

TEST(TumorMarker, UnknownReceptorIsABaseObservationWithTheReason) {
  Json er = only_marker(R"({"marker":"ER","state":"unknown","specimen":"core"})");
  EXPECT_FALSE(claims(er));
  EXPECT_EQ(first_code(er["dataAbsentReason"]), "unknown");
  EXPECT_FALSE(er.contains("valueCodeableConcept"));
  EXPECT_TRUE(er.contains("specimen"));
}

TEST(TumorMarker, ReceptorThatBecomesKnownKeepsItsId) {
  Json unknown = only_marker(R"({"marker":"ER","state":"unknown"})");
  Json known = only_marker(R"({"marker":"ER","result":"positive"})");
  EXPECT_EQ(unknown["id"], known["id"]);
}

TEST(TumorMarker, ConcentrationThatBecomesKnownKeepsItsId) {
  Json unknown = only_marker(R"({"marker":"CEA","state":"unknown"})");
  Json normal = only_marker(R"({"marker":"CEA","interpretation":"normal"})");
  Json known = only_marker(R"({"marker":"CEA","value":{"value":2.1,"unit":"ng/mL"}})");
  EXPECT_EQ(unknown["id"], known["id"]);
  EXPECT_EQ(normal["id"], known["id"]);
}

TEST(TumorMarker, EveryWayOfReportingIsAnObservationAndAFurtherOneMovesNoId) {
  auto one = map_markers(R"({"marker":"ER","percent":{"value":90,"unit":"%"}})").all("Observation");
  auto all = map_markers(R"({"marker":"ER","result":"positive","percent":{"value":90,"unit":"%"},
    "score":"3+","intensity":"strong","allred":{"total":8}})")
                 .all("Observation");
  ASSERT_EQ(one.size(), 1u);
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [&](Json o) { return o["id"] == one[0]["id"]; }),
            1);
}

TEST(TumorMarker, ReceptorPercentKeepsItsComparator) {
  const Mapped mapped = map_markers(
      R"({"marker":"ER","percent":{"value":90,"comparator":">","unit":"%","text":">90%"}})");
  Json er = mapped.only("Observation");
  EXPECT_EQ(first_code(er["code"]), "85329-1");
  EXPECT_EQ(er["valueQuantity"]["comparator"], ">");
  EXPECT_EQ(er["valueQuantity"]["code"], "%");
  EXPECT_TRUE(mapped.has_note(er, ">90%"));
  EXPECT_TRUE(claims(er));
}

TEST(TumorMarker, PercentWithoutItsSignIsStillAPercentage) {
  Json below = only_marker(R"({"marker":"PR","percent":{"high":10}})");
  EXPECT_EQ(below["valueRange"]["high"]["code"], "%");
  Json pr = only_marker(R"({"marker":"PR","percent":{"value":60}})");
  EXPECT_EQ(first_code(pr["code"]), "85325-9");
  EXPECT_EQ(pr["valueQuantity"]["unit"], "%");
  EXPECT_EQ(pr["valueQuantity"]["code"], "%");
}

TEST(TumorMarker, Ki67RangeIsARangeAndClaimsNoProfile) {
  Json ki67 = only_marker(R"({"marker":"Ki-67","percent":{"low":15,"high":20,"unit":"%"}})");
  EXPECT_EQ(first_code(ki67["code"]), "85330-9");
  EXPECT_EQ(ki67["valueRange"]["low"]["value"], 15);
  EXPECT_EQ(ki67["valueRange"]["high"]["value"], 20);
  EXPECT_FALSE(claims(ki67));
}

TEST(TumorMarker, Ki67PercentMeetsTheProfile) {
  EXPECT_TRUE(claims(only_marker(R"({"marker":"Ki-67","percent":{"value":10,"unit":"%"}})")));
}

TEST(TumorMarker, PercentOfAMarkerWithoutAPercentCodeIsAnImmuneStainThatSaysWhat) {
  for (const char* marker : {R"({"marker":"p53","method":"IHC","percent":{"value":80}})",
                             R"({"marker":"p40","percent":{"value":80}})"}) {
    Json stain = only_marker(marker);
    EXPECT_EQ(first_code(stain["code"]), "55229-9") << marker;
    EXPECT_TRUE(stain["code"]["text"].get<std::string>().ends_with(", percentage of cells"));
  }
}

TEST(TumorMarker, MethodThatIsNotKnownAsAStainGivesNoStainCode) {
  Json p53 = only_marker(
      R"({"marker":"p53","method":"flow cytometry","percent":{"value":80,"unit":"%"}})");
  EXPECT_FALSE(p53["code"].contains("coding"));
  EXPECT_EQ(p53["code"]["text"], "p53, percentage of cells");
}

TEST(TumorMarker, Her2ImmunohistochemistryScoresAreCodedAnswers) {
  const std::pair<const char*, const char*> scores[] = {
      {"0", "LA6111-4"}, {"1+", "LA11841-6"}, {"2+", "LA11842-4"}, {"3+", "LA11843-2"}};
  for (const auto& [score, code] : scores) {
    Json her2 = only_marker(std::string(R"({"marker":"HER2","score":")") + score + "\"}");
    EXPECT_EQ(first_code(her2["code"]), "85319-2");
    EXPECT_EQ(first_code(her2["valueCodeableConcept"]), code) << score;
    EXPECT_EQ(her2["valueCodeableConcept"]["text"], score);
    EXPECT_TRUE(claims(her2));
  }
}

TEST(TumorMarker, Her2LowAndUltralowStayWords) {
  Json low = only_marker(R"({"marker":"HER2","result":"HER2-low"})");
  EXPECT_EQ(low["valueCodeableConcept"], Json::parse(R"({"text":"HER2-low"})"));
  Json ultralow = only_marker(R"x({"marker":"HER2","score":"0 (ultralow)"})x");
  EXPECT_EQ(ultralow["valueCodeableConcept"], Json::parse(R"x({"text":"0 (ultralow)"})x"));
}

TEST(TumorMarker, Her2InSituHybridisationHasRatioCopyNumberAndResultOfItsOwn) {
  auto all = map_markers(R"({"marker":"HER2","method":"FISH","result":"negative",
    "ratio":{"value":1.2},"copy_number":{"value":2.8}})")
                 .all("Observation");
  ASSERT_EQ(all.size(), 3u);
  ASSERT_NE(find_code(all, "85318-4"), nullptr);
  ASSERT_NE(find_code(all, "49683-6"), nullptr);
  ASSERT_NE(find_code(all, "74860-8"), nullptr);
  EXPECT_EQ(find_code(all, "49683-6")->at("valueQuantity").at("value"), 1.2);
  EXPECT_EQ(find_code(all, "74860-8")->at("valueQuantity").at("value"), 2.8);
  for (const Json& one : all) EXPECT_TRUE(claims(one));
}

TEST(TumorMarker, AllredScoreHasItsTotalAsValueAndItsPartsAsComponents) {
  const Mapped mapped =
      map_markers(R"({"marker":"ER","allred":{"proportion":5,"intensity":3,"total":8}})");
  Json allred = mapped.only("Observation");
  EXPECT_EQ(allred["code"]["text"], "ER, Allred score");
  EXPECT_EQ(allred["valueQuantity"]["value"], 8);
  EXPECT_EQ(allred["valueQuantity"]["code"], "{score}");
  ASSERT_EQ(allred["component"].size(), 2u);
  EXPECT_EQ(allred["component"][0]["valueInteger"], 5);
  EXPECT_EQ(allred["component"][1]["valueInteger"], 3);
  EXPECT_TRUE(claims(allred));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(TumorMarker, AllredTotalIsNeverAddedUp) {
  Json allred = only_marker(R"({"marker":"ER","allred":{"proportion":5,"intensity":3}})");
  EXPECT_FALSE(allred.contains("valueQuantity"));
  EXPECT_FALSE(claims(allred));
}

TEST(TumorMarker, IntensityIsAnObservationOfItsOwn) {
  Json intensity = only_marker(R"({"marker":"PR","intensity":"moderate"})");
  EXPECT_EQ(first_code(intensity["code"]), "85331-7");
  EXPECT_EQ(intensity["valueCodeableConcept"]["text"], "moderate");
}

TEST(TumorMarker, GeneralMarkersComeFromTheTableAlone) {
  constexpr const char* kMarkers[][3] = {{"CEA", "2039-6", "ng/mL"},
                                         {"CA 15-3", "6875-9", "U/mL"},
                                         {"CA 19-9", "24108-3", "U/mL"},
                                         {"PSA", "2857-1", "ng/mL"},
                                         {"AFP", "1834-1", "ng/mL"}};
  for (const auto& [name, code, unit] : kMarkers) {
    Json marker = only_marker(std::string(R"({"marker":")") + name +
                              R"(","value":{"value":5.93,"unit":")" + unit + "\"}}");
    EXPECT_EQ(first_code(marker["code"]), code) << name;
    EXPECT_EQ(marker["valueQuantity"]["value"], 5.93);
    EXPECT_TRUE(claims(marker));
  }
}

bool names(std::string_view text, std::string_view word) {
  const auto inside = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t after = at + word.size();
    if ((at == 0 || !inside(text[at - 1])) && (after == text.size() || !inside(text[after])))
      return true;
  }
  return false;
}

TEST(TumorMarker, NewMarkerIsATableLineBecauseTheCodeNamesNone) {
  std::string code;
  for (const char* name : {"tumor_marker.cc", "marker_code.cc", "marker_code.h"}) {
    std::ifstream file(ONCOBRIDGE_SOURCE_DIR "/converters/mappers/" + std::string(name));
    code.append(std::istreambuf_iterator<char>(file), {});
  }
  ASSERT_TRUE(names(code, "Allred"));
  const Terms terms = Terms::load(embedded_term_tables()).value();
  for (const Term& term : terms.all()) {
    if (term.field != TermField::marker) continue;
    EXPECT_FALSE(names(code, term.wording)) << term.wording;
  }
}

TEST(TumorMarker, StainWithoutACodeOfItsOwnIsNamedInWords) {
  Json gata3 = only_marker(R"x({"marker":"GATA3","result":"(+)"})x");
  EXPECT_EQ(first_code(gata3["code"]), "55229-9");
  EXPECT_EQ(gata3["code"]["text"], "GATA3");
  EXPECT_EQ(first_code(gata3["valueCodeableConcept"]), "10828004");
  EXPECT_EQ(gata3["valueCodeableConcept"]["text"], "(+)");
}

TEST(TumorMarker, StainsThatShareACodeDoNotMoveEachOther) {
  auto both =
      map_markers(R"({"marker":"CK7","result":"positive"},{"marker":"GATA3","result":"positive"})")
          .all("Observation");
  Json alone = only_marker(R"({"marker":"GATA3","result":"positive"})");
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[1]["id"], alone["id"]);
}

TEST(TumorMarker, MarkerTheTableDoesNotKnowIsItsName) {
  const Mapped mapped = map_markers(R"({"marker":"XYZ-1","value":{"value":"5"}})");
  EXPECT_FALSE(mapped.converted);  // a number is a number
  Json marker = only_marker(R"({"marker":"XYZ-1","value":{"value":5}})");
  EXPECT_EQ(marker["code"], Json::parse(R"({"text":"XYZ-1"})"));
}

TEST(TumorMarker, PreviouslyWithinNormalLimitsIsNoValue) {
  Json cea = only_marker(R"({"marker":"CEA","interpretation":"within normal limits"})");
  EXPECT_FALSE(claims(cea));
  EXPECT_EQ(first_code(cea["interpretation"][0]), "N");
  EXPECT_EQ(first_code(cea["dataAbsentReason"]), "unknown");
  EXPECT_EQ(first_code(cea["code"]), "2039-6");
}

TEST(TumorMarker, InterpretationAndReferenceRangeStandWithTheMeasuredValueOnly) {
  auto all =
      map_markers(R"({"marker":"CEA","result":"positive","value":{"value":5.93,"unit":"ng/mL"},
    "interpretation":"elevated","reference_range":{"low":0,"high":5,"unit":"ng/mL"}})")
          .all("Observation");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[0].contains("interpretation"));
  EXPECT_FALSE(all[0].contains("referenceRange"));
  EXPECT_EQ(first_code(all[1]["interpretation"][0]), "H");
  EXPECT_EQ(all[1]["referenceRange"][0]["low"]["value"], 0);
  EXPECT_EQ(all[1]["referenceRange"][0]["high"]["value"], 5);
  EXPECT_EQ(all[1]["referenceRange"][0]["high"]["code"], "ng/mL");
}

TEST(TumorMarker, ReferenceRangeBelowALimitHasAnUpperEndAndTheSignInWords) {
  Json marker = only_marker(R"({"marker":"CA 15-3","value":{"value":28,"unit":"U/mL"},
    "reference_range":{"value":31.3,"comparator":"<","unit":"U/mL"}})");
  Json range = marker["referenceRange"][0];
  EXPECT_EQ(range["high"]["value"], 31.3);
  EXPECT_FALSE(range["high"].contains("comparator"));  // SimpleQuantity
  EXPECT_FALSE(range.contains("low"));
  EXPECT_EQ(range["text"], "<31.3");
}

TEST(TumorMarker, ReferenceLimitWithASignIsThatLimit) {
  const auto range_of = [](const std::string& range) {
    return only_marker(R"({"marker":"CEA","value":{"value":3},"reference_range":)" + range + "}");
  };
  const Json below = range_of(R"({"high":5,"comparator":"<"})")["referenceRange"];
  EXPECT_EQ(below, Json::parse(R"([{"high":{"value":5},"text":"<5"}])"));
  const Json above = range_of(R"({"low":90,"comparator":">"})")["referenceRange"];
  EXPECT_EQ(above, Json::parse(R"([{"low":{"value":90},"text":">90"}])"));
}

TEST(TumorMarker, SignThatFitsNoLimitIsLeftOutAndCounted) {
  const Mapped mapped = map_markers(
      R"({"marker":"CEA","value":{"value":3},"reference_range":{"high":5,"comparator":">"}})");
  EXPECT_EQ(mapped.only("Observation")["referenceRange"], Json::parse(R"([{"high":{"value":5}}])"));
  EXPECT_EQ(std::count(mapped.unused.begin(), mapped.unused.end(),
                       "markers[0].reference_range.comparator"),
            1);
}

TEST(TumorMarker, ApproximateValueIsANote) {
  const Mapped mapped =
      map_markers(R"({"marker":"Ki-67","percent":{"value":15,"unit":"%","approximate":true}})");
  EXPECT_TRUE(mapped.has_note(mapped.only("Observation"), "approximate"));
}

TEST(TumorMarker, MonthIsAPeriodBecauseOfUsCore1) {
  Json month = only_marker(R"({"marker":"ER","result":"positive","when":"2019-10"})");
  EXPECT_EQ(month["effectivePeriod"], Json::parse(R"({"start":"2019-10","end":"2019-10"})"));
  Json day = only_marker(R"({"marker":"ER","result":"positive","when":"2020-03-17"})");
  EXPECT_EQ(day["effectiveDateTime"], "2020-03-17");
}

TEST(TumorMarker, TestedTumourIsTheRelatedConditionNotTheFocus) {
  const Mapped mapped =
      map_markers(R"({"marker":"ER","result":"positive","condition":"tumor","specimen":"core"})");
  Json er = mapped.only("Observation");
  ASSERT_EQ(er["extension"].size(), 1u);
  EXPECT_EQ(er["extension"][0]["url"],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition");
  EXPECT_EQ(er["extension"][0]["valueReference"]["reference"],
            "Condition/" + mapped.only("Condition")["id"].get<std::string>());
  EXPECT_FALSE(er.contains("focus"));
  EXPECT_EQ(er["specimen"]["reference"].get<std::string>().substr(0, 9), "Specimen/");
  EXPECT_TRUE(claims(er));
}

TEST(TumorMarker, SpecimenWithoutATypeIsNoHumanSpecimenSoTheMarkerClaimsNothing) {
  Json er = only_marker(R"({"marker":"ER","result":"positive","specimen":"untyped"})");
  EXPECT_TRUE(er.contains("specimen"));
  EXPECT_FALSE(claims(er));
}

TEST(TumorMarker, NothingOfAMarkerIsLost) {
  const Mapped mapped = map_markers(
      R"({"marker":"HER2","method":"IHC","when":{"date":"2021-03-04","text":"before surgery"},
    "specimen":"core","condition":"tumor","panel":"p","result":"positive","score":"3+",
    "text":"HER2 3+","note":"strong complete staining",
    "interpretation":"abnormal"})");
  for (const std::string& path : mapped.unused) EXPECT_NE(path.substr(0, 7), "markers") << path;
}

// ---- panels

constexpr const char* kPanel =
    R"({"marker":"ER","panel":"biopsy","specimen":"core","when":"2021-03-04","result":"positive",
    "percent":{"value":90}},
  {"marker":"PR","panel":"biopsy","specimen":"core","when":"2021-03-04","result":"negative"},
  {"marker":"CEA","specimen":"core","when":"2021-03-04","value":{"value":2}})";

std::vector<Json> panels(const Mapped& mapped) {
  std::vector<Json> found;
  for (const Json& one : mapped.all("Observation")) {
    if (one.contains("hasMember")) found.push_back(one);
  }
  return found;
}

TEST(TumorMarker, MarkersWithOnePanelLabelAreHeldTogetherWithSpecimenAndDate) {
  const Mapped mapped = map_markers(kPanel);
  auto found = panels(mapped);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["code"]["text"], "Tumor marker panel: biopsy");
  EXPECT_EQ(found[0]["hasMember"].size(), 3u);  // ER result, ER percent, PR result
  EXPECT_TRUE(found[0].contains("specimen"));
  EXPECT_EQ(found[0]["effectiveDateTime"], "2021-03-04");
  EXPECT_FALSE(claims(found[0]));
  auto markers = mapped.of_profile(kProfile);
  EXPECT_EQ(markers.size(), 4u);
  EXPECT_EQ(found[0]["hasMember"][0]["reference"],
            "Observation/" + markers[0]["id"].get<std::string>());
}

TEST(TumorMarker, WithoutALabelThereIsNoPanel) {
  EXPECT_TRUE(panels(map_markers(R"({"marker":"ER","specimen":"core","result":"positive"},
    {"marker":"PR","specimen":"core","result":"positive"})"))
                  .empty());
}

TEST(TumorMarker, PanelWhoseMembersDifferInDateHasNoDate) {
  auto found =
      panels(map_markers(R"({"marker":"ER","panel":"p","when":"2021-03-04","result":"positive"},
    {"marker":"HER2","panel":"p","when":"2021-03-09","result":"positive"})"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_FALSE(found[0].contains("effectiveDateTime"));
}

TEST(TumorMarker, AgesInYearsAndInMonthsAreNotTheSameTime) {
  const auto notes_of = [](const std::string& age) {
    auto found = panels(map_markers(
        R"({"marker":"ER","panel":"p","when":{"age":{"value":40,"unit":"a"}},"result":"positive"},
        {"marker":"PR","panel":"p","when":{"age":)" +
        age + R"(},"result":"positive"})"));
    return found.at(0).contains("note");
  };
  EXPECT_TRUE(notes_of(R"({"value":40,"unit":"a"})"));
  EXPECT_FALSE(notes_of(R"({"value":40,"unit":"mo"})"));
  EXPECT_FALSE(notes_of(R"({"value":40,"unit":"a","comparator":">"})"));
  EXPECT_FALSE(notes_of(R"({"low":40,"unit":"a"})"));
}

TEST(TumorMarker, PanelsStandInTheOrderOfTheirFirstMembers) {
  auto found = panels(map_markers(R"({"marker":"ER","panel":"z","result":"positive"},
    {"marker":"PR","panel":"a","result":"positive"},{"marker":"HER2","panel":"z","score":"2+"})"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]["code"]["text"], "Tumor marker panel: z");
  EXPECT_EQ(found[0]["hasMember"].size(), 2u);
  EXPECT_EQ(found[1]["hasMember"].size(), 1u);
}

TEST(TumorMarker, FurtherMemberDoesNotMoveThePanel) {
  auto before = panels(map_markers(R"({"marker":"PR","panel":"p","result":"negative"})"));
  auto after = panels(map_markers(
      R"({"marker":"ER","panel":"p","result":"positive"},{"marker":"PR","panel":"p",
    "result":"negative"})"));
  ASSERT_EQ(before.size(), 1u);
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(before[0]["id"], after[0]["id"]);
}

TEST(TumorMarker, NotesOfAMarkerDoNotBecomeNotesOfItsPanel) {
  auto found =
      panels(map_markers(R"x({"marker":"PR","panel":"p","result":"negative","text":"PR (-)"})x"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_FALSE(found[0].contains("note"));
}

TEST(TumorMarker, ExampleRecordLeavesNothingUnused) {
  const Mapped mapped = map_file("examples/mcode_profiles/mcode-tumor-marker-test.json");
  EXPECT_FALSE(mapped.of_profile(kProfile).empty());
  for (const std::string& path : mapped.unused) EXPECT_EQ(path, "title");
}

}  // namespace
}  // namespace oncobridge::test
