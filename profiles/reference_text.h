// The parts of a literal reference (FHIR R4 references.html#literal). Pure.
#pragma once

#include <string_view>

namespace oncobridge::profiles {

struct ReferenceText {
  bool absolute = false;  // has a scheme
  std::string_view type;  // `Patient`; empty if the text has no such part
  std::string_view id;
  std::string_view version;      // of `/_history/1`
  std::string_view unversioned;  // the text without it
};

ReferenceText split_reference(std::string_view text);

}  // namespace oncobridge::profiles
