#include "profiles/fhirpath_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_lexer.h"
#include "profiles/fhirpath_regex.h"
#include "profiles/fhirpath_text.h"

namespace oncobridge::profiles::fhirpath {
namespace {

struct Operator {
  std::string_view word;
  Op op;
  int level;  // a higher one binds tighter
};
constexpr std::array<Operator, 25> kOperators = {{
    {"implies", Op::kImplies, 1}, {"or", Op::kOr, 2},
    {"xor", Op::kXor, 2},         {"and", Op::kAnd, 3},
    {"in", Op::kIn, 4},           {"contains", Op::kContains, 4},
    {"=", Op::kEqual, 5},         {"~", Op::kEquivalent, 5},
    {"!=", Op::kNotEqual, 5},     {"!~", Op::kNotEquivalent, 5},
    {"<", Op::kLess, 6},          {"<=", Op::kLessOrEqual, 6},
    {">", Op::kGreater, 6},       {">=", Op::kGreaterOrEqual, 6},
    {"|", Op::kUnion, 7},         {"is", Op::kIs, 8},
    {"as", Op::kAs, 8},           {"+", Op::kAdd, 9},
    {"-", Op::kSubtract, 9},      {"&", Op::kConcatenate, 9},
    {"*", Op::kMultiply, 10},     {"/", Op::kDivide, 10},
    {"div", Op::kDiv, 10},        {"mod", Op::kMod, 10},
    {"", Op::kEmpty, 0},
}};

const Operator* operator_of(const Lexeme& lexeme) {
  if (lexeme.token != Token::kSign && lexeme.token != Token::kIdentifier) return nullptr;
  for (const Operator& entry : kOperators) {
    if (entry.level > 0 && lexeme.text == entry.word) return &entry;
  }
  return nullptr;
}

constexpr std::array<std::string_view, 50> kChoiceTypes = {"Base64Binary",
                                                           "Boolean",
                                                           "Canonical",
                                                           "Code",
                                                           "Date",
                                                           "DateTime",
                                                           "Decimal",
                                                           "Id",
                                                           "Instant",
                                                           "Integer",
                                                           "Markdown",
                                                           "Oid",
                                                           "PositiveInt",
                                                           "String",
                                                           "Time",
                                                           "UnsignedInt",
                                                           "Uri",
                                                           "Url",
                                                           "Uuid",
                                                           "Address",
                                                           "Age",
                                                           "Annotation",
                                                           "Attachment",
                                                           "CodeableConcept",
                                                           "Coding",
                                                           "ContactPoint",
                                                           "Count",
                                                           "Distance",
                                                           "Duration",
                                                           "HumanName",
                                                           "Identifier",
                                                           "Money",
                                                           "Period",
                                                           "Quantity",
                                                           "Range",
                                                           "Ratio",
                                                           "Reference",
                                                           "SampledData",
                                                           "Signature",
                                                           "Timing",
                                                           "ContactDetail",
                                                           "Contributor",
                                                           "Expression",
                                                           "DataRequirement",
                                                           "RelatedArtifact",
                                                           "UsageContext",
                                                           "Dosage",
                                                           "ParameterDefinition",
                                                           "Meta",
                                                           "TriggerDefinition"};

}  // namespace

class Parser {
 public:
  Parser(std::string_view text, const NameTable& names, Leniency leniency,
         const ParseLimits& limits)
      : names_(names), limits_(limits), result_(new Expression()), lexer_({}) {
    result_->text_ = text;
    result_->lenient_ = leniency == Leniency::kDefinitions;
    lexer_ = Lexer(result_->text_);
  }

  Result<std::unique_ptr<const Expression>> run() {
    if (result_->text_.size() > limits_.max_length) {
      return fault("fhirpath-limit", "the expression is longer than the limit");
    }
    advance();
    const Expr* root = expression(1);
    if (root != nullptr && current_.token != Token::kEnd) fail("unexpected text");
    if (problem_ != nullptr) {
      Fault result{rule_, problem_, {}, {}, {}};
      result.place.line = 1;
      result.place.column = place_ + 1;
      return tl::unexpected<Fault>(std::move(result));
    }
    result_->root_ = root;
    return std::unique_ptr<const Expression>(std::move(result_));
  }

 private:
  void advance() { current_ = lexer_.next(); }

  const Expr* fail(const char* problem) {
    if (problem_ == nullptr) {
      problem_ = problem;
      place_ = current_.place;
    }
    return nullptr;
  }
  const Expr* exceed(const char* problem) {
    if (problem_ == nullptr) rule_ = "fhirpath-limit";
    return fail(problem);
  }

  bool expect(std::string_view sign, const char* problem) {
    if (!current_.is(sign)) {
      fail(problem);
      return false;
    }
    advance();
    return true;
  }

  Expr* make(Op op, const Expr* left = nullptr, const Expr* right = nullptr) {
    if (++nodes_ > limits_.max_nodes) {
      exceed("the expression has more parts than the limit");
      return nullptr;
    }
    auto* node = new (result_->arena_.allocate(sizeof(Expr))) Expr();
    node->op = op;
    node->left = left;
    node->right = right;
    node->place = current_.place;
    const int depth =
        std::max(left == nullptr ? 0 : left->depth, right == nullptr ? 0 : right->depth);
    return set_depth(node, depth + 1);
  }
  Expr* set_depth(Expr* node, int depth) {
    if (depth > limits_.max_depth) {
      exceed("the expression nests deeper than the limit");
      return nullptr;
    }
    node->depth = static_cast<std::uint16_t>(depth);
    return node;
  }

  std::string_view keep(std::string_view text) {
    char* kept = static_cast<char*>(result_->arena_.allocate(text.size() + 1));
    std::copy(text.begin(), text.end(), kept);
    return {kept, text.size()};
  }

  const Expr* expression(int level) {
    if (++nesting_ > limits_.max_nesting)
      return exceed("the expression nests deeper than the limit");
    const Expr* left = signed_term();
    while (left != nullptr) {
      const Operator* found = operator_of(current_);
      if (found == nullptr || found->level < level) break;
      const std::uint32_t place = current_.place;
      advance();
      Expr* node = nullptr;
      if (found->op == Op::kIs || found->op == Op::kAs) {
        const TypeSpec* type = type_specifier();
        if (type == nullptr) return nullptr;
        node = make(found->op, left);
        if (node != nullptr) node->type = type;
      } else {
        const Expr* right = expression(found->level + 1);
        if (right == nullptr) return nullptr;
        node = make(found->op, left, right);
        if (node != nullptr) node->member_is_text = is_member_and_text(*node);
      }
      if (node != nullptr) node->place = place;
      left = node;
    }
    --nesting_;
    return left;
  }

  const Expr* signed_term() {
    if (!current_.is("-") && !current_.is("+")) return path();
    const Op op = current_.is("-") ? Op::kNegate : Op::kPlus;
    if (++nesting_ > limits_.max_nesting)
      return exceed("the expression nests deeper than the limit");
    advance();
    if (op == Op::kNegate) negated_ = current_.place;
    const Expr* operand = signed_term();
    --nesting_;
    return operand == nullptr ? nullptr : make(op, operand);
  }

  const Expr* path() {
    const Expr* left = term();
    while (left != nullptr) {
      if (current_.is(".")) {
        advance();
        left = invocation(left, false);
      } else if (current_.is("[")) {
        advance();
        const Expr* index = expression(1);
        if (index == nullptr || !expect("]", "`]` expected")) return nullptr;
        left = make(Op::kIndexer, left, index);
      } else {
        break;
      }
    }
    return left;
  }

  const Expr* term() {
    switch (current_.token) {
      case Token::kIdentifier:
        if (current_.text == "true" || current_.text == "false") {
          return literal(Item::of(current_.text == "true"));
        }
        for (const std::string_view word : {"and", "or", "xor", "implies", "div", "mod"}) {
          if (current_.text == word) return fail("a value expected before this operator");
        }
        return invocation(nullptr, true);
      case Token::kDelimited:
        return invocation(nullptr, true);
      case Token::kSpecial:
        return special();
      case Token::kVariable:
        return variable();
      case Token::kString:
        return string_literal();
      case Token::kInteger:
      case Token::kDecimal:
        return number();
      case Token::kDate:
      case Token::kDateTime:
      case Token::kTime:
        return date();
      case Token::kSign:
        return bracket();
      case Token::kEnd:
        return fail("a value expected at the end");
      case Token::kFault:
        return fail("text that is no part of FHIRPath");
    }
    return nullptr;
  }

  const Expr* bracket() {
    if (current_.is("(")) {
      advance();
      const Expr* inner = expression(1);
      if (inner == nullptr || !expect(")", "`)` expected")) return nullptr;
      return inner;
    }
    if (current_.is("{")) {
      advance();
      if (!expect("}", "`}` expected")) return nullptr;
      return make(Op::kEmpty);
    }
    return fail("a value expected");
  }

  const Expr* literal(const Item& value) {
    Expr* node = make(Op::kLiteral);
    if (node != nullptr) node->value = value;
    advance();
    return node;
  }

  bool text_of(const Lexeme& lexeme, std::string_view& text) {
    if (lexeme.text.find('\\') == std::string_view::npos) {
      text = lexeme.text;
      return true;
    }
    std::string plain;
    if (!unescape(lexeme.text, result_->lenient_, plain)) {
      fail("an escape that FHIRPath does not have");
      return false;
    }
    text = keep(plain);
    return true;
  }

  const Expr* string_literal() {
    std::string_view text;
    if (!text_of(current_, text)) return nullptr;
    return literal(Item::of(text));
  }

  template <typename T>
  const T* keep_value(const T& value) {
    return new (result_->arena_.allocate(sizeof(T))) T(value);
  }

  static constexpr std::int64_t kLargest = 2'147'483'647;

  const Expr* number() {
    const bool whole = current_.token == Token::kInteger;
    const auto value = parse_decimal(current_.text);
    const std::int64_t integer = whole && value ? to_integer(*value).value_or(-1) : 0;
    const Lexeme lexeme = current_;
    advance();
    Quantity quantity;
    if (value && current_.token == Token::kString) {
      quantity.value = *value;
      if (!text_of(current_, quantity.unit)) return nullptr;
      quantity.calendar = calendar_unit(quantity.unit);
      return literal(Item::of(keep_value(quantity)));
    }
    if (value && current_.token == Token::kIdentifier &&
        calendar_unit(current_.text) != CalendarUnit::kNone) {
      quantity.value = *value;
      quantity.unit = current_.text;
      quantity.calendar = calendar_unit(current_.text);
      return literal(Item::of(keep_value(quantity)));
    }
    // System.Integer has 32 bits.
    if (!value || integer < 0 || integer > (lexeme.place == negated_ ? kLargest + 1 : kLargest)) {
      current_ = lexeme;
      return fail("a number out of range");
    }
    Expr* node = make(Op::kLiteral);
    if (node == nullptr) return nullptr;
    node->place = lexeme.place;
    node->value = whole ? Item::of_integer(integer) : Item::of(keep_value(*value));
    return node;
  }

  const Expr* date() {
    const DateKind kind = current_.token == Token::kDate       ? DateKind::kDate
                          : current_.token == Token::kDateTime ? DateKind::kDateTime
                                                               : DateKind::kTime;
    const auto value = kind == DateKind::kDate       ? parse_date(current_.text)
                       : kind == DateKind::kDateTime ? parse_date_time(current_.text)
                                                     : parse_time(current_.text);
    if (!value) return fail("a date or time that does not exist");
    return literal(Item::of(keep_value(*value), kind));
  }

  const Expr* special() {
    constexpr std::array<std::pair<std::string_view, Op>, 3> kSpecial = {
        {{"this", Op::kThis}, {"index", Op::kIndex}, {"total", Op::kTotal}}};
    for (const auto& [word, op] : kSpecial) {
      if (current_.text != word) continue;
      const Expr* node = make(op);
      advance();
      return node;
    }
    return fail("only $this, $index and $total start with $");
  }

  const Expr* variable() {
    advance();
    if (current_.token != Token::kIdentifier && current_.token != Token::kDelimited &&
        current_.token != Token::kString) {
      return fail("the name of a variable expected");
    }
    std::string_view name;
    if (!text_of(current_, name)) return nullptr;
    Expr* node = make(Op::kVariable);
    if (node == nullptr) return nullptr;
    node->text = name;
    bind_variable(*node);
    advance();
    return node;
  }

  void bind_variable(Expr& node) {
    struct Known {
      std::string_view name;
      Variable variable;
      std::string_view value;
    };
    constexpr std::array<Known, 6> kKnown = {{
        {"context", Variable::kContext, {}},
        {"resource", Variable::kResource, {}},
        {"rootResource", Variable::kRootResource, {}},
        {"ucum", Variable::kConstant, "http://unitsofmeasure.org"},
        {"sct", Variable::kConstant, "http://snomed.info/sct"},
        {"loinc", Variable::kConstant, "http://loinc.org"},
    }};
    for (const Known& known : kKnown) {
      if (node.text != known.name) continue;
      node.variable = known.variable;
      node.value = Item::of(known.value);
      return;
    }
    // FHIR R4 fhirpath.html: %`vs-[name]` and %`ext-[name]`.
    std::string_view prefix;
    if (node.text.starts_with("vs-")) prefix = "http://hl7.org/fhir/ValueSet/";
    if (node.text.starts_with("ext-")) prefix = "http://hl7.org/fhir/StructureDefinition/";
    if (prefix.empty()) return;
    const std::string_view name = node.text.substr(node.text.find('-') + 1);
    node.variable = Variable::kConstant;
    node.value = Item::of(keep(std::string(prefix).append(name)));
  }

  const Expr* invocation(const Expr* left, bool leading) {
    if (current_.token == Token::kSpecial && !leading) {
      // `a.$this` is `a`: the grammar has it, `$index` after a point has no use.
      const bool is_this = current_.text == "this";
      advance();
      return is_this ? left : fail("a name expected after the point");
    }
    if (current_.token != Token::kIdentifier && current_.token != Token::kDelimited) {
      return fail("a name expected");
    }
    const Lexeme lexeme = current_;
    std::string_view name;
    if (!text_of(lexeme, name)) return nullptr;
    advance();
    if (current_.is("(")) return call(left, name, lexeme);
    Expr* node = make(Op::kMember, left);
    if (node == nullptr) return nullptr;
    node->place = lexeme.place;
    node->text = name;
    node->name = names_.find(name);
    node->maybe_choice = maybe_choice(name);
    node->maybe_type = leading && !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
    bind_path(*node);
    return node;
  }

  static bool is_member_and_text(const Expr& node) {
    return node.op == Op::kEqual && node.left->op == Op::kMember && node.left->path_length == 1 &&
           node.right->op == Op::kLiteral && node.right->value.kind == ItemKind::kString;
  }

  // `a.b.c` from $this can be looked for without collecting `a.b`.
  void bind_path(Expr& node) {
    constexpr std::uint8_t kLongest = 8;
    const Expr* left = node.left;
    if (node.maybe_type) return;
    if (left != nullptr && (left->op != Op::kMember || left->path_length == 0)) return;
    const std::uint8_t before = left == nullptr ? 0 : left->path_length;
    if (before == kLongest) return;
    node.path_length = static_cast<std::uint8_t>(before + 1);
    auto** steps =
        static_cast<const Expr**>(result_->arena_.allocate(node.path_length * sizeof(const Expr*)));
    for (std::size_t i = 0; i < before; ++i) steps[i] = left->arguments[i];
    steps[before] = &node;
    node.arguments = steps;
  }

  bool maybe_choice(std::string_view name) const {
    std::string written(name);
    for (const std::string_view type : kChoiceTypes) {
      written.resize(name.size());
      if (names_.find(written.append(type)) != kNoName) return true;
    }
    // Without definitions the table knows nothing.
    return names_.find("valueQuantity") == kNoName;
  }

  const Expr* call(const Expr* left, std::string_view name, const Lexeme& lexeme) {
    const Function* function = find_function(name);
    if (function == nullptr) {
      current_ = lexeme;
      return fail("a function that is not known");
    }
    advance();
    std::vector<const Expr*> arguments;
    const TypeSpec* type = nullptr;
    if (function->type_argument) {
      type = type_specifier();
      if (type == nullptr) return nullptr;
    } else {
      while (!current_.is(")")) {
        const Expr* argument = expression(1);
        if (argument == nullptr) return nullptr;
        arguments.push_back(argument);
        if (!current_.is(",")) break;
        advance();
        if (current_.is(")")) return fail("an argument expected");
      }
    }
    if (!expect(")", "`)` expected")) return nullptr;
    if (!function->type_argument && (arguments.size() < function->least_arguments ||
                                     arguments.size() > function->most_arguments)) {
      current_ = lexeme;
      return fail("a function with a wrong number of arguments");
    }
    Expr* node = make(Op::kCall, left);
    if (node == nullptr) return nullptr;
    node->place = lexeme.place;
    node->text = name;
    node->function = function;
    node->type = type;
    return bind_arguments(node, arguments);
  }

  const Expr* bind_arguments(Expr* node, const std::vector<const Expr*>& arguments) {
    auto** kept = static_cast<const Expr**>(
        result_->arena_.allocate(arguments.size() * sizeof(const Expr*) + 1));
    std::copy(arguments.begin(), arguments.end(), kept);
    node->arguments = kept;
    node->argument_count = static_cast<std::uint16_t>(arguments.size());
    int depth = node->depth;
    for (const Expr* argument : arguments) depth = std::max(depth, argument->depth + 1);
    if (node->function->pattern_argument && arguments[0]->op == Op::kLiteral &&
        arguments[0]->value.kind == ItemKind::kString) {
      auto pattern = std::make_unique<Pattern>(arguments[0]->value.string());
      if (pattern->ok()) node->pattern = pattern.get();
      result_->patterns_.push_back(std::move(pattern));
    }
    return set_depth(node, depth);
  }

  const TypeSpec* type_specifier() {
    std::vector<std::string_view> parts;
    while (true) {
      if (current_.token != Token::kIdentifier && current_.token != Token::kDelimited) {
        fail("the name of a type expected");
        return nullptr;
      }
      std::string_view part;
      if (!text_of(current_, part)) return nullptr;
      parts.push_back(part);
      advance();
      if (!current_.is(".") || parts.size() == 2) break;
      advance();
    }
    TypeSpec type;
    if (parts.size() == 2) type.space = parts[0];
    type.name = parts.back();
    for (int kind = static_cast<int>(ItemKind::kBoolean);
         kind <= static_cast<int>(ItemKind::kQuantity); ++kind) {
      if (system_name(static_cast<ItemKind>(kind)) != type.name) continue;
      if (!type.space.empty() && type.space != "System") continue;
      type.system = true;
      type.kind = static_cast<ItemKind>(kind);
    }
    return keep_value(type);
  }

  const NameTable& names_;
  const ParseLimits limits_;
  std::unique_ptr<Expression> result_;
  Lexer lexer_;
  Lexeme current_;
  const char* problem_ = nullptr;
  const char* rule_ = "fhirpath-syntax";
  std::uint32_t negated_ = 0xFFFFFFFF;  // where what follows the last minus begins
  std::uint32_t place_ = 0;
  std::uint32_t nesting_ = 0;
  std::uint32_t nodes_ = 0;
};

Result<std::unique_ptr<const Expression>> parse(std::string_view text, const NameTable& names,
                                                Leniency leniency, const ParseLimits& limits) {
  return Parser(text, names, leniency, limits).run();
}

Expression::Expression() = default;
Expression::~Expression() = default;

}  // namespace oncobridge::profiles::fhirpath
