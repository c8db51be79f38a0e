#include "profiles/fhirpath_text.h"

#include <utf8proc.h>

#include <optional>

namespace oncobridge::profiles::fhirpath {
namespace {

bool is_start(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

void append_utf8(std::string& text, std::uint32_t point) {
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xC0 | (point >> 6));
    text += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    text += static_cast<char>(0xE0 | (point >> 12));
    text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (point >> 18));
    text += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (point & 0x3F));
  }
}

std::optional<std::uint32_t> hex4(std::string_view text) {
  if (text.size() < 4) return {};
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<unsigned>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<unsigned>(lower - 'a' + 10);
    } else {
      return {};
    }
  }
  return value;
}

// A \u escape at raw[at] after the backslash; the pair of a surrogate is read with it.
bool unescape_unicode(std::string_view raw, std::size_t& at, std::string& text) {
  auto point = hex4(raw.substr(at + 1));
  if (!point) return false;
  at += 4;
  if (*point >= 0xD800 && *point < 0xDC00 && raw.substr(at + 1).starts_with("\\u")) {
    const auto low = hex4(raw.substr(at + 3));
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      point = 0x10000 + ((*point - 0xD800) << 10) + (*low - 0xDC00);
      at += 6;
    }
  }
  if (*point >= 0xD800 && *point < 0xE000) return false;
  append_utf8(text, *point);
  return true;
}

// Lower case, runs of white space as one blank, none at the ends.
void append_folded(std::string_view text, std::string& folded) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  bool gap = false;
  while (left > 0) {
    utf8proc_int32_t point = 0;
    utf8proc_ssize_t size = utf8proc_iterate(bytes, left, &point);
    if (size < 1 || point < 0) {  // not UTF-8: byte by byte
      size = 1;
      point = *bytes;
    }
    bytes += size;
    left -= size;
    if (point == ' ' || (point >= 9 && point <= 13) || point == 0xA0) {
      gap = !folded.empty();
      continue;
    }
    if (gap) folded += ' ';
    gap = false;
    append_utf8(folded, static_cast<std::uint32_t>(utf8proc_tolower(point)));
  }
}

void append_changed(std::string_view text, utf8proc_int32_t (*change)(utf8proc_int32_t),
                    std::string& result) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t size =
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    if (size < 1 || point < 0) {
      result += text[at++];
      continue;
    }
    append_utf8(result, static_cast<std::uint32_t>(change(point)));
    at += static_cast<std::size_t>(size);
  }
}

}  // namespace

std::int64_t characters(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += is_start(c);
  return count;
}

std::size_t byte_of(std::string_view text, std::size_t from, std::int64_t character) {
  std::size_t at = from;
  while (at < text.size() && character > 0) {
    ++at;
    while (at < text.size() && !is_start(text[at])) ++at;
    --character;
  }
  return at;
}

void append_upper(std::string_view text, std::string& result) {
  append_changed(text, utf8proc_toupper, result);
}

void append_lower(std::string_view text, std::string& result) {
  append_changed(text, utf8proc_tolower, result);
}

bool same_folded(std::string_view a, std::string_view b) {
  if (a == b) return true;
  std::string folded_a;
  std::string folded_b;
  append_folded(a, folded_a);
  append_folded(b, folded_b);
  return folded_a == folded_b;
}

bool unescape(std::string_view raw, bool lenient, std::string& text) {
  constexpr std::string_view kEscapes = "\\/'\"`fnrt";
  constexpr std::string_view kMeaning = "\\/'\"`\f\n\r\t";
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '\\') {
      text += raw[at];
      continue;
    }
    if (++at >= raw.size()) return false;
    if (raw[at] == 'u') {
      if (!unescape_unicode(raw, at, text)) return false;
      continue;
    }
    const std::size_t which = kEscapes.find(raw[at]);
    if (which == std::string_view::npos && !lenient) return false;
    text += which == std::string_view::npos ? raw[at] : kMeaning[which];
  }
  return true;
}

}  // namespace oncobridge::profiles::fhirpath
