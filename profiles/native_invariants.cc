#include "profiles/native_invariants.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "oncobridge/base/text.h"
#include "profiles/fhirpath_date.h"
#include "profiles/joined_text.h"
#include "profiles/narrative.h"
#include "profiles/native_shortcuts.h"

namespace oncobridge::profiles {

using fhirpath::Document;
using fhirpath::is_child;
using fhirpath::is_element;
using fhirpath::Item;
using fhirpath::Truth;
using fhirpath::truth;

namespace {

// `name` below a node, as a path finds it: the first such child, the next one, how many.
NodeId next_element(const Tape& tape, NodeId child, NameId name) {
  for (; child != kNoNode; child = tape[child].next) {
    if (tape[child].name == name && is_element(tape[child])) return child;
  }
  return kNoNode;
}
NodeId first_element(const Tape& tape, NodeId node, NameId name) {
  return next_element(tape, tape[node].first, name);
}
NodeId following(const Tape& tape, NodeId child, NameId name) {
  return next_element(tape, tape[child].next, name);
}

bool has_choice(const Document& document, NodeId node, NameId choice) {
  const Tape& tape = *document.tape;
  for (NodeId child = tape[node].first; child != kNoNode; child = tape[child].next) {
    const Element* element = document.types[child].element;
    const NameId name = element == nullptr ? tape[child].name : element->choice;
    if (name == choice && is_element(tape[child])) return true;
  }
  return false;
}

// The text of a primitive that is a string for FHIRPath; nothing for any other element.
std::optional<std::string_view> text_of(const Document& document, NodeId node) {
  const Node& at = (*document.tape)[node];
  if (!at.has_value()) return {};
  if (!fhirpath::is_text(fhirpath::primitive_of(Item::of(&document, node)))) return {};
  return at.value();
}

// Whether any contained resource has `outer`.`inner` (of the path contained.outer.inner).
bool contained_have(const NativeInvariants::Known& names, const Tape& tape, NodeId node,
                    NameId outer, NameId inner) {
  NodeId contained = first_element(tape, node, names.contained);
  for (; contained != kNoNode; contained = following(tape, contained, names.contained)) {
    NodeId middle = first_element(tape, contained, outer);
    for (; middle != kNoNode; middle = following(tape, middle, outer)) {
      if (first_element(tape, middle, inner) != kNoNode) return true;
    }
  }
  return false;
}

// Calls with each descendant until one gives false; false if one did.
template <typename F>
bool each_descendant(const Document& document, NodeId top, F&& visit) {
  const Tape& tape = *document.tape;
  NodeId at = tape[top].first;
  while (at != kNoNode) {
    NodeId down = kNoNode;
    if (is_child(document, at)) {
      if (!visit(at)) return false;
      down = tape[at].first;
    }
    if (down != kNoNode) {
      at = down;
      continue;
    }
    while (at != top && tape[at].next == kNoNode) at = tape[at].parent;
    if (at == top) break;
    at = tape[at].next;
  }
  return true;
}

Truth ele_1(NativeInvariants& natives, const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  if (tape[node].has_value()) return Truth::kTrue;
  std::size_t children = 0;
  std::size_t ids = 0;
  for (NodeId child = tape[node].first; child != kNoNode; child = tape[child].next) {
    children += is_child(document, child);
    ids += tape[child].name == natives.names().id && is_element(tape[child]);
    if (children > ids + 1) return Truth::kTrue;  // at most one id is still to come
  }
  return truth(children > ids);
}

Truth ext_1(NativeInvariants& natives, const Document& document, NodeId node) {
  const bool nested = first_element(*document.tape, node, natives.names().extension) != kNoNode;
  return truth(nested != has_choice(document, node, natives.names().value));
}

Truth dom_2(NativeInvariants& natives, const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  const NameId contained = natives.names().contained;
  NodeId inner = first_element(tape, node, contained);
  for (; inner != kNoNode; inner = following(tape, inner, contained)) {
    if (first_element(tape, inner, contained) != kNoNode) return Truth::kFalse;
  }
  return Truth::kTrue;
}

Truth dom_4(NativeInvariants& natives, const Document& document, NodeId node) {
  const auto& names = natives.names();
  return truth(!contained_have(names, *document.tape, node, names.meta, names.version_id) &&
               !contained_have(names, *document.tape, node, names.meta, names.last_updated));
}

Truth dom_5(NativeInvariants& natives, const Document& document, NodeId node) {
  const auto& names = natives.names();
  return truth(!contained_have(names, *document.tape, node, names.meta, names.security));
}

Truth dom_6(NativeInvariants& natives, const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  const auto& names = natives.names();
  NodeId text = first_element(tape, node, names.text);
  for (; text != kNoNode; text = following(tape, text, names.text)) {
    if (first_element(tape, text, names.div) != kNoNode) return Truth::kTrue;
  }
  return Truth::kFalse;
}

Truth qty_3(NativeInvariants& natives, const Document& document, NodeId node) {
  const auto& names = natives.names();
  return truth(first_element(*document.tape, node, names.code) == kNoNode ||
               first_element(*document.tape, node, names.system) != kNoNode);
}

Truth obs_6(NativeInvariants& natives, const Document& document, NodeId node) {
  const auto& names = natives.names();
  return truth(first_element(*document.tape, node, names.data_absent_reason) == kNoNode ||
               !has_choice(document, node, names.value));
}

// canonical, uri and url, each by its own type: what `as` takes.
enum class Link : std::uint8_t { kNone, kOther, kCanonical };
Link link_of(const Document& document, NodeId node) {
  const std::string_view type = fhirpath::type_name(Item::of(&document, node));
  if (type == "canonical") return Link::kCanonical;
  return type == "uri" || type == "url" ? Link::kOther : Link::kNone;
}

// `descendants().where(reference = '#')` or `descendants().where(as(canonical) = '#')` exists.
bool points_at_container(const NativeInvariants::Known& names, const Document& document,
                         NodeId contained) {
  const Tape& tape = *document.tape;
  return !each_descendant(document, contained, [&](NodeId at) {
    if (text_of(document, at) == "#" && link_of(document, at) == Link::kCanonical) return false;
    const NodeId reference = first_element(tape, at, names.reference);
    return reference == kNoNode || text_of(document, reference) != "#" ||
           following(tape, reference, names.reference) != kNoNode;
  });
}

// One pass collects what the resource points at within itself; then each contained resource is
// looked up. By its text, the resource is walked three times for each contained one.
Truth dom_3(NativeInvariants& natives, const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  const auto& names = natives.names();
  NodeId contained = first_element(tape, node, names.contained);
  if (contained == kNoNode) return Truth::kTrue;
  auto& pointed_at = natives.texts();
  pointed_at.clear();
  const auto point = [&](NodeId at) {
    const auto text = text_of(document, at);
    if (text && text->starts_with('#')) pointed_at.add({text->substr(1), {}});
  };
  each_descendant(document, tape.resource_of(node), [&](NodeId at) {
    if (tape[at].has_value() && tape[at].value().starts_with('#') &&
        link_of(document, at) != Link::kNone) {
      point(at);
    }
    NodeId reference = first_element(tape, at, names.reference);
    for (; reference != kNoNode; reference = following(tape, reference, names.reference)) {
      point(reference);
    }
    return true;
  });
  for (; contained != kNoNode; contained = following(tape, contained, names.contained)) {
    const NodeId id = first_element(tape, contained, names.id);
    if (id == kNoNode) continue;  // empty: neither matched nor not
    if (following(tape, id, names.id) != kNoNode) return Truth::kFault;
    const auto text = text_of(document, id);
    if (!text) return Truth::kFault;
    if (pointed_at.contains({*text, {}})) continue;
    if (!points_at_container(names, document, contained)) return Truth::kFalse;
  }
  return Truth::kTrue;
}

// hasValue(): one element, with a value.
NodeId single_value(const Tape& tape, NodeId node, NameId name) {
  const NodeId first = first_element(tape, node, name);
  if (first == kNoNode || !tape[first].has_value()) return kNoNode;
  return following(tape, first, name) == kNoNode ? first : kNoNode;
}

Truth ref_1(NativeInvariants& natives, const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  const NameId name = natives.names().reference;
  const NodeId reference = single_value(tape, node, name);
  if (reference == kNoNode) return Truth::kTrue;
  const std::string_view text = tape[reference].value();
  if (!text.starts_with('#') || text.size() == 1) return Truth::kTrue;
  const NodeId root = fhirpath::root_resource_of(tape, node);
  return truth(root != kNoNode && natives.contains_id(document, root, text.substr(1)));
}

Truth per_1(NativeInvariants& natives, const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  const NodeId start = single_value(tape, node, natives.names().start);
  if (start == kNoNode) return Truth::kTrue;
  const NodeId end = single_value(tape, node, natives.names().end);
  if (end == kNoNode) return Truth::kTrue;
  const auto from = fhirpath::parse_date_time(tape[start].value());
  const auto to = fhirpath::parse_date_time(tape[end].value());
  if (from.has_value() != to.has_value()) return Truth::kFault;
  if (!from) return truth(tape[start].value() <= tape[end].value());
  const auto order = fhirpath::compare(*from, *to, false);
  return order ? truth(*order <= 0) : Truth::kEmpty;
}

// A string of `a & b`: nothing there is the empty text. kFault: several, or no string.
Truth operand(const Document& document, NodeId found, bool several, std::string_view& text) {
  text = {};
  if (found == kNoNode) return Truth::kTrue;
  const auto value = several ? std::nullopt : text_of(document, found);
  if (!value) return Truth::kFault;
  text = *value;
  return Truth::kTrue;
}

Truth bdl_7(NativeInvariants& natives, const Document& document, NodeId node) {
  const Tape& tape = *document.tape;
  const auto& names = natives.names();
  const NodeId type = first_element(tape, node, names.type);
  const bool one_type = type != kNoNode && following(tape, type, names.type) == kNoNode;
  if (one_type && text_of(document, type) == "history") return Truth::kTrue;
  auto& seen = natives.texts();
  seen.clear();
  NodeId entry = first_element(tape, node, names.entry);
  for (; entry != kNoNode; entry = following(tape, entry, names.entry)) {
    const NodeId url = first_element(tape, entry, names.full_url);
    if (url == kNoNode) continue;
    NativeInvariants::Joined text;
    const bool urls = following(tape, url, names.full_url) != kNoNode;
    if (operand(document, url, urls, text.first) == Truth::kFault) return Truth::kFault;
    NodeId version = kNoNode;
    bool versions = false;
    NodeId resource = first_element(tape, entry, names.resource);
    for (; resource != kNoNode; resource = following(tape, resource, names.resource)) {
      NodeId meta = first_element(tape, resource, names.meta);
      for (; meta != kNoNode; meta = following(tape, meta, names.meta)) {
        NodeId found = first_element(tape, meta, names.version_id);
        for (; found != kNoNode; found = following(tape, found, names.version_id)) {
          versions |= version != kNoNode;
          version = found;
        }
      }
    }
    if (operand(document, version, versions, text.second) == Truth::kFault) return Truth::kFault;
    if (!seen.add(text)) return type == kNoNode ? Truth::kEmpty : Truth::kFalse;
  }
  return Truth::kTrue;
}

Truth html_checks(NativeInvariants&, const Document& document, NodeId node) {
  return truth(profiles::html_checks((*document.tape)[node].value()) == 0);
}

}  // namespace

const std::vector<NativeEntry>& native_table() {
  static const std::vector<NativeEntry> table = {
      {"ele-1", "hasValue() or (children().count() > id.count())", ele_1},
      {"ext-1", "extension.exists() != value.exists()", ext_1},
      {"dom-2", "contained.contained.empty()", dom_2},
      {"dom-3",
       "contained.where((('#'+id in (%resource.descendants().reference | "
       "%resource.descendants().as(canonical) | %resource.descendants().as(uri) | "
       "%resource.descendants().as(url))) or descendants().where(reference = '#').exists() or "
       "descendants().where(as(canonical) = '#').exists() or "
       "descendants().where(as(canonical) = '#').exists()).not()).trace('unmatched', id).empty()",
       dom_3},
      {"dom-4", "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()", dom_4},
      {"dom-5", "contained.meta.security.empty()", dom_5},
      {"dom-6", "text.`div`.exists()", dom_6},
      {"qty-3", "code.empty() or system.exists()", qty_3},
      {"obs-6", "dataAbsentReason.empty() or value.empty()", obs_6},
      {"per-1", "start.hasValue().not() or end.hasValue().not() or (start <= end)", per_1},
      {"ref-1",
       "reference.hasValue() implies (reference = '#' or reference.startsWith('#').not() or "
       "(reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids')))",
       ref_1},
      {"bdl-7",
       "(type = 'history') or entry.where(fullUrl.exists()).select(fullUrl&"
       "resource.meta.versionId).isDistinct()",
       bdl_7},
      {"txt-1", "htmlChecks()", html_checks},
  };
  return table;
}

NativeInvariant find_native(std::string_view expression) {
  for (const auto* table : {&native_table(), &shortcut_table()}) {
    for (const NativeEntry& entry : *table) {
      if (entry.expression == expression) return entry.function;
    }
  }
  return nullptr;
}

NativeInvariants::NativeInvariants(const NameTable& names)
    : names_{names.find("id"),        names.find("contained"),   names.find("meta"),
             names.find("versionId"), names.find("lastUpdated"), names.find("security"),
             names.find("text"),      names.find("div"),         names.find("extension"),
             names.find("value"),     names.find("reference"),   names.find("start"),
             names.find("end"),       names.find("code"),        names.find("system"),
             names.find("type"),      names.find("entry"),       names.find("fullUrl"),
             names.find("resource"),  names.find("component"),   names.find("dataAbsentReason"),
             names.find("coding")},
      facts_(names) {}

bool NativeInvariants::contains_id(const Document& document, NodeId container,
                                   std::string_view id) {
  const Tape& tape = *document.tape;
  if (ids_of_ != container) {
    ids_.clear();
    NodeId contained = first_element(tape, container, names_.contained);
    for (; contained != kNoNode; contained = following(tape, contained, names_.contained)) {
      NodeId own = first_element(tape, contained, names_.id);
      for (; own != kNoNode; own = following(tape, own, names_.id)) {
        if (const auto text = text_of(document, own)) ids_.add({*text, {}});
      }
    }
    ids_of_ = container;
  }
  return ids_.contains({id, {}});
}

namespace {

using Joined = NativeInvariants::Joined;

std::size_t length(const Joined& text) { return text.first.size() + text.second.size(); }

char character(const Joined& text, std::size_t at) {
  return at < text.first.size() ? text.first[at] : text.second[at - text.first.size()];
}

bool same(const Joined& a, const Joined& b) {
  if (a.first.size() == b.first.size()) return a.first == b.first && a.second == b.second;
  if (length(a) != length(b)) return false;
  for (std::size_t i = 0; i < length(a); ++i) {
    if (character(a, i) != character(b, i)) return false;
  }
  return true;
}

std::uint64_t hash(const Joined& text) {
  if (text.second.empty()) return hash_bytes(text.first);
  return hash_bytes(JoinedText{text.first, text.second}.text());
}

}  // namespace

void NativeInvariants::TextSet::clear() {
  constexpr std::size_t kKept = 64 * 1024;
  texts_.clear();
  hashes_.clear();
  if (slots_.size() > kKept) slots_.resize(kKept);
  std::fill(slots_.begin(), slots_.end(), 0);
}

std::size_t NativeInvariants::TextSet::slot_of(const Joined& text, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at] != 0 &&
         (hashes_[slots_[at] - 1] != hash || !same(texts_[slots_[at] - 1], text))) {
    at = (at + 1) & mask;
  }
  return at;
}

bool NativeInvariants::TextSet::add(const Joined& text) {
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    slots_.assign(std::max<std::size_t>(slots_.size() * 2, 64), 0);
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t i = 0; i < hashes_.size(); ++i) {
      std::size_t at = hashes_[i] & mask;
      while (slots_[at] != 0) at = (at + 1) & mask;
      slots_[at] = i + 1;
    }
  }
  const std::uint64_t own_hash = hash(text);
  const std::size_t at = slot_of(text, own_hash);
  if (slots_[at] != 0) return false;
  texts_.push_back(text);
  hashes_.push_back(own_hash);
  slots_[at] = static_cast<std::uint32_t>(texts_.size());
  return true;
}

bool NativeInvariants::TextSet::contains(const Joined& text) const {
  return !slots_.empty() && slots_[slot_of(text, hash(text))] != 0;
}

}  // namespace oncobridge::profiles
