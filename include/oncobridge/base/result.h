// Result<T>: a value, or a Fault that says where the input is wrong, which rule it breaks and what
// to do. Faults are plain values and may be copied between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace oncobridge {

// A place in an input. Lines and columns count from 1, columns in bytes; 0 means not known.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string path;  // of the field in the record, e.g. `markers[2].percent.value`
};

struct Fault {
  std::string rule;     // short key, listed in docs/rules.md, e.g. `unknown-field`
  std::string message;  // what is wrong, without any value of the record
  std::string advice;   // what to do
  std::string value;    // the offending value; only ever written to the reject file
  Place place;
};

template <typename T>
using Result = tl::expected<T, Fault>;

inline tl::unexpected<Fault> fault(std::string rule, std::string message, std::string advice = {}) {
  return tl::unexpected<Fault>(
      Fault{std::move(rule), std::move(message), std::move(advice), {}, {}});
}

}  // namespace oncobridge
