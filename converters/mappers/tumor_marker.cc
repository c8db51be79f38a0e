// Tumour markers -> mCODE TumorMarkerTest. Every way in which a marker is reported (result,
// percent, score ...) is an Observation of its own with the LOINC code of that kind of answer, its
// id derived from the marker and the way, so that a further way moves no id. Which codes:
// marker_code.h; no marker is named here.
#include <algorithm>
#include <span>

#include "converters/mappers/absent_answer.h"
#include "converters/mappers/lab_observation.h"
#include "converters/mappers/mappers.h"
#include "converters/mappers/marker_checks.h"
#include "converters/mappers/marker_code.h"

namespace oncobridge {
namespace {

constexpr std::string_view kProfile = "mcode-tumor-marker-test";

LabFinding finding_of(const Marker& marker) {
  return {marker.fact, marker.condition, marker.specimen, marker.when};
}

const Way* carrier_of(const Marker& marker) {
  const Way* carrier = nullptr;
  for (const Way& way : kWays) {
    if (reported(marker, way) && (carrier == nullptr || way.rank < carrier->rank)) carrier = &way;
  }
  return carrier;
}

// A code that its answer's unit or the method contradicts says something false: it is left out.
void open(Mapping& m, const Marker& marker, const Way& way, const MarkerCode& code, bool claims) {
  m.coded(marker.marker, code.names_marker ? code.lab.term : nullptr);
  begin_lab(m, finding_of(marker), m.derived_id(marker.fact, way.role),
            claims && specimen_fits(marker.specimen) ? kProfile : "", code.lab);
  if (code.other_unit != nullptr) {
    m.flag("unit-contradicts-code", (marker.*way.measured).unit.leaf);
    m.note("The unit contradicts the code of this test, which is left out: ",
           code.other_unit->codings.front().display, 0);
  } else if (code.other_method != nullptr) {
    m.flag("method-contradicts-code", marker.method.leaf);
    m.note("The method is not that of the code of this test, which is left out: ",
           code.other_method->codings.front().display, 0);
  }
}

void simple_quantity(Mapping& m, std::string_view name, const Decimal& value, const Concept& unit) {
  if (!value) return;
  m.json().key(name);
  m.json().begin_object();
  m.json().number("value", m.use(value).text);
  m.unit(unit);
  m.json().end_object();
}

// Limits are SimpleQuantity: a comparator becomes an upper or lower limit and the words say which.
void reference_range(Mapping& m, const Quantity& range) {
  constexpr std::string_view kSigns[] = {"", "<", "<=", ">=", ">"};
  const Comparator sign = range.comparator.value;
  const bool upper = sign == Comparator::less || sign == Comparator::less_or_equal;
  const bool lower = sign == Comparator::greater || sign == Comparator::greater_or_equal;
  const Decimal& low = lower && !range.low ? range.value : range.low;
  const Decimal& high = upper && !range.high ? range.value : range.high;
  // What the comparator is of, and is to be told in words.
  const Decimal& compared = range.value            ? range.value
                            : upper && !range.low  ? range.high
                            : lower && !range.high ? range.low
                                                   : Decimal{};
  if (!low && !high && !compared && !range.text) return;  // obs-3
  if (high_below_low(range)) {
    m.flag("reversed-range", range.high.leaf);
    m.note("Reference range, from: ", range.low.text, range.low.leaf);
    m.note("Reference range, to: ", range.high.text, range.high.leaf);
    m.note("Unit of the reference range: ", range.unit);
    return m.note("Reference range as stated: ", range.text);
  }
  m.json().raw("referenceRange", "[");
  m.json().begin_object();
  simple_quantity(m, "low", low, range.unit);
  simple_quantity(m, "high", high, range.unit);
  if (range.text) {
    m.text("text", range.text);
  } else if (compared) {
    m.json().string("text", kSigns[static_cast<std::size_t>(sign)], m.use(compared).text);
  }
  if (compared) m.use(range.comparator);
  if (range.approximate) m.note("The reference range is approximate.", "", range.approximate.leaf);
  m.json().raw("}]");
}

void close(Mapping& m, const Marker& marker, const MarkerCode& code, bool carries) {
  if (carries) {
    m.codeable_list("interpretation", marker.interpretation);
    reference_range(m, marker.reference_range);
  }
  if (code.of_method) m.codeable("method", marker.method);
  end_lab(m, finding_of(marker));
}

void coded_value(Mapping& m, const Marker& marker, const Way& way) {
  const Concept& answer = marker.*way.coded;
  if (!marker.fact.negative() || &way != &kResult)
    return m.codeable("valueCodeableConcept", answer);
  if (answer.term == nullptr)
    return m.codeable_as("valueCodeableConcept", &m.fixed(Fixed::negative), answer);
  m.codeable("valueCodeableConcept", answer);
  const std::string_view code = answer.term->codings.front().code;
  for (const Fixed contradicting :
       {Fixed::positive, Fixed::present, Fixed::detected, Fixed::weakly_positive}) {
    if (code != m.fixed(contradicting).codings.front().code) continue;
    m.contradiction("negative-state-with-positive-result", answer.leaf,
                    "The stated values contradict each other: a negative marker with this result.");
  }
}

void measured_value(Mapping& m, const Marker& marker, const Way& way) {
  const Quantity& answer = marker.*way.measured;
  check_number(m, marker, way.measured);
  if (answer.unit || way.measured != &Marker::percent) return m.value_quantity_or_range(answer);
  // The field is a percentage by definition, whether or not the source repeats the sign.
  const Term& unit = m.fixed(Fixed::unit_percent);
  const Decimal& number = answer.value ? answer.value : answer.low ? answer.low : answer.high;
  Quantity percent = answer;
  percent.unit = {unit.codings.front().code, &unit, number.leaf};
  m.value_quantity_or_range(percent);
}

void whole_component(Mapping& m, std::string_view what, const Whole& value) {
  if (!value) return;
  m.json().element();
  m.json().begin_object();
  m.codeable("code", nullptr, what);
  m.integer("valueInteger", value);
  m.json().end_object();
}

void allred_value(Mapping& m, const AllredScore& score) {
  check_allred(m, score);
  if (score.total) {
    const Coding& unit = m.fixed(Fixed::unit_score).codings.front();
    m.json().key("valueQuantity");
    m.json().begin_object();
    m.integer("value", score.total);
    m.json().string("unit", unit.code);
    m.json().plain("system", unit.system);
    m.json().string("code", unit.code);
    m.json().end_object();
  }
  const std::size_t mark = m.json().open_array("component");
  whole_component(m, "Allred proportion score", score.proportion);
  whole_component(m, "Allred intensity score", score.intensity);
  m.json().close_array(mark);
}

// Why there is no answer, where the answer's words say that; null for an answer.
const Term* absence_of(const Mapping& m, const Marker& marker, const Way& way) {
  if (way.coded != nullptr) return absence(m, marker.*way.coded);
  if (way.measured == nullptr) return nullptr;
  const Quantity& answer = marker.*way.measured;
  return answer.value || answer.low || answer.high ? nullptr : absence(m, answer.text);
}

void write_absence(Mapping& m, const Marker& marker, const Way& way, const Term& reason) {
  if (way.coded == nullptr) {
    const Text& words = (marker.*way.measured).text;
    return absent_value(m, reason, words.value, words.leaf);
  }
  const Concept& words = marker.*way.coded;
  absent_value(m, reason, words.text, words.leaf);
  // A negative marker may well be without a score.
  if (!marker.fact.negative() || &way != &kResult) return;
  m.contradiction("negative-state-without-result", words.leaf,
                  "The stated values contradict each other: a negative marker without a result.");
}

// TumorMarkerTest demands a value, and no Range: a range is a base Observation. An Allred total is
// never added up; where it is not stated there is no value.
bool has_profile_value(const Marker& marker, const Way& way) {
  if (way.coded != nullptr) return true;
  if (way.measured == nullptr) return bool(marker.allred.total);
  const Quantity& answer = marker.*way.measured;
  return answer.value || !(answer.low || answer.high);
}

void write_way(Mapping& m, const Marker& marker, const Way& way, bool carries) {
  const Term* absent = absence_of(m, marker, way);
  const MarkerCode code = code_of(m, marker, way, absent != nullptr);
  open(m, marker, way, code, absent == nullptr && has_profile_value(marker, way));
  if (absent != nullptr) {
    write_absence(m, marker, way, *absent);
  } else if (way.coded != nullptr) {
    coded_value(m, marker, way);
  } else if (way.measured != nullptr) {
    measured_value(m, marker, way);
  } else {
    allred_value(m, marker.allred);
  }
  close(m, marker, code, carries);
}

// A marker without any answer: a base Observation, which says that there is none.
void write_absent(Mapping& m, const Marker& marker, const Way& way) {
  const MarkerCode code = code_of(m, marker, kValue, true);
  open(m, marker, way, code, false);
  m.code("dataAbsentReason", Fixed::absent_unknown);
  close(m, marker, code, true);
}

void write_marker(Mapping& m, const Marker& marker) {
  if (m.state(marker.fact) == State::unknown) {
    // Under the id that the answer will have once it is known, as far as the table tells.
    return write_absent(m, marker, has_result_code(m, marker) ? kResult : kValue);
  }
  const Way* carrier = carrier_of(marker);
  if (carrier == nullptr) return write_absent(m, marker, kValue);
  for (const Way& way : kWays) {
    if (reported(marker, way)) write_way(m, marker, way, &way == carrier);
  }
}

// ---- panels

bool same(const Quantity& a, const Quantity& b) {
  return a.value.text == b.value.text && a.low.text == b.low.text && a.high.text == b.high.text &&
         a.comparator.value == b.comparator.value && a.unit.text == b.unit.text &&
         a.approximate.value == b.approximate.value && a.text.value == b.text.value;
}

bool same(const When& a, const When& b) {
  return a.date.text == b.date.text && a.start.text == b.start.text && a.end.text == b.end.text &&
         a.text.value == b.text.value && same(a.age, b.age);
}

const Marker& marker_of(const Mapping::Entry& entry) {
  return *reinterpret_cast<const Marker*>(entry.fact);
}

// What all members of a panel share; null where they differ.
struct Shared {
  const When* when;
  const Ref* specimen;
  const Ref* condition;
};

Shared shared_by(std::span<const Mapping::Entry> members) {
  const Marker& first = marker_of(members.front());
  Shared shared{&first.when, &first.specimen, &first.condition};
  for (const Mapping::Entry& member : members) {
    const Marker& marker = marker_of(member);
    if (!same(marker.when, first.when)) shared.when = nullptr;
    if (marker.specimen.target != first.specimen.target) shared.specimen = nullptr;
    if (marker.condition.target != first.condition.target) shared.condition = nullptr;
  }
  return shared;
}

void write_panel(Mapping& m, std::span<const Mapping::Entry> members) {
  static constexpr Fact kNoFact{};
  static constexpr When kNoTime{};
  static constexpr Ref kNoRef{};
  const Shared shared = shared_by(members);
  const LabFinding panel{kNoFact, shared.condition != nullptr ? *shared.condition : kNoRef,
                         shared.specimen != nullptr ? *shared.specimen : kNoRef,
                         shared.when != nullptr ? *shared.when : kNoTime};
  const std::string_view label = members.front().name;
  UuidText id;
  m.ids().derive("marker-panel", label, id);
  begin_lab(m, panel, view(id), {}, {nullptr, "Tumor marker panel: ", label});
  m.json().raw("hasMember", "[");
  for (const Mapping::Entry& member : members) {
    m.use(marker_of(member).panel);
    m.reference_element(ResourceType::Observation, view(m.written()[member.index].id));
  }
  m.json().raw("]");
  end_lab(m, panel);
}

// In the order of their first members. `from` and `to`: the Observations of markers among the
// resources written.
void write_panels(Mapping& m, std::size_t from, std::size_t to) {
  std::vector<Mapping::Entry>& entries = m.scratch();
  for (std::size_t i = from; i < to; ++i) {
    const Fact* fact = m.written()[i].fact;
    const Text& panel = reinterpret_cast<const Marker*>(fact)->panel;
    if (panel) entries.push_back({panel.value, fact, static_cast<std::uint32_t>(i)});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.name != b.name ? a.name < b.name : a.index < b.index;
  });
  // Behind them, for each panel, an entry whose `next` is the place of its first member.
  const auto members = static_cast<std::uint32_t>(entries.size());
  for (std::uint32_t i = 0; i < members; ++i) {
    if (i > 0 && entries[i].name == entries[i - 1].name) continue;
    entries.push_back({entries[i].name, nullptr, entries[i].index, i});
  }
  std::sort(entries.begin() + members, entries.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  for (std::size_t panel = members; panel < entries.size(); ++panel) {
    const std::uint32_t first = entries[panel].next;
    std::uint32_t last = first;
    while (last < members && entries[last].name == entries[first].name) ++last;
    write_panel(m, std::span(entries).subspan(first, last - first));
  }
}

}  // namespace

void map_markers(Mapping& m) {
  const std::size_t from = m.written().size();
  for (const Marker& marker : m.record().markers) write_marker(m, marker);
  write_panels(m, from, m.written().size());
}

}  // namespace oncobridge
