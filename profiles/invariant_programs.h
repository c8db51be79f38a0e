// The programs of invariants: FHIRPath, and native functions that stand for it where they exist.
#pragma once

#include <memory>
#include <string>

#include "profiles/checks.h"

namespace oncobridge::profiles {

struct InvariantProgram {
  std::shared_ptr<const fhirpath::Expression> expression;
  NativeInvariant native = nullptr;
  std::uint64_t true_without = 0;  // see fhirpath_absence.h
  std::string fault;               // why there is no expression
};

// Never fails: what cannot be compiled has a fault and is reported as not checked.
InvariantProgram compile_invariant(const Constraint& constraint, const NameTable& names);

}  // namespace oncobridge::profiles
