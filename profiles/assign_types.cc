#include "profiles/schema.h"

namespace oncobridge::profiles {
namespace {

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

class TypeAssigner {
 public:
  TypeAssigner(const Schema& schema, Tape& tape, std::vector<NodeType>& types)
      : schema_(schema), tape_(tape), types_(types) {}

  void assign(NodeId id, const Type* type) {
    types_[id].type = type;
    Node& node = tape_.at(id);
    if (tape_.form() == SourceForm::kXml && node.kind == NodeKind::kObject && type != nullptr &&
        type->primitive != Primitive::kNone) {
      // Without its value attribute, XML does not show that an element is a primitive.
      node.kind = NodeKind::kAbsent;
      node.flags |= kPaired;
    }
    if (node.kind == NodeKind::kText) {
      node.kind =
          kind_of_text(type == nullptr ? Primitive::kString : type->primitive, node.value());
    }
    NodeId previous = kNoNode;
    for (NodeId child = node.first; child != kNoNode; child = tape_[child].next) {
      const Element* element = type == nullptr ? nullptr : type->find(tape_[child].name);
      types_[child].element = element;
      if (tape_.form() == SourceForm::kXml && element != nullptr && element->repeats) {
        const bool first = previous == kNoNode || tape_[previous].name != tape_[child].name;
        tape_.at(child).flags |= first ? kInList | kFirstOfList : kInList;
      }
      previous = child;
      const Type* child_type = element == nullptr ? nullptr : element->type;
      if (tape_[child].is(kResource)) child_type = schema_.type(tape_[child].value());
      assign(child, child_type);
    }
  }

 private:
  const Schema& schema_;
  Tape& tape_;
  std::vector<NodeType>& types_;
};

}  // namespace

void assign_types(const Schema& schema, Tape& tape, std::vector<NodeType>& types,
                  const Type* root_type) {
  types.assign(tape.size(), NodeType{});
  if (tape.root() == kNoNode) return;
  const Node& root = tape[tape.root()];
  if (root_type == nullptr && root.is(kResource)) root_type = schema.type(root.value());
  TypeAssigner(schema, tape, types).assign(tape.root(), root_type);
}

}  // namespace oncobridge::profiles
