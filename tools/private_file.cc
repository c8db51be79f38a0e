#include "tools/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oncobridge::tools {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;  // a line of a journal is written in one piece

// Whether a file of that name may be made or replaced.
bool is_replaceable(const std::string& path) {
  struct stat status;
  return lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

}  // namespace

PrivateFile::~PrivateFile() {
  close();
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

// What is no file and no folder: true if it was opened.
bool PrivateFile::open_special(const std::string& path) {
  int number = -1;
  struct stat status;
  if (path == "/dev/stdout" || path == "/dev/stderr") {
    number = fcntl(path == "/dev/stdout" ? STDOUT_FILENO : STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  } else if (stat(path.c_str(), &status) == 0 &&
             (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode))) {
    number = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  }
  if (number >= 0) file_ = fdopen(number, "wb");
  return file_ != nullptr;
}

bool PrivateFile::open(const std::string& path) {
  if (open_special(path)) return true;
  if (path.empty() || path.ends_with('/') || !is_replaceable(path)) return false;
  path_ = path;
  const std::size_t slash = path.rfind('/');
  partial_ =
      path.substr(0, slash == std::string::npos ? 0 : slash + 1) + "oncobridge-XXXXXX.partial";
  const int number = mkostemps(partial_.data(), 8, O_CLOEXEC);  // mode 0600
  if (number < 0) {
    partial_.clear();
    return false;
  }
  file_ = fdopen(number, "wb");
  return file_ != nullptr;
}

bool PrivateFile::open_journal(const std::string& path) {
  if (open_special(path)) return true;
  const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (number < 0) return false;
  struct stat status;
  if (fstat(number, &status) != 0 || !S_ISREG(status.st_mode) || fchmod(number, 0600) != 0 ||
      ftruncate(number, 0) != 0) {
    ::close(number);
    return false;
  }
  file_ = fdopen(number, "wb");
  if (file_ != nullptr) std::setvbuf(file_, nullptr, _IOFBF, kBuffer);
  return file_ != nullptr;
}

bool PrivateFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) sound_ = false;
  return sound_;
}

bool PrivateFile::flush() {
  if (std::fflush(file_) != 0) sound_ = false;
  return sound_;
}

bool PrivateFile::close() {
  if (file_ == nullptr) return sound_;
  if (std::fclose(file_) != 0) sound_ = false;
  file_ = nullptr;
  return sound_;
}

bool PrivateFile::keep() {
  if (!close() || partial_.empty()) return sound_;
  // A link or a folder that came in between is not replaced.
  if (!is_replaceable(path_) || std::rename(partial_.c_str(), path_.c_str()) != 0) {
    return sound_ = false;
  }
  partial_.clear();
  return true;
}

}  // namespace oncobridge::tools
