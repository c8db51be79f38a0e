#include "tools/convert_output.h"

#include <cstdio>
#include <filesystem>

#include "oncobridge/base/text.h"
#include "tools/private_file.h"

namespace oncobridge::tools {
namespace {

namespace fs = std::filesystem;

// Standard output.
class StandardOutput final : public BundleOutput {
 public:
  bool write(std::string_view, const std::vector<std::string_view>& parts) override {
    for (const std::string_view part : parts) {
      if (std::fwrite(part.data(), 1, part.size(), stdout) != part.size()) sound_ = false;
    }
    return sound_;
  }
  bool finish() override {
    if (std::fflush(stdout) != 0) sound_ = false;
    return sound_;
  }

 private:
  bool sound_ = true;
};

// One file with a bundle a line.
class BundleFileOutput final : public BundleOutput {
 public:
  bool open(const std::string& path) { return file_.open(path); }
  bool write(std::string_view, const std::vector<std::string_view>& parts) override {
    bool sound = true;
    for (const std::string_view part : parts) sound = file_.write(part) && sound;
    return sound;
  }
  bool finish() override { return file_.close(); }

 private:
  PrivateFile file_;
};

// A folder with one bundle file a case.
class CaseFolderOutput final : public BundleOutput {
 public:
  explicit CaseFolderOutput(fs::path folder) : folder_(std::move(folder)) {}
  bool write(std::string_view case_id, const std::vector<std::string_view>& parts) override {
    PrivateFile file;
    return file.open(folder_ / (case_file_name(case_id) + ".json")) && file.write(parts[0]) &&
           file.close();
  }
  bool finish() override { return true; }

 private:
  fs::path folder_;
};

// A folder with one NDJSON file a resource type; a file appears with its first resource.
class TypeFolderOutput final : public BundleOutput {
 public:
  explicit TypeFolderOutput(fs::path folder) : folder_(std::move(folder)) {}
  bool write(std::string_view, const std::vector<std::string_view>& parts) override {
    for (std::size_t type = 0; type < parts.size(); ++type) {
      if (parts[type].empty()) continue;
      if (!files_[type].is_open() &&
          !files_[type].open(folder_ / (std::string(kResourceTypeNames[type]) + ".ndjson"))) {
        return false;
      }
      if (!files_[type].write(parts[type])) return false;
    }
    return true;
  }
  bool finish() override {
    bool sound = true;
    for (PrivateFile& file : files_) sound = file.close() && sound;
    return sound;
  }

 private:
  fs::path folder_;
  PrivateFile files_[kResourceTypeCount];
};

}  // namespace

std::string case_file_name(std::string_view case_id) {
  std::string name;
  bool changed = false;
  for (const char c : case_id) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
    name += kept ? c : '_';
    changed = changed || !kept;
  }
  // An id that looks as if it had a check sum gets one too, so that it is nobody else's name.
  const std::size_t dash = name.rfind('-');
  const bool like_sum = dash != std::string::npos && name.size() - dash == 17 &&
                        name.find_first_not_of("0123456789abcdef", dash + 1) == std::string::npos;
  if (changed || like_sum || name.starts_with('.')) {
    char sum[24];
    std::snprintf(sum, sizeof(sum), "-%016llx",
                  static_cast<unsigned long long>(hash_bytes(case_id)));
    name += sum;
  }
  return name.starts_with('.') ? "_" + name : name;
}

Result<std::unique_ptr<BundleOutput>> open_bundle_output(const std::string& path, Framing framing) {
  if (path == "-") return std::make_unique<StandardOutput>();
  std::error_code error;
  const bool folder = framing == Framing::ndjson || path.ends_with('/') ||
                      fs::is_directory(path, error) || fs::path(path).extension().empty();
  if (folder) {
    fs::create_directories(path, error);
    if (error)
      return fault("output", path + ": " + error.message(), "check the name and the permissions");
    if (framing == Framing::ndjson) return std::make_unique<TypeFolderOutput>(path);
    return std::make_unique<CaseFolderOutput>(path);
  }
  auto file = std::make_unique<BundleFileOutput>();
  if (!file->open(path))
    return fault("output", path + ": cannot be written", "check the name and the permissions");
  return file;
}

}  // namespace oncobridge::tools
