// encode(), decode(), escape(), unescape().
#include <array>
#include <cstdio>

#include "profiles/fhirpath_functions.h"
#include "profiles/fhirpath_text.h"

namespace oncobridge::profiles::fhirpath {
namespace {

using Got = Evaluator::Got;

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789abcdef";

void encode_base64(std::string_view text, std::string_view alphabet, std::string& result) {
  for (std::size_t at = 0; at < text.size(); at += 3) {
    const std::string_view part = text.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      result += i <= part.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
}

bool decode_base64(std::string_view text, std::string_view alphabet, std::string& result) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    have += 6;
    if (have >= 8) result += static_cast<char>(bits >> (have -= 8) & 0xFF);
  }
  return text.size() % 4 != 1;
}

void encode_hex(std::string_view text, std::string& result) {
  for (const char c : text) {
    result += kHex[static_cast<unsigned char>(c) >> 4];
    result += kHex[static_cast<unsigned char>(c) & 15];
  }
}

bool decode_hex(std::string_view text, std::string& result) {
  if (text.size() % 2 != 0) return false;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    unsigned value = 0;
    for (const char c : text.substr(at, 2)) {
      const std::size_t digit = kHex.find(c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c);
      if (digit == std::string_view::npos) return false;
      value = value << 4 | static_cast<unsigned>(digit);
    }
    result += static_cast<char>(value);
  }
  return true;
}

constexpr std::array<std::pair<char, std::string_view>, 5> kHtml = {
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}};

void escape_html(std::string_view text, std::string& result) {
  for (const char c : text) {
    std::string_view entity;
    for (const auto& [plain, escaped] : kHtml) {
      if (c == plain) entity = escaped;
    }
    entity.empty() ? result += c : result += entity;
  }
}

void unescape_html(std::string_view text, std::string& result) {
  for (std::size_t at = 0; at < text.size();) {
    bool found = false;
    for (const auto& [plain, escaped] : kHtml) {
      if (found || !text.substr(at).starts_with(escaped)) continue;
      result += plain;
      at += escaped.size();
      found = true;
    }
    if (!found) result += text[at++];
  }
}

void escape_json(std::string_view text, std::string& result) {
  constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
  constexpr std::string_view kEscaped = "\"\\bfnrt";
  for (const char c : text) {
    const std::size_t which = kPlain.find(c);
    if (which != std::string_view::npos) {
      result += '\\';
      result += kEscaped[which];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> buffer;
      std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(c));
      result += buffer.data();
    } else {
      result += c;
    }
  }
}

// What each format does; false: the text is not of that format.
bool encode(std::string_view text, std::string_view format, std::string& result) {
  if (format == "hex") encode_hex(text, result);
  if (format == "base64") encode_base64(text, kBase64, result);
  if (format == "urlbase64") encode_base64(text, kUrlBase64, result);
  return format == "hex" || format == "base64" || format == "urlbase64";
}

bool decode(std::string_view text, std::string_view format, std::string& result) {
  if (format == "hex") return decode_hex(text, result);
  if (format == "base64") return decode_base64(text, kBase64, result);
  return format == "urlbase64" && decode_base64(text, kUrlBase64, result);
}

bool escape(std::string_view text, std::string_view format, std::string& result) {
  if (format == "html") escape_html(text, result);
  if (format == "json") escape_json(text, result);
  return format == "html" || format == "json";
}

bool unescape_text(std::string_view text, std::string_view format, std::string& result) {
  if (format == "html") unescape_html(text, result);
  if (format == "json") return unescape(text, false, result);
  return format == "html";
}

using Coder = bool (*)(std::string_view, std::string_view, std::string&);

Flow code(Coder coder, Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  std::string_view text;
  std::string_view format;
  const Got got = evaluator.one_string(call.left, scope, text);
  if (got == Got::kFault) return Flow::kFault;
  const Got other = evaluator.one_string(&call.argument(0), scope, format);
  if (other == Got::kFault) return Flow::kFault;
  if (got == Got::kNone || other == Got::kNone) return Flow::kGo;
  std::string& result = evaluator.scratch();
  result.clear();
  return coder(text, format, result) ? out(Item::of(evaluator.keep(result))) : Flow::kGo;
}

}  // namespace

Flow run_encode(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return code(encode, evaluator, call, scope, out);
}
Flow run_decode(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return code(decode, evaluator, call, scope, out);
}
Flow run_escape(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return code(escape, evaluator, call, scope, out);
}
Flow run_unescape(Evaluator& evaluator, const Expr& call, const Scope& scope, Sink out) {
  return code(unescape_text, evaluator, call, scope, out);
}

}  // namespace oncobridge::profiles::fhirpath
