#include "profiles/conformity.h"

#include <bit>
#include <utility>

namespace oncobridge::profiles {

Conformity::Answer Conformity::ask(NodeId node, const Profile* profile) {
  const std::uint32_t question = find(node, profile);
  if (!questions_[question].settled) {
    if (asking_ == kNone) {
      solve(question);
    } else {
      link(question, false);
    }
  }
  return questions_[question].answer;
}

Conformity::Answer Conformity::ask_settled(NodeId node, const Profile* profile) {
  const std::uint32_t question = find(node, profile);
  if (!questions_[question].settled) {
    if (asking_ != kNone) {
      link(question, true);
      Question& asker = questions_[asking_];
      asker.waits = !asker.circular;
      return Answer::kUndecided;
    }
    solve(question);
  }
  return questions_[question].answer;
}

void Conformity::clear() {
  questions_.clear();
  first_open_ = 0;
  edges_.clear();
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

void Conformity::queue(std::uint32_t question) {
  if (std::exchange(questions_[question].queued, true)) return;
  queue_.push_back(question);
}

// Notes that the question being judged asks another one, once for each judging.
void Conformity::link(std::uint32_t asked, bool waits) {
  if (!questions_[asked].judged) queue(asked);
  const std::uint32_t last = questions_[asked].askers;
  if (last != kNone && last >= first_edge_ && edges_[last].asker == asking_) {
    edges_[last].waits |= waits;
    return;
  }
  const auto edge = static_cast<std::uint32_t>(edges_.size());
  edges_.push_back({asking_, asked, questions_[asking_].asked, questions_[asked].askers, waits});
  questions_[asking_].asked = edge;
  questions_[asked].askers = edge;
}

// So that circles of slices, or answers that fall one after the other, take bounded time.
bool Conformity::is_exhausted() const { return steps_ > allowance_; }

void Conformity::solve(std::uint32_t question) {
  steps_ = 0;
  allowance_ = 100'000;
  queue(question);
  do {
    while (next_ < queue_.size() && !is_exhausted()) judge(queue_[next_++]);
    queue_.clear();
    next_ = 0;
  } while (!is_exhausted() && release_waiting());
  const bool exhausted = is_exhausted();
  for (; first_open_ < questions_.size(); ++first_open_) {
    Question& open = questions_[first_open_];
    // That it does not conform was found though all it asks for was assumed to.
    if (exhausted && !open.settled && open.answer == Answer::kYes) open.answer = Answer::kUndecided;
    open.settled = true;
  }
  edges_.clear();
}

void Conformity::judge(std::uint32_t question) {
  Question& open = questions_[question];
  open.queued = false;
  if (open.settled || open.answer == Answer::kNo) return;
  open.asked = kNone;
  open.waits = false;
  const bool again = std::exchange(open.judged, true);
  const NodeId node = open.node;
  const Profile* profile = open.profile;
  asking_ = question;
  first_edge_ = edges_.size();
  const auto [answer, size] = judging_(node, profile);
  asking_ = kNone;
  const std::size_t cost = size + edges_.size() - first_edge_;
  if (again) {
    steps_ += cost;
  } else {
    allowance_ += 16 * cost;
  }
  Question& judged = questions_[question];  // which the judging may have moved
  if (answer == Answer::kNo) judged.waits = false;
  if (!judged.waits) fall(question, answer);
}

void Conformity::fall(std::uint32_t question, Answer answer) {
  if (answer >= questions_[question].answer) return;
  questions_[question].answer = answer;
  for (std::uint32_t at = questions_[question].askers; at != kNone; at = edges_[at].next_asker) {
    queue(edges_[at].asker);
  }
}

// All that a question depends on, and which of it waits.
void Conformity::reach(std::uint32_t from) {
  ++visit_;
  reached_.assign(1, from);
  reached_waiting_.clear();
  questions_[from].visit = visit_;
  for (std::size_t i = 0; i < reached_.size(); ++i) {
    const Question& at = questions_[reached_[i]];
    if (at.waits) reached_waiting_.push_back(reached_[i]);
    for (std::uint32_t edge = at.asked; edge != kNone; edge = edges_[edge].next_asked) {
      ++steps_;
      Question& next = questions_[edges_[edge].asked];
      if (next.settled || next.visit == visit_) continue;
      next.visit = visit_;
      reached_.push_back(edges_[edge].asked);
    }
  }
}

// When all else has been judged: settles what those that wait wait for, as far as it does not wait
// itself, and queues them. Of those that wait for one another in a circle, the innermost circle is
// queued as such. False if none waits.
bool Conformity::release_waiting() {
  bool any = false;
  bool released = false;
  std::vector<std::uint32_t> innermost;
  for (auto at = static_cast<std::uint32_t>(first_open_); at < questions_.size(); ++at) {
    if (!questions_[at].waits) continue;
    if (is_exhausted()) return true;
    any = true;
    bool ready = true;
    for (std::uint32_t edge = questions_[at].asked; edge != kNone; edge = edges_[edge].next_asked) {
      const std::uint32_t wanted = edges_[edge].asked;
      if (!edges_[edge].waits || questions_[wanted].settled) continue;
      reach(wanted);
      if (reached_waiting_.empty()) {
        for (const std::uint32_t settled : reached_) questions_[settled].settled = true;
        continue;
      }
      ready = false;
      if (innermost.empty() || reached_waiting_.size() < innermost.size()) {
        innermost = reached_waiting_;
      }
    }
    if (!ready) continue;
    released = true;
    queue(at);
  }
  if (released) return true;
  for (const std::uint32_t at : innermost) {
    questions_[at].circular = true;
    queue(at);
  }
  return any;
}

}  // namespace oncobridge::profiles
