// Values of questions and answers: read, compared.
#include <algorithm>
#include <array>
#include <tuple>

#include "profiles/fhirpath_date.h"
#include "profiles/fhirpath_decimal.h"
#include "profiles/questionnaire.h"

namespace oncobridge::profiles {
namespace {

using fhirpath::PartialTime;

constexpr std::string_view kUcum = "http://unitsofmeasure.org";

constexpr std::array<std::pair<std::string_view, AnswerType>, 12> kTypes = {{
    {"Attachment", AnswerType::kAttachment},
    {"Boolean", AnswerType::kBoolean},
    {"Coding", AnswerType::kCoding},
    {"Date", AnswerType::kDate},
    {"DateTime", AnswerType::kDateTime},
    {"Decimal", AnswerType::kDecimal},
    {"Integer", AnswerType::kInteger},
    {"Quantity", AnswerType::kQuantity},
    {"Reference", AnswerType::kReference},
    {"String", AnswerType::kString},
    {"Time", AnswerType::kTime},
    {"Uri", AnswerType::kUri},
}};

std::optional<PartialTime> read_time(const AnswerValue& value) {
  switch (value.type) {
    case AnswerType::kDate:
      return fhirpath::parse_date(value.text);
    case AnswerType::kDateTime: {
      const auto date = fhirpath::parse_date(value.text);
      return date ? date : fhirpath::parse_date_time(value.text);
    }
    case AnswerType::kTime:
      return fhirpath::parse_time(value.text);
    default:
      return std::nullopt;
  }
}

// Days since 1970-03-01 of the proleptic Gregorian calendar, by the year that begins in March.
std::int64_t day_number(const PartialTime& t) {
  const std::int64_t year = t.year - (t.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (t.month + (t.month > 2 ? -3 : 9)) + 2) / 5 + t.day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
}

// The start of what a partial time names, in UTC.
auto start_of(const PartialTime& t) {
  const std::int64_t minutes = day_number(t) * 1440 + t.hour * 60 + t.minute - t.zone;
  return std::make_tuple(minutes, t.second, t.nanoseconds);
}

template <typename T>
int order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

std::optional<int> compare_numbers(std::string_view a, std::string_view b) {
  const auto left = fhirpath::parse_decimal(a);
  const auto right = fhirpath::parse_decimal(b);
  if (!left || !right) return std::nullopt;
  return fhirpath::compare(*left, *right);
}

std::optional<int> compare_quantities(const AnswerValue& a, const AnswerValue& b,
                                      const Ucum& ucum) {
  if (a.system == b.system && a.code == b.code) {
    if (a.code.empty() && a.display != b.display) return std::nullopt;
    return compare_numbers(a.text, b.text);
  }
  if (a.system != kUcum || b.system != kUcum || a.code.empty() || b.code.empty()) {
    return std::nullopt;
  }
  return ucum.compare(a.text, a.code, b.text, b.code);
}

bool is_number(AnswerType type) {
  return type == AnswerType::kDecimal || type == AnswerType::kInteger;
}
bool is_date(AnswerType type) { return type == AnswerType::kDate || type == AnswerType::kDateTime; }

}  // namespace

std::string_view answer_type_name(AnswerType type) {
  switch (type) {
    case AnswerType::kBoolean:
      return "boolean";
    case AnswerType::kDate:
      return "date";
    case AnswerType::kDateTime:
      return "dateTime";
    case AnswerType::kDecimal:
      return "decimal";
    case AnswerType::kInteger:
      return "integer";
    case AnswerType::kString:
      return "string";
    case AnswerType::kTime:
      return "time";
    case AnswerType::kUri:
      return "uri";
    default:
      for (const auto& [name, known] : kTypes) {
        if (known == type) return name;
      }
      return "none";
  }
}

QuestionnaireNames::QuestionnaireNames(const NameTable& table) {
  const auto find = [&](std::string_view name) { return table.find(name); };
  id = find("id");
  url = find("url");
  extension = find("extension");
  contained = find("contained");
  item = find("item");
  link_id = find("linkId");
  text = find("text");
  type = find("type");
  required = find("required");
  repeats = find("repeats");
  max_length = find("maxLength");
  enable_when = find("enableWhen");
  enable_behavior = find("enableBehavior");
  question = find("question");
  op = find("operator");
  answer_option = find("answerOption");
  answer_value_set = find("answerValueSet");
  answer = find("answer");
  value = find("value");
  system = find("system");
  code = find("code");
  unit = find("unit");
  display = find("display");
  reference = find("reference");
  questionnaire = find("questionnaire");
  status = find("status");
  authored = find("authored");
  effective_period = find("effectivePeriod");
  start = find("start");
  end = find("end");
  content_type = find("contentType");
  data = find("data");
  size = find("size");
  version = find("version");
  for (const auto& [name, type_of] : kTypes) {
    for (const std::string_view prefix : {"value", "answer"}) {
      const NameId known = table.find(std::string(prefix) + std::string(name));
      if (known != kNoName) values.emplace_back(known, type_of);
    }
  }
}

AnswerValue read_answer_value(const Tape& tape, NodeId node, AnswerType type,
                              const QuestionnaireNames& names) {
  const auto part = [&](NameId name) {
    const NodeId found = tape.child(node, name);
    return found == kNoNode ? std::string_view() : tape[found].value();
  };
  AnswerValue value;
  value.type = type;
  switch (type) {
    case AnswerType::kCoding:
      value.system = part(names.system);
      value.code = part(names.code);
      value.display = part(names.display);
      break;
    case AnswerType::kQuantity:
      value.text = part(names.value);
      value.system = part(names.system);
      value.code = part(names.code);
      value.display = part(names.unit);
      break;
    case AnswerType::kReference:
      value.text = part(names.reference);
      break;
    case AnswerType::kAttachment:
      break;
    default:
      value.text = tape[node].value();
      break;
  }
  return value;
}

std::optional<int> compare(const AnswerValue& a, const AnswerValue& b, const Ucum& ucum) {
  if (is_number(a.type) && is_number(b.type)) return compare_numbers(a.text, b.text);
  if ((is_date(a.type) && is_date(b.type)) ||
      (a.type == AnswerType::kTime && b.type == AnswerType::kTime)) {
    const auto left = read_time(a);
    const auto right = read_time(b);
    if (!left || !right) return std::nullopt;
    return order(start_of(*left), start_of(*right));
  }
  if (a.type != b.type) return std::nullopt;
  switch (a.type) {
    case AnswerType::kQuantity:
      return compare_quantities(a, b, ucum);
    case AnswerType::kString:
      return order(a.text, b.text);
    default:
      return std::nullopt;
  }
}

bool is_option(const AnswerValue& option, const AnswerValue& answer) {
  if (option.type != answer.type) return false;
  if (option.type == AnswerType::kCoding) {
    if (option.code.empty() && answer.code.empty()) return option.display == answer.display;
    return option.system == answer.system && option.code == answer.code;
  }
  if (option.type == AnswerType::kInteger) {
    const std::optional<int> same = compare_numbers(option.text, answer.text);
    if (same) return *same == 0;
  }
  return option.text == answer.text;
}

}  // namespace oncobridge::profiles
