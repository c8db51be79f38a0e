#include "profiles/fhirpath_lexer.h"

#include <array>

namespace oncobridge::profiles::fhirpath {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

Lexeme Lexer::make(Token token, std::size_t from, std::size_t to) {
  return {token, source_.substr(from, to - from), static_cast<std::uint32_t>(from)};
}

bool Lexer::skip_space() {
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else if (c == '/' && peek(at_ + 1) == '/') {
      const std::size_t end = source_.find('\n', at_);
      at_ = end == std::string_view::npos ? source_.size() : end;
    } else if (c == '/' && peek(at_ + 1) == '*') {
      const std::size_t end = source_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return false;
      at_ = end + 2;
    } else {
      return true;
    }
  }
  return true;
}

Lexeme Lexer::next() {
  if (!skip_space()) return make(Token::kFault, at_, source_.size());
  if (at_ >= source_.size()) return make(Token::kEnd, source_.size(), source_.size());
  const std::size_t from = at_;
  const char c = source_[at_];
  if (is_letter(c)) {
    while (is_letter(peek(at_)) || is_digit(peek(at_))) ++at_;
    return make(Token::kIdentifier, from, at_);
  }
  if (is_digit(c)) return number();
  switch (c) {
    case '\'':
      return quoted(Token::kString, '\'');
    case '"':  // strings of FHIRPath before 1.0, which old definitions still use
      return quoted(Token::kString, '"');
    case '`':
      return quoted(Token::kDelimited, '`');
    case '@':
      return date();
    case '$':
      ++at_;
      while (is_letter(peek(at_))) ++at_;
      return {Token::kSpecial, source_.substr(from + 1, at_ - from - 1),
              static_cast<std::uint32_t>(from)};
    case '%':
      ++at_;
      return make(Token::kVariable, from, at_);
    default:
      break;
  }
  constexpr std::array<std::string_view, 22> kSigns = {"<=", ">=", "!=", "!~", "<", ">", "=", "~",
                                                       "(",  ")",  "[",  "]",  "{", "}", ".", ",",
                                                       "+",  "-",  "*",  "/",  "|", "&"};
  for (const std::string_view sign : kSigns) {
    if (source_.substr(at_).starts_with(sign)) {
      at_ += sign.size();
      return make(Token::kSign, from, at_);
    }
  }
  return make(Token::kFault, from, from + 1);
}

Lexeme Lexer::quoted(Token token, char quote) {
  const std::size_t from = at_;
  for (std::size_t at = at_ + 1; at < source_.size(); ++at) {
    if (source_[at] == '\\') {
      ++at;
    } else if (source_[at] == quote) {
      at_ = at + 1;
      return {token, source_.substr(from + 1, at - from - 1), static_cast<std::uint32_t>(from)};
    }
  }
  return make(Token::kFault, from, source_.size());
}

Lexeme Lexer::number() {
  const std::size_t from = at_;
  while (is_digit(peek(at_))) ++at_;
  if (peek(at_) != '.' || !is_digit(peek(at_ + 1))) return make(Token::kInteger, from, at_);
  ++at_;
  while (is_digit(peek(at_))) ++at_;
  return make(Token::kDecimal, from, at_);
}

bool Lexer::digits(std::size_t& at, std::size_t count) const {
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(peek(at + i))) return false;
  }
  at += count;
  return true;
}

// hh, hh:mm, hh:mm:ss, hh:mm:ss.f
bool Lexer::time(std::size_t& at) const {
  if (!digits(at, 2)) return false;
  for (int part = 0; part < 2; ++part) {
    if (peek(at) != ':') return true;
    ++at;
    if (!digits(at, 2)) return false;
  }
  if (peek(at) == '.' && is_digit(peek(at + 1))) {
    ++at;
    while (is_digit(peek(at))) ++at;
  }
  return true;
}

Lexeme Lexer::date() {
  const std::size_t from = at_;
  std::size_t at = at_ + 1;
  const auto fail = [&] { return make(Token::kFault, from, at); };
  if (peek(at) == 'T') {
    const std::size_t start = ++at;
    // A time of day has no zone.
    if (!time(at) || peek(at) == 'Z' || peek(at) == '+') return fail();
    at_ = at;
    return {Token::kTime, source_.substr(start, at - start), static_cast<std::uint32_t>(from)};
  }
  const std::size_t start = at;
  if (!digits(at, 4)) return fail();
  for (int part = 0; part < 2 && peek(at) == '-' && is_digit(peek(at + 1)); ++part) {
    ++at;
    if (!digits(at, 2)) return fail();
  }
  Token token = Token::kDate;
  if (peek(at) == 'T') {
    token = Token::kDateTime;
    ++at;
    if (is_digit(peek(at))) {
      if (!time(at)) return fail();
      if (peek(at) == 'Z') {
        ++at;
      } else if ((peek(at) == '+' || peek(at) == '-') && is_digit(peek(at + 1))) {
        ++at;
        if (!digits(at, 2) || peek(at++) != ':' || !digits(at, 2)) return fail();
      }
    }
  }
  at_ = at;
  return {token, source_.substr(start, at - start), static_cast<std::uint32_t>(from)};
}

}  // namespace oncobridge::profiles::fhirpath
