// A set of items by FHIRPath's `=`, in the order of their first appearance: a few are compared one
// by one, more are hashed. Lives within one evaluation.
#pragma once

#include <cstdint>

#include "profiles/fhirpath_eval.h"

namespace oncobridge::profiles::fhirpath {

class ItemSet {
 public:
  explicit ItemSet(Evaluator& evaluator) : evaluator_(evaluator), items_(evaluator) {}

  // True if the item is new.
  bool add(const Item& item) {
    const std::uint64_t hash = slots_ == nullptr ? 0 : evaluator_.hash(item);
    if (find(item, hash) != kNone) return false;
    if (items_->size() >= evaluator_.limits().max_items) {
      evaluator_.fail(EvalFault::kBudget, "a collection grows beyond the limit", nullptr);
      return false;
    }
    items_->push_back(item);
    if (slots_ != nullptr) hashes_[items_->size() - 1] = hash;
    if (items_->size() > kLinear && items_->size() * 2 > size_) {
      rebuild();
    } else if (slots_ != nullptr) {
      insert(static_cast<std::uint32_t>(items_->size() - 1));
    }
    return true;
  }
  bool contains(const Item& item) {
    return find(item, slots_ == nullptr ? 0 : evaluator_.hash(item)) != kNone;
  }
  const Collection& items() const { return *items_; }
  // A comparison ended in a fault.
  bool faulted() const { return evaluator_.faulted(); }

 private:
  static constexpr std::size_t kLinear = 24;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::uint32_t find(const Item& item, std::uint64_t hash) {
    const Collection& items = *items_;
    if (slots_ == nullptr) {
      for (std::uint32_t i = 0; i < items.size(); ++i) {
        if (evaluator_.same(items[i], item)) return i;
      }
      return kNone;
    }
    for (std::uint64_t at = hash & (size_ - 1); slots_[at] != 0; at = (at + 1) & (size_ - 1)) {
      const std::uint32_t index = slots_[at] - 1;
      if (!evaluator_.spend(1)) return index;
      if (hashes_[index] == hash && evaluator_.same(items[index], item)) return index;
    }
    return kNone;
  }

  void insert(std::uint32_t index) {
    std::uint64_t at = hashes_[index] & (size_ - 1);
    while (slots_[at] != 0) at = (at + 1) & (size_ - 1);
    slots_[at] = index + 1;
  }

  void rebuild() {
    const std::size_t old = slots_ == nullptr ? 0 : items_->size() - 1;
    size_ = size_ == 0 ? 128 : size_ * 4;
    auto* hashes = evaluator_.arena().make_array<std::uint64_t>(size_);
    for (std::size_t i = 0; i < items_->size(); ++i) {
      hashes[i] = i < old ? hashes_[i] : evaluator_.hash((*items_)[i]);
    }
    hashes_ = hashes;
    slots_ = evaluator_.arena().make_array<std::uint32_t>(size_);
    for (std::uint32_t i = 0; i < items_->size(); ++i) insert(i);
  }

  Evaluator& evaluator_;
  Evaluator::Lease items_;
  std::uint32_t* slots_ = nullptr;  // index + 1, open addressing
  std::uint64_t* hashes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace oncobridge::profiles::fhirpath
