// Opening inputs: files, folders and standard input; plain, gzip or zstd.
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "oncobridge/convert.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ > 2) close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// The bytes of a file as they are, with a look at the first ones.
class PlainSource final : public ByteSource {
 public:
  PlainSource(std::string name, int number) : name_(std::move(name)), file_(number) {}

  std::string_view name() const override { return name_; }

  Result<std::size_t> read(char* bytes, std::size_t size) override {
    if (!ahead_.empty()) {
      const std::size_t taken = std::min(size, ahead_.size());
      std::memcpy(bytes, ahead_.data(), taken);
      ahead_.erase(0, taken);
      return taken;
    }
    while (true) {
      const ssize_t got = ::read(file_.number(), bytes, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) {
        return fault("input", name_ + ": " + std::strerror(errno), "check that it can be read");
      }
    }
  }

  // The first bytes, without consuming them.
  Result<std::string_view> peek(std::size_t size) {
    char buffer[16];
    while (ahead_.size() < size) {
      const ssize_t got = ::read(file_.number(), buffer, size - ahead_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0)
        return fault("input", name_ + ": " + std::strerror(errno), "check that it can be read");
      if (got == 0) break;
      ahead_.append(buffer, static_cast<std::size_t>(got));
    }
    return std::string_view(ahead_);
  }

 private:
  std::string name_;
  FileDescriptor file_;
  std::string ahead_;
};

constexpr std::size_t kCompressedBlock = 128 * 1024;
constexpr std::size_t kMostPadding = std::size_t{16} << 20;  // zeros behind gzip data

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<PlainSource> inner)
      : inner_(std::move(inner)), block_(kCompressedBlock, '\0') {
    inflateInit2(&stream_, 15 + 16);
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  std::string_view name() const override { return inner_->name(); }

  Result<std::size_t> read(char* bytes, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(bytes);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1u << 30));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      // A full output says nothing about the input: zlib may hold more before it needs another
      // block.
      if (stream_.avail_in == 0 && !output_was_full_) {
        auto got = inner_->read(block_.data(), block_.size());
        if (!got) return got;
        if (*got == 0) {
          if (at_end_) return std::size_t{0};
          return fault("input", std::string(name()) + ": the gzip data end early",
                       "send the whole file");
        }
        stream_.next_in = reinterpret_cast<Bytef*>(block_.data());
        stream_.avail_in = static_cast<uInt>(*got);
      }
      if (at_end_) {
        skip_padding();
        if (stream_.avail_in > 0) {  // another member follows (RFC 1952 section 2.2)
          inflateReset(&stream_);
          at_end_ = false;
        }
      }
      const int code = at_end_ ? Z_STREAM_END : inflate(&stream_, Z_NO_FLUSH);
      output_was_full_ = stream_.avail_out == 0;
      if (code == Z_STREAM_END) {
        at_end_ = true;
        output_was_full_ = false;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return fault("input", std::string(name()) + ": broken gzip data",
                     "compress the file again");
      }
    }
    return static_cast<std::size_t>(wanted - stream_.avail_out);
  }

 private:
  // Zeros that fill a tape's or a disk's block are left out, as gzip(1) does; not without end.
  void skip_padding() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0 && padding_ < kMostPadding) {
      ++stream_.next_in;
      --stream_.avail_in;
      ++padding_;
    }
  }

  std::unique_ptr<PlainSource> inner_;
  std::string block_;
  z_stream stream_{};
  std::size_t padding_ = 0;
  bool at_end_ = false;  // of a member
  bool output_was_full_ = false;
};

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<PlainSource> inner)
      : inner_(std::move(inner)), block_(kCompressedBlock, '\0'), stream_(ZSTD_createDStream()) {}
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }
  std::string_view name() const override { return inner_->name(); }

  Result<std::size_t> read(char* bytes, std::size_t size) override {
    ZSTD_outBuffer out{bytes, size, 0};
    while (out.pos == 0) {
      // After a full output the decoder may hold more before it needs another block.
      if (in_.pos == in_.size && !output_was_full_) {
        auto got = inner_->read(block_.data(), block_.size());
        if (!got) return got;
        if (*got == 0) {
          if (frame_done_) return std::size_t{0};
          return fault("input", std::string(name()) + ": the zstd data end early",
                       "send the whole file");
        }
        in_ = {block_.data(), *got, 0};
      }
      const std::size_t code = ZSTD_decompressStream(stream_, &out, &in_);
      if (ZSTD_isError(code)) {
        return fault("input",
                     std::string(name()) + ": broken zstd data: " + ZSTD_getErrorName(code),
                     "compress the file again, without --long");
      }
      frame_done_ = code == 0;
      output_was_full_ = out.pos == out.size && !frame_done_;
    }
    return out.pos;
  }

 private:
  std::unique_ptr<PlainSource> inner_;
  std::string block_;
  ZSTD_DStream* stream_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool frame_done_ = false;
  bool output_was_full_ = false;
};

bool is_zstd(std::string_view first) {
  // A frame, or a skippable frame as pzstd writes it (RFC 8878 sections 3.1.1 and 3.1.2).
  return first == "\x28\xb5\x2f\xfd" ||
         (first.size() == 4 && (first[0] & 0xF0) == 0x50 && first.substr(1) == "\x2a\x4d\x18");
}

bool holds_records(const fs::path& path) {
  std::string name = path.filename();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  }
  return name.ends_with(".json") || name.ends_with(".ndjson") || name.ends_with(".jsonl");
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_input(const std::string& path) {
  int number = STDIN_FILENO;
  if (path != "-") {
    number = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (number < 0) {
      return fault("input", path + ": " + std::strerror(errno),
                   "check the name and the permissions");
    }
  }
  auto plain = std::make_unique<PlainSource>(path == "-" ? "<stdin>" : path, number);
  auto first = plain->peek(4);
  if (!first) return tl::unexpected(first.error());
  if (first->starts_with("\x1f\x8b")) return std::make_unique<GzipSource>(std::move(plain));
  if (is_zstd(*first)) return std::make_unique<ZstdSource>(std::move(plain));
  return plain;
}

Result<std::vector<std::string>> list_inputs(const std::string& path) {
  std::error_code error;
  if (path == "-" || !fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (auto entry = fs::directory_iterator(path, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    // A link that leads nowhere or in a circle, and what cannot be looked at, is listed too, so
    // that opening it says so.
    std::error_code unknown;
    const fs::file_type type = entry->status(unknown).type();
    const bool file = type == fs::file_type::regular || type == fs::file_type::not_found ||
                      type == fs::file_type::none;
    if (file && holds_records(entry->path())) files.push_back(entry->path());
  }
  if (error)
    return fault("input", path + ": " + error.message(), "check the name and the permissions");
  if (files.empty()) {
    return fault("input", path + ": no *.json, *.ndjson or *.jsonl file in the folder",
                 "check the name");
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace oncobridge
