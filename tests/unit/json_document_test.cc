#include "oncobridge/fhir/json_document.h"

#include <gtest/gtest.h>

namespace oncobridge {
namespace {

std::string fault(const std::string& text) {
  const auto document = JsonDocument::parse(text);
  return document ? "accepted" : document.error().describe();
}

TEST(JsonDocument, KeepsTheTextOfANumber) {
  const auto document =
      JsonDocument::parse(R"({"value": 1.50, "small": -1e-08, "big": 12345678901234567890})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("value").raw(), "1.50");
  EXPECT_EQ(document->root().find("small").raw(), "-1e-08");
  EXPECT_EQ(document->root().find("big").raw(), "12345678901234567890");
}

TEST(JsonDocument, KnowsWhereEveryValueStood) {
  const std::string text = R"({"resourceType":"Bundle","entry":[ {"a" : [1, 2]} ,{}]})";
  const auto document = JsonDocument::parse(text);
  ASSERT_TRUE(document);
  const JsonValue first = document->root().find("entry").first();
  EXPECT_EQ(first.raw(), R"({"a" : [1, 2]})");
  EXPECT_EQ(text.substr(first.begin(), first.end() - first.begin()), first.raw());
  EXPECT_EQ(first.next().raw(), "{}");
  EXPECT_FALSE(first.next().first());
  EXPECT_FALSE(first.next().next());
}

TEST(JsonDocument, ResolvesEscapesInNamesAndStrings) {
  const auto document = JsonDocument::parse(
      "{\"n\\u0061me\":\"M\\u00fcller \\ud83d\\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t\"}");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().text("name"), "M\u00fcller \U0001F600 \"\\/\b\f\n\r\t");
  EXPECT_EQ(document->root().first().key(), "name");
}

TEST(JsonDocument, AnAbsentValueHasNothing) {
  const auto document = JsonDocument::parse(R"({"a":[]})");
  ASSERT_TRUE(document);
  const JsonValue none = document->root().find("b").find("c").first();
  EXPECT_FALSE(none);
  EXPECT_EQ(none.kind(), JsonKind::kAbsent);
  EXPECT_EQ(none.string(), "");
  EXPECT_EQ(none.raw(), "");
}

TEST(JsonDocument, RefusesWhatIsNotJson) {
  EXPECT_EQ(fault(""), "line 1, column 1: the text ends too early: expected a value");
  EXPECT_EQ(fault("\xEF\xBB\xBF{}"), "line 1, column 1: a byte-order mark is not JSON");
  EXPECT_EQ(fault("{\n \"a\" 1}"), "line 2, column 6: expected :");
  EXPECT_EQ(fault("{} {}"), "line 1, column 4: text after the end of the JSON value");
  EXPECT_EQ(fault(R"({"a":1,})"), "line 1, column 8: expected a member name");
  EXPECT_EQ(fault("[1,]"), "line 1, column 4: expected a value");
  EXPECT_EQ(fault("[1 2]"), "line 1, column 4: expected , or ]");
  EXPECT_EQ(fault("nul"), "line 1, column 1: expected a value");
  EXPECT_EQ(fault("'a'"), "line 1, column 1: expected a value");
}

TEST(JsonDocument, RefusesNumbersThatJsonDoesNotHave) {
  for (const char* text : {"01", "+1", ".5", "1.", "1e", "1e+", "-", "0x10", "NaN", "1_000"}) {
    EXPECT_NE(fault(text), "accepted") << text;
  }
  for (const char* text : {"0", "-0", "0.0", "1E+2", "1e-2", "100"}) {
    EXPECT_EQ(fault(text), "accepted") << text;
  }
}

TEST(JsonDocument, RefusesBrokenStrings) {
  EXPECT_NE(fault("\"a"), "accepted");
  EXPECT_NE(fault("\"a\\"), "accepted");
  EXPECT_NE(fault(R"("\x")"), "accepted");
  EXPECT_NE(fault(R"("\u12g4")"), "accepted");
  EXPECT_NE(fault(R"("\ud800")"), "accepted");
  EXPECT_NE(fault(R"("\ud800\u0041")"), "accepted");
  EXPECT_NE(fault(R"("\udc00")"), "accepted");
  EXPECT_NE(fault("\"a\nb\""), "accepted");
  EXPECT_NE(fault(std::string("\"a\0b\"", 5)), "accepted");
}

TEST(JsonDocument, RefusesInvalidUtf8) {
  for (const char* bytes : {"\xFF", "\xC3(", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                            "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_EQ(fault(std::string("\"").append(bytes).append("\"")),
              "line 1, column 2: invalid UTF-8");
  }
  EXPECT_EQ(fault("\"\u00e4\u20ac\U0010FFFF\""), "accepted");
}

TEST(JsonDocument, RefusesAMemberNamedTwice) {
  EXPECT_NE(fault(R"({"id":"a","status":"x","id":"b"})").find("twice"), std::string::npos);
  EXPECT_NE(fault(R"({"id":1,"\u0069d":2})").find("twice"), std::string::npos);
  EXPECT_EQ(fault(R"([{"id":1},{"id":2}])"), "accepted");
}

TEST(JsonDocument, ANestingBombEndsInAnError) {
  EXPECT_EQ(fault(std::string(256, '[') + std::string(256, ']')), "accepted");
  EXPECT_NE(fault(std::string(257, '[') + std::string(257, ']')), "accepted");
  EXPECT_EQ(fault(std::string(5'000'000, '[')), "line 1, column 257: nested too deeply");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  EXPECT_NE(fault(objects).find("nested too deeply"), std::string::npos);
}

TEST(JsonDocument, AWidthBombEndsInAnError) {
  JsonLimits limits;
  limits.max_nodes = 100;
  std::string text = "[1";
  for (int i = 0; i < 98; ++i) text += ",1";
  EXPECT_TRUE(JsonDocument::parse(text + "]", limits));
  EXPECT_FALSE(JsonDocument::parse(text + ",1]", limits));
}

TEST(JsonDocument, EveryTruncationIsRefused) {
  const std::string text = R"({"a":[1.5e3,true,null,"x\u00e4\n"],"b":{"c":false}})";
  ASSERT_TRUE(JsonDocument::parse(text));
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(JsonDocument::parse(text.substr(0, length))) << length;
  }
}

TEST(JsonDocument, WritesStringsThatItReadsBack) {
  const std::string text = "a\"\\\n\t\x01\x1f \u00e4\U0001F600" + std::string(1, '\0');
  std::string literal;
  append_json_string(literal, text);
  const auto document = JsonDocument::parse(literal);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().string(), text);
}

}  // namespace
}  // namespace oncobridge
