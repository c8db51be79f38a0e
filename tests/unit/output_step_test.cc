// The step between mappers and output: what it holds back, it holds back as a whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/conversion.h"

namespace oncobridge {
namespace {

using nlohmann::json;
using test::convert;
using test::Converted;
using testing::HasSubstr;
using testing::Not;

// Refuses every record whose output holds a word, or writes the bundle in capital letters.
class WordStep final : public OutputStep {
 public:
  explicit WordStep(std::string word) : word_(std::move(word)) {}
  void process(const std::vector<std::string_view>& parts, Outcome& outcome) override {
    if (word_.empty()) return outcome.rewritten.append("REWRITTEN\n");
    for (const std::string_view part : parts) {
      if (part.find(word_) == std::string_view::npos) continue;
      outcome.faults.push_back(
          {"some-rule", "it has the word", "", word_, {0, 0, "Bundle.entry[1]"}});
      outcome.evidence = R"("resources":[{"resource":{"a":1}}])";
    }
  }

 private:
  const std::string word_;
};

ConversionOptions with_word(const std::string& word, Framing framing = Framing::transaction) {
  ConversionOptions options;
  options.framing = framing;
  options.coverage_details = true;
  options.make_output_step = [word] { return std::make_unique<WordStep>(word); };
  return options;
}

std::string records(const std::vector<std::string>& case_ids) {
  std::string text;
  for (const std::string& case_id : case_ids) {
    // A marker that no table has stands in the output in the record's words.
    text += R"({"case_id":")" + case_id + R"(","markers":[{"marker":")" + case_id +
            "\",\"result\":\"positive\"}]}\n";
  }
  return text;
}

TEST(OutputStep, ARecordThatIsHeldBackIsRejectedWithItsEvidenceAndNothingOfItIsWritten) {
  for (const Framing framing : {Framing::transaction, Framing::collection, Framing::ndjson}) {
    const Converted run = convert(records({"one", "two", "three"}), with_word("two", framing));
    EXPECT_EQ(run.totals.records, 3u);
    EXPECT_EQ(run.totals.converted, 2u);
    EXPECT_EQ(run.totals.rejected, 1u);
    EXPECT_EQ(run.totals.held_back, 1u);
    EXPECT_THAT(run.case_ids, testing::ElementsAre("one", "three"));
    EXPECT_THAT(run.output, Not(HasSubstr("two")));
    EXPECT_EQ(run.covers.size(),
              convert(records({"one", "three"}), with_word("none", framing)).covers.size());
    ASSERT_EQ(run.rejects.size(), 1u);
    const json line = json::parse(run.rejects[0]);
    EXPECT_EQ(line["line"], 2);
    EXPECT_EQ(line["faults"][0]["rule"], "some-rule");
    EXPECT_EQ(line["faults"][0]["line"], 2);
    EXPECT_EQ(line["faults"][0]["path"], "Bundle.entry[1]");
    EXPECT_EQ(line["resources"][0]["resource"]["a"], 1);
    EXPECT_EQ(json::parse(line["original"].get<std::string>())["case_id"], "two");
  }
}

TEST(OutputStep, WhatIsHeldBackChangesNoByteOfTheOthers) {
  EXPECT_EQ(convert(records({"one", "two", "three"}), with_word("two")).output,
            convert(records({"one", "three"})).output);
}

TEST(OutputStep, AFaultOfTheReaderHasNoEvidenceOfAnEarlierRecord) {
  const Converted run = convert(records({"two"}) + "{}\n", with_word("two"));
  ASSERT_EQ(run.rejects.size(), 2u);
  EXPECT_TRUE(json::parse(run.rejects[0]).contains("resources"));
  EXPECT_FALSE(json::parse(run.rejects[1]).contains("resources"));
}

TEST(OutputStep, ABundleMayGoOutInAnotherForm) {
  EXPECT_EQ(convert(records({"one", "two"}), with_word("")).output, "REWRITTEN\nREWRITTEN\n");
}

TEST(OutputStep, ThreadsHoldBackTheSameRecords) {
  std::vector<std::string> case_ids;
  for (int i = 0; i < 200; ++i)
    case_ids.push_back((i % 9 == 4 ? "two " : "one ") + std::to_string(i));
  ConversionOptions options = with_word("two ");
  options.chunk_bytes = 700;
  const std::string expected = convert(records(case_ids), options).all();
  for (const unsigned threads : {2u, 8u}) {
    options.threads = threads;
    EXPECT_EQ(convert(records(case_ids), options).all(), expected) << threads;
  }
}

}  // namespace
}  // namespace oncobridge
