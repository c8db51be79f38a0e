// Cohorts -> mCODE patient group. Members are given by case id; a patient's id depends on the case
// id alone, so a member is the patient of that case's own bundle. Members other than the record's
// own case must have been delivered before: the group does not carry them.
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

// What stands outside the bundle is always Patient/id: urn:uuid resolves only inside it.
void member_reference(Mapping& m, std::string_view id) {
  if (id == m.patient_id()) return m.reference("entity", ResourceType::Patient, id);
  m.json().key("entity");
  m.json().begin_object();
  m.json().open_string("reference");
  m.json().string_part("Patient/");
  m.json().string_part(id);
  m.json().close_string();
  m.json().end_object();
}

void write_cohort(Mapping& m, const Cohort& cohort) {
  m.begin(ResourceType::Group, cohort.fact.id(), cohort.fact, "mcode-patient-group");
  m.json().plain("type", "person");
  m.json().boolean("actual", true);
  m.code("code", Fixed::patient_group);
  m.text("name", cohort.name);
  const std::size_t mark = m.json().open_array("member");
  for (const Text& member : cohort.members) {
    UuidText id;
    m.ids().patient(m.use(member).value, id);
    m.json().element();
    m.json().begin_object();
    member_reference(m, view(id));
    m.json().end_object();
  }
  m.json().close_array(mark);
  m.end();
}

}  // namespace

void map_cohorts(Mapping& m) {
  for (const Cohort& cohort : m.record().cohorts) {
    // Group has no element for a cohort that is denied or unknown.
    if (cohort.fact.negative() || cohort.fact.unknown()) continue;
    m.state(cohort.fact);
    write_cohort(m, cohort);
  }
}

}  // namespace oncobridge
