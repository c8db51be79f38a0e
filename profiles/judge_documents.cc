// Documents and messages: what their first resource must find in the bundle, and that what the
// bundle holds belongs to it (FHIR R4 documents.html#content, messaging.html#bundle).
#include <algorithm>
#include <array>

#include "profiles/judge.h"
#include "profiles/narrative.h"

namespace oncobridge::profiles {
namespace {

// Elements whose targets SHALL be in the bundle.
constexpr std::array<std::string_view, 10> kBundledElements = {
    "Composition.subject",        "Composition.encounter",      "Composition.author",
    "Composition.custodian",      "Composition.attester.party", "Composition.event.detail",
    "Composition.section.author", "Composition.section.focus",  "Composition.section.entry",
    "MessageHeader.focus",
};

struct Images final : NarrativeSink {
  std::vector<std::string_view> urls;
  void fault(const NarrativeFault&) override {}
  void image(std::string_view url) override { urls.push_back(url); }
  bool wants_anchors() const override { return true; }
};

}  // namespace

// True for a reference of the first resource of a document or message whose target is part of it.
bool Judge::must_be_bundled(NodeId id) const {
  const Element* element = types_[id].element;
  if (element == nullptr || element->definition == nullptr ||
      std::find(kBundledElements.begin(), kBundledElements.end(), element->definition->path) ==
          kBundledElements.end()) {
    return false;
  }
  const std::string_view type = text_of(bundle_, known_.type);
  return (type == "document" || type == "message") &&
         tape_[tape_.resource_of(id)].parent == child(bundle_, known_.entry);
}

// An element that may lead to another entry: a reference, or a URL that could be a fullUrl.
bool Judge::is_link(NodeId id) const {
  const Node& node = tape_[id];
  if (node.kind != NodeKind::kString || node.length == 0 || node.text[0] == '#') return false;
  if (node.name == known_.reference) return true;
  const Type* type = types_[id].type;
  return type != nullptr &&
         (type->primitive == Primitive::kUri || type->primitive == Primitive::kUrl ||
          type->primitive == Primitive::kCanonical);
}

// A narrative whose images the document holds, as Binary resources.
bool Judge::has_image(NodeId id) const {
  const Type* type = types_[id].type;
  return type != nullptr && type->primitive == Primitive::kXhtml && tape_[id].has_value() &&
         tape_[id].value().find("<img") != std::string_view::npos;
}

void Judge::check_reach(NodeId bundle, bool is_document) {
  entries_.clear();
  for (NodeId entry = child(bundle, known_.entry); entry != kNoNode;
       entry = tape_.next_same(entry)) {
    const NodeId resource = child(entry, known_.resource);
    if (resource != kNoNode && tape_[resource].is(kResource)) entries_.push_back(resource);
  }
  entry_links_.clear();
  const auto add_text = [&](std::uint32_t from, NodeId node, std::string_view text) {
    const NodeId target = resolve_bundled(bundle, node, text.substr(0, text.find_first_of("|#")));
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), target);
    if (target == kNoNode || found == entries_.end() || *found != target) return;
    entry_links_.add(from, static_cast<std::uint32_t>(found - entries_.begin()));
  };
  const auto add = [&](std::uint32_t from, NodeId node) {
    add_text(from, node, tape_[node].value());
  };
  for (NodeId link = child(bundle, known_.link); link != kNoNode; link = tape_.next_same(link)) {
    const NodeId url = child(link, known_.url);
    if (text_of(link, known_.relation) == "stylesheet" && url != kNoNode) add(0, url);
  }
  Images images;
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    const NodeId end = end_of(entries_[i]);
    for (NodeId at = entries_[i]; at < end; ++at) {
      if (is_link(at)) add(i, at);
      if (!has_image(at)) continue;
      images.urls.clear();
      check_narrative(tape_[at].value(), &images);
      for (const std::string_view url : images.urls) add_text(i, at, url);
    }
  }
  const auto& reach = entry_links_.reach(static_cast<std::uint32_t>(entries_.size()));
  const std::string_view first = is_document ? "Composition" : "MessageHeader";
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool is_backward = reach[i] == EntryLinks::Reach::kBackward;
    if (reach[i] == EntryLinks::Reach::kForward) continue;
    // What refers to the rest without being asked for may be a Provenance only.
    if (is_backward && tape_[entries_[i]].value() == "Provenance") continue;
    constexpr Severity kSeverities[2][2] = {{Severity::kWarning, Severity::kInformation},
                                            {Severity::kError, Severity::kWarning}};
    report_as(kSeverities[is_document][is_backward], RuleId::kBundleUnreachable,
              tape_[entries_[i]].parent, [&] {
                std::string text = "no reference leads from the " + std::string(first) +
                                   " to the " + std::string(tape_[entries_[i]].value()) +
                                   " of this entry";
                return is_backward ? text + "; it refers itself to what belongs to the " +
                                         std::string(first) + ", as only a Provenance may"
                                   : text;
              });
  }
}

}  // namespace oncobridge::profiles
