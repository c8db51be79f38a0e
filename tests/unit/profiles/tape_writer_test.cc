#include "oncobridge/fhir/tape_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "oncobridge/fhir/json_compare.h"
#include "tests/unit/profiles/tape_dump.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;

struct Reader {
  NameTable table;
  Names names{table};
  Tape tape{names};
};

std::string json(const std::string& text, Layout layout = Layout::kCompact) {
  Reader reader;
  EXPECT_TRUE(reader.tape.read_json(text)) << faults(reader.tape);
  std::string out;
  append_json(reader.tape, reader.tape.root(), out, layout);
  return out;
}

// With `!` before it if something could not be written.
std::string xml(const std::string& text, Layout layout = Layout::kCompact) {
  Reader reader;
  EXPECT_TRUE(reader.tape.read_json(text)) << faults(reader.tape);
  std::string out;
  const bool complete = append_xml(reader.tape, reader.tape.root(), out, layout);
  return (complete ? "" : "!") + out;
}

TEST(TapeToJson, CompactJsonComesOutAsItWas) {
  for (
      const std::string text : {
          R"({"resourceType":"Patient","active":true,"name":[{"given":["A","B"]}],"_birthDate":{"id":"x"}})",
          R"({"birthDate":"2020","_birthDate":{"id":"x","extension":[{"url":"u","valueCode":"c"}]},"z":1})",
          R"({"given":["A",null,"C"],"_given":[null,{"id":"x"},{"id":"y"}],"z":null})",
          R"({"_given":[null,{"id":"x"}]})",
          R"({"a":1.50,"b":-0.0E+2,"c":false,"d":{},"e":[],"f":[null],"g":[{}],"h":[[1,[]],[[{}]]]})",
          R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Binary","id":"b"}},{}]})",
          R"({"a":"\" \\ \b\f\n\r\t \u0000\u001f / é €"})",
          R"({"\"\n":1,"_x\\":{"id":"1"}})",
          R"([1,"a",{"b":[true]}])",
          R"("text")",
          R"(12)",
          R"(null)",
      }) {
    EXPECT_EQ(json(text), text);
  }
}

TEST(TapeToJson, TheHalvesOfAPrimitiveComeTogether) {
  EXPECT_EQ(json(R"({"_b":{"id":"x"},"c":1,"b":true})"), R"({"b":true,"_b":{"id":"x"},"c":1})");
  EXPECT_EQ(json(R"({"b":1,"resourceType":"X"})"), R"({"resourceType":"X","b":1})");
}

TEST(TapeToJson, PrettyHasALineForEverything) {
  EXPECT_EQ(json(R"({"resourceType":"X","a":[1,{"b":[]}],"_c":[{},null],"d":{}})", Layout::kPretty),
            "{\n"
            "  \"resourceType\": \"X\",\n"
            "  \"a\": [\n"
            "    1,\n"
            "    {\n"
            "      \"b\": []\n"
            "    }\n"
            "  ],\n"
            "  \"_c\": [\n"
            "    {},\n"
            "    null\n"
            "  ],\n"
            "  \"d\": {}\n"
            "}");
}

TEST(TapeToJson, APartOfATape) {
  Reader reader;
  const std::string text = R"({"entry":[{"resource":{"resourceType":"A","x":[1]}}]})";
  ASSERT_TRUE(reader.tape.read_json(text));
  std::string out = "[";
  append_json(reader.tape, 3, out);
  EXPECT_EQ(out, R"([{"resourceType":"A","x":[1]})");
}

TEST(TapeToJson, NumbersThatAreNoneBecomeStrings) {
  Reader reader;
  ASSERT_TRUE(reader.tape.read_json("{\"a\":01,\"b\":NaN}"));
  std::string out;
  append_json(reader.tape, 1, out);
  EXPECT_EQ(out, R"({"a":"01","b":"NaN"})");
}

// As the schema leaves a tape: strings, numbers and lists are told.
TEST(TapeToJson, ATapeOfXml) {
  Reader reader;
  const std::string text =
      "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"p\"/><given value=\"A\"/><photo/>"
      "<given id=\"g\" value=\"B\"/><size value=\"1.50\"/><text><div>a\"b</div></text></Patient>";
  ASSERT_TRUE(reader.tape.read_xml(text));
  for (NodeId id = 1; id < reader.tape.size(); ++id) {
    Node& node = reader.tape.at(id);
    if (reader.tape.name(id) == "given" || reader.tape.name(id) == "photo") node.flags |= kInList;
    if (reader.tape.name(id) == "size") node.kind = NodeKind::kNumber;
  }
  std::string out;
  append_json(reader.tape, 1, out);
  EXPECT_EQ(out,
            R"({"resourceType":"Patient","id":"p","given":["A","B"],"_given":[null,{"id":"g"}],)"
            R"("photo":[{}],"size":1.50,"text":{"div":"<div>a\"b</div>"}})");
}

TEST(TapeToXml, AResource) {
  EXPECT_EQ(
      xml(R"({"resourceType":"Patient","id":"p","active":true,"n":1.50,)"
          R"("name":[{"id":"n","given":["A","B"]},{}],"x":{}})"),
      "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"p\"/><active value=\"true\"/>"
      "<n value=\"1.50\"/><name id=\"n\"><given value=\"A\"/><given value=\"B\"/></name><name/>"
      "<x/></Patient>");
  EXPECT_EQ(xml(R"({"resourceType":"Patient"})"), "<Patient xmlns=\"http://hl7.org/fhir\"/>");
}

TEST(TapeToXml, PrimitivesWithIdAndExtension) {
  EXPECT_EQ(
      xml(R"({"resourceType":"P","b":"2020","_b":{"id":"x","extension":[{"url":"u","valueCode":"c"}]},)"
          R"("g":["A",null],"_g":[null,{"id":"y"}],"url":"v"})"),
      "<P xmlns=\"http://hl7.org/fhir\"><b id=\"x\" value=\"2020\"><extension url=\"u\">"
      "<valueCode value=\"c\"/></extension></b><g value=\"A\"/><g id=\"y\"/><url "
      "value=\"v\"/></P>");
}

TEST(TapeToXml, ResourcesInResources) {
  EXPECT_EQ(
      xml(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"A","contained":[)"
          R"({"resourceType":"B","id":"b"}]}},{"resource":{"resourceType":"C"}}]})"),
      "<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource><A><contained><B><id value=\"b\"/>"
      "</B></contained></A></resource></entry><entry><resource><C/></resource></entry></Bundle>");
}

TEST(TapeToXml, NarrativeIsItsBytes) {
  EXPECT_EQ(
      xml(R"({"resourceType":"A","text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">&amp;\n<p/></div>"}})"),
      "<A xmlns=\"http://hl7.org/fhir\"><text><div "
      "xmlns=\"http://www.w3.org/1999/xhtml\">&amp;\n<p/>"
      "</div></text></A>");
}

// The text of a narrative that is a document of its own was lost.
TEST(TapeToXml, ANarrativeAloneIsItsBytes) {
  NameTable table;
  Names names(table);
  Tape tape(names);
  const std::string source = "<div xmlns=\"http://www.w3.org/1999/xhtml\">a<br/></div>";
  ASSERT_TRUE(tape.read_xml(source));
  std::string xml;
  EXPECT_TRUE(append_xml(tape, tape.root(), xml));
  EXPECT_EQ(xml, source);
}

TEST(TapeToXml, NarrativeThatWouldBreakTheDocumentIsLeftOut) {
  for (const std::string div :
       {"text", "<p/>", "<divx/>", "<div>", "<div></p></div>", "<div/></text><evil/>",
        "<div>&nbsp;</div>", "<div>&</div>", "<div a=b/>"}) {
    EXPECT_EQ(xml(R"({"resourceType":"A","text":{"div":")" + div + "\"}}"),
              "!<A xmlns=\"http://hl7.org/fhir\"><text></text></A>")
        << div;
  }
}

TEST(TapeToXml, TextIsEscapedSoThatItIsReadAsItWas) {
  EXPECT_EQ(
      xml(R"({"resourceType":"A","a":"<>&\"'\n\r\t é"})"),
      "<A xmlns=\"http://hl7.org/fhir\"><a value=\"&lt;>&amp;&quot;'&#10;&#13;&#9; é\"/></A>");
}

TEST(TapeToXml, WhatXmlCannotHoldIsSaid) {
  const std::string empty = "!<A xmlns=\"http://hl7.org/fhir\"></A>";
  EXPECT_EQ(xml(R"({"resourceType":"A","a":null})"), empty);
  EXPECT_EQ(xml(R"({"resourceType":"A","a":[]})"), empty);
  EXPECT_EQ(xml(R"({"resourceType":"A","a":[null]})"), empty);
  EXPECT_EQ(xml(R"({"resourceType":"A","a":[[1]]})"), empty);
  EXPECT_EQ(xml(R"({"resourceType":"A","a b":1,"":1,"1":1,"a\">":1})"), empty);
  EXPECT_EQ(xml(R"({"resourceType":"A","a":{"resourceType":"x y"}})"),
            "!<A xmlns=\"http://hl7.org/fhir\"><a/></A>");
  EXPECT_EQ(xml(R"({"resourceType":"A","a":"x\u0000y\uffffz"})"),
            "!<A xmlns=\"http://hl7.org/fhir\"><a value=\"x\uFFFDy\uFFFDz\"/></A>");
  EXPECT_EQ(xml(R"({"resourceType":"A><B"})"), "!");
}

TEST(TapeToXml, PrettyHasALineForEveryElement) {
  EXPECT_EQ(xml(R"({"resourceType":"A","a":[{"b":1}],"contained":[{"resourceType":"C","d":2}],)"
                R"("text":{"div":"<div> <p/></div>"}})",
                Layout::kPretty),
            "<A xmlns=\"http://hl7.org/fhir\">\n"
            "  <a>\n"
            "    <b value=\"1\"/>\n"
            "  </a>\n"
            "  <contained>\n"
            "    <C>\n"
            "      <d value=\"2\"/>\n"
            "    </C>\n"
            "  </contained>\n"
            "  <text>\n"
            "    <div> <p/></div>\n"
            "  </text>\n"
            "</A>");
}

TEST(TapeWriters, AMillionOpenObjects) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "{\"a\":";
  text += "1" + std::string(1'000'000, '}');
  TapeLimits limits;
  limits.max_depth = 2'000'000;
  Reader reader;
  const std::string resource = "{\"resourceType\":\"A\",\"a\":" + text + "}";
  ASSERT_TRUE(reader.tape.read_json(resource, limits));
  std::string out;
  append_json(reader.tape, 2, out);
  EXPECT_TRUE(out == text);
  std::string markup;
  ASSERT_TRUE(append_xml(reader.tape, 1, markup));
  ASSERT_TRUE(reader.tape.read_xml(markup, limits));
  std::string again;
  append_xml(reader.tape, 1, again);
  EXPECT_TRUE(again == markup);
}

// Every document of a folder goes to JSON and to XML and back.
void round_trips(const fs::path& folder) {
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  Reader reader;
  Reader other;
  int documents = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!reader.tape.read_json(text) || !reader.tape.faults().empty()) continue;
    if (!reader.tape[1].is(kResource)) continue;
    ++documents;
    for (const Layout layout : {Layout::kCompact, Layout::kPretty}) {
      std::string again;
      append_json(reader.tape, 1, again, layout);
      ASSERT_TRUE(other.tape.read_json(again)) << entry.path();
      ASSERT_EQ(dump(other.tape), dump(reader.tape)) << entry.path();
      const auto before = JsonDocument::parse(text);
      const auto after = JsonDocument::parse(again);
      ASSERT_TRUE(before && after) << entry.path();
      // Here the shorter half of a list is filled up with null.
      if (entry.path().filename() != "patient-name-extensions.json") {
        ASSERT_EQ(canonical_resource(after->root()), canonical_resource(before->root()))
            << entry.path();
      }
      std::string markup;
      const bool complete = append_xml(reader.tape, 1, markup, layout);
      ASSERT_TRUE(other.tape.read_xml(markup)) << entry.path() << faults(other.tape);
      ASSERT_EQ(faults(other.tape), "") << entry.path();
      // Without what XML cannot hold, the second writing is shorter.
      ASSERT_EQ(complete, other.tape.size() == reader.tape.size()) << entry.path();
      if (!complete) continue;
      std::string markup_again;
      ASSERT_TRUE(append_xml(other.tape, 1, markup_again, layout)) << entry.path();
      ASSERT_EQ(markup_again, markup) << entry.path();
    }
  }
  EXPECT_GT(documents, 0);
}

TEST(TapeWriters, GoldenBundlesGoThroughBothForms) {
  round_trips(fs::path(ONCOBRIDGE_SOURCE_DIR) / "tests/golden/bundles");
}
TEST(TapeWriters, ConformanceSuitesGoThroughBothForms) {
  round_trips(fs::path(ONCOBRIDGE_SOURCE_DIR) / "../shared/conformance");
}

}  // namespace
}  // namespace oncobridge
