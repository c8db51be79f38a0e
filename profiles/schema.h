// The compiled types: what each R4 type (resource, datatype, backbone element) may contain, ready
// to be walked. Profiles compile to profile_schema.h on top of these. Immutable once made; compiled
// when first asked for, from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/fhir/names.h"
#include "oncobridge/fhir/tape.h"
#include "profiles/definition_store.h"
#include "profiles/same_text.h"

namespace oncobridge::profiles {

struct Type;

enum class Primitive : std::uint8_t {
  kNone,  // a complex type
  kBase64Binary,
  kBoolean,
  kCanonical,
  kCode,
  kDate,
  kDateTime,
  kDecimal,
  kId,
  kInstant,
  kInteger,
  kMarkdown,
  kOid,
  kPositiveInt,
  kString,
  kTime,
  kUnsignedInt,
  kUri,
  kUrl,
  kUuid,
  kXhtml,
  kSystemString,  // http://hl7.org/fhirpath/System.String: Element.id, Extension.url
};

// Types that the judge has rules of its own for.
enum class TypeRole : std::uint8_t {
  kPlain,
  kAttachment,
  kBundle,
  kCodeableConcept,
  kCoding,
  kExtension,
  kIdentifier,
  kMeta,
  kNarrative,
  kQuantity,  // and what derives from it: Age, Count, Distance, Duration
  kReference,
  kResource,  // abstract: any resource may stand here
};

struct Checks;  // checks.h: what a definition demands of a value

// One way to write an element: `valueQuantity` of `value[x]`. Elements with one type have one. The
// walk looks at one for each node: it lies in one line of the cache.
struct alignas(64) Element {
  NameId name = kNoName;       // as written: `valueQuantity`
  NameId choice = kNoName;     // FHIRPath's name: `value`; equal to name if it is no choice
  std::uint16_t slot = 0;      // index of the ElementDefinition within its type: variants share it
  bool repeats = false;        // max is not 1
  const Type* type = nullptr;  // concrete; `Resource` where any resource may stand
  const ElementDefinition* definition = nullptr;
  const Checks* checks = nullptr;  // null: nothing but type and cardinality
  bool is_choice() const { return name != choice; }
};

// What stands once for all variants of an element.
struct Slot {
  std::uint32_t min = 0;
  std::uint32_t max = 1;
  std::uint16_t first = 0;  // index of the first variant in Type::elements
};

struct alignas(64) Type {
 private:
  struct Entry {  // of the table: name -> index + 1 in elements; open addressing
    NameId name = kNoName;
    std::uint32_t element = 0;
  };
  // What the walk looks at comes first.
  std::vector<Entry> table_ = {Entry()};
  std::uint32_t mask_ = 0;
  NameId last_name_ = 0;  // of those in the table

 public:
  std::vector<Element>
      elements;  // variants of a slot stand together, in the order of the definition
  // True if there are no more than 64 slots, of which each needs one value at the most, and allows
  // one or any number.
  bool few_slots = false;
  bool abstract = false;
  bool backbone = false;  // written inside its resource: name has a dot
  StructureKind kind = StructureKind::kComplex;
  Primitive primitive = Primitive::kNone;
  TypeRole role = TypeRole::kPlain;
  std::uint64_t required_slots = 0;  // with few_slots: `required` as bits
  const Checks* checks = nullptr;    // of every value of this type
  std::string name;                  // `Observation`, `Quantity`, `Observation.component`
  const Type* base = nullptr;        // `DomainResource`, `Element`; `BackboneElement` for backbones
  const StructureDefinition* definition = nullptr;  // of the enclosing type for backbones
  const ElementDefinition* root = nullptr;          // the first element of its definition
  std::vector<Slot> slots;
  std::vector<std::uint16_t> required;  // slots with min > 0

  // The element of that name, or null.
  const Element* find(NameId name) const {
    if (name - 1 >= last_name_) return nullptr;  // or kNoName, which an empty entry has
    for (std::uint32_t at = name & mask_;; at = (at + 1) & mask_) {
      const Entry entry = table_[at];
      if (entry.name == name) return &elements[entry.element - 1u];
      if (entry.element == 0) return nullptr;
    }
  }
  bool is_resource() const { return kind == StructureKind::kResource && !backbone; }
  bool is_primitive() const { return primitive != Primitive::kNone; }
  bool is_a(std::string_view type_name) const {
    for (const Type* type = this; type != nullptr; type = type->base) {
      if (same_text(type->name, type_name)) return true;
    }
    return false;
  }
  bool is_a(const Type* other) const {
    for (const Type* type = this; type != nullptr; type = type->base) {
      if (type == other) return true;
    }
    return false;
  }
  void index();  // fills the table; after the elements are complete
};

// Makes the Checks of an element definition; null if it demands nothing. Given by what judges.
using CheckMaker =
    std::function<const Checks*(const StructureDefinition&, const ElementDefinition&)>;

class Schema {
 public:
  // The store must outlive the schema and be complete. Without a maker types have no checks.
  explicit Schema(const DefinitionStore& store, CheckMaker maker = {});
  ~Schema();

  // A type by its code (`Observation`, `Quantity`, `System.String`), or null. Takes a lock: callers
  // on a hot path remember what they got.
  const Type* type(std::string_view code) const;
  const NameTable& names() const;
  const DefinitionStore& store() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What each node of a tape is; both null for nodes that the schema does not know.
struct NodeType {
  const Element* element = nullptr;  // null for the root, too
  const Type* type = nullptr;        // the concrete type: `Patient` for a contained resource
};

// Gives each node of the tape its type, without judging anything. `root_type` is for tapes that
// hold a datatype; otherwise the root's resourceType decides. Reuses `types` (indexed by NodeId).
// For tapes from XML, sets kInList of repeating elements and turns kText into kString, kNumber,
// kTrue or kFalse by the type.
void assign_types(const Schema& schema, Tape& tape, std::vector<NodeType>& types,
                  const Type* root_type = nullptr);

}  // namespace oncobridge::profiles
