// What is wrong with a text that is no JSON, in words and with the place. simdjson says that a
// document is broken, often not where; this looks a second time, only at broken ones.
#pragma once

#include <string>
#include <string_view>

namespace oncobridge {

struct BrokenJson {
  static constexpr std::size_t kUnknown = ~std::size_t{0};
  std::string_view rule;
  std::string_view message;
  std::string_view advice;
  std::size_t offset = kUnknown;  // of the broken byte, if it can be found
};

// `error`: a simdjson error code; `at`: where it was met.
BrokenJson describe_broken_json(int error, std::string_view bytes, std::size_t at);

// The bytes at a broken place as a text for the reject file: a few characters, or a byte as 0x..
// where they are not UTF-8.
std::string excerpt_at(std::string_view bytes, std::size_t offset);

}  // namespace oncobridge
