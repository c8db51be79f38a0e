// Units of the Unified Code for Units of Measure (UCUM), case-sensitive variant: whether a text is
// a unit, what is wrong with it, and quantities compared, converted, multiplied. Factors are exact
// fractions, so 1 [in_i] is 2.54 cm and no less. An immutable table made once and shared between
// threads; checking allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/ucum_number.h"

namespace oncobridge::profiles {

enum class UnitFaultKind : std::uint8_t {
  kNone,
  kEmpty,
  kTooLong,     // more than Ucum::kMaxLength characters
  kTooDeep,     // more than Ucum::kMaxDepth parentheses in one another
  kCharacter,   // a blank, or what is no ASCII outside a symbol
  kSymbol,      // no unit, or a prefix where none may stand
  kNumber,      // a number of more than 18 digits, or 0
  kExponent,    // more than three digits
  kNoTerm,      // an operator or parenthesis with no unit after it
  kNoOperator,  // two units side by side
  kParenthesis,
  kAnnotation,  // not closed, or not ASCII
};

struct UnitFault {
  UnitFaultKind kind = UnitFaultKind::kNone;
  std::uint32_t place = 0;  // offset of the offending part
  std::uint32_t length = 0;
};

// A unit in terms of base units. Special units (Cel, [pH], dB) stand alone; arbitrary units ([iU])
// are dimensions of their own.
struct CanonicalUnit {
  struct Arbitrary {
    std::uint16_t unit = 0;
    std::int32_t exponent = 0;
  };
  UnitFactor factor;
  std::array<std::int32_t, 7> dimension{};  // m, s, g, rad, K, C, cd
  std::array<Arbitrary, 4> arbitrary{};     // by unit, those with exponent 0 left out
  std::uint8_t arbitrary_count = 0;
  std::uint8_t special = 0;  // index of a function; 0: a unit of ratio
  UnitFactor scale;          // of a special unit: 1/10 for dB

  bool commensurable(const CanonicalUnit& other) const;
};

class Ucum {
 public:
  static constexpr std::size_t kMaxLength = 256;
  static constexpr std::uint32_t kMaxDepth = 32;

  Ucum();                                 // the shipped table
  explicit Ucum(std::string_view table);  // of that form, which must outlive this; for tests

  // By UCUM's grammar. `J/Cel` follows it, though it is no quantity: canonical() knows none.
  bool is_valid(std::string_view unit) const { return check(unit).kind == UnitFaultKind::kNone; }
  UnitFault check(std::string_view unit) const;
  // What is wrong in a sentence, and the nearest right unit, both empty for a valid one.
  std::string explain(std::string_view unit) const;
  std::string nearest(std::string_view unit) const;

  // Nothing for what is not valid, or is a special unit in a product or power.
  std::optional<CanonicalUnit> canonical(std::string_view unit) const;
  // `kg.m/s2` as `g.m.s-2`, without its factor: the same text for all commensurable units.
  std::string dimension_text(std::string_view unit) const;
  bool commensurable(std::string_view a, std::string_view b) const;

  // -1, 0, 1 for a < = > b; nothing if they cannot be compared.
  std::optional<int> compare(std::string_view value_a, std::string_view unit_a,
                             std::string_view value_b, std::string_view unit_b) const;
  std::optional<double> convert(double value, std::string_view from, std::string_view to) const;
  // As a decimal text: exact where the result is a finite decimal, else 17 digits.
  std::optional<std::string> convert(std::string_view value, std::string_view from,
                                     std::string_view to) const;

  // The unit of a product or quotient of quantities, whose values are multiplied or divided as they
  // are: `2 'cm' * 2.0 'm'` is 4.0 'cm.m', which equals 0.04 'm2'. Empty if one is not valid.
  std::string product(std::string_view a, std::string_view b) const;
  std::string quotient(std::string_view a, std::string_view b) const;

 private:
  friend class UnitAdvice;
  struct Prefix {
    std::string_view code;
    std::string_view other_case;
    std::string_view name;
    UnitFactor factor;
  };
  struct Atom {
    std::string_view code;
    std::string_view other_case;
    std::string_view name;
    std::string_view value;       // 6.0221367; empty for base and arbitrary units
    std::string_view definition;  // 10*23
    bool metric = false;
    std::uint8_t special = 0;
    CanonicalUnit canonical;
  };
  // A prefix and a unit of a text; prefix -1: none; unit -1: no unit.
  struct Symbol {
    std::int16_t prefix = -1;
    std::int16_t unit = -1;
  };

  void read_table(std::string_view table);
  void read_line(std::string_view line);
  void resolve(std::size_t atom, std::vector<std::uint8_t>& state);
  std::int16_t find_atom(std::string_view code) const;
  Symbol find_symbol(std::string_view symbol) const;
  template <typename Sink>
  UnitFault parse(std::string_view unit, Sink&& sink) const;

  std::vector<Prefix> prefixes_;
  std::vector<Atom> atoms_;
  std::vector<std::int16_t> slots_;  // open addressing by hash_name
};

}  // namespace oncobridge::profiles
