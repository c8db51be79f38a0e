#include "profiles/ucum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/profiles/allocation_count.h"

namespace oncobridge::profiles {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

const Ucum& ucum() {
  static const Ucum shipped;
  return shipped;
}

TEST(Ucum, KnowsTheUnitsOfLaboratoriesAndClinics) {
  for (const char* unit : {"mg",
                           "kg",
                           "cm",
                           "m2",
                           "mg/dL",
                           "g/dl",
                           "10*3/uL",
                           "10*9/L",
                           "/min",
                           "{beats}/min",
                           "%",
                           "mm[Hg]",
                           "[iU]/L",
                           "m[IU]/mL",
                           "k[IU]/L",
                           "ng/mL",
                           "mL/min/{1.73_m2}",
                           "a",
                           "mo",
                           "wk",
                           "Cel",
                           "[degF]",
                           "[pH]",
                           "dB",
                           "[lb_av]",
                           "[in_i]",
                           "1",
                           "{score}",
                           "mg{creat}",
                           "10*-6",
                           "10^3",
                           "10*+3",
                           "m-2",
                           "kg.m/s2",
                           "U/(12.h)",
                           "g.m/({hb}.m2)",
                           "[drp]/[HPF]",
                           "/10*12{rbc}",
                           "1/1000000{Base}",
                           "B[10.nV]",
                           "dB[SPL]",
                           "[m/s2/Hz^(1/2)]",
                           "''",
                           "'",
                           "cal_[15]",
                           "[m/s2/Hz^(1/2)]2",
                           "Kibit",
                           "daL/min",
                           "pH",
                           "%{Negative Control}",
                           "{}",
                           "mg/{a}/{b}",
                           "(m)",
                           "((m))",
                           "(8.h){shift}",
                           "m+2",
                           "4.[pi].10*-7.N/A2"}) {
    EXPECT_TRUE(ucum().is_valid(unit)) << unit << ": " << ucum().explain(unit);
  }
}

TEST(Ucum, ChecksAndComparesWithoutAllocation) {
  ASSERT_TRUE(ucum().is_valid("mg"));
  const std::size_t before = allocation_count();
  EXPECT_TRUE(ucum().is_valid("mL/min/{1.73_m2}"));
  EXPECT_TRUE(ucum().is_valid("k[IU]/L"));
  EXPECT_FALSE(ucum().is_valid("kgs"));
  EXPECT_EQ(ucum().compare("4.0", "g", "4000", "mg").value_or(1), 0);
  EXPECT_EQ(allocation_count(), before);
}

TEST(Ucum, KnowsWhatIsNoUnit) {
  struct Case {
    const char* unit;
    UnitFaultKind kind;
    std::uint32_t place;
  };
  for (const Case& c : std::vector<Case>{{"", UnitFaultKind::kEmpty, 0},
                                         {"kgs", UnitFaultKind::kSymbol, 0},
                                         {"KG", UnitFaultKind::kSymbol, 0},
                                         {"m^2", UnitFaultKind::kSymbol, 0},
                                         {"cc", UnitFaultKind::kSymbol, 0},
                                         {"mg/", UnitFaultKind::kNoTerm, 3},
                                         {"mg/dl ", UnitFaultKind::kCharacter, 5},
                                         {"m//s", UnitFaultKind::kNoTerm, 2},
                                         {"g/12h", UnitFaultKind::kSymbol, 2},
                                         {"ug(8.h)", UnitFaultKind::kNoOperator, 2},
                                         {"{a}m", UnitFaultKind::kNoOperator, 3},
                                         {"m{a}{b}", UnitFaultKind::kNoOperator, 4},
                                         {"(m", UnitFaultKind::kParenthesis, 0},
                                         {"m)", UnitFaultKind::kParenthesis, 1},
                                         {"m{a", UnitFaultKind::kAnnotation, 0},
                                         {"m{a{b}}", UnitFaultKind::kAnnotation, 0},
                                         {"m{\xC3\xA9}", UnitFaultKind::kAnnotation, 0},
                                         {"()", UnitFaultKind::kNoTerm, 1},
                                         {"10+3/ul", UnitFaultKind::kSymbol, 0},
                                         {"iU", UnitFaultKind::kSymbol, 0},
                                         {"[iIU]/L", UnitFaultKind::kSymbol, 0},
                                         {"cm[H20]", UnitFaultKind::kSymbol, 0},
                                         {"m1000", UnitFaultKind::kExponent, 0},
                                         {"0.m", UnitFaultKind::kNumber, 0},
                                         {"k[lb_av]", UnitFaultKind::kSymbol, 0},
                                         {"mmg", UnitFaultKind::kSymbol, 0},
                                         {"1234567890123456789", UnitFaultKind::kNumber, 0},
                                         {"\xC2\xB5g", UnitFaultKind::kSymbol, 0},
                                         {"-2", UnitFaultKind::kSymbol, 0},
                                         {"mm Hg", UnitFaultKind::kCharacter, 2},
                                         {"[Hg", UnitFaultKind::kSymbol, 0},
                                         {".m", UnitFaultKind::kNoTerm, 0},
                                         {"m(", UnitFaultKind::kNoOperator, 1}}) {
    const UnitFault fault = ucum().check(c.unit);
    EXPECT_EQ(fault.kind, c.kind) << c.unit;
    EXPECT_EQ(fault.place, c.place) << c.unit;
    EXPECT_NE(ucum().explain(c.unit), "") << c.unit;
  }
  EXPECT_EQ(ucum().explain("mg"), "");
  EXPECT_THAT(ucum().explain("mg/dll"), HasSubstr("`dll`"));
}

TEST(Ucum, NamesTheNearestRightUnit) {
  for (const auto& [wrong, right] :
       std::vector<std::pair<std::string, std::string>>{{"kgs", "kg"},
                                                        {"KG", "kg"},
                                                        {"m^2", "m2"},
                                                        {"mg/m^2", "mg/m2"},
                                                        {"cc", "mL"},
                                                        {"IU/L", "[IU]/L"},
                                                        {"mmHg", "mm[Hg]"},
                                                        {"mm Hg", "mm[Hg]"},
                                                        {"MG/DL", "mg/dL"},
                                                        {"\xC2\xB5g/L", "ug/L"},
                                                        {"mcg", "ug"},
                                                        {"milligrams", "mg"},
                                                        {"lbs", "[lb_av]"},
                                                        {"pounds", "[lb_av]"},
                                                        {"years", "a"},
                                                        {"mg/12h", "mg/12.h"},
                                                        {"mEq/L", "meq/L"},
                                                        {"HPF", "[HPF]"},
                                                        {"bpm", "/min"},
                                                        {"kg/m\xC2\xB2", "kg/m2"},
                                                        {"cells/uL", "{cells}/uL"},
                                                        {"\xC2\xB0"
                                                         "C",
                                                         "Cel"},
                                                        {"[in_1]", "[in_i]"},
                                                        {"10^3/uL ", "10*3/uL"},
                                                        {"Mmol/L", ""},
                                                        {"TAB", "{tbl}"},
                                                        {"drop", "[drp]"},
                                                        {"month", "mo"},
                                                        {"mg/ea", "mg/{each}"},
                                                        {"[lb_i]", "[lb_av]"},
                                                        {"mg", ""},
                                                        {"qqq", ""},
                                                        {std::string(300, 'm'), ""}}) {
    EXPECT_EQ(ucum().nearest(wrong), right) << wrong;
  }
}

TEST(Ucum, ConvertsExactlyWhereTheResultIsADecimal) {
  struct Case {
    const char *value, *from, *to, *result;
  };
  for (const Case& c : std::vector<Case>{{"6.3", "mm", "m", "0.0063"},
                                         {"1", "[in_i]", "cm", "2.54"},
                                         {"1", "[lb_av]", "kg", "0.45359237"},
                                         {"6.3", "s.mm-2", "s.m-2", "6300000"},
                                         {"6.3", "s/m.mg", "s.m-1.g", "0.0063"},
                                         {"6.30", "4.s/m", "s/m", "25.2"},
                                         {"6.3", "s/4/m", "s/m", "1.575"},
                                         {"6.3", "g.m.s-2.A-2", "g.m.C-2", "6.3"},
                                         {"1", "m[Hg]", "g.s-2.m-1", "133322000"},
                                         {"1", "S", "g-1.m-2.C2.s", "0.001"},
                                         {"1", "[ly]", "cm", "946073047258080000"},
                                         {"360", "deg", "circ", "1"},
                                         {"37", "Cel", "K", "310.15"},
                                         {"37", "Cel", "[degF]", "98.6"},
                                         {"-40", "[degF]", "Cel", "-40"},
                                         {"1", "mCel", "K", "273.151"},
                                         {"100", "mg/dL", "g/L", "1"},
                                         {"1e3", "m[IU]", "[iU]", "1"},
                                         {"1", "mol", "1", "602213670000000000000000"},
                                         {"24", "h", "d", "1"},
                                         {"12", "mo", "a", "1"},
                                         {"0", "g", "kg", "0"},
                                         {"1", "d", "wk", "0.14285714285714286"},
                                         {"7", "[pH]", "nmol/L", "100"},
                                         {"20", "dB", "B", "2"}}) {
    EXPECT_THAT(ucum().convert(std::string_view(c.value), c.from, c.to),
                Optional(std::string(c.result)))
        << c.value << ' ' << c.from << " in " << c.to;
    const auto number = ucum().convert(std::strtod(c.value, nullptr), c.from, c.to);
    ASSERT_TRUE(number) << c.from;
    EXPECT_NEAR(*number, std::strtod(c.result, nullptr), 1e-12 * std::abs(*number) + 1e-14)
        << c.from;
  }
  EXPECT_NEAR(*ucum().convert(1.0, "4.[pi].10*-7.N", "N"), 1.2566370614359172e-6, 1e-20);
  EXPECT_NEAR(*ucum().convert(180.0, "deg", "rad"), 3.141592653589793, 1e-15);
  EXPECT_NEAR(*ucum().convert(40.0, "dB[SPL]", "Pa"), 2e-3, 1e-15);
  EXPECT_FALSE(ucum().convert(1.0, "cm", "s"));
  EXPECT_FALSE(ucum().convert(1.0, "cm", "[s]"));
}

TEST(Ucum, ComparesQuantities) {
  EXPECT_THAT(ucum().compare("4.0000", "g", "4000.0", "mg"), Optional(0));
  EXPECT_THAT(ucum().compare("4", "g", "4040", "mg"), Optional(-1));
  EXPECT_THAT(ucum().compare("2.0", "cm", "-1", "km"), Optional(1));
  EXPECT_THAT(ucum().compare("7", "d", "1", "wk"), Optional(0));
  EXPECT_THAT(ucum().compare("37", "Cel", "98.6", "[degF]"), Optional(0));
  EXPECT_THAT(ucum().compare("98.60000000000001", "[degF]", "37", "Cel"), Optional(1));
  EXPECT_THAT(ucum().compare("1", "[in_i]", "2.5400000000000000001", "cm"), Optional(-1));
  EXPECT_THAT(ucum().compare("1", "[mi_i]", "1609.344", "m"), Optional(0));
  EXPECT_THAT(ucum().compare("180", "deg", "3.14", "rad"), Optional(1));
  EXPECT_THAT(ucum().compare("0", "m", "0.0", "km"), Optional(0));
  EXPECT_THAT(ucum().compare("1e300", "Ym", "1e-300", "ym"), Optional(1));
  EXPECT_THAT(ucum().compare("1", "%", "0.01", "1"), Optional(0));
  EXPECT_THAT(ucum().compare("1", "{a}", "1", "{b}"), Optional(0));
  EXPECT_THAT(ucum().compare("7", "[pH]", "8", "[pH]"), Optional(-1));
  EXPECT_THAT(ucum().compare("1", "PNp", "1", "kNp"), Optional(1));
  EXPECT_THAT(ucum().compare("10", "dB", "1", "B"), Optional(0));
  EXPECT_EQ(ucum().compare("1", "m", "1", "s"), std::nullopt);
  EXPECT_EQ(ucum().compare("1", "[iU]", "1", "[arb'U]"), std::nullopt);
  EXPECT_EQ(ucum().compare("1", "kgs", "1", "kg"), std::nullopt);
  EXPECT_EQ(ucum().compare("x", "kg", "1", "kg"), std::nullopt);
}

TEST(Ucum, MultipliesAndDividesQuantities) {
  EXPECT_EQ(ucum().product("cm", "m"), "cm.m");
  EXPECT_THAT(ucum().compare("4.00", ucum().product("cm", "m"), "0.040", "m2"), Optional(0));
  EXPECT_THAT(ucum().compare("2", ucum().quotient("g", "m"), "2", "g/m"), Optional(0));
  EXPECT_THAT(ucum().compare("1", ucum().quotient("m", "m"), "1", "1"), Optional(0));
  EXPECT_EQ(ucum().quotient("g", "m/s"), "g/(m/s)");
  EXPECT_THAT(ucum().compare("1", ucum().quotient("g", "m/s"), "1", "g.s/m"), Optional(0));
  EXPECT_THAT(ucum().compare("1", ucum().product("g", "/s"), "1", "g/s"), Optional(0));
  EXPECT_EQ(ucum().quotient("1", "s"), "/s");
  EXPECT_EQ(ucum().product("1", "s"), "s");
  EXPECT_EQ(ucum().product("kgs", "s"), "");
}

TEST(Ucum, ReducesUnitsToBaseUnits) {
  EXPECT_EQ(ucum().dimension_text("kg.m/s2"), "m.s-2.g");
  EXPECT_EQ(ucum().dimension_text("N"), ucum().dimension_text("kg.m/s2"));
  EXPECT_EQ(ucum().dimension_text("mg/dL"), "m-3.g");
  EXPECT_EQ(ucum().dimension_text("%"), "1");
  EXPECT_EQ(ucum().dimension_text("[iU]/[arb'U]2"), "[iU].[arb'U]-2");
  EXPECT_TRUE(ucum().commensurable("[IU]", "m[iU]"));
  EXPECT_TRUE(ucum().commensurable("Cel", "K"));
  EXPECT_TRUE(ucum().commensurable("[FFU]0.m", "m"));
  EXPECT_TRUE(ucum().commensurable("[iU].[arb'U]/[iU]", "[arb'U]"));
  EXPECT_FALSE(ucum().commensurable("[CFU]", "[PFU]"));
}

// UCUM section 21: special units take no part in products and powers.
TEST(Ucum, SpecialUnitsStandAlone) {
  for (const char* unit : {"J/Cel", "Cel2", "2.Cel", "Cel.m", "/Cel", "10.dB"}) {
    EXPECT_TRUE(ucum().is_valid(unit)) << unit;
    EXPECT_FALSE(ucum().canonical(unit)) << unit;
  }
  EXPECT_TRUE(ucum().canonical("Cel{body}"));
}

TEST(Ucum, AbsurdUnitsEndInAnswers) {
  EXPECT_EQ(ucum().check(std::string(257, 'm')).kind, UnitFaultKind::kTooLong);
  EXPECT_TRUE(ucum().is_valid(std::string(32, '(') + "m" + std::string(32, ')')));
  EXPECT_EQ(ucum().check(std::string(33, '(') + "m" + std::string(33, ')')).kind,
            UnitFaultKind::kTooDeep);
  std::string many = "[lb_av]999";
  while (many.size() < 240) many += ".[lb_av]999";
  EXPECT_TRUE(ucum().is_valid(many));
  EXPECT_TRUE(ucum().canonical(many));
  EXPECT_THAT(ucum().compare("1", many, "2", many), Optional(-1));
  EXPECT_FALSE(ucum().canonical("[iU].[CFU].[PFU].[PNU].[Lf]"));
}

TEST(Ucum, EveryUnitOfTheTableHasACanonicalForm) {
  const std::filesystem::path table =
      std::filesystem::path(ONCOBRIDGE_SOURCE_DIR) / "profiles/definitions/ucum.txt";
  std::ifstream in(table);
  std::size_t units = 0;
  for (std::string line; std::getline(in, line);) {
    if (line[0] == '#' || line.starts_with("prefix")) continue;
    const std::string code = line.substr(8, line.find(' ', 8) - 8);
    EXPECT_TRUE(ucum().canonical(code)) << code;
    ++units;
  }
  EXPECT_EQ(units, 310u);
}

// Every code of HL7's value set of common UCUM units.
TEST(Ucum, KnowsTheCommonUnits) {
  const std::string archive =
      std::string(ONCOBRIDGE_SOURCE_DIR) + "/../shared/packages/hl7.fhir.r4.core-4.0.1.tgz";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no " << archive;
  std::unique_ptr<FILE, int (*)(FILE*)> tar(
      popen(("tar -xzOf '" + archive + "' package/ValueSet-ucum-common.json").c_str(), "r"),
      pclose);
  std::string text;
  for (int c = std::fgetc(tar.get()); c != EOF; c = std::fgetc(tar.get())) {
    text += static_cast<char>(c);
  }
  const nlohmann::json value_set = nlohmann::json::parse(text);
  std::size_t codes = 0;
  for (const auto& member : value_set["compose"]["include"][0]["concept"]) {
    const std::string code = member["code"];
    EXPECT_TRUE(ucum().is_valid(code)) << code << ": " << ucum().explain(code);
    ++codes;
  }
  EXPECT_GT(codes, 1'300u);
}

}  // namespace
}  // namespace oncobridge::profiles
