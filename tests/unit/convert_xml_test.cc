// convert --format xml: the same bundles in FHIR's other form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/support/sandbox_fixture.h"
#include "tools/commands.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::read_file;
using test::run_command;
using test::TemporaryFolder;
using testing::HasSubstr;

const std::string kCases = std::string(ONCOBRIDGE_SOURCE_DIR) + "/examples/seed_cases";

TEST(ConvertXml, EveryCaseSaysTheSameInXmlAndInJson) {
  const TemporaryFolder folder;
  for (const std::string bundle : {"transaction", "collection"}) {
    for (const std::string form : {"json", "xml"}) {
      const auto result = run_command({"convert", kCases, "--bundle", bundle, "--format", form,
                                       "--out", folder.path(bundle + form), "--quiet"});
      ASSERT_EQ(result.exit_code, 0) << result.error;
    }
    int cases = 0;
    for (const auto& entry : fs::directory_iterator(folder.path(bundle + "xml"))) {
      ASSERT_EQ(entry.path().extension(), ".xml");
      const auto back = run_command({"format", entry.path(), "--to", "json"});
      ASSERT_EQ(back.exit_code, 0) << back.error;
      const std::string name = entry.path().stem().string() + ".json";
      EXPECT_EQ(json::parse(back.out),
                json::parse(read_file(folder.path(bundle + "json/" + name))));
      ++cases;
    }
    EXPECT_EQ(cases, 18);
  }
}

TEST(ConvertXml, ThreadsMakeNoDifference) {
  std::string lines;
  for (int i = 0; i < 3'000; ++i) {
    lines += R"({"case_id":")" + std::to_string(i) + R"(","patient":{"gender":"female"}})" + "\n";
  }
  const auto run = [&](const char* threads) {
    return run_command({"convert", "-", "--format", "xml", "--threads", threads}, lines);
  };
  const auto one = run("1");
  EXPECT_EQ(one.exit_code, 0);
  std::istringstream stream(one.out);
  int bundles = 0;
  for (std::string line; std::getline(stream, line); ++bundles) {
    ASSERT_TRUE(line.starts_with("<Bundle xmlns=") && line.ends_with("</Bundle>")) << line;
  }
  EXPECT_EQ(bundles, 3'000);
  EXPECT_TRUE(run("8").out == one.out);
}

TEST(ConvertXml, NdjsonIsNoXml) {
  const auto result = run_command({"convert", "-", "--format", "xml", "--bundle", "ndjson"}, "{}");
  EXPECT_EQ(result.exit_code, tools::kUsage);
  EXPECT_THAT(result.error, HasSubstr("NDJSON is JSON"));
}

}  // namespace
}  // namespace oncobridge
