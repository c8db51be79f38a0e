// References: how they may be written, and what is said of targets that are not in the document.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JudgeReferences : public testing::Test {
 protected:
  static void SetUpTestSuite() { definitions_ = Definitions::shipped(); }
  static void TearDownTestSuite() { definitions_.reset(); }

  // `severity rule expression text` of rules that begin with `prefix`.
  static std::vector<std::string> found(const std::string& document, std::string_view prefix) {
    Validator validator(*definitions_, {});
    validator.judge(document);
    std::vector<std::string> found;
    for (const Issue& issue : validator.issues()) {
      if (!issue.rule->id.starts_with(prefix)) continue;
      found.push_back(std::string(severity_code(issue.severity)) + " " +
                      std::string(issue.rule->id) + " " + issue.expression + " " + issue.text);
    }
    return found;
  }
  static std::string marker(const std::string& subject, const std::string& facts = "") {
    return R"({"resourceType":"Observation",)" + facts + R"("meta":{"profile":[
        "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor-marker-test"]},
        "status":"final","code":{"text":"CA 15-3"},"subject":)" +
           subject + "}";
  }

  static constexpr const char* kPatient =
      "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-patient";
  static std::unique_ptr<Definitions> definitions_;
};

std::unique_ptr<Definitions> JudgeReferences::definitions_;

TEST_F(JudgeReferences, ATargetElsewhereIsNotHeldAgainstItsProfile) {
  const std::string rule = "reference-not-checked";
  const auto told = ElementsAre(AllOf(
      HasSubstr("information reference-not-checked Observation.subject"), HasSubstr(kPatient)));
  EXPECT_THAT(found(marker(R"({"reference":"Patient/p"})"), rule), told);
  EXPECT_THAT(
      found(marker(R"({"reference":"urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0"})"), rule),
      told);
  // Nothing to look at, at hand, or wrong anyway.
  EXPECT_THAT(found(marker(R"({"display":"Ms. A"})"), rule), IsEmpty());
  EXPECT_THAT(found(marker(R"({"type":"Patient","identifier":{"value":"7"}})"), rule), IsEmpty());
  EXPECT_THAT(found(marker(R"({"reference":"#p"})",
                           R"("contained":[{"resourceType":"Patient","id":"p"}],)"),
                    rule),
              IsEmpty());
  EXPECT_THAT(found(marker(R"({"reference":"Device/d"})"), rule), IsEmpty());
  EXPECT_THAT(found(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},
                        "subject":{"reference":"Patient/p"}})",
                    rule),
              IsEmpty());
}

TEST_F(JudgeReferences, WhatATargetElsewhereWasToBeIsCounted) {
  Validator validator(*definitions_, {});
  const std::string document = marker(R"({"reference":"Patient/p"})");
  const Verdict judged = validator.judge(document);
  const auto counted = validator.not_checked();
  EXPECT_THAT(counted, testing::Contains("a resource of " + std::string(kPatient)));
  EXPECT_EQ(counted.size(), judged.not_checked);
  EXPECT_EQ(validator.decide(document).not_checked, judged.not_checked);
}

}  // namespace
}  // namespace oncobridge
