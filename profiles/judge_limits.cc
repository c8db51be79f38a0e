// Minimum and maximum values (ElementDefinition.minValue[x], maxValue[x]).
#include <chrono>
#include <ctime>
#include <optional>
#include <tuple>

#include "profiles/fhirpath_date.h"
#include "profiles/fhirpath_decimal.h"
#include "profiles/judge.h"

namespace oncobridge::profiles {
namespace {

using fhirpath::PartialTime;

std::optional<PartialTime> read_date(Primitive primitive, std::string_view text) {
  switch (primitive) {
    case Primitive::kDate:
      return fhirpath::parse_date(text);
    case Primitive::kDateTime:
    case Primitive::kInstant:
      return fhirpath::parse_date_time(text);
    case Primitive::kTime:
      return fhirpath::parse_time(text);
    default:
      return std::nullopt;
  }
}

// By the start of the period that a partial date names.
int compare_starts(const PartialTime& a, const PartialTime& b) {
  const auto parts = [](const PartialTime& t) {
    return std::make_tuple(t.year, t.month, t.day, t.hour, t.minute, t.second, t.nanoseconds);
  };
  return parts(a) < parts(b) ? -1 : parts(b) < parts(a) ? 1 : 0;
}

PartialTime now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return fhirpath::date_time_of(std::chrono::duration_cast<std::chrono::seconds>(since).count(), 0,
                                0);
}

// UCUM's units of calendar time (ElementDefinition.minValue[x] of dates may be a Duration from
// now).
fhirpath::CalendarUnit calendar_unit_of(std::string_view ucum) {
  if (ucum == "a") return fhirpath::CalendarUnit::kYear;
  if (ucum == "mo") return fhirpath::CalendarUnit::kMonth;
  if (ucum == "wk") return fhirpath::CalendarUnit::kWeek;
  if (ucum == "d") return fhirpath::CalendarUnit::kDay;
  if (ucum == "h") return fhirpath::CalendarUnit::kHour;
  return fhirpath::CalendarUnit::kNone;
}

}  // namespace

// -1, 0, 1; nothing if they cannot be compared.
std::optional<int> Judge::compare_to_limit(NodeId id, const ValueTree& limit,
                                           bool is_minimum) const {
  const Type* type = types_[id].type;
  const Tape& wanted = limit.tape;
  const NodeId root = wanted.root();
  if (type == nullptr || root == kNoNode) return std::nullopt;
  const auto part = [&](const Tape& tape, NodeId node, NameId name) {
    const NodeId found = tape.child(node, name);
    return found == kNoNode ? std::string_view() : tape[found].value();
  };
  if (type->role == TypeRole::kQuantity) {
    const std::string_view unit = part(tape_, id, known_.code);
    const std::string_view limit_unit = part(wanted, root, known_.code);
    return definitions_.ucum().compare(part(tape_, id, known_.value), unit.empty() ? "1" : unit,
                                       part(wanted, root, known_.value),
                                       limit_unit.empty() ? "1" : limit_unit);
  }
  if (const auto date = read_date(type->primitive, tape_[id].value())) {
    if (wanted[root].kind == NodeKind::kObject) {  // a Duration from now
      const auto amount = fhirpath::parse_decimal(part(wanted, root, known_.value));
      if (!amount) return std::nullopt;
      const auto moved = fhirpath::add(now(), is_minimum ? fhirpath::negate(*amount) : *amount,
                                       calendar_unit_of(part(wanted, root, known_.code)),
                                       fhirpath::DateKind::kDateTime);
      return moved ? std::optional(compare_starts(*date, *moved)) : std::nullopt;
    }
    const auto other = read_date(type->primitive, wanted[root].value());
    return other ? std::optional(compare_starts(*date, *other)) : std::nullopt;
  }
  const auto value = fhirpath::parse_decimal(tape_[id].value());
  const auto other = fhirpath::parse_decimal(wanted[root].value());
  if (tape_[id].kind != NodeKind::kNumber || !value || !other) return std::nullopt;
  return fhirpath::compare(*value, *other);
}

void Judge::check_limits(NodeId id, const Checks& checks) {
  if (checks.min_value != nullptr) {
    const std::optional<int> order = compare_to_limit(id, *checks.min_value, true);
    if (order && *order < 0) {
      report(
          RuleId::kMinValue, id,
          [&] {
            return "the value is at least " + checks.min_value->json + "; found " + shown(id);
          },
          checks.structure);
    }
  }
  if (checks.max_value != nullptr) {
    const std::optional<int> order = compare_to_limit(id, *checks.max_value, false);
    if (order && *order > 0) {
      report(
          RuleId::kMaxValue, id,
          [&] { return "the value is at most " + checks.max_value->json + "; found " + shown(id); },
          checks.structure);
    }
  }
}

}  // namespace oncobridge::profiles
