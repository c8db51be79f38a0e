// Whether values conform to profiles, for one document. An answer may need others, in circles too:
// each is first assumed to be yes, and whoever asked is judged again when it falls. What nothing
// brings down is yes, so an answer does not depend on which was asked for first, and no question is
// judged within another. Keeps its memory from one document to the next; one Judge owns it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "oncobridge/fhir/tape.h"

namespace oncobridge::profiles {

struct Profile;

class Conformity {
 public:
  // From one to the one before it, an answer only falls.
  enum class Answer : std::uint8_t { kNo, kUndecided, kYes };
  struct Judged {
    Answer answer;
    std::size_t size;  // of what was looked at, in nodes
  };
  using Judging = std::function<Judged(NodeId node, const Profile* profile)>;

  // `judging` looks at one value and asks here for the others.
  explicit Conformity(Judging judging) : judging_(std::move(judging)) {}

  // Within a judging an assumption.
  Answer ask(NodeId node, const Profile* profile);
  // Never an assumption, for what may hold because the answer is no: a slice, an expression. Within
  // a judging kUndecided until the answer is known, with which it is then judged again; for good if
  // the answer depends on the judging itself.
  Answer ask_settled(NodeId node, const Profile* profile);

  void clear();

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  struct Question {
    NodeId node = kNoNode;
    const Profile* profile = nullptr;
    Answer answer = Answer::kYes;
    bool settled = false;
    bool judged = false;
    bool queued = false;
    bool waits = false;           // for a settled answer
    bool circular = false;        // waits for itself
    std::uint32_t visit = 0;      // the last one
    std::uint32_t asked = kNone;  // the first of its edges
    std::uint32_t askers = kNone;
  };
  struct Edge {
    std::uint32_t asker = kNone;
    std::uint32_t asked = kNone;
    std::uint32_t next_asked = kNone;  // of the same asker
    std::uint32_t next_asker = kNone;  // of the same question
    bool waits = false;
  };
  struct Slot {
    const Profile* profile = nullptr;
    NodeId node = kNoNode;
    std::uint32_t age = 0;  // of another document: free
    std::uint32_t question = kNone;
  };

  std::uint32_t find(NodeId node, const Profile* profile);
  Slot& slot(NodeId node, const Profile* profile);
  void grow();
  void queue(std::uint32_t question);
  void link(std::uint32_t asked, bool waits);
  void solve(std::uint32_t question);
  void judge(std::uint32_t question);
  void fall(std::uint32_t question, Answer answer);
  bool release_waiting();
  void reach(std::uint32_t from);
  bool is_exhausted() const;

  Judging judging_;
  std::vector<Slot> slots_;
  std::uint32_t age_ = 1;
  std::vector<Question> questions_;
  std::size_t first_open_ = 0;  // those before it are settled
  std::vector<Edge> edges_;     // between open ones
  std::vector<std::uint32_t> queue_;
  std::size_t next_ = 0;  // of queue_
  std::uint32_t asking_ = kNone;
  std::size_t first_edge_ = 0;  // of the judging
  // Of the outermost question: nodes that are looked at again, and edges.
  std::uint64_t steps_ = 0;
  std::uint64_t allowance_ = 0;
  std::uint32_t visit_ = 0;
  std::vector<std::uint32_t> reached_;
  std::vector<std::uint32_t> reached_waiting_;
};

}  // namespace oncobridge::profiles
