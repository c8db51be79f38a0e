#include "converters/coverage.h"

namespace oncobridge {

std::uint32_t Coverage::first_child(std::uint32_t parent) {
  if (steps_[parent].first_child == 0) {
    steps_[parent].first_child = static_cast<std::uint32_t>(steps_.size());
    for (const Field& field : fields_below(parent)) steps_.push_back({&field, parent, 0, {}});
  }
  return steps_[parent].first_child;
}

std::span<const Field> Coverage::fields_below(std::uint32_t step) const {
  return steps_[step].field == nullptr ? case_record_shape().fields
                                       : steps_[step].field->shape->fields;
}

void Coverage::add(const LeafIndex& leaves, int sign) {
  const auto step = static_cast<std::uint64_t>(static_cast<std::int64_t>(sign));
  structures_.clear();
  for (const LeafIndex::Node& node : leaves.nodes) {
    const std::uint32_t at =
        node.field == nullptr ? 0 : structures_[node.parent].step_of(node.field);
    structures_.push_back({fields_below(at).data(), first_child(at)});
  }
  for (std::size_t i = 0; i < leaves.leaves.size(); ++i) {
    const LeafPlace& leaf = leaves.leaves[i];
    Count& count = steps_[structures_[leaf.node].step_of(leaf.field)].count;
    const unsigned char used = leaves.used[i];
    count.facts += step;
    if (!(used & LeafIndex::kUsed)) count.unused += step;
    if (LeafIndex::is_uncoded(used)) count.uncoded += step;
  }
}

void Coverage::merge(const Coverage& other) {
  std::vector<std::uint32_t> here(other.steps_.size(), 0);
  for (std::size_t i = 1; i < other.steps_.size(); ++i) {
    const Step& step = other.steps_[i];
    here[i] = first_child(here[step.parent]) +
              static_cast<std::uint32_t>(i - other.steps_[step.parent].first_child);
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
  for (const auto& [name, count] : sorted)
    result.push_back({name, count.facts, count.unused, count.uncoded});
  return result;
}

}  // namespace oncobridge
