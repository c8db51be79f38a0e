// HTML in text of type markdown. Pure.
#pragma once

#include <string_view>

namespace oncobridge::profiles {

// The first HTML tag or comment (CommonMark 0.30, section 6.6), up to two characters of it; empty
// if there is none. What stands in a code span, is escaped or is a link in angle brackets is none.
std::string_view html_tag_in(std::string_view markdown);

}  // namespace oncobridge::profiles
