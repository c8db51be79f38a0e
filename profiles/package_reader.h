// Reads FHIR packages: unpacked folders, .tgz archives, single definitions, and the usual cache
// folder with dependencies. Nothing is ever written. Faults of single files do not end the reading
// of the rest; they are kept. A reader belongs to one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/profile/validator.h"
#include "profiles/definition_text.h"

namespace oncobridge::profiles {

class DefinitionStore;

struct PackageManifest {
  std::string name;  // `hl7.fhir.us.core#6.1.0`
  std::vector<std::string> fhir_versions;
  std::vector<std::string> depends;
};
// From the bytes of package.json. Fault rule: package-broken.
Result<PackageManifest> read_manifest(std::string_view bytes);

// All definitions of one package, by canonical and version; for tools. `path` is a folder or .tgz.
// A file that cannot be read is a fault.
Result<PackageDefinitions> read_package(const std::string& path, bool keep_differentials = false);

class PackageReader {
 public:
  // What it reads goes into the store, which must outlive the reader. Known faults of published
  // definitions are corrected on the way.
  explicit PackageReader(DefinitionStore& store);
  ~PackageReader();

  // `name#version`, or `name` for the newest, from a package cache (`~/.fhir/packages` if empty):
  // what it depends on first, each package once. A package that is shipped and not in the cache is
  // there already. Fault rules: package-missing, package-broken.
  Result<void> add_package(std::string_view name_and_version, std::string_view cache_folder = {});

  // A folder (of a package, or of files), a .tgz, or one definition in JSON or XML, also gzip. What
  // a package depends on is looked for in the cache. Fault rules: input-open, archive-broken,
  // archive-limit, definition-none (nothing in it is a definition), and for a single file those of
  // DefinitionReader.
  Result<void> add_path(const std::string& path, std::string_view cache_folder = {});

  // One definition from memory; `name` stands for its package.
  Result<void> add_definition(std::string_view bytes, const std::string& name);

  // Called with every resource that defines nothing by itself (Questionnaire, ...); true if
  // something is judged against it all the same.
  void on_other(std::function<bool(std::string_view type, std::string_view bytes)> callback);

  // Packages that others depend on and that are neither shipped nor in the cache, each once.
  const std::vector<MissingPackage>& missing() const;
  // Shipped packages that stand in for another version: `name#asked -> name#shipped`, each once.
  const std::vector<std::string>& stand_ins() const;
  // What could not be read, at most 100; the place says where.
  const std::vector<Fault>& faults() const;
  // What of the definitions read so far is not understood, held against one another, at most 100.
  // Rules: definition-value, definition-syntax; the place says where.
  std::vector<Fault> doubts() const;
  // The file that would define what a canonical names if it could be read; empty if there is none.
  std::string broken_file(std::string_view canonical) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncobridge::profiles
