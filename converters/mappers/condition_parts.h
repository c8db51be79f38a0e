// What the Conditions of a case share (primary tumour, metastasis, other conditions): statuses,
// category, asserted date, evidence, end; and which primary tumour a fact is about. con-3, con-4,
// con-5 and the required bindings of clinicalStatus, verificationStatus and evidence.code are kept
// here.
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

// Explicitly not so: by its state, or because a later examination refuted it. A refuted condition
// is a base Condition without an mCODE claim: it records no cancer.
bool is_refuted(const Fact& fact, const Choice<Verification>& verification);

// An element of the open array `extension`: condition-assertedDate.
void asserted_date(Mapping& m, const Date& asserted);

// clinicalStatus, verificationStatus, category. Neither status is ever made up: con-3 (a warning)
// asks for a clinicalStatus that most sources do not state. Refuted and differential diagnoses
// stand on no problem list and get no category.
void condition_statuses(Mapping& m, const Fact& fact, const Choice<ClinicalStatus>& clinical,
                        const Choice<Verification>& verification);

// abatement[x]. con-4 allows it only with clinicalStatus inactive, remission or resolved; else a
// note.
void condition_end(Mapping& m, const When& abatement, const Choice<ClinicalStatus>& clinical);

// evidence.code is bound required: what has no code becomes a note.
void condition_evidence(Mapping& m, const List<Concept>& evidence);

// The known primary tumour that a fact is about: the one named, else the record's only one. Null if
// there is none or it cannot be told.
const PrimaryTumor* primary_of(const Mapping& m, const Ref& primary);

// `focus` with that primary tumour, if there is one.
void focus_on_primary(Mapping& m, const Ref& primary);

// Whether a tumour is of the breast: by its site where that names an organ, else by its diagnosis.
bool is_breast_tumor(const Mapping& m, const PrimaryTumor& tumor);

// Value of an Observation that asks whether something is there: present, absent, or why it is not
// known.
void presence_value(Mapping& m, State state);

// The surrogate subtype of a tumour or metastasis as worded ("Luminal HER2-negative"), a base
// Observation on its Condition: a statement, never expanded into receptor results.
void write_subtype(Mapping& m, const Fact& tumor, const Text& subtype, std::string_view what);

// What a value means in another field's table: by its wording, else by its code. Null if nothing.
const Term* term_in(const Mapping& m, TermField field, const Concept& value);

// Every part of a time as notes, for resources without an element for it.
struct TimeNotes {
  std::string_view at, from, until, age;
};
void note_time(Mapping& m, const When& when, const TimeNotes& prefixes);

}  // namespace oncobridge
