#include "profiles/snapshot_merge.h"

#include <algorithm>
#include <array>

#include "profiles/snapshot_tree.h"

namespace oncobridge::profiles {
namespace {

constexpr std::array<std::string_view, 7> kBindable = {
    "code", "Coding", "CodeableConcept", "Quantity", "string", "uri", "Extension"};

void merge_constraints(ElementDefinition& element, const std::vector<Constraint>& constraints,
                       std::string_view source) {
  for (const Constraint& constraint : constraints) {
    // By the key alone a rule of the profile's own would be lost behind one of the base.
    const auto same = std::find_if(
        element.constraints.begin(), element.constraints.end(), [&](const Constraint& known) {
          return known.key == constraint.key && known.expression == constraint.expression;
        });
    if (same != element.constraints.end()) continue;
    element.constraints.push_back(constraint);
    if (element.constraints.back().source.empty()) element.constraints.back().source = source;
  }
}

void merge_slicing(Slicing& slicing, const Slicing& change) {
  if (!change.present) return;
  std::vector<Discriminator> discriminators = std::move(slicing.discriminators);
  slicing = change;
  if (slicing.discriminators.empty()) slicing.discriminators = std::move(discriminators);
}

bool is_bindable(const ElementDefinition& element) {
  return element.types.empty() ||
         std::any_of(element.types.begin(), element.types.end(), [](const TypeRef& type) {
           return std::find(kBindable.begin(), kBindable.end(), type.code) != kBindable.end();
         });
}

}  // namespace

void merge_element(ElementDefinition& element, const ElementDefinition& change,
                   std::string_view source) {
  if (change.has_min) element.min = change.min;
  if (change.has_max) element.max = change.max;
  if (!change.types.empty()) element.types = change.types;
  // A constraint cannot turn an element with a type into a reference to another.
  if (element.types.empty() && !change.content_reference.empty()) {
    element.content_reference = change.content_reference;
  }
  if (!change.fixed.empty()) element.fixed = change.fixed;
  if (!change.pattern.empty()) element.pattern = change.pattern;
  if (!change.min_value.empty()) element.min_value = change.min_value;
  if (!change.max_value.empty()) element.max_value = change.max_value;
  if (change.max_length != 0) element.max_length = change.max_length;
  if (!change.regex.empty()) element.regex = change.regex;
  if (change.has_binding) {
    element.has_binding = true;
    element.binding.strength = change.binding.strength;
    if (!change.binding.value_set.empty()) element.binding.value_set = change.binding.value_set;
    element.binding.max_value_set = change.binding.max_value_set;
    element.additional_bindings = change.additional_bindings;
  }
  if (!change.types.empty() && element.has_binding && !is_bindable(element)) {
    element.has_binding = false;
    element.binding = {};
    element.additional_bindings.clear();
  }
  merge_slicing(element.slicing, change.slicing);
  merge_constraints(element, change.constraints, source);
  element.slice_is_constraining = element.slice_is_constraining || change.slice_is_constraining;
  element.must_support = element.must_support || change.must_support;
  // Only an extension may make a modifier of itself (ElementDefinition.isModifier, rule sdf-).
  if (change.path == "Extension") element.is_modifier = element.is_modifier || change.is_modifier;
  element.xml_attribute = element.xml_attribute || change.xml_attribute;
  element.has_min = element.has_max = true;
}

void take_profile_root(ElementDefinition& element, const ElementDefinition& root) {
  element.must_support = element.must_support || root.must_support;
  if (root.path != "Extension") return;
  element.min = root.min;
  element.max = root.max;
  element.is_modifier = element.is_modifier || root.is_modifier;
  merge_constraints(element, root.constraints, {});
}

bool is_direct_slice(std::string_view of, std::string_view slice) {
  if (of.empty()) return !slice.empty() && slice.find('/') == std::string_view::npos;
  return slice.starts_with(of) && slice.size() > of.size() && slice[of.size()] == '/' &&
         slice.find('/', of.size() + 1) == std::string_view::npos;
}

const TypeRef* choice_type(const ElementDefinition& element, std::string_view name) {
  std::string_view stem = last_name(element.path);
  if (!stem.ends_with("[x]")) return nullptr;
  stem.remove_suffix(3);
  if (!name.starts_with(stem)) return nullptr;
  const std::string_view rest = name.substr(stem.size());
  for (const TypeRef& type : element.types) {
    if (type.code.size() != rest.size() || rest.empty()) continue;
    const char first = type.code[0];
    const bool lower = first >= 'a' && first <= 'z';
    if (rest[0] == (lower ? static_cast<char>(first - 32) : first) &&
        rest.substr(1) == std::string_view(type.code).substr(1)) {
      return &type;
    }
  }
  return nullptr;
}

Slicing implied_slicing(std::string_view name) {
  Slicing slicing;
  slicing.present = true;
  if (name == "extension" || name == "modifierExtension") {
    slicing.discriminators = {{DiscriminatorType::kValue, "url"}};
  } else if (name.ends_with("[x]")) {
    slicing.discriminators = {{DiscriminatorType::kType, "$this"}};
  }
  return slicing;
}

}  // namespace oncobridge::profiles
