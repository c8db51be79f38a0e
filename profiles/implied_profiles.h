// Profiles that an observation must conform to for its code, claimed or not: the vital signs
// (FHIR R4 observation-vitalsigns.html). Pure.
#pragma once

#include <string_view>

namespace oncobridge::profiles {

// The canonical of the vital sign profile, or empty.
std::string_view implied_profile(std::string_view system, std::string_view code);

}  // namespace oncobridge::profiles
