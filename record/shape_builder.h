// Builds Field rows from member types, so that a row of record/shapes_*.cc names a member once and
// cannot disagree with its type.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "oncobridge/record/case_record.h"
#include "oncobridge/record/shape.h"

namespace oncobridge::shapes {

// ---- words of a closed list, from the enumerators' names

template <typename E>
struct ChoiceTable {
  static constexpr std::string_view names = choice_words(E{});
  static constexpr std::size_t count = [] {
    std::size_t n = 1;
    for (const char c : names) n += c == ',';
    return n;
  }();
  static constexpr auto characters = [] {
    std::array<char, names.size()> result{};
    for (std::size_t i = 0; i < names.size(); ++i) result[i] = names[i] == '_' ? '-' : names[i];
    return result;
  }();
  static constexpr auto words = [] {
    std::array<std::string_view, count> result{};
    std::size_t start = 0, n = 0;
    for (std::size_t i = 0; i <= names.size(); ++i) {
      if (i < names.size() && names[i] != ',') continue;
      while (start < i && (names[start] == ' ' || names[start] == '\n')) ++start;
      result[n++] = std::string_view(characters.data() + start, i - start);
      start = i + 1;
    }
    return result;
  }();
};

struct ComparatorWords {
  static constexpr std::array<std::string_view, 4> words = {"<", "<=", ">=", ">"};
};
struct StateWords {
  static constexpr std::array<std::string_view, 3> words = {"known", "negative", "unknown"};
};

// ---- the kind of a member from its type

template <typename T>
constexpr const Shape* kShapeOf = nullptr;  // specialised beside each shape

template <typename T>
struct TypeOf {
  static constexpr Kind kind = Kind::object;
  static constexpr bool list = false;
  static constexpr std::span<const std::string_view> choices = {};
  using Element = T;
};
#define ONCOBRIDGE_KIND(T, k)                                        \
  template <>                                                        \
  struct TypeOf<T> {                                                 \
    static constexpr Kind kind = Kind::k;                            \
    static constexpr bool list = false;                              \
    static constexpr std::span<const std::string_view> choices = {}; \
    using Element = T;                                               \
  };
ONCOBRIDGE_KIND(Text, text)
ONCOBRIDGE_KIND(Flag, flag)
ONCOBRIDGE_KIND(Whole, whole)
ONCOBRIDGE_KIND(Decimal, decimal)
ONCOBRIDGE_KIND(Date, date)
ONCOBRIDGE_KIND(Concept, concept_)
ONCOBRIDGE_KIND(Ref, ref)
#undef ONCOBRIDGE_KIND

template <typename E>
struct TypeOf<Choice<E>> {
  static constexpr Kind kind = Kind::choice;
  static constexpr bool list = false;
  static constexpr std::span<const std::string_view> choices = ChoiceTable<E>::words;
  using Element = Choice<E>;
};
template <>
struct TypeOf<Choice<Comparator>> {
  static constexpr Kind kind = Kind::choice;
  static constexpr bool list = false;
  static constexpr std::span<const std::string_view> choices = ComparatorWords::words;
  using Element = Choice<Comparator>;
};
template <>
struct TypeOf<Choice<State>> {
  static constexpr Kind kind = Kind::choice;
  static constexpr bool list = false;
  static constexpr std::span<const std::string_view> choices = StateWords::words;
  using Element = Choice<State>;
};
template <typename T>
struct TypeOf<List<T>> {
  static constexpr Kind kind = TypeOf<T>::kind;
  static constexpr bool list = true;
  static constexpr std::span<const std::string_view> choices = TypeOf<T>::choices;
  using Element = T;
};

struct Options {
  bool required = false;
  bool key = false;
  bool reference_key = false;
  bool one_or_many = false;
  TermField terms = TermField::none;
  TextRule text_rule = TextRule::any;
  std::uint32_t maximum = 0;
  std::string_view targets = {};
};

template <typename T>
constexpr Field make_field(std::string_view name, std::size_t offset, std::string_view doc,
                           Options options) {
  using Type = TypeOf<T>;
  return Field{name,
               Type::kind,
               Type::list,
               options.required,
               options.key,
               options.reference_key,
               options.one_or_many,
               options.text_rule,
               options.terms,
               static_cast<std::uint16_t>(offset),
               options.maximum,
               Type::choices,
               options.targets,
               Type::kind == Kind::object ? kShapeOf<typename Type::Element> : nullptr,
               doc};
}

// A row: structure, member, meaning, options.
#define FIELD(S, member, doc, ...) \
  make_field<decltype(S::member)>(#member, offsetof(S, member), doc, Options{__VA_ARGS__})

// The fields of every fact; Fact is the first member, so offsets agree.
#define FACT_FIELDS                                                                                \
  make_field<Text>("id", offsetof(Fact, label),                                                    \
                   "name by which other facts of this record refer to this one", {}),              \
      make_field<Choice<State>>(                                                                   \
          "state", offsetof(Fact, state),                                                          \
          "known (default), negative (explicitly not so) or unknown (explicitly unknown)", {}),    \
      make_field<Text>("text", offsetof(Fact, text), "source wording of the whole fact", {}),      \
      make_field<List<Text>>("note", offsetof(Fact, note), "remarks", {.one_or_many = true}),      \
      make_field<List<SourcePlace>>("source", offsetof(Fact, source), "where the fact stands",     \
                                    {.one_or_many = true}),                                        \
      make_field<List<Conflict>>("conflicts", offsetof(Fact, conflicts),                           \
                                 "statements of the sources that contradict the value given here", \
                                 {.one_or_many = true})

// The fields that have a property, bit by bit.
template <typename Property>
constexpr std::uint64_t fields_with(std::span<const Field> fields, Property property) {
  std::uint64_t set = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (property(fields[i])) set |= std::uint64_t{1} << i;
  }
  return set;
}

constexpr KeyHead make_head(std::string_view name) {
  KeyHead head{};
  for (std::size_t i = 0; i < std::min<std::size_t>(name.size() + 1, 8); ++i) {
    const std::size_t shift = 8 * (std::endian::native == std::endian::little ? i : 7 - i);
    head.word |= std::uint64_t{static_cast<unsigned char>(i < name.size() ? name[i] : '"')}
                 << shift;
    head.mask |= std::uint64_t{0xFF} << shift;
  }
  return head;
}

template <std::size_t N>
constexpr std::array<KeyHead, N> make_heads(const Field (&fields)[N]) {
  std::array<KeyHead, N> heads{};
  for (std::size_t i = 0; i < N; ++i) heads[i] = make_head(fields[i].name);
  return heads;
}

constexpr Shape make_shape(std::string_view name, std::size_t size, bool is_fact, int short_form,
                           std::span<const Field> fields, std::string_view doc,
                           const KeyHead* heads) {
  return {name,
          static_cast<std::uint16_t>(size),
          is_fact,
          short_form,
          fields,
          doc,
          heads,
          fields_with(fields, [](const Field& field) { return field.required; }),
          fields_with(fields, [](const Field& field) { return field.is_key; }),
          fields_with(fields, [](const Field& field) { return field.is_reference_key; }),
          fields_with(fields, [](const Field& field) {
            return field.kind == Kind::object && field.shape->is_fact;
          })};
}

#define SHAPE(Type, json_name, fact, short_field, doc)                                      \
  static_assert(std::size(k##Type##Fields) <= 64 && sizeof(Type) <= UINT16_MAX);            \
  constexpr auto k##Type##Heads = make_heads(k##Type##Fields);                              \
  constexpr Shape k##Type##Shape = make_shape(json_name, sizeof(Type), fact, short_field,   \
                                              k##Type##Fields, doc, k##Type##Heads.data()); \
  template <>                                                                               \
  constexpr const Shape* kShapeOf<Type> = &k##Type##Shape;

}  // namespace oncobridge::shapes
