// What a FHIRPath expression works on: elements of a tape, and values of the System types. An Item
// is sixteen bytes and owns nothing: texts, decimals, dates and quantities stand on the tape, in
// the expression, or in the evaluator's arena, until its next evaluation.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "oncobridge/fhir/tape.h"
#include "profiles/fhirpath_date.h"
#include "profiles/fhirpath_decimal.h"
#include "profiles/schema.h"

namespace oncobridge::profiles::fhirpath {

// A tape and what its nodes are. `types` may be null: then kinds and names of JSON decide.
struct Document {
  const Tape* tape = nullptr;
  const NodeType* types = nullptr;
};

// An element of a document.
struct Place {
  Document document;
  NodeId node = kNoNode;
};

struct Quantity {
  Decimal value;
  std::string_view unit;  // UCUM, `1` where there is none
  CalendarUnit calendar = CalendarUnit::kNone;
  // A FHIR Quantity of UCUM `a` or `mo` is as good as a calendar year or month (FHIR R4
  // fhirpath.html, "use of FHIR Quantity").
  bool calendar_or_ucum = false;
};

struct TypeName {
  std::string_view space;  // `System`, `FHIR`
  std::string_view name;
};

enum class ItemKind : std::uint8_t {
  kNode,
  kBoolean,
  kInteger,
  kDecimal,
  kString,
  kDate,
  kDateTime,
  kTime,
  kQuantity,
  kType,  // of type()
};
std::string_view system_name(ItemKind kind);  // `Boolean`; empty for kNode

struct Item {
  ItemKind kind = ItemKind::kBoolean;
  bool untyped = false;    // a string of a tape without types: may be a date or code as well
  std::uint32_t size = 0;  // kNode: the node; kString: bytes
  union {
    std::int64_t integer = 0;
    bool boolean;
    const char* text;
    const Document* document;
    const Decimal* decimal;
    const PartialTime* time;
    const Quantity* quantity;
    const TypeName* type;
  };

  static Item of(bool value) {
    Item item;
    item.boolean = value;
    return item;
  }
  static Item of_integer(std::int64_t value) {
    Item item;
    item.kind = ItemKind::kInteger;
    item.integer = value;
    return item;
  }
  static Item of(std::string_view value) {
    Item item;
    item.kind = ItemKind::kString;
    item.size = static_cast<std::uint32_t>(value.size());
    item.text = value.data();
    return item;
  }
  static Item of(const char*) = delete;
  static Item of(const Decimal* value) {
    Item item;
    item.kind = ItemKind::kDecimal;
    item.decimal = value;
    return item;
  }
  static Item of(const PartialTime* value, DateKind kind) {
    Item item;
    item.kind = kind == DateKind::kDate       ? ItemKind::kDate
                : kind == DateKind::kDateTime ? ItemKind::kDateTime
                                              : ItemKind::kTime;
    item.time = value;
    return item;
  }
  static Item of(const Quantity* value) {
    Item item;
    item.kind = ItemKind::kQuantity;
    item.quantity = value;
    return item;
  }
  static Item of(const TypeName* value) {
    Item item;
    item.kind = ItemKind::kType;
    item.type = value;
    return item;
  }
  static Item of(const Document* document, NodeId node) {
    Item item;
    item.kind = ItemKind::kNode;
    item.size = node;
    item.document = document;
    return item;
  }

  bool is_node() const { return kind == ItemKind::kNode; }
  bool is_date() const { return kind >= ItemKind::kDate && kind <= ItemKind::kTime; }
  bool is_number() const { return kind == ItemKind::kInteger || kind == ItemKind::kDecimal; }
  std::string_view string() const { return {text, size}; }
  NodeId node() const { return size; }
  const Node& at() const { return (*document->tape)[size]; }
  const Tape& tape() const { return *document->tape; }
  DateKind date_kind() const {
    return kind == ItemKind::kDate       ? DateKind::kDate
           : kind == ItemKind::kDateTime ? DateKind::kDateTime
                                         : DateKind::kTime;
  }
  const Element* element() const {
    return document->types == nullptr ? nullptr : document->types[size].element;
  }
  const Type* node_type() const {
    return document->types == nullptr ? nullptr : document->types[size].type;
  }
};
static_assert(sizeof(Item) == 16);

using Collection = std::vector<Item>;

// What the schema or, without one, the tape says about a node.
// The type's name as FHIRPath has it: `Quantity`, `code`, `BackboneElement`; `id` for Resource.id.
std::string_view type_name(const Item& node);
Primitive primitive_of(const Item& node);
// True if the node stands for a value or a complex element, not for a gap in a list.
inline bool is_element(const Node& node) {
  return node.kind == NodeKind::kObject ||
         (node.first != kNoNode && node.kind != NodeKind::kList) || node.has_value();
}
// Whether children() gives a child: no gaps of lists, and no members that the schema does not have,
// as `fhir_comments`.
bool is_child(const Document& document, NodeId child);
// FHIRPath's %rootResource: of a contained resource its container, else the resource itself.
NodeId root_resource_of(const Tape& tape, NodeId node);
// Primitives whose value is their text: no boolean, number, date or time.
bool is_text(Primitive primitive);
// If the node is of that type or of one that is based on it.
bool is_a(const Item& node, std::string_view name);
// By its JSON name where nothing else is known: `valueQuantity` is a variant of `value`.
std::string_view choice_suffix(std::string_view written, std::string_view choice);
Primitive primitive_by_name(std::string_view name);

}  // namespace oncobridge::profiles::fhirpath
