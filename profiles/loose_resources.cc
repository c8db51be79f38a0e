#include "profiles/loose_resources.h"

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

}  // namespace

Result<void> LooseResources::add(std::string_view type, std::string_view bytes) {
  if (type != "ImplementationGuide" && type != "Questionnaire") return {};
  const NameTable table;
  Names names(table);
  Tape tape(names);
  const std::size_t start = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool xml = start != std::string_view::npos && bytes[start] == '<';
  if (!(xml ? tape.read_xml(bytes) : tape.read_json(bytes)) || tape.root() == kNoNode) {
    return fault("definition-broken", "the " + std::string(type) + " cannot be read");
  }
  if (type == "Questionnaire") {
    auto kept = std::make_unique<LooseQuestionnaire>();
    kept->url = text_of(tape, tape.root(), "url");
    kept->version = text_of(tape, tape.root(), "version");
    kept->bytes = bytes;
    questionnaires.push_back(std::move(kept));
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
  const Canonical wanted = split_canonical(canonical);
  for (auto at = questionnaires.rbegin(); at != questionnaires.rend(); ++at) {
    if ((*at)->url != wanted.url) continue;
    if (wanted.version.empty() || (*at)->version == wanted.version) return at->get();
  }
  return nullptr;
}

}  // namespace oncobridge::profiles
