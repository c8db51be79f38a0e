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

}  // namespace

void Buffer::grow(std::size_t more) {
  const std::size_t capacity = std::max(capacity_ * 2, size_ + more + 4096);
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

void JsonWriter::escaped(std::string_view text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!kNeedsEscape[c]) continue;
    out_->append(text.data() + start, i - start);
    start = i + 1;
    switch (c) {
      case '"': out_->append("\\\""); break;
      case '\\': out_->append("\\\\"); break;
      case '\n': out_->append("\\n"); break;
      case '\r': out_->append("\\r"); break;
      case '\t': out_->append("\\t"); break;
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

void JsonWriter::string(std::string_view name, std::string_view first, std::string_view second) {
  key(name);
  out_->push('"');
  escaped(first);
  escaped(second);
  out_->push('"');
}

void JsonWriter::number(std::string_view name, std::uint64_t value) {
  key(name);
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  out_->append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace oncobridge
