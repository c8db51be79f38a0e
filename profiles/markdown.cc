#include "profiles/markdown.h"

#include <algorithm>

namespace oncobridge::profiles {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

// Whether `text`, which begins with `<` and has a `>`, begins with a tag or a comment.
bool is_tag(std::string_view text) {
  if (text.starts_with("<!--")) return true;
  std::size_t at = text.starts_with("</") ? 2 : 1;
  if (at >= text.size() || !is_letter(text[at])) return false;
  while (at < text.size() && is_name(text[at])) ++at;
  if (at == text.size()) return false;
  constexpr std::string_view kAfterName = " \t\r\n/>";  // else it is a link: `<http://...>`
  return kAfterName.find(text[at]) != std::string_view::npos;
}

// Behind the code span that begins at `at`, or behind its backquotes where it does not end.
std::size_t skip_code(std::string_view text, std::size_t at) {
  const std::size_t begin = std::min(text.find_first_not_of('`', at), text.size());
  const std::size_t length = begin - at;
  // A length that is looked for in vain does not come again, so that few lengths make few searches.
  constexpr std::size_t kLongest = 80;
  if (length > kLongest) return begin;
  for (std::size_t end = text.find('`', begin); end != std::string_view::npos;) {
    const std::size_t next = std::min(text.find_first_not_of('`', end), text.size());
    if (next - end == length) return next;
    end = text.find('`', next);
  }
  return begin;
}

}  // namespace

std::string_view html_tag_in(std::string_view markdown) {
  constexpr std::string_view kMarks = "<`\\";
  const std::size_t last = markdown.rfind('>');
  if (last == std::string_view::npos) return {};
  for (std::size_t at = markdown.find_first_of(kMarks); at < markdown.size();) {
    if (at > last) return {};
    if (markdown[at] == '<' && is_tag(markdown.substr(at))) return markdown.substr(at, 2);
    at = markdown[at] == '`' ? skip_code(markdown, at) : at + (markdown[at] == '<' ? 1u : 2u);
    at = markdown.find_first_of(kMarks, at);
  }
  return {};
}

}  // namespace oncobridge::profiles
