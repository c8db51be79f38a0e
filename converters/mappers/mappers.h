// The mappers, one file a clinical subject, in the order in which a bundle lists them. Each writes
// the resources of its facts through a Mapping and keeps no state.
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

void map_patient(Mapping& m);             // patient.cc: Patient, vital status, age
void map_sources(Mapping& m);             // source_document.cc: DocumentReference
void map_primary_tumors(Mapping& m);      // primary_tumor.cc
void map_metastases(Mapping& m);          // metastasis.cc
void map_recurrences(Mapping& m);         // recurrence.cc
void map_conditions(Mapping& m);          // other_condition.cc
void map_comorbidities(Mapping& m);       // comorbidity.cc
void map_metastatic_history(Mapping& m);  // metastatic_history.cc
void map_specimens(Mapping& m);           // specimen.cc
void map_tumors(Mapping& m);              // tumor.cc: BodyStructure and TumorSize
void map_markers(Mapping& m);             // tumor_marker.cc
void map_pathology(Mapping& m);           // pathology.cc
void map_tnm_stages(Mapping& m);          // tnm_stage.cc
void map_other_stages(Mapping& m);        // cancer_stage.cc
void map_surgeries(Mapping& m);           // surgery.cc
void map_radiotherapy(Mapping& m);        // radiotherapy.cc
void map_medications(Mapping& m);         // medication.cc
void map_treatments(Mapping& m);          // treatment.cc
void map_examinations(Mapping& m);        // examination.cc
void map_responses(Mapping& m);           // response.cc
void map_performance(Mapping& m);         // performance_status.cc
void map_body_measures(Mapping& m);       // body_measure.cc
void map_survival(Mapping& m);            // survival.cc
void map_risk_assessments(Mapping& m);    // risk_assessment.cc
void map_genomics(Mapping& m);            // genomics.cc
void map_cohorts(Mapping& m);             // cohort.cc
void map_provenance(Mapping& m);          // provenance.cc: last, it names all resources written

inline constexpr void (*kMappers[])(Mapping&) = {
    map_patient,     map_sources,       map_primary_tumors, map_metastases,
    map_recurrences, map_conditions,    map_comorbidities,  map_metastatic_history,
    map_specimens,   map_tumors,        map_markers,        map_pathology,
    map_tnm_stages,  map_other_stages,  map_surgeries,      map_radiotherapy,
    map_medications, map_treatments,    map_examinations,   map_responses,
    map_performance, map_body_measures, map_survival,       map_risk_assessments,
    map_genomics,    map_cohorts,       map_provenance,
};

}  // namespace oncobridge
