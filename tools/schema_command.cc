// oncobridge schema: the JSON Schema and the field reference of a case record.
#include <cstdio>

#include "converters/record_schema.h"
#include "tools/commands.h"

namespace oncobridge::tools {

int run_schema(const SchemaOptions& options) {
  auto terms = Terms::load(embedded_term_tables());
  if (!terms) {
    std::fprintf(stderr, "oncobridge schema: %s\n", terms.error().message.c_str());
    return kInternal;
  }
  const std::string text = options.reference ? field_reference() : record_schema(*terms);
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return kOk;
  std::fprintf(stderr, "oncobridge schema: the output could not be written\n");
  return kOutput;
}

}  // namespace oncobridge::tools
