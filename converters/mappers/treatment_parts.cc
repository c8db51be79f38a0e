#include "converters/mappers/treatment_parts.h"

#include <algorithm>

namespace oncobridge {
namespace {

constexpr std::string_view kProcedureIntent =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-procedure-intent";

// By TreatmentStatus.
constexpr StatusCodes kStatusCodes[] = {
    {"completed", "completed", "completed", "completed"},  // not given
    {"preparation", "intended", "draft", ""},              // planned
    {"in-progress", "active", "active", "in-progress"},    // in progress
    {"completed", "completed", "completed", "completed"},  // completed
    {"stopped", "stopped", "stopped", "stopped"},          // stopped
    {"not-done", "not-taken", "cancelled", "not-done"},    // not done
    {"on-hold", "on-hold", "on-hold", "on-hold"},          // on hold
    {"unknown", "unknown", "unknown", "unknown"},          // unknown
};

constexpr std::string_view kComparators[] = {"", "<", "<=", ">=", ">"};

constexpr QuantityWords kAge = {"Age at the time: ", "Age at the time, from: ",
                                "Age at the time, to: ", "Unit of the age: ", "Age as stated: "};

}  // namespace

const StatusCodes& status_codes(TreatmentStatus status) {
  return kStatusCodes[static_cast<std::size_t>(status)];
}

TreatmentStatus stated_status(const Fact& fact, const Choice<TreatmentStatus>& status,
                              TreatmentStatus otherwise) {
  if (fact.negative()) return TreatmentStatus::not_done;
  if (fact.unknown()) return TreatmentStatus::unknown;
  return status ? status.value : otherwise;
}

TreatmentStatus treatment_status(Mapping& m, const Fact& fact,
                                 const Choice<TreatmentStatus>& status, TreatmentStatus otherwise) {
  m.state(fact);
  const TreatmentStatus result = stated_status(fact, status, otherwise);
  if (status && status.value != result) {
    m.flag("status-against-state", status.leaf);
  } else {
    m.use(status);
  }
  return result;
}

void treatment_intent(Mapping& m, const Concept& intent, const Concept& phase) {
  const Concept& chosen = intent || phase.term == nullptr ? intent : phase;
  m.extension_codeable(kProcedureIntent, chosen);
  if (&chosen != &phase) m.note("Treatment phase: ", phase);
}

void begin_procedure(Mapping& m, const Fact& fact, std::string_view profile, const Concept& intent,
                     const Concept& phase) {
  m.begin(ResourceType::Procedure, fact.id(), fact, profile);
  const std::size_t extensions = m.json().open_array("extension");
  treatment_intent(m, intent, phase);
  m.json().close_array(extensions);
}

void performed(Mapping& m, const When& when, TreatmentStatus status) {
  m.condition_time("performed", when);
  const bool demanded =
      status == TreatmentStatus::completed || status == TreatmentStatus::in_progress;
  if (!has_condition_time(when) && demanded) m.data_absent("_performedDateTime", "unknown");
}

bool has_reason(const List<Ref>& conditions) {
  return std::any_of(conditions.begin(), conditions.end(), [](const Ref& condition) {
    return Mapping::can_be_referred_to(*condition.target);
  });
}

bool only_cancer(const List<Ref>& conditions) {
  return std::none_of(conditions.begin(), conditions.end(), [](const Ref& condition) {
    return condition.target->shape->name == "condition" &&
           Mapping::can_be_referred_to(*condition.target);
  });
}

void note_quantity(Mapping& m, const QuantityWords& words, const Quantity& value) {
  if (value.value) m.note(words.value, value.value.text, value.value.leaf);
  if (value.comparator) {
    m.note("Comparator: ", kComparators[static_cast<std::size_t>(value.comparator.value)],
           value.comparator.leaf);
  }
  if (value.low) m.note(words.low, value.low.text, value.low.leaf);
  if (value.high) m.note(words.high, value.high.text, value.high.leaf);
  m.note(words.unit, value.unit);
  if (value.approximate) {
    m.note("The value is ", value.approximate.value ? "approximate." : "exact.",
           value.approximate.leaf);
  }
  m.note(words.text, value.text);
}

void note_time(Mapping& m, const When& when) {
  if (when.date) m.note("Date: ", when.date.text, when.date.leaf);
  if (when.start) m.note("From: ", when.start.text, when.start.leaf);
  if (when.end) m.note("Until: ", when.end.text, when.end.leaf);
  note_quantity(m, kAge, when.age);
  m.note("Time as stated: ", when.text);
}

}  // namespace oncobridge
