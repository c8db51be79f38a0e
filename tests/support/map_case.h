// Maps one case record for a test and gives its resources as a JSON document. Numbers are compared
// as texts where it matters: see raw().
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/fhir/bundle_writer.h"

namespace oncobridge::test {

using Json = nlohmann::ordered_json;

// What became of a record.
struct Mapped {
  bool converted = false;
  std::string bytes;                 // the bundle as written
  Json bundle;                       // parsed
  std::vector<std::string> faults;   // "rule path" of a rejected record
  std::vector<std::string> unused;   // paths of facts in no resource
  std::vector<std::string> uncoded;  // paths of wordings without a code
  std::vector<std::string> flags;    // "rule path"

  // The resources of a type, in bundle order.
  std::vector<Json> all(std::string_view type) const;
  // The only resource of a type; fails the test if there is none or more than one.
  Json only(std::string_view type) const;
  // The resources of a type whose `code` has the code.
  std::vector<Json> coded(std::string_view type, std::string_view code) const;
  // Resources that claim the mCODE profile.
  std::vector<Json> of_profile(std::string_view profile) const;
  bool has_note(const Json& resource,
                std::string_view text) const;  // a note that contains the text
};

Mapped map_case(std::string_view record, Framing framing = Framing::transaction,
                std::string recorded = {}, bool narrative = false);

// As map_case, from a file of the repository.
Mapped map_file(const std::string& path);

// {"case_id":"t", ...} with the given members added.
std::string with_case(std::string_view members);

}  // namespace oncobridge::test
