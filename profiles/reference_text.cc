#include "profiles/reference_text.h"

#include "profiles/primitive.h"

namespace oncobridge::profiles {

namespace {

// `Patient/1`, as most references are. No other form has only letters before its first slash and an
// id behind it.
bool split_type_and_id(std::string_view text, ReferenceText& parts) {
  std::size_t size = 0;
  while (size < text.size() && ((text[size] | 0x20) >= 'a' && (text[size] | 0x20) <= 'z')) ++size;
  if (size == 0 || size == text.size() || text[size] != '/' || text.front() > 'Z') return false;
  if (!is_id(text.substr(size + 1))) return false;
  parts.type = text.substr(0, size);
  parts.id = text.substr(size + 1);
  return true;
}

}  // namespace

ReferenceText split_reference(std::string_view text) {
  ReferenceText parts;
  parts.unversioned = text;
  if (split_type_and_id(text, parts)) return parts;
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
