#include "profiles/soundness.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "oncobridge/fhir/json_document.h"
#include "profiles/base_elements.h"
#include "profiles/definition_words.h"
#include "profiles/primitive.h"

namespace oncobridge::profiles {
namespace {

constexpr std::size_t kMostDoubts = 100;
constexpr std::string_view kSystemTypes = "http://hl7.org/fhirpath/System.";

struct LimitType {  // ElementDefinition.minValue[x], maxValue[x]
  std::string_view name;
  Primitive primitive;
};
constexpr std::array<LimitType, 8> kLimitTypes = {{{"date", Primitive::kDate},
                                                   {"dateTime", Primitive::kDateTime},
                                                   {"instant", Primitive::kInstant},
                                                   {"time", Primitive::kTime},
                                                   {"decimal", Primitive::kDecimal},
                                                   {"integer", Primitive::kInteger},
                                                   {"positiveInt", Primitive::kPositiveInt},
                                                   {"unsignedInt", Primitive::kUnsignedInt}}};

const LimitType* limit_type(std::string_view name) {
  const auto found = std::find_if(kLimitTypes.begin(), kLimitTypes.end(),
                                  [&](const LimitType& type) { return type.name == name; });
  return found == kLimitTypes.end() ? nullptr : &*found;
}

bool is_number(std::string_view type) {
  return type == "decimal" || type == "integer" || type == "positiveInt" || type == "unsignedInt";
}

bool is_day(std::string_view type) {
  return type == "date" || type == "dateTime" || type == "instant";
}

std::string codes_of(const std::vector<TypeRef>& types) {
  std::string codes;
  for (const TypeRef& type : types) (codes += codes.empty() ? "" : ", ") += type.code;
  return codes;
}

// Looks at the elements of one definition.
class Elements {
 public:
  Elements(const DefinitionStore& store, const StructureDefinition& structure,
           ExpressionCache& expressions)
      : store_(store),
        structure_(structure),
        expressions_(expressions),
        elements_(elements_of(structure)),
        bases_(store, structure) {}

  std::vector<Misreading> look() {
    look_at_whole();
    for (const ElementDefinition& element : elements_) {
      if (doubts_.size() >= kMostDoubts) break;
      element_ = &element;
      for (const Constraint& constraint : element.constraints) look_at_constraint(constraint);
      look_at_slices();
      if (element.path.find('.') == std::string::npos) continue;  // the definition itself
      base_ = structure_.constraint ? bases_.find(element) : nullptr;
      for (const TypeRef& type : element.types) look_at_type(type.code);
      look_at_reference();
      look_at_count();
      look_at_binding();
      look_at_value("fixed", element.fixed);
      look_at_value("pattern", element.pattern);
      look_at_limit("minValue", element.min_value);
      look_at_limit("maxValue", element.max_value);
    }
    return std::move(doubts_);
  }

 private:
  void doubt(std::string fact, std::string_view value, std::string expected, bool decisive = true) {
    doubts_.push_back({element_->line, element_->id.empty() ? element_->path : element_->id,
                       std::move(fact), std::string(value), std::move(expected), decisive});
  }

  void look_at_whole() {
    const auto doubt_whole = [&](std::string fact, std::string value, std::string expected) {
      doubts_.push_back({0, {}, std::move(fact), std::move(value), std::move(expected), true});
    };
    if (structure_.base == structure_.url) {
      doubt_whole("baseDefinition", structure_.base, "another definition");
    }
    if (elements_.empty()) return doubt_whole("differential", {}, "an element at least");
    if (!structure_.constraint && structure_.snapshot.empty() &&
        structure_.url.starts_with(kStructurePrefix)) {
      doubt_whole("snapshot", {}, "every element of the type");
    }
    if (structure_.kind == StructureKind::kLogical) return;
    const std::string_view type =
        std::string_view(structure_.type).substr(structure_.type.rfind('/') + 1);
    for (const ElementDefinition& element : elements_) {
      const std::string_view path = element.path;
      if (path.substr(0, std::min(path.find('.'), path.size())) == type) continue;
      element_ = &element;
      return doubt("path", path, std::string(type) + " or an element in it");
    }
  }

  void look_at_constraint(const Constraint& constraint) {
    if (constraint.expression.empty()) return;
    const auto& parsed =
        expressions_.parse(constraint.expression, fhirpath::Leniency::kDefinitions);
    if (parsed || parsed.error().rule == "fhirpath-limit") return;  // a document is told
    if (!told_.insert(constraint.expression).second) return;
    doubt("constraint.expression", constraint.expression, "FHIRPath: " + parsed.error().message,
          !constraint.warning);
  }

  void look_at_slices() {
    for (const Discriminator& discriminator : element_->slicing.discriminators) {
      if (discriminator.path.empty()) continue;
      const auto& parsed = expressions_.parse(discriminator.path, fhirpath::Leniency::kDefinitions);
      if (parsed || parsed.error().rule == "fhirpath-limit") continue;
      doubt("slicing.discriminator.path", discriminator.path,
            "FHIRPath: " + parsed.error().message);
    }
    // What stands below an element are its own slices, whatever those before it were called.
    const std::string below = element_->path + '.';
    slices_.erase(slices_.lower_bound(below), slices_.lower_bound(element_->path + '/'));
    if (element_->slice_name.empty()) return;
    std::string name = element_->id;
    if (!name.ends_with(':' + element_->slice_name)) name += ':' + element_->slice_name;
    if (!slices_.insert(std::move(name)).second) {
      doubt("sliceName", element_->slice_name, "the name of one slice only");
    }
  }

  void look_at_count() {
    const std::uint32_t own = element_->has_max ? element_->max : ElementDefinition::kUnbounded;
    const std::uint32_t of_base =
        base_ != nullptr && base_->has_max ? base_->max : ElementDefinition::kUnbounded;
    const std::uint32_t most = std::min(own, of_base);
    if (!element_->has_min || element_->min <= most) return;
    doubt("min", std::to_string(element_->min), "at most the max, " + std::to_string(most));
  }

  void look_at_binding() {
    if (!element_->has_binding || element_->binding.strength != BindingStrength::kRequired) return;
    const bool of_base = base_ != nullptr && !base_->binding.value_set.empty();
    if (of_base || !element_->binding.value_set.empty()) return;
    doubt("binding.valueSet", {}, "the value set that is required");
  }

  // fixed[x] and pattern[x].
  void look_at_value(const std::string& name, const DefinedValue& value) {
    if (value.empty()) return;
    const std::vector<TypeRef>* types = &element_->types;
    if (types->empty() && base_ != nullptr) types = &base_->types;
    const auto fits = [&](const TypeRef& of) {
      return of.code.empty() || of.code.starts_with(kSystemTypes) ||
             of.code.starts_with("System.") || is_a(value.type, of.code) ||
             is_a(of.code, value.type);
    };
    if (!types->empty() && std::none_of(types->begin(), types->end(), fits)) {
      return doubt(name + "[x]", value.json, "of type " + codes_of(*types));
    }
    const StructureDefinition* type = store_.find_type(value.type);
    if (type == nullptr || has_form_of(*type, value.json)) return;
    doubt(name + "[x]", value.json, "a value of type " + value.type);
  }

  static bool has_form_of(const StructureDefinition& type, std::string_view json) {
    if (json.empty() || json == "null") return true;  // an extension instead of a value
    if (type.kind != StructureKind::kPrimitive) return json[0] == '{' && json != "{}";
    if (type.type == "boolean") return json == "true" || json == "false";
    if (is_number(type.type)) return json[0] == '-' || (json[0] >= '0' && json[0] <= '9');
    return json[0] == '"';
  }

  // Whether a value of the type is one of `wanted`, too.
  bool is_a(std::string_view code, std::string_view wanted) const {
    const StructureDefinition* type = store_.find_type(code);
    for (std::size_t i = 0; type != nullptr && i < kMostBases; ++i) {
      if (type->type == wanted || type->url == wanted) return true;
      type = store_.find_structure(type->base);
    }
    return false;
  }

  void look_at_type(std::string_view code) {
    // The types of ids and urls are written in several ways (R4 resource.html#id), or left out.
    if (code.empty() || code.starts_with(kSystemTypes) || code.starts_with("System.")) return;
    const std::vector<TypeRef>* of_base =
        base_ == nullptr || base_->types.empty() ? nullptr : &base_->types;
    const auto allows = [&](const TypeRef& type) { return type.code == code; };
    if (of_base != nullptr && std::any_of(of_base->begin(), of_base->end(), allows)) return;
    if (store_.find_type(code) == nullptr) {
      return doubt("type.code", code, "a type that is known");
    }
    if (of_base == nullptr || element_->path.ends_with(".id")) return;
    const auto takes = [&](const TypeRef& type) {
      return type.code.starts_with(kSystemTypes) || is_a(code, type.code);
    };
    if (std::none_of(of_base->begin(), of_base->end(), takes)) {
      doubt("type.code", code, "one of the types of its base: " + codes_of(*of_base));
    }
  }

  void look_at_reference() {
    const std::string& reference = element_->content_reference;
    if (reference.empty()) return;
    const Canonical target = split_canonical(reference);
    const StructureDefinition* other =
        target.url.empty() ? store_.find_type(structure_.type) : store_.find_structure(target.url);
    if (target.url.empty() && has_element(structure_, target.fragment)) return;
    if (other != nullptr && has_element(*other, target.fragment)) return;
    doubt("contentReference", reference, "an element of a definition that is known");
  }

  bool has_element(const StructureDefinition& structure, std::string_view name) {
    const auto [names, is_new] = names_.try_emplace(&structure);
    if (is_new) {
      for (const ElementDefinition& element : elements_of(structure)) {
        names->second.insert(element.id);
        names->second.insert(element.path);
      }
    }
    return names->second.count(name) != 0;
  }

  void look_at_limit(const std::string& name, const DefinedValue& limit) {
    if (limit.empty()) return;
    const LimitType* const type = limit_type(limit.type);
    const bool quantity = type == nullptr && is_a(limit.type, "Quantity");
    if (type == nullptr && !quantity) {
      return doubt(name + "[x]", limit.json,
                   "of a type that has an order: date, dateTime, instant, time, decimal, integer, "
                   "positiveInt, unsignedInt, Quantity");
    }
    if (!(quantity ? is_quantity(limit.json) : is_value(*type, limit.json))) {
      return doubt(name + "[x]", limit.json, "a value of type " + limit.type);
    }
    const std::vector<TypeRef>* types = &element_->types;
    if (types->empty() && base_ != nullptr) types = &base_->types;
    const auto fits = [&](const TypeRef& of) { return is_comparable(limit.type, of.code); };
    if (types->empty() || std::any_of(types->begin(), types->end(), fits)) return;
    doubt(name + "[x]", limit.json, "comparable as " + limit.type + " with " + codes_of(*types));
  }

  static bool is_quantity(const std::string& json) {
    const auto document = JsonDocument::parse(json);
    return document && document->root().find("value").kind() == JsonKind::kNumber;
  }

  static bool is_value(const LimitType& type, const std::string& json) {
    const auto document = JsonDocument::parse(json);
    if (!document) return false;
    const JsonValue value = document->root();
    if (is_number(type.name) != (value.kind() == JsonKind::kNumber)) return false;
    if (!is_number(type.name) && !value.is_string()) return false;
    const std::string text = value.is_string() ? value.string() : std::string(value.raw());
    const auto broken = check_primitive(type.primitive, text);
    return !broken || rule(*broken).severity == Severity::kWarning;
  }

  // Whether the judge can hold a value of type `code` against the limit.
  bool is_comparable(std::string_view limit, std::string_view code) const {
    if (limit == code || code.empty() || code.starts_with(kSystemTypes)) return true;
    if (is_number(limit)) return is_number(code);
    if (is_day(code)) return limit == "date" || is_a(limit, "Quantity");  // a duration from now
    return is_a(limit, "Quantity") && is_a(code, "Quantity");
  }

  const DefinitionStore& store_;
  const StructureDefinition& structure_;
  ExpressionCache& expressions_;
  const std::vector<ElementDefinition>& elements_;
  BaseElements bases_;
  const ElementDefinition* element_ = nullptr;  // looked at
  const ElementDefinition* base_ = nullptr;     // what it stands for in the base
  std::map<const StructureDefinition*, std::unordered_set<std::string_view>> names_;
  std::set<std::string> slices_;               // by id
  std::unordered_set<std::string_view> told_;  // expressions
  std::vector<Misreading> doubts_;
};

}  // namespace

std::vector<Misreading> doubts_of(const DefinitionStore& store,
                                  const StructureDefinition& structure,
                                  ExpressionCache& expressions) {
  std::vector<Misreading> doubts = structure.misread;
  for (Misreading& doubt : Elements(store, structure, expressions).look()) {
    doubts.push_back(std::move(doubt));
  }
  if (doubts.size() > kMostDoubts) doubts.resize(kMostDoubts);
  return doubts;
}

std::optional<Misreading> doubt_of_version(std::string_view fact, std::string_view fhir_version) {
  int major = 0;
  int minor = 0;
  const char* const end = fhir_version.data() + fhir_version.size();
  const auto [dot, error] = std::from_chars(fhir_version.data(), end, major);
  if (error == std::errc() && dot != end) std::from_chars(dot + 1, end, minor);
  if (fhir_version.empty() || (major == 4 && minor == 0)) return std::nullopt;
  // 4.1 and 4.3 are R4B, 4.2 and 4.4 to 4.6 drafts of R5.
  const bool later = major > 4 || (major == 4 && minor > 1 && minor != 3);
  return Misreading{0,
                    {},
                    std::string(fact),
                    std::string(fhir_version),
                    later ? "4.0.1, FHIR R4; publishers have an edition of their packages for it"
                          : "4.0.1, FHIR R4",
                    later};
}

std::string_view without_url(std::string_view message, std::string_view canonical) {
  const std::string_view url = split_canonical(canonical).url;
  const bool named = message.starts_with(url) && message.substr(url.size()).starts_with(": ");
  return named ? message.substr(url.size() + 2) : message;
}

Result<void> check_sound(const DefinitionStore& store, const StructureDefinition& structure) {
  if (!store.is_added(structure)) return {};
  const NameTable names;
  ExpressionCache expressions(names);
  const std::vector<Misreading> doubts = doubts_of(store, structure, expressions);
  const auto decisive = std::find_if(doubts.begin(), doubts.end(),
                                     [](const Misreading& doubt) { return doubt.decisive; });
  if (decisive != doubts.end()) {
    return fault("profile-broken", structure.url + ": " + decisive->describe() +
                                       structure.source.describe(decisive->line));
  }
  if (!structure.constraint || structure.base.empty()) return {};
  const StructureDefinition* base = store.find_structure(structure.base);
  if (base == nullptr || base->type == structure.type) return {};
  return fault("profile-broken", structure.url + ": it constrains " + structure.type +
                                     ", its base definition " + structure.base + " is of " +
                                     base->type + structure.source.describe());
}

}  // namespace oncobridge::profiles
