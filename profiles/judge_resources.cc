// Rules of single resource types that their definitions do not state. Each type has one function;
// resources of other types cost a look at a table.
#include <algorithm>
#include <array>

#include "profiles/judge.h"
#include "profiles/primitive.h"

namespace oncobridge::profiles {

void Judge::check_resource(NodeId id) {
  struct Entry {
    std::string_view type;
    bool canonical = true;                   // its `url` is the canonical of a definition
    void (Judge::*check)(NodeId) = nullptr;  // what else is to be looked at
  };
  // FHIR R4 resource.html#canonical; in alphabetical order.
  static constexpr std::array kEntries = {
      Entry{"ActivityDefinition"},
      Entry{"Bundle", false, &Judge::check_signature},
      Entry{"CapabilityStatement"},
      Entry{"ChargeItemDefinition"},
      Entry{"CodeSystem", true, &Judge::check_code_system},
      Entry{"CompartmentDefinition"},
      Entry{"ConceptMap"},
      Entry{"EffectEvidenceSynthesis"},
      Entry{"EventDefinition"},
      Entry{"Evidence"},
      Entry{"EvidenceVariable"},
      Entry{"ExampleScenario"},
      Entry{"GraphDefinition"},
      Entry{"ImplementationGuide"},
      Entry{"Library"},
      Entry{"Measure"},
      Entry{"MeasureReport", false, &Judge::check_measure_report},
      Entry{"MessageDefinition"},
      Entry{"OperationDefinition"},
      Entry{"PlanDefinition"},
      Entry{"Questionnaire"},
      Entry{"ResearchDefinition"},
      Entry{"ResearchElementDefinition"},
      Entry{"RiskEvidenceSynthesis"},
      Entry{"SearchParameter", true, &Judge::check_search_parameter},
      Entry{"StructureDefinition", true, &Judge::check_structure},
      Entry{"StructureMap"},
      Entry{"TerminologyCapabilities"},
      Entry{"TestScript"},
      Entry{"ValueSet", true, &Judge::check_value_set},
  };
  const auto entry =
      std::lower_bound(kEntries.begin(), kEntries.end(), tape_[id].value(),
                       [](const Entry& known, std::string_view type) { return known.type < type; });
  if (entry == kEntries.end() || entry->type != tape_[id].value()) return;
  if (entry->canonical) check_canonical_url(id);
  if (entry->check != nullptr) (this->*entry->check)(id);
}

NodeId Judge::member(NodeId id, std::string_view name) { return child(id, names_.intern(name)); }

std::string_view Judge::member_text(NodeId id, std::string_view name) {
  const NodeId found = member(id, name);
  return found == kNoNode ? std::string_view() : tape_[found].value();
}

void Judge::check_canonical_url(NodeId id) {
  const NodeId url = child(id, known_.url);
  if (url == kNoNode || !tape_[url].has_value() || is_absolute_uri(tape_[url].value())) return;
  report(RuleId::kCanonicalUrl, url,
         [&] { return "the url of a definition is absolute; found " + shown(url); });
}

// A JSON Web Signature is to be encoded as base64 once more: `Signature.data` is base64Binary.
void Judge::check_signature(NodeId id) {
  const NodeId signature = member(id, "signature");
  const NodeId data = signature == kNoNode ? kNoNode : child(signature, known_.data);
  if (data == kNoNode || !tape_[data].has_value()) return;
  const std::string_view text = tape_[data].value();
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  // `eyJ` is how `{"` begins in base64: the header of the signature.
  if (second == std::string_view::npos || !text.starts_with("eyJ")) return;
  report(RuleId::kSignatureData, id, [] {
    return "the data of the signature is a JSON Web Signature as such; it is to be encoded in "
           "base64 once more";
  });
}

}  // namespace oncobridge::profiles
