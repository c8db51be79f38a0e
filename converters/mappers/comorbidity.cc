// Statements of comorbidities -> mCODE Comorbidities: those present and those explicitly absent are
// extensions of one Observation about the primary tumour.
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

constexpr std::string_view kPresent =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition";
constexpr std::string_view kAbsent =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition-absent";

void extensions(Mapping& m, std::string_view url, const List<Concept>& conditions) {
  for (const Concept& condition : conditions) m.extension_codeable(url, condition);
}

}  // namespace

void map_comorbidities(Mapping& m) {
  for (const Comorbidities& statement : m.record().comorbidities) {
    const State state = m.state(statement.fact);
    // The profile's value is a score: "none" and "unknown" as such are a base Observation's.
    const bool lists = statement.present || statement.absent;
    const bool claims = state == State::known || (state == State::negative && lists);
    m.begin(ResourceType::Observation, statement.fact.id(), statement.fact,
            claims ? "mcode-comorbidities" : std::string_view{});
    const std::size_t mark = m.json().open_array("extension");
    // What the statement denies is absent. A denied absence has no code and stays unused.
    if (state == State::known) extensions(m, kPresent, statement.present);
    if (state == State::negative) extensions(m, kAbsent, statement.present);
    if (state == State::known) extensions(m, kAbsent, statement.absent);
    m.json().close_array(mark);
    m.status("final");
    m.code_list("category", Fixed::category_social_history);
    m.code("code", Fixed::comorbidities);
    m.subject();
    focus_on_primary(m, statement.primary);
    m.time("effective", statement.when);
    if (!claims) presence_value(m, state);
    m.end();
  }
}

}  // namespace oncobridge
