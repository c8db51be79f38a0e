// Invariants whose expression gives nothing: broken, unless it does so for want of data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JudgeInvariants : public testing::Test {
 protected:
  static void SetUpTestSuite() { definitions_ = Definitions::shipped(); }
  static void TearDownTestSuite() { definitions_.reset(); }

  // `rule expression text` of the invariants told.
  static std::vector<std::string> found(const std::string& document) {
    Validator validator(*definitions_, {});
    validator.judge(document);
    std::vector<std::string> found;
    for (const Issue& issue : validator.issues()) {
      if (!issue.rule->id.starts_with("invariant")) continue;
      found.push_back(std::string(issue.rule->id) + " " + issue.expression + " " + issue.text);
    }
    return found;
  }
  static std::vector<std::string> found_in_patient(const std::string& facts) {
    return found(R"({"resourceType":"Patient",)" + facts + "}");
  }
  static std::vector<std::string> found_in_range(const std::string& low, const std::string& high) {
    return found(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},
                     "valueRange":{"low":{)" +
                 low + R"(},"high":{)" + high + "}}}");
  }

  static std::unique_ptr<Definitions> definitions_;
};

std::unique_ptr<Definitions> JudgeInvariants::definitions_;

TEST_F(JudgeInvariants, APeriodWhoseDatesCannotBeComparedIsBroken) {
  const auto period = [](const std::string& start, const std::string& end) {
    return found_in_patient(R"("name":[{"period":{"start":")" + start + R"(","end":")" + end +
                            R"("}}])");
  };
  EXPECT_THAT(period("2017", "2018-05"), IsEmpty());
  EXPECT_THAT(period("2017", "2017"), IsEmpty());
  EXPECT_THAT(period("2017", "2017-05"), ElementsAre(HasSubstr("Patient.name[0].period per-1")));
  EXPECT_THAT(period("2017-05-01", "2017-05-01T10:00:00Z"), ElementsAre(HasSubstr("per-1")));
}

// The texts of R4 give nothing for these, which R4 allows.
TEST_F(JudgeInvariants, WhatNeedNotBeThereIsNotAskedFor) {
  EXPECT_THAT(found_in_patient(R"("generalPractitioner":[{"display":"Dr. A"},
                                  {"identifier":{"value":"7"}},{"_reference":{"extension":[
                                  {"url":"http://acme.org/e","valueCode":"x"}]}}])"),
              IsEmpty());
  EXPECT_THAT(found(R"({"resourceType":"Patient","contained":[{"resourceType":"Provenance","id":"p",
                        "target":[{"reference":"#"}]}]})"),
              IsEmpty());
  EXPECT_THAT(found(R"({"resourceType":"Bundle","type":"batch","entry":[
                        {"request":{"method":"GET","url":"Patient/1"}}]})"),
              IsEmpty());
  EXPECT_THAT(found(R"({"resourceType":"RiskAssessment","status":"final",
                        "subject":{"reference":"Patient/1"},
                        "prediction":[{"outcome":{"text":"death"}}]})"),
              IsEmpty());
}

TEST_F(JudgeInvariants, QuantitiesOfOneUnitHaveAnOrderWhateverItsSystem) {
  const std::string tablets =
      R"(,"unit":"TAB","system":"http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm",
         "code":"TAB")";
  EXPECT_THAT(found_in_range(R"("value":1)" + tablets, R"("value":2)" + tablets), IsEmpty());
  EXPECT_THAT(found_in_range(R"("value":2)" + tablets, R"("value":1)" + tablets),
              ElementsAre(HasSubstr("rng-2")));
  EXPECT_THAT(found_in_range(R"("value":1,"unit":"tablet")", R"("value":2,"unit":"tablet")"),
              IsEmpty());
  EXPECT_THAT(found_in_range(R"("value":1)", R"("value":2)"), IsEmpty());
  EXPECT_THAT(found_in_range(R"("value":1,"unit":"tablet")", R"("value":2,"unit":"capsule")"),
              ElementsAre(HasSubstr("rng-2")));
  EXPECT_THAT(found_in_range(R"("value":1)" + tablets, R"("value":2,"unit":"capsule")"),
              ElementsAre(HasSubstr("rng-2")));
}

// dgr-1, say: whether a resource that is not in the document has something cannot be said.
TEST_F(JudgeInvariants, WhatIsNotAtHandIsNotBroken) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(R"x({"resourceType":"StructureDefinition",
      "url":"http://acme.org/p","name":"P","status":"draft","kind":"resource","abstract":false,
      "type":"Observation","derivation":"constraint",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation",
      "differential":{"element":[{"id":"Observation","path":"Observation","constraint":[
        {"key":"p-1","severity":"error","human":"x",
         "expression":"subject.resolve().gender = 'male'"}]}]}})x",
                                          "p"));
  ValidatorOptions options;
  options.profiles = {"http://acme.org/p"};
  Validator validator(*definitions, options);
  const auto told = [&](const std::string& subject) {
    validator.judge(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},
        "contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":")" +
                    subject + R"("},"focus":[{"reference":"#p"}]})");
    std::vector<std::string> rules;
    for (const Issue& issue : validator.issues()) rules.emplace_back(issue.rule->id);
    return rules;
  };
  EXPECT_THAT(told("Patient/1"), ElementsAre("invariant-not-checked"));
  EXPECT_THAT(told("#p"), ElementsAre("invariant")) << "whose gender is not there";
}

}  // namespace
}  // namespace oncobridge
