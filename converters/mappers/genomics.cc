// Genomics -> mCODE GenomicsReport (DiagnosticReport), GenomicVariant and GenomicRegionStudied.
// Which fact becomes which component stands in the tables below, the codes in
// converters/terms/fixed.csv.
#include "converters/mappers/lab_observation.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

constexpr std::string_view kHgvs = "http://varnomen.hgvs.org";

struct CodedPart {
  Fixed code;
  Concept GenomicVariant::*value;
};
constexpr CodedPart kCodedParts[] = {
    {Fixed::gene_studied, &GenomicVariant::gene},
    {Fixed::genomic_source_class, &GenomicVariant::source_class},
    {Fixed::allelic_state, &GenomicVariant::allelic_state},
    {Fixed::coding_change_type, &GenomicVariant::dna_change},
    {Fixed::amino_acid_change_type, &GenomicVariant::amino_acid_change},
};

// HGVS expressions: code and text at once, the binding is required.
struct HgvsPart {
  Fixed code;
  Text GenomicVariant::*value;
};
constexpr HgvsPart kHgvsParts[] = {
    {Fixed::coding_hgvs, &GenomicVariant::coding_hgvs},
    {Fixed::protein_hgvs, &GenomicVariant::protein_hgvs},
    {Fixed::genomic_hgvs, &GenomicVariant::genomic_hgvs},
};

struct MeasuredPart {
  Fixed code;
  bool whole;  // cnt-3: a count
  Quantity GenomicVariant::*value;
};
constexpr MeasuredPart kMeasuredParts[] = {
    {Fixed::sample_allelic_frequency, false, &GenomicVariant::allelic_frequency},
    {Fixed::copy_number, true, &GenomicVariant::copy_number},
};

void begin_component(Mapping& m, Fixed code) {
  m.json().element();
  m.json().begin_object();
  m.code("code", code);
}

void coded_component(Mapping& m, Fixed code, const Concept& value) {
  if (!value) return;
  begin_component(m, code);
  m.codeable("valueCodeableConcept", value);
  m.json().end_object();
}

// A kind of sequence and a dot, alone or behind a reference sequence: c.76A>T,
// NM_000455.5:c.725G>A.
bool is_hgvs(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) text.remove_prefix(colon + 1);
  return text.size() > 2 && text[1] == '.' &&
         std::string_view("cgmnopr").find(text[0]) != std::string_view::npos &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

void hgvs_component(Mapping& m, Fixed code, const Text& value) {
  if (!value) return;
  begin_component(m, code);
  m.json().key("valueCodeableConcept");
  m.json().begin_object();
  if (is_hgvs(value.value)) {
    m.json().raw("coding", "[");
    m.json().begin_object();
    m.json().plain("system", kHgvs);
    m.json().string("code", value.value);
    m.json().raw("}]");
  }
  m.text("text", value);
  m.json().end_object();
  m.json().end_object();
}

// The components are Quantities, so a range or words do not fit; a count has no decimal point
// (cnt-3).
bool fits(const MeasuredPart& part, const Quantity& value) {
  if (!value) return true;
  return value.value &&
         !(part.whole && value.value.text.find_first_of(".eE") != std::string_view::npos);
}

void measured_component(Mapping& m, const MeasuredPart& part, const Quantity& value) {
  if (!value) return;
  begin_component(m, part.code);
  Quantity counted = value;
  if (part.whole && value.value && !value.unit) {
    const Term& one = m.fixed(Fixed::unit_one);
    counted.unit = {one.codings.front().code, &one, value.value.leaf};
  }
  m.value_quantity_or_range(counted);
  m.json().end_object();
}

void components(Mapping& m, const GenomicVariant& variant) {
  const std::size_t mark = m.json().open_array("component");
  for (const CodedPart& part : kCodedParts) coded_component(m, part.code, variant.*part.value);
  for (const HgvsPart& part : kHgvsParts) hgvs_component(m, part.code, variant.*part.value);
  for (const MeasuredPart& part : kMeasuredParts) measured_component(m, part, variant.*part.value);
  if (variant.cytogenetic_location) {
    begin_component(m, Fixed::cytogenetic_location);
    m.codeable("valueCodeableConcept", nullptr, m.use(variant.cytogenetic_location).value);
    m.json().end_object();
  }
  m.json().close_array(mark);
}

bool meets_profile(const GenomicVariant& variant) {
  for (const HgvsPart& part : kHgvsParts) {
    const Text& value = variant.*part.value;
    if (value && !is_hgvs(value.value)) return false;
  }
  for (const MeasuredPart& part : kMeasuredParts) {
    if (!fits(part, variant.*part.value)) return false;
  }
  return specimen_fits(variant.specimen);
}

// Opens an Observation of a report up to its time.
void begin_observation(Mapping& m, const Fact& fact, std::string_view profile,
                       std::string_view status, Fixed code, const When& when) {
  m.begin(ResourceType::Observation, fact.id(), fact, profile);
  m.status(status);
  m.code_list("category", Fixed::category_laboratory);
  m.code("code", code);
  m.subject();
  m.time("effective", when);
}

void write_variant(Mapping& m, const GenomicVariant& variant) {
  const State state = m.state(variant.fact);
  begin_observation(m, variant.fact, meets_profile(variant) ? "mcode-genomic-variant" : "", "final",
                    Fixed::genomic_variant, variant.when);
  switch (state) {
    case State::negative:
      m.code("valueCodeableConcept", Fixed::variant_absent);
      break;
    case State::unknown:
      m.code("dataAbsentReason", Fixed::absent_unknown);
      break;
    default:
      m.code("valueCodeableConcept", Fixed::variant_present);
  }
  if (variant.method) {
    const std::string_view method = m.use(variant.method).value;
    m.codeable("method", m.terms().find(TermField::genomic_method, method), method);
  }
  m.reference("specimen", variant.specimen);
  components(m, variant);
  m.end();
}

// A region explicitly not studied is an Observation that was not made, without the profile's claim.
void write_region(Mapping& m, const GenomicRegion& region) {
  const State state = m.state(region.fact);
  const bool claims = state == State::known && specimen_fits(region.specimen);
  begin_observation(m, region.fact, claims ? "mcode-genomic-region-studied" : "",
                    state == State::negative ? "cancelled" : "final", Fixed::genomic_region_studied,
                    region.when);
  if (state == State::negative) m.code("dataAbsentReason", Fixed::absent_not_performed);
  if (state == State::unknown) m.code("dataAbsentReason", Fixed::absent_unknown);
  m.reference("specimen", region.specimen);
  const std::size_t mark = m.json().open_array("component");
  coded_component(m, Fixed::gene_studied, region.gene);
  if (region.description) {
    begin_component(m, Fixed::region_description);
    m.text("valueString", region.description);
    m.json().end_object();
  }
  m.json().close_array(mark);
  m.end();
}

void results(Mapping& m, const GenomicReport& report) {
  const std::size_t mark = m.json().open_array("result");
  for (const GenomicVariant& variant : report.variants) {
    m.reference_element(ResourceType::Observation, variant.fact.id());
  }
  for (const GenomicRegion& region : report.regions) {
    m.reference_element(ResourceType::Observation, region.fact.id());
  }
  m.json().close_array(mark);
}

// DiagnosticReport has no element for a report of which nothing is known, and no notes.
void write_report(Mapping& m, const GenomicReport& report) {
  const State state = m.state(report.fact);
  const bool period = !report.when.date && (report.when.start || report.when.end);
  const bool claims = state == State::known && !period && specimen_fits(report.specimen);
  m.begin(ResourceType::DiagnosticReport, report.fact.id(), report.fact,
          claims ? "mcode-genomics-report" : "");
  // A test that has a result was made, whatever its `state` was meant to say.
  const bool result = report.conclusion || report.variants || report.regions;
  if (state == State::negative && result)
    m.flag("negative-examination-with-result", report.fact.state.leaf);
  m.status(state == State::negative ? (result ? "unknown" : "cancelled") : "final");
  m.code_list("category", Fixed::category_genetics);
  const Term* own = m.coded(report.report, report.report.term).term;
  m.codeable("code", own != nullptr ? own : &m.fixed(Fixed::genomics_report), report.report.text);
  m.subject();
  m.time("effective", report.when);
  m.reference_list("specimen", report.specimen);
  results(m, report);
  JoinedText conclusion(m, "conclusion");
  conclusion.add("", report.conclusion);
  conclusion.add(report.fact);
  conclusion.add("Time as stated: ", report.when.text);
  conclusion.close();
  m.end();
}

}  // namespace

void map_genomics(Mapping& m) {
  for (const GenomicReport& report : m.record().genomic_reports) {
    if (!report.fact.unknown()) write_report(m, report);
    for (const GenomicVariant& variant : report.variants) write_variant(m, variant);
    for (const GenomicRegion& region : report.regions) write_region(m, region);
  }
}

}  // namespace oncobridge
