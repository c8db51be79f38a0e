// Stages outside TNM (FIGO, Gleason, Rai, Binet, ISS, R-ISS, Clark, Breslow ...) -> mCODE
// CancerStage; Ann Arbor and Lugano -> LymphomaStage with its modifiers, where its required
// bindings are met. A measured depth (Breslow 2.3 mm) is a Quantity, which no mCODE stage can hold:
// a base Observation.
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"
#include "converters/mappers/stage_depth.h"

namespace oncobridge {
namespace {

struct System {
  std::string_view code;    // wording in the table stage-system
  std::string_view method;  // said as method where neither code nor record names the system exactly
  TermField values;
  bool lymphoma;
};
constexpr System kSystems[] = {
    {},
    {"FIGO", {}, TermField::stage_value_figo, false},
    {"Gleason", {}, TermField::stage_value_gleason, false},
    {"Rai", {}, TermField::stage_value_rai, false},
    {"Binet", {}, TermField::stage_value_binet, false},
    {"ISS", {}, TermField::stage_value_iss, false},
    {"R-ISS", {}, TermField::stage_value_riss, false},
    {"Ann Arbor", "Ann Arbor", TermField::stage_value_lymphoma, true},
    {"Lugano", "Lugano", TermField::stage_value_lymphoma, true},
    {"Clark", {}, TermField::stage_value_clark, false},
    {"Breslow", {}, TermField::stage_value_breslow, false},
    {"Stage", {}, TermField::stage_value, false},
};

void depth_value(Mapping& m, const OtherStage& stage, const Depth& depth) {
  m.coded(stage.value, depth.unit);
  m.json().key("valueQuantity");
  m.json().begin_object();
  m.json().number("value", depth.number);
  if (!depth.comparator.empty()) m.json().plain("comparator", depth.comparator);
  m.json().string("unit", depth.unit_text);
  m.json().plain("system", depth.unit->codings.front().system);
  m.json().string("code", depth.unit->codings.front().code);
  m.json().end_object();
  m.tell({stage.value.text});
}

// What a stage resolves to before it is written.
struct Resolved {
  const System& system;
  const Term* code;
  const Term* value;
  const Term* method;
  Depth depth;
};

Resolved resolve(const Mapping& m, const OtherStage& stage) {
  const System& system = kSystems[static_cast<std::size_t>(stage.system.value)];
  Resolved result{system, stage.type.term, stage.value.term, stage.method.term, {}};
  if (system.lymphoma) {
    result.code = &m.fixed(Fixed::lymphoma_stage);
    result.method = term_in(m, TermField::stage_method_lymphoma, stage.method);
  } else if (!stage.type) {
    result.code = m.terms().find(TermField::stage_system, system.code);
  }
  // Within its system a bare `IIA` is enough.
  if (const Term* own = term_in(m, system.values, stage.value)) result.value = own;
  if (result.value == nullptr) result.depth = depth_of(m, stage);
  return result;
}

std::string_view profile_of(const Resolved& resolved, const OtherStage& stage) {
  // LymphomaStage: value and method are bound required, method is 1..1.
  const bool lymphoma_value =
      !stage.value ||
      (resolved.value != nullptr && resolved.value->field == TermField::stage_value_lymphoma);
  const bool lymphoma = resolved.system.lymphoma && lymphoma_value && resolved.method != nullptr;
  return lymphoma ? "mcode-lymphoma-stage" : "mcode-cancer-stage";
}

void method(Mapping& m, const OtherStage& stage, const Resolved& resolved) {
  if (stage.method) {
    const Term* term = resolved.method != nullptr ? resolved.method : stage.method.term;
    m.codeable_as("method", term, stage.method);
  } else if (!resolved.system.method.empty()) {
    m.codeable("method", nullptr, resolved.system.method);
  }
}

// ---- components

void component(Mapping& m, Fixed code, const Concept& value) {
  m.json().element();
  m.json().begin_object();
  m.code("code", code);
  m.codeable("valueCodeableConcept", value);
  m.json().end_object();
}

// Each kind of lymphoma modifier is a component of its own with a required binding: a modifier
// without a code (A, B, X have no verified one) is a note.
void modifier(Mapping& m, const Concept& value) {
  if (value.term == nullptr) return m.note("Stage modifier: ", value);
  if (term_in(m, TermField::lymphoma_basis, value) != nullptr) {
    return component(m, Fixed::lymphoma_clinical_or_pathologic_modifier, value);
  }
  if (term_in(m, TermField::lymphoma_bulky, value) != nullptr) {
    return component(m, Fixed::lymphoma_bulky_modifier, value);
  }
  component(m, Fixed::lymphoma_stage_modifier, value);
}

void components(Mapping& m, const OtherStage& stage) {
  const std::size_t mark = m.json().open_array("component");
  for (const Concept& value : stage.modifiers) modifier(m, value);
  for (const StageComponent& part : stage.components) {
    m.json().element();
    m.json().begin_object();
    m.codeable("code", part.what);
    m.codeable("valueCodeableConcept", part.value);
    m.json().end_object();
  }
  m.json().close_array(mark);
}

// ---- the Observation

void not_this_stage(Mapping& m, const Concept& value) {
  m.json().string("valueString", "not ", m.use(value).text);
  m.tell({"not ", value.text});
}

void stage_value(Mapping& m, const OtherStage& stage, const Resolved& resolved, State state) {
  if (state == State::unknown) {
    m.code("dataAbsentReason", Fixed::absent_unknown);
    return m.note("Stage as stated: ", stage.value);
  }
  if (state == State::negative && !stage.value)
    return m.code("dataAbsentReason", Fixed::absent_not_performed);
  // No code says "not this stage".
  if (state == State::negative) return not_this_stage(m, stage.value);
  if (!stage.value) return;
  if (resolved.depth) return depth_value(m, stage, resolved.depth);
  m.codeable_as("valueCodeableConcept", resolved.value, stage.value);
}

void write(Mapping& m, const OtherStage& stage, State state) {
  const Resolved resolved = resolve(m, stage);
  m.begin(
      ResourceType::Observation, stage.fact.id(), stage.fact,
      state == State::known && !resolved.depth ? profile_of(resolved, stage) : std::string_view{});
  m.status("final");
  m.code_list("category", Fixed::category_exam);
  m.use(stage.system);
  m.coded(stage.type, resolved.code);
  m.codeable("code", resolved.code, stage.type ? stage.type.text : resolved.system.code);
  m.subject();
  focus_on_primary(m, stage.primary);
  m.time("effective", stage.when);
  stage_value(m, stage, resolved, state);
  method(m, stage, resolved);
  components(m, stage);
  m.end();
}

}  // namespace

void map_other_stages(Mapping& m) {
  for (const OtherStage& stage : m.record().other_stages) write(m, stage, m.state(stage.fact));
}

}  // namespace oncobridge
