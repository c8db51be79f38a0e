// Whether anything can be judged with a definition that somebody brings. Those that are shipped are
// sound; a test says so. Pure.
#pragma once

#include "oncobridge/base/result.h"
#include "profiles/definition_store.h"

namespace oncobridge::profiles {

// Fault rule: profile-broken. A value that decides what the definition demands is not understood,
// or it constrains a type that is not the one of its base definition.
Result<void> check_sound(const DefinitionStore& store, const StructureDefinition& structure);

}  // namespace oncobridge::profiles
