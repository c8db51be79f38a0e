// The compiled types: what each R4 type (resource, datatype, backbone element) may contain, ready
// to be walked. Profiles compile to profile_schema.h on top of these. Immutable once made; compiled
// when first asked for, from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/fhir/names.h"
#include "oncobridge/fhir/tape.h"
#include "profiles/definition_store.h"

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

// One way to write an element: `valueQuantity` of `value[x]`. Elements with one type have one.
struct Element {
  NameId name = kNoName;    // as written: `valueQuantity`
  NameId choice = kNoName;  // FHIRPath's name: `value`; equal to name if it is no choice
  std::uint16_t slot = 0;   // index of the ElementDefinition within its type: all variants share it
  const Type* type = nullptr;  // concrete; `Resource` where any resource may stand
  const ElementDefinition* definition = nullptr;
  const StructureDefinition* structure = nullptr;  // where the definition stands
};

struct Type {
  std::string name;  // `Observation`, `Quantity`, `Observation.component`
  StructureKind kind = StructureKind::kComplex;
  Primitive primitive = Primitive::kNone;
  bool abstract = false;
  bool backbone = false;       // written inside its resource: name has a dot
  const Type* base = nullptr;  // `DomainResource`, `Element`; `BackboneElement` for backbones
  const StructureDefinition* definition = nullptr;  // of the enclosing type for backbones
  std::vector<Element>
      elements;  // variants of a slot stand together, in the order of the definition
  std::uint16_t slots = 0;
  // Compiled parts of the validator (constraints, bindings) hang on these; see validator_schema.h.
  mutable std::uint32_t ordinal = 0;  // dense number of the type within its Schema

  // The element of that name, or null.
  const Element* find(NameId name) const;
  bool is_a(std::string_view type_name) const {
    for (const Type* type = this; type != nullptr; type = type->base) {
      if (type->name == type_name) return true;
    }
    return false;
  }

  std::vector<std::uint16_t> table;  // name -> index + 1 in elements; open addressing by NameId
};

class Schema {
 public:
  // The store must outlive the schema and be complete.
  explicit Schema(const DefinitionStore& store);
  ~Schema();

  // A type by its code, or null. `System.String` types resolve to kSystemString.
  const Type* type(std::string_view code) const;
  const NameTable& names() const;
  const DefinitionStore& store() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What each node of a tape is. element is null for nodes that the schema does not know.
struct NodeType {
  const Element* element = nullptr;  // null for the root and for unknown members
  const Type* type = nullptr;        // the concrete type: `Patient` for a contained resource
};

// Gives each node of the tape its type, without judging anything. `root_type` is for tapes that
// hold a datatype; otherwise the root's resourceType decides. Reuses `types` (indexed by NodeId).
// For tapes from XML, sets kInList of repeating elements and turns kText into kString, kNumber,
// kTrue or kFalse by the type.
void assign_types(const Schema& schema, Tape& tape, std::vector<NodeType>& types,
                  const Type* root_type = nullptr);

}  // namespace oncobridge::profiles
