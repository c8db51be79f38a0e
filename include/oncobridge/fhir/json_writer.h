// JsonWriter: append-only JSON into a reusable buffer. Commas are placed from the last byte written, so
// callers only open, write and close. No document tree; numbers are written as the text given. One
// writer belongs to one thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace oncobridge {

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
    if (size_ + size > capacity_) grow(size);
    std::memcpy(bytes_.get() + size_, bytes, size);
    size_ += size;
  }
  void append(std::string_view text) { append(text.data(), text.size()); }
  void push(char c) {
    if (size_ == capacity_) grow(1);
    bytes_[size_++] = c;
  }
  // Space for `size` more bytes; commit() says how many were written.
  char* reserve(std::size_t size) {
    if (size_ + size > capacity_) grow(size);
    return bytes_.get() + size_;
  }
  void commit(std::size_t size) { size_ += size; }
  char back() const { return size_ == 0 ? '\0' : bytes_[size_ - 1]; }
  std::size_t size() const { return size_; }
  void truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  void grow(std::size_t more);
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

  // `"name":` with the comma that it needs.
  void key(std::string_view name) {
    char* at = out_->reserve(name.size() + 4);
    char* start = at;
    const char last = out_->back();
    if (last != '{' && last != '\0') *at++ = ',';
    *at++ = '"';
    std::memcpy(at, name.data(), name.size());
    at += name.size();
    *at++ = '"';
    *at++ = ':';
    out_->commit(static_cast<std::size_t>(at - start));
  }

  // The comma before an element of an array.
  void element() {
    if (out_->back() != '[') out_->push(',');
  }

  void begin_object() { out_->push('{'); }
  void end_object() { out_->push('}'); }

  // An object or array under a key that disappears again, key included, if nothing was written into it:
  // the value returned goes to the matching close.
  std::size_t open_object(std::string_view name) { return open(name, '{'); }
  void close_object(std::size_t mark) { close(mark, '{', '}'); }
  std::size_t open_array(std::string_view name) { return open(name, '['); }
  void close_array(std::size_t mark) { close(mark, '[', ']'); }

  // Bytes that are JSON already.
  void raw(std::string_view json) { out_->append(json); }
  void raw(std::string_view name, std::string_view json) {
    key(name);
    out_->append(json);
  }

  // A string with what JSON demands escaped; `text` is valid UTF-8.
  void string(std::string_view text);
  void string(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  // Two parts as one string.
  void string(std::string_view name, std::string_view first, std::string_view second);

  // A string in any number of parts: open_string, string_part ..., close_string.
  void open_string(std::string_view name) {
    key(name);
    out_->push('"');
  }
  void string_part(std::string_view text) { escaped(text); }
  void close_string() { out_->push('"'); }

  // A string known to need no escape: codes, ids, dates.
  void plain(std::string_view name, std::string_view text) {
    key(name);
    out_->push('"');
    out_->append(text);
    out_->push('"');
  }

  void number(std::string_view name, std::string_view decimal) {
    key(name);
    out_->append(decimal);
  }
  void number(std::string_view name, std::uint64_t value);
  void boolean(std::string_view name, bool value) {
    key(name);
    out_->append(value ? std::string_view("true") : std::string_view("false"));
  }

 private:
  std::size_t open(std::string_view name, char bracket) {
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
  void escaped(std::string_view text);

  Buffer* out_;
};

}  // namespace oncobridge
