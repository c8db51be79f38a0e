// Gray to centigray in the text of the number, as mCODE writes doses in cGy: 50 -> 5000, 50.4 ->
// 5040, 1.80 -> 180. Nothing is rounded and no digit is lost.
#pragma once

#include <array>
#include <string_view>

namespace oncobridge {

// A FHIR decimal has at most 64 characters here (is_decimal); two digits more come out.
using CentigrayText = std::array<char, 72>;

// `gray` is a decimal as is_decimal() accepts it. The view points into `out` or `gray`.
std::string_view centigray(std::string_view gray, CentigrayText& out);

}  // namespace oncobridge
