// What is known of code systems without their content: their names, the grammar of their codes, and
// right URLs for wrong ones. Tables; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profiles/definition.h"

namespace oncobridge::profiles {

class Ucum;

// How a code is judged where no list of codes is at hand.
enum class RuleKind : std::uint8_t {
  kNone,
  kUcum,         // UCUM's grammar; with a parameter: commensurable with that unit
  kMimeType,     // BCP 13
  kLanguage,     // BCP 47; 2-letter languages by the registry
  kUri,          // RFC 3986
  kCurrency,     // ISO 4217
  kCountry,      // ISO 3166-1: 2-letter codes by the list, others by their form
  kSubdivision,  // ISO 3166-2, by its form
  kUspsState,    // states, territories and military mail of the USPS
  kSnomedCt,     // identifier with its check digit, or an expression
  kLoinc,        // code with its check digit
  kCdcRace,      // code with its check digit
  kIcd10Cm,      // by its form, like the next ones
  kIcdO3,
  kDigits,
};

// Parts that a language tag must not have (US Core simple-language).
enum LanguagePart : std::uint8_t {
  kExtlang = 1,
  kScript = 2,
  kVariant = 4,
  kExtension = 8,
  kPrivateUse = 16,
  kRegion = 32,
};

enum class RuleAnswer : std::uint8_t {
  kValid,
  kInvalid,
  kUnsure,  // follows the grammar; whether the code exists is not known
};

struct SystemRule {
  RuleKind kind = RuleKind::kNone;
  std::uint8_t without = 0;  // LanguagePart
  std::string unit;          // kUcum
  bool operator==(const SystemRule&) const = default;
};

RuleAnswer test_rule(const SystemRule& rule, std::string_view code, const Ucum& ucum);
// False for rules that decide about every code.
bool may_be_unsure(RuleKind rule);
// The rule of a system; kNone if it has none.
RuleKind rule_of_system(std::string_view system);
// Narrows the rule by a value set's filter. False if the rule cannot tell.
bool narrow_rule(SystemRule& rule, const ValueSetFilter& filter);

// A system that is in use, whether its codes are at hand or not.
bool is_known_system(std::string_view url);
// True for URLs under hl7.org/fhir and terminology.hl7.org: what is not at hand does not exist.
bool is_hl7_space(std::string_view url);
// The URL that was probably meant by a name, an OID or a misspelt URL of a known system; empty if
// none is close.
std::string_view right_system_url(std::string_view url);

}  // namespace oncobridge::profiles
