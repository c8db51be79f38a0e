#include "oncobridge/fhir/json_document.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace oncobridge {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Four hex digits at p, already checked by the parser.
uint32_t hex4(const char* p) {
  uint32_t code = 0;
  for (int i = 0; i < 4; ++i) code = code << 4 | static_cast<uint32_t>(hex_digit(p[i]));
  return code;
}

// The inside of a string literal that the parser has accepted.
std::string unescape(std::string_view inside) {
  static constexpr std::string_view kNames = "bfnrt";
  static constexpr std::string_view kValues = "\b\f\n\r\t";
  std::string out;
  out.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      out += inside[i];
      continue;
    }
    const char c = inside[++i];
    if (c != 'u') {
      const std::size_t at = kNames.find(c);
      out += at == std::string_view::npos ? c : kValues[at];
      continue;
    }
    uint32_t code = hex4(inside.data() + i + 1);
    i += 4;
    if (code >= 0xD800 && code < 0xDC00) {
      code = 0x10000 + ((code - 0xD800) << 10) + (hex4(inside.data() + i + 3) - 0xDC00);
      i += 6;
    }
    append_utf8(out, code);
  }
  return out;
}

// Bytes of the well-formed UTF-8 sequence at text[at], 0 if it is not one (Unicode table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

// Recursive descent; the depth limit bounds the recursion.
class JsonParser {
 public:
  JsonParser(JsonDocument& document, const JsonLimits& limits)
      : document_(document), text_(document.text_), limits_(limits) {}

  bool run() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") return fail("a byte-order mark is not JSON");
    skip_space();
    if (!value(0, 0, false, 0)) return false;
    skip_space();
    return at_ == text_.size() || fail("text after the end of the JSON value");
  }

  JsonFault fault() const {
    JsonFault fault{at_, 1, 1, reason_};
    const std::string_view before = text_.substr(0, at_);
    fault.line += static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t newline = before.rfind('\n');
    fault.column += newline == std::string_view::npos ? at_ : at_ - newline - 1;
    return fault;
  }

 private:
  using Node = JsonDocument::Node;

  bool fail(const char* reason) {
    reason_ = at_ >= text_.size() ? std::string("the text ends too early: ") + reason : reason;
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  bool value(uint32_t key_begin, uint32_t key_end, bool key_escaped, unsigned depth) {
    if (document_.nodes_.size() >= limits_.max_nodes) return fail("too many values");
    const std::size_t index = document_.nodes_.size();
    document_.nodes_.push_back({static_cast<uint32_t>(at_), 0, key_begin, key_end, 0,
                                JsonKind::kNull, false, key_escaped});
    bool escaped = false;
    JsonKind kind = JsonKind::kNull;
    bool good = false;
    switch (peek()) {
      case '{':
        kind = JsonKind::kObject;
        good = object(index, depth);
        break;
      case '[':
        kind = JsonKind::kArray;
        good = array(depth);
        break;
      case '"':
        kind = JsonKind::kString;
        good = string(escaped);
        break;
      case 't':
        kind = JsonKind::kTrue;
        good = word("true");
        break;
      case 'f':
        kind = JsonKind::kFalse;
        good = word("false");
        break;
      case 'n':
        kind = JsonKind::kNull;
        good = word("null");
        break;
      default:
        kind = JsonKind::kNumber;
        good = number();
        break;
    }
    Node& node = document_.nodes_[index];
    node.kind = kind;
    node.escaped = escaped;
    node.end = static_cast<uint32_t>(at_);
    return good;
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return fail("expected a value");
    at_ += expected.size();
    return true;
  }

  bool digits() {
    if (!is_digit(peek())) return fail("expected a digit");
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool number() {
    if (peek() != '-' && !is_digit(peek())) return fail("expected a value");
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
      if (is_digit(peek())) return fail("a number must not begin with 0");
    } else if (!digits()) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  bool string(bool& escaped) {
    ++at_;
    while (at_ < text_.size()) {
      const unsigned char c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        escaped = true;
        if (!escape()) return false;
      } else if (c < 0x20) {
        return fail("a control character in a string must be escaped");
      } else if (c < 0x80) {
        ++at_;
      } else {
        const std::size_t length = utf8_length(text_, at_);
        if (length == 0) return fail("invalid UTF-8");
        at_ += length;
      }
    }
    return fail("a string is not closed");
  }

  bool escape() {
    ++at_;
    const char c = peek();
    if (c == 'u') {
      uint32_t code = 0;
      if (!unicode_escape(code)) return false;
      if (code >= 0xDC00 && code < 0xE000) return fail("a lone surrogate");
      if (code < 0xD800 || code >= 0xDC00) return true;
      if (peek() != '\\') return fail("a lone surrogate");
      ++at_;
      if (peek() != 'u') return fail("a lone surrogate");
      if (!unicode_escape(code)) return false;
      return (code >= 0xDC00 && code < 0xE000) || fail("a lone surrogate");
    }
    if (c == '\0' || std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) {
      return fail("an unknown escape");
    }
    ++at_;
    return true;
  }

  bool unicode_escape(uint32_t& code) {
    ++at_;
    for (int i = 0; i < 4; ++i) {
      if (hex_digit(peek()) < 0) return fail("expected four hex digits");
      ++at_;
    }
    code = hex4(text_.data() + at_ - 4);
    return true;
  }

  bool array(unsigned depth) {
    if (depth >= limits_.max_depth) return fail("nested too deeply");
    ++at_;
    skip_space();
    if (peek() == ']') return ++at_, true;
    std::size_t previous = 0;
    while (true) {
      link(previous);
      if (!value(0, 0, false, depth + 1)) return false;
      skip_space();
      if (peek() == ']') return ++at_, true;
      if (peek() != ',') return fail("expected , or ]");
      ++at_;
      skip_space();
    }
  }

  bool object(std::size_t index, unsigned depth) {
    if (depth >= limits_.max_depth) return fail("nested too deeply");
    ++at_;
    skip_space();
    if (peek() == '}') return ++at_, true;
    std::size_t previous = 0;
    while (true) {
      if (peek() != '"') return fail("expected a member name");
      const std::size_t key_begin = at_ + 1;
      bool key_escaped = false;
      if (!string(key_escaped)) return false;
      const std::size_t key_end = at_ - 1;
      skip_space();
      if (peek() != ':') return fail("expected :");
      ++at_;
      skip_space();
      link(previous);
      if (!value(static_cast<uint32_t>(key_begin), static_cast<uint32_t>(key_end), key_escaped,
                 depth + 1)) {
        return false;
      }
      skip_space();
      if (peek() == '}') break;
      if (peek() != ',') return fail("expected , or }");
      ++at_;
      skip_space();
    }
    ++at_;
    return names_differ(index);
  }

  // The node about to be made follows the node `previous` (0: it is the first child).
  void link(std::size_t& previous) {
    const std::size_t next = document_.nodes_.size();
    if (previous != 0) document_.nodes_[previous].next = static_cast<uint32_t>(next);
    previous = next;
  }

  // RFC 8259 leaves equal names to chance: readers differ on which one counts.
  bool names_differ(std::size_t index) {
    std::deque<std::string> unescaped;
    std::vector<std::string_view> names;
    for (std::size_t child = index + 1; child != 0; child = document_.nodes_[child].next) {
      const Node& node = document_.nodes_[child];
      std::string_view name = text_.substr(node.key_begin, node.key_end - node.key_begin);
      if (node.key_escaped) name = unescaped.emplace_back(unescape(name));
      names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    const bool differ = std::adjacent_find(names.begin(), names.end()) == names.end();
    return differ || fail("an object names a member twice");
  }

  JsonDocument& document_;
  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  std::string reason_;
};

std::string JsonFault::describe() const {
  return "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + reason;
}

tl::expected<JsonDocument, JsonFault> JsonDocument::parse(std::string text, JsonLimits limits) {
  if (text.size() >= std::numeric_limits<uint32_t>::max()) {
    return tl::unexpected(JsonFault{0, 1, 1, "larger than 4 GiB"});
  }
  JsonDocument document;
  document.text_ = std::move(text);
  JsonParser parser(document, limits);
  if (!parser.run()) return tl::unexpected(parser.fault());
  return document;
}

JsonKind JsonValue::kind() const {
  return document_ ? document_->nodes_[index_].kind : JsonKind::kAbsent;
}

std::size_t JsonValue::begin() const { return document_ ? document_->nodes_[index_].begin : 0; }
std::size_t JsonValue::end() const { return document_ ? document_->nodes_[index_].end : 0; }

std::string_view JsonValue::raw() const {
  if (!document_) return {};
  return std::string_view(document_->text_).substr(begin(), end() - begin());
}

std::string JsonValue::string() const {
  if (!is_string()) return {};
  const std::string_view inside = raw().substr(1, raw().size() - 2);
  return document_->nodes_[index_].escaped ? unescape(inside) : std::string(inside);
}

std::string JsonValue::key() const {
  if (!document_) return {};
  const JsonDocument::Node& node = document_->nodes_[index_];
  const std::string_view inside =
      std::string_view(document_->text_).substr(node.key_begin, node.key_end - node.key_begin);
  return node.key_escaped ? unescape(inside) : std::string(inside);
}

JsonValue JsonValue::find(std::string_view name) const {
  if (!is_object()) return {};
  for (JsonValue member = first(); member; member = member.next()) {
    const JsonDocument::Node& node = document_->nodes_[member.index_];
    const std::string_view inside =
        std::string_view(document_->text_).substr(node.key_begin, node.key_end - node.key_begin);
    if (node.key_escaped ? unescape(inside) == name : inside == name) return member;
  }
  return {};
}

JsonValue JsonValue::first() const {
  if (!is_object() && !is_array()) return {};
  const uint32_t child = index_ + 1;
  if (child >= document_->nodes_.size() || document_->nodes_[child].begin >= end()) return {};
  return JsonValue(document_, child);
}

JsonValue JsonValue::next() const {
  if (!document_ || document_->nodes_[index_].next == 0) return {};
  return JsonValue(document_, document_->nodes_[index_].next);
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace oncobridge
