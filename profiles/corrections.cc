#include "profiles/corrections.h"

#include "profiles/definition_scan.h"

namespace oncobridge::profiles {
namespace {

// True if `path` is `pattern`, whose `*` stands for one name.
bool fits(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() || !path.empty()) {
    const std::string_view wanted = pattern.substr(0, std::min(pattern.find('.'), pattern.size()));
    const std::string_view name = path.substr(0, std::min(path.find('.'), path.size()));
    if (wanted.empty() || name.empty() || (wanted != "*" && wanted != name)) return false;
    pattern.remove_prefix(std::min(wanted.size() + 1, pattern.size()));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
  }
  return true;
}

}  // namespace

Corrections::Corrections(std::string_view text) {
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> parts;
    Words words(line);
    for (Word word; words.next(word);) {
      if (!decode(raw_of(word), parts.emplace_back())) break;
    }
    if (parts.size() == 5 && parts[0] == "type") {
      const auto kind = value_of<StructureKind>(kStructureWords, parts[1]);
      if (kind) types_.push_back({*kind, parts[2], parts[3], parts[4]});
    } else if (parts.size() == 4 && parts[0] == "expression") {
      expressions_.push_back({parts[1], parts[2], parts[3]});
    } else if (parts.size() == 4 && parts[0] == "binding") {
      const auto from = value_of<BindingStrength>(kStrengthWords, parts[2]);
      const auto to = value_of<BindingStrength>(kStrengthWords, parts[3]);
      if (from && to) bindings_.push_back({parts[1], *from, *to});
    }
  }
}

void Corrections::apply(StructureDefinition& structure) const {
  for (auto* view : {&structure.snapshot, &structure.differential}) {
    for (ElementDefinition& element : *view) apply(structure.kind, element);
  }
}

void Corrections::apply(StructureKind kind, ElementDefinition& element) const {
  for (const TypeCorrection& correction : types_) {
    if (correction.kind != kind || !fits(correction.path, element.path)) continue;
    for (TypeRef& type : element.types) {
      if (type.code == correction.from) type.code = correction.to;
    }
  }
  for (const BindingCorrection& correction : bindings_) {
    if (element.has_binding && element.binding.strength == correction.from &&
        split_canonical(element.binding.value_set).url == correction.url) {
      element.binding.strength = correction.to;
    }
  }
  for (Constraint& constraint : element.constraints) {
    for (const ExpressionCorrection& correction : expressions_) {
      const bool is_key = correction.key == "*" || constraint.key == correction.key;
      if (is_key && constraint.expression == correction.from) {
        constraint.expression = correction.to;
      }
    }
  }
}

}  // namespace oncobridge::profiles
