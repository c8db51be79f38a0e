#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "oncobridge/fhir/tape.h"
#include "tests/unit/profiles/allocation_count.h"
#include "tests/unit/profiles/tape_dump.h"

namespace oncobridge {
namespace {

// A tape with the source that it views.
struct Reading {
  explicit Reading(std::string text, const TapeLimits& limits = {}) : source(std::move(text)) {
    complete = tape.read_json(source, limits);
  }
  std::string source;
  NameTable table;
  Names names{table};
  Tape tape{names};
  bool complete = false;
};

std::string dumped(const std::string& text) {
  const Reading reading(text);
  return faults(reading.tape) + dump(reading.tape);
}

std::string faults_of(const std::string& text, const TapeLimits& limits = {}) {
  const Reading reading(text, limits);
  bool fatal = false;
  for (const SyntaxFault& fault : reading.tape.faults()) fatal |= fault.fatal;
  EXPECT_EQ(reading.complete, !fatal);
  return faults(reading.tape);
}

TEST(JsonTape, TheExampleOfTheHeader) {
  EXPECT_EQ(
      dumped(
          R"({"resourceType":"Patient","active":true,"name":[{"given":["A","B"]}],"_birthDate":{"id":"x"}})"),
      "object Patient +resource\n"
      "  active true true\n"
      "  name object +list +first\n"
      "    given string A +list +first\n"
      "    given string B +list\n"
      "  birthDate absent +paired\n"
      "    id string x\n");
}

// What stands behind a text in memory, here the rest of a document, is no part of it.
TEST(JsonTape, ReadsNothingBehindTheText) {
  const std::string document =
      R"({"resourceType":"Patient","name":[],"a":[ ], "b":[/**/],"c":{},"d":[[],{}],"_e":[],"e":[],)"
      R"("f":[1,null,true],"g":"x\n\u00e9\"", "active" : true ,"contact":[{"name":{"given":["A"]}}]})"
      "\n ";
  for (std::size_t size = 0; size <= document.size(); ++size) {
    const std::string_view part = std::string_view(document).substr(0, size);
    const auto alone = std::make_unique<char[]>(size);  // which AddressSanitizer guards
    part.copy(alone.get(), size);
    NameTable table;
    Names names(table);
    Tape tape(names);
    tape.read_json(part);
    const std::string within = faults(tape) + dump(tape);
    tape.read_json({alone.get(), size});
    EXPECT_EQ(faults(tape) + dump(tape), within) << part;
    for (NodeId id = 1; id < tape.size(); ++id) EXPECT_LE(tape[id].place, size) << part;
    tape.read_json(part);
    for (NodeId id = 1; id < tape.size(); ++id) EXPECT_LE(tape[id].place, size) << part;
  }
}

TEST(JsonTape, KeepsTheTextOfNumbers) {
  EXPECT_EQ(dumped(R"({"a":1.50,"b":-0,"c":1E+2,"d":12345678901234567890,"e":0.0e-0})"),
            "object\n  a number 1.50\n  b number -0\n  c number 1E+2\n"
            "  d number 12345678901234567890\n  e number 0.0e-0\n");
}

TEST(JsonTape, KnowsWhereEverythingStands) {
  const Reading reading("{\n  \"a\" : [ 1,\n    \"x\" ],\n  \"_b\": {}\n}");
  const Tape& tape = reading.tape;
  const auto at = [&](std::uint32_t place) {
    const LineColumn found = tape.line_column(place);
    return std::to_string(found.line) + ":" + std::to_string(found.column);
  };
  EXPECT_EQ(at(tape[1].place), "1:1");
  EXPECT_EQ(at(tape[2].place), "2:11");
  EXPECT_EQ(at(tape[3].place), "3:5");
  EXPECT_EQ(at(tape[4].name_place), "4:3");
  EXPECT_EQ(at(tape[4].place), "4:9");
  EXPECT_EQ(at(static_cast<std::uint32_t>(reading.source.size())), "5:2");
}

TEST(JsonTape, IndexAndResourceOfANode) {
  const Reading reading(
      R"({"resourceType":"A","x":[1,2],"y":3,"contained":[{"resourceType":"B","z":4}]})");
  const Tape& tape = reading.tape;
  EXPECT_EQ(tape.index(1), 0u);
  EXPECT_EQ(tape.index(2), 0u);
  EXPECT_EQ(tape.index(3), 1u);
  EXPECT_EQ(tape.index(4), 0u);
  EXPECT_EQ(tape.resource_of(3), 1u);
  EXPECT_EQ(tape.resource_of(6), 5u);
  EXPECT_EQ(tape[5].value(), "B");
}

TEST(JsonTape, ThePartsOfAPrimitiveAreOneNodeInEitherOrder) {
  const std::string one = "object\n  d string 2020 +paired\n    id string x\n  z number 1\n";
  EXPECT_EQ(dumped(R"({"d":"2020","_d":{"id":"x"},"z":1})"), one);
  EXPECT_EQ(dumped(R"({"_d":{"id":"x"},"d":"2020","z":1})"), one);
  EXPECT_EQ(dumped(R"({"d":"2020","z":1,"_d":{"id":"x"}})"), one);
}

TEST(JsonTape, ListsOfPrimitivesArePairedItemByItem) {
  const std::string one =
      "object\n"
      "  g string A +list +first\n"
      "  g absent +list +paired\n    id string x\n"
      "  g string C +list +paired\n    id string y\n"
      "  z true true\n";
  EXPECT_EQ(dumped(R"({"g":["A",null,"C"],"_g":[null,{"id":"x"},{"id":"y"}],"z":true})"), one);
  EXPECT_EQ(dumped(R"({"_g":[null,{"id":"x"},{"id":"y"}],"g":["A",null,"C"],"z":true})"), one);
  EXPECT_EQ(dumped(R"({"g":["A",null,"C"],"z":true,"_g":[null,{"id":"x"},{"id":"y"}]})"), one);
}

// What is missing of the shorter half is null; the official patient-name-extensions.json does so.
TEST(JsonTape, HalvesOfDifferentLength) {
  EXPECT_EQ(dumped(R"({"g":["A"],"z":1,"_g":[{"id":"x"},{"id":"y"},null]})"),
            "object\n"
            "  g string A +list +paired +first\n    id string x\n"
            "  g absent +list +paired\n    id string y\n"
            "  g absent +list\n"
            "  z number 1\n");
  EXPECT_EQ(dumped(R"({"g":["A","B","C"],"_g":[{"id":"x"}]})"),
            "object\n"
            "  g string A +list +paired +first\n    id string x\n"
            "  g string B +list\n"
            "  g string C +list\n");
}

TEST(JsonTape, HalvesOfDifferentShapeAreMarked) {
  EXPECT_EQ(dumped(R"({"g":"A","_g":[{"id":"x"}]})"),
            "object\n  g string A +paired +mismatch\n    id string x\n");
  EXPECT_EQ(dumped(R"({"g":["A"],"_g":{"id":"x"}})"),
            "object\n  g string A +list +paired +mismatch +first\n    id string x\n");
  EXPECT_EQ(dumped(R"({"_g":[{"id":"x"}],"g":"A"})"),
            "object\n  g string A +paired +mismatch\n    id string x\n");
  EXPECT_EQ(dumped(R"({"_g":{"id":"x"},"g":["A"]})"),
            "object\n  g string A +list +paired +mismatch +first\n    id string x\n");
  EXPECT_EQ(dumped(R"({"g":"A","_g":"B"})"), "object\n  g string A +paired +mismatch\n");
  EXPECT_EQ(dumped(R"({"g":"A","_g":null})"), "object\n  g string A +paired +mismatch\n");
  EXPECT_EQ(dumped(R"({"g":{"a":1},"_g":{"id":"x"}})"),
            "object\n  g object +paired +mismatch\n    a number 1\n    id string x\n");
  EXPECT_EQ(dumped(R"({"_g":{"id":"x"},"g":{"a":1}})"),
            "object\n  g object +paired +mismatch\n    id string x\n    a number 1\n");
  EXPECT_EQ(dumped(R"({"_g":[["x"]]})"),
            "object\n  g absent +list +paired +mismatch +first\n    g string x +list +first\n");
}

TEST(JsonTape, NullsAndEmptyThings) {
  EXPECT_EQ(dumped(R"({"a":null,"b":[],"c":{},"d":[null],"_e":[],"":""})"),
            "object\n  a null\n  b empty\n  c object\n  d absent +list +first\n  e empty +paired\n"
            "   string \n");
}

TEST(JsonTape, ListsInListsAreNodesOfTheirOwn) {
  EXPECT_EQ(dumped(R"({"a":[[1,[]],2],"b":3})"),
            "object\n"
            "  a list +list +first\n    a number 1 +list +first\n    a empty +list\n"
            "  a number 2 +list\n"
            "  b number 3\n");
  EXPECT_EQ(dumped("[{\"a\":1},2]"),
            "list\n  object +list +first\n    a number 1\n  number 2 +list\n");
}

TEST(JsonTape, OnlyAStringIsAResourceType) {
  EXPECT_EQ(dumped(R"({"a":1,"resourceType":"X"})"), "object X +resource\n  a number 1\n");
  EXPECT_EQ(dumped(R"({"resourceType":1})"), "object\n  resourceType number 1\n");
  EXPECT_EQ(dumped(R"({"resourceType":["X"]})"), "object\n  resourceType string X +list +first\n");
  EXPECT_EQ(dumped(R"({"resourceType":"X","_resourceType":{"id":"1"}})"),
            "object X +resource\n  resourceType absent +paired\n    id string 1\n");
  EXPECT_EQ(dumped(R"({"b":"v","_b":{"resourceType":"X"}})"),
            "object\n  b string v +paired\n    resourceType string X\n");
}

TEST(JsonTape, EscapesAreResolved) {
  const Reading reading(
      R"({"n\u0061me":"M\u00fcller \ud83d\ude00 \"\\\/\b\f\n\r\t\u0000\u20AC","_\u0062":{}})");
  EXPECT_EQ(faults(reading.tape), "");
  EXPECT_EQ(reading.tape.name(2), "name");
  EXPECT_EQ(reading.tape[2].value(),
            std::string_view("M\u00fcller \U0001F600 \"\\/\b\f\n\r\t\0\u20AC", 25));
  EXPECT_EQ(reading.tape.name(3), "b");
}

TEST(JsonTape, TextsAreViewsOfTheSourceWhereNothingIsEscaped) {
  const Reading reading("{\"a\":\"M\u00fcller, a long enough text for sixteen bytes\"}");
  EXPECT_EQ(reading.tape[2].text, reading.source.data() + 6);
  EXPECT_EQ(reading.tape[2].value(), "M\u00fcller, a long enough text for sixteen bytes");
}

// Every length of text and indentation passes the sixteen-byte steps differently.
TEST(JsonTape, EveryLengthOfTextAndWhiteSpace) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string text(size, 'x');
    for (const std::string& inner : {text, text + "\u00e9", text + "\\n" + text}) {
      const Reading reading("{" + std::string(size, ' ') + "\"a\"" + std::string(size, '\n') +
                            ":\"" + inner + "\"" + std::string(size, '\t') + "}");
      ASSERT_EQ(faults(reading.tape), "");
      ASSERT_EQ(reading.tape.size(), 3u);
      ASSERT_EQ(reading.tape[2].length, inner.size() - (inner.find('\\') != inner.npos));
      ASSERT_EQ(reading.tape.line_column(reading.tape[2].place).line, size + 1);
    }
  }
}

TEST(JsonTape, CommentsAreToldAtTheElementBehindThem) {
  EXPECT_EQ(faults_of("{\n  // why\n  \"id\" : \"x\"\n}"), "json-comment 2:3 id\n");
  EXPECT_EQ(dumped("/* a */{\"a\":/**/1 /* ***/ ,\"b\"://\n2}//end"),
            "json-comment 1:1\njson-comment 1:13 a\njson-comment 1:19 b\njson-comment 1:32 b\n"
            "json-comment 2:3\nobject\n  a number 1\n  b number 2\n");
  EXPECT_EQ(faults_of("{\"a\":1 /* "), "json-comment 1:8\njson-syntax! 1:8\n");
  EXPECT_EQ(faults_of("{\"a\":1 / 2}"), "json-syntax! 1:8\n");
  EXPECT_EQ(faults_of("{} // \xC0"), "json-comment 1:4\ntext-utf8! 1:7\n");
}

TEST(JsonTape, CommasTooManyOrTooFew) {
  EXPECT_EQ(faults_of("{\"a\":[1,2,],\n}"), "json-trailing-comma 1:10\njson-trailing-comma 1:12\n");
  EXPECT_EQ(dumped("{\"a\":1\n \"b\":[1 2]}"),
            "json-missing-comma 2:2\nobject\n  a number 1\n  b number 1 +list +first\n"
            "  b number 2 +list\n");
  EXPECT_EQ(faults_of("{\"a\":[1 2 {}]}"), "json-missing-comma 1:9\njson-missing-comma 1:11\n");
  EXPECT_EQ(faults_of("{\"a\":1 \"b\":{\"c\":[1 2]}}"),
            "json-missing-comma 1:8\njson-missing-comma 1:20 b\n");
  EXPECT_EQ(faults_of("[1,,2]"), "json-syntax! 1:4\n");
  EXPECT_EQ(faults_of("{,\"a\":1}"), "json-syntax! 1:2\n");
}

TEST(JsonTape, NamesAndStringsWithoutQuotes) {
  EXPECT_EQ(dumped("{resourceType:\"X\", b_:[yes], c:no}"),
            "json-unquoted 1:2\njson-unquoted 1:20\njson-unquoted 1:24 b_\njson-unquoted 1:30\n"
            "json-unquoted 1:32\nobject X +resource\n  b_ string yes +list +first\n"
            "  c string no\n");
  EXPECT_EQ(dumped("{\"a\":True,\"b\":nul,\"c\":truely}"),
            "json-unquoted 1:6\njson-unquoted 1:15\njson-unquoted 1:23\n"
            "object\n  a string True\n  b string nul\n  c string truely\n");
  EXPECT_EQ(faults_of("{'a':1}"), "json-syntax! 1:2\n");
}

TEST(JsonTape, NumbersThatAreNone) {
  for (const std::string text : {"01", "+1", ".5", "1.", "-", "1e", "1e+", "00", "-01", "1.e5",
                                 "NaN", "Infinity", "-Infinity", "2020-01-01"}) {
    const Reading reading("{\"a\":" + text + "}");
    const bool unquoted = text == "-";
    EXPECT_EQ(faults(reading.tape), unquoted ? "json-unquoted 1:6\n" : "json-number 1:6 a\n")
        << text;
    EXPECT_EQ(reading.tape[2].value(), text);
    EXPECT_EQ(reading.tape[2].is(kMalformed), !unquoted) << text;
  }
  EXPECT_EQ(dumped("[0x1F,12a]"),
            "json-unquoted 1:2\njson-unquoted 1:7\nlist\n  string 0x1F +list +first\n"
            "  string 12a +list\n");
}

TEST(JsonTape, AMemberTwice) {
  EXPECT_EQ(dumped("{\"a\":1,\n \"a\":[2],\"_a\":{\"id\":\"x\"}, \"_a\":{}}"),
            "json-duplicate-name 2:2\njson-duplicate-name 2:27\n"
            "object\n  a number 1 +paired\n    id string x\n"
            "  a number 2 +list +twice +first\n  a absent +paired +twice\n");
  EXPECT_EQ(dumped(R"({"resourceType":"A","resourceType":"B"})"),
            "json-duplicate-name 1:21\nobject A +resource\n  resourceType string B +twice\n");
  EXPECT_EQ(faults_of(R"({"a":{"a":{"a":1}},"b":{"a":1}})"), "");
  EXPECT_EQ(faults_of(R"({"a":1,"\u0061":1})"), "json-duplicate-name 1:8\n");
}

std::string wide_object(int members, const std::string& more = "") {
  std::string text = "{";
  for (int i = 0; i < members; ++i) {
    text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":" + std::to_string(i);
  }
  return text + more + "}";
}

TEST(JsonTape, AMemberTwiceIsFoundInWideObjects) {
  for (const int members : {31, 32, 33, 34, 600, 2'000}) {
    const std::string text = wide_object(members, ",\n\"m30\":{},\n\"_m2\":{},\n\"m0\":1");
    EXPECT_EQ(faults_of(text), "json-duplicate-name 2:1\njson-duplicate-name 4:1\n") << members;
    const std::string twice = "{\"a\":" + text + ",\"b\":" + text + "}";
    EXPECT_EQ(faults_of(twice),
              "json-duplicate-name 2:1 a\njson-duplicate-name 4:1 a\n"
              "json-duplicate-name 5:1 b\njson-duplicate-name 7:1 b\n")
        << members;
  }
}

// Quadratic look-up would take hours.
TEST(JsonTape, AMillionMembersAndAMillionItems) {
  const std::string text = wide_object(1'000'000, ",\"m999999\":0,\"_m5\":{\"id\":\"x\"}");
  const Reading wide(text);
  EXPECT_THAT(faults(wide.tape), testing::StartsWith("json-duplicate-name 1:"));
  EXPECT_EQ(wide.tape.size(), 1'000'004u);
  std::string list = "{\"a\":[1";
  std::string pairs = "],\"_a\":[{}";
  for (int i = 1; i < 1'000'000; ++i) {
    list += ",1";
    pairs += ",{}";
  }
  const Reading long_list(list + pairs + "]}");
  EXPECT_EQ(faults(long_list.tape), "");
  EXPECT_EQ(long_list.tape.size(), 1'000'002u);
}

TEST(JsonTape, EscapesThatAreNone) {
  EXPECT_EQ(dumped(R"({"a":"x\qy","b":"\u12g4","c":"\u12"})"),
            "json-escape 1:8\njson-escape 1:18\njson-escape 1:31\n"
            "object\n  a string xqy\n  b string u12g4\n  c string u12\n");
}

TEST(JsonTape, HalvesOfSurrogatePairs) {
  const std::string replaced = "\uFFFD";
  EXPECT_EQ(dumped(R"({"a":"\ud83d","b":"\ude00x","c":"\ud83d\u0041","d":"\ud83d\ud83d\ude00"})"),
            "json-lone-surrogate 1:7\njson-lone-surrogate 1:20\njson-lone-surrogate 1:34\n"
            "json-lone-surrogate 1:53\nobject\n"
            "  a string " +
                replaced + " +surrogate\n  b string " + replaced + "x +surrogate\n  c string " +
                replaced + "A +surrogate\n  d string " + replaced + "\U0001F600 +surrogate\n");
}

TEST(JsonTape, ControlCharactersInStringsAreToldOnceAString) {
  EXPECT_EQ(dumped("{\"a\":\"x\ny\tz\",\n\"b\":\"\x01\"}"),
            "json-control-character 1:8\njson-control-character 3:6\n"
            "object\n  a string x\ny\tz\n  b string \x01\n");
  EXPECT_EQ(faults_of(std::string("{ \0}", 4)), "json-syntax! 1:3\n");
}

TEST(JsonTape, ByteOrderMarkAndOtherEncodings) {
  EXPECT_EQ(dumped("\xEF\xBB\xBF{}"), "json-byte-order-mark 1:1\nobject\n");
  EXPECT_EQ(faults_of("{\"a\":\"\xC3\x28\"}"), "text-utf8! 1:7\n");
  EXPECT_EQ(faults_of("{\"a\":\"ok\xED\xA0\x80\"}"), "text-utf8! 1:9\n");
  EXPECT_EQ(faults_of("{\"a\":\"M\xFCller \\n\"}"), "text-utf8! 1:8\n");
  EXPECT_EQ(faults_of("{\"\xFF\":1}"), "text-utf8! 1:3\n");
  EXPECT_EQ(faults_of("{a\xFF:1}"), "text-utf8! 1:3\n");
  EXPECT_EQ(faults_of("{\"a\":b\xE9}"), "text-utf8! 1:7\n");
  EXPECT_EQ(faults_of(std::string("\xFF\xFE{\0}\0", 6)), "text-utf8! 1:1\n");
  EXPECT_EQ(faults_of(std::string("\0{\0}", 4)), "text-utf8! 1:1\n");
  EXPECT_EQ(faults_of(std::string("{\0}\0", 4)), "text-utf8! 1:1\n");
}

TEST(JsonTape, SyntaxThatNobodyCanReadOver) {
  EXPECT_EQ(faults_of(""), "json-syntax! 1:1\n");
  EXPECT_EQ(faults_of(" \n "), "json-syntax! 2:2\n");
  EXPECT_EQ(faults_of("{} {}"), "json-syntax! 1:4\n");
  EXPECT_EQ(faults_of("{}\nrubbish"), "json-syntax! 2:1\n");
  EXPECT_EQ(faults_of("1 2"), "json-syntax! 1:3\n");
  EXPECT_EQ(faults_of("{\"a\" 1}"), "json-syntax! 1:6\n");
  EXPECT_EQ(faults_of("{\"a\":}"), "json-syntax! 1:6\n");
  EXPECT_EQ(faults_of("{\"a\":[1}"), "json-syntax! 1:8\n");
  EXPECT_EQ(faults_of("{\"a\":1]"), "json-syntax! 1:7\n");
  EXPECT_EQ(faults_of("{\"a\":\"x"), "json-syntax! 1:6\n");
  EXPECT_EQ(faults_of("{\"a\":\"x\\"), "json-syntax! 1:6\n");
  EXPECT_EQ(faults_of("]"), "json-syntax! 1:1\n");
  EXPECT_EQ(faults_of(":"), "json-syntax! 1:1\n");
}

TEST(JsonTape, EveryTruncationIsFatalAndKeepsWhatWasRead) {
  const std::string text =
      R"({"resourceType":"Patient","a":[1,{"b":"\u00e9"}],"_a":[{"id":"x"}],"c":[[true]]})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Reading reading(text.substr(0, size));
    EXPECT_FALSE(reading.complete) << size;
    ASSERT_FALSE(reading.tape.faults().empty()) << size;
    EXPECT_TRUE(reading.tape.faults().back().fatal) << size;
  }
  EXPECT_EQ(dump(Reading(text.substr(0, 33)).tape),
            "object Patient +resource\n  a number 1 +list +first\n");
}

TEST(JsonTape, LimitsAreFatal) {
  TapeLimits limits;
  limits.max_depth = 3;
  EXPECT_EQ(faults_of(R"({"a":{"b":{}}})", limits), "");
  EXPECT_EQ(faults_of(R"({"a":{"b":{"c":{}}}})", limits), "limit-depth! 1:16 b\n");
  EXPECT_EQ(faults_of(R"([[[1]]])", limits), "");
  EXPECT_EQ(faults_of(R"([[[[1]]]])", limits), "limit-depth! 1:4\n");
  limits = {};
  limits.max_text = 3;
  EXPECT_EQ(faults_of(R"({"abc":"abc","x":"abcd"})", limits), "limit-text! 1:18\n");
  EXPECT_EQ(faults_of(R"([12345])", limits), "limit-text! 1:2\n");
  EXPECT_EQ(faults_of(R"([abcde])", limits), "limit-text! 1:2\n");
  limits = {};
  limits.max_nodes = 3;
  EXPECT_EQ(faults_of("[1,2]", limits), "");
  EXPECT_EQ(faults_of("[1,2,3]", limits), "limit-nodes! 1:6\n");
  limits = {};
  limits.max_faults = 2;
  EXPECT_EQ(faults_of("[a,b,c,d]", limits), "json-unquoted 1:2\njson-unquoted 1:4\n");
  EXPECT_EQ(faults_of("[a,b,c,d", limits),
            "json-unquoted 1:2\njson-unquoted 1:4\njson-syntax! 1:9\n");
}

// The stack of the machine has nothing to do with it.
TEST(JsonTape, TenMillionOpenBrackets) {
  EXPECT_EQ(faults_of(std::string(10'000'000, '[')), "limit-depth! 1:1001\n");
  TapeLimits limits;
  limits.max_depth = 2'000'000;
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "{\"a\":";
  text += "1" + std::string(1'000'000, '}');
  EXPECT_EQ(faults_of(text, limits), "");
}

TEST(JsonTape, TheNextDocumentForgetsTheOneBefore) {
  NameTable table;
  Names names(table);
  Tape tape(names);
  EXPECT_FALSE(tape.read_json("{\n\n\"a\":[{\"b\":"));
  EXPECT_TRUE(tape.read_json("{\n\"c\":1}"));
  EXPECT_EQ(faults(tape) + dump(tape), "object\n  c number 1\n");
  EXPECT_EQ(tape.line_column(tape[2].name_place).line, 2u);
  EXPECT_TRUE(tape.read_json("{\"c\":1}"));
  EXPECT_EQ(tape.line_column(tape[2].name_place).line, 1u);
}

TEST(JsonTape, ASecondDocumentOfTheKindAllocatesNothing) {
  NameTable table;
  table.add("given");
  Names names(table);
  Tape tape(names);
  const auto document = [](const std::string& strange) {
    return R"({"resourceType":"Patient","name":[{"given":["a\nb","\u00e9"],"_given":[null,{}]}],")" +
           strange + "\":1," + wide_object(50).substr(1);
  };
  const std::string first = document("x1");
  const std::string second = document("x2");
  const auto read = [&](const std::string& text) {
    const std::size_t before = allocation_count();
    EXPECT_TRUE(tape.read_json(text));
    EXPECT_EQ(tape.line_column(tape[2].place).line, 1u);
    names.reset();
    return allocation_count() - before;
  };
  EXPECT_GT(read(first), 0u);
  EXPECT_EQ(read(second), 0u);
}

TEST(JsonTape, MessagesQuoteNoMoreThanANameAndNoHalfCharacters) {
  const std::string name(59, 'n');
  const Reading reading("{\"" + name + "\u00e9\u00e9\":\"secret\",\"" + name + "\u00e9\u00e9\":1}");
  ASSERT_EQ(reading.tape.faults().size(), 1u);
  EXPECT_EQ(reading.tape.faults()[0].message,
            "The name '" + name + "...' stands twice in an object");
}

}  // namespace
}  // namespace oncobridge
