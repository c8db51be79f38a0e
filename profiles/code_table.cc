#include "profiles/code_table.h"

namespace oncobridge::profiles {

CodeEntry& CodeTable::add(std::string_view code) {
  if ((entries_.size() + 1) * 2 > slots_.size()) grow();
  const std::uint32_t hash = hash_code(code);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    CodeEntry& entry = entries_[slots_[slot] - 1];
    if (entry.hash == hash && same_code(entry.code, code, fold_)) return entry;
  }
  CodeEntry& entry = entries_.emplace_back();
  entry.code = code;
  entry.hash = hash;
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
  return entry;
}

void CodeTable::grow() {
  const std::size_t size = slots_.empty() ? 16 : slots_.size() * 2;
  slots_.assign(size, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].hash & (size - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace oncobridge::profiles
