// Shapes: the one description of every structure of a case record. The JSON reader, the JSON
// Schema, the field reference and the natural keys of resource ids are all driven by these tables,
// so they cannot disagree. Constant data, shared by all threads.
#pragma once

#include <span>
#include <string_view>

#include "oncobridge/record/values.h"

namespace oncobridge {

enum class Kind : std::uint8_t { text, flag, whole, decimal, choice, date, concept_, ref, object };

// What a text must look like beyond being non-empty UTF-8.
enum class TextRule : std::uint8_t { any, case_id, uri, tnm, language };

// The largest whole number of a record: what FHIR's integer holds (R4 datatypes, integer).
inline constexpr std::uint32_t kMaxWhole = 2147483647;

struct Field {
  std::string_view name;
  Kind kind;
  bool is_list;
  bool required;
  // Part of the fact's natural key, from which its resource id is made.
  bool is_key;
  // Also part of the keys of facts that refer to this one. Times are not, so that a corrected date
  // of a specimen does not move its markers to new ids.
  bool is_reference_key;
  // A list that may be written as its single element.
  bool one_or_many;
  TextRule text_rule;
  TermField terms;        // for concepts: the table that wordings and codes come from
  std::uint16_t offset;   // in the structure
  std::uint32_t maximum;  // for whole numbers; 0: kMaxWhole
  std::span<const std::string_view> choices;  // words, in the enumerators' order from 1
  std::string_view targets;  // for refs: names of the shapes they may point to, comma separated
  const Shape* shape;        // for objects
  std::string_view doc;      // meaning, unit, example
};

// How a field's key begins in JSON, closing quote included: eight bytes from behind its opening
// quote fit if (bytes & mask) == word. Names of eight characters and more have further bytes to
// compare.
struct KeyHead {
  std::uint64_t word;
  std::uint64_t mask;
};

struct Shape {
  std::string_view name;  // e.g. `marker`; also the role in natural keys
  std::uint16_t size;
  bool is_fact;  // begins with a Fact
  // For objects that may be written as a plain string: the field that the string sets. -1: none.
  int short_form;
  std::span<const Field> fields;  // the common fields of a Fact included; at most 64
  std::string_view doc;
  const KeyHead* heads;  // one for each field
  // Sets of fields, bit n for fields[n].
  std::uint64_t required;
  std::uint64_t keys;
  std::uint64_t reference_keys;
  std::uint64_t facts;  // structures that are facts
};

// Bytes of one element of a list field.
std::size_t element_size(const Field& field);

// The shape of a whole record.
const Shape& case_record_shape();

}  // namespace oncobridge
