// Changes a JSON document in one random place, as faulty software would: members dropped, doubled,
// renamed, values emptied, exchanged, of another kind. The same seed gives the same change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oncobridge::conformance {

class Mutator {
 public:
  // `json` must be well-formed, and outlive the mutator.
  explicit Mutator(std::string_view json);
  std::string mutate(std::uint64_t seed) const;

 private:
  struct Value {
    std::size_t begin;   // of the value
    std::size_t end;     // after the value
    std::size_t member;  // of the member's name with its quote; begin for an item of a list
    char kind;           // first character
  };

  std::string replaced(const Value& value, std::string_view text) const;
  std::string removed(const Value& value) const;
  std::string doubled(const Value& value) const;
  std::string renamed(const Value& value, std::uint64_t random) const;
  std::string edited(const Value& value, std::uint64_t random) const;

  std::string_view json_;
  std::vector<Value> values_;  // all but the root
};

}  // namespace oncobridge::conformance
