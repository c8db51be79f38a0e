#include "tools/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oncobridge::tools {

PrivateFile::~PrivateFile() { close(); }

bool PrivateFile::open(const std::string& path) {
  const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (number < 0) return false;
  struct stat status;
  const bool regular = fstat(number, &status) == 0 && S_ISREG(status.st_mode);
  if (regular && (fchmod(number, 0600) != 0 || ftruncate(number, 0) != 0)) {
    ::close(number);
    return false;
  }
  file_ = fdopen(number, "wb");
  return file_ != nullptr;
}

bool PrivateFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) sound_ = false;
  return sound_;
}

bool PrivateFile::close() {
  if (file_ == nullptr) return sound_;
  if (std::fclose(file_) != 0) sound_ = false;
  file_ = nullptr;
  return sound_;
}

}  // namespace oncobridge::tools
