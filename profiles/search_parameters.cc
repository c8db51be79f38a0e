#include "profiles/search_parameters.h"

#include <algorithm>

#include "profiles/definition.h"

namespace oncobridge::profiles {

std::string_view embedded_search_parameters();  // profiles/definitions/search_parameters.txt

namespace {

std::string_view take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

}  // namespace

std::optional<SearchParameterFacts> shipped_search_parameter(std::string_view canonical) {
  const std::string_view url = split_canonical(canonical).url;
  const std::string_view text = embedded_search_parameters();
  if (url.empty()) return std::nullopt;
  for (std::size_t at = text.find(url); at != std::string_view::npos; at = text.find(url, at + 1)) {
    if ((at != 0 && text[at - 1] != '\n') || text.substr(at + url.size(), 1) != " ") continue;
    std::string_view line = text.substr(at, text.find('\n', at) - at);
    take_word(line);
    SearchParameterFacts facts;
    facts.type = take_word(line);
    facts.bases = take_word(line);
    facts.expression = line;
    return facts;
  }
  return std::nullopt;
}

}  // namespace oncobridge::profiles
