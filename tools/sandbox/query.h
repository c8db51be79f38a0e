// The query string of a search as the trial server understands it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tools/sandbox/store.h"

namespace oncobridge::sandbox {

// %41 resolved and, in a query, + as a blank; nothing if an escape is broken or gives invalid
// text (a control character).
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);

// _id, identifier, patient, subject (where the type has them), _count; _format if it is JSON.
// Anything else is refused, modifiers included: a filter passed over answers another question.
tl::expected<Search, Fault> read_query(const ResourceType& type, std::string_view query);

}  // namespace oncobridge::sandbox
