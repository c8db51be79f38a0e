// convert --validate: what fails is held back with its issues.
#include "tools/convert_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/sandbox_fixture.h"
#include "tools/commands.h"

namespace oncobridge {
namespace {

using nlohmann::json;
using test::read_file;
using test::run_command;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

class ConvertJudge : public testing::Test {
 protected:
  OutputStep::Outcome judge(const std::vector<std::string_view>& parts, bool by_type) {
    OutputStep::Outcome outcome;
    tools::make_judge_step(*definitions_, {}, by_type)->process(parts, outcome);
    return outcome;
  }
  const std::unique_ptr<Definitions> definitions_ = Definitions::shipped();
};

constexpr const char* kSound = R"({"resourceType":"Patient","id":"a","gender":"male"})";
constexpr const char* kWrong = R"({"resourceType":"Patient","id":"b","gender":"CANARY"})";

std::string bundle(const std::string& first, const std::string& second) {
  return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://x.org/Patient/a","resource":)" +
         first + R"(},{"fullUrl":"http://x.org/Patient/b","resource":)" + second + "}]}\n";
}

TEST_F(ConvertJudge, ASoundBundlePasses) {
  const std::string second = R"({"resourceType":"Patient","id":"b"})";
  const auto outcome = judge({bundle(kSound, second)}, false);
  EXPECT_TRUE(outcome.faults.empty()) << outcome.faults.front().value;
  EXPECT_EQ(outcome.evidence, "");
}

TEST_F(ConvertJudge, AFailingResourceIsTheEvidenceAndItsValueIsInNoMessage) {
  const auto outcome = judge({bundle(kSound, kWrong)}, false);
  ASSERT_EQ(outcome.faults.size(), 1u);
  EXPECT_EQ(outcome.faults[0].rule, "binding-required");
  EXPECT_THAT(outcome.faults[0].message, Not(HasSubstr("CANARY")));
  EXPECT_THAT(outcome.faults[0].value, HasSubstr("CANARY"));
  EXPECT_THAT(outcome.faults[0].place.path, testing::StartsWith("Bundle.entry[1].resource"));
  const json evidence = json::parse("{" + outcome.evidence + "}");
  ASSERT_EQ(evidence["resources"].size(), 1u);
  EXPECT_EQ(evidence["resources"][0]["resource"], json::parse(kWrong));
  EXPECT_EQ(evidence["resources"][0]["issues"][0]["rule"], "binding-required");
}

TEST_F(ConvertJudge, WithNdjsonEachLineIsADocument) {
  const std::string patients = std::string(kSound) + "\n" + kWrong + "\n" + kSound + "\n";
  const auto outcome = judge({patients, "", kSound}, true);
  ASSERT_EQ(outcome.faults.size(), 1u);
  EXPECT_EQ(outcome.faults[0].place.path, "Patient.gender");
  const json evidence = json::parse("{" + outcome.evidence + "}");
  ASSERT_EQ(evidence["resources"].size(), 1u);
  EXPECT_EQ(evidence["resources"][0]["resource"]["id"], "b");
}

TEST_F(ConvertJudge, AFaultOfTheBundleHasTheBundleAsEvidence) {
  const auto outcome = judge({"{\"resourceType\":\"Elephant\"}\n"}, false);
  ASSERT_FALSE(outcome.faults.empty());
  EXPECT_EQ(json::parse("{" + outcome.evidence + "}")["resources"][0]["resource"]["resourceType"],
            "Elephant");
}

// ---- the command

TEST(ConvertValidate, EveryExampleIsValidAndSoWrittenAsWithoutJudging) {
  const std::string examples = std::string(ONCOBRIDGE_SOURCE_DIR) + "/examples/";
  for (const std::string bundle : {"transaction", "collection"}) {
    for (const std::string folder : {"seed_cases", "mcode_profiles"}) {
      const auto plain = run_command({"convert", examples + folder, "--bundle", bundle});
      const auto judged = run_command(
          {"convert", examples + folder, "--bundle", bundle, "--validate", "--threads", "2"});
      EXPECT_EQ(judged.exit_code, 0) << judged.error;
      EXPECT_TRUE(judged.out == plain.out) << folder;
    }
  }
  const TemporaryFolder out;
  const auto lines =
      run_command({"convert", examples + "seed_cases", "--bundle", "ndjson", "--validate", "--out",
                   out.path("ndjson"), "--rejects", out.path("rejects")});
  EXPECT_EQ(lines.exit_code, 0) << lines.error;
  EXPECT_EQ(read_file(out.path("rejects")), "");
}

TEST(ConvertValidate, WhatFailsIsInTheRejectsAndNowhereElse) {
  // mCODE's extensible set of tumour marker tests has no code for Ki-67 in breast specimens.
  const std::string record =
      std::string(ONCOBRIDGE_SOURCE_DIR) + "/examples/seed_cases/003_index.json";
  for (const std::string form : {"json", "xml"}) {
    const TemporaryFolder folder;
    const auto result =
        run_command({"convert", record, "--validate=strict", "--format", form, "--rejects",
                     folder.path("rejects"), "--coverage", folder.path("coverage")});
    EXPECT_EQ(result.exit_code, tools::kRejected);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.error,
                HasSubstr("0 converted into 0 resources, 1 rejected (1 of them held"));
    EXPECT_THAT(result.error, Not(HasSubstr("85330-9"))) << "no value on the screen";
    const json line = json::parse(read_file(folder.path("rejects")));
    EXPECT_EQ(line["faults"][0]["rule"], "binding-extensible");
    ASSERT_FALSE(line["resources"].empty());
    EXPECT_EQ(line["resources"][0]["resource"]["resourceType"], "Observation");
    EXPECT_THAT(line["resources"][0]["issues"].dump(), HasSubstr(R"("severity":"error")"));
    EXPECT_EQ(json::parse(line["original"].get<std::string>())["case_id"],
              json::parse(read_file(record))["case_id"]);
    EXPECT_EQ(json::parse(read_file(folder.path("coverage")))["totals"]["held_back"], 1);
  }
}

TEST(ConvertValidate, TheOptionTakesNoInputForItsValue) {
  const std::string record = std::string(ONCOBRIDGE_SOURCE_DIR) + "/examples/first_case.json";
  EXPECT_EQ(run_command({"convert", "--validate", record}).exit_code, 0);
  EXPECT_EQ(run_command({"convert", "--validate=rather", record}).exit_code, tools::kUsage);
}

// What mCODE's own profile demands (the type of a body structure's identifier, which R4's
// extensible set lacks) rejected seven of the published cases. The one that is left has markers and
// intents that the extensible sets of mCODE do not list.
TEST(ConvertStrict, ACodeThatTheProfileDemandsIsNoFault) {
  const TemporaryFolder folder;
  const auto result = run_command(
      {"convert", std::string(ONCOBRIDGE_SOURCE_DIR) + "/examples/seed_cases", "--validate=strict",
       "--out", folder.path("out"), "--rejects", folder.path("rejects")});
  EXPECT_THAT(result.error, HasSubstr("18 records: 17 converted"));
  const std::string rejects = read_file(folder.path("rejects"));
  EXPECT_THAT(rejects, HasSubstr("003_index.json"));
  EXPECT_THAT(rejects, Not(HasSubstr("identifier-type")));
}

// The same code where no profile demands it stays a warning.
TEST_F(ConvertJudge, ACodeOutsideAnExtensibleSetIsStillToldWhereNoProfileDemandsIt) {
  const auto warnings = [&](const std::string& profile) {
    Validator validator(*definitions_);
    validator.judge(R"({"resourceType":"BodyStructure",)" + profile + R"("identifier":[{
        "use":"usual","value":"1","type":{"coding":[{"system":"http://hl7.org/fhir/resource-types",
        "code":"BodyStructure"}]}}],"location":{"coding":[{"system":"http://snomed.info/sct",
        "code":"41695006"}]},"patient":{"display":"a"}})");
    int found = 0;
    for (const Issue& issue : validator.issues()) found += issue.rule->id == "binding-extensible";
    return found;
  };
  EXPECT_EQ(warnings(""), 1);
  EXPECT_EQ(warnings(R"("meta":{"profile":[
      "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor"]},)"),
            0);
}

}  // namespace
}  // namespace oncobridge
