// XML was told that `extension` stands after `url`, which is an attribute, and that a primitive
// with extensions only has the wrong shape.
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

TEST(JudgeXml, AttributesHaveNoOrderAndAPrimitiveMayHaveExtensionsOnly) {
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions);
  const Verdict verdict = validator.judge(
      R"(<Patient xmlns="http://hl7.org/fhir">
        <extension url="http://hl7.org/fhir/StructureDefinition/patient-birthPlace">
          <valueAddress><city value="X"/></valueAddress></extension>
        <birthDate>
          <extension url="http://hl7.org/fhir/StructureDefinition/data-absent-reason">
            <valueCode value="unknown"/></extension></birthDate></Patient>)");
  for (const Issue& issue : validator.issues()) {
    EXPECT_GT(issue.severity, Severity::kError) << issue.expression << ": " << issue.text;
  }
  EXPECT_TRUE(verdict.valid());
  // The order of elements still counts.
  EXPECT_FALSE(validator
                   .judge(R"(<Patient xmlns="http://hl7.org/fhir">
      <birthDate value="1970"/><active value="true"/></Patient>)")
                   .valid());
}

}  // namespace
}  // namespace oncobridge
