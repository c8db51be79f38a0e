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
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kOk : kOutput;
}

}  // namespace oncobridge::tools
