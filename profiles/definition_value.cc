#include "profiles/definition_value.h"

#include <algorithm>
#include <array>
#include <string>

#include "oncobridge/base/text.h"
#include "profiles/definition_store.h"
#include "profiles/definition_words.h"

namespace oncobridge::profiles {
namespace {

// Values of datatypes nest little; what lies deeper keeps the kind that XML gave it.
constexpr std::uint32_t kMaxDepth = 64;

struct Shape {
  std::string_view type;
  bool list = false;
};

// What the definition of `type` says of its element `name`.
Shape shape_of(const DefinitionStore* types, std::string_view type, std::string_view name) {
  const StructureDefinition* definition =
      types != nullptr && !type.empty() ? types->find_type(type) : nullptr;
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

NodeKind kind_of_text(std::string_view text, std::string_view type) {
  static constexpr std::array<std::string_view, 4> kNumbers = {"integer", "decimal", "positiveInt",
                                                               "unsignedInt"};
  if (type == "boolean" && text == "true") return NodeKind::kTrue;
  if (type == "boolean" && text == "false") return NodeKind::kFalse;
  const bool number = std::find(kNumbers.begin(), kNumbers.end(), type) != kNumbers.end();
  return number && is_decimal(text) ? NodeKind::kNumber : NodeKind::kString;
}

void tell(Tape& tape, NodeId node, std::string_view type, const DefinitionStore* types,
          std::uint32_t depth) {
  if (tape[node].kind == NodeKind::kText) {
    tape.at(node).kind = kind_of_text(tape[node].value(), type);
  }
  if (depth == kMaxDepth) return;
  for (NodeId child = tape[node].first; child != kNoNode; child = tape[child].next) {
    const Shape shape = shape_of(types, type, tape.name(child));
    if (shape.list) tape.at(child).flags |= kInList;
    tell(tape, child, shape.type, types, depth + 1);
  }
}

}  // namespace

void tell_kinds(Tape& tape, NodeId node, std::string_view type, const DefinitionStore* types) {
  tell(tape, node, type, types, 0);
}

}  // namespace oncobridge::profiles
