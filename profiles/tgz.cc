#include "profiles/tgz.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

namespace oncobridge::profiles {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kRatioFrom = 16u << 20;
constexpr std::uint64_t kMaxNameRecord = 1u << 20;  // a pax header or a long name

tl::unexpected<Fault> broken(std::string_view why) {
  return fault("archive-broken", "the archive cannot be read: " + std::string(why));
}

tl::unexpected<Fault> too_much(std::string_view what) {
  return fault("archive-limit", "the archive was left: " + std::string(what),
               "unpack it and name the folder, if it is meant to be like that");
}

// Unpacks gzip members one after the other, as much as is asked for.
class GzipSource {
 public:
  GzipSource(std::string_view bytes, const TgzLimits& limits) : limits_(limits) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    left_ = bytes.size();
    packed_ = bytes.size();
    ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK;
  }
  ~GzipSource() {
    if (ready_) inflateEnd(&stream_);
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  // Fills `out`, or less at the end of the archive; then `size` says how much.
  Result<void> read(char* out, std::size_t& size) {
    if (!ready_) return broken("no memory for gzip");
    const std::size_t wanted = size;
    size = 0;
    while (size < wanted && !ended_) {
      const std::size_t step = std::min<std::size_t>(wanted - size, 1u << 20);
      stream_.next_out = reinterpret_cast<Bytef*>(out + size);
      stream_.avail_out = static_cast<uInt>(step);
      if (auto done = inflate_step(); !done) return done;
      size += step - stream_.avail_out;
    }
    return {};
  }

 private:
  Result<void> inflate_step() {
    if (stream_.avail_in == 0) {
      const std::size_t given = std::min<std::size_t>(left_, 1u << 30);
      stream_.avail_in = static_cast<uInt>(given);
      left_ -= given;
    }
    const uInt room = stream_.avail_out;
    const uInt had = stream_.avail_in;
    const int state = inflate(&stream_, Z_NO_FLUSH);
    unpacked_ += room - stream_.avail_out;
    if (unpacked_ > limits_.max_total) return too_much("it unpacks to too many bytes");
    if (unpacked_ > kRatioFrom && unpacked_ / limits_.max_ratio > packed_) {
      return too_much("it unpacks to more than " + std::to_string(limits_.max_ratio) +
                      " times its size");
    }
    if (state == Z_STREAM_END) return next_member();
    if (state != Z_OK && state != Z_BUF_ERROR) return broken("gzip is damaged");
    if (room == stream_.avail_out && had == stream_.avail_in && left_ == 0) {
      return broken("gzip is cut off");
    }
    return {};
  }

  // gzip files may be put one after the other; zeros behind the last one are padding.
  Result<void> next_member() {
    const std::string_view rest(reinterpret_cast<const char*>(stream_.next_in),
                                stream_.avail_in + left_);
    if (is_gzip(rest)) {
      return inflateReset(&stream_) == Z_OK ? Result<void>() : broken("no memory for gzip");
    }
    ended_ = true;
    if (rest.find_first_not_of('\0') == std::string_view::npos) return {};
    return broken("something else follows its end");
  }

  const TgzLimits& limits_;
  z_stream stream_{};
  std::size_t left_ = 0;  // packed bytes that zlib has not been given yet
  std::uint64_t packed_ = 0;
  std::uint64_t unpacked_ = 0;
  bool ready_ = false;
  bool ended_ = false;
};

// A field of a header: up to its first NUL.
std::string_view field(std::string_view block, std::size_t at, std::size_t size) {
  const std::string_view text = block.substr(at, size);
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

// Octal digits, or GNU's base 256 where the first bit is set.
std::optional<std::uint64_t> number(std::string_view block, std::size_t at, std::size_t size) {
  const std::string_view bytes = block.substr(at, size);
  if ((static_cast<unsigned char>(bytes[0]) & 0x80) != 0) {
    std::uint64_t value = static_cast<unsigned char>(bytes[0]) & 0x3F;
    for (const char c : bytes.substr(1)) {
      if (value >> 54 != 0) return std::nullopt;
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  std::string_view digits = field(block, at, size);
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c == ' ') break;
    if (c < '0' || c > '7' || value >> 60 != 0) return std::nullopt;
    value = value << 3 | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// The sum of all bytes, those of the sum itself taken as blanks.
bool is_sum_right(std::string_view block) {
  std::uint64_t sum = 8 * ' ';
  for (std::size_t i = 0; i < kBlock; ++i) {
    if (i < 148 || i >= 156) sum += static_cast<unsigned char>(block[i]);
  }
  return number(block, 148, 8) == sum;
}

// A name that stays inside the archive.
bool is_inside(std::string_view name) {
  if (name.empty() || name[0] == '/' || name.find('\0') != std::string_view::npos) return false;
  if (name.find('\\') != std::string_view::npos) return false;
  while (!name.empty()) {
    const std::string_view part = name.substr(0, std::min(name.find('/'), name.size()));
    if (part == "..") return false;
    name.remove_prefix(std::min(part.size() + 1, name.size()));
  }
  return true;
}

// Calls on_record(key, value) for `length key=value\n` records. False if they are damaged.
template <typename OnRecord>
bool read_pax(std::string_view text, OnRecord&& on_record) {
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || length <= digits + 1 || length > text.size()) return false;
    const std::string_view record = text.substr(digits + 1, length - digits - 2);
    const std::size_t equals = record.find('=');
    if (text[digits] != ' ' || equals == std::string_view::npos) return false;
    on_record(record.substr(0, equals), record.substr(equals + 1));
    text.remove_prefix(length);
  }
  return true;
}

class TarReader {
 public:
  TarReader(std::string_view bytes, const TgzVisitor& visitor, const TgzLimits& limits)
      : source_(bytes, limits), visitor_(visitor), limits_(limits) {}

  Result<void> run() {
    std::array<char, kBlock> block;
    for (std::uint64_t members = 0;; ++members) {
      std::size_t size = kBlock;
      if (auto read = source_.read(block.data(), size); !read) return read;
      const std::string_view header(block.data(), kBlock);
      // Two blocks of zeros end an archive; some writers leave them out.
      if (size == 0 && members > 0) return {};
      if (size < kBlock) return broken("it ends within a header");
      if (header.find_first_not_of('\0') == std::string_view::npos) {
        return members > 0 ? read_out() : broken("it holds nothing");
      }
      if (members >= limits_.max_members) return too_much("it has too many members");
      if (!is_sum_right(header)) return broken("a header is damaged, or it is no tar");
      if (auto read = member(header); !read) return read;
    }
  }

 private:
  Result<void> member(std::string_view header) {
    const std::optional<std::uint64_t> stated = number(header, 124, 12);
    if (!stated) return broken("the size of a member is no number");
    const char type = header[156];
    if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
      if (*stated > kMaxNameRecord) return too_much("a member's name is too long");
      if (auto read = take(*stated); !read) return read;
      return note(type);
    }
    const std::uint64_t size = pax_size_.value_or(*stated);
    const std::string name = name_of(header);
    pax_size_.reset();
    long_name_.clear();
    if (size > limits_.max_member) return too_much("a member has too many bytes");
    const bool file = type == '0' || type == '\0' || type == '7';
    if (!file || !is_wanted(name)) return skip(size);
    if (auto read = take(size); !read) return read;
    visitor_.on_file(name, {bytes_.data(), static_cast<std::size_t>(size)});
    return {};
  }

  bool is_wanted(const std::string& name) const {
    if (is_inside(name)) return visitor_.wants(name);
    if (visitor_.on_fault) {
      visitor_.on_fault(
          fault("archive-path", "a member whose name leads out of the archive was passed over")
              .value());
    }
    return false;
  }

  // What a header record says about the member after it.
  Result<void> note(char type) {
    if (type == 'L') {
      long_name_ = bytes_.substr(0, std::min(bytes_.find('\0'), bytes_.size()));
    } else if (type == 'x') {
      const bool good = read_pax(bytes_, [&](std::string_view key, std::string_view value) {
        if (key == "path") long_name_ = value;
        if (key != "size") return;
        std::uint64_t size = 0;
        std::from_chars(value.data(), value.data() + value.size(), size);
        pax_size_ = size;
      });
      if (!good) return broken("a pax header is damaged");
    }
    return {};
  }

  std::string name_of(std::string_view header) const {
    std::string name = long_name_;
    if (name.empty()) {
      // Only POSIX has a prefix; GNU keeps times there.
      if (header.substr(257, 6) == std::string_view("ustar\0", 6)) name = field(header, 345, 155);
      if (!name.empty()) name += '/';
      name += field(header, 0, 100);
    }
    while (name.starts_with("./")) name.erase(0, 2);
    return name;
  }

  // Reads the bytes of a member into bytes_, which grows only as fast as bytes come.
  Result<void> take(std::uint64_t size) {
    bytes_.clear();
    while (bytes_.size() < size) {
      const std::size_t at = bytes_.size();
      std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(size - at, 1u << 20));
      const std::size_t wanted = step;
      bytes_.resize(at + step);
      if (auto read = source_.read(bytes_.data() + at, step); !read) return read;
      if (step < wanted) return broken("it ends within a member");
    }
    return skip((kBlock - size % kBlock) % kBlock, true);
  }

  // Passes over what is left: the sums that tell damage stand at the end of gzip.
  Result<void> read_out() {
    for (std::size_t size = kWaste; size == kWaste;) {
      if (auto read = source_.read(waste(), size); !read) return read;
    }
    return {};
  }

  // Passes over a member with its padding, or with `exact` over so many bytes.
  Result<void> skip(std::uint64_t size, bool exact = false) {
    if (!exact) size = (size + kBlock - 1) / kBlock * kBlock;
    while (size > 0) {
      std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(size, kWaste));
      const std::size_t wanted = step;
      if (auto read = source_.read(waste(), step); !read) return read;
      if (step < wanted) return broken("it ends within a member");
      size -= step;
    }
    return {};
  }

  char* waste() {
    if (waste_ == nullptr) waste_ = std::make_unique<char[]>(kWaste);
    return waste_.get();
  }

  static constexpr std::size_t kWaste = 64 * 1024;
  GzipSource source_;
  const TgzVisitor& visitor_;
  const TgzLimits& limits_;
  std::string bytes_;
  std::unique_ptr<char[]> waste_;
  std::string long_name_;
  std::optional<std::uint64_t> pax_size_;
};

}  // namespace

Result<std::string> unpack_gzip(std::string_view bytes, std::size_t most, const TgzLimits& limits) {
  constexpr std::size_t kStep = std::size_t{1} << 20;
  GzipSource source(bytes, limits);
  std::string out;
  while (out.size() < most) {
    const std::size_t at = out.size();
    std::size_t size = std::min(most - at, kStep);
    out.resize(at + size);
    if (auto read = source.read(out.data() + at, size); !read) return tl::unexpected(read.error());
    out.resize(at + size);
    if (size == 0) break;
  }
  return out;
}

Result<void> visit_tgz(std::string_view bytes, const TgzVisitor& visitor, const TgzLimits& limits) {
  if (!is_gzip(bytes)) return broken("it is no gzip");
  return TarReader(bytes, visitor, limits).run();
}

}  // namespace oncobridge::profiles
