#include "profiles/loose_resources.h"

#include <algorithm>
#include <array>

#include "fhir/byte_scan.h"
#include "oncobridge/fhir/tape.h"
#include "profiles/definition.h"

namespace oncobridge::profiles {
namespace {

std::string_view text_of(const Tape& tape, NodeId parent, std::string_view name) {
  for (NodeId id = tape[parent].first; id != kNoNode; id = tape[id].next) {
    if (tape.name(id) == name) return tape[id].value();
  }
  return {};
}

template <typename Loose>
const Loose* find_in(const std::vector<std::unique_ptr<Loose>>& all, std::string_view canonical) {
  const Canonical wanted = split_canonical(canonical);
  for (auto at = all.rbegin(); at != all.rend(); ++at) {
    if ((*at)->url != wanted.url) continue;
    if (wanted.version.empty() || (*at)->version == wanted.version) return at->get();
  }
  return nullptr;
}

template <typename Loose>
Loose& add_to(std::vector<std::unique_ptr<Loose>>& all, const Tape& tape) {
  Loose& added = *all.emplace_back(std::make_unique<Loose>());
  added.url = text_of(tape, tape.root(), "url");
  added.version = text_of(tape, tape.root(), "version");
  return added;
}

void read_search_parameter(const Tape& tape, LooseSearchParameter& out) {
  out.type = text_of(tape, tape.root(), "type");
  out.expression = text_of(tape, tape.root(), "expression");
  for (NodeId id = tape[tape.root()].first; id != kNoNode; id = tape[id].next) {
    if (tape.name(id) == "base") (out.bases += out.bases.empty() ? "" : ",") += tape[id].value();
  }
}

constexpr std::array<std::string_view, 4> kTypes = {"ImplementationGuide", "Measure",
                                                    "Questionnaire", "SearchParameter"};

}  // namespace

bool LooseResources::takes(std::string_view type) {
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

Result<void> LooseResources::add(std::string_view type, std::string_view bytes) {
  if (!takes(type)) return {};
  const NameTable table;
  Names names(table);
  Tape tape(names);
  const bool readable = begins_as_xml(bytes) ? tape.read_xml(bytes) : tape.read_json(bytes);
  if (!readable || tape.root() == kNoNode) {
    return fault("definition-broken", "the " + std::string(type) + " cannot be read");
  }
  if (type == "Questionnaire") {
    add_to(questionnaires, tape).bytes = bytes;
    return {};
  }
  if (type == "Measure") {
    add_to(measures, tape).bytes = bytes;
    return {};
  }
  if (type == "SearchParameter") {
    read_search_parameter(tape, add_to(search_parameters, tape));
    return {};
  }
  for (NodeId id = tape[tape.root()].first; id != kNoNode; id = tape[id].next) {
    if (tape.name(id) != "global") continue;
    global_profiles.push_back(
        {std::string(text_of(tape, id, "type")), std::string(text_of(tape, id, "profile"))});
  }
  return {};
}

const LooseQuestionnaire* LooseResources::find_questionnaire(std::string_view canonical) const {
  return find_in(questionnaires, canonical);
}

const LooseMeasure* LooseResources::find_measure(std::string_view canonical) const {
  return find_in(measures, canonical);
}

const LooseSearchParameter* LooseResources::find_search_parameter(
    std::string_view canonical) const {
  return find_in(search_parameters, canonical);
}

}  // namespace oncobridge::profiles
