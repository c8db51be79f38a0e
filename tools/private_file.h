// A file that only its owner may read (mode 0600 from the first byte), for bundles, rejects,
// coverage, reports. Devices, pipes, /dev/stdout and /dev/stderr are written as they are; a link is
// never followed to a file.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace oncobridge::tools {

class PrivateFile {
 public:
  PrivateFile() = default;
  ~PrivateFile();  // without keep(), an earlier file of that name stays as it was
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  // Begins a file that gets its name in keep(), whole, in place of an earlier one. Until then its
  // bytes are in `oncobridge-XXXXXX.partial` in the same folder.
  bool open(const std::string& path);
  // Creates or empties the file at once, for a journal: what is flushed stays whatever happens.
  bool open_journal(const std::string& path);
  bool is_open() const { return file_ != nullptr; }
  bool write(std::string_view bytes);
  bool flush();
  // False if any byte could not be written.
  bool close();
  // Closes and gives the file its name; false if that failed, and then an earlier file is there.
  bool keep();

 private:
  bool open_special(const std::string& path);

  std::FILE* file_ = nullptr;
  bool sound_ = true;
  std::string path_;
  std::string partial_;  // empty: the file has its name already, or is none
};

}  // namespace oncobridge::tools
