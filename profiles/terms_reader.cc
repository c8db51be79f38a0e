#include "profiles/terms_reader.h"

#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "profiles/definition_names.h"

namespace oncobridge::profiles {

template <typename NumberOf>
void Members::fill(const NumberOf& number_of) {
  constexpr std::string_view kNames[] = {
      "",
#define MEMBER(id, name) name,
#include "profiles/definition_members.def"
#undef MEMBER
  };
  for (std::size_t i = 1; i < ids_.size(); ++i) {
    const NameId id = number_of(kNames[i]);
    if (id == kNoName) continue;
    ids_[i] = id;
    if (id >= members_.size()) members_.resize(id + 1, Member::kNone);
    members_[id] = static_cast<Member>(i);
  }
}

Members::Members(NameTable& table) {
  fill([&](std::string_view name) { return table.add(name); });
}

Members::Members(const NameTable& table) {
  fill([&](std::string_view name) { return table.find(name); });
}

std::string_view Members::extension_url(const Tape& tape, NodeId extension) const {
  const NodeId url = tape.child(extension, id(Member::kUrl));
  return url == kNoNode ? std::string_view() : tape[url].value();
}

std::string_view Members::extension_value(const Tape& tape, NodeId extension) const {
  for (NodeId child = tape[extension].first; child != kNoNode; child = tape[child].next) {
    if (tape.name(child).starts_with("value")) return tape[child].value();
  }
  return {};
}

namespace {

// No code system nests deeper; what a hostile one puts below that stands beside its parents.
constexpr std::size_t kMaxTree = 200;

constexpr std::string_view kConceptProperties = "http://hl7.org/fhir/concept-properties#";

class SystemReader {
 public:
  SystemReader(const Members& members, const Tape& tape, CodeSystem& out)
      : members_(members), tape_(tape), out_(out) {}

  void read(NodeId root) {
    // Properties first: they say which of them names parents.
    for (NodeId id = tape_[root].first; id != kNoNode; id = tape_[id].next) {
      if (members_.of(tape_[id]) == Member::kProperty) read_property_definition(id);
    }
    for (NodeId id = tape_[root].first; id != kNoNode; id = tape_[id].next) read_fact(id);
    // What supplements another is a supplement, whatever it says of its content.
    if (!out_.supplements.empty()) out_.content = CodeSystemContent::kSupplement;
    if (!parents_.empty() || !children_.empty()) plant();
  }

 private:
  std::string_view text(NodeId id) const { return tape_[id].value(); }
  std::string_view child_text(NodeId id, Member member) const {
    const NodeId child = tape_.child(id, members_.id(member));
    return child == kNoNode ? std::string_view() : text(child);
  }

  void read_property_definition(NodeId node) {
    std::string_view uri;
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      if (tape_.name(id) == "uri") uri = text(id);
    }
    if (child_text(node, Member::kType) == "Coding") {
      out_.coding_properties.emplace_back(child_text(node, Member::kCode));
    }
    if (!uri.starts_with(kConceptProperties)) return;
    meanings_[child_text(node, Member::kCode)] = uri.substr(kConceptProperties.size());
  }

  void read_fact(NodeId id) {
    switch (members_.of(tape_[id])) {
      case Member::kUrl:
        out_.url = text(id);
        break;
      case Member::kVersion:
        out_.version = text(id);
        break;
      case Member::kName:
        out_.name = text(id);
        break;
      case Member::kContent:
        out_.content = value_of<CodeSystemContent>(kContentWords, text(id))
                           .value_or(CodeSystemContent::kNotPresent);
        break;
      case Member::kCaseSensitive:
        out_.case_sensitive = text(id) != "false";
        break;
      case Member::kSupplements:
        out_.supplements = text(id);
        break;
      case Member::kValueSet:
        out_.value_set = text(id);
        break;
      case Member::kConcept:
        read_concept(id, -1);
        break;
      default:
        break;
    }
  }

  // Nests no deeper than the tape allows.
  void read_concept(NodeId node, std::int32_t parent) {
    const auto index = static_cast<std::int32_t>(out_.concepts.size());
    out_.concepts.emplace_back().parent = parent;
    // The children come after all facts, whatever the order of the source.
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      if (members_.of(tape_[id]) != Member::kConcept) read_concept_fact(id, index);
    }
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      if (members_.of(tape_[id]) == Member::kConcept) read_concept(id, index);
    }
  }

  void read_concept_fact(NodeId id, std::int32_t index) {
    Concept& entry = out_.concepts[static_cast<std::size_t>(index)];
    switch (members_.of(tape_[id])) {
      case Member::kCode:
        entry.code = text(id);
        break;
      case Member::kDisplay:
        entry.display = text(id);
        break;
      case Member::kDesignation:
        if (const auto value = child_text(id, Member::kValue); !value.empty()) {
          entry.designations.emplace_back(value);
        }
        break;
      case Member::kProperty:
        read_property(id, index);
        break;
      default:
        break;
    }
  }

  // The text of value[x]; of a Coding its code.
  std::string_view property_value(NodeId property) const {
    for (NodeId id = tape_[property].first; id != kNoNode; id = tape_[id].next) {
      if (!tape_.name(id).starts_with("value")) continue;
      return tape_[id].kind == NodeKind::kObject ? child_text(id, Member::kCode) : text(id);
    }
    return {};
  }

  void read_property(NodeId node, std::int32_t index) {
    Concept& entry = out_.concepts[static_cast<std::size_t>(index)];
    const std::string_view code = child_text(node, Member::kCode);
    const std::string_view value = property_value(node);
    const auto known = meanings_.find(code);
    const std::string_view meaning = known != meanings_.end() ? known->second : code;
    if (meaning == "notSelectable" || meaning == "not-selectable" || meaning == "abstract") {
      entry.is_abstract |= value == "true";
    } else if (meaning == "inactive") {
      entry.inactive |= value == "true";
    } else if (meaning == "parent" || meaning == "subsumedBy") {
      parents_.emplace_back(index, value);
    } else if (meaning == "child") {
      children_.emplace_back(index, value);
    } else if (meaning == "status") {
      entry.inactive |= value == "retired" || value == "inactive";
      if (value != "active" && value != "A")
        entry.properties.push_back({"status", std::string(value)});
    } else if (!value.empty()) {
      entry.properties.push_back({std::string(code), std::string(value)});
    }
  }

  // Puts concepts below the first parent that they name, and further parents into properties.
  void plant() {
    std::vector<Concept>& concepts = out_.concepts;
    std::unordered_map<std::string_view, std::int32_t> index_of;
    for (std::size_t i = 0; i < concepts.size(); ++i) {
      index_of.try_emplace(concepts[i].code, static_cast<std::int32_t>(i));
    }
    for (const auto& [parent, code] : children_) {
      if (const auto child = index_of.find(code); child != index_of.end()) {
        parents_.emplace_back(child->second, concepts[static_cast<std::size_t>(parent)].code);
      }
    }
    bool moved = false;
    for (const auto& [child, code] : parents_) {
      const auto parent = index_of.find(code);
      if (parent == index_of.end() || parent->second == child) continue;
      Concept& entry = concepts[static_cast<std::size_t>(child)];
      if (entry.parent == parent->second) continue;
      if (entry.parent < 0 && !is_above(child, parent->second)) {
        entry.parent = parent->second;
        moved = true;
      } else {
        entry.properties.push_back({"parent", std::string(code)});
      }
    }
    if (moved) sort_as_walk();
  }

  // True if `index` stands at or above `below`, or so far above that nobody looks.
  bool is_above(std::int32_t index, std::int32_t below) const {
    for (std::size_t steps = 0; below >= 0 && below != index; ++steps) {
      if (steps == kMaxTree) return true;
      below = out_.concepts[static_cast<std::size_t>(below)].parent;
    }
    return below == index;
  }

  void sort_as_walk() {
    std::vector<Concept>& concepts = out_.concepts;
    std::vector<std::vector<std::int32_t>> below(concepts.size());
    std::vector<std::int32_t> open;
    for (std::size_t i = concepts.size(); i-- > 0;) {
      const std::int32_t parent = concepts[i].parent;
      (parent < 0 ? open : below[static_cast<std::size_t>(parent)])
          .push_back(static_cast<std::int32_t>(i));
    }
    std::vector<Concept> sorted;
    sorted.reserve(concepts.size());
    std::vector<std::pair<std::int32_t, std::size_t>> place(concepts.size());  // index, depth
    std::vector<std::int32_t> too_deep;
    while (!open.empty() || !too_deep.empty()) {
      const bool cut = open.empty();
      std::vector<std::int32_t>& from = cut ? too_deep : open;
      const auto index = static_cast<std::size_t>(from.back());
      from.pop_back();
      const auto parent = static_cast<std::size_t>(concepts[index].parent);
      const bool top = concepts[index].parent < 0 || cut;
      const std::size_t depth = top ? 0 : place[parent].second + 1;
      if (depth > kMaxTree) {
        too_deep.push_back(static_cast<std::int32_t>(index));
        continue;
      }
      place[index] = {static_cast<std::int32_t>(sorted.size()), depth};
      Concept& entry = sorted.emplace_back(std::move(concepts[index]));
      if (cut) {
        const Concept& above = sorted[static_cast<std::size_t>(place[parent].first)];
        entry.properties.push_back({"parent", above.code});
      }
      entry.parent = top ? -1 : place[parent].first;
      open.insert(open.end(), below[index].begin(), below[index].end());
    }
    concepts = std::move(sorted);
  }

  const Members& members_;
  const Tape& tape_;
  CodeSystem& out_;
  std::map<std::string_view, std::string_view> meanings_;  // property -> FHIR's standard property
  std::vector<std::pair<std::int32_t, std::string_view>> parents_;
  std::vector<std::pair<std::int32_t, std::string_view>> children_;
};

class ValueSetReader {
 public:
  ValueSetReader(const Members& members, const Tape& tape, ValueSet& out)
      : members_(members), tape_(tape), out_(out) {}

  void read(NodeId root) {
    for (NodeId id = tape_[root].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kUrl:
          out_.url = text(id);
          break;
        case Member::kVersion:
          out_.version = text(id);
          break;
        case Member::kName:
          out_.name = text(id);
          break;
        case Member::kCompose:
          read_compose(id);
          break;
        case Member::kExpansion:
          read_expansion(id);
          break;
        default:
          break;
      }
    }
  }

 private:
  std::string_view text(NodeId id) const { return tape_[id].value(); }
  std::string child_text(NodeId id, Member member) const {
    const NodeId child = tape_.child(id, members_.id(member));
    return child == kNoNode ? std::string() : std::string(text(child));
  }

  void read_compose(NodeId node) {
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      const Member member = members_.of(tape_[id]);
      if (member == Member::kInactive) out_.active_only = text(id) == "false";
      if (member != Member::kInclude && member != Member::kExclude) continue;
      ValueSetPart& part = out_.parts.emplace_back();
      part.exclude = member == Member::kExclude;
      read_part(id, part);
    }
  }

  void read_part(NodeId node, ValueSetPart& part) {
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kSystem:
          part.system = text(id);
          break;
        case Member::kVersion:
          part.version = text(id);
          break;
        case Member::kValueSet:
          part.value_sets.emplace_back(text(id));
          break;
        case Member::kConcept:
          read_code(id, part.codes.emplace_back());
          break;
        case Member::kFilter:
          part.filters.push_back({child_text(id, Member::kProperty), child_text(id, Member::kOp),
                                  child_text(id, Member::kValue)});
          break;
        default:
          break;
      }
    }
  }

  void read_code(NodeId node, ValueSetCode& code) {
    code.code = child_text(node, Member::kCode);
    code.display = child_text(node, Member::kDisplay);
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      if (members_.of(tape_[id]) != Member::kDesignation) continue;
      if (std::string value = child_text(id, Member::kValue); !value.empty()) {
        code.designations.push_back(std::move(value));
      }
    }
  }

  void read_expansion(NodeId node) {
    out_.has_expansion = true;
    out_.expansion_complete = true;
    std::size_t total = 0;
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kContains:
          read_contains(id);
          break;
        case Member::kTotal: {
          const std::string_view digits = text(id);
          std::from_chars(digits.data(), digits.data() + digits.size(), total);
          break;
        }
        case Member::kParameter:
          if (is_limit(id)) out_.expansion_complete = false;
          break;
        default:
          break;
      }
    }
    if (total > out_.expansion.size()) out_.expansion_complete = false;
  }

  // A parameter that says that codes are missing.
  bool is_limit(NodeId parameter) const {
    const std::string name = child_text(parameter, Member::kName);
    return (name == "incomplete" || name == "limitedExpansion") &&
           members_.extension_value(tape_, parameter) == "true";
  }

  // Nests no deeper than the tape allows.
  void read_contains(NodeId node) {
    ExpansionCode code;
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      switch (members_.of(tape_[id])) {
        case Member::kSystem:
          code.system = text(id);
          break;
        case Member::kVersion:
          code.version = text(id);
          break;
        case Member::kCode:
          code.code = text(id);
          break;
        case Member::kDisplay:
          code.display = text(id);
          break;
        case Member::kAbstract:
          code.is_abstract = text(id) == "true";
          break;
        default:
          break;
      }
    }
    if (!code.code.empty()) out_.expansion.push_back(std::move(code));
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      if (members_.of(tape_[id]) == Member::kContains) read_contains(id);
    }
  }

  const Members& members_;
  const Tape& tape_;
  ValueSet& out_;
};

}  // namespace

void read_value_set(const Members& members, const Tape& tape, NodeId root, ValueSet& out) {
  ValueSetReader(members, tape, out).read(root);
}

void read_code_system(const Members& members, const Tape& tape, NodeId root, CodeSystem& out) {
  SystemReader(members, tape, out).read(root);
}

}  // namespace oncobridge::profiles
