#include "profiles/package_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace oncobridge::profiles {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxFile = 1'000'000'000;

bool is_definition_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return (name.ends_with(".json") || name.ends_with(".xml")) && !name.starts_with('.');
}

// Below `folder`, sorted: the order of a directory is not the same everywhere.
template <typename Iterator>
std::vector<fs::path> files_below(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> files;
  for (Iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) && is_definition_file(at->path())) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return fault("input-open", path + " cannot be read: " + error.message());
  if (size > kMaxFile) return fault("input-open", path + " is larger than a gigabyte");
  std::string bytes(size, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!file) return fault("input-open", path + " cannot be read");
  return bytes;
}

Result<void> visit_folder(const std::string& path, const OnPackageFile& on_file) {
  fs::path folder = path;
  std::error_code error;
  if (fs::exists(folder / "package" / "package.json", error)) folder /= "package";
  const bool package = fs::exists(folder / "package.json", error);
  error.clear();
  const std::vector<fs::path> files =
      package ? files_below<fs::directory_iterator>(folder, error)
              : files_below<fs::recursive_directory_iterator>(folder, error);
  if (error) return fault("input-open", path + " cannot be read: " + error.message());
  for (const fs::path& file : files) {
    auto bytes = read_file(file.string());
    if (!bytes) return tl::unexpected(std::move(bytes.error()));
    on_file(file.lexically_relative(folder).generic_string(), *bytes);
  }
  return {};
}

}  // namespace oncobridge::profiles
