// Functions on strings. Positions and lengths count characters, not bytes.
#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_regex.h"
#include "profiles/fhirpath_text.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using Got = Evaluator::Got;

// The input and first argument as strings. kNone: one of them is empty.
Got two_strings(Evaluator& evaluator, const Expr& call, const Scope& scope, std::string_view& text,
                std::string_view& argument) {
  const Got got = evaluator.one_string(call.left, scope, text);
  if (got == Got::kFault) return got;
  const Got other = evaluator.one_string(&call.argument(0), scope, argument);
  if (other == Got::kFault) return other;
  return got == Got::kOne ? other : got;
}

Flow nothing(Got got) { return got == Got::kFault ? Flow::kFault : Flow::kGo; }
Truth no_truth(Got got) { return got == Got::kFault ? Truth::kFault : Truth::kEmpty; }

Flow find(Evaluator& evaluator, const Expr& call, const Scope& scope, bool last, Sink out) {
  std::string_view text;
  std::string_view wanted;
  const Got got = two_strings(evaluator, call, scope, text, wanted);
  if (got != Got::kOne) return nothing(got);
  const std::size_t at = last ? text.rfind(wanted) : text.find(wanted);
  if (at == std::string_view::npos) return out(Item::of_integer(-1));
  return out(Item::of_integer(characters(text.substr(0, at))));
}

}  // namespace

Flow run_index_of(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return find(evaluator, call, scope, false, out);
}
Flow run_last_index_of(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return find(evaluator, call, scope, true, out);
}

Flow run_substring(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  const Got got = evaluator.one_string(call.left, scope, text);
  if (got != Got::kOne) return nothing(got);
  std::int64_t start = 0;
  const Got has_start = evaluator.one_integer(&call.argument(0), scope, start);
  if (has_start != Got::kOne) return nothing(has_start);
  const std::size_t from = start < 0 ? text.size() : byte_of(text, 0, start);
  if (from >= text.size()) return Flow::kGo;
  std::size_t to = text.size();
  if (call.argument_count > 1) {
    std::int64_t length = 0;
    const Got has_length = evaluator.one_integer(&call.argument(1), scope, length);
    if (has_length == Got::kFault) return Flow::kFault;
    if (has_length == Got::kOne) to = length <= 0 ? from : byte_of(text, from, length);
  }
  return out(Item::of(text.substr(from, to - from)));
}

Truth test_starts_with(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  std::string_view text;
  std::string_view wanted;
  const Got got = two_strings(evaluator, call, scope, text, wanted);
  return got == Got::kOne ? truth(text.starts_with(wanted)) : no_truth(got);
}

Truth test_ends_with(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  std::string_view text;
  std::string_view wanted;
  const Got got = two_strings(evaluator, call, scope, text, wanted);
  return got == Got::kOne ? truth(text.ends_with(wanted)) : no_truth(got);
}

Truth test_contains(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  std::string_view text;
  std::string_view wanted;
  const Got got = two_strings(evaluator, call, scope, text, wanted);
  return got == Got::kOne ? truth(text.find(wanted) != std::string_view::npos) : no_truth(got);
}

Truth test_matches(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  std::string_view text;
  std::string_view wanted;
  const Got got = two_strings(evaluator, call, scope, text, wanted);
  if (got != Got::kOne) return no_truth(got);
  const Pattern* pattern = evaluator.pattern(call, wanted);
  if (pattern == nullptr) return Truth::kFault;
  return truth(pattern->found_in(text));
}

Truth test_matches_full(Evaluator& evaluator, const Expr& call, const Scope& scope) {
  std::string_view text;
  std::string_view wanted;
  const Got got = two_strings(evaluator, call, scope, text, wanted);
  if (got != Got::kOne) return no_truth(got);
  const Pattern* pattern = evaluator.pattern(call, wanted);
  if (pattern == nullptr) return Truth::kFault;
  return truth(pattern->is_all_of(text));
}

Flow run_replace(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  std::string_view wanted;
  std::string_view instead;
  Got got = two_strings(evaluator, call, scope, text, wanted);
  if (got != Got::kOne) return nothing(got);
  got = evaluator.one_string(&call.argument(1), scope, instead);
  if (got != Got::kOne) return nothing(got);
  if (!evaluator.spend(text.size() * (instead.size() + 1) / 64)) return Flow::kFault;
  std::string& result = evaluator.scratch();
  result.clear();
  if (wanted.empty()) {  // around each character
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t next = byte_of(text, at, 1);
      result.append(instead).append(text.substr(at, next - at));
      if (!evaluator.may_make(result.size())) return Flow::kFault;
      at = next;
    }
    result.append(instead);
  } else {
    std::size_t from = 0;
    for (std::size_t at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, from)) {
      result.append(text.substr(from, at - from)).append(instead);
      if (!evaluator.may_make(result.size())) return Flow::kFault;
      from = at + wanted.size();
    }
    result.append(text.substr(from));
  }
  return out(Item::of(evaluator.keep(result)));
}

Flow run_replace_matches(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  std::string_view wanted;
  std::string_view instead;
  Got got = two_strings(evaluator, call, scope, text, wanted);
  if (got != Got::kOne) return nothing(got);
  got = evaluator.one_string(&call.argument(1), scope, instead);
  if (got != Got::kOne) return nothing(got);
  if (wanted.empty()) return out(Item::of(text));
  const Pattern* pattern = evaluator.pattern(call, wanted);
  if (pattern == nullptr) return Flow::kFault;
  const std::uint64_t most =
      (text.size() + 1) * (instead.size() + 1);  // if every character matches
  if (!evaluator.spend(most / 64) || !evaluator.may_make(most)) return Flow::kFault;
  std::string& result = evaluator.scratch();
  if (!pattern->replace(text, instead, result)) {
    return evaluator.fail(EvalFault::kPattern, "a replacement with a group that is not there",
                          &call);
  }
  return out(Item::of(evaluator.keep(result)));
}

namespace {

Flow change_case(Evaluator& evaluator, const Expr& call, const Scope& scope,
                 void (*append)(std::string_view, std::string&), Sink out) {
  std::string_view text;
  const Got got = evaluator.one_string(call.left, scope, text);
  if (got != Got::kOne) return nothing(got);
  std::string& result = evaluator.scratch();
  result.clear();
  append(text, result);
  return out(Item::of(evaluator.keep(result)));
}

}  // namespace

Flow run_upper(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return change_case(evaluator, call, scope, append_upper, out);
}
Flow run_lower(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return change_case(evaluator, call, scope, append_lower, out);
}

Flow run_trim(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  const Got got = evaluator.one_string(call.left, scope, text);
  if (got != Got::kOne) return nothing(got);
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return out(Item::of(std::string_view("")));
  return out(Item::of(text.substr(from, text.find_last_not_of(kSpace) - from + 1)));
}

Flow run_length(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  const Got got = evaluator.one_string(call.left, scope, text);
  if (got != Got::kOne) return nothing(got);
  return out(Item::of_integer(characters(text)));
}

namespace {

Flow each_character(Evaluator& evaluator, std::string_view text, Sink out) {
  for (std::size_t at = 0; at < text.size();) {
    if (!evaluator.spend(1)) return Flow::kFault;
    const std::size_t next = byte_of(text, at, 1);
    if (const Flow flow = out(Item::of(text.substr(at, next - at))); flow != Flow::kGo) {
      return flow;
    }
    at = next;
  }
  return Flow::kGo;
}

}  // namespace

Flow run_to_chars(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  const Got got = evaluator.one_string(call.left, scope, text);
  if (got != Got::kOne) return nothing(got);
  return each_character(evaluator, text, out);
}

Flow run_split(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  std::string_view separator;
  const Got got = two_strings(evaluator, call, scope, text, separator);
  if (got != Got::kOne) return nothing(got);
  if (separator.empty()) return each_character(evaluator, text, out);
  for (std::size_t from = 0;;) {
    if (!evaluator.spend(1)) return Flow::kFault;
    const std::size_t at = text.find(separator, from);
    const Flow flow = out(Item::of(text.substr(from, at - from)));
    if (flow != Flow::kGo || at == std::string_view::npos) return flow;
    from = at + separator.size();
  }
}

Flow run_join(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view separator;
  if (call.argument_count > 0) {
    const Got got = evaluator.one_string(&call.argument(0), scope, separator);
    if (got == Got::kFault) return Flow::kFault;
  }
  Evaluator::Lease items(evaluator);
  if (evaluator.gather(call.left, scope, *items) == Flow::kFault) return Flow::kFault;
  if (items->empty()) return Flow::kGo;
  std::string& result = evaluator.scratch();
  result.clear();
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Item value = evaluator.value_of((*items)[i]);
    if (value.kind != ItemKind::kString) {
      return evaluator.fail(EvalFault::kType, "strings expected", &call);
    }
    if (i > 0) result.append(separator);
    result.append(value.string());
    if (!evaluator.may_make(result.size())) return Flow::kFault;
    if (!evaluator.spend(1 + (value.string().size() + separator.size()) / 64)) return Flow::kFault;
  }
  return out(Item::of(evaluator.keep(result)));
}

}  // namespace oncobridge::profiles::fhirpath
