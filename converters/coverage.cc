#include "converters/coverage.h"

namespace oncobridge {

std::uint32_t Coverage::child(std::uint32_t parent, const Field* field) {
  std::uint32_t last = 0;
  for (std::uint32_t at = steps_[parent].first_child; at != 0; at = steps_[at].next_sibling) {
    if (steps_[at].field == field) return at;
    last = at;
  }
  const auto added = static_cast<std::uint32_t>(steps_.size());
  steps_.push_back({field, parent, 0, 0, {}});
  (last == 0 ? steps_[parent].first_child : steps_[last].next_sibling) = added;
  return added;
}

void Coverage::add(const LeafIndex& leaves, int sign) {
  const auto step = static_cast<std::uint64_t>(static_cast<std::int64_t>(sign));
  node_steps_.assign(leaves.nodes.size(), 0);
  for (std::size_t n = 1; n < leaves.nodes.size(); ++n) {
    const LeafIndex::Node& node = leaves.nodes[n];
    node_steps_[n] = child(node_steps_[node.parent], node.field);
  }
  for (std::size_t i = 0; i < leaves.leaves.size(); ++i) {
    Count& count = steps_[child(node_steps_[leaves.leaves[i].node], leaves.leaves[i].field)].count;
    const unsigned char used = leaves.used[i];
    count.facts += step;
    if (!(used & LeafIndex::kUsed)) count.unused += step;
    if (used & LeafIndex::kUncoded) count.uncoded += step;
  }
}

void Coverage::merge(const Coverage& other) {
  std::vector<std::uint32_t> here(other.steps_.size(), 0);
  for (std::size_t i = 1; i < other.steps_.size(); ++i) {
    const Step& step = other.steps_[i];
    here[i] = child(here[step.parent], step.field);
    Count& count = steps_[here[i]].count;
    count.facts += step.count.facts;
    count.unused += step.count.unused;
    count.uncoded += step.count.uncoded;
  }
}

void Coverage::clear() {
  for (Step& step : steps_) step.count = {};
}

Coverage::Count Coverage::total() const {
  Count total;
  for (const Step& step : steps_) {
    total.facts += step.count.facts;
    total.unused += step.count.unused;
    total.uncoded += step.count.uncoded;
  }
  return total;
}

std::string Coverage::path(std::uint32_t step) const {
  std::string result = steps_[step].parent == 0 ? "" : path(steps_[step].parent) + ".";
  return result + std::string(steps_[step].field->name);
}

std::vector<FieldCoverage> Coverage::fields() const {
  std::map<std::string, Count> sorted;
  for (std::uint32_t i = 1; i < steps_.size(); ++i) {
    if (steps_[i].count.facts > 0) sorted[path(i)] = steps_[i].count;
  }
  std::vector<FieldCoverage> result;
  for (const auto& [name, count] : sorted) result.push_back({name, count.facts, count.unused, count.uncoded});
  return result;
}

}  // namespace oncobridge
