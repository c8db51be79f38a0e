// RecordSplitter: cuts a stream of bytes into chunks of whole records without parsing them. Takes
// one JSON object, an array of them, objects one after the other, or NDJSON (an object a line; told
// from the first lines). A record that is broken or too long costs only itself, except that a quote
// missing in an array that stands on one line hides what follows it. A comma missing or too many
// costs no record; it is an error after them. One splitter belongs to one thread.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "oncobridge/convert.h"

namespace oncobridge {

// One chunk: about 1 MiB of whole records, the unit of work.
struct RecordChunk {
  struct Span {
    std::size_t offset;
    std::size_t size;
    std::uint32_t line;  // of the first byte
    std::uint32_t column;
    bool too_long;  // the bytes are only its beginning
  };
  std::string bytes;  // followed by kRecordPadding further bytes
  std::vector<Span> records;
  std::uint64_t first_record = 0;  // ordinal of the first record in its input, from 1
};

// How deep a value still is, told from brackets and quotes alone. Finds the end of a broken value
// where the next one must begin.
class Nesting {
 public:
  // Position after the value's last byte, or npos if the bytes end first. Goes on where the last
  // scan ended.
  std::size_t scan(const char* bytes, std::size_t from, std::size_t to);

 private:
  std::string open_;  // the brackets
  bool in_string_ = false;
  bool escaped_ = false;
  char last_ = 0;  // the last character that is neither blank nor inside a string
};

class RecordSplitter {
 public:
  RecordSplitter(ByteSource& source, std::size_t max_record, std::size_t chunk_bytes = 1u << 20)
      : source_(source),
        max_record_(max_record),
        chunk_bytes_(std::max<std::size_t>(chunk_bytes, 4)) {}

  // False at the end of the input. After an error in reading it, where an array is not closed or
  // its commas are wrong, and where there is nothing but blanks, the records come first, then the
  // error.
  Result<bool> next(RecordChunk& chunk);

 private:
  enum class Form { unknown, lines, values };
  struct Cursor {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
  };

  void fill(std::string& bytes, std::size_t target);
  bool detect(const std::string& bytes);
  std::size_t split_lines(RecordChunk& chunk);
  std::size_t split_values(RecordChunk& chunk);
  // End of the value that begins at `start`; npos if the bytes end first.
  std::size_t end_of_value(const std::string& bytes, std::size_t start, Nesting& nesting);
  void add(RecordChunk& chunk, std::size_t offset, std::size_t size);
  void start_skipping(RecordChunk& chunk, std::size_t used);
  void advance(std::string_view bytes);
  // Passes over blanks from `from`; returns where they end.
  std::size_t skip_blanks(const std::string& bytes, std::size_t from);
  // Of the commas of an array, the first one only.
  void list_fault(const char* what);
  Result<bool> ended();

  ByteSource& source_;
  const std::size_t max_record_;
  const std::size_t chunk_bytes_;
  Form form_ = Form::unknown;
  std::string carry_;    // an incomplete record
  bool at_end_ = false;  // of the source
  std::optional<Fault> fault_;
  bool first_bytes_ = true;
  bool array_open_ = false;
  bool array_seen_ = false;
  enum class Last { other, open, record, comma } last_ = Last::other;  // of what an array holds
  std::optional<Fault> list_fault_;
  bool skipping_ = false;  // inside a record that was too long
  Nesting skipped_;
  Cursor at_;  // of the first byte not yet given out
  std::uint64_t count_ = 0;
};

}  // namespace oncobridge
