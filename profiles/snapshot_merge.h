// How a differential's element changes its base's. For snapshot.cc only. Pure functions.
#pragma once

#include <string_view>

#include "profiles/definition.h"

namespace oncobridge::profiles {

// The facts of `change` replace those of `element`; constraints are added. `source` is the
// canonical of the definition that `change` belongs to.
void merge_element(ElementDefinition& element, const ElementDefinition& change,
                   std::string_view source);

// What the root of a type's profile says of the elements that have this type.
void take_profile_root(ElementDefinition& element, const ElementDefinition& root);

// True if `group/one` is a slice of the slice `group`, or `one` of the element itself (``).
bool is_direct_slice(std::string_view of, std::string_view slice);

// The type of a choice element that `valueQuantity` names, or null.
const TypeRef* choice_type(const ElementDefinition& element, std::string_view name);

// Of an element that is sliced without saying how: extensions by url, choices by type.
Slicing implied_slicing(std::string_view name);

}  // namespace oncobridge::profiles
