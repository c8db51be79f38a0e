// Reads .tgz archives (gzip, RFC 1952; tar as POSIX.1-2001 pax and GNU write it) in one pass
// through memory. Nothing is written to disk, links are not followed, and what an archive may cost
// is limited. No state; not for archives of more than one volume.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"

namespace oncobridge::profiles {

struct TgzLimits {
  std::uint64_t max_member = 256u << 20;  // bytes of one file
  std::uint64_t max_total = 4ull << 30;   // bytes of the whole archive, unpacked
  std::uint64_t max_members = 500'000;
  // Unpacked bytes per packed byte; counts from 16 MB on. FHIR packages stay below 30.
  std::uint64_t max_ratio = 200;
};

// True if the bytes begin as gzip does.
inline bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B\x08"); }

struct TgzVisitor {
  // Whether the bytes of a file are wanted; by its name as it stands in the archive, without "./".
  std::function<bool(std::string_view name)> wants;
  // The bytes live until the call returns.
  std::function<void(std::string_view name, std::string_view bytes)> on_file;
  // Members that are passed over: names that lead out of the archive. Rule: archive-path.
  std::function<void(Fault fault)> on_fault;
};

// What gzip bytes unpack to, at most its first `most` bytes. Fault rules as below.
Result<std::string> unpack_gzip(std::string_view bytes, std::size_t most,
                                const TgzLimits& limits = {});

// Fault rules: archive-broken (not gzip, not tar, cut off), archive-limit.
Result<void> visit_tgz(std::string_view bytes, const TgzVisitor& visitor,
                       const TgzLimits& limits = {});

}  // namespace oncobridge::profiles
