// Whether what a reference names conforms to a profile, where that depends on further references:
// the same resources give the same issues, in whatever order they stand.
#include "profiles/conformity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string profile(const std::string& name, const std::string& type, const std::string& elements) {
  return R"({"resourceType":"StructureDefinition","url":"http://x.org/)" + name + R"(","name":")" +
         name + R"(","status":"draft","kind":"resource","abstract":false,"type":")" + type +
         R"(","baseDefinition":"http://hl7.org/fhir/StructureDefinition/)" + type +
         R"(","derivation":"constraint","differential":{"element":[)" + elements + "]}}";
}

std::string reference_element(const std::string& path, const std::string& targets) {
  return R"({"id":")" + path + R"(","path":")" + path +
         R"(","type":[{"code":"Reference","targetProfile":[)" + targets + "]}]}";
}

struct Person {  // a patient that is linked to others
  int id = 0;
  bool gender = true;
  std::vector<int> links;
};

class ConformityOfTargets : public testing::Test {
 protected:
  // A linked patient has a gender, and is linked to linked patients only.
  void SetUp() override {
    define(profile("linked", "Patient",
                   reference_element("Patient.link.other", R"("http://x.org/linked")") +
                       R"(,{"id":"Patient.gender","path":"Patient.gender","min":1})"));
  }
  void define(const std::string& definition) {
    const auto added = definitions_->add_definition(definition, "test");
    ASSERT_TRUE(added) << added.error().message;
  }

  // `rule person` of a bundle with the people in the order.
  std::multiset<std::string> found(const std::vector<Person>& people, const std::vector<int>& order,
                                   const std::string& claimed) {
    std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (const int at : order) {
      const Person& person = people[static_cast<std::size_t>(at)];
      const std::string id = std::to_string(person.id);
      bundle += R"({"fullUrl":"http://x.org/Patient/)" + id +
                R"(","resource":{"resourceType":"Patient","id":")" + id +
                R"(","meta":{"profile":["http://x.org/)" + claimed + R"("]})";
      if (person.gender) bundle += R"(,"gender":"male")";
      std::string links;
      for (const int link : person.links) {
        links += std::string(links.empty() ? "" : ",") + R"({"other":{"reference":"Patient/)" +
                 std::to_string(link) + R"("},"type":"refer"})";
      }
      bundle += (links.empty() ? "" : R"(,"link":[)" + links + "]") + "}},";
    }
    bundle.back() = ']';
    Validator validator(*definitions_, {});
    validator.judge(bundle + '}');
    std::multiset<std::string> result;
    for (const Issue& issue : validator.issues()) {
      const std::string entry = "Bundle.entry[";
      const std::size_t index = issue.expression.starts_with(entry)
                                    ? std::stoul(issue.expression.substr(entry.size()))
                                    : 0;
      result.insert(std::string(issue.rule->id) + " " + std::to_string(order[index]));
    }
    return result;
  }

  // The same whatever the order.
  std::multiset<std::string> found_always(const std::vector<Person>& people,
                                          const std::string& claimed = "linked") {
    std::vector<int> order(people.size());
    std::iota(order.begin(), order.end(), 0);
    const std::multiset<std::string> first = found(people, order, claimed);
    while (std::next_permutation(order.begin(), order.end())) {
      EXPECT_EQ(found(people, order, claimed), first) << testing::PrintToString(order);
    }
    return first;
  }

  std::unique_ptr<Definitions> definitions_ = Definitions::shipped();
};

// The second was remembered as conforming, if it was asked for while that of the first was assumed.
TEST_F(ConformityOfTargets, TwoPatientsOfWhomOneLacksTheGender) {
  EXPECT_THAT(found_always({{0, false, {1}}, {1, true, {0}}}),
              ElementsAre("cardinality-min 0", "reference-profile 0", "reference-profile 1"));
}

TEST_F(ConformityOfTargets, ACircleThatKeepsTheProfileKeepsIt) {
  EXPECT_THAT(found_always({{0, true, {1}}, {1, true, {2, 0}}, {2, true, {0}}, {3, true, {3}}}),
              IsEmpty());
}

TEST_F(ConformityOfTargets, CirclesWithinACircleOfWhichOneLeadsToAFaultyPatient) {
  EXPECT_THAT(found_always({{0, true, {1, 3}},
                            {1, true, {2, 0}},
                            {2, true, {1}},
                            {3, true, {0, 4}},
                            {4, false, {}}}),
              ElementsAre("cardinality-min 4", "reference-profile 0", "reference-profile 0",
                          "reference-profile 1", "reference-profile 1", "reference-profile 2",
                          "reference-profile 3", "reference-profile 3"));
}

// Beyond 24 references the target was taken as conforming.
TEST_F(ConformityOfTargets, AChainOfAnyLengthIsFollowedToItsEnd) {
  constexpr int kLength = 500;
  std::vector<Person> people;
  for (int i = 0; i + 1 < kLength; ++i) people.push_back({i, true, {i + 1}});
  people.push_back({kLength - 1, false, {}});
  std::vector<int> order(kLength);
  std::iota(order.begin(), order.end(), 0);
  const std::multiset<std::string> forward = found(people, order, "linked");
  EXPECT_EQ(forward.size(), static_cast<std::size_t>(kLength)) << "499 targets and the gender";
  std::reverse(order.begin(), order.end());
  EXPECT_EQ(found(people, order, "linked"), forward);
  for (int i = 0; i < kLength; ++i) order[static_cast<std::size_t>(i)] = i * 7 % kLength;
  EXPECT_EQ(found(people, order, "linked"), forward);
}

// In a circle that is closed to those who keep the profile themselves, there are two answers.
TEST_F(ConformityOfTargets, ASliceThatDependsOnItselfIsNotChecked) {
  define(profile("alone", "Patient", R"x(
      {"id":"Patient.link","path":"Patient.link",
       "slicing":{"discriminator":[{"type":"profile","path":"other.resolve()"}],"rules":"open"}},
      {"id":"Patient.link:alone","path":"Patient.link","sliceName":"alone","max":"0"},
      {"id":"Patient.link:alone.other","path":"Patient.link.other",
       "type":[{"code":"Reference","targetProfile":["http://x.org/alone"]}]})x"));
  const auto issues = found_always({{0, true, {1}}, {1, true, {0}}, {2, true, {}}}, "alone");
  EXPECT_THAT(issues, ElementsAre("slice-not-checked 0", "slice-not-checked 1"));
  // A chain has an end, from which on every second one may be linked to the next.
  EXPECT_THAT(
      found_always({{0, true, {1}}, {1, true, {2}}, {2, true, {3}}, {3, true, {}}}, "alone"),
      ElementsAre("cardinality-max 0", "cardinality-max 2", "slice-unmatched 1"));
}

// The second says no, so that the first is looked at again, which takes too long.
TEST(ConformityAnswers, WhatTakesTooManyLooksIsUndecided) {
  using profiles::Conformity;
  std::vector<int> looks(4);
  Conformity* asked = nullptr;
  Conformity conformity([&](NodeId node, const profiles::Profile*) -> Conformity::Judged {
    ++looks[node];
    if (node == 2) return {Conformity::Answer::kNo, 1};
    asked->ask(node == 1 ? 2 : 1, nullptr);
    return {Conformity::Answer::kYes, looks[node] == 1 ? 1 : std::size_t{1} << 40};
  });
  asked = &conformity;
  EXPECT_EQ(conformity.ask(3, nullptr), Conformity::Answer::kUndecided);
  EXPECT_EQ(conformity.ask(1, nullptr), Conformity::Answer::kUndecided);
  EXPECT_EQ(conformity.ask(2, nullptr), Conformity::Answer::kNo) << "which is sure";
  EXPECT_THAT(looks, ElementsAre(0, 2, 1, 1)) << "and nothing is looked at for good";
}

// Each of 400 patients is linked to all: the answers take a bounded number of looks.
TEST_F(ConformityOfTargets, ManyCirclesEnd) {
  constexpr int kCount = 400;
  std::vector<int> order(kCount);
  std::iota(order.begin(), order.end(), 0);
  std::vector<Person> people;
  for (int i = 0; i < kCount; ++i) people.push_back({i, true, order});
  EXPECT_THAT(found(people, order, "linked"), IsEmpty());
  people.back().gender = false;
  EXPECT_THAT(found(people, order, "linked"), Contains("reference-profile 0").Times(kCount));
}

// The first profile, which nobody knows, was taken as kept, so that nothing was looked at.
TEST_F(ConformityOfTargets, OneOfSeveralProfilesThatIsNotAtHandIsNamed) {
  const std::string address =
      R"({"id":"Patient.address","path":"Patient.address","type":[{"code":"Address","profile":[)"
      R"("http://x.org/unknown","http://x.org/town"]}]})";
  define(profile("addressed", "Patient", address));
  define(profile("town", "Address", R"({"id":"Address.city","path":"Address.city","min":1})"));
  const auto told = [&](const std::string& facts) {
    Validator validator(*definitions_, {});
    validator.judge(
        R"({"resourceType":"Patient","meta":{"profile":["http://x.org/addressed"]},"address":[{)" +
        facts + "}]}");
    std::vector<std::string> result;
    for (const Issue& issue : validator.issues()) {
      result.push_back(std::string(issue.rule->id) + " " + issue.expression + " " + issue.text);
    }
    return result;
  };
  EXPECT_THAT(told(R"("city":"Ulm")"), IsEmpty());
  EXPECT_THAT(told(R"("country":"DE")"),
              ElementsAre(AllOf(HasSubstr("type-not-checked Patient.address[0]"),
                                HasSubstr("http://x.org/unknown, which is not among"))));
}

// A bundle in a bundle, 100 times, and each twice: it was told for each that was left out.
TEST_F(ConformityOfTargets, ThatProfilesAskForOneAnotherTooDeepIsToldOnce) {
  define(profile("own", "Bundle",
                 R"({"id":"Bundle.entry.resource","path":"Bundle.entry.resource",)"
                 R"("type":[{"code":"Bundle","profile":["http://x.org/own"]}]})"));
  std::string bundle = R"({"resourceType":"Bundle","type":"collection"})";
  for (int i = 0; i < 50; ++i) {
    const std::string entry = R"({"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520",)"
                              R"("resource":)" +
                              bundle + "}";
    bundle = R"({"resourceType":"Bundle","type":"collection","entry":[)" + entry + "]}";
  }
  ValidatorOptions options;
  options.profiles = {"http://x.org/own"};
  bundle = R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + bundle +
           R"(},{"resource":)" + bundle + "}]}";
  Validator validator(*definitions_, options);
  validator.judge(bundle);
  EXPECT_EQ(std::count_if(validator.issues().begin(), validator.issues().end(),
                          [](const Issue& issue) { return issue.rule->id == "limit-profiles"; }),
            1);
}

}  // namespace
}  // namespace oncobridge
