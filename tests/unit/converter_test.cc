// A run over many records: what is broken costs only itself and is named; coverage adds up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "oncobridge/convert.h"
#include "tests/support/broken_records.h"
#include "tests/support/conversion.h"

namespace oncobridge {
namespace {

using nlohmann::json;
using test::breakages;
using test::broken_record;
using test::convert;
using test::convert_all;
using test::Converted;
using test::FailingSource;
using test::PiecesSource;
using test::sound_record;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string decoded(const std::string& base64) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : base64) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(digits.find(c));
    count += 6;
    if (count >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return bytes;
}

std::string original_of(const json& reject) {
  return reject.contains("original") ? reject["original"].get<std::string>()
                                     : decoded(reject["original_base64"]);
}

const FieldCoverage* field(const Converted& run, const std::string& path) {
  for (const FieldCoverage& each : run.fields) {
    if (each.path == path) return &each;
  }
  return nullptr;
}

// ---- rejects

TEST(Converter, OfTenThousandRecordsWithOnePercentBrokenInTwentyWaysTheOthersAreConverted) {
  std::string text;
  std::map<std::size_t, std::size_t> broken;  // line -> breakage
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < 10'000; ++i) {
    const std::string case_id = "case-" + std::to_string(i);
    const bool breaks = i % 100 == 37;
    if (breaks) broken[i + 1] = broken.size() % breakages().size();
    lines.push_back(breaks ? broken_record(case_id, breakages()[broken[i + 1]])
                           : sound_record(case_id));
    text += lines.back() + "\n";
  }
  ASSERT_EQ(broken.size(), 100u);
  const Converted run = convert(text);

  EXPECT_EQ(run.totals.records, 10'000u);
  EXPECT_EQ(run.totals.converted, 9'900u);
  EXPECT_EQ(run.totals.rejected, 100u);
  ASSERT_THAT(run.case_ids, SizeIs(9'900));
  ASSERT_THAT(run.rejects, SizeIs(100));
  std::size_t next = 0;
  for (std::size_t i = 0; i < 10'000; ++i) {
    if (broken.count(i + 1) == 0) {
      EXPECT_EQ(run.case_ids[next++], "case-" + std::to_string(i)) << "in the order of the input";
    }
  }
  for (const std::string& line : run.rejects) {
    const json reject = json::parse(line);
    const std::size_t number = reject["line"];
    ASSERT_EQ(broken.count(number), 1u) << line;
    const test::Breakage& breakage = breakages()[broken[number]];
    ASSERT_THAT(reject["faults"], SizeIs(1)) << breakage.rule << ": " << line;
    const json& fault = reject["faults"][0];
    EXPECT_EQ(fault["rule"].get<std::string>(), breakage.rule);
    EXPECT_EQ(fault["path"].get<std::string>(), breakage.path) << breakage.rule;
    EXPECT_EQ(fault["line"], number);
    EXPECT_GT(fault["column"], 0);
    EXPECT_EQ(reject["file"], "records");
    EXPECT_EQ(reject["record"], number);
    EXPECT_EQ(original_of(reject), lines[number - 1]) << "byte for byte";
    EXPECT_EQ(reject.contains("original_base64"), breakage.rule == std::string("invalid-utf8"));
    broken.erase(number);
  }
  EXPECT_TRUE(broken.empty());
  // No fact of a rejected record is counted.
  EXPECT_EQ(field(run, "case_id")->facts, 9'900u);
  EXPECT_EQ(field(run, "markers.percent.value")->facts, 9'900u);
}

TEST(Converter, AllFaultsOfARecordStandInItsReject) {
  const Converted run = convert(R"({"case_id":"a","colour":1,"patient":{"gender":"f"}})");
  ASSERT_THAT(run.rejects, SizeIs(1));
  const json reject = json::parse(run.rejects[0]);
  ASSERT_THAT(reject["faults"], SizeIs(2));
  EXPECT_EQ(reject["faults"][0]["rule"], "unknown-field");
  EXPECT_EQ(reject["faults"][1]["value"], "f");
}

TEST(Converter, ACaseIdThatComesTwiceIsNamedWithItsPlaceAlsoInAnotherFile) {
  const Converted one = convert(sound_record("a") + "\n" + sound_record("b") +
                                "\n {\"title\":\"x\",\"case_id\":\"a\"}");
  EXPECT_THAT(one.case_ids, ElementsAre("a", "b"));
  ASSERT_THAT(one.rejects, SizeIs(1));
  const json fault = json::parse(one.rejects[0])["faults"][0];
  EXPECT_EQ(fault["rule"], "duplicate-case-id");
  EXPECT_EQ(fault["path"], "case_id");
  EXPECT_EQ(fault["value"], "a");
  EXPECT_EQ(fault["line"], 3);
  EXPECT_EQ(fault["column"], 25);

  PiecesSource first(sound_record("a")), second(sound_record("a"), 1u << 20, "second");
  const Converted two = convert_all({&first, &second});
  EXPECT_THAT(two.case_ids, ElementsAre("a"));
  ASSERT_THAT(two.rejects, SizeIs(1));
  EXPECT_EQ(json::parse(two.rejects[0])["file"], "second");
}

TEST(Converter, ARejectedRecordDoesNotTakeItsCaseId) {
  const Converted run = convert("{\"case_id\":\"a\",\"colour\":1}\n" + sound_record("a"));
  EXPECT_THAT(run.case_ids, ElementsAre("a"));
  EXPECT_THAT(run.rejects, SizeIs(1));
}

TEST(Converter, OriginalBytesThatAreNoUtf8AreKeptInBase64OfEveryLength) {
  for (std::size_t length = 0; length < 7; ++length) {
    const std::string original = "{\"case_id\":\"" + std::string(length, 'x') + "\xFF\xC3\"}";
    const Converted run = convert(original);
    ASSERT_THAT(run.rejects, SizeIs(1));
    EXPECT_EQ(original_of(json::parse(run.rejects[0])), original);
  }
}

TEST(Converter, ARecordThatIsTooLongIsRejectedWithItsBeginning) {
  ConversionOptions options;
  options.max_record = 1000;
  const Converted run = convert(
      "{\"case_id\":\"" + std::string(50'000, 'x') + "\"}\n" + "{\"case_id\":\"b\"}\n", options);
  EXPECT_THAT(run.case_ids, ElementsAre("b"));
  ASSERT_THAT(run.rejects, SizeIs(1));
  const json reject = json::parse(run.rejects[0]);
  EXPECT_EQ(reject["faults"][0]["rule"], "too-long");
  EXPECT_THAT(original_of(reject), testing::StartsWith("{\"case_id\":\"xxx"));
  EXPECT_LE(original_of(reject).size(), 4096u);
}

TEST(Converter, AFileNameThatIsNoUtf8DoesNotBreakTheRejectFile) {
  PiecesSource source("{}", 100,
                      "b\xFC"
                      "cher.json");
  const Converted run = convert_all({&source});
  ASSERT_THAT(run.rejects, SizeIs(1));
  EXPECT_EQ(json::parse(run.rejects[0])["file"], "b\uFFFDcher.json");
}

TEST(Converter, AnInputThatBreaksOffIsAnErrorAndTheNextOneIsStillRead) {
  FailingSource broken(sound_record("a") + "\n" + sound_record("b") + "\n{\"case_id\"");
  PiecesSource next(sound_record("c"));
  const Converted run = convert_all({&broken, &next});
  EXPECT_EQ(run.error, "input: failing: Input/output error");
  EXPECT_THAT(run.case_ids, ElementsAre("a", "b", "c")) << "what was whole is converted";
  EXPECT_THAT(run.rejects, SizeIs(0));
}

TEST(Converter, OptionsThatCannotBeAreRefused) {
  const auto refused = [](ConversionOptions options) {
    const auto made =
        Converter::make(IdMaker::with_namespace(IdMaker::kDefaultNamespace).value(), options);
    return made ? std::string("made") : made.error().rule;
  };
  ConversionOptions options;
  EXPECT_EQ(refused(options), "made");
  options.max_record = 0;
  EXPECT_EQ(refused(options), "max-record");
  options.max_record = 5'000'000'000;
  EXPECT_EQ(refused(options), "max-record");
  options.max_record = 1000;
  options.recorded = "yesterday";
  EXPECT_EQ(refused(options), "recorded");
}

// ---- coverage

TEST(Converter, AFactInNoResourceIsNamedByItsPath) {
  ConversionOptions options;
  options.coverage_details = true;
  const Converted run = convert(sound_record("a"), options);
  // "No such specimen" cannot be said in FHIR: it has no resource.
  ASSERT_THAT(run.covers, SizeIs(1));
  const json cover = json::parse(run.covers[0]);
  EXPECT_EQ(cover["case_id"], "a");
  EXPECT_EQ(cover["unused"], json({"specimens[1].type", "specimens[1].state"}));
  EXPECT_EQ(field(run, "specimens.type")->facts, 2u);
  EXPECT_EQ(field(run, "specimens.type")->unused, 1u);
  EXPECT_EQ(run.totals.unused, 2u);
}

TEST(Converter, CoverageOfFieldsAddsUpToTheTotals) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += sound_record("case-" + std::to_string(i)) + "\n";
  const Converted run = convert(text);
  std::uint64_t facts = 0, unused = 0, uncoded = 0;
  for (const FieldCoverage& each : run.fields) {
    facts += each.facts;
    unused += each.unused;
    uncoded += each.uncoded;
    EXPECT_EQ(each.facts % 100, 0u) << each.path;
  }
  EXPECT_EQ(facts, run.totals.facts);
  EXPECT_EQ(unused, run.totals.unused);
  EXPECT_EQ(uncoded, run.totals.uncoded);
  EXPECT_TRUE(std::is_sorted(run.fields.begin(), run.fields.end(),
                             [](const auto& a, const auto& b) { return a.path < b.path; }));
}

TEST(Converter, ARecordThatComesTwiceIsCountedOnce) {
  const Converted once = convert(sound_record("a"));
  const Converted twice = convert(sound_record("a") + "\n" + sound_record("a"));
  EXPECT_EQ(twice.totals.facts, once.totals.facts);
  EXPECT_EQ(twice.totals.unused, once.totals.unused);
  EXPECT_EQ(twice.totals.resources, once.totals.resources);
  ASSERT_EQ(twice.fields.size(), once.fields.size());
  for (std::size_t i = 0; i < once.fields.size(); ++i) {
    EXPECT_EQ(twice.fields[i].facts, once.fields[i].facts) << once.fields[i].path;
  }
}

TEST(Converter, AWordingThatItsTableLacksIsCounted) {
  const Converted run =
      convert(R"({"case_id":"a","surgeries":[{"procedure":"a rare operation"}]})");
  EXPECT_EQ(run.totals.uncoded, 1u);
  EXPECT_EQ(field(run, "surgeries.procedure")->uncoded, 1u);
}

}  // namespace
}  // namespace oncobridge
