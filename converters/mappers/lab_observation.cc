// The frame of laboratory Observations, see the header.
#include "converters/mappers/lab_observation.h"

namespace oncobridge {

bool specimen_fits(const Ref& specimen) {
  return !stands(specimen) || reinterpret_cast<const Specimen*>(specimen.target)->type;
}

void related_condition(Mapping& m, const Ref& condition) {
  if (!stands(condition)) return;
  m.json().raw(R"(,"extension":[{"url":")");
  m.json().raw(kMcodeBase);
  m.json().raw("mcode-related-condition\"");
  m.reference("valueReference", condition);
  m.json().raw("}]");
}

void begin_lab(Mapping& m, const LabFinding& finding, std::string_view id, std::string_view profile,
               const LabCode& code) {
  m.begin(ResourceType::Observation, id, finding.fact, profile);
  related_condition(m, finding.condition);
  m.status("final");
  m.code_list("category", Fixed::category_laboratory);
  if (code.suffix.empty()) {
    m.codeable("code", code.term, code.text);
  } else {
    m.json().key("code");
    m.json().begin_object();
    if (code.term != nullptr) m.json().raw("coding", code.term->codings_json);
    m.json().string("text", code.text, code.suffix);
    m.tell({code.text, code.suffix});
    m.json().end_object();
  }
  m.subject();
  m.time("effective", finding.when, TimeRule::day);
}

void end_lab(Mapping& m, const LabFinding& finding) {
  m.reference("specimen", finding.specimen);
  m.end();
}

void JoinedText::add(std::string_view prefix, std::string_view text, Leaf leaf) {
  if (leaf == 0) return;
  m_.use(leaf);
  if (open_) {
    m_.json().string_part("; ");
  } else {
    m_.json().open_string(name_);
    open_ = true;
  }
  m_.json().string_part(prefix);
  m_.json().string_part(text);
}

void JoinedText::add(const Fact& fact) {
  add("", fact.text);
  for (const Text& text : fact.note) add("", text);
  for (const Conflict& conflict : fact.conflicts) {
    add("Contradicting statement: ", conflict.text);
    for (const SourcePlace& place : conflict.source) {
      add("Contradicting statement stands at: ", place.place);
      if (!place.document) continue;
      const auto& document = *reinterpret_cast<const SourceDocument*>(place.document.target);
      add("Contradicting statement stands in: ", document.title.value, place.document.leaf);
    }
  }
}

void JoinedText::close() {
  if (open_) m_.json().close_string();
}

}  // namespace oncobridge
