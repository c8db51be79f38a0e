// Holds QuestionnaireResponses against their questionnaires (FHIR R4 questionnaireresponse.html).
// Part of a judge and of its thread. The questionnaire is one of the definitions, is contained in
// the response, or stands in the same bundle.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "profiles/judge.h"
#include "profiles/questionnaire.h"

namespace oncobridge::profiles {

class ResponseJudge {
 public:
  explicit ResponseJudge(Judge& judge);

  void check_questionnaire(NodeId questionnaire);  // what only its conditions show
  void check_response(NodeId response);
  void clear();  // before the next document

 private:
  enum class Enabled : std::int8_t { kUnknown = -1, kNo = 0, kYes = 1 };
  struct Occurrence {  // an item of the response
    std::uint32_t item;
    NodeId node;
    bool operator<(const Occurrence& other) const {
      return item != other.item ? item < other.item : node < other.node;
    }
  };
  struct Answer {
    NodeId node;   // QuestionnaireResponse.item.answer
    NodeId value;  // its value[x]
    AnswerValue read;
    std::uint32_t count;  // of the answers to the item
  };

  // judge_questionnaires.cc: which questionnaire, which items, how often
  const Questionnaire* find(std::string_view canonical, NodeId response);
  const Questionnaire* own(NodeId node);
  void unknown_questionnaire(NodeId response, NodeId canonical);
  void check_period(NodeId response);
  void judge_items(NodeId place, NodeId holder, std::uint32_t parent, Enabled enabled);
  void judge_stray(NodeId place, NodeId node, std::string_view link_id);
  void judge_occurrences(NodeId place, std::uint32_t index, std::size_t first, std::size_t last,
                         Enabled outer);
  void judge_item(NodeId node, std::uint32_t index, Enabled enabled);
  void check_count(NodeId place, const AnswerLimits& limits, std::size_t count,
                   std::string_view what);
  void missing(NodeId place, const QuestionnaireItem& item);

  // judge_enabling.cc
  Enabled enabled(std::uint32_t index);
  Enabled holds(const EnableCondition& condition, std::uint32_t number);
  bool matches(const EnableCondition& condition, NodeId scope);
  void collect(NodeId holder);

  // judge_answers.cc
  void judge_answer(NodeId node, const QuestionnaireItem& item, std::uint32_t count);
  bool check_type(const Answer& answer, const QuestionnaireItem& item);
  void check_choice(const Answer& answer, const QuestionnaireItem& item);
  void check_options(const Answer& answer, const QuestionnaireItem& item, NodeId place);
  void check_coding(const Answer& answer, const QuestionnaireItem& item);
  void check_text(const Answer& answer, const QuestionnaireItem& item);
  void check_range(const Answer& answer, const AnswerLimits& limits);
  void check_limit(const Answer& answer, const AnswerValue& limit, bool is_minimum);
  void check_places(const Answer& answer, const AnswerLimits& limits);
  void check_units(const Answer& answer, const AnswerLimits& limits);
  void check_attachment(const Answer& answer, const AnswerLimits& limits);
  void check_reference(const Answer& answer, const QuestionnaireItem& item);
  const CompiledValueSet& compiled(const AnswerSet& set);

  // Reported at `element`; `cause` is what the line and the column show.
  template <typename Text>
  void report(RuleId rule_id, NodeId element, NodeId cause, const Text& text) {
    report_as(rule(rule_id).severity, rule_id, element, cause, text);
  }
  template <typename Text>
  void report_as(Severity severity, RuleId rule_id, NodeId element, NodeId cause,
                 const Text& text) {
    if (judge_.count(severity)) {
      judge_.add_issue(severity, rule_id, element, text(), nullptr, cause);
    }
  }
  // What a response need not have before it is completed is a warning.
  Severity demand() const { return unfinished_ ? Severity::kWarning : Severity::kError; }
  bool spend();  // false: too much work, the rest of the response is not checked
  NodeId child(NodeId id, NameId name) const { return judge_.child(id, name); }
  std::string_view text_of(NodeId id, NameId name) const { return judge_.text_of(id, name); }
  const Tape& tape() const { return judge_.tape_; }

  Judge& judge_;
  const QuestionnaireNames& names_;

  // Of the document
  std::unordered_map<NodeId, std::unique_ptr<Questionnaire>> own_;
  bool indexed_ = false;
  std::unordered_multimap<std::string_view, NodeId> by_url_;  // questionnaires of the bundle

  // Of the response
  const Questionnaire* questionnaire_ = nullptr;
  NodeId response_ = kNoNode;
  bool unfinished_ = false;  // not completed or amended: Questionnaire.item.required
  std::uint64_t steps_ = 0;
  std::vector<Occurrence> path_;  // from the top to the item being judged
  std::vector<Occurrence> seen_;  // items beneath the same parent, as a stack
  bool collected_ = false;
  std::vector<Occurrence> all_;                   // all items, for conditions
  std::vector<std::pair<NodeId, bool>> decided_;  // conditions: scope they were last asked in
};

}  // namespace oncobridge::profiles
