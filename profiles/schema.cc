#include "profiles/schema.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "profiles/soundness.h"

namespace oncobridge::profiles {
namespace {

constexpr std::array<std::pair<std::string_view, Primitive>, 22> kPrimitives = {{
    {"base64Binary", Primitive::kBase64Binary},
    {"boolean", Primitive::kBoolean},
    {"canonical", Primitive::kCanonical},
    {"code", Primitive::kCode},
    {"date", Primitive::kDate},
    {"dateTime", Primitive::kDateTime},
    {"decimal", Primitive::kDecimal},
    {"id", Primitive::kId},
    {"instant", Primitive::kInstant},
    {"integer", Primitive::kInteger},
    {"markdown", Primitive::kMarkdown},
    {"oid", Primitive::kOid},
    {"positiveInt", Primitive::kPositiveInt},
    {"string", Primitive::kString},
    {"time", Primitive::kTime},
    {"unsignedInt", Primitive::kUnsignedInt},
    {"uri", Primitive::kUri},
    {"url", Primitive::kUrl},
    {"uuid", Primitive::kUuid},
    {"xhtml", Primitive::kXhtml},
    {"System.String", Primitive::kSystemString},
    {"http://hl7.org/fhirpath/System.String", Primitive::kSystemString},
}};

Primitive primitive_of(std::string_view code) {
  for (const auto& [name, primitive] : kPrimitives) {
    if (name == code) return primitive;
  }
  return Primitive::kNone;
}

constexpr std::array<std::pair<std::string_view, TypeRole>, 17> kRoles = {{
    {"Age", TypeRole::kQuantity},
    {"Attachment", TypeRole::kAttachment},
    {"Bundle", TypeRole::kBundle},
    {"CodeableConcept", TypeRole::kCodeableConcept},
    {"Coding", TypeRole::kCoding},
    {"Count", TypeRole::kQuantity},
    {"Distance", TypeRole::kQuantity},
    {"DomainResource", TypeRole::kResource},
    {"Duration", TypeRole::kQuantity},
    {"Extension", TypeRole::kExtension},
    {"Identifier", TypeRole::kIdentifier},
    {"Meta", TypeRole::kMeta},
    {"Money", TypeRole::kPlain},
    {"Narrative", TypeRole::kNarrative},
    {"Quantity", TypeRole::kQuantity},
    {"Reference", TypeRole::kReference},
    {"Resource", TypeRole::kResource},
}};

TypeRole role_of(std::string_view code) {
  for (const auto& [name, role] : kRoles) {
    if (name == code) return role;
  }
  return TypeRole::kPlain;
}

std::string_view last_segment(std::string_view text, char separator) {
  const std::size_t at = text.rfind(separator);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

constexpr std::string_view kCoreUrl = "http://hl7.org/fhir/StructureDefinition/";

// The code of a type by the canonical of its definition; logical models have their URL as code.
std::string_view type_code(std::string_view canonical) {
  const std::string_view url = split_canonical(canonical).url;
  return url.starts_with(kCoreUrl) ? url.substr(kCoreUrl.size()) : url;
}

}  // namespace

void Type::index() {
  const auto size = std::bit_ceil(static_cast<std::uint32_t>(elements.size()) * 2 + 1);
  table_.assign(size, {});
  mask_ = size - 1;
  last_name_ = 0;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const NameId name = elements[i].name;
    last_name_ = std::max(last_name_, name);
    std::uint32_t at = name & mask_;
    while (table_[at].element != 0) at = (at + 1) & mask_;
    table_[at] = {name, static_cast<std::uint32_t>(i + 1)};
  }
}

struct Schema::Impl {
  const DefinitionStore& store;
  CheckMaker maker;
  NameTable names;
  mutable std::shared_mutex mutex;
  std::map<std::string, std::unique_ptr<Type>, std::less<>>
      types;  // of codes and of backbone paths
  std::unordered_map<const StructureDefinition*, std::unordered_map<std::string_view, std::size_t>>
      places;

  Impl(const DefinitionStore& definitions, CheckMaker check_maker)
      : store(definitions), maker(std::move(check_maker)) {
    for (const std::string_view name : store.element_names()) names.add(name);
  }

  const Checks* checks_of(const StructureDefinition& structure, const ElementDefinition& element) {
    return maker ? maker(structure, element) : nullptr;
  }

  // With the lock held. A type that is being compiled further up is returned unfinished.
  Type* compile(std::string_view code) {
    if (const auto found = types.find(code); found != types.end()) return found->second.get();
    const Primitive primitive = primitive_of(code);
    if (primitive == Primitive::kSystemString) {
      auto& type = types.emplace(code, std::make_unique<Type>()).first->second;
      type->name = "System.String";
      type->kind = StructureKind::kPrimitive;
      type->primitive = primitive;
      type->index();
      return type.get();
    }
    const StructureDefinition* definition = store.find_type(code);
    if (definition == nullptr || definition->snapshot.empty()) return nullptr;
    if (!check_sound(store, *definition)) return nullptr;
    Type* type = types.emplace(code, std::make_unique<Type>()).first->second.get();
    type->name = code;
    type->kind = definition->kind;
    type->primitive = primitive;
    type->role = role_of(code);
    type->abstract = definition->abstract;
    type->definition = definition;
    type->root = &definition->snapshot.front();
    if (!definition->base.empty()) type->base = compile(type_code(definition->base));
    fill(*type, 0);
    type->checks = checks_of(*definition, *type->root);
    return type;
  }

  // The elements directly below snapshot[root].
  void fill(Type& type, std::size_t root) {
    const auto& snapshot = type.definition->snapshot;
    const std::string prefix = snapshot[root].path + ".";
    for (std::size_t i = root + 1; i < snapshot.size() && snapshot[i].path.starts_with(prefix);
         ++i) {
      const ElementDefinition& definition = snapshot[i];
      if (definition.path.find('.', prefix.size()) != std::string::npos) continue;
      if (!definition.slice_name.empty()) continue;
      if (type.is_primitive() && definition.path.ends_with(".value")) continue;
      add_slot(type, i, std::string_view(definition.path).substr(prefix.size()));
    }
    for (std::uint16_t slot = 0; slot < type.slots.size(); ++slot) {
      if (type.slots[slot].min > 0) type.required.push_back(slot);
    }
    type.few_slots =
        type.slots.size() <= 64 &&
        std::all_of(type.slots.begin(), type.slots.end(), [](const Slot& slot) {
          return slot.min <= 1 && (slot.max == 1 || slot.max == ElementDefinition::kUnbounded);
        });
    if (type.few_slots) {
      for (const std::uint16_t slot : type.required)
        type.required_slots |= std::uint64_t{1} << slot;
    }
    type.index();
  }

  void add_slot(Type& type, std::size_t at, std::string_view name) {
    const ElementDefinition& definition = type.definition->snapshot[at];
    const auto slot = static_cast<std::uint16_t>(type.slots.size());
    type.slots.push_back(
        {definition.min, definition.max, static_cast<std::uint16_t>(type.elements.size())});
    const Checks* checks = checks_of(*type.definition, definition);
    const auto add = [&](std::string_view written, std::string_view choice,
                         const Type* value_type) {
      Element element;
      element.name = name_of(written);
      element.choice = name_of(choice);
      element.slot = slot;
      element.repeats = definition.max != 1;
      element.type = value_type;
      element.definition = &definition;
      element.checks = checks;
      type.elements.push_back(element);
    };
    if (name.ends_with("[x]")) {
      const std::string_view stem = name.substr(0, name.size() - 3);
      for (const TypeRef& ref : definition.types) {
        std::string written = std::string(stem) + ref.code;
        char& first = written[stem.size()];
        if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
        if (const Type* value_type = compile(ref.code)) add(written, stem, value_type);
      }
      return;
    }
    add(name, name, single_type(type, at, name));
  }

  // Of a definition with content references: where the first element of a path is.
  using Places = std::unordered_map<std::string_view, std::size_t>;
  const Places& places_of(const StructureDefinition& definition) {
    const auto [found, added] = places.try_emplace(&definition);
    if (added) {
      for (std::size_t i = 0; i < definition.snapshot.size(); ++i) {
        found->second.try_emplace(definition.snapshot[i].path, i);
      }
    }
    return found->second;
  }

  NameId name_of(std::string_view text) const { return names.find(text); }

  const Type* single_type(const Type& type, std::size_t at, std::string_view name) {
    const ElementDefinition& definition = type.definition->snapshot[at];
    if (!definition.content_reference.empty()) {
      const std::string_view path = last_segment(definition.content_reference, '#');
      const auto& places = places_of(*type.definition);
      const auto found = places.find(path);
      return found == places.end() ? nullptr : backbone(type, found->second);
    }
    if (definition.types.empty()) return nullptr;
    const std::string_view code = definition.types.front().code;
    const auto& snapshot = type.definition->snapshot;
    const bool has_children =
        at + 1 < snapshot.size() && snapshot[at + 1].path.starts_with(definition.path + ".");
    if (has_children) return backbone(type, at);
    // R4 states System.String for the id of resources; its type is `id` (resource.html#id).
    if (name == "id" && type.definition->kind == StructureKind::kResource && !type.backbone) {
      return compile("id");
    }
    return compile(code);
  }

  const Type* backbone(const Type& outer, std::size_t at) {
    const ElementDefinition& definition = outer.definition->snapshot[at];
    const std::string key = outer.definition->url + "#" + definition.path;
    if (const auto found = types.find(key); found != types.end()) return found->second.get();
    Type* type = types.emplace(key, std::make_unique<Type>()).first->second.get();
    type->name = definition.path;
    type->kind = StructureKind::kComplex;
    type->backbone = true;
    type->definition = outer.definition;
    type->root = &definition;
    type->base = compile(definition.types.empty() ? "BackboneElement" : definition.types[0].code);
    if (type->base != nullptr) type->checks = type->base->checks;
    fill(*type, at);
    return type;
  }
};

Schema::Schema(const DefinitionStore& store, CheckMaker maker)
    : impl_(std::make_unique<Impl>(store, std::move(maker))) {}
Schema::~Schema() = default;

const Type* Schema::type(std::string_view code) const {
  {
    const std::shared_lock lock(impl_->mutex);
    if (const auto found = impl_->types.find(code); found != impl_->types.end()) {
      return found->second.get();
    }
  }
  const std::unique_lock lock(impl_->mutex);
  return impl_->compile(code);
}

const NameTable& Schema::names() const { return impl_->names; }
const DefinitionStore& Schema::store() const { return impl_->store; }

}  // namespace oncobridge::profiles
