// Parts of Conditions, see the header.
#include "converters/mappers/condition_parts.h"

#include <algorithm>

#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr Fixed kClinical[] = {Fixed::clinical_active,     Fixed::clinical_active,
                               Fixed::clinical_recurrence, Fixed::clinical_relapse,
                               Fixed::clinical_inactive,   Fixed::clinical_remission,
                               Fixed::clinical_resolved};
constexpr Fixed kVerification[] = {
    Fixed::verification_unconfirmed, Fixed::verification_unconfirmed,
    Fixed::verification_provisional, Fixed::verification_differential,
    Fixed::verification_confirmed,   Fixed::verification_refuted};

constexpr TimeNotes kEnded = {
    "Ended: ", "Ended, from: ", "Ended, until: ", "Ended at the age of: "};

bool has_ended(const Choice<ClinicalStatus>& clinical) {
  return clinical.is(ClinicalStatus::inactive) || clinical.is(ClinicalStatus::remission) ||
         clinical.is(ClinicalStatus::resolved);
}

}  // namespace

bool is_refuted(const Fact& fact, const Choice<Verification>& verification) {
  return fact.negative() || verification.is(Verification::refuted);
}

void asserted_date(Mapping& m, const Date& asserted) {
  if (!asserted) return;
  JsonWriter& json = m.json();
  json.element();
  json.begin_object();
  json.plain("url", "http://hl7.org/fhir/StructureDefinition/condition-assertedDate");
  m.date("valueDateTime", asserted);
  json.end_object();
}

void condition_statuses(Mapping& m, const Fact& fact, const Choice<ClinicalStatus>& clinical,
                        const Choice<Verification>& verification) {
  if (clinical)
    m.code("clinicalStatus", kClinical[static_cast<std::size_t>(m.use(clinical).value)]);
  if (fact.negative()) {
    m.code("verificationStatus", Fixed::verification_refuted);
    if (verification && !verification.is(Verification::refuted)) {
      m.flag("negative-with-other-verification", verification.leaf);
    } else {
      m.use(verification);
    }
  } else if (verification) {
    m.code("verificationStatus",
           kVerification[static_cast<std::size_t>(m.use(verification).value)]);
  }
  if (is_refuted(fact, verification) || verification.is(Verification::differential)) return;
  m.code_list("category", Fixed::category_problem_list_item);
}

void condition_end(Mapping& m, const When& abatement, const Choice<ClinicalStatus>& clinical) {
  if (!abatement) return;
  if (has_ended(clinical)) return m.condition_time("abatement", abatement);
  note_time(m, abatement, kEnded);
}

void condition_evidence(Mapping& m, const List<Concept>& evidence) {
  const std::size_t mark = m.json().open_array("evidence");
  for (const Concept& kind : evidence) {
    if (kind.term == nullptr) {
      m.note("Evidence: ", kind);
      continue;
    }
    m.json().element();
    m.json().begin_object();
    m.codeable_list("code", kind);
    m.json().end_object();
  }
  m.json().close_array(mark);
}

const PrimaryTumor* primary_of(const Mapping& m, const Ref& primary) {
  const PrimaryTumor* found = nullptr;
  for (const PrimaryTumor& tumor : m.record().primary_tumors) {
    if (tumor.fact.unknown() || is_refuted(tumor.fact, tumor.verification)) continue;
    if (primary && primary.target == &tumor.fact) return &tumor;
    if (primary) continue;
    if (found != nullptr) return nullptr;
    found = &tumor;
  }
  return found;
}

bool is_breast_tumor(const Mapping& m, const PrimaryTumor& tumor) {
  const auto has_any = [](std::string_view words, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return contains_folded(words, part); });
  };
  const auto in_words = [&](std::string_view words) {
    return has_any(words, {"breast", "nipple", "areola"});
  };
  const auto says_breast = [&](const Concept& value) {
    return (value.term != nullptr && value.term->names_breast) || in_words(value.text);
  };
  const Site& site = tumor.site;
  if (says_breast(site.site) || in_words(site.text.value) || in_words(tumor.diagnosis.text))
    return true;
  // "2 o'clock", "left" and "unknown" are of any organ: the diagnosis decides.
  const auto names_organ = [&](std::string_view words) {
    return !words.empty() && !has_any(words, {"o'clock", "quadrant"}) &&
           m.terms().find(TermField::laterality, words) == nullptr &&
           m.terms().find(TermField::absent_value, words) == nullptr;
  };
  // The site of an occult tumour is where a metastasis was found.
  const bool occult = tumor.occult && tumor.occult.value;
  const bool elsewhere = !occult && (site.site.term != nullptr || names_organ(site.site.text) ||
                                     names_organ(site.text.value));
  return !elsewhere && says_breast(tumor.diagnosis);
}

void focus_on_primary(Mapping& m, const Ref& primary) {
  const PrimaryTumor* tumor = primary_of(m, primary);
  if (tumor == nullptr) return;
  m.use(primary);
  m.json().key("focus");
  m.json().raw("[");
  m.reference_element(ResourceType::Condition, tumor->fact.id());
  m.json().raw("]");
}

void presence_value(Mapping& m, State state) {
  if (state == State::unknown) return m.code("dataAbsentReason", Fixed::absent_unknown);
  m.code("valueCodeableConcept", state == State::negative ? Fixed::absent : Fixed::present);
}

const Term* term_in(const Mapping& m, TermField field, const Concept& value) {
  if (!value) return nullptr;
  if (const Term* term = m.terms().find(field, value.text)) return term;
  if (value.term == nullptr) return nullptr;
  const Coding& coding = value.term->codings.front();
  return m.terms().find_code(field, coding.code, coding.system);
}

void note_time(Mapping& m, const When& when, const TimeNotes& prefixes) {
  const auto note = [&m](std::string_view prefix, const auto& value) {
    if (value) m.note(prefix, value.text, value.leaf);
  };
  note(prefixes.at, when.date);
  note(prefixes.from, when.start);
  note(prefixes.until, when.end);
  note(prefixes.age, when.age.value);
  m.note("Unit of the age: ", when.age.unit);
  m.note(prefixes.age, when.age.text);
  m.note(prefixes.at, when.text);
}

void write_subtype(Mapping& m, const Fact& tumor, const Text& subtype, std::string_view what) {
  if (!subtype) return;
  m.begin(ResourceType::Observation, m.derived_id(tumor, "subtype"), tumor);
  m.status("final");
  m.codeable("code", nullptr, what);
  m.subject();
  m.json().raw("focus", "[");
  m.reference_element(ResourceType::Condition, tumor.id());
  m.json().raw("]");
  m.codeable("valueCodeableConcept", nullptr, m.use(subtype).value);
  m.end(Mapping::Remarks::none);
}

}  // namespace oncobridge
