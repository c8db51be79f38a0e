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

// Appends a few short pieces for which there is room: kRoom holds all fragments of this file and an id
// twice.
class Fragments {
 public:
  explicit Fragments(Buffer& out, std::size_t more = 0)
      : out_(out), start_(out.reserve(kRoom + more)), at_(start_) {}
  ~Fragments() { out_.commit(static_cast<std::size_t>(at_ - start_)); }
  Fragments(const Fragments&) = delete;
  Fragments& operator=(const Fragments&) = delete;

  template <std::size_t N>
  void add(const char (&literal)[N]) {
    std::memcpy(at_, literal, N - 1);
    at_ += N - 1;
  }
  template <std::size_t N>
  void add(const std::array<char, N>& text) {
    std::memcpy(at_, text.data(), N);
    at_ += N;
  }
  void add(std::string_view text) {
    copy_bytes(at_, text.data(), text.size());
    at_ += text.size();
  }

 private:
  static constexpr std::size_t kRoom = 256;
  Buffer& out_;
  char* start_;
  char* at_;
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
  if (framing_ == Framing::ndjson) json_.switch_to(buffers_[static_cast<std::size_t>(type)]);
  Fragments out(json_.buffer());
  if (framing_ != Framing::ndjson) {
    if (json_.buffer().back() != '[') out.add(",");
    out.add(R"({"fullUrl":"urn:uuid:)");
    out.add(id_);
    out.add(R"(","resource":)");
  }
  out.add(kResourceStart[static_cast<std::size_t>(type)]);
  out.add(id_);
  out.add("\"");
}

void BundleWriter::end_resource() {
  if (framing_ == Framing::ndjson) return json_.raw("}\n");
  if (framing_ == Framing::collection) return json_.raw("}}");
  Fragments out(json_.buffer());
  out.add(kRequestStart[static_cast<std::size_t>(type_)]);
  out.add(id_);
  out.add("\"}}");
}

void BundleWriter::reference(std::string_view name, ResourceType type, std::string_view id) {
  if (!name.empty()) json_.key(name);
  Fragments out(json_.buffer(), id.size());
  if (framing_ == Framing::collection) {
    out.add(R"({"reference":"urn:uuid:)");
  } else {
    out.add(kReferenceStart[static_cast<std::size_t>(type)]);
  }
  out.add(id);
  out.add("\"}");
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
