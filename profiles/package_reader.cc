#include "profiles/package_reader.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "oncobridge/fhir/json_document.h"
#include "profiles/corrections.h"
#include "profiles/definition_reader.h"
#include "profiles/definition_store.h"
#include "profiles/package_files.h"
#include "profiles/shipped_definitions.h"
#include "profiles/version_match.h"

namespace oncobridge::profiles {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFaults = 100;
constexpr std::size_t kMaxDependencyDepth = 64;

template <typename Definition>
bool by_canonical(const Definition& a, const Definition& b) {
  return std::tie(a.url, a.version) < std::tie(b.url, b.version);
}

// The folder where FHIR tools keep packages.
std::string usual_cache() {
  const char* home = std::getenv("HOME");
  return home == nullptr ? std::string() : std::string(home) + "/.fhir/packages";
}

struct PackageId {
  std::string name;
  std::string version;

  explicit PackageId(std::string_view text) {
    const std::size_t mark = std::min(text.find_first_of("#@"), text.size());
    name = text.substr(0, mark);
    version = text.substr(std::min(mark + 1, text.size()));
  }
  std::string text() const { return name + '#' + version; }
  // A name that cannot lead out of the cache folder.
  bool is_plain() const {
    return !name.empty() && name[0] != '.' && (name + version).find('/') == std::string::npos;
  }
};

// The folder of a package in the cache: its own version, or the newest that the version names.
std::string find_in_cache(const std::string& cache, const PackageId& wanted) {
  std::error_code error;
  if (!wanted.is_plain() || cache.empty()) return {};
  std::string exact = cache + '/' + wanted.text();
  if (fs::is_directory(exact, error)) return exact;
  std::string best;
  VersionChoice choice(wanted.version);
  const std::string start = wanted.name + '#';
  for (fs::directory_iterator at(cache, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(start) || !choice.take(name.substr(start.size()))) continue;
    best = at->path().string();
  }
  return best;
}

// What a package holds, before it goes into the store.
struct Contents {
  PackageManifest manifest;
  std::vector<AnyDefinition> definitions;
  std::size_t others = 0;         // resources that were given to on_other
  std::optional<Fault> fault_of;  // of the file read last
};

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
  const auto on_file = [&](std::string_view name, std::string_view bytes) {
    if (name == "package.json") {
      auto manifest = read_manifest(bytes);
      if (!manifest) {
        faults.push_back(std::move(manifest.error()));
        return;
      }
      package.name = std::move(manifest->name);
      package.depends = std::move(manifest->depends);
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
  };
  const auto on_fault = [&](Fault found) { faults.push_back(std::move(found)); };
  auto visited = visit_package(path, {on_file, on_fault});
  if (!visited) return tl::unexpected(std::move(visited.error()));
  if (!faults.empty()) return tl::unexpected(std::move(faults.front()));
  std::stable_sort(package.structures.begin(), package.structures.end(),
                   by_canonical<StructureDefinition>);
  std::stable_sort(package.value_sets.begin(), package.value_sets.end(), by_canonical<ValueSet>);
  std::stable_sort(package.code_systems.begin(), package.code_systems.end(),
                   by_canonical<CodeSystem>);
  return package;
}

struct PackageReader::Impl {
  explicit Impl(DefinitionStore& target)
      : store(target), reader(&target), corrections(ShippedDefinitions::embedded().corrections()) {
    const ShippedDefinitions shipped_texts = ShippedDefinitions::embedded();
    for (const IndexedFile& file : shipped_texts.files()) {
      shipped.emplace_back(package_of(shipped_texts.text(file.at, file.size)));
    }
  }

  void keep_fault(Fault found) {
    if (faults.size() < kMaxFaults) faults.push_back(std::move(found));
  }

  void add(AnyDefinition any, const std::string& package) {
    if (auto* structure = std::get_if<StructureDefinition>(&any)) {
      corrections.apply(*structure);
      store.add(std::move(*structure), package);
    } else if (auto* value_set = std::get_if<ValueSet>(&any)) {
      store.add(std::move(*value_set), package);
    } else if (auto* system = std::get_if<CodeSystem>(&any)) {
      store.add(std::move(*system), package);
    }
  }

  void keep_doubts(const StructureDefinition& structure, std::string_view file) {
    for (const Misreading& misreading : structure.misread) {
      if (doubts.size() == kMaxFaults) return;
      Fault doubt;
      doubt.rule = "definition-value";
      doubt.message =
          misreading.describe() + (misreading.decisive ? "; nothing is judged with " + structure.url
                                                       : "; it is left out of account");
      doubt.place.path = file;
      doubts.push_back(std::move(doubt));
    }
  }

  // A definition, or a resource for on_other; false if neither.
  Result<bool> take(std::string_view bytes, std::string_view file,
                    std::vector<AnyDefinition>& out) {
    auto any = reader.read(bytes);
    if (!any) return tl::unexpected(std::move(any.error()));
    if (const auto* structure = std::get_if<StructureDefinition>(&*any)) {
      keep_doubts(*structure, file);
    }
    if (!std::holds_alternative<std::monostate>(*any)) {
      out.push_back(std::move(*any));
      return true;
    }
    if (reader.resource_type().empty()) return false;
    if (on_other) on_other(reader.resource_type(), bytes);
    return on_other != nullptr;
  }

  Result<Contents> read(const std::string& path) {
    Contents contents;
    const auto on_file = [&](std::string_view name, std::string_view bytes) {
      if (name == "package.json") {
        auto manifest = read_manifest(bytes);
        if (manifest) {
          contents.manifest = std::move(*manifest);
        } else {
          keep_fault(std::move(manifest.error()));
        }
        return;
      }
      const auto taken = take(bytes, name, contents.definitions);
      if (taken) {
        contents.others += *taken ? 1 : 0;
        return;
      }
      Fault found = taken.error();
      found.place.path = name;
      contents.fault_of = found;
      found.message = std::string(name) + ": " + found.message;
      keep_fault(std::move(found));
    };
    auto visited =
        visit_package(path, {on_file, [&](Fault found) { keep_fault(std::move(found)); }});
    if (!visited) return tl::unexpected(std::move(visited.error()));
    return contents;
  }

  const std::string* shipped_of(std::string_view name) const {
    for (const std::string& package : shipped) {
      if (PackageId(package).name == name) return &package;
    }
    return nullptr;
  }

  static void add_once(std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
  }

  void add_missing(std::string name, const std::string& needed_by) {
    const auto known =
        std::find_if(missing.begin(), missing.end(),
                     [&](const MissingPackage& other) { return other.name == name; });
    if (known == missing.end()) missing.push_back({std::move(name), needed_by});
  }

  // R4 has one set of types: whatever version of it a package names, it is the shipped one.
  static bool is_core(std::string_view name) {
    return name == "hl7.fhir.r4.core" || name == "hl7.fhir.core" ||
           name == "hl7.fhir.r4.expansions";
  }

  void add_dependencies(const PackageManifest& manifest, const std::string& cache,
                        std::size_t depth) {
    for (const std::string& text : manifest.depends) {
      const PackageId wanted(text);
      const std::string* stands_in = shipped_of(wanted.name);
      if (is_core(wanted.name) || (stands_in != nullptr && *stands_in == wanted.text())) continue;
      if (depth < kMaxDependencyDepth) {
        const std::string folder = find_in_cache(cache, wanted);
        if (!folder.empty()) {
          if (auto added = add_folder(folder, cache, depth + 1); !added) {
            keep_fault(std::move(added.error()));
          }
          continue;
        }
      }
      if (stands_in != nullptr) {
        add_once(stand_ins, wanted.text() + " -> " + *stands_in);
      } else {
        add_missing(wanted.text(), manifest.name);
      }
    }
  }

  // A package with what it depends on before it; once, whoever asks for it.
  Result<void> add_folder(const std::string& folder, const std::string& cache, std::size_t depth) {
    if (!visited.insert(folder).second) return {};
    auto contents = read(folder);
    if (!contents) return tl::unexpected(std::move(contents.error()));
    add_contents(std::move(*contents), folder, cache, depth);
    return {};
  }

  void add_contents(Contents contents, const std::string& path, const std::string& cache,
                    std::size_t depth) {
    add_dependencies(contents.manifest, cache, depth);
    const std::string& package = contents.manifest.name.empty() ? path : contents.manifest.name;
    for (AnyDefinition& any : contents.definitions) add(std::move(any), package);
  }

  DefinitionStore& store;
  DefinitionReader reader;
  Corrections corrections;
  std::vector<std::string> shipped;
  std::set<std::string> visited;
  std::function<void(std::string_view, std::string_view)> on_other;
  std::vector<MissingPackage> missing;
  std::vector<std::string> stand_ins;
  std::vector<Fault> faults;
  std::vector<Fault> doubts;
};

PackageReader::PackageReader(DefinitionStore& store) : impl_(std::make_unique<Impl>(store)) {}
PackageReader::~PackageReader() = default;

Result<void> PackageReader::add_package(std::string_view name_and_version,
                                        std::string_view cache_folder) {
  const PackageId wanted(name_and_version);
  const std::string cache = cache_folder.empty() ? usual_cache() : std::string(cache_folder);
  const std::string folder = find_in_cache(cache, wanted);
  if (!folder.empty()) return impl_->add_folder(folder, cache, 0);
  const std::string* shipped = impl_->shipped_of(wanted.name);
  if (shipped != nullptr && names_version(wanted.version, PackageId(*shipped).version)) return {};
  std::string advice = "put it there, or name the package's folder or .tgz with --definitions";
  if (shipped != nullptr) advice += "; " + *shipped + " comes with the program";
  return fault("package-missing", std::string(name_and_version) + " is not in " + cache, advice);
}

Result<void> PackageReader::add_path(const std::string& path, std::string_view cache_folder) {
  const std::string cache = cache_folder.empty() ? usual_cache() : std::string(cache_folder);
  auto contents = impl_->read(path);
  if (!contents) return tl::unexpected(std::move(contents.error()));
  if (contents->definitions.empty() && contents->others == 0 && contents->manifest.name.empty()) {
    if (contents->fault_of) {
      Fault& last = *contents->fault_of;
      const bool is_file = fs::path(path).filename() == last.place.path;
      last.message = path + ": " + (is_file ? "" : last.place.path + ": ") + last.message;
      return tl::unexpected(std::move(last));
    }
    return fault("definition-none", path + " holds no definition",
                 "a StructureDefinition, ValueSet or CodeSystem is expected");
  }
  impl_->add_contents(std::move(*contents), path, cache, 0);
  return {};
}

Result<void> PackageReader::add_definition(std::string_view bytes, const std::string& name) {
  std::vector<AnyDefinition> definitions;
  auto taken = impl_->take(bytes, name, definitions);
  if (!taken) return tl::unexpected(std::move(taken.error()));
  if (!*taken) {
    return fault("definition-none", name + " is no definition",
                 "a StructureDefinition, ValueSet or CodeSystem is expected");
  }
  for (AnyDefinition& any : definitions) impl_->add(std::move(any), name);
  return {};
}

void PackageReader::on_other(
    std::function<void(std::string_view type, std::string_view bytes)> callback) {
  impl_->on_other = std::move(callback);
}

const std::vector<MissingPackage>& PackageReader::missing() const { return impl_->missing; }
const std::vector<std::string>& PackageReader::stand_ins() const { return impl_->stand_ins; }
const std::vector<Fault>& PackageReader::faults() const { return impl_->faults; }
const std::vector<Fault>& PackageReader::doubts() const { return impl_->doubts; }

}  // namespace oncobridge::profiles
