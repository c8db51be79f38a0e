#include "oncobridge/base/text.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace oncobridge {
namespace {

std::string folded(std::string_view text) {
  std::string out(text.size(), '?');
  out.resize(fold_wording(text, out.data()));
  return out;
}

// ---- folding

TEST(Folding, CaseAndWhiteSpaceDoNotMatter) {
  EXPECT_EQ(folded("  Invasive  Ductal\tCarcinoma\r\n"), "invasive ductal carcinoma");
  EXPECT_EQ(folded(""), "");
  EXPECT_EQ(folded(" \t\n "), "");
}

TEST(Folding, TypographicDashesAreHyphensAndNoBreakSpacesAreBlanks) {
  for (const std::string_view dash : {"‐", "‑", "‒", "–", "—", "―", "−"}) {
    EXPECT_EQ(folded("Ki" + std::string(dash) + "67"), "ki-67") << dash;
  }
  EXPECT_EQ(folded("\u00A0grade\u00A0\u00A02\u00A0"), "grade 2");
}

TEST(Folding, OtherLettersStayAsTheyAre) {
  EXPECT_EQ(folded("Malignität ≥ 2 µm"), "malignität ≥ 2 µm");
  EXPECT_EQ(folded("HER2/neu"), "her2/neu");
}

TEST(Folding, BytesThatAreNoUtf8AreKeptAndNeverReadBeyond) {
  EXPECT_EQ(folded("\xE2\x80"), "\xE2\x80");
  EXPECT_EQ(folded("\xE2"), "\xE2");
  EXPECT_EQ(folded("\xC2"), "\xC2");
  EXPECT_EQ(folded("\xFF"), "\xFF");
}

// ---- decimals

TEST(Decimal, FollowsFhir) {
  for (const std::string_view text :
       {"0", "-0", "1", "1.50", "0.05", "-12.5", "1e3", "1E-3", "2.5e+10", "1e400"}) {
    EXPECT_TRUE(is_decimal(text)) << text;
  }
  for (const std::string_view text :
       {"",    "-",  "01", "00",  "-01", ".5",       "1.",    "1e",  "1e+",   "+1",
        "1,5", "1 ", " 1", "0x1", "NaN", "Infinity", "1.5.2", "--1", "1e5.5", "１"}) {
    EXPECT_FALSE(is_decimal(text)) << text;
  }
  EXPECT_TRUE(is_decimal(std::string(64, '9')));
  EXPECT_FALSE(is_decimal(std::string(65, '9')));
}

TEST(Decimal, AWholeNumberMayBeWrittenInAnyWay) {
  EXPECT_EQ(whole_value("0"), 0u);
  EXPECT_EQ(whole_value("-0"), 0u);
  EXPECT_EQ(whole_value("0.000"), 0u);
  EXPECT_EQ(whole_value("0e999999999"), 0u);
  EXPECT_EQ(whole_value("7"), 7u);
  EXPECT_EQ(whole_value("7.0"), 7u);
  EXPECT_EQ(whole_value("70e-1"), 7u);
  EXPECT_EQ(whole_value("0.7e1"), 7u);
  EXPECT_EQ(whole_value("1e2"), 100u);
  EXPECT_EQ(whole_value("1.20E+2"), 120u);
  EXPECT_EQ(whole_value("4294967295"), 4294967295u);
  EXPECT_EQ(whole_value("0.00000000000000000004294967295e29"), 4294967295u);
}

TEST(Decimal, WhatIsNotWholeOrTooLargeHasNoWholeValue) {
  for (const std::string_view text :
       {"0.5", "-1", "7.01", "75e-1", "1e-1", "4294967296", "1e10", "1e999999999", "-1e-999999999",
        "12345678901234567890", "x", "", "01"}) {
    EXPECT_FALSE(whole_value(text)) << text;
  }
}

TEST(Decimal, AMeasurementIsNeitherAstronomicNorVanishing) {
  for (const std::string_view text :
       {"0", "-0.0", "0e30", "1e15", "-1e15", "1000000000000000", "1e-15", "0.000000000000001",
        "-1.5e-14", "999999999999999.9", "10e14", "0.1e16", "0e-30"}) {
    EXPECT_TRUE(is_measurable(text)) << text;
  }
  for (const std::string_view text :
       {"1e16", "1.1e15", "1000000000000000.1", "-1e16", "9e-16", "1e400", "1e-400", "0e400",
        "0e-999999999999999999999", "1e99999999999999999999", "0.0000000000000009"}) {
    EXPECT_FALSE(is_measurable(text)) << text;
  }
}

// ---- UTF-8

TEST(Utf8, EveryCodePointIsValidInItsOneForm) {
  for (std::uint32_t code = 0; code < 0x110000; ++code) {
    std::string text;
    if (code < 0x80) {
      text = {static_cast<char>(code)};
    } else if (code < 0x800) {
      text = {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    } else if (code < 0x10000) {
      text = {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
              static_cast<char>(0x80 | (code & 0x3F))};
    } else {
      text = {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3F)),
              static_cast<char>(0x80 | (code >> 6 & 0x3F)),
              static_cast<char>(0x80 | (code & 0x3F))};
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    ASSERT_EQ(is_utf8(text), !surrogate) << std::hex << code;
    // Cut short it is not valid, and nothing behind it is read.
    for (std::size_t size = 1; size < text.size(); ++size) {
      ASSERT_FALSE(is_utf8(std::string_view(text).substr(0, size))) << std::hex << code;
    }
  }
}

TEST(Utf8, ThePlaceOfTheFirstInvalidByteIsExact) {
  struct Row {
    std::string_view text;
    std::size_t valid;
  };
  for (const Row& row :
       {Row{"", 0}, Row{"abc", 3}, Row{"ab\xFF", 2}, Row{"a\x80\x80\x80\x80\x80\x80", 1},
        Row{"aaaa\x80\x80\x80\x80\x80\x80\x80\x80", 4}, Row{"é\xC3", 2}, Row{"\xC0\xAF", 0},
        Row{"x\xE0\x80\x80", 1}, Row{"x\xF0\x80\x80\x80", 1}, Row{"x\xED\xA0\x80", 1},
        Row{"x\xF4\x90\x80\x80", 1}, Row{"x\xF8\x88\x80\x80\x80", 1}, Row{"😀\xE2\x82", 4}}) {
    EXPECT_EQ(valid_utf8_prefix(row.text), row.valid) << row.text;
  }
}

// ---- hashing

TEST(Hash, IsTheSameOnEveryRunAndDistinguishesLengthAndSeed) {
  EXPECT_EQ(hash_bytes("marker"), hash_bytes(std::string("marker")));
  EXPECT_NE(hash_bytes("a"), hash_bytes(std::string_view("a\0", 2)));
  EXPECT_NE(hash_bytes("a", 1), hash_bytes("a", 2));
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100000; ++i) seen.insert(hash_bytes(std::to_string(i)));
  EXPECT_EQ(seen.size(), 100000u);
}

}  // namespace
}  // namespace oncobridge
