// Issues: counting, texts, FHIRPath locations.
#include <algorithm>
#include <numeric>

#include "profiles/judge.h"

namespace oncobridge::profiles {
namespace {

constexpr std::size_t kShownLength = 80;  // of a value in a message

std::string shortened(std::string_view text) {
  if (text.size() <= kShownLength) return std::string(text);
  std::size_t end = kShownLength;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
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
  return explain_ && issues_.size() < options_.max_issues;
}

void Judge::add_issue(Severity severity, RuleId rule_id, NodeId node, std::string text,
                      const StructureDefinition* structure, NodeId place_node) {
  Issue issue;
  issue.severity = severity;
  issue.rule = &rule(rule_id);
  issue.text = std::move(text);
  if (structure != nullptr) {
    issue.profile = structure->url;
    if (!structure->version.empty()) issue.profile += "|" + structure->version;
  }
  std::uint32_t place = 0;
  if (node != kNoNode && node < tape_.size()) {
    issue.expression = path(node);
    const Node& shown_at = tape_[place_node == kNoNode ? node : place_node];
    place =
        shown_at.name != kNoName && !shown_at.is(kInList) ? shown_at.name_place : shown_at.place;
    const LineColumn at = tape_.line_column(place);
    issue.line = at.line;
    issue.column = at.column;
  }
  issues_.push_back(std::move(issue));
  issue_places_.push_back(place);
}

void Judge::report_syntax() {
  for (const SyntaxFault& fault : tape_.faults()) {
    const Rule* known = find_rule(fault.rule);
    const Rule& broken = known == nullptr ? rule(RuleId::kJsonSyntax) : *known;
    const Severity severity = fault.fatal ? Severity::kFatal : broken.severity;
    if (!count(severity)) continue;
    Issue issue;
    issue.severity = severity;
    issue.rule = &broken;
    issue.text = fault.message;
    if (!fault.fatal && fault.node != kNoNode) issue.expression = path(fault.node);
    const LineColumn at = tape_.line_column(fault.place);
    issue.line = at.line;
    issue.column = at.column;
    issues_.push_back(std::move(issue));
    issue_places_.push_back(fault.place);
  }
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
      text = node.is(kResource) ? std::string(node.value()) : std::string("?");
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
      text += tape_.name(*step);
    }
    const bool listed = element == nullptr ? node.is(kInList)
                                           : element->repeats && (node.is(kInList) ||
                                                                  tape_.form() == SourceForm::kXml);
    if (listed && node.kind != NodeKind::kEmptyList) {
      text += '[' + std::to_string(tape_.index(*step)) + ']';
    }
    if (node.is(kResource) && !last) {
      text += "/*";
      text += node.value();
      text += '/';
      const std::string_view own_id = text_of(*step, known_.id);
      text += own_id.empty() ? std::string_view("null") : own_id;
      text += "*/";
    }
  }
  return text;
}

std::string Judge::shown(NodeId id) const {
  const Node& node = tape_[id];
  if (node.has_value()) return "\"" + shortened(node.value()) + "\"";
  std::string text;
  append_shown(id, text);
  return shortened(text);
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
  for (NodeId at = tape_[id].first; at != kNoNode; at = tape_[at].next) {
    if (text.size() > kShownLength) return;
    if (at != tape_[id].first) text += ", ";
    text.append("\"").append(tape_.name(at)).append("\": ");
    append_shown(at, text);
  }
  text += '}';
}

}  // namespace oncobridge::profiles
