// Body measurements -> mCODE BodySurfaceArea; weight and height as vital signs of base R4.
#include <algorithm>

#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

struct Measure {
  std::string_view profile;
  Fixed code;
  std::string_view name;
  // What the vital signs of R4 bind the unit of this code to, required; empty: any.
  std::string_view units[3];
};
// By MeasureKind, from 1.
constexpr Measure kMeasures[] = {
    {"mcode-body-surface-area", Fixed::body_surface_area, "Body surface area", {}},
    {{}, Fixed::body_weight, "Body weight", {"kg", "g", "[lb_av]"}},  // ucum-bodyweight
    {{}, Fixed::body_height, "Body height", {"cm", "[in_i]"}},        // ucum-bodylength
};

// A value in another unit is no vital sign of R4: it stands without the code that makes it one.
bool has_unit_of(const Measure& kind, const BodyMeasure& measure) {
  if (kind.units[0].empty() || !measure.value) return true;
  if (!measure.value.value || measure.value.unit.term == nullptr) return false;
  const std::string_view unit = measure.value.unit.term->codings.front().code;
  return std::find(std::begin(kind.units), std::end(kind.units), unit) != std::end(kind.units);
}

bool is_area(const Mapping& m, const Quantity& value) {
  return value.value && value.unit.term != nullptr &&
         value.unit.term->codings.front().code ==
             m.fixed(Fixed::unit_square_meter).codings.front().code;
}

void write(Mapping& m, const BodyMeasure& measure) {
  const State state = m.state(measure.fact);
  if (state == State::negative) return m.flag("negative-number", measure.fact.state.leaf);
  const Measure& kind = kMeasures[static_cast<std::size_t>(m.use(measure.kind).value) - 1];
  // effective[x] 1..1, and a Quantity in m2 if there is a value.
  const bool timed = has_time(measure.when);
  const bool conforms = timed && (state == State::unknown || is_area(m, measure.value));
  m.begin(ResourceType::Observation, measure.fact.id(), measure.fact,
          conforms ? kind.profile : std::string_view{});
  m.status("final");
  const bool vital = state == State::unknown || has_unit_of(kind, measure);
  m.code_list("category", vital ? Fixed::category_vital_signs : Fixed::category_exam);
  m.codeable("code", vital ? &m.fixed(kind.code) : nullptr, vital ? std::string_view{} : kind.name);
  m.subject();
  m.time("effective", measure.when, TimeRule::day);
  // vs-1 asks for a day of every dateTime, also of an absent one.
  if (!timed) m.data_absent("effectivePeriod", "unknown");
  if (state == State::known && measure.value) {
    m.value_quantity_or_range(measure.value);
  } else {
    m.code("dataAbsentReason", Fixed::absent_unknown);
  }
  m.end();
}

}  // namespace

void map_body_measures(Mapping& m) {
  for (const BodyMeasure& measure : m.record().body_measures) write(m, measure);
}

}  // namespace oncobridge
