// StructureDefinition as an instance: can a profile be made of it?
#include <algorithm>
#include <string>
#include <vector>

#include "oncobridge/fhir/tape_writer.h"
#include "profiles/definition_reader.h"
#include "profiles/judge.h"
#include "profiles/snapshot.h"
#include "profiles/structure_reader.h"

namespace oncobridge::profiles {
namespace {

// The elements of a differential that a snapshot has a place for, not at the price of others:
// elements stand in the order of the base. Slices and what is in them may stand in any order.
std::vector<bool> in_place(const SnapshotTrace& trace) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < trace.changes.size(); ++i) {
    if (trace.changes[i].found) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return trace.changes[a].place < trace.changes[b].place;
  });
  std::vector<bool> fits(trace.changes.size(), false);
  std::uint32_t next = 0;
  for (const std::uint32_t change : order) {
    if (change < next) continue;
    fits[change] = true;
    next = change + 1;
  }
  return fits;
}

}  // namespace

void Judge::check_structure(NodeId id) {
  const NodeId differential = member(id, "differential");
  if (differential == kNoNode) return;
  check_constraints(differential);
  StructureDefinition structure;
  if (!read_definition(id, structure)) return;  // said already
  if (structure.url.empty() || structure.base.empty() || structure.differential.empty()) return;
  check_differential(id, member(differential, "element"), structure);
}

// The definition without its snapshot. False: it has no form that could be read.
bool Judge::read_definition(NodeId id, StructureDefinition& structure) {
  if (tape_.form() == SourceForm::kJson) {
    if (structures_ == nullptr) {
      structures_ = std::make_unique<StructureReader>(definitions_.schema().names());
    }
    structures_->read(tape_, id, StructureParts::kDifferential, structure);
    return true;
  }
  // What XML leaves open is told to a tape of its own.
  std::string bytes;
  if (id != tape_.root() && !append_xml(tape_, id, bytes)) return false;
  DefinitionReader reader(&definitions_.store());
  reader.keep_differentials(true);
  auto read = reader.read(id == tape_.root() ? tape_.source() : std::string_view(bytes));
  if (!read || !std::holds_alternative<StructureDefinition>(*read)) return false;
  structure = std::move(std::get<StructureDefinition>(*read));
  return true;
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
  const auto trace = trace_snapshot(definitions_.store(), structure);
  if (!trace) {
    const Fault& fault = trace.error();
    if (fault.rule == "snapshot-base" || fault.rule == "snapshot-cycle") {
      report(RuleId::kStructureBase, id, [&] { return fault.message; });
    } else {
      broken(fault.message + (fault.place.path.empty() ? "" : " (" + fault.place.path + ")"));
    }
    return;
  }
  const std::vector<bool> fits = in_place(*trace);
  std::size_t index = 0;
  for (NodeId element = elements; element != kNoNode && index < fits.size();
       element = tape_.next_same(element), ++index) {
    check_changed_element(element, structure.differential[index], trace->changes[index],
                          fits[index]);
  }
  const auto lost = std::count(fits.begin(), fits.end(), false);
  if (lost == 0) return;
  broken(std::to_string(lost) + " of the elements of the differential change nothing");
}

void Judge::check_changed_element(NodeId node, const ElementDefinition& change,
                                  const SnapshotTrace::Change& result, bool in_place) {
  if (!in_place) {
    report(RuleId::kDifferentialElement, node, [&] {
      return change.path + " is no element of the base, or stands after one that it precedes there";
    });
  }
  if (!result.found) return;
  if (!result.types.empty() &&
      std::none_of(result.types.begin(), result.types.end(), [&](const std::string& code) {
        const Type* type = definitions_.schema().type(code);
        return type == nullptr || may_be_bound(*type);
      })) {
    report(RuleId::kDifferentialBinding, node, [&] {
      return "a binding has no meaning for " + change.path + ", whose type is " +
             result.types.front();
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
      const auto& parsed =
          expressions_.parse(tape_[expression].value(), fhirpath::Leniency::kDefinitions);
      if (parsed) continue;
      report(RuleId::kExpression, expression, [&] { return parsed.error().message; });
    }
  }
}

}  // namespace oncobridge::profiles
