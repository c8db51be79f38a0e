// The rules of Narrative.div: well-formed XHTML of the allowed elements and attributes with some
// content (FHIR R4 narrative.html, txt-1, txt-2, htmlChecks()). One pass over the text, no
// allocation, any thread. What nests deeper than kMaxNarrativeDepth is not judged: limit-depth.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiles/rules.h"

namespace oncobridge::profiles {

inline constexpr int kMaxNarrativeDepth = 1'000;

struct NarrativeFault {
  RuleId rule;
  std::uint32_t offset = 0;  // within the text of the div
  std::string_view name;     // the element, attribute, entity or URL; a view into the text
};

class NarrativeSink {
 public:
  virtual void fault(const NarrativeFault& fault) = 0;
  // The `x` of a link to `#x`, or of an image's `#x`; a view into the text.
  virtual void link(std::string_view) {}
  // The id of an element, or the name of an <a>: where a link may lead; and the URL of an image, as
  // it is written. Told to a sink that wants anchors.
  virtual void anchor(std::string_view) {}
  virtual void image(std::string_view) {}
  virtual bool wants_anchors() const { return false; }

 protected:
  ~NarrativeSink() = default;
};

// The number of faults against txt-1 and txt-2: 0 where htmlChecks() is true. Faults are syntax,
// namespace, elements, attributes, entities and missing content.
int html_checks(std::string_view xhtml);

// The number of all faults: also narrative-structure, narrative-url, narrative-script and
// narrative-active, the last of which is a fault with --security only. Each is told to `sink`, if
// there is one, in the order of the text; after a fault of syntax the rest is not read.
int check_narrative(std::string_view xhtml, NarrativeSink* sink = nullptr);

}  // namespace oncobridge::profiles
