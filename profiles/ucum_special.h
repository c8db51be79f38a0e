// The functions of UCUM's special units (UCUM section 22): a value on their scale to a value of
// ratio and back. For ucum*.cc only.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiles/ucum_number.h"

namespace oncobridge::profiles {

// What a special unit's value means in its ratio unit.
struct SpecialFunction {
  std::string_view name;    // of the table: `cel`, `2lg`
  std::string_view offset;  // ratio = value + offset; exact
  long double (*to_ratio)(long double value);
  long double (*from_ratio)(long double ratio);
};

// The index of a function, 0 for an unknown name.
std::uint8_t special_function(std::string_view name);
const SpecialFunction& special_function(std::uint8_t index);

}  // namespace oncobridge::profiles
