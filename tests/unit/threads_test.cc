// The same bytes on any number of threads. These tests also run under ThreadSanitizer.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "oncobridge/convert.h"
#include "tests/support/broken_records.h"
#include "tests/support/conversion.h"

namespace oncobridge {
namespace {

using test::breakages;
using test::broken_record;
using test::convert;
using test::convert_all;
using test::Converted;
using test::PiecesSource;
using test::sound_record;

// Sound, broken and repeated records.
std::string mixed(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string case_id = "case-" + std::to_string(i % 13 == 5 ? i - 1 : i);
    const auto& breakage = breakages()[static_cast<std::size_t>(i) % breakages().size()];
    text += (i % 7 == 3 ? broken_record(case_id, breakage) : sound_record(case_id)) + "\n";
  }
  return text;
}

class ThreadsTest : public testing::TestWithParam<Framing> {};

TEST_P(ThreadsTest, ThreadsMakeNoDifferenceToAnyByte) {
  const std::string text = mixed(300);
  ConversionOptions options;
  options.framing = GetParam();
  options.coverage_details = true;
  const Converted expected = convert(text, options);
  EXPECT_GT(expected.totals.converted, 200u);
  EXPECT_GT(expected.totals.rejected, 40u);
  for (const unsigned threads : {1u, 2u, 8u}) {
    // Many small chunks are in flight at once, and one that holds everything.
    for (const std::size_t chunk : {700u, 5'000u, 1u << 20}) {
      options.threads = threads;
      options.chunk_bytes = chunk;
      EXPECT_EQ(convert(text, options).all(), expected.all())
          << threads << " threads, chunks of " << chunk;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadsTest,
                         testing::Values(Framing::transaction, Framing::collection,
                                         Framing::ndjson));

TEST(Threads, SeveralInputsComeOutInTheirOrder) {
  ConversionOptions options;
  options.threads = 8;
  options.chunk_bytes = 500;
  std::vector<std::unique_ptr<PiecesSource>> kept;
  std::vector<ByteSource*> sources;
  for (int i = 0; i < 40; ++i) {
    kept.push_back(std::make_unique<PiecesSource>(sound_record("case-" + std::to_string(i)), 50,
                                                  "file-" + std::to_string(i)));
    sources.push_back(kept.back().get());
  }
  const Converted run = convert_all(sources, options);
  ASSERT_EQ(run.case_ids.size(), 40u);
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(run.case_ids[static_cast<std::size_t>(i)], "case-" + std::to_string(i));
}

TEST(Threads, ARunEndsAtOnceWhenItsOutputIsFull) {
  for (const unsigned threads : {1u, 2u, 8u}) {
    ConversionOptions options;
    options.threads = threads;
    options.chunk_bytes = 500;
    PiecesSource source(mixed(200));
    const Converted run = convert_all({&source}, options, 5);
    EXPECT_EQ(run.error, "output: the output could not be written") << threads;
    EXPECT_EQ(run.case_ids.size(), 5u);
  }
}

TEST(Threads, ARunThatIsNotFinishedCanBeLeft) {
  ConversionOptions options;
  options.threads = 8;
  options.chunk_bytes = 500;
  const auto converter =
      Converter::make(IdMaker::with_namespace(IdMaker::kDefaultNamespace).value(), options).value();
  Converted kept;
  test::KeepingSink sink(kept);
  Converter::Run run(converter, sink);
  PiecesSource source(mixed(100));
  EXPECT_TRUE(run.add(source));
}

TEST(Threads, OneConverterServesSeveralRuns) {
  const std::string text = mixed(60);
  ConversionOptions options;
  options.threads = 2;
  options.chunk_bytes = 700;
  const auto converter =
      Converter::make(IdMaker::with_namespace(IdMaker::kDefaultNamespace).value(), options).value();
  std::string outputs[4];
  std::vector<std::thread> callers;
  for (std::string& output : outputs) {
    callers.emplace_back([&] {
      Converted kept;
      test::KeepingSink sink(kept);
      Converter::Run run(converter, sink);
      PiecesSource source(text);
      EXPECT_TRUE(run.add(source));
      EXPECT_TRUE(run.finish());
      output = kept.output;
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const std::string& output : outputs) EXPECT_EQ(output, outputs[0]);
  EXPECT_FALSE(outputs[0].empty());
}

}  // namespace
}  // namespace oncobridge
