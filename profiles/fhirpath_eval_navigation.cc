// Members, children and types of elements.
#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_functions.h"
#include "profiles/same_text.h"

namespace oncobridge::profiles::fhirpath {
namespace {

// How a member's name finds the children of a node: `value` finds valueQuantity, and valueQuantity
// finds nothing where the schema knows it as a choice.
class ChildFinder {
 public:
  ChildFinder(const Expr& member, const Document& document, NodeId node)
      : member_(member),
        document_(document),
        nodes_(&(*document.tape)[0]),
        types_(document.types),
        name_(member.name) {
    const Type* type = types_ == nullptr ? nullptr : types_[node].type;
    typed_ = type != nullptr;
    if (member.name == kNoName) {
      by_ = By::kText;
    } else if (member.maybe_choice) {
      const Element* element = typed_ ? type->find(member.name) : nullptr;
      if (element == nullptr || element->is_choice()) by_ = typed_ ? By::kChoice : By::kText;
    }
    next_ = nodes_[node].first;
  }

  // The next child of that name, or kNoNode.
  NodeId next() {
    if (by_ == By::kName) return next_by_name();
    while (next_ != kNoNode) {
      const NodeId child = next_;
      next_ = nodes_[child].next;
      ++looked_at_;
      if (by_ == By::kChoice) {
        const Element* element = types_[child].element;
        if ((element == nullptr ? nodes_[child].name : element->choice) != name_) continue;
      } else if (!has_text(child)) {
        continue;
      }
      if (is_element(nodes_[child])) return child;
    }
    return kNoNode;
  }
  std::uint64_t looked_at() const { return looked_at_; }

 private:
  enum class By : std::uint8_t { kName, kChoice, kText };

  NodeId next_by_name() {
    const Node* const nodes = nodes_;
    const NameId name = name_;
    NodeId child = next_;
    std::uint64_t looked_at = 0;
    for (; child != kNoNode; child = nodes[child].next) {
      ++looked_at;
      if (nodes[child].name == name && is_element(nodes[child]) && !(typed_ && is_choice(child))) {
        break;
      }
    }
    next_ = child == kNoNode ? kNoNode : nodes[child].next;
    looked_at_ += looked_at;
    return child;
  }
  bool is_choice(NodeId child) const {
    const Element* element = types_[child].element;
    return element != nullptr && element->is_choice();
  }
  bool has_text(NodeId child) const {
    const std::string_view written = document_.tape->name(child);
    if (written == member_.text) return !typed_ || !is_choice(child);
    return !typed_ && member_.maybe_choice && !choice_suffix(written, member_.text).empty();
  }

  const Expr& member_;
  const Document& document_;
  const Node* const nodes_;
  const NodeType* const types_;
  const NameId name_;
  NodeId next_ = kNoNode;
  By by_ = By::kName;
  bool typed_ = false;
  std::uint64_t looked_at_ = 1;
};

}  // namespace

Flow Evaluator::members(const Expr& part, const Item& item, Sink out) {
  if (!item.is_node()) {
    if (item.kind == ItemKind::kType) {
      if (part.text == "name") return out(Item::of(item.type->name));
      if (part.text == "namespace") return out(Item::of(item.type->space));
    } else if (item.kind == ItemKind::kQuantity) {
      if (part.text == "value") return out(Item::of(&item.quantity->value));
      if (part.text == "unit") return out(Item::of(item.quantity->unit));
    }
    return Flow::kGo;
  }
  if (part.maybe_type && is_a(item, part.text)) return out(item);
  if (surely_lacks(part, item)) return Flow::kGo;
  if (const FewOfMany* known = few_of_many(part, item)) {
    for (std::size_t i = 0; i < known->count; ++i) {
      const Flow flow = out(Item::of(item.document, known->found[i]));
      if (flow != Flow::kGo) return flow;
    }
    return spend(known->count + 1) ? Flow::kGo : Flow::kFault;
  }
  ChildFinder finder(part, *item.document, item.node());
  FewOfMany found{&part, item.document, item.node(), 0, {}};
  for (NodeId child = finder.next(); child != kNoNode; child = finder.next()) {
    if (found.count < found.found.size()) found.found[found.count] = child;
    ++found.count;
    const Flow flow = out(Item::of(item.document, child));
    if (flow != Flow::kGo) return flow;
  }
  if (finder.looked_at() > kManyChildren && found.count <= found.found.size()) {
    few_of_many_[next_few_of_many_++ % few_of_many_.size()] = found;
  }
  return spend(finder.looked_at()) ? Flow::kGo : Flow::kFault;
}

// `url = 'x'` of one element with one url, which is a string. kFault: of another, and nothing has
// been told.
Truth Evaluator::member_is_text(const Expr& part, const Item& item) {
  const Expr& member = *part.left;
  if (!item.is_node() || next_few_of_many_ > 0) return Truth::kFault;
  if (surely_lacks(member, item)) return Truth::kEmpty;
  ChildFinder finder(member, *item.document, item.node());
  const NodeId child = finder.next();
  const bool alone = child == kNoNode || finder.next() == kNoNode;
  if (!alone || finder.looked_at() > kManyChildren || !spend(finder.looked_at())) {
    return Truth::kFault;
  }
  if (child == kNoNode) return Truth::kEmpty;
  const Node& node = (*item.document->tape)[child];
  const NodeType* const types = item.document->types;
  if (node.kind == NodeKind::kString && types != nullptr && types[child].type != nullptr &&
      is_text(types[child].type->primitive)) {
    return truth(same_text(node.value(), part.right->value.string()));
  }
  const Item value = value_of(Item::of(item.document, child));
  if (value.kind != ItemKind::kString) return Truth::kFault;
  return truth(value.string() == part.right->value.string());
}

const Evaluator::FewOfMany* Evaluator::few_of_many(const Expr& part, const Item& item) const {
  if (next_few_of_many_ == 0) return nullptr;
  for (const FewOfMany& known : few_of_many_) {
    if (known.part == &part && known.node == item.node() && known.document == item.document) {
      return &known;
    }
  }
  return nullptr;
}

namespace {

// Whether the steps from `at` on lead from a node to an element.
bool leads(const Expr& path, std::size_t at, const Document& document, NodeId node,
           std::uint64_t& looked_at) {
  ChildFinder finder(*path.arguments[at], document, node);
  bool found = false;
  for (NodeId child = finder.next(); child != kNoNode; child = finder.next()) {
    found = at + 1 == path.path_length || leads(path, at + 1, document, child, looked_at);
    if (found) break;
  }
  looked_at += finder.looked_at();
  return found;
}

}  // namespace

bool Evaluator::leads_anywhere(const Expr& path, const Item& from) {
  if (!from.is_node() || surely_lacks(*path.arguments[0], from)) return false;
  std::uint64_t looked_at = 1;
  const bool result = leads(path, 0, *from.document, from.node(), looked_at);
  return spend(looked_at) && result;
}

std::uint64_t child_names(const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  std::uint64_t bits = std::uint64_t{1} << 63;  // never 0, which is: not known
  for (NodeId child = tape[node].first; child != kNoNode; child = tape[child].next) {
    bits |= name_bit(tape[child].name);
    const Element* element = document.types == nullptr ? nullptr : document.types[child].element;
    if (element != nullptr) bits |= name_bit(element->choice);
  }
  return bits;
}

NodeId Evaluator::child(const Item& node, std::string_view name) const {
  const NameId id = environment_.names.find(name);
  const Tape& tape = node.tape();
  for (NodeId child = node.at().first; child != kNoNode; child = tape[child].next) {
    if (id != kNoName ? tape[child].name == id : tape.name(child) == name) return child;
  }
  return kNoNode;
}

Flow Evaluator::children(const Item& item, Sink out) {
  if (!item.is_node()) return Flow::kGo;
  const Tape& tape = item.tape();
  for (NodeId child = item.at().first; child != kNoNode; child = tape[child].next) {
    if (!spend(1)) return Flow::kFault;
    if (!is_child(*item.document, child)) continue;
    const Flow flow = out(Item::of(item.document, child));
    if (flow != Flow::kGo) return flow;
  }
  return Flow::kGo;
}

Flow Evaluator::descendants(const Item& item, Sink out) {
  if (!item.is_node()) return Flow::kGo;
  const Tape& tape = item.tape();
  const NodeId top = item.node();
  NodeId at = tape[top].first;
  while (at != kNoNode) {
    if (!spend(1)) return Flow::kFault;
    NodeId down = kNoNode;
    if (is_child(*item.document, at)) {
      const Flow flow = out(Item::of(item.document, at));
      if (flow != Flow::kGo) return flow;
      down = tape[at].first;
    }
    if (down != kNoNode) {
      at = down;
      continue;
    }
    while (at != top && tape[at].next == kNoNode) at = tape[at].parent;
    if (at == top) break;
    at = tape[at].next;
  }
  return Flow::kGo;
}

Flow run_children(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return evaluator.stream(call.left, scope,
                          [&](const Item& item) { return evaluator.children(item, out); });
}

Flow run_descendants(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return evaluator.stream(call.left, scope,
                          [&](const Item& item) { return evaluator.descendants(item, out); });
}

// Types ----------------------------------------------------------------------------------------

namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
  }
  return true;
}

}  // namespace

// `exact`: as() and ofType() take a primitive only by its own type (a code is no string there, the
// suite's testFHIRPathAsFunction11 and 16), while is() follows the inheritance.
bool Evaluator::is_type(const Item& item, const TypeSpec& type, bool exact) const {
  if (!item.is_node()) return type.system && item.kind == type.kind;
  if (type.space == "System") return false;
  if (!type.space.empty() && type.space != "FHIR") return false;
  const bool by_name_only = exact && primitive_of(item) != Primitive::kNone;
  if (by_name_only ? type_name(item) == type.name : is_a(item, type.name)) return true;
  // `answer is Boolean` of published invariants means FHIR's boolean.
  return lenient_ && type.system && type.space.empty() &&
         same_ignoring_case(type_name(item), type.name);
}

bool Evaluator::knows_type(const TypeSpec& type) const {
  if (type.system || type.space == "System" || environment_.schema == nullptr) return true;
  return environment_.schema->type(type.name) != nullptr;
}

Truth Evaluator::is_operator(const Expr& part, const Scope& scope) {
  Item item;
  const Got got = one(part.left, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Truth::kFault : Truth::kEmpty;
  if (is_type(item, *part.type, false)) return Truth::kTrue;
  if (lenient_ || knows_type(*part.type)) return Truth::kFalse;
  return fail_test(EvalFault::kUnknown, "a type that is not known", &part);
}

Truth test_is(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  Item item;
  const auto got = evaluator.one(call.left, scope, item);
  if (got != Evaluator::Got::kOne) {
    return got == Evaluator::Got::kFault ? Truth::kFault : Truth::kEmpty;
  }
  if (evaluator.is_type(item, *call.type, false)) return Truth::kTrue;
  if (evaluator.lenient() || evaluator.knows_type(*call.type)) return Truth::kFalse;
  return evaluator.fail_test(EvalFault::kUnknown, "a type that is not known", &call);
}

Flow run_of_type(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  if (!evaluator.lenient() && !evaluator.knows_type(*call.type)) {
    return evaluator.fail(EvalFault::kUnknown, "a type that is not known", &call);
  }
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    return evaluator.is_type(item, *call.type, true) ? out(item) : Flow::kGo;
  });
}

Flow run_as(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  // Definitions of R4 use `as` to filter (dom-3): the specification wants a single item.
  if (evaluator.lenient()) return run_of_type(evaluator, call, scope, out);
  if (!evaluator.knows_type(*call.type)) {
    return evaluator.fail(EvalFault::kUnknown, "a type that is not known", &call);
  }
  Item item;
  const auto got = evaluator.one(call.left, scope, item);
  if (got == Evaluator::Got::kFault) return Flow::kFault;
  if (got == Evaluator::Got::kNone || !evaluator.is_type(item, *call.type, true)) return Flow::kGo;
  return out(item);
}

}  // namespace oncobridge::profiles::fhirpath
