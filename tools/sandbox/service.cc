#include "tools/sandbox/service.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>

#include "tools/sandbox/query.h"
#include "tools/sandbox/transaction.h"

namespace oncobridge::sandbox {
namespace {

constexpr std::string_view kDescription =
    "A trial server for people without a FHIR server: everything is in memory and gone when it "
    "stops, nothing is checked against profiles. Not for real use.";

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

int http_status(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::kNotFound:
      return 404;
    case Fault::Kind::kFull:
      return 507;
    case Fault::Kind::kInvalid:
    case Fault::Kind::kNotSupported:
      return 400;
  }
  return 500;
}

Response fault_response(const Fault& fault) {
  return error_response(http_status(fault.kind), fault.code, fault.text, fault.expression);
}

Response method_not_allowed(std::string_view allow) {
  Response response =
      error_response(405, "not-supported", "this trial server does not do that here");
  response.headers.emplace_back("Allow", allow);
  return response;
}

std::string etag(const Stored& stored) { return "W/\"" + std::to_string(stored.version) + '"'; }

// RFC 9110 section 5.6.7, as in Last-Modified.
std::string http_date(Time time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[80];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

Response resource_response(int status, const Stored& stored) {
  return {status,
          {{"ETag", etag(stored)}, {"Last-Modified", http_date(stored.modified)}},
          stored.resource.text};
}

// A page of a browser that was tricked into resolving its own name to 127.0.0.1 sends that name.
bool is_loopback_host(std::string_view host) {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (lower(host.substr(0, name.size())) != name) continue;
    const std::string_view rest = host.substr(name.size());
    return rest.empty() || rest.front() == ':';
  }
  return host.empty();
}

// What of the answer does not depend on the route: the media types and who is asking.
std::optional<Response> unacceptable(const Request& request) {
  if (!is_loopback_host(request.header("host"))) {
    return error_response(421, "security", "this trial server answers to 127.0.0.1 and localhost");
  }
  const std::string accept = lower(request.header("accept"));
  if (!accept.empty() && accept.find("json") == std::string::npos &&
      accept.find("*/*") == std::string::npos &&
      accept.find("application/*") == std::string::npos) {
    return error_response(406, "not-supported", "this trial server speaks JSON only");
  }
  return std::nullopt;
}

// Why the body of a PUT or POST cannot be taken as FHIR JSON of R4 (R4 http.html#mime-type).
std::optional<Response> unreadable_body(const Request& request) {
  const auto refuse = [](std::string_view text) {
    return error_response(415, "not-supported", text);
  };
  std::string_view rest = request.header("content-type");
  const auto next = [&rest] {
    const std::size_t semicolon = rest.find(';');
    const std::string_view part = trimmed(rest.substr(0, semicolon));
    rest = semicolon == std::string_view::npos ? std::string_view() : rest.substr(semicolon + 1);
    return lower(part);
  };
  const std::string type = next();
  if (type != "application/fhir+json" && type != "application/json") {
    return refuse("expected Content-Type: application/fhir+json");
  }
  while (!rest.empty()) {
    std::string parameter = next();
    std::erase(parameter, '"');
    if (parameter.starts_with("charset=") && parameter != "charset=utf-8") {
      return refuse("FHIR JSON is UTF-8");
    }
    if (parameter.starts_with("fhirversion=") && parameter != "fhirversion=4.0") {
      return refuse("this trial server speaks FHIR R4, fhirVersion=4.0");
    }
  }
  const std::string encoding = lower(request.header("content-encoding"));
  if (!encoding.empty() && encoding != "identity") {
    return refuse("Content-Encoding is not supported by this trial server");
  }
  for (const std::string_view condition : {"if-match", "if-none-match", "if-none-exist"}) {
    if (request.header(condition).empty()) continue;
    return error_response(400, "not-supported",
                          "conditions are not supported by this trial server");
  }
  return std::nullopt;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field == name) return value;
  }
  return {};
}

Response error_response(int status, std::string_view code, std::string_view text,
                        std::string_view expression) {
  std::string body = R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":)" +
                     json_string(code) + ",\"diagnostics\":" + json_string(text);
  if (!expression.empty()) body += ",\"expression\":[" + json_string(expression) + ']';
  return {status, {}, body + "}]}"};
}

Service::Service(Store& store, std::string base_url)
    : store_(store), base_url_(std::move(base_url)), started_(store.now()) {
  const std::size_t host = base_url_.find("://") + 3;
  base_path_ = base_url_.substr(std::min(base_url_.find('/', host), base_url_.size()));
}

Response Service::handle(Request request) const {
  if (auto response = unacceptable(request)) return std::move(*response);
  const std::string target = request.target;
  const std::size_t mark = target.find('?');
  const std::string_view query =
      mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  const auto path = percent_decode(std::string_view(target).substr(0, mark), false);
  const auto not_found = [&] {
    return error_response(404, "not-found", "nothing here; the FHIR base is " + base_url_);
  };
  const bool printable =
      std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!path || !printable) {
    return error_response(400, "value", "the URL has a broken escape or a raw character");
  }
  if (!path->starts_with(base_path_)) return not_found();
  std::string_view rest = std::string_view(*path).substr(base_path_.size());
  if (!rest.empty() && rest.front() != '/') return not_found();
  if (!rest.empty()) rest.remove_prefix(1);
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);

  const std::string& method = request.method;
  if (rest.empty()) {
    return method == "POST" ? transaction(std::move(request)) : method_not_allowed("POST");
  }
  if (rest == "metadata") return method == "GET" ? metadata() : method_not_allowed("GET");

  const std::size_t slash = rest.find('/');
  const ResourceType* type = find_resource_type(rest.substr(0, slash));
  if (!type) return error_response(404, "not-supported", "not a resource type of FHIR R4");
  if (slash == std::string_view::npos) {
    return method == "GET" ? search(*type, query) : method_not_allowed("GET");
  }
  const std::string_view id = rest.substr(slash + 1);
  if (id.find('/') != std::string_view::npos) return not_found();
  if (!is_resource_id(id)) {
    return error_response(400, "value", "an id has 1 to 64 of the characters A-Z a-z 0-9 - .");
  }
  if (method == "GET") return read(type->name, id);
  if (method == "PUT") return put(type->name, id, std::move(request));
  return method_not_allowed("GET, PUT");
}

Response Service::metadata() const {
  std::string body =
      R"({"resourceType":"CapabilityStatement","status":"active","date":)" +
      json_string(instant_text(started_)) + R"(,"kind":"instance","description":)" +
      json_string(kDescription) + R"(,"software":{"name":"oncobridge sandbox","version":)" +
      json_string(ONCOBRIDGE_VERSION) + R"(},"implementation":{"description":)" +
      json_string("Oncobridge trial server, in memory") + ",\"url\":" + json_string(base_url_) +
      R"(},"fhirVersion":"4.0.1","format":["json"],)" +
      R"("rest":[{"mode":"server","documentation":)" + json_string(kDescription) +
      R"(,"resource":[)";
  for (const ResourceType& type : resource_types()) {
    if (body.back() == '}') body += ',';
    body += "{\"type\":" + json_string(type.name) +
            R"(,"interaction":[{"code":"read"},{"code":"update"},{"code":"search-type"}])"
            R"(,"versioning":"versioned","readHistory":false,"updateCreate":true,)"
            R"("conditionalCreate":false,"conditionalUpdate":false,)"
            R"("referencePolicy":["literal","enforced","local"],)"
            R"("searchParam":[{"name":"_id","type":"token"})";
    if (!type.identifier.empty()) body += R"(,{"name":"identifier","type":"token"})";
    if (!type.patient.empty()) body += R"(,{"name":"patient","type":"reference"})";
    if (!type.subject.empty()) body += R"(,{"name":"subject","type":"reference"})";
    body += "]}";
  }
  return {200, {}, body + R"(],"interaction":[{"code":"transaction"}]}]})"};
}

Response Service::transaction(Request request) const {
  if (auto response = unreadable_body(request)) return std::move(*response);
  const auto results = store_.transaction(std::move(request.body));
  if (!results) return fault_response(results.error());
  std::string body = R"({"resourceType":"Bundle","type":"transaction-response")";
  const char* separator = ",\"entry\":[";
  for (const PutResult& result : *results) {
    const Stored& stored = *result.stored;
    body += separator;
    body += R"({"response":{"status":)" + json_string(result.created ? "201 Created" : "200 OK") +
            ",\"location\":" +
            json_string(stored.resource.key() + "/_history/" + std::to_string(stored.version)) +
            ",\"etag\":" + json_string(etag(stored)) +
            ",\"lastModified\":" + json_string(instant_text(stored.modified)) + "}}";
    separator = ",";
  }
  if (!results->empty()) body += ']';
  return {200, {}, body + '}'};
}

Response Service::put(std::string_view type, std::string_view id, Request request) const {
  if (auto response = unreadable_body(request)) return std::move(*response);
  const auto result = store_.put(type, id, std::move(request.body));
  if (!result) return fault_response(result.error());
  Response response = resource_response(result->created ? 201 : 200, *result->stored);
  response.headers.emplace_back("Location", base_url_ + '/' + result->stored->resource.key() +
                                                "/_history/" +
                                                std::to_string(result->stored->version));
  return response;
}

Response Service::read(std::string_view type, std::string_view id) const {
  const auto stored = store_.read(type, id);
  if (!stored) {
    return error_response(404, "not-found",
                          std::string(type) + '/' + std::string(id) + " is not on this server");
  }
  return resource_response(200, *stored);
}

Response Service::search(const ResourceType& type, std::string_view query) const {
  const auto search = read_query(type, query);
  if (!search) return fault_response(search.error());
  const SearchResult result = store_.search(*search);
  std::string self = base_url_ + '/' + std::string(type.name);
  if (!query.empty()) self += '?' + std::string(query);
  std::string body = R"({"resourceType":"Bundle","type":"searchset","total":)" +
                     std::to_string(result.total) + R"(,"link":[{"relation":"self","url":)" +
                     json_string(self) + "}]";
  const char* separator = ",\"entry\":[";
  for (const auto& stored : result.matches) {
    body += separator;
    body += "{\"fullUrl\":" + json_string(base_url_ + '/' + stored->resource.key()) +
            ",\"resource\":" + stored->resource.text + R"(,"search":{"mode":"match"}})";
    separator = ",";
  }
  if (!result.matches.empty()) body += ']';
  return {200, {}, body + '}'};
}

}  // namespace oncobridge::sandbox
