// A profile that cannot be compiled was named for the first document of a worker only, and every
// later one that claimed it passed as valid.
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

TEST(BrokenProfile, IsNamedForEveryDocumentThatClaimsIt) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(R"({"resourceType":"StructureDefinition",
      "url":"http://example.org/p","name":"P","status":"draft","kind":"resource","abstract":false,
      "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
      "derivation":"constraint","differential":{"element":[
        {"id":"Patient.nowhere","path":"Patient.nowhere","min":1}]}})",
                                          "p"));
  Validator validator(*definitions);
  const std::string patient =
      R"({"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"active":true})";
  for (int document = 0; document < 3; ++document) {
    EXPECT_EQ(validator.decide(patient).fatal, 1u) << document;
    EXPECT_FALSE(validator.judge(patient).valid()) << document;
  }
}

}  // namespace
}  // namespace oncobridge
