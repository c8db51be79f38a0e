// What `oncobridge validate` says where there is much to say, or something odd to quote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/sandbox_fixture.h"

namespace oncobridge {
namespace {

using nlohmann::json;
using test::CommandResult;
using test::run_command;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kForms[] = {"text", "json", "ndjson", "junit", "sarif"};

class ValidateReport : public testing::Test {
 protected:
  CommandResult validate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "validate");
    return run_command(arguments);
  }
  json line(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "ndjson"});
    const CommandResult result = validate(arguments);
    EXPECT_TRUE(json::accept(result.out)) << result.out << result.error;
    return json::accept(result.out) ? json::parse(result.out) : json::object();
  }
  TemporaryFolder folder_;
};

// ---- many issues

// LOINC is not at hand: an information for each observation.
class ManyObservations : public ValidateReport {
 protected:
  static std::string bundle(int observations) {
    std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (int i = 0; i < observations; ++i) {
      const std::string id = std::to_string(i);
      text += R"({"fullUrl":"http://x.org/Observation/)" + id +
              R"(","resource":{"resourceType":"Observation","id":")" + id +
              R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":)" +
              R"("718-7"}]}}},)";
    }
    return text + R"({"fullUrl":"http://x.org/Patient/p","resource":{"resourceType":"Patient",)" +
           R"("id":"p","gender":"m"}}]})";
  }
  const std::string file_ = folder_.file("many.json", bundle(1'200));
};

TEST_F(ManyObservations, AnErrorIsNamedHoweverMuchInformationCameFirst) {
  for (const std::string form : kForms) {
    for (const std::string level : {"error", "warning", "information"}) {
      const auto result = validate({file_, "--format", form, "--level", level});
      EXPECT_EQ(result.exit_code, 1) << form;
      EXPECT_THAT(result.out, HasSubstr("Bundle.entry[1200].resource")) << form << " " << level;
    }
  }
}

TEST_F(ManyObservations, WhatIsOnlyCountedIsSaidInEveryForm) {
  for (const std::string form : kForms) {
    const auto all = validate({file_, "--format", form, "--level", "information"});
    EXPECT_THAT(all.out, HasSubstr("beyond the limit of 1000 issues: 201 information")) << form;
    EXPECT_THAT(validate({file_, "--format", form}).out, Not(HasSubstr("beyond the limit")))
        << "what is not shown takes no room: " << form;
  }
  const json found = line({file_, "--level", "information"});
  EXPECT_EQ(found["issues"].size(), 1'001u);
  EXPECT_EQ(found["issues"].back()["rule"], "limit-issues");
}

class TenNames : public ValidateReport {
 protected:
  // Ten unknown uses.
  const std::string file_ = folder_.file("ten.json", [] {
    std::string text = R"({"resourceType":"Patient","name":[{"use":"x0"})";
    for (int i = 1; i < 10; ++i) text += R"(,{"use":"x)" + std::to_string(i) + "\"}";
    return text + "]}";
  }());
};

TEST_F(TenNames, ErrorsBeyondTheLimitAreSaidAtEveryLevel) {
  for (const std::string form : kForms) {
    const auto result =
        validate({file_, "--format", form, "--level", "error", "--max-issues", "3"});
    EXPECT_THAT(result.out, HasSubstr("beyond the limit of 3 issues: 7 errors")) << form;
  }
  const json found = line({file_, "--max-issues", "3"});
  EXPECT_EQ(found["errors"], 10);
  EXPECT_EQ(found["issues"].size(), 4u);
  EXPECT_EQ(found["issues"][2]["expression"], "Patient.name[2].use");
  EXPECT_EQ(line({file_, "--max-issues", "10"})["issues"].size(), 10u) << "nothing was cut";
}

TEST_F(TenNames, EveryIssueCanBeSuppressedAlsoBeyondTheLimit) {
  const std::string lines =
      folder_.file("suppress.txt", "binding-required Patient.name[*].use # x\n");
  const auto result = validate({file_, "--max-issues", "3", "--suppress", lines});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("1 valid, 0 invalid; 0 errors, 0 warnings, 10 suppressed"));
  const std::string most = folder_.file("most.txt",
                                        "binding-required Patient.name[?].use # x\n"
                                        "binding-required Patient.name # never\n");
  EXPECT_THAT(validate({file_, "--max-issues", "1", "--suppress", most}).out,
              HasSubstr("nothing to suppress: " + most + ":2"));
}

TEST_F(TenNames, WhatIsSuppressedTakesNoRoom) {
  const std::string lines = folder_.file("suppress.txt",
                                         "binding-required Patient.name[0].use # x\n"
                                         "binding-required Patient.name[1].use # x\n");
  const json found = line({file_, "--max-issues", "8", "--suppress", lines});
  EXPECT_EQ(found["errors"], 8);
  EXPECT_EQ(found["issues"].size(), 8u);
  EXPECT_EQ(found["issues"][0]["expression"], "Patient.name[2].use");
}

TEST_F(ManyObservations, AnErrorBeyondTheLimitCanBeSuppressed) {
  const std::string lines =
      folder_.file("suppress.txt", "binding-required Bundle.entry[1200]* # known\n");
  for (const std::string form : kForms) {
    const auto result = validate({file_, "--format", form, "--suppress", lines});
    EXPECT_EQ(result.exit_code, 0) << form;
  }
}

}  // namespace
}  // namespace oncobridge
