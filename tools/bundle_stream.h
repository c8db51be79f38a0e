// BundleStream: cuts a file of bundles into single ones without parsing them. Takes one bundle over
// any number of lines, several one after the other, or a bundle a line. A broken line of the last
// form costs only itself. Holds one bundle at a time; the file stays the caller's.
#pragma once

#include <cstdio>
#include <deque>
#include <string>

namespace oncobridge::tools {

class BundleStream {
 public:
  struct Item {
    std::size_t line = 0;  // of its first byte
    std::string text;
    bool too_long = false;  // `text` is not all of it
  };

  BundleStream(std::FILE* file, std::size_t longest) : file_(file), longest_(longest) {}

  // False at the end of the file or at an error in reading it; std::ferror tells which.
  bool next(Item& item);

 private:
  bool read_line(Item& line);
  void take(Item line);
  void finish_value(bool complete);

  std::FILE* file_;
  const std::size_t longest_;
  std::string block_;
  std::size_t at_ = 0;  // in the block
  std::size_t line_ = 0;
  bool lines_ = false;  // a bundle a line
  Item value_;          // so far; line 0: none has begun
  long depth_ = 0;
  std::deque<Item> ready_;
};

}  // namespace oncobridge::tools
