#include "profiles/zst.h"

#include <zstd.h>

#include <memory>

namespace oncobridge::profiles {

Result<std::string> unpack_zstd(std::string_view bytes, const TgzLimits& limits) {
  constexpr std::size_t kStep = std::size_t{1} << 20;
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                          &ZSTD_freeDStream);
  std::string out;
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::size_t left = 1;  // of the frame; 0 at its end
  while (in.pos < in.size || left != 0) {
    const std::size_t at = out.size();
    if (at > limits.max_member) {
      return fault("archive-limit", "the file was left: it unpacks to more than " +
                                        std::to_string(limits.max_member) + " bytes");
    }
    out.resize(at + kStep);
    ZSTD_outBuffer block{out.data() + at, kStep, 0};
    const std::size_t before = in.pos;
    left = ZSTD_decompressStream(stream.get(), &block, &in);
    out.resize(at + block.pos);
    if (ZSTD_isError(left) != 0) {
      return fault("archive-broken",
                   std::string("the zstd data are broken: ") + ZSTD_getErrorName(left),
                   "compress the file again, without --long");
    }
    if (left != 0 && in.pos == before && block.pos == 0) {
      return fault("archive-broken", "the zstd data end early", "send the whole file");
    }
  }
  return out;
}

}  // namespace oncobridge::profiles
