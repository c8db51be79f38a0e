// The rules of the judge by name. The table is rules.def.
#pragma once

#include <cstdint>

#include "oncobridge/profile/issue.h"

namespace oncobridge::profiles {

enum class RuleId : std::uint8_t {
#define RULE(name, id, code, severity, statement, source) k##name,
#include "profiles/rules.def"
#undef RULE
};

const Rule& rule(RuleId id);
// By its id, for faults of the tape; null if there is none.
const Rule* find_rule(std::string_view id);

}  // namespace oncobridge::profiles
