// Metastases -> mCODE SecondaryCancerCondition, one a site. An explicit "none at this site" is a
// refuted Condition, an explicit "none" without a site and an explicit "unknown" are Observations.
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

constexpr std::string_view kSequence[] = {"", "Initial manifestation of the cancer.",
                                          "Present when the primary tumor was diagnosed.",
                                          "Appeared as recurrence.", "Appeared as progression."};
constexpr std::string_view kNumber[] = {
    "Number of lesions: ", "Number of lesions: fewer than ", "Number of lesions: at most ",
    "Number of lesions: at least ", "Number of lesions: more than "};

constexpr TimeNotes kOnset = {"Onset: ", "Onset, from: ", "Onset, until: ", "Age at onset: "};

// The disorder that a metastasis at the site is; null if no row of the table says so exactly.
const Term* disorder_at(const Mapping& m, const Site& site) {
  const Term* found = nullptr;
  if (site.site) found = m.terms().find(TermField::metastasis, site.site.text);
  if (found == nullptr && site.site.term != nullptr) {
    found = m.terms().find(TermField::metastasis, site.site.term->wording);
  }
  if (found == nullptr && site.text) found = m.terms().find(TermField::metastasis, site.text.value);
  return found;
}

void metastasis_code(Mapping& m, const Term* term, const Site& site) {
  JsonWriter& json = m.json();
  json.key("code");
  json.begin_object();
  if (term != nullptr) json.raw("coding", term->codings_json);
  // The general disorder says nothing of the site.
  if (term != &m.fixed(Fixed::secondary_malignant_neoplasm)) m.coded(site.site, term);
  if (site.text) {
    json.string("text", "Metastasis: ", site.text.value);
  } else if (site.site) {
    json.string("text", "Metastasis: ", site.site.text);
  } else if (term == nullptr) {
    json.plain("text", "Metastasis");
  }
  json.end_object();
}

void lesions(Mapping& m, const Metastasis& metastasis) {
  const Quantity& number = metastasis.number;
  if (number.value) {
    m.note(kNumber[static_cast<std::size_t>(m.use(number.comparator).value)], number.value.text,
           number.value.leaf);
  }
  if (number.low) m.note("Number of lesions: at least ", number.low.text, number.low.leaf);
  if (number.high) m.note("Number of lesions: at most ", number.high.text, number.high.leaf);
  if (number.approximate) {
    m.note("The number of lesions is ", number.approximate.value ? "approximate." : "exact.",
           number.approximate.leaf);
  }
  m.note("Unit of the number: ", number.unit);
  m.note("Number of lesions as stated: ", number.text);
  m.note("Presentation: ", metastasis.presentation);
  if (metastasis.sequence) {
    m.note("", kSequence[static_cast<std::size_t>(metastasis.sequence.value)],
           metastasis.sequence.leaf);
  }
}

void extensions(Mapping& m, const Metastasis& metastasis) {
  const std::size_t mark = m.json().open_array("extension");
  asserted_date(m, metastasis.asserted);
  m.extension_codeable(
      "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior",
      metastasis.histology);
  if (const PrimaryTumor* primary = primary_of(m, metastasis.primary)) {
    m.use(metastasis.primary);
    m.json().element();
    m.json().raw(R"({"url":"http://hl7.org/fhir/StructureDefinition/condition-related")");
    m.reference("valueReference", ResourceType::Condition, primary->fact.id());
    m.json().end_object();
  }
  m.json().close_array(mark);
}

void condition(Mapping& m, const Metastasis& metastasis) {
  const bool refuted = is_refuted(metastasis.fact, metastasis.verification);
  m.begin(ResourceType::Condition, metastasis.fact.id(), metastasis.fact,
          refuted || metastasis.verification.is(Verification::differential)
              ? std::string_view{}
              : "mcode-secondary-cancer-condition");
  extensions(m, metastasis);
  condition_statuses(m, metastasis.fact, metastasis.clinical_status, metastasis.verification);
  const Term* disorder = disorder_at(m, metastasis.site);
  // The general code may stand for a known metastasis at any site, but refuting it would refute
  // them all.
  if (disorder == nullptr && !refuted) disorder = &m.fixed(Fixed::secondary_malignant_neoplasm);
  metastasis_code(m, disorder, metastasis.site);
  m.site_list("bodySite", metastasis.site);
  m.subject();
  m.condition_time("onset", metastasis.onset);
  condition_end(m, metastasis.abatement, metastasis.clinical_status);
  condition_evidence(m, metastasis.evidence);
  lesions(m, metastasis);
  m.end();
  write_subtype(m, metastasis.fact, metastasis.subtype, "Surrogate subtype of the metastasis");
}

bool has_known_metastasis(const CaseRecord& record) {
  for (const Metastasis& metastasis : record.metastases) {
    if (!metastasis.fact.unknown() && !is_refuted(metastasis.fact, metastasis.verification))
      return true;
  }
  return false;
}

// "No metastases" or "unknown". Beside known metastases it can only mean further ones: the general
// code with the value absent (or HistoryOfMetastaticCancer = false) would deny the known ones.
void presence(Mapping& m, const Metastasis& metastasis, State state) {
  m.begin(ResourceType::Observation, m.derived_id(metastasis.fact, "presence"), metastasis.fact);
  m.status("final");
  m.code_list("category", Fixed::category_exam);
  if (metastasis.site) {
    metastasis_code(m, disorder_at(m, metastasis.site), metastasis.site);
  } else if (has_known_metastasis(m.record())) {
    m.codeable("code", nullptr, "Metastases other than those stated");
  } else {
    m.codeable("code", &m.fixed(Fixed::secondary_malignant_neoplasm), "Metastases");
  }
  m.subject();
  focus_on_primary(m, metastasis.primary);
  presence_value(m, state);
  if (metastasis.site) {
    m.json().key("bodySite");
    m.site_object(metastasis.site);
  }
  note_time(m, metastasis.onset, kOnset);
  if (metastasis.asserted)
    m.note("Established: ", metastasis.asserted.text, metastasis.asserted.leaf);
  m.note("Subtype: ", metastasis.subtype);
  lesions(m, metastasis);
  m.end();
}

}  // namespace

void map_metastases(Mapping& m) {
  for (const Metastasis& metastasis : m.record().metastases) {
    const State state = m.state(metastasis.fact);
    const bool is_general = state == State::negative && !metastasis.site;
    state == State::unknown || is_general ? presence(m, metastasis, state)
                                          : condition(m, metastasis);
  }
}

}  // namespace oncobridge
