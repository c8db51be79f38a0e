// Dosage steps -> Dosage elements of MedicationStatement and MedicationRequest, and the one dosage
// that MedicationAdministration has. What FHIR Timing or a SimpleQuantity cannot say exactly stays
// in words.
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

// mcode-normalization-basis in an open extension array: the first basis stated, in words or by the
// unit of the dose (mg/m2). Its binding is required: a basis that has no code becomes a note.
void normalization_basis(Mapping& m, const List<DosageStep>& steps);
// `"name":[Dosage]`, with a sequence where there are several steps.
void dosages(Mapping& m, std::string_view name, const List<DosageStep>& steps);
// MedicationAdministration.dosage; mad-1 demands a dose. Steps that do not fit become notes.
void administered_dosage(Mapping& m, const List<DosageStep>& steps);
// True if every dose has a UCUM unit, which CancerRelatedMedicationRequest demands (MAX
// ucum-units).
bool doses_are_coded(const List<DosageStep>& steps);

}  // namespace oncobridge
