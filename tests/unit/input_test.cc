// Opening inputs: files, folders and standard input; plain, gzip or zstd.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "oncobridge/convert.h"
#include "tests/support/sandbox_fixture.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// With a check sum, as the zstd command writes it.
std::string zstd(std::string_view text, int level = 3) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size());
  ZSTD_freeCCtx(context);
  EXPECT_FALSE(ZSTD_isError(size));
  packed.resize(size);
  return packed;
}

// The whole input read in pieces, or the message of its error.
std::string whole(const std::string& path, std::size_t piece) {
  auto source = open_input(path);
  if (!source) return "error " + source.error().message;
  std::string text, buffer(piece, '\0');
  while (true) {
    auto got = (*source)->read(buffer.data(), piece);
    if (!got) return "error " + got.error().message;
    if (*got == 0) return text;
    text.append(buffer, 0, *got);
  }
}

// Text that packs well, so that a little input is a lot of output.
std::string repetitive() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"case_id\":\"" + std::to_string(i % 100) + "\"}\n";
  return text;
}

class Input : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& bytes) {
    return folder_.file(name, bytes);
  }
  // Without a slash at its end.
  std::string folder() const { return folder_.path("").substr(0, folder_.path("").size() - 1); }
  TemporaryFolder folder_;
};

TEST_F(Input, APlainFileIsReadAsItIs) {
  for (const std::string& text : {std::string("{}"), std::string(), std::string("\x1f"),
                                  std::string("\x28\xb5\x2f"), repetitive()}) {
    const std::string path = file("plain.json", text);
    for (const std::size_t piece : {1u, 3u, 1u << 20}) EXPECT_EQ(whole(path, piece), text);
  }
}

TEST_F(Input, GzipIsToldByItsFirstBytesAndMayHaveSeveralMembers) {
  const std::string text = repetitive();
  const std::string path = file("cases.json", gzip(text) + gzip("") + gzip("more") + gzip(text));
  for (const std::size_t piece : {1u, 2u, 7u, 1000u, 1u << 20})
    EXPECT_EQ(whole(path, piece), text + "more" + text) << piece;
}

TEST_F(Input, ZstdIsToldByItsFirstBytesAndMayHaveSeveralFrames) {
  const std::string text = repetitive();
  const std::string path =
      file("cases.json", zstd(text) + zstd("") + zstd("more") + zstd(text, 19));
  for (const std::size_t piece : {1u, 2u, 7u, 1000u, 1u << 20})
    EXPECT_EQ(whole(path, piece), text + "more" + text) << piece;
}

TEST_F(Input, ASkippableFrameBeforeTheFirstIsNoContent) {
  // pzstd writes the size of what follows into one (RFC 8878 section 3.1.2).
  const std::string skippable("\x50\x2A\x4D\x18\x04\0\0\0abcd", 12);
  EXPECT_EQ(whole(file("cases.zst", skippable + zstd("text")), 100), "text");
}

TEST_F(Input, PackedDataCutShortAnywhereAreAnError) {
  const std::string text = repetitive().substr(0, 3000);
  const std::string gz = gzip(text), zst = zstd(text);
  for (std::size_t size = 4; size < gz.size(); ++size) {
    const std::string path = file("cut.gz", gz.substr(0, size));
    EXPECT_EQ(whole(path, 1u << 20), "error " + path + ": the gzip data end early") << size;
  }
  for (std::size_t size = 4; size < zst.size(); ++size) {
    const std::string path = file("cut.zst", zst.substr(0, size));
    EXPECT_EQ(whole(path, 1u << 20), "error " + path + ": the zstd data end early") << size;
  }
}

TEST_F(Input, BrokenPackedDataAreAnErrorOrFoundByTheirCheckSum) {
  // A wrong byte in the header may mean nothing (a time, a flag); elsewhere it must be noticed.
  const std::string text = repetitive().substr(0, 3000);
  for (const std::string& packed : {gzip(text), zstd(text)}) {
    for (std::size_t i = 4; i < packed.size(); ++i) {
      std::string wrong = packed;
      wrong[i] = static_cast<char>(wrong[i] ^ 0x15);
      const std::string read = whole(file("wrong", wrong), 1u << 20);
      const bool noticed = read.starts_with("error ");
      EXPECT_TRUE(noticed || read == text || i < 10) << i << " of " << packed.size();
    }
  }
  EXPECT_THAT(whole(file("tail.gz", gzip("x") + "garbage"), 1u << 20),
              testing::HasSubstr("broken gzip data"));
  EXPECT_THAT(whole(file("tail.zst", zstd("x") + "garbage"), 1u << 20),
              testing::HasSubstr("broken zstd data"));
}

// gzip(1) leaves them out too.
TEST_F(Input, ZerosBehindGzipDataFillABlock) {
  for (const std::size_t zeros : {1u, 511u, 128u * 1024, 300'000u}) {
    const std::string fill(zeros, '\0');
    EXPECT_EQ(whole(file("padded.gz", gzip("x") + fill), 1u << 20), "x") << zeros;
    EXPECT_EQ(whole(file("padded.gz", gzip("x") + fill + gzip("y")), 3), "xy") << zeros;
    EXPECT_THAT(whole(file("padded.gz", gzip("x") + fill + "z"), 1u << 20),
                testing::AnyOf(testing::HasSubstr("broken gzip data"),
                               testing::HasSubstr("the gzip data end early")));
  }
  EXPECT_THAT(whole(file("endless.gz", gzip("x") + std::string(20'000'000, '\0')), 1u << 20),
              testing::HasSubstr("broken gzip data"));
}

TEST_F(Input, StandardInputIsADash) {
  const std::string path = file("stdin.gz", gzip("from standard input"));
  const int kept = dup(STDIN_FILENO);
  const int given = open(path.c_str(), O_RDONLY);
  dup2(given, STDIN_FILENO);
  close(given);
  EXPECT_EQ(whole("-", 5), "from standard input");
  EXPECT_EQ(fcntl(STDIN_FILENO, F_GETFD), 0) << "standard input stays open";
  dup2(kept, STDIN_FILENO);
  close(kept);
}

TEST_F(Input, WhatCannotBeOpenedIsNamed) {
  const std::string missing = folder() + "/missing.json";
  EXPECT_EQ(whole(missing, 10), "error " + missing + ": No such file or directory");
  EXPECT_EQ(whole(folder(), 10), "error " + folder() + ": Is a directory");
}

TEST_F(Input, AFolderIsReadInTheOrderOfItsNames) {
  for (const char* name : {"b.json", "a.ndjson", "C.JSON", "a.jsonl.gz", "a.json.zst", "notes.txt",
                           "json", ".hidden.json.bak", "x.gz", "README.md"}) {
    file(name, "{}");
  }
  fs::create_directory(folder() + "/sub.json");
  const auto files = list_inputs(folder()).value();
  std::vector<std::string> names;
  for (const std::string& path : files) names.push_back(fs::path(path).filename());
  EXPECT_THAT(names,
              testing::ElementsAre("C.JSON", "a.json.zst", "a.jsonl.gz", "a.ndjson", "b.json"));
}

TEST_F(Input, ALinkThatLeadsNowhereIsListedSoThatOpeningItSaysSo) {
  file("a.json", "{}");
  fs::create_symlink("/nowhere/at/all", folder() + "/b.json");
  const auto files = list_inputs(folder()).value();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_FALSE(open_input(files[1]));
}

TEST_F(Input, ALinkThatLeadsInACircleIsListedSoThatOpeningItSaysSo) {
  file("a.json", "{}");
  fs::create_symlink(folder() + "/b.json", folder() + "/b.json");
  const auto files = list_inputs(folder()).value();
  ASSERT_EQ(files.size(), 2u) << "its records are not lost in silence";
  EXPECT_THAT(open_input(files[1]).error().message, testing::HasSubstr("symbolic links"));
}

TEST_F(Input, AFolderWithoutRecordsIsAnErrorAndAFileStandsForItself) {
  EXPECT_EQ(list_inputs(folder()).error().message,
            folder() + ": no *.json, *.ndjson or *.jsonl file in the folder");
  EXPECT_THAT(list_inputs("-").value(), testing::ElementsAre("-"));
  EXPECT_THAT(list_inputs("/no/such/file.txt").value(), testing::ElementsAre("/no/such/file.txt"));
}

}  // namespace
}  // namespace oncobridge
