// Writing the text form; the form itself is described in definition_text.h.
#include <algorithm>
#include <map>

#include "oncobridge/fhir/json_document.h"
#include "profiles/definition_names.h"
#include "profiles/definition_text.h"
#include "profiles/definition_words.h"

namespace oncobridge::profiles {
namespace {

// Constraints seen so far, each under a name of its own.
class ConstraintNames {
 public:
  // A name that needs no quotes: the key where it can be, with a number where it is taken.
  const std::string& name_of(const Constraint& constraint) {
    std::string line = constraint.warning ? " warning" : " error";
    append_facts(line, constraint);
    const auto [entry, is_new] = names_.try_emplace(constraint.key + '\n' + line);
    if (is_new) {
      const bool plain = !constraint.key.empty() &&
                         std::all_of(constraint.key.begin(), constraint.key.end(), is_plain) &&
                         constraint.key[0] != '+' && constraint.key[0] != '=';
      const std::string base = plain ? constraint.key : "constraint";
      entry->second = base;
      for (int number = 2; lines_.contains(entry->second); ++number) {
        entry->second = base + '~' + std::to_string(number);
      }
      std::string key;
      if (entry->second != constraint.key) append_word(key += " key=", constraint.key);
      lines_.emplace(entry->second, "constraint " + entry->second + key + line + '\n');
    }
    return entry->second;
  }

  void append_lines(std::string& out) const {
    for (const auto& [name, line] : lines_) out += line;
  }

 private:
  static void append_facts(std::string& out, const Constraint& constraint) {
    if (constraint.best_practice) out += " +bestPractice";
    if (!constraint.source.empty()) {
      out += " source=";
      append_word(out, constraint.source);
    }
    if (!constraint.expression.empty()) {
      out += " expression=";
      append_json_string(out, constraint.expression);
    }
  }

  std::map<std::string, std::string> names_;
  std::map<std::string, std::string> lines_;
};

// A word at the start of a line, which must not look like key=value.
void append_first_word(std::string& out, std::string_view text) {
  if (text.find('=') == std::string_view::npos) {
    append_word(out, text);
  } else {
    append_json_string(out, text);
  }
}

void append_fact(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += ' ';
  out += key;
  out += '=';
  append_word(out, value);
}

void append_flag(std::string& out, std::string_view flag, bool set) {
  if (!set) return;
  out += " +";
  out += flag;
}

// A canonical where those of FHIR itself may be short.
void append_canonical(std::string& out, std::string_view canonical) {
  if (canonical.starts_with(kStructurePrefix)) {
    const std::string_view rest = canonical.substr(kStructurePrefix.size());
    if (!rest.empty() && rest.find(':') == std::string_view::npos && rest[0] != '=' &&
        rest[0] != '+' && std::all_of(rest.begin(), rest.end(), is_plain)) {
      out += rest;
      return;
    }
  }
  if (canonical.find(':') == std::string_view::npos) out += '=';
  append_atom(out, canonical);
}

void append_canonicals(std::string& out, char open, const std::vector<std::string>& canonicals,
                       char close) {
  if (canonicals.empty()) return;
  out += open;
  for (std::size_t i = 0; i < canonicals.size(); ++i) {
    if (i > 0) out += ',';
    append_canonical(out, canonicals[i]);
  }
  out += close;
}

void append_type(std::string& out, const TypeRef& type) {
  out += ' ';
  append_atom(out, type.code);
  append_canonicals(out, '[', type.profiles, ']');
  append_canonicals(out, '(', type.target_profiles, ')');
  std::string rules;
  for (std::size_t bit = 0; bit < kAggregationWords.size(); ++bit) {
    if ((type.aggregation & (1u << bit)) == 0) continue;
    if (!rules.empty()) rules += ',';
    rules += kAggregationWords[bit];
  }
  if (type.version_rule != VersionRule::kEither) {
    if (!rules.empty()) rules += ',';
    rules += word_of(kVersionWords, type.version_rule);
  }
  if (!rules.empty()) out += '{' + rules + '}';
}

void append_value(std::string& out, std::string_view prefix, const DefinedValue& value) {
  if (value.empty()) return;
  out += ' ';
  out += prefix;
  append_choice_suffix(out, value.type);
  out += '=';
  out += value.json;
}

void append_binding(std::string& out, const ElementDefinition& element) {
  if (element.has_binding) {
    std::string binding(word_of(kStrengthWords, element.binding.strength));
    append_fact(out, "binding", binding + ':' + element.binding.value_set);
    append_fact(out, "maxValueSet", element.binding.max_value_set);
  }
  for (const AdditionalBinding& additional : element.additional_bindings) {
    append_fact(out, "additional", additional.purpose + ':' + additional.value_set);
  }
}

void append_slicing(std::string& out, const Slicing& slicing) {
  if (!slicing.present) return;
  append_fact(out, "slicing", word_of(kSlicingWords, slicing.rules));
  append_flag(out, "ordered", slicing.ordered);
  for (const Discriminator& discriminator : slicing.discriminators) {
    std::string by(word_of(kDiscriminatorTextWords, discriminator.type));
    append_fact(out, "by", by + ':' + discriminator.path);
  }
}

void append_cardinality(std::string& out, const ElementDefinition& element) {
  out += ' ';
  if (element.has_min) out += std::to_string(element.min);
  out += "..";
  if (!element.has_max) return;
  out += element.max == ElementDefinition::kUnbounded ? "*" : std::to_string(element.max);
}

void append_constraints(std::string& out, const ElementDefinition& element,
                        ConstraintNames& names) {
  for (std::size_t i = 0; i < element.constraints.size(); ++i) {
    out += i == 0 ? " constraints=" : ",";
    out += names.name_of(element.constraints[i]);
  }
}

void append_element(std::string& out, const ElementDefinition& element, ConstraintNames& names) {
  out += "  ";
  append_first_word(out, element.id);
  append_cardinality(out, element);
  for (const TypeRef& type : element.types) append_type(out, type);
  if (const std::string path = path_of_id(element.id); path != element.path) {
    out += " path=";
    append_word(out, element.path);
  }
  if (slice_of_id(element.id) != element.slice_name) {
    out += " slice=";
    append_word(out, element.slice_name);
  }
  append_flag(out, "sliceIsConstraining", element.slice_is_constraining);
  append_fact(out, "ref", element.content_reference);
  append_value(out, "fixed", element.fixed);
  append_value(out, "pattern", element.pattern);
  append_value(out, "minValue", element.min_value);
  append_value(out, "maxValue", element.max_value);
  if (element.max_length > 0) append_fact(out, "maxLength", std::to_string(element.max_length));
  append_binding(out, element);
  append_slicing(out, element.slicing);
  append_fact(out, "regex", element.regex);
  append_constraints(out, element, names);
  append_flag(out, "mustSupport", element.must_support);
  append_flag(out, "isModifier", element.is_modifier);
  append_flag(out, "xmlAttr", element.xml_attribute);
  out += '\n';
}

void append_head(std::string& out, DefinitionKind kind, std::string_view url,
                 std::string_view version, std::string_view name) {
  out += word_of(kKindWords, kind);
  out += ' ';
  append_first_word(out, url);
  append_fact(out, "version", version);
  append_fact(out, "name", name);
}

void append_definition(std::string& out, const StructureDefinition& structure,
                       ConstraintNames& names) {
  append_head(out, DefinitionKind::kStructure, structure.url, structure.version, structure.name);
  append_fact(out, "kind", word_of(kStructureWords, structure.kind));
  append_fact(out, "type", structure.type);
  if (!structure.base.empty()) {
    out += " base=";
    append_canonical(out, structure.base);
  }
  append_fact(out, "status", structure.status);
  append_flag(out, "constraint", structure.constraint);
  append_flag(out, "abstract", structure.abstract);
  const bool has_snapshot = !structure.snapshot.empty();
  append_flag(out, "differential", !has_snapshot && !structure.differential.empty());
  for (const ExtensionContext& context : structure.contexts) {
    append_fact(out, "context", context.type + ':' + context.expression);
  }
  for (const std::string& invariant : structure.context_invariants) {
    append_fact(out, "invariant", invariant);
  }
  for (const std::string& profile : structure.impose_profiles) append_fact(out, "impose", profile);
  out += '\n';
  for (const ElementDefinition& element :
       has_snapshot ? structure.snapshot : structure.differential) {
    append_element(out, element, names);
  }
}

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    out += ' ';
    append_json_string(out, text);
  }
}

// `CODE "display" "another display"`; a code without display and designations is a word alone.
void append_code(std::string& out, std::string_view code, const std::string& display,
                 const std::vector<std::string>& designations) {
  append_first_word(out, code);
  if (display.empty() && designations.empty()) return;
  out += ' ';
  append_json_string(out, display);
  append_texts(out, designations);
}

void append_part(std::string& out, std::string_view word, const ValueSetPart& part) {
  out += "  ";
  out += word;
  append_fact(out, "system", part.system);
  append_fact(out, "version", part.version);
  for (const std::string& value_set : part.value_sets) append_fact(out, "valueSet", value_set);
  out += '\n';
  for (const ValueSetFilter& filter : part.filters) {
    out += "  filter ";
    append_word(out, filter.property);
    out += ' ';
    append_word(out, filter.op);
    out += ' ';
    append_word(out, filter.value);
    out += '\n';
  }
  for (const ValueSetCode& code : part.codes) {
    out += "    ";
    append_code(out, code.code, code.display, code.designations);
    out += '\n';
  }
}

void append_expansion(std::string& out, const ValueSet& value_set) {
  if (!value_set.has_expansion) return;
  out += "  expansion";
  append_flag(out, "complete", value_set.expansion_complete);
  out += '\n';
  const ExpansionCode* last = nullptr;
  for (const ExpansionCode& code : value_set.expansion) {
    if (last == nullptr || last->system != code.system || last->version != code.version) {
      out += "  contains";
      append_fact(out, "system", code.system);
      append_fact(out, "version", code.version);
      out += '\n';
    }
    last = &code;
    out += "    ";
    append_code(out, code.code, code.display, {});
    append_flag(out, "abstract", code.is_abstract);
    out += '\n';
  }
}

void append_definition(std::string& out, const ValueSet& value_set) {
  append_head(out, DefinitionKind::kValueSet, value_set.url, value_set.version, value_set.name);
  append_flag(out, "activeOnly", value_set.active_only);
  out += '\n';
  for (const ValueSetPart& part : value_set.parts) {
    append_part(out, part.exclude ? "exclude" : "include", part);
  }
  append_expansion(out, value_set);
}

void append_definition(std::string& out, const CodeSystem& system) {
  append_head(out, DefinitionKind::kCodeSystem, system.url, system.version, system.name);
  append_fact(out, "content", word_of(kContentWords, system.content));
  append_fact(out, "supplements", system.supplements);
  append_fact(out, "valueSet", system.value_set);
  append_flag(out, "caseInsensitive", !system.case_sensitive);
  out += '\n';
  std::vector<std::uint32_t> depths(system.concepts.size(), 0);
  for (std::size_t i = 0; i < system.concepts.size(); ++i) {
    const Concept& entry = system.concepts[i];
    if (entry.parent >= 0) depths[i] = depths[static_cast<std::size_t>(entry.parent)] + 1;
    out.append(2 + 2 * static_cast<std::size_t>(depths[i]), ' ');
    append_code(out, entry.code, entry.display, entry.designations);
    for (const ConceptProperty& property : entry.properties) {
      out += ' ';
      append_atom(out, property.code);
      out += '=';
      append_word(out, property.value);
    }
    append_flag(out, "abstract", entry.is_abstract);
    append_flag(out, "inactive", entry.inactive);
    out += '\n';
  }
}

}  // namespace

std::string path_of_id(std::string_view id) {
  if (id.find(':') == std::string_view::npos) return std::string(id);
  std::string path;
  path.reserve(id.size());
  bool in_slice = false;
  for (const char c : id) {
    if (c == '.') in_slice = false;
    if (c == ':') in_slice = true;
    if (!in_slice) path += c;
  }
  return path;
}

std::string_view slice_of_id(std::string_view id) {
  const std::size_t dot = id.rfind('.');
  if (dot != std::string_view::npos) id.remove_prefix(dot + 1);
  const std::size_t colon = id.find(':');
  return colon == std::string_view::npos ? std::string_view() : id.substr(colon + 1);
}

std::string write_definitions(const PackageDefinitions& package) {
  ConstraintNames names;
  std::string body;
  for (const StructureDefinition& structure : package.structures) {
    append_definition(body, structure, names);
  }
  for (const ValueSet& value_set : package.value_sets) append_definition(body, value_set);
  for (const CodeSystem& system : package.code_systems) append_definition(body, system);
  std::string out = "oncobridge definitions 1\npackage ";
  append_word(out, package.name);
  out += '\n';
  for (const std::string& name : package.depends) {
    out += "depends ";
    append_word(out, name);
    out += '\n';
  }
  names.append_lines(out);
  return out + '\n' + body;
}

std::string to_text(const StructureDefinition& definition) {
  ConstraintNames names;
  std::string body;
  append_definition(body, definition, names);
  std::string out;
  names.append_lines(out);
  return out + body;
}

std::string to_text(const ValueSet& definition) {
  std::string out;
  append_definition(out, definition);
  return out;
}

std::string to_text(const CodeSystem& definition) {
  std::string out;
  append_definition(out, definition);
  return out;
}

}  // namespace oncobridge::profiles
