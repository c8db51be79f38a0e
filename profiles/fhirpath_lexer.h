// Words and signs of a FHIRPath expression. A token's text is a view into the source.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncobridge::profiles::fhirpath {

enum class Token : std::uint8_t {
  kEnd,
  kIdentifier,  // text without backticks; may hold escapes if delimited
  kDelimited,   // `div`, text between the backticks
  kString,      // text between the quotes, escapes unresolved
  kInteger,
  kDecimal,
  kDate,      // text without @
  kDateTime,  // without @, with T
  kTime,      // without @T
  kSpecial,   // $this, $index, $total: text without $
  kVariable,  // %: the name follows as an identifier, delimited or string
  kSign,      // text is the sign: `(`, `<=`, `!~`
  kFault,     // text is what cannot be read
};

struct Lexeme {
  Token token = Token::kEnd;
  std::string_view text;
  std::uint32_t place = 0;  // offset in the source
  bool is(std::string_view sign) const { return token == Token::kSign && text == sign; }
  bool is_word(std::string_view word) const { return token == Token::kIdentifier && text == word; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}
  Lexeme next();

 private:
  bool skip_space();  // false: a comment that does not end
  Lexeme make(Token token, std::size_t from, std::size_t to);
  Lexeme quoted(Token token, char quote);
  Lexeme number();
  Lexeme date();
  bool time(std::size_t& at) const;
  bool digits(std::size_t& at, std::size_t count) const;
  char peek(std::size_t at) const { return at < source_.size() ? source_[at] : '\0'; }

  std::string_view source_;
  std::size_t at_ = 0;
};

}  // namespace oncobridge::profiles::fhirpath
