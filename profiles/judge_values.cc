// Primitive values, fixed and pattern values, minimum and maximum, length.
#include "oncobridge/base/text.h"
#include "profiles/fhirpath_regex.h"
#include "profiles/judge.h"
#include "profiles/markdown.h"
#include "profiles/primitive.h"
#include "profiles/same_text.h"
#include "profiles/sha1.h"

namespace oncobridge::profiles {
namespace {

bool is_uri(Primitive primitive) {
  return primitive == Primitive::kUri || primitive == Primitive::kUrl ||
         primitive == Primitive::kCanonical;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// Elements by FHIRPath's name: children of one node that stand under the same name.
NodeId next_named(const Tape& tape, NodeId id, NameId name) {
  while (id != kNoNode && tape[id].name != name) id = tape[id].next;
  return id;
}

}  // namespace

void Judge::check_string(NodeId id, Primitive primitive, std::string_view text) {
  if (tape_[id].is(kLoneSurrogate)) return;  // reported as a fault of the text
  if (const std::optional<RuleId> broken = check_primitive(primitive, text)) {
    report(*broken, id,
           [&] { return std::string(rule(*broken).statement) + "; found " + shown(id); });
    return;
  }
  if (is_uri(primitive)) check_example_url(id);
  if (primitive == Primitive::kCanonical && text.size() > 1 && text.front() == '#' &&
      resolve_local(id, text.substr(1)).kind == Target::Kind::kBroken) {
    report(RuleId::kCanonicalContained, id,
           [&] { return "no contained resource has the id that " + shown(id) + " names"; });
  }
  if (primitive == Primitive::kMarkdown && text.find('<') != std::string_view::npos) {
    const std::string_view tag = html_tag_in(text);
    if (!tag.empty()) {
      report(RuleId::kMarkdownHtml, id, [&] {
        return "the markdown has what looks like an HTML tag, beginning with `" + std::string(tag) +
               "`, which should be escaped where it is shown";
      });
    }
  }
  if (options_.security_checks && (primitive == Primitive::kString) &&
      text.find('<') != std::string_view::npos) {
    const std::size_t open = text.find('<');
    const char after = open + 1 < text.size() ? text[open + 1] : ' ';
    if ((after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') || after == '/' ||
        after == '!') {
      report(RuleId::kPrimitiveSecurity, id, [&] {
        return std::string("the string looks like HTML, which some programs would run");
      });
    }
  }
}

void Judge::check_example_url(NodeId id) {
  if (options_.allow_example_urls) return;
  static constexpr std::string_view kExamples[] = {"//example.org", ".example.org", "//example.com",
                                                   "acme.com"};
  for (const std::string_view example : kExamples) {
    if (tape_[id].value().find(example) == std::string_view::npos) continue;
    report(RuleId::kUriExample, id,
           [&] { return "example URLs are not allowed here; found " + shown(id); });
    return;
  }
}

void Judge::check_identifier(NodeId id) {
  const NodeId system = child(id, known_.system);
  if (system == kNoNode || !tape_[system].has_value()) return;
  if (!is_absolute_uri(tape_[system].value())) {
    report(RuleId::kIdentifierSystem, system, [&] {
      return "the system of an identifier is an absolute URI; found " + shown(system);
    });
    return;
  }
  if (tape_[system].value() != "urn:ietf:rfc:3986") return;
  const NodeId value = child(id, known_.value);
  if (value == kNoNode || !tape_[value].has_value() || is_absolute_uri(tape_[value].value()))
    return;
  report(RuleId::kIdentifierValue, id,
         [&] { return "the value is a URI, as the system says; found " + shown(value); });
}

void Judge::check_attachment(NodeId id) {
  const NodeId data = child(id, known_.data);
  const NodeId size = child(id, known_.size);
  const NodeId hash = child(id, known_.hash);
  if (data == kNoNode || !tape_[data].has_value()) return;
  if (hash != kNoNode && tape_[hash].has_value()) {
    decode_base64(tape_[data].value(), decoded_);
    const auto digest = sha1(decoded_);
    decode_base64(tape_[hash].value(), decoded_);
    if (!std::equal(digest.begin(), digest.end(), decoded_.begin(), decoded_.end(),
                    [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); })) {
      report(RuleId::kAttachmentHash, id,
             [&] { return "the hash is not the SHA-1 of the data; found " + shown(hash); });
    }
  }
  if (size == kNoNode) return;
  std::size_t digits = 0;
  for (const char c : tape_[data].value()) digits += c != '=' && c != ' ' && c != '\n' && c != '\r';
  const std::size_t bytes = digits * 3 / 4;
  if (whole_value(tape_[size].value()) == bytes) return;
  report(RuleId::kAttachmentSize, id, [&] {
    return "the data has " + std::to_string(bytes) + " bytes; found size " + shown(size);
  });
}

bool Judge::same_primitive(const Tape& value_tape, NodeId value, NodeId id) const {
  const Node& wanted = value_tape[value];
  const Node& found = tape_[id];
  if (!same_text(wanted.value(), found.value())) return false;
  return wanted.kind == found.kind || wanted.kind == NodeKind::kText ||
         found.kind == NodeKind::kText;
}

// Everything equal, in order (ElementDefinition.fixed[x]).
bool Judge::equals(const Tape& value_tape, NodeId value, NodeId id) const {
  const Node& wanted = value_tape[value];
  if (wanted.has_value() != tape_[id].has_value()) return false;
  if (wanted.has_value() && !same_primitive(value_tape, value, id)) return false;
  NodeId a = wanted.first;
  NodeId b = tape_[id].first;
  const auto count = [](const Tape& tape, NodeId first) {
    std::size_t total = 0;
    for (; first != kNoNode; first = tape[first].next) ++total;
    return total;
  };
  if (count(value_tape, a) != count(tape_, b)) return false;
  for (; a != kNoNode; a = value_tape[a].next) {
    const NameId name = value_tape[a].name;
    std::uint32_t index = value_tape.index(a);
    NodeId found = next_named(tape_, b, name);
    for (; index > 0 && found != kNoNode; --index) {
      found = next_named(tape_, tape_[found].next, name);
    }
    if (found == kNoNode || !equals(value_tape, a, found)) return false;
  }
  return true;
}

// Everything that the pattern has, items of lists in any order (ElementDefinition.pattern[x]).
bool Judge::has_pattern(const Tape& value_tape, NodeId value, NodeId id) const {
  const Node& wanted = value_tape[value];
  if (wanted.has_value() && (!tape_[id].has_value() || !same_primitive(value_tape, value, id))) {
    return false;
  }
  for (NodeId a = wanted.first; a != kNoNode; a = value_tape[a].next) {
    bool found = false;
    for (NodeId b = tape_[id].first; b != kNoNode && !found; b = tape_[b].next) {
      found = tape_[b].name == value_tape[a].name && has_pattern(value_tape, a, b);
    }
    if (!found) return false;
  }
  return true;
}

// Extension regex of an element or of its type.
void Judge::check_regex(NodeId id, const Checks& checks, const StructureDefinition* structure) {
  const std::string& regex = checks.definition->regex;
  if (!checks.regex->ok()) {
    not_checked(RuleId::kRegexNotChecked, id, {},
                [&] { return "the pattern " + regex + " cannot be read by RE2"; });
    return;
  }
  if (checks.regex->is_all_of(tape_[id].value())) return;
  report(
      RuleId::kPrimitiveRegex, id,
      [&] { return "the value must match " + regex + "; found " + shown(id); }, structure);
}

void Judge::check_value(NodeId id, const Checks& checks, const StructureDefinition* structure) {
  if (in_profiles_ && !missed_.empty() && (checks.fixed != nullptr || checks.pattern != nullptr) &&
      !quiet_) {
    forgive_demanded(id, checks);
  }
  if (checks.fixed != nullptr) {
    const Tape& value = checks.fixed->tape;
    if (!equals(value, value.root(), id)) {
      report(
          RuleId::kFixedValue, id,
          [&] {
            return "the value must be exactly " + checks.fixed->json + "; found " + shown(id);
          },
          structure);
    }
  }
  if (checks.pattern != nullptr) {
    const Tape& value = checks.pattern->tape;
    if (!has_pattern(value, value.root(), id)) {
      report(
          RuleId::kPatternValue, id,
          [&] { return "the value must have " + checks.pattern->json + "; found " + shown(id); },
          structure);
    }
  }
  if (checks.max_length != 0 && tape_[id].has_value() &&
      characters(tape_[id].value()) > checks.max_length) {
    report(
        RuleId::kMaxLength, id,
        [&] { return "at most " + std::to_string(checks.max_length) + " characters"; }, structure);
  }
  if (checks.min_value != nullptr || checks.max_value != nullptr) check_limits(id, checks);
  if (checks.regex != nullptr && tape_[id].has_value()) check_regex(id, checks, structure);
}

}  // namespace oncobridge::profiles
