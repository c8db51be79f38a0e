// CaseRecord: one patient's cancer, as a source states it. Plain structures of views; richer than
// any one source format. Its JSON form (docs/case_record.md, docs/case_record.schema.json) has the
// member names as field names; record/shapes.cc describes every field. A record belongs to the
// worker that read it and is valid until that worker's next record.
#pragma once

#include "oncobridge/record/values.h"

namespace oncobridge {

// A closed list of words: the enumerators with '-' for '_'.
#define ONCOBRIDGE_CHOICE(E, ...)                         \
  enum class E : std::uint8_t { not_given, __VA_ARGS__ }; \
  constexpr std::string_view choice_words(E) { return #__VA_ARGS__; }

ONCOBRIDGE_CHOICE(SourceType, article, abstract, registry, report, web_page, other)
ONCOBRIDGE_CHOICE(Gender, male, female, other, unknown)
ONCOBRIDGE_CHOICE(BirthSex, male, female, unknown, asked_but_unknown)
ONCOBRIDGE_CHOICE(VitalStatus, alive, dead, unknown)
ONCOBRIDGE_CHOICE(ClinicalStatus, active, recurrence, relapse, inactive, remission, resolved)
ONCOBRIDGE_CHOICE(Verification, unconfirmed, provisional, differential, confirmed, refuted)
ONCOBRIDGE_CHOICE(MetastasisSequence, initial_manifestation, concurrent, recurrence, progression)
ONCOBRIDGE_CHOICE(ConditionKind, comorbidity, symptom, differential_diagnosis, past_history,
                  complication, cause_of_death, finding)
ONCOBRIDGE_CHOICE(StageKind, clinical, pathologic, post_therapy_clinical, post_therapy_pathologic,
                  recurrence, autopsy)
ONCOBRIDGE_CHOICE(TreatmentStatus, planned, in_progress, completed, stopped, not_done, on_hold,
                  unknown)
ONCOBRIDGE_CHOICE(MedicationRole, received, ordered, administered)
ONCOBRIDGE_CHOICE(TimingUnit, s, min, h, d, wk, mo, a)
ONCOBRIDGE_CHOICE(PerformanceScale, ecog, karnofsky, lansky, deauville)
ONCOBRIDGE_CHOICE(ResponseKind, disease_status, recist, miller_payne, pathologic, metabolic,
                  clinical)
ONCOBRIDGE_CHOICE(MeasureKind, body_surface_area, body_weight, body_height)
ONCOBRIDGE_CHOICE(StageSystem, figo, gleason, rai, binet, iss, riss, ann_arbor, lugano, clark,
                  breslow, other)
ONCOBRIDGE_CHOICE(RiskKind, acute_lymphoblastic_leukemia, rhabdomyosarcoma, other)
ONCOBRIDGE_CHOICE(RecurrenceKind, local, regional, distant, any)
#undef ONCOBRIDGE_CHOICE

// ---- where the facts come from, and whose they are

struct SourceDocument {
  Fact fact;
  Choice<SourceType> type;
  Text title;
  Text doi;
  Text url;
  Text publisher;
  Date published;
};

struct IdentifierValue {
  Text system;  // URI
  Text value;
};

struct PatientName {
  Text family;
  List<Text> given;
  Text text;
};

struct Address {
  List<Text> line;
  Text city;
  Text state;
  Text postal_code;
  Text country;
};

struct PatientFacts {
  Fact fact;
  List<IdentifierValue> identifiers;
  List<PatientName> names;
  Choice<Gender> gender;
  Text gender_text;  // source wording, e.g. the pronoun that the gender rests on
  Choice<BirthSex> birth_sex;
  Date birth_date;
  Quantity age;  // stated age; never turned into a birth date
  Text age_at;   // what the age refers to, if the source says so
  Concept race;
  Concept ethnicity;
  List<Address> addresses;
  Text language;  // BCP 47
  Choice<VitalStatus> vital_status;
  Text vital_status_text;
  Date death_date;
  Date last_contact;
  Concept menopausal_status;
};

// ---- disease

struct PrimaryTumor {
  Fact fact;
  Concept diagnosis;
  Concept histology;
  Site site;
  Concept icd10cm;  // additional ICD-10-CM code of the diagnosis
  Text subtype;     // surrogate subtype as worded; never expanded into receptor values
  Flag occult;      // primary not found by examination
  When onset;       // first symptom or stated onset
  Date asserted;    // when the diagnosis was established
  Choice<ClinicalStatus> clinical_status;
  Choice<Verification> verification;
  List<Concept> evidence;
  When abatement;
};

struct Metastasis {
  Fact fact;
  Site site;
  Concept histology;
  Text subtype;
  Quantity number;    // of lesions
  Text presentation;  // appearance as worded
  Choice<MetastasisSequence> sequence;
  Ref primary;
  When onset;
  Date asserted;
  Choice<ClinicalStatus> clinical_status;
  Choice<Verification> verification;
  List<Concept> evidence;
  When abatement;
};

struct OtherCondition {
  Fact fact;
  Choice<ConditionKind> kind;
  Concept condition;
  Site site;
  Text severity;
  When onset;
  Date asserted;
  When abatement;
  Choice<ClinicalStatus> clinical_status;
  Choice<Verification> verification;
  Ref same_as;  // of a cause of death: the tumour of the record that it is
};

struct Recurrence {
  Fact fact;
  Choice<RecurrenceKind> kind;
  Site site;
  When when;
  Ref primary;
};

// A lesion as a body structure; sizes and specimens refer to it.
struct Tumor {
  Fact fact;
  Text identifier;
  Site site;
  Concept morphology;
  Ref condition;  // the primary tumour or metastasis that it is
};

struct TumorSize {
  Fact fact;
  List<Quantity> dimensions;  // in any order; the longest is found
  Concept method;
  When when;
  Ref tumor;
  Ref specimen;
};

struct Specimen {
  Fact fact;
  Text identifier;
  Concept type;
  Site site;
  Concept method;
  When collected;
};

// ---- laboratory and pathology

struct AllredScore {
  Whole proportion;  // 0-5
  Whole intensity;   // 0-3
  Whole total;       // 0-8
};

struct Marker {
  Fact fact;
  Concept marker;
  Concept method;
  When when;
  Ref specimen;
  Ref condition;
  Text panel;        // markers with the same panel label are held together
  Concept result;    // positive, negative, equivocal ...
  Quantity percent;  // of cells
  Concept score;     // 0, 1+, 2+, 3+
  Concept intensity;
  AllredScore allred;
  Quantity ratio;        // gene to centromere, ISH
  Quantity copy_number;  // gene copies per cell, ISH
  Quantity value;        // concentration or other number
  Concept interpretation;
  Quantity reference_range;
};

struct Pathology {
  Fact fact;
  When when;
  Ref specimen;
  Ref condition;
  Concept histology;
  Concept behavior;
  Concept grade;
  Concept grade_system;
  Text nuclear_grade;  // not the histologic grade
  Whole nodes_examined;
  Whole nodes_positive;
  Text nodes_site;
  Concept margins;
  Concept lymphovascular_invasion;
  Text report;  // wording of the report
};

// ---- staging

struct TnmStage {
  Fact fact;
  Choice<StageKind> kind;
  Text stated_as;  // how the source names it, e.g. "postoperative pathological"
  Text tnm;        // the whole string, e.g. ycT4bN3M0
  Text t;          // with prefix, e.g. cT4b
  Text n;
  Text m;
  Concept group;
  Concept edition;
  When when;
  Ref primary;
};

struct StageComponent {
  Concept what;
  Concept value;
};

// FIGO, Gleason, Rai, Binet, (R-)ISS, Ann Arbor, Lugano, Clark, Breslow ...
struct OtherStage {
  Fact fact;
  Choice<StageSystem> system;
  Concept type;  // of system `other`
  Concept value;
  Concept method;
  List<Concept> modifiers;  // Ann Arbor/Lugano A, B, E, S, X
  List<StageComponent> components;
  When when;
  Ref primary;
};

// ---- treatment

struct Surgery {
  Fact fact;
  Concept procedure;
  Site site;
  When when;
  Choice<TreatmentStatus> status;
  Concept intent;
  Concept phase;  // neoadjuvant, adjuvant ...
  Concept reason_not_done;
  List<Ref> condition;
  Ref part_of;  // another surgery
  Text outcome;
  Text anesthesia;
};

struct RadiotherapyVolume {
  Fact fact;
  Site site;
  Concept type;
  Quantity dose;  // Gy or cGy
  Whole fractions;
};

struct Radiotherapy {
  Fact fact;
  List<RadiotherapyVolume> volumes;
  When when;
  Choice<TreatmentStatus> status;
  Concept intent;
  Concept phase;
  Concept modality;
  Concept technique;
  Whole sessions;
  Concept reason;  // for ending or for not being done
  List<Ref> condition;
};

struct DosageStep {
  Text text;
  Quantity dose;
  Concept basis;  // what the dose is normalised to
  Concept route;
  Whole frequency;  // times per period
  Decimal period;
  Choice<TimingUnit> period_unit;
  Quantity bounds;  // how long the step lasts
};

struct Medication {
  Fact fact;
  Concept drug;
  Choice<MedicationRole> role;
  Choice<TreatmentStatus> status;
  When when;
  Concept intent;
  Concept phase;
  Text line;     // line of therapy as worded
  Text regimen;  // label shared by the drugs of one regimen
  Quantity cycles;
  List<DosageStep> dosage;
  Concept reason;  // for ending or for not being given
  Text requester;
  Date ordered;
  List<Ref> condition;
};

// A treatment that is neither an operation, nor radiotherapy, nor a named drug, e.g. "palliative
// therapy", "hormonal therapy", or a treatment explicitly not given.
struct Treatment {
  Fact fact;
  Concept treatment;
  Site site;
  When when;
  Choice<TreatmentStatus> status;
  Concept intent;
  Concept phase;
  Concept reason;  // for ending or for not being given
  List<Ref> condition;
};

// ---- examinations, response, course

struct Measurement {
  Text what;
  Quantity value;
  Text note;
};

struct Examination {
  Fact fact;
  Concept examination;
  Site site;
  When when;
  Choice<TreatmentStatus> status;
  Concept reason_not_done;
  Concept finding;
  Text finding_text;
  List<Measurement> measurements;
  List<Ref> condition;
};

struct Response {
  Fact fact;
  Choice<ResponseKind> kind;
  Concept value;
  Text criteria;  // e.g. RECIST 1.1
  When when;
  List<Concept> evidence;
  Ref condition;
};

struct Performance {
  Fact fact;
  Choice<PerformanceScale> scale;
  Whole value;
  When when;
};

struct BodyMeasure {
  Fact fact;
  Choice<MeasureKind> kind;
  Quantity value;
  When when;
};

struct Survival {
  Fact fact;
  Concept kind;  // overall, disease-free, progression-free, after metastasis
  Quantity value;
  When when;
};

struct Comorbidities {
  Fact fact;
  List<Concept> present;
  List<Concept> absent;
  When when;
  Ref primary;
};

struct MetastaticHistory {
  Fact fact;
  Concept site;  // not given: any
  When when;
};

struct RiskAssessment {
  Fact fact;
  Choice<RiskKind> kind;
  Concept type;
  Concept value;
  When when;
  Ref primary;
};

// ---- genomics

struct GenomicVariant {
  Fact fact;
  Concept gene;
  Text coding_hgvs;
  Text protein_hgvs;
  Text genomic_hgvs;
  Concept source_class;  // somatic, germline
  Concept allelic_state;
  Concept dna_change;
  Concept amino_acid_change;
  Quantity allelic_frequency;
  Quantity copy_number;
  Text cytogenetic_location;
  When when;
  Ref specimen;
  Text method;
};

struct GenomicRegion {
  Fact fact;
  Concept gene;
  Text description;
  When when;
  Ref specimen;
};

struct GenomicReport {
  Fact fact;
  Concept report;
  Text conclusion;
  When when;
  Ref specimen;
  List<GenomicVariant> variants;
  List<GenomicRegion> regions;
};

struct Cohort {
  Fact fact;
  Text name;
  List<Text> members;  // case ids
};

// ---- the record

struct CaseRecord {
  Text case_id;
  Text title;
  List<SourceDocument> sources;
  PatientFacts patient;
  List<PrimaryTumor> primary_tumors;
  List<Metastasis> metastases;
  List<OtherCondition> conditions;
  List<Recurrence> recurrences;
  List<Tumor> tumors;
  List<TumorSize> tumor_sizes;
  List<Specimen> specimens;
  List<Marker> markers;
  List<Pathology> pathology;
  List<TnmStage> stages;
  List<OtherStage> other_stages;
  List<Surgery> surgeries;
  List<Radiotherapy> radiotherapy;
  List<Medication> medications;
  List<Treatment> treatments;
  List<Examination> examinations;
  List<Response> responses;
  List<Performance> performance;
  List<BodyMeasure> body_measures;
  List<Survival> survival;
  List<Comorbidities> comorbidities;
  List<MetastaticHistory> metastatic_history;
  List<RiskAssessment> risk_assessments;
  List<GenomicReport> genomic_reports;
  List<Cohort> cohorts;
};

}  // namespace oncobridge
