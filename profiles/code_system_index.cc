#include "profiles/code_system_index.h"

#include <re2/re2.h>

#include <string>

namespace oncobridge::profiles {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool in_list(std::string_view list, std::string_view value) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (trim(list.substr(0, comma)) == value) return true;
    if (comma == std::string_view::npos) return false;
    list = list.substr(comma + 1);
  }
}

bool is_code_property(std::string_view name) { return name == "concept" || name == "code"; }

// Properties of THO and FHIR that name a concept's parent or child by its code.
bool names_parent(std::string_view property) {
  return property == "parent" || property == "subsumedBy";
}

bool names_abstract(std::string_view property) {
  return property == "notSelectable" || property == "not-selectable" || property == "abstract";
}

}  // namespace

CodeSystemIndex::CodeSystemIndex(const CodeSystem& definition)
    : definition_(definition), table_(!definition.case_sensitive) {
  const std::vector<Concept>& concepts = definition.concepts;
  parents_.resize(concepts.size());
  children_.resize(concepts.size());
  for (std::size_t i = 0; i < concepts.size(); ++i) {
    const std::size_t known = table_.entries().size();
    CodeEntry& entry = table_.add(concepts[i].code);
    if (table_.entries().size() == known) continue;  // stated twice: the first counts
    entry.display = concepts[i].display;
    entry.concept_index = static_cast<std::uint32_t>(i);
  }
  for (std::size_t i = 0; i < concepts.size(); ++i) {
    const auto self = static_cast<std::uint32_t>(i);
    const std::int32_t parent = concepts[i].parent;
    if (parent >= 0 && parent < static_cast<std::int32_t>(concepts.size())) {
      add_edge(static_cast<std::uint32_t>(parent), self);
    }
    for (const ConceptProperty& property : concepts[i].properties) {
      if (names_parent(property.code)) add_edge(index_of(property.value), self);
      if (property.code == "child") add_edge(self, index_of(property.value));
    }
  }
}

std::uint32_t CodeSystemIndex::index_of(std::string_view code) const {
  const CodeEntry* entry = table_.find(code);
  return entry == nullptr ? kNone : entry->concept_index;
}

void CodeSystemIndex::add_edge(std::uint32_t parent, std::uint32_t child) {
  if (parent == kNone || child == kNone || parent == child) return;
  parents_[child].push_back(parent);
  children_[parent].push_back(child);
}

// A concept and everything that is reached from it. Cycles end at what was seen.
static std::vector<bool> reach(const std::vector<std::vector<std::uint32_t>>& edges,
                               std::uint32_t start) {
  std::vector<bool> seen(edges.size(), false);
  std::vector<std::uint32_t> open = {start};
  seen[start] = true;
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const std::uint32_t next : edges[at]) {
      if (!seen[next]) {
        seen[next] = true;
        open.push_back(next);
      }
    }
  }
  return seen;
}

CodeSystemIndex::Selection CodeSystemIndex::below(std::uint32_t start) const {
  return start == kNone ? Selection(children_.size(), false) : reach(children_, start);
}

CodeSystemIndex::Selection CodeSystemIndex::above(std::uint32_t start) const {
  return start == kNone ? Selection(parents_.size(), false) : reach(parents_, start);
}

// Calls visit(value) for each value of a property. Flags of the concept stand for the properties
// that they were read from: true if set, false if asked for by value.
template <typename Visitor>
void CodeSystemIndex::values_of(std::uint32_t index, std::string_view property, bool stated_only,
                                Visitor visit) const {
  const Concept& concept_ = definition_.concepts[index];
  if (is_code_property(property)) return visit(concept_.code);
  if (property == "display") return visit(concept_.display);
  if (property == "parent" || property == "child") {
    for (const std::uint32_t other : (property == "parent" ? parents_ : children_)[index]) {
      visit(definition_.concepts[other].code);
    }
    return;
  }
  bool stated = false;
  for (const ConceptProperty& entry : concept_.properties) {
    if (entry.code != property) continue;
    stated = true;
    visit(std::string_view(entry.value));
  }
  const bool abstract = names_abstract(property);
  if (stated || (!abstract && property != "inactive")) return;
  const bool set = abstract ? concept_.is_abstract : concept_.inactive;
  if (set || !stated_only) visit(std::string_view(set ? "true" : "false"));
}

template <typename Predicate>
CodeSystemIndex::Selection CodeSystemIndex::where(const ValueSetFilter& filter,
                                                  Predicate predicate) const {
  Selection chosen(definition_.concepts.size(), false);
  for (std::uint32_t i = 0; i < chosen.size(); ++i) {
    bool any = false;
    values_of(i, filter.property, filter.op == "exists",
              [&](std::string_view value) { any = any || predicate(value); });
    chosen[i] = any;
  }
  return chosen;
}

std::optional<CodeSystemIndex::Selection> CodeSystemIndex::select(
    const ValueSetFilter& filter) const {
  const std::string& op = filter.op;
  const std::string& value = filter.value;
  const std::uint32_t start = index_of(value);
  if (op == "is-a") return below(start);
  if (op == "descendent-of" || op == "descendant-of") {
    Selection chosen = below(start);
    if (start != kNone) chosen[start] = false;
    return chosen;
  }
  if (op == "is-not-a") {
    Selection chosen = below(start);
    chosen.flip();
    return chosen;
  }
  if (op == "generalizes") return above(start);
  if (op == "child-of") {
    Selection chosen(definition_.concepts.size(), false);
    if (start == kNone) return chosen;
    for (const std::uint32_t child : children_[start]) chosen[child] = true;
    return chosen;
  }
  const bool fold = is_code_property(filter.property) && table_.fold();
  if (op == "=") return where(filter, [&](auto found) { return same_code(found, value, fold); });
  if (op == "in") return where(filter, [&](auto found) { return in_list(value, found); });
  if (op == "not-in") {
    Selection chosen = where(filter, [&](auto found) { return in_list(value, found); });
    chosen.flip();
    return chosen;
  }
  if (op == "exists") {
    Selection chosen = where(filter, [](auto found) { return !found.empty(); });
    if (value == "false") chosen.flip();
    return chosen;
  }
  if (op == "regex") {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(value, options);
    if (!pattern.ok()) return std::nullopt;
    return where(filter, [&](std::string_view found) {
      return RE2::FullMatch(re2::StringPiece(found.data(), found.size()), pattern);
    });
  }
  return std::nullopt;
}

}  // namespace oncobridge::profiles
