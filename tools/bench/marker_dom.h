// The yardstick of bench_convert: the tumour marker mapper (converters/mappers/tumor_marker.cc)
// written the usual way, with a JSON document tree in and out. Takes records of markers alone,
// without references to other facts. It uses the same code tables and the same rule for ids.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "converters/terms.h"
#include "converters/vocabulary.h"
#include "oncobridge/base/uuid.h"

namespace oncobridge::bench {

// The record with nothing but what the yardstick can map; null if it has no markers.
nlohmann::json marker_record(const nlohmann::json& record);

// The Observations of a record of markers, in the mapper's order.
nlohmann::json map_markers_by_tree(const nlohmann::json& record, const Terms& terms,
                                   const Vocabulary& vocabulary, const IdMaker& ids);

}  // namespace oncobridge::bench
