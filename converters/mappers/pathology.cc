// Findings of a pathology report -> mCODE HistologicBehaviorAndType, HistologicGrade and their
// panel, TumorMorphology; lymph nodes, margins, lymphovascular invasion and nuclear grade, for
// which mCODE has no profile, as base Observations. The panel has the fact's id, every finding an
// id derived by its role.
#include "converters/mappers/absent_answer.h"
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/lab_observation.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

LabFinding finding_of(const Pathology& pathology) {
  return {pathology.fact, pathology.condition, pathology.specimen, pathology.when};
}

struct Finding {
  std::string_view role;
  std::string_view profile;
};
constexpr Finding kType{"histology", "mcode-histologic-behavior-and-type"};
constexpr Finding kGrade{"grade", "mcode-histologic-grade"};
constexpr Finding kNodesExamined{"nodes-examined", ""};
constexpr Finding kNodesPositive{"nodes-positive", ""};
constexpr Finding kMargins{"margins", ""};
constexpr Finding kInvasion{"lymphovascular-invasion", ""};
constexpr Finding kNuclearGrade{"nuclear-grade", ""};

// No profile of a finding is met without a value.
void open(Mapping& m, const Pathology& pathology, const Finding& finding, const LabCode& code,
          bool has_value = true) {
  begin_lab(m, finding_of(pathology), m.derived_id(pathology.fact, finding.role),
            has_value && specimen_fits(pathology.specimen) ? finding.profile : "", code);
}

// The value, or why there is none.
void value_or_absence(Mapping& m, const Concept& value, const Term* absent) {
  if (absent != nullptr) return absent_value(m, *absent, value.text, value.leaf);
  m.codeable("valueCodeableConcept", value);
}

const Concept& type_of(const Pathology& pathology) {
  const bool by_behavior = pathology.behavior.term != nullptr || !pathology.histology;
  return by_behavior ? pathology.behavior : pathology.histology;
}

// One value says type and behaviour where the behaviour's table has it (ICD-O-3 morphology with its
// behaviour digit); the other wording is a note.
void histologic_type(Mapping& m, const Pathology& pathology) {
  if (!pathology.histology && !pathology.behavior) return;
  const Concept& type = type_of(pathology);
  const Term* absent = absence(m, type);
  open(m, pathology, kType, {&m.fixed(Fixed::histologic_type), "", ""}, absent == nullptr);
  value_or_absence(m, type, absent);
  if (&type == &pathology.behavior) {
    m.note("Histologic type: ", pathology.histology);
  } else {
    m.note("Behavior: ", pathology.behavior);
  }
  end_lab(m, finding_of(pathology));
}

// A number is coded as a step of three, which it is where no system or a three-step one is stated.
const Term* grade_of(const Mapping& m, const Pathology& pathology) {
  const std::string_view text = pathology.grade.text;
  const bool in_words = text.find_first_of("0123456789I") == std::string_view::npos;
  const bool three_steps = !pathology.grade_system || term_in(m, TermField::grade_system_three_step,
                                                              pathology.grade_system) != nullptr;
  return in_words || three_steps ? pathology.grade.term : nullptr;
}

void histologic_grade(Mapping& m, const Pathology& pathology) {
  if (!pathology.grade) return;
  const Term* absent = absence(m, pathology.grade);
  open(m, pathology, kGrade, {&m.fixed(Fixed::histologic_grade), "", ""}, absent == nullptr);
  if (absent != nullptr) {
    absent_value(m, *absent, pathology.grade.text, pathology.grade.leaf);
  } else {
    m.codeable_as("valueCodeableConcept", grade_of(m, pathology), pathology.grade);
  }
  m.codeable("method", pathology.grade_system);
  end_lab(m, finding_of(pathology));
}

// The nuclear grade is a part of a tumour's grade, not the histologic grade: words only.
void nuclear_grade(Mapping& m, const Pathology& pathology) {
  if (!pathology.nuclear_grade) return;
  open(m, pathology, kNuclearGrade, {nullptr, "Nuclear grade", ""});
  if (const Term* absent = absence(m, pathology.nuclear_grade)) {
    absent_value(m, *absent, pathology.nuclear_grade.value, pathology.nuclear_grade.leaf);
  } else {
    m.text("valueString", pathology.nuclear_grade);
  }
  end_lab(m, finding_of(pathology));
}

void node_count(Mapping& m, const Pathology& pathology, const Finding& finding, Fixed code,
                const Whole& count) {
  if (!count) return;
  open(m, pathology, finding, {&m.fixed(code), "", ""});
  m.integer("valueInteger", count);
  if (pathology.nodes_examined && pathology.nodes_positive.value > pathology.nodes_examined.value) {
    m.contradiction(
        "more-positive-than-examined", pathology.nodes_positive.leaf,
        "The stated values contradict each other: more lymph nodes are positive than examined.");
  }
  if (pathology.nodes_site) {
    const std::string_view site = m.use(pathology.nodes_site).value;
    m.codeable("bodySite", m.terms().find(TermField::site, site), site);
  }
  end_lab(m, finding_of(pathology));
}

void coded_finding(Mapping& m, const Pathology& pathology, const Finding& finding,
                   const LabCode& code, const Concept& value) {
  if (!value) return;
  open(m, pathology, finding, code);
  value_or_absence(m, value, absence(m, value));
  end_lab(m, finding_of(pathology));
}

// The panel's members must meet their profiles.
bool members_fit(const Mapping& m, const Pathology& pathology) {
  return specimen_fits(pathology.specimen) && absence(m, type_of(pathology)) == nullptr &&
         absence(m, pathology.grade) == nullptr;
}

// The panel stands where the report is worded, holds together type and grade, or is all there is.
void morphology_panel(Mapping& m, const Pathology& pathology) {
  const bool type = pathology.histology || pathology.behavior;
  const bool others = pathology.nuclear_grade || pathology.nodes_examined ||
                      pathology.nodes_positive || pathology.margins ||
                      pathology.lymphovascular_invasion;
  const bool alone = type != bool(pathology.grade) || (!type && others);
  if (!pathology.report && alone) return;
  begin_lab(m, finding_of(pathology), pathology.fact.id(),
            members_fit(m, pathology) ? "mcode-tumor-morphology" : "",
            {&m.fixed(Fixed::tumor_morphology_report), "", ""});
  m.text("valueString", pathology.report);
  const std::size_t mark = m.json().open_array("hasMember");
  if (type)
    m.reference_element(ResourceType::Observation, m.derived_id(pathology.fact, kType.role));
  if (pathology.grade) {
    m.reference_element(ResourceType::Observation, m.derived_id(pathology.fact, kGrade.role));
  }
  m.json().close_array(mark);
  end_lab(m, finding_of(pathology));
}

void write_findings(Mapping& m, const Pathology& pathology) {
  morphology_panel(m, pathology);
  histologic_type(m, pathology);
  histologic_grade(m, pathology);
  nuclear_grade(m, pathology);
  node_count(m, pathology, kNodesExamined, Fixed::lymph_nodes_examined, pathology.nodes_examined);
  node_count(m, pathology, kNodesPositive, Fixed::lymph_nodes_positive, pathology.nodes_positive);
  coded_finding(m, pathology, kMargins, {&m.fixed(Fixed::margin_status), "", ""},
                pathology.margins);
  coded_finding(m, pathology, kInvasion, {nullptr, "Lymphovascular invasion", ""},
                pathology.lymphovascular_invasion);
}

// Examined and not found, or not known: one base Observation that names what was looked for.
void write_without_findings(Mapping& m, const Pathology& pathology, State state) {
  begin_lab(m, finding_of(pathology), pathology.fact.id(), {},
            {&m.fixed(Fixed::tumor_morphology_report), "", ""});
  if (state == State::negative) {
    m.code("valueCodeableConcept", Fixed::negative);
  } else {
    m.code("dataAbsentReason", Fixed::absent_unknown);
  }
  m.note("Histologic type looked for: ", pathology.histology);
  m.note("Behavior looked for: ", pathology.behavior);
  m.note("Report: ", pathology.report);
  end_lab(m, finding_of(pathology));
}

}  // namespace

void map_pathology(Mapping& m) {
  for (const Pathology& pathology : m.record().pathology) {
    const State state = m.state(pathology.fact);
    if (state == State::known) {
      write_findings(m, pathology);
    } else {
      write_without_findings(m, pathology, state);
    }
  }
}

}  // namespace oncobridge
