// What the treatment mappers share: statuses, intent, times that an element cannot take.
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

// The status codes of one TreatmentStatus. An administration that is planned has no code.
struct StatusCodes {
  std::string_view procedure;       // event-status
  std::string_view statement;       // medication-statement-status
  std::string_view request;         // medicationrequest-status
  std::string_view administration;  // medication-admin-status
};
const StatusCodes& status_codes(TreatmentStatus status);

// What a fact's state and status say together: a negative fact was not done, of an unknown one the
// status is unknown (FHIR event-status `unknown`: one of the others applies, it is not known
// which). Without a status: `otherwise`, see docs/case_record.md.
TreatmentStatus stated_status(const Fact& fact, const Choice<TreatmentStatus>& status,
                              TreatmentStatus otherwise);
// The same, and marks what it rests on as used; flags a status that the state contradicts.
TreatmentStatus treatment_status(Mapping& m, const Fact& fact,
                                 const Choice<TreatmentStatus>& status,
                                 TreatmentStatus otherwise = TreatmentStatus::completed);

// A drug or a therapy that is listed without a status may still go on: it is completed only where
// its end is stated.
inline TreatmentStatus completed_if_ended(const When& when) {
  return when.end && !ends_before_start(when) ? TreatmentStatus::completed
                                              : TreatmentStatus::unknown;
}

// True if what is stated was delivered. Of a treatment that was not completed it may be the plan.
inline bool was_delivered(TreatmentStatus status) { return status == TreatmentStatus::completed; }

// mcode-procedure-intent in an open extension array. It takes one concept (0..1, extensible): the
// intent, else a coded phase; a phase beside an intent becomes a note, for it says something else.
void treatment_intent(Mapping& m, const Concept& intent, const Concept& phase);

// Opens a treatment's Procedure with its claim, if any, and its intent.
void begin_procedure(Mapping& m, const Fact& fact, std::string_view profile, const Concept& intent,
                     const Concept& phase);

// Procedure.performed[x] at any precision, words and ages included; where us-core-7 demands one and
// none is stated, data-absent-reason.
void performed(Mapping& m, const When& when, TreatmentStatus status);

// True if a condition that the treatment is for can be referred to.
bool has_reason(const List<Ref>& conditions);
// True if each such condition is a primary tumour or a metastasis.
bool only_cancer(const List<Ref>& conditions);
// True if the treatment is for the cancer: its reason is known (mcode-reason-required) and is
// nothing else.
inline bool is_for_cancer(const List<Ref>& conditions) {
  return has_reason(conditions) && only_cancer(conditions);
}

// A time or quantity whose resource has no element for it.
void note_time(Mapping& m, const When& when);
struct QuantityWords {
  std::string_view value, low, high, unit, text;
};
void note_quantity(Mapping& m, const QuantityWords& words, const Quantity& value);

}  // namespace oncobridge
