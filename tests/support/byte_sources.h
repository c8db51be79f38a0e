// ByteSources over texts, for tests: in pieces of chosen sizes, or broken off by an error.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "oncobridge/convert.h"

namespace oncobridge::test {

// Gives a text in pieces of 1 to `largest` bytes, in a fixed irregular order.
class PiecesSource final : public ByteSource {
 public:
  explicit PiecesSource(std::string text, std::size_t largest = 1u << 20,
                        std::string name = "pieces")
      : text_(std::move(text)), largest_(largest), name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  Result<std::size_t> read(char* bytes, std::size_t size) override {
    step_ = step_ * 1103515245 + 12345;
    const std::size_t piece = std::min({size, text_.size() - at_, 1 + (step_ >> 16) % largest_});
    std::memcpy(bytes, text_.data() + at_, piece);
    at_ += piece;
    return piece;
  }

 private:
  std::string text_;
  std::size_t largest_;
  std::string name_;
  std::size_t at_ = 0;
  std::uint32_t step_ = 1;
};

// Gives a text, then fails.
class FailingSource final : public ByteSource {
 public:
  explicit FailingSource(std::string text) : inner_(std::move(text), 1u << 20, "failing") {}
  std::string_view name() const override { return inner_.name(); }
  Result<std::size_t> read(char* bytes, std::size_t size) override {
    auto got = inner_.read(bytes, size);
    if (*got == 0)
      return fault("input", "failing: Input/output error", "check that it can be read");
    return got;
  }

 private:
  PiecesSource inner_;
};

}  // namespace oncobridge::test
