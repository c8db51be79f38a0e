// Radiotherapy -> mCODE RadiotherapyCourseSummary and one RadiotherapyVolume for each volume. Doses
// are written in cGy and only where something was delivered; modality and technique only as the
// pairs that mCODE's invariants allow; everything else is kept in notes.
#include "converters/mappers/centigray.h"
#include "converters/mappers/mappers.h"
#include "converters/mappers/treatment_parts.h"

namespace oncobridge {
namespace {

constexpr std::string_view kCourseProfile = "mcode-radiotherapy-course-summary";
constexpr std::string_view kVolumeProfile = "mcode-radiotherapy-volume";
constexpr std::string_view kExtension =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-radiotherapy-";
constexpr std::string_view kUcum = "http://unitsofmeasure.org";

constexpr QuantityWords kDose = {"Total dose: ", "Total dose, from: ", "Total dose, to: ",
                                 "Unit of the dose: ", "Dose as stated: "};

// ---- volumes

// mCODE's own list of irradiated sites goes before the general one.
Site irradiated(const Mapping& m, const Site& site) {
  Site result = site;
  const Term* listed = m.terms().find(TermField::radiotherapy_site, site.site.text);
  if (listed != nullptr) result.site.term = listed;
  return result;
}

// mcode-description-or-id-required: the words of the volume, else its id.
void description(Mapping& m, const RadiotherapyVolume& volume) {
  if (!volume.fact.text && !volume.site.text && !volume.site.site && !volume.fact.note) {
    m.json().raw("identifier", R"([{"use":"usual","system":"urn:ietf:rfc:3986")");
    m.json().string("value", "urn:uuid:", volume.fact.id());
    m.json().raw("}]");
    return;
  }
  m.json().open_string("description");
  std::string_view separator;
  const auto part = [&](std::string_view text, Leaf leaf) {
    if (leaf == 0) return;
    m.use(leaf);
    m.json().string_part(separator);
    m.json().string_part(text);
    separator = "; ";
  };
  part(volume.fact.text.value, volume.fact.text.leaf);
  part(volume.site.text.value, volume.site.text.leaf);
  if (!volume.site.text && !volume.fact.text) part(volume.site.site.text, volume.site.site.leaf);
  for (const Text& note : volume.fact.note) part(note.value, note.leaf);
  m.json().close_string();
}

void write_volume(Mapping& m, const Radiotherapy& course, const RadiotherapyVolume& volume) {
  // Without a place of its own the volume stands where the course stands.
  const Fact& stands = volume.fact.source.empty() ? course.fact : volume.fact;
  m.begin(ResourceType::BodyStructure, volume.fact.id(), stands, kVolumeProfile);
  const Site site = irradiated(m, volume.site);
  m.codeable("morphology", volume.type);
  m.codeable("location", site.site);
  const std::size_t mark = m.json().open_array("locationQualifier");
  if (site.laterality) m.codeable_element(site.laterality);
  for (const Concept& qualifier : site.qualifiers) m.codeable_element(qualifier);
  m.json().close_array(mark);
  description(m, volume);
  m.subject("patient");
  m.end();
}

// ---- the course

bool is_unencoded(const Mapping& m, const Term& term) {
  return term.codings.front().code == m.fixed(Fixed::un_encoded).codings.front().code;
}

// TechniquesFor...: a modality that has a code demands one of its own techniques. An un-encoded one
// goes with any, or with none.
bool is_allowed(const Mapping& m, const Term* modality, const Term* technique) {
  if (modality == nullptr) return false;
  if (is_unencoded(m, *modality)) return true;
  if (technique == nullptr) return false;
  if (is_unencoded(m, *technique)) return true;
  char pair[64];
  const std::string_view first = modality->codings.front().code;
  const std::string_view second = technique->codings.front().code;
  if (first.size() + second.size() + 1 > sizeof(pair)) return false;
  std::size_t size = first.copy(pair, sizeof(pair));
  pair[size++] = ' ';
  size += second.copy(pair + size, sizeof(pair) - size);
  return m.terms().find(TermField::radiotherapy_pair, {pair, size}) != nullptr;
}

void extension_value(Mapping& m, std::string_view name, const Concept& value) {
  m.json().element();
  m.json().begin_object();
  m.json().string("url", kExtension, name);
  m.codeable("valueCodeableConcept", value);
  m.json().end_object();
}

void modality_and_technique(Mapping& m, const Radiotherapy& course) {
  const bool allowed = is_allowed(m, course.modality.term, course.technique.term);
  const bool technique = allowed && course.technique.term != nullptr;
  if (!allowed) m.note("Modality: ", course.modality);
  if (!technique) m.note("Technique: ", course.technique);
  if (!allowed) return;
  m.json().element();
  m.json().begin_object();
  m.json().raw("extension", "[");
  extension_value(m, "modality", course.modality);
  if (technique) extension_value(m, "technique", course.technique);
  m.json().raw("]");
  m.json().string("url", kExtension, "modality-and-technique");
  m.json().end_object();
}

void sessions(Mapping& m, const Radiotherapy& course, bool delivered) {
  if (!course.sessions) return;
  if (!delivered) return m.note("Sessions: ", course.sessions);
  m.json().element();
  m.json().begin_object();
  m.json().string("url", kExtension, "sessions");
  m.json().number("valueUnsignedInt", m.use(course.sessions).value);
  m.json().end_object();
}

// Which of several volumes the notes that follow are about.
void name_volume(Mapping& m, const Radiotherapy& course, const RadiotherapyVolume& volume) {
  if (course.volumes.count < 2) return;
  const std::string_view name = volume.fact.text   ? volume.fact.text.value
                                : volume.site.text ? volume.site.text.value
                                                   : volume.site.site.text;
  m.note("Volume: ", name.empty() ? "without a name" : name, 0);
}

// One exact number of Gy or cGy in cGy; empty for anything else.
std::string_view in_centigray(const Mapping& m, const Quantity& dose, CentigrayText& buffer) {
  if (!dose.value || dose.comparator || dose.unit.term == nullptr) return {};
  const std::string_view unit = dose.unit.term->codings.front().code;
  if (unit == m.fixed(Fixed::unit_gray).codings.front().code)
    return centigray(dose.value.text, buffer);
  if (unit == m.fixed(Fixed::unit_centigray).codings.front().code) return dose.value.text;
  return {};
}

// The dose as the source has it stays beside one that was converted.
void dose(Mapping& m, const Radiotherapy& course, const RadiotherapyVolume& volume) {
  const Quantity& dose = volume.dose;
  CentigrayText buffer;
  const std::string_view value = in_centigray(m, dose, buffer);
  Quantity rest = dose;
  if (value.data() == dose.value.text.data() && !value.empty()) {
    m.use(dose.value);
    rest.value = {};
    if (dose.unit.text == dose.unit.term->codings.front().code) rest.unit = {};
  }
  if (rest || rest.unit) name_volume(m, course, volume);
  note_quantity(m, kDose, rest);
  if (value.empty()) return;
  m.coded(dose.unit, dose.unit.term);
  const std::string_view unit = m.fixed(Fixed::unit_centigray).codings.front().code;
  m.json().raw(R"(,{"url":"totalDoseDelivered")");
  m.json().key("valueQuantity");
  m.json().begin_object();
  m.json().number("value", value);
  m.json().plain("unit", unit);
  m.json().plain("system", kUcum);
  m.json().plain("code", unit);
  m.json().raw("}}");
}

void dose_delivered(Mapping& m, const Radiotherapy& course, const RadiotherapyVolume& volume,
                    bool delivered) {
  m.json().element();
  m.json().begin_object();
  m.json().raw("extension", R"([{"url":"volume")");
  m.reference("valueReference", ResourceType::BodyStructure, volume.fact.id());
  m.json().end_object();
  if (!delivered) {
    if (volume.dose || volume.fractions) name_volume(m, course, volume);
    note_quantity(m, kDose, volume.dose);
    m.note("Fractions: ", volume.fractions);
  } else {
    dose(m, course, volume);
    if (volume.fractions) {
      m.json().raw(R"(,{"url":"fractionsDelivered")");
      m.json().number("valueUnsignedInt", m.use(volume.fractions).value);
      m.json().end_object();
    }
  }
  m.json().raw("]");
  m.json().string("url", kExtension, "dose-delivered-to-volume");
  m.json().end_object();
}

// A volume that was not irradiated, or of which it is not known, is no RadiotherapyVolume.
void note_volume(Mapping& m, std::string_view what, const RadiotherapyVolume& volume) {
  m.note(what, volume.fact.text);
  m.note(what, volume.site.text);
  m.note(what, volume.site.site);
  m.note("Side: ", volume.site.laterality);
  for (const Concept& qualifier : volume.site.qualifiers) m.note("Location: ", qualifier);
  m.note("Kind of volume: ", volume.type);
  note_quantity(m, kDose, volume.dose);
  m.note("Fractions: ", volume.fractions);
  for (const Text& note : volume.fact.note) m.note("", note);
}

// BodyStructure has no note.
void volume_conflicts(Mapping& m, const RadiotherapyVolume& volume) {
  for (const Conflict& conflict : volume.fact.conflicts)
    m.note("Contradicting statement on a volume: ", conflict);
}

void volume_extensions(Mapping& m, const Radiotherapy& course, TreatmentStatus status,
                       bool delivered) {
  for (const RadiotherapyVolume& volume : course.volumes) {
    volume_conflicts(m, volume);
    switch (m.state(volume.fact)) {
      case State::negative:
        note_volume(m, "Explicitly not irradiated: ", volume);
        break;
      case State::unknown:
        note_volume(m, "Unknown whether irradiated: ", volume);
        break;
      default:
        if (status == TreatmentStatus::not_done) {
          note_volume(m, "Volume: ", volume);
        } else {
          dose_delivered(m, course, volume, delivered);
        }
    }
  }
}

void sites(Mapping& m, const Radiotherapy& course) {
  const std::size_t mark = m.json().open_array("bodySite");
  for (const RadiotherapyVolume& volume : course.volumes) {
    if (!volume.site || m.state(volume.fact) != State::known) continue;
    m.json().element();
    m.site_object(irradiated(m, volume.site));
  }
  m.json().close_array(mark);
}

// termination-reason-invariant: a coded reason goes with the status `stopped` only. A course for
// another condition than the cancer is none of mCODE's.
bool conforms(const Radiotherapy& course, TreatmentStatus status) {
  return only_cancer(course.condition) &&
         (course.reason.term == nullptr || status == TreatmentStatus::stopped);
}

// mcode-reason-required, also where the record does not say which of several tumours it is.
void reason(Mapping& m, const Radiotherapy& course) {
  if (has_reason(course.condition)) return m.reason(course.condition);
  m.json().raw("reasonReference", "[");
  m.json().begin_object();
  m.reference_not_stated();
  m.json().end_object();
  m.json().raw("]");
}

void write_course(Mapping& m, const Radiotherapy& course, TreatmentStatus status) {
  m.begin(ResourceType::Procedure, course.fact.id(), course.fact,
          conforms(course, status) ? kCourseProfile : std::string_view{});
  const bool delivered = was_delivered(status) && !course.fact.unknown();
  const std::size_t extensions = m.json().open_array("extension");
  treatment_intent(m, course.intent, course.phase);
  modality_and_technique(m, course);
  sessions(m, course, delivered);
  volume_extensions(m, course, status, delivered);
  m.json().close_array(extensions);
  m.status(status_codes(status).procedure);
  m.codeable("statusReason", course.reason);
  m.code("code", Fixed::radiotherapy_course_summary);
  m.subject();
  m.time("performed", course.when, TimeRule::period_only);
  const bool demanded =
      status == TreatmentStatus::completed || status == TreatmentStatus::in_progress;
  if (!has_time(course.when) && demanded) m.data_absent("performedPeriod", "unknown");  // us-core-7
  reason(m, course);
  sites(m, course);
  m.end();
}

}  // namespace

void map_radiotherapy(Mapping& m) {
  for (const Radiotherapy& course : m.record().radiotherapy) {
    const TreatmentStatus status = treatment_status(m, course.fact, course.status);
    for (const RadiotherapyVolume& volume : course.volumes) {
      const bool known = m.state(volume.fact) == State::known;
      if (known && status != TreatmentStatus::not_done) write_volume(m, course, volume);
    }
    write_course(m, course, status);
  }
}

}  // namespace oncobridge
