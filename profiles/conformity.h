// Whether values conform to profiles, for one document. An answer may need others, in circles too:
// each is first assumed to be yes, and whoever asked is judged again when it falls; what nothing
// brings down is yes. The questions are walked depth first, and those that depend on one another, a
// circle, are answered together once all else they ask for is known (Tarjan's components): an
// answer does not depend on which was asked for first, and no question is judged within another.
// Keeps its memory from one document to the next; one Judge owns it.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "oncobridge/fhir/tape.h"

namespace oncobridge::profiles {

struct Profile;

class Conformity {
 public:
  // From one to the one before it, an answer only falls: kNo, which was found though all else was
  // assumed to be yes, is sure.
  enum class Answer : std::uint8_t { kNo, kUndecided, kYes };
  struct Judged {
    Answer answer;
    std::size_t size;  // of what was looked at, in nodes
  };
  using Judging = std::function<Judged(NodeId node, const Profile* profile)>;

  // `judging` looks at one value and asks here for the others; it says no only if that holds
  // whatever the undecided ones turn out to be.
  explicit Conformity(Judging judging) : judging_(std::move(judging)) {}

  // Within a judging an assumption. kUndecided, too, if the circle takes too many looks.
  Answer ask(NodeId node, const Profile* profile);
  // Never an assumption, for what may hold because the answer is no: a slice, an expression. Within
  // a judging kUndecided until the answer is known, with which it is then judged again. Those of a
  // circle that wait for one another, and are not no for other reasons, are undecided.
  Answer ask_settled(NodeId node, const Profile* profile);

  void clear();
  // What the answers took since then: nodes that were looked at, and edges that were followed.
  std::uint64_t work() const { return work_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::uint32_t kInCircle = 0xFFFFFFFF;

  struct Question {
    NodeId node = kNoNode;
    const Profile* profile = nullptr;
    Answer answer = Answer::kYes;
    bool settled = false;
    bool judged = false;
    bool outdated = false;         // was told otherwise than it would be now
    bool waits = false;            // for a settled answer
    std::uint32_t index = 0;       // in the order of the walk; 0: not on its stack
    std::uint32_t low = 0;         // the least index that it is known to lead to
    std::uint32_t asked = 0;       // its edges, of the last look
    std::uint32_t asked_end = 0;   // behind them
    std::uint32_t askers = kNone;  // the last edge to it
    std::uint64_t first_cost = 0;  // of the first look
    std::uint64_t more_cost = 0;   // of all others
  };
  struct Edge {
    std::uint32_t asker = kNone;
    std::uint32_t asked = kNone;
    std::uint32_t next_asker = kNone;  // of the same question
    Answer told = Answer::kNo;
    bool waits = false;
  };
  struct Slot {
    const Profile* profile = nullptr;
    NodeId node = kNoNode;
    std::uint32_t age = 0;  // of another document: free
    std::uint32_t question = kNone;
  };
  struct Step {  // of the walk
    std::uint32_t question = kNone;
    std::uint32_t edge = 0;  // the next
  };

  std::uint32_t find(NodeId node, const Profile* profile);
  Slot& slot(NodeId node, const Profile* profile);
  void grow();
  void link(std::uint32_t asked, Answer told, bool waits);
  void solve(std::uint32_t question);
  void walk(std::uint32_t from);
  void enter(std::uint32_t question);
  void close(std::uint32_t question);
  void settle_circle();
  void judge_circle();
  Answer look(std::uint32_t question);
  void fall(std::uint32_t question, Answer answer);
  void settle(std::uint32_t question, Answer answer);
  void tell_askers(std::uint32_t question);

  Judging judging_;
  std::vector<Slot> slots_;
  std::uint32_t age_ = 1;
  std::vector<Question> questions_;
  std::vector<Edge> edges_;
  std::uint32_t asking_ = kNone;
  std::uint32_t first_edge_ = 0;  // of the judging
  // Of the walk:
  std::vector<std::uint32_t> open_;  // to be walked from
  std::vector<Step> steps_;
  std::vector<std::uint32_t> stack_;  // entered, and not yet of a circle
  std::uint32_t last_index_ = 0;
  // Of the circle that is answered; a question that stands alone is one, too:
  std::vector<std::uint32_t> circle_;
  std::vector<std::uint32_t> round_;  // to be looked at
  std::vector<std::pair<std::uint32_t, Answer>> looks_;
  std::uint64_t cost_ = 0;  // of all looks but the first
  std::uint64_t work_ = 0;
};

}  // namespace oncobridge::profiles
