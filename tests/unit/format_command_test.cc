// `oncobridge format`: JSON, XML and NDJSON into one another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/sandbox_fixture.h"
#include "tools/commands.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;
using test::CommandResult;
using test::read_file;
using test::run_command;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

class FormatCommand : public testing::Test {
 protected:
  CommandResult format(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "format");
    return run_command(arguments, input);
  }
  std::string turned(const std::string& to, const std::string& input) {
    const auto result = format({"-", "--to", to}, input);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(result.error, "");
    return result.out;
  }
  TemporaryFolder folder_;
};

// Digits, an empty place in a list, and extensions of primitives.
constexpr const char* kObservation =
    R"({"resourceType":"Observation","id":"o","text":{"status":"generated","div":)"
    R"("<div xmlns=\"http://www.w3.org/1999/xhtml\">5 &lt; 6 &amp; <b>x</b></div>"},)"
    R"("contained":[{"resourceType":"Patient","name":[{"given":["A",null,"C"],)"
    R"("_given":[null,{"extension":[{"url":"http://x.org","valueBoolean":true}]},null]}]}],)"
    R"("status":"final","_status":{"id":"s"},"code":{"text":"a\n\"b\" <c>"},)"
    R"("valueQuantity":{"value":1.50,"unit":"%"},"component":[{"code":{"text":"é"},)"
    R"("valueInteger":0}]})";

TEST_F(FormatCommand, JsonBecomesXmlAndBackWithoutLoss) {
  const std::string xml = turned("xml", kObservation);
  EXPECT_THAT(xml, testing::StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Observation "
                                       "xmlns=\"http://hl7.org/fhir\"><id value=\"o\"/>"));
  EXPECT_THAT(xml, HasSubstr("<value value=\"1.50\"/>"));
  EXPECT_THAT(xml, HasSubstr("<contained><Patient>"));
  EXPECT_THAT(xml, HasSubstr("5 &lt; 6 &amp; <b>x</b></div>"));
  EXPECT_EQ(turned("json", xml), std::string(kObservation) + "\n");
  EXPECT_EQ(turned("xml", xml), xml);
}

TEST_F(FormatCommand, APrettyFileIsTheSameResource) {
  const auto json = format({"-", "--to", "json", "--pretty"}, kObservation);
  EXPECT_THAT(json.out, testing::StartsWith("{\n  \"resourceType\": \"Observation\",\n"));
  EXPECT_EQ(turned("json", json.out), std::string(kObservation) + "\n");
  const auto xml = format({"-", "--to", "xml", "--pretty"}, kObservation);
  EXPECT_THAT(xml.out, HasSubstr("\n  <id value=\"o\"/>\n"));
  EXPECT_EQ(turned("json", xml.out), std::string(kObservation) + "\n");
}

TEST_F(FormatCommand, ABundleBecomesOneLineAResource) {
  const auto result =
      format({"-", "--to", "ndjson"},
             R"({"resourceType":"Bundle","type":"collection","entry":[)"
             R"({"fullUrl":"urn:x","resource":{"resourceType":"Patient","id":"a"}},)"
             R"({"request":{"method":"DELETE","url":"Patient/b"}},)"
             R"({"resource":{"resourceType":"Group","quantity":1}}]})");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"
            "{\"resourceType\":\"Group\",\"quantity\":1}\n");
  EXPECT_THAT(result.error, HasSubstr("1 entries of bundles hold no resource"));
  EXPECT_EQ(turned("ndjson", result.out), result.out) << "lines stay lines";
}

TEST_F(FormatCommand, SeveralResourcesAreNoJsonOrXmlFile) {
  const std::string lines = "{\"resourceType\":\"Patient\"}\n{\"resourceType\":\"Group\"}\n";
  for (const char* to : {"json", "xml"}) {
    const auto result = format({folder_.file("a.ndjson", lines), "--to", to});
    EXPECT_EQ(result.exit_code, tools::kRejected);
    EXPECT_THAT(result.error, HasSubstr("a.ndjson:2:1: a file holds one resource"));
    EXPECT_EQ(result.out, "");
    format({folder_.path("a.ndjson"), "--to", to, "--out", folder_.path("one")});
    EXPECT_FALSE(fs::exists(folder_.path("one")));
  }
}

TEST_F(FormatCommand, AnAmpersandInCdataIsText) {
  const std::string json =
      R"({"resourceType":"Patient","text":{"status":"generated","div":)"
      R"("<div xmlns=\"http://www.w3.org/1999/xhtml\"><![CDATA[<z>&]]><!-- & --></div>"}})";
  EXPECT_EQ(turned("json", turned("xml", json)), json + "\n");
}

TEST_F(FormatCommand, AFaultIsNamedWithItsPlaceAndWithoutAnyValue) {
  struct Row {
    const char* to;
    std::string input;
    const char* said;
  };
  const Row rows[] = {
      {"xml", "{\n\"resourceType\":\"Patient\",\n\"id\":\"CANARY\",}", ":3:14: "},
      {"json", "{\"resourceType\":\"Patient\",\"id\":\"CANARY\",\"id\":\"b\"}",
       "[json-duplicate-name]"},
      {"json", "{\"resourceType\":\"Patient\" /* CANARY */}", "[json-comment]"},
      {"json", "{\"id\":\"CANARY\"}", "[resource-type-missing]"},
      {"xml", "{\"resourceType\":\"Patient\",\"name\":[],\"id\":\"CANARY\"}",
       ":1:27: `name` cannot become XML: the list is empty"},
      {"xml", "{\"resourceType\":\"Patient\",\"canary\":\"CANARY\"}",
       "`canary` cannot become XML: R4 has no such element here"},
      {"xml", "{\"resourceType\":\"Patient\",\"name\":{\"text\":\"CANARY\"}}", "[shape-array]"},
      {"xml", "{\"resourceType\":\"Patient\",\"birthDate\":1951,\"id\":\"CANARY\"}",
       ":1:27: `birthDate` cannot become XML: it is a string"},
      {"xml", "{\"resourceType\":\"Patient\",\"active\":\"CANARY\"}", "it is a boolean"},
      {"xml", "{\"resourceType\":\"Patient\",\n \"id\":\"CANARY\\u0001\"}",
       ":2:7: `id` cannot become XML: it has a character that XML forbids"},
      {"xml",
       "{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\n\"div\":\"CANARY\"}}",
       ":2:7: `div` cannot become XML: it is a narrative that is no whole <div>"},
      {"json", "<?xml version=\"1.1\"?>\n<Patient xmlns=\"http://hl7.org/fhir\"/>",
       ":1:16: FHIR is written in XML 1.0"},
      {"json", "<Patient xmlns=\"http://hl7.org/fhir\">\n<id value=\"CANARY\"", ":2:"},
      {"json", "<Patient xmlns=\"http://hl7.org/fhir\">\n <canary value=\"CANARY\"/></Patient>",
       ":2:2: R4 has no such element here"},
      {"json", "<Elephant xmlns=\"http://hl7.org/fhir\"/>", "R4 has no such resource"}};
  for (const Row& row : rows) {
    const auto result = format({"-", "--to", row.to}, row.input);
    EXPECT_EQ(result.exit_code, tools::kRejected) << row.input;
    EXPECT_EQ(result.out, "") << row.input;
    EXPECT_THAT(result.error, HasSubstr(row.said)) << row.input;
    EXPECT_THAT(result.error, Not(HasSubstr("CANARY"))) << row.input;
  }
}

TEST_F(FormatCommand, CommentsOfXmlAreLeftOutAndCounted) {
  const std::string xml =
      "<?xml version=\"1.0\"?>\n<!-- one --><?two?>\n<Patient xmlns=\"http://hl7.org/fhir\"><text>"
      "<status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\"><!-- kept "
      "-->a</div>"
      "</text><!-- three --></Patient>";
  const auto result = format({"-", "--to", "json"}, xml);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("<!-- kept -->"));
  EXPECT_THAT(result.error, HasSubstr("3 comments and processing instructions of XML left out"));
  EXPECT_EQ(format({"-", "--to", "json"}, result.out).error, "");
}

// XML 1.0 section 2.11.
TEST_F(FormatCommand, LineEndsOfANarrativeInXmlAreLineFeeds) {
  const std::string xml =
      "<Patient xmlns=\"http://hl7.org/fhir\">\r\n<text><status value=\"generated\"/>"
      "<div xmlns=\"http://www.w3.org/1999/xhtml\">a\r\nb\rc</div></text></Patient>";
  EXPECT_THAT(turned("json", xml), HasSubstr("xhtml\\\">a\\nb\\nc</div>"));
  EXPECT_THAT(turned("xml", xml), HasSubstr(">a\nb\nc</div>"));
}

TEST_F(FormatCommand, ABrokenLineCostsOnlyItself) {
  const auto result = format({"-", "--to", "ndjson"},
                             "{\"resourceType\":\"Patient\"}\n{\"resourceType\"\n"
                             "{\"resourceType\":\"Group\"}\n");
  EXPECT_EQ(result.exit_code, tools::kRejected);
  EXPECT_EQ(result.out, "{\"resourceType\":\"Patient\"}\n{\"resourceType\":\"Group\"}\n");
  EXPECT_THAT(result.error, HasSubstr("<stdin>:2:"));
}

TEST_F(FormatCommand, WhatCannotBeReadIsExitCode3) {
  for (const std::string& input : {folder_.path("gone.json"), folder_.file("empty.json", "\n")}) {
    const auto result = format({input, "--to", "xml", "--out", folder_.path("out.xml")});
    EXPECT_EQ(result.exit_code, tools::kInput);
    EXPECT_FALSE(fs::exists(folder_.path("out.xml")));
  }
}

TEST_F(FormatCommand, TheOutputIsItsOwnersAndNeverTheInput) {
  const std::string input = folder_.file("a.json", kObservation);
  EXPECT_EQ(format({input, "--to", "xml", "--out", folder_.path("a.xml")}).exit_code, 0);
  struct stat status {};
  ASSERT_EQ(stat(folder_.path("a.xml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(turned("json", read_file(folder_.path("a.xml"))), std::string(kObservation) + "\n");
  const auto refused = format({input, "--to", "json", "--out", folder_.path("./a.json")});
  EXPECT_EQ(refused.exit_code, tools::kUsage);
  EXPECT_EQ(read_file(input), kObservation);
  EXPECT_EQ(format({input, "--to", "json", "--out", "/dev/full"}).exit_code, tools::kOutput);
}

TEST_F(FormatCommand, AWrongCommandLineIsRefused) {
  const std::string input = folder_.file("a.json", kObservation);
  EXPECT_EQ(format({input}).exit_code, tools::kUsage);
  EXPECT_EQ(format({input, "--to", "csv"}).exit_code, tools::kUsage);
  EXPECT_EQ(format({input, "--to", "ndjson", "--pretty"}).exit_code, tools::kUsage);
  EXPECT_EQ(format({folder_.path(), "--to", "json"}).exit_code, tools::kUsage);
}

// validate took it with a warning, and format refused it.
TEST_F(FormatCommand, AByteOrderMarkIsToldAndLeftOut) {
  const auto result = format({"-", "--to", "json"}, "\xEF\xBB\xBF" + std::string(kObservation));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, std::string(kObservation) + "\n");
  EXPECT_THAT(result.error, HasSubstr("<stdin>:1:1: The document begins with a byte-order mark"));
  // XML may have one.
  const auto xml = format({"-", "--to", "json"}, "\xEF\xBB\xBF" + turned("xml", kObservation));
  EXPECT_EQ(xml.out, std::string(kObservation) + "\n");
  EXPECT_EQ(xml.error, "");
}

// It was told of an element without a name.
TEST_F(FormatCommand, AnUnknownResourceTypeIsNamedForWhatItIs) {
  const auto result = format({"-", "--to", "xml"}, R"({"resourceType":"Pateint","id":"p"})");
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.error, HasSubstr("<stdin>:1:1: R4 has no such resource, so it cannot become "
                                      "XML [resource-type-unknown]"));
}

TEST_F(FormatCommand, DeepNestingEndsInAFault) {
  std::string deep = R"({"resourceType":"Patient")";
  for (int i = 0; i < 200'000; ++i) deep += R"(,"extension":[{"url":"x")";
  EXPECT_THAT(format({"-", "--to", "xml"}, deep).error, HasSubstr("[limit-depth]"));
  EXPECT_THAT(format({"-", "--to", "xml", "--max-depth", "10000"}, deep).error,
              HasSubstr("[limit-depth]"));
  std::string sound = R"({"resourceType":"Patient")";
  for (int i = 0; i < 9'000; ++i) sound += R"(,"extension":[{"url":"x")";
  for (int i = 0; i < 9'000; ++i) sound += "}]";
  const auto turned = format({"-", "--to", "xml", "--max-depth", "10000"}, sound + "}");
  EXPECT_EQ(turned.exit_code, 0) << turned.error;
}

}  // namespace
}  // namespace oncobridge
