// Vocabulary: the codes that mappers write whatever the record says (profile patterns, categories,
// component codes). They too stand in a table, converters/terms/fixed.csv, field `fixed`; this list
// names the rows that the mappers need. Built once, immutable, shared by all threads.
#pragma once

#include <array>

#include "converters/terms.h"

namespace oncobridge {

// X(enumerator): the row's wording is the enumerator with blanks for '_'.
#define ONCOBRIDGE_FIXED(X)                                                                               \
  X(category_laboratory)                                                                                  \
  X(category_survey)                                                                                      \
  X(category_imaging)                                                                                     \
  X(category_exam)                                                                                        \
  X(category_vital_signs) X(category_therapy) X(category_procedure) X(category_social_history) X(         \
      category_problem_list_item) X(category_encounter_diagnosis) X(category_genetics) X(clinical_active) \
      X(clinical_recurrence) X(clinical_relapse) X(clinical_inactive) X(clinical_remission) X(            \
          clinical_resolved) X(verification_unconfirmed) X(verification_provisional)                      \
          X(verification_differential) X(verification_confirmed) X(verification_refuted) X(               \
              absent_unknown) X(absent_asked_unknown) X(absent_not_asked) X(absent_masked)                \
              X(negative) X(positive) X(absent) X(present) X(malignant_neoplastic_disease) X(             \
                  secondary_malignant_neoplasm) X(malignant_neoplasm_of_unknown_origin)                   \
                  X(tumor_size) X(tumor_longest_dimension) X(tumor_other_dimension) X(                    \
                      body_structure_identifier) X(histologic_type) X(histologic_grade)                   \
                      X(tumor_morphology_report) X(lymph_nodes_examined) X(lymph_nodes_positive) X(       \
                          miller_payne) X(recist_response) X(cancer_disease_status) X(ecog)               \
                          X(karnofsky) X(body_surface_area) X(body_weight) X(body_height) X(              \
                              comorbidities) X(radiotherapy_course_summary) X(genomic_variant)            \
                              X(genomic_region_studied) X(immune_stain_study) X(patient_group) X(         \
                                  gene_studied) X(coding_hgvs) X(protein_hgvs) X(genomic_hgvs)            \
                                  X(genomic_source_class) X(allelic_state) X(coding_change_type) X(       \
                                      amino_acid_change_type) X(sample_allelic_frequency)                 \
                                      X(copy_number) X(cytogenetic_location) X(                           \
                                          region_description) X(genomics_report) X(cause_of_death)        \
                                          X(lansky) X(deauville) X(lymphoma_stage) X(                     \
                                              lymphoma_stage_modifier) X(lymphoma_bulky_modifier)         \
                                              X(lymphoma_clinical_or_pathologic_modifier) X(              \
                                                  acute_lymphoblastic_leukemia_risk)                      \
                                                  X(rhabdomyosarcoma_risk) X(margin_status) X(            \
                                                      absent_not_performed) X(variant_present)            \
                                                      X(variant_absent) X(unit_percent) X(                \
                                                          unit_millimeter) X(unit_centimeter)             \
                                                          X(unit_one) X(unit_score) X(age) X(             \
                                                              menopausal_status) X(alive) X(dead)         \
                                                              X(unit_gray) X(unit_centigray) X(           \
                                                                  unit_square_meter) X(un_encoded)        \
                                                                  X(provenance_assembler) X(              \
                                                                      history_of_metastatic_cancer)       \
                                                                      X(tumor_recurrence)                 \
                                                                          X(detected)                     \
                                                                              X(weakly_positive)          \
                                                                                  X(autopsy)

enum class Fixed : unsigned char {
#define ONCOBRIDGE_FIXED_NAME(name) name,
  ONCOBRIDGE_FIXED(ONCOBRIDGE_FIXED_NAME)
#undef ONCOBRIDGE_FIXED_NAME
};

class Vocabulary {
 public:
  // An error names a row that fixed.csv lacks.
  static Result<Vocabulary> load(const Terms& terms);
  const Term& operator[](Fixed fixed) const { return *terms_[static_cast<std::size_t>(fixed)]; }

 private:
  static constexpr std::size_t kCount = 0
#define ONCOBRIDGE_FIXED_COUNT(name) +1
      ONCOBRIDGE_FIXED(ONCOBRIDGE_FIXED_COUNT)
#undef ONCOBRIDGE_FIXED_COUNT
      ;
  std::array<const Term*, kCount> terms_{};
};

}  // namespace oncobridge
