#include "converters/readers/broken_json.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdio>

#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr std::size_t kExcerpt = 40;

// Where strings and brackets stand, whatever else is wrong.
struct Outline {
  std::size_t open_string = BrokenJson::kUnknown;        // quote of a string that never ends
  std::size_t control_character = BrokenJson::kUnknown;  // the first one inside a string
  std::size_t after_value = BrokenJson::kUnknown;  // first byte after the outermost value, if any
  bool closed = false;                             // whether it ends

  explicit Outline(std::string_view bytes) {
    long depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const char c = bytes[i];
      if (in_string) {
        if (c == '\\') {
          ++i;
        } else if (c == '"') {
          in_string = false;
          open_string = BrokenJson::kUnknown;
        } else if (static_cast<unsigned char>(c) < 0x20 &&
                   control_character == BrokenJson::kUnknown) {
          control_character = i;
        }
        continue;
      }
      const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (closed && !blank && after_value == BrokenJson::kUnknown) after_value = i;
      if (c == '"') {
        in_string = true;
        open_string = i;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        closed = true;
      }
    }
  }
};

}  // namespace

BrokenJson describe_broken_json(int error, std::string_view bytes, std::size_t at) {
  const BrokenJson truncated{"truncated", "the record ends before it is complete",
                             "send the whole record", bytes.size()};
  switch (static_cast<simdjson::error_code>(error)) {
    case simdjson::UTF8_ERROR:
      return {"invalid-utf8", "not valid UTF-8", "save the file as UTF-8",
              valid_utf8_prefix(bytes)};
    case simdjson::EMPTY:
      return {"empty-record", "the record is empty", "write {...}", 0};
    case simdjson::UNCLOSED_STRING:
      return {"unclosed-string", "a quote is missing, or the record ends inside this string",
              "close the string, or send the whole record", Outline(bytes).open_string};
    case simdjson::UNESCAPED_CHARS:
      return {"broken-string", "a string has an unescaped control character",
              "write line ends as \\n", Outline(bytes).control_character};
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: {
      const Outline outline(bytes);
      if (outline.after_value != BrokenJson::kUnknown) {
        return {"trailing-content", "something follows the record's closing brace",
                "one record is one JSON object", outline.after_value};
      }
      return truncated;
    }
    case simdjson::STRING_ERROR:
      return {"broken-string", "a string has a wrong escape", "see RFC 8259 section 7"};
    case simdjson::CAPACITY:
      return {"too-long", "the record is too long", "split it"};
    default:
      // An object that ends as well as its bytes, inside another one.
      if (bytes.find_first_not_of(" \t\r\n", at) == bytes.npos && !Outline(bytes).closed) {
        return truncated;
      }
      return {"broken-json", "not well-formed JSON", "see RFC 8259"};
  }
}

std::string excerpt_at(std::string_view bytes, std::size_t offset) {
  const std::string_view rest = bytes.substr(std::min(offset, bytes.size()), kExcerpt);
  const std::size_t valid = valid_utf8_prefix(rest);
  if (valid > 0 || rest.empty()) return std::string(rest.substr(0, valid));
  char text[8];
  std::snprintf(text, sizeof(text), "0x%02X", static_cast<unsigned char>(rest[0]));
  return text;
}

}  // namespace oncobridge
