// Issues: counting, texts, FHIRPath locations.
#include <algorithm>
#include <array>
#include <numeric>

#include "profiles/judge.h"
#include "profiles/pair_place.h"

namespace oncobridge::profiles {
namespace {

constexpr std::size_t kShownLength = 80;     // of a value in a message, a name in a path
constexpr std::size_t kLongestWord = 500;    // of a message: a name that the document made up
constexpr std::size_t kLongestText = 4'000;  // of a message

std::string shortened(std::string_view text, std::size_t longest = kShownLength) {
  if (text.size() <= longest) return std::string(text);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

// A message as it is kept: what it quotes of the document may be of any length.
std::string limited(std::string text) {
  if (text.size() <= kLongestWord) return text;
  std::string result;
  for (std::string_view rest = text; !rest.empty() && result.size() < kLongestText;) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    result += word.size() > kLongestWord ? shortened(word) : std::string(word);
    if (word.size() < rest.size()) result += ' ';
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return shortened(result, kLongestText);
}

}  // namespace

bool Judge::count(Severity severity) {
  if (quiet_) {
    quiet_errors_ += severity == Severity::kError || severity == Severity::kFatal;
    return false;
  }
  switch (severity) {
    case Severity::kFatal:
      ++verdict_.fatal;
      break;
    case Severity::kError:
      ++verdict_.errors;
      break;
    case Severity::kWarning:
      ++verdict_.warnings;
      break;
    case Severity::kInformation:
      ++verdict_.information;
      break;
  }
  // Whether an issue is suppressed can only be said when its place is known.
  return explain_ && (options_.suppressed != nullptr || take(severity));
}

// Counts an issue of the level; true if there is room for it. Each severity has all the room: what
// is least severe is taken away at the end.
bool Judge::take(Severity severity) {
  if (severity > options_.level) return false;
  return wanted_[static_cast<std::size_t>(severity)]++ < options_.max_issues;
}

// Of an issue that count() let through.
bool Judge::keep(const Issue& issue) {
  if (options_.suppressed == nullptr) return true;
  suppresses_ = options_.suppressed(issue);
  return suppresses_ ? suppressed_++ < options_.max_issues : take(issue.severity);
}

void Judge::add_kept(Issue issue, std::uint32_t place) {
  const LineColumn at = tape_.line_column(place);
  issue.line = at.line;
  issue.column = at.column;
  issues_.push_back(std::move(issue));
  issue_places_.push_back({place, suppresses_});
}

void Judge::add_issue(Severity severity, RuleId rule_id, NodeId node, std::string text,
                      const StructureDefinition* structure, NodeId place_node, bool at_pair) {
  Issue issue;
  issue.severity = severity;
  issue.rule = &rule(rule_id);
  if (structure != nullptr) {
    issue.profile = structure->url;
    if (!structure->version.empty()) issue.profile += "|" + structure->version;
  }
  const bool placed = node != kNoNode && node < tape_.size();
  if (placed) issue.expression = path(node);
  if (!keep(issue)) return;
  issue.text = limited(std::move(text));
  if (!placed) {
    issues_.push_back(std::move(issue));
    issue_places_.push_back({0, suppresses_});
    return;
  }
  const std::uint32_t place =
      at_pair ? place_of_pair(node) : place_of(place_node == kNoNode ? node : place_node);
  add_kept(std::move(issue), place);
}

// Of the member's name, or of the value where it has none.
std::uint32_t Judge::place_of(NodeId id) const {
  const Node& node = tape_[id];
  return node.name != kNoName && !node.is(kInList) ? node.name_place : node.place;
}

// Of the `_name` half of a primitive, where there is one.
std::uint32_t Judge::place_of_pair(NodeId id) const {
  const Node& node = tape_[id];
  if (!node.is(kPaired)) return place_of(id);
  const std::optional<std::size_t> item =
      node.is(kInList) ? std::optional<std::size_t>(index(id)) : std::nullopt;
  const auto found = find_pair(tape_.source(), tape_[node.parent].place, tape_.name(id), item);
  return found ? static_cast<std::uint32_t>(*found) : place_of(id);
}

// The element that a fault is in: of a fault within a name or a value the last one in its owner
// that begins before it. Of others (a comma, a missing quote) the owner, as the HL7 validator has
// it.
NodeId Judge::element_of(const SyntaxFault& fault) const {
  static constexpr std::string_view kWithin[] = {"json-control-character", "json-duplicate-name",
                                                 "json-escape", "json-lone-surrogate"};
  if (std::find(std::begin(kWithin), std::end(kWithin), fault.rule) == std::end(kWithin)) {
    return fault.node;
  }
  NodeId found = fault.node;
  std::uint32_t begins = 0;
  for (NodeId id = tape_[fault.node].first; id != kNoNode; id = tape_[id].next) {
    for (const std::uint32_t place : {tape_[id].name_place, tape_[id].place}) {
      if (place > fault.place || place < begins) continue;
      begins = place;
      found = id;
    }
  }
  return found;
}

void Judge::report_syntax() {
  for (const SyntaxFault& fault : tape_.faults()) {
    const Rule* known = find_rule(fault.rule);
    const Rule& broken = known == nullptr ? rule(RuleId::kJsonSyntax) : *known;
    Issue issue;
    issue.severity = fault.fatal ? Severity::kFatal : broken.severity;
    if (!count(issue.severity)) continue;
    issue.rule = &broken;
    if (!fault.fatal && fault.node != kNoNode) issue.expression = path(element_of(fault));
    if (!keep(issue)) continue;
    issue.text = limited(fault.message);
    add_kept(std::move(issue), fault.place);
  }
}

// In the order of the document; issues of one place as they were found.
void Judge::sort_issues() {
  std::vector<std::size_t> order(issues_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return issue_places_[a].place < issue_places_[b].place;
  });
  std::vector<Issue> sorted;
  std::vector<IssuePlace> places;
  sorted.reserve(issues_.size());
  places.reserve(issues_.size());
  for (const std::size_t i : order) {
    sorted.push_back(std::move(issues_[i]));
    places.push_back(issue_places_[i]);
  }
  issues_ = std::move(sorted);
  issue_places_ = std::move(places);
}

// Leaves max_issues of the most severe issues, and says how many there were besides.
void Judge::limit_issues() {
  std::array<std::uint32_t, 4> room = {};
  std::uint32_t left = options_.max_issues;
  std::string cut;
  for (std::size_t severity = 0; severity < wanted_.size(); ++severity) {
    room[severity] = std::min(wanted_[severity], left);
    left -= room[severity];
    const std::uint32_t more = wanted_[severity] - room[severity];
    if (more == 0) continue;
    cut += (cut.empty() ? "" : ", ") + std::to_string(more) + ' ';
    cut += severity_code(static_cast<Severity>(severity));
    if (more > 1 && severity < static_cast<std::size_t>(Severity::kInformation)) cut += 's';
  }
  if (cut.empty()) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < issues_.size(); ++i) {
    std::uint32_t& free = room[static_cast<std::size_t>(issues_[i].severity)];
    if (!issue_places_[i].suppressed && free == 0) continue;
    free -= issue_places_[i].suppressed ? 0 : 1;
    if (kept != i) issues_[kept] = std::move(issues_[i]);
    ++kept;
  }
  issues_.resize(kept);
  Issue& limit = issues_.emplace_back();
  limit.severity = Severity::kInformation;
  limit.rule = &rule(RuleId::kLimitIssues);
  limit.text = "only counted, being beyond the limit of " + std::to_string(options_.max_issues) +
               " issues: " + cut;
  if (tape_.root() != kNoNode) limit.expression = path(tape_.root());
}

// Of an element among those of its name. Issues mostly come in the order of the document, so the
// way from the item asked for last is short, where that from the first may be a hundred thousand.
std::uint32_t Judge::index(NodeId id) const {
  const NodeId parent = tape_[id].parent;
  KnownIndex& known = known_indices_[parent % known_indices_.size()];
  if (known.parent == parent && known.id <= id && tape_[known.id].name == tape_[id].name) {
    NodeId at = known.id;
    std::uint32_t index = known.index;
    while (at != id && at != kNoNode) {
      at = tape_[at].next;
      index += at != kNoNode && tape_[at].name == tape_[id].name;
    }
    if (at == id) return (known = {parent, id, index}).index;
  }
  return (known = {parent, id, tape_.index(id)}).index;
}

// As the HL7 validator writes them: `Bundle.entry[0].resource/*Patient/p1*/.name[0].given[1]`,
// choices as `value.ofType(Quantity)`.
std::string Judge::path(NodeId id) const {
  std::vector<NodeId> way;
  for (NodeId at = id; at != kNoNode; at = tape_[at].parent) way.push_back(at);
  std::string text;
  for (auto step = way.rbegin(); step != way.rend(); ++step) {
    const Node& node = tape_[*step];
    const bool last = std::next(step) == way.rend();
    if (step == way.rbegin()) {
      text = node.is(kResource) ? shortened(node.value()) : std::string("?");
      continue;
    }
    const Element* element = types_[*step].element;
    text += '.';
    if (element != nullptr && element->is_choice()) {
      text += names_.text(element->choice);
      text += ".ofType(";
      text += element->type->name;
      text += ')';
    } else {
      text += shortened(tape_.name(*step));
    }
    const bool listed = element == nullptr ? node.is(kInList)
                                           : element->repeats && (node.is(kInList) ||
                                                                  tape_.form() == SourceForm::kXml);
    if (listed && node.kind != NodeKind::kEmptyList) {
      text += '[' + std::to_string(index(*step)) + ']';
    }
    if (node.is(kResource) && !last) {
      text += "/*";
      text += shortened(node.value());
      text += '/';
      const std::string_view own_id = text_of(*step, known_.id);
      text += own_id.empty() ? "null" : shortened(own_id);
      text += "*/";
    }
  }
  return text;
}

std::string Judge::shown(NodeId id) const {
  const Node& node = tape_[id];
  if (node.has_value()) return "\"" + shortened(node.value()) + "\"";
  std::string text = codes_of(id);
  if (text.empty()) append_shown(id, text);
  return shortened(text);
}

// `system#code` of a Coding, and of those of a CodeableConcept; the front of a long system is left
// out rather than the code. Empty: no such element, or without codes.
std::string Judge::codes_of(NodeId id) const {
  const Type* type = types_[id].type;
  if (type == nullptr) return {};
  std::string text;
  const auto add = [&](NodeId coding) {
    const std::string_view code = text_of(coding, known_.code);
    if (code.empty()) return;
    std::string one = std::string(text_of(coding, known_.system)) + '#' + std::string(code);
    if (one.size() > kShownLength && code.size() < kShownLength / 2) {
      std::size_t start = one.size() - kShownLength / 2;
      while ((static_cast<unsigned char>(one[start]) & 0xC0) == 0x80) ++start;
      one = "..." + one.substr(start);
    }
    text += (text.empty() ? "" : ", ") + one;
  };
  if (type->role == TypeRole::kCoding) add(id);
  if (type->role == TypeRole::kCodeableConcept) {
    for (NodeId coding = child(id, known_.coding); coding != kNoNode;
         coding = tape_.next_same(coding)) {
      add(coding);
    }
  }
  return text;
}

// As JSON, but no more than is shown, and nothing beyond the element.
void Judge::append_shown(NodeId id, std::string& text) const {
  if (tape_[id].has_value()) {
    const bool quoted = tape_[id].kind == NodeKind::kString || tape_[id].kind == NodeKind::kText;
    const std::string_view value = tape_[id].value().substr(0, kShownLength + 1);
    text.append(quoted ? "\"" : "").append(value).append(quoted ? "\"" : "");
    if (tape_[id].first == kNoNode) return;
  }
  text += '{';
  NodeId before = kNoNode;
  for (NodeId at = tape_[id].first; at != kNoNode; before = at, at = tape_[at].next) {
    if (text.size() > kShownLength) return;
    const auto continues = [&](NodeId other) {  // the list that the element is an item of
      return other != kNoNode && tape_[at].is(kInList) && tape_[other].name == tape_[at].name;
    };
    if (before != kNoNode) text += ", ";
    if (!continues(before)) {
      text.append("\"").append(tape_.name(at)).append("\": ");
      if (tape_[at].is(kInList)) text += '[';
    }
    append_shown(at, text);
    if (tape_[at].is(kInList) && !continues(tape_[at].next)) text += ']';
  }
  text += '}';
}

}  // namespace oncobridge::profiles
