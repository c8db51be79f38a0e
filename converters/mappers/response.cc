// Response to treatment and course of the disease. The disease status is mCODE's
// CancerDiseaseStatus if its value is one of the nine codes of mcode-condition-status-trend-max-vs
// (table field disease-status); RECIST, Miller-Payne and the other judgements are Observations of
// base R4, for no profile takes them.
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

constexpr std::string_view kProfile = "mcode-cancer-disease-status";
constexpr std::string_view kEvidenceType =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-disease-status-evidence-type";

struct Kind {
  TermField values;       // none: words only
  const Fixed* code;      // null: words only
  std::string_view what;  // Observation.code.text
};
constexpr Fixed kDiseaseStatus = Fixed::cancer_disease_status;
constexpr Fixed kRecist = Fixed::recist_response;
constexpr Fixed kMillerPayne = Fixed::miller_payne;
// By ResponseKind.
constexpr Kind kKinds[] = {
    {TermField::none, nullptr, "Response"},
    {TermField::disease_status, &kDiseaseStatus, ""},
    {TermField::recist, &kRecist, "Response by RECIST"},
    {TermField::miller_payne, &kMillerPayne, "Miller-Payne grade"},
    {TermField::none, nullptr, "Pathologic response to treatment"},
    {TermField::none, nullptr, "Metabolic response to treatment"},
    {TermField::none, nullptr, "Clinical response to treatment"},
};

const Term* value_of(const Mapping& m, const Response& response, TermField field) {
  if (response.value.term != nullptr || !response.value || field == TermField::none)
    return response.value.term;
  return m.terms().find(field, response.value.text);
}

// mcode-cancer-disease-status-evidence-type has a required binding: words alone become a note.
void evidence(Mapping& m, const Response& response) {
  const std::size_t mark = m.json().open_array("extension");
  for (const Concept& one : response.evidence) {
    if (one.term != nullptr) {
      m.extension_codeable(kEvidenceType, one);
    } else {
      m.note("Evidence: ", one);
    }
  }
  m.json().close_array(mark);
}

// RANO, iRECIST and others use RECIST's words: their code is the same, but they are not RECIST.
void code(Mapping& m, const Response& response, const Kind& kind) {
  const std::string_view criteria = response.criteria.value;
  const bool other =
      kind.code == &kRecist && response.criteria && criteria.substr(0, 6) != "RECIST";
  m.codeable("code", kind.code == nullptr ? nullptr : &m.fixed(*kind.code),
             other ? "Response to treatment" : kind.what);
}

// "No complete response" says that this response is absent, not that another one is there.
void negative(Mapping& m, const Response& response, const Term* value) {
  if (!response.value) return m.code("valueCodeableConcept", Fixed::negative);
  m.json().raw("component", "[");
  m.json().begin_object();
  m.codeable_as("code", value, response.value);
  m.code("valueCodeableConcept", Fixed::absent);
  m.json().end_object();
  m.json().raw("]");
}

void value(Mapping& m, const Response& response, State state, const Term* value) {
  if (state == State::negative) return negative(m, response, value);
  if (state == State::unknown) {
    m.code("dataAbsentReason", Fixed::absent_unknown);
    return m.note("Response in question: ", response.value);
  }
  if (response.value) m.codeable_as("valueCodeableConcept", value, response.value);
}

void write(Mapping& m, const Response& response) {
  const State state = m.state(response.fact);
  const Kind& kind = kKinds[static_cast<std::size_t>(m.use(response.kind).value)];
  const Term* term = value_of(m, response, kind.values);
  const bool is_status = response.kind.is(ResponseKind::disease_status);
  const bool conforms =
      is_status && ((state == State::known && term != nullptr) || state == State::unknown);
  m.begin(ResourceType::Observation, response.fact.id(), response.fact,
          conforms ? kProfile : std::string_view{});
  evidence(m, response);
  m.status("final");
  code(m, response, kind);
  m.subject();
  m.reference_list("focus", response.condition);
  m.time("effective", response.when, is_status ? TimeRule::date_only : TimeRule::any);
  value(m, response, state, term);
  if (response.criteria) {
    const Term* method = m.terms().find(TermField::response_system, response.criteria.value);
    m.codeable("method", method, m.use(response.criteria).value);
  }
  m.end();
}

}  // namespace

void map_responses(Mapping& m) {
  for (const Response& response : m.record().responses) write(m, response);
}

}  // namespace oncobridge
