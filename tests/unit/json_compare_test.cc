#include "oncobridge/fhir/json_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oncobridge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string canonical(const std::string& text) {
  return canonical_resource(JsonDocument::parse(text)->root());
}

std::vector<std::string> differences(const std::string& sent, const std::string& read_back) {
  const auto a = JsonDocument::parse(sent);
  const auto b = JsonDocument::parse(read_back);
  std::vector<std::string> texts;
  for (const auto& difference : resource_differences(a->root(), b->root())) {
    texts.push_back(difference.describe());
  }
  return texts;
}

TEST(CanonicalResource, OrderSpacingAndEscapesDoNotMatter) {
  EXPECT_EQ(canonical(R"({ "b" : "\u0061", "a" : [ 1 , 2 ] })"),
            canonical(R"({"a":[1,2],"b":"a"})"));
}

TEST(CanonicalResource, AKi67Of1Point50IsNotOneOf1Point5) {
  EXPECT_NE(canonical(R"({"value":1.50})"), canonical(R"({"value":1.5})"));
}

TEST(CanonicalResource, OrderOfArraysMatters) {
  EXPECT_NE(canonical(R"({"a":[1,2]})"), canonical(R"({"a":[2,1]})"));
}

TEST(CanonicalResource, WhatTheServerWritesIntoMetaDoesNotMatter) {
  EXPECT_EQ(
      canonical(R"({"id":"1","meta":{"versionId":"7","lastUpdated":"2024-01-01T00:00:00Z"}})"),
      canonical(R"({"id":"1"})"));
  EXPECT_EQ(canonical(R"({"meta":{"versionId":"7","profile":["p"]}})"),
            canonical(R"({"meta":{"profile":["p"]}})"));
  EXPECT_NE(canonical(R"({"meta":{"profile":["p"]}})"), canonical(R"({})"));
  EXPECT_NE(canonical(R"({"contained":[{"meta":{"versionId":"1"}}]})"),
            canonical(R"({"contained":[{"meta":{"versionId":"2"}}]})"));
}

TEST(ResourceDifferences, NamesThePlaceAndNeverTheValue) {
  EXPECT_THAT(
      differences(
          R"({"resourceType":"Observation","component":[{"a":1},{"valueQuantity":{"value":1.50}}],"note":"x"})",
          R"({"resourceType":"Observation","component":[{"a":1},{"valueQuantity":{"value":1.5}}],"extra":2})"),
      ElementsAre("Observation.component[1].valueQuantity.value changed", "Observation.extra added",
                  "Observation.note missing"));
}

TEST(ResourceDifferences, AShorterOrLongerListIsADifference) {
  EXPECT_THAT(differences(R"({"resourceType":"X","a":[1,2]})", R"({"resourceType":"X","a":[1]})"),
              ElementsAre("X.a[1] missing"));
  EXPECT_THAT(differences(R"({"resourceType":"X","a":[1]})", R"({"resourceType":"X","a":[1,2]})"),
              ElementsAre("X.a[1] added"));
  EXPECT_THAT(differences(R"({"resourceType":"X","a":"1"})", R"({"resourceType":"X","a":1})"),
              ElementsAre("X.a changed"));
}

TEST(ResourceDifferences, AServerMayAddItsMetaAndANarrative) {
  EXPECT_THAT(
      differences(
          R"({"resourceType":"Patient","id":"1"})",
          R"({"resourceType":"Patient","id":"1","meta":{"versionId":"1","lastUpdated":"x","source":"#q"},"text":{"div":"<div/>"}})"),
      IsEmpty());
  EXPECT_THAT(differences(R"({"resourceType":"Patient"})",
                          R"({"resourceType":"Patient","meta":{"tag":[{"code":"a"}]}})"),
              ElementsAre("Patient.meta added"));
}

TEST(ResourceDifferences, ASourceThatWasSentMayOnlyGetARequestId) {
  const std::string sent = R"({"resourceType":"Patient","meta":{"source":"urn:a"}})";
  EXPECT_THAT(differences(sent, R"({"resourceType":"Patient","meta":{"source":"urn:a#b1"}})"),
              IsEmpty());
  EXPECT_THAT(differences(sent, R"({"resourceType":"Patient","meta":{"source":"urn:ab"}})"),
              ElementsAre("Patient.meta.source changed"));
  EXPECT_THAT(differences(sent, R"({"resourceType":"Patient","meta":{"profile":["p"]}})"),
              ElementsAre("Patient.meta.profile added", "Patient.meta.source missing"));
}

TEST(ResourceDifferences, ANarrativeThatWasSentMustComeBack) {
  EXPECT_THAT(differences(R"({"resourceType":"X","text":{"div":"a"}})",
                          R"({"resourceType":"X","text":{"div":"b"}})"),
              ElementsAre("X.text.div changed"));
  EXPECT_THAT(differences(R"({"resourceType":"X","contained":[{"id":"a"}]})",
                          R"({"resourceType":"X","contained":[{"id":"a","text":{}}]})"),
              ElementsAre("X.contained[0].text added"));
}

TEST(ResourceDifferences, ProfilesAndTagsAreSets) {
  EXPECT_THAT(differences(R"({"resourceType":"X","meta":{"profile":["a","b"]}})",
                          R"({"resourceType":"X","meta":{"profile":["b","a"]}})"),
              IsEmpty());
  EXPECT_THAT(differences(R"({"resourceType":"X","meta":{"profile":["a","b"]}})",
                          R"({"resourceType":"X","meta":{"profile":["a"]}})"),
              ElementsAre("X.meta.profile changed"));
}

TEST(ResourceDifferences, StopsAtItsLimit) {
  std::string a = R"({"resourceType":"X","a":[0)", b = R"({"resourceType":"X","a":[1)";
  for (int i = 0; i < 1000; ++i) a += ",0", b += ",1";
  EXPECT_EQ(differences(a + "]}", b + "]}").size(), 20u);
}

}  // namespace
}  // namespace oncobridge
