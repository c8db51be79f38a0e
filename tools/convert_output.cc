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
  bool keep() override { return file_.keep(); }

 private:
  PrivateFile file_;
};

// A folder with one bundle file a case.
class CaseFolderOutput final : public BundleOutput {
 public:
  CaseFolderOutput(fs::path folder, const std::string& format)
      : folder_(std::move(folder)), extension_("." + format) {}
  bool write(std::string_view case_id, const std::vector<std::string_view>& parts) override {
    PrivateFile file;
    return file.open(folder_ / (case_file_name(case_id) + extension_)) && file.write(parts[0]) &&
           file.keep();
  }
  bool finish() override { return true; }

 private:
  fs::path folder_;
  std::string extension_;
};

// A folder with one NDJSON file a resource type that the run has. Files of other types are an
// earlier run's, and go: together with this run's they would be nobody's data.
class TypeFolderOutput final : public BundleOutput {
 public:
  explicit TypeFolderOutput(fs::path folder) : folder_(std::move(folder)) {}
  bool write(std::string_view, const std::vector<std::string_view>& parts) override {
    for (std::size_t type = 0; type < parts.size(); ++type) {
      if (parts[type].empty()) continue;
      if (!written_[type] && !files_[type].open(path_of(type))) return false;
      written_[type] = true;
      if (!files_[type].write(parts[type])) return false;
    }
    return true;
  }
  bool finish() override {
    bool sound = true;
    for (PrivateFile& file : files_) sound = file.close() && sound;
    return sound;
  }
  bool keep() override {
    bool sound = true;
    for (std::size_t type = 0; type < kResourceTypeCount; ++type) {
      std::error_code error;
      if (written_[type]) {
        sound = files_[type].keep() && sound;
      } else {
        fs::remove(path_of(type), error);
        sound = !error && sound;
      }
    }
    return sound;
  }

 private:
  std::string path_of(std::size_t type) const {
    return folder_ / (std::string(kResourceTypeNames[type]) + ".ndjson");
  }

  fs::path folder_;
  bool written_[kResourceTypeCount] = {};
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

bool is_bundle_folder(const std::string& path, Framing framing) {
  if (path == "-" || path == "/dev/stdout") return false;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) return fs::is_directory(status);
  return framing == Framing::ndjson || path.ends_with('/') || fs::path(path).extension().empty();
}

Result<std::unique_ptr<BundleOutput>> open_bundle_output(const std::string& path, Framing framing,
                                                         const std::string& format) {
  if (path == "-") return std::make_unique<StandardOutput>();
  if (is_bundle_folder(path, framing)) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
      return fault("output", path + ": " + error.message(), "check the name and the permissions");
    if (framing == Framing::ndjson) return std::make_unique<TypeFolderOutput>(path);
    return std::make_unique<CaseFolderOutput>(path, format);
  }
  auto file = std::make_unique<BundleFileOutput>();
  if (!file->open(path))
    return fault("output", path + ": cannot be written", "check the name and the permissions");
  return file;
}

}  // namespace oncobridge::tools
