// What `oncobridge validate` says where there is much to say, or something odd to quote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/sandbox_fixture.h"

namespace oncobridge {
namespace {

using nlohmann::json;
using test::CommandResult;
using test::run_command;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kForms[] = {"text", "json", "ndjson", "junit", "sarif"};

class ValidateReport : public testing::Test {
 protected:
  CommandResult validate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "validate");
    return run_command(arguments);
  }
  json line(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "ndjson"});
    const CommandResult result = validate(arguments);
    EXPECT_TRUE(json::accept(result.out)) << result.out << result.error;
    return json::accept(result.out) ? json::parse(result.out) : json::object();
  }
  TemporaryFolder folder_;
};

// ---- many issues

// LOINC is not at hand: an information for each observation.
class ManyObservations : public ValidateReport {
 protected:
  static std::string bundle(int observations) {
    std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (int i = 0; i < observations; ++i) {
      const std::string id = std::to_string(i);
      text += R"({"fullUrl":"http://x.org/Observation/)" + id +
              R"(","resource":{"resourceType":"Observation","id":")" + id +
              R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":)" +
              R"("718-7"}]}}},)";
    }
    return text + R"({"fullUrl":"http://x.org/Patient/p","resource":{"resourceType":"Patient",)" +
           R"("id":"p","gender":"m"}}]})";
  }
  const std::string file_ = folder_.file("many.json", bundle(1'200));
};

TEST_F(ManyObservations, AnErrorIsNamedHoweverMuchInformationCameFirst) {
  for (const std::string form : kForms) {
    for (const std::string level : {"error", "warning", "information"}) {
      const auto result = validate({file_, "--format", form, "--level", level});
      EXPECT_EQ(result.exit_code, 1) << form;
      EXPECT_THAT(result.out, HasSubstr("Bundle.entry[1200].resource")) << form << " " << level;
    }
  }
}

TEST_F(ManyObservations, WhatIsOnlyCountedIsSaidInEveryForm) {
  for (const std::string form : kForms) {
    const auto all = validate({file_, "--format", form, "--level", "information"});
    EXPECT_THAT(all.out, HasSubstr("beyond the limit of 1000 issues: 201 information")) << form;
    EXPECT_THAT(validate({file_, "--format", form}).out, Not(HasSubstr("beyond the limit of")))
        << "what is not shown takes no room: " << form;
  }
  const json found = line({file_, "--level", "information"});
  EXPECT_EQ(found["issues"].size(), 1'001u);
  EXPECT_EQ(found["issues"].back()["rule"], "limit-issues");
}

class TenNames : public ValidateReport {
 protected:
  // Ten unknown uses.
  const std::string file_ = folder_.file("ten.json", [] {
    std::string text = R"({"resourceType":"Patient","name":[{"use":"x0"})";
    for (int i = 1; i < 10; ++i) text += R"(,{"use":"x)" + std::to_string(i) + "\"}";
    return text + "]}";
  }());
};

TEST_F(TenNames, ErrorsBeyondTheLimitAreSaidAtEveryLevel) {
  for (const std::string form : kForms) {
    const auto result =
        validate({file_, "--format", form, "--level", "error", "--max-issues", "3"});
    EXPECT_THAT(result.out, HasSubstr("beyond the limit of 3 issues: 7 errors")) << form;
  }
  const json found = line({file_, "--max-issues", "3"});
  EXPECT_EQ(found["errors"], 10);
  EXPECT_EQ(found["issues"].size(), 4u);
  EXPECT_EQ(found["issues"][2]["expression"], "Patient.name[2].use");
  EXPECT_EQ(line({file_, "--max-issues", "10"})["issues"].size(), 10u) << "nothing was cut";
}

TEST_F(TenNames, EveryIssueCanBeSuppressedAlsoBeyondTheLimit) {
  const std::string lines =
      folder_.file("suppress.txt", "binding-required Patient.name[*].use # x\n");
  const auto result = validate({file_, "--max-issues", "3", "--suppress", lines});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("1 valid, 0 invalid; 0 errors, 0 warnings, 10 suppressed"));
  const std::string most = folder_.file("most.txt",
                                        "binding-required Patient.name[?].use # x\n"
                                        "binding-required Patient.name # never\n");
  EXPECT_THAT(validate({file_, "--max-issues", "1", "--suppress", most}).out,
              HasSubstr("nothing to suppress: " + most + ":2"));
}

TEST_F(TenNames, WhatIsSuppressedTakesNoRoom) {
  const std::string lines = folder_.file("suppress.txt",
                                         "binding-required Patient.name[0].use # x\n"
                                         "binding-required Patient.name[1].use # x\n");
  const json found = line({file_, "--max-issues", "8", "--suppress", lines});
  EXPECT_EQ(found["errors"], 8);
  EXPECT_EQ(found["issues"].size(), 8u);
  EXPECT_EQ(found["issues"][0]["expression"], "Patient.name[2].use");
}

TEST_F(ManyObservations, AnErrorBeyondTheLimitCanBeSuppressed) {
  const std::string lines =
      folder_.file("suppress.txt", "binding-required Bundle.entry[1200]* # known\n");
  for (const std::string form : kForms) {
    const auto result = validate({file_, "--format", form, "--suppress", lines});
    EXPECT_EQ(result.exit_code, 0) << form;
  }
}

// ---- odd values

// A gender as it stands in JSON; it is quoted.
class OddValues : public ValidateReport {
 protected:
  std::string patient(const std::string& value) {
    return folder_.file("odd.json", "{\"resourceType\":\"Patient\",\"gender\":\"" + value + "\"}");
  }
};

TEST_F(OddValues, CharactersThatXmlHasNotAreReplacedInJunit) {
  for (const std::string value : {"a\\ufffeb", "a\\uffffb", "a\\u0001b",
                                  "a\xEF\xBF\xBE"
                                  "b"}) {
    const auto result = validate({patient(value), "--format", "junit"});
    EXPECT_THAT(result.out, AllOf(Not(HasSubstr("\xEF\xBF\xBE")), Not(HasSubstr("\xEF\xBF\xBF")),
                                  Not(HasSubstr("\x01")), HasSubstr("b&quot; is not in")))
        << value;
  }
  EXPECT_THAT(validate({patient("a\\ufffdb"), "--format", "junit"}).out, HasSubstr("a\xEF\xBF\xBD"
                                                                                   "b"));
}

TEST_F(OddValues, AFileNameKeepsItsLineFeedAndTabInJunit) {
  const std::string file = folder_.file("a\nb\tc\rd.json", R"({"resourceType":"Patient"})");
  const auto result = validate({file, "--format", "junit"});
  EXPECT_THAT(result.out, HasSubstr("a&#10;b&#9;c&#13;d.json\" name="));
}

TEST_F(OddValues, ControlCharactersAreNoFhirStringAndBecomeBlanks) {
  const std::string file = folder_.file(
      "c.json", R"({"resourceType":"Patient","gender":"a\u0001\u001fb","c\u0002d":1})");
  const auto result = validate({file, "--format", "json"});
  EXPECT_EQ(result.exit_code, 1);
  const json issues = json::parse(result.out)["entry"][0]["resource"]["issue"];
  EXPECT_THAT(issues.dump(), AllOf(HasSubstr("a  b"), HasSubstr("c d"), Not(HasSubstr("\\u00"))));
  const auto again = validate({folder_.file("report.json", result.out)});
  EXPECT_EQ(again.exit_code, 0) << again.out;
}

TEST_F(OddValues, ALongNameIsCutAsLongValuesAre) {
  const std::string name(2'000'000, 'n');
  const std::string file = folder_.file(
      "n.json", R"({"resourceType":"Patient",")" + name + R"(":{"a":1},"contact":[{")" + name +
                    R"(":1}],"meta":{"profile":["http://x.org/)" + name + R"("]}})");
  for (const std::string form : kForms) {
    const auto result = validate({file, "--format", form});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_LT(result.out.size(), 200'000u) << form;
    EXPECT_THAT(result.out, HasSubstr("nnn...")) << form;
  }
}

TEST_F(OddValues, SarifCountsColumnsInUtf16) {
  const auto column = [&](const std::string& text) {
    const auto result = validate({folder_.file("u.json", text), "--format", "sarif"});
    const json run = json::parse(result.out)["runs"][0];
    EXPECT_EQ(run["columnKind"], "utf16CodeUnits");
    return run["results"]
        .back()["locations"][0]["physicalLocation"]["region"]["startColumn"]
        .get<int>();
  };
  const std::string start = R"({"resourceType":"Patient","name":[{"family":")";
  const std::string end = R"("}],"gender":"m"})";
  const int plain = column(start + end);
  EXPECT_EQ(plain, static_cast<int>(start.size()) + 5);
  EXPECT_EQ(column(start + "12345678901234567" + end), plain + 17);
  EXPECT_EQ(column(start + "\xC3\xA4\xC3\xB6" + end), plain + 2) << "two umlauts";
  EXPECT_EQ(column(start + "\xE2\x82\xAC" + end), plain + 1) << "a euro";
  EXPECT_EQ(column(start + "\xF0\x9F\x98\x80" + end), plain + 2) << "an emoji is a pair";
  EXPECT_EQ(column("\xEF\xBB\xBF" + start + end), plain) << "a byte-order mark is no text";
  EXPECT_EQ(column("{\"resourceType\":\"Patient\",\"id\":\"\xC3\xA4\",\n \"gender\":\"m\"}"), 2);
}

// ---- counts

TEST_F(ValidateReport, WhatCouldNotBeJudgedIsAnErrorInEveryCount) {
  const std::string file = folder_.file("broken.json", R"({"resourceType":"Patient",)");
  EXPECT_THAT(validate({file}).out, HasSubstr("0 valid, 0 invalid, 1 not judged; 1 error, 0 w"));
  EXPECT_EQ(line({file})["errors"], 1);
  EXPECT_THAT(validate({file, "--format", "junit"}).out, HasSubstr("message=\"1 error\""));
}

}  // namespace
}  // namespace oncobridge
