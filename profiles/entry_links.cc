#include "profiles/entry_links.h"

#include <algorithm>

namespace oncobridge::profiles {
namespace {

template <typename Visit>
void for_links_of(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& links,
                  std::uint32_t entry, Visit visit) {
  const std::pair<std::uint32_t, std::uint32_t> first{entry, 0};
  for (auto at = std::lower_bound(links.begin(), links.end(), first);
       at != links.end() && at->first == entry; ++at) {
    visit(at->second);
  }
}

}  // namespace

void EntryLinks::clear() { links_.clear(); }

// The entry, and all that it leads to.
void EntryLinks::reach_forward(std::uint32_t entry, Reach how) {
  const std::size_t first = reached_.size();
  reach_[entry] = how;
  reached_.push_back(entry);
  for (std::size_t i = first; i < reached_.size(); ++i) {
    for_links_of(links_, reached_[i], [&](std::uint32_t to) {
      if (reach_[to] != Reach::kNone) return;
      reach_[to] = Reach::kForward;
      reached_.push_back(to);
    });
  }
}

const std::vector<EntryLinks::Reach>& EntryLinks::reach(std::uint32_t entries) {
  std::sort(links_.begin(), links_.end());
  links_.erase(std::unique(links_.begin(), links_.end()), links_.end());
  backlinks_.clear();
  for (const auto& [from, to] : links_) backlinks_.emplace_back(to, from);
  std::sort(backlinks_.begin(), backlinks_.end());
  reach_.assign(entries, Reach::kNone);
  reached_.clear();
  if (entries == 0) return reach_;
  reach_forward(0, Reach::kForward);
  for (std::size_t i = 0; i < reached_.size(); ++i) {
    for_links_of(backlinks_, reached_[i], [&](std::uint32_t from) {
      if (reach_[from] == Reach::kNone) reach_forward(from, Reach::kBackward);
    });
  }
  return reach_;
}

}  // namespace oncobridge::profiles
