// URLs of a narrative that a browser runs or opens as HTML of their own. Pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncobridge::profiles {

enum class ActiveUrl : std::uint8_t { kNone, kScript, kHtml };

// What the value of an attribute, as it is written in XML, makes of a browser that follows it:
// `javascript:` and `vbscript:` run, `data:text/html` opens. Schemes and media types have no case
// (RFC 3986 section 3.1, RFC 2045 section 5.1), and a browser leaves out white space in a scheme.
ActiveUrl active_url(std::string_view raw);

}  // namespace oncobridge::profiles
