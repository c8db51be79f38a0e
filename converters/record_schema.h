// The JSON Schema (2020-12) and the field reference of a case record, both from the shape tables
// that drive the reader. docs/case_record.schema.json and docs/case_record.md hold what these
// return.
#pragma once

#include <string>

#include "converters/terms.h"

namespace oncobridge {

// What the schema cannot say, the reader checks on top: `id`s are unique in a record and `case_id`s
// in a run; references point to a fact of a fitting kind; a field stands once in its object; a
// number has at most 64 characters and an exponent of -30 to 30; no text has half of a surrogate
// pair; a record keeps the limits of size.
std::string record_schema(const Terms& terms);
// Markdown: every structure with its fields.
std::string field_reference();

}  // namespace oncobridge
