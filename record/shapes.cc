// The fields of a case record, by clinical subject. A new field is a member of its structure and a
// row here; the reader, the JSON Schema, the field reference and the coverage report follow.
#include "record/shapes_common.h"
#include "record/shapes_treatment.h"
#include "record/shapes_tumor.h"

namespace oncobridge {
namespace shapes {

// ---- sources and patient

constexpr Field kSourceDocumentFields[] = {
    FACT_FIELDS,
    FIELD(SourceDocument, type, "kind of document"),
    FIELD(SourceDocument, title, "title", .key = true, .reference_key = true),
    FIELD(SourceDocument, doi, "digital object identifier without a prefix", .key = true,
          .reference_key = true),
    FIELD(SourceDocument, url, "address", .key = true, .text_rule = TextRule::uri),
    FIELD(SourceDocument, publisher, "journal or site"),
    FIELD(SourceDocument, published, "publication date; never the date of an event"),
};
SHAPE(SourceDocument, "source", true, -1, "a document that the record was abstracted from")

constexpr Field kIdentifierValueFields[] = {
    FIELD(IdentifierValue, system, "URI of the identifier's system", .required = true,
          .text_rule = TextRule::uri),
    FIELD(IdentifierValue, value, "the identifier", .required = true),
};
SHAPE(IdentifierValue, "identifier", false, -1, "a patient identifier")

constexpr Field kPatientNameFields[] = {
    FIELD(PatientName, family, "family name"),
    FIELD(PatientName, given, "given names", .one_or_many = true),
    FIELD(PatientName, text, "full name as written"),
};
SHAPE(PatientName, "name", false, -1, "a patient name")

constexpr Field kAddressFields[] = {
    FIELD(Address, line, "street lines", .one_or_many = true),
    FIELD(Address, city, "city"),
    FIELD(Address, state, "state or region"),
    FIELD(Address, postal_code, "postal code"),
    FIELD(Address, country, "country"),
};
SHAPE(Address, "address", false, -1, "an address")

constexpr Field kPatientFactsFields[] = {
    FACT_FIELDS,
    FIELD(PatientFacts, identifiers,
          "identifiers; without one a synthetic one is made from case_id", .one_or_many = true),
    FIELD(PatientFacts, names, "names", .one_or_many = true),
    FIELD(PatientFacts, gender, "administrative gender; not given: unknown is written"),
    FIELD(PatientFacts, gender_text, "source wording that the gender rests on"),
    FIELD(PatientFacts, birth_sex, "sex assigned at birth"),
    FIELD(PatientFacts, birth_date, "birth date"),
    FIELD(PatientFacts, age, "stated age; a birth date is never computed from it"),
    FIELD(PatientFacts, age_at, "the event that the age refers to, if stated"),
    FIELD(PatientFacts, race, "race", .terms = TermField::race),
    FIELD(PatientFacts, ethnicity, "ethnicity", .terms = TermField::ethnicity),
    FIELD(PatientFacts, addresses, "addresses", .one_or_many = true),
    FIELD(PatientFacts, language, "BCP 47 language", .text_rule = TextRule::language),
    FIELD(PatientFacts, vital_status, "vital status at last contact"),
    FIELD(PatientFacts, vital_status_text, "source wording of the outcome"),
    FIELD(PatientFacts, death_date, "date of death"),
    FIELD(PatientFacts, last_contact, "date of last contact"),
    FIELD(PatientFacts, menopausal_status, "menopausal status",
          .terms = TermField::menopausal_status),
};
SHAPE(PatientFacts, "patient", true, -1, "the patient")

constexpr Field kOtherConditionFields[] = {
    FACT_FIELDS,
    FIELD(OtherCondition, kind, "the condition's part in the case"),
    FIELD(OtherCondition, condition, "what it is", .required = true, .key = true,
          .reference_key = true, .terms = TermField::condition),
    FIELD(OtherCondition, site, "where", .key = true),
    FIELD(OtherCondition, severity, "severity in words"),
    FIELD(OtherCondition, onset, "onset"),
    FIELD(OtherCondition, asserted, "when it was established"),
    FIELD(OtherCondition, abatement, "end"),
    FIELD(OtherCondition, clinical_status, "FHIR condition-clinical"),
    FIELD(OtherCondition, verification, "FHIR condition-ver-status"),
    FIELD(
        OtherCondition, same_as,
        "of a cause of death: the tumour of this record that it is; it then is no second condition",
        .targets = "primary_tumor,metastasis"),
};
SHAPE(OtherCondition, "condition", true, -1, "a condition other than the cancer")

// ---- examinations, response, course

constexpr Field kMeasurementFields[] = {
    FIELD(Measurement, what, "what was measured", .required = true, .key = true),
    FIELD(Measurement, value, "the value"),
    FIELD(Measurement, note, "remark"),
};
SHAPE(Measurement, "measurement", false, -1, "a measurement of an examination")

constexpr Field kExaminationFields[] = {
    FACT_FIELDS,
    FIELD(Examination, examination, "imaging, biopsy or other examination", .required = true,
          .key = true, .terms = TermField::examination),
    FIELD(Examination, site, "where", .key = true),
    FIELD(Examination, when, "when", .key = true),
    FIELD(Examination, status, "status; default completed"),
    FIELD(Examination, reason_not_done, "why it was not done", .terms = TermField::not_done_reason),
    FIELD(Examination, finding, "result", .terms = TermField::finding),
    FIELD(Examination, finding_text, "result in the source's words"),
    FIELD(Examination, measurements, "measurements"),
    FIELD(Examination, condition, "the conditions examined; none is assumed", .one_or_many = true,
          .targets = "primary_tumor,metastasis,condition"),
};
SHAPE(
    Examination, "examination", true, -1,
    "an examination and its result; state negative: not done, never a negative result, which is a "
    "finding")

constexpr Field kResponseFields[] = {
    FACT_FIELDS,
    FIELD(Response, kind, "what kind of judgement", .required = true, .key = true),
    FIELD(Response, value, "the judgement; codes from the table of its kind"),
    FIELD(Response, criteria, "criteria, e.g. RECIST 1.1"),
    FIELD(Response, when, "when", .key = true),
    FIELD(Response, evidence, "evidence it rests on", .one_or_many = true,
          .terms = TermField::evidence),
    FIELD(Response, condition, "the condition judged", .key = true,
          .targets = "primary_tumor,metastasis,tumor"),
};
SHAPE(Response, "response", true, -1, "response to treatment or disease status")

constexpr Field kPerformanceFields[] = {
    FACT_FIELDS,
    FIELD(Performance, scale, "scale", .required = true, .key = true),
    FIELD(Performance, value, "score: ECOG 0-5, Karnofsky and Lansky 0-100, Deauville 1-5",
          .maximum = 100),
    FIELD(Performance, when, "when", .key = true),
};
SHAPE(Performance, "performance", true, -1, "a performance status or Deauville score")

constexpr Field kBodyMeasureFields[] = {
    FACT_FIELDS,
    FIELD(BodyMeasure, kind, "what is measured", .required = true, .key = true),
    FIELD(BodyMeasure, value, "the value"),
    FIELD(BodyMeasure, when, "when", .key = true),
};
SHAPE(BodyMeasure, "body_measure", true, -1, "a body measurement")

constexpr Field kSurvivalFields[] = {
    FACT_FIELDS,
    FIELD(Survival, kind, "which survival time", .required = true, .key = true,
          .terms = TermField::survival),
    FIELD(Survival, value, "the time"),
    FIELD(Survival, when, "when it was determined", .key = true),
};
SHAPE(Survival, "survival", true, -1, "a survival time")

constexpr Field kComorbiditiesFields[] = {
    FACT_FIELDS,
    FIELD(Comorbidities, present, "comorbidities that the patient has",
          .terms = TermField::comorbidity),
    FIELD(Comorbidities, absent, "comorbidities that the patient explicitly has not",
          .terms = TermField::comorbidity),
    FIELD(Comorbidities, when, "when", .key = true),
    FIELD(Comorbidities, primary, "the primary tumour they matter to", .key = true,
          .targets = "primary_tumor"),
};
SHAPE(Comorbidities, "comorbidities", true, -1, "a statement of comorbidities present and absent")

constexpr Field kMetastaticHistoryFields[] = {
    FACT_FIELDS,
    FIELD(MetastaticHistory, site, "metastatic site; not given: any site", .key = true,
          .terms = TermField::history_metastatic),
    FIELD(MetastaticHistory, when, "when", .key = true),
};
SHAPE(MetastaticHistory, "metastatic_history", true, -1,
      "history of metastatic cancer; state negative: none")

constexpr Field kRiskAssessmentFields[] = {
    FACT_FIELDS,
    FIELD(RiskAssessment, kind, "disease that the assessment is made for", .required = true,
          .key = true),
    FIELD(RiskAssessment, type, "the assessment", .key = true, .terms = TermField::risk_type),
    FIELD(RiskAssessment, value, "risk group", .terms = TermField::risk_value),
    FIELD(RiskAssessment, when, "when", .key = true),
    FIELD(RiskAssessment, primary, "the primary tumour", .key = true, .targets = "primary_tumor"),
};
SHAPE(RiskAssessment, "risk_assessment", true, -1, "a risk assessment")

// ---- genomics

constexpr Field kGenomicVariantFields[] = {
    FACT_FIELDS,
    FIELD(GenomicVariant, gene, "gene", .key = true, .terms = TermField::gene),
    FIELD(GenomicVariant, coding_hgvs, "HGVS, coding DNA", .key = true),
    FIELD(GenomicVariant, protein_hgvs, "HGVS, protein", .key = true),
    FIELD(GenomicVariant, genomic_hgvs, "HGVS, genomic"),
    FIELD(GenomicVariant, source_class, "somatic or germline",
          .terms = TermField::genomic_source_class),
    FIELD(GenomicVariant, allelic_state, "allelic state", .terms = TermField::allelic_state),
    FIELD(GenomicVariant, dna_change, "type of DNA change", .terms = TermField::dna_change_type),
    FIELD(GenomicVariant, amino_acid_change, "type of amino acid change",
          .terms = TermField::amino_acid_change),
    FIELD(GenomicVariant, allelic_frequency, "sample allelic frequency, unit 1"),
    FIELD(GenomicVariant, copy_number, "copy number, unit 1"),
    FIELD(GenomicVariant, cytogenetic_location, "cytogenetic location"),
    FIELD(GenomicVariant, when, "when"),
    FIELD(GenomicVariant, specimen, "specimen", .key = true, .targets = "specimen"),
    FIELD(GenomicVariant, method, "method in words"),
};
SHAPE(GenomicVariant, "genomic_variant", true, -1, "a genomic variant; state negative: absent")

constexpr Field kGenomicRegionFields[] = {
    FACT_FIELDS,
    FIELD(GenomicRegion, gene, "gene", .key = true, .terms = TermField::gene),
    FIELD(GenomicRegion, description, "region in words", .key = true),
    FIELD(GenomicRegion, when, "when"),
    FIELD(GenomicRegion, specimen, "specimen", .key = true, .targets = "specimen"),
};
SHAPE(GenomicRegion, "genomic_region", true, -1, "a genomic region that was studied")

constexpr Field kGenomicReportFields[] = {
    FACT_FIELDS,
    FIELD(GenomicReport, report, "kind of report", .key = true, .reference_key = true,
          .terms = TermField::genomic_report),
    FIELD(GenomicReport, conclusion, "conclusion"),
    FIELD(GenomicReport, when, "when", .key = true),
    FIELD(GenomicReport, specimen, "specimen", .key = true, .reference_key = true,
          .targets = "specimen"),
    FIELD(GenomicReport, variants, "variants found or excluded"),
    FIELD(GenomicReport, regions, "regions studied"),
};
SHAPE(
    GenomicReport, "genomic_report", true, -1,
    "a genomics report; state negative: no such test was made, never a negative result, which is a "
    "conclusion or a variant of state negative")

constexpr Field kCohortFields[] = {
    FACT_FIELDS,
    FIELD(Cohort, name, "name of the cohort", .required = true, .key = true),
    FIELD(Cohort, members,
          "case_id of every member, whose patients have the ids of their own records: deliver "
          "those first",
          .required = true),
};
SHAPE(Cohort, "cohort", true, -1, "a cohort of cases")

// ---- the record

constexpr Field kCaseRecordFields[] = {
    FIELD(CaseRecord, case_id, "identifies the case; unique in a run", .required = true,
          .text_rule = TextRule::case_id),
    FIELD(CaseRecord, title, "a title for people"),
    FIELD(CaseRecord, sources, "documents the record was abstracted from", .one_or_many = true),
    FIELD(CaseRecord, patient, "the patient"),
    FIELD(CaseRecord, primary_tumors, "primary tumours, one each: bilateral tumours are two",
          .one_or_many = true),
    FIELD(CaseRecord, metastases,
          "metastases, one a site; state negative without a site: explicitly none"),
    FIELD(CaseRecord, conditions, "other conditions"),
    FIELD(CaseRecord, recurrences, "recurrence of the primary"),
    FIELD(CaseRecord, tumors, "lesions that sizes refer to"),
    FIELD(CaseRecord, tumor_sizes, "sizes"),
    FIELD(CaseRecord, specimens, "specimens"),
    FIELD(CaseRecord, markers, "tumour markers"),
    FIELD(CaseRecord, pathology, "pathology findings"),
    FIELD(CaseRecord, stages, "TNM stages"),
    FIELD(CaseRecord, other_stages, "stages in other systems"),
    FIELD(CaseRecord, surgeries, "surgical procedures"),
    FIELD(CaseRecord, radiotherapy, "radiotherapy courses"),
    FIELD(CaseRecord, medications, "medications"),
    FIELD(CaseRecord, treatments, "treatments that are none of these, or not given"),
    FIELD(CaseRecord, examinations, "examinations"),
    FIELD(CaseRecord, responses, "responses and disease status"),
    FIELD(CaseRecord, performance, "performance status"),
    FIELD(CaseRecord, body_measures, "body measurements"),
    FIELD(CaseRecord, survival, "survival times"),
    FIELD(CaseRecord, comorbidities, "comorbidity statements"),
    FIELD(CaseRecord, metastatic_history, "history of metastatic cancer"),
    FIELD(CaseRecord, risk_assessments, "risk assessments"),
    FIELD(CaseRecord, genomic_reports, "genomics reports"),
    FIELD(CaseRecord, cohorts, "cohorts"),
};
SHAPE(CaseRecord, "case", false, -1, "one case")

}  // namespace shapes

const Shape& case_record_shape() { return shapes::kCaseRecordShape; }

std::size_t element_size(const Field& field) {
  switch (field.kind) {
    case Kind::object:
      return field.shape->size;
    case Kind::concept_:
      return sizeof(Concept);
    case Kind::decimal:
      return sizeof(Decimal);
    case Kind::date:
      return sizeof(Date);
    case Kind::ref:
      return sizeof(Ref);
    default:
      return sizeof(Text);
  }
}

}  // namespace oncobridge
