// What `validate` and `format` read: files, folders and standard input; plain, gzip or zstd; one
// JSON or XML document, or JSON documents a line. An InputReader (one thread) cuts the inputs into
// units in their order, an InputLoader (one a worker) takes the documents out of a unit. Lines
// stream in pieces of about 1 MiB; a single document is read by the worker that needs it, so at
// most one a worker is in memory. What cannot be read is a document with a fault; the others go on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/convert.h"
#include "oncobridge/fhir/json_writer.h"
#include "oncobridge/profile/issue.h"

namespace oncobridge::tools {

struct InputLimits {
  std::size_t max_document = std::size_t{1} << 30;  // bytes, decompressed
  // Decompressed bytes for each byte of a file, beyond the first GiB.
  std::uint64_t max_expansion = 2'000;
};

inline constexpr std::string_view kNoMemory =
    "there is not enough memory for it; fewer --threads leave more";

// An input file, "-" for standard input; or what could not be looked for files.
struct InputFile {
  std::string path;
  std::string fault;
};
// Whether a search of a folder takes a file of this name.
bool is_fhir_file(const std::string& name);
// Folders are searched with all below them for *.json, *.xml, *.ndjson and *.jsonl, each also .gz
// or .zst, in the order of their names.
std::vector<InputFile> list_fhir_files(const std::vector<std::string>& inputs);

// A document on its way to the judge.
struct InputDocument {
  std::string_view file;        // as it is shown, valid UTF-8
  std::size_t file_number;      // in the order of the inputs
  std::uint64_t line = 1;       // of the file, on which `bytes` begins
  bool is_line = false;         // one of several of its file
  std::string_view bytes;       // until the next call
  const Rule* fault = nullptr;  // if set, there is no document
  std::string_view message;     // of the fault; never quotes the document
};

// A warning for standard error if JSON begins with a byte-order mark, which RFC 8259 section 8.1
// lets be read and not be written; empty if it does not.
std::string byte_order_mark_in(const InputDocument& document);

// A piece of work; its memory is reused.
struct InputUnit {
  struct File {
    std::string path;
    std::string name;
    std::size_t number = 0;
  };
  struct Line {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::uint64_t number = 0;
    bool too_long = false;
  };
  std::vector<File> files;  // to be read by the worker; or the one that the lines are of
  bool has_lines = false;
  std::vector<Line> lines;   // of `bytes`
  bool is_document = false;  // the only line is the whole file
  Buffer bytes;
  std::string
      fault;  // of the file after its lines; kNoMemory is limit-memory, others are input-unreadable

  void clear();
};

class InputReader {
 public:
  InputReader(std::vector<InputFile> files, InputLimits limits);
  ~InputReader();
  // Fills the next unit; false if there is none.
  bool next(InputUnit& unit);

 private:
  class LineStream;
  bool open_lines(const InputFile& file);

  const std::vector<InputFile> files_;
  const InputLimits limits_;
  std::size_t at_ = 0;
  std::unique_ptr<LineStream> stream_;
};

class InputLoader {
 public:
  explicit InputLoader(InputLimits limits) : limits_(limits) {}
  void visit(const InputUnit& unit, const std::function<void(const InputDocument&)>& take);

 private:
  void visit_file(const InputUnit::File& file,
                  const std::function<void(const InputDocument&)>& take);

  const InputLimits limits_;
  Buffer bytes_;
};

}  // namespace oncobridge::tools
