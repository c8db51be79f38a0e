#include "profiles/definition_value.h"

#include <algorithm>
#include <array>
#include <vector>

#include "oncobridge/fhir/json_document.h"
#include "profiles/definition_store.h"
#include "profiles/definition_words.h"

namespace oncobridge::profiles {
namespace {

// Definitions nest little; deeper values are cut off rather than followed.
constexpr std::uint32_t kMaxDepth = 64;

struct Shape {
  std::string_view type;
  bool list = false;
};

// What the definition of `type` says of its element `name`.
Shape shape_of(const DefinitionStore* types, std::string_view type, std::string_view name) {
  const StructureDefinition* definition = types != nullptr ? types->find_type(type) : nullptr;
  if (definition == nullptr) return {};
  for (const ElementDefinition& element : definition->snapshot) {
    const std::string_view path = element.path;
    if (path.size() <= type.size() || path.find('.', type.size() + 1) != std::string_view::npos) {
      continue;
    }
    const std::string_view last = path.substr(type.size() + 1);
    const bool list = element.max > 1;
    if (last == name) {
      return {element.types.empty() ? std::string_view() : element.types[0].code, list};
    }
    if (!last.ends_with("[x]") || !name.starts_with(last.substr(0, last.size() - 3))) continue;
    const std::string suffix = choice_type(name.substr(last.size() - 3));
    for (const TypeRef& choice : element.types) {
      if (choice.code == suffix) return {choice.code, list};
    }
  }
  return {};
}

class ValueWriter {
 public:
  ValueWriter(std::string& out, const Tape& tape, const DefinitionStore* types)
      : out_(out), tape_(tape), types_(types) {}

  void append(NodeId id, std::string_view type, std::uint32_t depth) {
    const Node& node = tape_[id];
    switch (node.kind) {
      case NodeKind::kObject:
        append_object(id, type, depth);
        break;
      case NodeKind::kNumber:
      case NodeKind::kTrue:
      case NodeKind::kFalse:
        out_ += node.value();
        break;
      case NodeKind::kText:
        append_text(node.value(), type);
        break;
      case NodeKind::kString:
      case NodeKind::kXhtml:
        append_json_string(out_, node.value());
        break;
      default:
        out_ += "null";
    }
  }

 private:
  // In XML, numbers and booleans are told by their type only.
  void append_text(std::string_view text, std::string_view type) {
    static constexpr std::array<std::string_view, 5> kBare = {"boolean", "integer", "decimal",
                                                              "positiveInt", "unsignedInt"};
    if (std::find(kBare.begin(), kBare.end(), type) != kBare.end()) {
      out_ += text;
    } else {
      append_json_string(out_, text);
    }
  }

  bool is_seen(std::size_t first, NameId name) const {
    return std::find(seen_.begin() + static_cast<std::ptrdiff_t>(first), seen_.end(), name) !=
           seen_.end();
  }

  void append_object(NodeId id, std::string_view type, std::uint32_t depth) {
    if (depth > kMaxDepth) {
      out_ += "null";
      return;
    }
    out_ += '{';
    bool empty = true;
    const Node& node = tape_[id];
    if (node.is(kResource)) {
      out_ += "\"resourceType\":";
      append_json_string(out_, node.value());
      type = node.value();
      empty = false;
    }
    const std::size_t first = seen_.size();
    for (NodeId child = node.first; child != kNoNode; child = tape_[child].next) {
      if (is_seen(first, tape_[child].name)) continue;
      seen_.push_back(tape_[child].name);
      append_member(child, type, depth, empty);
    }
    seen_.resize(first);
    out_ += '}';
  }

  // All items of a member: its values, and for primitives the `_name` that carries the rest.
  void append_member(NodeId first, std::string_view type, std::uint32_t depth, bool& empty) {
    const std::string_view name = tape_.name(first);
    const bool xml = tape_.form() == SourceForm::kXml;
    const Shape shape = xml ? shape_of(types_, type, name) : Shape{};
    const bool list =
        tape_[first].is(kInList) || shape.list || (xml && tape_.next_same(first) != kNoNode);
    bool values = false;
    bool pairs = false;
    for (NodeId id = first; id != kNoNode; id = tape_.next_same(id)) {
      const bool object = tape_[id].kind == NodeKind::kObject;
      values |= object || tape_[id].has_value();
      pairs |= !object && tape_[id].first != kNoNode;
    }
    if (values) {
      append_name("", name, empty);
      append_items(first, list, [&](NodeId id) { append(id, shape.type, depth + 1); });
    }
    if (pairs) {
      append_name("_", name, empty);
      append_items(first, list, [&](NodeId id) {
        if (tape_[id].first == kNoNode) {
          out_ += "null";
        } else {
          append_object(id, "Element", depth + 1);
        }
      });
    }
  }

  void append_name(std::string_view prefix, std::string_view name, bool& empty) {
    if (!empty) out_ += ',';
    empty = false;
    append_json_string(out_, std::string(prefix) + std::string(name));
    out_ += ':';
  }

  template <typename OnItem>
  void append_items(NodeId first, bool list, OnItem&& on_item) {
    if (!list) {
      on_item(first);
      return;
    }
    out_ += '[';
    for (NodeId id = first; id != kNoNode; id = tape_.next_same(id)) {
      if (id != first) out_ += ',';
      on_item(id);
    }
    out_ += ']';
  }

  std::string& out_;
  const Tape& tape_;
  const DefinitionStore* types_;
  std::vector<NameId> seen_;
};

}  // namespace

void append_value_json(std::string& out, const Tape& tape, NodeId node, std::string_view type,
                       const DefinitionStore* types) {
  ValueWriter(out, tape, types).append(node, type, 0);
}

}  // namespace oncobridge::profiles
