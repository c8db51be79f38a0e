// What a person probably meant: near codes, displays compared as people do, URLs of code systems
// that have moved. For messages; no state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profiles/terminology.h"

namespace oncobridge::profiles {

// True if all white space is single blanks between words.
bool is_tidy(std::string_view text);

// Case and the amount of white space do not count.
bool same_display(std::string_view left, std::string_view right);

// Letters to change, insert, drop or swap between two texts, without regard to case; `limit` + 1 if
// there are more than `limit`. Texts of more than 64 bytes are never near.
std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t limit);

// Where a code system of HL7 may have gone since: `http://hl7.org/fhir/v3/ActCode` to
// `http://terminology.hl7.org/CodeSystem/v3-ActCode`.
std::vector<std::string> moved_system_urls(std::string_view url);

// Keeps the nearest of the codes that it is offered.
class NearestCodes {
 public:
  NearestCodes(std::string_view code, std::string_view display, std::size_t count)
      : code_(code), display_(display), count_(count) {}

  void offer(const Suggestion& suggestion);
  std::vector<Suggestion> take();

 private:
  std::size_t distance_of(const Suggestion& suggestion) const;

  std::string_view code_;
  std::string_view display_;
  std::size_t count_;
  std::vector<std::pair<std::size_t, Suggestion>> best_;  // nearest first
};

}  // namespace oncobridge::profiles
