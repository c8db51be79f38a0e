#include "profiles/fhirpath_eval.h"

#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_quantity.h"
#include "profiles/fhirpath_regex.h"

namespace oncobridge::profiles::fhirpath {

Evaluator::Evaluator(const Environment& environment, const EvalLimits& limits)
    : environment_(environment), limits_(limits), host_(environment.host) {
  if (host_ == nullptr) {
    own_host_ = std::make_unique<Host>();
    host_ = own_host_.get();
  }
  if (environment.schema != nullptr) quantity_ = environment.schema->type("Quantity");
}

Evaluator::~Evaluator() = default;

namespace {

// The resource that a node belongs to, itself included.
NodeId resource_at(const Document& document, NodeId node) {
  return node == kNoNode ? kNoNode : document.tape->resource_of(node);
}

}  // namespace

void Evaluator::begin(const Expression& expression, const Focus& focus, Scope& scope) {
  if (arena_.given() > 0) arena_.reset();
  documents_.clear();
  if (next_few_of_many_ > 0) {
    few_of_many_ = {};
    next_few_of_many_ = 0;
  }
  running_ = true;
  fault_ = {};
  spent_ += visits_;
  visits_ = 0;
  made_ = 0;
  now_ = nullptr;
  lenient_ = expression.lenient();
  focus_ = focus;
  if (focus.document.tape == nullptr || focus.node == kNoNode) return;
  root_document_ = focus.document;
  scope.focus = Item::of(&root_document_, focus.node);
  scope.has_focus = true;
}

void Evaluator::end() {
  running_ = false;
  note_ = fault_;
}

// What a host evaluates while it answers this evaluator.
Evaluator* Evaluator::nested() {
  constexpr std::uint32_t kDeepest = 8;
  if (level_ == kDeepest) {
    note_ = {EvalFault::kBudget, "expressions call one another deeper than the limit", 0};
    return nullptr;
  }
  if (nested_ == nullptr) {
    nested_ = std::make_unique<Evaluator>(environment_, limits_);
    nested_->host_ = host_;
    nested_->level_ = level_ + 1;
  }
  return nested_.get();
}

Truth Evaluator::test(const Expression& expression, const Focus& focus) {
  if (running_) {
    Evaluator* inner = nested();
    if (inner == nullptr) return Truth::kFault;
    const Truth result = inner->test(expression, focus);
    note_ = inner->note_;
    return result;
  }
  Scope scope;
  begin(expression, focus, scope);
  const Truth result = test(expression.root(), scope);
  end();
  return faulted() ? Truth::kFault : result;  // also where only a value could not be made
}

const Collection* Evaluator::evaluate(const Expression& expression, const Focus& focus) {
  if (running_) {
    Evaluator* inner = nested();
    const Collection* result = inner == nullptr ? nullptr : inner->evaluate(expression, focus);
    if (inner != nullptr) note_ = inner->note_;
    return result;
  }
  Scope scope;
  begin(expression, focus, scope);
  result_.clear();
  const Flow flow = gather(&expression.root(), scope, result_);
  end();
  return flow == Flow::kFault || faulted() ? nullptr : &result_;
}

Flow Evaluator::fail(EvalFault kind, std::string_view text, const Expr* part) {
  if (fault_.kind == EvalFault::kNone) {
    fault_ = {kind, text, part == nullptr ? 0 : part->place};
  }
  return Flow::kFault;
}

bool Evaluator::over_budget() {
  fail(EvalFault::kBudget, "the expression visits more than the limit", nullptr);
  return false;
}

Flow Evaluator::stream(const Expr* part, const Scope& scope, Sink out) {
  if (part == nullptr) return scope.has_focus ? out(scope.focus) : Flow::kGo;
  switch (part->op) {
    case Op::kEmpty:
      return Flow::kGo;
    case Op::kLiteral:
      return out(part->value);
    case Op::kThis:
      return scope.has_focus ? out(scope.focus) : Flow::kGo;
    case Op::kIndex:
      return scope.index < 0 ? Flow::kGo : out(Item::of_integer(scope.index));
    case Op::kTotal:
      if (scope.total != nullptr) {
        for (const Item& item : *scope.total) {
          if (const Flow flow = out(item); flow != Flow::kGo) return flow;
        }
      }
      return Flow::kGo;
    case Op::kVariable:
      return variable(*part, scope, out);
    case Op::kMember:
      if (part->left == nullptr) {
        return scope.has_focus ? members(*part, scope.focus, out) : Flow::kGo;
      }
      return stream(part->left, scope, [&](const Item& item) { return members(*part, item, out); });
    case Op::kIndexer:
      return index(*part, scope, out);
    case Op::kNegate:
    case Op::kPlus:
      return negate(*part, scope, out);
    case Op::kAs:
      return run_as(*this, *part, scope, out);
    case Op::kUnion:
      return unite(*part, scope, out);
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kDiv:
    case Op::kMod:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kConcatenate:
      return arithmetic(*part, scope, out);
    case Op::kCall:
      if (part->function->run != nullptr) return part->function->run(*this, *part, scope, out);
      break;
    default:
      break;
  }
  const Truth result = test(*part, scope);
  if (result == Truth::kFault) return Flow::kFault;
  return result == Truth::kEmpty ? Flow::kGo : out(Item::of(result == Truth::kTrue));
}

Flow Evaluator::gather(const Expr* part, const Scope& scope, Collection& items) {
  return stream(part, scope, [&](const Item& item) {
    if (items.size() >= limits_.max_items) {
      return fail(EvalFault::kBudget, "a collection grows beyond the limit", part);
    }
    items.push_back(item);
    return spend(1) ? Flow::kGo : Flow::kFault;
  });
}

Truth Evaluator::test(const Expr& part, const Scope& scope) {
  switch (part.op) {
    case Op::kLiteral:
      return part.value.kind == ItemKind::kBoolean ? truth(part.value.boolean) : Truth::kTrue;
    case Op::kCall:
      if (part.function->test != nullptr) return part.function->test(*this, part, scope);
      break;
    case Op::kAnd:
    case Op::kOr:
    case Op::kXor:
    case Op::kImplies:
      return logic(part, scope);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kEquivalent:
    case Op::kNotEquivalent:
      return equality(part, scope);
    case Op::kLess:
    case Op::kLessOrEqual:
    case Op::kGreater:
    case Op::kGreaterOrEqual:
      return compare(part, scope);
    case Op::kIn:
    case Op::kContains:
      return membership(part, scope);
    case Op::kIs:
      return is_operator(part, scope);
    default:
      break;
  }
  return truth_of(&part, scope);
}

namespace {

bool gives_truth(const Expr& part) {
  return part.op >= Op::kLess || part.op == Op::kIs ||
         (part.op == Op::kCall && part.function->test != nullptr);
}

Truth truth_of_item(const Item& item) {
  if (item.kind == ItemKind::kBoolean) return truth(item.boolean);
  if (item.is_node()) {
    const Node& node = item.at();
    if (node.kind == NodeKind::kFalse) return Truth::kFalse;
    if (node.kind == NodeKind::kText || node.kind == NodeKind::kString) {
      if (node.value() == "false" && primitive_of(item) == Primitive::kBoolean) {
        return Truth::kFalse;
      }
    }
  }
  return Truth::kTrue;  // a single item is true (FHIRPath 4.5)
}

}  // namespace

Truth Evaluator::truth_of(const Expr* part, const Scope& scope) {
  if (part != nullptr && gives_truth(*part)) return test(*part, scope);
  Truth result = Truth::kEmpty;
  const Flow flow = stream(part, scope, [&](const Item& item) {
    if (result != Truth::kEmpty) {
      if (!lenient_)
        return fail(EvalFault::kNotSingle, "several items where a boolean is expected", part);
      result = Truth::kTrue;
      return Flow::kStop;
    }
    result = truth_of_item(item);
    return Flow::kGo;
  });
  return flow == Flow::kFault ? Truth::kFault : result;
}

Evaluator::Got Evaluator::one(const Expr* part, const Scope& scope, Item& item) {
  bool found = false;
  const Flow flow = stream(part, scope, [&](const Item& next) {
    if (found) return fail(EvalFault::kNotSingle, "several items where one is expected", part);
    found = true;
    item = next;
    return Flow::kGo;
  });
  if (flow == Flow::kFault) return Got::kFault;
  return found ? Got::kOne : Got::kNone;
}

Evaluator::Got Evaluator::one_value(const Expr* part, const Scope& scope, Item& item) {
  const Got got = one(part, scope, item);
  if (got == Got::kOne) item = value_of(item);
  return got;
}

Evaluator::Got Evaluator::one_string(const Expr* part, const Scope& scope, std::string_view& text) {
  Item item;
  const Got got = one(part, scope, item);
  if (got != Got::kOne) return got;
  if (item.is_node()) {
    // Any primitive element: FHIR gives all of them a text.
    if (item.at().has_value()) {
      text = item.at().value();
      return spend(text.size() / 64) ? Got::kOne : Got::kFault;
    }
    if (primitive_of(item) != Primitive::kNone) return Got::kNone;
  } else if (item.kind == ItemKind::kString) {
    text = item.string();
    return spend(text.size() / 64) ? Got::kOne : Got::kFault;
  }
  fail(EvalFault::kType, "a string expected", part);
  return Got::kFault;
}

Evaluator::Got Evaluator::one_integer(const Expr* part, const Scope& scope, std::int64_t& value) {
  Item item;
  const Got got = one_value(part, scope, item);
  if (got != Got::kOne) return got;
  if (item.kind != ItemKind::kInteger) {
    fail(EvalFault::kType, "an integer expected", part);
    return Got::kFault;
  }
  value = item.integer;
  return Got::kOne;
}

Truth Evaluator::logic(const Expr& part, const Scope& scope) {
  const Truth left = truth_of(part.left, scope);
  if (left == Truth::kFault) return left;
  // Decided by the left side alone.
  if (part.op == Op::kAnd && left == Truth::kFalse) return Truth::kFalse;
  if (part.op == Op::kOr && left == Truth::kTrue) return Truth::kTrue;
  if (part.op == Op::kImplies && left == Truth::kFalse) return Truth::kTrue;
  const Truth right = truth_of(part.right, scope);
  if (right == Truth::kFault) return right;
  switch (part.op) {
    case Op::kAnd:
      return right == Truth::kFalse || left == Truth::kTrue ? right : Truth::kEmpty;
    case Op::kOr:
      return right == Truth::kTrue || left == Truth::kFalse ? right : Truth::kEmpty;
    case Op::kXor:
      if (left == Truth::kEmpty || right == Truth::kEmpty) return Truth::kEmpty;
      return truth(left != right);
    default:  // implies
      return right == Truth::kTrue || left == Truth::kTrue ? right : Truth::kEmpty;
  }
}

Flow Evaluator::variable(const Expr& part, const Scope&, Sink out) {
  NodeId node = kNoNode;
  switch (part.variable) {
    case Variable::kConstant:
      return out(part.value);
    case Variable::kContext:
      node = focus_.node;
      break;
    case Variable::kResource:
      if (focus_.resource == kNoNode) focus_.resource = resource_at(focus_.document, focus_.node);
      node = focus_.resource;
      break;
    case Variable::kRootResource:
      if (focus_.root_resource == kNoNode && focus_.node != kNoNode) {
        focus_.root_resource = root_resource_of(*focus_.document.tape, focus_.node);
      }
      node = focus_.root_resource;
      break;
    case Variable::kHost: {
      Item value;
      if (host_->variable(part.text, value)) return out(value);
      return fail(EvalFault::kUnknown, "a variable that is not known", &part);
    }
  }
  return node == kNoNode ? Flow::kGo : out(Item::of(&root_document_, node));
}

Flow Evaluator::index(const Expr& part, const Scope& scope, Sink out) {
  std::int64_t wanted = 0;
  const Got got = one_integer(part.right, scope, wanted);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  Item found;
  bool is_there = false;
  std::int64_t at = 0;
  const Flow flow = stream(part.left, scope, [&](const Item& item) {
    if (at++ != wanted) return Flow::kGo;
    found = item;
    is_there = true;
    return Flow::kStop;
  });
  if (flow == Flow::kFault) return flow;
  return is_there ? out(found) : Flow::kGo;
}

// Values that may not be made leave a fault behind, which the evaluation ends with.
void* Evaluator::make(std::size_t size) {
  if (may_make(size)) made_ += size;
  return arena_.allocate(size);
}

std::string_view Evaluator::keep(std::string_view text) {
  if (!may_make(text.size())) return {};
  made_ += text.size();
  return {arena_.copy(text.data(), text.size()), text.size()};
}

const Decimal* Evaluator::keep(const Decimal& value) {
  return new (make(sizeof(Decimal))) Decimal(value);
}

const PartialTime* Evaluator::keep(const PartialTime& value) {
  return new (make(sizeof(PartialTime))) PartialTime(value);
}

const Quantity* Evaluator::keep(const Quantity& value) {
  return new (make(sizeof(Quantity))) Quantity(value);
}

const Document* Evaluator::document(const Document& wanted) {
  if (wanted.tape == root_document_.tape) return &root_document_;
  for (const Document* known : documents_) {
    if (known->tape == wanted.tape) return known;
  }
  documents_.push_back(new (arena_.allocate(sizeof(Document))) Document(wanted));
  return documents_.back();
}

const PartialTime& Evaluator::now() {
  if (now_ == nullptr) now_ = keep(host_->now());
  return *now_;
}

const Pattern* Evaluator::pattern(const Expr& call, std::string_view text) {
  if (call.pattern != nullptr) return call.pattern;
  constexpr std::size_t kMostPatterns = 64;
  if (patterns_.size() > kMostPatterns) patterns_.clear();
  auto& kept = patterns_[std::string(text)];
  if (kept == nullptr) kept = std::make_unique<Pattern>(text);
  if (kept->ok()) return kept.get();
  fail(EvalFault::kPattern, "a regular expression that cannot be read", &call);
  return nullptr;
}

Collection* Evaluator::take_collection() {
  if (free_.empty()) {
    pool_.push_back(std::make_unique<Collection>());
    return pool_.back().get();
  }
  Collection* items = free_.back();
  free_.pop_back();
  return items;
}

void Evaluator::give_back(Collection* items) {
  constexpr std::size_t kKeptItems = 16 * 1024;
  if (items->capacity() > kKeptItems) Collection().swap(*items);
  items->clear();
  free_.push_back(items);
}

std::string Evaluator::type_of(const Item& item) {
  if (item.is_node()) return std::string(type_name(item));
  return "System." + std::string(system_name(item.kind));
}

std::string Evaluator::text_of(const Item& item) {
  std::string text;
  switch (item.kind) {
    case ItemKind::kNode:
      if (item.at().has_value()) return std::string(item.at().value());
      if (const Item value = value_of(item); value.kind == ItemKind::kQuantity) {
        return text_of(value);
      }
      break;
    case ItemKind::kBoolean:
      return item.boolean ? "true" : "false";
    case ItemKind::kInteger:
      return std::to_string(item.integer);
    case ItemKind::kDecimal:
      return std::string(DecimalText(*item.decimal).view());
    case ItemKind::kString:
      return std::string(item.string());
    case ItemKind::kDate:
    case ItemKind::kDateTime:
    case ItemKind::kTime:
      return std::string(DateText(*item.time, item.date_kind()).view());
    case ItemKind::kQuantity:
      append_text(*item.quantity, text);
      break;
    case ItemKind::kType:
      text.append(item.type->space).append(".").append(item.type->name);
      break;
  }
  return text;
}

}  // namespace oncobridge::profiles::fhirpath
