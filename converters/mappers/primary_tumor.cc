// Primary tumours -> mCODE PrimaryCancerCondition, one Condition each: bilateral tumours and second
// primaries are tumours of their own. A refuted one is a base Condition; of an explicitly unknown
// one only the question is recorded, as an Observation.
#include "converters/mappers/absent_answer.h"
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"
#include "converters/mappers/stage_depth.h"

namespace oncobridge {
namespace {

constexpr std::string_view kIcd10Cm = "http://hl7.org/fhir/sid/icd-10-cm";

// "Invasive ductal carcinoma" is a disorder of the breast unless the tumour's site is another.
// A code that the record gives itself stays.
const Term* diagnosis_of(const Mapping& m, const PrimaryTumor& tumor) {
  const Term* term = tumor.diagnosis.term;
  const bool elsewhere = term != nullptr && term->names_breast && !is_breast_tumor(m, tumor);
  const bool by_words = m.terms().find(TermField::diagnosis, tumor.diagnosis.text) == term;
  return elsewhere && by_words ? nullptr : term;
}

bool only_icd10cm(const Mapping& m, const PrimaryTumor& tumor) {
  const Term* diagnosis = diagnosis_of(m, tumor);
  if (diagnosis == nullptr) return tumor.icd10cm.term != nullptr;
  for (const Coding& coding : diagnosis->codings) {
    if (coding.system != kIcd10Cm) return false;
  }
  return true;
}

void coding_element(Mapping& m, const Coding& coding) {
  JsonWriter& json = m.json();
  json.element();
  json.begin_object();
  json.plain("system", coding.system);
  json.string("code", coding.code);
  if (!coding.display.empty()) json.string("display", coding.display);
  json.end_object();
}

// The diagnosis with the record's ICD-10-CM code as a further coding of the same concept.
void diagnosis_code(Mapping& m, const PrimaryTumor& tumor) {
  if (tumor.icd10cm.term == nullptr) {
    if (tumor.diagnosis) m.codeable_as("code", diagnosis_of(m, tumor), tumor.diagnosis);
    return m.note("ICD-10-CM: ", tumor.icd10cm);
  }
  JsonWriter& json = m.json();
  json.key("code");
  json.begin_object();
  const std::size_t mark = json.open_array("coding");
  const Term* diagnosis = diagnosis_of(m, tumor);
  if (diagnosis != nullptr) {
    for (const Coding& coding : diagnosis->codings) coding_element(m, coding);
  }
  for (const Coding& coding : m.coded(tumor.icd10cm, tumor.icd10cm.term).term->codings) {
    bool written = false;
    if (diagnosis != nullptr) {
      for (const Coding& other : diagnosis->codings) {
        written = written || (other.system == coding.system && other.code == coding.code);
      }
    }
    if (!written) coding_element(m, coding);
  }
  json.close_array(mark);
  if (tumor.icd10cm.text != tumor.icd10cm.term->codings.front().code)
    m.note("ICD-10-CM: ", tumor.icd10cm);
  json.string("text", m.coded(tumor.diagnosis, diagnosis).text);
  m.tell({tumor.diagnosis.text});
  json.end_object();
}

void extensions(Mapping& m, const PrimaryTumor& tumor) {
  const std::size_t mark = m.json().open_array("extension");
  asserted_date(m, tumor.asserted);
  // mCODE, primary cancer: no histology extension where ICD-10-CM is the only code.
  if (only_icd10cm(m, tumor) || absence(m, tumor.histology) != nullptr) {
    m.note("Histology: ", tumor.histology);
  } else {
    m.extension_codeable(
        "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior",
        tumor.histology);
  }
  m.json().close_array(mark);
}

// A stage without an Observation that stage.assessment could name: as the source writes it.
void stage_summary(Mapping& m, const TnmStage& stage) {
  const Text* parts[] = {&stage.t, &stage.n, &stage.m};
  char joined[200];
  std::size_t size = 0;
  if (stage.tnm) {
    size = stage.tnm.value.copy(joined, sizeof(joined));
  } else {
    for (const Text* part : parts) {
      if (!*part) continue;
      if (size > 0) joined[size++] = ' ';
      size += part->value.copy(joined + size, 60);
    }
  }
  if (size == 0) return;
  m.json().element();
  m.json().raw("{\"summary\":{");
  m.json().string("text", {joined, size});
  m.json().raw("}}");
}

void depth_summary(Mapping& m, const OtherStage& stage) {
  m.json().element();
  m.json().raw("{\"summary\":{");
  m.json().string("text", "Breslow depth ", stage.value.text);
  m.json().raw("}}");
}

void stage_assessment(Mapping& m, const Fact& stage) {
  m.json().element();
  m.json().raw("{\"assessment\":[");
  m.reference_element(ResourceType::Observation, stage.id());
  m.json().raw("]}");
}

// The stages of this tumour. Only Observations of the CancerStage family may be named in
// stage.assessment, a T, N or M category may not: without a stage group the TNM string is the
// summary.
void stages(Mapping& m, const PrimaryTumor& tumor) {
  const std::size_t mark = m.json().open_array("stage");
  const auto concerns = [&](const Fact& fact, const Ref& primary) {
    return !fact.negative() && !fact.unknown() && primary_of(m, primary) == &tumor;
  };
  for (const TnmStage& stage : m.record().stages) {
    if (!concerns(stage.fact, stage.primary)) continue;
    stage.group ? stage_assessment(m, stage.fact) : stage_summary(m, stage);
  }
  for (const OtherStage& stage : m.record().other_stages) {
    if (!concerns(stage.fact, stage.primary)) continue;
    depth_of(m, stage) ? depth_summary(m, stage) : stage_assessment(m, stage.fact);
  }
  m.json().close_array(mark);
}

void unknown_tumor(Mapping& m, const PrimaryTumor& tumor) {
  m.begin(ResourceType::Observation, m.derived_id(tumor.fact, "presence"), tumor.fact);
  m.status("final");
  m.code_list("category", Fixed::category_exam);
  m.codeable("code", tumor.diagnosis);
  m.subject();
  presence_value(m, State::unknown);
  if (tumor.site) {
    m.json().key("bodySite");
    m.site_object(tumor.site);
  }
  m.end();
}

void condition(Mapping& m, const PrimaryTumor& tumor) {
  // A differential diagnosis has no category, and the profile demands one.
  const bool claims = !is_refuted(tumor.fact, tumor.verification) &&
                      !tumor.verification.is(Verification::differential);
  m.begin(ResourceType::Condition, tumor.fact.id(), tumor.fact,
          claims ? "mcode-primary-cancer-condition" : std::string_view{});
  extensions(m, tumor);
  condition_statuses(m, tumor.fact, tumor.clinical_status, tumor.verification);
  diagnosis_code(m, tumor);
  m.site_list("bodySite", tumor.site);
  m.subject();
  m.condition_time("onset", tumor.onset);
  condition_end(m, tumor.abatement, tumor.clinical_status);
  if (claims) stages(m, tumor);
  condition_evidence(m, tumor.evidence);
  if (tumor.occult) {
    m.note("",
           tumor.occult.value ? "Occult: the primary tumor was not found by examination."
                              : "Not occult: the primary tumor was found by examination.",
           tumor.occult.leaf);
  }
  m.end();
  write_subtype(m, tumor.fact, tumor.subtype, "Surrogate subtype of the primary tumor");
}

}  // namespace

void map_primary_tumors(Mapping& m) {
  for (const PrimaryTumor& tumor : m.record().primary_tumors) {
    m.state(tumor.fact) == State::unknown ? unknown_tumor(m, tumor) : condition(m, tumor);
  }
}

}  // namespace oncobridge
