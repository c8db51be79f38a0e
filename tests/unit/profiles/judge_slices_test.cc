// Slicing: which slice an item belongs to, where the profile states it, and what is said of the
// rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JudgeSlices : public testing::Test {
 protected:
  void SetUp() override { definitions_ = Definitions::shipped(); }

  // A profile of Observation that slices `path` by one discriminator; the slices have the elements.
  void define(const std::string& path, const std::string& discriminator,
              const std::string& elements, const std::string& rules = "closed") {
    ASSERT_TRUE(definitions_->add_definition(
        R"({"resourceType":"StructureDefinition","url":"http://t.org/p","name":"P",
            "status":"draft","kind":"resource","abstract":false,"type":"Observation",
            "derivation":"constraint",
            "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation",
            "differential":{"element":[{"id":"Observation","path":"Observation"},{"id":")" +
            path + R"(","path":")" + path + R"(","slicing":{"discriminator":[)" + discriminator +
            R"(],"rules":")" + rules + R"("}},)" + elements + "]}}",
        "test"));
  }
  void define_value_set(const std::string& code) {
    ASSERT_TRUE(definitions_->add_definition(
        R"({"resourceType":"ValueSet","url":"http://t.org/v","status":"draft","compose":
            {"include":[{"system":"http://t.org/c","concept":[{"code":")" +
            code + R"("}]}]}})",
        "test"));
  }
  static std::string discriminator(const std::string& type, const std::string& path) {
    return R"({"type":")" + type + R"(","path":")" + path + R"("})";
  }
  static std::string element(const std::string& id, const std::string& facts) {
    std::string path = id;
    std::string name;
    if (const std::size_t colon = id.find(':'); colon != std::string::npos) {
      const std::size_t end = std::min(id.find('.', colon), id.size());
      if (end == id.size()) name = R"(,"sliceName":")" + id.substr(colon + 1) + R"(")";
      path.erase(colon, end - colon);
    }
    return R"({"id":")" + id + R"(","path":")" + path + R"(")" + name + facts + "}";
  }
  static std::string quantity_component(const std::string& code) {
    return R"({"code":{"text":"c"},"valueQuantity":{"value":1,"unit":"u","system":)"
           R"("http://unitsofmeasure.org","code":")" +
           code + R"("}})";
  }

  // `rule text` of what is said of slices.
  std::vector<std::string> found(const std::string& components) {
    ValidatorOptions options;
    options.profiles = {"http://t.org/p"};
    Validator validator(*definitions_, options);
    validator.judge(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},)" +
                    components + "}");
    std::vector<std::string> found;
    for (const Issue& issue : validator.issues()) {
      if (issue.profile != "http://t.org/p" && !issue.rule->id.starts_with("slice")) continue;
      found.push_back(std::string(issue.rule->id) + " " + issue.expression + " " + issue.text);
    }
    return found;
  }

  std::unique_ptr<Definitions> definitions_;
};

TEST_F(JudgeSlices, AValueIsStatedByThePatternOfTheElementAround) {
  define("Observation.component", discriminator("value", "value.code"),
         element("Observation.component:mass", R"(,"max":"1")") + "," +
             element("Observation.component:mass.value[x]",
                     R"(,"type":[{"code":"Quantity"}],"patternQuantity":
                        {"system":"http://unitsofmeasure.org","code":"mg"})"));
  EXPECT_THAT(found(R"("component":[)" + quantity_component("mg") + "]"), IsEmpty());
  EXPECT_THAT(found(R"("component":[)" + quantity_component("mL") + "]"),
              ElementsAre(testing::AllOf(HasSubstr("slice-closed Observation.component[0]"),
                                         HasSubstr(R"(not mass (value.code has not "mg"))"))));
  EXPECT_THAT(
      found(R"("component":[)" + quantity_component("mg") + "," + quantity_component("mg") + "]"),
      ElementsAre(HasSubstr("component:mass: at most 1 allowed, 2 found")));
}

TEST_F(JudgeSlices, AValueIsStatedFurtherUp) {
  define("Observation.component", discriminator("value", "code.coding.code"),
         element("Observation.component:er", R"(,"max":"1")") + "," +
             element("Observation.component:er.code", R"(,"fixedCodeableConcept":{"coding":[
                        {"system":"http://t.org/c","code":"er"}]})"));
  const auto component = [](const std::string& code) {
    return R"("component":[{"code":{"coding":[{"system":"http://t.org/c","code":")" + code +
           R"("}]}}])";
  };
  EXPECT_THAT(found(component("er")), IsEmpty());
  EXPECT_THAT(found(component("pr")), ElementsAre(HasSubstr(R"((code.coding.code is not "er"))")));
}

TEST_F(JudgeSlices, AValueIsStatedByTheBindingOfTheElementAround) {
  define_value_set("er");
  define("Observation.component", discriminator("value", "code.coding.code"),
         element("Observation.component:er", R"(,"max":"1")") + "," +
             element("Observation.component:er.code",
                     R"(,"binding":{"strength":"required","valueSet":"http://t.org/v"})"));
  const auto component = [](const std::string& code) {
    return R"("component":[{"code":{"coding":[{"system":"http://t.org/c","code":")" + code +
           R"("}]}}])";
  };
  EXPECT_THAT(found(component("er")), IsEmpty());
  EXPECT_THAT(found(component("pr")),
              ElementsAre(HasSubstr("(code.coding.code is not in http://t.org/v)")));
}

TEST_F(JudgeSlices, WhatTheProfileLeavesOpenIsNotChecked) {
  define("Observation.component", discriminator("value", "code"),
         element("Observation.component:er", R"(,"min":1,"max":"1")"));
  EXPECT_THAT(
      found(R"("component":[{"code":{"text":"x"}}])"),
      ElementsAre(testing::AllOf(HasSubstr("slice-not-checked Observation.component[0]"),
                                 HasSubstr("slice er states nothing at its discriminator"))));
}

TEST_F(JudgeSlices, WhyAnItemFitsNoSliceIsToldForEveryDiscriminator) {
  define("Observation.component", discriminator("type", "value"),
         element("Observation.component:text", "") + "," +
             element("Observation.component:text.value[x]", R"(,"type":[{"code":"string"}])"));
  EXPECT_THAT(found(R"("component":[)" + quantity_component("mg") + "]"),
              ElementsAre(HasSubstr("not text (value is not of type string)")));
}

TEST_F(JudgeSlices, WhyAnItemFitsNoSliceIsToldForExistence) {
  define("Observation.component", discriminator("exists", "dataAbsentReason"),
         element("Observation.component:asked", "") + "," +
             element("Observation.component:asked.dataAbsentReason", R"(,"min":1)"));
  EXPECT_THAT(found(R"("component":[)" + quantity_component("mg") + "]"),
              ElementsAre(HasSubstr("not asked (dataAbsentReason is missing)")));
}

TEST_F(JudgeSlices, WhyAnItemFitsNoSliceIsToldForProfiles) {
  define("Observation.contained", discriminator("profile", "$this"),
         element("Observation.contained:patient",
                 R"(,"type":[{"code":"Patient","profile":[
                    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]}])"));
  EXPECT_THAT(
      found(R"("contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"})"),
      Contains(HasSubstr("not patient ($this does not conform to "
                         "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient)")));
}

// The comparator that a quantity may have kept every quantity without one out of the slice.
TEST_F(JudgeSlices, WhatLiesBelowDecidesWithoutOptionalCodes) {
  define("Observation.component", discriminator("value", "value"),
         element("Observation.component:mass", "") + "," +
             element("Observation.component:mass.value[x]", R"(,"type":[{"code":"Quantity"}])") +
             "," + element("Observation.component:mass.value[x].code", R"(,"fixedCode":"mg")"));
  EXPECT_THAT(found(R"("component":[)" + quantity_component("mg") + "]"), IsEmpty());
  EXPECT_THAT(found(R"("component":[)" + quantity_component("mL") + "]"),
              ElementsAre(HasSubstr(R"(not mass (value is not as stated: code is not "mg"))")));
}

// An item that has found its slice says nothing of one that cannot be told: that its minimum was
// not asked for is told.
TEST_F(JudgeSlices, AMinimumThatCannotBeAskedForIsTold) {
  define("Observation.component", discriminator("pattern", "code"),
         element("Observation.component:a", R"(,"max":"1")") + "," +
             element("Observation.component:a.code", R"(,"patternCodeableConcept":{"text":"a"})") +
             "," + element("Observation.component:b", R"(,"min":1,"max":"1")"));
  EXPECT_THAT(found(R"("component":[{"code":{"text":"a"},"valueString":"x"}])"),
              ElementsAre(HasSubstr("slice-not-checked Observation whether the slice b")));
}

// One whose minimum can be asked for is missing, whatever another states.
TEST_F(JudgeSlices, AnItemOfAnotherSliceDoesNotHideAMissingOne) {
  define("Observation.component", discriminator("pattern", "code"),
         element("Observation.component:a", R"(,"min":1,"max":"1")") + "," +
             element("Observation.component:a.code", R"(,"patternCodeableConcept":{"text":"a"})") +
             "," + element("Observation.component:b", R"(,"min":1,"max":"1")") + "," +
             element("Observation.component:b.code", R"(,"patternCodeableConcept":{"text":"b"})"));
  EXPECT_THAT(found(R"("component":[{"code":{"text":"a"},"valueString":"x"}])"),
              Contains(HasSubstr("component:b: at least 1 needed")));
}

}  // namespace
}  // namespace oncobridge
