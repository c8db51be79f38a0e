#include "converters/measure.h"

namespace oncobridge {
namespace {

struct Ending {
  std::string_view text;
  Measure measure;
};

// LOINC properties in brackets, and the names of fractions and copy numbers, which have none.
constexpr Ending kProperties[] = {
    {"[Mass/volume]", Measure::mass},     {"[Moles/volume]", Measure::substance},
    {"[Units/volume]", Measure::units},   {"[Enzymatic activity/volume]", Measure::units},
    {"[#/volume]", Measure::number},      {"[Presence]", Measure::words},
    {"[Interpretation]", Measure::words}, {"[Identifier]", Measure::words},
    {"[Type]", Measure::words},           {" copy number/", Measure::plain},
    {"/100 cells ", Measure::fraction},   {"/100 viable tumor cells ", Measure::fraction},
    {"/cells ", Measure::fraction},       {"[# Ratio]", Measure::other},
};

// How the numerator of a concentration ends.
constexpr Ending kAmounts[] = {
    {"mol", Measure::substance},  {"g", Measure::mass},      {"[IU]", Measure::units},
    {"[arb'U]", Measure::units},  {"U", Measure::units},     {"10*3", Measure::number},
    {"10*6", Measure::number},    {"10*9", Measure::number}, {"10*12", Measure::number},
    {"{cells}", Measure::number},
};

}  // namespace

Measure measure_of_test(std::string_view loinc_display) {
  for (const Ending& property : kProperties) {
    if (loinc_display.find(property.text) != std::string_view::npos) return property.measure;
  }
  return Measure::none;
}

Measure measure_of_unit(std::string_view ucum) {
  if (ucum == "%") return Measure::fraction;
  if (ucum == "1" || ucum == "{score}") return Measure::plain;
  const std::size_t slash = ucum.find('/');
  if (slash == std::string_view::npos || !ucum.ends_with('L')) return Measure::other;
  const std::string_view amount = ucum.substr(0, slash);
  if (amount.empty()) return Measure::number;
  for (const Ending& ending : kAmounts) {
    if (amount.ends_with(ending.text)) return ending.measure;
  }
  return Measure::other;
}

bool contradict(Measure test, Measure unit) {
  if (test == Measure::none || unit == Measure::none || test == unit) return false;
  return test != Measure::fraction || unit != Measure::plain;
}

}  // namespace oncobridge
