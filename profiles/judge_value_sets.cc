// CodeSystem and ValueSet as instances.
#include <algorithm>
#include <vector>

#include "oncobridge/base/text.h"
#include "profiles/judge.h"
#include "profiles/primitive.h"

namespace oncobridge::profiles {
namespace {

constexpr std::string_view kParameter =
    "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter";
constexpr std::string_view kExpression = "http://hl7.org/fhir/StructureDefinition/cqf-expression";

}  // namespace

// CodeSystem.count is the number of concepts; one that holds only a part has fewer.
void Judge::check_code_system(NodeId id) {
  const NodeId count = member(id, "count");
  if (count == kNoNode || tape_[count].kind == NodeKind::kAbsent) return;
  const std::string_view content = member_text(id, "content");
  const bool part = content == "fragment" || content == "example";
  if (content != "complete" && !part) return;
  const NameId concept_name = names_.intern("concept");
  std::size_t found = 0;
  for (NodeId top = child(id, concept_name); top != kNoNode; top = tape_.next_same(top)) {
    const NodeId end = end_of(top);
    for (NodeId at = top; at < end; ++at) {
      found += tape_[at].name == concept_name && tape_[at].kind == NodeKind::kObject;
    }
  }
  const std::size_t stated = whole_value(tape_[count].value()).value_or(0);
  if (part ? found <= stated : found == stated) return;
  report(RuleId::kCodeSystemCount, count, [&] {
    return "the code system is " + std::string(part ? "a part" : "complete") + " and has " +
           std::to_string(found) + " concepts; found count " + shown(count);
  });
}

void Judge::check_value_set(NodeId id) {
  const NodeId compose = member(id, "compose");
  if (compose == kNoNode) return;
  for (NodeId part = tape_[compose].first; part != kNoNode; part = tape_[part].next) {
    const std::string_view name = tape_.name(part);
    if (name == "include" || name == "exclude") check_value_set_part(id, part);
  }
}

void Judge::check_value_set_part(NodeId id, NodeId part) {
  const NodeId system = child(part, known_.system);
  if (system != kNoNode && tape_[system].has_value() && !is_absolute_uri(tape_[system].value())) {
    report(RuleId::kValueSetSystem, part, [&] {
      return "system is an absolute URI, also of a contained code system; found " + shown(system);
    });
    return;
  }
  const NodeId first = member(part, "filter");
  for (NodeId filter = first; filter != kNoNode; filter = tape_.next_same(filter)) {
    check_filter(part, filter);
    check_filter_expression(id, filter);
  }
}

// A property that is a Coding is compared with `system#code` (FHIR R4 valueset.html#filters).
void Judge::check_filter(NodeId part, NodeId filter) {
  const NodeId value = child(filter, known_.value);
  if (value == kNoNode || !tape_[value].has_value() || member_text(filter, "op") != "=") return;
  std::string canonical(text_of(part, known_.system));
  const std::string_view version = text_of(part, known_.version);
  if (!version.empty()) (canonical += '|') += version;
  const CodeSystem* system = definitions_.store().find_code_system(canonical);
  const std::string_view property = member_text(filter, "property");
  if (system == nullptr ||
      std::find(system->coding_properties.begin(), system->coding_properties.end(), property) ==
          system->coding_properties.end()) {
    return;
  }
  const std::string_view text = tape_[value].value();
  const std::size_t hash = text.find('#');
  const Canonical named = split_canonical(text.substr(0, std::min(hash, text.size())));
  if (hash == std::string_view::npos || !is_absolute_uri(named.url)) {
    report(RuleId::kValueSetFilter, filter, [&] {
      return "a filter on " + std::string(property) +
             ", which is a Coding, has a value of the form system#code; found " + shown(value);
    });
    return;
  }
  const CodeResult found =
      definitions_.terminology().look_up(named.url, named.version, text.substr(hash + 1));
  if (found.status != CodeStatus::kNotFound && found.status != CodeStatus::kMalformed) return;
  report(RuleId::kValueSetFilter, filter,
         [&] { return shown(value) + ", the value of a filter, is no code of its system"; });
}

// `%name` in the expression of a filter is one of the parameters of the value set.
void Judge::check_filter_expression(NodeId id, NodeId filter) {
  const NodeId value = child(filter, known_.value);
  if (value == kNoNode) return;
  for (NodeId extension = child(value, known_.extension); extension != kNoNode;
       extension = tape_.next_same(extension)) {
    const NodeId content = member(extension, "valueExpression");
    if (text_of(extension, known_.url) != kExpression || content == kNoNode) continue;
    const std::string_view text = member_text(content, "expression");
    if (!text.starts_with('%') || text.find_first_of(" .()|'`") != std::string_view::npos) continue;
    bool known = false;
    for (NodeId at = child(id, known_.extension); at != kNoNode; at = tape_.next_same(at)) {
      if (text_of(at, known_.url) != kParameter) continue;
      for (NodeId fact = child(at, known_.extension); fact != kNoNode;
           fact = tape_.next_same(fact)) {
        known |=
            text_of(fact, known_.url) == "name" && member_text(fact, "valueCode") == text.substr(1);
      }
    }
    if (known) continue;
    report(RuleId::kValueSetParameter, content,
           [&] { return "`" + std::string(text) + "` is no parameter of the value set"; });
  }
}

}  // namespace oncobridge::profiles
