// `oncobridge fhirpath`: what an expression finds in files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/sandbox_fixture.h"
#include "tools/commands.h"

namespace oncobridge {
namespace {

using test::CommandResult;
using test::run_command;
using testing::HasSubstr;

CommandResult fhirpath(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), "fhirpath");
  return run_command(arguments, input);
}

constexpr const char* kObservation =
    "{\"resourceType\":\"Observation\",\"status\":\"final\",\n"
    " \"code\":{\"text\":\"a\"},\"valueQuantity\":{\"value\":1.50,\"unit\":\"mg\"},\n"
    " \"subject\":{\"reference\":\"#p\"},\"contained\":[{\"resourceType\":\"Patient\","
    "\"id\":\"p\",\"gender\":\"female\"}]}";

TEST(FhirPathCommand, PrintsTypeAndValueOfEachItem) {
  const auto result = fhirpath({"status | value.value | value.exists() | code", "-"}, kObservation);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(
      result.out,
      "code\tfinal\ndecimal\t1.50\nSystem.Boolean\ttrue\nCodeableConcept\t{\"text\":\"a\"}\n");
}

TEST(FhirPathCommand, ResolvesAndConverts) {
  EXPECT_EQ(fhirpath({"subject.resolve().gender", "-"}, kObservation).out, "code\tfemale\n");
  EXPECT_EQ(fhirpath({"(1 'g' > 999 'mg').toString()", "-"}, kObservation).out,
            "System.String\ttrue\n");
  EXPECT_EQ(fhirpath({"subject.resolve().conformsTo('http://hl7.org/fhir/StructureDefinition/"
                      "Patient')",
                      "-"},
                     kObservation)
                .out,
            "System.Boolean\ttrue\n");
  EXPECT_EQ(fhirpath({"status.memberOf('http://hl7.org/fhir/ValueSet/observation-status')", "-"},
                     kObservation)
                .out,
            "System.Boolean\ttrue\n");
}

// A value set that nobody had was an empty answer without a word.
TEST(FhirPathCommand, MemberOfDecidesWithDefinitionsThatAreGivenAndNamesWhatItCannotDecide) {
  const test::TemporaryFolder folder;
  const std::string set = folder.file("set.json", R"({"resourceType":"ValueSet","status":"active",
      "url":"http://x.org/ended","compose":{"include":[{"concept":[{"code":"final"}],
      "system":"http://hl7.org/fhir/observation-status"}]}})");
  const std::string expression = "status.memberOf('http://x.org/ended')";
  const auto without = fhirpath({expression, "-"}, kObservation);
  EXPECT_EQ(without.out, "");
  EXPECT_THAT(without.error, HasSubstr("memberOf() cannot be decided with what is at hand: "
                                       "http://x.org/ended"));
  const auto with = fhirpath({expression, "-", "--definitions", set}, kObservation);
  EXPECT_EQ(with.out, "System.Boolean\ttrue\n") << with.error;
  EXPECT_EQ(with.error, "");
  EXPECT_EQ(fhirpath({expression, "-", "--definitions", folder.path("gone.json")}, kObservation)
                .exit_code,
            tools::kUsage);
}

TEST(FhirPathCommand, EveryFileOfAFolderIsNamed) {
  const test::TemporaryFolder folder;
  const std::string a = folder.file("a.json", R"({"resourceType":"Patient","birthDate":"1970"})");
  EXPECT_EQ(fhirpath({"birthDate", folder.path()}).out, "date\t1970\n") << "there is one";
  const std::string b = folder.file("b.json", R"({"resourceType":"Patient","birthDate":"1971"})");
  EXPECT_EQ(fhirpath({"birthDate", a, b}).out, a + "\tdate\t1970\n" + b + "\tdate\t1971\n");
  EXPECT_THAT(fhirpath({"birthDate", folder.path()}).out,
              testing::MatchesRegex(".*/a.json\tdate\t1970\n.*/b.json\tdate\t1971\n"));
}

TEST(FhirPathCommand, SaysWhereAnItemStands) {
  const auto result = fhirpath({"value.value", "-", "--json"}, kObservation);
  const auto line = nlohmann::json::parse(result.out);
  EXPECT_EQ(line["location"], "Observation.value.ofType(Quantity).value");
  EXPECT_EQ(line["line"], 2);
  EXPECT_EQ(line["type"], "decimal");
  EXPECT_THAT(result.out, HasSubstr("\"value\":1.50}"));
}

TEST(FhirPathCommand, FaultsHaveTheirPlaceAndExitCode) {
  const auto syntax = fhirpath({"status.", "-"}, kObservation);
  EXPECT_EQ(syntax.exit_code, tools::kUsage);
  EXPECT_THAT(syntax.error, HasSubstr("column 8: a name expected"));
  const auto run = fhirpath({"status + 1", "-"}, kObservation);
  EXPECT_EQ(run.exit_code, tools::kRejected);
  EXPECT_THAT(run.error, HasSubstr("column 8: values of these types"));
  const auto doubt = fhirpath({"Observation.stat", "-"}, kObservation);
  EXPECT_EQ(doubt.exit_code, 0);
  EXPECT_THAT(doubt.error, HasSubstr("warning"));
  EXPECT_THAT(doubt.error, HasSubstr("`stat` is no element of Observation"));
  EXPECT_EQ(fhirpath({"status", "-"}, "{\"resourceType\":").exit_code, tools::kInput);
  EXPECT_EQ(fhirpath({"status", "/no/such/file.json"}).exit_code, tools::kInput);
}

// Of a member that stands twice the first was shown, without a word.
TEST(FhirPathCommand, WhatIsNotQuiteJsonIsRefusedAtItsPlace) {
  const auto comma = fhirpath({"status", "-"}, "{\"resourceType\":\"Observation\",\n}");
  EXPECT_EQ(comma.exit_code, tools::kInput);
  EXPECT_EQ(comma.out, "");
  EXPECT_THAT(comma.error, HasSubstr("<stdin>:1:"));
  const auto twice =
      fhirpath({"id", "-"}, "{\"resourceType\":\"Patient\",\n\"id\":\"a\",\n\"id\":\"b\"}");
  EXPECT_EQ(twice.exit_code, tools::kInput);
  EXPECT_EQ(twice.out, "");
  EXPECT_THAT(twice.error, HasSubstr("<stdin>:3:"));
}

TEST(FhirPathCommand, AByteOrderMarkIsToldAndLeftOut) {
  const auto result =
      fhirpath({"id", "-"}, "\xEF\xBB\xBF{\"resourceType\":\"Patient\",\"id\":\"a\"}");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "id\ta\n");
  EXPECT_THAT(result.error, HasSubstr("<stdin>:1:1: The document begins with a byte-order mark"));
}

TEST(FhirPathCommand, SeveralDocumentsHaveTheirNames) {
  std::string lines;
  for (const char* id : {"a", "b"}) {
    lines += "{\"resourceType\":\"Patient\",\"id\":\"" + std::string(id) + "\"}\n";
  }
  EXPECT_EQ(fhirpath({"id", "-"}, lines).out, "<stdin>:1\tid\ta\n<stdin>:2\tid\tb\n");
}

}  // namespace
}  // namespace oncobridge
