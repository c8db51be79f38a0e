// The concrete resource types of FHIR R4 and where three of their search parameters look.
#pragma once

#include <span>
#include <string_view>

namespace oncobridge::sandbox {

// Paths are element names joined by dots, several paths by a blank; empty: the type has no such
// search parameter. Array levels are not written.
struct ResourceType {
  std::string_view name;
  std::string_view patient;
  std::string_view subject;
  std::string_view identifier;
};

// All 146, sorted by name.
std::span<const ResourceType> resource_types();

// nullptr: not a concrete resource type of R4.
const ResourceType* find_resource_type(std::string_view name);

}  // namespace oncobridge::sandbox
