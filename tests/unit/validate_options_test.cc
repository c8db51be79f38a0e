// `oncobridge validate`: definitions that somebody adds, and the options of the judge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/archive.h"
#include "tests/support/sandbox_fixture.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::CommandResult;
using test::run_command;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kBorn =
    R"({"resourceType":"StructureDefinition","id":"born","url":"http://x.org/StructureDefinition/born",)"
    R"("version":"1.0.0","name":"Born","status":"active","fhirVersion":"4.0.1","kind":"resource",)"
    R"("abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",)"
    R"("derivation":"constraint","differential":{"element":[)"
    R"({"id":"Patient.birthDate","path":"Patient.birthDate","min":1}]}})";

class ValidateOptions : public testing::Test {
 protected:
  // The one line of the NDJSON report.
  json verdict(const std::string& file, std::vector<std::string> options) {
    options.insert(options.begin(), {"validate", file, "--format", "ndjson"});
    const CommandResult result = run_command(options);
    EXPECT_TRUE(json::accept(result.out)) << result.out << result.error;
    return json::accept(result.out) ? json::parse(result.out) : json::object();
  }
  bool is_valid(const std::string& file, const std::vector<std::string>& options = {}) {
    return verdict(file, options)["valid"] == true;
  }

  TemporaryFolder folder_;
  const std::string unborn_ = folder_.file("a.json", R"({"resourceType":"Patient","id":"a"})");
  const std::string born_ =
      folder_.file("b.json", R"({"resourceType":"Patient","id":"b","birthDate":"1970"})");
};

TEST_F(ValidateOptions, AProfileOfAPackageOrAFileIsJudged) {
  const std::string package = "cache/x.test#1.0.0/package/";
  fs::create_directories(folder_.path(package));
  folder_.file(
      package + "package.json",
      R"({"name":"x.test","version":"1.0.0","dependencies":{"hl7.fhir.r4.core":"4.0.1"}})");
  folder_.file(package + "StructureDefinition-born.json", kBorn);
  const std::vector<std::vector<std::string>> sources = {
      {"--package", "x.test#1.0.0", "--package-cache", folder_.path("cache")},
      {"--definitions", folder_.path(package)},
      {"--definitions", folder_.path(package + "StructureDefinition-born.json")}};
  for (auto options : sources) {
    EXPECT_TRUE(is_valid(unborn_, options)) << "nobody asked for the profile";
    options.insert(options.end(), {"--profile", "born"});
    EXPECT_TRUE(is_valid(born_, options)) << options[1];
    const json line = verdict(unborn_, options);
    EXPECT_EQ(line["valid"], false) << options[1];
    EXPECT_EQ(line["issues"][0]["rule"], "cardinality-min");
    EXPECT_EQ(line["issues"][0]["profile"], "http://x.org/StructureDefinition/born|1.0.0");
  }
}

TEST_F(ValidateOptions, AGzipOfOneDefinitionIsNoArchive) {
  const std::string packed = folder_.file("born.json.gz", test::gzip(kBorn));
  EXPECT_TRUE(is_valid(born_, {"--definitions", packed, "--profile", "born"}));
  EXPECT_FALSE(is_valid(unborn_, {"--definitions", packed, "--profile", "born"}));
}

TEST_F(ValidateOptions, AValueThatNobodyUnderstandsIsNamedWithItsFile) {
  std::string text = kBorn;
  text.replace(text.find("\"min\":1"), 7, "\"min\":99999999999");
  const std::string file = folder_.file("odd.json", text);
  const auto unused = run_command({"validate", born_, "--definitions", file});
  EXPECT_EQ(unused.exit_code, 0) << unused.error;
  EXPECT_THAT(unused.error, HasSubstr(file + ":1: Patient.birthDate: min `99999999999` is not a "));
  const auto used = run_command({"validate", born_, "--definitions", file, "--profile", "born"});
  EXPECT_EQ(used.exit_code, 2) << used.error;
}

// With a definition that cannot be read in a package, what asks for it passed as valid.
TEST_F(ValidateOptions, ABrokenDefinitionOfAPackageIsToldAndDecidesWhereItIsNeeded) {
  const std::string package = "cache/x.test#1.0.0/package/";
  fs::create_directories(folder_.path(package));
  folder_.file(package + "package.json", R"({"name":"x.test","version":"1.0.0"})");
  const std::string text = kBorn;
  folder_.file(package + "ValueSet-odd.json", "{");
  folder_.file(
      package + "use.json",
      R"({"resourceType":"StructureDefinition","kind":"resource",)"
      R"("url":"http://x.org/use","name":"U","status":"active","abstract":false,"type":"Patient",)"
      R"("baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",)"
      R"("derivation":"constraint","differential":{"element":[{"id":"Patient.maritalStatus",)"
      R"("path":"Patient.maritalStatus","binding":{"strength":"required",)"
      R"("valueSet":"http://x.org/ValueSet/odd"}}]}})");
  const std::string broken =
      folder_.file(package + "born.json", text.substr(0, text.find("\"kind\"")));
  const std::vector<std::string> options = {"--package", "x.test#1.0.0", "--package-cache",
                                            folder_.path("cache")};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "validate");
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_command(arguments);
  };
  const auto unused = run({born_});
  EXPECT_EQ(unused.exit_code, 0) << unused.error;
  EXPECT_THAT(unused.error, HasSubstr(broken + ":1:"));
  const auto claimed = run({folder_.file(
      "c.json", R"({"resourceType":"Patient","id":"c","birthDate":"1970","meta":{"profile":)"
                R"(["http://x.org/StructureDefinition/born"]}})")});
  EXPECT_EQ(claimed.exit_code, 2) << claimed.error;
  EXPECT_THAT(claimed.out, HasSubstr("its file cannot be read: " + broken));
  EXPECT_THAT(claimed.out, HasSubstr("[profile-broken]"));
  const auto carried = run(
      {folder_.file("e.json", R"({"resourceType":"Patient","id":"e","extension":[{"url":)"
                              R"("http://x.org/StructureDefinition/born","valueCode":"a"}]})")});
  EXPECT_EQ(carried.exit_code, 2) << carried.out;
  const auto bound = run(
      {folder_.file("v.json",
                    R"({"resourceType":"Patient","id":"v","maritalStatus":{"coding":[{"system":)"
                    R"("http://x.org/s","code":"a"}]}})"),
       "--profile", "http://x.org/use"});
  EXPECT_EQ(bound.exit_code, 2) << bound.out;
  EXPECT_THAT(bound.error, HasSubstr("ValueSet/odd is needed and cannot be read: "));
  const auto asked = run({born_, "--profile", "http://x.org/StructureDefinition/born"});
  EXPECT_EQ(asked.exit_code, 2) << asked.error;
  EXPECT_THAT(asked.error, HasSubstr("its file cannot be read: " + broken));
}

TEST_F(ValidateOptions, AFolderWithoutADefinitionIsRefused) {
  fs::create_directories(folder_.path("patients"));
  folder_.file("patients/a.json", R"({"resourceType":"Patient"})");
  const auto result = run_command({"validate", born_, "--definitions", folder_.path("patients")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("patients holds no definition"));
}

TEST_F(ValidateOptions, AMissingDependencyOfAPackageIsNamed) {
  fs::create_directories(folder_.path("cache/x.test#1.0.0/package"));
  folder_.file("cache/x.test#1.0.0/package/package.json",
               R"({"name":"x.test","version":"1.0.0","dependencies":{"y.gone":"2.0.0"}})");
  const auto result = run_command(
      {"validate", born_, "--package", "x.test#1.0.0", "--package-cache", folder_.path("cache")});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.error, HasSubstr("x.test#1.0.0 depends on y.gone#2.0.0, which is not here"));
}

TEST_F(ValidateOptions, AMissingProfileIsNamedWithTheProfileThatAsksForIt) {
  std::string text = kBorn;
  text.replace(text.find("\"min\":1"), 7,
               R"("type":[{"code":"date","profile":["http://x.org/StructureDefinition/gone"]}])");
  const std::string file = folder_.file("asks.json", text);
  const json line = verdict(born_, {"--definitions", file, "--profile", "born"});
  ASSERT_EQ(line["issues"].size(), 1u) << line;
  EXPECT_EQ(line["issues"][0]["rule"], "profile-unknown");
  EXPECT_EQ(line["issues"][0]["profile"], "http://x.org/StructureDefinition/born|1.0.0");
  EXPECT_THAT(
      line["issues"][0]["text"].get<std::string>(),
      HasSubstr("StructureDefinition/gone, which http://x.org/StructureDefinition/born asks "
                "for, is not among the definitions"));
}

TEST_F(ValidateOptions, AProfileForABundleIsForItsResources) {
  const std::string definition = folder_.file("born.json", kBorn);
  const std::string bundle = folder_.file(
      "bundle.json",
      R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":)"
      R"("http://x.org/fhir/Patient/a","resource":{"resourceType":"Patient","id":"a"}}]})");
  EXPECT_TRUE(is_valid(bundle, {"--definitions", definition}));
  EXPECT_FALSE(is_valid(bundle, {"--definitions", definition, "--bundle-profile", "Patient=Born"}));
  EXPECT_TRUE(
      is_valid(bundle, {"--definitions", definition, "--bundle-profile",
                        "Observation=http://hl7.org/fhir/StructureDefinition/Observation"}));
}

TEST_F(ValidateOptions, AProfileThatIsAskedForAndWhoseBaseIsNotAtHandCouldNotBeJudged) {
  std::string orphan = kBorn;
  orphan.replace(orphan.find("StructureDefinition/Patient"), 27, "StructureDefinition/Nowhere");
  const std::string definition = folder_.file("orphan.json", orphan);
  EXPECT_EQ(run_command({"validate", born_, "--definitions", definition}).exit_code, 0);
  for (const char* option : {"--profile", "--bundle-profile"}) {
    const auto result =
        run_command({"validate", born_, "--definitions", definition, option, "born"});
    EXPECT_EQ(result.exit_code, 2) << option;
    EXPECT_THAT(result.error, AllOf(HasSubstr("StructureDefinition/born"), HasSubstr("Nowhere")));
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(ValidateOptions, AProfileForABundleIsForAKnownType) {
  for (const char* named : {"Patien=mcode-cancer-patient", "patient=mcode-cancer-patient",
                            "=http://hl7.org/fhir/StructureDefinition/Patient", "Quantity=Patient",
                            "Resource=Patient", "Patient=", "Patient=no-such-profile"}) {
    const auto result = run_command({"validate", born_, "--bundle-profile", named});
    EXPECT_EQ(result.exit_code, 2) << named;
    EXPECT_THAT(result.error, HasSubstr("oncobridge validate: ")) << named;
    EXPECT_EQ(result.out, "") << named;
  }
  for (const char* named : {"Patient=mcode-cancer-patient", "mcode-cancer-patient",
                            "Patient=http://hl7.org/fhir/StructureDefinition/Patient"}) {
    EXPECT_EQ(run_command({"validate", born_, "--bundle-profile", named}).exit_code, 0) << named;
  }
}

TEST_F(ValidateOptions, DefinitionsThatCannotBeReadAreNamedAndNothingIsJudged) {
  const std::string no_archive = folder_.file("bad.tgz", "x");
  const std::string no_text = folder_.file("bin.json", "\xff\xfe");
  for (const std::string& file :
       {no_archive, no_text, folder_.file("x.json", "x"), folder_.file("empty.tgz", "")}) {
    const auto result = run_command({"validate", born_, "--definitions", file});
    EXPECT_EQ(result.exit_code, 2) << file;
    EXPECT_THAT(result.error, HasSubstr(file));
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(ValidateOptions, AFolderOfDefinitionsNamesEveryFileThatCannotBeRead) {
  fs::create_directories(folder_.path("defs/deep"));
  folder_.file("defs/born.json", kBorn);
  EXPECT_TRUE(is_valid(born_, {"--definitions", folder_.path("defs")}));
  folder_.file("defs/deep/cut.json", R"({"resourceType":"StructureDefinition")");
  folder_.file("defs/bin.json", "\xff\xfe");
  const auto result = run_command({"validate", born_, "--definitions", folder_.path("defs")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.error,
              AllOf(HasSubstr("defs/deep/cut.json:1:"), HasSubstr("defs/bin.json:1:1: "),
                    HasSubstr("2 files cannot be read")));
}

TEST_F(ValidateOptions, TheReportStandsInNoFolderThatIsRead) {
  fs::create_directories(folder_.path("in/deep"));
  fs::create_directories(folder_.path("defs"));
  fs::rename(born_, folder_.path("in/b.json"));
  folder_.file("defs/born.json", kBorn);
  const auto judge = [&](const std::string& output) {
    return run_command({"validate", folder_.path("in"), "--definitions", folder_.path("defs"),
                        "--output", folder_.path(output)});
  };
  for (const char* output : {"in/report.json", "in/deep/report.ndjson", "in/../in/report.xml",
                             "in/report.json.gz", "defs/report.json"}) {
    const auto refused = judge(output);
    EXPECT_EQ(refused.exit_code, 2) << output;
    EXPECT_THAT(refused.error, HasSubstr("in no folder that is read")) << output;
    EXPECT_FALSE(fs::exists(folder_.path(output))) << output;
  }
  for (const char* output : {"report.json", "in/report.txt", "in-2.json"}) {
    EXPECT_EQ(judge(output).exit_code, 0) << output;
  }
}

TEST_F(ValidateOptions, AQuestionnaireAmongTheDefinitionsIsWhatResponsesAreHeldAgainst) {
  const std::string questionnaire = folder_.file(
      "q.json", R"({"resourceType":"Questionnaire","url":"http://x.org/Questionnaire/q","status":)"
                R"("active","item":[{"linkId":"1","type":"string","required":true}]})");
  const std::string response =
      folder_.file("r.json", R"({"resourceType":"QuestionnaireResponse","questionnaire":)"
                             R"("http://x.org/Questionnaire/q","status":"completed"})");
  EXPECT_TRUE(is_valid(response));
  const json line = verdict(response, {"--definitions", questionnaire});
  EXPECT_EQ(line["valid"], false);
  EXPECT_EQ(line["issues"][0]["rule"], "questionnaire-required");
}

TEST_F(ValidateOptions, XmlGetsTheVerdictOfItsJson) {
  const std::string wrong = folder_.file(
      "w.json", R"({"resourceType":"Patient","id":"w","active":true,"birthDate":"1970-13"})");
  for (const std::string& file : {born_, wrong}) {
    const std::string xml = folder_.path("x.xml");
    ASSERT_EQ(run_command({"format", file, "--to", "xml", "--pretty", "--out", xml}).exit_code, 0);
    const json expected = verdict(file, {}), found = verdict(xml, {});
    EXPECT_EQ(found["resource"], expected["resource"]);
    EXPECT_EQ(found["valid"], expected["valid"]);
    ASSERT_EQ(found["issues"].size(), expected["issues"].size());
    for (std::size_t i = 0; i < found["issues"].size(); ++i) {
      EXPECT_EQ(found["issues"][i]["rule"], expected["issues"][i]["rule"]);
      EXPECT_EQ(found["issues"][i]["expression"], expected["issues"][i]["expression"]);
      EXPECT_EQ(found["issues"][i]["line"], 5) << "of the XML file";
    }
  }
}

TEST_F(ValidateOptions, StrictnessIsAChoice) {
  const std::string file = folder_.file(
      "s.json",
      R"({"resourceType":"Patient","id":"s","maritalStatus":{"coding":[{"system":)"
      R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"exam"}]}})");
  EXPECT_TRUE(is_valid(file));
  EXPECT_FALSE(is_valid(file, {"--strict"}));
  EXPECT_GT(verdict(born_, {"--best-practice"})["warnings"], 0) << "dom-6: a narrative";
}

TEST_F(ValidateOptions, ADeepDocumentIsNotJudgedAndEndsNothing) {
  std::string deep = R"({"resourceType":"Patient","id":"d")";
  for (int i = 0; i < 100'000; ++i) deep += R"(,"extension":[{"url":"http://x")";
  const json line = verdict(folder_.file("deep.json", deep), {});
  EXPECT_EQ(line["issues"][0]["rule"], "limit-depth");
  const json deeper = verdict(folder_.path("deep.json"), {"--max-depth", "10000"});
  EXPECT_EQ(deeper["issues"][0]["rule"], "limit-depth");
}

// The stack ended before the depth that the help text allows, also on the thread of a worker.
TEST_F(ValidateOptions, ResourcesWithinResourcesAreJudgedDownToTheDeepestLevel) {
  const std::pair<std::string, std::string> nestings[] = {
      {R"({"resourceType":"Basic","code":{"text":"x"},"contained":[)", "]}"},
      {R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)", "}]}"},
      {R"({"resourceType":"Parameters","parameter":[{"name":"x","resource":)", "}]}"}};
  for (const auto& [open, close] : nestings) {
    const int levels = close == "]}" ? 9'900 : 4'900;
    std::string deep;
    for (int i = 0; i < levels; ++i) deep += open;
    deep += R"({"resourceType":"Basic","code":{"text":"x"}})";
    for (int i = 0; i < levels; ++i) deep += close;
    const std::string file = folder_.file("deep.json", deep);
    for (const char* threads : {"1", "2"}) {
      const auto result = test::run_command(
          {"validate", file, "--format", "ndjson", "--max-depth", "10000", "--threads", threads});
      EXPECT_LE(result.exit_code, 1) << open << threads << result.error;
    }
    const auto shallow = test::run_command({"validate", file});
    EXPECT_THAT(shallow.out, testing::HasSubstr("[limit-depth]"));
  }
}

}  // namespace
}  // namespace oncobridge
