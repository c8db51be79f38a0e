// Answers against their questions: type, options, value sets, limits.
#include <algorithm>
#include <array>

#include "oncobridge/base/text.h"
#include "profiles/judge_questionnaires.h"
#include "profiles/primitive.h"
#include "profiles/reference_text.h"

namespace oncobridge::profiles {
namespace {

// What answers a question (FHIR R4 CodeSystem item-type).
constexpr std::array<std::pair<ItemType, AnswerType>, 12> kAnswerTypes = {{
    {ItemType::kAttachment, AnswerType::kAttachment},
    {ItemType::kBoolean, AnswerType::kBoolean},
    {ItemType::kDate, AnswerType::kDate},
    {ItemType::kDateTime, AnswerType::kDateTime},
    {ItemType::kDecimal, AnswerType::kDecimal},
    {ItemType::kInteger, AnswerType::kInteger},
    {ItemType::kQuantity, AnswerType::kQuantity},
    {ItemType::kReference, AnswerType::kReference},
    {ItemType::kString, AnswerType::kString},
    {ItemType::kText, AnswerType::kString},
    {ItemType::kTime, AnswerType::kTime},
    {ItemType::kUrl, AnswerType::kUri},
}};

bool is_choice(ItemType type) { return type == ItemType::kChoice || type == ItemType::kOpenChoice; }

// Options may be integers, dates, times and texts, too (Questionnaire.item.answerOption.value[x]);
// references only where an option is one.
bool may_be_chosen(AnswerType type, const QuestionnaireItem& item) {
  switch (type) {
    case AnswerType::kCoding:
    case AnswerType::kDate:
    case AnswerType::kInteger:
    case AnswerType::kString:
    case AnswerType::kTime:
      return true;
    default:
      return std::any_of(item.options.begin(), item.options.end(),
                         [&](const AnswerOption& option) { return option.value.type == type; });
  }
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Digits after the point, as written.
std::size_t decimal_places(std::string_view number) {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) return 0;
  const std::size_t end = number.find_first_of("eE", point);
  return (end == std::string_view::npos ? number.size() : end) - point - 1;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool equal_folded(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// `image/*` allows all images; parameters do not count.
bool is_mime_type_of(std::string_view type, std::string_view allowed) {
  type = trimmed(type.substr(0, type.find(';')));
  allowed = trimmed(allowed.substr(0, allowed.find(';')));
  if (allowed == "*/*") return true;
  if (allowed.ends_with("/*")) {
    allowed.remove_suffix(1);
    return type.size() > allowed.size() && equal_folded(type.substr(0, allowed.size()), allowed);
  }
  return equal_folded(type, allowed);
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) (text += text.empty() ? "" : ", ") += word;
  return text;
}

std::string shown(const AnswerValue& value) {
  switch (value.type) {
    case AnswerType::kCoding:
      return std::string(value.system) + "#" + std::string(value.code);
    case AnswerType::kQuantity:
      return std::string(value.text) + " " +
             std::string(value.display.empty() ? value.code : value.display);
    default:
      return std::string(value.text);
  }
}

// The part of a reference that would be the type, be it known or not, well-formed or not.
std::string_view type_segment(std::string_view reference) {
  const std::size_t slash = reference.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return {};
  const std::size_t before = reference.rfind('/', slash - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view type = reference.substr(begin, slash - begin);
  if (type.empty() || type.front() < 'A' || type.front() > 'Z') return {};
  const bool letters = std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
  return letters ? type : std::string_view();
}

}  // namespace

void ResponseJudge::judge_answer(NodeId node, const QuestionnaireItem& item, std::uint32_t count) {
  Answer answer{node, kNoNode, {}, count};
  for (NodeId id = tape()[node].first; id != kNoNode && answer.value == kNoNode;
       id = tape()[id].next) {
    const AnswerType type = names_.answer_type(tape()[id].name);
    if (type == AnswerType::kNone || judge_.types_[id].type == nullptr) continue;
    answer.value = id;
    answer.read = read_answer_value(tape(), id, type, names_);
  }
  if (answer.value == kNoNode || !check_type(answer, item)) return;
  const Node& value = tape()[answer.value];
  if (!value.has_value() && value.kind != NodeKind::kObject) return;  // only an extension
  if (is_choice(item.type)) {
    check_choice(answer, item);
    if (answer.read.type == AnswerType::kString) check_text(answer, item);
    return;
  }
  if (!item.options.empty()) check_options(answer, item, answer.value);
  switch (answer.read.type) {
    case AnswerType::kString:
    case AnswerType::kUri:
      check_text(answer, item);
      break;
    case AnswerType::kReference:
      check_reference(answer, item);
      break;
    default:
      break;
  }
  if (item.limits == nullptr) return;
  check_range(answer, *item.limits);
  check_places(answer, *item.limits);
  if (answer.read.type == AnswerType::kQuantity) check_units(answer, *item.limits);
  if (answer.read.type == AnswerType::kAttachment) check_attachment(answer, *item.limits);
}

bool ResponseJudge::check_type(const Answer& answer, const QuestionnaireItem& item) {
  if (item.type == ItemType::kUnknown) {
    judge_.not_checked(RuleId::kQuestionnaireNotChecked, answer.node, {}, [&] {
      return "the questionnaire gives item \"" + std::string(item.link_id) + "\" no known type";
    });
    return false;
  }
  if (is_choice(item.type)) {
    if (may_be_chosen(answer.read.type, item)) return true;
  } else {
    for (const auto& [question, type] : kAnswerTypes) {
      if (question == item.type && type == answer.read.type) return true;
    }
  }
  report(RuleId::kQuestionnaireType, answer.value, answer.value, [&] {
    std::string wanted = "Coding";
    for (const auto& [question, type] : kAnswerTypes) {
      if (question == item.type) wanted = answer_type_name(type);
    }
    if (item.type == ItemType::kOpenChoice) wanted += " or string";
    return "the answer is of type " + std::string(answer_type_name(answer.read.type)) + "; \"" +
           std::string(item.link_id) + "\" asks for " + wanted;
  });
  return false;
}

void ResponseJudge::check_choice(const Answer& answer, const QuestionnaireItem& item) {
  const bool open = item.type == ItemType::kOpenChoice;
  const AnswerValue& read = answer.read;
  if (!item.options.empty()) {
    check_options(answer, item, answer.node);
  } else if (item.answers == nullptr ||
             (read.type != AnswerType::kCoding && !(open && read.type == AnswerType::kString))) {
    judge_.not_checked(RuleId::kQuestionnaireNotChecked, answer.node, {}, [&] {
      return "the questionnaire lists no answers of type " +
             std::string(answer_type_name(read.type)) + " to choose from";
    });
  } else if (read.type == AnswerType::kCoding) {
    check_coding(answer, item);
  }
}

void ResponseJudge::check_options(const Answer& answer, const QuestionnaireItem& item,
                                  NodeId place) {
  const AnswerValue& read = answer.read;
  for (const AnswerOption& option : item.options) {
    if (!spend()) return;
    if (!is_option(option.value, read)) continue;
    if (option.exclusive && answer.count > 1) {
      report(RuleId::kQuestionnaireOption, place, answer.value, [&] {
        return shown(read) + " excludes all other answers; " + std::to_string(answer.count) +
               " found";
      });
    }
    return;
  }
  // Free text is a string, never a coding (CodeSystem item-type).
  if (item.type == ItemType::kOpenChoice && read.type == AnswerType::kString) return;
  report(RuleId::kQuestionnaireOption, place, answer.value, [&] {
    std::string some;
    for (std::size_t i = 0; i < item.options.size() && i < 5; ++i) {
      (some += i == 0 ? "" : ", ") += shown(item.options[i].value);
    }
    return shown(read) + " is none of the options: " + some +
           (item.options.size() > 5 ? ", ..." : "");
  });
}

const CompiledValueSet& ResponseJudge::compiled(const AnswerSet& set) {
  const CompiledValueSet* found = set.compiled.load(std::memory_order_acquire);
  if (found == nullptr) {
    const Terminology& terms = judge_.definitions_.terminology();
    found = &terms.compiled(terms.value_set(set.canonical));
    set.compiled.store(found, std::memory_order_release);
  }
  return *found;
}

// Whether the code is in the value set of the question; reported at the answer.
void ResponseJudge::check_coding(const Answer& answer, const QuestionnaireItem& item) {
  const AnswerValue& read = answer.read;
  const AnswerSet& answers = *item.answers;
  const CompiledValueSet& set = compiled(answers);
  if (!set.at_hand) {
    report(RuleId::kValueSetUnknown, answer.node, answer.value, [&] {
      return "the value set " + std::string(answers.canonical) +
             " is not at hand, so the answer has not been checked";
    });
    return;
  }
  if (read.system.empty() && !read.code.empty()) {
    report_as(Severity::kWarning, RuleId::kQuestionnaireOption, answer.node, answer.value, [&] {
      return "a code without a system means nothing and cannot be in a value set; found " +
             std::string(read.code);
    });
    return;
  }
  Membership found{Member::kOut, {}};
  if (!read.code.empty()) {
    found = judge_.definitions_.terminology().check(
        set, read.system, text_of(answer.value, names_.version), read.code);
  }
  if (found.member == Member::kIn) return;
  if (found.member == Member::kUnknown) {
    judge_.not_checked(RuleId::kBindingNotChecked, answer.node, answers.canonical, [&] {
      return "whether the answer is in " + std::string(answers.canonical) +
             " cannot be decided offline: " + std::string(found.reason);
    });
    return;
  }
  report(RuleId::kQuestionnaireOption, answer.node, answer.value, [&] {
    return shown(read) + " is not in the value set " + std::string(answers.canonical);
  });
}

void ResponseJudge::check_text(const Answer& answer, const QuestionnaireItem& item) {
  const std::string_view text = answer.read.text;
  const auto fault = [&](const auto& what) {
    report(RuleId::kQuestionnaireValue, answer.value, answer.value,
           [&] { return what() + "; found " + judge_.shown(answer.value); });
  };
  if (item.max_length != 0 && characters(text) > item.max_length) {
    fault([&] { return "at most " + std::to_string(item.max_length) + " characters"; });
  }
  if (item.limits != nullptr) {
    const AnswerLimits& limits = *item.limits;
    if (limits.min_length != 0 && characters(text) < limits.min_length) {
      fault([&] { return "at least " + std::to_string(limits.min_length) + " characters"; });
    }
    if (limits.pattern != nullptr && !limits.pattern->ok()) {
      judge_.not_checked(RuleId::kQuestionnaireNotChecked, answer.node, {}, [&] {
        return "the regular expression cannot be read: " + std::string(limits.regex);
      });
    } else if (limits.pattern != nullptr && !limits.pattern->is_all_of(text)) {
      fault([&] {
        return "the answer has the form " +
               std::string(limits.entry_format.empty() ? limits.regex : limits.entry_format);
      });
    }
  }
  if (item.type == ItemType::kString && text.find_first_of("\r\n") != std::string_view::npos) {
    report(RuleId::kQuestionnaireLineBreak, answer.value, answer.value,
           [] { return "the answer has more than one line"; });
  }
  if (item.type != ItemType::kString || item.answers == nullptr) return;
  const CompiledValueSet& set = compiled(*item.answers);
  if (!set.at_hand) {
    report(RuleId::kValueSetUnknown, answer.value, answer.value, [&] {
      return "the value set " + std::string(item.answers->canonical) + " is not at hand";
    });
    return;
  }
  const Membership found = judge_.definitions_.terminology().check_code(set, text);
  if (found.member == Member::kOut) {
    report(RuleId::kQuestionnaireOption, answer.value, answer.value, [&] {
      return judge_.shown(answer.value) + " is no code of the value set " +
             std::string(item.answers->canonical);
    });
  } else if (found.member == Member::kUnknown) {
    judge_.not_checked(RuleId::kBindingNotChecked, answer.value, item.answers->canonical, [&] {
      return "whether the answer is in " + std::string(item.answers->canonical) +
             " cannot be decided offline: " + std::string(found.reason);
    });
  }
}

void ResponseJudge::check_range(const Answer& answer, const AnswerLimits& limits) {
  check_limit(answer, limits.min, true);
  check_limit(answer, limits.max, false);
  if (answer.read.type != AnswerType::kQuantity) return;
  check_limit(answer, limits.min_quantity, true);
  check_limit(answer, limits.max_quantity, false);
}

void ResponseJudge::check_limit(const Answer& answer, const AnswerValue& limit, bool is_minimum) {
  if (limit.type == AnswerType::kNone) return;
  const std::optional<int> order = compare(answer.read, limit, judge_.definitions_.ucum());
  if (order ? (is_minimum ? *order >= 0 : *order <= 0)
            : answer.read.type != AnswerType::kQuantity || limit.type != AnswerType::kQuantity) {
    return;
  }
  report(RuleId::kQuestionnaireValue, answer.value, answer.value, [&] {
    return std::string(order ? "the answer is "
                             : "the answer cannot be compared with its limit: ") +
           (is_minimum ? "at least " : "at most ") + shown(limit) + "; found " + shown(answer.read);
  });
}

void ResponseJudge::check_places(const Answer& answer, const AnswerLimits& limits) {
  if (!limits.max_decimal_places ||
      decimal_places(answer.read.text) <= *limits.max_decimal_places ||
      (answer.read.type != AnswerType::kDecimal && answer.read.type != AnswerType::kQuantity)) {
    return;
  }
  report(RuleId::kQuestionnaireValue, answer.value, answer.value, [&] {
    return "at most " + std::to_string(*limits.max_decimal_places) + " decimal places; found " +
           std::string(answer.read.text);
  });
}

void ResponseJudge::check_units(const Answer& answer, const AnswerLimits& limits) {
  const AnswerValue& read = answer.read;
  if (!limits.units.empty()) {
    const bool known =
        std::any_of(limits.units.begin(), limits.units.end(), [&](const AnswerValue& unit) {
          if (!unit.code.empty()) return unit.system == read.system && unit.code == read.code;
          return unit.display == read.display;
        });
    if (!known) {
      report(RuleId::kQuestionnaireUnit, answer.value, answer.value, [&] {
        std::vector<std::string_view> allowed;
        for (const AnswerValue& unit : limits.units) {
          allowed.push_back(unit.code.empty() ? unit.display : unit.code);
        }
        return "the unit is one of " + joined(allowed) + "; found " + shown(read);
      });
    }
  }
  if (limits.unit_set == nullptr) return;
  const CompiledValueSet& set = compiled(*limits.unit_set);
  if (!set.at_hand) {
    report(RuleId::kValueSetUnknown, answer.value, answer.value, [&] {
      return "the value set " + std::string(limits.unit_set->canonical) + " is not at hand";
    });
    return;
  }
  const Membership found =
      read.code.empty() ? Membership{Member::kOut, {}}
                        : judge_.definitions_.terminology().check(set, read.system, {}, read.code);
  if (found.member == Member::kOut) {
    report(RuleId::kQuestionnaireUnit, answer.value, answer.value, [&] {
      return "the unit is not in the value set " + std::string(limits.unit_set->canonical) +
             "; found " + shown(read);
    });
  } else if (found.member == Member::kUnknown) {
    judge_.not_checked(RuleId::kBindingNotChecked, answer.value, limits.unit_set->canonical, [&] {
      return "whether the unit is in " + std::string(limits.unit_set->canonical) +
             " cannot be decided offline: " + std::string(found.reason);
    });
  }
}

void ResponseJudge::check_attachment(const Answer& answer, const AnswerLimits& limits) {
  if (!limits.mime_types.empty()) {
    const std::string_view type = text_of(answer.value, names_.content_type);
    const bool allowed =
        std::any_of(limits.mime_types.begin(), limits.mime_types.end(),
                    [&](std::string_view one) { return is_mime_type_of(type, one); });
    if (!allowed) {
      report(RuleId::kQuestionnaireAttachment, answer.node, answer.node, [&] {
        return "the MIME type is one of " + joined(limits.mime_types) + "; found " +
               (type.empty() ? "none" : std::string(type));
      });
    }
  }
  if (!limits.max_size) return;
  std::uint64_t bytes = whole_value(text_of(answer.value, names_.size)).value_or(0);
  if (const std::string_view data = text_of(answer.value, names_.data); !data.empty()) {
    const auto digits = std::count_if(data.begin(), data.end(), [](char c) {
      return c != '=' && c != ' ' && c != '\n' && c != '\r' && c != '\t';
    });
    bytes = static_cast<std::uint64_t>(digits) * 3 / 4;
  }
  if (bytes <= *limits.max_size) return;
  report(RuleId::kQuestionnaireAttachment, answer.node, answer.node, [&] {
    return "an attachment has at most " + std::to_string(*limits.max_size) + " bytes; found " +
           std::to_string(bytes);
  });
}

void ResponseJudge::check_reference(const Answer& answer, const QuestionnaireItem& item) {
  const std::string_view text = answer.read.text;
  if (text.empty()) return;
  const Judge::Target target = judge_.resolve(answer.value, text);
  std::string_view type = target.node != kNoNode ? tape()[target.node].value() : type_segment(text);
  if (type.empty()) return;
  if (target.node == kNoNode && judge_.resource_type(type) == nullptr) {
    // An absolute URL need not be of the form base/Type/id.
    report_as(is_absolute_uri(text) ? Severity::kWarning : Severity::kError,
              RuleId::kQuestionnaireReference, answer.value, answer.value, [&] {
                return std::string(type) + " is no resource type; found " + std::string(text);
              });
    return;
  }
  if (item.limits == nullptr) return;
  const AnswerLimits& limits = *item.limits;
  if (!limits.resource_types.empty() &&
      std::find(limits.resource_types.begin(), limits.resource_types.end(), type) ==
          limits.resource_types.end()) {
    report(RuleId::kQuestionnaireReference, answer.value, answer.value, [&] {
      return "the answer refers to one of " + joined(limits.resource_types) + "; found " +
             std::string(type);
    });
    return;
  }
  if (limits.profiles.empty() || target.node == kNoNode) return;
  std::string_view unknown;
  for (const std::string_view profile : limits.profiles) {
    const Conformity::Answer conforms = judge_.conforms(target.node, profile);
    if (conforms == Conformity::Answer::kYes) return;
    if (conforms == Conformity::Answer::kUndecided) unknown = profile;
  }
  if (!unknown.empty()) {
    judge_.conformity_not_checked(RuleId::kQuestionnaireNotChecked, answer.value,
                                  judge_.path(target.node), unknown);
    return;
  }
  report(RuleId::kQuestionnaireReference, answer.value, answer.value, [&] {
    return judge_.path(target.node) + " conforms to none of " + joined(limits.profiles);
  });
}

}  // namespace oncobridge::profiles
