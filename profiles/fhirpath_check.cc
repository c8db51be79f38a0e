#include "profiles/fhirpath_check.h"

#include <algorithm>
#include <vector>

#include "profiles/fhirpath_functions.h"

namespace oncobridge::profiles::fhirpath {
namespace {

constexpr std::uint32_t bit(ItemKind kind) { return 1u << static_cast<unsigned>(kind); }

// The types that the items of a collection may have.
struct Kinds {
  bool unknown = false;
  bool ordered = true;
  bool ordinary = true;               // false: certainly empty, `{}`
  std::vector<const Type*> elements;  // FHIR
  std::uint32_t system = 0;           // bits of ItemKind

  static Kinds any() {
    Kinds kinds;
    kinds.unknown = true;
    return kinds;
  }
  static Kinds of(ItemKind kind) {
    Kinds kinds;
    kinds.system = bit(kind);
    return kinds;
  }
  static Kinds of(const Type* type) {
    if (type == nullptr) return any();
    Kinds kinds;
    kinds.elements.push_back(type);
    return kinds;
  }
  void add(const Type* type) {
    if (std::find(elements.begin(), elements.end(), type) == elements.end()) {
      elements.push_back(type);
    }
  }
};

bool is_primitive(const Type* type) { return type->primitive != Primitive::kNone; }

// The System type that an element of a FHIR type turns into.
ItemKind system_of(const Type* type) {
  switch (type->primitive) {
    case Primitive::kNone:
      return type->is_a("Quantity") ? ItemKind::kQuantity : ItemKind::kNode;
    case Primitive::kBoolean:
      return ItemKind::kBoolean;
    case Primitive::kInteger:
    case Primitive::kPositiveInt:
    case Primitive::kUnsignedInt:
      return ItemKind::kInteger;
    case Primitive::kDecimal:
      return ItemKind::kDecimal;
    case Primitive::kDate:
      return ItemKind::kDate;
    case Primitive::kDateTime:
    case Primitive::kInstant:
      return ItemKind::kDateTime;
    case Primitive::kTime:
      return ItemKind::kTime;
    default:
      return ItemKind::kString;
  }
}

class Checker {
 public:
  Checker(const Expression& expression, const Schema& schema, const Type* root,
          const CheckOptions& options)
      : expression_(expression), schema_(schema), options_(options), root_(Kinds::of(root)) {}

  std::optional<SemanticFault> run() {
    check(&expression_.root(), root_);
    return fault_;
  }

 private:
  Kinds fail(const Expr& part, std::string text) {
    if (!fault_) fault_ = SemanticFault{std::move(text), part.place};
    return Kinds::any();
  }

  // Whether an item may be of one of the System types.
  bool may_be(const Kinds& kinds, std::uint32_t system) const {
    if (kinds.unknown || !kinds.ordinary || (kinds.system & system) != 0) return true;
    return std::any_of(kinds.elements.begin(), kinds.elements.end(), [&](const Type* type) {
      return type->abstract || (system & bit(system_of(type))) != 0;
    });
  }

  Kinds check(const Expr* part, const Kinds& focus) {
    if (part == nullptr) return focus;
    switch (part->op) {
      case Op::kEmpty: {
        Kinds kinds;
        kinds.ordinary = false;
        return kinds;
      }
      case Op::kLiteral:
        return Kinds::of(part->value.kind);
      case Op::kThis:
        return focus;
      case Op::kIndex:
        return Kinds::of(ItemKind::kInteger);
      case Op::kTotal:
        return Kinds::any();
      case Op::kVariable:
        if (part->variable == Variable::kConstant) return Kinds::of(ItemKind::kString);
        return part->variable == Variable::kContext ? root_ : Kinds::any();
      case Op::kMember:
        return member(*part, check(part->left, focus));
      case Op::kCall:
        return call(*part, check(part->left, focus), focus);
      case Op::kIndexer: {
        const Kinds kinds = check(part->left, focus);
        if (options_.order && !kinds.ordered) return fail(*part, "an index into what has no order");
        check(part->right, focus);
        return kinds;
      }
      case Op::kNegate:
      case Op::kPlus:
        return check(part->left, focus);
      case Op::kAs:
        check(part->left, focus);
        return type_of(*part->type);
      case Op::kIs:
        check(part->left, focus);
        return Kinds::of(ItemKind::kBoolean);
      default:
        return binary(*part, check(part->left, focus), check(part->right, focus));
    }
  }

  Kinds binary(const Expr& part, Kinds left, const Kinds& right) {
    constexpr std::uint32_t kTimes =
        bit(ItemKind::kDate) | bit(ItemKind::kDateTime) | bit(ItemKind::kTime);
    switch (part.op) {
      case Op::kUnion:
        left.unknown |= right.unknown;
        left.ordinary |= right.ordinary;
        left.system |= right.system;
        for (const Type* type : right.elements) left.add(type);
        return left;
      case Op::kAdd:
      case Op::kSubtract:
        if (!left.unknown && left.elements.empty() && left.system != 0 &&
            (left.system & ~kTimes) == 0) {
          if (!may_be(right, bit(ItemKind::kQuantity))) {
            return fail(part, "only a duration can be added to a date or time");
          }
          return left;
        }
        return Kinds::any();
      case Op::kConcatenate:
        return Kinds::of(ItemKind::kString);
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kDiv:
      case Op::kMod:
        return Kinds::any();
      default:
        return Kinds::of(ItemKind::kBoolean);
    }
  }

  Kinds member(const Expr& part, const Kinds& input) {
    if (input.unknown) return input;
    Kinds result;
    result.ordered = input.ordered;
    bool found = !input.ordinary;
    for (const Type* type : input.elements) {
      if (part.maybe_type && type->is_a(part.text)) return input;
      for (const Element& element : type->elements) {
        if (part.name == kNoName || element.choice != part.name) continue;
        found = true;
        if (element.type == nullptr) {
          result.unknown = true;
        } else {
          result.add(element.type);
        }
      }
      // Any resource, any element: what it is, only the instance says.
      if (!found && type->abstract) return Kinds::any();
    }
    if ((input.system & bit(ItemKind::kType)) != 0 &&
        (part.text == "name" || part.text == "namespace")) {
      return Kinds::of(ItemKind::kString);
    }
    if ((input.system & bit(ItemKind::kQuantity)) != 0 &&
        (part.text == "value" || part.text == "unit")) {
      return Kinds::any();
    }
    if (found) return result;
    const std::string of = input.elements.empty() ? "a System type" : input.elements[0]->name;
    return fail(part, "`" + std::string(part.text) + "` is no element of " + of);
  }

  Kinds type_of(const TypeSpec& type) {
    if (type.system && (type.space == "System" || schema_.type(type.name) == nullptr)) {
      return Kinds::of(type.kind);
    }
    if (type.space == "System") return Kinds::any();
    Kinds kinds = Kinds::of(schema_.type(type.name));
    if (type.system) kinds.system = bit(type.kind);
    return kinds;
  }

  bool check_input(const Expr& part, const Kinds& input) {
    const Function& function = *part.function;
    constexpr std::uint32_t kNumbers =
        bit(ItemKind::kInteger) | bit(ItemKind::kDecimal) | bit(ItemKind::kQuantity);
    switch (function.wants) {
      case Wants::kString:
        // A primitive element of any type has a text.
        if (may_be(input, bit(ItemKind::kString)) ||
            std::any_of(input.elements.begin(), input.elements.end(), is_primitive)) {
          return true;
        }
        break;
      case Wants::kNumber:
        if (may_be(input, kNumbers)) return true;
        break;
      case Wants::kOrdered:
        if (!options_.order || input.ordered) return true;
        break;
      default:
        return true;
    }
    fail(part, std::string(function.name) + "() on what it is not made for");
    return false;
  }

  Kinds call(const Expr& part, const Kinds& input, const Kinds& focus) {
    const Function& function = *part.function;
    if (!check_input(part, input)) return Kinds::any();
    // iif() has its input as $this, if it has one.
    const bool on_input = function.each || (function.name == "iif" && part.left != nullptr);
    std::vector<Kinds> arguments;
    for (std::size_t i = 0; i < part.argument_count; ++i) {
      // repeat() goes on from what it finds, which has other members.
      const Kinds inner = function.name == "repeat" ? Kinds::any() : on_input ? input : focus;
      arguments.push_back(check(part.arguments[i], inner));
    }
    if (function.name == "iif" && !may_be(arguments[0], bit(ItemKind::kBoolean))) {
      return fail(part, "the criterion of iif() is no boolean");
    }
    switch (function.gives) {
      case Gives::kInput:
      case Gives::kInputOne:
        return input;
      case Gives::kArgument:
        return arguments[0];
      case Gives::kType:
        return type_of(*part.type);
      case Gives::kBoolean:
        return Kinds::of(ItemKind::kBoolean);
      case Gives::kInteger:
        return Kinds::of(ItemKind::kInteger);
      case Gives::kDecimal:
        return Kinds::of(ItemKind::kDecimal);
      case Gives::kString:
        return Kinds::of(ItemKind::kString);
      case Gives::kDate:
        return Kinds::of(ItemKind::kDate);
      case Gives::kDateTime:
        return Kinds::of(ItemKind::kDateTime);
      case Gives::kTime:
        return Kinds::of(ItemKind::kTime);
      case Gives::kQuantity:
        return Kinds::of(ItemKind::kQuantity);
      case Gives::kTypeName:
        return Kinds::of(ItemKind::kType);
      case Gives::kExtension:
        return Kinds::of(schema_.type("Extension"));
      case Gives::kChildren: {
        Kinds kinds = Kinds::any();
        kinds.ordered = false;
        return kinds;
      }
      case Gives::kUnknown:
        break;
    }
    return Kinds::any();
  }

  const Expression& expression_;
  const Schema& schema_;
  const CheckOptions options_;
  const Kinds root_;
  std::optional<SemanticFault> fault_;
};

}  // namespace

std::optional<SemanticFault> check(const Expression& expression, const Schema& schema,
                                   const Type* root, const CheckOptions& options) {
  return Checker(expression, schema, root, options).run();
}

}  // namespace oncobridge::profiles::fhirpath
