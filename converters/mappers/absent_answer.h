// Answers that are none: "not done", "not reported", "unknown" (table field absent-value).
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

// What an answer such as "not done" or "not reported" says: why there is none. Null for an answer.
const Term* absence(const Mapping& m, const Concept& answer);
const Term* absence(const Mapping& m, const Text& answer);
// dataAbsentReason with the reason and its wording.
void absent_value(Mapping& m, const Term& reason, std::string_view wording, Leaf leaf);

}  // namespace oncobridge
