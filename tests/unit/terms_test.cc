#include "converters/terms.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace oncobridge {
namespace {

constexpr std::string_view kColumns = "system,code,display,wording,field,source,licence\n";

// Loads one table with these rows below the column names.
Result<Terms> loaded(const std::string& rows, std::string_view columns = kColumns) {
  static std::deque<std::string> kept;  // a Terms keeps views into its tables
  kept.push_back(std::string(columns) + rows);
  const TermTable table{"sample.csv", kept.back()};
  return Terms::load({&table, 1});
}

std::string message(const Result<Terms>& result) {
  return result ? "no error" : result.error().message;
}

const Terms& tables() {
  static const Terms terms = Terms::load(embedded_term_tables()).value();
  return terms;
}

std::string code_of(TermField field, std::string_view wording) {
  const Term* term = tables().find(field, wording);
  return term == nullptr ? "none" : std::string(term->codings.front().code);
}

// ---- look-up

TEST(Terms, PrIsTheReceptorInAMarkerAndPartialResponseInRecist) {
  const Term* receptor = tables().find(TermField::marker, "PR");
  const Term* response = tables().find(TermField::recist, "PR");
  ASSERT_NE(receptor, nullptr);
  ASSERT_NE(response, nullptr);
  EXPECT_NE(receptor->codings.front().code, response->codings.front().code);
  EXPECT_NE(std::string(receptor->codings.front().display).find("rogesterone"), std::string::npos);
  EXPECT_NE(std::string(response->codings.front().display).find("artial"), std::string::npos);
  EXPECT_EQ(tables().find(TermField::drug, "PR"), nullptr);
}

TEST(Terms, CaseBlanksAndDashesDoNotMatter) {
  const std::string code = code_of(TermField::marker, "Ki-67");
  ASSERT_NE(code, "none");
  EXPECT_EQ(code_of(TermField::marker, "ki-67"), code);
  EXPECT_EQ(code_of(TermField::marker, "  KI–67 "), code);
  EXPECT_EQ(code_of(TermField::marker, "\u00A0Ki\u201167"), code);
  EXPECT_EQ(code_of(TermField::diagnosis, "Invasive  Ductal CARCINOMA"),
            code_of(TermField::diagnosis, "invasive ductal carcinoma"));
}

TEST(Terms, AnUnknownWordingIsNotGuessed) {
  EXPECT_EQ(code_of(TermField::marker, "Ki-6"), "none");
  EXPECT_EQ(code_of(TermField::marker, "Ki-677"), "none");
  EXPECT_EQ(code_of(TermField::marker, ""), "none");
  EXPECT_EQ(code_of(TermField::marker, std::string(100'000, 'x')), "none");
  EXPECT_EQ(code_of(TermField::none, "PR"), "none");
}

// ---- what the tables say

struct Wording {
  TermField field;
  std::string_view wording;
  std::string_view code;
};

void expect_codes(std::initializer_list<Wording> wordings) {
  for (const auto& [field, wording, code] : wordings) {
    EXPECT_EQ(code_of(field, wording), code) << term_field_name(field) << ": " << wording;
  }
}

TEST(Terms, DiagnosesBeyondBreastAndLiverHaveTheirDisorder) {
  expect_codes({{TermField::diagnosis, "melanoma", "372244006"},
                {TermField::diagnosis, "Cutaneous melanoma", "93655004"},
                {TermField::diagnosis, "GBM", "393563007"},
                {TermField::diagnosis, "renal cell carcinoma", "702391001"},
                {TermField::diagnosis, "clear cell renal cell carcinoma", "254915003"},
                {TermField::diagnosis, "multiple myeloma", "109989006"},
                {TermField::diagnosis, "gastric adenocarcinoma", "408647009"},
                {TermField::diagnosis, "Endometrial cancer", "188192002"},
                {TermField::diagnosis, "acute myeloid leukaemia", "91861009"},
                {TermField::diagnosis, "Ampullary Carcinoma", "254609000"},
                {TermField::diagnosis, "Ampullary cancer", "C24.1"},
                {TermField::condition, "febrile neutropenia", "409089005"}});
}

TEST(Terms, AMedullaryCarcinomaIsCodedOnlyIfItsOrganIsSaid) {
  expect_codes({{TermField::histology, "medullary carcinoma", "none"},
                {TermField::histology, "medullary carcinoma NOS", "none"},
                {TermField::histology, "medullary carcinoma of breast", "32913002"},
                {TermField::diagnosis, "medullary thyroid carcinoma", "255032005"}});
}

TEST(Terms, AnMAloneIsNotAMetre) {
  expect_codes({{TermField::unit, "m", "none"},
                {TermField::unit, "metres", "m"},
                {TermField::unit, "lbs", "[lb_av]"},
                {TermField::unit, "cells/uL", "{cells}/uL"},
                {TermField::unit, "mL/min/1.73 m²", "mL/min/{1.73_m2}"},
                {TermField::route, "intraperitoneal", "38239002"},
                {TermField::site, "neck", "45048000"}});
}

TEST(Terms, TheHistologiesOfStudyTablesAreRead) {
  expect_codes(
      {{TermField::histology, "Breast Invasive Ductal Carcinoma", "82711006"},
       {TermField::histology, "Ductal/NST", "82711006"},
       {TermField::histology, "Breast Mixed Ductal and Lobular Carcinoma", "8522/3"},
       {TermField::histology, "Breast Metaplastic Carcinoma", "8575/3"},
       {TermField::diagnosis, "Breast Invasive Ductal Carcinoma", "408643008"},
       {TermField::diagnosis, "Breast Invasive Carcinoma, NOS", "254838004"},
       {TermField::grade, "II  Intermediate Grade (Moderately Differentiated)", "1286893008"},
       {TermField::site, "Bowel", "113276009"},
       {TermField::metastasis, "bone mets", "94222008"},
       {TermField::stage_group, "3C", "1222806003"}});
  // Half a word is no histology: ductal may be in situ, mixed may be anything.
  for (const std::string_view wording : {"Mixed", "Lobular", "Mucinous", "ductal", "Other", "NA"}) {
    EXPECT_EQ(code_of(TermField::histology, wording), "none") << wording;
  }
}

TEST(Terms, AbbreviationsWithTwoMeaningsAndWiderWordsHaveNoRow) {
  for (const std::string_view wording :
       {"MM", "ALL", "SCC", "BCC", "MPM", "basal cell carcinoma", "colorectal cancer",
        "biliary tract cancer", "osteosarcoma", "uveal melanoma", "smoldering myeloma"}) {
    EXPECT_EQ(code_of(TermField::diagnosis, wording), "none") << wording;
  }
  expect_codes({{TermField::diagnosis, "PTC", "255029007"},     // papillary thyroid carcinoma
                {TermField::examination, "PTC", "16747000"}});  // cholangiography
}

TEST(Terms, AProcedureWithoutItsSideOrExtentIsNotMadeExact) {
  expect_codes({{TermField::procedure, "lobectomy", "125571002"},
                {TermField::procedure, "pulmonary lobectomy", "173171007"},
                {TermField::procedure, "quadrantectomy", "172049005"},
                {TermField::procedure, "TURP", "90199006"},
                {TermField::procedure, "HSCT", "234336002"},
                {TermField::procedure, "modified radical mastectomy", "none"},
                {TermField::procedure, "cystectomy", "none"},
                {TermField::procedure, "radical cystectomy", "none"},
                {TermField::procedure, "TACE", "none"},
                {TermField::procedure, "ablation", "none"}});
}

TEST(Terms, PetCtIsCodedOnlyWithItsTracer) {
  expect_codes({{TermField::examination, "FDG-PET/CT", "443271005"},
                {TermField::examination, "18F‑FDG PET/CT", "443271005"},
                {TermField::examination, "PET/CT", "none"},
                {TermField::examination, "PSMA PET/CT", "none"},
                {TermField::examination, "bone scan", "none"},
                {TermField::examination, "chest X-ray", "399208008"},
                {TermField::examination, "EGD", "76009000"}});
}

TEST(Terms, ToxicityAndRefusalEndATreatmentAndProgressionIsNeither) {
  expect_codes({{TermField::termination_reason, "toxicity", "407563006"},
                {TermField::termination_reason, "side effects", "407563006"},
                {TermField::termination_reason, "patient refused", "105480006"},
                {TermField::termination_reason, "lack of efficacy", "266721009"},
                {TermField::termination_reason, "progression", "none"},
                {TermField::termination_reason, "disease progression", "none"},
                {TermField::termination_reason, "adverse event", "none"},
                {TermField::termination_reason, "physician decision", "none"},
                {TermField::not_done_reason, "declined treatment", "105480006"},
                {TermField::not_done_reason, "medically contraindicated", "397745006"},
                {TermField::not_done_reason, "contraindicated", "none"},
                {TermField::not_done_reason, "toxicity", "none"}});
}

TEST(Terms, ResidualTumorIsWhatTheSourceCallsItAndAPositiveMarginIsNotR1) {
  expect_codes({{TermField::margin, "R0", "258254000"},
                {TermField::margin, "R1", "278271003"},
                {TermField::stage_value, "R2", "278272005"},
                {TermField::stage_system, "residual tumor", "17964000"},
                {TermField::margin, "positive", "none"},
                {TermField::margin, "close", "none"}});
}

TEST(Terms, ABareGleasonNumberFromSixOnIsAScoreAndBelowMayBeAGradeGroup) {
  expect_codes({{TermField::stage_value_gleason, "7", "57403001"},
                {TermField::stage_value_gleason, "Gleason 9", "58925000"},
                {TermField::stage_value_gleason, "5", "none"},
                {TermField::stage_value_gleason, "Gleason 5", "none"},
                {TermField::stage_value_gleason, "3+4=7", "none"},
                {TermField::stage_group, "3", "none"}});  // not a summary stage's number either
}

TEST(Terms, AFishTestIsNamedByItsWordsAndItsKindOfAnswer) {
  expect_codes({{TermField::marker, "MYC rearrangement by FISH", "78215-1"},
                {TermField::marker, "MYC rearrangement", "none"},
                {TermField::marker, "MDM2 amplification", "93808-4"},
                {TermField::marker_ratio, "MDM2", "93809-2"},
                {TermField::marker_copy_number, "MDM2", "93805-0"},
                {TermField::marker_score, "ERBB2 IHC", "85319-2"},
                {TermField::marker, "HER2 amplification", "none"},
                {TermField::marker_result, "amplified", "none"},
                {TermField::marker_result, "low positive", "none"},
                {TermField::marker_method, "FISH", "none"}});
}

TEST(Terms, AnIcd10CmCodeIsFoundWithAndWithoutItsDotAndNothingNearIt) {
  expect_codes({{TermField::icd10cm, "C50.911", "C50.911"},
                {TermField::icd10cm, "c50911", "C50.911"},
                {TermField::icd10cm, "C61", "C61"},
                {TermField::icd10cm, "D05.12", "D05.12"},
                {TermField::icd10cm, "C50.99", "none"},
                {TermField::icd10cm, "C79.51", "none"},  // secondary: no code of a primary
                {TermField::icd10cm, "I10", "none"}});
}

TEST(Terms, EveryWordingOfEveryTableIsFoundInItsFieldAndEveryCodeToo) {
  ASSERT_GT(tables().all().size(), 1000u);
  for (const Term& term : tables().all()) {
    EXPECT_EQ(tables().find(term.field, term.wording), &term) << term.wording;
    for (const Coding& coding : term.codings) {
      const Term* found = tables().find_code(term.field, coding.code, coding.system);
      ASSERT_NE(found, nullptr) << coding.code;
      EXPECT_EQ(tables().find_code(term.field, coding.code, "http://example.org/another"), nullptr);
    }
  }
}

TEST(Terms, EveryFieldOfTheTablesHasAName) {
  for (const Term& term : tables().all()) EXPECT_FALSE(term_field_name(term.field).empty());
}

// ---- tables

TEST(Terms, RowsOfOneWordingAreSeveralCodingsOfOneMeaning) {
  const auto terms =
      loaded("http://a,1,One,lung|pulmo,site,s,l\nhttp://b,2,Two,Lung,site,s,l\n").value();
  const Term* term = terms.find(TermField::site, "lung");
  ASSERT_NE(term, nullptr);
  ASSERT_EQ(term->codings.size(), 2u);
  EXPECT_EQ(
      term->codings_json,
      R"([{"system":"http://a","code":"1","display":"One"},{"system":"http://b","code":"2","display":"Two"}])");
  EXPECT_EQ(terms.find(TermField::site, "pulmo")->codings.size(), 1u);
}

TEST(Terms, QuotedCellsMayHoldCommasQuotesAndLineEnds) {
  const auto terms =
      loaded("http://a,1,\"Tumour, \"\"so called\"\"\nof the lung\",\"lump, lung\",site,s,l\r\n")
          .value();
  const Term* term = terms.find(TermField::site, "lump, lung");
  ASSERT_NE(term, nullptr);
  EXPECT_EQ(term->codings.front().display, "Tumour, \"so called\"\nof the lung");
  EXPECT_EQ(term->codings.front().licence, "l") << "a carriage return is no part of the last cell";
  EXPECT_NE(term->codings_json.find(R"(Tumour, \"so called\"\nof the lung)"), std::string::npos);
}

TEST(Terms, ATableMayEndWithoutALineEndAndMayBeEmpty) {
  EXPECT_TRUE(loaded("http://a,1,One,lung,site,s,l").value().find(TermField::site, "lung"));
  EXPECT_TRUE(loaded("").value().all().empty());
}

TEST(Terms, FactsThatShareACodeHaveKeysOfTheirOwn) {
  // Immune stains without a code of their own share one; a resource id must still tell them apart.
  const auto terms = loaded(
                         "http://a,1,Stain,CD3|cd-3,marker,s,l\nhttp://a,1,Stain,CD20,marker,s,l\n"
                         "http://a,2,Other,ER|oestrogen receptor,marker,s,l\n")
                         .value();
  EXPECT_NE(terms.find(TermField::marker, "CD3")->key, terms.find(TermField::marker, "CD20")->key);
  EXPECT_EQ(terms.find(TermField::marker, "CD3")->key, terms.find(TermField::marker, "cd-3")->key);
  EXPECT_EQ(terms.find(TermField::marker, "ER")->key, "2");
}

// ---- errors name the table and the line

TEST(Terms, AnErrorNamesTableAndLine) {
  const std::string good = "http://a,1,One,lung,site,s,l\n";
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,liver,sitte,s,l\n")),
            "sample.csv line 3: unknown field `sitte`");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,liver,,s,l\n")),
            "sample.csv line 3: unknown field ``");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,liver,site,s\n")),
            "sample.csv line 3: not seven cells");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,liver,site,s,l,more\n")),
            "sample.csv line 3: not seven cells");
  EXPECT_EQ(message(loaded(good + "\n" + good)), "sample.csv line 3: not seven cells");
  EXPECT_EQ(message(loaded(good + ",2,Two,liver,site,s,l\n")),
            "sample.csv line 3: system and code must not be empty");
  EXPECT_EQ(message(loaded(good + "http://a,,Two,liver,site,s,l\n")),
            "sample.csv line 3: system and code must not be empty");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,,site,s,l\n")),
            "sample.csv line 3: an empty wording");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,liver||hepar,site,s,l\n")),
            "sample.csv line 3: an empty wording");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,liver|,site,s,l\n")),
            "sample.csv line 3: an empty wording");
  EXPECT_EQ(message(loaded(good + "http://a,1,One,LUNG,site,s,l\n")),
            "sample.csv line 3: the wording `LUNG` has this code already");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two,\"liver,site,s,l\n")),
            "sample.csv line 3: a quote is not closed");
  EXPECT_EQ(message(loaded(good + "http://a,2,\"Two\"s,liver,site,s,l\n")),
            "sample.csv line 3: a quoted cell does not end with its quote");
  EXPECT_EQ(message(loaded(good + "http://a,2,T\xFFo,liver,site,s,l\n")),
            "sample.csv line 3: not valid UTF-8");
  EXPECT_EQ(message(loaded(good + "http://a,2,Two," + std::string(257, 'x') + ",site,s,l\n")),
            "sample.csv line 3: a wording of more than 256 bytes");
}

TEST(Terms, ALineIsCountedInTheFileAlsoAfterACellOfSeveralLines) {
  EXPECT_EQ(message(loaded(
                "http://a,1,\"One\nof\nthree\",lung,site,s,l\nhttp://a,2,Two,liver,sitte,s,l\n")),
            "sample.csv line 5: unknown field `sitte`");
}

TEST(Terms, TheColumnsAreThoseOfTheDocument) {
  for (const std::string_view columns :
       {"", "system,code\n", "code,system,display,wording,field,source,licence\n"}) {
    EXPECT_EQ(
        message(loaded("", columns)),
        "sample.csv line 1: the columns must be system,code,display,wording,field,source,licence");
  }
}

}  // namespace
}  // namespace oncobridge
