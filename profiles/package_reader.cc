#include "profiles/package_reader.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <tuple>

#include "oncobridge/fhir/json_document.h"
#include "profiles/definition_reader.h"
#include "profiles/definition_store.h"
#include "profiles/package_files.h"

namespace oncobridge::profiles {
namespace {

namespace fs = std::filesystem;

Result<void> visit(const std::string& path, const OnPackageFile& on_file) {
  std::error_code error;
  if (fs::is_directory(path, error)) return visit_folder(path, on_file);
  auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  on_file(fs::path(path).filename().string(), *bytes);
  return {};
}

bool by_canonical(const auto& a, const auto& b) {
  return std::tie(a.url, a.version) < std::tie(b.url, b.version);
}

}  // namespace

Result<PackageManifest> read_manifest(std::string_view bytes) {
  const auto document = JsonDocument::parse(std::string(bytes));
  if (!document) {
    return fault("package-broken", "package.json is no JSON: " + document.error().describe());
  }
  const JsonValue root = document->root();
  PackageManifest manifest;
  manifest.name = root.text("name") + '#' + root.text("version");
  for (JsonValue depends = root.find("dependencies").first(); depends; depends = depends.next()) {
    manifest.depends.push_back(depends.key() + '#' + depends.string());
  }
  if (manifest.name.starts_with('#')) return fault("package-broken", "package.json has no name");
  return manifest;
}

Result<PackageDefinitions> read_package(const std::string& path, bool keep_differentials) {
  PackageDefinitions package;
  DefinitionReader reader;
  reader.keep_differentials(keep_differentials);
  std::vector<Fault> faults;
  auto visited = visit(path, [&](std::string_view name, std::string_view bytes) {
    if (name == "package.json") {
      if (auto manifest = read_manifest(bytes)) {
        package.name = std::move(manifest->name);
        package.depends = std::move(manifest->depends);
      }
      return;
    }
    auto any = reader.read(bytes);
    if (!any) {
      faults.push_back(std::move(any.error()));
      faults.back().message = std::string(name) + ": " + faults.back().message;
    } else if (auto* structure = std::get_if<StructureDefinition>(&*any)) {
      package.structures.push_back(std::move(*structure));
    } else if (auto* value_set = std::get_if<ValueSet>(&*any)) {
      package.value_sets.push_back(std::move(*value_set));
    } else if (auto* system = std::get_if<CodeSystem>(&*any)) {
      package.code_systems.push_back(std::move(*system));
    }
  });
  if (!visited) return tl::unexpected(std::move(visited.error()));
  if (!faults.empty()) return tl::unexpected(std::move(faults.front()));
  std::stable_sort(package.structures.begin(), package.structures.end(),
                   by_canonical<StructureDefinition, StructureDefinition>);
  std::stable_sort(package.value_sets.begin(), package.value_sets.end(),
                   by_canonical<ValueSet, ValueSet>);
  std::stable_sort(package.code_systems.begin(), package.code_systems.end(),
                   by_canonical<CodeSystem, CodeSystem>);
  return package;
}

}  // namespace oncobridge::profiles
