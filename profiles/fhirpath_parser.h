// Reads FHIRPath (N1 with the functions of FHIR R4 and the later ones that its test suite uses)
// into a tree. Precedence climbing; hostile text ends in a fault: limits on length, nesting and
// size.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "oncobridge/base/result.h"
#include "oncobridge/fhir/names.h"
#include "profiles/fhirpath_tree.h"

namespace oncobridge::profiles::fhirpath {

enum class Leniency : std::uint8_t {
  kStrict,  // as the specification and its suite have it
  // As the HL7 validator reads the invariants of published definitions: `as` filters a collection
  // (dom-3), `is Boolean` holds for a FHIR boolean (que-7), several items are true (pd-1).
  kDefinitions,
};

struct ParseLimits {
  std::size_t max_length = 64 * 1024;
  std::uint32_t max_nesting = 200;  // parentheses, arguments, signs
  std::uint16_t max_depth = 1'000;  // of the tree: `a.b.c` has three
  std::uint32_t max_nodes = 20'000;
};

// `names` is the table of the tapes that the expression will run on; its entries may not change
// afterwards. Fault rules: fhirpath-syntax, fhirpath-limit; the column counts from 1 in the text.
Result<std::unique_ptr<const Expression>> parse(std::string_view text, const NameTable& names,
                                                Leniency leniency = Leniency::kStrict,
                                                const ParseLimits& limits = {});

}  // namespace oncobridge::profiles::fhirpath
