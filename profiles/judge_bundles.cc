// Bundles (FHIR R4 bundle.html) and contained resources (references.html#contained).
#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "profiles/judge.h"
#include "profiles/primitive.h"
#include "profiles/reference_text.h"

namespace oncobridge::profiles {

// The first node after the subtree of `id`: subtrees lie together on the tape.
NodeId Judge::end_of(NodeId id) const {
  for (NodeId at = id; at != kNoNode; at = tape_[at].parent) {
    if (tape_[at].next != kNoNode) return tape_[at].next;
  }
  return tape_.size();
}

// dom-3: each contained resource is referred to, or refers to its container by `#`.
void Judge::check_contained(NodeId resource) {
  NodeId contained = child(resource, known_.contained);
  if (contained == kNoNode) return;
  mentions_.clear();
  const NodeId end = end_of(resource);
  for (NodeId at = resource; at < end; ++at) {
    const Node& node = tape_[at];
    if (node.kind == NodeKind::kString && node.length > 0 && node.text[0] == '#') {
      mentions_.push_back(node.value());
    }
  }
  std::sort(mentions_.begin(), mentions_.end());
  check_contained_ids(resource);
  for (; contained != kNoNode; contained = tape_.next_same(contained)) {
    if (!tape_[contained].is(kResource)) continue;
    if (child(contained, known_.id) == kNoNode) {
      report(RuleId::kContainedId, contained,
             [] { return "a contained resource has an id, by which it is referred to"; });
      continue;
    }
    const std::string_view own_id = text_of(contained, known_.id);
    const auto found = std::lower_bound(
        mentions_.begin(), mentions_.end(), own_id,
        [](std::string_view mention, std::string_view id) { return mention.substr(1) < id; });
    if (!own_id.empty() && found != mentions_.end() && found->substr(1) == own_id) continue;
    const NodeId last = end_of(contained);
    bool refers = false;
    for (NodeId at = contained; at < last && !refers; ++at) {
      refers = tape_[at].kind == NodeKind::kString && tape_[at].value() == "#";
    }
    if (refers) continue;
    report(RuleId::kContainedUnreferenced, contained, [&] {
      return "nothing refers to the contained resource " + std::string(own_id) +
             ", and it does not refer to its container (dom-3)";
    });
  }
}

void Judge::check_contained_ids(NodeId resource) {
  const auto& ids = sorted_contained(resource);
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i].first.empty() || ids[i].first != ids[i - 1].first) continue;
    report(RuleId::kContainedDuplicate, ids[i].second, [&] {
      return "another contained resource has the id " + std::string(ids[i].first) + ", too";
    });
  }
}

void Judge::check_bundle(NodeId id) {
  const std::string_view type = text_of(id, known_.type);
  const bool has_requests = type == "transaction" || type == "batch";
  std::size_t index = 0;
  for (NodeId entry = child(id, known_.entry); entry != kNoNode; entry = tape_.next_same(entry)) {
    check_entry(entry, type, index++);
    if (has_requests) check_request(entry);
  }
  if (type == "transaction") check_overlap(id);
  if (type == "searchset") check_searchset(id);
  const bool is_document = type == "document";
  if (index == 0 && (is_document || type == "message")) {
    report(RuleId::kBundleDocument, id, [&] { return "a " + std::string(type) + " has entries"; });
  }
  if ((is_document || type == "message") && id == bundle_) check_reach(id, is_document);
}

void Judge::check_entry(NodeId entry, std::string_view bundle_type, std::size_t index) {
  const NodeId resource = child(entry, known_.resource);
  const NodeId full_url = child(entry, known_.full_url);
  if (index == 0 && (bundle_type == "document" || bundle_type == "message")) {
    const std::string_view wanted = bundle_type == "document" ? "Composition" : "MessageHeader";
    if (resource == kNoNode || tape_[resource].value() != wanted) {
      report(RuleId::kBundleDocument, entry, [&] {
        return "the first entry of a " + std::string(bundle_type) + " is a " + std::string(wanted) +
               (bundle_type == "document" ? " (bdl-11)" : " (bdl-12)");
      });
    }
  }
  if (full_url == kNoNode) {
    if (resource != kNoNode && bundle_type != "transaction" && bundle_type != "batch" &&
        !bundle_type.ends_with("-response")) {
      report(RuleId::kBundleFullUrlMissing, entry,
             [] { return "an entry with a resource has a fullUrl in a bundle of this type"; });
    }
    return;
  }
  const std::string_view url = tape_[full_url].value();
  if (!is_absolute_uri(url)) {
    report(RuleId::kBundleFullUrl, full_url,
           [&] { return "a fullUrl is absolute; found " + shown(full_url); });
    return;
  }
  if (resource == kNoNode || !url.starts_with("http")) return;
  const ReferenceText parts = split_reference(url);
  const std::string_view own_id = text_of(resource, known_.id);
  if (parts.type.empty() || resource_type(parts.type) == nullptr) return;
  if (child(resource, known_.id) == kNoNode) {
    const NodeId request = child(entry, known_.request);
    // Of a PUT check_request() says so; to a POST the server gives an id.
    const std::string_view method =
        request == kNoNode ? std::string_view() : text_of(request, known_.method);
    if (method == "PUT" || method == "POST") return;
    report(RuleId::kResourceId, resource, [&] {
      return "the fullUrl " + shown(full_url) + " names the resource by an id, which it has not";
    });
    return;
  }
  if (own_id.empty()) return;
  if (parts.type != tape_[resource].value() || parts.id != own_id) {
    report(RuleId::kBundleFullUrl, entry, [&] {
      return "the fullUrl " + shown(full_url) + " names another resource than " +
             std::string(tape_[resource].value()) + "/" + std::string(own_id);
    });
  }
}

// The first entry that breaks the invariant of a bundle, which says only that one does; kNoNode: it
// is not about single entries.
NodeId Judge::culprit(NodeId bundle, std::string_view key) {
  if (key == "bdl-7") return repeated_entry(bundle);
  const bool response = key == "bdl-4";
  const bool search = key == "bdl-2";
  if (!search && !response && key != "bdl-3") return kNoNode;
  const std::string_view type = text_of(bundle, known_.type);
  const bool wanted =
      !search && (type == "history" || type == (response ? "batch-response" : "batch") ||
                  type == (response ? "transaction-response" : "transaction"));
  const NameId part = search     ? names_.intern("search")
                      : response ? names_.intern("response")
                                 : known_.request;
  for (NodeId entry = child(bundle, known_.entry); entry != kNoNode;
       entry = tape_.next_same(entry)) {
    if ((child(entry, part) != kNoNode) != wanted) return entry;
  }
  return kNoNode;
}

// The first whose fullUrl and version another had before it (bdl-7).
NodeId Judge::repeated_entry(NodeId bundle) {
  std::set<std::string, std::less<>> seen;
  for (NodeId entry = child(bundle, known_.entry); entry != kNoNode;
       entry = tape_.next_same(entry)) {
    std::string key(text_of(entry, known_.full_url));
    if (key.empty()) continue;
    const NodeId resource = child(entry, known_.resource);
    const NodeId meta = resource == kNoNode ? kNoNode : child(resource, known_.meta);
    if (meta != kNoNode) key += member_text(meta, "versionId");
    if (!seen.insert(std::move(key)).second) return entry;
  }
  return kNoNode;
}

void Judge::check_searchset(NodeId id) {
  bool self = false;
  for (NodeId link = child(id, known_.link); link != kNoNode; link = tape_.next_same(link)) {
    self |= text_of(link, known_.relation) == "self";
  }
  if (!self) {
    report(RuleId::kBundleSearchSelf, id,
           [] { return "a search set has a self link that says what the search was"; });
  }
}

}  // namespace oncobridge::profiles
