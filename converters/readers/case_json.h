// Reads the project's own case JSON (docs/case_record.md) with simdjson on-demand. Driven by the shape
// tables: no field is named here. Memory is reused from record to record.
#pragma once

#include <memory>

#include "converters/terms.h"
#include "oncobridge/record/record_reader.h"

namespace oncobridge {

// Limits that keep a hostile record from costing more than itself.
struct CaseJsonLimits {
  std::size_t max_text = 100'000;    // characters of one text
  std::size_t max_faults = 50;       // reported for one record
};

std::unique_ptr<RecordReader> make_case_json_reader(const Terms& terms, CaseJsonLimits limits = {});

}  // namespace oncobridge
