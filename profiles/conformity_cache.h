// Remembers whether a node conforms to a profile, for one document. Open addressing; keeps its
// memory from one document to the next and is emptied in constant time.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "oncobridge/fhir/tape.h"

namespace oncobridge::profiles {

struct Profile;

class ConformityCache {
 public:
  enum class Answer : std::uint8_t { kUnknown, kNo, kYes };

  // The place of the answer; it may be written until the next call.
  Answer& at(NodeId node, const Profile* profile) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = find(node, profile);
    if (slot.age != age_) {
      slot = {profile, node, age_, Answer::kUnknown};
      ++used_;
    }
    return slot.answer;
  }

  void clear() {
    used_ = 0;
    if (++age_ != 0) return;
    slots_.assign(slots_.size(), Slot{});
    age_ = 1;
  }

 private:
  struct Slot {
    const Profile* profile = nullptr;
    NodeId node = kNoNode;
    std::uint32_t age = 0;  // of another document: free
    Answer answer = Answer::kUnknown;
  };

  Slot& find(NodeId node, const Profile* profile) {
    const std::uint64_t mixed =
        (static_cast<std::uint64_t>(node) ^ std::bit_cast<std::uintptr_t>(profile) >> 4) *
        0x9E3779B97F4A7C15u;
    for (std::size_t at = mixed >> 32 & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.age != age_ || (slot.node == node && slot.profile == profile)) return slot;
    }
  }

  void grow() {
    std::vector<Slot> old = std::move(slots_);
    slots_.assign(old.empty() ? 64 : old.size() * 2, Slot{});
    for (const Slot& slot : old) {
      if (slot.age == age_) find(slot.node, slot.profile) = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::uint32_t age_ = 1;
};

}  // namespace oncobridge::profiles
