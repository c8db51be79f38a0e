// Numbers of a marker that cannot be true: they are written as stated, flagged, and a note on the
// open Observation says so.
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

// A percentage, ratio, count or concentration below 0, a percentage above 100.
void check_number(Mapping& m, const Marker& marker, Quantity Marker::*which);

// Allred: both parts or none of them are 0, and they add up to the total, which is never 1. That
// the numbers are at most 5, 3 and 8 is a rule of the record.
void check_allred(Mapping& m, const AllredScore& score);

}  // namespace oncobridge
