#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/sandbox_fixture.h"
#include "tools/sandbox/resource_types.h"
#include "tools/sandbox/service.h"
#include "tools/sandbox/store.h"

namespace oncobridge::test {
namespace {

using sandbox::Request;
using sandbox::Response;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// ---- The FHIR side, without a socket.

class SandboxServiceTest : public ::testing::Test {
 protected:
  static constexpr const char* kBase = "http://127.0.0.1:1/fhir";

  static sandbox::Time fixed() {
    return sandbox::Time(std::chrono::milliseconds(1'714'557'600'123));  // 2024-05-01T10:00Z
  }

  Response ask(const std::string& method, const std::string& path, const std::string& body = "",
               std::vector<std::pair<std::string, std::string>> headers = {
                   {"content-type", "application/fhir+json"}}) const {
    return service_.handle({method, "/fhir" + path, std::move(headers), body});
  }

  static std::string entry(const std::string& resource, const std::string& url,
                           const std::string& full_url = "") {
    return (full_url.empty() ? "{" : "{\"fullUrl\":\"" + full_url + "\",") +
           "\"resource\":" + resource + R"(,"request":{"method":"PUT","url":")" + url + "\"}}";
  }
  static std::string transaction(const std::vector<std::string>& entries) {
    std::string text;
    for (const std::string& item : entries) text += (text.empty() ? "" : ",") + item;
    return R"({"resourceType":"Bundle","type":"transaction","entry":[)" + text + "]}";
  }
  static std::string patient(const std::string& id) {
    return R"({"resourceType":"Patient","id":")" + id + "\"}";
  }
  static std::string condition(const std::string& id, const std::string& subject) {
    return R"({"resourceType":"Condition","id":")" + id + R"(","subject":{"reference":")" +
           subject + "\"}}";
  }
  static JsonDocument json(const Response& response) { return *JsonDocument::parse(response.body); }

  // An error must say so in an OperationOutcome, with a severity and a code.
  static void expect_error(const Response& response, int status, const std::string& words) {
    EXPECT_EQ(response.status, status) << response.body;
    const JsonDocument outcome = json(response);
    EXPECT_EQ(outcome.root().text("resourceType"), "OperationOutcome");
    const JsonValue issue = outcome.root().find("issue").first();
    EXPECT_EQ(issue.text("severity"), "error");
    EXPECT_NE(issue.text("code"), "");
    EXPECT_THAT(response.body, HasSubstr(words));
  }

  static std::string header(const Response& response, const std::string& name) {
    for (const auto& [field, value] : response.headers) {
      if (field == name) return value;
    }
    return "";
  }

  sandbox::Store store_{fixed, 1u << 20};
  sandbox::Service service_{store_, kBase};
};

TEST_F(SandboxServiceTest, TheCapabilityStatementSaysWhatItIs) {
  const JsonDocument statement = json(ask("GET", "/metadata"));
  EXPECT_EQ(statement.root().text("resourceType"), "CapabilityStatement");
  EXPECT_EQ(statement.root().text("fhirVersion"), "4.0.1");
  EXPECT_THAT(statement.root().text("description"), HasSubstr("trial server"));
  const JsonValue rest = statement.root().find("rest").first();
  EXPECT_EQ(rest.find("interaction").first().text("code"), "transaction");
  std::size_t types = 0;
  for (JsonValue type = rest.find("resource").first(); type; type = type.next(), ++types) {
    EXPECT_EQ(type.find("updateCreate").kind(), JsonKind::kTrue);
  }
  EXPECT_EQ(types, 146u);
}

TEST_F(SandboxServiceTest, APatientPutIsCreatedAndReadBackByteForByteButForMeta) {
  const std::string sent =
      "{ \"resourceType\" : \"Patient\",\n \"id\":\"a\", \"multipleBirthInteger\": 1.50, "
      "\"x\":\"\\u00e4\" }";
  const Response created = ask("PUT", "/Patient/a", sent);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(header(created, "ETag"), "W/\"1\"");
  EXPECT_EQ(header(created, "Last-Modified"), "Wed, 01 May 2024 10:00:00 GMT");
  EXPECT_EQ(header(created, "Location"), std::string(kBase) + "/Patient/a/_history/1");
  EXPECT_EQ(ask("GET", "/Patient/a").body,
            "{ \"resourceType\" : \"Patient\",\n \"id\":\"a\","
            "\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\"2024-05-01T10:00:00.123Z\"},"
            " \"multipleBirthInteger\": 1.50, \"x\":\"\\u00e4\" }");
}

TEST_F(SandboxServiceTest, TheServersMetaReplacesTheClientsAndKeepsTheRest) {
  const auto stored = [&](const std::string& id, const std::string& meta) {
    ask("PUT", "/Patient/" + id,
        R"({"resourceType":"Patient","id":")" + id + R"(","meta":)" + meta + "}");
    return std::string(json(ask("GET", "/Patient/" + id)).root().find("meta").raw());
  };
  EXPECT_EQ(stored("a", "{}"), R"({"versionId":"1","lastUpdated":"2024-05-01T10:00:00.123Z"})");
  EXPECT_EQ(stored("b", R"({"profile":["p"]})"),
            R"({"versionId":"1","lastUpdated":"2024-05-01T10:00:00.123Z","profile":["p"]})");
  EXPECT_EQ(stored("c", R"({"lastUpdated":"x","versionId":"9"})"),
            R"({"lastUpdated":"2024-05-01T10:00:00.123Z","versionId":"1"})");
  EXPECT_EQ(stored("d", R"({"versionId":"9","tag":[]})"),
            R"({"lastUpdated":"2024-05-01T10:00:00.123Z","versionId":"1","tag":[]})");
}

TEST_F(SandboxServiceTest, TheSameContentMakesNoNewVersionAndOtherContentDoes) {
  ask("PUT", "/Patient/a", R"({"resourceType":"Patient","id":"a","x":1.5})");
  const Response same = ask("PUT", "/Patient/a", R"({"x":1.5, "id":"a","resourceType":"Patient"})");
  EXPECT_EQ(same.status, 200);
  EXPECT_EQ(header(same, "ETag"), "W/\"1\"");
  const Response other =
      ask("PUT", "/Patient/a", R"({"resourceType":"Patient","id":"a","x":1.50})");
  EXPECT_EQ(other.status, 200);
  EXPECT_EQ(header(other, "ETag"), "W/\"2\"");
  // What was read, put back unchanged, is the same content too.
  EXPECT_EQ(header(ask("PUT", "/Patient/a", ask("GET", "/Patient/a").body), "ETag"), "W/\"2\"");
}

TEST_F(SandboxServiceTest, ATransactionAnswersEveryEntryInOrder) {
  ask("PUT", "/Patient/a", patient("a"));
  const JsonDocument answer =
      json(ask("POST", "",
               transaction({entry(condition("c", "Patient/a"), "Condition/c"),
                            entry(patient("a"), "Patient/a")})));
  EXPECT_EQ(answer.root().text("type"), "transaction-response");
  const JsonValue first = answer.root().find("entry").first();
  EXPECT_EQ(first.find("response").text("status"), "201 Created");
  EXPECT_EQ(first.find("response").text("location"), "Condition/c/_history/1");
  EXPECT_EQ(first.find("response").text("etag"), "W/\"1\"");
  EXPECT_EQ(first.find("response").text("lastModified"), "2024-05-01T10:00:00.123Z");
  EXPECT_EQ(first.next().find("response").text("status"), "200 OK");
  EXPECT_FALSE(first.next().next());
}

TEST_F(SandboxServiceTest, OneBadEntryAndNothingIsStored) {
  const std::string good = entry(patient("a"), "Patient/a");
  const struct {
    std::string bad;
    std::string place;
  } cases[] = {
      {entry(patient("b"), "Patient/c"), "Bundle.entry[1].resource.id"},
      {entry(patient("b"), "Group/b"), "Bundle.entry[1].resource.resourceType"},
      {entry(patient("b"), "Patientt/b"), "Bundle.entry[1].request.url"},
      {entry(patient("b_"), "Patient/b_"), "Bundle.entry[1].request.url"},
      {entry(patient("b"), "Patient/b/_history/1"), "Bundle.entry[1].request.url"},
      {entry(patient("b"), "Patient?identifier=x"), "Bundle.entry[1].request.url"},
      {entry(patient(std::string(65, 'b')), "Patient/" + std::string(65, 'b')),
       "Bundle.entry[1].request.url"},
      {entry(patient("a"), "Patient/a"), "Bundle.entry[1]"},
      {entry("[]", "Patient/b"), "Bundle.entry[1].resource"},
      {entry(R"({"resourceType":"Patient","id":"b","meta":[]})", "Patient/b"),
       "Bundle.entry[1].resource.meta"},
      {entry(condition("c", "Patient/nobody"), "Condition/c"),
       "Bundle.entry[1].resource.subject.reference"},
      {entry(condition("c", "#p"), "Condition/c"), "Bundle.entry[1].resource.subject.reference"},
      {entry(condition("c", "urn:uuid:0"), "Condition/c"),
       "Bundle.entry[1].resource.subject.reference"},
      {entry(condition("c", "http://127.0.0.1:1/fhir/Patient/a"), "Condition/c"),
       "Bundle.entry[1].resource.subject.reference"},
      {R"({"resource":)" + patient("b") + R"(,"request":{"method":"POST","url":"Patient"}})",
       "Bundle.entry[1].request.method"},
      {R"({"resource":)" + patient("b") +
           R"(,"request":{"method":"PUT","url":"Patient/b","ifMatch":"W/\"1\""}})",
       "Bundle.entry[1].request.ifMatch"},
      {R"({"resource":)" + patient("b") + "}", "Bundle.entry[1]"},
      {"1", "Bundle.entry[1]"},
  };
  for (const auto& [bad, place] : cases) {
    expect_error(ask("POST", "", transaction({good, bad})), 400, "[\"" + place + "\"]");
    EXPECT_EQ(store_.size(), 0u) << bad;
  }
  EXPECT_EQ(ask("POST", "", transaction({good})).status, 200);
  EXPECT_EQ(store_.size(), 1u);
}

TEST_F(SandboxServiceTest, AnUpdateInARefusedTransactionIsNotSeen) {
  ask("PUT", "/Patient/a", patient("a"));
  ask("POST", "",
      transaction({entry(R"({"resourceType":"Patient","id":"a","x":1})", "Patient/a"),
                   entry(condition("c", "Patient/nobody"), "Condition/c")}));
  EXPECT_EQ(json(ask("GET", "/Patient/a")).root().find("x").kind(), JsonKind::kAbsent);
  EXPECT_EQ(header(ask("GET", "/Patient/a"), "ETag"), "W/\"1\"");
}

TEST_F(SandboxServiceTest, ReferencesToAFullUrlBecomeLiteral) {
  const std::string urn = "urn:uuid:5a3c8f6e-0000-4000-8000-000000000001";
  EXPECT_EQ(ask("POST", "",
                transaction({entry(condition("c", urn), "Condition/c"),
                             entry(patient("a"), "Patient/a", urn)}))
                .status,
            200);
  EXPECT_EQ(json(ask("GET", "/Condition/c")).root().find("subject").text("reference"), "Patient/a");
  EXPECT_EQ(json(ask("GET", "/Condition?patient=a")).root().find("total").raw(), "1");
  expect_error(ask("POST", "",
                   transaction({entry(patient("a"), "Patient/a", urn),
                                entry(patient("b"), "Patient/b", urn)})),
               400, "same fullUrl");
}

TEST_F(SandboxServiceTest, ContainedDisplayAndIdentifierReferencesNeedNoTarget) {
  const std::string text =
      R"({"resourceType":"Condition","id":"c","contained":[{"resourceType":"Practitioner","id":"p",)"
      R"("x":{"reference":"#"}}],"subject":{"display":"somebody"},"asserter":{"reference":"#p"},)"
      R"("recorder":{"identifier":{"value":"1"}}})";
  EXPECT_EQ(ask("PUT", "/Condition/c", text).status, 201);
}

TEST_F(SandboxServiceTest, ASinglePutMustNotDangleEither) {
  expect_error(ask("PUT", "/Condition/c", condition("c", "Patient/a")), 400, "leads nowhere");
  ask("PUT", "/Patient/a", patient("a"));
  EXPECT_EQ(ask("PUT", "/Condition/c", condition("c", "Patient/a/_history/1")).status, 201);
}

TEST_F(SandboxServiceTest, AStoredBundleKeepsItsOwnReferences) {
  EXPECT_EQ(ask("PUT", "/Bundle/b",
                R"({"resourceType":"Bundle","id":"b","type":"collection","entry":[{"resource":)" +
                    condition("c", "urn:uuid:1") + "}]}")
                .status,
            201);
}

TEST_F(SandboxServiceTest, SearchesFindWhatTheySay) {
  ask("POST", "",
      transaction(
          {entry(
               R"({"resourceType":"Patient","id":"a","identifier":[{"system":"urn:mrn","value":"1,7"},{"value":"x"}]})",
               "Patient/a"),
           entry(
               R"({"resourceType":"Patient","id":"b","identifier":[{"system":"urn:mrn","value":"2"}]})",
               "Patient/b"),
           entry(condition("c1", "Patient/a"), "Condition/c1"),
           entry(condition("c2", "Patient/b"), "Condition/c2"),
           entry(R"({"resourceType":"Group","id":"a"})", "Group/a"),
           entry(condition("c3", "Group/a"), "Condition/c3"),
           entry(
               R"({"resourceType":"Provenance","id":"p","target":[{"reference":"Condition/c1"},{"reference":"Patient/a"}]})",
               "Provenance/p"),
           entry(
               R"({"resourceType":"DocumentReference","id":"d","masterIdentifier":{"value":"m"},"subject":{"reference":"Patient/a"}})",
               "DocumentReference/d")}));
  const auto total = [&](const std::string& query) {
    const Response response = ask("GET", query);
    EXPECT_EQ(response.status, 200) << query << response.body;
    const JsonDocument bundle = json(response);
    EXPECT_EQ(bundle.root().text("type"), "searchset");
    return std::string(bundle.root().find("total").raw());
  };
  EXPECT_EQ(total("/Patient"), "2");
  EXPECT_EQ(total("/Patient?_id=a"), "1");
  EXPECT_EQ(total("/Patient?_id=a,b,z"), "2");
  EXPECT_EQ(total("/Patient?_id=a&_id=b"), "0");
  EXPECT_EQ(total("/Patient?identifier=urn%3Amrn%7C2"), "1");
  EXPECT_EQ(total("/Patient?identifier=urn:mrn%7C"), "2");
  EXPECT_EQ(total("/Patient?identifier=2"), "1");
  EXPECT_EQ(total("/Patient?identifier=%7C2"), "0");
  EXPECT_EQ(total("/Patient?identifier=%7Cx"), "1");
  EXPECT_EQ(total("/Patient?identifier=urn:mrn%7C1%5C,7"), "1");
  EXPECT_EQ(total("/Patient?identifier=other%7C2"), "0");
  EXPECT_EQ(total("/Condition?patient=a"), "1");
  EXPECT_EQ(total("/Condition?patient=Patient/a"), "1");
  EXPECT_EQ(total("/Condition?patient=Patient/a,Patient/b"), "2");
  EXPECT_EQ(total("/Condition?subject=a"), "2");
  EXPECT_EQ(total("/Condition?subject=Group/a"), "1");
  EXPECT_EQ(total("/Condition?subject=Patient/a&_id=c2"), "0");
  EXPECT_EQ(total("/Provenance?patient=a"), "1");
  EXPECT_EQ(total("/Provenance?patient=c1"), "0");
  EXPECT_EQ(total("/DocumentReference?identifier=m"), "1");
}

TEST_F(SandboxServiceTest, CountLimitsTheMatchesAndNotTheTotal) {
  for (const char* id : {"a", "b", "c"}) ask("PUT", "/Patient/" + std::string(id), patient(id));
  const JsonDocument two = json(ask("GET", "/Patient?_count=2"));
  EXPECT_EQ(two.root().find("total").raw(), "3");
  const JsonValue first = two.root().find("entry").first();
  EXPECT_EQ(first.text("fullUrl"), std::string(kBase) + "/Patient/a");
  EXPECT_EQ(first.find("search").text("mode"), "match");
  EXPECT_FALSE(first.next().next());
  EXPECT_FALSE(json(ask("GET", "/Patient?_count=0")).root().find("entry"));
}

TEST_F(SandboxServiceTest, AFilterThatIsNotUnderstoodIsRefused) {
  for (const char* query :
       {"?name=x", "?identifier:exact=1", "?patient=a", "?_sort=x", "?_count=-1", "?_count=x",
        "?_count=99999999999999999999", "?identifier=", "?identifier=a%7Cb%7Cc", "?identifier=%7C",
        "?novalue", "?_id=%0", "?_format=xml", "?_include=*"}) {
    const Response response = ask("GET", "/Patient" + std::string(query));
    expect_error(response, 400, "");
  }
  expect_error(ask("GET", "/Condition?subject=Nobody/a"), 400, "subject=Type/id");
}

TEST_F(SandboxServiceTest, ErrorsHaveTheStatusOfTheirKind) {
  expect_error(ask("GET", "/Patient/a"), 404, "Patient/a is not on this server");
  expect_error(ask("GET", "/Foo/a"), 404, "not a resource type");
  expect_error(ask("GET", "/Patient/a_b"), 400, "1 to 64");
  expect_error(ask("GET", "/Patient/a/_history/1"), 404, "");
  expect_error(service_.handle({"GET", "/", {}, ""}), 404, kBase);
  expect_error(service_.handle({"GET", "/fhirx/Patient", {}, ""}), 404, kBase);
  expect_error(ask("POST", "", "{"), 400, "not JSON: line 1, column 2");
  expect_error(ask("POST", "", "\xEF\xBB\xBF{}"), 400, "byte-order mark");
  expect_error(ask("POST", "", std::string(100'000, '[')), 400, "nested too deeply");
  expect_error(ask("POST", "", patient("a")), 400, "expected a Bundle");
  expect_error(ask("POST", "", R"({"resourceType":"Bundle","type":"batch"})"), 400, "transaction");
  expect_error(ask("POST", "", R"({"resourceType":"Bundle","type":"transaction","entry":{}})"), 400,
               "array");
  expect_error(ask("PUT", "/Patient/a", patient("b")), 400, "not the id of the URL");
}

TEST_F(SandboxServiceTest, AMethodThatIsNotThereIsNamedWithTheOnesThatAre) {
  const struct {
    const char* method;
    const char* path;
    const char* allow;
  } cases[] = {{"DELETE", "/Patient/a", "GET, PUT"}, {"PATCH", "/Patient/a", "GET, PUT"},
               {"POST", "/Patient", "GET"},          {"GET", "", "POST"},
               {"PUT", "/metadata", "GET"},          {"OPTIONS", "/Patient", "GET"}};
  for (const auto& [method, path, allow] : cases) {
    const Response response = ask(method, path);
    expect_error(response, 405, "");
    EXPECT_EQ(header(response, "Allow"), allow) << method << path;
  }
}

TEST_F(SandboxServiceTest, OnlyFhirJsonOfR4IsTaken) {
  const auto with = [&](const std::string& name, const std::string& value) {
    std::vector<std::pair<std::string, std::string>> headers{{"content-type", "application/json"}};
    if (name == "content-type") headers.clear();
    headers.emplace_back(name, value);
    return ask("PUT", "/Patient/a", patient("a"), headers);
  };
  for (const char* type : {"application/fhir+json", "application/json; charset=utf-8",
                           "Application/FHIR+JSON;charset=\"UTF-8\" ; fhirVersion=4.0"}) {
    EXPECT_LT(with("content-type", type).status, 300) << type;
  }
  for (const char* type : {"text/plain", "application/fhir+xml", "application/json; charset=latin1",
                           "application/fhir+json; fhirVersion=5.0", ""}) {
    expect_error(with("content-type", type), 415, "");
  }
  expect_error(with("content-encoding", "gzip"), 415, "");
  expect_error(with("if-match", "W/\"1\""), 400, "conditions");
  expect_error(with("accept", "application/fhir+xml"), 406, "");
  EXPECT_LT(with("accept", "text/html,*/*;q=0.8").status, 300);
}

TEST_F(SandboxServiceTest, AnotherHostNameIsRefused) {
  for (const char* host : {"evil.example", "127.0.0.1.evil.example", "localhostx"}) {
    expect_error(ask("GET", "/metadata", "", {{"host", host}}), 421, "");
  }
  for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1:1234", "[::1]:5"}) {
    EXPECT_EQ(ask("GET", "/metadata", "", {{"host", host}}).status, 200) << host;
  }
}

TEST_F(SandboxServiceTest, AFullMemoryRefusesAndKeepsWhatItHas) {
  const std::string large =
      R"({"resourceType":"Patient","id":"big","x":")" + std::string(1 << 20, 'x') + "\"}";
  ask("PUT", "/Patient/a", patient("a"));
  expect_error(ask("PUT", "/Patient/big", large), 507, "full");
  EXPECT_EQ(store_.size(), 1u);
}

TEST(SandboxResourceTypes, AreTheConcreteOnesOfR4) {
  EXPECT_EQ(sandbox::resource_types().size(), 146u);
  EXPECT_TRUE(sandbox::find_resource_type("Patient"));
  EXPECT_TRUE(sandbox::find_resource_type("VisionPrescription"));
  EXPECT_TRUE(sandbox::find_resource_type("Account"));
  for (const char* name : {"", "DomainResource", "Resource", "patient", "GenomicStudy", "Zzz"}) {
    EXPECT_FALSE(sandbox::find_resource_type(name)) << name;
  }
}

// ---- Over a socket.

class SandboxHttpTest : public SandboxTest {
 protected:
  static std::string request(const std::string& head, const std::string& body = "") {
    return head + "\r\nHost: localhost\r\nContent-Type: application/json\r\n" + body;
  }
};

TEST_F(SandboxHttpTest, SpeaksFhirOnAFreeLoopbackPort) {
  EXPECT_THAT(url(), StartsWith("http://127.0.0.1:"));
  const Reply created =
      send("PUT", "/Patient/a", R"({"resourceType":"Patient","id":"a","x":1.50})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.headers.at("etag"), "W/\"1\"");
  EXPECT_EQ(created.headers.at("location"), url("/Patient/a/_history/1"));
  const Reply read = get("/Patient/a");
  EXPECT_EQ(read.status, 200);
  EXPECT_THAT(read.body, HasSubstr("\"x\":1.50"));
  EXPECT_EQ(read.headers.at("content-type"), "application/fhir+json; charset=UTF-8");
  EXPECT_EQ(read.headers.at("cache-control"), "no-store");
}

TEST_F(SandboxHttpTest, EveryErrorIsAnOperationOutcome) {
  for (const Reply& reply :
       {get("/Patient/none"), get("/Foo"), send("OPTIONS", "/Patient", ""), send("TRACE", "", ""),
        send("DELETE", "/Patient/a", ""), send("POST", "", "{"), send("WEIRD", "", ""),
        exchange({"GET", "http://127.0.0.1:" + std::to_string(port()) + "/other/path", {}, {}}),
        exchange({"POST", url(), "{}", {"Content-Type: text/plain"}})}) {
    EXPECT_GE(reply.status, 400);
    EXPECT_THAT(reply.body, StartsWith(R"({"resourceType":"OperationOutcome")"));
  }
}

TEST_F(SandboxHttpTest, ABodyThatIsTooLargeIsRefusedAndTheServerLivesOn) {
  start({.max_body = 1000});
  const std::string body(200'000, ' ');
  const Reply declared = send("POST", "", body);
  EXPECT_EQ(declared.status, 413);
  EXPECT_THAT(declared.body, HasSubstr("1000 bytes"));
  const Reply chunked = exchange(
      {"POST", url(), body, {"Content-Type: application/json", "Transfer-Encoding: chunked"}});
  EXPECT_EQ(chunked.status, 413);
  EXPECT_EQ(get("/metadata").status, 200);
}

TEST_F(SandboxHttpTest, AChunkedBodyIsTaken) {
  const Reply reply = exchange({"PUT",
                                url("/Patient/a"),
                                R"({"resourceType":"Patient","id":"a"})",
                                {"Content-Type: application/json", "Transfer-Encoding: chunked"}});
  EXPECT_EQ(reply.status, 201);
}

TEST_F(SandboxHttpTest, TooManyBytesWaitingIsBusyAndNotMemory) {
  start({.max_body = 1 << 20, .max_pending = 1000});
  const Reply reply = send("POST", "", std::string(100'000, ' '));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.at("retry-after"), "1");
  EXPECT_EQ(get("/metadata").status, 200);
}

TEST_F(SandboxHttpTest, AmbiguousOrMissingLengthsAreRefused) {
  EXPECT_THAT(raw_exchange(port(), request("POST /fhir HTTP/1.1", "\r\n")), HasSubstr(" 411 "));
  EXPECT_THAT(raw_exchange(port(), request("POST /fhir HTTP/1.1",
                                           "Content-Length: x\r\nConnection: close\r\n\r\n")),
              HasSubstr(" 400 "));
  EXPECT_THAT(raw_exchange(port(), request("POST /fhir HTTP/1.1",
                                           "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"
                                           "Connection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n")),
              HasSubstr(" 400 "));
}

TEST_F(SandboxHttpTest, AFloodOfHeaderFieldsIsRefused) {
  std::string flood;
  for (int i = 0; i < 2000; ++i)
    flood += "X-" + std::to_string(i) + ": " + std::string(50, 'a') + "\r\n";
  EXPECT_THAT(raw_exchange(port(), request("GET /fhir/metadata HTTP/1.1",
                                           flood + "Connection: close\r\n\r\n")),
              HasSubstr(" 431 "));
  EXPECT_EQ(get("/metadata").status, 200);
}

TEST_F(SandboxHttpTest, StalledClientsDoNotStopTheOthers) {
  std::vector<std::thread> slow;
  for (int i = 0; i < 20; ++i) {
    slow.emplace_back([this, i] {
      const std::string partial =
          i % 2 ? "GET /fhir/meta" : request("POST /fhir HTTP/1.1", "Content-Length: 99\r\n\r\n{");
      EXPECT_EQ(raw_exchange(port(), partial), "");
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get("/metadata").status, 200);
  for (std::thread& thread : slow) thread.join();
}

TEST_F(SandboxHttpTest, ParallelTransactionsAreAllStored) {
  std::vector<std::thread> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([this, client] {
      for (int i = 0; i < 10; ++i) {
        const std::string id = std::to_string(client) + "-" + std::to_string(i);
        const Reply reply = send(
            "POST", "",
            R"({"resourceType":"Bundle","type":"transaction","entry":[)"
            R"({"resource":{"resourceType":"Patient","id":"shared"},"request":{"method":"PUT","url":"Patient/shared"}},)"
            R"({"resource":{"resourceType":"Condition","id":")" +
                id +
                R"(","subject":{"reference":"Patient/shared"}},"request":{"method":"PUT","url":"Condition/)" +
                id + "\"}}]}");
        EXPECT_EQ(reply.status, 200);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(get("/Condition?patient=shared&_count=0").body, HasSubstr("\"total\":80"));
  EXPECT_EQ(get("/Patient/shared").headers.at("etag"), "W/\"1\"");
}

TEST_F(SandboxHttpTest, APortInUseIsSaid) {
  const auto second = sandbox::Server::start({.port = port()});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("already in use"));
}

TEST_F(SandboxHttpTest, StopsWhileClientsAreStalled) {
  std::thread slow(
      [this] { raw_exchange(port(), "POST /fhir HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(server_->stop());
  slow.join();
}

}  // namespace
}  // namespace oncobridge::test
