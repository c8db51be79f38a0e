// MeasureReport as an instance: its groups, populations, stratifiers and scores are those of the
// measure that it reports on (FHIR R4 measurereport.html).
#include <algorithm>
#include <string>
#include <vector>

#include "fhir/byte_scan.h"
#include "profiles/fhirpath_decimal.h"
#include "profiles/judge.h"

namespace oncobridge::profiles {
namespace {

// Measure.scoring codes of groups without a score, and whose score is a share from 0 to 1.
constexpr std::string_view kCohort = "cohort";
constexpr std::string_view kProportion = "proportion";

// Reads members of a resource on a tape of its own.
class Measure {
 public:
  Measure(const Tape& tape, Names& names) : tape_(tape), names_(names) {}

  NodeId child(NodeId id, std::string_view name) const {
    return id == kNoNode ? kNoNode : tape_.child(id, names_.intern(name));
  }
  std::string_view text(NodeId id, std::string_view name) const {
    const NodeId found = child(id, name);
    return found == kNoNode ? std::string_view() : tape_[found].value();
  }
  // True if both CodeableConcepts have a coding in common, or the same text where they have none.
  bool same_code(NodeId own, const Measure& other, NodeId others) const {
    if (own == kNoNode || others == kNoNode) return false;
    for (NodeId a = child(own, "coding"); a != kNoNode; a = tape_.next_same(a)) {
      for (NodeId b = other.child(others, "coding"); b != kNoNode; b = other.tape_.next_same(b)) {
        if (text(a, "code") == other.text(b, "code") &&
            text(a, "system") == other.text(b, "system")) {
          return true;
        }
      }
    }
    return !text(own, "text").empty() && text(own, "text") == other.text(others, "text");
  }
  std::size_t count(NodeId first) const {
    std::size_t total = 0;
    for (; first != kNoNode; first = tape_.next_same(first)) ++total;
    return total;
  }
  const Tape& tape() const { return tape_; }

 private:
  const Tape& tape_;
  Names& names_;
};

}  // namespace

struct Judge::MeasureReport {
  Measure report;
  Measure measure;
  std::string_view scoring;
  std::string_view type;
  bool complete = false;  // status: nothing may be missing
};

void Judge::check_measure_report(NodeId id) {
  const std::string_view canonical = member_text(id, "measure");
  if (canonical.empty()) return;
  const Measure report(tape_, names_);
  const auto check = [&](const Measure& measure, NodeId root) {
    const NodeId scoring = measure.child(measure.child(root, "scoring"), "coding");
    check_report_groups(id,
                        {report, measure, measure.text(scoring, "code"), text_of(id, known_.type),
                         member_text(id, "status") == "complete"},
                        root);
  };
  if (canonical.front() == '#') {
    const NodeId target = resolve_local(id, canonical.substr(1)).node;
    if (target != kNoNode && tape_[target].value() == "Measure") check(report, target);
    return;
  }
  const LooseMeasure* loose = definitions_.loose().find_measure(canonical);
  if (loose == nullptr) {
    not_checked(RuleId::kMeasureUnknown, member(id, "measure"), canonical, [&] {
      return "the measure " + std::string(canonical) +
             " is not at hand, so the groups of the report have not been checked";
    });
    return;
  }
  Tape tape(names_);
  const bool xml = begins_as_xml(loose->bytes);
  if (!(xml ? tape.read_xml(loose->bytes) : tape.read_json(loose->bytes))) return;
  check(Measure(tape, names_), tape.root());
}

// Pairs the parts of the report with those of the measure by code; where each has only one, and the
// report's has no code, these are a pair.
void Judge::check_report_parts(NodeId report_parent, NodeId measure_parent, std::string_view name,
                               const MeasureReport& context, const PairVisit& visit) {
  const Measure& report = context.report;
  const Measure& measure = context.measure;
  const NodeId first = report.child(report_parent, name);
  const NodeId wanted = measure.child(measure_parent, name);
  std::vector<NodeId> met;
  const bool single = report.count(first) == 1 && measure.count(wanted) == 1;
  for (NodeId part = first; part != kNoNode; part = tape_.next_same(part)) {
    NodeId found = kNoNode;
    const NodeId code = report.child(part, "code");
    if (single && code == kNoNode) found = wanted;
    for (NodeId at = wanted; at != kNoNode && found == kNoNode; at = measure.tape().next_same(at)) {
      for (NodeId own = code; own != kNoNode; own = tape_.next_same(own)) {
        if (report.same_code(own, measure, measure.child(at, "code"))) found = at;
      }
    }
    if (found != kNoNode) {
      met.push_back(found);
      if (visit) visit(part, found);
      continue;
    }
    this->report(RuleId::kMeasureGroup, part, [&] {
      return "the " + std::string(name) + " has no code that a " + std::string(name) +
             " of the measure has";
    });
  }
  if (first == kNoNode && !context.complete) return;
  for (NodeId at = wanted; at != kNoNode; at = measure.tape().next_same(at)) {
    if (std::find(met.begin(), met.end(), at) != met.end()) continue;
    this->report(RuleId::kMeasureGroup, report_parent, [&] {
      const std::string_view own_id = measure.text(at, "id");
      return "the report has no " + std::string(name) + " for one of the measure" +
             (own_id.empty() ? std::string() : " (" + std::string(own_id) + ")");
    });
  }
}

void Judge::check_report_groups(NodeId id, const MeasureReport& context, NodeId measure) {
  check_report_parts(id, measure, "group", context, [&](NodeId group, NodeId defined) {
    check_report_parts(group, defined, "population", context, nullptr);
    check_report_parts(group, defined, "stratifier", context, nullptr);
    check_measure_score(group, context);
  });
}

void Judge::check_measure_score(NodeId group, const MeasureReport& context) {
  const NodeId score = member(group, "measureScore");
  if (score == kNoNode) return;
  if (context.scoring == kCohort || context.type == "data-collection") {
    report(RuleId::kMeasureScore, score, [&] {
      return context.scoring == kCohort ? "a measure whose scoring is cohort has no score"
                                        : "a report of the type data-collection has no score";
    });
    return;
  }
  const NodeId value = child(score, known_.value);
  if (context.scoring != kProportion || value == kNoNode || !tape_[value].has_value()) return;
  const std::string_view text = tape_[value].value();
  const auto number = fhirpath::parse_decimal(text);
  if (!number || (!text.starts_with('-') && compare(*number, fhirpath::Decimal::of(1)) <= 0)) {
    return;
  }
  report(RuleId::kMeasureScore, score,
         [&] { return "the score of a proportion is 0 to 1; found " + shown(value); });
}

}  // namespace oncobridge::profiles
