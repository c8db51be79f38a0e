// The grammars of BCP 47 language tags and of MIME types (declared in primitive.h).
#include <array>
#include <cstddef>
#include <string_view>

#include "profiles/primitive.h"

namespace oncobridge::profiles {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

template <typename Predicate>
bool all_of(std::string_view text, Predicate predicate) {
  for (const char c : text) {
    if (!predicate(c)) return false;
  }
  return true;
}

bool same_word(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (lower(left[i]) != lower(right[i])) return false;
  }
  return true;
}

// Tags of RFC 5646 section 2.1 (irregular) that the grammar does not produce.
constexpr std::array<std::string_view, 17> kIrregular = {
    "en-GB-oed", "i-ami", "i-bnn",     "i-default", "i-enochian", "i-hak",
    "i-klingon", "i-lux", "i-mingo",   "i-navajo",  "i-pwn",      "i-tao",
    "i-tay",     "i-tsu", "sgn-BE-FR", "sgn-BE-NL", "sgn-CH-DE"};

// The subtags of a tag, one after the other.
class Subtags {
 public:
  explicit Subtags(std::string_view tag) : rest_(tag) { next(); }
  std::string_view now() const { return now_; }
  bool done() const { return done_; }
  bool broken() const {
    return broken_;
  }  // a subtag of no or more than 8 characters, or not alphanumeric
  void next() {
    if (ended_) {
      done_ = true;
      now_ = {};
      return;
    }
    const std::size_t hyphen = rest_.find('-');
    now_ = rest_.substr(0, hyphen);
    ended_ = hyphen == std::string_view::npos;
    rest_ = ended_ ? std::string_view() : rest_.substr(hyphen + 1);
    if (now_.empty() || now_.size() > 8 ||
        !all_of(now_, [](char c) { return is_alpha(c) || is_digit(c); })) {
      broken_ = true;
      done_ = true;
    }
  }

 private:
  std::string_view rest_;
  std::string_view now_;
  bool ended_ = false;
  bool done_ = false;
  bool broken_ = false;
};

bool is_alphas(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && all_of(text, is_alpha);
}

bool is_region(std::string_view text) {
  return is_alphas(text, 2, 2) || (text.size() == 3 && all_of(text, is_digit));
}

bool is_variant(std::string_view text) {
  return text.size() >= 5 || (text.size() == 4 && is_digit(text.front()));
}

// privateuse after its `x`: at least one subtag.
bool private_use(Subtags& tags) {
  tags.next();
  if (tags.done()) return false;
  while (!tags.done()) tags.next();
  return !tags.broken();
}

// token of RFC 2045 section 5.1, as far as RFC 6838 lets it stand in a name.
bool is_name(std::string_view text) {
  constexpr std::string_view kSigns = "!#$&-^_.+";
  return !text.empty() && text.size() <= 127 && all_of(text, [&](char c) {
    return is_alpha(c) || is_digit(c) || kSigns.find(c) != std::string_view::npos;
  });
}

constexpr std::array<std::string_view, 11> kTopLevel = {
    "application", "audio", "chemical",  "example", "font", "image",
    "message",     "model", "multipart", "text",    "video"};

bool is_top_level(std::string_view text) {
  for (const std::string_view known : kTopLevel) {
    if (same_word(text, known)) return true;
  }
  return text.size() > 2 && lower(text[0]) == 'x' && text[1] == '-' && is_name(text);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// `; name=value` or `; name="value"`, any number of times.
bool are_parameters(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(1);  // the semicolon
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || !is_name(trim(text.substr(0, equals)))) return false;
    text = text.substr(equals + 1);
    std::size_t end;
    if (!text.empty() && text.front() == '"') {
      const std::size_t quote = text.find('"', 1);
      if (quote == std::string_view::npos) return false;
      end = text.find(';', quote);
      if (!trim(text.substr(quote + 1, end == std::string_view::npos ? end : end - quote - 1))
               .empty()) {
        return false;
      }
    } else {
      end = text.find(';');
      const std::string_view value = trim(text.substr(0, end));
      if (value.empty() || value.find_first_of(" \"<>@,") != std::string_view::npos) return false;
    }
    text = end == std::string_view::npos ? std::string_view() : text.substr(end);
  }
  return true;
}

}  // namespace

bool is_bcp47(std::string_view text) {
  for (const std::string_view irregular : kIrregular) {
    if (same_word(text, irregular)) return true;
  }
  Subtags tags(text);
  if (same_word(tags.now(), "x")) return private_use(tags);
  if (!is_alphas(tags.now(), 2, 8)) return false;
  const bool may_extend = tags.now().size() <= 3;
  tags.next();
  for (int i = 0; may_extend && i < 3 && is_alphas(tags.now(), 3, 3); ++i) tags.next();
  if (is_alphas(tags.now(), 4, 4)) tags.next();
  if (is_region(tags.now())) tags.next();
  while (!tags.done() && is_variant(tags.now())) tags.next();
  while (!tags.done() && tags.now().size() == 1 && !same_word(tags.now(), "x")) {
    tags.next();
    if (tags.done() || tags.now().size() < 2) return false;
    while (!tags.done() && tags.now().size() >= 2) tags.next();
  }
  if (!tags.done() && same_word(tags.now(), "x")) return private_use(tags);
  return tags.done() && !tags.broken();
}

bool is_mime_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !is_top_level(text.substr(0, slash))) return false;
  const std::string_view rest = text.substr(slash + 1);
  const std::size_t semicolon = rest.find(';');
  if (!is_name(trim(rest.substr(0, semicolon)))) return false;
  return semicolon == std::string_view::npos || are_parameters(rest.substr(semicolon));
}

}  // namespace oncobridge::profiles
