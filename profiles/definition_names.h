// The words that FHIR and the text form of definitions use for enumerated facts. Tables only.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "profiles/definition.h"

namespace oncobridge::profiles {

inline constexpr std::array<std::string_view, 4> kStrengthWords = {"example", "preferred",
                                                                   "extensible", "required"};
inline constexpr std::array<std::string_view, 2> kSeverityWords = {"error", "warning"};
inline constexpr std::array<std::string_view, 3> kSlicingWords = {"open", "closed", "openAtEnd"};
inline constexpr std::array<std::string_view, 5> kDiscriminatorWords = {
    "value", "pattern", "exists", "type", "profile"};
// In the project's text form, which keeps that a type was not understood.
inline constexpr std::array<std::string_view, 6> kDiscriminatorTextWords = {
    "value", "pattern", "exists", "type", "profile", "unknown"};
inline constexpr std::array<std::string_view, 3> kVersionWords = {"either", "independent",
                                                                  "specific"};
inline constexpr std::array<std::string_view, 3> kAggregationWords = {"contained", "referenced",
                                                                      "bundled"};
inline constexpr std::array<std::string_view, 4> kStructureWords = {
    "primitive-type", "complex-type", "resource", "logical"};
inline constexpr std::array<std::string_view, 2> kDerivationWords = {"specialization",
                                                                     "constraint"};
inline constexpr std::array<std::string_view, 5> kContentWords = {
    "not-present", "example", "fragment", "complete", "supplement"};
inline constexpr std::array<std::string_view, 3> kKindWords = {"structure", "valueset",
                                                               "codesystem"};

template <typename Enum, std::size_t N>
std::string_view word_of(const std::array<std::string_view, N>& words, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? words[index] : std::string_view();
}

template <typename Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<std::string_view, N>& words, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace oncobridge::profiles
