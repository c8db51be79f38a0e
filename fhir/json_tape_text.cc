// Strings, numbers, words and comments of JSON for the tape.
#include <array>

#include "fhir/byte_scan.h"
#include "fhir/json_tape.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

// What an escape of one letter stands for; 0: no such escape.
constexpr std::array<char, 128> kEscapes = [] {
  std::array<char, 128> table{};
  table['"'] = '"';
  table['\\'] = '\\';
  table['/'] = '/';
  table['b'] = '\b';
  table['f'] = '\f';
  table['n'] = '\n';
  table['r'] = '\r';
  table['t'] = '\t';
  return table;
}();

// The value of `\uXXXX` whose backslash is at `at`, or -1.
std::int32_t unicode_escape(const char* at, const char* end) {
  if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
  std::int32_t code = 0;
  for (int i = 2; i < 6; ++i) {
    const char c = at[i];
    const int digit = is_digit(c)              ? c - '0'
                      : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                      : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                               : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

char* append_utf8(std::uint32_t code, char* to) {
  if (code < 0x80) {
    *to++ = static_cast<char>(code);
    return to;
  }
  if (code < 0x800) {
    *to++ = static_cast<char>(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      *to++ = static_cast<char>(0xE0 | code >> 12);
    } else {
      *to++ = static_cast<char>(0xF0 | code >> 18);
      *to++ = static_cast<char>(0x80 | (code >> 12 & 0x3F));
    }
    *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
  }
  *to++ = static_cast<char>(0x80 | (code & 0x3F));
  return to;
}

// Text that was meant as a number.
bool looks_like_number(std::string_view text) {
  for (const std::string_view word : {"NaN", "Infinity", "-Infinity", "+Infinity"}) {
    if (text == word) return true;
  }
  return text.find_first_not_of("+-.0123456789eE") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

// A plain name of any length; like plain_name().
JsonTapeReader::Named JsonTapeReader::medium_name(const char* at) const {
  const char* const begin = at + 1;
  bool beyond_ascii = false;
  const char* const stop = scan_json_string(begin, end_, beyond_ascii);
  const auto size = static_cast<std::size_t>(stop - begin);
  const bool plain = stop != end_ && *stop == '"' && !beyond_ascii && size > 0;
  if (!plain || *begin == '_' || size > limits_->max_text) return {};
  return {tape_->names_.intern({begin, size}), stop + 1};
}

char JsonTapeReader::next_slowly() {
  at_ = skip_json_space(at_, end_);
  while (at_ != end_ && *at_ == '/') {
    if (!comment()) break;
    at_ = skip_json_space(at_, end_);
  }
  return at_ == end_ ? '\0' : *at_;
}

// At a slash. False if it begins no comment, or one that does not end.
bool JsonTapeReader::comment() {
  const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
  if (!rest.starts_with("//") && !rest.starts_with("/*")) return false;
  fault("json-comment", at_, kNoNode, "JSON has no comments");
  comments_wait_ = true;
  const bool line = rest[1] == '/';
  std::size_t size = line ? rest.find('\n') : rest.find("*/", 2);
  if (size == std::string_view::npos) {
    if (!line) return fatal("json-syntax", at_, "A comment is not closed");
    size = rest.size();
  } else if (!line) {
    size += 2;
  }
  if (const std::size_t valid = valid_utf8_prefix(rest.substr(0, size)); valid != size) {
    return fatal("text-utf8", at_ + valid, "The document is not UTF-8");
  }
  at_ += size;
  return true;
}

#ifdef __SSE2__
namespace {

// Reads an escape, writes what it stands for and goes behind both; false: it is wrong, or a
// surrogate.
bool take_escape(const char*& at, const char* end, char*& to) {
  const auto letter = static_cast<unsigned char>(at[1]);
  if (letter < 128 && kEscapes[letter] != '\0') {
    *to++ = kEscapes[letter];
    at += 2;
    return true;
  }
  const std::int32_t code = unicode_escape(at, end);
  if (code < 0 || (code >= 0xD800 && code <= 0xDFFF)) return false;
  to = append_utf8(static_cast<std::uint32_t>(code), to);
  at += 6;
  return true;
}

// What is read and written at once beyond a place.
constexpr std::ptrdiff_t kWindow = 16;

}  // namespace
#endif

// Scans and resolves escapes in one pass: a string of UTF-8 that ends, with escapes that are right
// and no surrogates, and for which there is room. False: another string, and nothing has been told.
bool JsonTapeReader::string_with_escapes(const char* begin, const char* stop, bool beyond_ascii) {
#ifdef __SSE2__
  const auto plain = static_cast<std::size_t>(stop - begin);
  if (plain + kLeastRoom > static_cast<std::size_t>(room_end_ - room_)) {
    if (plain + kLeastRoom > kRoom) return false;
    room_ = static_cast<char*>(tape_->texts_.allocate(kRoom));
    room_end_ = room_ + kRoom;
  }
  char* const out = room_;
  std::memcpy(out, begin, plain);
  char* to = out + plain;
  const char* at = stop;
  __m128i seen = beyond_ascii ? _mm_set1_epi8(-1) : _mm_setzero_si128();
  // Nothing is written that is longer than what it was read from: one limit for both.
  const std::ptrdiff_t most = std::min(end_ - begin, room_end_ - out) - kWindow;
  const char* const last = begin + std::max<std::ptrdiff_t>(most, 0);
  while (at < last) {
    if (*at == '\\') {
      if (!take_escape(at, end_, to)) return false;
    } else if (*at == '"') {
      break;
    } else if (static_cast<unsigned char>(*at) < 0x20) {
      return false;
    }
    while (at < last) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
      seen = _mm_or_si128(seen, bytes);
      const std::uint32_t marks = json_string_marks(bytes);
      if (marks != 0) {
        at += std::countr_zero(marks);
        to += std::countr_zero(marks);
        break;
      }
      at += kWindow;
      to += kWindow;
    }
  }
  if (at >= last) return false;
  const std::string_view raw(begin, static_cast<std::size_t>(at - begin));
  if (raw.size() > limits_->max_text) return false;
  if (_mm_movemask_epi8(seen) != 0 && valid_utf8_prefix(raw) != raw.size()) return false;
  slow_text_ = {out, static_cast<std::uint32_t>(to - out), 0};
  room_ = to;
  at_ = at + 1;
  return true;
#else
  (void)begin, (void)stop, (void)beyond_ascii;
  return false;
#endif
}

// `stop` is the first byte that is not plain.
bool JsonTapeReader::string_slowly(const char* begin, const char* stop, bool beyond_ascii) {
  if (stop != end_ && *stop == '\\' && string_with_escapes(begin, stop, beyond_ascii)) return true;
  bool escapes = false;
  bool controls = false;
  while (stop != end_ && *stop != '"') {
    if (*stop == '\\') {
      escapes = true;
      ++stop;
      if (stop != end_ && (*stop == '"' || *stop == '\\')) ++stop;
    } else {
      if (!controls) {
        fault("json-control-character", stop, frames_.back().owner,
              "A control character in a string is not escaped");
      }
      controls = true;
      ++stop;
    }
    stop = scan_json_string(stop, end_, beyond_ascii);
  }
  if (stop == end_) return fatal("json-syntax", at_, "A string is not closed");
  const std::string_view raw(begin, static_cast<std::size_t>(stop - begin));
  if (raw.size() > limits_->max_text) {
    return fatal(
        "limit-text", at_,
        "A string is longer than " + std::to_string(limits_->max_text) + " bytes, the limit");
  }
  if (beyond_ascii) {
    if (const std::size_t valid = valid_utf8_prefix(raw); valid != raw.size()) {
      return fatal("text-utf8", begin + valid, "The document is not UTF-8");
    }
  }
  slow_text_ = {begin, static_cast<std::uint32_t>(raw.size()), 0};
  if (escapes) unescape(begin, stop, slow_text_);
  at_ = stop + 1;
  return true;
}

// No escape is shorter than what it stands for, also none that is wrong.
void JsonTapeReader::unescape(const char* begin, const char* end, Text& text) {
  // Sixteen bytes are copied together, so that many may be written in vain.
  const auto size = static_cast<std::size_t>(end - begin);
  char* const out = static_cast<char*>(tape_->texts_.allocate(size + 16));
  char* to = out;
  for (const char* at = begin; at != end;) {
    const auto left = static_cast<std::size_t>(end - at);
    std::size_t copied = left;
    if (static_cast<std::size_t>(end_ - at) >= left + 16) {
      copied = copy_to_backslash(at, left, to);
    } else {
      const void* const found = std::memchr(at, '\\', left);
      if (found != nullptr) copied = static_cast<std::size_t>(static_cast<const char*>(found) - at);
      std::memcpy(to, at, copied);
    }
    to += copied;
    at += copied;
    if (at == end) break;
    const auto letter = static_cast<unsigned char>(at[1]);
    if (letter < 128 && kEscapes[letter] != '\0') {
      *to++ = kEscapes[letter];
      at += 2;
    } else if (unicode_escape(at, end) >= 0) {
      to = unescape_unicode(at, end, to, text);
    } else {
      fault("json-escape", at, frames_.back().owner, "A backslash begins no escape of JSON");
      ++at;
    }
  }
  text.data = out;
  text.length = static_cast<std::uint32_t>(to - out);
}

char* JsonTapeReader::unescape_unicode(const char*& at, const char* end, char* to, Text& text) {
  const auto code = static_cast<std::uint32_t>(unicode_escape(at, end));
  if (code < 0xD800 || code > 0xDFFF) {
    at += 6;
    return append_utf8(code, to);
  }
  const std::int32_t low = unicode_escape(at + 6, end);
  if (code < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF) {
    at += 12;
    return append_utf8(0x10000 + ((code - 0xD800) << 10) + static_cast<std::uint32_t>(low - 0xDC00),
                       to);
  }
  fault("json-lone-surrogate", at, frames_.back().owner,
        "An escape is one half of a surrogate pair");
  text.flags |= kLoneSurrogate;
  at += 6;
  return append_utf8(0xFFFD, to);
}

bool JsonTapeReader::number(const Spot& spot) {
  const char* const stop = json_number_end(at_, end_);
  if (stop == nullptr || (stop != end_ && is_json_token_byte(*stop))) return unquoted(spot);
  const std::string_view text(at_, static_cast<std::size_t>(stop - at_));
  if (text.size() > limits_->max_text) {
    return fatal("limit-text", at_, "A number is longer than the limit");
  }
  at_ = stop;
  return put(spot, NodeKind::kNumber, text.data(),
             {text.data(), static_cast<std::uint32_t>(text.size()), 0}) != kNoNode;
}

bool JsonTapeReader::word(std::string_view word, NodeKind kind, const Spot& spot) {
  const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
  if (!rest.starts_with(word) ||
      (rest.size() > word.size() && is_json_token_byte(rest[word.size()]))) {
    return unquoted(spot);
  }
  const bool has_text = kind == NodeKind::kTrue || kind == NodeKind::kFalse;
  const Text text{has_text ? at_ : nullptr, has_text ? static_cast<std::uint32_t>(word.size()) : 0,
                  0};
  const char* const begin = at_;
  at_ += word.size();
  return put(spot, kind, begin, text) != kNoNode;
}

// A value without quotes that is neither number nor word.
bool JsonTapeReader::unquoted(const Spot& spot) {
  const char* const begin = at_;
  Text text;
  if (!token(text)) return unexpected();
  if (fatal_) return false;
  if (looks_like_number({text.data, text.length})) {
    text.flags = kMalformed;
    const NodeId id = put(spot, NodeKind::kNumber, begin, text);
    fault("json-number", begin, id, "A number is not written as JSON demands");
    return id != kNoNode;
  }
  const NodeId id = put(spot, NodeKind::kString, begin, text);
  if (id == kNoNode) return false;
  const bool in_list = frames_.back().close == ']';
  fault("json-unquoted", begin, in_list ? id : frames_.back().owner, "A string has no quotes");
  return true;
}

// The bytes up to the next white space or mark of JSON. False if there are none.
bool JsonTapeReader::token(Text& text) {
  const char* const begin = at_;
  const char* stop = begin;
  while (stop != end_ && is_json_token_byte(*stop)) ++stop;
  const std::string_view raw(begin, static_cast<std::size_t>(stop - begin));
  if (raw.empty()) return false;
  if (raw.size() > limits_->max_text) {
    fatal("limit-text", begin,
          "A string is longer than " + std::to_string(limits_->max_text) + " bytes, the limit");
  } else if (const std::size_t valid = valid_utf8_prefix(raw); valid != raw.size()) {
    fatal("text-utf8", begin + valid, "The document is not UTF-8");
  }
  text.data = begin;
  text.length = static_cast<std::uint32_t>(raw.size());
  at_ = stop;
  return true;
}

}  // namespace oncobridge
