#include "oncobridge/fhir/names.h"

#include <random>

#include "oncobridge/base/text.h"

namespace oncobridge {

NameTable::NameTable() : texts_{std::string_view()}, slots_(1024) {}

NameId NameTable::add(std::string_view name) {
  const NameKey key = NameKey::of(name);
  if (const NameId known = find(name, key); known != kNoName) return known;
  const NameId id = size();
  texts_.emplace_back(kept_.copy(name.data(), name.size()), name.size());
  if (texts_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 2, {});
    for (NameId old = 1; old < id; ++old) put(NameKey::of(texts_[old]), old);
  }
  put(key, id);
  return id;
}

void NameTable::put(const NameKey& key, NameId id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = key.hash & mask;
  while (slots_[i].id != kNoName) i = (i + 1) & mask;
  slots_[i] = {key.low, key.high, key.size, id};
}

Names::Names(const NameTable& shared)
    : shared_(shared),
      seed_(std::uint64_t{std::random_device{}()} << 32 | std::random_device{}()) {}

NameId Names::intern_own(std::string_view name) {
  if (own_.size() * 2 >= own_slots_.size()) grow_own();
  const std::uint64_t hash = hash_bytes(name, seed_);
  const std::size_t mask = own_slots_.size() - 1;
  std::size_t i = hash & mask;
  for (; own_slots_[i] != 0; i = (i + 1) & mask) {
    const std::uint32_t index = own_slots_[i] - 1;
    if (own_hashes_[index] == hash && own_[index] == name) return shared_.size() + index;
  }
  own_.emplace_back(kept_.copy(name.data(), name.size()), name.size());
  own_hashes_.push_back(hash);
  own_slots_[i] = static_cast<std::uint32_t>(own_.size());
  return shared_.size() + own_slots_[i] - 1;
}

void Names::grow_own() {
  own_slots_.assign(std::max<std::size_t>(own_slots_.size() * 2, 64), 0);
  const std::size_t mask = own_slots_.size() - 1;
  for (std::uint32_t index = 0; index < own_.size(); ++index) {
    std::size_t i = own_hashes_[index] & mask;
    while (own_slots_[i] != 0) i = (i + 1) & mask;
    own_slots_[i] = index + 1;
  }
}

void Names::reset() {
  if (own_.size() * 8 > own_slots_.size()) {
    own_slots_.assign(own_slots_.size(), 0);
  } else {
    // Few among many slots; from the last to the first, so that no chain is cut too early.
    const std::size_t mask = own_slots_.size() - 1;
    for (std::uint32_t index = static_cast<std::uint32_t>(own_.size()); index > 0; --index) {
      std::size_t i = own_hashes_[index - 1] & mask;
      while (own_slots_[i] != index) i = (i + 1) & mask;
      own_slots_[i] = 0;
    }
  }
  own_.clear();
  own_hashes_.clear();
  kept_.reset();
}

}  // namespace oncobridge
