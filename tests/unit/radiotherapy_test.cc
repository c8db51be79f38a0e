// RadiotherapyCourseSummary and RadiotherapyVolume.
#include <gtest/gtest.h>

#include "converters/terms.h"
#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kCourse = "mcode-radiotherapy-course-summary";
constexpr std::string_view kVolume = "mcode-radiotherapy-volume";

Mapped course(std::string_view members) {
  return map_case(with_case(
      R"("primary_tumors":[{"id":"breast","diagnosis":"breast cancer"}],"radiotherapy":[{)" +
      std::string(members) + "}]"));
}

Json dose_of(const Json& procedure) { return extension(procedure, "dose-delivered-to-volume"); }

TEST(Radiotherapy, FiftyGrayInTwentyFiveFractionsAreFiveThousandCentigray) {
  const Mapped mapped = course(
      R"("volumes":[{"site":"chest wall","dose":{"value":50,"unit":"Gy"},"fractions":25}],
         "when":{"start":"2020-07-06","end":"2020-08-11"},"intent":"curative","sessions":25)");
  ASSERT_EQ(mapped.of_profile(kCourse).size(), 1u);
  ASSERT_EQ(mapped.of_profile(kVolume).size(), 1u);
  const Json procedure = mapped.only("Procedure");
  const Json volume = mapped.only("BodyStructure");
  EXPECT_TRUE(has_code(procedure["code"], "1217123003"));
  EXPECT_EQ(procedure["performedPeriod"],
            Json::parse(R"({"start":"2020-07-06","end":"2020-08-11"})"));
  const Json dose = dose_of(procedure);
  EXPECT_EQ(extension(dose, "volume")["valueReference"]["reference"], reference_to(volume));
  EXPECT_NE(mapped.bytes.find(R"("valueQuantity":{"value":5000,"unit":"cGy")"), std::string::npos);
  EXPECT_EQ(extension(dose, "totalDoseDelivered")["valueQuantity"]["code"], "cGy");
  EXPECT_EQ(extension(dose, "fractionsDelivered")["valueUnsignedInt"], 25);
  EXPECT_EQ(extension(procedure, "mcode-radiotherapy-sessions")["valueUnsignedInt"], 25);
  EXPECT_TRUE(mapped.has_note(procedure, "Total dose: 50"));
  EXPECT_TRUE(has_code(procedure["bodySite"][0], "78904004"));
  EXPECT_TRUE(has_code(volume["location"], "78904004"));
  EXPECT_EQ(volume["description"], "chest wall");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Radiotherapy, DoseInCentigrayIsTakenAsItIs) {
  const Mapped mapped =
      course(R"("volumes":[{"dose":{"value":3000,"unit":"cGy"},"fractions":10}])");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(extension(dose_of(procedure), "totalDoseDelivered")["valueQuantity"]["value"], 3000);
  EXPECT_FALSE(mapped.has_note(procedure, "Total dose"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Radiotherapy, DoseThatIsNoExactNumberIsANote) {
  const Mapped range = course(R"("volumes":[{"dose":{"low":45,"high":50,"unit":"Gy"}}])");
  EXPECT_TRUE(extension(dose_of(range.only("Procedure")), "totalDoseDelivered").is_null());
  EXPECT_TRUE(range.has_note(range.only("Procedure"), "Total dose, to: 50"));
  const Mapped bare = course(R"("volumes":[{"dose":{"value":50}}])");
  EXPECT_TRUE(extension(dose_of(bare.only("Procedure")), "totalDoseDelivered").is_null());
  EXPECT_TRUE(bare.has_note(bare.only("Procedure"), "Total dose: 50"));
}

TEST(Radiotherapy, DoseThatIsOnlyALimitIsANote) {
  const Mapped mapped = course(R"("volumes":[{"dose":{"value":50,"comparator":"<","unit":"Gy"}}])");
  EXPECT_TRUE(extension(dose_of(mapped.only("Procedure")), "totalDoseDelivered").is_null());
  EXPECT_TRUE(mapped.has_note(mapped.only("Procedure"), "Total dose: 50"));
  EXPECT_TRUE(mapped.has_note(mapped.only("Procedure"), "Comparator: <"));
}

TEST(Radiotherapy, BoneIsCodedAsTheListOfIrradiatedSitesHasIt) {
  const Mapped mapped = course(R"("volumes":[{"site":"bone"}])");
  EXPECT_TRUE(has_code(mapped.only("BodyStructure")["location"], "119186007"));
  EXPECT_TRUE(has_code(mapped.only("Procedure")["bodySite"][0], "119186007"));
}

TEST(Radiotherapy, UnknownDatesOfACompletedCourseAreSaidToBeAbsent) {
  const Json procedure = course(R"("phase":"adjuvant")").only("Procedure");
  EXPECT_EQ(procedure["status"], "completed");
  EXPECT_TRUE(is_absent(procedure["performedPeriod"]));
  EXPECT_FALSE(procedure.contains("performedDateTime"));
}

TEST(Radiotherapy, OneDateIsAPeriodForTheProfileHasNoDateTime) {
  EXPECT_EQ(course(R"("when":"2020-07")").only("Procedure")["performedPeriod"],
            Json::parse(R"({"start":"2020-07","end":"2020-07"})"));
}

TEST(Radiotherapy, PlannedCourseIsInPreparationAndHasDeliveredNothing) {
  const Mapped mapped = course(
      R"("status":"planned","volumes":[
           {"site":"brain","dose":{"value":30,"unit":"Gy"},"fractions":10}],
         "sessions":10)");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "preparation");
  EXPECT_FALSE(procedure.contains("performedPeriod"));
  EXPECT_TRUE(extension(dose_of(procedure), "totalDoseDelivered").is_null());
  EXPECT_TRUE(extension(procedure, "mcode-radiotherapy-sessions").is_null());
  EXPECT_TRUE(mapped.has_note(procedure, "Total dose: 30"));
  EXPECT_TRUE(mapped.has_note(procedure, "Fractions: 10"));
  EXPECT_TRUE(mapped.has_note(procedure, "Sessions: 10"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Radiotherapy, CourseInProgressHasNotDeliveredItsWholeDose) {
  const Mapped mapped = course(
      R"("status":"in-progress","volumes":[{"site":"brain","dose":{"value":30,"unit":"Gy"}}])");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "in-progress");
  EXPECT_TRUE(is_absent(procedure["performedPeriod"]));
  EXPECT_TRUE(mapped.has_note(procedure, "Total dose: 30"));
}

TEST(Radiotherapy, StoppedCourseHasItsTerminationReason) {
  const Mapped mapped = course(R"("status":"stopped","reason":"not tolerated")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "stopped");
  EXPECT_TRUE(has_code(procedure["statusReason"], "407563006"));
  EXPECT_TRUE(claims_profile(procedure));
}

TEST(Radiotherapy, DeclinedCourseIsNotDoneWithoutAClaimForTheProfileForbidsTheReason) {
  const Mapped mapped = course(
      R"("status":"not-done","reason":"refused","volumes":[{"site":"breast","fractions":25}])");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "not-done");
  EXPECT_TRUE(has_code(procedure["statusReason"], "105480006"));
  EXPECT_FALSE(claims_profile(procedure));
  EXPECT_TRUE(mapped.all("BodyStructure").empty());
  EXPECT_TRUE(mapped.has_note(procedure, "Fractions: 25"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Radiotherapy, NegativeCourseIsNotDone) {
  const Json procedure = course(R"("state":"negative")").only("Procedure");
  EXPECT_EQ(procedure["status"], "not-done");
  EXPECT_TRUE(claims_profile(procedure));
}

TEST(Radiotherapy, UnknownCourseHasUnknownStatusAndDeliversNothing) {
  const Mapped mapped =
      course(R"("state":"unknown","volumes":[{"site":"brain","dose":{"value":30,"unit":"Gy"}}])");
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["status"], "unknown");
  EXPECT_TRUE(extension(dose_of(procedure), "totalDoseDelivered").is_null());
}

TEST(Radiotherapy, NotReportedGivesNothing) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("Procedure").empty());
}

TEST(Radiotherapy, VolumeThatWasNotIrradiatedIsNoVolume) {
  const Mapped mapped = course(
      R"("volumes":[{"site":"chest wall"},{"site":"axillary lymph node","state":"negative"},
                    {"site":"internal mammary nodes","state":"unknown"}])");
  EXPECT_EQ(mapped.all("BodyStructure").size(), 1u);
  const Json procedure = mapped.only("Procedure");
  EXPECT_EQ(procedure["bodySite"].size(), 1u);
  EXPECT_TRUE(mapped.has_note(procedure, "Explicitly not irradiated: axillary lymph node"));
  EXPECT_TRUE(mapped.has_note(procedure, "Unknown whether irradiated: internal mammary nodes"));
}

TEST(Radiotherapy, VolumeWithoutAnyWordsIsKnownByItsId) {
  const Mapped mapped = course(R"("volumes":[{"dose":{"value":30,"unit":"Gy"}}])");
  const Json volume = mapped.only("BodyStructure");
  EXPECT_FALSE(volume.contains("description"));
  EXPECT_EQ(volume["identifier"][0]["value"], "urn:uuid:" + volume["id"].get<std::string>());
}

TEST(Radiotherapy, VolumeKeepsItsSideKindAndWords) {
  const Mapped mapped = course(
      R"("volumes":[{"site":{"site":"breast","laterality":"left","text":"whole left breast"},
         "type":"PTV","note":"Boost.","conflicts":"\"right breast\""}])");
  const Json volume = mapped.only("BodyStructure");
  EXPECT_TRUE(has_code(volume["morphology"], "228793007"));
  EXPECT_TRUE(has_code(volume["locationQualifier"][0], "7771000"));
  EXPECT_EQ(volume["description"], "whole left breast; Boost.");
  EXPECT_TRUE(mapped.has_note(mapped.only("Procedure"),
                              "Contradicting statement on a volume: \"right breast\""));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Radiotherapy, ModalityAndTechniqueThatGoTogether) {
  const Json procedure = course(R"("modality":"photons","technique":"IMRT")").only("Procedure");
  const Json pair = extension(procedure, "mcode-radiotherapy-modality-and-technique");
  EXPECT_TRUE(has_code(extension(pair, "-modality")["valueCodeableConcept"], "1156506007"));
  EXPECT_TRUE(has_code(extension(pair, "-technique")["valueCodeableConcept"], "441799006"));
}

TEST(Radiotherapy, ModalityIsNeverInferredFromATechnique) {
  const Mapped mapped = course(R"("technique":"IMRT")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_FALSE(procedure.contains("extension"));
  EXPECT_TRUE(mapped.has_note(procedure, "Technique: IMRT"));
}

TEST(Radiotherapy, ModalityWithoutATechniqueIsANoteForTheInvariantDemandsOne) {
  const Mapped mapped = course(R"("modality":"photons")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_FALSE(procedure.contains("extension"));
  EXPECT_TRUE(mapped.has_note(procedure, "Modality: photons"));
}

TEST(Radiotherapy, TechniqueOfAnotherModalityIsANote) {
  const Mapped mapped = course(R"("modality":"protons","technique":"IMRT")");
  const Json procedure = mapped.only("Procedure");
  EXPECT_FALSE(procedure.contains("extension"));
  EXPECT_TRUE(mapped.has_note(procedure, "Modality: protons"));
  EXPECT_TRUE(mapped.has_note(procedure, "Technique: IMRT"));
}

TEST(Radiotherapy, UnencodedModalityGoesWithAnyTechniqueOrNone) {
  const Json alone = course(R"("modality":"other")").only("Procedure");
  const Json modality = extension(alone, "modality-and-technique");
  EXPECT_TRUE(has_code(extension(modality, "-modality")["valueCodeableConcept"], "UNC"));
  EXPECT_EQ(extension(modality, "-modality")["valueCodeableConcept"]["text"], "other");
  const Json with = course(R"("modality":"photons","technique":"other")").only("Procedure");
  EXPECT_TRUE(has_code(
      extension(extension(with, "modality-and-technique"), "-technique")["valueCodeableConcept"],
      "UNC"));
}

// The table holds mCODE's invariants: each pair of a modality and a technique of the tables.
TEST(Radiotherapy, PairsAreOfKnownModalitiesAndTechniques) {
  const Terms terms = Terms::load(embedded_term_tables()).value();
  std::size_t pairs = 0;
  for (const Term& term : terms.all()) {
    if (term.field != TermField::radiotherapy_pair) continue;
    const std::size_t blank = term.wording.find(' ');
    EXPECT_NE(terms.find_code(TermField::radiotherapy_modality, term.wording.substr(0, blank)),
              nullptr);
    EXPECT_NE(terms.find_code(TermField::radiotherapy_technique, term.wording.substr(blank + 1)),
              nullptr);
    EXPECT_EQ(term.codings.front().code, term.wording.substr(blank + 1));
    ++pairs;
  }
  EXPECT_EQ(pairs, 41u);
  // The invariant misspells the code of intravascular high dose rate brachytherapy, so it refuses
  // it.
  EXPECT_EQ(terms.find(TermField::radiotherapy_pair, "394902000 1156383000"), nullptr);
}

TEST(Radiotherapy, WhichOfTwoTumoursIsNotGuessed) {
  const Json procedure =
      map_case(with_case(
                   R"("primary_tumors":[{"diagnosis":"breast cancer"},{"diagnosis":"lung cancer"}],
         "radiotherapy":[{"when":"2020"}])"))
          .only("Procedure");
  EXPECT_TRUE(is_absent(procedure["reasonReference"][0]));
}

}  // namespace
}  // namespace oncobridge::test
