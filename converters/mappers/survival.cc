// Survival times -> Observations of base R4. A date of death or of recurrence is never computed
// from them.
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

void value(Mapping& m, const Survival& survival, State state) {
  if (state == State::negative) return m.code("valueCodeableConcept", Fixed::absent);
  if (state == State::unknown || !survival.value)
    return m.code("dataAbsentReason", Fixed::absent_unknown);
  m.value_quantity_or_range(survival.value);
}

void write(Mapping& m, const Survival& survival) {
  const State state = m.state(survival.fact);
  // A survival that there was not, e.g. disease-free, is absent; not having been some time is
  // nothing.
  if (state == State::negative && survival.value)
    return m.flag("negative-number", survival.fact.state.leaf);
  m.begin(ResourceType::Observation, survival.fact.id(), survival.fact);
  m.status("final");
  m.codeable("code", survival.kind);
  m.subject();
  m.time("effective", survival.when);
  value(m, survival, state);
  m.end();
}

}  // namespace

void map_survival(Mapping& m) {
  for (const Survival& survival : m.record().survival) write(m, survival);
}

}  // namespace oncobridge
