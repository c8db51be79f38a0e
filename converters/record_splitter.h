// RecordSplitter: cuts a stream of bytes into chunks of whole records without parsing them. Takes one
// JSON object, an array of them, or NDJSON (an object a line; told from the first lines). A record that
// is broken or too long costs only itself. One splitter belongs to one thread.
#pragma once

#include <string>
#include <vector>

#include "oncobridge/convert.h"

namespace oncobridge {

// One chunk: about 1 MiB of whole records, the unit of work.
struct RecordChunk {
  struct Span {
    std::size_t offset;
    std::size_t size;
    std::uint32_t line;    // of the first byte
    std::uint32_t column;
    bool too_long;         // the bytes are only its beginning
  };
  std::string bytes;  // followed by kRecordPadding further bytes
  std::vector<Span> records;
  std::uint64_t first_record = 0;  // ordinal of the first record in its input, from 1
};

class RecordSplitter {
 public:
  RecordSplitter(ByteSource& source, std::size_t max_record) : source_(source), max_record_(max_record) {}

  // False at the end of the input.
  Result<bool> next(RecordChunk& chunk);

 private:
  enum class Form { unknown, lines, values };
  struct Cursor {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
  };

  Result<bool> fill(std::string& bytes, std::size_t target);
  void detect(const std::string& bytes);
  std::size_t split_lines(RecordChunk& chunk);
  std::size_t split_values(RecordChunk& chunk);
  // End of the value that begins at `start`; npos if the bytes end first.
  std::size_t end_of_value(const std::string& bytes, std::size_t start);
  void add(RecordChunk& chunk, std::size_t offset, std::size_t size, bool too_long);
  void advance(std::string_view bytes);

  ByteSource& source_;
  const std::size_t max_record_;
  Form form_ = Form::unknown;
  std::string carry_;      // an incomplete record
  bool at_end_ = false;    // of the source
  bool first_bytes_ = true;
  bool skipping_ = false;  // inside a record that was too long
  int skip_depth_ = 0;
  bool skip_in_string_ = false;
  bool skip_escaped_ = false;
  Cursor at_;              // of the first byte not yet given out
  std::uint64_t count_ = 0;
};

}  // namespace oncobridge
