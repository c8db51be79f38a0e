// refresh_definitions PACKAGES_FOLDER OUTPUT_FOLDER: writes profiles/definitions/*.txt from FHIR
// packages. See README.md beside this file. The same packages give the same bytes.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "profiles/corrections.h"
#include "profiles/definition_store.h"
#include "profiles/definition_text.h"
#include "profiles/loose_resources.h"
#include "profiles/package_files.h"
#include "profiles/package_reader.h"
#include "profiles/shipped_definitions.h"

namespace {

namespace fs = std::filesystem;
using namespace oncobridge;  // NOLINT: a program, not a header
using namespace oncobridge::profiles;

// What the program ships, each with what it stands on before it.
constexpr std::array<std::string_view, 6> kPackages = {"hl7.fhir.r4.core",
                                                       "hl7.terminology.r4",
                                                       "hl7.fhir.uv.extensions.r4",
                                                       "hl7.fhir.us.core",
                                                       "hl7.fhir.uv.genomics-reporting",
                                                       "hl7.fhir.us.mcode"};

// The archive or folder `NAME-VERSION` of a package; empty if there is none or more than one.
std::string find_package_file(const fs::path& folder, std::string_view name) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    const std::size_t start = name.size() + 1;
    if (!file.starts_with(std::string(name) + '-') || file.size() <= start || file[start] < '0' ||
        file[start] > '9') {
      continue;
    }
    if (entry.is_directory() || file.ends_with(".tgz")) found.push_back(entry.path().string());
  }
  return found.size() == 1 ? found.front() : std::string();
}

// Properties of concepts that a value set asks for; nobody reads the others.
void collect_filter_properties(const PackageDefinitions& package, std::set<std::string>& out) {
  for (const ValueSet& value_set : package.value_sets) {
    for (const ValueSetPart& part : value_set.parts) {
      for (const ValueSetFilter& filter : part.filters) out.insert(filter.property);
    }
  }
}

void drop_other_properties(PackageDefinitions& package, const std::set<std::string>& wanted) {
  for (CodeSystem& system : package.code_systems) {
    for (Concept& entry : system.concepts) {
      std::erase_if(entry.properties, [&](const ConceptProperty& property) {
        return !wanted.contains(property.code);
      });
    }
  }
}

bool write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  return static_cast<bool>(file);
}

// The table beside the output, or that of this build.
std::string corrections_text(const fs::path& to) {
  if (auto text = read_file((to / "corrections.txt").string())) return std::move(*text);
  return std::string(ShippedDefinitions::embedded().corrections());
}

// What search_parameters.h describes, sorted by URL.
bool write_search_parameters(const std::vector<std::string>& files, const fs::path& path) {
  DefinitionStore store;
  LooseResources found;
  PackageReader reader(store);
  reader.on_other([&](std::string_view type, std::string_view bytes) {
    return type == "SearchParameter" && found.add(type, bytes);
  });
  for (const std::string& file : files) {
    if (!reader.add_path(file)) return false;
  }
  std::map<std::string, std::string> lines;
  for (const auto& parameter : found.search_parameters) {
    std::string expression = parameter->expression;
    std::replace_if(
        expression.begin(), expression.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (parameter->type.empty() || parameter->bases.empty()) continue;
    lines[parameter->url] = parameter->type + " " + parameter->bases + " " + expression;
  }
  std::string text;
  for (const auto& [url, facts] : lines) text += url + " " + facts + "\n";
  std::printf("%s: %zu search parameters, %zu bytes\n", path.filename().c_str(), lines.size(),
              text.size());
  return write_file(path, text);
}

int run(const fs::path& from, const fs::path& to) {
  const Corrections corrections(corrections_text(to));
  std::vector<PackageDefinitions> packages;
  std::vector<std::string> files;
  std::set<std::string> properties = {"parent", "status"};
  for (const std::string_view name : kPackages) {
    const std::string file = find_package_file(from, name);
    if (file.empty()) {
      std::fprintf(stderr, "%s: not exactly one %.*s-VERSION\n", from.c_str(),
                   static_cast<int>(name.size()), name.data());
      return 1;
    }
    files.push_back(file);
    auto package = read_package(file);
    if (!package) {
      std::fprintf(stderr, "%s: %s\n", file.c_str(), package.error().message.c_str());
      return 1;
    }
    for (StructureDefinition& structure : package->structures) corrections.apply(structure);
    collect_filter_properties(*package, properties);
    packages.push_back(std::move(*package));
  }
  for (PackageDefinitions& package : packages) {
    drop_other_properties(package, properties);
    const fs::path path = to / (package.name.substr(0, package.name.find('#')) + ".txt");
    const std::string text = write_definitions(package);
    if (!write_file(path, text)) {
      std::fprintf(stderr, "%s cannot be written\n", path.c_str());
      return 1;
    }
    std::printf("%s: %zu structures, %zu value sets, %zu code systems, %zu bytes\n",
                path.filename().c_str(), package.structures.size(), package.value_sets.size(),
                package.code_systems.size(), text.size());
  }
  const fs::path path = to / "search_parameters.txt";
  if (write_search_parameters(files, path)) return 0;
  std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "use: refresh_definitions PACKAGES_FOLDER OUTPUT_FOLDER\n");
    return 2;
  }
  return run(argv[1], argv[2]);
}
