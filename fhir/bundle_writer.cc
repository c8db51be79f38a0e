#include "oncobridge/fhir/bundle_writer.h"

#include <cstring>

namespace oncobridge {
namespace {

constexpr std::string_view kResourceStart[] = {
#define ONCOBRIDGE_TYPE(name) R"({"resourceType":")" #name R"(","id":")",
    ONCOBRIDGE_RESOURCE_TYPES(ONCOBRIDGE_TYPE)
#undef ONCOBRIDGE_TYPE
};
constexpr std::string_view kRequestStart[] = {
#define ONCOBRIDGE_TYPE(name) R"(},"request":{"method":"PUT","url":")" #name "/",
    ONCOBRIDGE_RESOURCE_TYPES(ONCOBRIDGE_TYPE)
#undef ONCOBRIDGE_TYPE
};
constexpr std::string_view kReferenceStart[] = {
#define ONCOBRIDGE_TYPE(name) R"({"reference":")" #name "/",
    ONCOBRIDGE_RESOURCE_TYPES(ONCOBRIDGE_TYPE)
#undef ONCOBRIDGE_TYPE
};

}  // namespace

void BundleWriter::begin_bundle(std::string_view id) {
  if (framing_ == Framing::ndjson) return;
  json_.begin_object();
  json_.plain("resourceType", "Bundle");
  json_.plain("id", id);
  if (framing_ == Framing::transaction) {
    json_.plain("type", "transaction");
  } else {
    json_.raw(
        "meta",
        R"({"profile":["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-patient-bundle"]})");
    json_.plain("type", "collection");
  }
  json_.raw("entry", "[");
}

void BundleWriter::end_bundle() {
  if (framing_ == Framing::ndjson) return;
  json_.raw("]}\n");
}

void BundleWriter::begin_resource(ResourceType type, std::string_view id) {
  type_ = type;
  std::memcpy(id_.data(), id.data(), id_.size());
  if (framing_ == Framing::ndjson) {
    json_.switch_to(buffers_[static_cast<std::size_t>(type)]);
  } else {
    json_.element();
    json_.raw(R"({"fullUrl":"urn:uuid:)");
    json_.buffer().append(id_);
    json_.raw(R"(","resource":)");
  }
  json_.raw(kResourceStart[static_cast<std::size_t>(type)]);
  json_.buffer().append(id_);
  json_.raw("\"");
}

void BundleWriter::end_resource() {
  if (framing_ == Framing::ndjson) return json_.raw("}\n");
  if (framing_ == Framing::collection) return json_.raw("}}");
  json_.raw(kRequestStart[static_cast<std::size_t>(type_)]);
  json_.buffer().append(id_);
  json_.raw("\"}}");
}

void BundleWriter::reference(std::string_view name, ResourceType type, std::string_view id) {
  if (!name.empty()) json_.key(name);
  if (framing_ == Framing::collection) {
    json_.raw(R"({"reference":"urn:uuid:)");
  } else {
    json_.raw(kReferenceStart[static_cast<std::size_t>(type)]);
  }
  json_.raw(id);
  json_.raw("\"}");
}

void BundleWriter::clear() {
  for (Buffer& buffer : buffers_) buffer.clear();
  json_.switch_to(buffers_[0]);
}

void BundleWriter::swap_output(Buffer (&buffers)[kResourceTypeCount]) {
  for (std::size_t i = 0; i < buffers_.size(); ++i) buffers_[i].swap(buffers[i]);
  clear();
}

void BundleWriter::checkpoint() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) sizes_[i] = buffers_[i].size();
}

void BundleWriter::rollback() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) buffers_[i].truncate(sizes_[i]);
}

}  // namespace oncobridge
