// Shapes of the disease: tumours, metastases, specimens, markers, pathology, stages.
#pragma once

#include "record/shapes_common.h"

namespace oncobridge::shapes {

constexpr Field kPrimaryTumorFields[] = {
    FACT_FIELDS,
    FIELD(PrimaryTumor, diagnosis, "diagnosis", .required = true, .key = true,
          .terms = TermField::diagnosis),
    FIELD(PrimaryTumor, histology, "histology (ICD-O-3 morphology or SNOMED CT)",
          .terms = TermField::histology),
    FIELD(PrimaryTumor, site, "topography and side", .key = true, .reference_key = true),
    FIELD(PrimaryTumor, icd10cm, "ICD-10-CM code of the diagnosis", .terms = TermField::icd10cm),
    FIELD(PrimaryTumor, subtype, "surrogate subtype as worded; never turned into receptor results"),
    FIELD(PrimaryTumor, occult, "true: primary not found by examination"),
    FIELD(PrimaryTumor, onset, "first symptom or stated onset"),
    FIELD(PrimaryTumor, asserted, "when the diagnosis was established"),
    FIELD(PrimaryTumor, clinical_status, "FHIR condition-clinical"),
    FIELD(PrimaryTumor, verification, "FHIR condition-ver-status"),
    FIELD(PrimaryTumor, evidence, "kind of evidence", .one_or_many = true,
          .terms = TermField::evidence),
    FIELD(PrimaryTumor, abatement, "end"),
};
SHAPE(PrimaryTumor, "primary_tumor", true, -1, "a primary tumour")

constexpr Field kMetastasisFields[] = {
    FACT_FIELDS,
    FIELD(Metastasis, site,
          "site and side; state negative without a site: explicitly no metastases", .key = true,
          .reference_key = true),
    FIELD(Metastasis, histology, "histology of the metastasis", .terms = TermField::histology),
    FIELD(Metastasis, subtype, "surrogate subtype of the metastasis as worded"),
    FIELD(Metastasis, number, "number of lesions; words in `text`"),
    FIELD(Metastasis, presentation, "appearance in the source's words"),
    FIELD(Metastasis, sequence, "when in the course it appeared"),
    FIELD(Metastasis, primary, "the primary tumour", .targets = "primary_tumor"),
    FIELD(Metastasis, onset, "onset"),
    FIELD(Metastasis, asserted, "when it was confirmed"),
    FIELD(Metastasis, clinical_status, "FHIR condition-clinical"),
    FIELD(Metastasis, verification, "FHIR condition-ver-status; provisional where only suspected"),
    FIELD(Metastasis, evidence, "kind of evidence", .one_or_many = true,
          .terms = TermField::evidence),
    FIELD(Metastasis, abatement, "end"),
};
SHAPE(Metastasis, "metastasis", true, -1, "a metastasis at one site")

constexpr Field kRecurrenceFields[] = {
    FACT_FIELDS,
    FIELD(Recurrence, kind, "local, regional, distant or any", .required = true, .key = true),
    FIELD(Recurrence, site, "where", .key = true),
    FIELD(Recurrence, when, "when", .key = true),
    FIELD(Recurrence, primary, "the primary tumour", .key = true, .targets = "primary_tumor"),
};
SHAPE(Recurrence, "recurrence", true, -1, "recurrence; state negative: explicitly none")

constexpr Field kTumorFields[] = {
    FACT_FIELDS,
    FIELD(Tumor, identifier, "identifier of the lesion", .key = true, .reference_key = true),
    FIELD(Tumor, site, "site and side", .required = true, .key = true, .reference_key = true),
    FIELD(Tumor, morphology, "morphology", .terms = TermField::histology),
    FIELD(Tumor, condition, "the tumour or metastasis that the lesion is", .key = true,
          .targets = "primary_tumor,metastasis"),
};
SHAPE(Tumor, "tumor", true, -1, "a lesion")

constexpr Field kTumorSizeFields[] = {
    FACT_FIELDS,
    FIELD(TumorSize, dimensions, "dimensions in mm or cm, in any order"),
    FIELD(TumorSize, method, "how it was measured", .key = true, .terms = TermField::size_method),
    FIELD(TumorSize, when, "when", .key = true),
    FIELD(TumorSize, tumor, "the lesion", .key = true, .targets = "tumor"),
    FIELD(TumorSize, specimen, "the specimen, if measured on one", .key = true,
          .targets = "specimen"),
};
SHAPE(TumorSize, "tumor_size", true, -1, "a tumour size")

constexpr Field kSpecimenFields[] = {
    FACT_FIELDS,
    FIELD(Specimen, identifier, "accession or block number", .key = true, .reference_key = true),
    FIELD(Specimen, type, "kind of specimen", .key = true, .reference_key = true,
          .terms = TermField::specimen_type),
    FIELD(Specimen, site, "where it was taken", .key = true, .reference_key = true),
    FIELD(Specimen, method, "how it was taken", .key = true, .reference_key = true,
          .terms = TermField::collection_method),
    FIELD(Specimen, collected, "when it was taken", .key = true),
};
SHAPE(Specimen, "specimen", true, -1, "a specimen")

constexpr Field kAllredScoreFields[] = {
    FIELD(AllredScore, proportion, "proportion score 0-5", .maximum = 5),
    FIELD(AllredScore, intensity, "intensity score 0-3", .maximum = 3),
    FIELD(AllredScore, total, "total 0-8", .maximum = 8),
};
SHAPE(AllredScore, "allred", false, -1, "an Allred score")

constexpr Field kMarkerFields[] = {
    FACT_FIELDS,
    FIELD(Marker, marker, "the marker, e.g. ER, PR, HER2, Ki-67, CEA", .required = true,
          .key = true, .terms = TermField::marker),
    FIELD(Marker, method, "IHC, FISH ...", .key = true, .terms = TermField::marker_method),
    FIELD(Marker, when, "when", .key = true),
    FIELD(Marker, specimen, "specimen", .key = true, .targets = "specimen"),
    FIELD(Marker, condition, "the tumour or metastasis tested", .key = true,
          .targets = "primary_tumor,metastasis"),
    FIELD(Marker, panel, "label: markers with the same label belong to one panel"),
    FIELD(Marker, result, "positive, negative, equivocal ...", .terms = TermField::marker_result),
    FIELD(Marker, percent, "percentage of cells"),
    FIELD(Marker, score, "0, 1+, 2+, 3+", .terms = TermField::marker_score_value),
    FIELD(Marker, intensity, "staining intensity", .terms = TermField::marker_intensity),
    FIELD(Marker, allred, "Allred score"),
    FIELD(Marker, ratio, "gene to centromere ratio (ISH)"),
    FIELD(Marker, copy_number, "gene copies per cell (ISH)"),
    FIELD(Marker, value, "concentration or other number with unit"),
    FIELD(Marker, interpretation, "high, low, normal", .terms = TermField::interpretation),
    FIELD(Marker, reference_range, "reference range"),
};
SHAPE(Marker, "marker", true, -1, "a tumour marker result")

constexpr Field kPathologyFields[] = {
    FACT_FIELDS,
    FIELD(Pathology, when, "when", .key = true),
    FIELD(Pathology, specimen, "specimen", .key = true, .targets = "specimen"),
    FIELD(Pathology, condition, "the tumour or metastasis", .key = true,
          .targets = "primary_tumor,metastasis"),
    FIELD(Pathology, histology, "histologic type", .terms = TermField::histology),
    FIELD(Pathology, behavior, "histologic behavior", .terms = TermField::histologic_behavior),
    FIELD(Pathology, grade, "histologic grade", .terms = TermField::grade),
    FIELD(Pathology, grade_system, "grading system", .terms = TermField::grade_system),
    FIELD(Pathology, nuclear_grade, "nuclear grade, which is not the histologic grade"),
    FIELD(Pathology, nodes_examined, "lymph nodes examined"),
    FIELD(Pathology, nodes_positive, "lymph nodes with tumour"),
    FIELD(Pathology, nodes_site, "which lymph nodes"),
    FIELD(Pathology, margins, "resection margins", .terms = TermField::margin),
    FIELD(Pathology, lymphovascular_invasion, "lymphovascular invasion",
          .terms = TermField::lymphovascular_invasion),
    FIELD(Pathology, report, "wording of the report"),
};
SHAPE(Pathology, "pathology", true, -1, "findings of a pathology report")

constexpr Field kTnmStageFields[] = {
    FACT_FIELDS,
    FIELD(TnmStage, kind,
          "clinical (c), pathologic (p), post-therapy-clinical (yc), post-therapy-pathologic (yp), "
          "recurrence (r), autopsy (a)",
          .key = true),
    FIELD(TnmStage, stated_as, "how the source names the stage"),
    FIELD(TnmStage, tnm, "the whole string, e.g. cT4bN3M0", .text_rule = TextRule::tnm),
    FIELD(TnmStage, t, "T category with prefix", .text_rule = TextRule::tnm),
    FIELD(TnmStage, n, "N category with prefix", .text_rule = TextRule::tnm),
    FIELD(TnmStage, m, "M category with prefix", .text_rule = TextRule::tnm),
    FIELD(TnmStage, group, "stage group, only if stated", .terms = TermField::stage_group),
    FIELD(TnmStage, edition, "edition of the staging manual", .terms = TermField::stage_edition),
    FIELD(TnmStage, when, "when", .key = true),
    FIELD(TnmStage, primary, "the primary tumour staged", .key = true, .targets = "primary_tumor"),
};
SHAPE(TnmStage, "tnm_stage", true, -1, "a TNM stage")

constexpr Field kStageComponentFields[] = {
    FIELD(StageComponent, what, "prognostic factor", .required = true,
          .terms = TermField::stage_method),
    FIELD(StageComponent, value, "its value", .required = true, .terms = TermField::stage_value),
};
SHAPE(StageComponent, "stage_component", false, -1, "a part of a stage")

constexpr Field kOtherStageFields[] = {
    FACT_FIELDS,
    FIELD(OtherStage, system, "staging system", .required = true, .key = true),
    FIELD(OtherStage, type, "the observation, for system other", .key = true,
          .terms = TermField::stage_system),
    FIELD(OtherStage, value, "stage", .terms = TermField::stage_value),
    FIELD(OtherStage, method, "edition or method", .terms = TermField::stage_method),
    FIELD(OtherStage, modifiers, "lymphoma modifiers", .one_or_many = true,
          .terms = TermField::lymphoma_modifier),
    FIELD(OtherStage, components, "prognostic factors"),
    FIELD(OtherStage, when, "when", .key = true),
    FIELD(OtherStage, primary, "the primary tumour staged", .key = true,
          .targets = "primary_tumor"),
};
SHAPE(OtherStage, "other_stage", true, -1, "a stage in a system other than TNM")

}  // namespace oncobridge::shapes
