// Whether the text of a primitive value follows the rules of its R4 type (datatypes.html). Pure
// functions: no allocation, any thread. xhtml is narrative.h's.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "profiles/rules.h"
#include "profiles/schema.h"

namespace oncobridge::profiles {

// Most characters of a string (datatypes.html#string).
inline constexpr std::size_t kMaxStringLength = 1'048'576;

// The first rule that the text breaks. Warnings (white space around a string, an improbable year,
// a decimal of more than 18 digits, blanks in base64) come only if no error does. kNone and kXhtml
// break none. Text of booleans and numbers is as JSON or XML writes it.
std::optional<RuleId> check_primitive(Primitive type, std::string_view text);

// `scheme:rest` without blanks; the scheme in lower case.
bool is_absolute_uri(std::string_view text);
// `2.16.840.1.113883`, without `urn:oid:`.
bool is_oid(std::string_view text);
// 8-4-4-4-12 hexadecimal digits in lower case, without `urn:uuid:`.
bool is_uuid(std::string_view text);
// 1 to 64 of A-Z a-z 0-9 - .
bool is_id(std::string_view text);
// A well-formed BCP 47 tag (RFC 5646 section 2.1), whether its parts are registered or not.
bool is_bcp47(std::string_view text);
// `type/subtype`, parameters allowed; the type is one of RFC 6838's or begins with `x-`.
bool is_mime_type(std::string_view text);

}  // namespace oncobridge::profiles
