// What tests measure and units are units of.
#include "converters/measure.h"

#include <gtest/gtest.h>

#include "converters/terms.h"

namespace oncobridge {
namespace {

TEST(Measure, OfATestStandsInItsDisplay) {
  EXPECT_EQ(measure_of_test("Carcinoembryonic Ag [Mass/volume] in Serum or Plasma"), Measure::mass);
  EXPECT_EQ(measure_of_test("Calcitonin [Moles/volume] in Serum or Plasma"), Measure::substance);
  EXPECT_EQ(measure_of_test("Cancer Ag 15-3 [Units/volume] in Serum or Plasma"), Measure::units);
  EXPECT_EQ(measure_of_test("P53 protein Ag [Presence] in Tissue by Immune stain"), Measure::words);
  EXPECT_EQ(measure_of_test("Cells.Ki-67 nuclear Ag/cells in Breast cancer specimen"),
            Measure::fraction);
  EXPECT_EQ(measure_of_test("Immune stain study"), Measure::none);
}

TEST(Measure, OfAUnitStandsInItsCode) {
  EXPECT_EQ(measure_of_unit("ng/mL"), Measure::mass);
  EXPECT_EQ(measure_of_unit("pmol/L"), Measure::substance);
  EXPECT_EQ(measure_of_unit("k[IU]/L"), Measure::units);
  EXPECT_EQ(measure_of_unit("U/mL"), Measure::units);
  EXPECT_EQ(measure_of_unit("10*9/L"), Measure::number);
  EXPECT_EQ(measure_of_unit("{cells}/uL"), Measure::number);
  EXPECT_EQ(measure_of_unit("/uL"), Measure::number);
  EXPECT_EQ(measure_of_unit("mg"), Measure::other);
  EXPECT_EQ(measure_of_unit("mL"), Measure::other);
}

TEST(Measure, EveryUnitOfTheTablePerVolumeIsOfAKind) {
  const Terms terms = Terms::load(embedded_term_tables()).value();
  for (const Term& term : terms.all()) {
    const std::string_view code = term.codings.front().code;
    if (term.field != TermField::unit || !code.ends_with("L")) continue;
    if (code.find('/') == code.npos) continue;
    EXPECT_NE(term.measure, Measure::other) << term.wording;
    EXPECT_NE(term.measure, Measure::none) << term.wording;
  }
}

// A further code of a marker stands in the table of what it measures.
TEST(Measure, CodesByUnitMeasureWhatTheirTableSays) {
  const Terms terms = Terms::load(embedded_term_tables()).value();
  for (const Term& term : terms.all()) {
    const Measure expected = term.field == TermField::marker_mass    ? Measure::mass
                             : term.field == TermField::marker_moles ? Measure::substance
                             : term.field == TermField::marker_units ? Measure::units
                                                                     : term.measure;
    EXPECT_EQ(term.measure, expected) << term.wording;
  }
}

TEST(Measure, WhatIsNotKnownContradictsNothing) {
  EXPECT_FALSE(contradict(Measure::none, Measure::mass));
  EXPECT_FALSE(contradict(Measure::mass, Measure::none));
  EXPECT_FALSE(contradict(Measure::fraction, Measure::plain));
  EXPECT_TRUE(contradict(Measure::mass, Measure::units));
  EXPECT_TRUE(contradict(Measure::words, Measure::fraction));
}

}  // namespace
}  // namespace oncobridge
