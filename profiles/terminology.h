// Codes, offline: is a code in a value set, is it in its code system, is its display right. Value
// sets and code systems become tables when first asked for; afterwards a question takes no lock and
// allocates nothing. Shared by all threads. The store and the units must outlive it.
//
//   const ValueSetHandle& handle = terminology.value_set(binding.value_set);  // once
//   const CompiledValueSet& set = terminology.compiled(handle);
//   terminology.check(set, coding_system, coding_version, coding_code);
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/compiled_value_set.h"
#include "profiles/definition_store.h"
#include "profiles/rules.h"

namespace oncobridge::profiles {

class Ucum;

// A value set of a binding; lives as long as its Terminology.
struct ValueSetHandle {
  std::string canonical;
  mutable std::atomic<const CompiledValueSet*> compiled = nullptr;
};

enum class CodeStatus : std::uint8_t {
  kFound,
  kNotFound,            // the system is at hand as a whole: there is no such code
  kMalformed,           // the codes of the system are not at hand, but none looks like this one
  kNotInFragment,       // the system is at hand only in part
  kNotAtHand,           // a known system without its codes, or not that version of it
  kValid,               // by the rule of the system: UCUM, MIME types, languages, URIs
  kSystemUnknown,       // nothing is known of the system
  kSystemMissing,       // it would be one of HL7's, and HL7 has no such system
  kSystemIsSupplement,  // may not stand in Coding.system
  kSystemIsValueSet,    // likewise
};

struct CodeResult {
  CodeStatus status = CodeStatus::kSystemUnknown;
  const Concept* concept_found = nullptr;  // of kFound
  const CodeSystem* system = nullptr;      // if it is at hand
};

// A code of a value set or code system, near to a wrong one.
struct Suggestion {
  std::string_view system;
  std::string_view code;
  std::string_view display;
};

class Terminology {
 public:
  Terminology(const DefinitionStore& store, const Ucum& ucum);
  ~Terminology();

  // A value set by `url` or `url|version`; always the same handle for the same canonical. Takes a
  // lock; meant for when profiles are compiled.
  const ValueSetHandle& value_set(std::string_view canonical) const;
  const CompiledValueSet& compiled(const ValueSetHandle& handle) const {
    const CompiledValueSet* set = handle.compiled.load(std::memory_order_acquire);
    return set != nullptr ? *set : compile(handle);
  }
  // One that is not among the definitions: contained in a resource, or in a questionnaire.
  std::unique_ptr<CompiledValueSet> compile(const ValueSet& definition) const;

  // Whether a coding is in the set. A coding without a code is in none.
  Membership check(const CompiledValueSet& set, std::string_view system, std::string_view version,
                   std::string_view code) const;
  // Likewise for a code, string or uri, which has no system: in one of the set's systems.
  Membership check_code(const CompiledValueSet& set, std::string_view code) const;

  CodeResult look_up(std::string_view system, std::string_view version,
                     std::string_view code) const;
  // True if the display is the code's, or one of its designations in any language or supplement.
  // Case does not count, nor does the amount of white space. `found` is of kFound.
  bool is_display(const CodeResult& found, std::string_view display) const;

  // For messages: up to `count` codes that were probably meant, the nearest first: the same code in
  // another case or system, the code of that display, codes a few letters away. Slow.
  std::vector<Suggestion> nearest(const CompiledValueSet& set, std::string_view code,
                                  std::string_view display, std::size_t count = 3) const;
  std::vector<Suggestion> nearest(const CodeSystem& system, std::string_view code,
                                  std::string_view display, std::size_t count = 3) const;
  // The URL of the system that was probably meant, at hand or known; empty if none is near. Slow.
  std::string right_system(std::string_view system) const;

  Terminology(const Terminology&) = delete;
  Terminology& operator=(const Terminology&) = delete;

 private:
  struct Impl;
  const CompiledValueSet& compile(const ValueSetHandle& handle) const;

  std::unique_ptr<Impl> impl_;
};

// The codings of one CodeableConcept, or the one code of an element, against a binding: it holds if
// any of them is in the value set (FHIR R4 terminologies.html#4.1.5).
enum class BindingVerdict : std::uint8_t { kHolds, kBroken, kNotChecked, kNoCode };

struct BindingTally {
  bool any_in = false;
  bool any_code = false;
  std::string_view unknown;  // the reason of the first that could not be decided

  void add(const Membership& membership) {
    any_code = true;
    any_in = any_in || membership.member == Member::kIn;
    if (membership.member == Member::kUnknown && unknown.empty()) unknown = membership.reason;
  }
  BindingVerdict verdict() const {
    if (any_in) return BindingVerdict::kHolds;
    if (!any_code) return BindingVerdict::kNoCode;
    return unknown.empty() ? BindingVerdict::kBroken : BindingVerdict::kNotChecked;
  }
};

// The rule that a broken binding of a strength breaks; extensible and preferred ones are no errors.
// Example bindings break none: kBindingNotChecked.
RuleId binding_rule(BindingStrength strength);

}  // namespace oncobridge::profiles
