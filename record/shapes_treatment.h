// Shapes of treatment: surgery, radiotherapy, medication.
#pragma once

#include "record/shapes_common.h"

namespace oncobridge::shapes {

constexpr Field kSurgeryFields[] = {
    FACT_FIELDS,
    FIELD(Surgery, procedure, "the procedure", .required = true, .key = true, .reference_key = true,
          .terms = TermField::procedure),
    FIELD(Surgery, site, "where", .key = true),
    FIELD(Surgery, when, "when", .key = true),
    FIELD(Surgery, status, "status; default completed"),
    FIELD(Surgery, intent, "curative, palliative ...", .terms = TermField::intent),
    FIELD(Surgery, phase, "neoadjuvant, adjuvant ...", .terms = TermField::treatment_phase),
    FIELD(Surgery, reason_not_done, "why it was not done", .terms = TermField::not_done_reason),
    FIELD(Surgery, condition, "the conditions treated; none is assumed", .one_or_many = true,
          .targets = "primary_tumor,metastasis,condition"),
    FIELD(Surgery, part_of, "the operation that this was a part of", .targets = "surgery"),
    FIELD(Surgery, outcome, "outcome in words"),
    FIELD(Surgery, anesthesia, "anaesthesia in words"),
};
SHAPE(Surgery, "surgery", true, -1, "a surgical procedure")

constexpr Field kRadiotherapyVolumeFields[] = {
    FACT_FIELDS,
    FIELD(RadiotherapyVolume, site, "irradiated site", .key = true),
    FIELD(RadiotherapyVolume, type, "kind of volume", .key = true,
          .terms = TermField::radiotherapy_volume_type),
    FIELD(RadiotherapyVolume, dose, "total dose in Gy or cGy"),
    FIELD(RadiotherapyVolume, fractions, "fractions"),
};
SHAPE(RadiotherapyVolume, "radiotherapy_volume", true, -1, "an irradiated volume")

constexpr Field kRadiotherapyFields[] = {
    FACT_FIELDS,
    FIELD(Radiotherapy, volumes, "volumes with dose and fractions", .key = true),
    FIELD(Radiotherapy, when, "when", .key = true, .reference_key = true),
    FIELD(Radiotherapy, status,
          "status; default completed; dose and fractions are delivered ones only then"),
    FIELD(Radiotherapy, intent, "curative, palliative ...", .terms = TermField::intent),
    FIELD(Radiotherapy, phase, "neoadjuvant, adjuvant ...", .terms = TermField::treatment_phase),
    FIELD(Radiotherapy, modality, "modality, only if stated",
          .terms = TermField::radiotherapy_modality),
    FIELD(Radiotherapy, technique, "technique, only if stated",
          .terms = TermField::radiotherapy_technique),
    FIELD(Radiotherapy, sessions, "number of sessions"),
    FIELD(Radiotherapy, reason, "why it ended early or was not given",
          .terms = TermField::termination_reason),
    FIELD(Radiotherapy, condition, "the conditions treated; none is assumed", .one_or_many = true,
          .targets = "primary_tumor,metastasis,condition"),
};
SHAPE(Radiotherapy, "radiotherapy", true, -1, "a radiotherapy course")

constexpr Field kDosageStepFields[] = {
    FIELD(DosageStep, text, "the step in the source's words"),
    FIELD(DosageStep, dose, "dose"),
    FIELD(DosageStep, basis, "what the dose is normalised to", .terms = TermField::dose_basis),
    FIELD(DosageStep, route, "route", .terms = TermField::route),
    FIELD(DosageStep, frequency, "how often in a period"),
    FIELD(DosageStep, period, "length of the period"),
    FIELD(DosageStep, period_unit, "unit of the period"),
    FIELD(DosageStep, bounds, "how long the step lasts"),
};
SHAPE(DosageStep, "dosage_step", false, 0, "a step of a dosage; a plain string is its text")

constexpr Field kMedicationFields[] = {
    FACT_FIELDS,
    FIELD(Medication, drug, "substance", .required = true, .key = true, .terms = TermField::drug),
    FIELD(Medication, role, "received (default), ordered or administered", .key = true),
    FIELD(Medication, status, "status; default unknown, completed if `when` has an end"),
    FIELD(Medication, when, "when", .key = true),
    FIELD(Medication, intent, "curative, palliative ...", .terms = TermField::intent),
    FIELD(Medication, phase, "neoadjuvant, adjuvant, salvage ...", .key = true,
          .terms = TermField::treatment_phase),
    FIELD(Medication, line, "line of therapy as worded"),
    FIELD(Medication, regimen, "label shared by the drugs of one regimen"),
    FIELD(Medication, cycles, "number of cycles"),
    FIELD(Medication, dosage, "steps of the dosage, in order", .one_or_many = true),
    FIELD(Medication, reason, "why it ended or was not given",
          .terms = TermField::termination_reason),
    FIELD(Medication, requester, "who ordered it"),
    FIELD(Medication, ordered, "when it was ordered"),
    FIELD(Medication, condition, "the conditions treated; none is assumed", .one_or_many = true,
          .targets = "primary_tumor,metastasis,condition"),
};
SHAPE(Medication, "medication", true, -1, "a medication")

constexpr Field kTreatmentFields[] = {
    FACT_FIELDS,
    FIELD(Treatment, treatment, "the treatment", .required = true, .key = true,
          .terms = TermField::procedure),
    FIELD(Treatment, site, "where", .key = true),
    FIELD(Treatment, when, "when", .key = true),
    FIELD(Treatment, status, "status; default unknown, completed if `when` has an end"),
    FIELD(Treatment, intent, "curative, palliative ...", .terms = TermField::intent),
    FIELD(Treatment, phase, "neoadjuvant, adjuvant ...", .terms = TermField::treatment_phase),
    FIELD(Treatment, reason, "why it ended or was not given",
          .terms = TermField::termination_reason),
    FIELD(Treatment, condition, "the conditions treated; none is assumed", .one_or_many = true,
          .targets = "primary_tumor,metastasis,condition"),
};
SHAPE(Treatment, "treatment", true, -1,
      "a treatment that is no operation, radiotherapy or named drug")

}  // namespace oncobridge::shapes
