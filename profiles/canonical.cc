#include <algorithm>

#include "profiles/definition.h"

namespace oncobridge::profiles {

Canonical split_canonical(std::string_view canonical) {
  Canonical parts{canonical, {}, {}};
  if (const std::size_t hash = parts.url.find('#'); hash != std::string_view::npos) {
    parts.fragment = parts.url.substr(hash + 1);
    parts.url = parts.url.substr(0, hash);
  }
  if (const std::size_t bar = parts.url.find('|'); bar != std::string_view::npos) {
    parts.version = parts.url.substr(bar + 1);
    parts.url = parts.url.substr(0, bar);
  }
  return parts;
}

std::string Misreading::describe() const {
  constexpr std::size_t kMostShown = 120;  // bytes
  const std::string named = (path.empty() ? "" : path + ": ") + fact;
  if (value.empty()) return named + " is missing or empty where " + expected + " is expected";
  std::size_t size = std::min(value.size(), kMostShown);
  while (size < value.size() && (value[size] & 0xC0) == 0x80) --size;
  return named + " `" + value.substr(0, size) + (size < value.size() ? "..." : "") + "` is not " +
         expected;
}

std::string DefinitionSource::describe(std::uint32_t at_line) const {
  if (file.empty()) return {};
  const std::uint32_t shown = at_line != 0 ? at_line : line;
  return " (" + file + (shown == 0 ? "" : ":" + std::to_string(shown)) + ")";
}

}  // namespace oncobridge::profiles
