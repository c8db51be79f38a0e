// How tests are done, by their codes and in a record's words.
#include "converters/technique.h"

#include <gtest/gtest.h>

namespace oncobridge {
namespace {

TEST(Technique, OfATestStandsInItsDisplay) {
  EXPECT_EQ(techniques_of_test("CD20 Ag [Presence] in Tissue by Immune stain"),
            technique::immune_stain);
  EXPECT_EQ(techniques_of_test("Immune stain study"), technique::immune_stain);
  EXPECT_EQ(techniques_of_test("MET gene amplification in Blood or Tissue by FISH"),
            technique::fish);
  EXPECT_EQ(techniques_of_test("PCA3 score in Urine by Molecular genetics method"),
            technique::molecular);
  EXPECT_EQ(techniques_of_test("Thyroglobulin [Mass/volume] in Serum or Plasma"), technique::assay);
  EXPECT_EQ(techniques_of_test("HER2 [Interpretation] in Tissue"), 0);
}

TEST(Technique, OfAMethodStandsInItsWords) {
  EXPECT_EQ(techniques_in_words("ihc (clone SP1)"), technique::immune_stain);
  EXPECT_EQ(techniques_in_words("Immunohistochemistry"), technique::immune_stain);
  EXPECT_EQ(techniques_in_words("FISH"), technique::fish);
  EXPECT_EQ(techniques_in_words("fluorescence in situ hybridization"), technique::fish);
  EXPECT_EQ(techniques_in_words("CISH"), technique::other_hybridization);
  EXPECT_EQ(techniques_in_words("silver in situ hybridisation"), technique::other_hybridization);
  EXPECT_EQ(techniques_in_words("RT-PCR"), technique::molecular);
  EXPECT_EQ(techniques_in_words("RNA sequencing"), technique::molecular);
  EXPECT_EQ(techniques_in_words("H&E"), technique::morphology);
  EXPECT_EQ(techniques_in_words("flow cytometry"), technique::flow_cytometry);
  EXPECT_EQ(techniques_in_words("ECLIA"), technique::assay);
  EXPECT_EQ(techniques_in_words("IHC and FISH"), technique::immune_stain | technique::fish);
}

TEST(Technique, AbbreviationsInOtherWordsAreNone) {
  EXPECT_EQ(techniques_in_words("core biopsy"), 0);
  EXPECT_EQ(techniques_in_words("Fisher's"), 0);
  EXPECT_EQ(techniques_in_words("the lab"), 0);
  EXPECT_EQ(techniques_in_words(""), 0);
}

TEST(Technique, AChangedGeneIsNoStaining) {
  for (const char* words : {"exon 19 deletion", "L858R", "mutated", "wild type", "p.V600E",
                            "positive for a mutation", "EML4-ALK fusion"}) {
    EXPECT_TRUE(speaks_of_gene_change(words)) << words;
    EXPECT_FALSE(speaks_of_staining(words)) << words;
  }
  for (const char* words : {"strongly positive", "no staining", "2+", "focally Positive"}) {
    EXPECT_FALSE(speaks_of_gene_change(words)) << words;
    EXPECT_TRUE(speaks_of_staining(words)) << words;
  }
  EXPECT_FALSE(speaks_of_staining("CPS 10"));
  EXPECT_FALSE(speaks_of_staining("positive for amplification"));
  EXPECT_FALSE(speaks_of_gene_change("amplified"));
}

}  // namespace
}  // namespace oncobridge
