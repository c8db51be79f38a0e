// The walk over the base types: which elements stand where, how often, in which shape.
#include "profiles/judge.h"
#include "profiles/primitive.h"

namespace oncobridge::profiles {
namespace {

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

NodeKind kind_of_text(Primitive primitive, std::string_view text) {
  switch (primitive) {
    case Primitive::kBoolean:
      if (text == "true") return NodeKind::kTrue;
      if (text == "false") return NodeKind::kFalse;
      return NodeKind::kString;
    case Primitive::kDecimal:
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
      return NodeKind::kNumber;
    default:
      return NodeKind::kString;
  }
}

bool is_kind_of(Primitive primitive, NodeKind kind) {
  switch (primitive) {
    case Primitive::kBoolean:
      return kind == NodeKind::kTrue || kind == NodeKind::kFalse;
    case Primitive::kDecimal:
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
      return kind == NodeKind::kNumber;
    case Primitive::kXhtml:
      return kind == NodeKind::kString || kind == NodeKind::kXhtml;
    default:
      return kind == NodeKind::kString;
  }
}

std::string_view json_kind_of(Primitive primitive) {
  switch (primitive) {
    case Primitive::kBoolean:
      return "a boolean";
    case Primitive::kDecimal:
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
      return "a number";
    default:
      return "a string";
  }
}

// How often each of up to 64 slots has been met: never, once, more often.
struct SlotMarks {
  std::uint64_t once = 0;
  std::uint64_t twice = 0;

  // 1, 2 or 3, which is any more.
  std::uint32_t add(std::uint16_t slot) {
    const std::uint64_t bit = std::uint64_t{1} << slot;
    if ((once & bit) == 0) [[likely]] {
      once |= bit;
      return 1;
    }
    const std::uint32_t count = (twice & bit) == 0 ? 2 : 3;
    twice |= bit;
    return count;
  }
};

// With the underscore of `_name`, where the node begins so.
std::string written_name(const Tape& tape, NodeId id) {
  const Node& node = tape[id];
  const std::string_view from = tape.source().substr(node.name_place);
  const bool pair =
      tape.form() == SourceForm::kJson && node.place != node.name_place && from.starts_with("\"_");
  return (pair ? "_" : "") + std::string(tape.name(id));
}

}  // namespace

void Judge::walk_document() {
  const NodeId root = tape_.root();
  if (root == kNoNode || tape_[root].kind != NodeKind::kObject) {
    report(RuleId::kResourceTypeMissing, root, [] { return "a resource is an object"; });
    return;
  }
  walk_resource(root, kNoNode, kNoNode);
}

const Type* Judge::resource_type(std::string_view name) {
  const Type*& known = resource_types_[hash_name(name) % resource_types_.size()];
  if (known != nullptr && same_text(known->name, name)) return known;
  const Type* type = definitions_.schema().type(name);
  if (type == nullptr || !(type->is_resource() || type->kind == StructureKind::kLogical)) {
    return nullptr;
  }
  return known = type;
}

void Judge::walk_resource(NodeId id, NodeId container, NodeId entry) {
  if (!tape_[id].is(kResource)) {
    report(RuleId::kResourceTypeMissing, id, [&] {
      return child(id, names_.intern("resourceType")) == kNoNode
                 ? "the resource has no resourceType"
                 : "resourceType is not a string";
    });
    return;
  }
  const Type* type = resource_type(tape_[id].value());
  if (type == nullptr) {
    report(RuleId::kResourceTypeUnknown, id,
           [&] { return quoted(tape_[id].value()) + " is no resource type of R4"; });
    return;
  }
  if (type->abstract) {
    report(RuleId::kResourceTypeUnknown, id,
           [&] { return quoted(tape_[id].value()) + " is abstract: no instance has this type"; });
    return;
  }
  types_[id].type = type;
  const NodeId outer = resource_;
  const std::uint32_t errors = verdict_.errors + verdict_.fatal;
  if (container == kNoNode) resource_ = id;
  walk(id, *type);
  if (type->checks != nullptr) pending_.push_back({id, resource_, type->checks});
  resource_ = outer;
  const bool faulty = verdict_.errors + verdict_.fatal != errors;
  resources_.push_back({id, container, entry, faulty, pending_.size()});
}

// Children, then what the type itself demands.
void Judge::walk(NodeId id, const Type& type) {
  if (type.few_slots) {
    SlotMarks marks;
    walk_children(id, type, [&](std::uint16_t slot) { return marks.add(slot); });
    if ((marks.once & type.required_slots) == type.required_slots) return;
    check_required(id, type, [&](std::uint16_t slot) { return marks.once >> slot & 1; });
    return;
  }
  const std::size_t counts = counts_.size();
  counts_.resize(counts + type.slots.size());
  walk_children(id, type, [&](std::uint16_t slot) {
    std::uint16_t& count = counts_[counts + slot];
    if (count != 0xFFFF) ++count;
    return std::uint32_t{count};
  });
  check_required(id, type, [&](std::uint16_t slot) { return counts_[counts + slot]; });
  counts_.resize(counts);
}

template <typename CountOf>
void Judge::check_required(NodeId id, const Type& type, CountOf count_of) {
  for (const std::uint16_t slot : type.required) {
    const Slot& wanted = type.slots[slot];
    const std::uint64_t count = count_of(slot);
    if (count >= wanted.min) continue;
    const ElementDefinition& definition = *type.elements[wanted.first].definition;
    report(
        RuleId::kCardinalityMin, id,
        [&] {
          return definition.path + ": at least " + std::to_string(wanted.min) + " needed, " +
                 std::to_string(count) + " found";
        },
        type.definition);
  }
}

// `add` counts a child of a slot and returns how many it has now.
template <typename Add>
void Judge::walk_children(NodeId id, const Type& type, Add add) {
  NodeId last_of_slot = kNoNode;  // the child before
  std::uint16_t order = 0;
  for (NodeId child = tape_[id].first; child != kNoNode; child = tape_[child].next) {
    const Node& node = tape_[child];
    const Element* element = type.find(node.name);
    if (element == nullptr) [[unlikely]] {
      unknown_element(child, type);
      continue;
    }
    NodeType& known = types_[child];
    known.element = element;
    known.type = element->type;
    if (known.type == nullptr) continue;
    const std::uint32_t count = add(element->slot);
    // With few slots, what cannot repeat stands once.
    const bool may_exceed = type.few_slots ? count == 2 && !element->repeats : true;
    const std::uint32_t max = may_exceed ? type.slots[element->slot].max : 0;
    if (may_exceed && max != ElementDefinition::kUnbounded && count == max + 1 &&
        !node.is(kDuplicate)) {  // json-duplicate-name has said so
      const Element* before = last_of_slot == kNoNode ? nullptr : types_[last_of_slot].element;
      const bool choice = element->is_choice() && before != element;
      report_at(
          child, choice ? RuleId::kShapeChoice : RuleId::kCardinalityMax, id,
          [&] {
            return choice ? element->definition->path + " stands with more than one type"
                          : element->definition->path + ": at most " + std::to_string(max) +
                                " allowed";
          },
          type.definition);
    }
    if (tape_.form() == SourceForm::kXml) {
      // Attributes stand before all elements.
      if (!element->definition->xml_attribute) {
        if (element->slot < order) {
          report(RuleId::kElementOrder, child, [&] {
            return quoted(names_.text(node.name)) + " stands after an element that it precedes";
          });
        }
        order = std::max(order, element->slot);
      }
      // An element without a value attribute: a primitive that has extensions only.
      if (element->type->is_primitive() && tape_[child].kind == NodeKind::kObject) {
        tape_.at(child).kind = NodeKind::kAbsent;
      }
      if (tape_[child].kind == NodeKind::kText) {
        tape_.at(child).kind = kind_of_text(element->type->primitive, node.value());
      }
    }
    last_of_slot = child;
    const bool is_list = node.kind == NodeKind::kEmptyList || node.kind == NodeKind::kList;
    if (is_list || node.is(kPairMismatch) || node.is(kInList) != element->repeats) [[unlikely]] {
      if (!is_shaped(child, *element)) continue;
    }
    if (element->type->is_primitive()) {
      walk_text(child, *element);
    } else {
      walk_complex(child, *element);
    }
  }
}

void Judge::unknown_element(NodeId id, const Type& type) {
  if (tape_[id].is(kInList) && !tape_[id].is(kFirstOfList)) return;  // said of the first
  report_at(
      id, RuleId::kElementUnknown, tape_[id].parent,
      [&] { return quoted(written_name(tape_, id)) + " is no element of " + type.name; },
      type.definition);
}

// Lists, nulls and empty values; true if there is a value to look at.
void Judge::check_shape(NodeId id, const Element& element) {
  const Node& node = tape_[id];
  if (node.is(kInList) == element.repeats || tape_.form() == SourceForm::kXml) return;
  if (element.repeats) {
    report(RuleId::kShapeArray, id,
           [&] { return quoted(tape_.name(id)) + " can repeat, so it is written as a list"; });
  } else if (node.is(kFirstOfList) || node.kind == NodeKind::kEmptyList) {
    report(RuleId::kShapeNoArray, id,
           [&] { return quoted(tape_.name(id)) + " cannot repeat, so it is not a list"; });
  }
}

// False if there is no value to walk into.
bool Judge::is_shaped(NodeId id, const Element& element) {
  const Node& node = tape_[id];
  if (node.kind == NodeKind::kEmptyList) {
    report(RuleId::kShapeEmptyArray, id,
           [] { return "the list is empty: leave the element out if it has no values"; });
    return false;
  }
  if (node.is(kInList) != element.repeats) check_shape(id, element);
  if (node.kind == NodeKind::kList) {
    report(RuleId::kShapeNoArray, id, [] { return "a list stands within a list"; });
    return false;
  }
  if (node.is(kPairMismatch)) {
    report_pair(RuleId::kShapePair, id, [&] {
      return "_" + std::string(tape_.name(id)) + " has another shape than " +
             std::string(tape_.name(id));
    });
  }
  return true;
}

// Of a primitive type, mostly a string.
void Judge::walk_text(NodeId id, const Element& element) {
  if (!is_plain_text(tape_[id], element.type->primitive)) return walk_primitive(id, element);
  if (element.checks != nullptr) pending_.push_back({id, resource_, element.checks});
}

// A string that is as its type wants it, and nothing more to ask of: walk_primitive() would have
// nothing to tell.
bool Judge::is_plain_text(const Node& node, Primitive primitive) const {
  if (node.kind != NodeKind::kString || node.first != kNoNode || node.length == 0) return false;
  if ((node.flags & (kPaired | kLoneSurrogate)) != 0) return false;
  switch (primitive) {
    case Primitive::kBoolean:
    case Primitive::kDecimal:
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
    case Primitive::kXhtml:
    case Primitive::kMarkdown:
    case Primitive::kBase64Binary:
      return false;
    case Primitive::kCanonical:
      if (*node.text == '#') return false;
      break;
    default:
      break;
  }
  if (options_.security_checks || !options_.allow_example_urls) return false;
  return !check_primitive(primitive, node.value());
}

// False if the element is not to be walked into: it is no object with members, or a resource, which
// has been walked.
bool Judge::enter_complex(NodeId id, const Element& element) {
  const Node& node = tape_[id];
  const Type& type = *element.type;
  if (node.kind != NodeKind::kObject) {
    const bool null = node.kind == NodeKind::kNull || node.kind == NodeKind::kAbsent;
    report(null ? RuleId::kShapeNull : RuleId::kShapeObject, id, [&] {
      return quoted(tape_.name(id)) + " is an object (" + type.name + ")" +
             (null ? ", never null" : "");
    });
    return false;
  }
  if (node.is(kPaired)) {
    report_pair(RuleId::kShapePair, id, [&] {
      return "_" + std::string(tape_.name(id)) + ": only primitive elements have a _ member";
    });
  }
  if (type.role == TypeRole::kResource) {
    const bool contained = element.name == known_.contained;
    if (contained && !options_.check_contained) return false;
    const NodeId parent = tape_[id].parent;
    const bool entry =
        types_[parent].type != nullptr && types_[parent].type->name == "Bundle.entry";
    walk_resource(id, contained ? tape_.resource_of(parent) : kNoNode, entry ? parent : kNoNode);
    return false;
  }
  if (node.first == kNoNode) {
    report(RuleId::kShapeEmptyObject, id, [] { return "the object has no members"; });
    return false;
  }
  check_hollow(id);
  if (node.is(kResource)) {
    report(RuleId::kElementUnknown, id,
           [&] { return "`resourceType` is no element of " + type.name; });
  }
  return true;
}

void Judge::walk_complex(NodeId id, const Element& element) {
  const Node& node = tape_[id];
  const Type& type = *element.type;
  const bool plain = node.kind == NodeKind::kObject && (node.flags & (kPaired | kResource)) == 0 &&
                     type.role != TypeRole::kResource && node.first != kNoNode && !is_hollow(id);
  if (!plain && !enter_complex(id, element)) return;
  walk(id, type);
  after_complex(id, type);
  if (type.checks != nullptr) pending_.push_back({id, resource_, type.checks});
  if (element.checks != nullptr) pending_.push_back({id, resource_, element.checks});
}

// ele-1, of an element without a value that has children.
void Judge::tell_hollow(NodeId id) {
  if (tape_[id].is(kDuplicate)) return;  // json-duplicate-name has said so
  report_pair(RuleId::kInvariant, id, [] {
    return "ele-1: an element has a value or children; this one has nothing but an id";
  });
}

void Judge::after_complex(NodeId id, const Type& type) {
  switch (type.role) {
    case TypeRole::kCoding:
      check_coding(id);
      break;
    case TypeRole::kAttachment:
      check_attachment(id);
      break;
    case TypeRole::kExtension:
      check_extension(id);
      break;
    case TypeRole::kIdentifier:
      check_identifier(id);
      break;
    case TypeRole::kQuantity:
      check_quantity(id);
      break;
    case TypeRole::kReference:
      check_reference(id);
      break;
    default:
      break;
  }
}

void Judge::walk_primitive(NodeId id, const Element& element) {
  const Node& node = tape_[id];
  const Type& type = *element.type;
  if (node.first != kNoNode) walk(id, type);
  if (element.name == known_.id && node.first != kNoNode && tape_[node.parent].is(kResource)) {
    report(RuleId::kElementUnknown, id,
           [] { return "the id of a resource is a System.String, which has no extension"; });
  }
  if (node.kind == NodeKind::kAbsent || node.kind == NodeKind::kNull) {
    if (node.kind == NodeKind::kNull || node.first == kNoNode) {
      report(RuleId::kShapeNull, id,
             [&] { return quoted(tape_.name(id)) + " has neither a value nor an extension"; });
      return;
    }
    check_hollow(id);
    if (element.checks != nullptr) pending_.push_back({id, resource_, element.checks});
    return;
  }
  if (node.is(kPaired) && node.first == kNoNode && !node.is(kPairMismatch)) {
    report_pair(RuleId::kShapeEmptyObject, id,
                [] { return "the object of the `_` member is empty"; });
  }
  if (!is_kind_of(type.primitive, node.kind)) {
    report(RuleId::kShapePrimitive, id, [&] {
      return "a value of type " + type.name + " is written as " +
             std::string(json_kind_of(type.primitive));
    });
    return;
  }
  if (type.primitive == Primitive::kXhtml) {
    check_narrative_of(id);
  } else if (node.kind != NodeKind::kTrue && node.kind != NodeKind::kFalse) {
    check_string(id, type.primitive, node.value());
  }
  if (element.checks != nullptr) pending_.push_back({id, resource_, element.checks});
}

}  // namespace oncobridge::profiles
