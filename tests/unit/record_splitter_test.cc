#include "converters/record_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "oncobridge/record/record_reader.h"
#include "tests/support/byte_sources.h"

namespace oncobridge {
namespace {

using test::FailingSource;
using test::PiecesSource;
using testing::ElementsAre;
using testing::IsEmpty;

struct Sizes {
  std::size_t max_record = 1u << 20;
  std::size_t chunk = 1u << 20;
  std::size_t piece = 1u << 20;
};

// "line:column bytes" of every record, then the error if there is one.
std::vector<std::string> split(ByteSource& source, Sizes sizes = {}) {
  RecordSplitter splitter(source, sizes.max_record, sizes.chunk);
  std::vector<std::string> result;
  RecordChunk chunk;
  std::uint64_t next = 1;
  while (true) {
    auto more = splitter.next(chunk);
    if (!more) {
      result.push_back("error " + more.error().message);
      return result;
    }
    if (!*more) return result;
    EXPECT_FALSE(chunk.records.empty());
    EXPECT_EQ(chunk.first_record, next);
    next += chunk.records.size();
    for (const RecordChunk::Span& span : chunk.records) {
      EXPECT_LE(span.offset + span.size + kRecordPadding, chunk.bytes.size());
      result.push_back(std::to_string(span.line) + ":" + std::to_string(span.column) + " " +
                       chunk.bytes.substr(span.offset, span.size) +
                       (span.too_long ? " (too long)" : ""));
    }
  }
}

std::vector<std::string> split(const std::string& text, Sizes sizes = {}) {
  PiecesSource source(text, sizes.piece);
  return split(source, sizes);
}

// ---- the forms

TEST(RecordSplitter, OneObjectPrettyOrNot) {
  EXPECT_THAT(split(R"({"case_id":"a"})"), ElementsAre(R"(1:1 {"case_id":"a"})"));
  EXPECT_THAT(
      split("{\n  \"case_id\": \"a\",\n  \"patient\": {\n    \"gender\": \"male\"\n  }\n}\n"),
      ElementsAre(
          "1:1 {\n  \"case_id\": \"a\",\n  \"patient\": {\n    \"gender\": \"male\"\n  }\n}"));
  EXPECT_THAT(split("\n\n   {\n\"case_id\":\"a\"}"), ElementsAre("3:4 {\n\"case_id\":\"a\"}"));
}

TEST(RecordSplitter, AnObjectWithoutIndentationIsStillOne) {
  const std::string record =
      "{\n\"case_id\": \"a\",\n\"markers\": [\n{\n\"marker\": \"ER\"\n},\n{\"marker\": "
      "\"PR\"}\n]\n}";
  EXPECT_THAT(split(record + "\n"), ElementsAre("1:1 " + record));
}

TEST(RecordSplitter, SeveralPrettyObjectsFollowOneAnother) {
  EXPECT_THAT(split("{\n \"a\":1\n}\n{\n \"b\":2\n}\n"),
              ElementsAre("1:1 {\n \"a\":1\n}", "4:1 {\n \"b\":2\n}"));
  EXPECT_THAT(split(R"({"a":1}{"b":2} {"c":3})"),
              ElementsAre(R"(1:1 {"a":1})", R"(1:8 {"b":2})", R"(1:16 {"c":3})"));
}

TEST(RecordSplitter, AnArrayOfRecords) {
  EXPECT_THAT(split(R"([{"a":1},{"b":2}])"), ElementsAre(R"(1:2 {"a":1})", R"(1:10 {"b":2})"));
  EXPECT_THAT(split("[\n  {\"a\": [1, 2]},\n  {\"b\": \"}],[{\"}\n]\n"),
              ElementsAre("2:3 {\"a\": [1, 2]}", "3:3 {\"b\": \"}],[{\"}"));
  EXPECT_THAT(split("[]"), IsEmpty());
  EXPECT_THAT(split("[\n\n]\n"), IsEmpty());
}

TEST(RecordSplitter, NdjsonWithUnixAndWindowsLineEndsAndBlankLines) {
  EXPECT_THAT(split("{\"a\":1}\n{\"b\":2}\n"), ElementsAre(R"(1:1 {"a":1})", R"(2:1 {"b":2})"));
  EXPECT_THAT(split("{\"a\":1}\r\n{\"b\":2}\r\n"), ElementsAre(R"(1:1 {"a":1})", R"(2:1 {"b":2})"));
  EXPECT_THAT(split("\n\n{\"a\":1}\n\n \t\r\n  {\"b\":2}  \n{\"c\":3}"),
              ElementsAre(R"(3:1 {"a":1})", R"(6:3 {"b":2})", R"(7:1 {"c":3})"));
}

TEST(RecordSplitter, ACommaMissingOrTooManyCostsNoRecordButIsAnError) {
  const std::string missing = "a comma is missing", many = "a comma too many";
  EXPECT_THAT(split(R"([{"a":1} {"b":2}])"),
              ElementsAre(R"(1:2 {"a":1})", R"(1:10 {"b":2})",
                          "error pieces: line 1 column 10: " + missing));
  EXPECT_THAT(split("[{\"a\":1}\n{\"b\":2},,{\"c\":3},]"),
              ElementsAre(R"(1:2 {"a":1})", R"(2:1 {"b":2})", R"(2:10 {"c":3})",
                          "error pieces: line 2 column 1: " + missing))
      << "the first of them";
  EXPECT_THAT(split(R"([,{"a":1}])"),
              ElementsAre(R"(1:3 {"a":1})", "error pieces: line 1 column 2: " + many));
  EXPECT_THAT(
      split("[{\"a\":1},\n,{\"b\":2}]"),
      ElementsAre(R"(1:2 {"a":1})", R"(2:2 {"b":2})", "error pieces: line 2 column 1: " + many));
  EXPECT_THAT(split(R"([{"a":1},])"),
              ElementsAre(R"(1:2 {"a":1})",
                          "error pieces: line 1 column 10: a comma before the end of the list"));
  for (const std::size_t chunk : {1u, 1u << 20}) {
    EXPECT_THAT(split("{\"a\":1},\n{\"b\":2}\n", {.chunk = chunk}),
                ElementsAre(R"(1:1 {"a":1})", R"(2:1 {"b":2})",
                            "error pieces: line 1 column 8: a comma outside a list"));
  }
}

TEST(RecordSplitter, AnEmptyFileIsNoListWithoutRecords) {
  for (const std::string& text : {std::string(), std::string(" \n\t\r\n  "),
                                  std::string("\xEF\xBB\xBF"), std::string(3'000'000, '\n')}) {
    EXPECT_THAT(split(text), ElementsAre("error pieces: no record in it"));
  }
}

TEST(RecordSplitter, BlanksOfAnyNumberFillNoMemoryAndAreNoRecord) {
  // Gives a text with `blanks` blanks in place of each '#'.
  class Blanks final : public ByteSource {
   public:
    Blanks(std::string text, char blank) : text_(std::move(text)), blank_(blank) {}
    std::string_view name() const override { return "blanks"; }
    Result<std::size_t> read(char* bytes, std::size_t size) override {
      largest_ = std::max(largest_, size);
      if (left_ == 0 && at_ < text_.size() && text_[at_] == '#') {
        left_ = 20'000'000;
        ++at_;
      }
      if (left_ > 0) {
        const std::size_t count = std::min(size, left_);
        std::memset(bytes, blank_, count);
        left_ -= count;
        return count;
      }
      if (at_ == text_.size()) return std::size_t{0};
      *bytes = text_[at_++];
      return std::size_t{1};
    }
    std::size_t largest_ = 0;

   private:
    std::string text_;
    char blank_;
    std::size_t at_ = 0;
    std::size_t left_ = 0;
  };
  for (const char blank : {' ', '\n', '\t'}) {
    for (const char* text : {"#{\"a\":1}\n{\"b\":2}", "{\"a\":1}#{\"b\":2}",
                             "#[#{\"a\":1}#,#{\"b\":2}#]#", "{\"a\":1}\n#\n#{\"b\":2}\n"}) {
      Blanks source(text, blank);
      const auto records = split(source, {.max_record = 1000, .chunk = 100'000});
      ASSERT_EQ(records.size(), 2u) << text << int(blank);
      EXPECT_THAT(records[0], testing::EndsWith(" {\"a\":1}"));
      EXPECT_THAT(records[1], testing::EndsWith(" {\"b\":2}"));
      EXPECT_LE(source.largest_, 400'000u) << text << int(blank);
    }
  }
}

TEST(RecordSplitter, AByteOrderMarkIsNoPartOfTheRecord) {
  EXPECT_THAT(split("\xEF\xBB\xBF{\"a\":1}\n{\"b\":2}"),
              ElementsAre(R"(1:1 {"a":1})", R"(2:1 {"b":2})"));
  EXPECT_THAT(split("\xEF\xBB\xBF[{\"a\":1}]", {.piece = 1}), ElementsAre(R"(1:2 {"a":1})"));
}

TEST(RecordSplitter, Utf16IsNamedAndNotCutUp) {
  EXPECT_THAT(split(std::string("\xFF\xFE{\0\n\0}\0", 8)),
              ElementsAre("error pieces: the text is UTF-16"));
  EXPECT_THAT(split(std::string("\xFE\xFF\0{\0}", 6)),
              ElementsAre("error pieces: the text is UTF-16"));
}

// ---- what is broken costs only itself

TEST(RecordSplitter, InAnArrayWhatIsNoObjectIsARecordForTheReaderToReject) {
  EXPECT_THAT(split(R"([1, "a,]{b", null, [2,{"x":3}], {"c":3}, true])"),
              ElementsAre("1:2 1", R"(1:5 "a,]{b")", "1:14 null", R"(1:20 [2,{"x":3}])",
                          R"(1:33 {"c":3})", "1:42 true"));
  EXPECT_THAT(split(R"([[{"a":1}],{"b":2}])"), ElementsAre(R"(1:2 [{"a":1}])", R"(1:12 {"b":2})"));
}

TEST(RecordSplitter, AMissingQuoteCostsOneLine) {
  EXPECT_THAT(split("{\"a\":1}\n{\"b\":\"x}\n{\"c\":3}\n"),
              ElementsAre(R"(1:1 {"a":1})", R"(2:1 {"b":"x})", R"(3:1 {"c":3})"));
  EXPECT_THAT(split("{\"a\":\"x}\n{\"b\":2}\n{\"c\":3}\n"),
              ElementsAre(R"(1:1 {"a":"x})", R"(2:1 {"b":2})", R"(3:1 {"c":3})"))
      << "also in the first line";
  EXPECT_THAT(split("[{\"a\":\"x},\n {\"b\":2},\n {\"c\":3}]"),
              ElementsAre(R"(1:2 {"a":"x},)", R"(2:2 {"b":2})", R"(3:2 {"c":3})"));
  EXPECT_THAT(split("[\n{\n\"a\":\"x\n},\n{\"b\":2}\n]"),
              ElementsAre("2:1 {\n\"a\":\"x\n}", "5:1 {\"b\":2}"));
}

TEST(RecordSplitter, AMissingBracketCostsOneRecord) {
  EXPECT_THAT(split("{\"a\":{\"x\":1}\n{\"b\":2}\n{\"c\":3}\n"),
              ElementsAre(R"(1:1 {"a":{"x":1})", R"(2:1 {"b":2})", R"(3:1 {"c":3})"));
  EXPECT_THAT(split(R"([{"a":{"x":1},{"b":2},{"c":3}])"),
              ElementsAre(R"(1:2 {"a":{"x":1})", R"(1:15 {"b":2})", R"(1:23 {"c":3})"));
  EXPECT_THAT(split(R"([{"a":[1,2},{"b":2}])"),
              ElementsAre(R"(1:2 {"a":[1,2})", R"(1:13 {"b":2})"));
  EXPECT_THAT(split("{\n \"a\": {\n  \"x\": 1\n}\n{\n \"b\": 2\n}\n"),
              ElementsAre("1:1 {\n \"a\": {\n  \"x\": 1\n}", "5:1 {\n \"b\": 2\n}"));
  EXPECT_THAT(split(R"([{"a":1,{"b":2}])"), ElementsAre(R"(1:2 {"a":1)", R"(1:9 {"b":2})"));
  EXPECT_THAT(split(R"([{"a":{"x":1])"), ElementsAre(R"(1:2 {"a":{"x":1)"))
      << "the bracket is that of the array";
}

TEST(RecordSplitter, ABracketTooManyIsARecordOfItsOwn) {
  EXPECT_THAT(split("{\"a\":1}}\n{\"b\":2}\n"), ElementsAre(R"(1:1 {"a":1}})", R"(2:1 {"b":2})"));
  EXPECT_THAT(split(R"([{"a":1}},{"b":2}])"),
              ElementsAre(R"(1:2 {"a":1})", "1:9 }", R"(1:11 {"b":2})"));
  EXPECT_THAT(split("{\n\"a\":1\n}]"), ElementsAre("1:1 {\n\"a\":1\n}", "3:2 ]"));
}

TEST(RecordSplitter, WhatFollowsAnArrayIsNotLost) {
  EXPECT_THAT(split("[{\"a\":1}] garbage\n{\"b\":2}"),
              ElementsAre(R"(1:2 {"a":1})", "1:11 garbage", R"(2:1 {"b":2})"));
}

TEST(RecordSplitter, AFileThatIsNoJsonIsCutIntoLinesForTheReaderToReject) {
  EXPECT_THAT(split("case_id,gender\n1,f\n"), ElementsAre("1:1 case_id,gender", "2:1 1,f"));
}

TEST(RecordSplitter, ARecordCutOffAtTheEndIsStillARecord) {
  EXPECT_THAT(split("{\"a\":1}\n{\"b\":"), ElementsAre(R"(1:1 {"a":1})", R"(2:1 {"b":)"));
  EXPECT_THAT(split("[{\"a\":1},{\"b\":"), ElementsAre(R"(1:2 {"a":1})", R"(1:10 {"b":)"));
  EXPECT_THAT(split("{\n\"a\":1,\n"), ElementsAre("1:1 {\n\"a\":1,"));
}

TEST(RecordSplitter, AnArrayCutOffBetweenRecordsIsAnErrorAfterThem) {
  const std::string error = "error pieces: the list of records is not closed with ]";
  EXPECT_THAT(split(R"([{"a":1},{"b":2})"),
              ElementsAre(R"(1:2 {"a":1})", R"(1:10 {"b":2})", error));
  EXPECT_THAT(split(R"([{"a":1},)"), ElementsAre(R"(1:2 {"a":1})", error));
  EXPECT_THAT(split("["), ElementsAre(error));
}

TEST(RecordSplitter, RecordsBeforeAReadErrorAreKeptAndThePieceBehindThemIsNot) {
  FailingSource lines("{\"a\":1}\n{\"b\":2}\n{\"c\":");
  EXPECT_THAT(split(lines),
              ElementsAre(R"(1:1 {"a":1})", R"(2:1 {"b":2})", "error failing: Input/output error"));
  FailingSource array(R"([{"a":1},{"b":)");
  EXPECT_THAT(split(array), ElementsAre(R"(1:2 {"a":1})", "error failing: Input/output error"));
  FailingSource nothing("");
  EXPECT_THAT(split(nothing), ElementsAre("error failing: Input/output error"));
}

// ---- records that are too long

std::string with_long_record(const std::string& before, const std::string& after,
                             std::size_t size) {
  return before + "{\"x\":\"" + std::string(size, 'y') + "\\\"}{\"}" + after;
}

TEST(RecordSplitter, ARecordLongerThanTheLimitIsNamedAndItsFollowersSurvive) {
  struct Row {
    const char* before;
    const char* after;
    const char* first;
    const char* second;
    const char* third;
  };
  const Row rows[] = {
      {"{\"a\":1}\n", "\n{\"b\":2}\n", "1:1 {\"a\":1}", "2:1 ", "3:1 {\"b\":2}"},
      {"[{\"a\":1},\n", ",{\"b\":2}]", "1:2 {\"a\":1}", "2:1 ", ""},
      {"{\n\"a\":1\n}\n", "\n{\n\"b\":2\n}\n", "1:1 {\n\"a\":1\n}", "4:1 ", "5:1 {\n\"b\":2\n}"},
  };
  for (const Row& row : rows) {
    for (const std::size_t size : {101u, 1000u, 3000u, 4000u, 5000u, 100'000u, 3'000'000u}) {
      for (const Sizes sizes :
           {Sizes{100, 1u << 20, 1u << 20}, Sizes{100, 64, 7}, Sizes{100, 1000, 999}}) {
        if (size > 100'000 && sizes.chunk < 1000) continue;
        const std::string text = with_long_record(row.before, row.after, size);
        const auto records = split(text, sizes);
        ASSERT_EQ(records.size(), 3u) << size << " " << sizes.chunk;
        EXPECT_EQ(records[0], row.first);
        EXPECT_THAT(records[1], testing::StartsWith(std::string(row.second) + "{\"x\":\"yyy"));
        EXPECT_THAT(records[1], testing::EndsWith(" (too long)"));
        EXPECT_LT(records[1].size(), 4200u) << "only the beginning is kept";
        if (*row.third != 0) {
          EXPECT_EQ(records[2], row.third);
        }
        EXPECT_THAT(records[2], testing::HasSubstr("\"b\":2"));
      }
    }
  }
}

TEST(RecordSplitter, AFirstLineThatIsTooLongCostsOneRecordToo) {
  for (const std::size_t chunk : {64u, 1000u, 1u << 20}) {
    const std::string line = "{\"x\":\"" + std::string(5000, 'y') + "\"}";
    const auto records =
        split(line + "\n[[[\n{\"b\":2}\n{\"c\":3}\n", {.max_record = 100, .chunk = chunk});
    ASSERT_EQ(records.size(), 4u) << chunk;
    EXPECT_THAT(records[0], testing::EndsWith(" (too long)"));
    EXPECT_EQ(records[1], "2:1 [[[");
    EXPECT_EQ(records[2], "3:1 {\"b\":2}");
    EXPECT_EQ(records[3], "4:1 {\"c\":3}");
  }
}

TEST(RecordSplitter, ARecordOfExactlyTheLimitIsTaken) {
  const std::string record = R"({"a":12345})";
  EXPECT_THAT(split(record + "\n" + record, {.max_record = record.size()}),
              ElementsAre("1:1 " + record, "2:1 " + record));
  EXPECT_THAT(split(record, {.max_record = record.size() - 1}),
              ElementsAre("1:1 " + record + " (too long)"));
}

TEST(RecordSplitter, AnEndlessFirstLineDoesNotFillTheMemory) {
  class Endless final : public ByteSource {
   public:
    std::string_view name() const override { return "endless"; }
    Result<std::size_t> read(char* bytes, std::size_t size) override {
      if (given_ > 200'000'000) return std::size_t{0};
      std::memset(bytes, 'x', size);
      if (given_ == 0) std::memcpy(bytes, "{\"a\":\"", 6);
      given_ += size;
      largest_ = std::max(largest_, size);
      return size;
    }
    std::size_t largest_ = 0;

   private:
    std::size_t given_ = 0;
  };
  Endless source;
  const auto records = split(source, {.max_record = 1u << 20});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_LE(source.largest_, 8u << 20);
}

// ---- the same whatever the sizes of pieces and chunks

const std::vector<std::string>& forms() {
  static const std::vector<std::string> texts = {
      "{\"a\":1}\n{\"b\":\"\xC3\xA4\"}\n\n{\"c\":[1,{\"d\":\"\\\\\\\"\"}]}\n",
      "[{\"a\":1},\r\n  {\"b\":{\"x\":[]}},\n{\"c\":\"},{\"}\n]",
      "{\n  \"a\": {\n    \"b\": \"\\n\"\n  }\n}\n{\n\"c\": 1}",
      "\xEF\xBB\xBF {\"a\":\"x}\n{\"b\":2}\n{\"c\":3",
      "[1,\"x\",[{}],{\"a\":[1},{\"b\":2},{\"c\":{\"d\":1},{\"e\":1}]  ",
      "  \n  ",
      "[{\"a\":1}",
      "{\"a\":\"" + std::string(300, 'x') + "\"}\n{\"b\":2}",
      "[{\"a\":\"" + std::string(300, '{') + "\"},{\"b\":2}]",
  };
  return texts;
}

TEST(RecordSplitter, SizesOfPiecesAndChunksMakeNoDifference) {
  for (const std::string& text : forms()) {
    for (const std::size_t limit : {200u, 1u << 20}) {
      const auto expected = split(text, {.max_record = limit});
      for (std::size_t piece = 1; piece <= 7; ++piece) {
        for (const std::size_t chunk : {1u, 2u, 3u, 5u, 8u, 13u, 40u, 100u, 1u << 20}) {
          const auto records = split(text, {limit, chunk, piece});
          ASSERT_EQ(records.size(), expected.size()) << text << " chunk " << chunk;
          for (std::size_t i = 0; i < records.size(); ++i) {
            // Of a record that is too long, more or less is kept.
            const bool too_long = expected[i].ends_with("(too long)");
            EXPECT_EQ(records[i].substr(0, too_long ? 100 : 1000),
                      expected[i].substr(0, too_long ? 100 : 1000))
                << chunk;
            EXPECT_EQ(records[i].ends_with("(too long)"), too_long);
          }
        }
      }
    }
  }
}

TEST(RecordSplitter, SoundRecordsBetweenBrokenOnesAreFoundInEveryForm) {
  // Each line or element is sound or broken in one way; every sound one must come out as it went
  // in.
  const std::vector<std::string> broken = {"{\"x\":\"y}", "{\"x\":{\"y\":1}", "{\"x\":[1}",
                                           "{\"x\":",     "{\"x\" \"y\"}",    "{\"x\":1}}",
                                           "nonsense",    "{\"x\":\"\\\"}"};
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string lines, array = "[\n";
    std::vector<std::string> sound;
    const int count = 2 + static_cast<int>(random() % 10);
    for (int i = 0; i < count; ++i) {
      const bool good = random() % 3 != 0;
      std::string record =
          good ? "{\"case_id\":\"" + std::to_string(i) + "\",\"t\":[{\"u\":\"}{\"}]}"
               : broken[random() % broken.size()];
      if (good) sound.push_back(record);
      lines += record + "\n";
      array += record + (i + 1 < count ? ",\n" : "\n");
    }
    array += "]\n";
    for (const std::string& text : {lines, array}) {
      const auto records = split(text, {1u << 20, 1 + random() % 200, 1 + random() % 50});
      for (const std::string& expected : sound) {
        EXPECT_THAT(records, testing::Contains(testing::EndsWith(" " + expected))) << text;
      }
    }
  }
}

TEST(RecordSplitter, AnyByteMayBeWrongWithoutACrash) {
  for (const std::string& text : forms()) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const char c : std::string("\0\"\\{}[],:\nx", 11)) {
        std::string changed = text;
        changed[i] = c;
        EXPECT_LE(split(changed, {.max_record = 100, .chunk = 16, .piece = 5}).size(),
                  changed.size() + 1);
      }
      EXPECT_LE(split(text.substr(0, i)).size(), i + 1);
    }
  }
}

TEST(RecordSplitter, LinesAndColumnsAreThoseOfTheInput) {
  std::string text = "[\n";
  std::vector<std::pair<int, int>> places;
  for (int i = 0; i < 2000; ++i) {
    const int indent = i % 7;
    text += std::string(static_cast<std::size_t>(indent), ' ') + "{\n\"n\": " + std::to_string(i) +
            "\n}, {\"m\": 1},\n";
    places.push_back({2 + 3 * i, indent + 1});
  }
  const auto records = split(text.substr(0, text.size() - 2) + "]", {.chunk = 1000, .piece = 100});
  ASSERT_EQ(records.size(), 4000u);
  for (std::size_t i = 0; i < 2000; ++i) {
    EXPECT_THAT(records[2 * i], testing::StartsWith(std::to_string(places[i].first) + ":" +
                                                    std::to_string(places[i].second) + " {"));
    EXPECT_THAT(records[2 * i + 1],
                testing::StartsWith(std::to_string(places[i].first + 2) + ":4 {"));
  }
}

}  // namespace
}  // namespace oncobridge
