// Any bytes as FHIRPath: a tree or a fault with a place inside the text, never a crash. What is
// read strictly is also read leniently.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "profiles/fhirpath_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oncobridge;
  using namespace oncobridge::profiles::fhirpath;
  static const NameTable& names = *new NameTable;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto strict = parse(text, names);
  const auto lenient = parse(text, names, Leniency::kDefinitions);
  if (strict && !lenient) std::abort();
  if (strict && (*strict)->text() != text) std::abort();
  if (!strict && strict.error().place.column > size + 1) std::abort();
  return 0;
}
