#include "profiles/fhirpath_absence.h"

#include <algorithm>
#include <array>

#include "profiles/fhirpath_eval.h"

namespace oncobridge::profiles::fhirpath {
namespace {

// Functions that give nothing for nothing, and evaluate their arguments for items only.
constexpr std::array<std::string_view, 8> kOfItems = {"where", "select",   "ofType",   "first",
                                                      "last",  "distinct", "children", "tail"};

bool is_call(const Expr& part, std::string_view name) {
  return part.op == Op::kCall && part.text == name;
}

// A part that evaluates nothing else is decided by its left side alone; a part of two sides needs
// what both need.
std::uint64_t both(std::uint64_t a, std::uint64_t b) { return a == 0 || b == 0 ? 0 : a | b; }

std::uint64_t empty_without(const Expr* part) {
  for (; part != nullptr; part = part->left) {
    if (part->op == Op::kMember) {
      if (part->left != nullptr) continue;
      return part->name == kNoName || part->maybe_type ? 0 : name_bit(part->name);
    }
    const bool of_items =
        part->op == Op::kAs || (part->op == Op::kCall && std::find(kOfItems.begin(), kOfItems.end(),
                                                                   part->text) != kOfItems.end());
    if (!of_items) return 0;
  }
  return 0;
}

std::uint64_t false_without(const Expr& part) {
  if (is_call(part, "exists")) return empty_without(part.left);
  if (is_call(part, "not")) return part.left == nullptr ? 0 : true_without(*part.left);
  if (part.op == Op::kAnd) return false_without(*part.left);
  if (part.op == Op::kOr) return both(false_without(*part.left), false_without(*part.right));
  return 0;
}

}  // namespace

std::uint64_t true_without(const Expr& part) {
  if (is_call(part, "empty") || is_call(part, "all")) return empty_without(part.left);
  if (is_call(part, "not")) return part.left == nullptr ? 0 : false_without(*part.left);
  switch (part.op) {
    case Op::kOr:
      return true_without(*part.left);
    case Op::kImplies:
      return false_without(*part.left);
    case Op::kAnd:
      return both(true_without(*part.left), true_without(*part.right));
    case Op::kXor: {
      const std::uint64_t left = both(true_without(*part.left), false_without(*part.right));
      return left != 0 ? left : both(false_without(*part.left), true_without(*part.right));
    }
    default:
      return 0;
  }
}

}  // namespace oncobridge::profiles::fhirpath
