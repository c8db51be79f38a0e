// Requests of transactions and batches (FHIR R4 http.html#transaction): whether method, url and
// resource of an entry fit one another.
#include <algorithm>
#include <array>

#include "profiles/judge.h"
#include "profiles/primitive.h"

namespace oncobridge::profiles {
namespace {

struct RequestMethod {
  std::string_view code;
  bool has_resource = false;
};
constexpr std::array kMethods = {
    RequestMethod{"DELETE", false}, RequestMethod{"GET", false}, RequestMethod{"HEAD", false},
    RequestMethod{"PATCH", true},   RequestMethod{"POST", true}, RequestMethod{"PUT", true},
};

// `Patient/1`, `Patient`, `Patient?identifier=1`, also behind the base of a server.
struct RequestUrl {
  std::string_view last;    // path segment
  std::string_view before;  // the segment before it; empty: none
  bool is_search = false;
  bool is_operation = false;  // `$everything`, `_search`
};

std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view segment = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  return segment;
}

RequestUrl split_request(std::string_view url) {
  RequestUrl parts;
  const std::size_t query = url.find('?');
  parts.is_search = query != std::string_view::npos;
  url = url.substr(0, query);
  while (url.ends_with('/')) url.remove_suffix(1);
  parts.last = take_segment(url);
  parts.before = take_segment(url);
  parts.is_operation = parts.last.starts_with('$') || parts.last.starts_with('_');
  return parts;
}

}  // namespace

void Judge::check_request(NodeId entry) {
  const NodeId request = child(entry, known_.request);
  const NodeId url = request == kNoNode ? kNoNode : child(request, known_.url);
  if (url == kNoNode || !tape_[url].has_value()) return;
  const std::string_view code = text_of(request, known_.method);
  const auto method = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const RequestMethod& known) { return known.code == code; });
  if (method == kMethods.end()) return;
  const NodeId resource = child(entry, known_.resource);
  const RequestUrl parts = split_request(tape_[url].value());
  if (code == "DELETE" && !parts.is_search && resource_type(parts.last) != nullptr) {
    report(RuleId::kBundleRequest, url,
           [&] { return "a DELETE names what it deletes, by id or search; found " + shown(url); });
  }
  if (resource == kNoNode) {
    if (!method->has_resource || parts.is_operation) return;
    report(RuleId::kBundleRequest, entry,
           [&] { return "the entry of a " + std::string(code) + " has a resource"; });
    return;
  }
  if (!method->has_resource) {
    report_as(Severity::kWarning, RuleId::kBundleRequest, entry,
              [&] { return "the resource beside a " + std::string(code) + " says nothing"; });
    return;
  }
  if (!parts.is_operation && code != "PATCH") check_request_url(url, resource, code == "PUT");
}

// What a transaction deletes, updates or patches is another resource each time, or it fails (FHIR
// R4 http.html#trules).
void Judge::check_overlap(NodeId bundle) {
  constexpr std::array<std::string_view, 3> kChanging = {"DELETE", "PUT", "PATCH"};
  changed_.clear();
  for (NodeId entry = child(bundle, known_.entry); entry != kNoNode;
       entry = tape_.next_same(entry)) {
    const NodeId request = child(entry, known_.request);
    if (request == kNoNode || std::find(kChanging.begin(), kChanging.end(),
                                        text_of(request, known_.method)) == kChanging.end()) {
      continue;
    }
    const NodeId url = child(request, known_.url);
    if (url == kNoNode || !tape_[url].has_value()) continue;
    const std::string_view text = tape_[url].value();
    const RequestUrl parts = split_request(text);
    if (parts.is_search) {  // the same search finds the same
      changed_.push_back({text, {}, entry});
      continue;
    }
    if (resource_type(parts.before) == nullptr) continue;
    const auto base = static_cast<std::size_t>(parts.before.data() - text.data());
    const auto end = static_cast<std::size_t>(parts.last.data() + parts.last.size() - text.data());
    changed_.push_back({text.substr(base, end - base), text.substr(0, base), entry});
  }
  // Of one type and id the relative ones come first, which may be any server's.
  std::sort(changed_.begin(), changed_.end());
  for (std::size_t i = 1, first = 0; i < changed_.size(); ++i) {
    const bool same = changed_[i].name == changed_[first].name &&
                      (changed_[first].base.empty() || changed_[i].base == changed_[first].base);
    if (!same) {
      first = i;
      continue;
    }
    report(RuleId::kBundleRequest, changed_[i].entry, [&] {
      const NodeId request = child(changed_[i].entry, known_.request);
      return "the transaction changes " + shown(child(request, known_.url)) +
             " twice; the first time in " + path(changed_[first].entry);
    });
  }
}

// The entries of a batch do not depend on one another: what one of them creates has no id yet (FHIR
// R4 http.html#brules).
void Judge::check_batch_reference(NodeId id, NodeId reference, NodeId target) {
  const NodeId entry = tape_[target].parent;
  const NodeId request = child(entry, known_.request);
  if (request == kNoNode || text_of(request, known_.method) != "POST") return;
  if (id > entry && id < end_of(entry)) return;
  report(RuleId::kBundleBatchReference, id, [&] {
    return shown(reference) + " names what another entry of the batch creates, " + path(target);
  });
}

// POST creates at `Type`; PUT updates at `Type/id`, or what a search finds.
void Judge::check_request_url(NodeId url, NodeId resource, bool is_put) {
  const RequestUrl parts = split_request(tape_[url].value());
  const std::string_view type = tape_[resource].value();
  const bool has_id = !parts.before.empty() && resource_type(parts.before) != nullptr;
  const std::string_view named = has_id ? parts.before : parts.last;
  if (named != type) {
    const bool elsewhere = resource_type(named) == nullptr && is_absolute_uri(tape_[url].value());
    if (elsewhere) return;
    report(RuleId::kBundleRequest, url, [&] {
      return shown(url) + " is not the url of a " + std::string(type) + ", which the entry holds";
    });
    return;
  }
  if (!is_put) {
    if (!has_id) return;
    report(RuleId::kBundleRequest, url, [&] {
      return "a POST creates a resource, whose id the server gives; its url is \"" +
             std::string(type) + "\", not " + shown(url);
    });
    return;
  }
  if (!has_id) {
    if (parts.is_search) return;
    report(RuleId::kBundleRequest, url, [&] {
      return "a PUT names the resource that it updates, by id or search; found " + shown(url);
    });
    return;
  }
  const NodeId own_id = child(resource, known_.id);
  if (own_id != kNoNode && tape_[own_id].value() == parts.last) return;
  report(RuleId::kResourceId, own_id == kNoNode ? resource : own_id, [&] {
    return "the PUT to " + shown(url) + " needs a resource with the id " + std::string(parts.last) +
           "; found " + (own_id == kNoNode ? "none" : shown(own_id));
  });
}

}  // namespace oncobridge::profiles
