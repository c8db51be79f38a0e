// Makes .tgz archives in memory, good ones and bad ones. Only for tests.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

namespace oncobridge::test {

inline std::string gzip(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
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

// One member of a tar with its padding.
inline std::string tar_member(std::string_view name, std::string_view bytes, char type = '0',
                              std::string_view prefix = {}) {
  std::string block(512, '\0');
  block.replace(0, std::min<std::size_t>(name.size(), 100), name.substr(0, 100));
  char size[13];
  std::snprintf(size, sizeof(size), "%011zo", bytes.size());
  block.replace(100, 7, "0000644");
  block.replace(124, 11, size, 11);
  block.replace(136, 11, "00000000000");
  block[156] = type;
  block.replace(257, 6, std::string_view("ustar\0", 6));
  block.replace(263, 2, "00");
  block.replace(345, prefix.size(), prefix);
  block.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  char text[9];
  std::snprintf(text, sizeof(text), "%06o", sum);
  block.replace(148, 7, text, 7);
  std::string out = block + std::string(bytes);
  out.resize((out.size() + 511) / 512 * 512, '\0');
  return out;
}

inline std::string tar_end() { return std::string(1024, '\0'); }

}  // namespace oncobridge::test
