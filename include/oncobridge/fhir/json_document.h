// A small strict JSON reader for FHIR that already exists: bundles to send, answers of a server.
// It keeps what a DOM library loses: number text (1.50 stays 1.50) and the bytes each value had.
// Strict: RFC 8259 grammar, UTF-8 checked, no byte-order mark, no duplicate member names, and
// limits on depth and node count, so that hostile input ends in an error and not in the stack.
// A document owns its text; a JsonValue is a view that must not outlive or survive a move of it.
// Reading a document from several threads at once is safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace oncobridge {

enum class JsonKind : uint8_t { kAbsent, kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

struct JsonLimits {
  unsigned max_depth = 256;           // nested arrays and objects
  std::size_t max_nodes = 8'000'000;  // values of any kind
};

// Where and why a text is not JSON. The reason never quotes the text.
struct JsonFault {
  std::size_t offset = 0;  // bytes from the start
  std::size_t line = 1;    // counted from 1
  std::size_t column = 1;  // bytes, counted from 1
  std::string reason;

  std::string describe() const;  // "line 3, column 14: expected a value"
};

class JsonDocument;

class JsonValue {
 public:
  JsonValue() = default;

  JsonKind kind() const;
  explicit operator bool() const { return document_ != nullptr; }
  bool is_object() const { return kind() == JsonKind::kObject; }
  bool is_array() const { return kind() == JsonKind::kArray; }
  bool is_string() const { return kind() == JsonKind::kString; }

  // The bytes of the value as they stood in the source, and where.
  std::string_view raw() const;
  std::size_t begin() const;
  std::size_t end() const;

  // The string with its escapes resolved; empty for anything but a string.
  std::string string() const;
  // The name of a member of an object; empty for an array item or the root.
  std::string key() const;

  // The member of an object, or an absent value.
  JsonValue find(std::string_view name) const;
  // Shorthand for find(name).string().
  std::string text(std::string_view name) const { return find(name).string(); }

  // Members or items in source order: for (JsonValue v = x.first(); v; v = v.next()).
  JsonValue first() const;
  JsonValue next() const;

 private:
  friend class JsonDocument;
  JsonValue(const JsonDocument* document, uint32_t index) : document_(document), index_(index) {}

  const JsonDocument* document_ = nullptr;
  uint32_t index_ = 0;
};

class JsonDocument {
 public:
  // Takes the text over; at most 4 GiB less one byte.
  static tl::expected<JsonDocument, JsonFault> parse(std::string text, JsonLimits limits = {});

  JsonValue root() const { return JsonValue(this, 0); }
  const std::string& source() const { return text_; }

 private:
  friend class JsonValue;
  friend class JsonParser;

  // In document order: the first child of a container is the node after it.
  struct Node {
    uint32_t begin = 0;
    uint32_t end = 0;
    uint32_t key_begin = 0;  // inside the quotes; both 0: no key
    uint32_t key_end = 0;
    uint32_t next = 0;  // 0: the last child
    JsonKind kind = JsonKind::kNull;
    bool escaped = false;  // the string holds a backslash
    bool key_escaped = false;
  };

  std::string text_;
  std::vector<Node> nodes_;
};

// Appends text as a JSON string with its quotes. The text must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace oncobridge
