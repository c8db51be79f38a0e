// Recurrence of the primary tumour -> base Observation: present, absent or unknown. mCODE has no
// profile for it; the clinical status of the primary is only written where the record states it.
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

constexpr std::string_view kKind[] = {"Recurrence", "Local recurrence", "Regional recurrence",
                                      "Distant recurrence", "Recurrence"};

}  // namespace

void map_recurrences(Mapping& m) {
  for (const Recurrence& recurrence : m.record().recurrences) {
    const State state = m.state(recurrence.fact);
    m.begin(ResourceType::Observation, recurrence.fact.id(), recurrence.fact);
    m.status("final");
    m.code_list("category", Fixed::category_exam);
    // "No local recurrence" must not deny every recurrence: only `any` takes the general code.
    const bool any = m.use(recurrence.kind).is(RecurrenceKind::any);
    m.codeable("code", any ? &m.fixed(Fixed::tumor_recurrence) : nullptr,
               kKind[static_cast<std::size_t>(recurrence.kind.value)]);
    m.subject();
    focus_on_primary(m, recurrence.primary);
    m.time("effective", recurrence.when);
    presence_value(m, state);
    if (recurrence.site) {
      m.json().key("bodySite");
      m.site_object(recurrence.site);
    }
    m.end();
  }
}

}  // namespace oncobridge
