// Whether two FHIR resources say the same. Member order, white space and escapes do not matter;
// numbers are compared by their text, because FHIR gives 1.50 and 1.5 different precision
// (R4 datatypes.html#decimal); arrays are ordered, except the sets in meta (R4 resource.html#Meta).
// Differences are reported by path only, never with a value: values are health data.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "oncobridge/fhir/json_document.h"

namespace oncobridge {

// Sorted members, no white space, numbers as written. A resource without meta.versionId and
// meta.lastUpdated, which belong to the server (R4 resource.html#Meta); a meta that is empty
// after that is left out.
std::string canonical_resource(JsonValue resource);

struct ResourceDifference {
  enum class What { kChanged, kMissing, kAdded };
  What what = What::kChanged;
  std::string path;  // Observation.component[1].valueQuantity.value

  std::string describe() const;  // the path and one word
};

// What a server changed between taking a resource and giving it back; at most `limit` differences.
// Not counted: meta.versionId and meta.lastUpdated; meta.source where none was sent, or where the
// server appended "#" and its request id to it (HAPI); text where none was sent.
std::vector<ResourceDifference> resource_differences(JsonValue sent, JsonValue read_back,
                                                     std::size_t limit = 20);

}  // namespace oncobridge
