// The parts of a literal reference (FHIR R4 references.html#literal). Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncobridge::profiles {

struct ReferenceText {
  bool absolute = false;  // has a scheme
  std::string_view type;  // `Patient`; empty if the text has no such part
  std::string_view id;
  std::string_view version;      // of `/_history/1`
  std::string_view unversioned;  // the text without it and without a fragment
  bool fragment = false;         // names something within the resource: `Patient/1#x`
};

ReferenceText split_reference(std::string_view text);

enum class ReferenceForm : std::uint8_t {
  kGood,    // Type/id, Type/id/_history/version, an absolute URL, a urn; #id is not looked at
  kBadId,   // these, but for an id or a version that is none
  kBadUrn,  // urn:uuid: or urn:oid: with something else behind it
  kOther,
};
ReferenceForm form_of(std::string_view text);

// `name=value&name=value` of a search; names may have modifiers and chains.
bool is_query(std::string_view text);

}  // namespace oncobridge::profiles
