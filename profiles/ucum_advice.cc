// What is wrong with a unit, in words, and the nearest right one. Only for texts that are no unit:
// speed does not matter, but the work is bounded by Ucum::kMaxLength.

#include <algorithm>
#include <array>
#include <utility>

#include "profiles/ucum.h"
#include "profiles/ucum_parse.h"

namespace oncobridge::profiles {

using unit_grammar::is_digit;

namespace {

constexpr std::array<std::string_view, 11> kSentences = {
    "is a unit",
    "is empty",
    "is longer than 256 characters",
    "has parentheses nested more than 32 deep",
    "has a blank",
    "is not a UCUM unit",
    "is not a number that a unit may have",
    "has an exponent of more than three digits",
    "has an operator with no unit after it",
    "has two units with no operator between them",
    "has a parenthesis without its other half",
};

// Words that records use for units, folded to lower case. Names of the table need no line here.
constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"bpm", "/min"},
    {"beats/min", "{beats}/min"},
    {"breaths/min", "{breaths}/min"},
    {"cc", "mL"},
    {"cap", "{capsule}"},
    {"caps", "{capsule}"},
    {"capsule", "{capsule}"},
    {"capsules", "{capsule}"},
    {"cell", "{cell}"},
    {"cells", "{cells}"},
    {"copies", "{copies}"},
    {"cps", "{copies}"},
    {"celsius", "Cel"},
    {"degc", "Cel"},
    {"\xC2\xB0"
     "c",
     "Cel"},
    {"degf", "[degF]"},
    {"fahrenheit", "[degF]"},
    {"\xC2\xB0"
     "f",
     "[degF]"},
    {"feet", "[ft_i]"},
    {"ft", "[ft_i]"},
    {"dose", "{dose}"},
    {"doses", "{dose}"},
    {"ea", "{each}"},
    {"each", "{each}"},
    {"fl oz", "[foz_us]"},
    {"gm", "g"},
    {"gms", "g"},
    {"gr", "g"},
    {"grs", "g"},
    {"hr", "h"},
    {"hrs", "h"},
    {"in", "[in_i]"},
    {"inches", "[in_i]"},
    {"inr", "{INR}"},
    {"iu", "[IU]"},
    {"miu", "m[IU]"},
    {"kiu", "k[IU]"},
    {"uiu", "u[IU]"},
    {"lb", "[lb_av]"},
    {"lbs", "[lb_av]"},
    {"[lb_i]", "[lb_av]"},
    {"[lb_us]", "[lb_av]"},
    {"litre", "L"},
    {"litres", "L"},
    {"mcg", "ug"},
    {"mcl", "uL"},
    {"mcmol", "umol"},
    {"metre", "m"},
    {"metres", "m"},
    {"mmhg", "mm[Hg]"},
    {"cmh2o", "cm[H2O]"},
    {"mmh2o", "mm[H2O]"},
    {"mol%", "mol/100.mol"},
    {"months", "mo"},
    {"mos", "mo"},
    {"oz", "[oz_av]"},
    {"percent", "%"},
    {"ppb", "[ppb]"},
    {"ppm", "[ppm]"},
    {"ratio", "{ratio}"},
    {"score", "{score}"},
    {"sec", "s"},
    {"secs", "s"},
    {"sqm", "m2"},
    {"tab", "{tbl}"},
    {"tablet", "{tbl}"},
    {"tablets", "{tbl}"},
    {"tabs", "{tbl}"},
    {"tbl", "{tbl}"},
    {"units", "U"},
    {"unit", "U"},
    {"wks", "wk"},
    {"yr", "a"},
    {"yrs", "a"},
    {"y", "a"},
};

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

std::string raised(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return result;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// What a keyboard or a printer writes for UCUM's plain ASCII.
std::string plain(std::string_view unit) {
  std::string text(unit);
  constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
      {"\xC2\xB5", "u"},       {"\xCE\xBC", "u"}, {"\xC2\xB2", "2"},
      {"\xC2\xB3", "3"},       {"\xC2\xB7", "."}, {"\xC3\x97", "."},
      {" per ", "/"},          {"10^", "10*"},    {"\xE2\x81\xBB\xC2\xB9", "-1"},
      {"\xE2\x84\xA6", "Ohm"}, {" ", ""}};
  for (const auto& [what, by] : kSigns) replace_all(text, what, by);
  // `m^2` is m2; `10^3` is UCUM.
  for (std::size_t at = text.find('^'); at != std::string::npos; at = text.find('^', at)) {
    text.erase(at, 1);
  }
  return text;
}

bool within_one_edit(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  const std::size_t skip = a.size() == b.size() ? 1 : 0;
  return i == a.size() || a.substr(i + skip) == b.substr(i + 1);
}

}  // namespace

// Looks for the unit that a text that is none was meant to be.
class UnitAdvice {
 public:
  explicit UnitAdvice(const Ucum& ucum) : ucum_(ucum) {}

  std::string nearest(std::string_view unit) const {
    if (unit.size() > Ucum::kMaxLength) return {};
    if (std::string word = of_words(folded(unit)); !word.empty()) return word;
    std::string text = plain(unit);
    if (folded(text) != text && raised(text) == text) text = in_small_letters(text);
    // Each round mends one fault; a mended text is a little longer at most.
    for (int round = 0; round < 8 && !text.empty(); ++round) {
      const UnitFault fault = ucum_.check(text);
      if (fault.kind == UnitFaultKind::kNone) return text;
      if (fault.kind != UnitFaultKind::kSymbol) return {};
      const std::string mended = symbol(std::string_view(text).substr(fault.place, fault.length));
      if (mended.empty()) return {};
      text.replace(fault.place, fault.length, mended);
    }
    return {};
  }

 private:
  // MG/DL is mg/dL, though MG alone would be a unit (megagauss).
  std::string in_small_letters(std::string_view text) const {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = std::max(unit_grammar::token_end(text, i), i + 1);
      const unit_grammar::Token token = unit_grammar::split_token(text.substr(i, end - i));
      const std::string other = token.symbol.empty() ? "" : of_other_case(token.symbol);
      result += other.empty() ? std::string(token.symbol) : other;
      result += token.exponent;
      i = end;
    }
    return result;
  }

  static std::string of_words(std::string_view word) {
    for (const auto& [from, to] : kWords) {
      if (word == from) return std::string(to);
    }
    return {};
  }

  // `token` is a symbol with its exponent.
  std::string symbol(std::string_view token) const {
    const unit_grammar::Token parts = unit_grammar::split_token(token);
    const std::string exponent(parts.exponent);
    if (parts.symbol.empty()) return {};
    if (is_digit(token[0])) {  // 12h is 12.h
      const std::size_t digits = token.find_first_not_of("0123456789");
      return std::string(token.substr(0, digits)) + '.' + std::string(token.substr(digits));
    }
    for (const auto& found :
         {of_words(folded(parts.symbol)), of_plural(parts.symbol), of_other_case(parts.symbol),
          of_name(folded(parts.symbol)), of_brackets(parts.symbol), of_one_letter(parts.symbol)}) {
      if (!found.empty()) return found + exponent;
    }
    return {};
  }

  // KG, ML, MMOL: the codes of the variant that knows no case; Kg, mEq: the letters are right.
  std::string of_other_case(std::string_view symbol) const {
    const std::string upper = raised(symbol);
    for (const bool by_letters : {false, true}) {
      const auto written = [&](const auto& entry) {
        return by_letters ? raised(entry.code) : std::string(entry.other_case);
      };
      if (std::string code = unit_of_other_case(symbol, 0, written); !code.empty()) return code;
      for (const Ucum::Prefix& prefix : ucum_.prefixes_) {
        const std::string start = written(prefix);
        if (!upper.starts_with(start)) continue;
        const std::string unit = unit_of_other_case(symbol, start.size(), written);
        if (!unit.empty()) return std::string(prefix.code) + unit;
      }
    }
    return {};
  }

  // The unit written as `symbol` from `begin` on, if possible with the very letters (L, not l).
  template <typename Written>
  std::string unit_of_other_case(std::string_view symbol, std::size_t begin,
                                 const Written& written) const {
    const std::string_view rest = symbol.substr(begin);
    const std::string upper = raised(rest);
    std::string found;
    for (const Ucum::Atom& atom : ucum_.atoms_) {
      if (begin != 0 && !atom.metric) continue;
      if (written(atom) != upper) continue;
      if (atom.code == rest) return std::string(atom.code);
      if (found.empty()) found = atom.code;
    }
    return found;
  }

  // gram, milligrams.
  std::string of_name(std::string_view word) const {
    if (word.size() < 3) return {};
    for (const Ucum::Atom& atom : ucum_.atoms_) {
      const std::string name = folded(atom.name);
      if (!word.starts_with(name) && !word.ends_with(name) &&
          (word.size() <= name.size() || word.find(name) == std::string_view::npos)) {
        continue;
      }
      const std::size_t at = word.find(name);
      const std::string_view rest = word.substr(at + name.size());
      if (!rest.empty() && rest != "s") continue;
      if (at == 0) return std::string(atom.code);
      for (const Ucum::Prefix& prefix : ucum_.prefixes_) {
        if (atom.metric && word.substr(0, at) == prefix.name) {
          return std::string(prefix.code) + std::string(atom.code);
        }
      }
    }
    return {};
  }

  // HPF is [HPF], mmHg is mm[Hg].
  std::string of_brackets(std::string_view symbol) const {
    const std::string upper = raised(symbol);
    for (const Ucum::Atom& atom : ucum_.atoms_) {
      std::string bare = raised(atom.code);
      if (bare.find('[') == std::string::npos) continue;
      std::erase_if(bare, [](char c) { return c == '[' || c == ']' || c == '\''; });
      if (!upper.ends_with(bare)) continue;
      const std::string_view start = symbol.substr(0, symbol.size() - bare.size());
      if (start.empty()) return std::string(atom.code);
      for (const Ucum::Prefix& prefix : ucum_.prefixes_) {
        if (atom.metric && folded(start) == prefix.code) {
          return std::string(prefix.code) + std::string(atom.code);
        }
      }
    }
    return {};
  }

  std::string of_plural(std::string_view symbol) const {  // kgs
    if (!symbol.ends_with('s')) return {};
    symbol.remove_suffix(1);
    return ucum_.is_valid(symbol) ? std::string(symbol) : std::string();
  }

  std::string of_one_letter(std::string_view symbol) const {  // [in_1]
    if (symbol.size() < 4) return {};
    for (const Ucum::Atom& atom : ucum_.atoms_) {
      if (atom.code.size() > 2 && within_one_edit(symbol, atom.code)) return std::string(atom.code);
    }
    return {};
  }

  const Ucum& ucum_;
};

std::string Ucum::nearest(std::string_view unit) const {
  return is_valid(unit) ? std::string() : UnitAdvice(*this).nearest(unit);
}

std::string Ucum::explain(std::string_view unit) const {
  const UnitFault fault = check(unit);
  switch (fault.kind) {
    case UnitFaultKind::kNone:
      return {};
    case UnitFaultKind::kSymbol:
    case UnitFaultKind::kNumber:
      return "`" + std::string(unit.substr(fault.place, fault.length)) + "` " +
             std::string(kSentences[static_cast<std::size_t>(fault.kind)]);
    case UnitFaultKind::kAnnotation:
      return "the unit has an annotation that is not closed or not ASCII";
    default:
      return "the unit " + std::string(kSentences[static_cast<std::size_t>(fault.kind)]);
  }
}

}  // namespace oncobridge::profiles
