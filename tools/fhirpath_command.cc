// oncobridge fhirpath: what an expression finds in resources, one item a line with its type.
#include <csignal>
#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "oncobridge/profile/fhirpath.h"
#include "tools/commands.h"
#include "tools/definitions_options.h"
#include "tools/fhir_input.h"
#include "tools/terminal.h"

namespace oncobridge::tools {
namespace {

int complain(const std::string& message, int code) {
  std::fprintf(stderr, "oncobridge fhirpath: %s\n", printable(message).c_str());
  return code;
}

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return json + "\"";
}

class PathPrinter {
 public:
  // `several`: files, so that each line begins with the name of one.
  PathPrinter(const FhirPathOptions& options, const Definitions& definitions, bool several)
      : options_(options), several_(several), path_(definitions) {}

  bool compile();
  void take(const InputDocument& document);
  int finish();

 private:
  void print(const InputDocument& document, const PathItem& item);
  void print_json(const InputDocument& document, const PathItem& item);

  const FhirPathOptions& options_;
  const bool several_;
  FhirPath path_;
  PathExpression expression_;
  std::set<std::string> undecided_;  // value sets that have been named
  int code_ = kOk;
};

bool PathPrinter::compile() {
  auto expression = path_.compile(options_.expression);
  if (!expression) {
    complain("column " + std::to_string(expression.error().place.column) + ": " +
                 expression.error().message,
             kUsage);
    return false;
  }
  expression_ = std::move(*expression);
  return true;
}

void PathPrinter::take(const InputDocument& document) {
  std::string where(document.file);
  if (document.is_line) where += ":" + std::to_string(document.line);
  if (document.fault != nullptr) {
    code_ = std::max<int>(code_, kInput);
    complain(where + ": " + std::string(document.message), kInput);
    return;
  }
  if (const auto opened = path_.open(document.bytes); !opened) {
    const Place& at = opened.error().place;
    code_ = std::max<int>(code_, kInput);
    complain(std::string(document.file) + ":" + std::to_string(document.line + at.line - 1) + ":" +
                 std::to_string(at.column) + ": " + opened.error().message,
             kInput);
    return;
  }
  if (const std::string mark = byte_order_mark_in(document); !mark.empty()) complain(mark, kOk);
  if (const auto doubt = path_.doubt(expression_)) {
    complain("warning: " + where + ": column " + std::to_string(doubt->place.column) + ": " +
                 doubt->message,
             kOk);
  }
  const auto items = path_.evaluate(expression_);
  if (!items) {
    code_ = std::max<int>(code_, kRejected);
    complain(where + ": column " + std::to_string(items.error().place.column) + ": " +
                 items.error().message,
             kRejected);
    return;
  }
  for (const std::string& value_set : path_.undecided()) {
    if (!undecided_.insert(value_set).second) continue;
    complain(
        "warning: " + where + ": memberOf() cannot be decided with what is at hand: " + value_set,
        kOk);
  }
  for (const PathItem& item : *items) {
    options_.json ? print_json(document, item) : print(document, item);
  }
}

// Type and value, behind the file where there may be several.
void PathPrinter::print(const InputDocument& document, const PathItem& item) {
  std::string line;
  if (several_ || document.is_line) {
    line = printable(document.file);
    if (document.is_line) line += ":" + std::to_string(document.line);
    line += '\t';
  }
  line += item.type + '\t' + printable(item.text) + '\n';
  std::fwrite(line.data(), 1, line.size(), stdout);
}

void PathPrinter::print_json(const InputDocument& document, const PathItem& item) {
  std::string line = "{\"file\":" + quoted(document.file);
  if (!item.location.empty()) {
    line += ",\"line\":" + std::to_string(document.line + item.line - 1) +
            ",\"column\":" + std::to_string(item.column) + ",\"location\":" + quoted(item.location);
  }
  line += ",\"type\":" + quoted(item.type) + ",\"value\":" + item.json + "}\n";
  std::fwrite(line.data(), 1, line.size(), stdout);
}

int PathPrinter::finish() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    if (has_reader_left()) return kReaderLeft;
    return complain("the output could not be written completely", kOutput);
  }
  return code_;
}

}  // namespace

int run_fhirpath(const FhirPathOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto definitions =
      load_definitions(options.packages, options.package_cache, options.definitions);
  if (!definitions) {
    return complain(definitions.error().message + " (" + definitions.error().advice + ")", kUsage);
  }
  std::vector<InputFile> files = list_fhir_files(options.inputs);
  PathPrinter printer(options, **definitions, files.size() > 1);
  if (!printer.compile()) return kUsage;
  const InputLimits limits;
  InputReader reader(std::move(files), limits);
  InputLoader loader(limits);
  InputUnit unit;
  while (std::ferror(stdout) == 0 && reader.next(unit)) {
    loader.visit(unit, [&](const InputDocument& document) { printer.take(document); });
  }
  return printer.finish();
}

}  // namespace oncobridge::tools
