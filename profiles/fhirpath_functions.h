// The functions of FHIRPath by name: how many arguments, what the semantic check should know, and
// the handler. The table is fhirpath_functions.cc; handlers stand by subject in
// fhirpath_eval_*.cc.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_tree.h"

namespace oncobridge::profiles::fhirpath {

// What a function's input must be; more than one item is a fault where it says one.
enum class Wants : std::uint8_t { kAny, kOne, kString, kNumber, kBoolean, kOrdered };
// What it gives, for the semantic check.
enum class Gives : std::uint8_t {
  kUnknown,
  kInput,     // the type of its input
  kInputOne,  // one item of it
  kArgument,  // the type of its first argument
  kType,      // of its type argument
  kBoolean,
  kInteger,
  kDecimal,
  kString,
  kDate,
  kDateTime,
  kTime,
  kQuantity,
  kTypeName,
  kExtension,
  kChildren,
};

// Emits the items of the result.
using Run = Flow (*)(Evaluator&, const Expr& call, const Scope&, Sink);
// For functions that give a boolean or nothing.
using Test = Truth (*)(Evaluator&, const Expr& call, const Scope&);

struct Function {
  std::string_view name;
  std::uint8_t least_arguments = 0;
  std::uint8_t most_arguments = 0;
  Wants wants = Wants::kAny;
  Gives gives = Gives::kUnknown;
  Run run = nullptr;  // one of the two
  Test test = nullptr;
  bool type_argument = false;     // is(), as(), ofType()
  bool pattern_argument = false;  // a regular expression
  bool each = false;              // arguments are evaluated with $this as an item of the input
};

// Null if there is none of that name.
const Function* find_function(std::string_view name);

// Handlers, by file.
#define FHIRPATH_RUN(name) Flow run_##name(Evaluator&, const Expr&, const Scope&, Sink)
#define FHIRPATH_TEST(name) Truth test_##name(Evaluator&, const Expr&, const Scope&)

// fhirpath_eval_existence.cc
FHIRPATH_TEST(empty);
FHIRPATH_TEST(exists);
FHIRPATH_TEST(all);
FHIRPATH_TEST(all_true);
FHIRPATH_TEST(any_true);
FHIRPATH_TEST(all_false);
FHIRPATH_TEST(any_false);
FHIRPATH_TEST(subset_of);
FHIRPATH_TEST(superset_of);
FHIRPATH_TEST(is_distinct);
FHIRPATH_TEST(not );
FHIRPATH_RUN(count);
// fhirpath_eval_filtering.cc
FHIRPATH_RUN(where);
FHIRPATH_RUN(select);
FHIRPATH_RUN(repeat);
FHIRPATH_RUN(of_type);
FHIRPATH_RUN(as);
FHIRPATH_TEST(is);
FHIRPATH_RUN(single);
FHIRPATH_RUN(first);
FHIRPATH_RUN(last);
FHIRPATH_RUN(tail);
FHIRPATH_RUN(skip);
FHIRPATH_RUN(take);
FHIRPATH_RUN(distinct);
FHIRPATH_RUN(intersect);
FHIRPATH_RUN(exclude);
FHIRPATH_RUN(union);
FHIRPATH_RUN(combine);
FHIRPATH_RUN(aggregate);
FHIRPATH_RUN(sort);
FHIRPATH_RUN(children);
FHIRPATH_RUN(descendants);
// fhirpath_eval_conversion.cc
FHIRPATH_RUN(to_boolean);
FHIRPATH_RUN(to_integer);
FHIRPATH_RUN(to_decimal);
FHIRPATH_RUN(to_string);
FHIRPATH_RUN(to_date);
FHIRPATH_RUN(to_date_time);
FHIRPATH_RUN(to_time);
FHIRPATH_RUN(to_quantity);
FHIRPATH_TEST(converts_to_boolean);
FHIRPATH_TEST(converts_to_integer);
FHIRPATH_TEST(converts_to_decimal);
FHIRPATH_TEST(converts_to_string);
FHIRPATH_TEST(converts_to_date);
FHIRPATH_TEST(converts_to_date_time);
FHIRPATH_TEST(converts_to_time);
FHIRPATH_TEST(converts_to_quantity);
// fhirpath_eval_strings.cc
FHIRPATH_RUN(index_of);
FHIRPATH_RUN(last_index_of);
FHIRPATH_RUN(substring);
FHIRPATH_TEST(starts_with);
FHIRPATH_TEST(ends_with);
FHIRPATH_TEST(contains);
FHIRPATH_TEST(matches);
FHIRPATH_TEST(matches_full);
FHIRPATH_RUN(replace);
FHIRPATH_RUN(replace_matches);
FHIRPATH_RUN(upper);
FHIRPATH_RUN(lower);
FHIRPATH_RUN(trim);
FHIRPATH_RUN(length);
FHIRPATH_RUN(to_chars);
FHIRPATH_RUN(split);
FHIRPATH_RUN(join);
// fhirpath_eval_encoding.cc
FHIRPATH_RUN(encode);
FHIRPATH_RUN(decode);
FHIRPATH_RUN(escape);
FHIRPATH_RUN(unescape);
// fhirpath_eval_math.cc
FHIRPATH_RUN(abs);
FHIRPATH_RUN(ceiling);
FHIRPATH_RUN(floor);
FHIRPATH_RUN(truncate);
FHIRPATH_RUN(round);
FHIRPATH_RUN(exp);
FHIRPATH_RUN(ln);
FHIRPATH_RUN(log);
FHIRPATH_RUN(power);
FHIRPATH_RUN(sqrt);
FHIRPATH_RUN(precision);
FHIRPATH_RUN(low_boundary);
FHIRPATH_RUN(high_boundary);
FHIRPATH_TEST(comparable);
// fhirpath_eval_dates.cc
FHIRPATH_RUN(now);
FHIRPATH_RUN(today);
FHIRPATH_RUN(time_of_day);
FHIRPATH_RUN(year_of);
FHIRPATH_RUN(month_of);
FHIRPATH_RUN(day_of);
FHIRPATH_RUN(hour_of);
FHIRPATH_RUN(minute_of);
FHIRPATH_RUN(second_of);
FHIRPATH_RUN(millisecond_of);
FHIRPATH_RUN(timezone_offset_of);
FHIRPATH_RUN(date_of);
FHIRPATH_RUN(time_of);
// fhirpath_eval_utility.cc
FHIRPATH_RUN(iif);
FHIRPATH_RUN(trace);
FHIRPATH_RUN(type);
FHIRPATH_TEST(has_value);
FHIRPATH_RUN(get_value);
FHIRPATH_RUN(extension);
FHIRPATH_RUN(resolve);
FHIRPATH_TEST(member_of);
FHIRPATH_TEST(conforms_to);
FHIRPATH_TEST(html_checks);

#undef FHIRPATH_RUN
#undef FHIRPATH_TEST

}  // namespace oncobridge::profiles::fhirpath
