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

// Whether any of eight bytes needs an escape: below 0x20, a quote or a backslash.
bool needs_escape(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  const std::uint64_t quote = bytes ^ kOnes * '"';
  const std::uint64_t backslash = bytes ^ kOnes * '\\';
  const std::uint64_t found = ((bytes - kOnes * 0x20) & ~bytes) | ((quote - kOnes) & ~quote) |
                              ((backslash - kOnes) & ~backslash);
  return (found & kHigh) != 0;
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
  // Most texts need no escape: they are copied eight bytes at a time while looking for one. The
  // last eight may have been copied in part before.
  const std::size_t size = text.size();
  char* to = out_->reserve(size);
  std::size_t done = 0;
  const auto copied = [&](std::size_t at) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, 8);
    if (needs_escape(bytes)) return false;
    std::memcpy(to + at, &bytes, 8);
    return true;
  };
  while (done + 8 <= size && copied(done)) done += 8;
  if (done < size && size - done < 8 && size >= 8 && copied(size - 8)) done = size;
  while (done < size && !kNeedsEscape[static_cast<unsigned char>(text[done])]) {
    to[done] = text[done];
    ++done;
  }
  out_->commit(done);
  if (done < size) escaped_slowly(text.substr(done));
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
  out_->push('"');
  escaped(text);
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
