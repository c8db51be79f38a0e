#include "oncobridge/deliver/fhir_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <set>
#include <utility>

namespace oncobridge {
namespace {

constexpr std::size_t kMaxIssues = 20;

bool is_id(std::string_view text) {  // R4 datatypes.html#id
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  });
}

bool is_type(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

std::vector<OutcomeIssue> outcome_issues(JsonValue outcome) {
  std::vector<OutcomeIssue> issues;
  if (outcome.text("resourceType") != "OperationOutcome") return issues;
  for (JsonValue issue = outcome.find("issue").first(); issue && issues.size() < kMaxIssues;
       issue = issue.next()) {
    std::string diagnostics = issue.text("diagnostics");
    if (diagnostics.empty()) diagnostics = issue.find("details").text("text");
    JsonValue expression = issue.find("expression").first();
    if (!expression) expression = issue.find("location").first();
    issues.push_back(
        {issue.text("severity"), issue.text("code"), std::move(diagnostics), expression.string()});
  }
  return issues;
}

// ---- libcurl

struct CurlUrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDeleter>;

std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

CurlUrl parse_url(const std::string& text) {
  CurlUrl url(curl_url());
  if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) url.reset();
  return url;
}

// By address, not by how a name begins.
bool is_loopback(const std::string& host) {
  in_addr address{};
  return host == "localhost" || host == "[::1]" ||
         (inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}

class CurlTransport : public HttpTransport {
 public:
  explicit CurlTransport(const HttpLimits& limits) : limits_(limits) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl_.reset(curl_easy_init());
  }

  tl::expected<HttpResponse, HttpFault> get(const std::string& url) override {
    return perform(url, nullptr);
  }
  tl::expected<HttpResponse, HttpFault> post(const std::string& url,
                                             std::string_view body) override {
    return perform(url, &body);
  }

 private:
  struct EasyDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  };
  struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using Headers = std::unique_ptr<curl_slist, ListDeleter>;

  struct Sink {
    std::string body;
    std::size_t limit;
    bool full = false;
  };

  static std::size_t on_data(char* data, std::size_t size, std::size_t count, void* user) {
    auto& sink = *static_cast<Sink*>(user);
    if (sink.body.size() + size * count > sink.limit) {
      sink.full = true;
      return 0;
    }
    sink.body.append(data, size * count);
    return size * count;
  }

  static void add(Headers& headers, const char* line) {
    headers.reset(curl_slist_append(headers.release(), line));
  }

  void set_common(const std::string& url, Sink& sink) {
    CURL* const curl = curl_.get();
    curl_easy_reset(curl);  // options only; the open connection stays
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.total.count()));
    // libcurl sends a request again by itself when a kept connection dies before the first byte
    // of the answer. A POST then arrives twice; that is harmless only because all that is posted
    // here are transactions of PUT. Old connections are not used again, to make it rare.
    curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, 4L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "oncobridge/" ONCOBRIDGE_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &CurlTransport::on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
    // A proxy from the environment is not on this machine's own loopback.
    const CurlUrl parsed = parse_url(url);
    if (parsed && is_loopback(url_part(parsed.get(), CURLUPART_HOST))) {
      curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    }
  }

  tl::expected<HttpResponse, HttpFault> perform(const std::string& url,
                                                const std::string_view* body) {
    if (!curl_) return tl::unexpected(HttpFault{"libcurl cannot be initialised"});
    CURL* const curl = curl_.get();
    Sink sink{{}, limits_.max_response};
    set_common(url, sink);
    Headers headers;
    add(headers, "Accept: application/fhir+json");
    if (body) {
      add(headers, "Content-Type: application/fhir+json");
      add(headers, "Prefer: return=minimal");
      add(headers, "Expect:");  // servers that do not answer it cost a second each
      curl_easy_setopt(curl, CURLOPT_POST, 1L);
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data());
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    const CURLcode code = curl_easy_perform(curl);
    if (sink.full) return tl::unexpected(HttpFault{"the answer is too large"});
    // The general text: the detailed one can quote the URL.
    if (code != CURLE_OK) return tl::unexpected(HttpFault{curl_easy_strerror(code)});

    HttpResponse response;
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    char* location = nullptr;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
    if (location) response.location = location;
    response.body = std::move(sink.body);
    return response;
  }

  HttpLimits limits_;
  std::unique_ptr<CURL, EasyDeleter> curl_;
};

// ---- what a server answers

// "201 Created" -> 201; 0 if it does not begin with a status.
int leading_status(std::string_view text) {
  int status = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  return error == std::errc() && end - text.data() == 3 ? status : 0;
}

// Whether a location names another resource than the entry's. A server may leave it out, make it
// absolute, add _history: only what is clearly elsewhere counts.
bool is_elsewhere(const std::string& location, const BundleEntry& entry) {
  const std::size_t history = location.find("/_history");
  const std::string path = location.substr(0, history);
  const std::size_t id = path.rfind('/');
  if (id == std::string::npos || id == 0) return false;
  const std::size_t type = path.rfind('/', id - 1);
  const std::size_t begin = type == std::string::npos ? 0 : type + 1;
  return path.substr(begin) != entry.type + '/' + entry.id;
}

EntryResult entry_result(JsonValue answer, const BundleEntry& entry) {
  EntryResult result;
  const JsonValue response = answer.find("response");
  const std::string status = response.text("status");
  const std::string location = response.text("location");
  result.status = leading_status(status);
  result.issues = outcome_issues(response.find("outcome"));
  if (result.status == 0) {
    result.problem = "the server gives no status for it";
  } else if (result.status < 200 || result.status > 299) {
    result.problem = "status " + std::to_string(result.status);
  } else if (is_elsewhere(location, entry)) {
    result.problem = "the server stored it under another type or id";
  }
  return result;
}

bool is_fhir_4_0(const std::string& version) {
  return version == "4.0" || version.starts_with("4.0.");
}

bool lists_no_transaction(JsonValue capabilities) {
  bool lists = false;
  for (JsonValue rest = capabilities.find("rest").first(); rest; rest = rest.next()) {
    for (JsonValue item = rest.find("interaction").first(); item; item = item.next()) {
      if (item.text("code") == "transaction") return false;
      lists = true;
    }
  }
  return lists;
}

// Scheme and host only: the rest of a URL can hold ids.
std::string origin(const std::string& location) {
  const CurlUrl parsed = parse_url(location);
  if (!parsed) return "elsewhere";
  const std::string port = url_part(parsed.get(), CURLUPART_PORT);
  return url_part(parsed.get(), CURLUPART_SCHEME) + "://" + url_part(parsed.get(), CURLUPART_HOST) +
         (port.empty() ? "" : ":" + port);
}

// A gateway's words for a server that is down or too busy (RFC 9110 sections 15.6.3 to 15.6.5).
bool is_unavailable(int status) { return status >= 502 && status <= 504; }

ServerFault not_fhir(int status, std::string text) {
  return {ServerFault::Kind::kNotFhirR4, status, std::move(text), {}};
}

}  // namespace

std::unique_ptr<HttpTransport> make_http_transport(const HttpLimits& limits) {
  return std::make_unique<CurlTransport>(limits);
}

tl::expected<std::string, std::string> checked_base_url(const std::string& url) {
  const CurlUrl parsed = parse_url(url);
  if (!parsed || url.find("://") == std::string::npos) {
    return tl::unexpected<std::string>("not a URL; expected something like https://host/fhir");
  }
  const std::string scheme = url_part(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return tl::unexpected<std::string>("a FHIR server is reached by http or https");
  }
  if (!url_part(parsed.get(), CURLUPART_USER).empty() ||
      !url_part(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return tl::unexpected<std::string>(
        "credentials in a URL end up in process lists, shell histories and logs; change them and "
        "leave them out");
  }
  if (url.find_first_of("?#") != std::string::npos) {
    return tl::unexpected<std::string>("a FHIR base URL has no query and no fragment");
  }
  std::string base = url;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

bool is_unprotected(const std::string& base_url) {
  const CurlUrl parsed = parse_url(base_url);
  return parsed && url_part(parsed.get(), CURLUPART_SCHEME) == "http" &&
         !is_loopback(url_part(parsed.get(), CURLUPART_HOST));
}

std::string OutcomeIssue::describe() const {
  std::string text = severity + ' ' + code;
  if (!expression.empty()) text += " at " + expression;
  if (!diagnostics.empty()) text += ": " + diagnostics;
  return text;
}

tl::expected<std::vector<BundleEntry>, std::string> sendable_entries(const JsonDocument& bundle) {
  const JsonValue root = bundle.root();
  const std::string again =
      "; only transactions of PUT entries are sent, because sending anything "
      "else a second time can store it twice";
  if (root.text("resourceType") != "Bundle") {
    return tl::unexpected<std::string>("not a FHIR Bundle");
  }
  if (root.text("type") != "transaction") {
    return tl::unexpected("a Bundle of another type than transaction" + again);
  }
  std::vector<BundleEntry> entries;
  std::set<std::string> seen;
  for (JsonValue item = root.find("entry").first(); item; item = item.next()) {
    const std::string place = "Bundle.entry[" + std::to_string(entries.size()) + "]";
    const auto refuse = [&](const std::string& reason) {
      return tl::unexpected(place + ' ' + reason);
    };
    const JsonValue request = item.find("request");
    if (request.text("method") != "PUT") return refuse("is not a PUT" + again);
    const std::string url = request.text("url");
    const std::size_t slash = url.find('/');
    BundleEntry entry{url.substr(0, slash),
                      slash == std::string::npos ? std::string() : url.substr(slash + 1),
                      item.find("resource")};
    if (!is_type(entry.type) || !is_id(entry.id)) {
      return refuse("has a request.url that is not Type/id" + again);
    }
    // Servers differ on which of two ids they take, and say nothing.
    if (entry.resource.text("resourceType") != entry.type ||
        entry.resource.text("id") != entry.id) {
      return refuse("has a resource of another type or id than its request.url");
    }
    if (!seen.insert(url).second) return refuse("has the same url as an entry before it");
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return tl::unexpected<std::string>("a Bundle without entries");
  return entries;
}

FhirClient::FhirClient(std::string base_url, std::unique_ptr<HttpTransport> transport)
    : base_url_(std::move(base_url)), transport_(std::move(transport)) {}

tl::expected<JsonDocument, ServerFault> FhirClient::answer(
    tl::expected<HttpResponse, HttpFault> response) const {
  if (!response) {
    return tl::unexpected(
        ServerFault{ServerFault::Kind::kUnreachable, 0, response.error().text, {}});
  }
  const int status = response->status;
  if (status >= 300 && status <= 399) {
    return tl::unexpected(not_fhir(status, "the server redirects to " + origin(response->location) +
                                               ", which is not followed; give that URL instead"));
  }
  auto document = JsonDocument::parse(std::move(response->body));
  if (status >= 200 && status <= 299) {
    if (document) return std::move(*document);
    return tl::unexpected(not_fhir(status, "the answer is not JSON"));
  }
  ServerFault fault{ServerFault::Kind::kRefused, status, "status " + std::to_string(status), {}};
  if (is_unavailable(status)) fault.kind = ServerFault::Kind::kUnreachable;
  if (document) fault.issues = outcome_issues(document->root());
  return tl::unexpected(std::move(fault));
}

tl::expected<void, ServerFault> FhirClient::check_server() {
  const auto document = answer(transport_->get(base_url_ + "/metadata"));
  if (!document) {
    ServerFault fault = document.error();
    if (fault.kind == ServerFault::Kind::kRefused) fault.kind = ServerFault::Kind::kNotFhirR4;
    return tl::unexpected(std::move(fault));
  }
  const JsonValue capabilities = document->root();
  if (capabilities.text("resourceType") != "CapabilityStatement") {
    return tl::unexpected(not_fhir(200, "/metadata is not a CapabilityStatement"));
  }
  if (!is_fhir_4_0(capabilities.text("fhirVersion"))) {
    return tl::unexpected(not_fhir(200, "the server does not speak FHIR R4 (fhirVersion 4.0)"));
  }
  if (lists_no_transaction(capabilities)) {
    return tl::unexpected(not_fhir(200, "the server does not list transactions in /metadata"));
  }
  return {};
}

tl::expected<std::vector<EntryResult>, ServerFault> FhirClient::send(
    std::string_view bundle, const std::vector<BundleEntry>& entries) {
  const auto document = answer(transport_->post(base_url_, bundle));
  if (!document) return tl::unexpected(document.error());
  const JsonValue root = document->root();
  if (root.text("resourceType") != "Bundle") {
    return tl::unexpected(not_fhir(200, "the answer to a transaction is not a Bundle"));
  }
  if (root.text("type") != "transaction-response") {
    return tl::unexpected(not_fhir(200,
                                   "the answer is a Bundle of another type than "
                                   "transaction-response"));
  }
  std::vector<EntryResult> results;
  for (JsonValue entry = root.find("entry").first(); entry; entry = entry.next()) {
    if (results.size() == entries.size()) {
      return tl::unexpected(not_fhir(200, "the server answers more entries than were sent"));
    }
    results.push_back(entry_result(entry, entries[results.size()]));
  }
  if (results.size() < entries.size()) {
    return tl::unexpected(not_fhir(200, "the server answers fewer entries than were sent"));
  }
  return results;
}

tl::expected<std::string, ServerFault> FhirClient::read(const std::string& type,
                                                        const std::string& id) {
  auto document = answer(transport_->get(base_url_ + '/' + type + '/' + id));
  if (!document) return tl::unexpected(document.error());
  return document->source();
}

}  // namespace oncobridge
