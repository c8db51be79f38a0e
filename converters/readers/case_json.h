// Reads the project's own case JSON (docs/case_record.md) with simdjson on-demand. Driven by the
// shape tables: no field is named here. Memory is reused from record to record.
#pragma once

#include <memory>

#include "converters/terms.h"
#include "oncobridge/record/record_reader.h"

namespace oncobridge {

// Limits that keep a hostile record from costing more than itself.
struct CaseJsonLimits {
  std::size_t max_faults = 50;  // reported for one record
  std::size_t max_memory =
      64u << 20;  // of the record's structures; one small fact takes about 1 KiB
};

std::unique_ptr<RecordReader> make_case_json_reader(const Terms& terms, CaseJsonLimits limits = {});

}  // namespace oncobridge
