// StructureDefinition as an instance: can a profile be made of it?
#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>
#include <vector>

#include "oncobridge/fhir/tape_writer.h"
#include "profiles/definition_reader.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/judge.h"
#include "profiles/snapshot.h"

namespace oncobridge::profiles {
namespace {

// The elements of a differential that a snapshot has no place for, or only at the price of others:
// elements stand in the order of the base. Slices and what is in them may stand in any order.
std::vector<bool> matched(const SnapshotTrace& trace, const StructureDefinition& snapshot) {
  std::unordered_map<std::string_view, std::uint32_t> place_of;
  for (std::uint32_t i = 0; i < snapshot.snapshot.size(); ++i) {
    place_of.emplace(snapshot.snapshot[i].id, i);
  }
  std::vector<std::uint32_t> places;
  for (const SnapshotTrace::Change& change : trace.changes) {
    places.push_back(change.place);
    if (change.place == SnapshotTrace::kNowhere) continue;
    const std::string_view id = snapshot.snapshot[change.place].id;
    const auto sliced = place_of.find(id.substr(0, id.find(':')));
    if (sliced != place_of.end()) places.back() = sliced->second;
  }
  std::vector<std::size_t> order(trace.changes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return places[a] < places[b]; });
  std::vector<bool> found(trace.changes.size(), false);
  std::size_t next = 0;
  for (const std::size_t change : order) {
    if (change < next || places[change] == SnapshotTrace::kNowhere) continue;
    found[change] = true;
    next = change + 1;
  }
  return found;
}

}  // namespace

void Judge::check_structure(NodeId id) {
  const NodeId differential = member(id, "differential");
  if (differential == kNoNode) return;
  check_constraints(differential);
  std::string bytes;
  if (id != tape_.root()) {
    if (tape_.form() == SourceForm::kJson) {
      append_json(tape_, id, bytes);
    } else if (!append_xml(tape_, id, bytes)) {
      return;
    }
  }
  DefinitionReader reader(&definitions_.store());
  reader.keep_differentials(true);
  auto read = reader.read(id == tape_.root() ? tape_.source() : std::string_view(bytes));
  if (!read || !std::holds_alternative<StructureDefinition>(*read)) return;  // said already
  StructureDefinition& structure = std::get<StructureDefinition>(*read);
  structure.snapshot.clear();
  if (structure.base.empty() || structure.differential.empty()) return;
  check_differential(id, member(differential, "element"), structure);
}

void Judge::check_differential(NodeId id, NodeId elements, const StructureDefinition& structure) {
  const auto broken = [&](const std::string& why) {
    report(RuleId::kSnapshotBroken, id, [&] { return "no snapshot can be made: " + why; });
  };
  const ElementDefinition& root = structure.differential.front();
  if (root.slicing.present && root.path.find('.') == std::string::npos) {
    broken("the root of a profile is not sliced");
    report(RuleId::kDifferentialSlicing, elements,
           [] { return "the root of a profile is not sliced"; });
    return;
  }
  SnapshotTrace trace;
  const auto made = make_snapshot(definitions_.store(), structure, {}, &trace);
  if (!made) {
    const std::string& why = made.error().message;
    if (made.error().rule == "snapshot-base" || made.error().rule == "snapshot-cycle") {
      report(RuleId::kStructureBase, id, [&] { return why; });
    } else {
      broken(why + (made.error().place.path.empty() ? "" : " (" + made.error().place.path + ")"));
    }
    return;
  }
  const std::vector<bool> found = matched(trace, *made);
  std::size_t index = 0;
  for (NodeId element = elements; element != kNoNode && index < found.size();
       element = tape_.next_same(element), ++index) {
    check_changed_element(element, structure.differential[index], *made, trace.changes[index],
                          found[index]);
  }
  const auto lost = std::count(found.begin(), found.end(), false);
  if (lost == 0) return;
  broken(std::to_string(lost) + " of the elements of the differential change nothing");
}

void Judge::check_changed_element(NodeId node, const ElementDefinition& change,
                                  const StructureDefinition& snapshot,
                                  const SnapshotTrace::Change& result, bool found) {
  if (!found) {
    report(RuleId::kDifferentialElement, node, [&] {
      return change.path + " is no element of the base, or stands after one that it precedes there";
    });
  }
  if (result.place == SnapshotTrace::kNowhere) return;
  const ElementDefinition& element = snapshot.snapshot[result.place];
  if (change.has_binding && !element.types.empty() &&
      std::none_of(element.types.begin(), element.types.end(), [&](const TypeRef& ref) {
        const Type* type = definitions_.schema().type(ref.code);
        return type == nullptr || may_be_bound(*type);
      })) {
    report(RuleId::kDifferentialBinding, node, [&] {
      return "a binding has no meaning for " + change.path + ", whose type is " +
             element.types.front().code;
    });
  }
  if (result.contradicts) {
    report(RuleId::kDifferentialFixed, node, [&] {
      return "the base fixes another value of " + change.path + " than " + change.fixed.json;
    });
  }
}

// What a binding may be stated for (FHIR R4 terminologies.html#binding).
bool Judge::may_be_bound(const Type& type) {
  return is_bindable(type) || type.is_a("string") || type.is_a("uri") ||
         type.name == "CodeableReference" || type.role == TypeRole::kExtension;
}

void Judge::check_constraints(NodeId elements) {
  for (NodeId element = tape_[elements].first; element != kNoNode; element = tape_[element].next) {
    for (NodeId constraint = member(element, "constraint"); constraint != kNoNode;
         constraint = tape_.next_same(constraint)) {
      const NodeId expression = member(constraint, "expression");
      if (expression == kNoNode || !tape_[expression].has_value()) continue;
      const auto parsed = fhirpath::parse(tape_[expression].value(), definitions_.schema().names(),
                                          fhirpath::Leniency::kDefinitions);
      if (parsed) continue;
      report(RuleId::kExpression, expression, [&] { return parsed.error().message; });
    }
  }
}

}  // namespace oncobridge::profiles
