// What texts of a case record must look like. The JSON Schema (docs/case_record.schema.json) states
// the same rules as patterns.
#pragma once

#include <string_view>

#include "oncobridge/record/shape.h"

namespace oncobridge {

// Characters of one text. FHIR allows 1 MB (R4 datatypes, string); no fact of a case needs that.
inline constexpr std::size_t kMaxText = 100'000;

// Empty if `text` keeps the rule, otherwise what it must be.
std::string_view broken_text_rule(TextRule rule, std::string_view text);

// FHIR strings (R4 datatypes, string): not only white space, no control characters but tab and line
// ends. `max_characters` guards against hostile input.
std::string_view broken_string_rule(std::string_view text, std::size_t max_characters);

// The same rules as ECMA-262 patterns, for the schema.
std::string_view text_rule_pattern(TextRule rule);
inline constexpr std::string_view kStringPattern =
    "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*[^\\u0000-\\u0020][^\\u0000-"
    "\\u0008\\u000b\\u000c\\u000e-"
    "\\u001f]*$";

// True if the comma separated list `targets` names the shape.
bool names_shape(std::string_view targets, std::string_view shape);

}  // namespace oncobridge
