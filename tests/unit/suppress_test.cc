// --suppress: issues that somebody has looked at, with the reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/sandbox_fixture.h"

namespace oncobridge {
namespace {

using nlohmann::json;
using test::CommandResult;
using test::run_command;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

class Suppress : public testing::Test {
 protected:
  CommandResult validate(const std::string& lines, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"validate", input_, "--suppress",
                                          folder_.file("suppress.txt", lines)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_command(arguments);
  }
  TemporaryFolder folder_;
  const std::string input_ =
      folder_.file("in.json", R"({"resourceType":"Patient","id":"a","gender":"x"})");
};

TEST_F(Suppress, ASuppressedIssueIsNotShownButCounted) {
  for (const std::string line :
       {"binding-required # known", "binding-required Patient.gender # known",
        "binding-required Patient.* # known", "binding-required *.gend?r # known",
        "binding-required * http://hl7.org/fhir/* # known",
        "# a remark\n\n  binding-required\t#known\r\n",
        "binding-required * * # known # and more"}) {
    const auto result = validate(line);
    EXPECT_EQ(result.exit_code, 0) << line << "\n" << result.out;
    EXPECT_THAT(result.out, Not(HasSubstr("error:"))) << line;
    EXPECT_THAT(result.out, HasSubstr("1 valid, 0 invalid; 0 errors"));
    EXPECT_THAT(result.out, HasSubstr(", 1 suppressed")) << line;
    EXPECT_THAT(result.out, Not(HasSubstr("nothing to suppress")));
  }
}

TEST_F(Suppress, ALineThatFitsNothingIsNamed) {
  for (const std::string line :
       {"binding-extensible # known", "binding-required Patient.gende # known",
        "binding-required Observation.* # known",
        "binding-required * http://example.org/* # known"}) {
    const auto result = validate("# remark\n" + line);
    EXPECT_EQ(result.exit_code, 1) << line;
    EXPECT_THAT(result.out, HasSubstr("Patient.gender"));
    const std::string unused = "nothing to suppress: " + folder_.path("suppress.txt:2: binding-");
    EXPECT_THAT(result.out, HasSubstr(unused));
    EXPECT_THAT(validate("# remark\n" + line, {"--format", "ndjson"}).error, HasSubstr(unused));
  }
}

TEST_F(Suppress, ALineWithoutARuleOrAReasonIsRefused) {
  const std::pair<const char*, const char*> rows[] = {
      {"binding-required", "line 1: no reason"},
      {"binding-required #  ", "line 1: no reason"},
      {"\nbinding-required Patient.gender http://x#y", "line 2: no reason"},
      {"no-such-rule # known", "line 1: there is no rule `no-such-rule`"},
      {"json-syntax # known", "cannot be suppressed"},
      {"binding-required a b c # known", "more than rule, expression and profile"},
      {"\xff", "not UTF-8"}};
  for (const auto& [line, message] : rows) {
    const auto result = validate(line);
    EXPECT_EQ(result.exit_code, 2) << line;
    EXPECT_THAT(result.error, HasSubstr(message)) << line;
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(Suppress, WhatIsNoFileOfSuppressionsCannotBeRead) {
  for (const std::string& path :
       std::vector<std::string>{folder_.path(), "/dev/zero", folder_.path("none")}) {
    const auto result = run_command({"validate", input_, "--suppress", path});
    EXPECT_EQ(result.exit_code, 2) << path;
    EXPECT_THAT(result.error, HasSubstr(path + ": cannot be read")) << path;
  }
}

// A file that was named by mistake may hold anybody's data.
TEST_F(Suppress, OnlyWhatLooksLikeARuleIsQuoted) {
  for (const std::string line : {"{\"family\":\"Meyer\"}", "Meyer;Anna;1970", "Meyer # known",
                                 "m\u00e9yer # known", "1970-meyer # known"}) {
    const auto result = validate(line);
    EXPECT_EQ(result.exit_code, 2) << line;
    EXPECT_THAT(result.error, HasSubstr("line 1: it does not begin with a rule")) << line;
    EXPECT_THAT(result.error, Not(testing::ContainsRegex("[Mm]..?yer|1970"))) << line;
  }
  EXPECT_THAT(validate(std::string(41, 'a') + " # known").error, Not(HasSubstr("aaa")));
}

TEST_F(Suppress, SarifKeepsSuppressedIssuesWithTheirReason) {
  const json report =
      json::parse(validate("binding-required # known since 2019", {"--format", "sarif"}).out);
  const json& results = report["runs"][0]["results"];
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0]["suppressions"][0]["kind"], "external");
  EXPECT_EQ(results[0]["suppressions"][0]["justification"], "known since 2019");
}

TEST_F(Suppress, OnlyTheIssueThatFitsIsSuppressed) {
  folder_.file("in.json",
               R"({"resourceType":"Patient","id":"a","gender":"x","birthDate":"1970-13"})");
  const auto result = validate("binding-required # known", {"--format", "ndjson"});
  EXPECT_EQ(result.exit_code, 1);
  const json line = json::parse(result.out);
  EXPECT_EQ(line["errors"], 1);
  ASSERT_EQ(line["issues"].size(), 1u);
  EXPECT_EQ(line["issues"][0]["expression"], "Patient.birthDate");
}

}  // namespace
}  // namespace oncobridge
