// What an expression says of an element that lacks members, told without evaluating it:
// `period.exists() implies period >= 0` is true where there is no period.
#pragma once

#include <cstdint>

#include "profiles/fhirpath_tree.h"

namespace oncobridge::profiles::fhirpath {

// Bits of name_bit(). If `child_names() & bits` is 0 for the focus, then Evaluator::test() says
// kTrue, and cannot fail. 0: nothing is known. For expressions that are lenient.
std::uint64_t true_without(const Expr& part);

}  // namespace oncobridge::profiles::fhirpath
