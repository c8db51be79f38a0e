// Bundles: what references in a transaction mean, what a document must hold, what requests ask for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class JudgeBundles : public testing::Test {
 protected:
  static void SetUpTestSuite() { definitions_ = Definitions::shipped(); }
  static void TearDownTestSuite() { definitions_.reset(); }

  // `error bundle-request Bundle.entry[0].request.url`, without what only explains the place; only
  // of rules that begin with `prefix`.
  static std::vector<std::string> found(const std::string& bundle, std::string_view prefix) {
    Validator validator(*definitions_, {});
    validator.judge(bundle);
    std::vector<std::string> found;
    for (const Issue& issue : validator.issues()) {
      if (!issue.rule->id.starts_with(prefix)) continue;
      std::string place = issue.expression;
      for (std::size_t at; (at = place.find("/*")) != std::string::npos;) {
        place.erase(at, place.find("*/") + 2 - at);
      }
      found.push_back(std::string(severity_code(issue.severity)) + " " +
                      std::string(issue.rule->id) + " " + place);
    }
    return found;
  }

  static std::string bundle(const std::string& type, const std::string& entries,
                            const std::string& facts = "") {
    return R"({"resourceType":"Bundle","identifier":{"system":"urn:ietf:rfc:3986","value":)"
           R"("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"},"timestamp":)"
           R"("2024-01-01T00:00:00Z",)" +
           facts + R"("type":")" + type + R"(","entry":[)" + entries + "]}";
  }
  static std::string entry(const std::string& full_url, const std::string& resource,
                           const std::string& request = "") {
    return R"({"fullUrl":")" + full_url + R"(")" +
           (resource.empty() ? "" : R"(,"resource":)" + resource) +
           (request.empty() ? "" : R"(,"request":)" + request) + "}";
  }
  static std::string request(const std::string& method, const std::string& url) {
    return R"({"method":")" + method + R"(","url":")" + url + R"("})";
  }
  static std::string composition(const std::string& facts) {
    return R"({"resourceType":"Composition","id":"c","status":"final","type":{"text":"t"},)"
           R"("date":"2024","title":"t","author":[{"display":"Dr. A"}])" +
           facts + "}";
  }
  static std::string observation(const std::string& facts) {
    return R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"Ki-67"})" +
           facts + "}";
  }
  static std::string document(const std::string& composition_facts, const std::string& others) {
    return bundle("document", entry("http://t.org/Composition/c", composition(composition_facts)) +
                                  (others.empty() ? "" : "," + others));
  }

  static constexpr const char* kPatient = R"({"resourceType":"Patient","id":"p"})";
  static std::unique_ptr<Definitions> definitions_;
};

std::unique_ptr<Definitions> JudgeBundles::definitions_;

TEST_F(JudgeBundles, WhatATransactionPutsIsMeantByTypeAndId) {
  const auto with = [](const std::string& type, const std::string& patient_request,
                       const std::string& reference = "Patient/p") {
    return bundle(
        type, entry("urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0", kPatient, patient_request) +
                  "," +
                  entry("urn:uuid:bbbbbbbb-1cbf-4d64-b04d-cd9187a4c6e0",
                        observation(R"(,"subject":{"reference":")" + reference + R"("})"),
                        patient_request.empty() ? "" : request("PUT", "Observation/o")));
  };
  const std::string rule = "bundle-reference-match";
  EXPECT_THAT(found(with("transaction", request("PUT", "Patient/p")), rule), IsEmpty());
  EXPECT_THAT(found(with("transaction", request("PUT", "Patient/p"), "Patient/p/_history/1"), rule),
              IsEmpty());
  const auto warning =
      ElementsAre("warning bundle-reference-match Bundle.entry[1].resource.subject");
  EXPECT_THAT(found(with("transaction", request("POST", "Patient")), rule), warning);
  EXPECT_THAT(found(with("transaction", request("PUT", "Patient?identifier=1")), rule), warning);
  EXPECT_THAT(found(with("collection", ""), rule), warning);
}

}  // namespace
}  // namespace oncobridge
