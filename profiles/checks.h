// What one element definition demands of a value beyond its place: types, fixed and pattern values,
// limits, bindings, targets of references, invariants. Compiled once, immutable, shared by all
// threads; what is costly to compile (value sets, profiles) is compiled when first needed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/fhir/tape.h"
#include "oncobridge/profile/issue.h"
#include "profiles/definition.h"
#include "profiles/native_invariants.h"
#include "profiles/schema.h"

namespace oncobridge::profiles {

namespace fhirpath {
class Expression;
class Pattern;
}  // namespace fhirpath
struct CompiledValueSet;  // terminology.h
struct Profile;           // profile_schema.h

struct Invariant {
  const Constraint* constraint = nullptr;
  const StructureDefinition* structure = nullptr;
  const fhirpath::Expression* expression = nullptr;  // null: could not be compiled, see fault
  NativeInvariant native = nullptr;                  // stands for the expression where one exists
  std::uint64_t true_without = 0;                    // members: see fhirpath_absence.h
  bool best_practice = false;                        // of the constraint
  std::string fault;
};

// A fixed, pattern, minimum or maximum value as a tape of its own.
struct ValueTree {
  explicit ValueTree(const NameTable& table) : names(table), tape(names) {}
  std::string json;
  std::string type;
  Names names;
  Tape tape;
};

// A canonical of a profile, compiled when first asked for.
struct ProfileRef {
  std::string canonical;
  std::string type;           // the type it constrains; empty if the definition is not at hand
  bool is_base_type = false;  // the type itself, not a profile
  std::string instance;       // for the summary: what it would take to check a target elsewhere
};

// One allowed type of a value.
struct TypeRule {
  std::string code;
  std::vector<ProfileRef> profiles;  // the value conforms to one of them
  std::vector<ProfileRef> targets;   // references and canonicals: allowed targets; empty: any
  std::uint8_t aggregation = 0;
  VersionRule version_rule = VersionRule::kEither;
};

struct BindingRule {
  mutable std::atomic<const CompiledValueSet*> compiled = nullptr;
  mutable std::atomic<const CompiledValueSet*> compiled_max = nullptr;
  BindingStrength strength = BindingStrength::kExample;
  std::string value_set;
  std::string max_value_set;
};

// What nearly all elements are asked lies in one line of the cache.
struct alignas(64) Checks {
  Checks();
  ~Checks();

  std::vector<std::unique_ptr<BindingRule>> bindings;  // the element's and additional required ones
  std::vector<Invariant> invariants;                   // less those that the walk itself holds
  bool asks_type = false;                              // check_types() has something to do
  bool asks_value = false;                             // check_value() has
  bool has_targets = false;
  bool has_profiles = false;   // some type rule has profiles
  bool narrows_types = false;  // `types` allows less than the base does
  const StructureDefinition* structure = nullptr;
  const ElementDefinition* definition = nullptr;
  std::vector<TypeRule> types;
  std::unique_ptr<ValueTree> fixed;
  std::unique_ptr<ValueTree> pattern;
  std::unique_ptr<ValueTree> min_value;
  std::unique_ptr<ValueTree> max_value;
  std::uint32_t max_length = 0;
  std::unique_ptr<const fhirpath::Pattern> regex;  // all of a primitive value matches it
};

}  // namespace oncobridge::profiles
