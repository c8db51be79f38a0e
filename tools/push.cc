#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "oncobridge/deliver/fhir_client.h"
#include "oncobridge/fhir/json_compare.h"
#include "tools/bundle_stream.h"
#include "tools/commands.h"
#include "tools/output_check.h"
#include "tools/private_file.h"
#include "tools/terminal.h"

namespace oncobridge::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBundle = std::size_t{256} << 20;  // bytes
constexpr std::size_t kMaxWords = 500;                      // bytes of a server's text that we show

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

// A server's text for a terminal, not endless.
std::string shortened(const std::string& text) {
  if (text.size() <= kMaxWords) return text;
  std::size_t end = kMaxWords;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not inside a character
  return text.substr(0, end) + " ...";
}

// File names are bytes, JSON is UTF-8.
void append_file_name(std::string& out, const std::string& name) {
  std::string literal;
  append_json_string(literal, name);
  if (!JsonDocument::parse(literal)) {
    std::replace_if(
        literal.begin(), literal.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7E; },
        '?');
  }
  out += literal;
}

constexpr std::string_view kReportStart = "{\"file\":";

// Not a file, no bytes, or those of a report.
bool is_empty_or_report(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return true;
  const File file(std::fopen(path.c_str(), "re"));
  if (!file) return true;  // it cannot be opened for writing either, or says nothing to us
  char start[kReportStart.size()];
  const std::size_t size = std::fread(start, 1, sizeof start, file.get());
  return kReportStart.substr(0, size) == std::string_view(start, size);
}

// One JSON line a resource; readable by its owner only.
class Report {
 public:
  bool open(const std::string& path) { return file_.open_journal(path); }

  // entry: nullptr if the bundle could not be taken apart. verified: not set if it was not tried.
  void add(const std::string& file, const BundleEntry* entry, const char* status,
           std::optional<bool> verified = std::nullopt) {
    if (!file_.is_open()) return;
    std::string line(kReportStart);
    append_file_name(line, file);
    line += ",\"resourceType\":";
    entry ? append_json_string(line, entry->type) : void(line += "null");
    line += ",\"id\":";
    entry ? append_json_string(line, entry->id) : void(line += "null");
    line += ",\"status\":";
    append_json_string(line, status);
    line += ",\"verified\":";
    line += verified ? (*verified ? "true" : "false") : "null";
    line += "}\n";
    file_.write(line);
    file_.flush();  // whole lines, also of a run that is killed
  }

  bool close() { return !file_.is_open() || file_.close(); }

 private:
  PrivateFile file_;
};

struct Tally {
  std::size_t bundles = 0;
  std::size_t bundles_failed = 0;
  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t failed = 0;
  std::size_t verified = 0;
  std::size_t different = 0;
  std::size_t not_sent = 0;  // resources of bundles that could be sent
};

class Push {
 public:
  Push(const PushOptions& options, std::string base_url)
      : options_(options), client_(std::move(base_url), make_http_transport()) {}

  int run();

 private:
  bool open_report();
  bool check_server();
  void push_input(const std::string& input);
  void push_folder(const std::string& folder);
  void push_file(const std::string& path);
  void push_stream(std::FILE* file, const std::string& name, bool is_list);
  void push_bundle(const std::string& name, std::string text);
  void record(const std::string& name, const BundleEntry& entry, const EntryResult& result);
  bool verify(const std::string& name, const BundleEntry& entry);
  void bundle_fault(const std::string& name, const std::vector<BundleEntry>& entries,
                    const ServerFault& fault);
  void refuse_input(const std::string& name, const std::string& reason, ExitCode code);
  void fail(ExitCode code) { exit_code_ = std::max<int>(exit_code_, code); }
  void say(const std::string& text) const;
  void say_issues(const std::vector<OutcomeIssue>& issues) const;
  void say_summary() const;

  const PushOptions& options_;
  FhirClient client_;
  Report report_;
  Tally tally_;
  int exit_code_ = kOk;
  bool stopped_ = false;
};

void Push::say(const std::string& text) const {
  std::fprintf(stderr, "oncobridge push: %s\n", printable(text).c_str());
}

void Push::say_issues(const std::vector<OutcomeIssue>& issues) const {
  for (const OutcomeIssue& issue : issues) say("  " + shortened(issue.describe()));
}

void Push::refuse_input(const std::string& name, const std::string& reason, ExitCode code) {
  say(name + ": not sent: " + reason);
  report_.add(name, nullptr, "not sent");
  ++tally_.bundles_failed;
  fail(code);
}

int Push::run() {
  if (!open_report()) return exit_code_;
  stopped_ = !check_server();
  for (const std::string& input : options_.inputs) push_input(input);
  if (stopped_) say("stopped; what follows was not sent. Pushing everything again is safe");
  if (!report_.close()) {
    say("cannot write the report " + options_.report);
    fail(kOutput);
  }
  if (!options_.quiet) say_summary();
  return exit_code_;
}

// The report may replace an earlier one, and nothing else.
bool Push::open_report() {
  if (options_.report.empty()) return true;
  for (const std::string& input : options_.inputs) {
    const std::string file = input == "-" ? redirected_file(0) : input;
    if (!file.empty() && is_same_file(options_.report, file)) {
      say(options_.report + ": an input would be written over; name another file for the report");
      fail(kUsage);
      return false;
    }
  }
  if (!is_empty_or_report(options_.report)) {
    say(options_.report + ": is there and no delivery report; name another file");
    fail(kUsage);
    return false;
  }
  if (report_.open(options_.report)) return true;
  say("cannot write the report " + options_.report);
  fail(kOutput);
  return false;
}

bool Push::check_server() {
  const auto checked = client_.check_server();
  if (checked) return true;
  say("the server cannot be used: " + checked.error().text);
  say_issues(checked.error().issues);
  fail(kServer);
  return false;
}

void Push::push_input(const std::string& input) {
  std::error_code error;
  if (input == "-") {
    push_stream(stdin, "stdin", true);
  } else if (fs::is_directory(input, error)) {
    push_folder(input);
  } else {
    push_file(input);
  }
}

void Push::push_folder(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    const std::string extension = it->path().extension();
    std::error_code unreadable;
    const bool is_report = fs::equivalent(it->path(), options_.report, unreadable);
    // A link that leads nowhere or in a circle is taken too, so that opening it says so.
    const fs::file_type type = it->status(unreadable).type();
    if (!is_report && (extension == ".json" || extension == ".ndjson") &&
        (type == fs::file_type::regular || type == fs::file_type::not_found ||
         type == fs::file_type::none)) {
      paths.push_back(it->path());
    }
  }
  if (error) return refuse_input(folder, "the folder cannot be read", kInput);
  if (paths.empty()) return refuse_input(folder, "no .json or .ndjson file in it", kInput);
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) push_file(path);
}

void Push::push_file(const std::string& path) {
  const File file(std::fopen(path.c_str(), "re"));
  if (!file) return refuse_input(path, "the file cannot be opened", kInput);
  push_stream(file.get(), path, fs::path(path).extension() == ".ndjson");
}

// Bundles are named by their line, but for a single one in a file of its own.
void Push::push_stream(std::FILE* file, const std::string& name, bool is_list) {
  BundleStream stream(file, kMaxBundle);
  BundleStream::Item item;
  BundleStream::Item next;
  for (bool more = stream.next(item); more; item = std::move(next)) {
    more = stream.next(next);
    is_list = is_list || more;
    const std::string place = is_list ? name + ":" + std::to_string(item.line) : name;
    if (item.too_long) {
      refuse_input(place, "larger than 256 MiB", kInput);
    } else {
      push_bundle(place, std::move(item.text));
    }
  }
  if (std::ferror(file)) return refuse_input(name, "cannot be read", kInput);
}

void Push::push_bundle(const std::string& name, std::string text) {
  const auto document = JsonDocument::parse(std::move(text));
  if (!document) return refuse_input(name, "not JSON: " + document.error().describe(), kInput);
  const auto entries = sendable_entries(*document);
  if (!entries) return refuse_input(name, entries.error(), kRejected);

  if (stopped_) {
    for (const BundleEntry& entry : *entries) report_.add(name, &entry, "not sent");
    ++tally_.bundles_failed;
    tally_.not_sent += entries->size();
    return;
  }
  const auto results = client_.send(document->source(), *entries);
  if (!results) return bundle_fault(name, *entries, results.error());
  const std::size_t failed_before = tally_.failed;
  for (std::size_t i = 0; i < entries->size(); ++i) record(name, (*entries)[i], (*results)[i]);
  tally_.failed == failed_before ? ++tally_.bundles : ++tally_.bundles_failed;
}

void Push::record(const std::string& name, const BundleEntry& entry, const EntryResult& result) {
  if (!result.stored()) {
    say(name + ": " + entry.type + '/' + entry.id + ": " + result.problem);
    say_issues(result.issues);
    report_.add(name, &entry, "failed");
    ++tally_.failed;
    fail(kRejected);
    return;
  }
  const bool created = result.status == 201;
  created ? ++tally_.created : ++tally_.updated;
  std::optional<bool> verified;
  if (options_.verify && !stopped_) verified = verify(name, entry);
  report_.add(name, &entry, created ? "created" : "updated", verified);
}

bool Push::verify(const std::string& name, const BundleEntry& entry) {
  const std::string place = name + ": " + entry.type + '/' + entry.id;
  const auto different = [&](ExitCode code) {
    ++tally_.different;
    fail(code);
    return false;
  };
  const auto text = client_.read(entry.type, entry.id);
  if (!text) {
    say(place + ": cannot be read back: " + text.error().text);
    say_issues(text.error().issues);
    stopped_ = text.error().kind == ServerFault::Kind::kUnreachable;
    return different(stopped_ ? kServer : kRejected);
  }
  const auto document = JsonDocument::parse(*text);
  if (!document) {
    say(place + ": what is read back is not JSON");
    return different(kRejected);
  }
  const auto differences = resource_differences(entry.resource, document->root());
  if (!differences.empty()) {
    say(place + ": what is read back is not what was sent");
    for (const ResourceDifference& difference : differences) {
      say("  " + shortened(difference.describe()));
    }
    return different(kRejected);
  }
  ++tally_.verified;
  return true;
}

void Push::bundle_fault(const std::string& name, const std::vector<BundleEntry>& entries,
                        const ServerFault& fault) {
  const bool refused = fault.kind == ServerFault::Kind::kRefused;
  say(name + (refused ? ": refused by the server: " : ": no usable answer: ") + fault.text);
  say_issues(fault.issues);
  for (const BundleEntry& entry : entries) {
    report_.add(name, &entry, refused ? "refused" : "unknown");
  }
  ++tally_.bundles_failed;
  tally_.failed += entries.size();
  fail(refused ? kRejected : kServer);
  if (fault.status == 401 || fault.status == 403) {
    say("  the server wants credentials, which this command cannot give yet");
    stopped_ = true;
  }
  if (!refused) {
    say("  whether the server stored it is not known");
    stopped_ = true;
  }
}

void Push::say_summary() const {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  say(number(tally_.bundles) + " bundles delivered, " + number(tally_.bundles_failed) +
      " not; resources: " + number(tally_.created) + " created, " + number(tally_.updated) +
      " updated or unchanged, " + number(tally_.failed) + " failed" +
      (tally_.not_sent > 0 ? ", " + number(tally_.not_sent) + " not sent" : "") +
      (options_.verify ? "; read back: " + number(tally_.verified) + " equal, " +
                             number(tally_.different) + " different"
                       : ""));
}

}  // namespace

int run_push(const PushOptions& options) {
  const auto base_url = checked_base_url(options.server);
  if (!base_url) {
    std::fprintf(stderr, "oncobridge push: --server: %s\n", base_url.error().c_str());
    return kUsage;
  }
  if (is_unprotected(*base_url)) {
    std::fprintf(stderr,
                 "oncobridge push: warning: http:// can be read by everyone on the way; "
                 "use https:// for real patients\n");
  }
  return Push(options, *base_url).run();
}

}  // namespace oncobridge::tools
