#include "profiles/fhirpath_value.h"

#include <array>
#include <utility>

namespace oncobridge::profiles::fhirpath {
namespace {

constexpr std::array<std::string_view, 10> kSystemNames = {
    "", "Boolean", "Integer", "Decimal", "String", "Date", "DateTime", "Time", "Quantity", "Type"};

constexpr std::array<std::pair<std::string_view, Primitive>, 21> kPrimitives = {{
    {"string", Primitive::kString},
    {"code", Primitive::kCode},
    {"uri", Primitive::kUri},
    {"boolean", Primitive::kBoolean},
    {"dateTime", Primitive::kDateTime},
    {"date", Primitive::kDate},
    {"integer", Primitive::kInteger},
    {"decimal", Primitive::kDecimal},
    {"id", Primitive::kId},
    {"canonical", Primitive::kCanonical},
    {"url", Primitive::kUrl},
    {"markdown", Primitive::kMarkdown},
    {"instant", Primitive::kInstant},
    {"positiveInt", Primitive::kPositiveInt},
    {"unsignedInt", Primitive::kUnsignedInt},
    {"time", Primitive::kTime},
    {"base64Binary", Primitive::kBase64Binary},
    {"oid", Primitive::kOid},
    {"uuid", Primitive::kUuid},
    {"xhtml", Primitive::kXhtml},
    {"System.String", Primitive::kSystemString},
}};

// FHIR R4 datatypes.html: what each primitive is based on.
std::string_view base_of_primitive(Primitive primitive) {
  switch (primitive) {
    case Primitive::kCode:
    case Primitive::kId:
    case Primitive::kMarkdown:
      return "string";
    case Primitive::kCanonical:
    case Primitive::kOid:
    case Primitive::kUrl:
    case Primitive::kUuid:
      return "uri";
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
      return "integer";
    default:
      return "Element";
  }
}

Primitive primitive_of_kind(const Node& node) {
  switch (node.kind) {
    case NodeKind::kTrue:
    case NodeKind::kFalse:
      return Primitive::kBoolean;
    case NodeKind::kNumber:
      return node.value().find_first_of(".eE") == std::string_view::npos ? Primitive::kInteger
                                                                         : Primitive::kDecimal;
    case NodeKind::kString:
    case NodeKind::kText:
      return Primitive::kString;
    case NodeKind::kXhtml:
      return Primitive::kXhtml;
    default:
      return Primitive::kNone;
  }
}

// The definitions give Element.id, Resource.id and Extension.url as System.String, and name the
// FHIR type beside it (extension structuredefinition-fhir-type).
std::string_view name_of_system_string(const Item& node) {
  const std::string_view name = node.tape().name(node.node());
  if (name == "url") return "uri";
  const NodeId parent = node.at().parent;
  return parent != kNoNode && node.tape()[parent].is(kResource) ? "id" : "string";
}

// `valueQuantity`: the type that a name ends with. Only where there is no schema.
std::string_view type_in_name(std::string_view name) {
  constexpr std::array<std::string_view, 9> kStems = {"value",      "effective", "onset",
                                                      "abatement",  "deceased",  "performed",
                                                      "occurrence", "fixed",     "pattern"};
  for (const std::string_view stem : kStems) {
    const std::string_view suffix = choice_suffix(name, stem);
    if (!suffix.empty()) return suffix;
  }
  return {};
}

}  // namespace

std::string_view system_name(ItemKind kind) { return kSystemNames[static_cast<std::size_t>(kind)]; }

Primitive primitive_by_name(std::string_view name) {
  for (const auto& [text, primitive] : kPrimitives) {
    if (text == name) return primitive;
  }
  return Primitive::kNone;
}

std::string_view choice_suffix(std::string_view written, std::string_view choice) {
  if (written.size() <= choice.size() || !written.starts_with(choice)) return {};
  const std::string_view suffix = written.substr(choice.size());
  if (suffix[0] < 'A' || suffix[0] > 'Z') return {};
  for (const auto& [text, primitive] : kPrimitives) {
    if (text.size() == suffix.size() && text.substr(1) == suffix.substr(1) &&
        text[0] - 'a' == suffix[0] - 'A') {
      return text;
    }
  }
  constexpr std::array<std::string_view, 20> kComplex = {
      "Quantity", "CodeableConcept", "Reference", "Period",       "Range",
      "Age",      "Coding",          "Ratio",     "Identifier",   "Attachment",
      "Duration", "Annotation",      "HumanName", "Address",      "ContactPoint",
      "Timing",   "SampledData",     "Money",     "UsageContext", "Dosage"};
  for (const std::string_view name : kComplex) {
    if (name == suffix) return suffix;
  }
  return {};
}

Primitive primitive_of(const Item& item) {
  if (const Type* type = item.node_type(); type != nullptr) return type->primitive;
  const Primitive by_kind = primitive_of_kind(item.at());
  if (by_kind == Primitive::kNone || item.document->types != nullptr) return by_kind;
  const Primitive by_name = primitive_by_name(type_in_name(item.tape().name(item.node())));
  return by_name == Primitive::kNone ? by_kind : by_name;
}

std::string_view type_name(const Item& item) {
  if (const Type* type = item.node_type(); type != nullptr) {
    if (type->primitive == Primitive::kSystemString) return name_of_system_string(item);
    if (!type->backbone) return type->name;
    return type->base == nullptr ? std::string_view("BackboneElement") : type->base->name;
  }
  const Node& node = item.at();
  if (node.is(kResource)) return node.value();
  const std::string_view written = type_in_name(item.tape().name(item.node()));
  if (!written.empty()) return written;
  const Primitive primitive = primitive_of(item);
  for (const auto& [text, entry] : kPrimitives) {
    if (entry == primitive) return text;
  }
  return "Element";
}

bool is_child(const Document& document, NodeId child) {
  const Node& node = (*document.tape)[child];
  if (!is_element(node)) return false;
  return document.types == nullptr || document.types[child].element != nullptr ||
         document.types[node.parent].type == nullptr;
}

NodeId root_resource_of(const Tape& tape, NodeId node) {
  const NodeId own = node == kNoNode ? kNoNode : tape.resource_of(node);
  // A resource that is contained has its container, an entry of a bundle has none.
  if (own == kNoNode || tape.name(own) != "contained") return own;
  return tape.resource_of(tape[own].parent);
}

bool is_text(Primitive primitive) {
  switch (primitive) {
    case Primitive::kNone:
    case Primitive::kBoolean:
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
    case Primitive::kDecimal:
    case Primitive::kDate:
    case Primitive::kDateTime:
    case Primitive::kInstant:
    case Primitive::kTime:
      return false;
    default:
      return true;
  }
}

bool is_a(const Item& item, std::string_view name) {
  const Type* type = item.node_type();
  if (type != nullptr && type->primitive != Primitive::kSystemString) return type->is_a(name);
  const std::string_view own = type_name(item);
  if (own == name) return true;
  if (item.at().is(kResource)) return name == "Resource" || name == "DomainResource";
  const std::string_view base = base_of_primitive(primitive_by_name(own));
  return base == name || name == "Element" ||
         (name == "Quantity" && (own == "Age" || own == "Duration"));
}

}  // namespace oncobridge::profiles::fhirpath
