// What a test's code measures, as its LOINC display says it, and what a UCUM unit is a unit of.
// Pure functions, used when the tables are loaded.
#pragma once

#include <string_view>

#include "oncobridge/record/term.h"

namespace oncobridge {

// `Carcinoembryonic Ag [Mass/volume] in Serum or Plasma` measures Measure::mass.
Measure measure_of_test(std::string_view loinc_display);
// `ng/mL` is a unit of Measure::mass.
Measure measure_of_unit(std::string_view ucum);

// True if a value in the unit cannot be what the test measures. A unit or a test of which nothing
// is known contradicts nothing.
bool contradict(Measure test, Measure unit);

}  // namespace oncobridge
