// BundleWriter: frames resources as transaction bundles of PUT Type/id, as collection bundles
// (mCODE Patient Bundle), or as NDJSON with one stream a resource type. A mapper writes the same
// resource in all three. One writer belongs to one worker.
#pragma once

#include <array>
#include <string_view>

#include "oncobridge/fhir/json_writer.h"

namespace oncobridge {

enum class Framing { transaction, collection, ndjson };

#define ONCOBRIDGE_RESOURCE_TYPES(X)                                                   \
  X(Patient)                                                                           \
  X(Condition) X(Observation) X(Procedure) X(MedicationStatement) X(MedicationRequest) \
      X(MedicationAdministration) X(BodyStructure) X(Specimen) X(DiagnosticReport)     \
          X(DocumentReference) X(Provenance) X(Group)

enum class ResourceType : unsigned char {
#define ONCOBRIDGE_TYPE(name) name,
  ONCOBRIDGE_RESOURCE_TYPES(ONCOBRIDGE_TYPE)
#undef ONCOBRIDGE_TYPE
};

inline constexpr std::string_view kResourceTypeNames[] = {
#define ONCOBRIDGE_TYPE(name) #name,
    ONCOBRIDGE_RESOURCE_TYPES(ONCOBRIDGE_TYPE)
#undef ONCOBRIDGE_TYPE
};
inline constexpr std::size_t kResourceTypeCount = std::size(kResourceTypeNames);

inline std::string_view resource_type_name(ResourceType type) {
  return kResourceTypeNames[static_cast<std::size_t>(type)];
}

class BundleWriter {
 public:
  explicit BundleWriter(Framing framing) : framing_(framing), json_(buffers_[0]) {}

  Framing framing() const { return framing_; }
  JsonWriter& json() { return json_; }

  // Opens `{"resourceType":T,"id":id` inside its frame; the caller writes elements and ends it.
  void begin_resource(ResourceType type, std::string_view id);
  void end_resource();

  void begin_bundle(std::string_view id);
  void end_bundle();

  // A reference as this framing writes it: Type/id, and urn:uuid:id inside a collection, so that it
  // resolves by the rules of FHIR R4 bundle.html section "Resolving references in Bundles".
  void reference(std::string_view name, ResourceType type, std::string_view id);

  // What has been written: bundles, one a line, in [0]; with NDJSON one buffer a resource type.
  const Buffer& output(std::size_t type = 0) const { return buffers_[type]; }
  void clear();
  // Exchanges the buffers with others, which keep what was written.
  void swap_output(Buffer (&buffers)[kResourceTypeCount]);
  // A rejected record leaves nothing: rollback() goes back to the last checkpoint().
  void checkpoint();
  void rollback();

 private:
  Framing framing_;
  std::array<Buffer, kResourceTypeCount> buffers_;
  std::array<std::size_t, kResourceTypeCount> sizes_{};
  JsonWriter json_;
  ResourceType type_{};
  std::array<char, 36> id_{};
};

}  // namespace oncobridge
