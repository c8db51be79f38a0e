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

// A profile of Patient with one element, whose facts are `facts`.
std::string profile_with(const std::string& facts, const std::string& head = "") {
  return R"({"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P",
      "status":"draft","abstract":false,)" +
         (head.empty() ? R"("kind":"resource","derivation":"constraint","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")"
                       : head) +
         R"(,"differential":{"element":[{"id":"Patient.name","path":"Patient.name",)" + facts +
         "}]}}";
}

struct Odd {
  std::string profile;
  std::string named;
  bool usable;
};

// Numbers and words that nobody understands were taken for 0, open or example without a word.
TEST(BrokenProfile, AValueThatIsNotUnderstoodIsNamedAndDecidesNothing) {
  const std::string kind = R"("kind":"resorce","derivation":"constraint","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")";
  const std::string derivation = R"("kind":"resource","derivation":"constrained","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")";
  const Odd odd[] = {
      {profile_with(R"("min":99999999999)"), "Patient.name: min `99999999999` is not", false},
      {profile_with(R"("max":"abc")"), "Patient.name: max `abc` is not", false},
      {profile_with(R"("slicing":{"rules":"opened"})"), "Patient.name: slicing.rules `opened`",
       false},
      {profile_with(R"("slicing":{"rules":"open","discriminator":[{"type":"size","path":"use"}]})"),
       "slicing.discriminator.type `size`", true},
      {profile_with(R"("binding":{"strength":"strong","valueSet":"http://example.org/v"})"),
       "binding.strength `strong`", true},
      {profile_with(R"("min":1)", kind), "kind `resorce`", false},
      {profile_with(R"("min":1)", derivation), "derivation `constrained`", false},
  };
  for (const Odd& each : odd) {
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(each.profile, "p.json"));
    ASSERT_EQ(definitions->doubts().size(), 1u) << each.named;
    const Fault& doubt = definitions->doubts()[0];
    EXPECT_EQ(doubt.rule, "definition-value");
    EXPECT_EQ(doubt.place.path, "p.json");
    EXPECT_NE(doubt.message.find(each.named), std::string::npos) << doubt.message;
    EXPECT_EQ(definitions->check_profile("http://example.org/p").has_value(), each.usable)
        << each.named;
  }
}

TEST(BrokenProfile, OneWhoseTypeIsNotThatOfItsBaseIsNotUsed) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(
      profile_with(R"("min":1)", R"("kind":"resource","derivation":"constraint","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Practitioner")"),
      "p.json"));
  const auto usable = definitions->check_profile("http://example.org/p");
  ASSERT_FALSE(usable);
  EXPECT_NE(usable.error().message.find("constrains Patient, its base definition"),
            std::string::npos)
      << usable.error().message;
  Validator validator(*definitions);
  EXPECT_EQ(validator
                .judge(R"({"resourceType":"Patient","active":true,
      "meta":{"profile":["http://example.org/p"]}})")
                .fatal,
            1u);
}

}  // namespace
}  // namespace oncobridge
