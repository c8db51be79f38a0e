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
           "urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0", "mailto:a@t.org"}) {
    EXPECT_EQ(severity(good), "") << good;
  }
  EXPECT_EQ(severity("Patient/cancer patient 1"), "error");
  EXPECT_EQ(severity("Patient/1#part 2"), "error");
  EXPECT_EQ(severity("Pateint/1"), "error");
  EXPECT_EQ(severity("Patient?"), "error");
  EXPECT_EQ(severity("Patient?7"), "error");
  // Nothing that a bundle could resolve.
  for (const std::string& other : std::vector<std::string>{
           "7", "Patient", "/Patient/7", "fhir/Patient/7", "Patient/7/", "Patient/7/2",
           "Patient/7/history/2", "Patient/7/_history", "Patient/7/_history/"}) {
    EXPECT_EQ(severity(other), "warning") << other;
    EXPECT_EQ(severity(other, "collection"), "error") << other;
  }
  for (const std::string& odd : std::vector<std::string>{"Patient/a_b", "Patient/7/_history/a_b",
                                                         "urn:uuid:7", "urn:oid:x"}) {
    EXPECT_EQ(severity(odd), "warning") << odd;
    EXPECT_EQ(severity(odd, "collection"), "warning") << odd;
  }
  for (const char* const odd : {"patient/7", "Patient/7#x", "patient/7/_history/1"}) {
    EXPECT_EQ(severity(odd), "warning") << odd;
    EXPECT_EQ(severity(odd, "collection"), "warning") << odd;
  }
  // A search is for what the server has when the transaction is done.
  for (const char* const search : {"Patient?identifier=7", "Patient?identifier=http://t.org|7",
                                   "Patient?identifier:of-type=a&name=b"}) {
    EXPECT_EQ(severity(search, "transaction"), "") << search;
    EXPECT_EQ(severity(search), "error") << search;
  }
  EXPECT_EQ(severity("Patient?identifier=7", "batch"), "error");
  EXPECT_EQ(severity("Patient?identifier=7", "collection"), "error");
}

TEST_F(JudgeReferences, ASearchNamesATypeThatMustBeAllowed) {
  const auto performed_by = [](const std::string& search) {
    return found(R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":
        "urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0","request":{"method":"POST","url":
        "Observation"},"resource":{"resourceType":"Observation","status":"final","code":{"text":
        "x"},"performer":[{"reference":")" +
                     search + R"("}]}}]})",
                 "reference-type");
  };
  EXPECT_THAT(performed_by("Practitioner?identifier=7"), IsEmpty());
  EXPECT_THAT(performed_by("Medication?identifier=7"),
              ElementsAre(HasSubstr("performer[0] the target is of type Practitioner")));
}

// Two servers have a patient of the same id: the one on the base of the observation's own entry.
TEST_F(JudgeReferences, OfTwoEntriesWithTheIdTheOneOfTheSameServerIsMeant) {
  const auto entry = [](const std::string& server, const std::string& id,
                        const std::string& resource) {
    return R"({"fullUrl":"http://)" + server + "/fhir/" + id + R"(","resource":)" + resource + "}";
  };
  const std::string observation = R"({"resourceType":"Observation","id":"o","status":"final",
      "code":{"text":"CA 15-3"},"subject":{"reference":"Patient/p"}})";
  const std::string patient = R"({"resourceType":"Patient","id":"p","active":)";
  for (const std::string server : {"a.org", "b.org"}) {
    const std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[)" +
                               entry("a.org", "Patient/p", patient + "true}") + "," +
                               entry(server, "Observation/o", observation) + "," +
                               entry("b.org", "Patient/p", patient + "false}") + "]}";
    EXPECT_THAT(found(bundle, "bundle-reference"), IsEmpty()) << server;
    EXPECT_THAT(found(bundle, "bundle-unreachable"), IsEmpty()) << server;
  }
}

// A rule that asks for what is elsewhere is neither met nor broken.
TEST(Invariants, OnWhatIsNotAtHandAreNotChecked) {
  const auto judged = [](const std::string& expression, const std::string& subject) {
    auto definitions = Definitions::shipped();
    EXPECT_TRUE(definitions->add_definition(
        R"({"resourceType":"StructureDefinition","url":"http://t.org/p","name":"P",
            "status":"draft","kind":"resource","abstract":false,"type":"Observation",
            "derivation":"constraint",
            "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation",
            "differential":{"element":[{"id":"Observation","path":"Observation","constraint":[
            {"key":"t-1","severity":"error","human":"x","expression":")" +
            expression + R"("}]}]}})",
        "test"));
    Validator validator(*definitions, {});
    const Verdict verdict = validator.judge(
        R"({"resourceType":"Observation","meta":{"profile":["http://t.org/p"]},"status":"final",)" +
        std::string(subject == "#p" ? R"("contained":[{"resourceType":"Patient","id":"p"}],)"
                                    : "") +
        R"("code":{"text":"c"},"subject":{"reference":")" + subject + "\"}}");
    return std::pair(verdict.errors, verdict.not_checked);
  };
  using Counts = std::pair<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(judged("subject.resolve() is Patient", "#p"), Counts(0, 0));
  EXPECT_EQ(judged("subject.resolve() is Group", "#p"), Counts(1, 0));
  EXPECT_EQ(judged("subject.resolve().exists()", "Patient/elsewhere"), Counts(0, 1));
  EXPECT_EQ(judged("subject.resolve() is Patient", "Patient/elsewhere"), Counts(0, 1));
  EXPECT_EQ(judged("status.memberOf('http://t.org/nowhere')", "#p"), Counts(0, 1));
  EXPECT_EQ(judged("subject.conformsTo('http://t.org/nowhere')", "#p"), Counts(0, 1));
}

// Of its own, by a key of the specification: no walk holds it.
TEST(Invariants, OfAProfileMayHaveAKeyOfTheSpecification) {
  auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(
      R"({"resourceType":"StructureDefinition","url":"http://t.org/b","name":"B","status":"draft",
          "kind":"resource","abstract":false,"type":"Bundle","derivation":"constraint",
          "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Bundle","differential":{
          "element":[{"id":"Bundle","path":"Bundle","constraint":[{"key":"bdl-11",
          "severity":"error","human":"x","expression":"entry.count() > 5"}]}]}})",
      "test"));
  ValidatorOptions options;
  options.profiles = {"http://t.org/b"};
  Validator validator(*definitions, options);
  EXPECT_EQ(validator.judge(R"({"resourceType":"Bundle","type":"collection"})").errors, 1u);
}

// The patient that one observation contains is not the one that another refers to.
TEST_F(JudgeReferences, WhatAResourceContainsIsNotBesideAnother) {
  const std::string other =
      R"({"name":"o","resource":)" + marker(R"({"reference":"Patient/p"})", R"("id":"b",)") + "}";
  const std::string container =
      R"({"name":"o","resource":)" +
      marker(R"({"reference":"#p"})",
             R"("id":"a","contained":[{"resourceType":"Patient","id":"p"}],)") +
      "}";
  const std::string parameters = R"({"resourceType":"Parameters","parameter":[)";
  EXPECT_THAT(found(parameters + other + "]}", "reference-profile"), IsEmpty());
  const auto both = found(parameters + container + "," + other + "]}", "reference-profile");
  EXPECT_THAT(both, ElementsAre(HasSubstr("parameter[0]")));
}

}  // namespace
}  // namespace oncobridge
