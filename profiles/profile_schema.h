// Compiled profiles: what a profile demands on top of its base type, as a tree beside the instance.
// In two forms. The lean one leaves out all that the base type demands anyway and judges instances
// that the base type found no fault with; the full one repeats the base's cardinalities, so that
// every definition that a faulty instance breaks is named. Immutable, shared by all threads.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "oncobridge/base/result.h"
#include "profiles/check_compiler.h"
#include "profiles/checks.h"
#include "profiles/schema.h"
#include "profiles/snapshot_cache.h"

namespace oncobridge::profiles {

// A step of a discriminator path, applied to an instance: `coding`, `resolve()`, `extension(url)`,
// `ofType(Quantity)`.
struct PathStep {
  enum class Kind : std::uint8_t { kChild, kResolve, kExtension, kOfType } kind = Kind::kChild;
  NameId name = kNoName;  // kChild: FHIRPath's name
  std::string argument;   // kExtension: url; kOfType: type
};

// What one discriminator demands of an item so that it belongs to a slice.
struct SliceTest {
  DiscriminatorType type = DiscriminatorType::kValue;
  std::string path;             // as stated, for messages
  std::vector<PathStep> steps;  // to the value that is tested
  // kValue, kPattern: what the slice fixes at that place, one of:
  std::shared_ptr<const ValueTree> fixed;
  std::shared_ptr<const ValueTree> pattern;
  std::shared_ptr<const BindingRule> binding;
  std::string url;                 // of an extension, for the discriminator `url`
  std::vector<SliceTest> below;    // fixed values of children, where the place itself fixes nothing
  bool must_exist = true;          // kExists
  std::vector<std::string> types;  // kType: allowed type codes
  std::vector<std::string> profiles;  // kProfile: the value conforms to one of them
  bool undecidable = false;           // the slice states nothing at that place
};

struct SlicingPlan;

struct ProfileElement {
  NameId name = kNoName;     // FHIRPath's name: `value` for value[x]
  NameId written = kNoName;  // only elements written so, `valueQuantity`; kNoName: any
  std::string label;         // as the profile says it: `Observation.component:systolic.value[x]`
  std::string slice_name;
  std::uint32_t min = 0;
  std::uint32_t max = ElementDefinition::kUnbounded;
  const ElementDefinition* definition = nullptr;
  std::unique_ptr<Checks> checks;  // null: nothing
  std::vector<ProfileElement> children;
  std::unique_ptr<SlicingPlan> slicing;

  ProfileElement();
  ProfileElement(ProfileElement&&) noexcept;
  ProfileElement& operator=(ProfileElement&&) noexcept;
  ~ProfileElement();
};

struct SlicingPlan {
  bool undecidable = false;  // no discriminator says which item belongs to which slice
  SlicingRules rules = SlicingRules::kOpen;
  bool ordered = false;
  struct Slice {
    ProfileElement element;
    std::vector<SliceTest> tests;
    bool is_default = false;  // `@default`
  };
  std::vector<Slice> slices;
};

struct Profile {
  const StructureDefinition* definition = nullptr;
  const Type* type = nullptr;
  ProfileElement root;                   // checks of the resource itself, children
  std::deque<ElementDefinition> joined;  // primitives with what is said of their `value`
};

enum class ProfileForm : std::uint8_t { kLean, kFull };

// Compiles profiles when first asked for, once, whatever thread asks.
class ProfileSet {
 public:
  ProfileSet(const Schema& schema, CheckCompiler& checks, SnapshotCache& snapshots);
  ~ProfileSet();

  // Null: not among the definitions; a fault: it is there and cannot be compiled. Takes a lock:
  // callers on a hot path remember what they got.
  Result<const Profile*> find(std::string_view canonical, ProfileForm form);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncobridge::profiles
