// `oncobridge definitions`: what is shown of a definition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/sandbox_fixture.h"

namespace oncobridge {
namespace {

using test::run_command;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(DefinitionsCommand, AProfileThatOnlySaysWhatItChangesIsShownWithAllThatItInherits) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("born.json", R"({"resourceType":"StructureDefinition",
      "url":"http://x.org/born","name":"Born","status":"active","kind":"resource",
      "abstract":false,"type":"Patient","derivation":"constraint",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
      "differential":{"element":[{"id":"Patient.birthDate","path":"Patient.birthDate","min":1}]}})");
  const auto result = run_command({"definitions", "show", "Born", "--definitions", file});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, AllOf(HasSubstr("\n  Patient.birthDate 1..1 date "),
                                HasSubstr("\n  Patient.gender 0..1 code binding=required:"),
                                Not(HasSubstr("+differential"))));
}

TEST(DefinitionsCommand, TheNotationIsExplained) {
  EXPECT_THAT(run_command({"definitions", "show", "--help"}).out,
              AllOf(HasSubstr("slicing=open by=value:system"), HasSubstr("+mustSupport")));
}

}  // namespace
}  // namespace oncobridge
