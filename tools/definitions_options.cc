#include "tools/definitions_options.h"

#include <cstdio>
#include <filesystem>
#include <string_view>

#include "fhir/byte_scan.h"
#include "oncobridge/convert.h"
#include "oncobridge/fhir/json_writer.h"
#include "tools/terminal.h"

namespace oncobridge::tools {
namespace {

constexpr std::size_t kLongestQuestionnaire = std::size_t{64} << 20;  // bytes

// The bytes of a file if they are a Questionnaire, else nothing. What cannot be read is left to
// Definitions::add_path, which says so.
std::string questionnaire_in(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error) || path.ends_with(".tgz") ||
      path.ends_with(".tar.gz")) {
    return {};
  }
  auto source = open_input(path);
  std::string text;
  char block[64 * 1024];
  while (source && text.size() < kLongestQuestionnaire) {
    const auto got = (*source)->read(block, sizeof block);
    if (!got || *got == 0) break;
    text.append(block, *got);
  }
  const NameTable shared;
  Names names(shared);
  Tape tape(names);
  if (!(begins_as_xml(text) ? tape.read_xml(text) : tape.read_json(text))) return {};
  const bool is_questionnaire = tape.root() != kNoNode && tape[tape.root()].is(kResource) &&
                                tape[tape.root()].value() == "Questionnaire";
  return is_questionnaire ? text : std::string();
}

// Names the faults from `first` on; returns how many there are.
std::size_t name_faults(const Definitions& definitions, std::size_t first) {
  const std::vector<Fault>& faults = definitions.faults();
  for (std::size_t i = first; i < faults.size(); ++i) {
    std::fprintf(stderr, "oncobridge: %s\n", printable(describe_in_file(faults[i])).c_str());
  }
  return faults.size() - first;
}

}  // namespace

std::string describe_in_file(const Fault& fault) {
  const Place& at = fault.place;
  if (at.path.empty()) return fault.message;
  std::string text = at.path;
  if (at.line != 0) text += ":" + std::to_string(at.line);
  if (at.column != 0) text += ":" + std::to_string(at.column);
  return text + ": " + fault.message;
}

std::string describe_doubt(const Fault& doubt) {
  return printable("warning: " + describe_in_file(doubt) + " [" + doubt.rule + "]");
}

std::string describe_missing(const MissingPackage& missing) {
  return printable("warning: " + missing.needed_by + " depends on " + missing.name +
                   ", which is not here; name it with --package or --definitions");
}

Result<std::unique_ptr<Definitions>> load_definitions(const std::vector<std::string>& packages,
                                                      const std::string& package_cache,
                                                      const std::vector<std::string>& paths) {
  auto definitions = Definitions::shipped();
  for (const std::string& package : packages) {
    const std::size_t before = definitions->faults().size();
    if (auto added = definitions->add_package(package, package_cache); !added) {
      return tl::unexpected(added.error());
    }
    name_faults(*definitions, before);
  }
  for (const std::string& path : paths) {
    const std::size_t before = definitions->faults().size();
    const std::string questionnaire = questionnaire_in(path);
    auto added = questionnaire.empty() ? definitions->add_path(path)
                                       : definitions->add_questionnaire(questionnaire);
    const std::size_t broken = definitions->faults().size() - before;
    if (!added && broken < 2) {
      added.error().message = describe_in_file(added.error());
      return tl::unexpected(added.error());
    }
    if (name_faults(*definitions, before) > 0) {
      return fault("definition-broken",
                   path + ": " + std::to_string(broken) +
                       (broken == 1 ? " file cannot be read" : " files cannot be read"),
                   "mend them, or take them out of the folder");
    }
  }
  for (const Fault& doubt : definitions->doubts()) {
    std::fprintf(stderr, "oncobridge: %s\n", describe_doubt(doubt).c_str());
  }
  for (const MissingPackage& missing : definitions->missing()) {
    std::fprintf(stderr, "oncobridge: %s\n", describe_missing(missing).c_str());
  }
  return definitions;
}

Result<std::string> find_profile(const Definitions& definitions, const std::string& name) {
  std::string canonical = name.empty() ? std::string() : definitions.canonical_of(name);
  if (canonical.empty()) {
    const std::string broken = definitions.broken_file(name);
    if (!broken.empty()) {
      return fault("profile", name + ": its file cannot be read: " + broken, "mend the file");
    }
    return fault("profile", name + ": no such profile among the definitions",
                 "add its package with --package, or its file with --definitions");
  }
  if (const auto usable = definitions.check_profile(canonical); !usable) {
    return fault("profile", canonical + ": cannot be judged against: " + usable.error().message,
                 "what it builds on can be added with --package or --definitions");
  }
  return canonical;
}

Result<std::string> find_bundle_profile(const Definitions& definitions, const std::string& named) {
  const std::size_t equals = named.find('=');
  if (equals == std::string::npos || named.find(':') < equals) {
    return find_profile(definitions, named);
  }
  const std::string type = named.substr(0, equals);
  if (!definitions.is_resource_type(type)) {
    return fault("profile", named + ": `" + type + "` is no type of resources",
                 "write it like Patient=PROFILE, or the profile alone");
  }
  auto canonical = find_profile(definitions, named.substr(equals + 1));
  if (canonical) canonical->insert(0, type + '=');
  return canonical;
}

}  // namespace oncobridge::tools
