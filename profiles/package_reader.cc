#include "profiles/package_reader.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "fhir/byte_scan.h"
#include "oncobridge/fhir/json_document.h"
#include "profiles/corrections.h"
#include "profiles/definition_reader.h"
#include "profiles/definition_store.h"
#include "profiles/package_files.h"
#include "profiles/shipped_definitions.h"
#include "profiles/soundness.h"
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

// The canonical of a definition that cannot be read as a whole: the first url at its top, if it
// stands before the fault.
std::string canonical_in(std::string_view bytes) {
  const NameTable table;
  Names names(table);
  Tape tape(names);
  (void)(begins_as_xml(bytes) ? tape.read_xml(bytes) : tape.read_json(bytes));
  if (tape.root() == kNoNode) return {};
  for (NodeId id = tape[tape.root()].first; id != kNoNode; id = tape[id].next) {
    if (tape.name(id) == "url") return std::string(tape[id].value());
  }
  return {};
}

// What a package holds, before it goes into the store.
struct Contents {
  PackageManifest manifest;
  std::string manifest_file;
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
  for (JsonValue version = root.find("fhirVersions").first(); version; version = version.next()) {
    manifest.fhir_versions.push_back(version.string());
  }
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
      structure->source.package = package;
      if (auto foreign = doubt_of_version("fhirVersion", structure->fhir_version)) {
        // A type of another version would take the place of R4's.
        if (foreign->decisive && !structure->constraint) {
          if (!is_told(*foreign, package)) keep_doubt(doubt_of(*foreign, *structure));
          return;
        }
        structure->misread.push_back(std::move(*foreign));
      }
      corrections.apply(*structure);
      store.add(std::move(*structure), package);
    } else if (auto* value_set = std::get_if<ValueSet>(&any)) {
      store.add(std::move(*value_set), package);
    } else if (auto* system = std::get_if<CodeSystem>(&any)) {
      store.add(std::move(*system), package);
    }
  }

  static Fault doubt_at(const std::string& file, std::uint32_t line, std::string message) {
    Fault doubt{"definition-value", std::move(message), {}, {}, {}};
    doubt.place.path = file;
    doubt.place.line = line;
    return doubt;
  }

  static Fault doubt_of(const Misreading& misreading, const StructureDefinition& structure) {
    const std::uint32_t line = misreading.line != 0 ? misreading.line : structure.source.line;
    return doubt_at(
        structure.source.file, line,
        misreading.describe() + (misreading.decisive ? "; nothing is judged with " + structure.url
                                                     : "; it is left out of account"));
  }

  void keep_doubt(Fault doubt) {
    if (doubts.size() < kMaxFaults) doubts.push_back(std::move(doubt));
  }
  // That all definitions of a package have another FHIR version is told once, of the package.
  bool is_told(const Misreading& misreading, const std::string& package) const {
    return misreading.fact == "fhirVersion" && told_versions.count({package, misreading.value}) > 0;
  }

  // What is found when all definitions are at hand follows what was found on reading.
  std::vector<Fault> all_doubts() const {
    std::vector<Fault> all = doubts;
    const NameTable names;
    ExpressionCache expressions(names);
    for (const StructureDefinition* structure : store.added_structures()) {
      for (const Misreading& misreading : doubts_of(store, *structure, expressions)) {
        if (all.size() >= kMaxFaults) return all;
        if (is_told(misreading, structure->source.package)) continue;
        all.push_back(doubt_of(misreading, *structure));
      }
    }
    return all;
  }

  // Of a file that cannot be read, which may define something all the same.
  void keep_broken(const Fault& found, std::string_view bytes) {
    std::string canonical = canonical_in(bytes);
    if (canonical.empty()) {
      nameless.push_back(found.place.path);
    } else {
      store.add_broken(std::move(canonical), found.place.path);
    }
    keep_fault(found);
  }

  // A definition, or a resource for on_other; false if neither.
  Result<bool> take(std::string_view bytes, const std::string& file,
                    std::vector<AnyDefinition>& out) {
    auto any = reader.read(bytes);
    if (!any) {
      any.error().place.path = file;
      return tl::unexpected(std::move(any.error()));
    }
    const bool defines = !std::holds_alternative<std::monostate>(*any);
    if (auto* structure = std::get_if<StructureDefinition>(&*any)) structure->source.file = file;
    if (defines) out.push_back(std::move(*any));
    const bool used = defines || (!reader.resource_type().empty() && on_other != nullptr &&
                                  on_other(reader.resource_type(), bytes));
    if (used && reader.fault()) {
      Fault fault = *reader.fault();
      fault.place.path = file;
      keep_doubt(std::move(fault));
    }
    return used;
  }

  Result<Contents> read(const std::string& path) {
    Contents contents;
    std::error_code error;
    const bool is_folder = fs::is_directory(path, error);
    const std::string folder = is_folder ? package_folder(path) : path;
    const auto on_file = [&](std::string_view name, std::string_view bytes) {
      const bool alone = !is_folder && fs::path(path).filename() == name;
      const std::string file = alone ? path : folder + '/' + std::string(name);
      if (name == "package.json") {
        auto manifest = read_manifest(bytes);
        if (manifest) {
          contents.manifest = std::move(*manifest);
          contents.manifest_file = file;
        } else {
          manifest.error().place.path = file;
          keep_fault(std::move(manifest.error()));
        }
        return;
      }
      const auto taken = take(bytes, file, contents.definitions);
      if (taken) {
        contents.others += *taken ? 1 : 0;
        return;
      }
      contents.fault_of = taken.error();
      keep_broken(taken.error(), bytes);
    };
    auto visited =
        visit_package(path, {on_file, [&](Fault found) { keep_fault(std::move(found)); }});
    if (!visited) return tl::unexpected(std::move(visited.error()));
    return contents;
  }

  // What is read in vain is a fault.
  Result<Contents> read_something(const std::string& path) {
    auto contents = read(path);
    if (!contents || !contents->definitions.empty() || contents->others != 0 ||
        !contents->manifest.name.empty()) {
      return contents;
    }
    if (contents->fault_of) return tl::unexpected(std::move(*contents->fault_of));
    return fault("definition-none", path + " holds no definition",
                 "a StructureDefinition, ValueSet, CodeSystem or Questionnaire is expected");
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

  // R4 has one set of types: whatever FHIR version a package names, it is the shipped one.
  static bool is_core(std::string_view name) {
    const std::string_view last = name.substr(std::min(name.rfind('.') + 1, name.size()));
    return name == "hl7.fhir.core" ||
           (name.starts_with("hl7.fhir.r") && (last == "core" || last == "expansions") &&
            std::count(name.begin(), name.end(), '.') == 3);
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
    auto contents = read_something(folder);
    if (!contents) return tl::unexpected(std::move(contents.error()));
    add_contents(std::move(*contents), folder, cache, depth);
    return {};
  }

  void add_contents(Contents contents, const std::string& path, const std::string& cache,
                    std::size_t depth) {
    add_dependencies(contents.manifest, cache, depth);
    const std::string& package = contents.manifest.name.empty() ? path : contents.manifest.name;
    name_versions(contents, package);
    for (AnyDefinition& any : contents.definitions) add(std::move(any), package);
  }

  // A package of another FHIR version; its definitions have that version unless they say otherwise.
  void name_versions(Contents& contents, const std::string& package) {
    const std::vector<std::string>& versions = contents.manifest.fhir_versions;
    const auto is_r4 = [](const std::string& version) {
      return !doubt_of_version("fhirVersions", version);
    };
    if (versions.empty() || std::any_of(versions.begin(), versions.end(), is_r4)) return;
    const Misreading doubt = *doubt_of_version("fhirVersions", versions.front());
    keep_doubt(doubt_at(contents.manifest_file, 0,
                        doubt.describe() + (doubt.decisive ? "; nothing is judged with the "
                                                             "structure definitions of " +
                                                                 package
                                                           : "")));
    told_versions.emplace(package, versions.front());
    for (AnyDefinition& any : contents.definitions) {
      auto* structure = std::get_if<StructureDefinition>(&any);
      if (structure != nullptr && structure->fhir_version.empty()) {
        structure->fhir_version = versions.front();
      }
    }
  }

  DefinitionStore& store;
  DefinitionReader reader;
  Corrections corrections;
  std::vector<std::string> shipped;
  std::set<std::string> visited;
  std::function<bool(std::string_view, std::string_view)> on_other;
  std::vector<MissingPackage> missing;
  std::vector<std::string> stand_ins;
  std::vector<Fault> faults;
  std::vector<Fault> doubts;                                    // found on reading
  std::set<std::pair<std::string, std::string>> told_versions;  // of packages
  std::vector<std::string> nameless;  // files that cannot be read, not even their canonicals
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
  auto contents = impl_->read_something(path);
  if (!contents) return tl::unexpected(std::move(contents.error()));
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
    std::function<bool(std::string_view type, std::string_view bytes)> callback) {
  impl_->on_other = std::move(callback);
}

const std::vector<MissingPackage>& PackageReader::missing() const { return impl_->missing; }
const std::vector<std::string>& PackageReader::stand_ins() const { return impl_->stand_ins; }
const std::vector<Fault>& PackageReader::faults() const { return impl_->faults; }
std::vector<Fault> PackageReader::doubts() const { return impl_->all_doubts(); }

std::string PackageReader::broken_file(std::string_view canonical) const {
  std::string known = impl_->store.broken_file(canonical);
  const std::string_view url = split_canonical(canonical).url;
  const std::string_view id = url.substr(std::min(url.rfind('/') + 1, url.size()));
  if (!known.empty() || id.empty()) return known;
  for (const std::string& file : impl_->nameless) {
    // Packages name their files like `ValueSet-ID.json`.
    const std::string name = fs::path(file).filename().string();
    const std::size_t dash = name.find('-');
    if (dash == std::string::npos || !name.substr(dash + 1).starts_with(id)) continue;
    const std::string_view rest = std::string_view(name).substr(dash + 1 + id.size());
    if (rest.starts_with(".json") || rest.starts_with(".xml")) return file;
  }
  return {};
}

}  // namespace oncobridge::profiles
