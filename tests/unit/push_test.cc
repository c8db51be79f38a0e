#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "oncobridge/deliver/fhir_client.h"
#include "tests/support/sandbox_fixture.h"

namespace oncobridge::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string transaction(const std::string& entries) {
  return R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entries + "]}";
}

std::string put(const std::string& resource, const std::string& url) {
  return "{\"resource\":" + resource + R"(,"request":{"method":"PUT","url":")" + url + "\"}}";
}

std::string patient_bundle(const std::string& id, const std::string& more = "") {
  return transaction(
      put(R"({"resourceType":"Patient","id":")" + id + "\"" + more + "}", "Patient/" + id));
}

// ---- What may be sent.

std::string refusal(const std::string& bundle) {
  const auto document = JsonDocument::parse(bundle);
  const auto entries = sendable_entries(*document);
  return entries ? "" : entries.error();
}

TEST(SendableEntries, ATransactionOfPutsMayBeSent) {
  const auto document = JsonDocument::parse(patient_bundle("a", R"(,"x":1.50)"));
  const auto entries = sendable_entries(*document);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->front().type, "Patient");
  EXPECT_EQ(entries->front().id, "a");
  EXPECT_EQ(entries->front().resource.find("x").raw(), "1.50");
}

TEST(SendableEntries, AnythingElseMayNot) {
  const std::string a = R"({"resourceType":"Patient","id":"a"})";
  EXPECT_THAT(refusal("[]"), HasSubstr("not a FHIR Bundle"));
  EXPECT_THAT(refusal(a), HasSubstr("not a FHIR Bundle"));
  EXPECT_THAT(refusal(R"({"resourceType":"Bundle","type":"collection"})"),
              HasSubstr("another type"));
  EXPECT_THAT(refusal(R"({"resourceType":"Bundle","type":"batch"})"), HasSubstr("another type"));
  EXPECT_THAT(refusal(transaction("")), HasSubstr("without entries"));
  EXPECT_THAT(
      refusal(transaction(R"({"resource":{},"request":{"method":"POST","url":"Patient"}})")),
      HasSubstr("Bundle.entry[0] is not a PUT"));
  EXPECT_THAT(refusal(transaction(put(a, "Patient?identifier=1"))), HasSubstr("not Type/id"));
  EXPECT_THAT(refusal(transaction(put(a, "Patient/a/b"))), HasSubstr("not Type/id"));
  EXPECT_THAT(refusal(transaction(put(a, "../x"))), HasSubstr("not Type/id"));
  EXPECT_THAT(refusal(transaction(put(a, "Patient/b"))), HasSubstr("another type or id"));
  EXPECT_THAT(refusal(transaction(put(a, "Group/a"))), HasSubstr("another type or id"));
  EXPECT_THAT(refusal(transaction(put(a, "Patient/a") + "," + put(a, "Patient/a"))),
              HasSubstr("Bundle.entry[1] has the same url"));
}

TEST(CheckedBaseUrl, TakesHttpUrlsWithoutSecrets) {
  EXPECT_EQ(*checked_base_url("http://127.0.0.1:8080/fhir//"), "http://127.0.0.1:8080/fhir");
  EXPECT_EQ(*checked_base_url("https://example.org/fhir"), "https://example.org/fhir");
  for (const char* url : {"", "example.org/fhir", "ftp://example.org/", "file:///etc/passwd",
                          "http://", "https://example.org/fhir?x=1", "https://example.org/#a"}) {
    EXPECT_FALSE(checked_base_url(url)) << url;
  }
  for (const char* url : {"https://me:secret@example.org/fhir", "https://me@example.org/fhir"}) {
    const auto refused = checked_base_url(url);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error(), HasSubstr("credentials"));
    EXPECT_THAT(refused.error(), Not(HasSubstr("secret")));
  }
}

TEST(CheckedBaseUrl, KnowsWhatCanBeReadOnTheWay) {
  EXPECT_TRUE(is_unprotected("http://example.org/fhir"));
  EXPECT_FALSE(is_unprotected("https://example.org/fhir"));
  EXPECT_FALSE(is_unprotected("http://localhost:8080/fhir"));
  EXPECT_FALSE(is_unprotected("http://127.0.0.1/fhir"));
  EXPECT_FALSE(is_unprotected("http://[::1]:80/fhir"));
  EXPECT_TRUE(is_unprotected("http://localhost.example.org/fhir"));
  EXPECT_TRUE(is_unprotected("http://127.evil.invalid/fhir"));
  EXPECT_TRUE(is_unprotected("http://127.0.0.1.evil.invalid/fhir"));
}

// ---- What a server answers.

class ScriptedTransport : public HttpTransport {
 public:
  using Answer = tl::expected<HttpResponse, HttpFault>;
  explicit ScriptedTransport(Answer answer) : answer_(std::move(answer)) {}
  Answer get(const std::string&) override { return answer_; }
  Answer post(const std::string&, std::string_view) override { return answer_; }

 private:
  Answer answer_;
};

FhirClient client_that_hears(int status, const std::string& body) {
  return FhirClient("http://x",
                    std::make_unique<ScriptedTransport>(HttpResponse{status, body, ""}));
}

class FhirClientTest : public ::testing::Test {
 protected:
  tl::expected<std::vector<EntryResult>, ServerFault> send(int status, const std::string& body) {
    return client_that_hears(status, body).send(bundle_, *sendable_entries(document_));
  }
  static std::string response(const std::string& entries) {
    return R"({"resourceType":"Bundle","type":"transaction-response","entry":[)" + entries + "]}";
  }
  static std::string status(const std::string& text, const std::string& more = "") {
    return R"({"response":{"status":")" + text + "\"" + more + "}}";
  }

  const std::string bundle_ =
      transaction(put(R"({"resourceType":"Patient","id":"a"})", "Patient/a") + "," +
                  put(R"({"resourceType":"Group","id":"b"})", "Group/b"));
  const JsonDocument document_ = *JsonDocument::parse(bundle_);
};

TEST_F(FhirClientTest, TwoStoredEntriesAreTwoStoredEntries) {
  const auto results = send(
      200, response(status("201 Created", R"(,"location":"http://x/fhir/Patient/a/_history/1")") +
                    "," + status("200", R"(,"location":"Group/b")")));
  ASSERT_TRUE(results);
  EXPECT_TRUE((*results)[0].stored());
  EXPECT_EQ((*results)[0].status, 201);
  EXPECT_TRUE((*results)[1].stored());
  EXPECT_EQ((*results)[1].status, 200);
}

TEST_F(FhirClientTest, AFailedEntryInsideA200IsAFailure) {
  const auto results = send(
      200,
      response(
          status("201 Created") + "," +
          status("422 Unprocessable",
                 R"(,"outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"error",)"
                 R"("code":"invariant","details":{"text":"no"},"expression":["Group.type"]}]})")));
  ASSERT_TRUE(results);
  EXPECT_TRUE((*results)[0].stored());
  EXPECT_FALSE((*results)[1].stored());
  ASSERT_EQ((*results)[1].issues.size(), 1u);
  EXPECT_EQ((*results)[1].issues[0].describe(), "error invariant at Group.type: no");
}

TEST_F(FhirClientTest, AnEntryWithoutAStatusIsAFailure) {
  const auto results = send(200, response(R"({"response":{}},{})"));
  ASSERT_TRUE(results);
  EXPECT_FALSE((*results)[0].stored());
  EXPECT_FALSE((*results)[1].stored());
}

TEST_F(FhirClientTest, AnEntryStoredUnderAnotherIdIsAFailure) {
  const auto results =
      send(200, response(status("201 Created", R"(,"location":"Patient/z/_history/1")") + "," +
                         status("201 Created", R"(,"location":"Patient/b")")));
  ASSERT_TRUE(results);
  EXPECT_THAT((*results)[0].problem, HasSubstr("another type or id"));
  EXPECT_THAT((*results)[1].problem, HasSubstr("another type or id"));
}

TEST_F(FhirClientTest, TheNumberOfEntriesMustBeTheSame) {
  EXPECT_THAT(send(200, response(status("201"))).error().text, HasSubstr("fewer"));
  EXPECT_THAT(send(200, response("")).error().text, HasSubstr("fewer"));
  EXPECT_THAT(
      send(200, response(status("201") + "," + status("201") + "," + status("201"))).error().text,
      HasSubstr("more"));
}

TEST_F(FhirClientTest, OnlyAnAnswerToATransactionIsOne) {
  for (const std::string type : {"batch-response", "searchset", "transaction"}) {
    std::string answer = response(status("201") + "," + status("201"));
    answer.replace(answer.find("transaction-response"), 20, type);
    const auto results = send(200, answer);
    ASSERT_FALSE(results) << type << ": a batch may have stored the half of it";
    EXPECT_THAT(results.error().text, HasSubstr("another type than transaction-response"));
  }
}

TEST_F(FhirClientTest, ARefusalCarriesTheServersWords) {
  const auto refused = send(
      400, R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing",)"
           R"("diagnostics":"HAPI-1094","location":["Bundle.entry[0]"]}]})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ServerFault::Kind::kRefused);
  EXPECT_EQ(refused.error().status, 400);
  EXPECT_EQ(refused.error().issues.at(0).describe(),
            "error processing at Bundle.entry[0]: HAPI-1094");
}

TEST_F(FhirClientTest, WhatIsNoFhirAnswerIsNotTakenForOne) {
  using Kind = ServerFault::Kind;
  EXPECT_EQ(send(200, "<html>").error().kind, Kind::kNotFhirR4);
  EXPECT_EQ(send(200, "{}").error().kind, Kind::kNotFhirR4);
  EXPECT_EQ(send(302, "").error().kind, Kind::kNotFhirR4);
  EXPECT_EQ(send(500, "<html>").error().kind, Kind::kRefused);
  EXPECT_EQ(send(503, "<html>").error().kind, Kind::kUnreachable);
  EXPECT_EQ(send(200, std::string(100'000, '[')).error().kind, Kind::kNotFhirR4);
}

TEST(FhirClientCheck, TheServerMustSpeakR4AndTakeTransactions) {
  const auto verdict = [](const std::string& body) {
    const auto checked = client_that_hears(200, body).check_server();
    return checked ? std::string() : checked.error().text;
  };
  const std::string head = R"({"resourceType":"CapabilityStatement","fhirVersion":)";
  EXPECT_EQ(verdict(head + "\"4.0.1\"}"), "");
  EXPECT_EQ(verdict(head + R"("4.0.0","rest":[{"interaction":[{"code":"transaction"}]}]})"), "");
  EXPECT_THAT(verdict(head + R"("4.0.1","rest":[{"interaction":[{"code":"batch"}]}]})"),
              HasSubstr("transactions"));
  EXPECT_THAT(verdict(head + "\"5.0.0\"}"), HasSubstr("R4"));
  EXPECT_THAT(verdict(head + "\"4.3.0\"}"), HasSubstr("R4"));
  EXPECT_THAT(verdict(R"({"resourceType":"Patient"})"), HasSubstr("CapabilityStatement"));
  EXPECT_EQ(client_that_hears(404, "").check_server().error().kind, ServerFault::Kind::kNotFhirR4);
}

TEST(HttpTransport, ADeadServerIsAFaultWithoutTheUrl) {
  const auto response = make_http_transport()->get("http://127.0.0.1:1/fhir/Patient/secret-id");
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().text, Not(HasSubstr("secret-id")));
}

class HttpTransportTest : public SandboxTest {};

TEST_F(HttpTransportTest, AnAnswerThatIsTooLargeIsCutOff) {
  HttpLimits limits;
  limits.max_response = 1000;
  const auto response = make_http_transport(limits)->get(url("/metadata"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().text, "the answer is too large");
}

// ---- The command.

class PushCommandTest : public SandboxTest {
 protected:
  CommandResult push(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "push");
    arguments.insert(arguments.end(), {"--server", url()});
    return run_command(arguments, input);
  }

  TemporaryFolder folder_;
};

TEST_F(PushCommandTest, AFolderIsDeliveredVerifiedAndReported) {
  folder_.file("b.json", patient_bundle("b", R"(,"x":1.50,"name":[{"family":"Canary"}])"));
  folder_.file("a.json", patient_bundle("a"));
  folder_.file("more.ndjson", patient_bundle("c") + "\r\n\n" + patient_bundle("d"));
  folder_.file("notes.txt", "not a bundle");
  const std::string report = folder_.path("report.ndjson");
  const CommandResult first = push({folder_.path(), "--verify", "--report", report});
  EXPECT_EQ(first.exit_code, 0) << first.error;
  EXPECT_THAT(first.error,
              HasSubstr("4 bundles delivered, 0 not; resources: 4 created, 0 updated"));
  EXPECT_THAT(first.error, HasSubstr("read back: 4 equal, 0 different"));
  EXPECT_THAT(first.error, Not(HasSubstr("Canary")));
  EXPECT_EQ(first.out, "");
  EXPECT_EQ(server_->store().size(), 4u);

  struct stat info {};
  ASSERT_EQ(::stat(report.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_THAT(
      read_file(report),
      HasSubstr(R"({"file":")" + folder_.path("more.ndjson") +
                R"(:3","resourceType":"Patient","id":"d","status":"created","verified":true})"));

  const CommandResult second = push({folder_.path(), "--report", report});
  EXPECT_EQ(second.exit_code, 0) << second.error;
  EXPECT_THAT(second.error, HasSubstr("0 created, 4 updated or unchanged"));
  EXPECT_THAT(read_file(report), HasSubstr(R"("status":"updated","verified":null})"));
  EXPECT_EQ(server_->store().read("Patient", "b")->version, 1u);
}

TEST_F(PushCommandTest, StandardInputHoldsOneBundleALine) {
  const CommandResult result = push({"-"}, patient_bundle("a") + "\n" + patient_bundle("b"));
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(server_->store().size(), 2u);
}

TEST_F(PushCommandTest, ARefusedBundleIsNamedWithTheServersWordsAndTheRestIsSent) {
  const std::string bad = folder_.file(
      "bad.json",
      transaction(put(
          R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/x"},"note":[{"text":"Canary"}]})",
          "Condition/c")));
  const std::string good = folder_.file("good.json", patient_bundle("a"));
  const std::string report = folder_.path("report");
  const CommandResult result = push({bad, good, "--report", report});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.error, HasSubstr("bad.json: refused by the server: status 400"));
  EXPECT_THAT(result.error,
              HasSubstr("error not-found at Bundle.entry[0].resource.subject.reference"));
  EXPECT_THAT(result.error, HasSubstr("1 bundles delivered, 1 not"));
  EXPECT_THAT(result.error, Not(HasSubstr("Canary")));
  EXPECT_THAT(read_file(report), HasSubstr(R"("id":"c","status":"refused","verified":null)"));
  EXPECT_EQ(server_->store().size(), 1u);
}

TEST_F(PushCommandTest, WhatTheServerChangedIsNamedByItsPlace) {
  const std::string bundle = folder_.file(
      "a.json",
      transaction(
          R"({"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/a"}},)" +
          put(R"({"resourceType":"Condition","id":"c","subject":{"reference":"urn:uuid:1"}})",
              "Condition/c")));
  const std::string report = folder_.path("report");
  const CommandResult result = push({bundle, "--verify", "--report", report});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.error, HasSubstr("Condition/c: what is read back is not what was sent"));
  EXPECT_THAT(result.error, HasSubstr("  Condition.subject.reference changed\n"));
  EXPECT_THAT(result.error, Not(HasSubstr("urn:uuid")));
  EXPECT_THAT(read_file(report), HasSubstr(R"("id":"c","status":"created","verified":false)"));
}

TEST_F(PushCommandTest, WhatMayNotBeSentIsRefusedBeforeSending) {
  const std::string post = folder_.file(
      "post.json",
      transaction(
          R"({"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}})"));
  const CommandResult refused = push({post});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.error, HasSubstr("not sent: Bundle.entry[0] is not a PUT"));
  EXPECT_EQ(server_->store().size(), 0u);
}

TEST_F(PushCommandTest, AnInputThatCannotBeReadIsAnInputError) {
  EXPECT_EQ(push({folder_.path("none.json")}).exit_code, 3);
  EXPECT_EQ(push({folder_.file("half.json", patient_bundle("a").substr(0, 50))}).exit_code, 3);
  EXPECT_EQ(push({folder_.file("bom.json", "\xEF\xBB\xBF" + patient_bundle("a"))}).exit_code, 3);
  const TemporaryFolder empty;
  EXPECT_EQ(push({empty.path()}).exit_code, 3);
  const CommandResult mixed = push({"-"}, "{\n" + patient_bundle("a"));
  EXPECT_EQ(mixed.exit_code, 3);
  EXPECT_THAT(mixed.error, HasSubstr("stdin:1: not sent: not JSON"));
  EXPECT_EQ(server_->store().size(), 1u);
}

std::string indented(const std::string& text) {
  return nlohmann::ordered_json::parse(text).dump(1) + "\n";
}

TEST_F(PushCommandTest, BundlesAreFoundOnLinesOfTheirOwnAndOverSeveralLines) {
  // `convert folder --out all.json` writes a bundle a line.
  const std::string lines =
      folder_.file("lines.json", patient_bundle("a") + "\n" + patient_bundle("b") + "\n");
  const std::string pretty = folder_.file(
      "pretty.json", "\n" + indented(patient_bundle("c")) + indented(patient_bundle("d")));
  const std::string report = folder_.path("report");
  const CommandResult files = push({lines, pretty, "--report", report});
  EXPECT_EQ(files.exit_code, 0) << files.error;
  EXPECT_THAT(read_file(report), HasSubstr("lines.json:2\""));
  EXPECT_THAT(read_file(report), HasSubstr("pretty.json:2\""));
  EXPECT_EQ(push({"-"}, indented(patient_bundle("e"))).exit_code, 0);
  EXPECT_EQ(server_->store().size(), 5u);
  // Cut off, it is one broken bundle and not many broken lines.
  const std::string whole = indented(patient_bundle("f"));
  const CommandResult cut = push({"-"}, whole.substr(0, whole.size() / 2));
  EXPECT_EQ(cut.exit_code, 3);
  EXPECT_THAT(cut.error, HasSubstr("0 bundles delivered, 1 not"));
}

TEST_F(PushCommandTest, AReportNeverTakesThePlaceOfABundle) {
  const std::string bundle = patient_bundle("a");
  const std::string file = folder_.file("a.json", bundle);
  std::filesystem::create_symlink(file, folder_.path("link.json"));
  for (const std::string& input : {file, folder_.path()}) {
    for (const std::string name : {"a.json", "./a.json", "link.json"}) {
      EXPECT_EQ(push({input, "--report", folder_.path(name)}).exit_code, 2) << input << name;
      EXPECT_EQ(read_file(file), bundle);
    }
  }
  EXPECT_EQ(server_->store().size(), 0u) << "refused before anything is sent";
}

TEST_F(PushCommandTest, AStoppedPushNamesAllThatWasNotSent) {
  const std::string a = folder_.file("a.json", patient_bundle("a"));
  folder_.file("b.json", patient_bundle("b"));
  const std::string report = folder_.path("report");
  const CommandResult result = run_command(
      {"push", folder_.path(), "--server", "http://127.0.0.1:1/fhir", "--report", report});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.error, HasSubstr("0 bundles delivered, 2 not"));
  EXPECT_THAT(result.error, HasSubstr("2 not sent"));
  for (const char* id : {"a", "b"}) {
    EXPECT_THAT(read_file(report), HasSubstr("\"id\":\"" + std::string(id) +
                                             R"(","status":"not sent","verified":null})"));
  }
}

TEST_F(PushCommandTest, AFileNameCannotSendCommandsToTheTerminal) {
  const std::string name = "a\x1b[31m\nb\xC2\x9B.json";
  folder_.file(name, "{");
  std::filesystem::create_symlink(folder_.path("loop.json"), folder_.path("loop.json"));
  const CommandResult result = push({folder_.path()});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.error, Not(HasSubstr("\x1b")));
  EXPECT_THAT(result.error, Not(HasSubstr("\xC2\x9B")));
  EXPECT_THAT(result.error, Not(HasSubstr("\nb")));
  EXPECT_THAT(result.error, HasSubstr("loop.json: not sent: the file cannot be opened"));
}

TEST_F(PushCommandTest, AReportThatCannotBeWrittenIsSaidBeforeAnythingIsSent) {
  const CommandResult result = push(
      {folder_.file("a.json", patient_bundle("a")), "--report", folder_.path("no/such/report")});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(server_->store().size(), 0u);
}

TEST_F(PushCommandTest, AServerThatIsNotThereIsAServerError) {
  const std::string a = folder_.file("a.json", patient_bundle("a"));
  EXPECT_EQ(run_command({"push", a, "--server", "http://127.0.0.1:1/fhir"}).exit_code, 5);
  const std::string wrong_base = url().substr(0, url().size() - 5);
  EXPECT_EQ(run_command({"push", a, "--server", wrong_base}).exit_code, 5);
  const CommandResult secret =
      run_command({"push", a, "--server", "http://me:hush@127.0.0.1/fhir"});
  EXPECT_EQ(secret.exit_code, 2);
  EXPECT_THAT(secret.error, HasSubstr("credentials"));
  EXPECT_THAT(secret.error, Not(HasSubstr("hush")));
}

TEST_F(PushCommandTest, TheSandboxCommandServesAndEndsCleanly) {
  const std::string ready = folder_.path("ready");
  RunningCommand server({"sandbox", "--ready-file", ready});
  std::string base;
  for (int i = 0; i < 300 && base.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    base = read_file(ready);
  }
  ASSERT_THAT(base, HasSubstr("http://127.0.0.1:"));
  base.pop_back();
  const CommandResult pushed = run_command(
      {"push", folder_.file("a.json", patient_bundle("a")), "--verify", "--server", base});
  EXPECT_EQ(pushed.exit_code, 0) << pushed.error;
  server.terminate();
  const CommandResult served = server.wait();
  EXPECT_EQ(served.exit_code, 0) << served.error;
  EXPECT_EQ(served.out, "oncobridge sandbox at " + base +
                            " (a trial server: everything is in memory and gone when it stops)\n");
}

}  // namespace
}  // namespace oncobridge::test
