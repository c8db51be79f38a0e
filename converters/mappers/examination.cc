// Examinations -> a Procedure that says that the examination was done, or not, and an Observation
// with its result, which is part of it. mCODE has no profile for them.
#include "converters/mappers/mappers.h"
#include "converters/mappers/treatment_parts.h"

namespace oncobridge {
namespace {

bool has_result(const Examination& examination) {
  return examination.finding || examination.finding_text || examination.measurements;
}

void write_procedure(Mapping& m, const Examination& examination, TreatmentStatus status) {
  m.begin(ResourceType::Procedure, examination.fact.id(), examination.fact);
  m.status(status_codes(status).procedure);
  if (status == TreatmentStatus::not_done) {
    m.codeable("statusReason", examination.reason_not_done);
  } else {
    m.note("Reason for not being done: ", examination.reason_not_done);
  }
  m.codeable("code", examination.examination);
  m.subject();
  performed(m, examination.when, status);
  m.reference_list("reasonReference", examination.condition);
  m.site_list("bodySite", examination.site);
  m.end();
}

void measurements(Mapping& m, const Examination& examination) {
  const std::size_t mark = m.json().open_array("component");
  for (const Measurement& measurement : examination.measurements) {
    m.json().element();
    m.json().begin_object();
    m.codeable("code", nullptr, m.use(measurement.what).value);
    m.value_quantity_or_range(measurement.value);
    if (!measurement.value) m.code("dataAbsentReason", Fixed::absent_unknown);
    m.note("Remark on a measurement: ", measurement.note);
    m.json().end_object();
  }
  m.json().close_array(mark);
}

void write_result(Mapping& m, const Examination& examination) {
  m.begin(ResourceType::Observation, m.derived_id(examination.fact, "result"), examination.fact);
  m.json().raw("partOf", "[");
  m.reference_element(ResourceType::Procedure, examination.fact.id());
  m.json().raw("]");
  m.status("final");
  m.codeable("code", examination.examination);
  m.subject();
  m.reference_list("focus", examination.condition);
  m.time("effective", examination.when);
  if (examination.finding) {
    m.codeable("valueCodeableConcept", examination.finding);
    m.note("Result as stated: ", examination.finding_text);
  } else {
    m.text("valueString", examination.finding_text);
  }
  if (examination.site) {
    m.json().key("bodySite");
    m.site_object(examination.site);
  }
  measurements(m, examination);
  m.end(Mapping::Remarks::none);
}

// "Bone scan: negative" with a finding was done, whatever its `state` was meant to say.
TreatmentStatus status_of(Mapping& m, const Examination& examination) {
  const bool negative_result =
      examination.fact.negative() && has_result(examination) && !examination.status;
  if (!negative_result) return treatment_status(m, examination.fact, examination.status);
  m.state(examination.fact);
  m.flag("negative-examination-with-result", examination.fact.state.leaf);
  return TreatmentStatus::unknown;
}

void write(Mapping& m, const Examination& examination) {
  const TreatmentStatus status = status_of(m, examination);
  write_procedure(m, examination, status);
  if (!has_result(examination)) return;
  // What was not done, planned, or may not have been done has no result: it stays in the coverage
  // report.
  if (status == TreatmentStatus::not_done || status == TreatmentStatus::planned ||
      examination.fact.unknown()) {
    return m.flag("result-of-an-examination-not-done", examination.examination.leaf);
  }
  write_result(m, examination);
}

}  // namespace

void map_examinations(Mapping& m) {
  for (const Examination& examination : m.record().examinations) write(m, examination);
}

}  // namespace oncobridge
