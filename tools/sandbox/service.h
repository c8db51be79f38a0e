// The FHIR REST face of the trial server: a request in, a response out, no HTTP library.
// Every error carries an OperationOutcome. Safe to call from several threads at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/sandbox/store.h"

namespace oncobridge::sandbox {

struct Request {
  std::string method;  // upper case
  std::string target;  // path and query as sent: /fhir/Patient?_id=1
  // Header fields by lower-case name.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // Empty if there is no such header.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // without Content-Type and -Length
  std::string body;                                          // FHIR JSON, never empty
};

// An OperationOutcome with one issue of severity error. `code`: http://hl7.org/fhir/issue-type
Response error_response(int status, std::string_view code, std::string_view text,
                        std::string_view expression = {});

class Service {
 public:
  // base_url: http://127.0.0.1:8080/fhir; its path is what requests must begin with.
  Service(Store& store, std::string base_url);

  Response handle(Request request) const;

 private:
  Response metadata() const;
  Response transaction(Request request) const;
  Response put(std::string_view type, std::string_view id, Request request) const;
  Response read(std::string_view type, std::string_view id) const;
  Response search(const ResourceType& type, std::string_view query) const;

  Store& store_;
  std::string base_url_;
  std::string base_path_;
  Time started_;
};

}  // namespace oncobridge::sandbox
