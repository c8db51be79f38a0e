// One resource as the trial server takes it: checked, its references and search keys found, its
// bytes kept as they came (numbers, order and spacing are never rewritten).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "oncobridge/fhir/json_document.h"
#include "tools/sandbox/resource_types.h"

namespace oncobridge::sandbox {

// Why a request is refused. `code` is from http://hl7.org/fhir/issue-type; the text quotes ids,
// types and references, no other content.
struct Fault {
  enum class Kind { kInvalid, kNotFound, kNotSupported, kFull };
  Kind kind = Kind::kInvalid;
  std::string_view code = "invalid";
  std::string text;
  std::string expression;  // Bundle.entry[3].resource, or empty
};

// FHIR R4 datatypes.html#id: [A-Za-z0-9\-\.]{1,64}
bool is_resource_id(std::string_view text);

// A Reference.reference and where its string literal stands in the resource's text.
struct ReferenceUse {
  std::string target;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string expression;
};

struct Identifier {
  std::string system;
  std::string value;
};

struct Resource {
  const ResourceType* type = nullptr;
  std::string id;
  std::string text;
  std::vector<ReferenceUse> references;  // all but those to contained resources
  std::vector<Identifier> identifiers;
  std::vector<std::string> patients;  // references at the places that `patient` searches
  std::vector<std::string> subjects;

  std::string key() const { return std::string(type->name) + '/' + id; }
};

// The resource at `value`, which must be of this type and id. `expression` is its place in the
// request, for messages.
tl::expected<Resource, Fault> read_resource(JsonValue value, std::string_view type,
                                            std::string_view id, const std::string& expression);

// The same resource with every reference replaced that `replacement` gives a text for.
// Replacement: std::string(const ReferenceUse&), empty to leave it.
template <typename Replacement>
std::string replace_references(const Resource& resource, Replacement&& replacement) {
  std::string out;
  std::size_t at = 0;
  for (const ReferenceUse& use : resource.references) {
    const std::string text = replacement(use);
    if (text.empty()) continue;
    out.append(resource.text, at, use.begin - at);
    append_json_string(out, text);
    at = use.end;
  }
  return out.append(resource.text, at);
}

// The text with meta.versionId and meta.lastUpdated set; nothing else changes.
std::string with_server_meta(const std::string& text, uint64_t version,
                             std::string_view last_updated);

}  // namespace oncobridge::sandbox
