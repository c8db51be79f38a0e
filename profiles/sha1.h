// SHA-1 (RFC 3174), for Attachment.hash: it finds damage, it protects nothing. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace oncobridge::profiles {

std::array<std::uint8_t, 20> sha1(std::string_view bytes);

// The bytes of a base64 text; white space is passed over. Nothing of what follows a character that
// is not base64.
void decode_base64(std::string_view text, std::string& bytes);

}  // namespace oncobridge::profiles
