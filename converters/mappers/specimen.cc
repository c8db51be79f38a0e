// Specimens -> mCODE HumanSpecimen. How it was taken is collection.method, not its type: the type's
// value set has no core biopsy or aspirate. A specimen that was not taken or is unknown has no
// honest element.
#include "converters/mappers/lab_observation.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

void collection(Mapping& m, const Specimen& specimen) {
  const std::size_t mark = m.json().open_object("collection");
  m.time("collected", specimen.collected);
  m.codeable("method", specimen.method);
  if (specimen.site) {
    m.json().key("bodySite");
    m.site_object(specimen.site);
  }
  m.json().close_object(mark);
}

}  // namespace

void map_specimens(Mapping& m) {
  for (const Specimen& specimen : m.record().specimens) {
    if (specimen.fact.negative() || specimen.fact.unknown()) continue;
    m.state(specimen.fact);
    m.begin(ResourceType::Specimen, specimen.fact.id(), specimen.fact,
            specimen.type ? "mcode-human-specimen" : "");
    if (specimen.identifier) {
      m.json().raw("identifier", "[");
      m.json().begin_object();
      m.text("value", specimen.identifier);
      m.json().raw("}]");
    }
    m.codeable("type", specimen.type);
    m.subject();
    collection(m, specimen);
    m.end();
  }
}

}  // namespace oncobridge
