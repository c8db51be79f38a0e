// The SearchParameters of R4 and of the packages that come with the program, as far as those that
// derive from them are held against them. Views into the binary: nothing is read before it is asked
// for. The text is profiles/definitions/search_parameters.txt, a line for each, sorted:
//
//   http://hl7.org/fhir/SearchParameter/Organization-name string Organization Organization.name |
//   ...
#pragma once

#include <optional>
#include <string_view>

namespace oncobridge::profiles {

struct SearchParameterFacts {
  std::string_view type;        // `token`
  std::string_view bases;       // with commas: `Patient,Person`
  std::string_view expression;  // may be empty
};

// A shipped one by its canonical; a version is not looked at.
std::optional<SearchParameterFacts> shipped_search_parameter(std::string_view canonical);

}  // namespace oncobridge::profiles
