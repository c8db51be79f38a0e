// `oncobridge validate` from the outside: inputs, exit codes, the five forms of its report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/sandbox_fixture.h"
#include "tools/commands.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::CommandResult;
using test::read_file;
using test::run_command;
using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr int kValid = 0;
constexpr int kInvalid = 1;
constexpr int kNotJudged = 2;

// On one line. Narrative and other recommendations are not the matter here.
std::string patient(const std::string& id, const std::string& gender = "female") {
  return R"({"resourceType":"Patient","id":")" + id + R"(","gender":")" + gender + "\"}";
}

std::vector<json> json_lines(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

// `resource valid` of each line of an NDJSON report.
std::vector<std::string> verdicts(const std::string& report) {
  std::vector<std::string> found;
  for (const json& line : json_lines(report)) {
    found.push_back(line["resource"].get<std::string>() + (line["valid"] == true ? " +" : " -"));
  }
  return found;
}

// Whether a text is well-formed XML of elements and attributes; the names of its elements.
std::vector<std::string> xml_elements(const std::string& text) {
  std::vector<std::string> open, all;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) return {"not closed"};
    const std::string tag = text.substr(at + 1, end - at - 1);
    if (tag.starts_with("?")) continue;
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return {"wrong end"};
      open.pop_back();
      continue;
    }
    open.push_back(tag.substr(0, tag.find(' ')));
    all.push_back(open.back());
  }
  return open.empty() ? all : std::vector<std::string>{"not ended"};
}

class ValidateCommand : public testing::Test {
 protected:
  CommandResult validate(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "validate");
    return run_command(arguments, input);
  }
  int shell(const std::string& line) {
    const int status = std::system(("cd '" + folder_.path() + "' && " + line).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  TemporaryFolder folder_;
};

// ---- exit codes and the text form

TEST_F(ValidateCommand, AValidResourceIsExitCode0AndASummary) {
  const auto result = validate({folder_.file("a.json", patient("a"))});
  EXPECT_EQ(result.exit_code, kValid);
  EXPECT_THAT(result.out, StartsWith("1 resource: 1 valid, 0 invalid; 0 errors, 0 warnings"));
  EXPECT_THAT(result.error,
              testing::MatchesRegex("[0-9.]+ s, [0-9]+ resources/s, [0-9.]+ MB/s on 1 thread\n"));
  EXPECT_EQ(validate({folder_.path("a.json"), "--quiet"}).error, "");
}

TEST_F(ValidateCommand, AnErrorIsALineThatAPersonCanClick) {
  const std::string file =
      folder_.file("a.json", "{\n  \"resourceType\": \"Patient\",\n  \"gender\": \"femal\"\n}\n");
  const auto result = validate({file});
  EXPECT_EQ(result.exit_code, kInvalid);
  EXPECT_THAT(result.out, StartsWith(file + ":3:3: error: Patient.gender: "));
  EXPECT_THAT(result.out, AllOf(HasSubstr("femal"), HasSubstr(" [binding-required]")));
  EXPECT_THAT(result.out, HasSubstr("1 resource: 0 valid, 1 invalid; 1 error, "));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b"))) << "no colours in a file";
}

TEST_F(ValidateCommand, ACaseRecordIsPointedToTheCommandThatReadsIt) {
  for (const std::string input : {R"({"case_id":"a"})", R"([{"case_id":"a"}])"}) {
    const auto result = validate({"-"}, input);
    EXPECT_EQ(result.exit_code, kNotJudged);
    EXPECT_THAT(result.out, HasSubstr("a case record becomes FHIR with `oncobridge convert`"));
  }
  EXPECT_THAT(validate({"-"}, R"({"id":"a"})").out, Not(HasSubstr("convert")));
}

TEST_F(ValidateCommand, WhatCannotBeJudgedIsExitCode2AndTheOthersAreJudged) {
  const std::string sound = folder_.file("sound.json", patient("s"));
  const std::string bad = folder_.file("bad.json", patient("b", "x"));
  for (const std::string& broken : {folder_.path("gone.json"), folder_.file("empty.json", " \n"),
                                    folder_.file("broken.json", R"({"resourceType":"Patient",)"),
                                    folder_.file("other.json", R"({"resourceType":"Elephant"})"),
                                    folder_.file("gzip.json", "\x1f\x8b\x08 this is none")}) {
    const auto result = validate({bad, broken, sound});
    EXPECT_EQ(result.exit_code, kNotJudged) << broken;
    EXPECT_THAT(result.out, HasSubstr("\n" + broken + ":")) << result.out;
    EXPECT_THAT(result.out, HasSubstr("3 resources: 1 valid, 1 invalid, 1 not judged;"));
  }
}

TEST_F(ValidateCommand, AWrongCommandLineIsExitCode2) {
  const std::string file = folder_.file("a.json", patient("a"));
  const std::vector<std::vector<std::string>> lines = {
      {},
      {file, "--format", "xls"},
      {file, "--level", "fatal"},
      {file, "--threads", "0"},
      {file, "--profile", "http://example.org/no-such-profile"},
      {file, "--profile="},
      {file, "--package", "no.such.package#1.0.0", "--package-cache", folder_.path()},
      {file, "--definitions", folder_.path("gone.tgz")},
      {file, "--suppress", folder_.path("gone")}};
  for (const auto& line : lines) {
    const auto result = validate(line);
    EXPECT_EQ(result.exit_code, kNotJudged) << testing::PrintToString(line);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.error, "");
  }
}

TEST_F(ValidateCommand, AProfileTakesOneArgumentAndTheNextIsAnInput) {
  const std::string file = folder_.file("a.json", patient("a"));
  const auto result =
      validate({"--profile", "http://hl7.org/fhir/StructureDefinition/Patient", file});
  EXPECT_EQ(result.exit_code, kValid) << result.error;
}

// ---- inputs

TEST_F(ValidateCommand, AFolderIsSearchedWithAllBelowIt) {
  fs::create_directories(folder_.path("in/deep/er"));
  folder_.file("in/b.json", patient("b"));
  folder_.file("in/a.ndjson", patient("a1") + "\n\n" + patient("a2", "x") + "\r\n" + patient("a3"));
  folder_.file("in/deep/er/c.json", patient("c"));
  folder_.file("in/notes.txt", "no resource");
  folder_.file("in/deep/d.JSON", patient("d"));
  ASSERT_EQ(shell("gzip -k in/b.json && zstd -q -k in/a.ndjson -o in/z.ndjson.zst"), 0);
  const auto result = validate({folder_.path("in"), "--format", "ndjson"});
  EXPECT_EQ(result.exit_code, kInvalid);
  EXPECT_THAT(
      verdicts(result.out),
      ElementsAre("Patient/a1 +", "Patient/a2 -", "Patient/a3 +", "Patient/b +", "Patient/b +",
                  "Patient/d +", "Patient/c +", "Patient/a1 +", "Patient/a2 -", "Patient/a3 +"));
  const json line = json_lines(result.out)[1];
  EXPECT_EQ(line["line"], 3);
  EXPECT_EQ(line["issues"][0]["line"], 3) << "counted in the file";
  EXPECT_EQ(line["issues"][0]["column"], 37);
}

TEST_F(ValidateCommand, AFolderWithoutResourcesCouldNotBeJudged) {
  fs::create_directories(folder_.path("in"));
  const auto result = validate({folder_.path("in")});
  EXPECT_EQ(result.exit_code, kNotJudged);
  EXPECT_THAT(result.out, HasSubstr("/in: fatal: no *.json"));
}

TEST_F(ValidateCommand, StandardInputIsADocumentOrLinesOfThem) {
  const std::string pretty = "{\n\"resourceType\":\n\"Patient\"}";
  EXPECT_THAT(verdicts(validate({"-", "--format", "ndjson"}, pretty).out).size(), 1u);
  const std::string lines = patient("a") + "\n" + patient("b", "x") + "\n";
  const auto result = validate({"-", "--format", "ndjson"}, lines);
  EXPECT_THAT(verdicts(result.out), ElementsAre("Patient/a +", "Patient/b -"));
  EXPECT_EQ(json_lines(result.out)[0]["file"], "<stdin>");
  EXPECT_EQ(validate({"-"}, "").exit_code, kNotJudged);
  EXPECT_EQ(shell("printf '%s' '" + patient("a") +
                  "' | gzip | '" ONCOBRIDGE_COMMAND "' validate - > out 2> err"),
            kValid);
}

TEST_F(ValidateCommand, ABrokenLineCostsOnlyItself) {
  const std::string file = folder_.file(
      "a.ndjson", patient("a") + "\n{\"resourceType\":\n" + patient("b") + "\nrubbish\n");
  const auto result = validate({file, "--format", "ndjson"});
  EXPECT_EQ(result.exit_code, kNotJudged);
  EXPECT_THAT(verdicts(result.out), ElementsAre("Patient/a +", testing::EndsWith(" -"),
                                                "Patient/b +", testing::EndsWith(" -")));
}

TEST_F(ValidateCommand, ALineAndAFileThatAreTooLongAreNamed) {
  const std::string longer = patient(std::string(60, 'x'));
  const std::string limit = std::to_string(patient("a").size() + 10);
  const std::string lines = folder_.file("a.ndjson", longer + "\n" + patient("a") + "\n" + longer);
  const auto result = validate({lines, "--format", "ndjson", "--max-document", limit});
  EXPECT_EQ(result.exit_code, kNotJudged);
  const auto found = json_lines(result.out);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0]["issues"][0]["rule"], "limit-document");
  EXPECT_EQ(found[1]["valid"], true);
  EXPECT_EQ(found[2]["issues"][0]["rule"], "limit-document");
  EXPECT_EQ(found[2]["line"], 3);
  const auto whole = validate({folder_.file("b.json", longer), "--max-document", limit});
  EXPECT_EQ(whole.exit_code, kNotJudged);
  EXPECT_THAT(whole.out, HasSubstr("[limit-document]"));
}

TEST_F(ValidateCommand, ALineOfManyMegabytesIsForgottenOnTheWay) {
  // 300 MB in one line of a small file: neither kept nor judged, and what follows is.
  ASSERT_EQ(
      shell(
          "(printf '{\"a\":\"'; head -c 300000000 /dev/zero | tr '\\0' x; printf '\"}\\n%s\\n' '" +
          patient("a") + "') | gzip -1 > bomb.ndjson.gz"),
      0);
  const int code =
      shell("(ulimit -v 1000000; exec '" ONCOBRIDGE_COMMAND
            "' validate bomb.ndjson.gz --max-document 1000000 --format ndjson > out 2> "
            "err)");
#ifndef __SANITIZE_ADDRESS__
  EXPECT_EQ(code, kNotJudged) << read_file(folder_.path("err"));
  EXPECT_THAT(verdicts(read_file(folder_.path("out"))), ElementsAre(" -", "Patient/a +"));
#else
  EXPECT_NE(code, kValid);
#endif
}

// Blanks without end were read without end, and empty lines took time that grew with their square.
TEST_F(ValidateCommand, AStreamOfBlanksEndsAtTheLimit) {
  const std::string line = "printf '%s\\n' '" + patient("a") + "'; ";
  for (const std::string& begin : {std::string(), line, line + line}) {
    for (const char* blanks : {"yes ''", "tr '\\0' ' ' < /dev/zero"}) {
      const int code = shell("(" + begin + blanks +
                             ") 2> /dev/null | timeout 60 '" ONCOBRIDGE_COMMAND
                             "' validate - --max-document 2000000 > out 2> err");
      EXPECT_EQ(code, kNotJudged) << begin << blanks;
      EXPECT_THAT(read_file(folder_.path("out")), HasSubstr("[limit-document]"));
    }
  }
}

// Each block that was read sent the search for the form of a stream back to its first blank.
TEST_F(ValidateCommand, BlanksOnAStreamTakeTimeByTheirLength) {
  for (const std::string& document : {std::string(), patient("a")}) {
    for (const char* blank : {" ", "\\n"}) {
      const int code =
          shell("(printf '%s\\n' '" + document + "'; head -c 150000000 /dev/zero | tr '\\0' '" +
                blank + "') | timeout 60 '" ONCOBRIDGE_COMMAND "' validate - > out 2> err");
      EXPECT_EQ(code, document.empty() ? kNotJudged : kValid) << document << blank;
    }
  }
}

TEST_F(ValidateCommand, ADocumentThatUnpacksToTooMuchIsLeft) {
  const std::string document =
      "(printf '{\"a\":\"'; head -c 100000000 /dev/zero | tr '\\0' x; printf '\"}')";
  ASSERT_EQ(shell(document + " | gzip -1 > bomb.json.gz"), 0);
  std::vector<std::string> bombs = {folder_.path("bomb.json.gz")};
  if (shell("command -v zstd > /dev/null") == 0) {
    ASSERT_EQ(shell(document + " | zstd -q -1 > bomb.json.zst"), 0);
    bombs.push_back(folder_.path("bomb.json.zst"));
  }
  for (const std::string& bomb : bombs) {
    const auto result = validate({bomb, "--max-document", "1000000", "--format", "ndjson"});
    EXPECT_EQ(result.exit_code, kNotJudged) << bomb;
    const auto found = json_lines(result.out);
    ASSERT_EQ(found.size(), 1u) << bomb;
    EXPECT_EQ(found[0]["issues"][0]["rule"], "limit-document") << bomb;
  }
}

TEST_F(ValidateCommand, GzipThatIsCutOffIsNamedBehindWhatCouldBeRead) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += patient(std::to_string(i * 7919 % 20'011)) + "\n";
  folder_.file("a.ndjson", lines);
  ASSERT_EQ(shell("gzip a.ndjson && truncate -s -1000 a.ndjson.gz"), 0);
  const auto result = validate({folder_.path("a.ndjson.gz"), "--format", "ndjson"});
  EXPECT_EQ(result.exit_code, kNotJudged);
  const auto found = json_lines(result.out);
  EXPECT_GT(found.size(), 10'000u);
  for (std::size_t i = 0; i + 1 < found.size(); ++i) ASSERT_EQ(found[i]["valid"], true) << found[i];
  EXPECT_EQ(found.back()["issues"][0]["rule"], "input-unreadable");
  EXPECT_THAT(found.back()["issues"][0]["text"], HasSubstr("end early"));
}

#ifndef __SANITIZE_ADDRESS__
TEST_F(ValidateCommand, WantOfMemoryCostsOnlyTheResourceThatNeedsIt) {
  ASSERT_EQ(shell("(printf '{\"resourceType\":\"Patient\",\"'; head -c 50000000 /dev/zero | "
                  "tr '\\0' x; printf '\":1}') > large.json"),
            0);
  folder_.file("small.json", patient("a"));
  for (const char* from : {"large.json", "- < large.json"}) {
    const int code = shell(std::string("(ulimit -v 200000; '" ONCOBRIDGE_COMMAND
                                       "' validate small.json --format ndjson ") +
                           from + " > out 2> err)");
    EXPECT_EQ(code, kNotJudged) << from << read_file(folder_.path("err"));
    const auto found = json_lines(read_file(folder_.path("out")));
    ASSERT_EQ(found.size(), 2u) << from;
    EXPECT_EQ(found[0]["valid"], true);
    EXPECT_EQ(found[1]["issues"][0]["rule"], "limit-memory");
    EXPECT_THAT(read_file(folder_.path("err")), HasSubstr("1 not judged"));
  }
}
#endif

// ---- forms of the report

TEST_F(ValidateCommand, NdjsonHasALineAResource) {
  const std::string file = folder_.file("a.json", patient("a", "x"));
  const auto lines = json_lines(validate({file, "--format", "ndjson"}).out);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["file"], file);
  EXPECT_EQ(lines[0]["resource"], "Patient/a");
  EXPECT_EQ(lines[0]["valid"], false);
  EXPECT_EQ(lines[0]["errors"], 1);
  EXPECT_TRUE(lines[0]["warnings"].is_number_unsigned());
  EXPECT_TRUE(lines[0]["not_checked"].is_number_unsigned());
  const json& issue = lines[0]["issues"][0];
  EXPECT_EQ(issue["severity"], "error");
  EXPECT_EQ(issue["code"], "code-invalid");
  EXPECT_EQ(issue["rule"], "binding-required");
  EXPECT_EQ(issue["expression"], "Patient.gender");
  EXPECT_EQ(issue["line"], 1);
  EXPECT_EQ(issue["column"], 36);
  EXPECT_THAT(issue["text"], HasSubstr("x"));
  EXPECT_TRUE(issue.contains("profile"));
}

TEST_F(ValidateCommand, JsonIsABundleOfOperationOutcomesThatIsItselfValid) {
  const std::string file = folder_.file("a b.ndjson", patient("a") + "\n" + patient("b", "\\\"x"));
  const auto result = validate({file, file, "--format", "json"});
  EXPECT_EQ(result.exit_code, kInvalid);
  const json bundle = json::parse(result.out);
  EXPECT_EQ(bundle["resourceType"], "Bundle");
  EXPECT_EQ(bundle["type"], "collection");
  ASSERT_EQ(bundle["entry"].size(), 4u);
  std::set<std::string> urls;
  for (const json& entry : bundle["entry"]) {
    urls.insert(entry["fullUrl"]);
    EXPECT_EQ(entry["resource"]["resourceType"], "OperationOutcome");
    EXPECT_GE(entry["resource"]["issue"].size(), 1u);
  }
  EXPECT_EQ(urls.size(), 4u);
  const json& issue = bundle["entry"][1]["resource"]["issue"][0];
  EXPECT_EQ(issue["severity"], "error");
  EXPECT_EQ(issue["code"], "code-invalid");
  EXPECT_EQ(issue["expression"][0], "Patient.gender");
  EXPECT_THAT(issue["diagnostics"], StartsWith("line 2, column 36; rule binding-required"));
  const auto again = validate({"-"}, result.out);
  EXPECT_EQ(again.exit_code, kValid) << again.out;
}

TEST_F(ValidateCommand, JunitIsATestAResource) {
  const std::string file =
      folder_.file("a.ndjson", patient("a") + "\n" + patient("b", "<&\\u0001]]>") + "\nrubbish");
  const auto result = validate({file, "--format", "junit"});
  EXPECT_EQ(result.exit_code, kNotJudged);
  EXPECT_THAT(result.out, HasSubstr(R"(tests="3" failures="1" errors="1")"));
  EXPECT_THAT(result.out, HasSubstr("binding-required"));
  EXPECT_THAT(xml_elements(result.out), ElementsAre("testsuites", "testsuite", "testcase",
                                                    "testcase", "failure", "testcase", "error"));
}

TEST_F(ValidateCommand, SarifNamesRulesAndPlaces) {
  const std::string file = folder_.file("a b.json", patient("a", "x"));
  const json report = json::parse(validate({file, "--format", "sarif"}).out);
  EXPECT_EQ(report["version"], "2.1.0");
  ASSERT_EQ(report["runs"].size(), 1u);
  const json& run = report["runs"][0];
  const json& rules = run["tool"]["driver"]["rules"];
  EXPECT_GT(rules.size(), 100u);
  ASSERT_EQ(run["results"].size(), 1u);
  const json& found = run["results"][0];
  EXPECT_EQ(found["ruleId"], "binding-required");
  EXPECT_EQ(rules[found["ruleIndex"].get<std::size_t>()]["id"], "binding-required");
  EXPECT_EQ(found["level"], "error");
  EXPECT_FALSE(found["message"]["text"].get<std::string>().empty());
  const json& place = found["locations"][0];
  EXPECT_THAT(place["physicalLocation"]["artifactLocation"]["uri"],
              AllOf(StartsWith("file:///"), testing::EndsWith("/a%20b.json")));
  EXPECT_EQ(place["physicalLocation"]["region"]["startLine"], 1);
  EXPECT_EQ(place["physicalLocation"]["region"]["startColumn"], 36);
  EXPECT_EQ(place["logicalLocations"][0]["fullyQualifiedName"], "Patient.gender");
  const json sound =
      json::parse(validate({folder_.file("s.json", patient("s")), "--format", "sarif"}).out);
  EXPECT_THAT(sound["runs"][0]["results"], IsEmpty());
}

TEST_F(ValidateCommand, AFileNameOfAnyBytesHarmsNoForm) {
  const std::string file = folder_.file("a\xff\"<\n\x1b[31m.json", patient("a", "x"));
  EXPECT_EQ(json_lines(validate({file, "--format", "ndjson"}).out).size(), 1u);
  EXPECT_TRUE(json::accept(validate({file, "--format", "json"}).out));
  EXPECT_TRUE(json::accept(validate({file, "--format", "sarif"}).out));
  EXPECT_THAT(xml_elements(validate({file, "--format", "junit"}).out),
              ElementsAre("testsuites", "testsuite", "testcase", "failure"));
  EXPECT_THAT(validate({file}).out, Not(HasSubstr("\x1b")));
}

TEST_F(ValidateCommand, TheLevelHidesIssuesAndChangesNoCount) {
  const std::string file =
      folder_.file("a.json", R"({"resourceType":"Patient","language":"en","gender":"x"})");
  const auto lines = [&](const std::string& level) {
    return json_lines(validate({file, "--format", "ndjson", "--level", level}).out)[0];
  };
  const json all = lines("information"), errors = lines("error");
  EXPECT_GE(all["issues"].size(), errors["issues"].size());
  EXPECT_EQ(errors["issues"].size(), errors["errors"]);
  EXPECT_EQ(all["errors"], errors["errors"]);
  EXPECT_EQ(all["not_checked"], errors["not_checked"]);
}

// ---- output, privacy

TEST_F(ValidateCommand, TheReportIsReadableByItsOwnerOnlyAndNeverWrittenOverAnInput) {
  const std::string input = folder_.file("a.json", patient("a", "x"));
  const auto result = validate({input, "--output", folder_.path("report.txt")});
  EXPECT_EQ(result.exit_code, kInvalid);
  EXPECT_EQ(result.out, "");
  struct stat status {};
  ASSERT_EQ(stat(folder_.path("report.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_THAT(read_file(folder_.path("report.txt")), HasSubstr("Patient.gender"));
  for (const std::string& inputs : {input, folder_.path()}) {
    const auto refused = validate({inputs, "--output", folder_.path("./a.json")});
    EXPECT_EQ(refused.exit_code, tools::kUsage);
    EXPECT_THAT(refused.error, HasSubstr("an input would be written over"));
  }
  EXPECT_EQ(read_file(input), patient("a", "x"));
  EXPECT_EQ(validate({input, "--output", folder_.path("no/such/folder")}).exit_code,
            tools::kOutput);
  EXPECT_EQ(shell("'" ONCOBRIDGE_COMMAND "' validate a.json > /dev/full 2> err"), tools::kOutput);
}

TEST_F(ValidateCommand, NoValueIsOnStandardErrorOrInASummary) {
  const std::string c = "CANARY";
  const std::string lines = patient(c, c) + "\n" + R"({"resourceType":"CANARY"})" + "\n" +
                            R"({"resourceType":"Patient","CANARY":1})" + "\n{\"CANARY\n" +
                            R"({"resourceType":"Patient","maritalStatus":{"coding":[)" +
                            R"({"system":"http://CANARY.org","code":"CANARY"}]}})";
  const std::string file = folder_.file("a.ndjson", lines);
  for (const char* form : {"text", "json", "ndjson", "junit", "sarif"}) {
    const auto result =
        validate({file, "--format", form, "--output", folder_.path("report"), "--threads", "2"});
    EXPECT_EQ(result.exit_code, kNotJudged);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.error, Not(HasSubstr(c))) << form;
    EXPECT_THAT(read_file(folder_.path("report")), HasSubstr(c)) << "there it belongs";
  }
}

// ---- threads

TEST_F(ValidateCommand, ThreadsMakeNoDifferenceToAnyByteOfAReport) {
  fs::create_directories(folder_.path("in"));
  std::string lines;
  for (int i = 0; i < 9'000; ++i) {
    lines +=
        i % 97 == 3 ? "rubbish\n" : patient(std::to_string(i), i % 11 == 5 ? "x" : "male") + "\n";
  }
  folder_.file("in/b.ndjson", lines);
  for (int i = 0; i < 150; ++i) {
    folder_.file("in/a" + std::to_string(i) + ".json",
                 patient(std::to_string(i), i % 7 ? "male" : "x"));
  }
  folder_.file("in/c.json", "");
  for (const std::string form : {"text", "json", "ndjson", "junit", "sarif"}) {
    const auto run = [&](const char* threads) {
      return validate(
          {folder_.path("in"), folder_.path("gone"), "--format", form, "--threads", threads});
    };
    const auto one = run("1");
    EXPECT_EQ(one.exit_code, kNotJudged);
    EXPECT_GT(one.out.size(), 10'000u);
    for (const char* threads : {"2", "8"}) {
      const auto several = run(threads);
      EXPECT_EQ(several.exit_code, one.exit_code);
      EXPECT_TRUE(several.out == one.out) << form << " on " << threads << " threads";
    }
  }
}

// A name was kept for each of them, as long as it was.
TEST_F(ValidateCommand, OfManyMissingProfilesSomeAreNamedAndTheOthersCounted) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) {
    const std::string number = std::to_string(100'000 + i * 7919 % 20'000);
    lines += R"({"resourceType":"Patient","active":true,"meta":{"profile":["http://x.org/p)" +
             number + "\",\"http://x.org/p100003\"]}}\n";
  }
  std::string reports[2];
  for (int i = 0; i < 2; ++i) {
    const std::string threads = i == 0 ? "1" : "4";
    reports[i] = validate({"--threads", threads, "-"}, lines).out;
    reports[i] = reports[i].substr(reports[i].find("not checked"));
  }
  EXPECT_THAT(reports[0], HasSubstr("  http://x.org/p100003 (20001 times)\n"));
  EXPECT_THAT(reports[0], HasSubstr("  and 4076 more, and others (15904 times)\n"));
  EXPECT_EQ(reports[0], reports[1]);
}

TEST_F(ValidateCommand, ThreadsEndWhenTheOutputIsFull) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += patient("a") + "\n";
  folder_.file("in.ndjson", lines);
  for (const char* threads : {"1", "8"}) {
    EXPECT_EQ(shell(std::string("'" ONCOBRIDGE_COMMAND
                                "' validate in.ndjson --format ndjson --threads ") +
                    threads + " > /dev/full 2> err"),
              tools::kOutput);
  }
}

}  // namespace
}  // namespace oncobridge
