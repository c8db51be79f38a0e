// Sends transaction Bundles of PUT entries to a FHIR R4 server and reads resources back.
// Everything a server says is checked: the version it speaks, the number of entries it answers,
// the status and place of each. A fault holds the server's words, never what was sent.
// FhirClient is for one thread at a time. HttpTransport is the seam to the network; tests bring
// their own. There is no retry here: what to do about a fault is the caller's business.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "oncobridge/fhir/json_document.h"

namespace oncobridge {

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string location;  // where a redirect leads, made absolute; or empty
};

// The request was not answered in full; whether the server acted on it is unknown.
struct HttpFault {
  std::string text;  // holds no URL and no content
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual tl::expected<HttpResponse, HttpFault> get(const std::string& url) = 0;
  virtual tl::expected<HttpResponse, HttpFault> post(const std::string& url,
                                                     std::string_view body) = 0;
};

struct HttpLimits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds total{300'000};  // one request with its answer
  std::size_t max_response = 256u << 20;     // bytes
};

// libcurl: http and https only, certificates always verified, redirects never followed.
std::unique_ptr<HttpTransport> make_http_transport(const HttpLimits& limits = {});

// The base URL without its last slash, or what is wrong with it: another scheme, credentials,
// a query or a fragment.
tl::expected<std::string, std::string> checked_base_url(const std::string& url);

// http:// to another machine: readable on the way.
bool is_unprotected(const std::string& base_url);

// One issue of an OperationOutcome.
struct OutcomeIssue {
  std::string severity;
  std::string code;
  std::string diagnostics;  // or details.text
  std::string expression;   // the first of them

  std::string describe() const;
};

struct ServerFault {
  enum class Kind {
    kUnreachable,  // no answer, or none that can be made sense of
    kNotFhirR4,    // an answer, but not from a FHIR R4 server
    kRefused,      // the server says no
  };
  Kind kind = Kind::kUnreachable;
  int status = 0;  // HTTP, 0: none
  std::string text;
  std::vector<OutcomeIssue> issues;
};

struct BundleEntry {
  std::string type;
  std::string id;
  JsonValue resource;
};

// The entries of a Bundle that may be sent, and sent again: type transaction, every entry a PUT of
// Type/id with the resource of that type and id, no id twice. Or why it may not.
tl::expected<std::vector<BundleEntry>, std::string> sendable_entries(const JsonDocument& bundle);

struct EntryResult {
  int status = 0;       // of the entry; 201 created, 200 updated or unchanged
  std::string problem;  // empty: stored as sent
  std::vector<OutcomeIssue> issues;

  bool stored() const { return problem.empty(); }
};

class FhirClient {
 public:
  // base_url: as checked_base_url gives it.
  FhirClient(std::string base_url, std::unique_ptr<HttpTransport> transport);

  // Reads /metadata: FHIR 4.0.x, and transactions where the server lists what it does.
  tl::expected<void, ServerFault> check_server();

  // POSTs the bundle; one result an entry, in their order.
  tl::expected<std::vector<EntryResult>, ServerFault> send(std::string_view bundle,
                                                           const std::vector<BundleEntry>& entries);

  // The text of a resource.
  tl::expected<std::string, ServerFault> read(const std::string& type, const std::string& id);

 private:
  tl::expected<JsonDocument, ServerFault> answer(
      tl::expected<HttpResponse, HttpFault> response) const;

  std::string base_url_;
  std::unique_ptr<HttpTransport> transport_;
};

}  // namespace oncobridge
