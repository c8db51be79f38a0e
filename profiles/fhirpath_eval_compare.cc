// Values of elements; what is equal, equivalent, less.
#include <algorithm>
#include <functional>
#include <utility>

#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_quantity.h"
#include "profiles/fhirpath_text.h"

namespace oncobridge::profiles::fhirpath {
namespace {

// Names of two tapes: numbers of the shared table are the same, others are text.
bool same_name(const Tape& a, NodeId node_a, const Tape& b, NodeId node_b) {
  if (&a == &b) return a[node_a].name == b[node_b].name;
  return a.name(node_a) == b.name(node_b);
}

NodeId next_element(const Tape& tape, NodeId id) {
  while (id != kNoNode && !is_element(tape[id])) id = tape[id].next;
  return id;
}

// The element of b that stands where `id` stands in a: of the same name, at the same place of its
// list.
NodeId counterpart(const Item& a, NodeId id, const Item& b) {
  const Tape& tape_a = a.tape();
  const Tape& tape_b = b.tape();
  std::size_t before = 0;
  for (NodeId at = next_element(tape_a, a.at().first); at != id;
       at = next_element(tape_a, tape_a[at].next)) {
    before += tape_a[at].name == tape_a[id].name;
  }
  NodeId other = next_element(tape_b, b.at().first);
  for (; other != kNoNode; other = next_element(tape_b, tape_b[other].next)) {
    if (same_name(tape_a, id, tape_b, other) && before-- == 0) break;
  }
  return other;
}

// A string of a tape without types becomes what it is compared with.
void read_as(Evaluator& evaluator, Item& item, const Item& other) {
  if (!item.untyped || item.kind != ItemKind::kString) return;
  const std::string_view text = item.string();
  if (other.kind == ItemKind::kDate || other.kind == ItemKind::kDateTime) {
    if (const auto value = parse_date_time(text)) {
      item = Item::of(evaluator.keep(*value), DateKind::kDateTime);
    }
  } else if (other.kind == ItemKind::kTime) {
    if (const auto value = parse_time(text)) {
      item = Item::of(evaluator.keep(*value), DateKind::kTime);
    }
  } else if (other.is_number()) {
    if (const auto value = parse_decimal(text)) item = Item::of(evaluator.keep(*value));
  } else if (other.kind == ItemKind::kBoolean && (text == "true" || text == "false")) {
    item = Item::of(text == "true");
  }
}

bool is_calendar(const Item& item) {
  return item.kind == ItemKind::kDate || item.kind == ItemKind::kDateTime;
}

Decimal decimal_of(const Item& item) {
  return item.kind == ItemKind::kInteger ? Decimal::of(item.integer) : *item.decimal;
}

// Numbers beside a quantity are quantities of unit 1.
bool quantities_of(const Item& a, const Item& b, Quantity& first, Quantity& second) {
  if (a.kind != ItemKind::kQuantity && b.kind != ItemKind::kQuantity) return false;
  for (const auto& [item, quantity] : {std::pair(&a, &first), std::pair(&b, &second)}) {
    if (item->kind == ItemKind::kQuantity) {
      *quantity = *item->quantity;
    } else if (item->is_number()) {
      quantity->value = decimal_of(*item);
      quantity->unit = "1";
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

Item Evaluator::value_of(const Item& item) {
  if (!item.is_node()) return item;
  const Node& node = item.at();
  const Primitive primitive = primitive_of(item);
  if (primitive == Primitive::kNone || !node.has_value()) {
    return primitive == Primitive::kNone ? quantity_of(item) : item;
  }
  const std::string_view text = node.value();
  switch (primitive) {
    case Primitive::kBoolean:
      if (text == "true" || text == "false") return Item::of(text == "true");
      break;
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
    case Primitive::kDecimal: {
      const auto value = parse_decimal(text);
      if (!value) break;
      if (primitive != Primitive::kDecimal) {
        const auto whole = to_integer(*value);
        const bool fits = whole && *whole <= 2'147'483'647 && *whole >= -2'147'483'648;
        if (fits) return Item::of_integer(*whole);
      }
      return Item::of(keep(*value));
    }
    case Primitive::kDate:
      if (const auto value = parse_date(text)) return Item::of(keep(*value), DateKind::kDate);
      break;
    case Primitive::kDateTime:
    case Primitive::kInstant:
      if (const auto value = parse_date_time(text)) {
        return Item::of(keep(*value), DateKind::kDateTime);
      }
      break;
    case Primitive::kTime:
      if (const auto value = parse_time(text)) return Item::of(keep(*value), DateKind::kTime);
      break;
    default:
      break;
  }
  Item result = Item::of(text);
  result.untyped = item.node_type() == nullptr;
  return result;
}

// A FHIR Quantity as one of FHIRPath (FHIR R4 fhirpath.html): with a value and no comparator; the
// unit is the UCUM code, else the text.
Item Evaluator::quantity_of(const Item& item) {
  if (item.at().first == kNoNode) return item;
  const Type* type = item.node_type();
  if (type != nullptr && quantity_ != nullptr ? !type->is_a(quantity_) : !is_a(item, "Quantity")) {
    return item;
  }
  const Tape& tape = item.tape();
  const auto text = [&](std::string_view name) {
    const NodeId id = child(item, name);
    return id == kNoNode || !tape[id].has_value() ? std::string_view() : tape[id].value();
  };
  const auto value = parse_decimal(text("value"));
  if (!value || !text("comparator").empty()) return item;
  Quantity quantity;
  quantity.value = *value;
  quantity.unit = text("code");
  const std::string_view system = text("system");
  if (system == "http://unitsofmeasure.org") {
    if (quantity.unit == "a" || quantity.unit == "mo") {
      quantity.calendar = quantity.unit == "a" ? CalendarUnit::kYear : CalendarUnit::kMonth;
      quantity.calendar_or_ucum = true;
    }
  } else if (!system.empty() && !quantity.unit.empty()) {
    return item;  // codes of another system are no units of FHIRPath
  }
  if (quantity.unit.empty()) quantity.unit = text("unit");
  if (quantity.unit.empty()) quantity.unit = "1";
  return Item::of(keep(quantity));
}

Truth Evaluator::equal(const Item& first, const Item& second, std::uint32_t depth) {
  if (!spend(1)) return Truth::kFault;
  if (first.is_node() && second.is_node()) {
    if (first.document == second.document && first.node() == second.node()) return Truth::kTrue;
    // Most of what is compared: two texts, two elements of one complex type.
    const Type* type = first.node_type();
    if (type != nullptr && type == second.node_type()) {
      if (is_text(type->primitive) && first.at().has_value() && second.at().has_value()) {
        return truth(first.at().value() == second.at().value());
      }
      if (!type->is_primitive() && quantity_ != nullptr && !type->is_a(quantity_)) {
        return equal_trees(first, second, depth);
      }
    }
  }
  Item a = value_of(first);
  Item b = value_of(second);
  if (a.is_node() || b.is_node()) {
    return a.is_node() && b.is_node() ? equal_trees(a, b, depth) : Truth::kFalse;
  }
  read_as(*this, a, b);
  read_as(*this, b, a);
  if (a.is_number() && b.is_number()) {
    if (a.kind == ItemKind::kInteger && b.kind == ItemKind::kInteger) {
      return truth(a.integer == b.integer);
    }
    return truth(fhirpath::compare(decimal_of(a), decimal_of(b)) == 0);
  }
  if (is_calendar(a) && is_calendar(b)) {
    const auto order = fhirpath::compare(*a.time, *b.time, false);
    return order ? truth(*order == 0) : Truth::kEmpty;
  }
  Quantity quantity_a;
  Quantity quantity_b;
  if (quantities_of(a, b, quantity_a, quantity_b)) {
    const QuantityOrder order = fhirpath::compare(environment_.ucum, quantity_a, quantity_b);
    return order == QuantityOrder::kOpen ? Truth::kEmpty : truth(order == QuantityOrder::kEqual);
  }
  if (a.kind != b.kind) return Truth::kFalse;
  switch (a.kind) {
    case ItemKind::kBoolean:
      return truth(a.boolean == b.boolean);
    case ItemKind::kString:
      return truth(a.string() == b.string());
    case ItemKind::kTime: {
      const auto order = fhirpath::compare(*a.time, *b.time, true);
      return order ? truth(*order == 0) : Truth::kEmpty;
    }
    case ItemKind::kType:
      return truth(a.type->space == b.type->space && a.type->name == b.type->name);
    default:
      return Truth::kFalse;
  }
}

// All members alike; the order counts within a list, not between members. As long as the names of
// both agree one by one, so do the places in lists.
Truth Evaluator::equal_trees(const Item& a, const Item& b, std::uint32_t depth) {
  if (depth > limits_.max_depth) {
    return fail_test(EvalFault::kBudget, "elements nest deeper than the limit", nullptr);
  }
  const Tape& tape_a = a.tape();
  const Tape& tape_b = b.tape();
  const Node& node_a = a.at();
  const Node& node_b = b.at();
  if (node_a.is(kResource) != node_b.is(kResource) ||
      (node_a.is(kResource) && node_a.value() != node_b.value())) {
    return Truth::kFalse;
  }
  Truth result = Truth::kTrue;
  NodeId id = next_element(tape_a, node_a.first);
  NodeId other = next_element(tape_b, node_b.first);
  for (; id != kNoNode && other != kNoNode; id = next_element(tape_a, tape_a[id].next)) {
    if (!same_name(tape_a, id, tape_b, other)) {
      const Truth rest = equal_in_any_order(a, b, depth);
      return rest == Truth::kTrue ? result : rest;
    }
    const Truth same = equal(Item::of(a.document, id), Item::of(b.document, other), depth + 1);
    if (same == Truth::kFault || same == Truth::kFalse) return same;
    if (same == Truth::kEmpty) result = Truth::kEmpty;
    other = next_element(tape_b, tape_b[other].next);
  }
  return id == kNoNode && other == kNoNode ? result : Truth::kFalse;
}

// Where the members stand in another order.
Truth Evaluator::equal_in_any_order(const Item& a, const Item& b, std::uint32_t depth) {
  const Tape& tape_a = a.tape();
  const Tape& tape_b = b.tape();
  std::size_t count_a = 0;
  std::size_t count_b = 0;
  for (NodeId id = a.at().first; id != kNoNode; id = tape_a[id].next) {
    count_a += is_element(tape_a[id]);
  }
  for (NodeId id = b.at().first; id != kNoNode; id = tape_b[id].next) {
    count_b += is_element(tape_b[id]);
  }
  if (count_a != count_b) return Truth::kFalse;
  Truth result = Truth::kTrue;
  NodeId id = next_element(tape_a, a.at().first);
  for (; id != kNoNode; id = next_element(tape_a, tape_a[id].next)) {
    if (!spend(count_a)) return Truth::kFault;
    const NodeId other = counterpart(a, id, b);
    if (other == kNoNode) return Truth::kFalse;
    const Truth same = equal(Item::of(a.document, id), Item::of(b.document, other), depth + 1);
    if (same == Truth::kFault || same == Truth::kFalse) return same;
    if (same == Truth::kEmpty) result = Truth::kEmpty;
  }
  return result;
}

bool Evaluator::equivalent(const Item& first, const Item& second, std::uint32_t depth) {
  if (!spend(1)) return false;
  Item a = value_of(first);
  Item b = value_of(second);
  if (a.is_node() || b.is_node()) {
    return a.is_node() && b.is_node() && equivalent_trees(a, b, depth);
  }
  read_as(*this, a, b);
  read_as(*this, b, a);
  if (a.is_number() && b.is_number()) {
    const Decimal first_value = trimmed(decimal_of(a));
    const Decimal second_value = trimmed(decimal_of(b));
    const int scale = std::min(first_value.scale, second_value.scale);
    const auto rounded_a = rescale(first_value, scale, Rounding::kHalfAway);
    const auto rounded_b = rescale(second_value, scale, Rounding::kHalfAway);
    return rounded_a && rounded_b && fhirpath::compare(*rounded_a, *rounded_b) == 0;
  }
  if (is_calendar(a) && is_calendar(b)) return fhirpath::equivalent(*a.time, *b.time, false);
  Quantity quantity_a;
  Quantity quantity_b;
  if (quantities_of(a, b, quantity_a, quantity_b)) {
    return fhirpath::equivalent(environment_.ucum, quantity_a, quantity_b);
  }
  if (a.kind != b.kind) return false;
  if (a.kind == ItemKind::kString) return same_folded(a.string(), b.string());
  if (a.kind == ItemKind::kTime) return fhirpath::equivalent(*a.time, *b.time, true);
  return equal(a, b, depth) == Truth::kTrue;
}

bool Evaluator::equivalent_trees(const Item& a, const Item& b, std::uint32_t depth) {
  if (depth > limits_.max_depth) {
    fail(EvalFault::kBudget, "elements nest deeper than the limit", nullptr);
    return false;
  }
  Lease left(*this);
  Lease right(*this);
  const auto take = [](const Item& node, Collection& items) {
    const Tape& tape = node.tape();
    for (NodeId id = tape[node.node()].first; id != kNoNode; id = tape[id].next) {
      // `id` tells elements apart, it is no part of what they say.
      if (is_element(tape[id]) && tape.name(id) != "id")
        items.push_back(Item::of(node.document, id));
    }
  };
  take(a, *left);
  take(b, *right);
  if (left->size() != right->size()) return false;
  for (const Item& item : *left) {
    bool found = false;
    for (std::size_t i = 0; i < right->size() && !found; ++i) {
      const Item other = (*right)[i];
      if (!same_name(item.tape(), item.node(), other.tape(), other.node())) continue;
      if (!equivalent(item, other, depth + 1)) continue;
      (*right)[i] = right->back();
      right->pop_back();
      found = true;
    }
    if (!found) return false;
  }
  return true;
}

// As sets with repetitions: the order does not count.
bool Evaluator::equivalent(const Collection& a, const Collection& b) {
  if (a.size() != b.size()) return false;
  Lease rest(*this);
  *rest = b;
  for (const Item& item : a) {
    bool found = false;
    for (std::size_t i = 0; i < rest->size() && !found; ++i) {
      if (!equivalent(item, (*rest)[i], 0)) continue;
      (*rest)[i] = rest->back();
      rest->pop_back();
      found = true;
    }
    if (!found) return false;
  }
  return true;
}

// FHIR Quantities with one code of a system other than UCUM have an order, as the HL7 validator has
// it: 1 TAB is less than 2 TAB.
std::optional<int> Evaluator::order_of_one_code(const Item& a, const Item& b) const {
  std::optional<Decimal> values[2];
  std::string_view code;
  std::string_view system;
  for (const Item* item : {&a, &b}) {
    if (!item->is_node() || !is_a(*item, "Quantity")) return {};
    const Tape& tape = item->tape();
    const auto text = [&](std::string_view name) {
      const NodeId id = child(*item, name);
      return id == kNoNode || !tape[id].has_value() ? std::string_view() : tape[id].value();
    };
    if (text("code").empty() || !text("comparator").empty()) return {};
    if (item == &b && (text("code") != code || text("system") != system)) return {};
    code = text("code");
    system = text("system");
    values[item == &b] = parse_decimal(text("value"));
  }
  if (!values[0] || !values[1]) return {};
  return fhirpath::compare(*values[0], *values[1]);
}

Evaluator::Got Evaluator::order(const Item& first, const Item& second, const Expr& part,
                                int& result) {
  if (!spend(1)) return Got::kFault;
  Item a = value_of(first);
  Item b = value_of(second);
  read_as(*this, a, b);
  read_as(*this, b, a);
  std::optional<int> order;
  Quantity quantity_a;
  Quantity quantity_b;
  if (a.is_number() && b.is_number()) {
    order = fhirpath::compare(decimal_of(a), decimal_of(b));
  } else if (a.kind == ItemKind::kString && b.kind == ItemKind::kString) {
    const int bytes = a.string().compare(b.string());  // UTF-8 sorts as its characters do
    order = bytes < 0 ? -1 : bytes > 0;
  } else if ((is_calendar(a) && is_calendar(b)) ||
             (a.kind == ItemKind::kTime && b.kind == ItemKind::kTime)) {
    order = fhirpath::compare(*a.time, *b.time, a.kind == ItemKind::kTime);
  } else if (quantities_of(a, b, quantity_a, quantity_b)) {
    switch (fhirpath::compare(environment_.ucum, quantity_a, quantity_b)) {
      case QuantityOrder::kLess:
        order = -1;
        break;
      case QuantityOrder::kEqual:
        order = 0;
        break;
      case QuantityOrder::kGreater:
        order = 1;
        break;
      default:
        break;
    }
  } else {
    // An element without a value (only extensions) or with a comparator compares with nothing.
    const bool gap =
        (a.is_node() && (primitive_of(a) != Primitive::kNone || is_a(a, "Quantity"))) ||
        (b.is_node() && (primitive_of(b) != Primitive::kNone || is_a(b, "Quantity")));
    if (!gap) {
      fail(EvalFault::kType, "values of these types have no order", &part);
      return Got::kFault;
    }
    order = order_of_one_code(a, b);
  }
  if (!order) return Got::kNone;
  result = *order;
  return Got::kOne;
}

std::uint64_t Evaluator::hash(const Item& item) {
  const Item value = value_of(item);
  switch (value.kind) {
    case ItemKind::kNode:
      return hash_tree(value, 0);
    case ItemKind::kBoolean:
      return value.boolean ? 3 : 5;
    case ItemKind::kInteger:
    case ItemKind::kDecimal:
      return hash_decimal(decimal_of(value));
    case ItemKind::kString:
      return std::hash<std::string_view>()(value.string());
    case ItemKind::kDate:
    case ItemKind::kDateTime:
    case ItemKind::kTime:
      return hash_time(*value.time);
    case ItemKind::kQuantity:  // 1 'g' equals 1000 'mg': units are not told apart here
      return 7;
    case ItemKind::kType:
      return std::hash<std::string_view>()(value.type->name);
  }
  return 0;
}

// The members' hashes as a sum: their order does not count.
std::uint64_t Evaluator::hash_tree(const Item& node, std::uint32_t depth) {
  constexpr std::uint32_t kDeepest = 64;
  std::uint64_t sum = 11;
  if (depth > kDeepest) return sum;
  const Tape& tape = node.tape();
  for (NodeId id = tape[node.node()].first; id != kNoNode; id = tape[id].next) {
    if (!spend(1)) return 0;
    if (!is_element(tape[id])) continue;
    const Item child = Item::of(node.document, id);
    const Item value = value_of(child);
    const std::uint64_t inner = value.is_node() ? hash_tree(value, depth + 1) : hash(value);
    sum += (inner ^ (hash_name(tape.name(id)) * 0x9E3779B97F4A7C15u)) * 0xC2B2AE3D27D4EB4Fu;
  }
  return sum;
}

}  // namespace oncobridge::profiles::fhirpath
