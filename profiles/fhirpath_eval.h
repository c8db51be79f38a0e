// Runs FHIRPath expressions. An Evaluator belongs to one thread and keeps its memory from one
// evaluation to the next; expressions and the schema are shared. Results stay valid until the next
// evaluation. An expression that explodes ends at the visit budget with a fault.
//
//   Evaluator evaluator(environment);
//   if (evaluator.test(*expression, focus) == Truth::kFalse) ...
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "oncobridge/base/arena.h"
#include "profiles/fhirpath_host.h"
#include "profiles/fhirpath_tree.h"
#include "profiles/fhirpath_value.h"

namespace oncobridge::profiles {
class Ucum;
}

namespace oncobridge::profiles::fhirpath {

enum class Flow : std::uint8_t { kGo, kStop, kFault };

// Where items go, one after the other. kStop: enough.
class Sink {
 public:
  template <typename F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Sink>)
      Sink(F&& function)  // NOLINT(google-explicit-constructor): a view of a lambda
      : object_(const_cast<void*>(static_cast<const void*>(&function))),
        call_([](void* object, const Item& item) {
          return (*static_cast<std::remove_reference_t<F>*>(object))(item);
        }) {}
  Flow operator()(const Item& item) const { return call_(object_, item); }

 private:
  void* object_;
  Flow (*call_)(void*, const Item&);
};

struct Environment {
  const NameTable& names;
  const Schema* schema = nullptr;  // null: type names are not checked
  const Ucum* ucum = nullptr;      // null: units compare as text
  Host* host = nullptr;            // null: nothing resolves
};

struct EvalLimits {
  std::uint64_t max_visits = 50'000'000;  // nodes looked at and items compared
  std::uint32_t max_items = 5'000'000;    // in one collection
  std::uint32_t max_depth = 1'500;        // of elements that are compared
  std::uint64_t max_bytes = 128u << 20;   // of values and texts that are made
};

// What an expression is evaluated on. resource and root_resource may be kNoNode: then they are the
// resource that holds the node and, for a contained one, its container.
struct Focus {
  Document document;
  NodeId node = kNoNode;  // kNoNode: the empty collection
  NodeId resource = kNoNode;
  NodeId root_resource = kNoNode;
  // name_bit() of the names of the node's children, as written and as choices; 0: not known. Spares
  // the search for members that are not there. Whoever walks the node anyway can fill it.
  std::uint64_t child_names = 0;
};

inline std::uint64_t name_bit(NameId name) { return std::uint64_t{1} << (name & 63); }
std::uint64_t child_names(const Document& document, NodeId node);

enum class EvalFault : std::uint8_t {
  kNone,
  kNotSingle,  // several items where one is expected
  kType,       // an operand or input of a wrong type
  kUnknown,    // a type, variable or profile that nobody knows
  kPattern,    // a regular expression that RE2 does not read
  kBudget,     // too many visits, items or levels
  kUnsupported,
};

// $this, $index, $total.
struct Scope {
  Item focus;
  bool has_focus = false;
  std::int64_t index = -1;
  const Collection* total = nullptr;
};

struct FaultNote {
  EvalFault kind = EvalFault::kNone;
  std::string_view text;    // a constant
  std::uint32_t place = 0;  // offset in the expression
};

class Evaluator {
 public:
  explicit Evaluator(const Environment& environment, const EvalLimits& limits = {});
  ~Evaluator();

  // As an invariant: empty is kEmpty, what cannot be evaluated is kFault.
  Truth test(const Expression& expression, const Focus& focus);
  // All items. Null: a fault.
  const Collection* evaluate(const Expression& expression, const Focus& focus);
  // Of the evaluation that ended last. A host may evaluate while it answers (conformsTo()).
  const FaultNote& fault() const { return note_; }

  // What an item is and says: `Quantity`, `1.0 'mg'`. Dates without @.
  static std::string type_of(const Item& item);
  std::string text_of(const Item& item);

  // --- For the handlers ---

  bool faulted() const { return fault_.kind != EvalFault::kNone; }

  // Evaluates a part of the expression. A null part is $this.
  Flow stream(const Expr* part, const Scope& scope, Sink out);
  Flow gather(const Expr* part, const Scope& scope, Collection& items);
  Truth test(const Expr& part, const Scope& scope);
  Truth truth_of(const Expr* part, const Scope& scope);  // by the rules for single items
  // 0 or 1 items; several are a fault. As a System value where it has one.
  enum class Got : std::uint8_t { kNone, kOne, kFault };
  Got one(const Expr* part, const Scope& scope, Item& item);
  Got one_value(const Expr* part, const Scope& scope, Item& item);
  Got one_string(const Expr* part, const Scope& scope, std::string_view& text);
  Got one_integer(const Expr* part, const Scope& scope, std::int64_t& value);

  // The System value of a primitive or Quantity element, else the item itself.
  Item value_of(const Item& item);
  // -1, 0, 1 by FHIRPath's `=`; kEmpty: open.
  Truth equal(const Item& a, const Item& b) { return equal(a, b, 0); }
  bool same(const Item& a, const Item& b) { return equal(a, b, 0) == Truth::kTrue; }
  bool equivalent(const Item& a, const Item& b) { return equivalent(a, b, 0); }
  bool equivalent(const Collection& a, const Collection& b);
  std::uint64_t hash(const Item& item);
  // The order of two items; kNone: open; kFault: they have none.
  Got order(const Item& a, const Item& b, const Expr& part, int& result);
  std::optional<int> order_of_one_code(const Item& a, const Item& b) const;
  bool is_type(const Item& item, const TypeSpec& type, bool exact) const;
  bool knows_type(const TypeSpec& type) const;

  [[gnu::cold]] Flow fail(EvalFault kind, std::string_view text, const Expr* part);
  Truth fail_test(EvalFault kind, std::string_view text, const Expr* part) {
    fail(kind, text, part);
    return Truth::kFault;
  }
  // Counts work; false and a fault beyond the budget.
  bool spend(std::uint64_t visits) {
    visits_ += visits;
    return visits_ <= limits_.max_visits || over_budget();
  }

  // Whether a text of that size may be made; a fault if not.
  bool may_make(std::uint64_t bytes) {
    if (made_ + bytes <= limits_.max_bytes) return true;
    fail(EvalFault::kBudget, "the values of the expression grow beyond the limit", nullptr);
    return false;
  }
  // All visits of all evaluations so far, also of those within others.
  std::uint64_t spent() const {
    return spent_ + visits_ + (nested_ == nullptr ? 0 : nested_->spent());
  }

  Arena& arena() { return arena_; }
  std::string_view keep(std::string_view text);
  const Decimal* keep(const Decimal& value);
  const PartialTime* keep(const PartialTime& value);
  const Quantity* keep(const Quantity& value);
  std::string& scratch() { return scratch_; }
  const Document* document(const Document& document);
  // Whether a path of members leads anywhere.
  bool leads_anywhere(const Expr& path, const Item& from);
  const Environment& environment() const { return environment_; }
  const EvalLimits& limits() const { return limits_; }
  Host& host() { return *host_; }
  const Focus& focus() const { return focus_; }
  bool lenient() const { return lenient_; }
  const PartialTime& now();
  const Pattern* pattern(const Expr& call, std::string_view text);
  // Child elements of a node by a FHIR name that functions need.
  NodeId child(const Item& node, std::string_view name) const;

  Flow children(const Item& node, Sink out);
  Flow descendants(const Item& node, Sink out);

  class Lease;  // a collection from the pool

 private:
  friend class Lease;
  void begin(const Expression& expression, const Focus& focus, Scope& scope);
  void end();
  Evaluator* nested();
  bool over_budget();
  void* make(std::size_t size);
  Flow members(const Expr& part, const Item& item, Sink out);
  // Few children of a name among many: `%resource.type` of a large bundle, asked for each entry.
  struct FewOfMany {
    const Expr* part = nullptr;
    const Document* document = nullptr;
    NodeId node = kNoNode;
    std::size_t count = 0;
    std::array<NodeId, 2> found{};
  };
  static constexpr std::uint64_t kManyChildren = 64;
  const FewOfMany* few_of_many(const Expr& part, const Item& item) const;
  Truth member_is_text(const Expr& part, const Item& item);
  bool surely_lacks(const Expr& member, const Item& item) const {
    return focus_.child_names != 0 && item.document == &root_document_ &&
           item.node() == focus_.node && member.name != kNoName && !member.maybe_type &&
           (focus_.child_names & name_bit(member.name)) == 0 &&
           (!member.maybe_choice || root_document_.types != nullptr);
  }
  Flow variable(const Expr& part, const Scope& scope, Sink out);
  Flow index(const Expr& part, const Scope& scope, Sink out);
  Flow operate(const Expr& part, const Scope& scope, Sink out);
  Flow arithmetic(const Expr& part, const Scope& scope, Sink out);
  Flow calculate(const Expr& part, const Item& a, const Item& b, Sink out);
  Flow add_time(const Expr& part, const Item& time, const Item& amount, Sink out);
  Flow of_quantities(const Expr& part, const Quantity& a, const Quantity& b, Sink out);
  Flow negate(const Expr& part, const Scope& scope, Sink out);
  Flow unite(const Expr& part, const Scope& scope, Sink out);
  Truth logic(const Expr& part, const Scope& scope);
  Truth compare(const Expr& part, const Scope& scope);
  Truth equality(const Expr& part, const Scope& scope);
  Truth membership(const Expr& part, const Scope& scope);
  Truth is_operator(const Expr& part, const Scope& scope);
  Truth equal(const Item& a, const Item& b, std::uint32_t depth);
  Item quantity_of(const Item& item);
  Truth equal_trees(const Item& a, const Item& b, std::uint32_t depth);
  Truth equal_in_any_order(const Item& a, const Item& b, std::uint32_t depth);
  bool equivalent(const Item& a, const Item& b, std::uint32_t depth);
  bool equivalent_trees(const Item& a, const Item& b, std::uint32_t depth);
  std::uint64_t hash_tree(const Item& node, std::uint32_t depth);
  Collection* take_collection();
  void give_back(Collection* collection);

  const Environment environment_;
  const EvalLimits limits_;
  std::unique_ptr<Host> own_host_;
  Host* host_;
  Focus focus_;
  bool lenient_ = false;
  bool running_ = false;
  std::uint32_t level_ = 0;            // of evaluators within one another
  std::unique_ptr<Evaluator> nested_;  // for what is evaluated during an evaluation
  FaultNote fault_;                    // of the evaluation that runs
  FaultNote note_;
  std::uint64_t visits_ = 0;
  std::uint64_t spent_ = 0;  // by evaluations before this one
  std::uint64_t made_ = 0;   // bytes of values
  Arena arena_;
  std::string scratch_;
  std::vector<std::unique_ptr<Collection>> pool_;
  std::vector<Collection*> free_;
  Collection result_;
  Document root_document_;
  std::array<FewOfMany, 4> few_of_many_;  // of the evaluation that runs
  std::size_t next_few_of_many_ = 0;
  const Type* quantity_ = nullptr;
  std::vector<const Document*> documents_;
  const PartialTime* now_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<Pattern>> patterns_;
};

class Evaluator::Lease {
 public:
  explicit Lease(Evaluator& evaluator)
      : evaluator_(evaluator), items_(evaluator.take_collection()) {}
  ~Lease() { evaluator_.give_back(items_); }
  Collection& operator*() const { return *items_; }
  Collection* operator->() const { return items_; }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

 private:
  Evaluator& evaluator_;
  Collection* items_;
};

}  // namespace oncobridge::profiles::fhirpath
