// Value sets that US Core refers to at VSAC, which no open package holds, as far as US Core's own
// words list their codes (descriptions of omb-race-category, omb-ethnicity-category and birthsex;
// US Core 3.1.1 and 4.0.0 enumerate the same codes). Definitions of a package go before them.
#pragma once

#include <string_view>
#include <vector>

#include "profiles/definition.h"

namespace oncobridge::profiles {

std::vector<ValueSet> substitute_value_sets();

}  // namespace oncobridge::profiles
