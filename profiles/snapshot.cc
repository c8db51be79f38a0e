#include "profiles/snapshot.h"

#include <algorithm>
#include <map>
#include <utility>

#include "profiles/snapshot_merge.h"
#include "profiles/snapshot_tree.h"
#include "profiles/soundness.h"

namespace oncobridge::profiles {
namespace {

using Index = ElementTree::Index;
constexpr Index kNone = ElementTree::kNone;
constexpr std::size_t kMaxSiblings = 5'000;
// Faults of an element that is not there; the second where its parent may have several types.
constexpr char kNoElement[] = "snapshot-element";
constexpr char kOfChoice[] = "snapshot-choice";
constexpr std::string_view kCore = "http://hl7.org/fhir/StructureDefinition/";

// A segment of an element id: `component:systolic`.
struct Segment {
  std::string_view name;
  std::string_view slice;
};

std::vector<Segment> segments_of(std::string_view id) {
  std::vector<Segment> segments;
  while (!id.empty()) {
    const std::size_t dot = std::min(id.find('.'), id.size());
    const std::string_view segment = id.substr(0, dot);
    const std::size_t colon = std::min(segment.find(':'), segment.size());
    segments.push_back(
        {segment.substr(0, colon), segment.substr(std::min(colon + 1, segment.size()))});
    id.remove_prefix(std::min(dot + 1, id.size()));
  }
  return segments;
}

bool contradicts(const DefinedValue& fixed, const DefinedValue& change) {
  return !fixed.empty() && !change.empty() &&
         (fixed.type != change.type || fixed.json != change.json);
}

// Makes snapshots; keeps those of bases and types that it had to make on the way.
class SnapshotMaker {
 public:
  SnapshotMaker(const DefinitionStore& store, const SnapshotLimits& limits)
      : store_(store), limits_(limits) {}

  Result<StructureDefinition> make(const StructureDefinition& definition);
  Result<SnapshotTrace> trace(const StructureDefinition& definition);
  // The definition itself if it has a snapshot, else one that has.
  Result<const StructureDefinition*> with_snapshot(const StructureDefinition& definition);
  // The first element of a definition's snapshot, which need not be made for that.
  ElementDefinition root_of(const StructureDefinition& definition) const;
  // A type's definition: by its profile if it has one, else by its code. Null if unknown.
  const StructureDefinition* type_definition(const TypeRef& type) const;

  const DefinitionStore& store() const { return store_; }
  const SnapshotLimits& limits() const { return limits_; }
  Result<void> count(std::size_t elements);

 private:
  // Calls use(Snapshot&) when the differential has been applied.
  template <typename Use>
  Result<void> build(const StructureDefinition& definition, const Use& use);

  const DefinitionStore& store_;
  const SnapshotLimits& limits_;
  std::map<std::string, StructureDefinition, std::less<>> made_;
  std::vector<std::string> waiting_;  // canonicals whose snapshots are being made
  std::size_t elements_ = 0;          // copied in all
};

// One snapshot in the making.
class Snapshot {
 public:
  Snapshot(SnapshotMaker& maker, const StructureDefinition& definition)
      : maker_(maker), definition_(definition) {}

  Result<void> start(const StructureDefinition& base);
  Result<void> apply(const ElementDefinition& change);
  // To be called once, before the elements are taken.
  void finish();
  std::vector<ElementDefinition> elements() const { return tree_.flatten(root_); }
  SnapshotTrace trace() const;

 private:
  // A child on the way to an element, and whether it lies in a slice of the base's own elements.
  struct Place {
    Index node = kNone;
    bool in_slice = false;
  };

  Result<Place> step(Place from, Segment segment, bool last);
  Result<Index> slice_of(Index parent, Index sliced, std::string_view slice);
  Index choice_of(Index parent, std::string_view name) const;
  Result<void> unfold(Index node);
  Result<void> unfold_reference(Index node);
  void merge(Index node, const ElementDefinition& change);
  Index unsliced(Index node) const;
  std::string absolute(std::string_view reference, const StructureDefinition& owner) const;
  Result<Index> graft(const StructureDefinition& owner, std::size_t begin, std::size_t end);

  SnapshotMaker& maker_;
  const StructureDefinition& definition_;
  ElementTree tree_;
  Index base_ = kNone;
  Index root_ = kNone;
  std::vector<Index> last_;     // the nodes of the element changed last, for elements without id
  std::vector<Index> choices_;  // choice elements sliced without saying how
  std::vector<Index> sliced_;   // elements that have new slices
  struct Landing {
    Index node = kNone;
    bool contradicts = false;
  };
  std::vector<Landing> landings_;  // of each change
};

Result<void> SnapshotMaker::count(std::size_t elements) {
  elements_ += elements;
  if (elements_ <= limits_.max_elements) return {};
  return fault("snapshot-limit",
               "The snapshot has more than " + std::to_string(limits_.max_elements) + " elements.");
}

const StructureDefinition* SnapshotMaker::type_definition(const TypeRef& type) const {
  if (type.profiles.size() == 1) {
    const StructureDefinition* const profile = store_.find_structure(type.profiles[0]);
    if (profile != nullptr) return profile;
  }
  return store_.find_type(type.code);
}

ElementDefinition SnapshotMaker::root_of(const StructureDefinition& definition) const {
  std::vector<const StructureDefinition*> bases;
  const StructureDefinition* at = &definition;
  for (; at != nullptr && at->snapshot.empty() && bases.size() < limits_.max_bases;
       at = store_.find_structure(at->base)) {
    bases.push_back(at);
  }
  ElementDefinition root;
  if (at != nullptr && !at->snapshot.empty()) root = at->snapshot.front();
  for (auto base = bases.rbegin(); base != bases.rend(); ++base) {
    const std::vector<ElementDefinition>& changes = (*base)->differential;
    if (changes.empty() || changes.front().path.find('.') != std::string::npos) continue;
    merge_element(root, changes.front(), (*base)->url);
  }
  return root;
}

Result<const StructureDefinition*> SnapshotMaker::with_snapshot(
    const StructureDefinition& definition) {
  if (!definition.snapshot.empty()) return &definition;
  const std::string key = definition.url + "|" + definition.version;
  if (const auto known = made_.find(key); known != made_.end()) return &known->second;
  auto made = make(definition);
  if (!made) return tl::unexpected<Fault>(made.error());
  return &made_.insert_or_assign(key, std::move(*made)).first->second;
}

template <typename Use>
Result<void> SnapshotMaker::build(const StructureDefinition& definition, const Use& use) {
  const std::string key = definition.url + "|" + definition.version;
  if (std::find(waiting_.begin(), waiting_.end(), key) != waiting_.end()) {
    return fault("snapshot-cycle", "The snapshot of " + key + " needs itself.");
  }
  if (waiting_.size() >= limits_.max_bases) {
    return fault("snapshot-limit", "More than " + std::to_string(limits_.max_bases) +
                                       " definitions wait for one another's snapshots.");
  }
  const StructureDefinition* const base =
      definition.base.empty() ? nullptr : store_.find_structure(definition.base);
  if (base == nullptr) {
    return fault("snapshot-base", "The base definition `" + definition.base + "` of " +
                                      definition.url + " is not known.");
  }
  if (auto sound = check_sound(store_, *base); !sound) return sound;
  waiting_.push_back(key);
  const auto done = [&]() -> Result<void> {
    const auto ready = with_snapshot(*base);
    if (!ready) return tl::unexpected<Fault>(ready.error());
    Snapshot snapshot(*this, definition);
    if (auto started = snapshot.start(**ready); !started) return started;
    for (const ElementDefinition& change : definition.differential) {
      auto applied = snapshot.apply(change);
      // What all types of a choice have in common is little: the HL7 validator, too, takes no
      // notice of a demand on the children of one.
      if (applied || applied.error().rule == kOfChoice) continue;
      applied.error().place.path = change.path;
      return applied;
    }
    snapshot.finish();
    use(snapshot);
    return {};
  }();
  waiting_.pop_back();
  return done;
}

Result<StructureDefinition> SnapshotMaker::make(const StructureDefinition& definition) {
  StructureDefinition result = definition;
  if (definition.base.empty() && !definition.constraint && !definition.differential.empty()) {
    result.snapshot = result.differential;  // nothing above it: it differs from nothing
    return result;
  }
  auto done = build(definition, [&](const Snapshot& made) { result.snapshot = made.elements(); });
  if (!done) return tl::unexpected<Fault>(std::move(done.error()));
  return result;
}

Result<SnapshotTrace> SnapshotMaker::trace(const StructureDefinition& definition) {
  SnapshotTrace trace;
  auto done = build(definition, [&](const Snapshot& made) { trace = made.trace(); });
  if (!done) return tl::unexpected<Fault>(std::move(done.error()));
  return trace;
}

Result<Index> Snapshot::graft(const StructureDefinition& owner, std::size_t begin,
                              std::size_t end) {
  // Once as what slices start from, once as what is changed.
  if (auto done = maker_.count(2 * (end - begin)); !done) {
    return tl::unexpected<Fault>(done.error());
  }
  const auto first = static_cast<Index>(tree_.size());
  const Index root = tree_.graft(owner.snapshot, begin, end);
  if (root == kNone) {
    return fault("snapshot-base", "The snapshot of `" + owner.url + "` is not a tree.");
  }
  for (Index i = first; i < tree_.size(); ++i) {
    const std::string& reference = tree_[i].element->content_reference;
    if (!reference.empty()) tree_.edit(i).content_reference = absolute(reference, owner);
  }
  return root;
}

// `#Observation.referenceRange` of a profile is one of the resource that it constrains.
std::string Snapshot::absolute(std::string_view reference, const StructureDefinition& owner) const {
  if (reference[0] != '#') return std::string(reference);
  const StructureDefinition* type =
      owner.constraint ? maker_.store().find_type(owner.type) : &owner;
  return (type != nullptr ? type->url : std::string(kCore) + owner.type) + std::string(reference);
}

Result<void> Snapshot::start(const StructureDefinition& base) {
  const auto root = graft(base, 0, base.snapshot.size());
  if (!root) return tl::unexpected<Fault>(root.error());
  base_ = *root;
  root_ = tree_.insert(kNone, kNone, *tree_[base_].element);
  tree_.set_origin(root_, base_);
  tree_.copy_children(base_, root_, false);
  if (!definition_.differential.empty()) {
    const std::string_view path = definition_.differential[0].path;
    tree_.edit(root_).path = path.substr(0, path.find('.'));
  }
  return {};
}

// The choice element that `valueQuantity` is written for.
Index Snapshot::choice_of(Index parent, std::string_view name) const {
  return tree_.find_choice(parent, [&](Index child) {
    const ElementDefinition& element = *tree_[child].element;
    return element.slice_name.empty() && choice_type(element, name) != nullptr;
  });
}

Result<Index> Snapshot::slice_of(Index parent, Index sliced, std::string_view slice) {
  if (tree_.count_children(parent) >= kMaxSiblings) {
    return fault("snapshot-limit", "An element has too many slices.");
  }
  const std::string name(last_name(tree_[sliced].element->path));
  // A slice of a slice starts from that slice, as far as it is known.
  const std::size_t slash = slice.rfind('/');
  const Index above =
      slash == std::string_view::npos ? kNone : tree_.find(parent, name, slice.substr(0, slash));
  const bool again = above != kNone;
  const Index from = again ? above : tree_[sliced].origin;
  ElementDefinition element = *tree_[from].element;
  element.slice_name = slice;
  element.slicing = {};
  element.min = 0;
  Index after = again ? above : sliced;
  for (Index child = tree_[parent].first; child != kNone; child = tree_[child].next) {
    const ElementDefinition& other = *tree_[child].element;
    if (last_name(other.path) != name) continue;
    if (!again || other.slice_name.starts_with(slice.substr(0, slash + 1))) after = child;
  }
  const std::size_t before = tree_.size();
  const Index made = tree_.insert_new(parent, after, std::move(element));
  tree_.set_origin(made, again ? tree_[above].origin : from);
  tree_.set_unfolded(made, again && tree_[above].unfolded);
  tree_.copy_children(from, made, again);
  if (auto done = maker_.count(tree_.size() - before); !done) {
    return tl::unexpected<Fault>(done.error());
  }
  const Index whole = again ? above : sliced;
  if (!tree_[whole].element->slicing.present) {
    tree_.edit(whole).slicing = implied_slicing(name);
    if (name.ends_with("[x]")) choices_.push_back(whole);
  }
  sliced_.push_back(whole);
  return made;
}

Result<Snapshot::Place> Snapshot::step(Place from, Segment segment, bool last) {
  const bool may_have_own = !definition_.constraint && tree_[from.node].element->types.empty();
  if (tree_[from.node].first == kNone && !may_have_own) {
    if (auto done = unfold(from.node); !done) return tl::unexpected<Fault>(done.error());
  }
  if (tree_[from.node].unfolded) from.in_slice = false;
  Index child = tree_.find(from.node, segment.name, {});
  if (child == kNone) {
    child = choice_of(from.node, segment.name);
    if (child != kNone && segment.slice.empty()) {
      // The shorthand names a slice by type. It means the element itself where that has only this
      // type, and within a slice of the base's elements, where it narrows the element.
      const ElementDefinition& element = *tree_[child].element;
      if (!element.slicing.present && (from.in_slice || element.types.size() == 1)) {
        tree_.edit(child).types = {TypeRef(*choice_type(element, segment.name))};
        return Place{child, from.in_slice};
      }
      segment.slice = segment.name;
    }
  }
  if (child == kNone && last && !definition_.constraint) {
    // A specialization brings elements of its own.
    ElementDefinition element;
    element.path = segment.name;
    child = tree_.insert_new(from.node, kNone, std::move(element));
    tree_.set_origin(child, child);
  }
  if (child == kNone) {
    const std::vector<TypeRef>& types = tree_[from.node].element->types;
    const bool choice = types.size() > 1 && types.front().code != types.back().code;
    return fault(choice ? kOfChoice : kNoElement,
                 "`" + std::string(segment.name) + "` is no element here.");
  }
  if (segment.slice.empty()) return Place{child, from.in_slice};
  const std::string name(last_name(tree_[child].element->path));
  Index slice = tree_.find(from.node, name, segment.slice);
  if (slice == kNone) {
    const auto made = slice_of(from.node, child, segment.slice);
    if (!made) return tl::unexpected<Fault>(made.error());
    slice = *made;
    const TypeRef* const type = choice_type(*tree_[child].element, segment.slice);
    if (type != nullptr) tree_.edit(slice).types = {TypeRef(*type)};
  }
  return Place{slice, true};
}

Result<void> Snapshot::apply(const ElementDefinition& change) {
  landings_.emplace_back();
  std::vector<Segment> segments = segments_of(change.id);
  const std::vector<Segment> names = segments_of(change.path);
  const bool by_id = segments.size() == names.size();
  if (!by_id) segments = names;
  if (segments.empty()) return fault("snapshot-element", "An element has no path.");
  if (!by_id || (segments.back().slice.empty() && !change.slice_name.empty())) {
    segments.back().slice = change.slice_name;
  }
  Place place{root_, false};
  std::vector<Index> nodes{root_};
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    // Without ids an element belongs to the slice that was named last.
    if (!by_id && !last && i < last_.size() && tree_[last_[i]].parent == place.node &&
        last_name(tree_[last_[i]].element->path) == segments[i].name) {
      segments[i].slice = tree_[last_[i]].element->slice_name;
    }
    const auto next = step(place, segments[i], last);
    if (!next) return tl::unexpected<Fault>(next.error());
    place = *next;
    nodes.push_back(place.node);
  }
  const ElementDefinition& element = *tree_[place.node].element;
  const std::string_view name = last_name(element.path);
  if (segments.size() > 1 && names.back().name != name &&
      choice_type(element, names.back().name) == nullptr) {
    return fault(kNoElement, "`" + std::string(names.back().name) + "` is no element here.");
  }
  last_ = std::move(nodes);
  landings_.back() = {place.node, contradicts(element.fixed, change.fixed)};
  merge(place.node, change);
  return {};
}

void Snapshot::merge(Index node, const ElementDefinition& change) {
  ElementDefinition& element = tree_.edit(node);
  // A profile on the only type of an element brings its root's facts.
  if (change.types.size() == 1 && change.types[0].profiles.size() == 1 && node != root_) {
    const StructureDefinition* const profile =
        maker_.store().find_structure(change.types[0].profiles[0]);
    if (profile != nullptr) take_profile_root(element, maker_.root_of(*profile));
  }
  merge_element(element, change, definition_.url);
}

Result<void> Snapshot::unfold(Index node) {
  if (!tree_[node].element->content_reference.empty()) return unfold_reference(node);
  const std::vector<TypeRef>& types = tree_[node].element->types;
  const bool one = !types.empty() && std::all_of(types.begin(), types.end(), [&](const TypeRef& t) {
    return t.code == types[0].code;
  });
  TypeRef type;
  if (one) type = types[0];
  if (!one) type.code = "Element";  // of several types only id and extension are sure
  const StructureDefinition* const found = maker_.type_definition(type);
  if (types.empty() || found == nullptr) {
    return fault("snapshot-type", "The type `" + type.code + "` has no elements.");
  }
  const auto ready = maker_.with_snapshot(*found);
  if (!ready) return tl::unexpected<Fault>(ready.error());
  const auto root = graft(**ready, 0, (*ready)->snapshot.size());
  if (!root) return tl::unexpected<Fault>(root.error());
  if (tree_[*root].first == kNone) {
    return fault("snapshot-type", "The type `" + type.code + "` has no elements.");
  }
  tree_.copy_children(*root, node, false);
  tree_.set_unfolded(node, true);
  return {};
}

Result<void> Snapshot::unfold_reference(Index node) {
  const std::string reference = tree_[node].element->content_reference;
  const Canonical target = split_canonical(reference);
  const StructureDefinition* const found = maker_.store().find_structure(target.url);
  const auto missing = [&] {
    return fault("snapshot-type", "The content reference `" + reference + "` leads nowhere.");
  };
  if (found == nullptr) return missing();
  const auto ready = maker_.with_snapshot(*found);
  if (!ready) return tl::unexpected<Fault>(ready.error());
  const std::vector<ElementDefinition>& elements = (*ready)->snapshot;
  const auto begin = std::find_if(elements.begin(), elements.end(), [&](const auto& element) {
    return element.id == target.fragment || element.path == target.fragment;
  });
  if (begin == elements.end()) return missing();
  const std::string inside = begin->path + ".";
  const auto end = std::find_if(begin + 1, elements.end(), [&](const auto& element) {
    return !element.path.starts_with(inside);
  });
  const auto root = graft(**ready, static_cast<std::size_t>(begin - elements.begin()),
                          static_cast<std::size_t>(end - elements.begin()));
  if (!root) return tl::unexpected<Fault>(root.error());
  ElementDefinition& element = tree_.edit(node);
  element.content_reference.clear();
  element.types = tree_[*root].element->types;
  if (tree_[*root].first == kNone) return missing();
  tree_.copy_children(*root, node, false);
  tree_.set_unfolded(node, true);
  return {};
}

void Snapshot::finish() {
  const auto each_slice = [&](Index sliced, const auto& visit) {
    const ElementDefinition& whole = *tree_[sliced].element;
    const std::string_view name = last_name(whole.path);
    Index sibling = tree_[tree_[sliced].parent].first;
    for (; sibling != kNone; sibling = tree_[sibling].next) {
      const ElementDefinition& slice = *tree_[sibling].element;
      if (last_name(slice.path) == name && is_direct_slice(whole.slice_name, slice.slice_name)) {
        visit(slice);
      }
    }
  };
  // A choice of which one type must be there has no other: the slicing is closed.
  for (const Index choice : choices_) {
    ElementDefinition& element = tree_.edit(choice);
    each_slice(choice, [&](const ElementDefinition& slice) {
      if (slice.min == 0) return;
      element.slicing.rules = SlicingRules::kClosed;
      element.types = slice.types;
    });
  }
  // What all slices need together the whole needs.
  std::sort(sliced_.begin(), sliced_.end());
  sliced_.erase(std::unique(sliced_.begin(), sliced_.end()), sliced_.end());
  for (const Index sliced : sliced_) {
    std::uint64_t sum = 0;
    each_slice(sliced, [&](const ElementDefinition& slice) { sum += slice.min; });
    if (sum <= tree_[sliced].element->min) continue;
    ElementDefinition& element = tree_.edit(sliced);
    element.min = static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, element.max));
  }
}

// The element that the outermost slice around a node, or the node itself, is a slice of.
Index Snapshot::unsliced(Index node) const {
  Index whole = node;
  for (Index at = node; at != root_; at = tree_[at].parent) {
    const ElementDefinition& element = *tree_[at].element;
    if (element.slice_name.empty()) continue;
    const Index found = tree_.find(tree_[at].parent, last_name(element.path), {});
    whole = found == kNone ? node : found;
  }
  return whole;
}

SnapshotTrace Snapshot::trace() const {
  const std::vector<Index> places = tree_.places(root_);
  SnapshotTrace trace;
  trace.changes.reserve(landings_.size());
  for (std::size_t i = 0; i < landings_.size(); ++i) {
    SnapshotTrace::Change& change = trace.changes.emplace_back();
    const Index node = landings_[i].node;
    if (node == kNone) continue;
    change.found = true;
    change.place = places[unsliced(node)];
    change.contradicts = landings_[i].contradicts;
    if (!definition_.differential[i].has_binding) continue;
    for (const TypeRef& type : tree_[node].element->types) change.types.push_back(type.code);
  }
  return trace;
}

}  // namespace

Result<StructureDefinition> make_snapshot(const DefinitionStore& store,
                                          const StructureDefinition& definition,
                                          const SnapshotLimits& limits) {
  return SnapshotMaker(store, limits).make(definition);
}

Result<SnapshotTrace> trace_snapshot(const DefinitionStore& store,
                                     const StructureDefinition& definition,
                                     const SnapshotLimits& limits) {
  return SnapshotMaker(store, limits).trace(definition);
}

}  // namespace oncobridge::profiles
