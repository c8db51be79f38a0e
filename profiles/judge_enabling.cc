// Questionnaire.item.enableWhen: which items are enabled.
#include <algorithm>

#include "profiles/judge_questionnaires.h"

namespace oncobridge::profiles {
namespace {

// A coding without a system or without a code stands for any.
bool same_coding(const AnswerValue& wanted, const AnswerValue& answer) {
  return (wanted.system.empty() || wanted.system == answer.system) &&
         (wanted.code.empty() || wanted.code == answer.code);
}

bool is_equal(const AnswerValue& wanted, const AnswerValue& answer, const Ucum& ucum) {
  if (wanted.type == AnswerType::kCoding && answer.type == AnswerType::kCoding) {
    return same_coding(wanted, answer);
  }
  const std::optional<int> order = compare(answer, wanted, ucum);
  if (order) return *order == 0;
  return wanted.type == answer.type && wanted.text == answer.text;
}

bool stands(EnableOperator op, const AnswerValue& answer, const AnswerValue& wanted,
            const Ucum& ucum) {
  if (op == EnableOperator::kEqual) return is_equal(wanted, answer, ucum);
  if (op == EnableOperator::kNotEqual) return !is_equal(wanted, answer, ucum);
  const std::optional<int> order = compare(answer, wanted, ucum);
  if (!order) return false;
  switch (op) {
    case EnableOperator::kGreater:
      return *order > 0;
    case EnableOperator::kLess:
      return *order < 0;
    case EnableOperator::kGreaterOrEqual:
      return *order >= 0;
    case EnableOperator::kLessOrEqual:
      return *order <= 0;
    default:
      return false;
  }
}

}  // namespace

ResponseJudge::Enabled ResponseJudge::enabled(std::uint32_t index) {
  const QuestionnaireItem& item = questionnaire_->items()[index];
  if (item.undecidable_enabling) return Enabled::kUnknown;
  if (item.conditions.empty()) return Enabled::kYes;
  const Enabled deciding = item.all_conditions ? Enabled::kNo : Enabled::kYes;
  bool unknown = false;
  for (std::size_t i = 0; i < item.conditions.size(); ++i) {
    const bool within = item.conditions[i].scope == index;  // then the questionnaire is broken
    const Enabled one =
        within ? Enabled::kUnknown
               : holds(item.conditions[i], item.first_condition + static_cast<std::uint32_t>(i));
    if (one == deciding) return one;
    unknown |= one == Enabled::kUnknown;
  }
  if (unknown) return Enabled::kUnknown;
  return item.all_conditions ? Enabled::kYes : Enabled::kNo;
}

// Asked of the answers within the nearest item around both the question and what it enables, so
// that repeating groups have conditions of their own. Items that follow one another mostly ask
// within the same: the last result is kept.
ResponseJudge::Enabled ResponseJudge::holds(const EnableCondition& condition,
                                            std::uint32_t number) {
  if (condition.question == kNoItem || condition.op == EnableOperator::kUnknown ||
      condition.answer.type == AnswerType::kNone) {
    return Enabled::kUnknown;
  }
  NodeId scope = response_;
  for (std::size_t i = path_.size(); i-- > 0;) {
    if (path_[i].item == condition.scope) {
      scope = path_[i].node;
      break;
    }
  }
  auto& [asked, result] = decided_[number];
  if (asked != scope) {
    asked = scope;
    result = matches(condition, scope);
  }
  return result ? Enabled::kYes : Enabled::kNo;
}

bool ResponseJudge::matches(const EnableCondition& condition, NodeId scope) {
  if (!collected_) {
    collected_ = true;
    collect(response_);
    std::sort(all_.begin(), all_.end());
  }
  const Ucum& ucum = judge_.definitions_.ucum();
  const NodeId end = judge_.end_of(scope);
  auto at = std::lower_bound(all_.begin(), all_.end(), Occurrence{condition.question, scope});
  bool any = false;
  for (; at != all_.end() && at->item == condition.question && at->node < end; ++at) {
    for (NodeId answer = child(at->node, names_.answer); answer != kNoNode && spend();
         answer = tape().next_same(answer)) {
      for (NodeId value = tape()[answer].first; value != kNoNode; value = tape()[value].next) {
        const AnswerType type = names_.answer_type(tape()[value].name);
        if (type == AnswerType::kNone) continue;
        any = true;
        if (condition.op != EnableOperator::kExists &&
            stands(condition.op, read_answer_value(tape(), value, type, names_), condition.answer,
                   ucum)) {
          return true;
        }
      }
    }
  }
  return condition.op == EnableOperator::kExists && any == (condition.answer.text == "true");
}

void ResponseJudge::collect(NodeId holder) {
  for (NodeId id = tape()[holder].first; id != kNoNode; id = tape()[id].next) {
    if (tape()[id].name == names_.item) {
      const std::uint32_t item = questionnaire_->find(text_of(id, names_.link_id));
      if (item != kNoItem) all_.push_back({item, id});
      collect(id);
    } else if (tape()[id].name == names_.answer) {
      collect(id);
    }
  }
}

}  // namespace oncobridge::profiles
