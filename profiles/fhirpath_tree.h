// A FHIRPath expression as a tree, bound to names and types. Made by fhirpath_parser.h, immutable
// from then on and shared between threads. All nodes stand in the expression's arena.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/fhirpath_value.h"

namespace oncobridge::profiles::fhirpath {

struct Function;
class Pattern;

enum class Op : std::uint8_t {
  kEmpty,     // {}
  kLiteral,   // value
  kThis,      // $this
  kIndex,     // $index
  kTotal,     // $total
  kVariable,  // %text
  kMember,    // left.name; left null: of $this
  kCall,      // left.function(arguments); left null: on $this
  kIndexer,   // left[right]
  kNegate,    // -left
  kPlus,      // +left
  kIs,        // left is type
  kAs,        // left as type
  kMultiply,
  kDivide,
  kDiv,
  kMod,
  kAdd,
  kSubtract,
  kConcatenate,
  kUnion,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kEqual,
  kEquivalent,
  kNotEqual,
  kNotEquivalent,
  kIn,
  kContains,
  kAnd,
  kOr,
  kXor,
  kImplies,
};

// `Quantity`, `FHIR.Patient`, `System.Integer` as an argument of is, as, ofType.
struct TypeSpec {
  std::string_view space;  // empty: either
  std::string_view name;
  bool system = false;              // a System type may be meant
  ItemKind kind = ItemKind::kNode;  // of the System type
};

enum class Variable : std::uint8_t { kHost, kContext, kResource, kRootResource, kConstant };

struct Expr {
  Op op = Op::kEmpty;
  Variable variable = Variable::kHost;
  bool maybe_choice = false;     // some element's choices are written with this name as a prefix
  bool member_is_text = false;   // `url = 'x'`: a member of $this against a literal string
  bool maybe_type = false;       // a leading name that may be the type of $this: `Patient.name`
  std::uint8_t path_length = 0;  // of a member: how many names from $this to it; 0: more, or other
  std::uint16_t argument_count = 0;
  std::uint16_t depth = 1;
  NameId name = kNoName;    // of a member; kNoName: no definition has it, text decides
  std::uint32_t place = 0;  // offset in the source
  std::string_view text;    // name of a member, function or variable
  const Expr* left = nullptr;
  const Expr* right = nullptr;
  const Expr* const* arguments = nullptr;  // of a member with a path: the members from $this on
  const Function* function = nullptr;
  const TypeSpec* type = nullptr;
  const Pattern* pattern = nullptr;  // of a literal pattern
  Item value;

  const Expr& argument(std::size_t index) const { return *arguments[index]; }
};

// Memory of one expression, a few kilobytes.
class TreeArena {
 public:
  void* allocate(std::size_t size) {
    size = (size + 15) & ~std::size_t{15};
    if (blocks_.empty() || used_ + size > capacity_) {
      capacity_ = size > kBlock ? size : kBlock;
      blocks_.push_back(std::make_unique<char[]>(capacity_));
      used_ = 0;
    }
    void* result = blocks_.back().get() + used_;
    used_ += size;
    return result;
  }

 private:
  static constexpr std::size_t kBlock = 1024;
  std::vector<std::unique_ptr<char[]>> blocks_;  // of operator new: aligned to 16
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

class Expression {
 public:
  ~Expression();
  std::string_view text() const { return text_; }
  const Expr& root() const { return *root_; }
  // Made for invariants of published definitions, which use collections and type names more freely
  // than the specification has it: see Leniency in fhirpath_parser.h.
  bool lenient() const { return lenient_; }

  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

 private:
  friend class Parser;
  Expression();

  std::string text_;
  TreeArena arena_;
  std::vector<std::unique_ptr<Pattern>> patterns_;
  const Expr* root_ = nullptr;
  bool lenient_ = false;
};

}  // namespace oncobridge::profiles::fhirpath
