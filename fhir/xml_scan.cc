#include "fhir/xml_scan.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace oncobridge {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_space(char c) { return kSpace.find(c) != std::string_view::npos; }

std::size_t skip_space(std::string_view source, std::size_t at) {
  return std::min(source.find_first_not_of(kSpace, at), source.size());
}

// Behind the next `mark`, or the end of the source.
std::size_t behind(std::string_view source, std::size_t at, std::string_view mark) {
  const std::size_t found = source.find(mark, at);
  return found == std::string_view::npos ? source.size() : found + mark.size();
}

// The offset behind the comment, section or instruction at `at`, which is no tag; 0 if it is a tag.
std::size_t behind_markup(std::string_view source, std::size_t at) {
  const std::string_view rest = source.substr(at);
  if (rest.starts_with("<!--")) return behind(source, at + 4, "-->");
  if (rest.starts_with("<![CDATA[")) return behind(source, at, "]]>");
  if (rest.starts_with("<?")) return behind(source, at, "?>");
  return 0;
}

// The '>' of the tag, which may also stand in the quotes of an attribute.
std::size_t tag_end(std::string_view source, std::size_t at) {
  while (true) {
    at = source.find_first_of(">\"'", at);
    if (at == std::string_view::npos) return source.size();
    if (source[at] == '>') return at;
    at = source.find(source[at], at + 1);
    if (at == std::string_view::npos) return source.size();
    ++at;
  }
}

struct Entity {
  std::string_view name;
  char character;
};
constexpr Entity kEntities[] = {
    {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};

bool is_xml_character(std::uint32_t code) {
  return code == 9 || code == 10 || code == 13 || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

char* append_utf8(std::uint32_t code, char* to) {
  const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return to;
}

// What `&name;` stands for; false if for nothing. The shortest, `&#9;`, is as long as the longest
// character.
bool resolve(std::string_view name, std::uint32_t& code) {
  for (const Entity& entity : kEntities) {
    if (name != entity.name) continue;
    code = static_cast<unsigned char>(entity.character);
    return true;
  }
  if (!name.starts_with('#')) return false;
  const bool hexadecimal = name.starts_with("#x");
  const char* const end = name.data() + name.size();
  const auto [stop, error] =
      std::from_chars(name.data() + (hexadecimal ? 2 : 1), end, code, hexadecimal ? 16 : 10);
  return error == std::errc() && stop == end && is_xml_character(code);
}

}  // namespace

void scan_attributes(std::string_view source, std::size_t start, std::vector<XmlAttribute>& found) {
  found.clear();
  std::size_t at = std::min(source.find_first_of(" \t\r\n/>", start), source.size());
  while (true) {
    at = skip_space(source, at);
    if (at == source.size() || source[at] == '>' || source[at] == '/') return;
    const std::size_t name_end = std::min(source.find_first_of(" \t\r\n=", at), source.size());
    const std::size_t equals = skip_space(source, name_end);
    const std::size_t quote = skip_space(source, std::min(equals + 1, source.size()));
    if (quote >= source.size()) return;
    const std::size_t close = source.find(source[quote], quote + 1);
    if (close == std::string_view::npos) return;
    found.push_back({source.substr(at, name_end - at), source.substr(quote + 1, close - quote - 1),
                     static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(quote)});
    at = close + 1;
  }
}

std::size_t xml_element_end(std::string_view source, std::size_t start) {
  std::size_t depth = 0;
  std::size_t at = start;
  while (true) {
    at = source.find('<', at);
    if (at == std::string_view::npos) return source.size();
    if (const std::size_t next = behind_markup(source, at); next != 0) {
      at = next;
    } else {
      const bool closes = source.substr(at).starts_with("</");
      at = tag_end(source, at);
      if (at == source.size()) return at;
      const bool empty = !closes && source[at - 1] == '/';
      ++at;
      if (!closes && !empty) ++depth;
      if (closes && depth > 0) --depth;
      if (depth == 0) return at;
    }
  }
}

XmlDecoded decode_xml_attribute(std::string_view raw, char* out) {
  XmlDecoded decoded;
  char* to = out;
  for (std::size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    if (c != '&') {
      // A line end of two characters is one (XML 1.0 section 2.11).
      if (c != '\r' || i + 1 == raw.size() || raw[i + 1] != '\n') *to++ = is_space(c) ? ' ' : c;
      ++i;
      continue;
    }
    constexpr std::size_t kLongest = 12;  // of a reference; more zeros are nobody's
    const std::size_t semicolon = raw.substr(i, kLongest).find(';');
    std::uint32_t code = 0;
    if (semicolon != std::string_view::npos && resolve(raw.substr(i + 1, semicolon - 1), code)) {
      to = append_utf8(code, to);
      i += semicolon + 1;
      continue;
    }
    decoded.fault = std::min(decoded.fault, i);
    *to++ = c;
    ++i;
  }
  decoded.length = static_cast<std::uint32_t>(to - out);
  return decoded;
}

bool is_plain_xml_attribute(std::string_view raw) {
  return raw.find_first_of("&\t\r\n") == std::string_view::npos;
}

std::size_t find_forbidden_xml_character(std::string_view source) {
  for (std::size_t i = 0; i < source.size(); ++i) {
    const auto c = static_cast<unsigned char>(source[i]);
    if (c < 0x20 && !is_space(source[i])) return i;
    // U+FFFE and U+FFFF
    if (c == 0xEF &&
        (source.substr(i + 1, 2) == "\xBF\xBE" || source.substr(i + 1, 2) == "\xBF\xBF")) {
      return i;
    }
  }
  return std::string_view::npos;
}

namespace {

// Names as the parser takes them.
bool is_xml_name(std::string_view name) {
  const auto starts = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  if (name.empty() || !starts(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return starts(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

// What stands beside tags: comments without `--`, sections, and text; no instructions.
bool is_xml_content(std::string_view text) {
  if (text.starts_with("<!--")) {
    return text.size() >= 7 && text.ends_with("-->") && text.find("--", 4) == text.size() - 3;
  }
  if (text.starts_with("<![CDATA[")) return text.ends_with("]]>");
  return !text.starts_with("<") && text.find("]]>") == std::string_view::npos;
}

bool are_xml_attributes(std::string_view text) {
  while (true) {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return true;
    const std::size_t name_end = std::min(text.find_first_of(" \t\r\n=", begin), text.size());
    if (begin == 0 || !is_xml_name(text.substr(begin, name_end - begin))) return false;
    const std::size_t equals = text.find_first_not_of(kSpace, name_end);
    if (equals == std::string_view::npos || text[equals] != '=') return false;
    const std::size_t quote = text.find_first_not_of(kSpace, equals + 1);
    if (quote == std::string_view::npos || (text[quote] != '"' && text[quote] != '\''))
      return false;
    const std::size_t close = text.find(text[quote], quote + 1);
    if (close == std::string_view::npos) return false;
    if (text.substr(quote, close - quote).find('<') != std::string_view::npos) return false;
    text.remove_prefix(close + 1);
  }
}

}  // namespace

bool is_xml_element(std::string_view text) {
  if (find_forbidden_xml_character(text) != std::string_view::npos) return false;
  std::vector<std::string_view> open;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next =
        text[at] == '<' ? behind_markup(text, at) : std::min(text.find('<', at), text.size());
    if (next != 0) {
      if (open.empty() || !is_xml_content(text.substr(at, next - at))) return false;
      at = next;
      continue;
    }
    const std::size_t end = tag_end(text, at);
    if (end == text.size()) return false;
    std::string_view tag = text.substr(at + 1, end - at - 1);
    at = end + 1;
    const bool closes = tag.starts_with('/');
    const bool empty = !closes && tag.ends_with('/');
    if (closes) tag.remove_prefix(1);
    if (empty) tag.remove_suffix(1);
    const std::string_view name = tag.substr(0, tag.find_first_of(kSpace));
    if (!is_xml_name(name)) return false;
    tag.remove_prefix(name.size());
    if (closes) {
      if (open.empty() || open.back() != name) return false;
      if (tag.find_first_not_of(kSpace) != std::string_view::npos) return false;
      open.pop_back();
    } else if (!are_xml_attributes(tag)) {
      return false;
    } else if (!empty) {
      open.push_back(name);
    }
    if (open.empty()) return at == text.size();
  }
  return false;
}

void append_with_line_feeds(std::string_view text, std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\r', at), text.size());
    out.append(text, at, end - at);
    if (end == text.size()) return;
    out += '\n';
    at = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
}

namespace {

std::string_view declared(std::string_view source, std::string_view what) {
  if (!source.starts_with("<?xml") || source.size() < 6 || !is_space(source[5])) return {};
  const std::string_view declaration = source.substr(0, source.find("?>"));
  std::size_t at = declaration.find(what);
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const std::size_t end = declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos) return {};
  return declaration.substr(at + 1, end - at - 1);
}

}  // namespace

std::string_view declared_xml_version(std::string_view source) {
  return declared(source, "version");
}
std::string_view declared_xml_encoding(std::string_view source) {
  return declared(source, "encoding");
}

namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kXmlSpace = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view kXmlnsSpace = "http://www.w3.org/2000/xmlns/";

// What a declaration says under `name`, which is taken off `text`; false if it is something else.
bool take_declared(std::string_view& text, std::string_view name, std::string_view& value) {
  std::string_view rest = text.substr(skip_space(text, 0));
  if (rest.size() == text.size() || !rest.starts_with(name)) return false;
  rest.remove_prefix(skip_space(rest, name.size()));
  if (!rest.starts_with('=')) return false;
  rest.remove_prefix(skip_space(rest, 1));
  if (!rest.starts_with('"') && !rest.starts_with('\'')) return false;
  const std::size_t close = rest.find(rest[0], 1);
  if (close == std::string_view::npos) return false;
  value = rest.substr(1, close - 1);
  text = rest.substr(close + 1);
  return true;
}

bool is_version(std::string_view text) {
  return text.size() > 2 && text.starts_with("1.") &&
         text.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

bool is_encoding(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

bool is_xml_declaration(std::string_view text) {
  if (!text.starts_with("<?xml") || !text.ends_with("?>") || text.size() < 7) return false;
  text = text.substr(5, text.size() - 7);
  std::string_view value;
  if (!take_declared(text, "version", value) || !is_version(value)) return false;
  if (take_declared(text, "encoding", value) && !is_encoding(value)) return false;
  if (take_declared(text, "standalone", value) && value != "yes" && value != "no") return false;
  return skip_space(text, 0) == text.size();
}

bool is_xml_instruction(std::string_view text) {
  if (!text.starts_with("<?") || !text.ends_with("?>") || text.size() < 4) return false;
  text = text.substr(2, text.size() - 4);
  const std::string_view target = text.substr(0, text.find_first_of(kSpace));
  if (!is_xml_name(target)) return false;
  return target.size() != 3 || (target[0] | 0x20) != 'x' || (target[1] | 0x20) != 'm' ||
         (target[2] | 0x20) != 'l';
}

std::size_t find_broken_instruction(std::string_view source) {
  const std::size_t start = source.starts_with(kMark) ? kMark.size() : 0;
  std::size_t at = start;
  const std::string_view begin = source.substr(start, 6);
  if (begin.starts_with("<?xml") && (begin.size() < 6 || begin[5] == '?' || is_space(begin[5]))) {
    at = behind(source, start, "?>");
    if (!is_xml_declaration(source.substr(start, at - start))) return start;
  }
  // Nearly no document has another, and then its tags need not be gone through.
  if (source.find("<?", at) == std::string_view::npos) return std::string_view::npos;
  while (true) {
    at = source.find('<', at);
    if (at == std::string_view::npos) return at;
    const std::size_t next = behind_markup(source, at);
    const bool instruction = next != 0 && source[at + 1] == '?';
    if (instruction && !is_xml_instruction(source.substr(at, next - at))) return at;
    at = next != 0 ? next : tag_end(source, at);
  }
}

bool may_bind_prefix(std::string_view prefix, std::string_view uri) {
  return prefix != "xmlns" && uri != kXmlnsSpace && (prefix == "xml") == (uri == kXmlSpace);
}

}  // namespace oncobridge
