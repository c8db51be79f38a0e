// JsonWriter: append-only JSON into a reusable buffer. Commas are placed from the last byte
// written, so callers only open, write and close. No document tree; numbers are written as the text
// given. One writer belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace oncobridge {

// As memcpy, without the call for the short texts that JSON is made of. Of a constant size it
// becomes a few stores.
[[gnu::always_inline]] inline void copy_bytes(char* to, const char* from, std::size_t size) {
  if (size >= 16) {
    for (std::size_t i = 0; i + 16 < size; i += 16) std::memcpy(to + i, from + i, 16);
    std::memcpy(to + size - 16, from + size - 16, 16);
  } else if (size >= 8) {
    std::memcpy(to, from, 8);
    std::memcpy(to + size - 8, from + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(to, from, 4);
    std::memcpy(to + size - 4, from + size - 4, 4);
  } else if (size > 0) {
    to[0] = from[0];
    to[size / 2] = from[size / 2];
    to[size - 1] = from[size - 1];
  }
}

// A growable byte buffer that keeps its memory when cleared.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  void swap(Buffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  void append(const char* bytes, std::size_t size) {
    copy_bytes(reserve(size), bytes, size);
    size_ += size;
  }
  void append(std::string_view text) { append(text.data(), text.size()); }
  // A literal, whose bytes become a few stores.
  template <std::size_t N>
  [[gnu::always_inline]] void append(const char (&literal)[N]) {
    std::memcpy(reserve(N - 1), literal, N - 1);
    size_ += N - 1;
  }
  // An id or another text of fixed size.
  template <std::size_t N>
  void append(const std::array<char, N>& text) {
    std::memcpy(reserve(N), text.data(), N);
    size_ += N;
  }
  void push(char c) {
    *reserve(1) = c;
    ++size_;
  }
  // Space for `size` more bytes; commit() says how many were written.
  char* reserve(std::size_t size) {
    if (size_ + size > capacity_) [[unlikely]]
      grow(size);
    return bytes_.get() + size_;
  }
  void commit(std::size_t size) { size_ += size; }
  char back() const { return size_ == 0 ? '\0' : bytes_[size_ - 1]; }
  std::size_t size() const { return size_; }
  void truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }
  std::string_view view() const { return {bytes_.get(), size_}; }
  char* data() { return bytes_.get(); }

 private:
  [[gnu::cold]] void grow(std::size_t more);
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

class JsonWriter {
 public:
  explicit JsonWriter(Buffer& out) : out_(&out) {}

  // What follows goes to another buffer.
  void switch_to(Buffer& out) { out_ = &out; }
  Buffer& buffer() { return *out_; }

  // `"name":` with the comma that it needs. Here and below a constant array is a literal.
  void key(std::string_view name);
  template <std::size_t N>
  [[gnu::always_inline]] void key(const char (&name)[N]) {
    write_key(name, N - 1);
  }

  // The comma before an element of an array.
  void element() {
    if (out_->back() != '[') out_->push(',');
  }

  void begin_object() { out_->push('{'); }
  void end_object() { out_->push('}'); }

  // An object or array under a key that disappears again, key included, if nothing was written into
  // it: the value returned goes to the matching close.
  template <typename Name>
  [[gnu::always_inline]] std::size_t open_object(const Name& name) {
    return open(name, '{');
  }
  void close_object(std::size_t mark) { close(mark, '{', '}'); }
  template <typename Name>
  [[gnu::always_inline]] std::size_t open_array(const Name& name) {
    return open(name, '[');
  }
  void close_array(std::size_t mark) { close(mark, '[', ']'); }

  // Bytes that are JSON already.
  void raw(std::string_view json) { out_->append(json); }
  template <std::size_t N>
  [[gnu::always_inline]] void raw(const char (&json)[N]) {
    out_->append(json);
  }
  template <typename Name>
  [[gnu::always_inline]] void raw(const Name& name, std::string_view json) {
    key(name);
    out_->append(json);
  }
  template <typename Name, std::size_t N>
  [[gnu::always_inline]] void raw(const Name& name, const char (&json)[N]) {
    key(name);
    out_->append(json);
  }

  // A string with what JSON demands escaped; `text` is valid UTF-8.
  void string(std::string_view text);
  template <typename Name>
  [[gnu::always_inline]] void string(const Name& name, std::string_view text) {
    key(name);
    string(text);
  }
  // Two parts as one string.
  template <typename Name>
  [[gnu::always_inline]] void string(const Name& name, std::string_view first,
                                     std::string_view second) {
    key(name);
    string_of(first, second);
  }

  // A string in any number of parts: open_string, string_part ..., close_string.
  void open_string(std::string_view name) {
    key(name);
    out_->push('"');
  }
  void string_part(std::string_view text) { escaped(text); }
  void close_string() { out_->push('"'); }

  // A string known to need no escape: codes, ids, dates.
  template <typename Name>
  [[gnu::always_inline]] void plain(const Name& name, std::string_view text) {
    key(name);
    quoted(text);
  }
  template <typename Name, std::size_t N>
  [[gnu::always_inline]] void plain(const Name& name, const char (&text)[N]) {
    key(name);
    char* at = out_->reserve(N + 1);
    *at = '"';
    std::memcpy(at + 1, text, N - 1);
    at[N] = '"';
    out_->commit(N + 1);
  }

  // `decimal`: the number as it is to stand there.
  template <typename Name>
  [[gnu::always_inline]] void number(const Name& name, std::string_view decimal) {
    key(name);
    out_->append(decimal);
  }
  template <typename Name>
  void number(const Name& name, std::uint64_t value) {
    key(name);
    digits(value);
  }
  template <typename Name>
  void boolean(const Name& name, bool value) {
    key(name);
    value ? out_->append("true") : out_->append("false");
  }

 private:
  [[gnu::always_inline]] void write_key(const char* name, std::size_t size) {
    char* at = out_->reserve(size + 4);
    const char last = out_->back();
    const std::size_t comma = last != '{' && last != '\0';
    *at = ',';
    at += comma;
    *at = '"';
    copy_bytes(at + 1, name, size);
    at[size + 1] = '"';
    at[size + 2] = ':';
    out_->commit(comma + size + 3);
  }
  template <typename Name>
  [[gnu::always_inline]] std::size_t open(const Name& name, char bracket) {
    const std::size_t mark = out_->size();
    key(name);
    out_->push(bracket);
    return mark;
  }
  void close(std::size_t mark, char opened, char closing) {
    if (out_->back() == opened) {
      out_->truncate(mark);
    } else {
      out_->push(closing);
    }
  }
  void quoted(std::string_view text);
  void string_of(std::string_view first, std::string_view second);
  void digits(std::uint64_t value);
  void escaped(std::string_view text);
  void escaped_slowly(std::string_view text);

  Buffer* out_;
};

}  // namespace oncobridge
