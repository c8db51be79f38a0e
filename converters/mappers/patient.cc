// The patient -> mCODE CancerPatient. Patient has no element for a stated age, for words about
// gender and outcome, for the last contact or for menopause: these are Observations of base R4. A
// birth date is never computed, and the case id never stands in a resource.
#include "converters/mappers/absent_answer.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

constexpr std::string_view kProfile = "mcode-cancer-patient";
constexpr std::string_view kUsCore = "http://hl7.org/fhir/us/core/StructureDefinition/";

constexpr std::string_view kGenders[] = {"unknown", "male", "female", "other", "unknown"};
constexpr std::string_view kGenderWords[] = {"", "Male", "Female", "Other gender",
                                             "Gender unknown"};
constexpr std::string_view kBirthSexes[] = {"", "M", "F", "UNK", "ASKU"};  // us-core-birthsex

// What is no part of the narrative in one line.
void untold(Mapping& m, std::string_view name, const Text& value) {
  if (value) m.json().string(name, m.use(value).value);
}

// us-core-race and us-core-ethnicity: an OMB category only where the wording is one, the text
// always.
void omb_extension(Mapping& m, std::string_view name, const Concept& value) {
  if (!value) return;
  m.coded(value, value.term);
  JsonWriter& json = m.json();
  json.element();
  json.begin_object();
  json.raw("extension", "[");
  if (value.term != nullptr) {
    const Coding& coding = value.term->codings.front();
    json.raw(R"({"url":"ombCategory","valueCoding":{)");
    json.plain("system", coding.system);
    json.plain("code", coding.code);
    json.string("display", coding.display);
    json.raw("}}");
  }
  json.element();
  json.raw(R"({"url":"text")");
  json.string("valueString", value.text);
  json.raw("}]");
  json.string("url", kUsCore, name);
  json.end_object();
}

void extensions(Mapping& m, const PatientFacts& patient) {
  const std::size_t mark = m.json().open_array("extension");
  omb_extension(m, "us-core-race", patient.race);
  omb_extension(m, "us-core-ethnicity", patient.ethnicity);
  if (patient.birth_sex) {
    m.json().element();
    m.json().begin_object();
    m.json().string("url", kUsCore, "us-core-birthsex");
    m.json().plain("valueCode",
                   kBirthSexes[static_cast<std::size_t>(m.use(patient.birth_sex).value)]);
    m.json().end_object();
  }
  m.json().close_array(mark);
}

// CancerPatient demands an identifier; without one the resource's own id is it.
void identifiers(Mapping& m, const PatientFacts& patient) {
  m.json().raw("identifier", "[");
  for (const IdentifierValue& identifier : patient.identifiers) {
    m.json().element();
    m.json().begin_object();
    untold(m, "system", identifier.system);
    untold(m, "value", identifier.value);
    m.json().end_object();
  }
  if (patient.identifiers.empty()) {
    m.json().raw(R"({"system":"urn:ietf:rfc:3986")");
    m.json().string("value", "urn:uuid:", m.patient_id());
    m.json().end_object();
  }
  m.json().raw("]");
}

constexpr std::string_view kNameAbsent =
    R"([{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",)"
    R"("valueCode":"unknown"}])";

// us-core-6: family or given, or else data-absent-reason, never both.
void name(Mapping& m, const PatientName& name) {
  m.json().element();
  m.json().begin_object();
  if (!name.family && !name.given) m.json().raw("extension", kNameAbsent);
  untold(m, "text", name.text);
  untold(m, "family", name.family);
  const std::size_t mark = m.json().open_array("given");
  for (const Text& given : name.given) {
    m.json().element();
    m.json().string(m.use(given).value);
  }
  m.json().close_array(mark);
  m.json().end_object();
  const Text* given = name.given.begin();
  m.tell({name.text    ? name.text.value
          : name.given ? given->value
                       : std::string_view{},
          !name.text && name.given && name.family ? " " : "",
          name.text ? std::string_view{} : name.family.value});
}

void names(Mapping& m, const PatientFacts& patient) {
  m.json().raw("name", "[");
  for (const PatientName& one : patient.names) name(m, one);
  if (patient.names.empty()) name(m, PatientName{});
  m.json().raw("]");
}

void deceased(Mapping& m, const PatientFacts& patient) {
  if (death_is_disputed(patient))
    return m.flag("death-date-of-the-living", patient.death_date.leaf);
  if (patient.death_date) {
    m.tell({"died ", patient.death_date.text});
    return m.date("deceasedDateTime", patient.death_date);
  }
  if (patient.vital_status.is(VitalStatus::dead)) {
    m.tell({"dead"});
    m.json().boolean("deceasedBoolean", true);
  }
  if (patient.vital_status.is(VitalStatus::alive)) {
    m.tell({"alive"});
    m.json().boolean("deceasedBoolean", false);
  }
}

void addresses(Mapping& m, const PatientFacts& patient) {
  const std::size_t mark = m.json().open_array("address");
  for (const Address& address : patient.addresses) {
    if (!(address.line || address.city || address.state || address.postal_code || address.country))
      continue;
    m.json().element();
    m.json().begin_object();
    const std::size_t lines = m.json().open_array("line");
    for (const Text& line : address.line) {
      m.json().element();
      m.json().string(m.use(line).value);
    }
    m.json().close_array(lines);
    untold(m, "city", address.city);
    untold(m, "state", address.state);
    untold(m, "postalCode", address.postal_code);
    untold(m, "country", address.country);
    m.json().end_object();
  }
  m.json().close_array(mark);
}

void language(Mapping& m, const Text& language) {
  if (!language) return;
  m.json().raw("communication", R"([{"language":{"coding":[{"system":"urn:ietf:bcp:47")");
  m.json().string("code", m.use(language).value);
  m.json().raw("}]}}]");
}

void write_patient(Mapping& m, const PatientFacts& patient) {
  m.begin(ResourceType::Patient, m.patient_id(), m.record().patient.fact, kProfile);
  extensions(m, patient);
  identifiers(m, patient);
  names(m, patient);
  const auto gender = static_cast<std::size_t>(m.use(patient.gender).value);
  m.json().plain("gender", kGenders[gender]);
  if (patient.gender) m.tell({kGenderWords[gender]});
  m.date("birthDate", patient.birth_date);
  if (patient.birth_date) m.tell({"born ", patient.birth_date.text});
  deceased(m, patient);
  addresses(m, patient);
  language(m, patient.language);
  m.end();
}

// ---- what Patient has no element for

void open(Mapping& m, const PatientFacts& patient, std::string_view role, const Term* code,
          std::string_view what) {
  m.begin(ResourceType::Observation, m.derived_id(patient.fact, role), patient.fact);
  m.status("final");
  m.codeable("code", code, what);
  m.subject();
}

void close(Mapping& m) { m.end(Mapping::Remarks::none); }

void write_age(Mapping& m, const PatientFacts& patient) {
  if (!patient.age) return;
  open(m, patient, "age", &m.fixed(Fixed::age), "Age");
  m.value_quantity_or_range(patient.age);
  m.note("Age at: ", patient.age_at);
  close(m);
}

void write_gender_wording(Mapping& m, const PatientFacts& patient) {
  if (!patient.gender_text) return;
  open(m, patient, "gender", nullptr, "Wording that the gender rests on");
  m.text("valueString", patient.gender_text);
  close(m);
}

void contact_after_death(Mapping& m, const PatientFacts& patient) {
  if (death_is_disputed(patient) || !precedes(patient.death_date, patient.last_contact)) return;
  m.contradiction("after-death", patient.last_contact.leaf,
                  "The stated dates contradict each other: the last contact is after the death.");
}

void write_vital_status(Mapping& m, const PatientFacts& patient) {
  if (!patient.vital_status && !patient.vital_status_text && !death_is_disputed(patient)) return;
  open(m, patient, "vital status", nullptr, "Vital status");
  m.date("effectiveDateTime", patient.last_contact);
  contact_after_death(m, patient);
  const VitalStatus status = m.use(patient.vital_status).value;
  if (status == VitalStatus::alive || status == VitalStatus::dead) {
    m.code("valueCodeableConcept", status == VitalStatus::alive ? Fixed::alive : Fixed::dead);
    m.note("Outcome as stated: ", patient.vital_status_text);
  } else if (status == VitalStatus::unknown) {
    m.code("dataAbsentReason", Fixed::absent_unknown);
    m.note("Outcome as stated: ", patient.vital_status_text);
  } else {
    m.text("valueString", patient.vital_status_text);
  }
  if (death_is_disputed(patient)) {
    m.note("Date of death as stated: ", patient.death_date.text, patient.death_date.leaf);
  }
  close(m);
}

// Beside a vital status the last contact is its effective time.
void write_last_contact(Mapping& m, const PatientFacts& patient) {
  if (!patient.last_contact || patient.vital_status || patient.vital_status_text) return;
  open(m, patient, "last contact", nullptr, "Last contact");
  m.date("valueDateTime", patient.last_contact);
  contact_after_death(m, patient);
  close(m);
}

void write_menopause(Mapping& m, const PatientFacts& patient) {
  if (!patient.menopausal_status) return;
  open(m, patient, "menopausal status", &m.fixed(Fixed::menopausal_status), "Menopausal status");
  if (const Term* absent = absence(m, patient.menopausal_status)) {
    absent_value(m, *absent, patient.menopausal_status.text, patient.menopausal_status.leaf);
  } else {
    m.codeable("valueCodeableConcept", patient.menopausal_status);
  }
  close(m);
}

void write_remarks(Mapping& m, const PatientFacts& patient) {
  const Text& title = m.record().title;
  const bool death_before_birth =
      !death_is_disputed(patient) && precedes(patient.death_date, patient.birth_date);
  if (!patient.fact.text && !patient.fact.note && !patient.fact.conflicts && !title &&
      !death_before_birth) {
    return;
  }
  open(m, patient, "remarks", nullptr, "Remarks on the case");
  m.note("Title of the case record: ", title);
  if (death_before_birth) {
    m.contradiction("before-birth", patient.death_date.leaf,
                    "The stated dates contradict each other: the death is before the birth.");
  }
  m.end();
}

}  // namespace

void map_patient(Mapping& m) {
  const PatientFacts& patient = m.record().patient;
  if (m.state(patient.fact) != State::known) {
    m.flag("state-without-meaning", patient.fact.state.leaf);
    return write_patient(m, PatientFacts{});
  }
  write_patient(m, patient);
  write_age(m, patient);
  write_gender_wording(m, patient);
  write_vital_status(m, patient);
  write_last_contact(m, patient);
  write_menopause(m, patient);
  write_remarks(m, patient);
}

}  // namespace oncobridge
