// Whether what a reference names conforms to a profile, where that depends on further references:
// the same resources give the same issues, in whatever order they stand.
#include "profiles/conformity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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

class ConformityOfSlices : public ConformityOfTargets {
 protected:
  // One who is alone is linked to nobody who is alone.
  void SetUp() override { define(profile("alone", "Patient", sliced("alone", R"("max":"0")"))); }

  static std::string sliced(const std::string& name, const std::string& count) {
    return R"x({"id":"Patient.link","path":"Patient.link","slicing":{"discriminator":[
               {"type":"profile","path":"other.resolve()"}],"rules":"open"}},
               {"id":"Patient.link:a","path":"Patient.link","sliceName":"a",)x" +
           count + R"(},{"id":"Patient.link:a.other","path":"Patient.link.other",)" +
           R"("type":[{"code":"Reference","targetProfile":["http://x.org/)" + name + R"("]}]})";
  }
};

// In a circle that is closed to those who keep the profile themselves, there are two answers.
TEST_F(ConformityOfSlices, ASliceThatDependsOnItselfIsNotChecked) {
  const auto issues = found_always({{0, true, {1}}, {1, true, {0}}, {2, true, {}}}, "alone");
  EXPECT_THAT(issues, ElementsAre("slice-not-checked 0", "slice-not-checked 1"));
  // A chain has an end, from which on every second one may be linked to the next.
  EXPECT_THAT(
      found_always({{0, true, {1}}, {1, true, {2}}, {2, true, {3}}, {3, true, {}}}, "alone"),
      ElementsAre("cardinality-max 0", "cardinality-max 2", "slice-unmatched 1"));
}

// Beyond 80 it was given up, or not, by which stood first.
TEST_F(ConformityOfSlices, AChainOfSlicesOfAnyLengthIsFollowedToItsEnd) {
  constexpr int kLength = 500;
  std::vector<Person> people;
  for (int i = 0; i + 1 < kLength; ++i) people.push_back({i, true, {i + 1}});
  people.push_back({kLength - 1, true, {}});
  std::vector<int> order(kLength);
  std::iota(order.begin(), order.end(), 0);
  const std::multiset<std::string> forward = found(people, order, "alone");
  EXPECT_THAT(forward, Not(Contains(HasSubstr("not-checked"))));
  EXPECT_THAT(forward, Contains(HasSubstr("cardinality-max")).Times(kLength / 2));
  std::reverse(order.begin(), order.end());
  EXPECT_EQ(found(people, order, "alone"), forward);
  for (int i = 0; i < kLength; ++i) order[static_cast<std::size_t>(i)] = i * 7 % kLength;
  EXPECT_EQ(found(people, order, "alone"), forward);
}

// One who leads is linked to one who follows; who follows has a gender and is linked to those who
// lead. That the second does not follow, for want of a gender, was lost if it was linked back.
TEST_F(ConformityOfSlices, ASureNoIsKnownInACircle) {
  define(profile("leads", "Patient", sliced("follows", R"("min":1)")));
  define(profile("follows", "Patient",
                 reference_element("Patient.link.other", R"("http://x.org/leads")") +
                     R"(,{"id":"Patient.gender","path":"Patient.gender","min":1})"));
  define(profile("led", "Patient",
                 reference_element("Patient.link.other", R"("http://x.org/leads")")));
  EXPECT_THAT(found_always({{0, true, {1}}, {1, false, {}}, {2, true, {0}}}, "led"),
              ElementsAre("reference-profile 0", "reference-profile 2"));
  EXPECT_THAT(found_always({{0, true, {1}}, {1, false, {0}}, {2, true, {0}}}, "led"),
              ElementsAre("reference-not-checked 0", "reference-profile 1", "reference-profile 2"));
}

using profiles::Conformity;
using Answer = Conformity::Answer;

struct Value {
  bool sound = true;
  std::vector<NodeId> all = {};     // that have to conform
  std::vector<NodeId> any = {};     // of which one has to; empty: does not matter
  std::vector<NodeId> others = {};  // that must not, by a slice
};

class Values {
 public:
  explicit Values(std::vector<Value> values) : values_(std::move(values)) {}

  Answer ask(NodeId node) { return conformity_.ask(node, nullptr); }
  std::uint64_t work() const { return conformity_.work(); }

  template <typename Ask, typename AskSettled>
  static Answer judged(const Value& value, Ask ask, AskSettled ask_settled) {
    Answer answer = value.sound ? Answer::kYes : Answer::kNo;
    for (const NodeId at : value.all) answer = std::min(answer, ask(at));
    Answer best = value.any.empty() ? Answer::kYes : Answer::kNo;
    for (const NodeId at : value.any) {
      if (best != Answer::kYes) best = std::max(best, ask(at));
    }
    answer = std::min(answer, best);
    for (const NodeId at : value.others) {
      const Answer other = ask_settled(at);
      answer = std::min(answer, other == Answer::kNo    ? Answer::kYes
                                : other == Answer::kYes ? Answer::kNo
                                                        : other);
    }
    return answer;
  }

 private:
  std::vector<Value> values_;
  Conformity conformity_{[this](NodeId node, const profiles::Profile*) -> Conformity::Judged {
    const Value& value = values_[node];
    return {judged(
                value, [&](NodeId at) { return conformity_.ask(at, nullptr); },
                [&](NodeId at) { return conformity_.ask_settled(at, nullptr); }),
            1 + value.all.size() + value.any.size() + value.others.size()};
  }};
};

// Of 300 tangles: whichever is asked for first, and what is sure follows from the other answers.
TEST(ConformityAnswers, TanglesAreAnsweredAlikeFromEverySide) {
  constexpr NodeId kCount = 5;
  std::mt19937 random(7);
  int undecided = 0;
  for (int tangle = 0; tangle < 300; ++tangle) {
    std::vector<Value> values(kCount);
    for (Value& value : values) {
      value.sound = random() % 8 != 0;
      for (NodeId at = 0; at < kCount; ++at) {
        const auto kind = random() % 10;
        if (kind == 0) value.all.push_back(at);
        if (kind == 1 || kind == 2) value.any.push_back(at);
        if (kind == 3) value.others.push_back(at);
      }
    }
    std::vector<Answer> first;
    std::vector<NodeId> order(kCount);
    std::iota(order.begin(), order.end(), NodeId{0});
    do {
      Values asked(values);
      std::vector<Answer> answers(kCount);
      for (const NodeId at : order) answers[at] = asked.ask(at);
      if (first.empty()) first = answers;
      ASSERT_EQ(answers, first) << tangle << ": " << testing::PrintToString(order);
    } while (std::next_permutation(order.begin(), order.end()));
    const auto known = [&](NodeId at) { return first[at]; };
    for (NodeId at = 0; at < kCount; ++at) {
      undecided += first[at] == Answer::kUndecided;
      if (first[at] == Answer::kUndecided) continue;
      EXPECT_EQ(Values::judged(values[at], known, known), first[at]) << tangle << ": " << at;
    }
  }
  EXPECT_GT(undecided, 0);
}

// Each of n asks for the same circle of n slices, which was searched n times.
TEST(ConformityAnswers, WhatManyAskForTakesLinearWork) {
  const auto work = [](NodeId count) {
    std::vector<Value> values(1 + 2 * count);
    for (NodeId at = 1; at <= count; ++at) {
      values[0].others.push_back(at);
      values[at].others = {count + 1};
      values[count + at].others = {count + 1 + at % count};
    }
    Values asked(values);
    EXPECT_EQ(asked.ask(0), Answer::kUndecided);
    return asked.work();
  };
  EXPECT_LT(work(4000), 5 * work(1000));
}

// Bad news goes around a circle one by one, and a chain of slices is settled from its end.
TEST(ConformityAnswers, LongCirclesAndChainsTakeLinearWork) {
  const auto work = [](NodeId count, bool slices) {
    std::vector<Value> values(count);
    for (NodeId at = 0; at < count; ++at) {
      if (slices && at + 1 < count) values[at].others = {at + 1};
      if (!slices) values[at].all = {(at + 1) % count};
    }
    if (!slices) values.push_back({false});
    if (!slices) values[count / 2].all.push_back(count);
    Values asked(values);
    EXPECT_EQ(asked.ask(0), Answer::kNo);
    return asked.work();
  };
  EXPECT_LT(work(4000, false), 5 * work(1000, false));
  EXPECT_LT(work(4000, true), 5 * work(1000, true));
}

// Each time it is told no, it asks for another one.
TEST(ConformityAnswers, WhatTakesTooManyLooksIsUndecided) {
  NodeId looks = 0;
  Conformity* asked = nullptr;
  Conformity conformity([&](NodeId node, const profiles::Profile*) -> Conformity::Judged {
    if (node > 1) return {Answer::kNo, 1};
    if (node == 0) return {asked->ask(1, nullptr), 1};
    asked->ask(2 + looks++, nullptr);
    return {Answer::kYes, 1000};
  });
  asked = &conformity;
  EXPECT_EQ(conformity.ask(0, nullptr), Answer::kUndecided);
  EXPECT_EQ(conformity.ask(1, nullptr), Answer::kUndecided);
  EXPECT_EQ(conformity.ask(2, nullptr), Answer::kNo) << "which is sure";
  EXPECT_EQ(looks, 209u) << "and nothing is looked at for good";
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
