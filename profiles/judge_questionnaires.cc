#include "profiles/judge_questionnaires.h"

#include <algorithm>

namespace oncobridge::profiles {
namespace {

// Items looked at, conditions asked, answers compared. Far beyond any form; a response of that size
// only comes with a questionnaire that was made to exhaust a program.
constexpr std::uint64_t kMaxSteps = 50'000'000;

std::string quoted(std::string_view link_id) { return "\"" + std::string(link_id) + "\""; }

}  // namespace

void Judge::check_questionnaires(const JudgedResource& resource) {
  if (resource.container != kNoNode && !options_.check_contained) return;
  if (types_[resource.node].type == nullptr) return;
  if (responses_ == nullptr) responses_ = std::make_unique<ResponseJudge>(*this);
  resource_ = resource.node;
  const std::string_view type = tape_[resource.node].value();
  if (type == "Questionnaire") responses_->check_questionnaire(resource.node);
  if (type == "QuestionnaireResponse") responses_->check_response(resource.node);
}

ResponseJudge::ResponseJudge(Judge& judge)
    : judge_(judge), names_(judge.definitions_.questionnaires().names()) {}

void ResponseJudge::clear() {
  own_.clear();
  by_url_.clear();
  indexed_ = false;
}

bool ResponseJudge::spend() {
  if (++steps_ < kMaxSteps) return true;
  if (steps_ == kMaxSteps) {
    judge_.not_checked(RuleId::kQuestionnaireNotChecked, response_, {}, [] {
      return "the questionnaire asks for more than can be checked in reasonable time: the rest of "
             "the response has not been";
    });
  }
  return false;
}

void ResponseJudge::check_questionnaire(NodeId questionnaire) {
  const std::vector<QuestionnaireItem>& items = own(questionnaire)->items();
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    for (const EnableCondition& condition : items[i].conditions) {
      const std::uint32_t question = condition.question;
      if (condition.question_id.empty()) continue;  // the base type asks for one
      const auto fault = [&](Severity severity, std::string_view what) {
        report_as(severity, RuleId::kQuestionnaireEnableWhen, items[i].node, items[i].node, [&] {
          return "what enables item " + quoted(items[i].link_id) + ", " +
                 quoted(condition.question_id) + ", " + std::string(what);
        });
      };
      if (question == kNoItem) {
        fault(Severity::kError, "is not in the questionnaire");
      } else if (question == i) {
        fault(Severity::kError, "is the item itself");
      } else if (condition.scope == i) {
        fault(Severity::kError, "stands within the item");
      } else if (question > i) {
        fault(Severity::kWarning, "stands after it");
      }
    }
  }
}

void ResponseJudge::check_response(NodeId response) {
  const NodeId canonical = child(response, names_.questionnaire);
  if (canonical == kNoNode || !tape()[canonical].has_value()) return;
  questionnaire_ = find(tape()[canonical].value(), response);
  if (questionnaire_ == nullptr) {
    unknown_questionnaire(response, canonical);
    return;
  }
  response_ = response;
  const std::string_view status = text_of(response, names_.status);
  unfinished_ = status == "in-progress" || status == "stopped" || status == "entered-in-error";
  steps_ = 0;
  path_.clear();
  seen_.clear();
  all_.clear();
  collected_ = false;
  decided_.assign(questionnaire_->condition_count(), {kNoNode, false});
  check_period(response);
  judge_items(response, response, kNoItem, Enabled::kYes);
}

const Questionnaire* ResponseJudge::find(std::string_view canonical, NodeId response) {
  if (canonical.starts_with('#')) {
    const NodeId node = judge_.resolve_local(response, canonical.substr(1)).node;
    return node != kNoNode && tape()[node].value() == "Questionnaire" ? own(node) : nullptr;
  }
  if (!indexed_) {
    indexed_ = true;
    for (const Judge::JudgedResource& resource : judge_.resources_) {
      if (tape()[resource.node].value() != "Questionnaire" || resource.container != kNoNode) {
        continue;
      }
      by_url_.emplace(text_of(resource.node, names_.url), resource.node);
    }
  }
  const Canonical wanted = split_canonical(canonical);
  const auto [first, last] = by_url_.equal_range(wanted.url);
  for (auto at = first; at != last; ++at) {
    if (wanted.version.empty() || text_of(at->second, names_.version) == wanted.version) {
      return own(at->second);
    }
  }
  return judge_.definitions_.questionnaires().find(canonical);
}

// A questionnaire of this document.
const Questionnaire* ResponseJudge::own(NodeId node) {
  std::unique_ptr<Questionnaire>& made = own_[node];
  if (made == nullptr) {
    const NodeId container = judge_.container_of(node);
    made = std::make_unique<Questionnaire>(tape(), node, container == node ? kNoNode : container,
                                           judge_.names_.shared(), names_,
                                           judge_.definitions_.terminology());
  }
  return made.get();
}

void ResponseJudge::unknown_questionnaire(NodeId response, NodeId canonical) {
  const std::string_view text = tape()[canonical].value();
  const DefinitionStore& store = judge_.definitions_.store();
  const std::string_view other = store.find_value_set(text) != nullptr     ? "ValueSet"
                                 : store.find_structure(text) != nullptr   ? "StructureDefinition"
                                 : store.find_code_system(text) != nullptr ? "CodeSystem"
                                                                           : "";
  if (!other.empty() && judge_.options_.references == ReferenceCheck::kExistsAndType) {
    report(RuleId::kReferenceType, canonical, canonical, [&] {
      return judge_.shown(canonical) + " is a " + std::string(other) + ", not a Questionnaire";
    });
  }
  ++judge_.verdict_.not_checked;
  judge_.not_checked_.push_back(text);
  report(RuleId::kQuestionnaireUnknown, response, canonical, [&] {
    return "the questionnaire " + judge_.shown(canonical) +
           " is not at hand, so the response has not been held against it";
  });
}

void ResponseJudge::check_period(NodeId response) {
  const NodeId authored = child(response, names_.authored);
  if (authored == kNoNode || !tape()[authored].has_value()) return;
  const auto order = [&](std::string_view limit) {
    AnswerValue date;
    date.type = AnswerType::kDateTime;
    date.text = tape()[authored].value();
    AnswerValue other = date;
    other.text = limit;
    return compare(date, other, judge_.definitions_.ucum());
  };
  const std::string_view start = questionnaire_->period_start();
  const std::string_view end = questionnaire_->period_end();
  const bool early = !start.empty() && order(start).value_or(0) < 0;
  const bool late =
      !end.empty() && !tape()[authored].value().starts_with(end) && order(end).value_or(0) > 0;
  if (!early && !late) return;
  report(RuleId::kQuestionnairePeriod, authored, authored, [&] {
    return "the questionnaire may be used " +
           (early ? "from " + std::string(start) : "until " + std::string(end)) + "; authored " +
           judge_.shown(authored);
  });
}

// The items of `holder`, which is the response, an item or an answer. What is wrong with their
// order and place is reported at `place`: the response or an item.
void ResponseJudge::judge_items(NodeId place, NodeId holder, std::uint32_t parent,
                                Enabled enabled) {
  const std::size_t base = seen_.size();
  std::uint32_t before = 0;
  for (NodeId node = child(holder, names_.item); node != kNoNode; node = tape().next_same(node)) {
    if (!spend()) break;
    const std::string_view link_id = text_of(node, names_.link_id);
    if (link_id.empty()) {
      report(RuleId::kQuestionnaireLinkId, place, node,
             [] { return "an item without a linkId cannot be held against the questionnaire"; });
      continue;
    }
    const std::uint32_t found = questionnaire_->find(link_id, parent);
    if (found == kNoItem) {
      judge_stray(place, node, link_id);
      continue;
    }
    if (found < before) {
      report(RuleId::kQuestionnaireOrder, place, node, [&] {
        return "item " + quoted(link_id) + " stands after an item that it precedes in the " +
               "questionnaire";
      });
    }
    before = found;
    seen_.push_back({found, node});
  }
  std::sort(seen_.begin() + static_cast<std::ptrdiff_t>(base), seen_.end());
  std::size_t at = base;
  const std::vector<QuestionnaireItem>& items = questionnaire_->items();
  std::uint32_t index = parent == kNoItem ? questionnaire_->first() : items[parent].first;
  for (; index != kNoItem && spend(); index = items[index].next) {
    std::size_t end = at;
    while (end < seen_.size() && seen_[end].item == index) ++end;
    judge_occurrences(place, index, at, end, enabled);
    at = end;
  }
  seen_.resize(base);
}

// An item that the questionnaire does not have here.
void ResponseJudge::judge_stray(NodeId place, NodeId node, std::string_view link_id) {
  const std::uint32_t elsewhere = questionnaire_->find(link_id);
  if (elsewhere == kNoItem) {
    report(RuleId::kQuestionnaireLinkId, place, node,
           [&] { return "the questionnaire has no item " + quoted(link_id); });
    return;
  }
  report(RuleId::kQuestionnaireLinkId, place, node, [&] {
    const std::uint32_t parent = questionnaire_->items()[elsewhere].parent;
    return "item " + quoted(link_id) + " stands in the wrong place: in the questionnaire it is " +
           (parent == kNoItem ? "at the top"
                              : "beneath " + quoted(questionnaire_->items()[parent].link_id));
  });
  path_.push_back({elsewhere, node});
  judge_item(node, elsewhere, this->enabled(elsewhere));
  path_.pop_back();
}

void ResponseJudge::missing(NodeId place, const QuestionnaireItem& item) {
  report_as(demand(), RuleId::kQuestionnaireRequired, place, place, [&] {
    return std::string(item.type == ItemType::kGroup ? "group " : "an answer to ") +
           quoted(item.link_id) + " is required";
  });
}

void ResponseJudge::check_count(NodeId place, const AnswerLimits& limits, std::size_t count,
                                std::string_view what) {
  if (limits.max_occurs && count > *limits.max_occurs) {
    report(RuleId::kQuestionnaireOccurs, place, place, [&] {
      return "at most " + std::to_string(*limits.max_occurs) + " " + std::string(what) +
             " allowed, " + std::to_string(count) + " found";
    });
  }
  if (count < limits.min_occurs) {
    report_as(demand(), RuleId::kQuestionnaireOccurs, place, place, [&] {
      return "at least " + std::to_string(limits.min_occurs) + " " + std::string(what) +
             " needed, " + std::to_string(count) + " found";
    });
  }
}

// All items of the response for one of the questionnaire, which may be none.
void ResponseJudge::judge_occurrences(NodeId place, std::uint32_t index, std::size_t first,
                                      std::size_t last, Enabled outer) {
  const QuestionnaireItem& item = questionnaire_->items()[index];
  if (first == last && !item.required) return;
  const Enabled own = enabled(index);
  const Enabled all = outer == Enabled::kYes || own == Enabled::kNo ? own : outer;
  if (first == last) {
    if (all == Enabled::kYes) missing(place, item);
    return;
  }
  if (last - first > 1 && !item.repeats) {
    report(RuleId::kQuestionnaireRepeats, place, seen_[first + 1].node, [&] {
      return "item " + quoted(item.link_id) + " does not repeat; " + std::to_string(last - first) +
             " found";
    });
  }
  if (item.type == ItemType::kGroup && item.limits != nullptr && all != Enabled::kNo) {
    check_count(place, *item.limits, last - first, "repetitions of " + quoted(item.link_id));
  }
  for (std::size_t i = first; i < last; ++i) {
    const NodeId node = seen_[i].node;
    if (own == Enabled::kNo &&
        (child(node, names_.answer) != kNoNode || child(node, names_.item) != kNoNode)) {
      report(RuleId::kQuestionnaireDisabled, node, node, [&] {
        return "item " + quoted(item.link_id) + " has an answer, though it is not enabled";
      });
    }
    path_.push_back({index, node});
    judge_item(node, index, all);
    path_.pop_back();
  }
}

void ResponseJudge::judge_item(NodeId node, std::uint32_t index, Enabled enabled) {
  const QuestionnaireItem& item = questionnaire_->items()[index];
  const NodeId text = child(node, names_.text);
  if (text != kNoNode && tape()[text].has_value() && !item.text.empty() && !item.text_varies &&
      tape()[text].value() != item.text) {
    report(RuleId::kQuestionnaireText, node, node, [&] {
      return "the text of item " + quoted(item.link_id) + " is not that of the questionnaire";
    });
  }
  const NodeId first = child(node, names_.answer);
  const NodeId nested = child(node, names_.item);
  std::uint32_t count = 0;
  for (NodeId answer = first; answer != kNoNode; answer = tape().next_same(answer)) ++count;

  if (!item.has_answers()) {
    if (count > 0) {
      report(RuleId::kQuestionnaireNesting, node, node, [&] {
        return "item " + quoted(item.link_id) + " is a " +
               (item.type == ItemType::kDisplay ? "display"
                : item.type == ItemType::kGroup ? "group"
                                                : "question without a type") +
               " and has no answers";
      });
    }
    if (item.type == ItemType::kDisplay) {
      if (nested != kNoNode) {
        report(RuleId::kQuestionnaireNesting, node, node,
               [&] { return "item " + quoted(item.link_id) + " is a display and has no items"; });
      }
      return;
    }
    if (item.required && nested == kNoNode && enabled == Enabled::kYes) {
      report_as(demand(), RuleId::kQuestionnaireRequired, node, node,
                [&] { return "group " + quoted(item.link_id) + " is required and has no items"; });
    }
    judge_items(node, node, index, enabled);
    return;
  }

  if (count == 0 && item.required && enabled == Enabled::kYes) missing(node, item);
  if (count > 1 && !item.repeats) {
    report(RuleId::kQuestionnaireRepeats, node, tape().next_same(first), [&] {
      return "question " + quoted(item.link_id) + " does not repeat; " + std::to_string(count) +
             " answers found";
    });
  }
  if (item.limits != nullptr && enabled != Enabled::kNo) {
    check_count(node, *item.limits, count, "answers");
  }
  for (NodeId answer = first; answer != kNoNode && spend(); answer = tape().next_same(answer)) {
    judge_answer(answer, item, count);
    judge_items(node, answer, index, enabled);
  }
  if (nested != kNoNode) {
    report(RuleId::kQuestionnaireNesting, node, nested, [&] {
      return "what stands beneath question " + quoted(item.link_id) +
             " stands beneath its answer (answer.item)";
    });
  }
}

}  // namespace oncobridge::profiles
