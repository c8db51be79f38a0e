#include "profiles/judge_host.h"

#include <algorithm>

#include "profiles/narrative.h"

namespace oncobridge::profiles {

using fhirpath::Place;
using fhirpath::Truth;

namespace {

fhirpath::EvalLimits limits_of(const ValidatorOptions& options) {
  fhirpath::EvalLimits limits;
  limits.max_visits = options.max_visits;
  return limits;
}

}  // namespace

JudgeHost::JudgeHost(Judge& judge)
    : judge_(judge),
      evaluator_({judge.definitions_.schema().names(), &judge.definitions_.schema(),
                  &judge.definitions_.ucum(), this},
                 limits_of(judge.options_)),
      natives_(judge.definitions_.schema().names()) {}

fhirpath::Document JudgeHost::document() const { return {&judge_.tape_, judge_.types_.data()}; }

bool JudgeHost::resolve(const Place& from, std::string_view reference, Place& target) {
  const Judge::Target found = judge_.resolve(from.node, reference);
  if (found.kind == Judge::Target::Kind::kExternal)
    missing_ = "a reference leads out of the document";
  if (found.node == kNoNode) return false;
  target = {from.document, found.node};
  return true;
}

Truth JudgeHost::member_of(const Place& element, std::string_view code,
                           std::string_view value_set) {
  const Truth answer = decide(element, code, value_set);
  if (answer == Truth::kEmpty) missing_ = "memberOf() cannot be decided offline";
  if (answer == Truth::kEmpty && undecided_ != nullptr &&
      std::find(undecided_->begin(), undecided_->end(), value_set) == undecided_->end()) {
    undecided_->emplace_back(value_set);
  }
  return answer;
}

Truth JudgeHost::decide(const Place& element, std::string_view code,
                        std::string_view value_set) const {
  const Terminology& terms = judge_.definitions_.terminology();
  const CompiledValueSet& set = terms.compiled(terms.value_set(value_set));
  if (element.node != kNoNode && judge_.types_[element.node].type != nullptr) {
    const int membership = judge_.member_of(element.node, set);
    return membership < 0 ? Truth::kEmpty : fhirpath::truth(membership == 1);
  }
  const Member member = terms.check_code(set, code).member;
  return member == Member::kUnknown ? Truth::kEmpty : fhirpath::truth(member == Member::kIn);
}

Truth JudgeHost::conforms_to(const Place& element, std::string_view profile) {
  if (!judge_.can_judge(profile)) return Truth::kFault;
  const Conformity::Answer answer = judge_.surely_conforms(element.node, profile);
  if (answer == Conformity::Answer::kUndecided) return Truth::kFault;
  return fhirpath::truth(answer == Conformity::Answer::kYes);
}

Truth JudgeHost::html_checks(const Place& div) {
  return fhirpath::truth(profiles::html_checks((*div.document.tape)[div.node].value()) == 0);
}

bool JudgeHost::variable(std::string_view name, fhirpath::Item& value) {
  if (name != "extension" || extension_ == kNoNode) return false;
  document_ = document();
  value = fhirpath::Item::of(&document_, extension_);
  return true;
}

}  // namespace oncobridge::profiles
