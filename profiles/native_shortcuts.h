// Invariants of definitions, bundles and observations, which documents are full of, decided
// natively where they hold plainly. A shortcut says kTrue only if Evaluator::test() of the
// expression would; else kFault, and the expression decides. A test holds the two against each
// other.
#pragma once

#include <vector>

#include "profiles/native_invariants.h"

namespace oncobridge::profiles {

const std::vector<NativeEntry>& shortcut_table();

}  // namespace oncobridge::profiles
