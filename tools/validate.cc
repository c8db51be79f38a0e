// oncobridge validate: judges files, folders and streams of FHIR, and says what is wrong where.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "oncobridge/profile/validator.h"
#include "profiles/rules.h"
#include "tools/commands.h"
#include "tools/deep_thread.h"
#include "tools/definitions_options.h"
#include "tools/fhir_input.h"
#include "tools/ordered_ring.h"
#include "tools/output_check.h"
#include "tools/private_file.h"
#include "tools/suppressions.h"
#include "tools/terminal.h"
#include "tools/validate_output.h"

namespace oncobridge::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNotJudged = kUsage;

int complain(const Fault& fault, int code) {
  std::fprintf(stderr, "oncobridge validate: %s", printable(fault.message).c_str());
  if (!fault.advice.empty()) std::fprintf(stderr, " (%s)", fault.advice.c_str());
  std::fprintf(stderr, "\n");
  return code;
}

// What all workers share and nobody changes.
struct Shared {
  const Definitions& definitions;
  const ValidatorOptions options;
  const Suppressions suppressions;
  const std::unique_ptr<ValidationFormat> format;
  const Severity level;
  const InputLimits limits;
};

// A unit of input and what is said of it.
struct Job {
  InputUnit unit;
  Buffer output;
  std::uint64_t documents = 0;
  std::uint64_t bytes = 0;
  bool failed = false;  // an exception, e.g. out of memory
};

// For look-up by text without making a string.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
using Counts = std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>>;

// Documents may name any number of canonicals that nobody knows, of any length. Of too many the
// first in order are kept, which are the same ones on any number of threads.
constexpr std::size_t kMostMissing = 4'096;
constexpr std::size_t kLongestMissing = 1'000;

void keep_first(Counts& counts) {
  if (counts.size() <= kMostMissing) return;
  std::vector<std::string_view> names;
  names.reserve(counts.size());
  for (const auto& [name, count] : counts) names.push_back(name);
  const auto last = names.begin() + kMostMissing;
  std::nth_element(names.begin(), last, names.end());
  const std::string limit(*last);
  std::erase_if(counts, [&](const auto& entry) { return entry.first >= limit; });
}

// One worker: a validator, and the counts of what it has judged.
class Judge {
 public:
  explicit Judge(const Shared& shared)
      : shared_(shared),
        loader_(shared.limits),
        used_suppressions_(shared.suppressions.lines().size()) {}

  void work(Job& job) {
    job.output.clear();
    job.documents = job.bytes = 0;
    job.failed = false;
    try {
      loader_.visit(job.unit, [&](const InputDocument& document) { judge(document, job); });
    } catch (const std::exception&) {
      job.failed = true;
    }
  }

  void add_to(ValidationSummary& summary, Counts& missing,
              std::vector<std::uint64_t>& used_suppressions) const {
    summary.documents += summary_.documents;
    summary.valid += summary_.valid;
    summary.invalid += summary_.invalid;
    summary.not_judged += summary_.not_judged;
    summary.fatal += summary_.fatal;
    summary.errors += summary_.errors;
    summary.warnings += summary_.warnings;
    summary.information += summary_.information;
    summary.not_checked += summary_.not_checked;
    summary.suppressed += summary_.suppressed;
    for (const auto& [canonical, count] : missing_) missing[canonical] += count;
    summary.unnamed += mentions_;
    for (std::size_t i = 0; i < used_suppressions_.size(); ++i) {
      used_suppressions[i] += used_suppressions_[i];
    }
  }

 private:
  void judge(const InputDocument& document, Job& job) {
    Verdict verdict;
    std::string_view resource;
    issues_.clear();
    if (document.fault != nullptr) {
      verdict = tell_fault(*document.fault, document.message);
    } else {
      try {
        verdict = decide(document);
        resource = validator_->resource_name();
      } catch (const std::bad_alloc&) {
        validator_.reset();  // with all that it holds
        issues_.clear();
        verdict = tell_fault(profiles::rule(profiles::RuleId::kLimitMemory), kNoMemory);
      }
    }
    summary_.count(verdict);
    ++job.documents;
    job.bytes += document.bytes.size();
    shared_.format->document({document, resource, verdict, issues_}, job.output);
  }

  Verdict tell_fault(const Rule& rule, std::string_view message) {
    Verdict verdict;
    verdict.fatal = 1;
    fault_ = {Severity::kFatal, &rule, {}, std::string(message), {}, 0, 0};
    issues_.push_back({&fault_, {}});
    return verdict;
  }

  Verdict decide(const InputDocument& document) {
    // Most documents are sound, and then no text is made.
    if (!validator_) make_validator();
    Verdict verdict = validator_->decide(document.bytes);
    count_missing();
    if (!wants_issues(verdict)) return verdict;
    suppressed_ = {};
    verdict = validator_->judge(document.bytes);
    take_off_suppressed(verdict);
    select_issues();
    point_to_convert(document.bytes);
    return verdict;
  }

  void make_validator() {
    ValidatorOptions options = shared_.options;
    if (!shared_.suppressions.lines().empty()) {
      options.suppressed = [this](const Issue& issue) { return is_suppressed(issue); };
    }
    validator_.emplace(shared_.definitions, std::move(options));
  }

  void count_missing() {
    for (const std::string_view whole : validator_->not_checked()) {
      const std::string_view canonical = whole.substr(0, kLongestMissing);
      const auto found = missing_.find(canonical);
      found == missing_.end() ? void(missing_.emplace(canonical, 1)) : void(++found->second);
      if (missing_.size() > 2 * kMostMissing) keep_first(missing_);
      ++mentions_;
    }
  }

  bool wants(Severity severity) const {
    return severity <= shared_.level || shared_.suppressions.concern(severity);
  }
  bool wants_issues(const Verdict& verdict) const {
    return verdict.fatal > 0 || verdict.errors > 0 ||
           (verdict.warnings > 0 && wants(Severity::kWarning)) ||
           (verdict.information > 0 && wants(Severity::kInformation));
  }

  // Asked of every issue, also of those that are too many to be shown.
  bool is_suppressed(const Issue& issue) {
    const std::size_t line = shared_.suppressions.find(issue);
    if (line == Suppressions::kNone) return false;
    ++used_suppressions_[line];
    ++summary_.suppressed;
    switch (issue.severity) {
      case Severity::kFatal:
        break;
      case Severity::kError:
        ++suppressed_.errors;
        break;
      case Severity::kWarning:
        ++suppressed_.warnings;
        break;
      case Severity::kInformation:
        ++suppressed_.information;
        suppressed_.not_checked += issue.rule->id.ends_with("-not-checked") ? 1 : 0;
        break;
    }
    return true;
  }

  void take_off_suppressed(Verdict& verdict) const {
    verdict.errors -= suppressed_.errors;
    verdict.warnings -= suppressed_.warnings;
    verdict.information -= suppressed_.information;
    verdict.not_checked -= suppressed_.not_checked;
  }

  // With the reasons of the suppressed ones.
  void select_issues() {
    for (const Issue& issue : validator_->issues()) {
      const std::size_t line = shared_.suppressions.find(issue);
      issues_.push_back({&issue, line == Suppressions::kNone
                                     ? std::string_view()
                                     : shared_.suppressions.lines()[line].reason});
    }
  }

  // A case record, mostly a mistake of the subcommand.
  void point_to_convert(std::string_view bytes) {
    if (issues_.size() != 1 || issues_[0].issue->rule->id != "resource-type-missing" ||
        bytes.find("\"case_id\"") == std::string_view::npos) {
      return;
    }
    fault_ = *issues_[0].issue;
    fault_.text += "; a case record becomes FHIR with `oncobridge convert`";
    issues_[0].issue = &fault_;
  }

  const Shared& shared_;
  InputLoader loader_;
  std::optional<Validator> validator_;  // made when there is something to judge
  ValidationSummary summary_;
  Counts missing_;
  std::uint64_t mentions_ = 0;  // of what missing_ has, and of what it had no room for
  std::vector<std::uint64_t> used_suppressions_;  // by line of the file
  Verdict suppressed_;                            // of the document
  std::vector<ShownIssue> issues_;                // of the document, reused
  Issue fault_;
};

// Where the report goes: standard output, or a file that only its owner may read.
class Output {
 public:
  bool open(const std::string& path) { return path == "-" || file_.open(path); }
  void write(std::string_view bytes) {
    if (bytes.empty()) return;
    const bool written = file_.is_open()
                             ? file_.write(bytes)
                             : std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
    sound_ = sound_ && written;
  }
  bool finish() {
    if (file_.is_open()) {
      sound_ = file_.close() && sound_ && file_.keep();
    } else {
      sound_ = std::fflush(stdout) == 0 && sound_;
    }
    return sound_;
  }
  bool sound() const { return sound_; }

 private:
  PrivateFile file_;
  bool sound_ = true;
};

// Shows on a terminal that something happens.
class Progress {
 public:
  explicit Progress(bool shown) : shown_(shown) {}
  ~Progress() { clear(); }
  void add(std::uint64_t documents, std::uint64_t bytes) {
    documents_ += documents;
    bytes_ += bytes;
    if (!shown_ || Clock::now() - said_ < std::chrono::milliseconds(200)) return;
    said_ = Clock::now();
    std::fprintf(stderr, "\r%llu resources, %llu MB\x1b[K",
                 static_cast<unsigned long long>(documents_),
                 static_cast<unsigned long long>(bytes_ / 1'000'000));
    std::fflush(stderr);
    any_ = true;
  }
  void clear() {
    if (any_) std::fprintf(stderr, "\r\x1b[K");
    any_ = false;
  }
  std::uint64_t documents() const { return documents_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  const bool shown_;
  std::uint64_t documents_ = 0;
  std::uint64_t bytes_ = 0;
  bool any_ = false;
  Clock::time_point said_ = Clock::now();
};

class Validation {
 public:
  Validation(const ValidateOptions& options, const Shared& shared, Output& output)
      : options_(options),
        shared_(shared),
        output_(output),
        progress_(!options.quiet && isatty(STDERR_FILENO) == 1) {
    for (unsigned i = 0; i < options.threads; ++i)
      judges_.push_back(std::make_unique<Judge>(shared));
  }

  int run(std::vector<InputFile> files);

 private:
  bool give_out(Job& job);
  ValidationSummary summarize() const;
  bool name_broken(const ValidationSummary& summary) const;
  void write_begin(const ValidationSummary& summary);
  void say_throughput(double seconds) const;

  const ValidateOptions& options_;
  const Shared& shared_;
  Output& output_;
  Progress progress_;
  std::vector<std::unique_ptr<Judge>> judges_;
  Buffer held_;  // documents of a format that begins with counts
  bool first_ = true;
  bool failed_ = false;
};

// A job's documents, in the order of the input.
bool Validation::give_out(Job& job) {
  failed_ = failed_ || job.failed;
  progress_.add(job.documents, job.bytes);
  std::string_view bytes = job.output.view();
  if (bytes.empty()) return output_.sound();
  if (first_) bytes.remove_prefix(shared_.format->separator().size());
  first_ = false;
  shared_.format->is_counted() ? held_.append(bytes) : output_.write(bytes);
  return output_.sound();
}

ValidationSummary Validation::summarize() const {
  ValidationSummary summary;
  Counts missing;
  std::vector<std::uint64_t> used(shared_.suppressions.lines().size());
  for (const auto& judge : judges_) judge->add_to(summary, missing, used);
  keep_first(missing);
  for (const auto& [canonical, count] : missing) summary.unnamed -= count;
  summary.bytes = progress_.bytes();
  summary.missing.assign(missing.begin(), missing.end());
  std::sort(summary.missing.begin(), summary.missing.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] > 0) continue;
    const Suppressions::Line& line = shared_.suppressions.lines()[i];
    summary.unused_suppressions.push_back(options_.suppress + ":" + std::to_string(line.number) +
                                          ": " + std::string(line.rule->id));
  }
  return summary;
}

void Validation::say_throughput(double seconds) const {
  const double time = std::max(seconds, 1e-6);
  std::fprintf(stderr, "%.3f s, %.0f resources/s, %.1f MB/s on %u thread%s\n", seconds,
               static_cast<double>(progress_.documents()) / time,
               static_cast<double>(progress_.bytes()) / 1e6 / time, options_.threads,
               options_.threads == 1 ? "" : "s");
}

// Says which of the definitions that were missed are in files that cannot be read.
bool Validation::name_broken(const ValidationSummary& summary) const {
  bool any = false;
  for (const auto& [canonical, count] : summary.missing) {
    const std::string file = shared_.definitions.broken_file(canonical);
    if (file.empty()) continue;
    any = true;
    complain({"definition-broken",
              canonical + " is needed and cannot be read: " + file,
              "mend the file",
              "",
              {}},
             kNotJudged);
  }
  return any;
}

int Validation::run(std::vector<InputFile> files) {
  const auto start = Clock::now();
  Buffer frame;
  shared_.format->begin(frame);
  output_.write(frame.view());
  InputReader reader(std::move(files), shared_.limits);
  {
    OrderedRing<Job> ring(
        options_.threads, stack_for_depth(options_.max_depth),
        [this](std::size_t worker, Job& job) { judges_[worker]->work(job); },
        [this](Job& job) { return give_out(job); });
    for (Job* job = ring.next(); job != nullptr && reader.next(job->unit); job = ring.next()) {
      ring.publish();
    }
    ring.finish();
  }
  progress_.clear();
  const std::chrono::duration<double> seconds = Clock::now() - start;
  const ValidationSummary summary = summarize();
  frame.clear();
  shared_.format->begin_counted(summary, frame);
  frame.append(held_.view());
  shared_.format->end(summary, frame);
  output_.write(frame.view());
  if (failed_) {
    return complain({"internal",
                     "a resource could not be judged",
                     "please report the command and the version",
                     "",
                     {}},
                    kInternal);
  }
  if (!output_.finish()) {
    if (options_.output == "-" && has_reader_left()) return kReaderLeft;
    return complain(
        {"output", "the report could not be written completely", "check the space", "", {}},
        kOutput);
  }
  if (!options_.quiet) {
    // The text form has the summary already.
    if (options_.format != "text") {
      std::fprintf(stderr, "%s\n", describe(summary).c_str());
      for (const std::string& line : summary.unused_suppressions) {
        std::fprintf(stderr, "nothing to suppress: %s\n", printable(line).c_str());
      }
    }
    say_throughput(seconds.count());
  }
  if (name_broken(summary)) return kNotJudged;
  return summary.not_judged > 0 ? kNotJudged : summary.invalid > 0 ? kRejected : kOk;
}

Severity level_of(const ValidateOptions& options) {
  if (options.level == "error") return Severity::kError;
  return options.level == "warning" ? Severity::kWarning : Severity::kInformation;
}

Result<ValidatorOptions> validator_options(const ValidateOptions& options,
                                           const Definitions& definitions) {
  ValidatorOptions made;
  for (const std::string& name : options.profiles) {
    auto canonical = find_profile(definitions, name);
    if (!canonical) return tl::unexpected(canonical.error());
    made.profiles.push_back(std::move(*canonical));
  }
  for (const std::string& named : options.bundle_profiles) {
    auto canonical = find_bundle_profile(definitions, named);
    if (!canonical) return tl::unexpected(canonical.error());
    made.bundle_profiles.push_back(std::move(*canonical));
  }
  made.ignore_meta_profile = options.ignore_meta_profiles;
  made.best_practice = options.best_practice;
  made.allow_example_urls = !options.no_example_urls;
  made.security_checks = options.security;
  made.wrong_display_is_warning = options.display_warnings;
  made.references =
      options.check_references ? ReferenceCheck::kExistsAndType : ReferenceCheck::kType;
  made.strict = options.strict;
  made.max_issues = options.max_issues;
  made.level = level_of(options);
  made.limits.max_depth = options.max_depth;
  return made;
}

// For docs/validation_rules.md, and for who writes a file for --suppress.
int print_rules() {
  std::string text =
      "| rule | issue type | severity | what must hold | source |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const Rule& rule : rule_table()) {
    text += "| `" + std::string(rule.id) + "` | " + std::string(rule.code) + " | " +
            std::string(severity_code(rule.severity)) + " | " + std::string(rule.statement) +
            " | " + std::string(rule.source) + " |\n";
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return kOk;
  if (has_reader_left()) return kReaderLeft;
  return complain({"output", "the output could not be written", "check the space", "", {}},
                  kOutput);
}

bool wants_colours(const ValidateOptions& options) {
  const char* const terminal = std::getenv("TERM");
  const char* const refused = std::getenv("NO_COLOR");  // https://no-color.org
  return options.output == "-" && isatty(STDOUT_FILENO) == 1 &&
         (refused == nullptr || *refused == '\0') && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

}  // namespace

int run_validate(const ValidateOptions& options) {
  // A reader that has enough ends the run by the way of an output that cannot be written.
  std::signal(SIGPIPE, SIG_IGN);
  if (options.rules) return print_rules();
  if (options.inputs.empty()) {
    return complain(
        {"usage", "INPUT is required", "name files or folders, or - for standard input", "", {}},
        kUsage);
  }
  Suppressions suppressions;
  if (!options.suppress.empty()) {
    auto read = Suppressions::read(options.suppress);
    if (!read) return complain(read.error(), kUsage);
    suppressions = std::move(*read);
  }
  std::vector<InputFile> files = list_fhir_files(options.inputs);
  std::vector<std::string> read;
  for (const InputFile& file : files) read.push_back(file.path);
  if (auto sound = check_report(options, read); !sound) return complain(sound.error(), kUsage);
  auto definitions = load_definitions(options.packages, options.package_cache, options.definitions);
  if (!definitions) return complain(definitions.error(), kUsage);
  auto judging = validator_options(options, **definitions);
  if (!judging) return complain(judging.error(), kUsage);
  Output output;
  if (!output.open(options.output)) {
    return complain({"output",
                     options.output + ": cannot be written",
                     "check the name and the permissions",
                     "",
                     {}},
                    kOutput);
  }
  InputLimits limits;
  limits.max_document = options.max_document;
  const Shared shared{
      **definitions,           std::move(*judging),
      std::move(suppressions), make_validation_format(options.format, wants_colours(options)),
      level_of(options),       limits};
  Validation validation(options, shared, output);
  const auto code = run_on_stack(stack_for_depth(options.max_depth),
                                 [&] { return validation.run(std::move(files)); });
  if (code) return *code;
  return complain({"limit-memory",
                   "there is no memory for the stack that --max-depth asks for",
                   "lower --max-depth",
                   "",
                   {}},
                  kUsage);
}

}  // namespace oncobridge::tools
