// TNM stages -> mCODE TNM T, N and M categories, and TNMStageGroup where the source states a group
// (none is ever computed). Notation: tnm_text.h. Prefix and Observation.code agree (mCODE: c and yc
// clinical, p and yp pathologic, r and a other); a source that contradicts itself is coded by its
// prefix and flagged.
#include "converters/mappers/absent_answer.h"
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"
#include "converters/mappers/tnm_text.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

enum class Basis : unsigned char { clinical, pathologic, other };

struct PrefixRule {
  Basis basis;
  bool after_therapy;
  TermField values;  // none: only the AJCC code itself
};
constexpr PrefixRule kPrefixRules[] = {
    {Basis::other, false, TermField::none},             // not written
    {Basis::clinical, false, TermField::tnm_clinical},  // c
    {Basis::pathologic, false, TermField::tnm_pathologic},
    {Basis::clinical, true, TermField::tnm_clinical},  // yc
    {Basis::pathologic, true, TermField::tnm_post_therapy},
    {Basis::other, false, TermField::none},  // r
    {Basis::other, false, TermField::none},
    {Basis::other, false, TermField::none},
    {Basis::other, false, TermField::none},  // a
};
constexpr TnmPrefix kPrefixOfKind[] = {TnmPrefix::none, TnmPrefix::c, TnmPrefix::p, TnmPrefix::yc,
                                       TnmPrefix::yp,   TnmPrefix::r, TnmPrefix::a};

constexpr std::string_view kKindNames[] = {"",
                                           "clinical",
                                           "pathologic",
                                           "clinical after therapy",
                                           "pathologic after therapy",
                                           "at recurrence",
                                           "at autopsy"};

struct Axis {
  std::string_view profile;
  std::string_view role;
  std::string_view unread;    // role of a text that cannot be read beside a category that can
  std::string_view types[3];  // wordings in the table tnm-type, by basis
  std::string_view name;
};
constexpr Axis kAxes[] = {
    {"mcode-tnm-primary-tumor-category",
     "t",
     "unread-t",
     {"clinical T", "pathologic T", "other T"},
     "T: "},
    {"mcode-tnm-regional-nodes-category",
     "n",
     "unread-n",
     {"clinical N", "pathologic N", "other N"},
     "N: "},
    {"mcode-tnm-distant-metastases-category",
     "m",
     "unread-m",
     {"clinical M", "pathologic M", "other M"},
     "M: "},
};
constexpr std::string_view kGroupTypes[] = {"clinical group", "pathologic group", "other group"};
constexpr Fixed kCategories[] = {Fixed::category_exam, Fixed::category_laboratory,
                                 Fixed::category_exam};

const PrefixRule& rule_of(TnmPrefix prefix) {
  return kPrefixRules[static_cast<std::size_t>(prefix)];
}
TnmPrefix prefix_of(const Choice<StageKind>& kind) {
  return kPrefixOfKind[static_cast<std::size_t>(kind.value)];
}

// One stage while its Observations are written.
struct Stage {
  const TnmStage& fact;
  TnmCategory categories[3];
  Concept group = {};                  // in its own field, or else in the whole string
  TnmPrefix prefix = TnmPrefix::none;  // of the first category, else what the kind says
  bool contradictory = false;
  bool mixed = false;     // contradictory, and not every category has a prefix
  bool remarked = false;  // the fact's own notes are written once
};

// "Postoperative pathological stage ycT4b": the name or the kind says one thing, the prefix
// another.
bool contradicts(const TnmStage& fact, TnmPrefix written) {
  if (written == TnmPrefix::none) return false;
  const PrefixRule& rule = rule_of(written);
  if (fact.kind) {
    const PrefixRule& by_kind = rule_of(prefix_of(fact.kind));
    if (by_kind.basis != rule.basis || (by_kind.after_therapy && !rule.after_therapy)) return true;
  }
  const bool named_pathologic = contains_folded(fact.stated_as.value, "patholog");
  const bool named_clinical =
      !named_pathologic && contains_folded(fact.stated_as.value, "clinical");
  return (named_pathologic && rule.basis == Basis::clinical) ||
         (named_clinical && rule.basis == Basis::pathologic);
}

// ---- Observations of a stage

void open(Mapping& m, Stage& stage, std::string_view id, std::string_view profile, Basis basis,
          std::string_view type) {
  m.begin(ResourceType::Observation, id, stage.fact.fact, profile);
  m.status("final");
  m.code_list("category", kCategories[static_cast<std::size_t>(basis)]);
  m.codeable("code", m.terms().find(TermField::tnm_type, type), {});
  m.subject();
  focus_on_primary(m, stage.fact.primary);
  m.time("effective", stage.fact.when);
}

// `method` is demanded by all TNM profiles; a source that names no edition has no code for that.
void method(Mapping& m, const TnmStage& fact) {
  if (fact.edition) return m.codeable("method", fact.edition);
  m.json().raw(
      "method",
      R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",)"
      R"("valueCode":"unknown"}],"text":"not stated"})");
}

void close(Mapping& m, Stage& stage) {
  method(m, stage.fact);
  // Clinical and pathologic are the code itself.
  const TnmPrefix kind = prefix_of(stage.fact.kind);
  if ((kind != TnmPrefix::c && kind != TnmPrefix::p) || stage.contradictory) {
    if (stage.fact.kind)
      m.note("Kind of stage: ", kKindNames[static_cast<std::size_t>(stage.fact.kind.value)], 0);
  }
  m.use(stage.fact.kind);
  m.note("TNM as stated: ", stage.fact.tnm);
  m.note("Named in the source: ", stage.fact.stated_as);
  if (stage.contradictory) {
    m.note("",
           "The prefix contradicts how the source names this stage; the codes follow the prefix.",
           0);
  }
  m.end(stage.remarked ? Mapping::Remarks::none : Mapping::Remarks::of_fact);
  stage.remarked = true;
}

// The AJCC system takes its own notation as codes, and no public list of them exists: the MAX value
// sets of the profiles admit the whole system. So a category that follows the notation strictly
// (tnm_text.h) is its own code; it is written only where the tables have no row.
void ajcc_coding(Mapping& m, std::string_view prefix, std::string_view value) {
  char code[24];
  std::size_t size = prefix.copy(code, 4);
  size += value.copy(code + size, 16);
  m.json().raw("coding", R"([{"system":"http://cancerstaging.org")");
  m.json().plain("code", {code, size});
  m.json().raw("}]");
}

// AJCC has no MX since its 7th edition (2010): what older sources write so stays words.
bool has_code(const TnmCategory& category) { return category.text() != "MX"; }

// The term of a category; descriptors such as (m) and (sn) do not change it.
const Term* category_term(const Mapping& m, TnmPrefix prefix, const TnmCategory& category) {
  const TermField field = rule_of(prefix).values;
  if (field == TermField::none) return nullptr;
  char wording[24];
  std::size_t size = kTnmPrefixes[static_cast<std::size_t>(prefix)].copy(wording, 4);
  size += category.text().copy(wording + size, 16);
  return m.terms().find(field, {wording, size});
}

void category_observation(Mapping& m, Stage& stage, std::size_t axis) {
  const TnmCategory& category = stage.categories[axis];
  TnmPrefix prefix = category.prefix != TnmPrefix::none ? category.prefix : stage.prefix;
  // Beside a category that contradicts the kind of stage, a bare one may be either.
  const bool stays_bare =
      category.prefix == TnmPrefix::none && (stage.mixed || !has_code(category));
  if (stays_bare) prefix = TnmPrefix::none;
  // AJCC has no pM0: behind a pathologic T and N, a bare M0 is cM0.
  const bool bare_m0 = axis == 2 && !stays_bare && category.prefix == TnmPrefix::none &&
                       category.text() == "M0" && rule_of(prefix).basis == Basis::pathologic;
  if (bare_m0) prefix = TnmPrefix::c;
  const Basis basis = rule_of(prefix).basis;
  open(m, stage, m.derived_id(stage.fact.fact, kAxes[axis].role),
       has_code(category) ? kAxes[axis].profile : std::string_view{}, basis,
       kAxes[axis].types[static_cast<std::size_t>(basis)]);
  JsonWriter& json = m.json();
  json.key("valueCodeableConcept");
  json.begin_object();
  if (!has_code(category)) {
    // Words only.
  } else if (const Term* term = category_term(m, prefix, category)) {
    json.raw("coding", term->codings_json);
  } else {
    ajcc_coding(m, kTnmPrefixes[static_cast<std::size_t>(prefix)], category.text());
  }
  json.string("text", category.stated);
  json.end_object();
  if (bare_m0) m.note("", "M0 without a prefix of its own is coded cM0: AJCC has no pM0.", 0);
  close(m, stage);
}

// What cannot be read as TNM without guessing stays words: no coded value, no claim.
void unreadable(Mapping& m, Stage& stage, const Text& text, std::string_view role,
                std::string_view type, TnmReading reading) {
  m.flag(reading == TnmReading::ambiguous ? "tnm-ambiguous" : "tnm-not-readable", text.leaf);
  open(m, stage, m.derived_id(stage.fact.fact, role), {}, rule_of(stage.prefix).basis, type);
  m.json().string("valueString", m.use(text).value);
  close(m, stage);
}

void stage_group(Mapping& m, Stage& stage) {
  const TnmStage& fact = stage.fact;
  const Basis basis = stage.mixed ? Basis::other : rule_of(stage.prefix).basis;
  const Concept& group = stage.group;
  // Bound by MAX to the coded groups; `focus` is 1..1.
  const bool coded = group.term != nullptr || is_stage_group(group.text);
  const bool claims = coded && primary_of(m, fact.primary) != nullptr;
  open(m, stage, fact.fact.id(), claims ? "mcode-tnm-stage-group" : std::string_view{}, basis,
       kGroupTypes[static_cast<std::size_t>(basis)]);
  if (const Term* absent = absence(m, group)) {
    absent_value(m, *absent, group.text, group.leaf);
  } else if (group.term != nullptr || !coded) {
    m.codeable("valueCodeableConcept", group);
  } else {
    m.json().key("valueCodeableConcept");
    m.json().begin_object();
    ajcc_coding(m, {}, group.text);
    m.coded(group.leaf);
    m.json().string("text", group.text);
    m.json().end_object();
  }
  const std::size_t mark = m.json().open_array("hasMember");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!stage.categories[axis] || !has_code(stage.categories[axis])) continue;
    m.reference_element(ResourceType::Observation, m.derived_id(fact.fact, kAxes[axis].role));
  }
  m.json().close_array(mark);
  close(m, stage);
}

// ---- reading

bool same(const TnmCategory& a, const TnmCategory& b) {
  return a.text() == b.text() && a.describing() == b.describing() &&
         (a.prefix == b.prefix || a.prefix == TnmPrefix::none || b.prefix == TnmPrefix::none);
}

bool same_code(const Term* a, const Term* b) {
  return a != nullptr && b != nullptr && a->codings.front().code == b->codings.front().code;
}

// The group in the whole string, where no field of its own says it.
void group_of_text(Mapping& m, Stage& stage, std::string_view group) {
  const Concept in_text{group, m.terms().find(TermField::stage_group, group), stage.fact.tnm.leaf};
  if (!stage.group) {
    stage.group = in_text;
  } else if (stage.group.text != group && !same_code(stage.group.term, in_text.term)) {
    m.flag("tnm-contradicts-itself", stage.group.leaf);
  }
}

// Fills the categories from the whole string and from the single ones, which win. Returns how each
// text was read: the whole string first, then T, N, M.
void read_stage(Mapping& m, Stage& stage, TnmReading (&readings)[4]) {
  const TnmStage& fact = stage.fact;
  stage.group = fact.group;
  if (fact.tnm) {
    TnmText text{};
    readings[0] = read_tnm(fact.tnm.value, text);
    if (readings[0] == TnmReading::read) {
      const TnmCategory read[] = {text.t, text.n, text.m};
      for (std::size_t axis = 0; axis < 3; ++axis) stage.categories[axis] = read[axis];
      if (!text.rest.empty()) m.flag("tnm-uncoded-part", fact.tnm.leaf);
      if (!text.group.empty()) group_of_text(m, stage, text.group);
    }
  }
  const Text* singles[] = {&fact.t, &fact.n, &fact.m};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!*singles[axis]) continue;
    TnmCategory category{};
    readings[axis + 1] = read_tnm_category(singles[axis]->value, "TNM"[axis], category);
    if (readings[axis + 1] != TnmReading::read) continue;
    m.use(*singles[axis]);
    TnmCategory& by_string = stage.categories[axis];
    if (by_string && !same(by_string, category))
      m.flag("tnm-contradicts-itself", singles[axis]->leaf);
    // A single category without a prefix does not lose the one of the whole string.
    if (category.prefix == TnmPrefix::none) category.prefix = by_string.prefix;
    by_string = category;
  }
  for (std::size_t axis = 3; axis-- > 0;) {
    if (stage.categories[axis] && stage.categories[axis].prefix != TnmPrefix::none) {
      stage.prefix = stage.categories[axis].prefix;
    }
  }
  stage.contradictory = contradicts(fact, stage.prefix);
  // In one string the first prefix is for all of it.
  stage.mixed = stage.contradictory && !fact.tnm;
  if (stage.contradictory)
    m.flag("contradictory-prefix", fact.tnm ? fact.tnm.leaf : singles[0]->leaf);
  if (stage.prefix == TnmPrefix::none) stage.prefix = prefix_of(fact.kind);
}

void known_stage(Mapping& m, const TnmStage& fact) {
  Stage stage{fact, {}};
  TnmReading readings[4] = {TnmReading::read, TnmReading::read, TnmReading::read, TnmReading::read};
  read_stage(m, stage, readings);
  const auto basis = static_cast<std::size_t>(rule_of(stage.prefix).basis);
  if (stage.group) stage_group(m, stage);
  if (readings[0] != TnmReading::read) {
    unreadable(m, stage, fact.tnm, "tnm", kGroupTypes[basis], readings[0]);
  }
  const Text* singles[] = {&fact.t, &fact.n, &fact.m};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (stage.categories[axis]) category_observation(m, stage, axis);
    if (readings[axis + 1] == TnmReading::read) continue;
    // The category of the whole string keeps the role.
    unreadable(m, stage, *singles[axis],
               stage.categories[axis] ? kAxes[axis].unread : kAxes[axis].role,
               kAxes[axis].types[basis], readings[axis + 1]);
  }
  if (!stage.remarked && fact.stated_as) {
    // A stage of which only the name is given.
    open(m, stage, fact.fact.id(), {}, rule_of(stage.prefix).basis, kGroupTypes[basis]);
    m.json().string("valueString", m.use(fact.stated_as).value);
    close(m, stage);
  }
}

// An explicit "not this stage", "not staged" or "stage unknown".
void no_stage(Mapping& m, const TnmStage& fact, State state) {
  Stage stage{fact, {}};
  const auto basis = rule_of(prefix_of(fact.kind)).basis;
  open(m, stage, fact.fact.id(), {}, basis, kGroupTypes[static_cast<std::size_t>(basis)]);
  const std::string_view denied = fact.group ? fact.group.text : fact.tnm.value;
  if (state == State::unknown) {
    m.code("dataAbsentReason", Fixed::absent_unknown);
  } else if (denied.empty()) {
    m.code("dataAbsentReason", Fixed::absent_not_performed);
  } else {
    m.json().string("valueString", "not ", denied);
  }
  m.note("Stage group: ", fact.group);
  m.note(kAxes[0].name, fact.t);
  m.note(kAxes[1].name, fact.n);
  m.note(kAxes[2].name, fact.m);
  close(m, stage);
}

}  // namespace

void map_tnm_stages(Mapping& m) {
  for (const TnmStage& stage : m.record().stages) {
    const State state = m.state(stage.fact);
    state == State::known ? known_stage(m, stage) : no_stage(m, stage, state);
  }
}

}  // namespace oncobridge
