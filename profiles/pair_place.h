// Where the `_name` half of a primitive stands in JSON, which the tape does not keep. Pure; looks
// at no more than 64 KiB of an object.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace oncobridge::profiles {

// The offset of the member `_name` of the object that begins at `object`; with `item` that of the
// item of its list, counted from 0. Nothing if it is not found.
std::optional<std::size_t> find_pair(std::string_view source, std::size_t object,
                                     std::string_view name, std::optional<std::size_t> item);

}  // namespace oncobridge::profiles
