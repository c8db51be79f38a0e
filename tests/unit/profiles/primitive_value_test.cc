// Demands on the `value` of a primitive: in a resource both are one. They were passed over, or
// counted as an element that is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The rules that an observation breaks whose profile says this of Observation.code.text.value.
std::vector<std::string> broken_by(const std::string& facts, const std::string& text) {
  const auto definitions = Definitions::shipped();
  EXPECT_TRUE(definitions->add_definition(
      R"({"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P",
      "status":"draft","kind":"resource","abstract":false,"type":"Observation",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation",
      "derivation":"constraint","differential":{"element":[
      {"id":"Observation.code.text.value","path":"Observation.code.text.value",)" +
          facts + "}]}}",
      "p.json"));
  ValidatorOptions options;
  options.profiles = {"http://example.org/p"};
  options.level = Severity::kError;
  Validator validator(*definitions, options);
  validator.judge(R"({"resourceType":"Observation","status":"final","code":{)" + text + "}}");
  std::vector<std::string> rules;
  for (const Issue& issue : validator.issues()) rules.emplace_back(issue.rule->id);
  return rules;
}

TEST(PrimitiveValue, AFixedOrPatternValueIsHeld) {
  EXPECT_THAT(broken_by(R"("fixedString":"Hb")", R"("text":"Hb")"), IsEmpty());
  EXPECT_THAT(broken_by(R"("fixedString":"Hb")", R"("text":"Hct")"), ElementsAre("fixed-value"));
  EXPECT_THAT(broken_by(R"("patternString":"Hb")", R"("text":"Hct")"),
              ElementsAre("pattern-value"));
  EXPECT_THAT(broken_by(R"("maxLength":2)", R"("text":"Hct")"), ElementsAre("max-length"));
}

TEST(PrimitiveValue, ARegularExpressionIsHeld) {
  const std::string regex =
      R"("type":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/regex",
      "valueString":"H[a-z]+"}],"code":"http://hl7.org/fhirpath/System.String"}])";
  EXPECT_THAT(broken_by(regex, R"("text":"Hct")"), IsEmpty());
  EXPECT_THAT(broken_by(regex, R"("text":"K")"), ElementsAre("primitive-regex"));
}

TEST(PrimitiveValue, AValueThatMustBeThereIsNoMissingElement) {
  const std::string reason =
      R"("_text":{"extension":[{"valueCode":"unknown",
      "url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason"}]})";
  EXPECT_THAT(broken_by(R"("min":1)", R"("text":"Hb")"), IsEmpty());
  EXPECT_THAT(broken_by(R"("min":1)", reason), ElementsAre("invariant"));
  EXPECT_THAT(broken_by(R"("max":"0")", reason), IsEmpty());
  EXPECT_THAT(broken_by(R"("max":"0")", R"("text":"Hb")"), ElementsAre("invariant"));
}

}  // namespace
}  // namespace oncobridge
