// Treatments that are neither an operation, nor radiotherapy, nor a named drug -> Procedure of base
// R4, for mCODE has no profile for them.
#include "converters/mappers/mappers.h"
#include "converters/mappers/treatment_parts.h"

namespace oncobridge {
namespace {

void write(Mapping& m, const Treatment& treatment) {
  const TreatmentStatus status =
      treatment_status(m, treatment.fact, treatment.status, completed_if_ended(treatment.when));
  begin_procedure(m, treatment.fact, {}, treatment.intent, treatment.phase);
  m.status(status_codes(status).procedure);
  m.codeable("statusReason", treatment.reason);
  m.codeable("code", treatment.treatment);
  m.subject();
  performed(m, treatment.when, status);
  m.reason(treatment.condition);
  m.site_list("bodySite", treatment.site);
  m.end();
}

}  // namespace

void map_treatments(Mapping& m) {
  for (const Treatment& treatment : m.record().treatments) write(m, treatment);
}

}  // namespace oncobridge
