// Lesions -> mCODE Tumor (BodyStructure), their sizes -> mCODE TumorSize.
#include <charconv>

#include "converters/mappers/lab_observation.h"
#include "converters/mappers/mappers.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr std::string_view kSnomed = "http://snomed.info/sct";

bool has_location(const Tumor& tumor) { return tumor.site.site || tumor.site.text; }

// Tumor.morphology has a maximum value set, malignant neoplasms by SNOMED CT: a wording without
// such a code, and one whose ICD-O-3 behaviour digit says in situ, uncertain or benign, is
// described in words.
bool malignant_morphology(const Concept& morphology) {
  if (morphology.term == nullptr) return false;
  bool coded = false;
  for (const Coding& coding : morphology.term->codings) {
    coded = coded || coding.system == kSnomed;
    const std::size_t slash = coding.code.find('/');
    if (slash == std::string_view::npos) continue;
    const std::string_view behavior = coding.code.substr(slash + 1, 1);
    if (behavior != "3" && behavior != "6") return false;
  }
  return coded;
}

// The slice that the profile demands; a lesion without an identifier has the one that it is given
// here.
void identifier(Mapping& m, const Tumor& tumor) {
  m.json().raw("identifier", "[");
  m.json().begin_object();
  m.json().plain("use", "usual");
  m.code("type", Fixed::body_structure_identifier);
  if (tumor.identifier) {
    m.text("value", tumor.identifier);
  } else {
    m.json().plain("system", "urn:ietf:rfc:3986");
    m.json().string("value", "urn:uuid:", tumor.fact.id());
  }
  m.json().raw("}]");
}

void location(Mapping& m, const Site& site) {
  if (site.site || site.text) {
    m.coded(site.site, site.site.term);
    m.use(site.text);
    m.codeable("location", site.site.term, site.text ? site.text.value : site.site.text);
  }
  const std::size_t mark = m.json().open_array("locationQualifier");
  if (site.laterality.term != nullptr) m.codeable_element(site.laterality);
  for (const Concept& qualifier : site.qualifiers) {
    if (qualifier.term != nullptr) m.codeable_element(qualifier);
  }
  m.json().close_array(mark);
}

void description(Mapping& m, const Tumor& tumor, bool morphology_in_words) {
  JoinedText text(m, "description");
  text.add(tumor.fact);
  const Site& site = tumor.site;
  if (site.text && site.site &&
      (site.site.term == nullptr || !contains_folded(site.text.value, site.site.text))) {
    text.add("Site: ", site.site.text, site.site.leaf);
  }
  if (site.laterality.term == nullptr) text.add("Side: ", site.laterality);
  for (const Concept& qualifier : site.qualifiers) {
    if (qualifier.term == nullptr) text.add("Location: ", qualifier);
  }
  if (morphology_in_words) text.add("Morphology: ", tumor.morphology);
  text.close();
}

void write_tumor(Mapping& m, const Tumor& tumor) {
  m.begin(ResourceType::BodyStructure, tumor.fact.id(), tumor.fact,
          has_location(tumor) ? "mcode-tumor" : "");
  related_condition(m, tumor.condition);
  identifier(m, tumor);
  const bool coded = malignant_morphology(tumor.morphology);
  if (coded) m.codeable("morphology", tumor.morphology);
  location(m, tumor.site);
  description(m, tumor, !coded);
  m.subject("patient");
  m.end();
}

// ---- sizes

// Millimetres in one of the dimension's unit; 0: the unit is neither mm nor cm.
double scale_of(const Mapping& m, const Quantity& dimension) {
  if (dimension.unit.term == nullptr) return 0;
  const std::string_view unit = dimension.unit.term->codings.front().code;
  if (unit == m.fixed(Fixed::unit_millimeter).codings.front().code) return 1;
  if (unit == m.fixed(Fixed::unit_centimeter).codings.front().code) return 10;
  return 0;
}

double millimeters(const Mapping& m, const Quantity& dimension) {
  const std::string_view text = dimension.value ? dimension.value.text : dimension.high.text;
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value * scale_of(m, dimension);
}

// The longest dimension, compared across mm and cm; null where the dimensions cannot be compared.
const Quantity* longest_of(const Mapping& m, const List<Quantity>& dimensions) {
  if (dimensions.count == 1) return dimensions.begin();
  const Quantity* longest = nullptr;
  for (const Quantity& dimension : dimensions) {
    if (scale_of(m, dimension) == 0 || !(dimension.value || dimension.high)) return nullptr;
    if (longest == nullptr || millimeters(m, dimension) > millimeters(m, *longest))
      longest = &dimension;
  }
  return longest;
}

// TumorSize demands one to three dimensions in mm or cm, and the lesion or the specimen but not
// both.
bool meets_profile(const Mapping& m, const TumorSize& size) {
  const bool on_tumor = stands(size.tumor);
  const bool on_specimen = stands(size.specimen);
  if (on_tumor == on_specimen || !specimen_fits(size.specimen)) return false;
  if (on_tumor && !has_location(*reinterpret_cast<const Tumor*>(size.tumor.target))) return false;
  if (size.dimensions.empty() || size.dimensions.count > 3) return false;
  for (const Quantity& dimension : size.dimensions) {
    if (!dimension.value || scale_of(m, dimension) == 0) return false;
  }
  return true;
}

void dimension_component(Mapping& m, Fixed code, const Quantity& dimension) {
  m.json().element();
  m.json().begin_object();
  m.code("code", code);
  Quantity value = dimension;
  value.approximate = {};  // which of the dimensions is: see the note
  m.value_quantity_or_range(value);
  if (dimension.approximate) {
    const Decimal& number = dimension.value ? dimension.value
                            : dimension.low ? dimension.low
                                            : dimension.high;
    const std::string_view words = number           ? number.text
                                   : dimension.text ? dimension.text.value
                                                    : "not stated";
    m.note(dimension.approximate.value ? "Approximate dimension: " : "Exact dimension: ", words,
           dimension.approximate.leaf);
  }
  m.json().end_object();
}

void dimensions(Mapping& m, const TumorSize& size) {
  const Quantity* longest = longest_of(m, size.dimensions);
  const std::size_t mark = m.json().open_array("component");
  if (longest != nullptr) dimension_component(m, Fixed::tumor_longest_dimension, *longest);
  for (const Quantity& dimension : size.dimensions) {
    if (&dimension != longest) dimension_component(m, Fixed::tumor_other_dimension, dimension);
  }
  m.json().close_array(mark);
}

void write_size(Mapping& m, const TumorSize& size) {
  const State state = m.state(size.fact);
  const bool claims = state == State::known && meets_profile(m, size);
  m.begin(ResourceType::Observation, size.fact.id(), size.fact, claims ? "mcode-tumor-size" : "");
  m.status("final");
  m.code("code", Fixed::tumor_size);
  m.subject();
  m.reference_list("focus", size.tumor);
  m.time("effective", size.when);
  if (state == State::negative) m.code("valueCodeableConcept", Fixed::absent);
  if (state == State::unknown) m.code("dataAbsentReason", Fixed::absent_unknown);
  m.codeable("method", size.method);
  m.reference("specimen", size.specimen);
  if (state == State::known) dimensions(m, size);
  m.end();
}

}  // namespace

void map_tumors(Mapping& m) {
  for (const Tumor& tumor : m.record().tumors) {
    // BodyStructure has no element for a lesion that is not there or not known.
    if (tumor.fact.negative() || tumor.fact.unknown()) continue;
    m.state(tumor.fact);
    write_tumor(m, tumor);
  }
  for (const TumorSize& size : m.record().tumor_sizes) write_size(m, size);
}

}  // namespace oncobridge
