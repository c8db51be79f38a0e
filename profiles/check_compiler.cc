#include "profiles/check_compiler.h"

#include <algorithm>
#include <map>

#include "profiles/fhirpath_regex.h"
#include "profiles/invariant_programs.h"

namespace oncobridge::profiles {
namespace {

bool same(const DefinedValue& a, const DefinedValue& b) {
  return a.type == b.type && a.json == b.json;
}

bool same_types(const ElementDefinition& a, const ElementDefinition& b) {
  if (a.types.size() != b.types.size()) return false;
  for (std::size_t i = 0; i < a.types.size(); ++i) {
    const TypeRef& x = a.types[i];
    const TypeRef& y = b.types[i];
    if (x.code != y.code || x.profiles != y.profiles || x.target_profiles != y.target_profiles ||
        x.aggregation != y.aggregation || x.version_rule != y.version_rule) {
      return false;
    }
  }
  return true;
}

// A version that one of them leaves out makes no difference.
bool same_value_set(std::string_view a, std::string_view b) {
  const Canonical x = split_canonical(a);
  const Canonical y = split_canonical(b);
  return x.url == y.url && (x.version == y.version || x.version.empty() || y.version.empty());
}

bool states(const ElementDefinition* definition, const Constraint& constraint) {
  return definition != nullptr &&
         std::any_of(definition->constraints.begin(), definition->constraints.end(),
                     [&](const Constraint& other) {
                       return other.key == constraint.key &&
                              other.expression == constraint.expression;
                     });
}

}  // namespace

Checks::Checks() = default;
Checks::~Checks() = default;

bool is_held_by_walk(const Constraint& constraint) {
  struct Held {
    std::string_view key;
    std::string_view begins;  // the expression: a profile may have a rule of its own by that key
  };
  static constexpr Held kHeld[] = {
      {"bdl-11", "type = 'document' implies entry.first()"},
      {"bdl-12", "type = 'message' implies entry.first()"},
      {"dom-3", "contained.where((('#'+id in (%resource.descendants()"},
      {"ele-1", "hasValue() or (children().count() > id.count())"},
      {"ext-1", "extension.exists() != value.exists()"},
      {"txt-1", "htmlChecks()"},
      {"txt-2", "htmlChecks()"},
  };
  return std::any_of(std::begin(kHeld), std::end(kHeld), [&](const Held& held) {
    return constraint.key == held.key && constraint.expression.starts_with(held.begins);
  });
}

struct CheckCompiler::Expressions {
  std::mutex mutex;
  std::map<std::string, InvariantProgram, std::less<>> by_text;
};

CheckCompiler::CheckCompiler() : expressions_(std::make_unique<Expressions>()) {}
CheckCompiler::~CheckCompiler() = default;

std::unique_ptr<Checks> CheckCompiler::make(const StructureDefinition& structure,
                                            const ElementDefinition& element,
                                            const ElementDefinition* base,
                                            const ElementDefinition* type_root) {
  auto checks = std::make_unique<Checks>();
  checks->structure = &structure;
  checks->definition = &element;
  bool any = false;
  for (const Constraint& constraint : element.constraints) {
    if (is_held_by_walk(constraint) || constraint.expression.empty()) continue;
    if (states(base, constraint) || states(type_root, constraint)) continue;
    checks->invariants.push_back(make_invariant(structure, constraint));
    any = true;
  }
  if (base == nullptr || !same_types(element, *base)) {
    checks->types = make_types(element);
    checks->narrows_types = base != nullptr && element.types.size() < base->types.size();
    for (const TypeRule& rule : checks->types) {
      checks->has_profiles |= !rule.profiles.empty();
      checks->has_targets |= !rule.targets.empty() || rule.aggregation != 0 ||
                             rule.version_rule != VersionRule::kEither;
    }
    any |= checks->narrows_types || checks->has_profiles || checks->has_targets;
  }
  const auto value = [&](const DefinedValue& own, const DefinedValue* of_base) {
    if (own.empty() || (of_base != nullptr && same(own, *of_base))) {
      return std::unique_ptr<ValueTree>();
    }
    any = true;
    return make_value(own);
  };
  checks->fixed = value(element.fixed, base ? &base->fixed : nullptr);
  checks->pattern = value(element.pattern, base ? &base->pattern : nullptr);
  checks->min_value = value(element.min_value, base ? &base->min_value : nullptr);
  checks->max_value = value(element.max_value, base ? &base->max_value : nullptr);
  if (element.max_length != 0 && (base == nullptr || base->max_length != element.max_length)) {
    checks->max_length = element.max_length;
    any = true;
  }
  // The patterns of the primitive types themselves are in primitive.cc.
  if (base != nullptr && !element.regex.empty() && element.regex != base->regex) {
    checks->regex = std::make_unique<const fhirpath::Pattern>(element.regex);
    any = true;
  }
  if (element.has_binding && element.binding.strength != BindingStrength::kExample) {
    const bool repeats = base != nullptr && base->has_binding &&
                         base->binding.strength >= element.binding.strength &&
                         same_value_set(base->binding.value_set, element.binding.value_set) &&
                         same_value_set(base->binding.max_value_set, element.binding.max_value_set);
    if (!repeats && !element.binding.value_set.empty()) {
      checks->bindings.push_back(make_binding(element.binding));
      any = true;
    }
  }
  for (const AdditionalBinding& binding : element.additional_bindings) {
    if (binding.purpose != "required" && binding.purpose != "maximum") continue;
    checks->bindings.push_back(make_binding({BindingStrength::kRequired, binding.value_set, ""}));
    any = true;
  }
  checks->asks_type = !checks->types.empty() && (checks->narrows_types || checks->has_profiles);
  checks->asks_value = checks->fixed != nullptr || checks->pattern != nullptr ||
                       checks->max_length != 0 || checks->min_value != nullptr ||
                       checks->max_value != nullptr || checks->regex != nullptr;
  return any ? std::move(checks) : nullptr;
}

Invariant CheckCompiler::make_invariant(const StructureDefinition& structure,
                                        const Constraint& constraint) {
  Invariant invariant;
  invariant.constraint = &constraint;
  invariant.best_practice = constraint.best_practice;
  invariant.structure = &structure;
  const std::lock_guard lock(expressions_->mutex);
  auto found = expressions_->by_text.find(constraint.expression);
  if (found == expressions_->by_text.end()) {
    found = expressions_->by_text
                .emplace(constraint.expression, compile_invariant(constraint, schema_->names()))
                .first;
  }
  invariant.expression = found->second.expression.get();
  invariant.native = found->second.native;
  invariant.true_without = found->second.true_without;
  invariant.fault = found->second.fault;
  return invariant;
}

std::vector<TypeRule> CheckCompiler::make_types(const ElementDefinition& element) const {
  std::vector<TypeRule> rules;
  const auto refs = [&](const std::vector<std::string>& canonicals) {
    std::vector<ProfileRef> result;
    for (const std::string& canonical : canonicals) {
      const StructureDefinition* structure = schema_->store().find_structure(canonical);
      result.push_back({canonical, structure == nullptr ? "" : structure->type,
                        structure != nullptr && !structure->constraint,
                        "a resource of " + canonical});
    }
    return result;
  };
  for (const TypeRef& ref : element.types) {
    TypeRule rule;
    rule.code = ref.code;
    // The profiles of extensions are found by url when the extension itself is judged.
    if (ref.code != "Extension") rule.profiles = refs(ref.profiles);
    rule.targets = refs(ref.target_profiles);
    rule.aggregation = ref.aggregation;
    rule.version_rule = ref.version_rule;
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::unique_ptr<ValueTree> CheckCompiler::make_value(const DefinedValue& value) const {
  auto tree = std::make_unique<ValueTree>(schema_->names());
  tree->json = value.json;
  tree->type = value.type;
  tree->tape.read_json(tree->json);
  return tree;
}

std::unique_ptr<BindingRule> CheckCompiler::make_binding(const Binding& binding) {
  auto rule = std::make_unique<BindingRule>();
  rule->strength = binding.strength;
  rule->value_set = binding.value_set;
  rule->max_value_set = binding.max_value_set;
  return rule;
}

}  // namespace oncobridge::profiles
