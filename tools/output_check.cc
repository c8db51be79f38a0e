#include "tools/output_check.h"

#include <sys/stat.h>

#include <filesystem>

#include "tools/fhir_input.h"

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

Result<void> check_report(const ValidateOptions& options, const std::vector<std::string>& files) {
  constexpr const char* kAdvice = "name another file, in no folder that is read";
  const std::string output = options.output == "-" ? redirected_file(1) : options.output;
  if (output.empty() || is_device(output)) return {};
  std::vector<std::string> read = options.definitions;
  if (!options.suppress.empty()) read.push_back(options.suppress);
  for (const std::string& file : files) read.push_back(file == "-" ? redirected_file(0) : file);
  std::error_code error;
  const bool there = fs::exists(output, error);
  for (const std::string& path : read) {
    if (there && !path.empty() && fs::equivalent(path, output, error)) {
      return fault("output", options.output + ": an input would be written over", kAdvice);
    }
  }
  if (!is_fhir_file(output)) return {};
  std::vector<std::string> folders = options.inputs;
  folders.insert(folders.end(), options.definitions.begin(), options.definitions.end());
  const fs::path parent = real_path(output).parent_path();
  for (const std::string& folder : folders) {
    if (folder == "-" || !fs::is_directory(folder, error)) continue;
    const fs::path within = parent.lexically_relative(real_path(folder));
    if (!within.empty() && *within.begin() != "..") {
      return fault("output", options.output + ": would be read as an input the next time", kAdvice);
    }
  }
  return {};
}

}  // namespace oncobridge::tools
