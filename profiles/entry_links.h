// Which entries of a bundle refer to which, and how they hang together with the first. Entries are
// numbers from 0. Keeps its memory from one bundle to the next.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace oncobridge::profiles {

class EntryLinks {
 public:
  enum class Reach : std::uint8_t {
    kNone,
    kForward,   // the first entry, what it refers to, and what that refers to
    kBackward,  // refers itself to what has been reached; nothing reached before refers to it
  };

  void clear();
  void add(std::uint32_t from, std::uint32_t to) { links_.emplace_back(from, to); }

  // For each of the entries; what one that was reached backward refers to counts as forward.
  const std::vector<Reach>& reach(std::uint32_t entries);

 private:
  using Link = std::pair<std::uint32_t, std::uint32_t>;
  void reach_forward(std::uint32_t entry, Reach how);

  std::vector<Link> links_;      // from, to
  std::vector<Link> backlinks_;  // to, from
  std::vector<Reach> reach_;
  std::vector<std::uint32_t> reached_;  // in the order in which they were
};

}  // namespace oncobridge::profiles
