// Texts put together for a look-up: `url|version`. Short ones, as nearly all are, cost no
// allocation. For one expression or scope.
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace oncobridge::profiles {

class JoinedText {
 public:
  explicit JoinedText(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    if (size > short_.size()) long_.resize(size);
    char* const start = size > short_.size() ? long_.data() : short_.data();
    char* at = start;
    for (const std::string_view part : parts) at = std::copy(part.begin(), part.end(), at);
    text_ = {start, size};
  }
  std::string_view text() const { return text_; }

  JoinedText(const JoinedText&) = delete;
  JoinedText& operator=(const JoinedText&) = delete;

 private:
  std::array<char, 256> short_;
  std::string long_;
  std::string_view text_;
};

}  // namespace oncobridge::profiles
