// libFuzzer target of .tgz archives. Bytes that begin as gzip are taken as they are; others are
// taken for a tar, whose checksums are set right before it is packed, so that mutations reach what
// lies behind them.
#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "profiles/tgz.h"

namespace {

void set_checksums(std::string& tar) {
  tar.resize((tar.size() + 511) / 512 * 512, '\0');
  for (std::size_t at = 0; at < tar.size(); at += 512) {
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < 512; ++i) {
      if (i < 148 || i >= 156) sum += static_cast<unsigned char>(tar[at + i]);
    }
    if (sum == 8 * ' ') continue;  // the end of the archive
    char text[9];
    std::snprintf(text, sizeof(text), "%06o", sum);
    tar.replace(at + 148, 7, text, 7);
  }
}

std::string pack(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncobridge::profiles;  // NOLINT: one function
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (!is_gzip(bytes)) {
    set_checksums(bytes);
    bytes = pack(bytes);
  }
  TgzLimits limits;
  limits.max_member = 4u << 20;
  limits.max_total = 16u << 20;
  std::uint64_t total = 0;
  const TgzVisitor visitor{
      [](std::string_view name) { return !name.ends_with("no"); },
      [&](std::string_view name, std::string_view content) {
        // A name that leads out never comes here.
        if (name.starts_with('/') || name.find("/../") != std::string_view::npos) std::abort();
        if (name.starts_with("../") || name.ends_with("/..") || name.ends_with("no")) std::abort();
        if (content.size() > limits.max_member) std::abort();
        total += content.size();
      },
      [](const oncobridge::Fault&) {}};
  visit_tgz(bytes, visitor, limits);
  if (total > limits.max_total) std::abort();
  return 0;
}
