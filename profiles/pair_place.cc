#include "profiles/pair_place.h"

#include <algorithm>

namespace oncobridge::profiles {
namespace {

constexpr std::size_t kFurthest = 64 * 1024;

// Walks over JSON; `depth` counts the brackets that are open.
struct Walk {
  std::string_view source;
  std::size_t at = 0;
  int depth = 0;

  bool done() const { return at >= source.size(); }

  // Over a string, a bracket or any other character.
  void step() {
    const char c = source[at];
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    ++at;
    if (c != '"') return;
    while (!done() && source[at] != '"') at += source[at] == '\\' ? 2 : 1;
    ++at;
  }
  void skip_spaces() { at = std::min(source.find_first_not_of(" \t\r\n", at), source.size()); }
};

// The item of the list that the member at `walk.at` holds.
std::optional<std::size_t> find_item(Walk walk, std::size_t item) {
  walk.step();  // the name
  walk.skip_spaces();
  if (walk.done() || walk.source[walk.at] != ':') return std::nullopt;
  walk.step();
  walk.skip_spaces();
  if (walk.done() || walk.source[walk.at] != '[') return std::nullopt;
  const int outside = walk.depth;
  walk.step();
  for (;;) {
    walk.skip_spaces();
    if (item == 0) return walk.at;
    while (!walk.done() && !(walk.depth == outside + 1 && walk.source[walk.at] == ',')) {
      walk.step();
      if (walk.depth == outside) return std::nullopt;
    }
    if (walk.done()) return std::nullopt;
    walk.step();
    --item;
  }
}

}  // namespace

std::optional<std::size_t> find_pair(std::string_view source, std::size_t object,
                                     std::string_view name, std::optional<std::size_t> item) {
  if (object >= source.size() || source[object] != '{') return std::nullopt;
  Walk walk{source.substr(0, object + kFurthest), object};
  walk.step();
  bool at_name = true;
  while (!walk.done() && walk.depth > 0) {
    const std::string_view rest = walk.source.substr(walk.at);
    if (walk.depth == 1 && at_name && rest.starts_with("\"_") && rest.substr(2).starts_with(name) &&
        rest.substr(2 + name.size()).starts_with('"')) {
      return item ? find_item(walk, *item) : walk.at;
    }
    if (walk.depth == 1 && rest.front() == ',') at_name = true;
    if (walk.depth == 1 && rest.front() == ':') at_name = false;
    walk.step();
  }
  return std::nullopt;
}

}  // namespace oncobridge::profiles
