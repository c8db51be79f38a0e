// A transaction Bundle as the trial server takes it: PUT entries `Type/id` and nothing else.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tools/sandbox/resource.h"

namespace oncobridge::sandbox {

// A literal reference to a resource on this server.
struct RelativeReference {
  std::string_view type;
  std::string_view id;
};

// `Type/id` or `Type/id/_history/n`, as views into the text; empty type if it is anything else.
RelativeReference relative_reference(std::string_view text);

// The resources of the bundle in entry order, references to the fullUrl of an entry replaced by
// its `Type/id` (R4 http.html#trules). Whether other references lead anywhere is left to the store.
// The first fault names its entry.
tl::expected<std::vector<Resource>, Fault> read_transaction(std::string body);

}  // namespace oncobridge::sandbox
