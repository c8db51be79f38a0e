// Values of a case record. All are plain data: views into the record's bytes or its arena, valid
// until the worker reads its next record. All-zero means "not reported". Every reported value
// carries its Leaf, its number in the record; the coverage report lists the leaves that no mapper
// used.
#pragma once

#include <cstdint>
#include <string_view>

#include "oncobridge/base/uuid.h"
#include "oncobridge/record/term.h"

namespace oncobridge {

using Leaf = std::uint32_t;  // 0: not reported

struct Text {
  std::string_view value;
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }
};

struct Flag {
  bool value;
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }  // reported, not: true
};

// A whole number, 0 or more.
struct Whole {
  std::uint32_t value;
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }
};

// A decimal number whose text is kept: 1.50 stays 1.50.
struct Decimal {
  std::string_view text;
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }
};

// A date at the source's precision: 2017, 2019-05 or 2020-03-17.
struct Date {
  std::string_view text;
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }
  bool to_the_day() const { return text.size() == 10; }
};

// One word of a closed list; E's enumerators follow the list, 0 is "not reported".
template <typename E>
struct Choice {
  E value;
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }
  bool is(E other) const { return value == other; }
};

// A wording and what it resolved to in its field's table; `term` is null where no row fits, and the
// wording then stands alone.
struct Concept {
  std::string_view text;
  const Term* term;
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }
};

template <typename T>
struct List {
  const T* items;
  std::uint32_t count;
  const T* begin() const { return items; }
  const T* end() const { return items + count; }
  bool empty() const { return count == 0; }
  explicit operator bool() const { return count != 0; }
};

enum class Comparator : std::uint8_t { none, less, less_or_equal, greater_or_equal, greater };

// A number with its unit, or a range (`low`, `high`). UCUM units only, from the `unit` table.
struct Quantity {
  Decimal value;
  Decimal low;
  Decimal high;
  Choice<Comparator> comparator;
  Concept unit;
  Flag approximate;  // "approximately": FHIR R4 has no comparator for it, it becomes a note
  Text text;         // source wording
  explicit operator bool() const { return value || low || high || text; }
};

// When something was: a date, a period, an age, or words. Relative times stay words.
struct When {
  Date date;
  Date start;
  Date end;
  Quantity age;
  Text text;
  explicit operator bool() const { return date || start || end || age || text; }
};

// A body site with its side. `clock` and other finer wordings stay in `text`.
struct Site {
  Concept site;
  Concept laterality;
  List<Concept> qualifiers;
  Text text;
  explicit operator bool() const { return site || laterality || qualifiers || text; }
};

// The four states of a fact; "not reported" is a fact that is not there.
enum class State : std::uint8_t { not_given, known, negative, unknown };

struct Shape;  // record/shape.h
struct Fact;

// A reference to another fact of the same record by its `id`.
struct Ref {
  std::string_view label;
  const Fact* target;  // never null once the record has been read
  Leaf leaf;
  explicit operator bool() const { return leaf != 0; }
};

// Where in the sources a fact stands.
struct SourcePlace {
  Ref document;  // not given: the record's first source
  Text place;    // section, table row, page, figure
};

// A statement of the sources that contradicts the value chosen in the record.
struct Conflict {
  Text text;
  List<SourcePlace> source;
};

// What every clinical fact has. First member of every fact structure.
struct Fact {
  Text label;  // `id`: a name to refer to the fact inside the record; not part of any resource id
  Choice<State> state;
  Text text;  // source wording of the whole fact
  List<Text> note;
  List<SourcePlace> source;
  List<Conflict> conflicts;
  // Set by the reader.
  const Shape* shape;
  UuidText uuid;  // of the fact's main resource

  bool negative() const { return state.value == State::negative; }
  bool unknown() const { return state.value == State::unknown; }
  std::string_view id() const { return view(uuid); }
};

}  // namespace oncobridge
