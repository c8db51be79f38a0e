// iif(), trace(), type(), and the functions that FHIR adds.
#include "profiles/fhirpath_functions.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using Got = Evaluator::Got;

// A Place for the host; for a System value a place without a node.
Place place_of(const Item& item) {
  Place place;
  if (!item.is_node()) return place;
  place.document = *item.document;
  place.node = item.node();
  return place;
}

}  // namespace

// On a single item, which is $this in the arguments; only the branch that is taken is evaluated.
Flow run_iif(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Scope inner = scope;
  if (call.left != nullptr) {
    const Got got = evaluator.one(call.left, scope, inner.focus);
    if (got == Got::kFault) return Flow::kFault;
    inner.has_focus = got == Got::kOne;
  }
  const Truth holds = evaluator.truth_of(&call.argument(0), inner);
  if (holds == Truth::kFault) return Flow::kFault;
  if (holds == Truth::kTrue) return evaluator.stream(&call.argument(1), inner, out);
  return call.argument_count > 2 ? evaluator.stream(&call.argument(2), inner, out) : Flow::kGo;
}

// The input; what is traced goes nowhere.
Flow run_trace(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return evaluator.stream(call.left, scope, out);
}

Flow run_type(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    TypeName name;
    name.space = item.is_node() ? "FHIR" : "System";
    name.name = item.is_node() ? type_name(item) : system_name(item.kind);
    auto* kept = new (evaluator.arena().allocate(sizeof(TypeName))) TypeName(name);
    return out(Item::of(kept));
  });
}

// FHIR R4 fhirpath.html: one primitive element with a value, not only extensions.
Truth test_has_value(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  std::int64_t count = 0;
  bool has_value = false;
  const Flow flow = evaluator.stream(call.left, scope, [&](const Item& item) {
    has_value = item.is_node() ? item.at().has_value() : item.kind != ItemKind::kType;
    return ++count > 1 ? Flow::kStop : Flow::kGo;
  });
  if (flow == Flow::kFault) return Truth::kFault;
  return truth(count == 1 && has_value);
}

Flow run_get_value(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  Item item;
  const Got got = evaluator.one(call.left, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  if (item.is_node() && !item.at().has_value()) return Flow::kGo;
  return out(evaluator.value_of(item));
}

Flow run_extension(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view url;
  const Got got = evaluator.one_string(&call.argument(0), scope, url);
  if (got != Got::kOne) return got == Got::kFault ? Flow::kFault : Flow::kGo;
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    if (!item.is_node()) return Flow::kGo;
    const Tape& tape = item.tape();
    NodeId extension = evaluator.child(item, "extension");
    for (; extension != kNoNode; extension = tape.next_same(extension)) {
      if (!evaluator.spend(1)) return Flow::kFault;
      const Item found = Item::of(item.document, extension);
      const NodeId own = evaluator.child(found, "url");
      if (own == kNoNode || tape[own].value() != url) continue;
      if (const Flow flow = out(found); flow != Flow::kGo) return flow;
    }
    return Flow::kGo;
  });
}

// A Reference, uri or canonical; what the host does not find is left out.
Flow run_resolve(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return evaluator.stream(call.left, scope, [&](const Item& item) {
    std::string_view reference;
    if (item.is_node()) {
      NodeId text = item.node();
      if (!item.at().has_value()) text = evaluator.child(item, "reference");
      if (text != kNoNode && item.tape()[text].has_value()) reference = item.tape()[text].value();
    } else if (item.kind == ItemKind::kString) {
      reference = item.string();
    }
    if (!evaluator.spend(1)) return Flow::kFault;
    Place target;
    if (reference.empty() || !evaluator.host().resolve(place_of(item), reference, target) ||
        target.node == kNoNode) {
      return Flow::kGo;
    }
    return out(Item::of(evaluator.document(target.document), target.node));
  });
}

Truth test_member_of(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  Item item;
  std::string_view value_set;
  const Got got = evaluator.one(call.left, scope, item);
  if (got == Got::kFault) return Truth::kFault;
  const Got wanted = evaluator.one_string(&call.argument(0), scope, value_set);
  if (wanted == Got::kFault) return Truth::kFault;
  if (got == Got::kNone || wanted == Got::kNone) return Truth::kEmpty;
  std::string_view code;
  if (item.kind == ItemKind::kString) code = item.string();
  return evaluator.host().member_of(place_of(item), code, value_set);
}

Truth test_conforms_to(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  Item item;
  std::string_view profile;
  const Got got = evaluator.one(call.left, scope, item);
  if (got == Got::kFault) return Truth::kFault;
  const Got wanted = evaluator.one_string(&call.argument(0), scope, profile);
  if (wanted == Got::kFault) return Truth::kFault;
  if (got == Got::kNone || wanted == Got::kNone || !item.is_node()) return Truth::kEmpty;
  const Truth result = evaluator.host().conforms_to(place_of(item), profile);
  if (result != Truth::kFault) return result;
  return evaluator.fail_test(EvalFault::kUnknown,
                             "a profile that is not known or cannot be judged with", &call);
}

Truth test_html_checks(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  Item item;
  const Got got = evaluator.one(call.left, scope, item);
  if (got != Got::kOne) return got == Got::kFault ? Truth::kFault : Truth::kEmpty;
  if (!item.is_node()) return evaluator.fail_test(EvalFault::kType, "a narrative expected", &call);
  return evaluator.host().html_checks(place_of(item));
}

}  // namespace oncobridge::profiles::fhirpath
