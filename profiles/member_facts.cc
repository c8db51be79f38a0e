#include "profiles/member_facts.h"

#include <algorithm>

#include "oncobridge/base/text.h"

namespace oncobridge::profiles {

using fhirpath::Document;
using fhirpath::is_element;
using fhirpath::Item;

namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_system_type(std::string_view code) {
  constexpr std::string_view kSystem = "http://hl7.org/fhirpath/System.";
  if (!code.starts_with(kSystem)) return false;
  code.remove_prefix(kSystem.size());
  const auto is_letter = [](char c) { return is_alphanumeric(c) && c > '9'; };
  return code.size() > 1 && code[0] <= 'Z' && std::all_of(code.begin(), code.end(), is_letter);
}

}  // namespace

std::string_view string_of(const Document& document, NodeId node) {
  const Node& at = (*document.tape)[node];
  if (!at.has_value()) return {};
  if (!fhirpath::is_text(fhirpath::primitive_of(Item::of(&document, node)))) return {};
  return at.value();
}

void DistinctTexts::clear() {
  constexpr std::size_t kKept = 64 * 1024;
  if (slots_.size() > kKept) slots_.resize(kKept);
  if (entries_.size() * 8 > slots_.size()) {
    std::fill(slots_.begin(), slots_.end(), 0);
  } else {
    // Few among many: from the last to the first, so that no chain is cut too early.
    const std::size_t mask = slots_.size() - 1;
    for (auto index = static_cast<std::uint32_t>(entries_.size()); index > 0; --index) {
      std::size_t at = entries_[index - 1].hash & mask;
      while (slots_[at] != index) at = (at + 1) & mask;
      slots_[at] = 0;
    }
  }
  entries_.clear();
}

void DistinctTexts::grow() {
  slots_.assign(std::max<std::size_t>(slots_.size() * 2, 64), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t index = 0; index < entries_.size(); ++index) {
    std::size_t at = entries_[index].hash & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = index + 1;
  }
}

bool DistinctTexts::add(std::string_view text) {
  if ((entries_.size() + 1) * 2 > slots_.size()) grow();
  const std::uint64_t hash = hash_bytes(text);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[slots_[at] - 1];
    if (entry.hash == hash && entry.text == text) return false;
  }
  entries_.push_back({hash, text});
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  return true;
}

MemberFacts::MemberFacts(const NameTable& names) : facts_(names.size(), Fact::kNone) {
  const auto know = [&](Fact fact, std::string_view text) {
    const NameId name = names.find(text);
    names_[static_cast<std::size_t>(fact)] = name;
    if (name != kNoName) facts_[name] = fact;
  };
#define FACT(id, name) know(Fact::id, name);
#include "profiles/member_facts.def"
#undef FACT
}

void MemberFacts::next_document() {
  members_.node = kNoNode;
  entries_.bundle = kNoNode;
  for (View& view : views_) view.node = kNoNode;
}

const MemberFacts::Members& MemberFacts::of(const Document& document, NodeId node) {
  if (members_.node != node) read(document, node, members_);
  return members_;
}

void MemberFacts::read(const Document& document, NodeId node, Members& members) const {
  const Tape& tape = *document.tape;
  members.node = node;
  members.present = 0;
  members.several = 0;
  for (NodeId child = tape[node].first; child != kNoNode; child = tape[child].next) {
    const Element* element = document.types[child].element;
    const NameId name = element == nullptr ? tape[child].name : element->choice;
    const Fact fact = name < facts_.size() ? facts_[name] : Fact::kNone;
    if (fact == Fact::kNone || !is_element(tape[child])) continue;
    if (members.has(fact)) {
      members.several |= Members::bit(fact);
    } else {
      members.present |= Members::bit(fact);
      members.first[static_cast<std::size_t>(fact)] = child;
    }
  }
}

const MemberFacts::View& MemberFacts::view(const Document& document, NodeId node) {
  for (const View& view : views_) {
    if (view.node == node) return view;
  }
  View& view = views_[next_view_++ % views_.size()];
  read_view(document, node, view);
  return view;
}

void MemberFacts::read_view(const Document& document, NodeId node, View& view) {
  const Tape& tape = *document.tape;
  view = {};
  view.node = node;
  texts_.clear();
  ids_.clear();
  std::string_view first_name;
  Members members;
  for (NodeId at = tape[node].first; at != kNoNode; at = tape[at].next) {
    if (tape[at].name != name(Fact::kElement) || !is_element(tape[at])) continue;
    read(document, at, members);
    const std::string_view path = members.has_one(Fact::kPath)
                                      ? string_of(document, members.at(Fact::kPath))
                                      : std::string_view();
    if (path.empty()) {
      view.has_paths = false;
      return;
    }
    if (!view.has_paths) {
      view.has_paths = true;
      view.first_path = path;
      view.first_has_type = members.has(Fact::kType);
      first_name = path.substr(0, path.find('.'));
    } else {
      const auto below = [&](std::string_view above) {
        return path.size() > above.size() && path[above.size()] == '.' && path.starts_with(above);
      };
      view.below_first &= below(view.first_path);
      view.below_first_name &= below(first_name);
    }
    const std::string_view id = members.has_one(Fact::kId)
                                    ? string_of(document, members.at(Fact::kId))
                                    : std::string_view();
    view.ids_differ &= !id.empty() && ids_.add(id);
    view.paths_differ &= texts_.add(path);
    view.all_told &=
        members.has(Fact::kDefinition) && members.has(Fact::kMin) && members.has(Fact::kMax);
    view.all_have_base &= members.has(Fact::kBase);
    view.no_default &= !members.has(Fact::kDefaultValue);
    if (path.find('.') == std::string_view::npos) {
      view.bare_roots &= !members.has(Fact::kLabel) && !members.has(Fact::kCode) &&
                         !members.has(Fact::kRequirements);
      view.whole_roots &= !members.has(Fact::kSliceName);
    }
    if (members.has(Fact::kType)) read_types(document, members.at(Fact::kType), view);
  }
}

void MemberFacts::read_types(const Document& document, NodeId first, View& view) const {
  const Tape& tape = *document.tape;
  for (NodeId type = first; type != kNoNode; type = tape.next_same(type)) {
    for (NodeId code = tape[type].first; code != kNoNode; code = tape[code].next) {
      if (tape[code].name != name(Fact::kCode) || !is_element(tape[code])) continue;
      const std::string_view text = string_of(document, code);
      if (!text.empty() && is_system_type(text)) continue;
      const bool dotted = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '.';
      });
      view.dotted_types &= dotted;
      view.plain_types &= dotted && text.find('.') == std::string_view::npos;
    }
  }
}

const MemberFacts::Entries& MemberFacts::entries(const Document& document, NodeId bundle) {
  if (entries_.bundle == bundle) return entries_;
  const Tape& tape = *document.tape;
  entries_ = {};
  entries_.bundle = bundle;
  for (NodeId at = tape[bundle].first; at != kNoNode; at = tape[at].next) {
    if (tape[at].name != name(Fact::kEntry) || !is_element(tape[at])) continue;
    ++entries_.count;
    bool request = false;
    bool response = false;
    bool search = false;
    for (NodeId child = tape[at].first; child != kNoNode; child = tape[child].next) {
      if (!is_element(tape[child])) continue;
      request |= tape[child].name == name(Fact::kRequest);
      response |= tape[child].name == name(Fact::kResponse);
      search |= tape[child].name == name(Fact::kSearch);
    }
    entries_.requests += request;
    entries_.responses += response;
    entries_.searches += search;
  }
  return entries_;
}

}  // namespace oncobridge::profiles
