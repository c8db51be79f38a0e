#include "oncobridge/fhir/tape.h"

#include <algorithm>
#include <cstring>

#include "fhir/json_tape.h"
#include "fhir/xml_tape.h"
#include "oncobridge/base/large_memory.h"

namespace oncobridge {
namespace {

// Of a source, about: fewer than compact FHIR has, so that little room stays empty.
constexpr std::size_t kBytesPerNode = 32;

}  // namespace

Tape::Tape(Names& names) : names_(names) {}
Tape::Tape(Tape&&) noexcept = default;
Tape::~Tape() = default;

void Tape::clear(std::string_view source, SourceForm form) {
  source_ = source;
  form_ = form;
  nodes_.clear();
  reserve_large(nodes_, source.size() / kBytesPerNode);
  nodes_.emplace_back();  // of id kNoNode
  faults_.clear();
  texts_.reset();
  line_starts_.clear();
}

bool Tape::read_json(std::string_view source, const TapeLimits& limits) {
  if (!json_) json_ = std::make_unique<JsonTapeReader>();
  clear(source, SourceForm::kJson);
  return json_->read(*this, limits);
}

bool Tape::read_xml(std::string_view source, const TapeLimits& limits) {
  if (!xml_) xml_ = std::make_unique<XmlTapeReader>();
  clear(source, SourceForm::kXml);
  return xml_->read(*this, limits);
}

std::uint32_t Tape::index(NodeId id) const {
  const NodeId parent = nodes_[id].parent;
  std::uint32_t before = 0;
  if (parent == kNoNode) return 0;
  for (NodeId at = nodes_[parent].first; at != kNoNode && at != id; at = nodes_[at].next) {
    before += nodes_[at].name == nodes_[id].name;
  }
  return before;
}

NodeId Tape::resource_of(NodeId id) const {
  while (id != kNoNode && !nodes_[id].is(kResource)) id = nodes_[id].parent;
  return id;
}

LineColumn Tape::line_column(std::uint32_t place) const {
  if (line_starts_.empty()) {
    line_starts_.push_back(0);
    const char* const begin = source_.data();
    const char* const end = begin + source_.size();
    for (const char* at = begin; at != end;) {
      const void* const found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
      if (found == nullptr) break;
      at = static_cast<const char*>(found) + 1;
      line_starts_.push_back(static_cast<std::uint32_t>(at - begin));
    }
  }
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), place);
  return {static_cast<std::uint32_t>(after - line_starts_.begin()), place - after[-1] + 1};
}

}  // namespace oncobridge
