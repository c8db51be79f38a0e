// References: what they name, whether that may stand there, contained resources and bundles.
#include <algorithm>
#include <bit>

#include "oncobridge/base/text.h"
#include "profiles/judge.h"
#include "profiles/primitive.h"
#include "profiles/reference_text.h"

namespace oncobridge::profiles {
namespace {

std::uint64_t hash_type_id(std::string_view type, std::string_view id) {
  return hash_bytes(id, hash_bytes(type));
}

// Of one version of what has the hash; itself without one.
std::uint64_t hash_version(std::uint64_t hash, std::string_view version) {
  return version.empty() ? hash : hash_bytes(version, hash);
}

}  // namespace

// The resource that contains this one; itself if none does.
NodeId Judge::container_of(NodeId resource) const {
  while (resource != kNoNode && tape_[resource].name == known_.contained) {
    const NodeId outer = tape_.resource_of(tape_[resource].parent);
    if (outer == kNoNode) break;
    resource = outer;
  }
  return resource;
}

void Judge::index_bundle(NodeId bundle) {
  bundle_ = bundle;
  bundled_.clear();
  wide_children_.clear();
  constexpr std::size_t kMaxNames = 64;
  bool has_entry = false;
  for (NodeId entry = tape_[bundle].first; entry != kNoNode; entry = tape_[entry].next) {
    const bool is_entry = tape_[entry].name == known_.entry;
    if (!(is_entry && has_entry) && wide_children_.size() <= kMaxNames) {
      wide_children_.push_back(entry);
    }
    if (!is_entry) continue;
    has_entry = true;
    const NodeId resource = child(entry, known_.resource);
    if (resource == kNoNode || !tape_[resource].is(kResource)) continue;
    const std::string_view version = version_of(resource);
    const auto add = [&](std::uint64_t hash, NodeId full_url) {
      bundled_.push_back({hash, resource, full_url, 0});
      if (!version.empty())
        bundled_.push_back({hash_version(hash, version), resource, full_url, 0});
    };
    const NodeId full_url = child(entry, known_.full_url);
    if (full_url != kNoNode) add(hash_bytes(tape_[full_url].value()), full_url);
    const std::string_view own_id = text_of(resource, known_.id);
    if (!own_id.empty()) add(hash_type_id(tape_[resource].value(), own_id), kNoNode);
  }
  if (wide_children_.size() <= kMaxNames) wide_ = bundle;
  buckets_.assign(std::bit_ceil(bundled_.size() * 2 + 1), 0);
  for (std::size_t i = bundled_.size(); i-- > 0;) {  // the first entry is found first
    std::uint32_t& bucket = buckets_[bundled_[i].hash & (buckets_.size() - 1)];
    bundled_[i].next = bucket;
    bucket = static_cast<std::uint32_t>(i + 1);
  }
}

NodeId Judge::wide_child(NameId name) const {
  for (const NodeId child : wide_children_) {
    if (tape_[child].name == name) return child;
  }
  return kNoNode;
}

// The first such entry; where a version is wanted, the one that has it.
NodeId Judge::find_bundled(std::uint64_t hash, std::string_view full_url, std::string_view type,
                           std::string_view id, std::string_view version, bool* several) const {
  hash = hash_version(hash, version);
  NodeId first = kNoNode;
  for (std::uint32_t at = buckets_[hash & (buckets_.size() - 1)]; at != 0;
       at = bundled_[at - 1].next) {
    const Bundled& entry = bundled_[at - 1];
    if (entry.hash != hash) continue;
    const bool found = entry.full_url != kNoNode
                           ? !full_url.empty() && tape_[entry.full_url].value() == full_url
                           : full_url.empty() && tape_[entry.resource].value() == type &&
                                 text_of(entry.resource, known_.id) == id;
    if (!found) continue;
    if (!version.empty() && version_of(entry.resource) != version) continue;
    if (!version.empty() || several == nullptr) return entry.resource;
    *several = first != kNoNode && first != entry.resource;
    if (*several) return first;
    first = entry.resource;
  }
  return first;
}

// meta.versionId; empty if there is none.
std::string_view Judge::version_of(NodeId resource) const {
  const NodeId meta = child(resource, known_.meta);
  return meta == kNoNode ? std::string_view() : text_of(meta, known_.version_id);
}

// FHIR R4 bundle.html#references: by fullUrl; a relative one by type and id, and if there are
// several of these, on the base of its own entry's fullUrl.
NodeId Judge::resolve_bundled(NodeId bundle, NodeId from, std::string_view reference) {
  if (bundle != bundle_) return kNoNode;
  const ReferenceText parts = split_reference(reference);
  if (parts.absolute) {
    const NodeId found = find_bundled(hash_bytes(reference), reference, {}, {}, {});
    if (found != kNoNode || parts.version.empty()) return found;
    return find_bundled(hash_bytes(parts.unversioned), parts.unversioned, {}, {}, parts.version);
  }
  if (parts.type.empty()) return kNoNode;
  bool several = false;
  const NodeId found = find_bundled(hash_type_id(parts.type, parts.id), {}, parts.type, parts.id,
                                    parts.version, &several);
  if (!several) return found;
  // Of two servers, say: the one on the base of the own entry.
  const std::string_view base = base_of_entry(from);
  if (base.empty()) return found;
  const std::string url = std::string(base) + std::string(reference);
  const NodeId own = find_bundled(hash_bytes(url), url, {}, {}, {});
  return own == kNoNode ? found : own;
}

// `http://server/fhir/` of the fullUrl of the entry around a node; empty if it is no such URL.
std::string_view Judge::base_of_entry(NodeId id) const {
  const ReferenceText url = split_reference(full_url_of(id));
  if (!url.absolute || url.type.empty()) return {};
  return url.unversioned.substr(0, url.unversioned.size() - url.type.size() - 1 - url.id.size());
}

Judge::Target Judge::resolve_local(NodeId id, std::string_view fragment) {
  const NodeId container = container_of(tape_.resource_of(id));
  if (container == kNoNode) return {Target::Kind::kBroken, kNoNode};
  if (fragment.empty()) return {Target::Kind::kContained, container};
  const NodeId found = find_contained(container, fragment);
  return {found == kNoNode ? Target::Kind::kBroken : Target::Kind::kContained, found};
}

// The first with the id. Among few children it is looked for, contained ones of many are sorted.
NodeId Judge::find_contained(NodeId container, std::string_view wanted) {
  const Contained& contained = contained_in(container);
  if (&contained == &few_contained_) {
    NodeId at = contained.first;
    while (at != kNoNode && text_of(at, known_.id) != wanted) at = tape_.next_same(at);
    return at;
  }
  const auto& sorted = sorted_contained(container);
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), std::pair(wanted, NodeId{0}));
  return found != sorted.end() && found->first == wanted ? found->second : kNoNode;
}

// References may lead from one container to another and back: what takes long to find is kept.
Judge::Contained& Judge::contained_in(NodeId container) {
  if (container == container_) return *contained_;
  container_ = container;
  if (!many_contained_.empty()) {
    const auto known = many_contained_.find(container);
    if (known != many_contained_.end()) return *(contained_ = &known->second);
  }
  constexpr int kFewChildren = 256;
  int children = 0;
  NodeId at = tape_[container].first;
  for (; at != kNoNode && children < kFewChildren; at = tape_[at].next) ++children;
  contained_ = at != kNoNode ? &many_contained_[container] : &few_contained_;
  contained_->first = child(container, known_.contained);
  contained_->sorted.clear();
  return *contained_;
}

const std::vector<std::pair<std::string_view, NodeId>>& Judge::sorted_contained(NodeId container) {
  Contained& contained = contained_in(container);
  auto& sorted = contained.sorted;
  if (!sorted.empty()) return sorted;
  for (NodeId at = contained.first; at != kNoNode; at = tape_.next_same(at)) {
    sorted.emplace_back(text_of(at, known_.id), at);
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

Judge::Target Judge::resolve(NodeId id, std::string_view reference) {
  if (reference.empty()) return {};
  if (reference.front() == '#') return resolve_local(id, reference.substr(1));
  reference = reference.substr(0, reference.find('#'));
  for (NodeId at = container_of(tape_.resource_of(id)); at != kNoNode;
       at = tape_.resource_of(tape_[at].parent)) {
    const std::string_view type = tape_[at].value();
    if (type == "Bundle") {
      const NodeId found = resolve_bundled(at, id, reference);
      if (found != kNoNode) return {Target::Kind::kBundled, found};
    } else if (type == "Parameters") {
      const NodeId found = resolve_parameter(at, reference);
      if (found != kNoNode) return {Target::Kind::kBundled, found};
    }
    if (tape_[at].parent == kNoNode) break;
  }
  return {Target::Kind::kExternal, kNoNode};
}

// Resources beside this one in a Parameters resource, by type and id.
NodeId Judge::resolve_parameter(NodeId parameters, std::string_view reference) {
  const ReferenceText parts = split_reference(reference);
  if (parts.type.empty()) return kNoNode;
  if (parameters_.empty()) {
    for (const JudgedResource& resource : resources_) {
      if (resource.container != kNoNode) continue;
      parameters_.emplace_back(
          hash_type_id(tape_[resource.node].value(), text_of(resource.node, known_.id)),
          resource.node);
    }
    std::sort(parameters_.begin(), parameters_.end());
  }
  const std::uint64_t hash = hash_type_id(parts.type, parts.id);
  const auto first =
      std::lower_bound(parameters_.begin(), parameters_.end(), std::pair(hash, parameters));
  for (auto at = first; at != parameters_.end() && at->first == hash; ++at) {
    if (at->second > parameters && tape_[at->second].value() == parts.type &&
        text_of(at->second, known_.id) == parts.id) {
      return at->second;
    }
  }
  return kNoNode;
}

// What holds for every Reference, wherever it stands.
void Judge::check_reference(NodeId id) {
  const NodeId reference = child(id, known_.reference);
  if (reference == kNoNode || tape_[reference].kind != NodeKind::kString) return;
  const std::string_view text = tape_[reference].value();
  if (text.empty()) return;
  const ReferenceText parts = text.front() == '#' ? ReferenceText() : split_reference(text);
  // Which have no white space.
  const bool type_and_id = !parts.type.empty() && !parts.absolute && !parts.fragment;
  if (!type_and_id && text.find_first_of(" \t\r\n") != std::string_view::npos) {
    report(RuleId::kReferenceFormat, id,
           [&] { return "a reference has no white space; found " + shown(reference); });
    return;
  }
  if (const NodeId stated = child(id, known_.type); stated != kNoNode && !parts.type.empty()) {
    const std::string_view type = parts.type;
    if (tape_[stated].has_value() && tape_[stated].value() != type &&
        resource_type(type) != nullptr) {
      report(RuleId::kReferenceTypeElement, id, [&] {
        return "Reference.type is " + shown(stated) + ", and the reference names a " +
               std::string(type);
      });
    }
  }
  if (text.front() == '#') {
    if (resolve_local(id, text.substr(1)).kind == Target::Kind::kBroken) {
      report(RuleId::kReferenceContained, id, [&] {
        return "no contained resource has the id that " + shown(reference) + " names";
      });
    }
    return;
  }
  references_.push_back(id);
  if (parts.type.empty() || parts.unversioned.size() != text.size()) {  // not just Type/id
    odd_references_.push_back(reference);
  }
  if (!parts.absolute && !parts.type.empty() && resource_type(parts.type) == nullptr) {
    report(RuleId::kReferenceFormat, id, [&] {
      return "`" + std::string(parts.type) + "` is no resource type of R4; found " +
             shown(reference);
    });
  }
}

// Of the text of a reference that is not just Type/id (FHIR R4 references.html#literal). What
// cannot be resolved in a bundle is an error there; elsewhere, as the HL7 validator has it, a
// warning.
void Judge::check_reference_form(NodeId reference) {
  const std::string_view text = tape_[reference].value();
  const ReferenceForm form = form_of(text);
  const std::size_t query = text.find('?');
  const bool conditional = form == ReferenceForm::kOther && query != std::string_view::npos &&
                           resource_type(text.substr(0, query)) != nullptr;
  if (form == ReferenceForm::kGood) {
    const std::string_view type = text.substr(0, text.find('/'));
    if (is_absolute_uri(text) || resource_type(type) != nullptr) return;
    // As a warning where the case alone is wrong; the HL7 validator says nothing.
    if (type.front() < 'a') return;  // which check_reference() has told
    report_as(Severity::kWarning, RuleId::kReferenceFormat, tape_[reference].parent, [&] {
      return "`" + std::string(type) + "` is no resource type of R4, whose names begin with a " +
             "capital; found " + shown(reference);
    });
    return;
  }
  if (conditional && !is_query(text.substr(query + 1))) {
    report(RuleId::kReferenceFormat, tape_[reference].parent, [&] {
      return "a search has the form name=value&name=value; found " + shown(reference);
    });
    return;
  }
  if (conditional && bundle_ != kNoNode && text_of(bundle_, known_.type) == "transaction") return;
  const bool unresolvable = conditional || (form == ReferenceForm::kOther && bundle_ != kNoNode);
  report_as(unresolvable ? Severity::kError : Severity::kWarning, RuleId::kReferenceFormat,
            tape_[reference].parent, [&]() -> std::string {
              if (conditional)
                return "a search stands for a resource in a transaction only; found " +
                       shown(reference);
              return std::string(form == ReferenceForm::kBadUrn
                                     ? "urn:uuid: is followed by a UUID, urn:oid: by an OID"
                                     : "a reference is Type/id, with or without /_history/version, "
                                       "an absolute URL, a urn or #id") +
                     "; found " + shown(reference);
            });
}

// What needs the whole document: targets that must exist, and references inside a bundle that only
// match an entry by type and id (FHIR R4 bundle.html#references).
void Judge::check_resolution() {
  for (const NodeId reference : odd_references_) check_reference_form(reference);
  const bool must_exist = options_.references == ReferenceCheck::kExistsAndType;
  if (!must_exist && bundle_ == kNoNode) return;
  const bool in_batch = bundle_ != kNoNode && text_of(bundle_, known_.type) == "batch";
  for (const NodeId id : references_) {
    const NodeId reference = child(id, known_.reference);
    const std::string_view text = tape_[reference].value();
    const Target target = resolve(id, text);
    if (target.node != kNoNode) {
      if (bundle_ != kNoNode && target.kind == Target::Kind::kBundled) {
        if (is_full_url(id, text, target.node)) {
          if (in_batch) check_batch_reference(id, reference, target.node);
        } else {
          report(RuleId::kBundleReferenceMatch, id, [&] {
            return shown(reference) + " matches an entry by type and id, whose fullUrl " +
                   std::string(full_url_of(target.node)) +
                   " is not what the reference stands for beside " + std::string(full_url_of(id));
          });
        }
      }
      continue;
    }
    const NodeId other = bundle_ == kNoNode ? kNoNode : find_other_version(id, text);
    if (bundle_ != kNoNode && must_be_bundled(id)) {
      report(RuleId::kBundleReference, id, [&] {
        return "what " + shown(reference) + " names is part of the bundle, but not in it" +
               (other == kNoNode ? "" : "; " + path(other) + " is not of that version");
      });
    } else if (other != kNoNode && !is_put(other, text)) {
      report(RuleId::kBundleReferenceMatch, id, [&] {
        return shown(reference) + " names another version than " + path(other) +
               " says in meta.versionId";
      });
    } else if (bundle_ != kNoNode && text.starts_with("urn:")) {
      report(RuleId::kReferenceUnresolved, id,
             [&] { return shown(reference) + " is not in the bundle"; });
    } else if (must_exist && !split_reference(text).absolute &&
               !(options_.fetch && !options_.fetch(text).empty())) {
      report_as(Severity::kError, RuleId::kReferenceUnresolved, id,
                [&] { return "no resource " + shown(reference) + " can be found"; });
    }
  }
}

// What a reference to a version would name without it.
NodeId Judge::find_other_version(NodeId id, std::string_view reference) {
  const ReferenceText parts = split_reference(reference);
  return parts.version.empty() ? kNoNode : resolve_bundled(bundle_, id, parts.unversioned);
}

// A relative reference stands for the base of its own entry's fullUrl and the text: false if that
// is another URL than the fullUrl of the entry that was found by type and id.
bool Judge::is_full_url(NodeId id, std::string_view reference, NodeId target) const {
  if (split_reference(reference).absolute) return true;
  const std::string_view own = full_url_of(id);
  const std::string_view other = full_url_of(target);
  if (own.empty() || other.empty() || is_put(target, reference)) return true;
  const ReferenceText parts = split_reference(own);
  if (parts.type.empty()) return false;
  const std::size_t base = own.size() - parts.type.size() - parts.id.size() - 1;
  return own.substr(0, base) == other.substr(0, std::min(base, other.size())) &&
         other.substr(std::min(base, other.size())) == split_reference(reference).unversioned;
}

// True for the resource of a transaction's entry that is stored as `reference`: by then the
// server's resource of that type and id is the one meant (FHIR R4 http.html#update,
// bundle.html#references).
bool Judge::is_put(NodeId resource, std::string_view reference) const {
  const NodeId request = child(tape_[resource].parent, known_.request);
  return request != kNoNode && text_of(request, known_.method) == "PUT" &&
         text_of(request, known_.url) == split_reference(reference).unversioned &&
         text_of(bundle_, known_.type) == "transaction";
}

// Of the entry that holds the node; empty if there is none.
std::string_view Judge::full_url_of(NodeId id) const {
  for (NodeId at = id; at != kNoNode; at = tape_[at].parent) {
    if (tape_[at].name == known_.resource) return text_of(tape_[at].parent, known_.full_url);
  }
  return {};
}

void Judge::check_aggregation(NodeId id, const TypeRule& rule, const Target& target,
                              const Checks& checks) {
  if (rule.aggregation == 0) return;
  const bool contained = target.kind == Target::Kind::kContained;
  const bool bundled = target.kind == Target::Kind::kBundled;
  if (contained && (rule.aggregation & kContained) != 0) return;
  if (!contained && (rule.aggregation & kReferenced) != 0) return;
  if (bundled && (rule.aggregation & kBundled) != 0) return;
  // Outside a bundle nothing can be bundled: that is not the resource's fault.
  if (!contained && (rule.aggregation & kBundled) != 0 && bundle_ == kNoNode) return;
  report(
      RuleId::kReferenceAggregation, id,
      [&] {
        std::string allowed;
        for (const auto& [bit, word] :
             {std::pair(kContained, "contained"), std::pair(kReferenced, "referenced"),
              std::pair(kBundled, "in the same bundle")}) {
          if ((rule.aggregation & bit) != 0)
            allowed += (allowed.empty() ? "" : " or ") + std::string(word);
        }
        return "the target must be " + allowed + "; it is " +
               (contained ? "contained"
                : bundled ? "in the bundle"
                          : "not in this document");
      },
      checks.structure);
}

void Judge::target_not_checked(NodeId id, const ProfileRef& wanted) {
  not_checked(RuleId::kReferenceNotChecked, id, wanted.instance, [&] {
    return shown(child(id, known_.reference)) +
           " is not in the document, so whether it conforms to " + wanted.canonical +
           " has not been checked";
  });
}

// Allowed targets of a Reference; a canonical's are not resolved.
void Judge::check_targets(NodeId id, const Checks& checks) {
  if (types_[id].type == nullptr || types_[id].type->role != TypeRole::kReference) return;
  const TypeRule* rule = nullptr;
  for (const TypeRule& candidate : checks.types) {
    if (candidate.code == "Reference") rule = &candidate;
  }
  if (rule == nullptr) return;
  const NodeId reference = child(id, known_.reference);
  const std::string_view text = reference == kNoNode || tape_[reference].kind != NodeKind::kString
                                    ? std::string_view()
                                    : tape_[reference].value();
  const Target target = resolve(id, text);
  check_aggregation(id, *rule, target, checks);
  if (!text.empty() && rule->version_rule != VersionRule::kEither) {
    const bool versioned = !split_reference(text).version.empty();
    if (versioned != (rule->version_rule == VersionRule::kSpecific)) {
      report(
          RuleId::kReferenceVersion, id,
          [&] {
            return versioned ? "the reference must not name a version"
                             : "the reference must name a version";
          },
          checks.structure);
    }
  }
  if (rule->targets.empty()) return;
  std::string_view type;
  if (target.node != kNoNode) {
    type = tape_[target.node].value();
  } else if (!text.empty() && text.front() != '#') {
    type = split_reference(text).type;
    const std::size_t query = type.empty() ? text.find('?') : std::string_view::npos;
    if (query != std::string_view::npos && resource_type(text.substr(0, query)) != nullptr) {
      type = text.substr(0, query);
    }
  }
  if (type.empty()) type = text_of(id, known_.type);
  const bool is_elsewhere = target.kind == Target::Kind::kExternal;
  const Type* known_type = type.empty() ? nullptr : resource_type(type);
  if (known_type == nullptr) {
    const bool only_profiles = std::none_of(rule->targets.begin(), rule->targets.end(),
                                            [](const ProfileRef& ref) { return ref.is_base_type; });
    if (is_elsewhere && type.empty() && only_profiles)
      target_not_checked(id, rule->targets.front());
    return;
  }
  const ProfileRef* fitting = nullptr;  // the first of the type
  const ProfileRef* unknown = nullptr;  // whose definition is not at hand
  for (const ProfileRef& ref : rule->targets) {
    if (ref.type.empty()) {
      unknown = &ref;
    } else if (known_type->is_a(ref.type)) {
      if (ref.is_base_type) return;  // which any resource of the type fits
      if (fitting == nullptr) fitting = &ref;
    }
  }
  if (fitting == nullptr && unknown == nullptr) {
    report(
        RuleId::kReferenceType, id,
        [&] {
          std::string allowed;
          for (const ProfileRef& ref : rule->targets) {
            if (allowed.find(ref.type) == std::string::npos) {
              allowed += (allowed.empty() ? "" : ", ") + ref.type;
            }
          }
          return "the target is of type " + allowed + ", not " + std::string(type);
        },
        checks.structure);
    return;
  }
  const bool by_chance =
      target.kind == Target::Kind::kBundled && !is_full_url(id, text, target.node);
  if (target.node == kNoNode || by_chance) {
    if (is_elsewhere || by_chance) target_not_checked(id, fitting == nullptr ? *unknown : *fitting);
    return;
  }
  for (const ProfileRef& ref : rule->targets) {
    if (ref.type.empty() || !known_type->is_a(ref.type)) continue;
    const Answer answer = conforms(target.node, ref.canonical);
    if (answer == Answer::kYes) return;
    if (answer == Answer::kUndecided) unknown = &ref;
  }
  if (unknown != nullptr) {
    conformity_not_checked(RuleId::kReferenceNotChecked, id, "the target", unknown->canonical);
    return;
  }
  report(
      RuleId::kReferenceProfile, id,
      [&] {
        std::string allowed;
        for (const ProfileRef& ref : rule->targets) {
          if (known_type->is_a(ref.type)) allowed += (allowed.empty() ? "" : ", ") + ref.canonical;
        }
        return "the target " + path(target.node) + " conforms to none of " + allowed;
      },
      checks.structure);
}

}  // namespace oncobridge::profiles
