#include "profiles/definition_words.h"

#include <algorithm>
#include <cstdint>

#include "oncobridge/fhir/json_document.h"

namespace oncobridge::profiles {
namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Four hexadecimal digits; 0xFFFFFFFF if they are not.
std::uint32_t hex4(std::string_view text) {
  if (text.size() < 4) return 0xFFFFFFFF;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      return 0xFFFFFFFF;
    }
    value = value << 4 | digit;
  }
  return value;
}

// The escape at the start of `text` (after the backslash); its length, 0 if it is none.
std::size_t append_escape(std::string& out, std::string_view text) {
  if (text.empty()) return 0;
  constexpr std::string_view kFrom = "\"\\/bfnrt";
  constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  if (const std::size_t at = kFrom.find(text[0]); at != std::string_view::npos) {
    out += kTo[at];
    return 1;
  }
  if (text[0] != 'u') return 0;
  std::uint32_t c = hex4(text.substr(1));
  if (c == 0xFFFFFFFF) return 0;
  std::size_t length = 5;
  if (c >= 0xD800 && c < 0xDC00 && text.substr(5, 2) == "\\u") {
    const std::uint32_t low = hex4(text.substr(7));
    if (low >= 0xDC00 && low < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      length = 11;
    }
  }
  append_utf8(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
  return length;
}

}  // namespace

void append_word(std::string& out, std::string_view text) {
  const auto is_bare = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '"' && c != '\\';
  };
  const bool bare = !text.empty() && std::string_view("+={[").find(text[0]) == text.npos &&
                    std::all_of(text.begin(), text.end(), is_bare);
  if (bare) {
    out += text;
  } else {
    append_json_string(out, text);
  }
}

void append_atom(std::string& out, std::string_view text) {
  const auto is_bare = [](char c) { return is_plain(c) && c != '='; };
  if (!text.empty() && text[0] != '+' && std::all_of(text.begin(), text.end(), is_bare)) {
    out += text;
  } else {
    append_json_string(out, text);
  }
}

void append_choice_suffix(std::string& out, std::string_view type) {
  if (type.empty()) return;
  out += type[0] >= 'a' && type[0] <= 'z' ? static_cast<char>(type[0] - 'a' + 'A') : type[0];
  out += type.substr(1);
}

std::string choice_type(std::string_view suffix) {
  static constexpr std::array<std::string_view, 20> kPrimitives = {
      "Base64Binary", "Boolean",   "Canonical", "Code",     "Date", "DateTime",    "Decimal",
      "Id",           "Instant",   "Integer",   "Markdown", "Oid",  "PositiveInt", "String",
      "Time",         "Integer64", "Uri",       "Url",      "Uuid", "UnsignedInt"};
  std::string type(suffix);
  if (std::find(kPrimitives.begin(), kPrimitives.end(), suffix) != kPrimitives.end()) {
    type[0] = static_cast<char>(type[0] - 'A' + 'a');
  }
  return type;
}

std::size_t json_length(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
      if (i >= text.size()) return 0;
      if (depth == 0) return i + 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return 0;
      if (--depth == 0) return i + 1;
    } else if (depth == 0) {
      // A number or a word.
      std::size_t end = text.find(' ', i);
      if (end == std::string_view::npos) end = text.size();
      return end;
    }
  }
  return 0;
}

bool append_decoded(std::string& out, std::string_view json_string) {
  if (json_string.size() < 2 || json_string.front() != '"' || json_string.back() != '"') {
    return false;
  }
  std::string_view rest = json_string.substr(1, json_string.size() - 2);
  while (!rest.empty()) {
    const std::size_t escape = rest.find('\\');
    if (escape == std::string_view::npos) break;
    out += rest.substr(0, escape);
    rest.remove_prefix(escape + 1);
    const std::size_t length = append_escape(out, rest);
    if (length == 0) return false;
    rest.remove_prefix(length);
  }
  out += rest;
  return true;
}

}  // namespace oncobridge::profiles
