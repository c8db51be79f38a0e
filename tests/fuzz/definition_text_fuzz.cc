// libFuzzer target of the text form of definitions: whatever can be read is written, and what was
// written is read as the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "profiles/definition_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncobridge::profiles;  // NOLINT: one function
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = read_definitions(text);
  if (!first) return 0;
  const std::string written = write_definitions(*first);
  const auto second = read_definitions(written);
  if (!second || write_definitions(*second) != written) std::abort();
  return 0;
}
