// The grammar of UCUM: one pass over a unit that tells a sink its numbers and symbols, without
// recursion and without allocation. For ucum.cc only.
//
//   term      = ["/"] component { ("." | "/") component }
//   component = (symbol [exponent] | number | "(" term ")") ["{" text "}"] | "{" text "}"
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace oncobridge::profiles::unit_grammar {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of the symbol or number at `begin`: brackets hold whatever they hold.
inline std::size_t token_end(std::string_view text, std::size_t begin) {
  bool in_brackets = false;
  std::size_t end = begin;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (c == '[') in_brackets = true;
    if (c == ']') in_brackets = false;
    if (in_brackets) continue;
    if (c == '.' || c == '/' || c == '(' || c == ')' || c == '{' || c == '}') break;
    if (static_cast<unsigned char>(c) <= ' ') break;
  }
  return end;
}

// Splits `m-2` into `m` and `-2`; a number has no symbol.
struct Token {
  std::string_view symbol;
  std::string_view exponent;
};
inline Token split_token(std::string_view token) {
  std::size_t end = token.size();
  while (end > 0 && is_digit(token[end - 1])) --end;
  if (end > 0 && end < token.size() && (token[end - 1] == '+' || token[end - 1] == '-')) --end;
  return {token.substr(0, end), token.substr(end)};
}

// The offset after the annotation at `begin`, or npos if it is not closed or not ASCII. Blanks are
// let pass: HL7's own common units have `%{Negative Control}`.
inline std::size_t annotation_end(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '}') return i + 1;
    if (c == '{' || c < ' ' || c > '~') break;
  }
  return std::string_view::npos;
}

inline bool read_exponent(std::string_view text, std::int32_t& exponent) {
  exponent = 1;
  if (text.empty()) return true;
  if (text[0] == '+') text.remove_prefix(1);
  if (text.size() - (text[0] == '-' ? 1 : 0) > 3) return false;
  return std::from_chars(text.data(), text.data() + text.size(), exponent).ec == std::errc();
}

}  // namespace oncobridge::profiles::unit_grammar
