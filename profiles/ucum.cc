#include "profiles/ucum.h"

#include <algorithm>
#include <cmath>

#include "oncobridge/fhir/names.h"
#include "profiles/ucum_parse.h"
#include "profiles/ucum_special.h"

namespace oncobridge::profiles {

std::string_view embedded_ucum_table();  // profiles/definitions/ucum.txt

namespace {

using namespace unit_grammar;

constexpr std::string_view kDimensions = "LTMACQF";  // in the order of the table's base units

std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(begin);
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

UnitFault fault_at(UnitFaultKind kind, std::size_t place, std::size_t length) {
  return {kind, static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(length)};
}

// Multiplies a canonical unit by another one's power. False if either is special or there are too
// many arbitrary units.
bool multiply(CanonicalUnit& unit, const CanonicalUnit& by, std::int32_t exponent) {
  if (unit.special != 0 || by.special != 0) return false;
  unit.factor.multiply(by.factor.power(exponent));
  for (std::size_t i = 0; i < unit.dimension.size(); ++i) {
    unit.dimension[i] += by.dimension[i] * exponent;
  }
  for (std::size_t i = 0; i < by.arbitrary_count; ++i) {
    const CanonicalUnit::Arbitrary add = by.arbitrary[i];
    if (exponent == 0) continue;
    auto* const begin = unit.arbitrary.begin();
    auto* const end = begin + unit.arbitrary_count;
    auto* const place = std::lower_bound(
        begin, end, add, [](const auto& a, const auto& b) { return a.unit < b.unit; });
    if (place != end && place->unit == add.unit) {
      place->exponent += add.exponent * exponent;
      if (place->exponent != 0) continue;
      std::move(place + 1, end, place);
      --unit.arbitrary_count;
    } else {
      if (unit.arbitrary_count == unit.arbitrary.size()) return false;
      std::move_backward(place, end, end + 1);
      *place = {add.unit, add.exponent * exponent};
      ++unit.arbitrary_count;
    }
  }
  return true;
}

struct NoSink {
  void number(std::uint64_t, std::int32_t) {}
  void unit(std::int16_t, std::int16_t, std::int32_t) {}
};

}  // namespace

bool CanonicalUnit::commensurable(const CanonicalUnit& other) const {
  if (dimension != other.dimension || arbitrary_count != other.arbitrary_count) return false;
  for (std::size_t i = 0; i < arbitrary_count; ++i) {
    if (arbitrary[i].unit != other.arbitrary[i].unit ||
        arbitrary[i].exponent != other.arbitrary[i].exponent) {
      return false;
    }
  }
  return true;
}

Ucum::Ucum() : Ucum(embedded_ucum_table()) {}

Ucum::Ucum(std::string_view table) { read_table(table); }

void Ucum::read_table(std::string_view table) {
  atoms_.reserve(table.size() / 64);
  while (!table.empty()) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    read_line(table.substr(0, end));
    table.remove_prefix(std::min(end + 1, table.size()));
  }
  std::size_t slots = 64;
  while (slots < atoms_.size() * 3) slots *= 2;
  slots_.assign(slots, -1);
  for (std::size_t i = 0; i < atoms_.size(); ++i) {
    std::size_t slot = hash_name(atoms_[i].code) & (slots - 1);
    while (slots_[slot] >= 0) slot = (slot + 1) & (slots - 1);
    slots_[slot] = static_cast<std::int16_t>(i);
  }
  std::vector<std::uint8_t> state(atoms_.size());
  for (std::size_t i = 0; i < atoms_.size(); ++i) resolve(i, state);
}

// See the head of the table for its form.
void Ucum::read_line(std::string_view line) {
  const std::size_t colon = line.find(" : ");
  if (line.empty() || line[0] == '#' || colon == std::string_view::npos) return;
  const std::string_view name = line.substr(colon + 3);
  line = line.substr(0, colon);
  const std::string_view kind = next_word(line);
  const std::string_view code = next_word(line);
  const std::string_view other_case = next_word(line);
  if (kind == "prefix") {
    const auto value = UnitDecimal::read(next_word(line));
    if (value) prefixes_.push_back({code, other_case, name, factor_of(*value)});
    return;
  }
  Atom atom{code, other_case, name, {}, {}, kind != "unit", 0, {}};
  atom.value = next_word(line);
  if (kind == "base") {
    const std::size_t dimension = kDimensions.find(atom.value);
    if (dimension >= kDimensions.size()) return;
    atom.canonical.dimension[dimension] = 1;
    atom.value = {};
  } else if (atom.value == "arbitrary") {
    atom.canonical.arbitrary[0] = {static_cast<std::uint16_t>(atoms_.size()), 1};
    atom.canonical.arbitrary_count = 1;
    atom.value = {};
  } else {
    atom.definition = next_word(line);
    if (const std::size_t open = atom.value.find('('); open != std::string_view::npos) {
      atom.special = special_function(atom.value.substr(0, open));
      if (atom.special == 0 || atom.definition.empty()) return;
      atom.value.remove_prefix(open + 1);
      atom.definition.remove_suffix(1);
    }
  }
  atoms_.push_back(atom);
}

// Works out a unit's canonical form from its definition, whose units are resolved first.
void Ucum::resolve(std::size_t index, std::vector<std::uint8_t>& state) {
  Atom& atom = atoms_[index];
  if (state[index] != 0 || atom.value.empty()) return;
  state[index] = 1;  // a unit defined by itself would stay what it is
  struct Sink {
    Ucum& ucum;
    std::vector<std::uint8_t>& state;
    void number(std::uint64_t, std::int32_t) {}
    void unit(std::int16_t, std::int16_t unit, std::int32_t) {
      ucum.resolve(static_cast<std::size_t>(unit), state);
    }
  };
  parse(atom.definition, Sink{*this, state});
  const auto value = UnitDecimal::read(atom.value);
  const auto unit = canonical(atom.definition);
  if (!value || !unit) return;
  atom.canonical = *unit;
  if (atom.code == "[pi]") {
    atom.canonical.factor.pis = 1;
  } else {
    atom.canonical.factor.multiply(factor_of(*value));
  }
  atom.canonical.special = atom.special;
}

std::int16_t Ucum::find_atom(std::string_view code) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash_name(code) & mask; slots_[slot] >= 0; slot = (slot + 1) & mask) {
    if (atoms_[static_cast<std::size_t>(slots_[slot])].code == code) return slots_[slot];
  }
  return -1;
}

// No unit of the table is also a prefix and a metric unit (tested), so the order is free.
Ucum::Symbol Ucum::find_symbol(std::string_view symbol) const {
  Symbol found{-1, find_atom(symbol)};
  if (found.unit >= 0) return found;
  for (std::size_t i = 0; i < prefixes_.size(); ++i) {
    const std::string_view prefix = prefixes_[i].code;
    if (prefix[0] != symbol[0] || !symbol.starts_with(prefix)) continue;
    const std::int16_t unit = find_atom(symbol.substr(prefix.size()));
    if (unit >= 0 && atoms_[static_cast<std::size_t>(unit)].metric) {
      return {static_cast<std::int16_t>(i), unit};
    }
  }
  return found;
}

// The sink hears of numbers and units with the exponents that they have in the whole: in `a/(b/c2)`
// c has 2.
template <typename Sink>
UnitFault Ucum::parse(std::string_view text, Sink&& sink) const {
  if (text.empty()) return fault_at(UnitFaultKind::kEmpty, 0, 0);
  if (text.size() > kMaxLength) return fault_at(UnitFaultKind::kTooLong, 0, text.size());
  std::int32_t groups[kMaxDepth + 1] = {1};  // sign of each open group
  std::size_t places[kMaxDepth + 1] = {};
  std::uint32_t depth = 0;
  std::int32_t sign = 1;  // of the next component
  bool open = true;       // a unary slash may stand here
  std::size_t i = 0;
  const auto annotation = [&](std::size_t end) {
    if (i < text.size() && text[i] == '{') i = annotation_end(text, i);
    return i == std::string_view::npos
               ? fault_at(UnitFaultKind::kAnnotation, end, text.size() - end)
               : UnitFault{};
  };
  while (true) {
    // A component.
    if (open && i < text.size() && text[i] == '/') {
      sign = -groups[depth];
      ++i;
    }
    open = false;
    if (i == text.size()) return fault_at(UnitFaultKind::kNoTerm, i, 0);
    if (text[i] == '(') {
      if (depth == kMaxDepth) return fault_at(UnitFaultKind::kTooDeep, i, 1);
      groups[++depth] = sign;
      places[depth] = i++;
      open = true;
      continue;
    }
    const std::size_t begin = i;
    if (text[i] != '{') {
      const std::size_t end = token_end(text, i);
      if (end == i) {
        const bool blank = static_cast<unsigned char>(text[i]) <= ' ';
        return fault_at(blank ? UnitFaultKind::kCharacter : UnitFaultKind::kNoTerm, i, 1);
      }
      const Token token = split_token(text.substr(i, end - i));
      std::int32_t exponent = 1;
      if (token.symbol.empty() && is_digit(token.exponent[0])) {
        std::uint64_t number = 0;
        for (const char c : token.exponent) number = number * 10 + static_cast<unsigned>(c - '0');
        if (end - i > 18 || number == 0) return fault_at(UnitFaultKind::kNumber, i, end - i);
        sink.number(number, sign);
      } else {
        const Symbol symbol = token.symbol.empty() ? Symbol{} : find_symbol(token.symbol);
        if (symbol.unit < 0) return fault_at(UnitFaultKind::kSymbol, i, end - i);
        if (!read_exponent(token.exponent, exponent)) {
          return fault_at(UnitFaultKind::kExponent, i, end - i);
        }
        sink.unit(symbol.prefix, symbol.unit, exponent * sign);
      }
      i = end;
    }
    if (const UnitFault fault = annotation(begin); fault.kind != UnitFaultKind::kNone) return fault;
    // What follows it.
    while (i < text.size() && text[i] == ')') {
      if (depth == 0) return fault_at(UnitFaultKind::kParenthesis, i, 1);
      --depth;
      const std::size_t close = ++i;
      if (const UnitFault fault = annotation(close); fault.kind != UnitFaultKind::kNone) {
        return fault;
      }
    }
    if (i == text.size()) break;
    if (text[i] != '.' && text[i] != '/') {
      const bool blank = static_cast<unsigned char>(text[i]) <= ' ';
      return fault_at(blank ? UnitFaultKind::kCharacter : UnitFaultKind::kNoOperator, i, 1);
    }
    sign = text[i++] == '/' ? -groups[depth] : groups[depth];
  }
  if (depth != 0) return fault_at(UnitFaultKind::kParenthesis, places[depth], 1);
  return {};
}

UnitFault Ucum::check(std::string_view unit) const { return parse(unit, NoSink{}); }

std::optional<CanonicalUnit> Ucum::canonical(std::string_view text) const {
  struct Sink {
    const Ucum& ucum;
    CanonicalUnit result{};
    bool possible = true;
    bool alone = true;  // nothing else than a special unit may stand in the text
    void number(std::uint64_t value, std::int32_t sign) {
      possible = possible && result.special == 0;
      alone = false;
      UnitFactor factor = factor_of({false, value, 0, true});
      result.factor.multiply(sign < 0 ? factor.inverse() : factor);
    }
    void unit(std::int16_t prefix, std::int16_t unit, std::int32_t exponent) {
      const Atom& atom = ucum.atoms_[static_cast<std::size_t>(unit)];
      const UnitFactor* scale =
          prefix < 0 ? nullptr : &ucum.prefixes_[static_cast<std::size_t>(prefix)].factor;
      if (atom.canonical.special != 0) {
        possible = possible && alone && exponent == 1;
        result = atom.canonical;
        if (scale != nullptr) result.scale = *scale;
      } else {
        possible = possible && multiply(result, atom.canonical, exponent);
        if (scale != nullptr) result.factor.multiply(scale->power(exponent));
      }
      alone = false;
    }
  };
  Sink sink{*this};
  if (parse(text, sink).kind != UnitFaultKind::kNone || !sink.possible) return std::nullopt;
  return sink.result;
}

std::string Ucum::dimension_text(std::string_view unit) const {
  const auto known = canonical(unit);
  if (!known) return {};
  std::string text;
  const auto add = [&](std::string_view code, std::int32_t exponent) {
    if (exponent == 0) return;
    if (!text.empty()) text += '.';
    text += code;
    if (exponent != 1) text += std::to_string(exponent);
  };
  for (const Atom& atom : atoms_) {
    if (!atom.value.empty() || atom.canonical.arbitrary_count != 0) continue;
    const auto& dimension = atom.canonical.dimension;
    const auto place = std::find(dimension.begin(), dimension.end(), 1) - dimension.begin();
    add(atom.code, known->dimension[static_cast<std::size_t>(place)]);
  }
  for (std::size_t i = 0; i < known->arbitrary_count; ++i) {
    add(atoms_[known->arbitrary[i].unit].code, known->arbitrary[i].exponent);
  }
  return text.empty() ? "1" : text;
}

bool Ucum::commensurable(std::string_view a, std::string_view b) const {
  const auto first = canonical(a);
  const auto second = first ? canonical(b) : std::nullopt;
  return second && first->commensurable(*second);
}

}  // namespace oncobridge::profiles
