// CancerPatient and what Patient has no element for.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped patient(std::string_view members) {
  return map_case(with_case(R"("patient":{)" + std::string(members) + "}"));
}

Json with_text(const Mapped& mapped, std::string_view code_text) {
  for (const Json& observation : mapped.all("Observation")) {
    if (observation["code"]["text"] == code_text) return observation;
  }
  return {};
}

TEST(Patient, NotReportedPatientIsStillACancerPatientThatSaysWhatItLacks) {
  const Mapped mapped = map_case(R"({"case_id":"hospital/0042"})");
  const Json resource = mapped.only("Patient");
  EXPECT_EQ(mapped.of_profile("mcode-cancer-patient").size(), 1u);
  EXPECT_EQ(resource["gender"], "unknown");
  EXPECT_TRUE(is_absent(resource["name"][0]));
  EXPECT_FALSE(resource.contains("birthDate"));
  EXPECT_FALSE(resource.contains("deceasedBoolean"));
  EXPECT_TRUE(mapped.all("Observation").empty());
}

TEST(Patient, CaseIdNeverStandsInAResource) {
  const Mapped mapped = map_case(R"({"case_id":"hospital/0042","patient":{"gender":"male"}})");
  EXPECT_EQ(mapped.bytes.find("hospital/0042"), std::string::npos);
  const Json resource = mapped.only("Patient");
  EXPECT_EQ(resource["identifier"][0]["system"], "urn:ietf:rfc:3986");
  EXPECT_EQ(resource["identifier"][0]["value"], "urn:uuid:" + resource["id"].get<std::string>());
}

TEST(Patient, GivenIdentifierReplacesTheSyntheticOne) {
  const Json resource =
      patient(R"("identifiers":{"system":"urn:oid:1.2.3","value":"A1"})").only("Patient");
  EXPECT_EQ(resource["identifier"], Json::parse(R"([{"system":"urn:oid:1.2.3","value":"A1"}])"));
}

TEST(Patient, NameHasEitherPartsOrDataAbsentReasonNeverBoth) {
  const Json named =
      patient(R"("names":{"family":"Example","given":["Erika","M."]})").only("Patient");
  EXPECT_EQ(named["name"][0], Json::parse(R"({"family":"Example","given":["Erika","M."]})"));
  const Json text_only = patient(R"("names":{"text":"Case 1"})").only("Patient");
  EXPECT_EQ(text_only["name"][0]["text"], "Case 1");
  EXPECT_TRUE(is_absent(text_only["name"][0]));
}

TEST(Patient, StatedAgeIsAnObservationAndNeverABirthDate) {
  const Mapped mapped =
      patient(R"("age":{"value":45,"unit":"a","text":"45-year-old"},"age_at":"presentation")");
  EXPECT_FALSE(mapped.only("Patient").contains("birthDate"));
  const Json age = mapped.only("Observation");
  EXPECT_TRUE(has_code(age["code"], "30525-0"));
  EXPECT_EQ(age["valueQuantity"]["value"], 45);
  EXPECT_EQ(age["valueQuantity"]["code"], "a");
  EXPECT_TRUE(mapped.has_note(age, "Age at: presentation"));
  EXPECT_TRUE(mapped.has_note(age, "45-year-old"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Patient, BirthDateKeepsItsPrecision) {
  EXPECT_EQ(patient(R"("birth_date":"1970-05")").only("Patient")["birthDate"], "1970-05");
}

TEST(Patient, DeathWithADateIsDeceasedDateTime) {
  const Json resource = patient(R"("vital_status":"dead","death_date":"2021-03")").only("Patient");
  EXPECT_EQ(resource["deceasedDateTime"], "2021-03");
  EXPECT_FALSE(resource.contains("deceasedBoolean"));
}

TEST(Patient, DeathWithoutADateIsDeceasedTrue) {
  const Mapped mapped =
      patient(R"("vital_status":"dead","vital_status_text":"Died due to sepsis.")");
  EXPECT_EQ(mapped.only("Patient")["deceasedBoolean"], true);
  const Json status = with_text(mapped, "Vital status");
  EXPECT_TRUE(has_code(status["valueCodeableConcept"], "419099009"));
  EXPECT_TRUE(mapped.has_note(status, "Died due to sepsis."));
}

TEST(Patient, AliveIsTheNegativeOfDeath) {
  const Mapped mapped = patient(R"("vital_status":"alive","last_contact":"2024-06")");
  EXPECT_EQ(mapped.only("Patient")["deceasedBoolean"], false);
  const Json status = with_text(mapped, "Vital status");
  EXPECT_TRUE(has_code(status["valueCodeableConcept"], "438949009"));
  EXPECT_EQ(status["effectiveDateTime"], "2024-06");
}

TEST(Patient, UnknownVitalStatusIsSaidAndNeitherAliveNorDead) {
  const Mapped mapped = patient(R"("vital_status":"unknown","vital_status_text":"Unknown")");
  EXPECT_FALSE(mapped.only("Patient").contains("deceasedBoolean"));
  const Json status = with_text(mapped, "Vital status");
  EXPECT_FALSE(status.contains("valueCodeableConcept"));
  EXPECT_TRUE(has_code(status["dataAbsentReason"], "unknown"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Patient, OutcomeOnlyInWordsStaysInWords) {
  const Mapped mapped = patient(R"("vital_status_text":"gave up active treatment")");
  EXPECT_FALSE(mapped.only("Patient").contains("deceasedBoolean"));
  EXPECT_EQ(with_text(mapped, "Vital status")["valueString"], "gave up active treatment");
}

TEST(Patient, LastContactWithoutAStatusIsItsOwnObservation) {
  const Mapped mapped = patient(R"("last_contact":"2024-06-01")");
  EXPECT_EQ(with_text(mapped, "Last contact")["valueDateTime"], "2024-06-01");
}

TEST(Patient, DateOfDeathOfALivingPatientIsFlaggedAndNotBelieved) {
  const Mapped mapped = patient(R"("vital_status":"alive","death_date":"2021-03")");
  const Json resource = mapped.only("Patient");
  EXPECT_FALSE(resource.contains("deceasedDateTime"));
  EXPECT_FALSE(resource.contains("deceasedBoolean"));
  EXPECT_TRUE(contains(mapped.flags, "death-date-of-the-living patient.death_date"));
  EXPECT_TRUE(mapped.has_note(with_text(mapped, "Vital status"), "2021-03"));
}

TEST(Patient, DeathBeforeBirthIsWrittenFlaggedAndARemark) {
  const Mapped mapped = patient(R"("birth_date":"1970","death_date":"1969-12-31")");
  const Json resource = mapped.only("Patient");
  EXPECT_EQ(resource["birthDate"], "1970");
  EXPECT_EQ(resource["deceasedDateTime"], "1969-12-31");
  EXPECT_TRUE(
      mapped.has_note(with_text(mapped, "Remarks on the case"), "the death is before the birth"));
  ASSERT_EQ(mapped.flags.size(), 1u);
  EXPECT_EQ(mapped.flags[0], "before-birth patient.death_date");
}

TEST(Patient, LastContactBeforeBirthOrAfterDeathIsFlaggedAndSaid) {
  const Mapped before = patient(R"("birth_date":"1970-05","last_contact":"1970-04-30")");
  EXPECT_EQ(with_text(before, "Last contact")["valueDateTime"], "1970-04-30");
  EXPECT_TRUE(before.has_note(with_text(before, "Last contact"), "before the date of birth"));
  EXPECT_TRUE(contains(before.flags, "before-birth patient.last_contact"));
  const Mapped after =
      patient(R"("vital_status":"dead","death_date":"2021-03","last_contact":"2021-04-01")");
  EXPECT_TRUE(after.has_note(with_text(after, "Vital status"), "the last contact is after"));
  EXPECT_TRUE(contains(after.flags, "after-death patient.last_contact"));
}

TEST(Patient, BirthContactAndDeathInTheirOrderAreNotRemarkable) {
  EXPECT_TRUE(
      patient(R"("birth_date":"1970-05","last_contact":"2021-02","death_date":"2021-03-01")")
          .flags.empty());
}

TEST(Patient, ChineseIsRaceTextAndNoCategoryIsInferred) {
  const Json race = extension(patient(R"("race":"Chinese")").only("Patient"), "us-core-race");
  ASSERT_EQ(race["extension"].size(), 1u);
  EXPECT_EQ(race["extension"][0]["url"], "text");
  EXPECT_EQ(race["extension"][0]["valueString"], "Chinese");
}

TEST(Patient, OmbCategoryIsWrittenWhereTheWordingIsOne) {
  const Json resource = patient(R"("race":"White","ethnicity":"non-hispanic")").only("Patient");
  const Json race = extension(resource, "us-core-race");
  EXPECT_EQ(race["extension"][0]["url"], "ombCategory");
  EXPECT_EQ(race["extension"][0]["valueCoding"]["code"], "2106-3");
  EXPECT_EQ(race["extension"][1]["valueString"], "White");
  const Json ethnicity = extension(resource, "us-core-ethnicity");
  EXPECT_EQ(ethnicity["extension"][0]["valueCoding"]["code"], "2186-5");
}

TEST(Patient, BirthSexHasTheCodesOfUsCore) {
  EXPECT_EQ(extension(patient(R"("birth_sex":"female")").only("Patient"), "birthsex")["valueCode"],
            "F");
  EXPECT_EQ(extension(patient(R"("birth_sex":"asked-but-unknown")").only("Patient"),
                      "birthsex")["valueCode"],
            "ASKU");
}

TEST(Patient, AddressAndLanguage) {
  const Json resource =
      patient(
          R"("addresses":{"line":["1 Way"],"city":"Town","postal_code":"123","country":"DE"},
             "language":"de")")
          .only("Patient");
  EXPECT_EQ(resource["address"][0],
            Json::parse(R"({"line":["1 Way"],"city":"Town","postalCode":"123","country":"DE"})"));
  EXPECT_EQ(resource["communication"][0]["language"]["coding"][0]["code"], "de");
}

TEST(Patient, MenopausalStatusIsACodedObservation) {
  const Mapped mapped = patient(R"("menopausal_status":"postmenopausal")");
  const Json status = mapped.only("Observation");
  EXPECT_TRUE(has_code(status["code"], "161712005"));
  EXPECT_TRUE(has_code(status["valueCodeableConcept"], "76498008"));
  EXPECT_EQ(status["valueCodeableConcept"]["text"], "postmenopausal");
}

TEST(Patient, WordingOfTheGenderAndRemarksAreKeptOnce) {
  const Mapped mapped = patient(
      R"("gender":"male","gender_text":"he","note":"The gender rests on the pronoun alone.",
         "conflicts":"\"she\" in the figure")");
  EXPECT_EQ(mapped.only("Patient")["gender"], "male");
  EXPECT_EQ(with_text(mapped, "Wording that the gender rests on")["valueString"], "he");
  const Json remarks = with_text(mapped, "Remarks on the case");
  EXPECT_TRUE(mapped.has_note(remarks, "The gender rests on the pronoun alone."));
  EXPECT_TRUE(mapped.has_note(remarks, "Contradicting statement: \"she\" in the figure"));
  EXPECT_FALSE(mapped.has_note(with_text(mapped, "Wording that the gender rests on"), "pronoun"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Patient, NegativePatientIsFlaggedAndItsFactsAreNotBelieved) {
  const Mapped mapped = patient(R"("state":"negative","gender":"male","vital_status":"dead")");
  EXPECT_EQ(mapped.only("Patient")["gender"], "unknown");
  EXPECT_TRUE(contains(mapped.flags, "state-without-meaning patient.state"));
  EXPECT_TRUE(contains(mapped.unused, "patient.vital_status"));
}

}  // namespace
}  // namespace oncobridge::test
