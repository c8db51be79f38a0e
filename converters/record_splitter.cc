#include "converters/record_splitter.h"

#include <algorithm>
#include <cstring>

#include "oncobridge/record/record_reader.h"

namespace oncobridge {
namespace {

constexpr std::size_t kChunkBytes = 1u << 20;
// Of a record that is too long, this much is kept for the reject file.
constexpr std::size_t kKeptOfTooLong = 4096;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// How deep a value still is after these bytes. A line end closes a string: JSON allows none inside one,
// so a missing quote costs one record and not the rest of the file.
struct Nesting {
  int depth = 0;
  bool in_string = false;
  bool escaped = false;

  // Position after the byte that closes the outermost bracket, or npos.
  std::size_t scan(const char* bytes, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const char c = bytes[i];
      if (in_string) {
        if (escaped) {
          escaped = false;
        } else if (c == '\\') {
          escaped = true;
        } else if (c == '"' || c == '\n') {
          in_string = false;
        }
        continue;
      }
      if (c == '"') {
        in_string = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (--depth <= 0) return i + 1;
      }
    }
    return std::string::npos;
  }
};

}  // namespace

void RecordSplitter::advance(std::string_view bytes) {
  const std::size_t last = bytes.rfind('\n');
  if (last == std::string_view::npos) {
    at_.column += static_cast<std::uint32_t>(bytes.size());
    return;
  }
  at_.line += static_cast<std::uint32_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  at_.column = static_cast<std::uint32_t>(bytes.size() - last);
}

Result<bool> RecordSplitter::fill(std::string& bytes, std::size_t target) {
  while (!at_end_ && bytes.size() < target) {
    const std::size_t before = bytes.size();
    bytes.resize(target);
    auto got = source_.read(bytes.data() + before, target - before);
    if (!got) return tl::unexpected(got.error());
    bytes.resize(before + *got);
    at_end_ = *got == 0;
  }
  return true;
}

// NDJSON if the first line is a whole object, or if a later line begins with one although the first
// line's object is not closed: then the first line is the broken one.
void RecordSplitter::detect(const std::string& bytes) {
  form_ = Form::values;
  const std::size_t start = bytes.find_first_not_of(" \t\r\n");
  if (start == std::string::npos || bytes[start] == '[') return;
  const std::size_t line_end = std::min(bytes.find('\n', start), bytes.size());
  if (bytes[start] != '{') {
    form_ = Form::lines;
    return;
  }
  Nesting nesting;
  const std::size_t end = nesting.scan(bytes.data(), start, line_end);
  if (end != std::string::npos) {
    form_ = Form::lines;
    return;
  }
  std::size_t line = line_end;
  for (int lines = 0; lines < 8 && line + 1 < bytes.size(); ++lines) {
    if (bytes[line + 1] == '{') {
      form_ = Form::lines;
      return;
    }
    line = std::min(bytes.find('\n', line + 1), bytes.size());
  }
}

void RecordSplitter::add(RecordChunk& chunk, std::size_t offset, std::size_t size, bool too_long) {
  if (chunk.records.empty()) chunk.first_record = count_ + 1;
  chunk.records.push_back({offset, size, at_.line, at_.column, too_long});
  ++count_;
}

// Returns how many bytes have been cut into records; the rest is an incomplete line.
std::size_t RecordSplitter::split_lines(RecordChunk& chunk) {
  const std::string& bytes = chunk.bytes;
  std::size_t start = 0;
  while (start < bytes.size()) {
    std::size_t end = bytes.find('\n', start);
    if (end == std::string::npos) {
      if (!at_end_) break;
      end = bytes.size();
    }
    const std::string_view line(bytes.data() + start, end - start);
    if (skipping_) {
      skipping_ = false;
    } else if (const std::string_view record = without_blanks(line); !record.empty()) {
      const auto lead = static_cast<std::size_t>(record.data() - line.data());
      at_.column += static_cast<std::uint32_t>(lead);
      add(chunk, start + lead, record.size(), record.size() > max_record_);
    }
    if (end == bytes.size()) return end;
    ++at_.line;
    at_.column = 1;
    start = end + 1;
  }
  return start;
}

std::size_t RecordSplitter::end_of_value(const std::string& bytes, std::size_t start) {
  if (bytes[start] == '{' || bytes[start] == '[') {
    Nesting nesting;
    return nesting.scan(bytes.data(), start, bytes.size());
  }
  // Not a record; it is cut at the next separator, and the reader rejects it.
  const std::size_t end = bytes.find_first_of(",]{\n", start + 1);
  return end;
}

std::size_t RecordSplitter::split_values(RecordChunk& chunk) {
  const std::string& bytes = chunk.bytes;
  std::size_t at = 0;
  if (skipping_) {
    Nesting nesting{skip_depth_, skip_in_string_, skip_escaped_};
    const std::size_t end = nesting.scan(bytes.data(), 0, bytes.size());
    if (end == std::string::npos) {
      skip_depth_ = nesting.depth;
      skip_in_string_ = nesting.in_string;
      skip_escaped_ = nesting.escaped;
      advance(bytes);
      return bytes.size();
    }
    skipping_ = false;
    advance({bytes.data(), end});
    at = end;
  }
  while (at < bytes.size()) {
    const char c = bytes[at];
    // The brackets and commas of an array of records, and the blanks between.
    const bool array_start = c == '[' && count_ == 0 && chunk.records.empty();
    if (is_blank(c) || c == ',' || c == ']' || array_start) {
      advance({&bytes[at], 1});
      ++at;
      continue;
    }
    std::size_t end = end_of_value(bytes, at);
    if (end == std::string::npos) {
      if (!at_end_) break;
      end = bytes.size();
    }
    const std::string_view record = without_blanks({bytes.data() + at, end - at});
    add(chunk, at, record.size(), record.size() > max_record_);
    advance({bytes.data() + at, end - at});
    at = end;
  }
  return at;
}

Result<bool> RecordSplitter::next(RecordChunk& chunk) {
  chunk.records.clear();
  chunk.bytes.swap(carry_);
  carry_.clear();
  std::size_t target = std::max(kChunkBytes, chunk.bytes.size() * 2);
  while (true) {
    auto filled = fill(chunk.bytes, target);
    if (!filled) return filled;
    if (first_bytes_) {
      first_bytes_ = false;
      if (chunk.bytes.starts_with("\xEF\xBB\xBF")) chunk.bytes.erase(0, 3);
    }
    if (form_ == Form::unknown) detect(chunk.bytes);
    const std::size_t used = form_ == Form::lines ? split_lines(chunk) : split_values(chunk);
    const std::size_t left = chunk.bytes.size() - used;
    if (skipping_ && form_ == Form::lines) {
      // Still inside a line that is too long.
      if (at_end_) return false;
      chunk.bytes.clear();
      target = kChunkBytes;
      continue;
    }
    if (left > max_record_ && !at_end_ && !skipping_) {
      // An incomplete record that is too long already: keep its beginning, skip the rest.
      add(chunk, used, std::min(left, kKeptOfTooLong), true);
      const std::string_view rest(chunk.bytes.data() + used, left);
      if (form_ == Form::values) {
        Nesting nesting;
        nesting.scan(rest.data(), 0, rest.size());
        skip_depth_ = nesting.depth;
        skip_in_string_ = nesting.in_string;
        skip_escaped_ = nesting.escaped;
        advance(rest);
      }
      skipping_ = true;
      chunk.bytes.resize(used + kKeptOfTooLong);
    } else if (chunk.records.empty() && !at_end_) {
      // No whole record yet: read on.
      if (used > 0) chunk.bytes.erase(0, used);
      target = std::max(kChunkBytes, chunk.bytes.size() * 2);
      continue;
    } else {
      carry_.assign(chunk.bytes, used);
      chunk.bytes.resize(used);
    }
    chunk.bytes.append(kRecordPadding, ' ');
    return !chunk.records.empty();
  }
}

}  // namespace oncobridge
