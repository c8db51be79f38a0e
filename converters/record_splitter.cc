#include "converters/record_splitter.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "oncobridge/record/record_reader.h"

namespace oncobridge {
namespace {

// Of a record that is too long, this much is kept for the reject file.
constexpr std::size_t kKeptOfTooLong = 4096;
// More blanks than this after the first record say nothing of the form.
constexpr std::size_t kMostBlanks = 64 * 1024;
constexpr std::size_t kNone = std::string::npos;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::size_t Nesting::scan(const char* bytes, std::size_t from, std::size_t to) {
  std::size_t comma = from;
  for (std::size_t i = from; i < to; ++i) {
    const char c = bytes[i];
    if (in_string_) {
      // JSON allows no line end inside a string (RFC 8259 section 7): a missing quote ends here.
      if (c == '\n' || (c == '"' && !escaped_)) in_string_ = false;
      escaped_ = c == '\\' && !escaped_;
      continue;
    }
    if (is_blank(c)) continue;
    const char before = last_;
    last_ = c;
    switch (c) {
      case '"':
        in_string_ = true;
        break;
      case ',':
        comma = i;
        break;
      case '{':
        // An object begins after a colon, or as an element of an array. Elsewhere it is the next
        // record, and the brackets that close this one are missing.
        if (!open_.empty() && before != ':' &&
            !(open_.back() == '[' && (before == '[' || before == ','))) {
          return before == ',' ? comma : i;
        }
        [[fallthrough]];
      case '[':
        open_.push_back(c);
        break;
      case '}':
      case ']': {
        // A bracket also closes those inside it that lack their own.
        const std::size_t partner = open_.rfind(c == '}' ? '{' : '[');
        if (partner == kNone && c == ']') return i;  // of the array around the record
        open_.resize(partner == kNone ? 0 : partner);
        if (open_.empty()) return i + 1;
        break;
      }
      default:
        break;
    }
  }
  return kNone;
}

void RecordSplitter::advance(std::string_view bytes) {
  const std::size_t last = bytes.rfind('\n');
  if (last == kNone) {
    at_.column += static_cast<std::uint32_t>(bytes.size());
    return;
  }
  at_.line += static_cast<std::uint32_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  at_.column = static_cast<std::uint32_t>(bytes.size() - last);
}

std::size_t RecordSplitter::skip_blanks(const std::string& bytes, std::size_t from) {
  const std::size_t end = std::min(bytes.find_first_not_of(" \t\r\n", from), bytes.size());
  advance({bytes.data() + from, end - from});
  return end;
}

void RecordSplitter::list_fault(const char* what) {
  if (list_fault_) return;
  list_fault_ = Fault{"input",
                      std::string(source_.name()) + ": line " + std::to_string(at_.line) +
                          " column " + std::to_string(at_.column) + ": " + what,
                      "all records are read, but check that none is missing",
                      "",
                      {at_.line, at_.column, ""}};
}

void RecordSplitter::fill(std::string& bytes, std::size_t target) {
  while (!at_end_ && bytes.size() < target) {
    const std::size_t before = bytes.size();
    bytes.resize(target);
    auto got = source_.read(bytes.data() + before, target - before);
    bytes.resize(before + (got ? *got : 0));
    if (!got) fault_ = got.error();
    at_end_ = !got || *got == 0;
  }
}

// Tells the form of the input; false if that takes more bytes. NDJSON if the first line holds a
// whole object and nothing else, or a broken one and the next line begins another.
bool RecordSplitter::detect(const std::string& bytes) {
  const std::size_t start = bytes.find_first_not_of(" \t\r\n");
  if (start == kNone && !at_end_) return false;
  if (start == kNone || (bytes[start] != '{' && bytes[start] != '[')) {
    form_ = Form::lines;
    return true;
  }
  form_ = Form::values;
  if (bytes[start] == '[') return true;
  Nesting nesting;
  const std::size_t end = nesting.scan(bytes.data(), start, bytes.size());
  if (end == kNone) {
    if (at_end_ || bytes.size() > max_record_) {
      // Too long for a record: a whole one on its line, or the beginning of a pretty one.
      if (bytes.size() > max_record_ && bytes.find('\n', start) > start + max_record_) {
        form_ = Form::lines;
      }
      return true;
    }
    form_ = Form::unknown;
    return false;
  }
  const std::size_t line_end = bytes.find('\n', start);
  const std::size_t next = std::min(bytes.find_first_not_of(" \t\r", end), bytes.size());
  if (end > line_end) {
    // The object goes on after its line. If what ends it is an object at the beginning of a line,
    // and so began the lines between, the first line is a broken record of its own.
    if (bytes[end - 1] != '\n') return true;
    for (std::size_t at = line_end + 1; at < end; at = bytes.find('\n', at) + 1) {
      if (bytes[at] != '{') return true;
    }
    form_ = Form::lines;
  } else if (next - end > kMostBlanks) {
    return true;
  } else if (next == bytes.size() ? at_end_ : bytes[next] != '{' && bytes[next] != ',') {
    form_ = Form::lines;
  } else if (next == bytes.size()) {
    form_ = Form::unknown;
    return false;
  }
  return true;
}

void RecordSplitter::add(RecordChunk& chunk, std::size_t offset, std::size_t size) {
  if (chunk.records.empty()) chunk.first_record = count_ + 1;
  const bool too_long = size > max_record_;
  chunk.records.push_back(
      {offset, too_long ? std::min(size, kKeptOfTooLong) : size, at_.line, at_.column, too_long});
  ++count_;
}

// Returns how many bytes have been cut into records; the rest is an incomplete line.
std::size_t RecordSplitter::split_lines(RecordChunk& chunk) {
  const std::string& bytes = chunk.bytes;
  std::size_t start = 0;
  while (start < bytes.size()) {
    std::size_t end = bytes.find('\n', start);
    if (end == kNone) {
      if (skipping_) return bytes.size();
      if (!at_end_ || fault_) break;
      end = bytes.size();
    }
    const std::string_view line(bytes.data() + start, end - start);
    if (skipping_) {
      skipping_ = false;
    } else if (const std::string_view record = without_blanks(line); !record.empty()) {
      const auto lead = static_cast<std::size_t>(record.data() - line.data());
      at_.column += static_cast<std::uint32_t>(lead);
      add(chunk, start + lead, record.size());
    }
    if (end == bytes.size()) return end;
    ++at_.line;
    at_.column = 1;
    start = end + 1;
  }
  return start;
}

std::size_t RecordSplitter::end_of_value(const std::string& bytes, std::size_t start,
                                         Nesting& nesting) {
  if (bytes[start] == '{' || bytes[start] == '[')
    return nesting.scan(bytes.data(), start, bytes.size());
  // Not a record: it is cut where the next one may begin, and the reader rejects it.
  if (bytes[start] != '"') return bytes.find_first_of(",]{[\"\n", start + 1);
  for (std::size_t i = start + 1; i < bytes.size(); ++i) {
    if (bytes[i] == '"' || bytes[i] == '\n') return i + 1;
    if (bytes[i] == '\\') ++i;
  }
  return kNone;
}

std::size_t RecordSplitter::split_values(RecordChunk& chunk) {
  const std::string& bytes = chunk.bytes;
  std::size_t at = 0;
  if (skipping_) {
    at = skipped_.scan(bytes.data(), 0, bytes.size());
    skipping_ = at == kNone;
    if (skipping_) at = bytes.size();
    advance({bytes.data(), at});
  }
  while (at < bytes.size()) {
    const char c = bytes[at];
    // The brackets and commas of an array of records, and the blanks between.
    const bool array_start = c == '[' && !array_seen_ && count_ == 0;
    const bool array_end = c == ']' && array_open_;
    if (is_blank(c) || c == ',' || array_start || array_end) {
      if (c == ',' && !array_open_) list_fault("a comma outside a list");
      if (c == ',' && (last_ == Last::open || last_ == Last::comma)) list_fault("a comma too many");
      if (array_end && last_ == Last::comma) list_fault("a comma before the end of the list");
      if (c == ',') last_ = Last::comma;
      if (array_start) {
        array_seen_ = array_open_ = true;
        last_ = Last::open;
      }
      if (array_end) {
        array_open_ = false;
        last_ = Last::other;
      }
      advance({&bytes[at], 1});
      ++at;
      continue;
    }
    Nesting nesting;
    std::size_t end = end_of_value(bytes, at, nesting);
    if (end == kNone) {
      if (!at_end_ || fault_) break;
      end = bytes.size();
      array_open_ = false;  // the record that is cut off says it
    }
    const std::string_view record = without_blanks({bytes.data() + at, end - at});
    if (array_open_ && c == '{' && last_ == Last::record) list_fault("a comma is missing");
    // A broken record may have swallowed the comma behind it.
    const bool whole = c == '{' && record.ends_with('}') && record.size() <= max_record_;
    last_ = whole ? Last::record : Last::other;
    add(chunk, at, record.size());
    advance({bytes.data() + at, end - at});
    at = end;
  }
  return at;
}

// An incomplete record that is too long already: keeps its beginning and skips the rest.
void RecordSplitter::start_skipping(RecordChunk& chunk, std::size_t used) {
  last_ = Last::other;
  add(chunk, used, chunk.bytes.size() - used);
  if (form_ == Form::values) {
    skipped_ = Nesting();
    skipped_.scan(chunk.bytes.data(), used, chunk.bytes.size());
    advance({chunk.bytes.data() + used, chunk.bytes.size() - used});
  }
  skipping_ = true;
  chunk.bytes.resize(used + chunk.records.back().size);
}

Result<bool> RecordSplitter::ended() {
  if (fault_) return tl::unexpected(*fault_);
  if (list_fault_) return tl::unexpected(*list_fault_);
  if (array_open_) {
    return fault("input",
                 std::string(source_.name()) + ": the list of records is not closed with ]",
                 "records may be missing: check that the whole file is there");
  }
  if (count_ == 0 && !array_seen_) {
    return fault("input", std::string(source_.name()) + ": no record in it",
                 "write [] where that is meant");
  }
  return false;
}

Result<bool> RecordSplitter::next(RecordChunk& chunk) {
  chunk.records.clear();
  chunk.bytes.swap(carry_);
  carry_.clear();
  while (true) {
    fill(chunk.bytes, std::max(chunk_bytes_, chunk.bytes.size() * 2));
    if (first_bytes_) {
      if (chunk.bytes.starts_with("\xFF\xFE") || chunk.bytes.starts_with("\xFE\xFF")) {
        return fault("input", std::string(source_.name()) + ": the text is UTF-16",
                     "save it as UTF-8");
      }
      if (chunk.bytes.starts_with("\xEF\xBB\xBF")) chunk.bytes.erase(0, 3);
      first_bytes_ = false;
    }
    if (form_ == Form::unknown) {
      chunk.bytes.erase(0, skip_blanks(chunk.bytes, 0));
      if (chunk.bytes.empty() && !at_end_) continue;
      if (!detect(chunk.bytes)) continue;
    }
    std::size_t used = form_ == Form::lines ? split_lines(chunk) : split_values(chunk);
    used = skip_blanks(chunk.bytes, used);
    if (chunk.bytes.size() - used > max_record_ && !at_end_) {
      start_skipping(chunk, used);
      break;
    }
    if (!chunk.records.empty() || at_end_) {
      if (!at_end_) carry_.assign(chunk.bytes, used);
      chunk.bytes.resize(used);
      break;
    }
    chunk.bytes.erase(0, used);
  }
  if (chunk.records.empty()) return ended();
  chunk.bytes.append(kRecordPadding, ' ');
  return true;
}

}  // namespace oncobridge
