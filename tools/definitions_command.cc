// oncobridge definitions: lists what the judge knows of FHIR, or shows one definition as text.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/text.h"
#include "profiles/definition_store.h"
#include "profiles/definition_text.h"
#include "profiles/package_reader.h"
#include "profiles/snapshot.h"
#include "tools/commands.h"
#include "tools/definitions_options.h"
#include "tools/terminal.h"

namespace oncobridge::tools {
namespace {

using profiles::DefinitionEntry;
using profiles::DefinitionKind;
using profiles::DefinitionStore;

std::string canonical_of(const DefinitionEntry& entry) {
  std::string canonical(entry.url);
  if (!entry.version.empty()) canonical.append("|").append(entry.version);
  return canonical;
}

// As `--kind` has it.
std::string_view kind_of(const DefinitionEntry& entry) {
  if (entry.kind != DefinitionKind::kStructure) return profiles::kind_word(entry.kind);
  if (entry.type == "Extension" && !entry.url.ends_with("/Extension")) return "extension";
  return entry.constraint ? "profile" : "type";
}

bool is_of_package(const DefinitionEntry& entry, const std::vector<std::string>& packages) {
  return packages.empty() ||
         std::any_of(packages.begin(), packages.end(), [&](const std::string& package) {
           return entry.package == package || (package.find('#') == std::string::npos &&
                                               entry.package.starts_with(package + '#'));
         });
}

// What stands behind the last slash of a canonical: mostly the id.
std::string_view last_part(std::string_view url) { return url.substr(url.rfind('/') + 1); }

// Reads what the options add to the shipped definitions.
bool load(const DefinitionsOptions& options, DefinitionStore& store, int& exit_code) {
  store.add_shipped();
  profiles::PackageReader reader(store);
  const auto complain = [&](const Fault& fault) {
    std::fprintf(stderr, "oncobridge definitions: %s%s%s\n",
                 printable(describe_in_file(fault)).c_str(), fault.advice.empty() ? "" : "; ",
                 fault.advice.c_str());
    exit_code = kInput;
  };
  for (const std::string& package : options.packages) {
    if (const auto added = reader.add_package(package, options.cache); !added) {
      complain(added.error());
      return false;
    }
  }
  for (const std::string& path : options.paths) {
    if (const auto added = reader.add_path(path, options.cache); !added) {
      complain(added.error());
      return false;
    }
  }
  for (const Fault& fault : reader.faults()) complain(fault);
  for (const Fault& doubt : reader.doubts()) {
    std::fprintf(stderr, "oncobridge definitions: %s\n", describe_doubt(doubt).c_str());
  }
  for (const MissingPackage& missing : reader.missing()) {
    std::fprintf(stderr, "oncobridge definitions: %s\n", describe_missing(missing).c_str());
  }
  return true;
}

void print_line(const DefinitionEntry& entry) {
  std::printf("%s %s %s", std::string(kind_of(entry)).c_str(), canonical_of(entry).c_str(),
              std::string(entry.name).c_str());
  if (!entry.type.empty()) std::printf(" %s", std::string(entry.type).c_str());
  std::printf(" %s\n", std::string(entry.package).c_str());
}

int list(const DefinitionsOptions& options, const DefinitionStore& store) {
  bool found = false;
  for (const DefinitionEntry& entry : store.list()) {
    if (!is_of_package(entry, options.packages)) continue;
    if (!options.name.empty() && !contains_folded(entry.url, options.name) &&
        !contains_folded(entry.name, options.name)) {
      continue;
    }
    if (!options.kind.empty() && kind_of(entry) != options.kind) continue;
    print_line(entry);
    found = true;
  }
  if (found) return kOk;
  std::fprintf(stderr, "no definition is like that\n");
  return kRejected;
}

// With the elements that the judge judges by: those of a differential and of what it builds on.
std::string text_of(const DefinitionStore& store, const profiles::StructureDefinition& structure) {
  if (!structure.snapshot.empty() || structure.differential.empty()) {
    return profiles::to_text(structure);
  }
  const auto made = profiles::make_snapshot(store, structure);
  if (made) return profiles::to_text(*made);
  std::fprintf(stderr, "oncobridge definitions: only what it changes can be shown: %s\n",
               printable(made.error().message).c_str());
  return profiles::to_text(structure);
}

std::string text_of(const DefinitionStore& store, DefinitionKind kind,
                    const std::string& canonical) {
  const auto text = [](const auto* definition) {
    return definition == nullptr ? std::string() : profiles::to_text(*definition);
  };
  switch (kind) {
    case DefinitionKind::kStructure: {
      const profiles::StructureDefinition* structure = store.find_structure(canonical);
      return structure == nullptr ? std::string() : text_of(store, *structure);
    }
    case DefinitionKind::kValueSet:
      return text(store.find_value_set(canonical));
    case DefinitionKind::kCodeSystem:
      return text(store.find_code_system(canonical));
  }
  return {};
}

// Definitions that are called so, the best way of calling them first: by canonical, type, id or
// name. One of each kind and url: the one that is meant without a version.
std::vector<DefinitionEntry> find_named(const DefinitionsOptions& options,
                                        const DefinitionStore& store) {
  const std::vector<DefinitionEntry> all = store.list();
  const auto is_canonical = [&](const DefinitionEntry& entry) {
    return entry.url == profiles::split_canonical(options.name).url || entry.url == options.name;
  };
  const auto is_type = [&](const DefinitionEntry& entry) {
    return entry.kind == DefinitionKind::kStructure && last_part(entry.url) == options.name &&
           entry.type == options.name;
  };
  const auto is_id = [&](const DefinitionEntry& entry) {
    return last_part(entry.url) == options.name;
  };
  const auto is_name = [&](const DefinitionEntry& entry) { return entry.name == options.name; };
  const auto select = [&](const auto& fits) {
    std::vector<DefinitionEntry> found;
    for (const DefinitionEntry& entry : all) {
      if (!fits(entry) || (!options.kind.empty() && kind_of(entry) != options.kind)) continue;
      const bool known =
          !found.empty() && found.back().kind == entry.kind && found.back().url == entry.url;
      if (!known) found.push_back(entry);
    }
    return found;
  };
  std::vector<DefinitionEntry> found = select(is_canonical);
  if (found.empty()) found = select(is_type);
  if (found.empty()) found = select(is_id);
  if (found.empty()) found = select(is_name);
  return found;
}

int show(const DefinitionsOptions& options, const DefinitionStore& store) {
  const std::vector<DefinitionEntry> found = find_named(options, store);
  if (found.size() > 1) {
    std::fprintf(stderr, "%s may be any of these; name the canonical or a --kind:\n",
                 options.name.c_str());
    for (const DefinitionEntry& entry : found) {
      std::fprintf(stderr, "  %s %s\n", std::string(kind_of(entry)).c_str(),
                   std::string(entry.url).c_str());
    }
    return kUsage;
  }
  std::string text;
  if (found.size() == 1) {
    const bool canonical = options.name.find(':') != std::string::npos;
    text = text_of(store, found[0].kind, canonical ? options.name : std::string(found[0].url));
  }
  if (text.empty()) {
    std::fprintf(stderr, "no definition is called %s; look with: oncobridge definitions list\n",
                 options.name.c_str());
    return kRejected;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kOk;
}

}  // namespace

int run_definitions(const DefinitionsOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  DefinitionStore store;
  int exit_code = kOk;
  if (!load(options, store, exit_code)) return exit_code;
  const int answer = options.show ? show(options, store) : list(options, store);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    if (has_reader_left()) return kReaderLeft;
    std::fprintf(stderr, "oncobridge definitions: the output could not be written\n");
    return kOutput;
  }
  return std::max(answer, exit_code);
}

}  // namespace oncobridge::tools
