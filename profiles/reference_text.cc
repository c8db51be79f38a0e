#include "profiles/reference_text.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "profiles/primitive.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace oncobridge::profiles {

namespace {

// How many ASCII letters a text begins with.
std::size_t leading_letters(std::string_view text) {
  std::size_t size = 0;
#ifdef __SSE2__
  for (; text.size() - size >= 16; size += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + size));
    const __m128i small = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(small, _mm_set1_epi8('a' - 1)),
                                          _mm_cmplt_epi8(small, _mm_set1_epi8('z' + 1)));
    const auto found = static_cast<std::uint16_t>(_mm_movemask_epi8(letters));
    if (found != 0xFFFF) return size + static_cast<std::size_t>(std::countr_one(found));
  }
#endif
  while (size < text.size() && ((text[size] | 0x20) >= 'a' && (text[size] | 0x20) <= 'z')) ++size;
  return size;
}

// `Patient/1`, as most references are. No other form has only letters before its first slash and an
// id behind it.
bool split_type_and_id(std::string_view text, ReferenceText& parts) {
  const std::size_t size = leading_letters(text);
  if (size == 0 || size == text.size() || text[size] != '/' || text.front() > 'Z') return false;
  if (!is_id(text.substr(size + 1))) return false;
  parts.type = text.substr(0, size);
  parts.id = text.substr(size + 1);
  return true;
}

bool is_name(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           others.find(c) != std::string_view::npos;
  });
}

// What stands before the next `end`, which is taken off as well.
std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view first = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return first;
}

}  // namespace

ReferenceText split_reference(std::string_view text) {
  ReferenceText parts;
  parts.unversioned = text;
  if (split_type_and_id(text, parts)) return parts;
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    parts.fragment = true;
    text = text.substr(0, hash);
    parts.unversioned = text;
  }
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

ReferenceForm form_of(std::string_view text) {
  constexpr std::string_view kUuid = "urn:uuid:";
  constexpr std::string_view kOid = "urn:oid:";
  const bool bad_urn = (text.starts_with(kUuid) && !is_uuid(text.substr(kUuid.size()))) ||
                       (text.starts_with(kOid) && !is_oid(text.substr(kOid.size())));
  if (bad_urn) return ReferenceForm::kBadUrn;
  if (is_absolute_uri(text)) return ReferenceForm::kGood;
  std::string_view rest = text;
  const std::string_view type = take_until(rest, '/');
  const std::string_view id = take_until(rest, '/');
  const std::string_view history = take_until(rest, '/');
  const std::string_view version = rest;
  const bool versioned = !history.empty() || !version.empty();
  if (!is_name(type, "") || id.empty() || (versioned && history != "_history") ||
      (versioned && version.empty()) || version.find('/') != std::string_view::npos ||
      text.ends_with('/')) {
    return ReferenceForm::kOther;
  }
  return is_id(id) && (!versioned || is_id(version)) ? ReferenceForm::kGood : ReferenceForm::kBadId;
}

bool is_query(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    std::string_view part = take_until(text, '&');
    const bool has_value = part.find('=') != std::string_view::npos;
    if (!has_value || !is_name(take_until(part, '='), "_-.:0123456789")) return false;
  }
  return true;
}

}  // namespace oncobridge::profiles
