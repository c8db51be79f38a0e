// Words of the text form of definitions (definition_text.h): bare where they are plain, JSON
// strings otherwise. Shared by its writer and its reader; no state.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace oncobridge::profiles {

inline constexpr std::string_view kStructurePrefix = "http://hl7.org/fhir/StructureDefinition/";

// Characters that a bare atom of a type may have: none that mean something there.
inline bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= 0x20 || byte == 0x7F) return false;
  switch (c) {
    case '"':
    case '\\':
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case ',':
      return false;
    default:
      return true;
  }
}

// Appends `text` bare, or as a JSON string where it must be. A bare word has no blank, quote or
// backslash and begins with none of + = { [.
void append_word(std::string& out, std::string_view text);
// The same for a part of a type or the key of a fact: of plain characters and without `=`.
void append_atom(std::string& out, std::string_view text);

// FHIR's way to name a type within a member: `code` is the Code of fixedCode, `Quantity` stays.
void append_choice_suffix(std::string& out, std::string_view type);
// The type of such an ending: `Code` is code, `CodeableConcept` is itself.
std::string choice_type(std::string_view suffix);

// Length of the JSON value at the start of `text`, by its brackets and quotes only; 0 if it does
// not end.
std::size_t json_length(std::string_view text);
// Appends what a JSON string (with its quotes) stands for. False if it is none.
bool append_decoded(std::string& out, std::string_view json_string);

}  // namespace oncobridge::profiles
