#include "tools/fhir_input.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <new>

#include "oncobridge/base/text.h"
#include "profiles/rules.h"

namespace oncobridge::tools {
namespace {

namespace fs = std::filesystem;
using profiles::RuleId;

constexpr std::size_t kPiece = std::size_t{1} << 20;  // bytes of lines that a worker takes at once
constexpr std::size_t kBlock = std::size_t{256} << 10;  // bytes read at once
constexpr std::size_t kBatchFiles = 64;                 // small files that a worker takes at once
constexpr std::size_t kBatchBytes = std::size_t{256} << 10;
constexpr std::size_t kKeptBytes = std::size_t{16} << 20;  // memory kept for the next document
constexpr std::uint64_t kFreeExpansion = std::uint64_t{1} << 30;

// A file name as valid UTF-8: file names need not be.
std::string readable_name(std::string_view name) {
  if (name == "-") return "<stdin>";
  std::string result;
  while (!name.empty()) {
    const std::size_t valid = valid_utf8_prefix(name);
    result += name.substr(0, valid);
    if (valid < name.size()) result += "\xEF\xBF\xBD";
    name.remove_prefix(std::min(valid + 1, name.size()));
  }
  return result;
}

// `.ndjson` of `A.NDJSON.gz`.
std::string extension_of(const std::string& path) {
  std::string name = fs::path(path).filename();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  }
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(dot);
}

constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool holds_lines(const std::string& extension) {
  return extension == ".ndjson" || extension == ".jsonl";
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// How much deeper the brackets of a line lead; JSON has no line end inside a string.
long depth_of(std::string_view line) {
  long depth = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == '"') {
      for (++i; i < line.size() && line[i] != '"'; ++i) i += line[i] == '\\';
    }
  }
  return depth;
}

enum class Shape { kUnknown, kDocument, kLines };

// Whether a text that grows holds documents a line: if its first line is an object of its own and
// another follows. No byte is looked through twice, so a run of blanks of any length costs its
// length. Unknown: more bytes are needed.
class ShapeSearch {
 public:
  Shape look(std::string_view text, bool at_end) {
    const Shape undecided = at_end ? Shape::kDocument : Shape::kUnknown;
    if (begin_ == 0 && text.starts_with(kMark)) begin_ = kMark.size();
    begin_ = skip_blanks(text, begin_);
    if (begin_ == text.size()) return undecided;
    if (text[begin_] != '{') return Shape::kDocument;
    if (end_ == std::string_view::npos) {
      end_ = text.find('\n', std::max(begin_, searched_));
      searched_ = second_ = std::min(end_, text.size());
      if (end_ == std::string_view::npos) return undecided;
    }
    second_ = skip_blanks(text, second_);
    if (second_ == text.size()) return undecided;
    return text[second_] == '{' && depth_of(text.substr(begin_, end_ - begin_)) == 0
               ? Shape::kLines
               : Shape::kDocument;
  }

 private:
  std::size_t begin_ = 0;                     // of the first line
  std::size_t end_ = std::string_view::npos;  // of the first line
  std::size_t searched_ = 0;                  // for its end
  std::size_t second_ = 0;                    // where what follows it begins, as far as searched
};

// The lines of `text` that hold something, up to its last line end (with `at_end` up to its end);
// returns how many bytes they are.
std::size_t cut_lines(std::string_view text, bool at_end, std::uint64_t& number,
                      std::vector<InputUnit::Line>& lines) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) {
      if (!at_end) break;
      end = text.size();
    }
    // Not beyond the line: a stream may hold any number of empty ones.
    if (skip_blanks(text.substr(0, end), begin) < end)
      lines.push_back({begin, end - begin, number, false});
    ++number;
    begin = end + 1;
  }
  return std::min(begin, text.size());
}

Result<std::size_t> read_block(ByteSource& source, Buffer& bytes, std::size_t size) {
  auto got = source.read(bytes.reserve(size), size);
  if (got) bytes.commit(*got);
  return got;
}

void release_if_large(Buffer& bytes) {
  if (bytes.size() <= kKeptBytes) return;
  Buffer fresh;
  bytes.swap(fresh);
}

void find_files(const std::string& folder, std::vector<InputFile>& found) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(*it);
  }
  if (error) found.push_back({folder, error.message()});
  std::sort(entries.begin(), entries.end());
  for (const fs::directory_entry& entry : entries) {
    // A link to a folder is not followed: it may lead in a circle. One that leads nowhere is
    // listed, so that opening it says so.
    std::error_code unknown;
    const fs::file_type type = entry.status(unknown).type();
    if (type == fs::file_type::directory) {
      if (!entry.is_symlink(unknown)) find_files(entry.path(), found);
      continue;
    }
    if ((type == fs::file_type::regular || type == fs::file_type::not_found ||
         type == fs::file_type::none) &&
        is_fhir_file(entry.path())) {
      found.push_back({entry.path(), ""});
    }
  }
}

constexpr std::string_view kNothing = "no resource in it";
constexpr std::string_view kTooLong = "longer than --max-document allows";
constexpr std::string_view kExpands = "expands more than 2000 times; that is no health data";

// What went wrong, without the file's name, which the report has already.
std::string without_name(const Fault& fault, std::string_view path) {
  const std::string name = std::string(path == "-" ? "<stdin>" : path) + ": ";
  return fault.message.starts_with(name) ? fault.message.substr(name.size()) : fault.message;
}

// Whether the beginning of a large file shows documents line by line.
bool begins_with_lines(const std::string& path) {
  auto source = open_input(path);
  Buffer bytes;
  while (source && bytes.size() < kBlock) {
    const auto got = read_block(**source, bytes, kBlock);
    if (!got || *got == 0) break;
  }
  return ShapeSearch().look(bytes.view(), false) == Shape::kLines;
}

}  // namespace

bool is_fhir_file(const std::string& name) {
  const std::string extension = extension_of(name);
  return extension == ".json" || extension == ".xml" || holds_lines(extension);
}

std::vector<InputFile> list_fhir_files(const std::vector<std::string>& inputs) {
  std::vector<InputFile> files;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (input == "-" || !fs::is_directory(input, error)) {
      files.push_back({input, ""});
      continue;
    }
    const std::size_t before = files.size();
    find_files(input, files);
    if (files.size() == before) {
      files.push_back({input, "no *.json, *.xml, *.ndjson or *.jsonl file in the folder"});
    }
  }
  return files;
}

void InputUnit::clear() {
  files.clear();
  has_lines = false;
  lines.clear();
  is_document = false;
  release_if_large(bytes);
  bytes.clear();
  fault.clear();
}

// A file, or standard input, whose documents are given out line by line; if it turns out to hold
// one document, as a single line of any length.
class InputReader::LineStream {
 public:
  LineStream(InputUnit::File file, std::unique_ptr<ByteSource> source, Shape shape,
             std::uint64_t file_size, InputLimits limits)
      : file_(std::move(file)),
        source_(std::move(source)),
        shape_(shape),
        limits_(limits),
        most_(file_size == 0 ? ~std::uint64_t{0}
                             : kFreeExpansion + file_size * limits.max_expansion) {}

  const InputUnit::File& file() const { return file_; }

  // False if the file has ended.
  bool next(InputUnit& unit) {
    if (at_end_) return false;
    try {
      fill(unit);
    } catch (const std::bad_alloc&) {
      unit.clear();
      begin(unit);
      unit.fault = kNoMemory;
      at_end_ = true;
    }
    return true;
  }

 private:
  void begin(InputUnit& unit) const {
    unit.files.push_back(file_);
    unit.has_lines = true;
  }

  void fill(InputUnit& unit) {
    begin(unit);
    unit.bytes.append(carry_.view());
    release_if_large(carry_);
    carry_.clear();
    while (!at_end_ && !is_enough(unit)) read_more(unit);
    cut(unit);
    any_ = any_ || !unit.lines.empty();
    if (at_end_ && !any_ && unit.fault.empty()) unit.fault = kNothing;
  }

  bool is_enough(const InputUnit& unit) {
    const std::string_view text = unit.bytes.view();
    if (skipping_) return !unit.lines.empty();
    if (shape_ == Shape::kUnknown) shape_ = search_.look(text, false);
    if (text.size() > limits_.max_document) return true;
    if (shape_ != Shape::kLines || text.size() < kPiece) return false;
    // Only the new part can hold the first line end of a long line.
    const std::size_t from = std::min(line_searched_, text.size());
    line_searched_ = text.size();
    return text.find('\n', from) != std::string_view::npos;
  }

  void read_more(InputUnit& unit) {
    const auto got = read_block(*source_, unit.bytes, kBlock);
    if (!got) {
      unit.fault = without_name(got.error(), file_.path);
      at_end_ = true;
      return;
    }
    at_end_ = *got == 0;
    total_ += *got;
    const std::string_view all = unit.bytes.view();
    const std::string_view got_now = all.substr(all.size() - *got);
    blanks_ = skip_blanks(got_now, 0) == got_now.size() ? blanks_ + *got : 0;
    endless_ = blanks_ > std::max(limits_.max_document, kPiece);
    at_end_ = at_end_ || endless_;
    if (total_ > most_) {
      unit.fault = kExpands;
      at_end_ = true;
    }
    if (skipping_) skip(unit);
  }

  // Forgets the rest of a line that is too long.
  void skip(InputUnit& unit) {
    const std::string_view text = unit.bytes.view();
    const std::size_t end = shape_ == Shape::kLines ? text.find('\n') : std::string_view::npos;
    if (end == std::string_view::npos) return unit.bytes.clear();
    skipping_ = false;
    ++number_;
    Buffer rest;
    rest.append(text.substr(end + 1));
    unit.bytes.swap(rest);
    line_searched_ = 0;
  }

  void cut(InputUnit& unit) {
    if (shape_ == Shape::kUnknown) shape_ = search_.look(unit.bytes.view(), true);
    line_searched_ = 0;
    if (skipping_) return;
    // A document that is broken off is not judged: its fault would hide the file's.
    const bool whole = at_end_ && !endless_ && unit.fault.empty();
    const std::string_view text = unit.bytes.view();
    std::size_t used = 0;
    if (shape_ == Shape::kLines) {
      used = cut_lines(text, whole, number_, unit.lines);
    } else if (whole && skip_blanks(text, 0) < text.size()) {
      unit.lines.push_back({0, text.size(), number_, false});
      unit.is_document = true;
      used = text.size();
    }
    for (InputUnit::Line& line : unit.lines) line.too_long = line.size > limits_.max_document;
    if (at_end_) {
      if (endless_) unit.lines.push_back({0, 0, number_, true});
      return;
    }
    if (used == 0 && text.size() > limits_.max_document) {
      unit.lines.push_back({0, 0, number_, true});
      // Behind a line that is too long others may follow, behind a document there is nothing.
      skipping_ = shape_ == Shape::kLines;
      at_end_ = !skipping_;
      return;
    }
    carry_.append(text.substr(used));
  }

  const InputUnit::File file_;
  const std::unique_ptr<ByteSource> source_;
  Shape shape_;
  const InputLimits limits_;
  const std::uint64_t most_;  // bytes that the file may expand to
  std::uint64_t total_ = 0;   // bytes read
  std::uint64_t blanks_ = 0;  // bytes read last that hold nothing
  std::uint64_t number_ = 1;  // of the next line
  ShapeSearch search_;
  std::size_t line_searched_ = 0;
  Buffer carry_;  // the beginning of a line
  bool skipping_ = false;
  bool any_ = false;
  bool endless_ = false;  // blanks
  bool at_end_ = false;
};

std::string byte_order_mark_in(const InputDocument& document) {
  const std::size_t begin = skip_blanks(document.bytes, kMark.size());
  if (!document.bytes.starts_with(kMark) || begin >= document.bytes.size() ||
      document.bytes[begin] == '<') {
    return {};
  }
  return "warning: " + std::string(document.file) + ":" + std::to_string(document.line) +
         ":1: The document begins with a byte-order mark, which is left out "
         "[json-byte-order-mark]";
}

InputReader::InputReader(std::vector<InputFile> files, InputLimits limits)
    : files_(std::move(files)), limits_(limits) {}
InputReader::~InputReader() = default;

// Whether the file is read here, line by line, and opens it if so.
bool InputReader::open_lines(const InputFile& file) {
  struct stat status {};
  const bool standard = file.path == "-";
  if (!standard && stat(file.path.c_str(), &status) != 0) return false;
  const bool regular = !standard && S_ISREG(status.st_mode);
  const std::string extension = extension_of(file.path);
  const bool named = holds_lines(extension);
  const auto size = regular ? static_cast<std::uint64_t>(status.st_size) : 0;
  if (regular && !named &&
      (size < kKeptBytes || extension == ".xml" || !begins_with_lines(file.path))) {
    return false;
  }
  auto source = open_input(file.path);
  if (!source) return false;
  stream_ = std::make_unique<LineStream>(InputUnit::File{file.path, readable_name(file.path), at_},
                                         std::move(*source),
                                         named ? Shape::kLines : Shape::kUnknown, size, limits_);
  return true;
}

bool InputReader::next(InputUnit& unit) {
  std::size_t bytes = 0;
  unit.clear();
  while (true) {
    if (stream_ != nullptr) {
      if (!unit.files.empty()) return true;  // the files before it
      if (stream_->next(unit)) return true;
      stream_.reset();
      ++at_;
      unit.clear();
    }
    if (at_ == files_.size()) return !unit.files.empty();
    const InputFile& file = files_[at_];
    if (!file.fault.empty()) {
      if (!unit.files.empty()) return true;
      unit.files.push_back({file.path, readable_name(file.path), at_++});
      unit.has_lines = true;
      unit.fault = file.fault;
      return true;
    }
    if (open_lines(file)) continue;
    std::error_code error;
    bytes += fs::file_size(file.path, error);
    if (error) bytes = kBatchBytes;
    unit.files.push_back({file.path, readable_name(file.path), at_++});
    if (bytes >= kBatchBytes || unit.files.size() == kBatchFiles) return true;
  }
}

void InputLoader::visit(const InputUnit& unit,
                        const std::function<void(const InputDocument&)>& take) {
  if (!unit.has_lines) {
    for (const InputUnit::File& file : unit.files) visit_file(file, take);
    return;
  }
  const InputUnit::File& file = unit.files.front();
  InputDocument document{file.name, file.number, 1, !unit.is_document, {}, nullptr, {}};
  for (const InputUnit::Line& line : unit.lines) {
    document.line = line.number;
    document.bytes = unit.bytes.view().substr(line.offset, line.size);
    document.fault = line.too_long ? &profiles::rule(RuleId::kLimitDocument) : nullptr;
    document.message = line.too_long ? kTooLong : std::string_view();
    take(document);
  }
  if (unit.fault.empty()) return;
  const RuleId rule = unit.fault == kNoMemory ? RuleId::kLimitMemory : RuleId::kInputUnreadable;
  document = {file.name, file.number, 0, false, {}, &profiles::rule(rule), unit.fault};
  take(document);
}

void InputLoader::visit_file(const InputUnit::File& file,
                             const std::function<void(const InputDocument&)>& take) {
  InputDocument document{file.name, file.number, 0, false, {}, nullptr, {}};
  std::string message;
  const auto refuse = [&](RuleId rule, std::string_view why) {
    message = why;
    document.fault = &profiles::rule(rule);
    document.message = message;
    take(document);
  };
  release_if_large(bytes_);
  bytes_.clear();
  auto source = open_input(file.path);
  if (!source) return refuse(RuleId::kInputUnreadable, without_name(source.error(), file.path));
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file.path, error);
  const std::size_t block = error ? kBlock : std::clamp<std::size_t>(size + 1, 4096, kBlock);
  try {
    // With one byte more than the file has, its end is found without more memory.
    if (!error) bytes_.reserve(std::min<std::size_t>(size, limits_.max_document) + 1);
    while (true) {
      const auto got = read_block(**source, bytes_, block);
      if (!got) return refuse(RuleId::kInputUnreadable, without_name(got.error(), file.path));
      if (*got == 0) break;
      if (bytes_.size() > limits_.max_document) return refuse(RuleId::kLimitDocument, kTooLong);
    }
  } catch (const std::bad_alloc&) {
    Buffer().swap(bytes_);
    return refuse(RuleId::kLimitMemory, kNoMemory);
  }
  const std::string_view text = bytes_.view();
  if (skip_blanks(text, 0) == text.size()) return refuse(RuleId::kInputUnreadable, kNothing);
  document.line = 1;
  if (ShapeSearch().look(text, true) != Shape::kLines) {
    document.bytes = text;
    take(document);
    return;
  }
  std::vector<InputUnit::Line> lines;
  cut_lines(text, true, document.line, lines);
  document.is_line = true;
  for (const InputUnit::Line& line : lines) {
    document.line = line.number;
    document.bytes = text.substr(line.offset, line.size);
    take(document);
  }
}

}  // namespace oncobridge::tools
