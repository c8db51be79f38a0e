#include "tools/bundle_stream.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace oncobridge::tools {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

// How much deeper the brackets of a line lead; JSON has no line end inside a string.
long depth_of(std::string_view line) {
  long depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return depth;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

// Whether another line than the first is an object of its own: then each line is meant to be one.
bool holds_lines(std::string_view text) {
  for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
    text.remove_prefix(end + 1);
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with('{') && line.size() > 2 && depth_of(line) == 0) return true;
  }
  return false;
}

}  // namespace

// With its line end; false at the end of the file.
bool BundleStream::read_line(Item& line) {
  line = {++line_, "", false};
  bool any = false;
  while (true) {
    if (at_ == block_.size()) {
      block_.resize(kBlock);
      block_.resize(std::fread(block_.data(), 1, kBlock, file_));
      at_ = 0;
      if (block_.empty()) return any && std::ferror(file_) == 0;
    }
    any = true;
    const std::size_t newline = block_.find('\n', at_);
    const std::size_t end = newline == std::string::npos ? block_.size() : newline + 1;
    line.too_long = line.too_long || line.text.size() + end - at_ > longest_;
    if (!line.too_long) line.text.append(block_, at_, end - at_);
    at_ = end;
    if (newline != std::string::npos) return true;
  }
}

void BundleStream::take(Item line) {
  if (value_.line == 0 && is_blank(line.text) && !line.too_long) return;
  if (lines_ || line.too_long) {
    if (value_.line != 0) finish_value(false);
    ready_.push_back(std::move(line));
    return;
  }
  const bool first = value_.line == 0;
  depth_ += depth_of(line.text);
  if (first) {
    value_ = std::move(line);
    lines_ = depth_ <= 0;
  } else if (!value_.too_long) {
    if (value_.text.size() + line.text.size() > longest_) {
      if (holds_lines(value_.text)) {
        finish_value(false);
        return take(std::move(line));
      }
      value_.too_long = true;
    } else {
      value_.text += line.text;
    }
  }
  if (depth_ <= 0) finish_value(true);
}

// What has been read of a value is all there is of it.
void BundleStream::finish_value(bool complete) {
  depth_ = 0;
  Item value = std::exchange(value_, {});
  if (complete || value.too_long || !holds_lines(value.text)) {
    ready_.push_back(std::move(value));
    return;
  }
  lines_ = true;
  for (std::string_view rest = value.text; !rest.empty(); ++value.line) {
    const std::size_t size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    if (!is_blank(rest.substr(0, size)))
      ready_.push_back({value.line, std::string(rest.substr(0, size)), false});
    rest.remove_prefix(size);
  }
}

bool BundleStream::next(Item& item) {
  Item line;
  while (ready_.empty()) {
    if (read_line(line)) {
      take(std::move(line));
    } else if (value_.line != 0 && std::ferror(file_) == 0) {
      finish_value(false);
    } else {
      return false;
    }
  }
  item = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

}  // namespace oncobridge::tools
