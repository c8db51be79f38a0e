// Terms: what a wording of a record resolves to, by field. The tables are converters/terms/*.csv;
// the index (converters/terms.h) is built once, is immutable and shared by all threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oncobridge {

// The fields that wordings are keyed by. `PR` is the progesterone receptor in `marker` and partial
// response in `recist`. X(enumerator, name in the `field` column).
#define ONCOBRIDGE_TERM_FIELDS(X)                               \
  X(none, "")                                                   \
  X(fixed, "fixed")                                             \
  X(diagnosis, "diagnosis")                                     \
  X(icd10cm, "icd10cm")                                         \
  X(condition, "condition")                                     \
  X(evidence, "evidence")                                       \
  X(menopausal_status, "menopausal-status")                     \
  X(histology, "histology")                                     \
  X(site, "site")                                               \
  X(laterality, "laterality")                                   \
  X(location_qualifier, "location-qualifier")                   \
  X(metastasis, "metastasis")                                   \
  X(marker, "marker")                                           \
  X(marker_percent, "marker.percent")                           \
  X(marker_status, "marker.status")                             \
  X(marker_score, "marker.score")                               \
  X(marker_ratio, "marker.ratio")                               \
  X(marker_copy_number, "marker.copy-number")                   \
  X(marker_allred, "marker.allred")                             \
  X(marker_intensity, "marker.intensity")                       \
  X(marker_stain, "marker.stain")                               \
  X(marker_tissue, "marker.tissue")                             \
  X(marker_mass, "marker.mass")                                 \
  X(marker_moles, "marker.moles")                               \
  X(marker_units, "marker.units")                               \
  X(marker_result, "marker.result")                             \
  X(marker_score_value, "marker.score-value")                   \
  X(marker_method, "marker.method")                             \
  X(interpretation, "interpretation")                           \
  X(specimen_type, "specimen-type")                             \
  X(collection_method, "collection-method")                     \
  X(tnm_type, "tnm-type")                                       \
  X(tnm_clinical, "tnm-clinical")                               \
  X(tnm_pathologic, "tnm-pathologic")                           \
  X(tnm_post_therapy, "tnm-post-therapy")                       \
  X(stage_group, "stage-group")                                 \
  X(stage_edition, "stage-edition")                             \
  X(stage_system, "stage-system")                               \
  X(stage_value_figo, "stage-value.figo")                       \
  X(stage_value_gleason, "stage-value.gleason")                 \
  X(stage_value_rai, "stage-value.rai")                         \
  X(stage_value_binet, "stage-value.binet")                     \
  X(stage_value_iss, "stage-value.iss")                         \
  X(stage_value_riss, "stage-value.riss")                       \
  X(stage_value_lymphoma, "stage-value.lymphoma")               \
  X(stage_value_clark, "stage-value.clark")                     \
  X(stage_value_breslow, "stage-value.breslow")                 \
  X(stage_value, "stage-value")                                 \
  X(stage_method, "stage-method")                               \
  X(lymphoma_modifier, "lymphoma-modifier")                     \
  X(grade, "grade")                                             \
  X(grade_system, "grade-system")                               \
  X(grade_system_three_step, "grade-system.three-step")         \
  X(margin, "margin")                                           \
  X(lymphovascular_invasion, "lymphovascular-invasion")         \
  X(pathology_item, "pathology-item")                           \
  X(histologic_behavior, "histologic-behavior")                 \
  X(miller_payne, "miller-payne")                               \
  X(size_method, "size-method")                                 \
  X(procedure, "procedure")                                     \
  X(procedure_no_operation, "procedure.no-operation")           \
  X(examination, "examination")                                 \
  X(intent, "intent")                                           \
  X(treatment_phase, "treatment-phase")                         \
  X(not_done_reason, "not-done-reason")                         \
  X(termination_reason, "termination-reason")                   \
  X(finding, "finding")                                         \
  X(radiotherapy_modality, "radiotherapy-modality")             \
  X(radiotherapy_technique, "radiotherapy-technique")           \
  X(radiotherapy_volume_type, "radiotherapy-volume-type")       \
  X(radiotherapy_pair, "radiotherapy-pair")                     \
  X(radiotherapy_site, "radiotherapy-site")                     \
  X(drug, "drug")                                               \
  X(drug_class, "drug-class")                                   \
  X(route, "route")                                             \
  X(dose_basis, "dose-basis")                                   \
  X(recist, "recist")                                           \
  X(response_system, "response-system")                         \
  X(disease_status, "disease-status")                           \
  X(ecog, "ecog")                                               \
  X(karnofsky, "karnofsky")                                     \
  X(lansky, "lansky")                                           \
  X(deauville, "deauville")                                     \
  X(performance_scale, "performance-scale")                     \
  X(survival, "survival")                                       \
  X(vital_status, "vital-status")                               \
  X(risk_type, "risk-type")                                     \
  X(risk_value, "risk-value")                                   \
  X(comorbidity, "comorbidity")                                 \
  X(history_metastatic, "history-metastatic")                   \
  X(gene, "gene")                                               \
  X(variant_component, "variant-component")                     \
  X(genomic_source_class, "genomic-source-class")               \
  X(allelic_state, "allelic-state")                             \
  X(dna_change_type, "dna-change-type")                         \
  X(amino_acid_change, "amino-acid-change")                     \
  X(variant_present, "variant-present")                         \
  X(molecular_consequence, "molecular-consequence")             \
  X(genomic_report, "genomic-report")                           \
  X(unit, "unit")                                               \
  X(race, "race")                                               \
  X(ethnicity, "ethnicity")                                     \
  X(risk_value_rhabdomyosarcoma, "risk-value.rhabdomyosarcoma") \
  X(lymphoma_basis, "lymphoma-basis")                           \
  X(lymphoma_bulky, "lymphoma-bulky")                           \
  X(genomic_method, "genomic-method")                           \
  X(stage_method_lymphoma, "stage-method.lymphoma")             \
  X(risk_value_all, "risk-value.all")                           \
  X(absent_value, "absent-value")

enum class TermField : std::uint8_t {
#define ONCOBRIDGE_TERM_FIELD(enumerator, name) enumerator,
  ONCOBRIDGE_TERM_FIELDS(ONCOBRIDGE_TERM_FIELD)
#undef ONCOBRIDGE_TERM_FIELD
};

struct Coding {
  std::string_view system;
  std::string_view code;
  std::string_view display;
  std::string_view source;   // where the code was verified
  std::string_view licence;  // key of converters/terms/README.md
};

// What a test measures, or what a unit is a unit of.
enum class Measure : std::uint8_t {
  none,       // not known
  mass,       // per volume, as the next three
  substance,  // moles
  units,      // arbitrary, international or enzyme units
  number,     // of cells
  fraction,   // percent
  plain,      // a number without a unit: a ratio, a count, a score
  words,      // tests only: the answer is a word, not a number
  other,      // a number of another kind
};

// How tests are done: a set of the following. Empty: not known, or open.
using Techniques = std::uint8_t;
namespace technique {
inline constexpr Techniques immune_stain = 1;
inline constexpr Techniques fish = 2;
inline constexpr Techniques other_hybridization = 4;  // in situ, chromogenic or not said how
inline constexpr Techniques molecular = 8;            // sequencing, PCR ...
inline constexpr Techniques flow_cytometry = 16;
inline constexpr Techniques morphology = 32;  // a stain that shows no marker
inline constexpr Techniques assay = 64;       // of a concentration in a fluid
}  // namespace technique

// One meaning in one field: the codings that say the same, in the order in which they are written.
struct Term {
  TermField field = TermField::none;
  std::string_view wording;  // the wording it was found by, as in the table
  std::vector<Coding> codings;
  std::string codings_json;  // pre-rendered value of CodeableConcept.coding
  // What natural keys are made of: the first code, and where rows of the field share it (immune
  // stains without a code of their own) the row's first wording as well.
  std::string key;
  // A coding or the wording names the breast: tests for a breast cancer specimen fit such tumours
  // only.
  bool names_breast = false;
  Measure measure = Measure::none;  // of the first coding
  Techniques techniques = 0;        // of the first coding
};

}  // namespace oncobridge
