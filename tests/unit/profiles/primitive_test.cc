#include "profiles/primitive.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace oncobridge::profiles {
namespace {

// The id of the rule that a text breaks, or "ok".
std::string_view verdict(Primitive type, std::string_view text) {
  const std::optional<RuleId> fault = check_primitive(type, text);
  return fault ? rule(*fault).id : "ok";
}

void expect_all(Primitive type, std::string_view expected, const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    EXPECT_EQ(verdict(type, text), expected) << '"' << text << '"';
}

TEST(Primitive, NothingIsEmpty) {
  for (int type = static_cast<int>(Primitive::kBase64Binary);
       type <= static_cast<int>(Primitive::kSystemString); ++type) {
    if (static_cast<Primitive>(type) == Primitive::kXhtml) continue;
    EXPECT_EQ(verdict(static_cast<Primitive>(type), ""), "primitive-empty") << type;
  }
}

TEST(Primitive, DateIsADayOfTheCalendar) {
  expect_all(Primitive::kDate, "ok",
             {"1965", "1965-02", "1965-02-28", "2000-02-29", "2024-02-29", "1970-12-31"});
  expect_all(Primitive::kDate, "primitive-date",
             {"1965-02-30", "1900-02-29", "2023-02-29",  "2018-3-16",
              "1965-13",    "1965-00",    "1965-04-31",  "1965-01-00",
              "1965-01-32", "0000",       "65",          "1965-",
              "1965-01-",   "1965-1-01",  "1965-01-01T", "1965-01-01T10:00:00Z",
              "not a date", " 1965",      "1965 ",       "19650101",
              "-1965",      "1965/01/01"});
}

TEST(Primitive, DateTimeWithATimeHasSecondsAndZone) {
  expect_all(Primitive::kDateTime, "ok",
             {"2018", "2018-03", "2018-03-16", "2018-03-16T10:20:30Z",
              "2018-03-16T10:20:30.1+01:00", "2018-03-16T23:59:60Z", "2018-03-16T00:00:00-13:59",
              "2018-03-16T00:00:00+14:00", "2018-03-16T00:00:00.123456789012Z"});
  expect_all(Primitive::kDateTime, "primitive-date-time",
             {"2018-3-16", "2018-03-16T10:20:30", "2018-03-16T10:20Z", "2018-03-16T10:20",
              "2018-03-16T24:00:00Z", "2018-03-16T10:60:00Z", "2018-03-16T10:00:61Z",
              "2018-03-16 10:20:30Z", "2018-03-16T10:20:30z", "2018-03-16T10:20:30.Z",
              "2018-03-16T10:20:30+14:01", "2018-03-16T10:20:30+0100", "2018-03-16T10:20:30+1:00",
              "2018-03T10:20:30Z", "2018-02-29T10:20:30Z", "2018-03-16T10:20:30Zx", "2018-03-16T",
              "2018-03-16t10:20:30Z"});
}

TEST(Primitive, InstantIsComplete) {
  expect_all(Primitive::kInstant, "ok", {"2015-02-07T13:28:17.239+02:00", "2017-01-01T00:00:00Z"});
  expect_all(Primitive::kInstant, "primitive-instant",
             {"2015", "2015-02", "2015-02-07", "2015-02-07T13:28:17", "2015-02-30T13:28:17Z"});
}

TEST(Primitive, TimeHasNoZone) {
  expect_all(Primitive::kTime, "ok", {"00:00:00", "23:59:60", "12:30:15.25"});
  expect_all(Primitive::kTime, "primitive-time",
             {"24:00:00", "12:30", "12:30:15Z", "12:30:15.", "1:30:15", "12-30-15"});
}

TEST(Primitive, AYearFarAwayIsAWarning) {
  expect_all(Primitive::kDate, "primitive-year", {"0001", "1799-12-31", "2999"});
  expect_all(Primitive::kDateTime, "primitive-year", {"9999-12-31T00:00:00Z"});
}

TEST(Primitive, IdHasUpTo64Characters) {
  expect_all(Primitive::kId, "ok", {"a", "cancer-patient.1", std::string(64, 'x')});
  expect_all(Primitive::kId, "primitive-id",
             {std::string(65, 'x'), "org_1", "bad-id 1", "/foobar==", "\xC3\xA4"});
}

TEST(Primitive, CodeHasSingleBlanksInside) {
  expect_all(Primitive::kCode, "ok", {"final", "a b", "\xC3\xA4", "mg/dL"});
  expect_all(Primitive::kCode, "primitive-code",
             {" final", "final ", "a  b", "a\tb", "a\nb", " ", std::string("a\x01z")});
}

TEST(Primitive, IntegersHave32BitsAndNoLeadingZero) {
  expect_all(Primitive::kInteger, "ok", {"0", "-0", "2147483647", "-2147483648", "7"});
  expect_all(Primitive::kInteger, "primitive-integer",
             {"2147483648", "-2147483649", "01", "-01", "+1", "1.0", "1e2", "-", "99999999999",
              " 1", "1x"});
  expect_all(Primitive::kUnsignedInt, "ok", {"0", "2147483647"});
  expect_all(Primitive::kUnsignedInt, "primitive-unsigned-int", {"-1", "-0", "2147483648", "1.5"});
  expect_all(Primitive::kPositiveInt, "ok", {"1", "2147483647"});
  expect_all(Primitive::kPositiveInt, "primitive-positive-int", {"0", "-1", "2147483648"});
}

TEST(Primitive, DecimalFollowsItsGrammar) {
  expect_all(Primitive::kDecimal, "ok",
             {"0", "-0", "3000.0", "-0.010", "1e10", "1.5E-3", "0.000000000000000000000001",
              "123456789012345678", "1.0e+3"});
  expect_all(Primitive::kDecimal, "primitive-decimal",
             {"01", "-", ".5", "1.", "1.e3", "1e", "1e+", "+1", "1,5", "NaN", "0x10", "1 ", "--1",
              "00", "1.2.3"});
  expect_all(Primitive::kDecimal, "primitive-decimal-precision",
             {"1234567890123456789", "1.234567890123456789"});
}

TEST(Primitive, UriHasNoBlanksAndUrnsKeepTheirGrammar) {
  expect_all(Primitive::kUri, "ok",
             {"http://loinc.org", "relative/path", "#id", "urn:oid:2.16.840.1.113883.6.1",
              "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
              "urn:uuid:c757873d-ec9a-4326-a141-556f43239520#part", "urn:ietf:rfc:3986"});
  expect_all(Primitive::kUri, "primitive-uri",
             {"http://a b", " http://a", "http://a\n", "oid:1.2.3", "uuid:1", " "});
  expect_all(Primitive::kUri, "primitive-uuid",
             {"urn:uuid:c757873d-ec9a-4326-a141-556f43239520asdf",
              "urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "urn:uuid:"});
  expect_all(Primitive::kUri, "primitive-oid",
             {"urn:oid:3.1", "urn:oid:1.02", "urn:oid:1.", "urn:oid:1"});
  expect_all(Primitive::kUrl, "ok", {"https://example.org/x?y=z#a"});
  expect_all(Primitive::kUrl, "primitive-uri", {"https://example.org/x y"});
}

TEST(Primitive, CanonicalIsAbsoluteOrAFragment) {
  expect_all(Primitive::kCanonical, "ok",
             {"http://hl7.org/fhir/ValueSet/x|4.0.1", "#contained", "urn:oid:1.2.3",
              "urn:uuid:c757873d-ec9a-4326-a141-556f43239520|1.0"});
  expect_all(Primitive::kCanonical, "primitive-canonical", {"ValueSet/x", "example-1"});
  expect_all(Primitive::kCanonical, "primitive-uuid",
             {"urn:uuid:f3b2bd36-199b-4591-b4db-f49db0912b6"});
}

TEST(Primitive, OidAndUuidAreUrns) {
  expect_all(Primitive::kOid, "ok", {"urn:oid:1.2.840.10008"});
  expect_all(Primitive::kOid, "primitive-oid", {"1.2.840", "urn:oid:", "oid:1.2"});
  expect_all(Primitive::kUuid, "ok", {"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"});
  expect_all(Primitive::kUuid, "primitive-uuid",
             {"c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:c757873d"});
}

TEST(Primitive, Base64IsInGroupsOfFour) {
  expect_all(Primitive::kBase64Binary, "ok", {"AAAA", "QQ==", "QUI=", "+/+/"});
  expect_all(Primitive::kBase64Binary, "primitive-base64",
             {"%%%2@()()", "A", "AAA", "Q===", "====", "QQ==AAAA", "QQ=", "-_-_", "AA=A"});
  expect_all(Primitive::kBase64Binary, "primitive-base64-space", {"AAAA\nAAAA", " AAAA", "AA AA"});
}

// As the lines of a mail are: white space at any place of a block does not count as digits.
TEST(Primitive, Base64InLinesIsToldOnceAndCountedRight) {
  for (std::size_t line = 4; line < 80; line += 4) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += std::string(line, 'Q') + "\r\n";
    EXPECT_EQ(verdict(Primitive::kBase64Binary, text), "primitive-base64-space") << line;
    EXPECT_EQ(verdict(Primitive::kBase64Binary, text + "Q"), "primitive-base64") << line;
    EXPECT_EQ(verdict(Primitive::kBase64Binary, text + "QQ=="), "primitive-base64-space") << line;
  }
}

TEST(Primitive, TextsOfEveryLengthAreSearchedForControlsToTheEnd) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\x01';
      EXPECT_EQ(verdict(Primitive::kString, text), "primitive-string") << size << ' ' << at;
      EXPECT_NE(verdict(Primitive::kUri, text), "ok") << size << ' ' << at;
    }
  }
}

TEST(Primitive, Base64IsTheSameAtEveryPlace) {
  for (int c = 0; c < 256; ++c) {
    const char letter = static_cast<char>(c);
    const bool digit = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '+' || letter == '/';
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text(40, 'A');
      text[at] = letter;
      const bool padded = letter == '=' && at == 39;
      const bool space = letter == ' ' || (letter >= 9 && letter <= 13);
      if (space) text += 'A';
      EXPECT_EQ(verdict(Primitive::kBase64Binary, text), space ? "primitive-base64-space"
                                                         : digit || padded ? "ok"
                                                                           : "primitive-base64")
          << c << " at " << at;
    }
  }
}

TEST(Primitive, StringHasNoControlCharacters) {
  expect_all(Primitive::kString, "ok",
             {"x", "a\tb\nc\rd",
              "Stra\xC3\x9F"
              "e",
              "eight888", "\x7F", "nine99999"});
  expect_all(Primitive::kString, "primitive-string",
             {std::string("a\x01"
                          "b"),
              std::string("abcdefgh\x0B"), std::string("abcdefghij\0k", 12),
              std::string("\x1F"
                          "abcdefgh")});
  expect_all(Primitive::kString, "primitive-string-space", {" x", "x ", "\nx", "   "});
  expect_all(Primitive::kMarkdown, "ok", {" x ", "# a\n"});
  expect_all(Primitive::kMarkdown, "primitive-string", {std::string("abc\x02")});
}

TEST(Primitive, StringLengthCountsCharacters) {
  std::string text(kMaxStringLength, 'x');
  EXPECT_EQ(verdict(Primitive::kString, text), "ok");
  text += "x";
  EXPECT_EQ(verdict(Primitive::kString, text), "primitive-string-length");
  EXPECT_EQ(verdict(Primitive::kSystemString, text), "primitive-string-length");
  std::string umlauts;
  for (std::size_t i = 0; i < kMaxStringLength; ++i) umlauts += "\xC3\xA4";
  EXPECT_EQ(verdict(Primitive::kString, umlauts), "ok");
}

TEST(Primitive, BooleanIsAWord) {
  expect_all(Primitive::kBoolean, "ok", {"true", "false"});
  expect_all(Primitive::kBoolean, "primitive-boolean", {"True", "1", "yes"});
}

TEST(Primitive, AbsoluteUri) {
  for (const char* text : {"http://a", "urn:x", "mailto:a@b", "tel:1"})
    EXPECT_TRUE(is_absolute_uri(text)) << text;
  for (const char* text : {"http", ":a", "http:", "a b:c", "Patient/1", "HTTP://a", "1a:b"}) {
    EXPECT_FALSE(is_absolute_uri(text)) << text;
  }
}

TEST(Primitive, LanguageTags) {
  for (const char* text :
       {"en", "de-CH", "zh-Hans-CN", "sl-rozaj-biske", "de-1996", "es-419", "en-US-u-islamcal",
        "x-whatever", "i-klingon", "zh-min-nan", "zh-cmn-Hans-CN", "de-CH-x-phonebk", "EN-us",
        "mas", "az-Arab-x-AZE-derbend", "en-a-myext-b-another"}) {
    EXPECT_TRUE(is_bcp47(text)) << text;
  }
  for (const char* text :
       {"", "e", "en-", "-en", "en--US", "en_US", "en-a", "x", "x-", "123", "en-US-", "de-419-DE",
        "ab-c-", "a-DE", "english-languages", "en-US x", "english-language-that-isverylong"}) {
    EXPECT_FALSE(is_bcp47(text)) << text;
  }
}

TEST(Primitive, MimeTypes) {
  for (const char* text : {"text/plain", "application/fhir+json", "application/pdf",
                           "text/plain; charset=utf-8", "TEXT/HTML", "x-own/thing",
                           "application/x;a=\"b;c\"", "image/svg+xml;charset=utf-8; q=1"}) {
    EXPECT_TRUE(is_mime_type(text)) << text;
  }
  for (const char* text : {"", "text", "text/", "/plain", "foo/bar", "text/plain;", "text/pl ain",
                           "text/plain; charset", "text/plain; charset=", "json",
                           "application/x;a=\"b", "application/x;a=\"b\"c"}) {
    EXPECT_FALSE(is_mime_type(text)) << text;
  }
}

}  // namespace
}  // namespace oncobridge::profiles
