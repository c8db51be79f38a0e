// oncobridge convert: case records to bundles, with rejects, coverage and a summary for people.
#include "oncobridge/convert.h"

#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "tools/commands.h"
#include "tools/convert_judge.h"
#include "tools/convert_output.h"
#include "tools/convert_steps.h"
#include "tools/output_check.h"
#include "tools/private_file.h"
#include "tools/terminal.h"

namespace oncobridge::tools {
namespace {

constexpr std::size_t kLongestKey = 4096;  // bytes

int complain(const Fault& fault, int code) {
  std::fprintf(stderr, "oncobridge convert: %s", printable(fault.message).c_str());
  if (!fault.advice.empty()) std::fprintf(stderr, " (%s)", fault.advice.c_str());
  std::fprintf(stderr, "\n");
  return code;
}

// The exit code of a run that cannot go on; a reader that has enough is no fault.
int end_run(const ConvertOptions& options, const Fault& fault) {
  if (fault.rule != "output") return complain(fault, kInternal);
  if (options.out == "-" && has_reader_left()) return kReaderLeft;
  return complain(fault, kOutput);
}

// Sends each product of the run to its place.
class CommandSink final : public ConversionSink {
 public:
  CommandSink(BundleOutput& output, PrivateFile& rejects, PrivateFile& coverage, bool quiet)
      : output_(output), rejects_(rejects), coverage_(coverage), quiet_(quiet) {}

  bool converted(std::string_view case_id, std::string_view,
                 const std::vector<std::string_view>& parts) override {
    return output_.write(case_id, parts);
  }
  bool rejected(const Rejection& rejection) override {
    ++rejected_;
    if (!quiet_ && rejected_ <= kNamedRejects) name(rejection);
    return !rejects_.is_open() || rejects_.write(rejection.json_line);
  }
  bool covered(std::string_view line) override {
    if (!coverage_.is_open()) return true;
    line.remove_suffix(1);
    const bool sound = coverage_.write(first_covered_ ? "\n" : ",\n") && coverage_.write(line);
    first_covered_ = false;
    return sound;
  }

 private:
  static constexpr std::uint64_t kNamedRejects = 20;

  // Place and rule without any value: standard error may end in a log.
  void name(const Rejection& rejection) const {
    const Fault& fault = rejection.first;
    std::fprintf(stderr, "rejected: %s line %u column %u: %s%s%s: %s\n",
                 printable(rejection.file).c_str(), fault.place.line, fault.place.column,
                 fault.place.path.c_str(), fault.place.path.empty() ? "" : ": ", fault.rule.c_str(),
                 fault.message.c_str());
    if (rejected_ == kNamedRejects)
      std::fprintf(stderr, "rejected: further records are only counted\n");
  }

  BundleOutput& output_;
  PrivateFile& rejects_;
  PrivateFile& coverage_;
  const bool quiet_;
  std::uint64_t rejected_ = 0;
  bool first_covered_ = true;
};

Result<IdMaker> make_ids(const ConvertOptions& options) {
  if (options.id_key.empty()) {
    return IdMaker::with_namespace(options.id_namespace.empty() ? IdMaker::kDefaultNamespace
                                                                : options.id_namespace);
  }
  std::ifstream file(options.id_key, std::ios::binary);
  std::string key(kLongestKey + 1, '\0');
  file.read(key.data(), static_cast<std::streamsize>(key.size()));
  if (file.bad() || !(file || file.eof())) {
    return fault("id-key", options.id_key + ": cannot be read",
                 "check the name and the permissions");
  }
  key.resize(static_cast<std::size_t>(file.gcount()));
  if (key.size() > kLongestKey) {
    return fault("id-key", options.id_key + ": longer than 4096 bytes", "a key has 32 bytes");
  }
  struct stat status;
  if (stat(options.id_key.c_str(), &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    std::fprintf(stderr,
                 "oncobridge convert: warning: others can read the key file; chmod 600 it\n");
  }
  return IdMaker::with_key(key);
}

// What the steps between mappers and output share; must outlive the run.
class StepParts {
 public:
  explicit StepParts(const ConvertOptions& options) : by_type_(options.bundle == "ndjson") {
    judging_.strict = options.validate == "strict";
    if (!options.validate.empty()) definitions_ = Definitions::shipped();
    if (options.format != "xml") return;
    store_.add_shipped();
    schema_ = std::make_unique<profiles::Schema>(store_);
  }

  std::function<std::unique_ptr<OutputStep>()> maker() const {
    if (definitions_ == nullptr && schema_ == nullptr) return {};
    return [this] {
      std::vector<std::unique_ptr<OutputStep>> steps;
      if (definitions_ != nullptr) {
        steps.push_back(make_judge_step(*definitions_, judging_, by_type_));
      }
      if (schema_ != nullptr) steps.push_back(make_xml_step(*schema_));
      return make_steps(std::move(steps));
    };
  }

 private:
  const bool by_type_;
  ValidatorOptions judging_;
  std::unique_ptr<Definitions> definitions_;  // to judge by
  profiles::DefinitionStore store_;
  std::unique_ptr<profiles::Schema> schema_;  // to write XML by
};

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

bool write_coverage_end(PrivateFile& file, const ConversionTotals& totals,
                        const std::vector<FieldCoverage>& fields) {
  Buffer buffer;
  JsonWriter json(buffer);
  json.raw("],\n\"fields\":[");
  for (const FieldCoverage& field : fields) {
    json.element();
    json.raw("\n");
    json.begin_object();
    json.string("field", field.path);
    json.number("facts", field.facts);
    json.number("unused", field.unused);
    json.number("uncoded", field.uncoded);
    json.end_object();
  }
  json.raw("],\n\"totals\":{");
  json.number("records", totals.records);
  json.number("converted", totals.converted);
  json.number("rejected", totals.rejected);
  json.number("held_back", totals.held_back);
  json.number("resources", totals.resources);
  json.number("facts", totals.facts);
  json.number("unused", totals.unused);
  json.number("uncoded", totals.uncoded);
  json.number("flags", totals.flags);
  json.raw("}}\n");
  return file.write(buffer.view());
}

void summarize(const ConversionTotals& totals, const std::vector<FieldCoverage>& fields) {
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::fprintf(stderr, "%llu records: %llu converted into %llu resources, %llu rejected",
               number(totals.records), number(totals.converted), number(totals.resources),
               number(totals.rejected));
  if (totals.held_back > 0) {
    std::fprintf(stderr, " (%llu of them held back: they became no valid FHIR)",
                 number(totals.held_back));
  }
  std::fprintf(stderr, "\n");
  std::fprintf(
      stderr, "%llu facts: %llu in no resource, %llu wordings without a code, %llu quality flags\n",
      number(totals.facts), number(totals.unused), number(totals.uncoded), number(totals.flags));
  int named = 0;
  for (const FieldCoverage& field : fields) {
    if (field.unused == 0) continue;
    if (++named > 10) {
      std::fprintf(stderr, "  ... see the coverage report (--coverage FILE)\n");
      return;
    }
    std::fprintf(stderr, "  in no resource: %s (%llu of %llu)\n", field.path.c_str(),
                 number(field.unused), number(field.facts));
  }
}

}  // namespace

int run_convert(const ConvertOptions& options) {
  // A reader that has enough ends the run by the way of an output that cannot be written.
  std::signal(SIGPIPE, SIG_IGN);
  if (options.format == "xml" && options.bundle == "ndjson") {
    return complain(
        {"format", "NDJSON is JSON", "choose another --bundle for --format xml", "", {}}, kUsage);
  }
  auto ids = make_ids(options);
  if (!ids) return complain(ids.error(), kUsage);
  ConversionOptions conversion;
  conversion.framing = options.bundle == "ndjson"       ? Framing::ndjson
                       : options.bundle == "collection" ? Framing::collection
                                                        : Framing::transaction;
  conversion.threads = options.threads;
  conversion.recorded = options.recorded == "now" ? now() : options.recorded;
  conversion.narrative = options.narrative;
  conversion.max_record = options.max_record;
  conversion.coverage_details = !options.coverage.empty();
  const StepParts step_parts(options);
  conversion.make_output_step = step_parts.maker();
  auto converter = Converter::make(std::move(*ids), conversion);
  if (!converter)
    return complain(converter.error(), converter.error().rule == "term-table" ? kInternal : kUsage);

  std::vector<std::string> files;
  for (const std::string& input : options.inputs) {
    auto found = list_inputs(input);
    if (!found) return complain(found.error(), kInput);
    files.insert(files.end(), found->begin(), found->end());
  }
  const bool into_folder = is_bundle_folder(options.out, conversion.framing);
  if (auto sound = check_outputs(options, files, into_folder); !sound)
    return complain(sound.error(), kUsage);
  auto output = open_bundle_output(options.out, conversion.framing, options.format);
  if (!output) return complain(output.error(), kOutput);
  PrivateFile rejects;
  PrivateFile coverage;
  if (!options.rejects.empty() && !rejects.open(options.rejects)) {
    return complain({"output", options.rejects + ": cannot be written", "", "", {}}, kOutput);
  }
  if (!options.coverage.empty() &&
      (!coverage.open(options.coverage) || !coverage.write("{\"records\":["))) {
    return complain({"output", options.coverage + ": cannot be written", "", "", {}}, kOutput);
  }

  CommandSink sink(**output, rejects, coverage, options.quiet);
  int code = kOk;
  Converter::Run run(*converter, sink);
  for (const std::string& file : files) {
    auto source = open_input(file);
    Result<void> added = source ? run.add(**source) : tl::unexpected(source.error());
    if (added) continue;
    if (added.error().rule != "input") return end_run(options, added.error());
    code = complain(added.error(), kInput);  // this input is lost from here on; the others go on
  }
  if (auto finished = run.finish(); !finished) {
    return end_run(options, finished.error());
  }
  const auto fields = run.fields();
  if (coverage.is_open() && !write_coverage_end(coverage, run.totals(), fields)) {
    return complain({"output", options.coverage + ": cannot be written", "", "", {}}, kOutput);
  }
  const bool sound = (*output)->finish() && rejects.close() && coverage.close();
  // A run that could read nothing at all leaves the outputs of an earlier one.
  const bool nothing_read = code == kInput && run.totals().records == 0;
  if (!sound || (!nothing_read && !((*output)->keep() && rejects.keep() && coverage.keep()))) {
    return end_run(
        options,
        {"output", "the output could not be written completely", "check the space", "", {}});
  }
  if (!options.quiet && code == kOk && run.totals().records == 0) {
    std::fprintf(stderr, "oncobridge convert: warning: no input has a record\n");
  }
  if (!options.quiet) summarize(run.totals(), fields);
  if (code != kOk) return code;
  if (run.totals().rejected > 0) return kRejected;
  if (options.fail_on == "coverage" && run.totals().unused > 0) return kRejected;
  return kOk;
}

}  // namespace oncobridge::tools
