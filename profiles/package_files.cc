#include "profiles/package_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "fhir/byte_scan.h"
#include "profiles/tgz.h"
#include "profiles/zst.h"

namespace oncobridge::profiles {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxFile = 1'000'000'000;

bool is_definition_file(std::string_view name) {
  name.remove_prefix(name.rfind('/') + 1);
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
  }
  return (name.ends_with(".json") || name.ends_with(".xml")) && !name.starts_with('.');
}

// Below `folder`, sorted: the order of a directory is not the same everywhere.
template <typename Iterator>
std::vector<std::string> files_below(const std::string& folder, std::error_code& error) {
  std::vector<std::string> files;
  for (Iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::string path = at->path().string();
    std::error_code ignored;
    if (is_definition_file(path) && !at->is_directory(ignored)) files.push_back(std::move(path));
  }
  std::sort(files.begin(), files.end());
  return files;
}

tl::unexpected<Fault> unreadable(const std::string& path, std::string_view why) {
  return fault("input-open", path + " cannot be read: " + std::string(why));
}

// Reads into `bytes`, which keeps its memory from file to file.
Result<void> read_into(const std::string& path, std::string& bytes) {
  // Not to wait for whoever may write to a named pipe.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return unreadable(path, std::strerror(errno));
  struct stat status {};
  Result<void> result;
  if (fstat(file, &status) != 0) {
    result = unreadable(path, std::strerror(errno));
  } else if (!S_ISREG(status.st_mode)) {
    result = unreadable(path, "it is no file");
  } else if (static_cast<std::uint64_t>(status.st_size) > kMaxFile) {
    result = unreadable(path, "it is larger than a gigabyte");
  } else {
    bytes.resize(static_cast<std::size_t>(status.st_size));
    std::size_t have = 0;
    while (have < bytes.size()) {
      const ssize_t got = read(file, bytes.data() + have, bytes.size() - have);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    if (have < bytes.size()) result = unreadable(path, "it ends early");
  }
  close(file);
  return result;
}

// Whether gzip holds one JSON or XML document and no archive.
bool is_packed_document(std::string_view bytes) {
  constexpr std::size_t kHead = 64;
  const auto head = unpack_gzip(bytes, kHead);
  if (!head) return false;
  const std::size_t begin = document_begin(*head);
  return begin != std::string::npos && ((*head)[begin] == '{' || (*head)[begin] == '<');
}

// One document, plain or packed.
void visit_document(const std::string& path, std::string_view name, std::string_view bytes,
                    const PackageFileVisitor& visitor) {
  if (!is_gzip(bytes) && !is_zstd(bytes)) return visitor.on_file(name, bytes);
  auto document = is_zstd(bytes) ? unpack_zstd(bytes) : unpack_gzip(bytes, kMaxFile);
  if (document) return visitor.on_file(name, *document);
  document.error().message = path + ": " + document.error().message;
  visitor.on_fault(std::move(document.error()));
}

Result<void> visit_folder(const std::string& path, const PackageFileVisitor& visitor) {
  const std::string folder = package_folder(path);
  std::error_code error;
  const bool package = fs::exists(folder + "/package.json", error);
  error.clear();
  const std::vector<std::string> files =
      package ? files_below<fs::directory_iterator>(folder, error)
              : files_below<fs::recursive_directory_iterator>(folder, error);
  if (error) return unreadable(path, error.message());
  std::string bytes;
  for (const std::string& file : files) {
    if (auto got = read_into(file, bytes); !got) {
      visitor.on_fault(std::move(got.error()));
    } else {
      visit_document(file, std::string_view(file).substr(folder.size() + 1), bytes, visitor);
    }
  }
  return {};
}

// npm puts a package into the folder `package` of its archive.
std::string_view name_in_package(std::string_view name) {
  constexpr std::string_view kPackage = "package/";
  return name.starts_with(kPackage) ? name.substr(kPackage.size()) : name;
}

bool is_wanted(std::string_view name) {
  if (!name.ends_with(".json") && !name.ends_with(".xml")) return false;
  if (!is_definition_file(name)) return false;
  const std::string_view rest = name_in_package(name);
  return rest.size() == name.size() || rest.find('/') == std::string_view::npos;
}

}  // namespace

std::string package_folder(const std::string& path) {
  std::string folder = path;
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  std::error_code error;
  if (fs::exists(folder + "/package/package.json", error)) folder += "/package";
  return folder;
}

Result<std::string> read_file(const std::string& path) {
  std::string bytes;
  if (auto got = read_into(path, bytes); !got) return tl::unexpected(std::move(got.error()));
  return bytes;
}

Result<void> visit_package(const std::string& path, const PackageFileVisitor& visitor) {
  std::error_code error;
  if (fs::is_directory(path, error)) return visit_folder(path, visitor);
  auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  const bool archive = path.ends_with(".tgz") || path.ends_with(".tar.gz");
  const bool named = path.ends_with(".json.gz") || path.ends_with(".xml.gz");
  if (!archive && (!is_gzip(*bytes) || named || is_packed_document(*bytes))) {
    Result<void> done;
    visit_document(path, fs::path(path).filename().string(), *bytes,
                   {visitor.on_file, [&](Fault broken) { done = tl::unexpected(broken); }});
    return done;
  }
  auto visited = visit_tgz(*bytes, {is_wanted,
                                    [&](std::string_view name, std::string_view content) {
                                      visitor.on_file(name_in_package(name), content);
                                    },
                                    visitor.on_fault});
  if (!visited) visited.error().message = path + ": " + visited.error().message;
  return visited;
}

}  // namespace oncobridge::profiles
