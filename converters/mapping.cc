#include "converters/mapping.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr std::string_view kUcum = "http://unitsofmeasure.org";
constexpr std::string_view kComparators[] = {"", "<", "<=", ">=", ">"};

// Resource types with Annotation note[] (FHIR R4).
bool has_note(ResourceType type) {
  switch (type) {
    case ResourceType::Condition:
    case ResourceType::Observation:
    case ResourceType::Procedure:
    case ResourceType::MedicationStatement:
    case ResourceType::MedicationRequest:
    case ResourceType::MedicationAdministration:
    case ResourceType::Specimen:
      return true;
    default:
      return false;
  }
}

struct ShapeType {
  std::string_view shape;
  ResourceType type;
};
constexpr ShapeType kShapeTypes[] = {
    {"source", ResourceType::DocumentReference},
    {"patient", ResourceType::Patient},
    {"primary_tumor", ResourceType::Condition},
    {"metastasis", ResourceType::Condition},
    {"condition", ResourceType::Condition},
    {"tumor", ResourceType::BodyStructure},
    {"specimen", ResourceType::Specimen},
    {"surgery", ResourceType::Procedure},
    {"radiotherapy", ResourceType::Procedure},
    {"radiotherapy_volume", ResourceType::BodyStructure},
    {"treatment", ResourceType::Procedure},
    {"genomic_report", ResourceType::DiagnosticReport},
    {"cohort", ResourceType::Group},
};

// False for what age-1 refuses: no time, or not above zero. A unit that no table knows may be one.
bool may_be_age(const Quantity& age) {
  double years = 0;
  std::from_chars(age.value.text.data(), age.value.text.data() + age.value.text.size(), years);
  return years > 0 && (age.unit.term == nullptr || is_time_unit(age.unit));
}

}  // namespace

ResourceType Mapping::type_of(const Fact& fact) {
  for (const ShapeType& row : kShapeTypes) {
    if (row.shape == fact.shape->name) return row.type;
  }
  return ResourceType::Observation;
}

bool Mapping::can_be_referred_to(const Fact& fact) {
  const ResourceType type = type_of(fact);
  if (type == ResourceType::Specimen || type == ResourceType::BodyStructure) {
    return !fact.negative() && !fact.unknown();
  }
  if (type != ResourceType::Condition) return true;
  if (fact.shape->name == "condition" &&
      !has_condition(reinterpret_cast<const OtherCondition&>(fact))) {
    return false;
  }
  if (fact.shape->name != "metastasis" || !fact.negative()) return !fact.unknown();
  return static_cast<bool>(reinterpret_cast<const Metastasis&>(fact).site);
}

bool high_below_low(const Quantity& range) {
  double low = 0;
  double high = 0;
  const auto number = [](std::string_view text, double& out) {
    return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc();
  };
  return range.low && range.high && number(range.low.text, low) && number(range.high.text, high) &&
         high < low;
}

bool is_time_unit(const Concept& unit) {
  constexpr std::string_view kTimes[] = {"a", "mo", "wk", "d", "h", "min", "s"};
  return unit.term != nullptr && std::find(std::begin(kTimes), std::end(kTimes),
                                           unit.term->codings.front().code) != std::end(kTimes);
}

bool has_time(const When& when) {
  return when.date || ((when.start || when.end) && !ends_before_start(when));
}

bool has_condition_time(const When& when) {
  if (when.date || when.start || when.end) return has_time(when);
  if (when.age.value && !may_be_age(when.age)) return false;
  return (when.age.value && when.age.unit) || when.text || when.age.text;
}

bool ends_before_start(const When& when) { return precedes(when.end, when.start); }

bool has_condition(const OtherCondition& condition) {
  if (condition.fact.unknown()) return false;
  if (!condition.kind.is(ConditionKind::cause_of_death)) return true;
  return !condition.fact.negative() && !condition.verification.is(Verification::refuted) &&
         !(condition.same_as && Mapping::can_be_referred_to(*condition.same_as.target));
}

void Mapping::start(const CaseRecord& record, LeafIndex& leaves) {
  record_ = &record;
  leaves_ = &leaves;
  notes_.clear();
  written_.clear();
  flags_.clear();
  ids_.assign(record);
  ids_.patient(record.case_id.value, patient_id_);
  use(record.case_id);
  lifetime_ = lifetime_of(record.patient);
}

void Mapping::remark(const QualityFlag& flag) {
  for (const QualityFlag& other : flags_) {
    if (other.leaf == flag.leaf && other.rule == flag.rule) return;
  }
  flags_.push_back(flag);
}

bool Mapping::ends_with_death() const {
  switch (type_) {
    case ResourceType::Procedure:
    case ResourceType::MedicationStatement:
    case ResourceType::MedicationAdministration:
      break;
    default:
      // A panel of markers stands for no fact of its own.
      return fact_->shape != nullptr && fact_->shape->name == "performance";
  }
  constexpr std::string_view kHappened[] = {"completed", "in-progress", "active", "stopped"};
  if (std::find(std::begin(kHappened), std::end(kHappened), status_) == std::end(kHappened))
    return false;
  if (fact_->shape->name != "examination") return true;
  const Concept& examination = reinterpret_cast<const Examination*>(fact_)->examination;
  if (contains_folded(examination.text, "mortem") || contains_folded(examination.text, "autopsy"))
    return false;
  return examination.term == nullptr ||
         examination.term->codings.front().code != fixed(Fixed::autopsy).codings.front().code;
}

void Mapping::check_lifetime(const When& when) {
  if (type_ == ResourceType::DocumentReference) return;  // not the patient's time
  if (const Leaf leaf = lifetime_.before_birth(when); leaf != 0) {
    contradiction("before-birth", leaf,
                  "The stated dates contradict each other: this is before the date of birth.");
  }
  if (const Leaf leaf = lifetime_.after_death(when); leaf != 0 && ends_with_death()) {
    contradiction("after-death", leaf,
                  "The stated dates contradict each other: this is after the date of death.");
  }
}

std::string_view Mapping::derived_id(const Fact& fact, std::string_view role) {
  ids_.derive(fact.id(), role, derived_id_);
  return view(derived_id_);
}

void Mapping::begin(ResourceType type, std::string_view id, const Fact& fact,
                    std::string_view profile) {
  assert((fact.state.leaf == 0 || (leaves_->used[fact.state.leaf - 1] & LeafIndex::kUsed)) &&
         "the mapper did not ask for the state");
  fact_ = &fact;
  type_ = type;
  status_ = {};
  notes_.clear();
  Written& written = written_.emplace_back();
  written.type = type;
  written.fact = &fact;
  id.copy(written.id.data(), written.id.size());
  bundle_.begin_resource(type, id);
  if (profile.empty()) return;
  json_.raw(R"(,"meta":{"profile":["http://hl7.org/fhir/us/mcode/StructureDefinition/)");
  json_.raw(profile);
  json_.raw("\"]}");
}

void Mapping::fact_notes(const Fact& fact) {
  note("", fact.text);
  for (const Text& text : fact.note) note("", text);
  for (const Conflict& conflict : fact.conflicts) note("Contradicting statement: ", conflict);
}

// `Contradicting statement: "white" (Discussion; Abstract, in: Title)`
void Mapping::write_conflict(const Conflict& conflict, std::string_view prefix) {
  json_.open_string("text");
  json_.string_part(prefix);
  json_.string_part(conflict.text.value);
  std::string_view separator = " (";
  for (const SourcePlace& place : conflict.source) {
    json_.string_part(separator);
    separator = "; ";
    json_.string_part(use(place.place).value);
    if (!place.document) continue;
    use(place.document);
    json_.string_part(place.place ? ", in: " : "in: ");
    json_.string_part(reinterpret_cast<const SourceDocument*>(place.document.target)->title.value);
  }
  if (!conflict.source.empty()) json_.string_part(")");
  json_.close_string();
}

void Mapping::add_to_narrative(std::initializer_list<std::string_view> parts) {
  if (std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); }))
    return;
  if (!narrative_.empty()) narrative_ += "; ";
  for (const std::string_view part : parts) {
    for (const char c : part) {
      switch (c) {
        case '&':
          narrative_ += "&amp;";
          break;
        case '<':
          narrative_ += "&lt;";
          break;
        case '>':
          narrative_ += "&gt;";
          break;
        default:
          narrative_ += c;
          // XML has no U+FFFE and U+FFFF.
          if ((c == '\xBE' || c == '\xBF') && narrative_.size() > 2 &&
              narrative_.compare(narrative_.size() - 3, 2, "\xEF\xBF") == 0)
            narrative_.back() = '\xBD';
      }
    }
  }
}

// Narrative (FHIR R4 narrative.html): the wordings, values and times of the resource, one after
// another.
void Mapping::write_narrative() {
  if (narrative_.empty()) add_to_narrative({resource_type_name(type_)});
  narrative_.insert(0, "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>");
  narrative_ += "</p></div>";
  json_.key("text");
  json_.begin_object();
  json_.plain("status", "generated");
  json_.string("div", narrative_);
  json_.end_object();
  narrative_.clear();
}

void Mapping::end(Remarks remarks) {
  if (has_note(type_)) {
    if (remarks == Remarks::of_fact) fact_notes(*fact_);
    const std::size_t mark = json_.open_array("note");
    for (const Note& note : notes_) {
      json_.element();
      json_.begin_object();
      char digits[10];
      std::string_view text = note.text;
      if (note.number) {
        const char* last = std::to_chars(digits, digits + sizeof(digits), note.number.value).ptr;
        text = {digits, static_cast<std::size_t>(last - digits)};
      }
      if (note.conflict != nullptr) {
        write_conflict(*note.conflict, note.prefix);
      } else {
        json_.string("text", note.prefix, text);
      }
      json_.end_object();
      use(note.leaf);
    }
    json_.close_array(mark);
  }
  if (options_.narrative) write_narrative();
  bundle_.end_resource();
}

void Mapping::codeable_element(const Term* term, std::string_view text) {
  json_.begin_object();
  if (term != nullptr) json_.raw("coding", term->codings_json);
  if (!text.empty()) json_.string("text", text);
  json_.end_object();
  tell({!text.empty() ? text : term != nullptr ? term->codings.front().display : ""});
}

void Mapping::codeable_element(const Concept& value) {
  json_.element();
  codeable_element(coded(value, value.term).term, value.text);
}

void Mapping::codeable(std::string_view name, const Term* term, std::string_view text) {
  json_.key(name);
  codeable_element(term, text);
}

void Mapping::codeable(std::string_view name, const Concept& value) {
  if (value) codeable_as(name, value.term, value);
}

void Mapping::codeable_list(std::string_view name, const Concept& value) {
  if (!value) return;
  json_.key(name);
  json_.raw("[");
  codeable_element(value);
  json_.raw("]");
}

void Mapping::code_list(std::string_view name, Fixed which) {
  json_.key(name);
  json_.raw(R"([{"coding":)");
  json_.raw(fixed(which).codings_json);
  json_.raw("}]");
}

void Mapping::status(std::string_view value) {
  status_ = value;
  json_.plain("status", value);
  constexpr std::string_view kUsual[] = {"final", "completed", "current"};
  if (std::find(std::begin(kUsual), std::end(kUsual), value) == std::end(kUsual)) tell({value});
}

void Mapping::integer(std::string_view name, const Whole& value) {
  if (!value) return;
  json_.number(name, use(value).value);
  char digits[10];
  const char* last = std::to_chars(digits, digits + sizeof(digits), value.value).ptr;
  tell({std::string_view(digits, static_cast<std::size_t>(last - digits))});
}

void Mapping::reference(std::string_view name, const Ref& ref) {
  if (!ref || !can_be_referred_to(*ref.target)) return;
  use(ref);
  reference(name, type_of(*ref.target), ref.target->id());
}

void Mapping::reference_element(ResourceType type, std::string_view id) {
  json_.element();
  bundle_.reference({}, type, id);
}

void Mapping::reference_element(const Ref& ref) {
  use(ref);
  reference_element(type_of(*ref.target), ref.target->id());
}

void Mapping::reference_list(std::string_view name, const Ref& ref) {
  if (!ref || !can_be_referred_to(*ref.target)) return;
  json_.key(name);
  json_.raw("[");
  reference_element(ref);
  json_.raw("]");
}

void Mapping::reference_list(std::string_view name, const List<Ref>& refs) {
  const std::size_t mark = json_.open_array(name);
  for (const Ref& ref : refs) {
    if (can_be_referred_to(*ref.target)) reference_element(ref);
  }
  json_.close_array(mark);
}

void Mapping::unit(const Concept& unit) {
  if (!unit) return;
  json_.string("unit", coded(unit, unit.term).text);
  if (unit.term == nullptr) return;
  json_.plain("system", kUcum);
  json_.string("code", unit.term->codings.front().code);
}

void Mapping::quantity(std::string_view name, const Quantity& value) {
  note("Value as stated: ", value.text);
  if (value.approximate)
    note("The value is ", value.approximate.value ? "approximate." : "exact.",
         value.approximate.leaf);
  if (!value.value) return;
  json_.key(name);
  json_.begin_object();
  json_.number("value", use(value.value).text);
  tell({kComparators[static_cast<std::size_t>(value.comparator.value)], value.value.text,
        value.unit ? " " : "", value.unit.text});
  if (value.comparator)
    json_.plain("comparator", kComparators[static_cast<std::size_t>(use(value.comparator).value)]);
  unit(value.unit);
  json_.end_object();
}

void Mapping::range(std::string_view name, const Quantity& value) {
  note("Value as stated: ", value.text);
  if (value.approximate)
    note("The value is ", value.approximate.value ? "approximate." : "exact.",
         value.approximate.leaf);
  if (high_below_low(value)) {
    flag("reversed-range", value.high.leaf);
    note("From: ", value.low.text, value.low.leaf);
    note("To: ", value.high.text, value.high.leaf);
    note("Unit of the range: ", value.unit);
    return;
  }
  tell({value.low ? "from " : "", value.low.text, value.low && value.high ? " " : "",
        value.high ? "to " : "", value.high.text, value.unit ? " " : "", value.unit.text});
  const std::size_t mark = json_.open_object(name);
  const auto limit = [&](std::string_view end, const Decimal& number) {
    if (!number) return;
    json_.key(end);
    json_.begin_object();
    json_.number("value", use(number).text);
    unit(value.unit);
    json_.end_object();
  };
  limit("low", value.low);
  limit("high", value.high);
  json_.close_object(mark);
}

void Mapping::value_quantity_or_range(const Quantity& value) {
  if (value.value) return quantity("valueQuantity", value);
  if (value.low || value.high) return range("valueRange", value);
  text("valueString", value.text);
}

// Side and qualifiers have required bindings: one without a code is no extension, it stays in
// words.
void Mapping::site_object(const Site& site) {
  json_.begin_object();
  const std::size_t mark = json_.open_array("extension");
  const auto extension = [&](std::string_view url, const Concept& value) {
    if (value.term != nullptr) extension_codeable(url, value);
  };
  extension("http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier",
            site.laterality);
  for (const Concept& qualifier : site.qualifiers) {
    extension("http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-body-location-qualifier",
              qualifier);
  }
  json_.close_array(mark);
  if (site.site.term != nullptr)
    json_.raw("coding", coded(site.site, site.site.term).term->codings_json);
  std::string_view text = site.site ? site.site.text : site.laterality.text;
  if (text.empty() && site.qualifiers) text = site.qualifiers.begin()->text;
  if (site.text) text = use(site.text).value;
  json_.string("text", text);
  tell({text});
  // What has neither a code nor the place of the text, and the site's own wording where the text
  // does not repeat it.
  const auto in_words = [&](std::string_view prefix, const Concept& value) {
    if (value.term != nullptr) return;
    value.text == text ? use(value.leaf) : note(prefix, value);
  };
  if (site.site.term != nullptr && !contains_folded(text, site.site.text)) {
    note("Site as stated: ", site.site);
  } else {
    in_words("Site as stated: ", site.site);
  }
  in_words("Side as stated: ", site.laterality);
  for (const Concept& qualifier : site.qualifiers) in_words("Location as stated: ", qualifier);
  json_.end_object();
}

void Mapping::site_list(std::string_view name, const Site& site) {
  if (!site) return;
  json_.key(name);
  json_.raw("[");
  site_object(site);
  json_.raw("]");
}

void Mapping::time(std::string_view prefix, const When& when, TimeRule rule) {
  if (lifetime_) check_lifetime(when);
  note("Time as stated: ", when.text);
  if (when.age) {
    note("Age at the time: ", when.age.value.text, when.age.value.leaf);
    note("Unit of the age: ", when.age.unit);
    note("Age as stated: ", when.age.text);
  }
  char name[64];
  const auto named = [&](std::string_view suffix) {
    const std::size_t size = prefix.copy(name, 40);
    return std::string_view(name, size + suffix.copy(name + size, 20));
  };
  if (when.date) {
    const bool as_period =
        rule == TimeRule::period_only || (rule == TimeRule::day && !when.date.to_the_day());
    tell({when.date.text});
    if (!as_period) return json_.plain(named("DateTime"), use(when.date).text);
    // us-core-1: a month or year is said as the period that it is.
    json_.key(named("Period"));
    json_.begin_object();
    json_.plain("start", use(when.date).text);
    json_.plain("end", when.date.text);
    return json_.end_object();
  }
  if (!when.start && !when.end) return;
  const bool reversed = ends_before_start(when);
  if (reversed) flag("reversed-period", when.end.leaf);
  if (rule == TimeRule::date_only || reversed) {
    note("From: ", when.start.text, when.start.leaf);
    if (when.end) note("Until: ", when.end.text, when.end.leaf);
    return;
  }
  tell({when.start ? "from " : "", when.start.text, when.start && when.end ? " " : "",
        when.end ? "until " : "", when.end.text});
  json_.key(named("Period"));
  json_.begin_object();
  // per-1 compares start and end as text positions: ends of different precision are kept as a note.
  if (when.start) json_.plain("start", use(when.start).text);
  if (when.end && when.start && when.end.text.size() != when.start.text.size()) {
    note("Until: ", when.end.text, when.end.leaf);
  } else if (when.end) {
    json_.plain("end", use(when.end).text);
  }
  json_.end_object();
}

void Mapping::condition_time(std::string_view prefix, const When& when) {
  char name[64];
  const auto named = [&](std::string_view suffix) {
    const std::size_t size = prefix.copy(name, 40);
    return std::string_view(name, size + suffix.copy(name + size, 20));
  };
  if (when.date || when.start || when.end) {
    time(prefix, when);
  } else if (when.age.value && !may_be_age(when.age)) {
    if (when.age.value.text.front() == '-') flag("negative-number", when.age.value.leaf);
    if (when.age.unit.term != nullptr && !is_time_unit(when.age.unit))
      flag("unit-is-no-time", when.age.unit.leaf);
    note("Age as stated: ", when.age.value.text, when.age.value.leaf);
    note("Unit of the age: ", when.age.unit);
    note("Age as stated: ", when.age.text);
    note("Time as stated: ", when.text);
  } else if (when.age.value && when.age.unit.term != nullptr) {
    quantity(named("Age"), when.age);
    note("Time as stated: ", when.text);
  } else if (when.text) {
    text(named("String"), when.text);
    if (when.age) note("Age as stated: ", when.age.text);
  } else if (when.age.text) {
    text(named("String"), when.age.text);
  }
}

void Mapping::extension_codeable(std::string_view url, const Term* term, std::string_view text) {
  json_.element();
  json_.begin_object();
  json_.plain("url", url);
  codeable("valueCodeableConcept", term, text);
  json_.end_object();
}

void Mapping::extension_codeable(std::string_view url, const Concept& value) {
  if (value) extension_codeable(url, coded(value, value.term).term, value.text);
}

void Mapping::reference_not_stated() {
  json_.raw("extension", R"([{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",)"
                         R"("valueCode":"unknown"}])");
  json_.plain("display", "not stated");
}

void Mapping::data_absent(std::string_view name, std::string_view reason) {
  json_.key(name);
  json_.raw(
      R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":")");
  json_.raw(reason);
  json_.raw(R"("}]})");
}

}  // namespace oncobridge
