// Body measurements -> mCODE BodySurfaceArea; weight and height as vital signs of base R4.
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

struct Measure {
  std::string_view profile;
  Fixed code;
};
// By MeasureKind, from 1.
constexpr Measure kMeasures[] = {
    {"mcode-body-surface-area", Fixed::body_surface_area},
    {{}, Fixed::body_weight},
    {{}, Fixed::body_height},
};

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
  const bool timed = measure.when.date || measure.when.start || measure.when.end;
  const bool conforms = timed && (state == State::unknown || is_area(m, measure.value));
  m.begin(ResourceType::Observation, measure.fact.id(), measure.fact,
          conforms ? kind.profile : std::string_view{});
  m.status("final");
  m.code_list("category", Fixed::category_vital_signs);
  m.code("code", kind.code);
  m.subject();
  m.time("effective", measure.when, TimeRule::day);
  if (!timed) m.data_absent("_effectiveDateTime", "unknown");
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
