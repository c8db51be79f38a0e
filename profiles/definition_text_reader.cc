// Reading structures and whole files of the text form; the form is described in definition_text.h.
#include <algorithm>

#include "profiles/definition_names.h"
#include "profiles/definition_scan.h"
#include "profiles/definition_text.h"
#include "profiles/definition_words.h"

namespace oncobridge::profiles {
namespace {
// `key:value` of a binding, a discriminator or a context.
bool decode_pair(std::string_view raw, std::string& key, std::string& value) {
  std::string text;
  if (!decode(raw, text)) return false;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return false;
  key = text.substr(0, colon);
  value = text.substr(colon + 1);
  return true;
}

// One entry of the lists in a type, from the front of `rest`.
bool take_atom(std::string_view& rest, std::string& out, bool canonical) {
  const bool literal = canonical && rest.starts_with('=');
  if (literal) rest.remove_prefix(1);
  std::string_view raw;
  if (rest.starts_with('"')) {
    const std::size_t length = json_length(rest);
    if (length == 0) return false;
    raw = rest.substr(0, length);
  } else {
    raw = rest.substr(0, find_stop<',', '[', ']', '(', ')', '{', '}'>(rest, 0));
  }
  rest.remove_prefix(raw.size());
  if (!decode(raw, out)) return false;
  if (canonical && !literal && out.find(':') == std::string::npos) {
    out.insert(0, kStructurePrefix);
  }
  return true;
}

bool read_canonicals(std::string_view& rest, char open, char close, std::vector<std::string>& out) {
  if (!rest.starts_with(open)) return true;
  do {
    rest.remove_prefix(1);
    std::string canonical;
    if (!take_atom(rest, canonical, true)) return false;
    out.push_back(std::move(canonical));
  } while (rest.starts_with(','));
  if (!rest.starts_with(close)) return false;
  rest.remove_prefix(1);
  return true;
}

bool read_type_rules(std::string_view& rest, TypeRef& type) {
  if (!rest.starts_with('{')) return true;
  do {
    rest.remove_prefix(1);
    std::string word;
    if (!take_atom(rest, word, false)) return false;
    if (const auto bit = value_of<std::uint8_t>(kAggregationWords, word)) {
      type.aggregation = static_cast<std::uint8_t>(type.aggregation | (1u << *bit));
    } else if (const auto rule = value_of<VersionRule>(kVersionWords, word)) {
      type.version_rule = *rule;
    } else {
      return false;
    }
  } while (rest.starts_with(','));
  if (!rest.starts_with('}')) return false;
  rest.remove_prefix(1);
  return true;
}

bool read_type(std::string_view raw, TypeRef& type) {
  return take_atom(raw, type.code, false) && read_canonicals(raw, '[', ']', type.profiles) &&
         read_canonicals(raw, '(', ')', type.target_profiles) && read_type_rules(raw, type) &&
         raw.empty();
}

bool read_constraint(std::string_view name, std::string_view facts, Constraint& constraint) {
  constraint.key = name;
  Words words(facts);
  Word word;
  while (words.next(word)) {
    if (word.kind == Word::Kind::kFlag) {
      constraint.best_practice |= word.key == "bestPractice";
    } else if (word.kind == Word::Kind::kWord) {
      constraint.warning = word.value == "warning";
    } else if (word.key == "key") {
      if (!decode(word.value, constraint.key)) return false;
    } else if (word.key == "source") {
      if (!decode(word.value, constraint.source)) return false;
    } else if (word.key == "expression") {
      if (!decode(word.value, constraint.expression)) return false;
    }
  }
  return !words.faulty();
}

// The constraints of one definition: each is read once, however many elements have it.
class ConstraintSet {
 public:
  explicit ConstraintSet(const ConstraintLines& lines) : lines_(lines) {}

  // Null if there is none of that name.
  const Constraint* find(std::string_view name) {
    for (const auto& [known, constraint] : known_) {
      if (known == name) return &constraint;
    }
    const std::string_view facts = lines_.find(name);
    if (facts.empty()) return nullptr;
    auto& [known, constraint] = known_.emplace_back(name, Constraint{});
    return read_constraint(name, facts, constraint) ? &constraint : nullptr;
  }

 private:
  const ConstraintLines& lines_;
  std::vector<std::pair<std::string_view, Constraint>> known_;
};

bool read_constraints(std::string_view raw, ConstraintSet& set, std::vector<Constraint>& out) {
  out.reserve(static_cast<std::size_t>(std::count(raw.begin(), raw.end(), ',')) + 1);
  for (;;) {
    const std::size_t length = find_stop<','>(raw, 0);
    const Constraint* constraint = set.find(raw.substr(0, length));
    if (constraint == nullptr) return false;
    out.push_back(*constraint);
    raw.remove_prefix(length);
    if (raw.empty()) return true;
    if (raw[0] != ',') return false;
    raw.remove_prefix(1);
  }
}

bool read_cardinality(std::string_view raw, ElementDefinition& element) {
  const std::size_t dots = raw.find("..");
  if (dots == std::string_view::npos) return false;
  const std::string_view min = raw.substr(0, dots);
  const std::string_view max = raw.substr(dots + 2);
  element.has_min = !min.empty();
  element.has_max = !max.empty();
  if (element.has_min && !decode_number(min, element.min)) return false;
  if (max == "*") {
    element.max = ElementDefinition::kUnbounded;
    return true;
  }
  return !element.has_max || decode_number(max, element.max);
}

bool read_value(std::string_view key, std::string_view prefix, std::string_view json,
                DefinedValue& value) {
  value.type = choice_type(key.substr(prefix.size()));
  value.json = json;
  return !json.empty();
}

bool read_binding(std::string_view raw, ElementDefinition& element) {
  std::string strength;
  if (!decode_pair(raw, strength, element.binding.value_set)) return false;
  const auto value = value_of<BindingStrength>(kStrengthWords, strength);
  if (!value) return false;
  element.binding.strength = *value;
  element.has_binding = true;
  return true;
}

bool read_slicing(std::string_view raw, Slicing& slicing) {
  const auto rules = value_of<SlicingRules>(kSlicingWords, raw);
  if (!rules) return false;
  slicing.rules = *rules;
  slicing.present = true;
  return true;
}

bool read_discriminator(std::string_view raw, Slicing& slicing) {
  std::string type;
  Discriminator discriminator;
  if (!decode_pair(raw, type, discriminator.path)) return false;
  const auto value = value_of<DiscriminatorType>(kDiscriminatorTextWords, type);
  if (!value) return false;
  discriminator.type = *value;
  slicing.discriminators.push_back(std::move(discriminator));
  return true;
}

bool read_element_fact(std::string_view key, std::string_view raw, ConstraintSet& set,
                       ElementDefinition& element) {
  if (key == "constraints") return read_constraints(raw, set, element.constraints);
  if (key == "binding") return read_binding(raw, element);
  if (key == "slicing") return read_slicing(raw, element.slicing);
  if (key == "by") return read_discriminator(raw, element.slicing);
  if (key == "path") return decode(raw, element.path);
  if (key == "slice") return decode(raw, element.slice_name);
  if (key == "ref") return decode(raw, element.content_reference);
  if (key == "regex") return decode(raw, element.regex);
  if (key == "maxLength") return decode_number(raw, element.max_length);
  if (key == "maxValueSet") return decode(raw, element.binding.max_value_set);
  if (key == "additional") {
    AdditionalBinding& additional = element.additional_bindings.emplace_back();
    return decode_pair(raw, additional.purpose, additional.value_set);
  }
  if (key.starts_with("fixed")) return read_value(key, "fixed", raw, element.fixed);
  if (key.starts_with("pattern")) return read_value(key, "pattern", raw, element.pattern);
  if (key.starts_with("minValue")) return read_value(key, "minValue", raw, element.min_value);
  if (key.starts_with("maxValue")) return read_value(key, "maxValue", raw, element.max_value);
  return false;
}

bool read_element_flag(std::string_view flag, ElementDefinition& element) {
  if (flag == "mustSupport") return element.must_support = true;
  if (flag == "isModifier") return element.is_modifier = true;
  if (flag == "xmlAttr") return element.xml_attribute = true;
  if (flag == "ordered") return element.slicing.ordered = true;
  if (flag == "sliceIsConstraining") return element.slice_is_constraining = true;
  return false;
}

bool read_element(std::string_view line, ConstraintSet& set, ElementDefinition& element) {
  Words words(line);
  Word word;
  if (!words.next(word) || word.kind != Word::Kind::kWord || !decode(word.value, element.id)) {
    return false;
  }
  element.path = path_of_id(element.id);
  element.slice_name = slice_of_id(element.id);
  if (!words.next(word) || !read_cardinality(word.value, element)) return false;
  while (words.next(word)) {
    if (word.kind == Word::Kind::kFlag) {
      if (!read_element_flag(word.key, element)) return false;
    } else if (word.kind == Word::Kind::kWord) {
      if (!read_type(word.value, element.types.emplace_back())) return false;
    } else if (!read_element_fact(word.key, word.value, set, element)) {
      return false;
    }
  }
  return !words.faulty();
}

bool read_structure_fact(std::string_view key, std::string_view raw,
                         StructureDefinition& structure) {
  if (key == "version") return decode(raw, structure.version);
  if (key == "name") return decode(raw, structure.name);
  if (key == "type") return decode(raw, structure.type);
  if (key == "base") return take_atom(raw, structure.base, true) && raw.empty();
  if (key == "status") return decode(raw, structure.status);
  if (key == "invariant") return decode(raw, structure.context_invariants.emplace_back());
  if (key == "impose") return decode(raw, structure.impose_profiles.emplace_back());
  if (key == "context") {
    ExtensionContext& context = structure.contexts.emplace_back();
    return decode_pair(raw, context.type, context.expression);
  }
  if (key == "kind") {
    const auto kind = value_of<StructureKind>(kStructureWords, raw);
    if (kind) structure.kind = *kind;
    return kind.has_value();
  }
  return false;
}

// A raw word without its quotes: for what has no escapes.
std::string_view unquoted(std::string_view raw) {
  return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : raw;
}

void read_place_fact(const Word& word, DefinitionPlace& place) {
  if (word.kind == Word::Kind::kFlag) place.constraint |= word.key == "constraint";
  if (word.kind != Word::Kind::kFact) return;
  if (word.key == "version") place.version = unquoted(word.value);
  if (word.key == "name") place.name = unquoted(word.value);
  if (word.key == "type") place.type = unquoted(word.value);
  if (word.key == "supplements") place.supplements = unquoted(word.value);
}

// The lines above the constraints as word and rest.
std::vector<std::pair<std::string_view, std::string_view>> preamble_of(std::string_view text) {
  std::vector<std::pair<std::string_view, std::string_view>> facts;
  Lines lines(text);
  std::string_view line;
  while (lines.next(line) && !line.empty() && !line.starts_with("constraint ")) {
    const std::size_t end = find_stop<' '>(line, 0);
    facts.emplace_back(line.substr(0, end), line.substr(std::min(end + 1, line.size())));
  }
  return facts;
}

}  // namespace

std::string_view kind_word(DefinitionKind kind) { return word_of(kKindWords, kind); }

ConstraintLines::ConstraintLines(std::string_view text) {
  constexpr std::string_view kStart = "constraint ";
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    if (line.starts_with(kStart)) {
      line.remove_prefix(kStart.size());
      const std::size_t end = line.find(' ');
      if (end == std::string_view::npos || end == 0) continue;
      lines_.emplace_back(line.substr(0, end), line.substr(end));
    } else if (DefinitionPlace place; read_place(line, place)) {
      break;
    }
  }
  std::sort(lines_.begin(), lines_.end());
}

std::string_view ConstraintLines::find(std::string_view name) const {
  const auto at = std::lower_bound(
      lines_.begin(), lines_.end(), name,
      [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return at != lines_.end() && at->first == name ? at->second : std::string_view();
}

bool read_place(std::string_view text, DefinitionPlace& place) {
  Words words(text.substr(0, std::min(text.find('\n'), text.size())));
  Word word;
  if (!words.next(word)) return false;
  const auto kind = value_of<DefinitionKind>(kKindWords, word.value);
  if (!kind || !words.next(word) || word.kind == Word::Kind::kFlag) return false;
  place = {};
  place.kind = *kind;
  place.url = unquoted(raw_of(word));
  while (words.next(word)) read_place_fact(word, place);
  place.text = text;
  return true;
}

std::vector<DefinitionPlace> index_definitions(std::string_view text) {
  std::vector<DefinitionPlace> places;
  std::size_t start = 0;
  std::size_t open = std::string_view::npos;
  const auto close = [&](std::size_t end) {
    DefinitionPlace place;
    if (open != std::string_view::npos && read_place(text.substr(open, end - open), place)) {
      places.push_back(place);
    }
  };
  while (start < text.size()) {
    if (text[start] == 's' || text[start] == 'v' || text[start] == 'c') {
      DefinitionPlace place;
      if (read_place(text.substr(start), place)) {
        close(start);
        open = start;
      }
    }
    const std::size_t end = text.find('\n', start);
    start = end == std::string_view::npos ? text.size() : end + 1;
  }
  close(text.size());
  return places;
}

std::string_view package_of(std::string_view text) {
  for (const auto& [word, value] : preamble_of(text)) {
    if (word == "package") return unquoted(value);
  }
  return {};
}

Result<StructureDefinition> read_structure(std::string_view text, const ConstraintLines& lines) {
  StructureDefinition structure;
  Lines text_lines(text);
  std::string_view line;
  bool differential = false;
  const auto on_fact = [&](const Word& word) {
    if (word.kind == Word::Kind::kFact) return read_structure_fact(word.key, word.value, structure);
    if (word.key == "constraint") return structure.constraint = true;
    if (word.key == "abstract") return structure.abstract = true;
    return word.key == "differential" && (differential = true);
  };
  if (!text_lines.next(line) ||
      !read_head(line, DefinitionKind::kStructure, structure.url, on_fact)) {
    return text_fault(text_lines, line);
  }
  std::vector<ElementDefinition>& elements =
      differential ? structure.differential : structure.snapshot;
  elements.reserve(count_lines(text));
  ConstraintSet set(lines);
  while (text_lines.next(line)) {
    if (line.empty()) continue;
    if (!read_element(line, set, elements.emplace_back())) return text_fault(text_lines, line);
  }
  return structure;
}

Result<PackageDefinitions> read_definitions(std::string_view text) {
  PackageDefinitions package;
  for (const auto& [word, value] : preamble_of(text)) {
    if (word == "package") decode(value, package.name);
    if (word == "depends") decode(value, package.depends.emplace_back());
  }
  const ConstraintLines lines(text);
  for (const DefinitionPlace& place : index_definitions(text)) {
    switch (place.kind) {
      case DefinitionKind::kStructure: {
        auto structure = read_structure(place.text, lines);
        if (!structure) return tl::unexpected(std::move(structure.error()));
        package.structures.push_back(std::move(*structure));
        break;
      }
      case DefinitionKind::kValueSet: {
        auto value_set = read_value_set(place.text);
        if (!value_set) return tl::unexpected(std::move(value_set.error()));
        package.value_sets.push_back(std::move(*value_set));
        break;
      }
      case DefinitionKind::kCodeSystem: {
        auto system = read_code_system(place.text);
        if (!system) return tl::unexpected(std::move(system.error()));
        package.code_systems.push_back(std::move(*system));
        break;
      }
    }
  }
  return package;
}

}  // namespace oncobridge::profiles
