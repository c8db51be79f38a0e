// Whether an expression makes sense on a type, before it sees an instance: members that the type
// does not have, text functions on complex elements, a date plus a number. What the schema cannot
// decide (children(), resolve()) is not judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "profiles/fhirpath_tree.h"
#include "profiles/schema.h"

namespace oncobridge::profiles::fhirpath {

struct SemanticFault {
  std::string text;
  std::uint32_t place = 0;  // offset in the expression
};

struct CheckOptions {
  // first(), skip() and the like on what has no order, as children(), are faults.
  bool order = false;
};

// Nothing if no fault is found. `root` is the type of $this; null: not known, or no input.
std::optional<SemanticFault> check(const Expression& expression, const Schema& schema,
                                   const Type* root, const CheckOptions& options = {});

}  // namespace oncobridge::profiles::fhirpath
