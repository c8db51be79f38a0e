// Partial dates as FHIR's `date`: YYYY, YYYY-MM or YYYY-MM-DD, kept as text at the source's
// precision. Rule: FHIR R4 datatypes, section date (years 0001-9999, real calendar days only).
#pragma once

#include <string_view>

namespace oncobridge {

enum class DatePrecision : unsigned char { none, year, month, day };

// The precision of a well-formed, possible calendar date; `none` for anything else.
DatePrecision partial_date_precision(std::string_view text);

// True if `text` is a FHIR instant: a full date, a time with seconds, and a zone.
bool is_instant(std::string_view text);

}  // namespace oncobridge
