// Extensions: defined, allowed at their place, as their definition says.
#include <algorithm>
#include <array>

#include "profiles/judge.h"
#include "profiles/judge_host.h"
#include "profiles/primitive.h"

namespace oncobridge::profiles {
namespace {

// Hosts of examples, and families of extensions that tools define beside R4: not known is no fault.
constexpr std::array kForeign = {
    std::string_view("http://hl7.org/fhir/tools/StructureDefinition/"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/instance-name"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/instance-description"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/structuredefinition-expression"),
};
constexpr std::array kExampleHosts = {std::string_view("example.org"), std::string_view("acme.com"),
                                      std::string_view("nema.org")};

// http://hl7.org/fhir/5.0/StructureDefinition/extension-Patient.x: an element of another FHIR
// version.
bool is_cross_version(std::string_view url) {
  constexpr std::string_view kBase = "http://hl7.org/fhir/";
  if (!url.starts_with(kBase) || url.size() < kBase.size() + 4) return false;
  const std::string_view version = url.substr(kBase.size(), 4);
  return version[0] >= '1' && version[0] <= '6' && version[1] == '.' && version[3] == '/' &&
         url.find("/StructureDefinition/extension-") != std::string_view::npos;
}

// Types of later FHIR versions that contexts name: groups of R4's resources.
bool is_group_of_later_versions(std::string_view type) {
  return type == "CanonicalResource" || type == "MetadataResource" || type == "DataType" ||
         type == "Base" || type == "BackboneType" || type == "PrimitiveType";
}

bool names_type(const Type* type, std::string_view expression) {
  return type != nullptr && type->is_a(expression);
}

}  // namespace

void Judge::check_extension(NodeId id) {
  bool has_value = false;
  bool has_extension = false;
  NodeId url_node = kNoNode;
  for (NodeId at = tape_[id].first; at != kNoNode; at = tape_[at].next) {
    const Element* element = types_[at].element;
    if (element == nullptr) continue;
    has_value |= element->choice == known_.value;
    has_extension |= element->name == known_.extension;
    if (element->name == known_.url) url_node = at;
  }
  if (has_value == has_extension) {
    report(
        RuleId::kInvariant, id,
        [&] {
          return std::string("ext-1: an extension has a value or extensions, ") +
                 (has_value ? "not both" : "and this one has neither");
        },
        types_[id].type->definition);
  }
  if (url_node == kNoNode || tape_[url_node].kind != NodeKind::kString) {
    report(RuleId::kExtensionUrl, id, [] { return "the extension has no url"; });
    return;
  }
  std::string_view url = tape_[url_node].value();
  const NodeId parent = tape_[id].parent;
  const bool nested =
      types_[parent].type != nullptr && types_[parent].type->role == TypeRole::kExtension;
  if (!is_absolute_uri(url)) {
    if (nested) return check_sub_extension(id, url_node);
    report(RuleId::kExtensionUrl, url_node,
           [&] { return "the url of an extension is absolute; found " + shown(url_node); });
    return;
  }
  check_example_url(url_node);
  if (const std::size_t bar = url.find('|'); bar != std::string_view::npos) {
    report(RuleId::kExtensionUrl, id,
           [&] { return "the url of an extension names no version; found " + shown(url_node); });
    url = url.substr(0, bar);
  }
  check_extension_definition(id, url);
}

// A relative url names a part that the definition of the extension around it has
// (FHIR R4 extensibility.html#Extension).
void Judge::check_sub_extension(NodeId id, NodeId url_node) {
  const NodeId parent = tape_[id].parent;
  const ProfileElement* around = defined_extension(parent);
  if (around == nullptr || defined_extension(id) != nullptr) return;
  report(RuleId::kExtensionPart, id, [&] {
    return shown(url_node) + " is no part of the extension " +
           std::string(text_of(parent, known_.url));
  });
}

// What the definition of an extension, or of the extension around it, says of it; null: it is not
// at hand, or has no such part.
const ProfileElement* Judge::defined_extension(NodeId id) {
  const std::string_view url = text_of(id, known_.url);
  if (is_absolute_uri(url)) {
    const Profile* profile = find_profile(url, ProfileForm::kLean);
    const bool extension = profile != nullptr && profile->type->role == TypeRole::kExtension;
    return extension ? &profile->root : nullptr;
  }
  const NodeId parent = tape_[id].parent;
  const Type* type = parent == kNoNode ? nullptr : types_[parent].type;
  if (type == nullptr || type->role != TypeRole::kExtension) return nullptr;
  const ProfileElement* around = defined_extension(parent);
  if (around == nullptr) return nullptr;
  for (const ProfileElement& group : around->children) {
    if (group.name != known_.extension || group.slicing == nullptr) continue;
    for (const SlicingPlan::Slice& slice : group.slicing->slices) {
      for (const SliceTest& test : slice.tests) {
        const Tape* fixed = test.fixed == nullptr ? nullptr : &test.fixed->tape;
        const std::string_view wanted =
            fixed == nullptr ? test.url : (*fixed)[fixed->root()].value();
        if (same_text(wanted, url)) return &slice.element;
      }
    }
  }
  return nullptr;
}

void Judge::check_extension_definition(NodeId id, std::string_view url) {
  const bool in_modifier = tape_.name(id) == "modifierExtension";
  const Profile* profile = find_profile(url, ProfileForm::kLean);
  if (profile == nullptr) {
    if (is_broken(url, id)) return;
    unknown_extension(id, url, in_modifier);
    return;
  }
  const StructureDefinition& definition = *profile->definition;
  if (profile->type->role != TypeRole::kExtension) {
    report(RuleId::kExtensionUnknown, id,
           [&] { return std::string(url) + " is no extension but a " + definition.type; });
    return;
  }
  const bool is_modifier = profile->root.definition->is_modifier;
  if (is_modifier != in_modifier) {
    report(
        RuleId::kExtensionModifier, id,
        [&] {
          return std::string(url) + (is_modifier ? " is a modifier and stands in modifierExtension"
                                                 : " is no modifier and stands in extension");
        },
        &definition);
  }
  check_extension_context(id, definition);
  pending_.push_back({id, resource_, nullptr, profile});
}

// Of an example, a tool or another FHIR version: not known is no fault.
bool Judge::is_foreign(std::string_view url) const {
  return is_cross_version(url) ||
         std::any_of(kForeign.begin(), kForeign.end(),
                     [&](std::string_view start) { return url.starts_with(start); }) ||
         (options_.allow_example_urls &&
          std::any_of(kExampleHosts.begin(), kExampleHosts.end(), [&](std::string_view host) {
            return url.find(host) != std::string_view::npos;
          }));
}

void Judge::unknown_extension(NodeId id, std::string_view url, bool modifier) {
  if (modifier && !is_foreign(url)) {
    report(RuleId::kModifierExtensionUnknown, id, [&] {
      return std::string(url) +
             " is not among the definitions, and a modifier extension that is "
             "not understood makes the resource unusable";
    });
    return;
  }
  if (is_foreign(url) && !options_.strict) {
    not_checked(RuleId::kExtensionNotChecked, id, {}, [&] {
      return "the extension " + std::string(url) + " is not among the definitions";
    });
    return;
  }
  report(RuleId::kExtensionUnknown, id, [&] {
    return "the extension " + std::string(url) +
           " is not among the definitions, so it is not allowed here; name its package with "
           "--package or its definition with --definitions";
  });
}

// StructureDefinition.context: one of them fits the element that carries the extension. Those that
// are expressions wait until all elements have their types.
void Judge::check_extension_context(NodeId id, const StructureDefinition& definition) {
  if (definition.contexts.empty()) return;
  const NodeId parent = tape_[id].parent;
  bool fits = false;
  bool has_expressions = false;
  for (const ExtensionContext& context : definition.contexts) {
    has_expressions |= context.type == "fhirpath";
    fits = fits || fits_context(parent, context);
  }
  if (!definition.context_invariants.empty() || (has_expressions && !fits)) {
    pending_contexts_.push_back({id, &definition, !fits});
  }
  if (!fits && !has_expressions) wrong_context(id, definition);
}

// Of the element that has the extension, at the extension.
void Judge::wrong_context(NodeId id, const StructureDefinition& definition) {
  report_at(
      id, RuleId::kExtensionContext, tape_[id].parent,
      [&] {
        std::string allowed;
        for (const ExtensionContext& context : definition.contexts) {
          allowed += (allowed.empty() ? "" : ", ") + context.expression;
        }
        return "the extension " + definition.url + " stands on " + allowed + " only";
      },
      &definition);
}

bool Judge::fits_context(NodeId parent, const ExtensionContext& context) {
  if (context.type == "extension") {
    return types_[parent].type != nullptr && types_[parent].type->role == TypeRole::kExtension &&
           text_of(parent, known_.url) == context.expression;
  }
  if (context.type == "fhirpath") return false;  // see check_contexts()
  std::string_view expression = context.expression;
  if (const std::size_t hash = expression.find('#'); hash != std::string_view::npos) {
    expression = expression.substr(hash + 1);  // of a profile: the element of its type
  }
  if (expression == "Element" || is_group_of_later_versions(expression)) return true;
  if (names_type(types_[parent].type, expression)) return true;
  const Element* element = types_[parent].element;
  if (element == nullptr) return false;
  const std::string_view path = element->definition->path;
  if (path == expression) return true;
  if (path.ends_with("[x]") && path.substr(0, path.size() - 3) == expression) return true;
  // The element of a base type: `Resource.meta` for Patient.meta, `Quantity.value` for Age.value.
  const std::size_t dot = expression.rfind('.');
  if (dot == std::string_view::npos) return false;
  const NodeId outer = tape_[parent].parent;
  if (outer == kNoNode) return false;
  const std::string_view last = expression.substr(dot + 1);
  const std::string_view name = names_.text(element->choice);
  if ((last == name || (last.ends_with("[x]") && last.substr(0, last.size() - 3) == name)) &&
      names_type(types_[outer].type, expression.substr(0, dot))) {
    return true;
  }
  return is_path_of_elements(parent, expression);
}

// Contexts that are expressions, and what else a definition demands of the place
// (StructureDefinition.context of type fhirpath, StructureDefinition.contextInvariant).
void Judge::check_contexts() {
  for (const PendingContext& pending : pending_contexts_) {
    const NodeId parent = tape_[pending.extension].parent;
    resource_ = tape_.resource_of(parent);
    const auto& contexts = pending.definition->contexts;
    const bool fits =
        !pending.elsewhere ||
        std::any_of(contexts.begin(), contexts.end(), [&](const auto& context) {
          return context.type == "fhirpath" && is_selected(parent, context.expression);
        });
    if (fits) {
      check_context_invariants(pending);
    } else {
      wrong_context(pending.extension, *pending.definition);
    }
  }
}

void Judge::check_context_invariants(const PendingContext& pending) {
  fhirpath::Focus focus;
  focus.document = host_->document();
  focus.node = tape_[pending.extension].parent;
  host_->set_extension(pending.extension);
  for (const std::string& text : pending.definition->context_invariants) {
    const fhirpath::Expression* expression = expression_of(text);
    host_->nothing_missing();
    const fhirpath::Truth holds = expression == nullptr
                                      ? fhirpath::Truth::kFault
                                      : host_->evaluator().test(*expression, focus);
    if (holds == fhirpath::Truth::kTrue) continue;
    // All must be true, and empty is not, but for want of data.
    if (holds != fhirpath::Truth::kFault && host_->missing().empty()) {
      report_at(
          pending.extension, RuleId::kExtensionContext, focus.node,
          [&] { return "the extension " + pending.definition->url + " stands only where " + text; },
          pending.definition);
    } else {
      not_checked(RuleId::kInvariantNotChecked, pending.extension, {}, [&] {
        return "where " + pending.definition->url + " may stand could not be evaluated: " + text;
      });
    }
  }
  host_->set_extension(kNoNode);
}

// Whether the expression, on the resource, finds the element; one that cannot be evaluated is not
// held against it.
bool Judge::is_selected(NodeId id, std::string_view text) {
  const fhirpath::Expression* expression = expression_of(text);
  if (expression == nullptr) return true;
  fhirpath::Focus focus;
  focus.document = host_->document();
  focus.node = tape_.resource_of(id);
  const fhirpath::Collection* found = host_->evaluator().evaluate(*expression, focus);
  if (found == nullptr) return true;
  return std::any_of(found->begin(), found->end(), [&](const fhirpath::Item& item) {
    return item.is_node() ? item.node() == id
                          : item.kind == fhirpath::ItemKind::kBoolean && item.boolean;
  });
}

const fhirpath::Expression* Judge::expression_of(std::string_view text) {
  const auto& parsed = expressions_.parse(text, fhirpath::Leniency::kDefinitions);
  return parsed ? parsed->get() : nullptr;
}

// `Patient.contact.name`: names from the resource down, without indices.
bool Judge::is_path_of_elements(NodeId id, std::string_view path) const {
  for (NodeId at = id; at != kNoNode; at = tape_[at].parent) {
    if (tape_[at].is(kResource)) return path == tape_[at].value();
    const Element* element = types_[at].element;
    const std::string_view name =
        element == nullptr ? tape_.name(at) : names_.text(element->choice);
    if (!path.ends_with(name)) return false;
    path.remove_suffix(name.size());
    if (!path.ends_with('.')) return false;
    path.remove_suffix(1);
  }
  return path.empty();
}

}  // namespace oncobridge::profiles
