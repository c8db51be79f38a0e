// A file that only its owner may read (mode 0600 from the first byte), for rejects, coverage,
// reports.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace oncobridge::tools {

class PrivateFile {
 public:
  PrivateFile() = default;
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  // Creates or empties the file. An existing file with wider permissions is narrowed first.
  bool open(const std::string& path);
  bool is_open() const { return file_ != nullptr; }
  bool write(std::string_view bytes);
  // False if any byte could not be written.
  bool close();

 private:
  std::FILE* file_ = nullptr;
  bool sound_ = true;
};

}  // namespace oncobridge::tools
