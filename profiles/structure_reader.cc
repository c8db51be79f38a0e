#include "profiles/structure_reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "oncobridge/fhir/tape_writer.h"
#include "profiles/definition_members.h"
#include "profiles/definition_names.h"
#include "profiles/definition_value.h"
#include "profiles/definition_words.h"

namespace oncobridge::profiles {
namespace {

constexpr std::string_view kFhirType =
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
constexpr std::string_view kRegex = "http://hl7.org/fhir/StructureDefinition/regex";
constexpr std::string_view kMaxValueSet =
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";
constexpr std::string_view kMinValueSet =
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-minValueSet";
constexpr std::string_view kAdditionalBinding =
    "http://hl7.org/fhir/tools/StructureDefinition/additional-binding";
constexpr std::string_view kBestPractice =
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice";
constexpr std::string_view kImposeProfile =
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile";
constexpr std::string_view kSystemTypes = "http://hl7.org/fhirpath/System.";

// What may follow `fixed` or `pattern`: `Code`, `CodeableConcept`.
bool is_type_name(std::string_view text) {
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return !text.empty() && std::isupper(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), is_letter);
}

constexpr std::string_view kNumber = "a whole number from 0 to 2147483647";

// An unsignedInt.
std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > 0x7FFFFFFF) return {};
  return number;
}

// `open, closed, openAtEnd`.
template <std::size_t N>
std::string one_of(const std::array<std::string_view, N>& words) {
  std::string text;
  for (const std::string_view word : words) (text += text.empty() ? "" : ", ") += word;
  return text;
}

class Reader {
 public:
  Reader(const Members& members, Tape& tape, const DefinitionStore* types)
      : members_(members), tape_(tape), types_(types) {}

  void read(NodeId root, StructureParts parts, StructureDefinition& out) {
    misread_ = &out.misread;
    out.source.line = line_of(root);
    NodeId snapshot = kNoNode;
    NodeId differential = kNoNode;
    for (NodeId id = tape_[root].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kSnapshot:
          snapshot = id;
          break;
        case Member::kDifferential:
          differential = id;
          break;
        default:
          read_fact(id, out);
      }
    }
    if (snapshot != kNoNode && parts != StructureParts::kDifferential) {
      read_elements(snapshot, out.snapshot);
    }
    if (differential != kNoNode && (parts != StructureParts::kEither || out.snapshot.empty())) {
      read_elements(differential, out.differential);
    }
  }

 private:
  std::string_view text(NodeId id) const { return tape_[id].value(); }
  bool is_true(NodeId id) const { return text(id) == "true"; }

  // Whether nothing can be judged with a definition that says something else.
  enum class Weight : std::uint8_t { kDecisive, kLight };

  void note(std::string_view fact, std::string value, std::string expected, Weight weight) {
    misread_->push_back({line_,
                         {},
                         std::string(fact),
                         std::move(value),
                         std::move(expected),
                         weight == Weight::kDecisive});
  }

  template <typename Enum, std::size_t N>
  Enum word(const std::array<std::string_view, N>& words, std::string_view fact, std::string text,
            Weight weight, Enum otherwise) {
    const auto value = value_of<Enum>(words, text);
    if (!value) note(fact, std::move(text), "one of " + one_of(words), weight);
    return value.value_or(otherwise);
  }

  std::uint32_t number(NodeId id, std::string_view fact, std::string_view expected = kNumber) {
    const auto value = number_of(text(id));
    if (!value) note(fact, std::string(text(id)), std::string(expected), Weight::kDecisive);
    return value.value_or(0);
  }

  std::uint32_t line_of(NodeId id) const { return tape_.line_column(tape_[id].place).line; }

  void read_fact(NodeId id, StructureDefinition& out) {
    line_ = line_of(id);
    switch (members_.of(tape_[id])) {
      case Member::kUrl:
        out.url = text(id);
        break;
      case Member::kVersion:
        out.version = text(id);
        break;
      case Member::kName:
        out.name = text(id);
        break;
      case Member::kStatus:
        out.status = text(id);
        break;
      case Member::kKind:
        out.kind = word(kStructureWords, "kind", std::string(text(id)), Weight::kDecisive,
                        StructureKind::kLogical);
        break;
      case Member::kAbstract:
        out.abstract = is_true(id);
        break;
      case Member::kType:
        out.type = text(id);
        break;
      case Member::kBaseDefinition:
        out.base = text(id);
        break;
      case Member::kDerivation:
        // What is neither is no type at least.
        out.constraint =
            word(kDerivationWords, "derivation", std::string(text(id)), Weight::kDecisive,
                 Derivation::kConstraint) == Derivation::kConstraint;
        break;
      case Member::kFhirVersion:
        out.fhir_version = text(id);
        break;
      case Member::kContext:
        out.contexts.push_back(
            {child_text(id, Member::kType), child_text(id, Member::kExpression)});
        break;
      case Member::kContextInvariant:
        out.context_invariants.emplace_back(text(id));
        break;
      case Member::kExtension:
        if (members_.extension_url(tape_, id) == kImposeProfile) {
          out.impose_profiles.emplace_back(members_.extension_value(tape_, id));
        }
        break;
      default:
        break;
    }
  }

  std::string child_text(NodeId id, Member member) const {
    const NodeId child = tape_.child(id, members_.id(member));
    return child == kNoNode ? std::string() : std::string(text(child));
  }

  void read_elements(NodeId view, std::vector<ElementDefinition>& out) {
    std::size_t count = 0;
    for (NodeId id = tape_[view].first; id != kNoNode; id = tape_[id].next) ++count;
    out.reserve(count);
    for (NodeId id = tape_[view].first; id != kNoNode; id = tape_[id].next) {
      const bool element = members_.of(tape_[id]) == Member::kElement;
      if (element && tape_[id].kind != NodeKind::kEmptyList) read_element(id, out.emplace_back());
    }
  }

  void read_element(NodeId node, ElementDefinition& out) {
    const std::size_t misread = misread_->size();
    out.line = line_ = line_of(node);
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      read_element_fact(id, out);
    }
    if (out.id.empty()) {
      out.id = out.path;
      if (!out.slice_name.empty()) out.id += ':' + out.slice_name;
    }
    resolve_system_types(out);
    for (std::size_t i = misread; i < misread_->size(); ++i) (*misread_)[i].path = out.id;
  }

  void read_element_fact(NodeId id, ElementDefinition& out) {
    switch (members_.of(tape_[id])) {
      case Member::kId:
        out.id = text(id);
        break;
      case Member::kPath:
        out.path = text(id);
        break;
      case Member::kRepresentation:
        out.xml_attribute |= text(id) == "xmlAttr";
        break;
      case Member::kSliceName:
        out.slice_name = text(id);
        break;
      case Member::kSliceIsConstraining:
        out.slice_is_constraining = is_true(id);
        break;
      case Member::kMin:
        out.has_min = true;
        out.min = number(id, "min");
        break;
      case Member::kMax:
        out.has_max = true;
        out.max = text(id) == "*" ? ElementDefinition::kUnbounded
                                  : number(id, "max", "* or a whole number from 0 to 2147483647");
        break;
      case Member::kType:
        read_type(id, out);
        break;
      case Member::kContentReference:
        out.content_reference = text(id);
        break;
      case Member::kMaxLength:
        out.max_length = number(id, "maxLength");
        break;
      case Member::kBinding:
        read_binding(id, out);
        break;
      case Member::kSlicing:
        read_slicing(id, out.slicing);
        break;
      case Member::kConstraint:
        read_constraint(id, out.constraints.emplace_back());
        break;
      case Member::kMustSupport:
        out.must_support = is_true(id);
        break;
      case Member::kIsModifier:
        out.is_modifier = is_true(id);
        break;
      case Member::kExtension:
        if (members_.extension_url(tape_, id) == kRegex) {
          out.regex = members_.extension_value(tape_, id);
        }
        break;
      default:
        read_value(id, out);
    }
  }

  // fixed[x], pattern[x], minValue[x], maxValue[x].
  void read_value(NodeId id, ElementDefinition& out) {
    const std::string_view name = tape_.name(id);
    const auto read = [&](std::string_view prefix, DefinedValue& value) {
      if (!name.starts_with(prefix) || !is_type_name(name.substr(prefix.size()))) return;
      value.type = choice_type(name.substr(prefix.size()));
      value.json.clear();
      if (tape_.form() == SourceForm::kXml) tell_kinds(tape_, id, value.type, types_);
      append_json(tape_, id, value.json);
    };
    read("fixed", out.fixed);
    read("pattern", out.pattern);
    read("minValue", out.min_value);
    if (name != "maxValueSet") read("maxValue", out.max_value);
  }

  void read_type(NodeId node, ElementDefinition& element) {
    TypeRef& out = element.types.emplace_back();
    std::string_view fhir_type;
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kCode:
          out.code = text(id);
          break;
        case Member::kProfile:
          out.profiles.emplace_back(text(id));
          break;
        case Member::kTargetProfile:
          out.target_profiles.emplace_back(text(id));
          break;
        case Member::kAggregation:
          if (const auto bit = value_of<std::uint8_t>(kAggregationWords, text(id))) {
            out.aggregation = static_cast<std::uint8_t>(out.aggregation | (1u << *bit));
          }
          break;
        case Member::kVersioning:
          out.version_rule =
              value_of<VersionRule>(kVersionWords, text(id)).value_or(VersionRule::kEither);
          break;
        case Member::kExtension:
          if (members_.extension_url(tape_, id) == kFhirType) {
            fhir_type = members_.extension_value(tape_, id);
          } else if (members_.extension_url(tape_, id) == kRegex) {
            element.regex = members_.extension_value(tape_, id);
          }
          break;
        default:
          break;
      }
    }
    if (!fhir_type.empty() && out.code.starts_with(kSystemTypes)) {
      fhir_types_.emplace_back(element.types.size() - 1, fhir_type);
    }
  }

  // The `id` of a resource is a FHIR primitive that R4 gives a System type and names beside it.
  // What is an attribute in XML (Element.id, Extension.url, the value of a primitive) stays a
  // System type.
  void resolve_system_types(ElementDefinition& element) {
    for (const auto& [index, type] : fhir_types_) {
      if (!element.xml_attribute && !element.path.ends_with(".value")) {
        element.types[index].code = type;
      }
    }
    fhir_types_.clear();
  }

  void read_binding(NodeId node, ElementDefinition& element) {
    element.has_binding = true;
    Binding& out = element.binding;
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kStrength:
          out.strength = word(kStrengthWords, "binding.strength", std::string(text(id)),
                              Weight::kLight, BindingStrength::kExample);
          break;
        case Member::kValueSet:
          out.value_set = text(id);
          break;
        case Member::kExtension:
          read_binding_extension(id, element);
          break;
        case Member::kAdditional:  // as R5 has it
          element.additional_bindings.push_back(
              {child_text(id, Member::kPurpose), child_text(id, Member::kValueSet)});
          break;
        default:
          break;
      }
    }
  }

  void read_binding_extension(NodeId node, ElementDefinition& element) {
    const std::string_view url = members_.extension_url(tape_, node);
    if (url == kMaxValueSet) {
      element.binding.max_value_set = members_.extension_value(tape_, node);
    } else if (url == kMinValueSet) {
      element.additional_bindings.push_back(
          {"minimum", std::string(members_.extension_value(tape_, node))});
    } else if (url == kAdditionalBinding) {
      AdditionalBinding& out = element.additional_bindings.emplace_back();
      for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
        const std::string_view part = members_.extension_url(tape_, id);
        if (part == "purpose") out.purpose = members_.extension_value(tape_, id);
        if (part == "valueSet") out.value_set = members_.extension_value(tape_, id);
      }
    }
  }

  void read_slicing(NodeId node, Slicing& out) {
    out.present = true;
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kOrdered:
          out.ordered = is_true(id);
          break;
        case Member::kRules:
          out.rules = word(kSlicingWords, "slicing.rules", std::string(text(id)), Weight::kDecisive,
                           SlicingRules::kOpen);
          break;
        case Member::kDiscriminator:
          out.discriminators.push_back(
              {word(kDiscriminatorWords, "slicing.discriminator.type",
                    child_text(id, Member::kType), Weight::kLight, DiscriminatorType::kUnknown),
               child_text(id, Member::kPath)});
          break;
        default:
          break;
      }
    }
  }

  void read_constraint(NodeId node, Constraint& out) {
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kKey:
          out.key = text(id);
          break;
        case Member::kSeverity:
          out.warning = word(kSeverityWords, "constraint.severity", std::string(text(id)),
                             Weight::kDecisive, std::uint8_t{0}) == 1;
          break;
        case Member::kExpression:
          out.expression = text(id);
          break;
        case Member::kSource:
          out.source = text(id);
          break;
        case Member::kExtension:
          out.best_practice |= members_.extension_url(tape_, id) == kBestPractice &&
                               members_.extension_value(tape_, id) == "true";
          break;
        default:
          break;
      }
    }
  }

  const Members& members_;
  Tape& tape_;
  const DefinitionStore* types_;
  std::vector<std::pair<std::size_t, std::string_view>> fhir_types_;  // of the element being read
  std::vector<Misreading>* misread_ = nullptr;
  std::uint32_t line_ = 0;  // of what is being read
};

}  // namespace

void read_structure(const Members& members, Tape& tape, NodeId root, StructureParts parts,
                    const DefinitionStore* types, StructureDefinition& out) {
  Reader(members, tape, types).read(root, parts, out);
}

StructureReader::StructureReader(const NameTable& names)
    : members_(std::make_unique<const Members>(names)) {}
StructureReader::~StructureReader() = default;

void StructureReader::read(Tape& tape, NodeId root, StructureParts parts,
                           StructureDefinition& out) const {
  read_structure(*members_, tape, root, parts, nullptr, out);
}

}  // namespace oncobridge::profiles
