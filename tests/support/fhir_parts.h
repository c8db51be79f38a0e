// Looks into FHIR resources for tests.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/map_case.h"

namespace oncobridge::test {

// The first extension whose URL ends with the name; null if there is none.
inline Json extension(const Json& element, std::string_view name) {
  if (!element.contains("extension")) return {};
  for (const Json& one : element["extension"]) {
    if (one["url"].get<std::string>().ends_with(name)) return one;
  }
  return {};
}

// True if a coding of the CodeableConcept has the code.
inline bool has_code(const Json& concept_value, std::string_view code) {
  if (!concept_value.contains("coding")) return false;
  return std::any_of(concept_value["coding"].begin(), concept_value["coding"].end(),
                     [&](const Json& coding) { return coding["code"] == code; });
}

inline bool claims_profile(const Json& resource) { return resource.contains("meta"); }

inline bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// `Type/id` of a resource.
inline std::string reference_to(const Json& resource) {
  return resource["resourceType"].get<std::string>() + "/" + resource["id"].get<std::string>();
}

// True if the extension says data-absent-reason.
inline bool is_absent(const Json& element) {
  return extension(element, "/data-absent-reason")["valueCode"] == "unknown";
}

}  // namespace oncobridge::test
