// The subcommands of `oncobridge`, one function and one options struct each.
// main (oncobridge.cc) parses the command line into these structs; a subcommand never sees CLI11.
// Every function returns the process exit code, see ExitCode.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oncobridge::tools {

// Exit codes, documented in the README; the worst thing that happened wins.
enum ExitCode : int {
  kOk = 0,
  kRejected = 1,      // the run finished, but a record was rejected, an upload was refused, or with
                      // --fail-on coverage a fact ended in no resource
  kUsage = 2,         // wrong command line; `validate`: something could not be judged
  kInput = 3,         // an input could not be opened or read
  kOutput = 4,        // an output could not be written
  kServer = 5,        // a server could not be reached or did not speak FHIR R4
  kInternal = 70,     // a bug
  kReaderLeft = 141,  // who read standard output wanted no more (`| head`); as if by SIGPIPE
};

struct ConvertOptions {
  std::vector<std::string> inputs;     // files, folders, "-" for stdin
  std::string from = "case-json";      // source format
  std::string bundle = "transaction";  // transaction, collection, ndjson
  std::string format = "json";         // json, xml
  std::string validate;                // empty: no; yes, strict
  std::string out = "-";               // folder, file, or "-" for stdout
  unsigned threads = 1;
  std::string id_key;              // file with the site key
  std::string id_namespace;        // UUID
  std::string rejects;             // file for rejected records, mode 0600
  std::string coverage;            // file for the coverage report, mode 0600
  std::string fail_on = "reject";  // reject, coverage
  std::string recorded;            // FHIR instant for Provenance, or "now"
  bool narrative = false;
  bool quiet = false;
  std::size_t max_record = 16u << 20;
};
int run_convert(const ConvertOptions& options);

struct ValidateOptions {
  std::vector<std::string> inputs;           // files, folders, "-" for stdin
  std::vector<std::string> profiles;         // canonicals, names or ids
  std::vector<std::string> bundle_profiles;  // `Type=PROFILE` or PROFILE
  std::vector<std::string> packages;         // `name#version`
  std::string package_cache;                 // empty: ~/.fhir/packages
  std::vector<std::string> definitions;      // files, folders, .tgz; Questionnaires too
  std::string format = "text";               // text, json, ndjson, junit, sarif
  std::string level = "warning";             // the least that is shown
  std::string suppress;                      // file of issues that nobody wants to see again
  std::string output = "-";                  // file, mode 0600, or "-" for stdout
  unsigned threads = 1;
  bool ignore_meta_profiles = false;
  bool best_practice = false;
  bool no_example_urls = false;
  bool check_references = false;
  bool security = false;
  bool display_warnings = false;
  bool strict = false;
  std::uint32_t max_issues = 1'000;  // of a document
  std::uint32_t max_depth = 1'000;
  std::size_t max_document = std::size_t{1} << 30;  // bytes
  bool quiet = false;
  bool rules = false;  // print the rule table as Markdown and nothing else
};
int run_validate(const ValidateOptions& options);

struct FormatOptions {
  std::string input;                // file, "-" for stdin
  std::string to;                   // json, xml, ndjson
  bool pretty = false;              // indented
  std::string out = "-";            // file, mode 0600, or "-" for stdout
  std::uint32_t max_depth = 1'000;  // levels that elements may nest
};
int run_format(const FormatOptions& options);

struct FhirPathOptions {
  std::string expression;
  std::vector<std::string> inputs;       // files, folders, "-" for stdin
  std::vector<std::string> packages;     // `name#version`
  std::string package_cache;             // empty: ~/.fhir/packages
  std::vector<std::string> definitions;  // files, folders, .tgz
  bool json = false;                     // a line of JSON an item
};
int run_fhirpath(const FhirPathOptions& options);

struct TermsOptions {
  std::string words;  // a wording
  std::string field;  // only this field
};
int run_terms(const TermsOptions& options);

// Prints the JSON Schema of a case record, or with `reference` the field reference as Markdown.
struct SchemaOptions {
  bool reference = false;
};
int run_schema(const SchemaOptions& options);

// Lists the definitions of FHIR that the judge knows, or shows one in the text form that they are
// kept in (profiles/definition_text.h).
struct DefinitionsOptions {
  bool show = false;                  // else list
  std::string name;                   // show: a canonical, name or id; list: part of one
  std::string kind;                   // only: type, profile, extension, valueset, codesystem
  std::vector<std::string> packages;  // NAME#VERSION of the package cache; list: only these
  std::vector<std::string> paths;     // folders, archives, files with further definitions
  std::string cache;                  // folder of packages; empty: ~/.fhir/packages
};
int run_definitions(const DefinitionsOptions& options);

struct SandboxOptions {
  uint16_t port = 0;                 // 0: a free port, printed on the first line of stdout
  std::size_t max_body = 32u << 20;  // bytes of a request body
  unsigned workers = 4;              // threads that handle requests
  std::string ready_file;            // if set: the base URL is written here once listening
};
int run_sandbox(const SandboxOptions& options);

struct PushOptions {
  std::vector<std::string> inputs;  // files or folders of transaction bundles, "-" for stdin
  std::string server;               // FHIR base URL
  bool verify = false;              // read every resource back and compare
  std::string report;               // if set: one JSON line a resource is written here
  bool quiet = false;
};
int run_push(const PushOptions& options);

}  // namespace oncobridge::tools
