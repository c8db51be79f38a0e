#include "oncobridge/fhir/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace oncobridge {
namespace {

// Bytes that cannot stand in a JSON string as they are (RFC 8259 section 7).
constexpr std::array<bool, 256> kNeedsEscape = [] {
  std::array<bool, 256> table{};
  for (int i = 0; i < 0x20; ++i) table[static_cast<std::size_t>(i)] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

// Sixteen bytes that are compared together, and eight.
using Sixteen [[gnu::vector_size(16)]] = unsigned char;
using Eight = std::uint64_t;

// Whether any of the bytes needs an escape: below 0x20, a quote or a backslash.
bool needs_escape(Sixteen bytes) {
  const auto found = (bytes == '"') | (bytes == '\\') | (bytes < 0x20);
  Eight halves[2];
  std::memcpy(halves, &found, 16);
  return (halves[0] | halves[1]) != 0;
}
bool needs_escape(Eight bytes) {
  constexpr Eight kOnes = 0x0101010101010101;
  const Eight quote = bytes ^ kOnes * '"';
  const Eight backslash = bytes ^ kOnes * '\\';
  const Eight found = ((bytes - kOnes * 0x20) & ~bytes) | ((quote - kOnes) & ~quote) |
                      ((backslash - kOnes) & ~backslash);
  return (found & kOnes * 0x80) != 0;
}

// Copies the text up to a block of bytes with one that needs an escape; returns how many bytes it
// copied. The last block may have been copied in part before. `text` has at least one block.
template <typename Block>
std::size_t copy_plain(std::string_view text, char* to) {
  constexpr std::size_t kSize = sizeof(Block);
  const auto copied = [&](std::size_t at) {
    Block block;
    std::memcpy(&block, text.data() + at, kSize);
    if (needs_escape(block)) return false;
    std::memcpy(to + at, &block, kSize);
    return true;
  };
  std::size_t done = 0;
  for (; done + kSize <= text.size(); done += kSize) {
    if (!copied(done)) return done;
  }
  return done == text.size() || copied(text.size() - kSize) ? text.size() : done;
}

// As above for any text, up to the byte itself.
std::size_t copy_unescaped(std::string_view text, char* to) {
  std::size_t done = text.size() >= 16  ? copy_plain<Sixteen>(text, to)
                     : text.size() >= 8 ? copy_plain<Eight>(text, to)
                                        : 0;
  for (; done < text.size() && !kNeedsEscape[static_cast<unsigned char>(text[done])]; ++done) {
    to[done] = text[done];
  }
  return done;
}

}  // namespace

void Buffer::grow(std::size_t more) {
  const std::size_t capacity = std::max(capacity_ * 2, size_ + more + 4096);
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

void JsonWriter::key(std::string_view name) { write_key(name.data(), name.size()); }

void JsonWriter::quoted(std::string_view text) {
  char* at = out_->reserve(text.size() + 2);
  *at = '"';
  copy_bytes(at + 1, text.data(), text.size());
  at[text.size() + 1] = '"';
  out_->commit(text.size() + 2);
}

void JsonWriter::escaped(std::string_view text) {
  const std::size_t done = copy_unescaped(text, out_->reserve(text.size()));
  out_->commit(done);
  if (done < text.size()) escaped_slowly(text.substr(done));
}

void JsonWriter::escaped_slowly(std::string_view text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!kNeedsEscape[c]) continue;
    out_->append(text.data() + start, i - start);
    start = i + 1;
    switch (c) {
      case '"':
        out_->append("\\\"");
        break;
      case '\\':
        out_->append("\\\\");
        break;
      case '\n':
        out_->append("\\n");
        break;
      case '\r':
        out_->append("\\r");
        break;
      case '\t':
        out_->append("\\t");
        break;
      default: {
        constexpr char kHex[] = "0123456789abcdef";
        const char code[6] = {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 0x0F]};
        out_->append(code, sizeof(code));
      }
    }
  }
  out_->append(text.data() + start, text.size() - start);
}

void JsonWriter::string(std::string_view text) {
  char* at = out_->reserve(text.size() + 2);
  *at = '"';
  const std::size_t done = copy_unescaped(text, at + 1);
  if (done == text.size()) {
    at[done + 1] = '"';
    return out_->commit(done + 2);
  }
  out_->commit(done + 1);
  escaped_slowly(text.substr(done));
  out_->push('"');
}

void JsonWriter::string_of(std::string_view first, std::string_view second) {
  out_->push('"');
  escaped(first);
  escaped(second);
  out_->push('"');
}

void JsonWriter::digits(std::uint64_t value) {
  char* at = out_->reserve(20);
  out_->commit(static_cast<std::size_t>(std::to_chars(at, at + 20, value).ptr - at));
}

}  // namespace oncobridge
