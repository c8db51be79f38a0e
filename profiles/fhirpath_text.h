// Characters of UTF-8 texts: counted, changed in case, compared without it; escapes of FHIRPath.
// Pure functions; bytes that are no UTF-8 count as a character each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oncobridge::profiles::fhirpath {

std::int64_t characters(std::string_view text);
// The byte where a character starts, counted from the byte `from`; text.size() beyond the end.
std::size_t byte_of(std::string_view text, std::size_t from, std::int64_t character);

void append_upper(std::string_view text, std::string& result);
void append_lower(std::string_view text, std::string& result);
// For `~`: without regard to case, and any white space is one blank.
bool same_folded(std::string_view a, std::string_view b);

// The text of a string or delimited identifier without its escapes. False: a bad escape; `lenient`
// drops the backslash of one that FHIRPath does not have.
bool unescape(std::string_view raw, bool lenient, std::string& text);

}  // namespace oncobridge::profiles::fhirpath
