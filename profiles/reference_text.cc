#include "profiles/reference_text.h"

#include "profiles/primitive.h"

namespace oncobridge::profiles {

ReferenceText split_reference(std::string_view text) {
  ReferenceText parts;
  parts.unversioned = text;
  parts.absolute = is_absolute_uri(text);
  if (const std::size_t history = text.find("/_history/"); history != std::string_view::npos) {
    parts.version = text.substr(history + 10);
    parts.unversioned = text.substr(0, history);
  }
  if (text.starts_with("urn:")) return parts;
  std::string_view rest = parts.unversioned;
  if (const std::size_t query = rest.find('?'); query != std::string_view::npos) return parts;
  const std::size_t slash = rest.rfind('/');
  if (slash == std::string_view::npos) return parts;
  const std::string_view id = rest.substr(slash + 1);
  rest = rest.substr(0, slash);
  const std::size_t before = rest.rfind('/');
  const std::string_view type = before == std::string_view::npos ? rest : rest.substr(before + 1);
  if (before != std::string_view::npos && !parts.absolute) return parts;
  if (type.empty() || type.front() < 'A' || type.front() > 'Z' || !is_id(id)) return parts;
  for (const char c : type) {
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) return parts;
  }
  parts.type = type;
  parts.id = id;
  return parts;
}

}  // namespace oncobridge::profiles
