// Risk assessments -> mCODE ALL and rhabdomyosarcoma risk assessments; any other is a base
// Observation.
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

struct RiskProfile {
  std::string_view profile;
  Fixed code;
  TermField values;
  bool value_required;  // binding of value[x]: required, else extensible
  std::string_view name;
};
constexpr RiskProfile kKinds[] = {
    {"mcode-ALL-risk-assessment", Fixed::acute_lymphoblastic_leukemia_risk,
     TermField::risk_value_all, false, "Acute lymphoblastic leukemia risk"},
    {"mcode-rhabdomyosarcoma-risk-assessment", Fixed::rhabdomyosarcoma_risk,
     TermField::risk_value_rhabdomyosarcoma, true, "Rhabdomyosarcoma risk"},
    {{}, {}, TermField::risk_value, false, "Risk assessment"},
};

const RiskProfile& kind_of(const RiskAssessment& risk) {
  if (risk.kind.is(RiskKind::acute_lymphoblastic_leukemia)) return kKinds[0];
  if (risk.kind.is(RiskKind::rhabdomyosarcoma)) return kKinds[1];
  return kKinds[2];
}

void risk_code(Mapping& m, const RiskAssessment& risk, const RiskProfile& kind) {
  if (!kind.profile.empty()) {
    const Term* code = &m.fixed(kind.code);
    return m.codeable("code", code, risk.type ? m.coded(risk.type, code).text : kind.name);
  }
  risk.type ? m.codeable("code", risk.type) : m.codeable("code", nullptr, kind.name);
}

void risk_value(Mapping& m, const RiskAssessment& risk, State state, const Term* value) {
  if (state == State::unknown) {
    m.code("dataAbsentReason", Fixed::absent_unknown);
    return m.note("Risk as stated: ", risk.value);
  }
  if (state == State::negative && !risk.value)
    return m.code("dataAbsentReason", Fixed::absent_not_performed);
  // No code says "not this risk group".
  if (state == State::negative)
    return m.json().string("valueString", "not ", m.use(risk.value).text);
  if (!risk.value) return;
  m.codeable_as("valueCodeableConcept", value, risk.value);
}

}  // namespace

void map_risk_assessments(Mapping& m) {
  for (const RiskAssessment& risk : m.record().risk_assessments) {
    const State state = m.state(risk.fact);
    m.use(risk.kind);
    const RiskProfile& kind = kind_of(risk);
    const Term* own = term_in(m, kind.values, risk.value);
    const bool fits = !kind.value_required || !risk.value || own != nullptr;
    m.begin(ResourceType::Observation, risk.fact.id(), risk.fact,
            state == State::known && fits ? kind.profile : std::string_view{});
    m.status("final");
    m.code_list("category", Fixed::category_exam);
    risk_code(m, risk, kind);
    m.subject();
    focus_on_primary(m, risk.primary);
    m.time("effective", risk.when);
    risk_value(m, risk, state, own != nullptr ? own : risk.value.term);
    m.end();
  }
}

}  // namespace oncobridge
