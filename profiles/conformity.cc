#include "profiles/conformity.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

namespace oncobridge::profiles {

Conformity::Answer Conformity::ask(NodeId node, const Profile* profile) {
  const std::uint32_t question = find(node, profile);
  if (!questions_[question].settled) {
    if (asking_ == kNone) {
      solve(question);
    } else {
      link(question, questions_[question].answer, false);
    }
  }
  return questions_[question].answer;
}

Conformity::Answer Conformity::ask_settled(NodeId node, const Profile* profile) {
  const std::uint32_t question = find(node, profile);
  if (!questions_[question].settled) {
    if (asking_ != kNone) {
      link(question, Answer::kUndecided, true);
      questions_[asking_].waits = true;
      return Answer::kUndecided;
    }
    solve(question);
  }
  return questions_[question].answer;
}

void Conformity::clear() {
  questions_.clear();
  edges_.clear();
  work_ = 0;
  if (++age_ != 0) return;
  slots_.assign(slots_.size(), Slot{});
  age_ = 1;
}

std::uint32_t Conformity::find(NodeId node, const Profile* profile) {
  if ((questions_.size() + 1) * 2 > slots_.size()) grow();
  Slot& found = slot(node, profile);
  if (found.age != age_) {
    found = {profile, node, age_, static_cast<std::uint32_t>(questions_.size())};
    questions_.push_back({node, profile});
  }
  return found.question;
}

Conformity::Slot& Conformity::slot(NodeId node, const Profile* profile) {
  const std::uint64_t mixed =
      (static_cast<std::uint64_t>(node) ^ std::bit_cast<std::uintptr_t>(profile) >> 4) *
      0x9E3779B97F4A7C15u;
  for (std::size_t at = mixed >> 32 & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[at];
    if (slot.age != age_ || (slot.node == node && slot.profile == profile)) return slot;
  }
}

void Conformity::grow() {
  const std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 64 : old.size() * 2, Slot{});
  for (const Slot& kept : old) {
    if (kept.age == age_) slot(kept.node, kept.profile) = kept;
  }
}

// Notes that the question being judged asks another one, once for each judging.
void Conformity::link(std::uint32_t asked, Answer told, bool waits) {
  const std::uint32_t last = questions_[asked].askers;
  if (last != kNone && last >= first_edge_) {
    edges_[last].told = std::max(edges_[last].told, told);
    edges_[last].waits |= waits;
    return;
  }
  questions_[asked].askers = static_cast<std::uint32_t>(edges_.size());
  edges_.push_back({asking_, asked, last, told, waits});
}

// Those of a circle that are not yet known are walked from again, as what they ask for may be less
// or more by now.
void Conformity::solve(std::uint32_t question) {
  last_index_ = 0;
  open_.assign(1, question);
  while (!open_.empty()) {
    const std::uint32_t from = open_.back();
    open_.pop_back();
    if (!questions_[from].settled) walk(from);
  }
}

void Conformity::walk(std::uint32_t from) {
  enter(from);
  while (!steps_.empty()) {
    ++work_;
    Step& step = steps_.back();
    Question& at = questions_[step.question];
    if (step.edge == at.asked_end) {
      const std::uint32_t left = step.question;
      steps_.pop_back();
      if (at.low == at.index) close(left);
      continue;
    }
    const std::uint32_t asked = edges_[step.edge].asked;
    const Question& next = questions_[asked];
    if (!next.settled && next.index == 0) {
      enter(asked);  // and sees to this edge again on return
      continue;
    }
    ++step.edge;
    if (!next.settled) at.low = std::min(at.low, next.low);
  }
}

void Conformity::enter(std::uint32_t question) {
  if (!questions_[question].judged) {
    fall(question, look(question));
    if (questions_[question].settled) return;
  }
  Question& entered = questions_[question];
  entered.index = entered.low = ++last_index_;
  stack_.push_back(question);
  steps_.push_back({question, entered.asked});
}

// The circle of the first of it that was entered: all else that it asks for is settled.
void Conformity::close(std::uint32_t question) {
  std::size_t first = stack_.size() - 1;
  while (stack_[first] != question) --first;
  circle_.assign(stack_.begin() + static_cast<std::ptrdiff_t>(first), stack_.end());
  stack_.resize(first);
  const bool known = std::none_of(circle_.begin(), circle_.end(),
                                  [&](std::uint32_t at) { return questions_[at].outdated; });
  if (known) {
    settle_circle();
  } else {
    judge_circle();
  }
  for (const std::uint32_t at : circle_) {
    questions_[at].index = 0;
    if (!questions_[at].settled) open_.push_back(at);
  }
}

// When each was told what it would be told now. Those that wait do so for one another.
void Conformity::settle_circle() {
  const bool any_waits = std::any_of(circle_.begin(), circle_.end(),
                                     [&](std::uint32_t at) { return questions_[at].waits; });
  for (const std::uint32_t at : circle_) {
    if (!any_waits) {
      settle(at, questions_[at].answer);
    } else if (questions_[at].waits) {
      settle(at, Answer::kUndecided);
    }
  }
}

// From the beginning and in rounds, within which no answer changes, so that what is given up does
// not depend on where the walk began. The cost is bounded by that of the first looks; what it cost
// before, when it asked for less or more, counts only if it does so again and again.
void Conformity::judge_circle() {
  std::uint64_t allowance = 10'000;
  std::uint64_t earlier = 0;
  for (const std::uint32_t at : circle_) {
    Question& member = questions_[at];
    member.answer = Answer::kYes;
    member.outdated = true;
    member.index = kInCircle;
    allowance += 16 * member.first_cost;
    earlier += member.more_cost;
  }
  cost_ = earlier > 8 * allowance ? earlier : 0;
  round_ = circle_;
  while (!round_.empty()) {
    if (cost_ > allowance) {
      for (const std::uint32_t at : circle_) {
        if (!questions_[at].settled) settle(at, Answer::kUndecided);
      }
      round_.clear();
      return;
    }
    looks_.clear();
    for (const std::uint32_t at : round_) {
      questions_[at].outdated = false;
      if (!questions_[at].settled) looks_.emplace_back(at, look(at));
    }
    round_.clear();
    for (const auto& [at, answer] : looks_) fall(at, answer);
  }
}

// What waits may still turn out to be yes.
Conformity::Answer Conformity::look(std::uint32_t question) {
  const bool again = std::exchange(questions_[question].judged, true);
  questions_[question].waits = false;
  asking_ = question;
  first_edge_ = static_cast<std::uint32_t>(edges_.size());
  const auto [answer, size] = judging_(questions_[question].node, questions_[question].profile);
  asking_ = kNone;
  Question& judged = questions_[question];
  judged.asked = first_edge_;
  judged.asked_end = static_cast<std::uint32_t>(edges_.size());
  const std::uint64_t cost = 1 + size + judged.asked_end - judged.asked;
  (again ? judged.more_cost : judged.first_cost) += cost;
  cost_ += cost;
  work_ += cost;
  return judged.waits && answer != Answer::kNo ? Answer::kYes : answer;
}

void Conformity::fall(std::uint32_t question, Answer answer) {
  if (answer >= questions_[question].answer) return;
  questions_[question].answer = answer;
  questions_[question].settled = answer == Answer::kNo;
  tell_askers(question);
}

void Conformity::settle(std::uint32_t question, Answer answer) {
  questions_[question].answer = answer;
  questions_[question].settled = true;
  tell_askers(question);
}

// Those that were told otherwise, in their last look.
void Conformity::tell_askers(std::uint32_t question) {
  const Question& told = questions_[question];
  for (std::uint32_t at = told.askers; at != kNone; at = edges_[at].next_asker) {
    ++work_;
    const Edge& edge = edges_[at];
    Question& asker = questions_[edge.asker];
    if (asker.settled || asker.outdated || at < asker.asked) continue;
    if (told.answer >= edge.told && !(edge.waits && told.settled)) continue;
    asker.outdated = true;
    if (asker.index == kInCircle) round_.push_back(edge.asker);
  }
}

}  // namespace oncobridge::profiles
