#include "converters/readers/text_rules.h"

#include <algorithm>

namespace oncobridge {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool is_case_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && (is_letter(text[0]) || is_digit(text[0])) &&
         all(text, [](char c) {
           return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == ':' || c == '/' ||
                  c == '-';
         });
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size() || !is_letter(text[0]))
    return false;
  return all(text.substr(0, colon),
             [](char c) {
               return is_letter(c) || is_digit(c) || c == '+' || c == '.' || c == '-';
             }) &&
         all(text.substr(colon + 1), [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_tnm(std::string_view text) {
  return text.size() <= 60 && all(text, [](char c) {
           return is_letter(c) || is_digit(c) ||
                  std::string_view("()+., /-").find(c) != std::string_view::npos;
         });
}

bool is_language(std::string_view text) {
  std::size_t part = 0;
  while (!text.empty()) {
    const std::size_t dash = std::min(text.find('-'), text.size());
    const std::string_view tag = text.substr(0, dash);
    const bool sound = part == 0 ? tag.size() >= 2 && tag.size() <= 3 &&
                                       all(tag, [](char c) { return c >= 'a' && c <= 'z'; })
                                 : tag.size() >= 2 && tag.size() <= 8 &&
                                       all(tag, [](char c) { return is_letter(c) || is_digit(c); });
    if (!sound || dash + 1 == text.size()) return false;
    text.remove_prefix(std::min(dash + 1, text.size()));
    ++part;
  }
  return part > 0;
}

}  // namespace

std::string_view broken_text_rule(TextRule rule, std::string_view text) {
  switch (rule) {
    case TextRule::any:
      return {};
    case TextRule::case_id:
      return is_case_id(text) ? std::string_view{}
                              : "must be 1 to 128 letters, digits and . _ : / -, beginning with a "
                                "letter or digit";
    case TextRule::uri:
      return is_uri(text) ? std::string_view{} : "must be an absolute URI";
    case TextRule::tnm:
      return is_tnm(text)
                 ? std::string_view{}
                 : "must be a TNM string: letters, digits, ( ) + . , / - and blanks, at most 60";
    case TextRule::language:
      return is_language(text) ? std::string_view{} : "must be a BCP 47 language tag";
  }
  return {};
}

std::string_view text_rule_pattern(TextRule rule) {
  switch (rule) {
    case TextRule::any:
      return kStringPattern;
    case TextRule::case_id:
      return "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$(?!\\n)";
    case TextRule::uri:
      return "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$(?!\\n)";
    case TextRule::tnm:
      return "^[A-Za-z0-9()+., /-]*[A-Za-z0-9()+.,/-][A-Za-z0-9()+., /-]*$(?!\\n)";
    case TextRule::language:
      return "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\\n)";
  }
  return kStringPattern;
}

std::string_view broken_string_rule(std::string_view text, std::size_t max_characters) {
  bool blank = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ') {
      blank = false;
    } else if (byte < ' ' && c != '\t' && c != '\n' && c != '\r') {
      return "must not contain control characters";
    }
  }
  if (blank) return "must not be empty or only white space";
  if (text.size() > max_characters) {
    const auto characters =
        static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
          return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        }));
    if (characters > max_characters) return "is longer than 100000 characters";
  }
  return {};
}

bool names_shape(std::string_view targets, std::string_view shape) {
  while (!targets.empty()) {
    const std::size_t comma = std::min(targets.find(','), targets.size());
    if (targets.substr(0, comma) == shape) return true;
    targets.remove_prefix(std::min(comma + 1, targets.size()));
  }
  return false;
}

}  // namespace oncobridge
