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

TEST_F(JudgeReferences, ReferencesAreWrittenAsTheSpecificationSays) {
  const auto severity = [](const std::string& reference, const std::string& bundle_type = "") {
    const std::string resource =
        R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},
            "subject":{"reference":")" +
        reference + R"("}})";
    const auto all =
        found(bundle_type.empty()
                  ? resource
                  : R"({"resourceType":"Bundle","type":")" + bundle_type +
                        R"(","entry":[{"fullUrl":"http://t.org/Observation/o","resource":)" +
                        resource + "}]}",
              "reference-format");
    return all.empty() ? "" : all.front().substr(0, all.front().find(' '));
  };
  for (const std::string& good : std::vector<std::string>{
           "Patient/p", "Patient/p/_history/2", "http://t.org/fhir/Patient/p", "http://t.org/any",
           "https://t.org/fhir/Patient/p/_history/2", "urn:oid:1.2.3",
           "urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0", "Patient?identifier=http://t.org|7",
           "Patient?identifier:of-type=a&name=b", "mailto:a@t.org"}) {
    EXPECT_EQ(severity(good), "") << good;
  }
  EXPECT_EQ(severity("Patient/cancer patient 1"), "error");
  EXPECT_EQ(severity("Pateint/1"), "error");
  EXPECT_EQ(severity("Patient?"), "error");
  EXPECT_EQ(severity("Patient?7"), "error");
  // Nothing that a bundle could resolve.
  for (const std::string& other :
       std::vector<std::string>{"7", "Patient", "/Patient/7", "fhir/Patient/7", "Patient/7/",
                                "Patient/7/2", "Patient/7/history/2", "Patient/7/_history"}) {
    EXPECT_EQ(severity(other), "warning") << other;
    EXPECT_EQ(severity(other, "collection"), "error") << other;
  }
  for (const std::string& odd : std::vector<std::string>{"Patient/a_b", "Patient/7/_history/a_b",
                                                         "urn:uuid:7", "urn:oid:x"}) {
    EXPECT_EQ(severity(odd), "warning") << odd;
    EXPECT_EQ(severity(odd, "collection"), "warning") << odd;
  }
  // A search is for what the server has when the transaction is done.
  EXPECT_EQ(severity("Patient?identifier=7", "transaction"), "");
  EXPECT_EQ(severity("Patient?identifier=7", "batch"), "error");
  EXPECT_EQ(severity("Patient?identifier=7", "collection"), "error");
}

}  // namespace
}  // namespace oncobridge
