// Where extensions may stand beyond a path: StructureDefinition.contextInvariant, and contexts that
// are expressions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The errors about places of extensions: where.
std::vector<std::string> places(const Definitions& definitions, const std::string& document) {
  Validator validator(definitions, {});
  validator.judge(document);
  std::vector<std::string> found;
  for (const Issue& issue : validator.issues()) {
    if (issue.rule->id == "extension-context") found.push_back(issue.expression);
  }
  return found;
}

std::string item(const std::string& members, const std::string& extension) {
  return R"({"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1",)" + members +
         R"(,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-)" +
         extension + "}]}]}";
}

TEST(ExtensionContext, UnitsAreForQuestionsThatAskForAQuantity) {
  const auto shipped = Definitions::shipped();
  const std::string units = R"(unitValueSet","valueCanonical":"http://test.org/units")";
  EXPECT_THAT(places(*shipped, item(R"("type":"quantity")", units)), IsEmpty());
  EXPECT_THAT(places(*shipped, item(R"("type":"string")", units)),
              ElementsAre("Questionnaire.item[0]"));
}

TEST(ExtensionContext, ARuleThatSaysNothingIsNotKept) {
  const auto shipped = Definitions::shipped();
  const std::string least = R"(minOccurs","valueInteger":2)";
  EXPECT_THAT(places(*shipped, item(R"("type":"string","required":true)", least)), IsEmpty());
  EXPECT_THAT(places(*shipped, item(R"("type":"string")", least)),
              ElementsAre("Questionnaire.item[0]"));
}

TEST(ExtensionContext, AnExpressionSelectsTheElements) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(R"x({"resourceType":"StructureDefinition",
    "url":"http://test.org/official","name":"Official","status":"draft","fhirVersion":"4.0.1",
    "kind":"complex-type","abstract":false,"type":"Extension","derivation":"constraint",
    "context":[{"type":"fhirpath","expression":"Patient.name.where(use = 'official')"}],
    "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension",
    "differential":{"element":[{"id":"Extension.url","path":"Extension.url",
      "fixedUri":"http://test.org/official"}]}})x",
                                          "official.json"));
  const auto patient = [](const std::string& use) {
    return R"({"resourceType":"Patient","name":[{"use":")" + use +
           R"(","family":"A","extension":[{"url":"http://test.org/official","valueCode":"x"}]}]})";
  };
  EXPECT_THAT(places(*definitions, patient("official")), IsEmpty());
  EXPECT_THAT(places(*definitions, patient("old")), ElementsAre("Patient.name[0]"));
}

}  // namespace
}  // namespace oncobridge
