#include "profiles/fhirpath_functions.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using W = Wants;
using G = Gives;

constexpr Function run(std::string_view name, std::uint8_t least, std::uint8_t most, Wants wants,
                       Gives gives, Run handler) {
  return {name, least, most, wants, gives, handler, nullptr};
}
constexpr Function test(std::string_view name, std::uint8_t least, std::uint8_t most, Wants wants,
                        Test handler) {
  return {name, least, most, wants, Gives::kBoolean, nullptr, handler};
}
constexpr Function each(Function function) {
  function.each = true;
  return function;
}
constexpr Function of_type(Function function) {
  function.type_argument = true;
  return function;
}
constexpr Function with_pattern(Function function) {
  function.pattern_argument = true;
  return function;
}

// FHIRPath section 5 and FHIR R4 fhirpath.html, in their order.
constexpr Function kFunctions[] = {
    // Existence
    test("empty", 0, 0, W::kAny, test_empty),
    each(test("exists", 0, 1, W::kAny, test_exists)),
    each(test("all", 1, 1, W::kAny, test_all)),
    test("allTrue", 0, 0, W::kAny, test_all_true),
    test("anyTrue", 0, 0, W::kAny, test_any_true),
    test("allFalse", 0, 0, W::kAny, test_all_false),
    test("anyFalse", 0, 0, W::kAny, test_any_false),
    test("subsetOf", 1, 1, W::kAny, test_subset_of),
    test("supersetOf", 1, 1, W::kAny, test_superset_of),
    run("count", 0, 0, W::kAny, G::kInteger, run_count),
    run("distinct", 0, 0, W::kAny, G::kInput, run_distinct),
    test("isDistinct", 0, 0, W::kAny, test_is_distinct),
    // Filtering and projection
    each(run("where", 1, 1, W::kAny, G::kInput, run_where)),
    each(run("select", 1, 1, W::kAny, G::kArgument, run_select)),
    each(run("repeat", 1, 1, W::kAny, G::kUnknown, run_repeat)),
    of_type(run("ofType", 1, 1, W::kAny, G::kType, run_of_type)),
    // Subsetting
    run("single", 0, 0, W::kAny, G::kInputOne, run_single),
    run("first", 0, 0, W::kOrdered, G::kInputOne, run_first),
    run("last", 0, 0, W::kOrdered, G::kInputOne, run_last),
    run("tail", 0, 0, W::kOrdered, G::kInput, run_tail),
    run("skip", 1, 1, W::kOrdered, G::kInput, run_skip),
    run("take", 1, 1, W::kOrdered, G::kInput, run_take),
    run("intersect", 1, 1, W::kAny, G::kInput, run_intersect),
    run("exclude", 1, 1, W::kAny, G::kInput, run_exclude),
    // Combining
    run("union", 1, 1, W::kAny, G::kUnknown, run_union),
    run("combine", 1, 1, W::kAny, G::kUnknown, run_combine),
    // Conversion
    run("iif", 2, 3, W::kOne, G::kUnknown, run_iif),
    run("toBoolean", 0, 0, W::kOne, G::kBoolean, run_to_boolean),
    test("convertsToBoolean", 0, 0, W::kOne, test_converts_to_boolean),
    run("toInteger", 0, 0, W::kOne, G::kInteger, run_to_integer),
    test("convertsToInteger", 0, 0, W::kOne, test_converts_to_integer),
    run("toDecimal", 0, 0, W::kOne, G::kDecimal, run_to_decimal),
    test("convertsToDecimal", 0, 0, W::kOne, test_converts_to_decimal),
    run("toString", 0, 0, W::kOne, G::kString, run_to_string),
    test("convertsToString", 0, 0, W::kOne, test_converts_to_string),
    run("toDate", 0, 0, W::kOne, G::kDate, run_to_date),
    test("convertsToDate", 0, 0, W::kOne, test_converts_to_date),
    run("toDateTime", 0, 0, W::kOne, G::kDateTime, run_to_date_time),
    test("convertsToDateTime", 0, 0, W::kOne, test_converts_to_date_time),
    run("toTime", 0, 0, W::kOne, G::kTime, run_to_time),
    test("convertsToTime", 0, 0, W::kOne, test_converts_to_time),
    run("toQuantity", 0, 1, W::kOne, G::kQuantity, run_to_quantity),
    test("convertsToQuantity", 0, 1, W::kOne, test_converts_to_quantity),
    // Strings
    run("indexOf", 1, 1, W::kString, G::kInteger, run_index_of),
    run("lastIndexOf", 1, 1, W::kString, G::kInteger, run_last_index_of),
    run("substring", 1, 2, W::kString, G::kString, run_substring),
    test("startsWith", 1, 1, W::kString, test_starts_with),
    test("endsWith", 1, 1, W::kString, test_ends_with),
    test("contains", 1, 1, W::kString, test_contains),
    run("upper", 0, 0, W::kString, G::kString, run_upper),
    run("lower", 0, 0, W::kString, G::kString, run_lower),
    run("replace", 2, 2, W::kString, G::kString, run_replace),
    with_pattern(test("matches", 1, 1, W::kString, test_matches)),
    with_pattern(test("matchesFull", 1, 1, W::kString, test_matches_full)),
    with_pattern(run("replaceMatches", 2, 2, W::kString, G::kString, run_replace_matches)),
    run("length", 0, 0, W::kString, G::kInteger, run_length),
    run("toChars", 0, 0, W::kString, G::kString, run_to_chars),
    run("trim", 0, 0, W::kString, G::kString, run_trim),
    run("split", 1, 1, W::kString, G::kString, run_split),
    run("join", 0, 1, W::kAny, G::kString, run_join),
    run("encode", 1, 1, W::kString, G::kString, run_encode),
    run("decode", 1, 1, W::kString, G::kString, run_decode),
    run("escape", 1, 1, W::kString, G::kString, run_escape),
    run("unescape", 1, 1, W::kString, G::kString, run_unescape),
    // Math
    run("abs", 0, 0, W::kNumber, G::kInputOne, run_abs),
    run("ceiling", 0, 0, W::kNumber, G::kInteger, run_ceiling),
    run("exp", 0, 0, W::kNumber, G::kDecimal, run_exp),
    run("floor", 0, 0, W::kNumber, G::kInteger, run_floor),
    run("ln", 0, 0, W::kNumber, G::kDecimal, run_ln),
    run("log", 1, 1, W::kNumber, G::kDecimal, run_log),
    run("power", 1, 1, W::kNumber, G::kUnknown, run_power),
    run("round", 0, 1, W::kNumber, G::kDecimal, run_round),
    run("sqrt", 0, 0, W::kNumber, G::kDecimal, run_sqrt),
    run("truncate", 0, 0, W::kNumber, G::kInteger, run_truncate),
    // Precision
    run("precision", 0, 0, W::kOne, G::kInteger, run_precision),
    run("lowBoundary", 0, 1, W::kOne, G::kUnknown, run_low_boundary),
    run("highBoundary", 0, 1, W::kOne, G::kUnknown, run_high_boundary),
    test("comparable", 1, 1, W::kOne, test_comparable),
    // Tree
    run("children", 0, 0, W::kAny, G::kChildren, run_children),
    run("descendants", 0, 0, W::kAny, G::kChildren, run_descendants),
    // Utility
    each(run("trace", 1, 2, W::kAny, G::kInput, run_trace)),
    run("now", 0, 0, W::kAny, G::kDateTime, run_now),
    run("today", 0, 0, W::kAny, G::kDate, run_today),
    run("timeOfDay", 0, 0, W::kAny, G::kTime, run_time_of_day),
    run("yearOf", 0, 0, W::kOne, G::kInteger, run_year_of),
    run("monthOf", 0, 0, W::kOne, G::kInteger, run_month_of),
    run("dayOf", 0, 0, W::kOne, G::kInteger, run_day_of),
    run("hourOf", 0, 0, W::kOne, G::kInteger, run_hour_of),
    run("minuteOf", 0, 0, W::kOne, G::kInteger, run_minute_of),
    run("secondOf", 0, 0, W::kOne, G::kInteger, run_second_of),
    run("millisecondOf", 0, 0, W::kOne, G::kInteger, run_millisecond_of),
    run("timezoneOffsetOf", 0, 0, W::kOne, G::kDecimal, run_timezone_offset_of),
    run("dateOf", 0, 0, W::kOne, G::kDate, run_date_of),
    run("timeOf", 0, 0, W::kOne, G::kTime, run_time_of),
    // Logic, types, aggregates
    test("not", 0, 0, W::kAny, test_not),
    of_type(test("is", 1, 1, W::kOne, test_is)),
    of_type(run("as", 1, 1, W::kAny, G::kType, run_as)),
    run("type", 0, 0, W::kAny, G::kTypeName, run_type),
    each(run("aggregate", 1, 2, W::kAny, G::kUnknown, run_aggregate)),
    each(run("sort", 0, 16, W::kAny, G::kInput, run_sort)),
    // FHIR
    run("extension", 1, 1, W::kAny, G::kExtension, run_extension),
    test("hasValue", 0, 0, W::kAny, test_has_value),
    run("getValue", 0, 0, W::kAny, G::kUnknown, run_get_value),
    run("resolve", 0, 0, W::kAny, G::kUnknown, run_resolve),
    test("memberOf", 1, 1, W::kOne, test_member_of),
    test("conformsTo", 1, 1, W::kOne, test_conforms_to),
    test("htmlChecks", 0, 0, W::kOne, test_html_checks),
};

}  // namespace

const Function* find_function(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

}  // namespace oncobridge::profiles::fhirpath
