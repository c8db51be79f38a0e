// The judge. Definitions are opened once and shared by all threads; a Validator belongs to one
// thread and is used for one document after the other.
//
//   auto definitions = oncobridge::Definitions::shipped();
//   oncobridge::Validator validator(*definitions);
//   const oncobridge::Verdict verdict = validator.judge(bytes);
//   for (const oncobridge::Issue& issue : validator.issues()) ...
//
// See examples/validate_resource.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/fhir/tape.h"
#include "oncobridge/profile/issue.h"

namespace oncobridge {

// A package that others depend on and that is not at hand, as `name#version`.
struct MissingPackage {
  std::string name;
  std::string needed_by;  // the first package that asks for it
};

// R4 core, US Core 6.1.0, mCODE 4.0.0 and what they depend on, and what is added. Complete it
// before the first Validator is made; from then on it may be used by any number of threads.
class Definitions {
 public:
  static std::unique_ptr<Definitions> shipped();
  ~Definitions();

  // `name#version` from a FHIR package cache (`~/.fhir/packages` by default), dependencies
  // included. Fault rules: package-missing, package-broken.
  Result<void> add_package(std::string_view name_and_version, std::string_view cache_folder = {});
  // A folder, a .tgz, or a StructureDefinition, ValueSet or CodeSystem in JSON or XML.
  Result<void> add_path(const std::string& path);
  // One definition from memory.
  Result<void> add_definition(std::string_view bytes, const std::string& name);
  // A Questionnaire that responses are judged against, from memory.
  Result<void> add_questionnaire(std::string_view bytes);
  // Packages that others name as dependencies and that were not found, each once.
  const std::vector<MissingPackage>& missing() const;
  // Files of folders and archives that could not be read, at most 100; the others have been added.
  // The place's path is the file.
  const std::vector<Fault>& faults() const;
  // The file among them that would define what a canonical names; empty if there is none.
  std::string broken_file(std::string_view canonical) const;
  // What of the definitions added so far is not understood, held against one another, at most 100:
  // rules definition-value and definition-syntax, the file as the place's path. The message says
  // whether anything is judged with the definition. To be asked when all have been added.
  std::vector<Fault> doubts() const;

  // The canonical of a profile by canonical, name or id (`mcode-cancer-patient`); empty if unknown.
  std::string canonical_of(std::string_view name) const;
  // A fault if resources cannot be judged against the profile with this canonical, for instance
  // because its base is not at hand. Ends the completing of the definitions.
  Result<void> check_profile(std::string_view canonical) const;
  // Whether resources may have this type. Ends the completing of the definitions.
  bool is_resource_type(std::string_view name) const;

  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  Definitions();
  std::unique_ptr<Impl> impl_;
};

enum class ReferenceCheck : std::uint8_t {
  kType,           // target type and, inside the document, the target's profile
  kExistsAndType,  // a relative reference that nothing resolves is an error
};

struct ValidatorOptions {
  std::vector<std::string> profiles;         // judged beside the base type and meta.profile
  std::vector<std::string> bundle_profiles;  // for each resource in a bundle: `Patient=URL`, or URL
  bool ignore_meta_profile = false;
  bool best_practice = false;      // report best-practice invariants as warnings
  bool allow_example_urls = true;  // http://example.org and the like are no errors
  bool security_checks = false;    // strings that look like code are errors
  bool wrong_display_is_warning = false;
  bool check_contained = true;  // judge contained resources, and whether they are referred to
  ReferenceCheck references = ReferenceCheck::kType;
  bool strict = false;  // warnings of extensible bindings and unknown extensions are errors
  // Issues of a document that are kept, the severe ones before the others; further ones are only
  // counted, and a limit-issues information, which no count holds, says how many.
  std::uint32_t max_issues = 1'000;
  Severity level = Severity::kInformation;  // less severe issues are only counted
  // Asked by judge() about each issue that it counts (severity, rule, expression and profile are
  // set), on the validator's thread. True: somebody has looked at it. It is counted in the verdict,
  // not against max_issues, and is among the issues whatever its level, as long as there are no
  // more than max_issues of them.
  std::function<bool(const Issue&)> suppressed;
  // Elements that one invariant may look at; beyond, it is not checked. All invariants of a
  // document share eight times as much and 200 for each of its elements.
  std::uint64_t max_visits = 50'000'000;
  TapeLimits limits;
  // A resource outside the document by its reference text: `Patient/1`. Empty result: not found.
  // Called on the validator's thread.
  std::function<std::string_view(std::string_view reference)> fetch;
};

class Validator {
 public:
  explicit Validator(const Definitions& definitions, ValidatorOptions options = {});
  ~Validator();

  // Judges one resource in JSON or XML (told apart by the first character). `source` must live
  // until the next call. Fast: decides and counts; no text is made.
  Verdict decide(std::string_view source);
  // The same verdict, with issues.
  Verdict judge(std::string_view source);
  const std::vector<Issue>& issues() const;

  // Of the document judged last, until the next call: `Patient/p1`; empty if it has no type.
  std::string_view resource_name() const;
  // What it would have taken to decide the rest of the document judged last, also by decide(): the
  // canonical of a value set, code system, questionnaire or profile, `a resource of` such a profile
  // where a reference leads out of the document; one entry for each that Verdict::not_checked
  // counts, empty text where it is none of these. Until the next call.
  const std::vector<std::string_view>& not_checked() const;

  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncobridge
