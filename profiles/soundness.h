// Whether anything can be judged with a definition that somebody brings. Those that are shipped are
// sound; a test says so. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "profiles/definition_store.h"
#include "profiles/expression_cache.h"

namespace oncobridge::profiles {

// What of a definition is not understood, by itself or held against those that it builds on: its
// types, content references, values, expressions, slices, bindings. At most 100. `expressions`
// keeps what definitions have in common; names of any table do.
std::vector<Misreading> doubts_of(const DefinitionStore& store,
                                  const StructureDefinition& structure,
                                  ExpressionCache& expressions);

// A FHIR version, of a definition or a package, that is not R4's; decisive where it is a later one.
std::optional<Misreading> doubt_of_version(std::string_view fact, std::string_view fhir_version);

// Fault rule: profile-broken. A value that decides what the definition demands is not understood,
// or it constrains a type that is not the one of its base definition. The message begins with the
// URL, as that of every such fault.
Result<void> check_sound(const DefinitionStore& store, const StructureDefinition& structure);

// What such a message says of the definition itself, for where its canonical is named already.
std::string_view without_url(std::string_view message, std::string_view canonical);

}  // namespace oncobridge::profiles
