// Union, intersection and difference of compiled value sets in three values. Used by
// ValueSetCompiler only.
#pragma once

#include <string>

#include "profiles/compiled_value_set.h"

namespace oncobridge::profiles {

enum class SetOperation : std::uint8_t {
  kUnite,
  kIntersect,
  kSubtract,
  kElse,  // the left one where it is decided, else the right one
};

// The number of a reason in the set, added if it is new.
Outcome add_reason(CompiledValueSet& set, std::string_view reason);

// left = left op right. Reasons of `right` are taken over.
void combine(CompiledValueSet& left, CompiledValueSet right, SetOperation operation,
             const Ucum& ucum);

}  // namespace oncobridge::profiles
