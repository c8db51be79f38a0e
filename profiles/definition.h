// Definitions as FHIR packages state them, less the prose: StructureDefinition, ValueSet,
// CodeSystem. Symbolic: names and canonicals are text; schema.h is what the judge runs on. A
// definition is read from a package (package_reader.h) or from the project's text form
// (definition_text.h) and is not changed afterwards. Values (fixed, pattern, minValue) are kept as
// compact JSON text with the source's decimals.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace oncobridge::profiles {

// What a canonical may name.
enum class DefinitionKind : std::uint8_t { kStructure, kValueSet, kCodeSystem };

enum class BindingStrength : std::uint8_t { kExample, kPreferred, kExtensible, kRequired };
enum class SlicingRules : std::uint8_t { kOpen, kClosed, kOpenAtEnd };
enum class DiscriminatorType : std::uint8_t {
  kValue,
  kPattern,
  kExists,
  kType,
  kProfile,
  kUnknown
};
enum class VersionRule : std::uint8_t { kEither, kIndependent, kSpecific };
// ElementDefinition.type.aggregation as bits; 0: not stated.
enum Aggregation : std::uint8_t { kContained = 1, kReferenced = 2, kBundled = 4 };

struct TypeRef {
  std::string code;  // `Quantity`, `BackboneElement`, `http://hl7.org/fhirpath/System.String`
  std::vector<std::string> profiles;
  std::vector<std::string> target_profiles;
  std::uint8_t aggregation = 0;
  VersionRule version_rule = VersionRule::kEither;
};

// A value of a definition: `fixedCode` is {"code", "\"final\""}, `patternCodeableConcept` is
// {"CodeableConcept", "{\"coding\":[...]}"}.
struct DefinedValue {
  std::string type;
  std::string json;
  bool empty() const { return type.empty(); }
};

struct Binding {
  BindingStrength strength = BindingStrength::kExample;
  std::string value_set;      // canonical, with |version where stated
  std::string max_value_set;  // extension elementdefinition-maxValueSet
};

struct AdditionalBinding {  // extension tools/additional-binding: purpose `required`, `maximum` ...
  std::string purpose;
  std::string value_set;
};

struct Discriminator {
  DiscriminatorType type = DiscriminatorType::kValue;
  std::string path;
};

struct Slicing {
  bool present = false;
  bool ordered = false;
  SlicingRules rules = SlicingRules::kOpen;
  std::vector<Discriminator> discriminators;
};

struct Constraint {
  std::string key;
  bool warning = false;        // severity
  bool best_practice = false;  // extension elementdefinition-bestpractice
  std::string expression;      // empty: only XPath or prose
  std::string source;          // canonical of the definition that introduced it; may be empty
};

struct ElementDefinition {
  std::uint32_t line = 0;  // of the file it is from; 0: not known
  std::string path;        // `Observation.component.value[x]`
  std::string id;          // `Observation.component:systolic.value[x]`
  std::string slice_name;  // `systolic`, `group/one` for a re-slice
  bool slice_is_constraining = false;
  std::uint32_t min = 0;
  std::uint32_t max = 0;  // kUnbounded for `*`
  static constexpr std::uint32_t kUnbounded = 0xFFFFFFFF;
  bool has_min = false;  // a differential may leave either out
  bool has_max = false;
  std::vector<TypeRef> types;
  std::string content_reference;  // `#Questionnaire.item` or canonical#path
  DefinedValue fixed;
  DefinedValue pattern;
  DefinedValue min_value;
  DefinedValue max_value;
  std::uint32_t max_length = 0;  // 0: not stated
  bool has_binding = false;
  Binding binding;
  std::vector<AdditionalBinding> additional_bindings;
  Slicing slicing;
  std::vector<Constraint> constraints;
  bool must_support = false;
  bool is_modifier = false;
  bool xml_attribute = false;  // representation xmlAttr
  std::string regex;           // extension `regex` of a primitive's value element
};

// extension context: where an extension may stand.
struct ExtensionContext {
  std::string type;  // element, extension, fhirpath
  std::string expression;
};

enum class StructureKind : std::uint8_t { kPrimitive, kComplex, kResource, kLogical };
enum class Derivation : std::uint8_t { kSpecialization, kConstraint };

// A value of a definition that cannot be understood: what it demands is not known.
struct Misreading {
  std::uint32_t line = 0;  // of the definition's file; 0: not known
  std::string path;        // of the element; empty: of the definition
  std::string fact;        // `min`, `binding.strength`
  std::string value;       // as it stands there
  std::string expected;    // `a whole number below 2147483648`
  bool decisive = false;   // nothing can be judged with the definition

  std::string describe() const;
};

// Where a definition stands that somebody brings, as messages show it.
struct DefinitionSource {
  std::string package;     // `name#version`, or the file
  std::string file;        // empty: not known
  std::uint32_t line = 0;  // 0: not known

  // ` (FILE:LINE)`, of `line` where that is known; empty if the file is not.
  std::string describe(std::uint32_t at_line = 0) const;
};

struct StructureDefinition {
  std::string url;
  std::string version;
  std::string name;
  StructureKind kind = StructureKind::kComplex;
  std::string type;         // `Observation`, `Extension`
  std::string base;         // canonical of baseDefinition
  bool constraint = false;  // derivation: true constraint (a profile), false specialization
  bool abstract = false;
  std::string status;        // draft, active, retired
  std::string fhir_version;  // the shipped text leaves it out
  DefinitionSource source;
  std::vector<ExtensionContext> contexts;
  std::vector<std::string> context_invariants;
  std::vector<std::string> impose_profiles;  // extension structuredefinition-imposeProfile
  std::vector<ElementDefinition> snapshot;   // empty if the source has only a differential
  std::vector<ElementDefinition>
      differential;                 // the shipped text leaves it out where a snapshot is
  std::vector<Misreading> misread;  // of a definition as somebody published it
};

struct ConceptProperty {
  std::string code;
  std::string value;  // as text
};

struct Concept {
  std::string code;
  std::string display;
  std::int32_t parent = -1;  // index of the concept it stands below; further ones are properties
  bool is_abstract = false;  // property notSelectable
  bool inactive = false;     // property status/inactive
  std::vector<std::string> designations;  // further displays, any language
  std::vector<ConceptProperty> properties;
};

enum class CodeSystemContent : std::uint8_t {
  kNotPresent,
  kExample,
  kFragment,
  kComplete,
  kSupplement
};

struct CodeSystem {
  std::string url;
  std::string version;
  std::string name;
  std::string supplements;
  CodeSystemContent content = CodeSystemContent::kNotPresent;
  bool case_sensitive = true;
  std::string value_set;  // canonical of the set of all its codes
  // Properties whose values are Codings; the shipped text leaves them out.
  std::vector<std::string> coding_properties;
  std::vector<Concept> concepts;  // as a walk through their tree meets them
};

struct ValueSetFilter {
  std::string property;
  std::string op;
  std::string value;
};

struct ValueSetCode {
  std::string code;
  std::string display;
  std::vector<std::string> designations;
};

// One include or exclude of a compose.
struct ValueSetPart {
  bool exclude = false;
  std::string system;
  std::string version;
  std::vector<ValueSetCode> codes;
  std::vector<ValueSetFilter> filters;
  std::vector<std::string> value_sets;  // all of them must hold
};

struct ExpansionCode {
  std::string system;
  std::string version;
  std::string code;
  std::string display;
  bool is_abstract = false;
};

struct ValueSet {
  std::string url;
  std::string version;
  std::string name;
  std::vector<ValueSetPart> parts;
  bool active_only = false;  // compose.inactive is false
  bool has_expansion = false;
  bool expansion_complete = false;  // no total beyond the codes, no `incomplete` parameter
  std::vector<ExpansionCode> expansion;
};

// The parts of `url|version`.
struct Canonical {
  std::string_view url;
  std::string_view version;  // empty: any
  std::string_view fragment;
};
Canonical split_canonical(std::string_view canonical);

}  // namespace oncobridge::profiles
