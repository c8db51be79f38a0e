#include "tools/output_check.h"

#include <sys/stat.h>

#include <filesystem>

namespace oncobridge::tools {
namespace {

namespace fs = std::filesystem;

// /dev/null and its like take anything, and lose nothing.
bool is_device(const std::string& path) {
  std::error_code error;
  return fs::is_character_file(path, error);
}

// Absolute, without links, and without a slash at its end; of what is not there yet too.
fs::path real_path(const std::string& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  if (real.empty()) real = fs::path(path).lexically_normal();  // a circle of links
  return real.has_filename() ? real : real.parent_path();
}

// A name under which convert may write into a folder: case.json, case.xml or Type.ndjson.
bool is_bundle_name(const std::string& path) {
  for (const fs::path& name : {fs::path(path), real_path(path)}) {
    const fs::path extension = name.extension();
    if (extension == ".json" || extension == ".xml" || extension == ".ndjson") return true;
  }
  return false;
}

}  // namespace

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  if (fs::equivalent(a, b, error)) return fs::is_regular_file(a) || fs::is_directory(a);
  return real_path(a) == real_path(b);
}

std::string redirected_file(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return "";
  std::error_code error;
  return fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
}

Result<void> check_outputs(const ConvertOptions& options, const std::vector<std::string>& inputs,
                           bool into_folder) {
  std::vector<std::string> read;
  for (const std::string& input : inputs) {
    const std::string file = input == "-" ? redirected_file(0) : input;
    if (!file.empty()) read.push_back(file);
  }
  if (options.rejects == "-" || options.coverage == "-") {
    return fault("output", "-: only --out may be standard output", "name a file");
  }
  std::vector<std::string> written;
  for (const std::string& path : {options.out, options.rejects, options.coverage}) {
    const std::string file = path == "-" || path == "/dev/stdout" ? redirected_file(1) : path;
    if (file.empty() || is_device(file)) continue;
    if (!options.id_key.empty() && is_same_file(file, options.id_key)) {
      return fault("output", path + ": the site key would be written over", "name another file");
    }
    for (const std::string& other : written) {
      if (is_same_file(file, other)) {
        return fault("output", path + ": two outputs would be written into it",
                     "name another file");
      }
    }
    written.push_back(file);
    for (const std::string& input : read) {
      if (is_same_file(file, input)) {
        return fault("output", path + ": an input would be written over", "name another file");
      }
      const fs::path parent = fs::path(input).parent_path();
      if (is_same_file(file, parent.empty() ? "." : parent.string()) ||
          is_same_file(file, real_path(input).parent_path())) {
        return fault("output", path + ": the folder holds inputs", "name another folder");
      }
    }
  }
  if (!into_folder) return {};
  // A folder of bundles: a bundle could get the name of what stands in it, and `push` would take
  // that for a bundle.
  for (const std::string& path : {options.rejects, options.coverage, options.id_key}) {
    if (!path.empty() && is_bundle_name(path) &&
        is_same_file(real_path(path).parent_path(), options.out)) {
      return fault("output",
                   path + ": in the folder of bundles, under a name that a bundle could get",
                   "name a file in another folder, or without .json, .xml and .ndjson");
    }
  }
  return {};
}

}  // namespace oncobridge::tools
