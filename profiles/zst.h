// Unpacks zstd (RFC 8878) in memory, within limits. No state.
#pragma once

#include <string>
#include <string_view>

#include "oncobridge/base/result.h"
#include "profiles/tgz.h"

namespace oncobridge::profiles {

// True if the bytes begin as a frame of zstd does, or a skippable one, as pzstd writes it.
inline bool is_zstd(std::string_view bytes) {
  return bytes.starts_with("\x28\xb5\x2f\xfd") ||
         (bytes.size() >= 4 && (bytes[0] & 0xF0) == 0x50 && bytes.substr(1, 3) == "\x2a\x4d\x18");
}

// What zstd bytes unpack to, of at most limits.max_member bytes. Fault rules: archive-broken,
// archive-limit.
Result<std::string> unpack_zstd(std::string_view bytes, const TgzLimits& limits = {});

}  // namespace oncobridge::profiles
