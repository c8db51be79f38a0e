// The convert command in careless and hostile hands: what once went wrong, or would lose data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/broken_records.h"
#include "tests/support/sandbox_fixture.h"
#include "tools/commands.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::broken_record;
using test::CommandResult;
using test::read_file;
using test::run_command;
using test::sound_record;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

class CarelessCommand : public testing::Test {
 protected:
  CommandResult convert(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "convert");
    return run_command(arguments, input);
  }
  // A line of shell in which $oncobridge is the command and $dir the folder; its exit code. What it
  // says stands in the file `said`.
  int shell(const std::string& line) {
    const std::string text = "oncobridge='" ONCOBRIDGE_COMMAND "'; dir='" + folder_.path() +
                             "'; exec 2> \"$dir/said\"; set -o pipefail; " + line;
    folder_.file("script", text);
    const int status = std::system(("bash " + folder_.path("script")).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  std::string said() { return read_file(folder_.path("said")); }
  unsigned mode(const std::string& name) {
    struct stat status {};
    EXPECT_EQ(stat(folder_.path(name).c_str(), &status), 0) << name;
    return status.st_mode & 07777;
  }
  std::string many(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += sound_record("case-" + std::to_string(i)) + "\n";
    return text;
  }
  TemporaryFolder folder_;
};

// ---- health data stay private

TEST_F(CarelessCommand, RejectsAndCoverageAndBundlesAreReadableByTheirOwnerOnly) {
  for (const char* name : {"rejects", "coverage", "bundles.ndjson"}) {
    folder_.file(name, std::string(100'000, 'x'));
    ASSERT_EQ(chmod(folder_.path(name).c_str(), 0644), 0);
  }
  const std::string input = folder_.file("in.ndjson", many(2) + "{}\n");
  const auto result = convert({input, "--rejects", folder_.path("rejects"), "--coverage",
                               folder_.path("coverage"), "--out", folder_.path("bundles.ndjson")});
  EXPECT_EQ(result.exit_code, tools::kRejected) << result.error;
  for (const char* name : {"rejects", "coverage", "bundles.ndjson"}) {
    EXPECT_EQ(mode(name), 0600u) << name << " was there with mode 0644";
    EXPECT_THAT(read_file(folder_.path(name)), Not(HasSubstr("xxx")))
        << name << " was emptied first";
  }
  convert({input, "--out", folder_.path("cases/")});
  EXPECT_EQ(mode("cases/case-0.json"), 0600u);
  convert({input, "--bundle", "ndjson", "--out", folder_.path("types")});
  EXPECT_EQ(mode("types/Patient.ndjson"), 0600u);
}

TEST_F(CarelessCommand, NoValueOfARecordIsEverOnStandardErrorOrInTheCoverageReport) {
  // A canary in every place that a fault can quote.
  const std::string c = "CANARY";
  const std::string records =
      R"({"case_id":"1","CANARY":1})"
      "\n"
      R"({"case_id":"CANARY CANARY"})"
      "\n"
      R"({"case_id":"2","title":["CANARY"]})"
      "\n"
      R"({"case_id":"3","patient":{"gender":"CANARY"}})"
      "\n"
      R"({"case_id":"4","patient":{"birth_date":"CANARY"}})"
      "\n"
      R"({"case_id":"5","markers":[{"marker":{"code":"CANARY"}}]})"
      "\n"
      R"({"case_id":"6","markers":[{"marker":"ER","specimen":"CANARY"}]})"
      "\n"
      R"({"case_id":"7","markers":[{"marker":"ER","id":"CANARY"},{"marker":"PR","id":"CANARY"}]})"
      "\n"
      R"({"case_id":"8","markers":[{"marker":"ER","id":"CANARY"},{"marker":"PR","condition":"CANARY"}]})"
      "\n"
      R"({"case_id":"9","title":"CANARY\q"})"
      "\n"
      R"({"case_id":"10","title":"CANARY)"
      "\n"
      R"({"case_id":"11","title":"CANARY"} CANARY)"
      "\n"
      "{\"case_id\":\"12\",\"title\":\"CANARY\xFF\"}\n"
      R"(CANARY)"
      "\n"
      R"({"case_id":"13","surgeries":[{"procedure":"CANARY","text":"CANARY"}]})"
      "\n"
      R"({"case_id":"14","specimens":[{"type":"CANARY","state":"negative"}]})"
      "\n"
      R"({"case_id":"15","title":"CANARY" "CANARY"})"
      "\n"
      R"({"case_id":"16","patient":{"CANARY":"CANARY"}})"
      "\n";
  const std::string input = folder_.file("in.ndjson", records);
  const auto result = convert({input, "--out", folder_.path("out.ndjson"), "--rejects",
                               folder_.path("rejects"), "--coverage", folder_.path("coverage")});
  EXPECT_EQ(result.exit_code, tools::kRejected);
  EXPECT_THAT(result.error, Not(HasSubstr(c)));
  EXPECT_THAT(result.error, HasSubstr("unknown-field"));
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(read_file(folder_.path("coverage")), Not(HasSubstr(c)));
  EXPECT_THAT(read_file(folder_.path("rejects")), HasSubstr(c)) << "there it belongs";
  EXPECT_THAT(read_file(folder_.path("out.ndjson")), HasSubstr(c));
}

TEST_F(CarelessCommand, AFileNameCannotSendCommandsToTheTerminal) {
  const std::string input = folder_.file("a\x1b[31mb.json", "{}");
  EXPECT_THAT(convert({input, "--out", "-"}).error, Not(HasSubstr("\x1b")));
  EXPECT_THAT(convert({folder_.path("c\x1b]0;d.json")}).error, Not(HasSubstr("\x1b")));
}

// ---- inputs

TEST_F(CarelessCommand, AMissingInputIsNamedAndTheOthersAreConverted) {
  const std::string input = folder_.file("in.json", sound_record("a"));
  const auto result = convert({folder_.path("gone.json"), input});
  EXPECT_EQ(result.exit_code, tools::kInput);
  EXPECT_THAT(result.error, HasSubstr("gone.json: No such file or directory"));
  EXPECT_THAT(result.out, HasSubstr("\"resourceType\":\"Patient\""));
}

TEST_F(CarelessCommand, AFileOfAFolderThatVanishesIsNamed) {
  fs::create_directory(folder_.path("in"));
  folder_.file("in/a.json", sound_record("a"));
  fs::create_symlink(folder_.path("nowhere"), folder_.path("in/b.json"));
  const auto result = convert({folder_.path("in")});
  EXPECT_EQ(result.exit_code, tools::kInput);
  EXPECT_THAT(result.error, HasSubstr("in/b.json: No such file or directory"));
  EXPECT_THAT(result.out, HasSubstr("Patient"));
}

TEST_F(CarelessCommand, AFolderWithoutPermissionIsNamed) {
  if (geteuid() == 0) {
    // The superuser may read everything: nobody tries instead.
    if (shell("chmod 755 \"$dir\"; setpriv --reuid=65534 --clear-groups \"$oncobridge\" --version "
              "> /dev/null") != 0) {
      GTEST_SKIP() << "the command cannot be run as another user here";
    }
  }
  const std::string as_user = geteuid() == 0 ? "setpriv --reuid=65534 --clear-groups " : "";
  fs::create_directory(folder_.path("locked"));
  folder_.file("locked/a.json", sound_record("a"));
  chmod(folder_.path("locked").c_str(), 0);
  EXPECT_EQ(shell(as_user + "\"$oncobridge\" convert \"$dir/locked\""), tools::kInput);
  EXPECT_THAT(said(), HasSubstr("locked: Permission denied"));
  chmod(folder_.path("locked").c_str(), 0700);
  folder_.file("key", "0123456789abcdef0123456789abcdef");
  chmod(folder_.path("key").c_str(), 0);
  EXPECT_EQ(shell(as_user + "\"$oncobridge\" convert - --id-key \"$dir/key\" < /dev/null"),
            tools::kUsage);
  EXPECT_THAT(said(), HasSubstr("key: cannot be read"));
}

TEST_F(CarelessCommand, AnArrayCutOffBetweenTwoRecordsIsNoSuccess) {
  const auto result = convert({"-"}, "[" + sound_record("a") + "," + sound_record("b"));
  EXPECT_EQ(result.exit_code, tools::kInput);
  EXPECT_THAT(result.error, HasSubstr("the list of records is not closed with ]"));
  EXPECT_THAT(result.error, HasSubstr("2 records: 2 converted"));
}

TEST_F(CarelessCommand, AnEmptyInputIsNoSuccessAndAnEmptyListIsSaid) {
  // An export that was cut to nothing must not look like one without patients.
  for (const std::string input : {"", "\n \n", "\xEF\xBB\xBF"}) {
    const auto empty = convert({"-"}, input);
    EXPECT_EQ(empty.exit_code, tools::kInput);
    EXPECT_EQ(empty.out, "");
    EXPECT_THAT(empty.error, HasSubstr("<stdin>: no record in it"));
  }
  const auto list = convert({"-"}, "[]");
  EXPECT_EQ(list.exit_code, tools::kOk);
  EXPECT_THAT(list.error, HasSubstr("warning: no input has a record"));
  EXPECT_EQ(convert({"-", "--quiet"}, "[]").error, "");
}

TEST_F(CarelessCommand, AListThatIsNoJsonIsConvertedAndNamed) {
  const std::string a = sound_record("a"), b = sound_record("b");
  for (const std::string& input : {"[" + a + b + "]", "[,," + a + ",," + b + ",,]", a + "," + b}) {
    const auto result = convert({"-"}, input);
    EXPECT_EQ(result.exit_code, tools::kInput);
    EXPECT_THAT(result.error, HasSubstr("<stdin>: line 1 column "));
    EXPECT_THAT(result.error, HasSubstr("2 records: 2 converted"));
  }
}

TEST_F(CarelessCommand, ARecordCutOffBehindAnInnerBracketIsNamedTruncated) {
  const std::string record = sound_record("a");
  for (std::size_t size = 1; size < record.size(); size += record[size - 1] == '}' ? 1 : 7) {
    EXPECT_THAT(convert({"-"}, record.substr(0, size)).error,
                testing::AnyOf(HasSubstr(": truncated: "), HasSubstr("unclosed-string: ")))
        << record.substr(0, size);
  }
}

// ---- keys

TEST_F(CarelessCommand, AKeyThatIsNoneIsRefusedAndNeverShown) {
  struct Row {
    std::string path;
    const char* message;
  };
  const Row rows[] = {{folder_.file("short", "sekret-sekret"), "fewer than 16 bytes"},
                      {folder_.file("long", std::string(5000, 's')), "longer than 4096 bytes"},
                      {folder_.file("empty", ""), "fewer than 16 bytes"},
                      {folder_.path(""), "cannot be read"},
                      {folder_.path("missing"), "cannot be read"},
                      {"/dev/zero", "longer than 4096 bytes"}};
  for (const Row& row : rows) {
    const auto result = convert({"-", "--id-key", row.path}, sound_record("a"));
    EXPECT_EQ(result.exit_code, tools::kUsage) << row.path;
    EXPECT_THAT(result.error, HasSubstr(row.message)) << row.path;
    EXPECT_THAT(result.error, Not(HasSubstr("sekret")));
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(CarelessCommand, AKeyThatOthersCanReadIsWarnedOf) {
  const std::string key = folder_.file("key", "0123456789abcdef0123456789abcdef");
  chmod(key.c_str(), 0644);
  EXPECT_THAT(convert({"-", "--id-key", key}, sound_record("a")).error,
              HasSubstr("others can read the key file"));
  chmod(key.c_str(), 0600);
  EXPECT_THAT(convert({"-", "--id-key", key}, sound_record("a")).error,
              Not(HasSubstr("others can read")));
}

// ---- outputs

TEST_F(CarelessCommand, AnOutputNeverOverwritesAnInput) {
  const std::string record = sound_record("in");
  for (const std::string option : {"--out", "--rejects", "--coverage"}) {
    const std::string input = folder_.file("in.json", record);
    fs::create_hard_link(input, folder_.path("same.json"));
    for (const std::string name : {"in.json", "./in.json", "same.json"}) {
      const auto result = convert({input, option, folder_.path(name)});
      EXPECT_EQ(result.exit_code, tools::kUsage) << option << " " << name;
      EXPECT_THAT(result.error, HasSubstr("an input would be written over"));
      EXPECT_EQ(read_file(input), record);
    }
    fs::remove(folder_.path("same.json"));
  }
  // The bundle of the case `in` would be in.json.
  const auto result = convert({folder_.path("in.json"), "--out", folder_.path()});
  EXPECT_EQ(result.exit_code, tools::kUsage);
  EXPECT_THAT(result.error, HasSubstr("the folder holds inputs"));
  EXPECT_EQ(read_file(folder_.path("in.json")), record);
}

TEST_F(CarelessCommand, AnOutputNeverOverwritesTheSiteKey) {
  const std::string secret = "0123456789abcdef0123456789abcdef";
  const std::string key = folder_.file("site.key", secret);
  const std::string input = folder_.file("in.json", sound_record("a"));
  for (const std::string option : {"--out", "--rejects", "--coverage"}) {
    const auto result = convert({input, "--id-key", key, option, folder_.path("./site.key")});
    EXPECT_EQ(result.exit_code, tools::kUsage) << option;
    EXPECT_THAT(result.error, HasSubstr("the site key would be written over"));
    EXPECT_EQ(read_file(key), secret);
  }
  // The bundle of the case `key` would be key.json.
  fs::create_directory(folder_.path("out"));
  const std::string inside = folder_.file("out/key.json", secret);
  EXPECT_EQ(convert({input, "--id-key", inside, "--out", folder_.path("out")}).exit_code,
            tools::kUsage);
  EXPECT_EQ(read_file(inside), secret);
}

TEST_F(CarelessCommand, AnInputReachedByALinkOrByStandardInputIsNotWrittenOver) {
  fs::create_directory(folder_.path("real"));
  fs::create_directory(folder_.path("in"));
  const std::string record = sound_record("x");
  folder_.file("real/x.json", record);
  fs::create_directory_symlink(folder_.path("real"), folder_.path("link"));
  fs::create_symlink(folder_.path("real/x.json"), folder_.path("in/y.json"));
  for (const char* line :
       {"convert $dir/link/x.json --out $dir/real", "convert $dir/in --out $dir/real",
        "convert $dir/in/y.json --out $dir/real/",
        "convert - --out $dir/real/x.json < $dir/real/x.json",
        "convert - --out $dir/real < $dir/real/x.json",
        "convert $dir/real/x.json >> $dir/real/x.json"}) {
    EXPECT_EQ(shell("$oncobridge " + std::string(line)), tools::kUsage) << line;
    EXPECT_EQ(read_file(folder_.path("real/x.json")), record) << line;
  }
}

TEST_F(CarelessCommand, AHardLinkInTheFolderOfBundlesIsReplacedAndTheInputStays) {
  const std::string input = folder_.file("in.json", sound_record("x"));
  fs::create_directory(folder_.path("out"));
  fs::create_hard_link(input, folder_.path("out/x.json"));
  EXPECT_EQ(convert({input, "--out", folder_.path("out")}).exit_code, tools::kOk);
  EXPECT_EQ(read_file(input), sound_record("x"));
  EXPECT_THAT(read_file(folder_.path("out/x.json")), HasSubstr("\"Bundle\""));
}

TEST_F(CarelessCommand, AReportNeverTakesTheNameOfABundle) {
  const std::string input = folder_.file("in.json", sound_record("a"));
  for (const std::string slash : {"", "/"}) {
    for (const std::string option : {"--rejects", "--coverage"}) {
      const auto cases =
          convert({input, "--out", folder_.path("oc") + slash, option, folder_.path("oc/a.json")});
      EXPECT_EQ(cases.exit_code, tools::kUsage);
      EXPECT_THAT(cases.error, HasSubstr("under a name that a bundle could get"));
      EXPECT_EQ(convert({input, "--bundle", "ndjson", "--out", folder_.path("oc") + slash, option,
                         folder_.path("oc/Patient.ndjson")})
                    .exit_code,
                tools::kUsage);
    }
  }
}

TEST_F(CarelessCommand, TwoOutputsAreNeverWrittenIntoOneFile) {
  const std::string input = folder_.file("in.json", sound_record("a"));
  const auto result =
      convert({input, "--rejects", folder_.path("x"), "--coverage", folder_.path("./x")});
  EXPECT_EQ(result.exit_code, tools::kUsage);
  EXPECT_THAT(result.error, HasSubstr("two outputs"));
}

TEST_F(CarelessCommand, AnUnfinishedRunLeavesAnEarlierOutputAsItWas) {
  const std::string input = folder_.file("in.ndjson", many(200) + "{}\n");
  const std::string missing = folder_.path("missing.json");
  const std::vector<std::string> outputs = {"out.ndjson", "rejects", "coverage"};
  for (const std::string& name : outputs) folder_.file(name, "earlier");
  const std::string options =
      " --out $dir/out.ndjson --rejects $dir/rejects --coverage $dir/coverage";
  const std::string limit = "trap '' XFSZ; ulimit -f 20; ";
  EXPECT_EQ(shell(limit + "$oncobridge convert $dir/in.ndjson" + options), tools::kOutput);
  EXPECT_EQ(shell("$oncobridge convert $dir/missing.json" + options), tools::kInput);
  EXPECT_EQ(
      convert({input, "--out", folder_.path("out.ndjson"), "--rejects", "/nonexist/x"}).exit_code,
      tools::kOutput);
  for (const std::string& name : outputs) EXPECT_EQ(read_file(folder_.path(name)), "earlier");
  // In a folder every bundle is whole.
  EXPECT_EQ(shell("trap '' XFSZ; ulimit -f 4; $oncobridge convert $dir/in.ndjson --out $dir/out/"),
            tools::kOutput);
  EXPECT_EQ(shell(limit + "$oncobridge convert $dir/in.ndjson --bundle ndjson --out $dir/types"),
            tools::kOutput);
  for (const char* name : {"out", "types", ""}) {
    for (const auto& entry : fs::directory_iterator(folder_.path(name))) {
      EXPECT_THAT(entry.path(), Not(HasSubstr(".partial")));
    }
  }
  EXPECT_TRUE(fs::is_empty(folder_.path("out")));
  EXPECT_TRUE(fs::is_empty(folder_.path("types")));
}

TEST_F(CarelessCommand, ResourceTypesOfAnEarlierRunDoNotStayInTheFolder) {
  const std::string first = folder_.file("a.json", sound_record("a"));
  const std::string second = folder_.file("b.json", R"({"case_id":"b"})");
  const std::string out = folder_.path("types");
  EXPECT_EQ(convert({first, "--bundle", "ndjson", "--out", out}).exit_code, tools::kOk);
  EXPECT_TRUE(fs::exists(out + "/Condition.ndjson"));
  EXPECT_EQ(convert({second, "--bundle", "ndjson", "--out", out}).exit_code, tools::kOk);
  EXPECT_TRUE(fs::exists(out + "/Patient.ndjson"));
  EXPECT_FALSE(fs::exists(out + "/Condition.ndjson")) << "of a patient who is not in this run";
}

TEST_F(CarelessCommand, DevicesAndPipesAreWrittenAsTheyAre) {
  folder_.file("in.ndjson", many(1) + "{}\n");
  const std::string convert = "$oncobridge convert $dir/in.ndjson ";
  EXPECT_EQ(shell(convert + "--rejects /dev/null --coverage /dev/null --out /dev/null"),
            tools::kRejected)
      << said();
  EXPECT_EQ(shell(convert + "--out /dev/stdout | grep -q transaction"), tools::kRejected);
  EXPECT_EQ(shell(convert + "--out /dev/stdout > $dir/file"), tools::kRejected) << said();
  EXPECT_THAT(read_file(folder_.path("file")), HasSubstr("transaction"));
  EXPECT_EQ(shell("mkfifo $dir/pipe; cat $dir/pipe > $dir/copy & " + convert +
                  "--out $dir/pipe; code=$?; wait; exit $code"),
            tools::kRejected)
      << said();
  EXPECT_THAT(read_file(folder_.path("copy")), HasSubstr("transaction"));
  EXPECT_TRUE(fs::is_fifo(folder_.path("pipe")));
}

TEST_F(CarelessCommand, AFullDiskIsAnErrorOfItsOwn) {
  folder_.file("in.ndjson", many(50) + "{}\n");
  EXPECT_EQ(shell("\"$oncobridge\" convert \"$dir/in.ndjson\" > /dev/full"), tools::kOutput);
  EXPECT_EQ(shell("\"$oncobridge\" convert \"$dir/in.ndjson\" --threads 4 > /dev/full"),
            tools::kOutput);
  EXPECT_EQ(shell("\"$oncobridge\" convert \"$dir/in.ndjson\" --rejects /dev/full > /dev/null"),
            tools::kOutput);
  EXPECT_EQ(shell("\"$oncobridge\" convert \"$dir/in.ndjson\" --coverage /dev/full > /dev/null"),
            tools::kOutput);
  EXPECT_EQ(shell("\"$oncobridge\" schema > /dev/full"), tools::kOutput);
  EXPECT_EQ(shell("\"$oncobridge\" terms --field marker > /dev/full"), tools::kOutput);
}

TEST_F(CarelessCommand, AFileSizeLimitIsAnErrorAndNoCrash) {
  folder_.file("in.ndjson", many(200));
  EXPECT_EQ(shell("ulimit -f 64; trap '' XFSZ; \"$oncobridge\" convert \"$dir/in.ndjson\" --out "
                  "\"$dir/out.ndjson\""),
            tools::kOutput);
  EXPECT_THAT(said(), HasSubstr("output"));
}

TEST_F(CarelessCommand, AReaderThatHasEnoughIsNoCrashAndNoFullDisk) {
  folder_.file("in.ndjson", many(500));
  const std::string bundles = folder_.path("bundles");
  ASSERT_EQ(convert({folder_.path("in.ndjson"), "--quiet", "--out", bundles}).exit_code,
            tools::kOk);
  ASSERT_EQ(convert({folder_.path("in.ndjson"), "--quiet", "--bundle", "collection", "--out",
                     folder_.path("all.json")})
                .exit_code,
            tools::kOk);
  for (const std::string line :
       {"convert $dir/in.ndjson --rejects $dir/rejects", "convert $dir/in.ndjson --threads 4",
        "validate $dir/bundles --format ndjson --level information", "validate --rules",
        "fhirpath 'Bundle.descendants()' $dir/bundles", "format $dir/all.json --to ndjson",
        "definitions list"}) {
    EXPECT_EQ(shell("\"$oncobridge\" " + line + " | true"), tools::kReaderLeft) << line;
    EXPECT_EQ(said(), "") << line;
  }
  EXPECT_FALSE(fs::exists(folder_.path("rejects"))) << "the run did not end";
}

TEST_F(CarelessCommand, AnOutputThatCannotBeOpenedIsNamed) {
  const std::string input = folder_.file("in.json", sound_record("a"));
  const std::string folder = folder_.path("a-folder");
  fs::create_directory(folder);
  struct Row {
    std::vector<std::string> options;
    int code;
  };
  const Row rows[] = {{{"--out", folder_.path("missing/out.json")}, tools::kOutput},
                      {{"--out", "/proc/none/out"}, tools::kOutput},
                      {{"--rejects", folder}, tools::kOutput},
                      {{"--coverage", folder}, tools::kOutput},
                      {{"--rejects", folder_.path("missing/rejects")}, tools::kOutput},
                      {{"--out", input + "/x"}, tools::kOutput}};
  for (const Row& row : rows) {
    std::vector<std::string> arguments = {input};
    arguments.insert(arguments.end(), row.options.begin(), row.options.end());
    const auto result = convert(arguments);
    EXPECT_EQ(result.exit_code, row.code)
        << row.options[0] << " " << row.options[1] << result.error;
    EXPECT_THAT(result.error, HasSubstr(row.options[1]));
  }
}

TEST_F(CarelessCommand, ARejectFileIsNotWrittenThroughALink) {
  const std::string precious = folder_.file("precious", "precious");
  fs::create_symlink(precious, folder_.path("link"));
  EXPECT_EQ(convert({"-", "--rejects", folder_.path("link")}, "{}").exit_code, tools::kOutput);
  EXPECT_EQ(read_file(precious), "precious");
}

TEST_F(CarelessCommand, TwoCasesNeverShareAFile) {
  std::string records;
  // The second to fourth would all be a_b.json; the fifth is written like a name with a check sum.
  for (const char* id :
       {"a_b", "a/b", "a:b", "a_b-0123456789abcdef", "A_B", "con.json", "..a", "a-b"}) {
    std::string case_id = id;
    if (case_id.starts_with("..")) continue;  // no case id begins with a dot
    records += sound_record(case_id) + "\n";
  }
  const auto result = convert({"-", "--out", folder_.path("out/")}, records);
  EXPECT_EQ(result.exit_code, tools::kOk) << result.error;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path("out")), fs::directory_iterator()),
            7);
  for (const auto& entry : fs::directory_iterator(folder_.path("out"))) {
    EXPECT_TRUE(json::accept(read_file(entry.path()))) << entry.path();
  }
}

// ---- usage

TEST_F(CarelessCommand, OptionsThatMakeNoSenseAreRefused) {
  for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
           {"--threads", "0"},
           {"--threads", "-1"},
           {"--threads", "many"},
           {"--max-record", "-1"},
           {"--max-record", "0"},
           {"--max-record", "99999999999"},
           {"--bundle", "batch"},
           {"--from", "csv"},
           {"--fail-on", "never"},
           {"--recorded", "yesterday"},
           {"--id-namespace", "me"},
           {"--no-such-option"},
           {"--id-key", "a", "--id-namespace", "6f3a1c52-0d0b-5b5e-9c1f-6f6e636f6272"}}) {
    std::vector<std::string> arguments = {"-"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto result = convert(arguments, sound_record("a"));
    EXPECT_EQ(result.exit_code, tools::kUsage) << testing::PrintToString(options);
    EXPECT_NE(result.error, "");
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(CarelessCommand, AnUnsetVariableIsNoDefault) {
  // With --id-key "" a script whose variable is unset would publish ids that anybody can compute.
  for (const std::string option :
       {"--id-key", "--id-namespace", "--recorded", "--rejects", "--coverage", "--out"}) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"-", option, ""}, {"-", option + "="}, {option + "=", "-"}}) {
      const auto result = convert(arguments, sound_record("a"));
      EXPECT_EQ(result.exit_code, tools::kUsage) << testing::PrintToString(arguments);
      EXPECT_EQ(result.out, "");
    }
  }
}

TEST_F(CarelessCommand, ThreadsThatCannotStartAreDoneWithout) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take more memory than the limit";
#endif
  folder_.file("in.ndjson", many(300));
  EXPECT_EQ(shell("$oncobridge convert $dir/in.ndjson > $dir/expected"), tools::kOk);
  EXPECT_EQ(shell("ulimit -v 600000; $oncobridge convert $dir/in.ndjson --threads 256 > $dir/out"),
            tools::kOk)
      << said();
  EXPECT_EQ(read_file(folder_.path("out")), read_file(folder_.path("expected")));
}

TEST_F(CarelessCommand, HostileRecordsCostNeitherMemoryNorTime) {
  // 100 MB in one string, twenty times a million brackets, a list of a million facts: one record
  // each.
  std::string records = "{\"case_id\":\"a\",\"title\":\"" + std::string(100'000'000, 'x') + "\"}\n";
  records += std::string(1'000'000, '[') + "\n";
  records += "{\"case_id\":\"b\",\"markers\":[{\"marker\":\"ER\"}";
  for (int i = 0; i < 600'000; ++i) records += ",{\"marker\":\"ER\"}";
  records += "]}\n" + sound_record("c") + "\n";
  const std::string input = folder_.file("in.ndjson", records);
  records.clear();
  records.shrink_to_fit();
  const auto began = std::chrono::steady_clock::now();
  // Sanitizers take several times the memory: there the limit says nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  const std::string limit;
#else
  const std::string limit = "ulimit -v 700000; ";
#endif
  EXPECT_EQ(shell(limit + "\"$oncobridge\" convert \"$dir/in.ndjson\" --out \"$dir/out.ndjson\" "
                          "--rejects \"$dir/rejects\""),
            tools::kRejected)
      << said();
  EXPECT_THAT(said(), HasSubstr("4 records: 1 converted"));
  for (const char* rule : {"too-long", "not-an-object", "too-large"})
    EXPECT_THAT(said(), HasSubstr(rule));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(60));
}

}  // namespace
}  // namespace oncobridge
