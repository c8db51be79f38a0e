// A stage that is a measured depth: Breslow `2.3 mm`, `> 4 mm`. mCODE's CancerStage has no value
// for it, so its Observation claims no profile and Condition.stage may not name it as its
// assessment.
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

struct Depth {
  std::string_view comparator;
  std::string_view number;
  std::string_view unit_text;
  const Term* unit;
  explicit operator bool() const { return unit != nullptr; }
};

// None where the wording has no unit of length, or is coded as it stands.
Depth depth_of(const Mapping& m, const OtherStage& stage);

}  // namespace oncobridge
