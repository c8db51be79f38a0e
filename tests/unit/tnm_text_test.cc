#include "converters/mappers/tnm_text.h"

#include <gtest/gtest.h>

#include <string>

namespace oncobridge {
namespace {

std::string shown(const TnmCategory& category) {
  if (!category) return "-";
  return std::string(kTnmPrefixes[static_cast<std::size_t>(category.prefix)]) +
         std::string(category.text()) + std::string(category.describing());
}

// All categories as one line, or what is wrong.
std::string read(std::string_view text) {
  TnmText tnm{};
  switch (read_tnm(text, tnm)) {
    case TnmReading::not_tnm:
      return "not TNM";
    case TnmReading::ambiguous:
      return "ambiguous";
    case TnmReading::read:
      break;
  }
  return shown(tnm.t) + " " + shown(tnm.n) + " " + shown(tnm.m) +
         (tnm.rest.empty() ? "" : " + " + std::string(tnm.rest)) +
         (tnm.group.empty() ? "" : ", stage " + std::string(tnm.group));
}

TEST(TnmText, OneStringHoldsThreeCategories) {
  EXPECT_EQ(read("cT4bN3M0"), "cT4b N3 M0");
  EXPECT_EQ(read("ycT4bN3M0"), "ycT4b N3 M0");
  EXPECT_EQ(read("T2N1M0"), "T2 N1 M0");
  EXPECT_EQ(read("TisN0M0"), "Tis N0 M0");
  EXPECT_EQ(read("TXNXM0"), "TX NX M0");
}

TEST(TnmText, AStageGroupMayStandBesideTheCategories) {
  EXPECT_EQ(read("T2 N1 M0 Stage IIB"), "T2 N1 M0, stage IIB");
  EXPECT_EQ(read("cT2N1M0, stage IIB"), "cT2 N1 M0, stage IIB");
  EXPECT_EQ(read("pT2 pN1 (Stage IIB)"), "pT2 pN1 -, stage IIB");
  EXPECT_EQ(read("Stage IIIC1 (pT3N1M0)"), "pT3 N1 M0, stage IIIC1");
  EXPECT_EQ(read("Stage IIA pT2(m) pN0(sn)"), "pT2(m) pN0(sn) -, stage IIA");
  EXPECT_EQ(read("stage IIA, pT2 pN0 G2"), "pT2 pN0 - + G2, stage IIA");
}

TEST(TnmText, OnlyTheWordStageMakesAStageGroup) {
  EXPECT_EQ(read("T2 N1 M0 IIB"), "not TNM");
  EXPECT_EQ(read("T2N1M0 stage early"), "not TNM");
  EXPECT_EQ(read("T2N1M0 substage IIB"), "not TNM");
  EXPECT_EQ(read("T2N1M0 stage IIB or IIIA"), "not TNM");
  EXPECT_EQ(read("stage IIB"), "not TNM");
  EXPECT_EQ(read("clinical stage IIB (cT2N1M0)"), "not TNM");
  TnmCategory t{};
  EXPECT_EQ(read_tnm_category("T2 stage IIB", 'T', t), TnmReading::not_tnm);
}

TEST(TnmText, CategoriesMayBeMissing) {
  EXPECT_EQ(read("pT3"), "pT3 - -");
  EXPECT_EQ(read("N2"), "- N2 -");
  EXPECT_EQ(read("ypT0N0"), "ypT0 N0 -");
  EXPECT_EQ(read("T3M1"), "T3 - M1");
}

TEST(TnmText, CaseBlanksAndSeparatorsDoNotMatter) {
  EXPECT_EQ(read("ct4bn3m0"), "cT4b N3 M0");
  EXPECT_EQ(read("CT4BN3M0"), "cT4b N3 M0");
  EXPECT_EQ(read(" pT2, pN1a / cM0 "), "pT2 pN1a cM0");
  EXPECT_EQ(read("c T2 N1 M0"), "cT2 N1 M0");
  EXPECT_EQ(read("T 2 N 1 M 0"), "T2 N1 M0");
  EXPECT_EQ(read("Tx Nx Mx"), "TX NX MX");
  EXPECT_EQ(read("cT2-N1-M0"), "cT2 N1 M0");
}

TEST(TnmText, EveryCategoryMayHaveItsOwnPrefix) {
  EXPECT_EQ(read("pT1cpN0cM0"), "pT1c pN0 cM0");
  EXPECT_EQ(read("ypT1cypN0"), "ypT1c ypN0 -");
  EXPECT_EQ(read("rpT2 rN0"), "rpT2 rN0 -");
  EXPECT_EQ(read("aT2aN0aM0"), "aT2 aN0 aM0");
  EXPECT_EQ(read("cT2 pN1 M0"), "cT2 pN1 M0");
}

TEST(TnmText, SubLettersAndNumbersBelongToTheCategory) {
  EXPECT_EQ(read("pT1a2N1miM0"), "pT1a2 N1mi M0");
  EXPECT_EQ(read("pT1mi pN0(i+)"), "pT1mi pN0(i+) -");
  EXPECT_EQ(read("pN1(mi)"), "- pN1mi -");
  EXPECT_EQ(read("cT3N2c M1c1"), "cT3 N2c M1c1");
  EXPECT_EQ(read("pTaN0"), "pTa N0 -");
  EXPECT_EQ(read("ptis(dcis)n0"), "pTis(DCIS) N0 -");
  EXPECT_EQ(read("cM0 (i+)"), "- - cM0(i+)");
}

TEST(TnmText, DescriptorsAreKeptApartFromTheCategory) {
  TnmText tnm{};
  ASSERT_EQ(read_tnm("pT2(m) N1a(sn)", tnm), TnmReading::read);
  EXPECT_EQ(tnm.t.text(), "T2");
  EXPECT_EQ(tnm.t.describing(), "(m)");
  EXPECT_EQ(tnm.n.text(), "N1a");
  EXPECT_EQ(tnm.n.describing(), "(sn)");
  EXPECT_EQ(tnm.n.stated, "N1a(sn)");
  EXPECT_EQ(read("pT1(2) pN1(3/15) cM0"), "pT1(2) pN1(3/15) cM0");
  EXPECT_EQ(read("pN0(i-)(sn)"), "- pN0(i-)(sn) -");
}

TEST(TnmText, ALetterThatMayBeSubLetterOrPrefixIsDecidedByTheRestOfTheString) {
  EXPECT_EQ(read("cT1cN0M0"), "cT1c N0 M0");      // one prefix, before all
  EXPECT_EQ(read("cT1cN0cM0"), "cT1 cN0 cM0");    // a prefix before each
  EXPECT_EQ(read("T1cN0M0"), "T1c N0 M0");        // none at all
  EXPECT_EQ(read("pT2aN1"), "pT2a N1 -");         // autopsy does not mix with pathologic
  EXPECT_EQ(read("pT1c N0 cM0"), "pT1c N0 cM0");  // the blank decides
  EXPECT_EQ(read("pT2 N1 cM0"), "pT2 N1 cM0");
}

TEST(TnmText, WhatCanBeReadInTwoWaysIsNotGuessed) {
  EXPECT_EQ(read("pT2N1cM0"), "ambiguous");   // N1c, or cM0
  EXPECT_EQ(read("pT1cN0cM0"), "ambiguous");  // T1c, or cN0
}

TEST(TnmText, FurtherFactorsAreTheRest) {
  EXPECT_EQ(read("pT2 pN1a cM0 L0 V1 Pn0 G2 R0"), "pT2 pN1a cM0 + L0 V1 Pn0 G2 R0");
  EXPECT_EQ(read("pT2N0M0G3"), "pT2 N0 M0 + G3");
}

TEST(TnmText, WhatIsNotTnmIsNotRead) {
  for (const char* text :
       {"",    "stage III", "T5N0M0",   "T2N4", "cT",         "T",    "TN0",
        "xT2", "T2(foo)",   "T2 or T3", "T2T3", "N1T2",       "M0N0", "T2N1M0 unclear",
        "c",   "()",        "T2(",      "M2",   "cT2N1M0 N2", "uT2",  "T2N1M0 G"}) {
    EXPECT_EQ(read(text), "not TNM") << text;
  }
}

TEST(TnmText, ASingleCategoryMustBeOfItsAxis) {
  TnmCategory category{};
  ASSERT_EQ(read_tnm_category("cT4b", 'T', category), TnmReading::read);
  EXPECT_EQ(shown(category), "cT4b");
  EXPECT_EQ(read_tnm_category("N1", 'T', category), TnmReading::not_tnm);
  EXPECT_EQ(read_tnm_category("T1N1", 'T', category), TnmReading::not_tnm);
  EXPECT_EQ(read_tnm_category("T1 G2", 'T', category), TnmReading::not_tnm);
}

TEST(TnmText, StageGroups) {
  for (const char* group :
       {"0", "0a", "0is", "I", "IA1", "IIB", "IIIC", "IV", "IVA", "IVB1", "Occult"}) {
    EXPECT_TRUE(is_stage_group(group)) << group;
  }
  for (const char* group : {"", "V", "IIII", "IIE", "stage III", "3", "A", "IIIC12", "IX"}) {
    EXPECT_FALSE(is_stage_group(group)) << group;
  }
}

}  // namespace
}  // namespace oncobridge
