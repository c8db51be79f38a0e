// Conditions other than the cancer -> base Condition: comorbidities, symptoms, past history,
// complications, differential and refuted diagnoses, and the cause of death, which is an
// Observation as well. One that is unknown, denied, or a tumour of the record is only that.
#include "converters/mappers/absent_answer.h"
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

constexpr std::string_view kKind[] = {"",
                                      "Comorbidity.",
                                      "Symptom.",
                                      "Differential diagnosis.",
                                      "Past history.",
                                      "Complication.",
                                      "Cause of death.",
                                      "Finding."};

// A differential diagnosis without a stated verification status is just that.
Choice<Verification> verification_of(const OtherCondition& condition) {
  const bool is_differential =
      condition.kind.is(ConditionKind::differential_diagnosis) && !condition.fact.negative();
  if (condition.verification || !is_differential) return condition.verification;
  return {Verification::differential, condition.kind.leaf};
}

void unknown_condition(Mapping& m, const OtherCondition& condition) {
  m.begin(ResourceType::Observation, m.derived_id(condition.fact, "presence"), condition.fact);
  m.status("final");
  m.code_list("category", Fixed::category_exam);
  m.codeable("code", condition.condition);
  m.subject();
  presence_value(m, State::unknown);
  if (condition.site) {
    m.json().key("bodySite");
    m.site_object(condition.site);
  }
  m.note("Severity: ", condition.severity);
  m.end();
}

void begin_cause_of_death(Mapping& m, const OtherCondition& condition) {
  m.begin(ResourceType::Observation, m.derived_id(condition.fact, "cause-of-death"),
          condition.fact);
  m.status("final");
  m.code("code", Fixed::cause_of_death);
  m.subject();
}

void cause_of_death(Mapping& m, const OtherCondition& condition) {
  begin_cause_of_death(m, condition);
  m.json().raw("focus", "[");
  m.reference_element(ResourceType::Condition, condition.fact.id());
  m.json().raw("]");
  m.codeable("valueCodeableConcept", condition.condition);
  m.end(Mapping::Remarks::none);
}

void cause_of_death_alone(Mapping& m, const OtherCondition& condition) {
  begin_cause_of_death(m, condition);
  m.reference_list("focus", condition.same_as);
  const Concept& cause = condition.condition;
  if (const Term* absent = absence(m, cause)) {
    absent_value(m, *absent, cause.text, cause.leaf);
  } else if (condition.fact.unknown()) {
    m.code("dataAbsentReason", Fixed::absent_unknown);
    m.note("Cause of death in question: ", cause);
  } else if (is_refuted(condition.fact, condition.verification)) {
    m.json().string("valueString", "not ", m.use(cause).text);
  } else {
    const Term* term = cause.term;
    for (const TermField field : {TermField::diagnosis, TermField::metastasis}) {
      if (term == nullptr) term = m.terms().find(field, cause.text);
    }
    m.codeable_as("valueCodeableConcept", term, cause);
  }
  if (condition.site) {
    m.json().key("bodySite");
    m.site_object(condition.site);
  }
  m.note("Severity: ", condition.severity);
  m.use(condition.kind);
  if (is_refuted(condition.fact, condition.verification)) m.use(condition.verification);
  m.end();
}

void write(Mapping& m, const OtherCondition& condition) {
  m.begin(ResourceType::Condition, condition.fact.id(), condition.fact);
  const std::size_t mark = m.json().open_array("extension");
  asserted_date(m, condition.asserted);
  m.json().close_array(mark);
  condition_statuses(m, condition.fact, condition.clinical_status, verification_of(condition));
  if (condition.severity) m.codeable("severity", nullptr, m.use(condition.severity).value);
  m.codeable("code", condition.condition);
  m.site_list("bodySite", condition.site);
  m.subject();
  m.condition_time("onset", condition.onset);
  condition_end(m, condition.abatement, condition.clinical_status);
  if (condition.kind)
    m.note("", kKind[static_cast<std::size_t>(condition.kind.value)], condition.kind.leaf);
  m.end();
  if (condition.kind.is(ConditionKind::cause_of_death)) cause_of_death(m, condition);
}

}  // namespace

void map_conditions(Mapping& m) {
  for (const OtherCondition& condition : m.record().conditions) {
    const State state = m.state(condition.fact);
    const bool fatal = condition.kind.is(ConditionKind::cause_of_death);
    if (condition.same_as && !(fatal && Mapping::can_be_referred_to(*condition.same_as.target)))
      m.flag("same-as-ignored", condition.same_as.leaf);
    // "Cause of death: unknown" is no condition either, unless another fact refers to it.
    const bool unknown = !condition.fact.label && absence(m, condition.condition) != nullptr;
    if (fatal && (unknown || !has_condition(condition))) {
      cause_of_death_alone(m, condition);
    } else if (state == State::unknown) {
      unknown_condition(m, condition);
    } else {
      write(m, condition);
    }
  }
}

}  // namespace oncobridge
