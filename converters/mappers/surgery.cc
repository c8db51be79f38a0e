// Operations -> mCODE CancerRelatedSurgicalProcedure. One for another condition than the cancer,
// such as a cyst, or for a reason that is not known, is a Procedure without a claim.
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"
#include "converters/mappers/treatment_parts.h"

namespace oncobridge {
namespace {

constexpr std::string_view kProfile = "mcode-cancer-related-surgical-procedure";

// mcode-cancer-related-surgical-procedure-vs has operations only.
bool claims_profile(const Mapping& m, const Surgery& surgery) {
  return is_for_cancer(surgery.condition) &&
         term_in(m, TermField::procedure_no_operation, surgery.procedure) == nullptr;
}

void write(Mapping& m, const Surgery& surgery) {
  const TreatmentStatus status = treatment_status(m, surgery.fact, surgery.status);
  begin_procedure(m, surgery.fact, claims_profile(m, surgery) ? kProfile : std::string_view{},
                  surgery.intent, surgery.phase);
  m.reference_list("partOf", surgery.part_of);
  m.status(status_codes(status).procedure);
  if (status == TreatmentStatus::not_done) {
    m.codeable("statusReason", surgery.reason_not_done);
  } else {
    m.note("Reason for not being done: ", surgery.reason_not_done);
  }
  m.codeable("code", surgery.procedure);
  m.subject();
  performed(m, surgery.when, status);
  m.reason(surgery.condition);
  m.site_list("bodySite", surgery.site);
  if (surgery.outcome) m.codeable("outcome", nullptr, m.use(surgery.outcome).value);
  m.note("Anaesthesia: ", surgery.anesthesia);
  m.end();
}

}  // namespace

void map_surgeries(Mapping& m) {
  for (const Surgery& surgery : m.record().surgeries) write(m, surgery);
}

}  // namespace oncobridge
