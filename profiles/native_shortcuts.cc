#include "profiles/native_shortcuts.h"

#include <algorithm>
#include <array>

#include "profiles/member_facts.h"

namespace oncobridge::profiles {

using fhirpath::Document;
using fhirpath::is_element;
using fhirpath::Truth;

namespace {

using Members = MemberFacts::Members;
using View = MemberFacts::View;

// What shortcuts ask. A text that is not there, not alone or no string is empty.
struct Ask {
  MemberFacts& facts;
  const Document& document;
  const Tape& tape;

  std::string_view text(NodeId node) const { return string_of(document, node); }
  std::string_view one_text(const Members& at, Fact fact) const {
    return at.has_one(fact) ? text(at.at(fact)) : std::string_view();
  }
  NodeId child(NodeId node, Fact fact) const {
    NodeId found = tape[node].first;
    while (found != kNoNode && (tape[found].name != facts.name(fact) || !is_element(tape[found]))) {
      found = tape[found].next;
    }
    return found;
  }
  bool has_child(NodeId node, Fact fact) const { return child(node, fact) != kNoNode; }
  std::string_view one_text(NodeId node, Fact fact) const {
    const NodeId found = child(node, fact);
    return found == kNoNode || tape.next_same(found) != kNoNode ? std::string_view() : text(found);
  }
  bool has_one_text(NodeId node, Fact fact) const { return !one_text(node, fact).empty(); }
  // Calls with the text `inner` of each `outer` until one gives false.
  template <typename Visit>
  void each(const Members& at, Fact outer, Fact inner, const Visit& visit) const {
    if (!at.has(outer)) return;
    for (NodeId node = at.at(outer); node != kNoNode; node = tape.next_same(node)) {
      if (is_element(tape[node]) && !visit(one_text(node, inner))) return;
    }
  }
  bool differ(const Members& at, Fact outer, Fact inner) const {
    bool differ = true;
    facts.texts().clear();
    each(at, outer, inner,
         [&](std::string_view text) { return differ = !text.empty() && facts.texts().add(text); });
    return differ;
  }

  const View& view(NodeId node) const { return facts.view(document, node); }
  // Of a StructureDefinition; null if it has none, several, or one without paths.
  const View* view(const Members& at, Fact fact) const {
    if (!at.has_one(fact)) return nullptr;
    const View& found = view(at.at(fact));
    return found.has_paths ? &found : nullptr;
  }
  template <typename Holds>
  bool views_hold(const Members& at, const Holds& holds) const {
    for (const Fact fact : {Fact::kSnapshot, Fact::kDifferential}) {
      if (!at.has(fact)) continue;
      const View* found = view(at, fact);
      if (found == nullptr || !holds(*found)) return false;
    }
    return true;
  }
  // The StructureDefinition whose only `view` the node is; null where it is not.
  const Members* structure(NodeId node, Fact view) const {
    const NodeId parent = tape[node].parent;
    if (parent == kNoNode || tape.resource_of(node) != parent) return nullptr;
    const Members& at = facts.of(document, parent);
    return at.has_one(view) && at.at(view) == node ? &at : nullptr;
  }
  const MemberFacts::Entries& entries(const Members& at) const {
    return facts.entries(document, at.node);
  }
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number of few digits.
bool is_count(std::string_view text) {
  return !text.empty() && text.size() <= 9 && std::all_of(text.begin(), text.end(), is_digit);
}
std::uint32_t count_of(std::string_view text) {
  std::uint32_t count = 0;
  for (const char c : text) count = count * 10 + static_cast<std::uint32_t>(c - '0');
  return count;
}

bool is_reference(const Ask& ask, const Members& type) {
  const std::string_view code = ask.one_text(type, Fact::kCode);
  return code == "Reference" || code == "canonical";
}

// `Observation.component.value[x]`: letters and digits, no name longer than 64, the first name by
// itself, others in lower case and, it may be, with [x].
bool is_plain_path(std::string_view path) {
  bool first = true;
  for (std::size_t at = 0;; first = false) {
    const std::size_t start = at;
    while (at < path.size() && (is_letter(path[at]) || is_digit(path[at]))) ++at;
    if (at == start || at - start > 64) return false;
    if (is_digit(path[start]) || (!first && path[start] < 'a')) return false;
    if (!first && path.substr(at).starts_with("[x]")) at += 3;
    if (at == path.size()) return true;
    if (path[at++] != '.') return false;
  }
}

// The codes of a code system's concepts, whose depth the tape has bounded.
bool codes_differ(const Ask& ask, NodeId above) {
  const NameId name = ask.facts.name(Fact::kConcept);
  for (NodeId at = ask.tape[above].first; at != kNoNode; at = ask.tape[at].next) {
    if (ask.tape[at].name != name || !is_element(ask.tape[at])) continue;
    const std::string_view code = ask.one_text(at, Fact::kCode);
    if (code.empty() || !ask.facts.texts().add(code) || !codes_differ(ask, at)) return false;
  }
  return true;
}

template <bool (*kHolds)(const Ask&, const Members&)>
Truth shortcut(NativeInvariants& natives, const Document& document, NodeId node) {
  MemberFacts& facts = natives.facts();
  const Ask ask{facts, document, *document.tape};
  return kHolds(ask, facts.of(document, node)) ? Truth::kTrue : Truth::kFault;
}

// ElementDefinition.max: the text itself.
Truth eld_3(NativeInvariants&, const Document& document, NodeId node) {
  const std::string_view text = string_of(document, node);
  return text == "*" || is_count(text) ? Truth::kTrue : Truth::kFault;
}

bool eld_2(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kMin) || !at.has(Fact::kMax)) return true;
  if (!at.has_one(Fact::kMin) || !at.has_one(Fact::kMax)) return false;
  const std::string_view max = ask.text(at.at(Fact::kMax));
  if (max == "*") return true;
  const Node& min = ask.tape[at.at(Fact::kMin)];
  return min.kind == NodeKind::kNumber && is_count(min.value()) && is_count(max) &&
         count_of(min.value()) <= count_of(max);
}

bool eld_4(const Ask& ask, const Members& at) {
  return !at.has(Fact::kAggregation) || is_reference(ask, at);
}

bool eld_5(const Ask&, const Members& at) {
  return !at.has(Fact::kContentReference) ||
         !(at.has(Fact::kType) || at.has(Fact::kDefaultValue) || at.has(Fact::kFixed) ||
           at.has(Fact::kPattern) || at.has(Fact::kExample) || at.has(Fact::kMinValue) ||
           at.has(Fact::kMaxValue) || at.has(Fact::kMaxLength) || at.has(Fact::kBinding));
}

bool eld_6(const Ask&, const Members& at) {
  return !at.has(Fact::kFixed) || !at.has(Fact::kType) || at.has_one(Fact::kType);
}

bool eld_7(const Ask&, const Members& at) {
  return !at.has(Fact::kPattern) || !at.has(Fact::kType) || at.has_one(Fact::kType);
}

bool eld_8(const Ask&, const Members& at) {
  return !at.has(Fact::kPattern) || !at.has(Fact::kFixed);
}

bool eld_11(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kBinding) || !at.has(Fact::kType)) return true;
  bool all_have_code = true;
  ask.each(at, Fact::kType, Fact::kCode,
           [&](std::string_view code) { return all_have_code = !code.empty(); });
  return all_have_code;
}

bool eld_12(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kValueSet)) return true;
  const std::string_view text = ask.one_text(at, Fact::kValueSet);
  return text.starts_with("http:") || text.starts_with("https") || text.starts_with("urn:");
}

bool eld_13(const Ask& ask, const Members& at) {
  return at.has_one(Fact::kType) ? ask.has_one_text(at.at(Fact::kType), Fact::kCode)
                                 : ask.differ(at, Fact::kType, Fact::kCode);
}

bool eld_14(const Ask& ask, const Members& at) {
  return ask.differ(at, Fact::kConstraint, Fact::kKey);
}

bool eld_15(const Ask&, const Members& at) {
  return !at.has(Fact::kDefaultValue) || !at.has(Fact::kMeaningWhenMissing);
}

bool eld_16(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kSliceName)) return true;
  const std::string_view text = ask.one_text(at, Fact::kSliceName);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("/-_[]@").find(c) != std::string_view::npos;
  });
}

bool eld_17(const Ask& ask, const Members& at) {
  return is_reference(ask, at) ||
         (!at.has(Fact::kTargetProfile) && !ask.one_text(at, Fact::kCode).empty());
}

bool eld_18(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kIsModifier)) return true;
  if (!at.has_one(Fact::kIsModifier)) return false;
  const NodeKind kind = ask.tape[at.at(Fact::kIsModifier)].kind;
  return kind == NodeKind::kFalse || (kind == NodeKind::kTrue && at.has(Fact::kIsModifierReason));
}

bool eld_19(const Ask& ask, const Members& at) {
  return is_plain_path(ask.one_text(at, Fact::kPath));
}

bool eld_20(const Ask& ask, const Members& at) {
  return is_plain_path(ask.one_text(at, Fact::kPath));
}

bool eld_21(const Ask&, const Members& at) { return at.has(Fact::kExpression); }

bool eld_22(const Ask&, const Members& at) {
  return !at.has(Fact::kSliceIsConstraining) || at.has(Fact::kSliceName);
}

bool sdf_1(const Ask& ask, const Members& at) {
  if (ask.one_text(at, Fact::kDerivation) == "constraint") return true;
  const View* view = ask.view(at, Fact::kSnapshot);
  return view != nullptr && view->paths_differ && !at.has_several(Fact::kDerivation);
}

bool sdf_3(const Ask& ask, const Members& at) {
  const View& view = ask.view(at.node);
  return view.has_paths && view.all_told;
}

bool sdf_8(const Ask& ask, const Members& at) {
  const View& view = ask.view(at.node);
  if (!view.has_paths || !view.below_first) return false;
  const Members* structure = ask.structure(at.node, Fact::kSnapshot);
  return structure != nullptr && (ask.one_text(*structure, Fact::kKind) == "logical" ||
                                  ask.one_text(*structure, Fact::kType) == view.first_path);
}

bool sdf_8a(const Ask& ask, const Members& at) {
  const View& view = ask.view(at.node);
  if (!view.has_paths || !view.below_first_name) return false;
  if (view.first_path.find_first_of("\r\n") != std::string_view::npos) return false;
  const Members* structure = ask.structure(at.node, Fact::kDifferential);
  if (structure == nullptr) return false;
  const std::string_view type = ask.one_text(*structure, Fact::kType);
  return ask.one_text(*structure, Fact::kKind) == "logical" ||
         (!type.empty() && view.first_path.starts_with(type));
}

bool sdf_8b(const Ask& ask, const Members& at) {
  const View& view = ask.view(at.node);
  return view.has_paths && view.all_have_base;
}

bool sdf_9(const Ask& ask, const Members& at) {
  return ask.views_hold(at, [](const View& view) { return view.bare_roots; });
}

bool sdf_10(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kBinding)) return true;
  return ask.has_child(at.at(Fact::kBinding), Fact::kValueSet) ||
         ask.has_child(at.at(Fact::kBinding), Fact::kDescription);
}

bool sdf_11(const Ask& ask, const Members& at) {
  if (at.has_several(Fact::kKind)) return false;
  if (!at.has(Fact::kSnapshot)) return true;
  const View* view = ask.view(at, Fact::kSnapshot);
  return view != nullptr && view->first_path == ask.one_text(at, Fact::kType);
}

bool sdf_15(const Ask& ask, const Members& at) {
  if (at.has_several(Fact::kKind)) return false;
  if (!at.has(Fact::kSnapshot)) return true;
  const View* view = ask.view(at, Fact::kSnapshot);
  return view != nullptr && !view->first_has_type;
}

bool sdf_15a(const Ask& ask, const Members& at) {
  if (at.has_several(Fact::kKind)) return false;
  if (!at.has(Fact::kDifferential)) return true;
  const View* view = ask.view(at, Fact::kDifferential);
  return view != nullptr && !view->first_has_type;
}

bool sdf_16(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kSnapshot)) return true;
  const View* view = ask.view(at, Fact::kSnapshot);
  return view != nullptr && view->ids_differ;
}

bool sdf_17(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kDifferential)) return true;
  const View* view = ask.view(at, Fact::kDifferential);
  return view != nullptr && view->ids_differ;
}

bool sdf_19(const Ask& ask, const Members& at) {
  const std::string_view url = ask.one_text(at, Fact::kUrl);
  if (url.empty()) return false;
  if (!url.starts_with("http://hl7.org/fhir/StructureDefinition")) return true;
  const View* snapshot = ask.view(at, Fact::kSnapshot);
  const View* differential = ask.view(at, Fact::kDifferential);
  return (snapshot == nullptr ? !at.has(Fact::kSnapshot) : snapshot->dotted_types) &&
         (differential == nullptr ? !at.has(Fact::kDifferential) : differential->plain_types);
}

bool sdf_22(const Ask& ask, const Members& at) {
  const std::string_view url = ask.one_text(at, Fact::kUrl);
  if (url.empty()) return false;
  return !url.starts_with("http://hl7.org/fhir/StructureDefinition") ||
         ask.views_hold(at, [](const View& view) { return view.no_default; });
}

bool sdf_23(const Ask& ask, const Members& at) {
  return ask.views_hold(at, [](const View& view) { return view.whole_roots; });
}

bool vsd_6(const Ask&, const Members& at) { return at.has(Fact::kCode) || at.has(Fact::kDisplay); }

bool vsd_9(const Ask&, const Members& at) { return at.has(Fact::kCode); }

bool cpt_2(const Ask&, const Members& at) { return !at.has(Fact::kValue) || at.has(Fact::kSystem); }

bool csd_1(const Ask& ask, const Members& at) {
  if (at.has(Fact::kContained)) return false;
  ask.facts.texts().clear();
  return codes_differ(ask, at.node);
}

bool bdl_1(const Ask& ask, const Members& at) {
  const std::string_view type = ask.one_text(at, Fact::kType);
  return !at.has(Fact::kTotal) || type == "searchset" || type == "history";
}

bool bdl_2(const Ask& ask, const Members& at) { return ask.entries(at).searches == 0; }

bool bdl_3(const Ask& ask, const Members& at) {
  const std::string_view type = ask.one_text(at, Fact::kType);
  if (type.empty()) return false;
  const bool requests = type == "batch" || type == "transaction" || type == "history";
  return ask.entries(at).requests == (requests ? ask.entries(at).count : 0);
}

bool bdl_4(const Ask& ask, const Members& at) {
  const std::string_view type = ask.one_text(at, Fact::kType);
  if (type.empty()) return false;
  const bool responses =
      type == "batch-response" || type == "transaction-response" || type == "history";
  return ask.entries(at).responses == (responses ? ask.entries(at).count : 0);
}

// Without components no code repeats that of the observation.
// Calls with the code of each coding of the element's codes, empty where it has none, until one
// call gives false. False then.
template <typename Visit>
bool each_code(const NativeInvariants::Known& names, const Document& document, NodeId element,
               const Visit& visit) {
  const Tape& tape = *document.tape;
  const auto each = [&](NodeId parent, NameId name, const auto& take) {
    for (NodeId at = tape[parent].first; at != kNoNode; at = tape[at].next) {
      if (tape[at].name == name && !take(at)) return false;
    }
    return true;
  };
  return each(element, names.code, [&](NodeId code) {
    return each(code, names.coding, [&](NodeId coding) {
      const NodeId text = tape.child(coding, names.code);
      const bool alone = text != kNoNode && tape.next_same(text) == kNoNode;
      return visit(alone ? string_of(document, text) : std::string_view());
    });
  });
}

// Codings of different codes differ, whatever else they say.
Truth obs_7(NativeInvariants& natives, const Document& document, NodeId node) {
  constexpr std::size_t kMostCodes = 8;
  const Tape& tape = *document.tape;
  const NativeInvariants::Known& names = natives.names();
  NodeId component = tape.child(node, names.component);
  if (component == kNoNode) return Truth::kTrue;
  if (tape.resource_of(node) != node) return Truth::kFault;
  std::array<std::string_view, kMostCodes> codes;
  std::size_t count = 0;
  const bool few = each_code(names, document, node, [&](std::string_view code) {
    if (code.empty() || count == kMostCodes) return false;
    codes[count++] = code;
    return true;
  });
  if (!few) return Truth::kFault;
  const std::string_view* const end = codes.data() + count;
  for (; component != kNoNode; component = tape.next_same(component)) {
    const bool others = each_code(names, document, component, [&](std::string_view code) {
      return !code.empty() && std::find<const std::string_view*>(codes.data(), end, code) == end;
    });
    if (!others) return Truth::kFault;
  }
  return Truth::kTrue;
}

// What holds for documents only: bdl-9, bdl-10.
bool of_documents(const Ask& ask, const Members& at) {
  const std::string_view type = ask.one_text(at, Fact::kType);
  return !type.empty() && type != "document";
}

bool bdl_5(const Ask&, const Members& at) {
  return at.has(Fact::kResource) || at.has(Fact::kRequest) || at.has(Fact::kResponse);
}

bool bdl_8(const Ask& ask, const Members& at) {
  if (!at.has(Fact::kFullUrl)) return true;
  const std::string_view url = ask.one_text(at, Fact::kFullUrl);
  return !url.empty() && url.find("/_history/") == std::string_view::npos;
}

}  // namespace

const std::vector<NativeEntry>& shortcut_table() {
  static const std::vector<NativeEntry> table = {
      {"eld-3", "empty() or ($this = '*') or (toInteger() >= 0)", eld_3},
      {"eld-2",
       "min.empty() or max.empty() or (max = '*') or iif(max != '*', min <= max.toInteger())",
       shortcut<eld_2>},
      {"eld-4", "aggregation.empty() or (code = 'Reference') or (code = 'canonical')",
       shortcut<eld_4>},
      {"eld-5",
       "contentReference.empty() or (type.empty() and defaultValue.empty() and fixed.empty() and "
       "pattern.empty() and example.empty() and minValue.empty() and maxValue.empty() and "
       "maxLength.empty() and binding.empty())",
       shortcut<eld_5>},
      {"eld-6", "fixed.empty() or (type.count()  <= 1)", shortcut<eld_6>},
      {"eld-7", "pattern.empty() or (type.count() <= 1)", shortcut<eld_7>},
      {"eld-8", "pattern.empty() or fixed.empty()", shortcut<eld_8>},
      {"eld-11",
       "binding.empty() or type.code.empty() or type.select((code = 'code') or (code = 'Coding') "
       "or (code='CodeableConcept') or (code = 'Quantity') or (code = 'string') or (code = "
       "'uri')).exists()",
       shortcut<eld_11>},
      {"eld-12",
       "valueSet.exists() implies (valueSet.startsWith('http:') or valueSet.startsWith('https') or "
       "valueSet.startsWith('urn:'))",
       shortcut<eld_12>},
      {"eld-13", "type.select(code).isDistinct()", shortcut<eld_13>},
      {"eld-14", "constraint.select(key).isDistinct()", shortcut<eld_14>},
      {"eld-15", "defaultValue.empty() or meaningWhenMissing.empty()", shortcut<eld_15>},
      {"eld-16",
       "sliceName.empty() or sliceName.matches('^[a-zA-Z0-9\\\\/\\\\-_\\\\[\\\\]\\\\@]+$')",
       shortcut<eld_16>},
      {"eld-17", "(code='Reference' or code = 'canonical') or targetProfile.empty()",
       shortcut<eld_17>},
      {"eld-18", "(isModifier.exists() and isModifier) implies isModifierReason.exists()",
       shortcut<eld_18>},
      {"eld-19",
       "path.matches('^[^\\\\s\\\\.,:;\\\\\\'\"\\\\/"
       "|?!@#$%&*()\\\\[\\\\]{}]{1,64}(\\\\.[^\\\\s\\\\.,:;\\\\\\'\"\\\\/"
       "|?!@#$%&*()\\\\[\\\\]{}]{1,64}(\\\\[x\\\\])?(\\\\:[^\\\\s\\\\.]+)?)*$')",
       shortcut<eld_19>},
      {"eld-20", "path.matches('^[A-Za-z][A-Za-z0-9]*(\\\\.[a-z][A-Za-z0-9]*(\\\\[x])?)*$')",
       shortcut<eld_20>},
      {"eld-21", "expression.exists()", shortcut<eld_21>},
      {"eld-22", "sliceIsConstraining.exists() implies sliceName.exists()", shortcut<eld_22>},
      {"obs-7",
       "value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists())"
       ".empty()",
       obs_7},
      {"sdf-1", "derivation = 'constraint' or snapshot.element.select(path).isDistinct()",
       shortcut<sdf_1>},
      {"sdf-3", "element.all(definition.exists() and min.exists() and max.exists())",
       shortcut<sdf_3>},
      {"sdf-8",
       "(%resource.kind = 'logical' or element.first().path = %resource.type) and "
       "element.tail().all(path.startsWith(%resource.snapshot.element.first().path&'.'))",
       shortcut<sdf_8>},
      {"sdf-8a",
       "(%resource.kind = 'logical' or element.first().path.startsWith(%resource.type)) and "
       "(element.tail().empty() or "
       "element.tail().all(path.startsWith(%resource.differential.element.first().path."
       "replaceMatches('\\\\..*','')&'.')))",
       shortcut<sdf_8a>},
      {"sdf-8b", "element.all(base.exists())", shortcut<sdf_8b>},
      {"sdf-9",
       "children().element.where(path.contains('.').not()).label.empty() and "
       "children().element.where(path.contains('.').not()).code.empty() and "
       "children().element.where(path.contains('.').not()).requirements.empty()",
       shortcut<sdf_9>},
      {"sdf-10", "binding.empty() or binding.valueSet.exists() or binding.description.exists()",
       shortcut<sdf_10>},
      {"sdf-11",
       "kind != 'logical' implies snapshot.empty() or snapshot.element.first().path = type",
       shortcut<sdf_11>},
      {"sdf-15", "kind!='logical' implies snapshot.element.first().type.empty()", shortcut<sdf_15>},
      {"sdf-15a",
       "(kind!='logical'  and differential.element.first().path.contains('.').not()) implies "
       "differential.element.first().type.empty()",
       shortcut<sdf_15a>},
      {"sdf-16",
       "snapshot.element.all(id.exists()) and snapshot.element.id.trace('ids').isDistinct()",
       shortcut<sdf_16>},
      {"sdf-17",
       "differential.element.all(id.exists()) and "
       "differential.element.id.trace('ids').isDistinct()",
       shortcut<sdf_17>},
      {"sdf-19",
       "url.startsWith('http://hl7.org/fhir/StructureDefinition') implies "
       "(differential.element.type.code.all(matches('^[a-zA-Z0-9]+$') or "
       "matches('^http:\\\\/\\\\/hl7\\\\.org\\\\/fhirpath\\\\/System\\\\.[A-Z][A-Za-z]+$')) and "
       "snapshot.element.type.code.all(matches('^[a-zA-Z0-9\\\\.]+$') or "
       "matches('^http:\\\\/\\\\/hl7\\\\.org\\\\/fhirpath\\\\/System\\\\.[A-Z][A-Za-z]+$')))",
       shortcut<sdf_19>},
      {"sdf-22",
       "url.startsWith('http://hl7.org/fhir/StructureDefinition') implies "
       "(snapshot.element.defaultValue.empty() and differential.element.defaultValue.empty())",
       shortcut<sdf_22>},
      {"sdf-23",
       "(snapshot | differential).element.all(path.contains('.').not() implies sliceName.empty())",
       shortcut<sdf_23>},
      {"vsd-6", "code.exists() or display.exists()", shortcut<vsd_6>},
      {"vsd-9", "code.exists() or abstract = true", shortcut<vsd_9>},
      {"cpt-2", "value.empty() or system.exists()", shortcut<cpt_2>},
      {"csd-1", "concept.code.combine($this.descendants().concept.code).isDistinct()",
       shortcut<csd_1>},
      {"bdl-1", "total.empty() or (type = 'searchset') or (type = 'history')", shortcut<bdl_1>},
      {"bdl-2", "entry.search.empty() or (type = 'searchset')", shortcut<bdl_2>},
      {"bdl-3",
       "entry.all(request.exists() = (%resource.type = 'batch' or %resource.type = 'transaction' "
       "or %resource.type = 'history'))",
       shortcut<bdl_3>},
      {"bdl-4",
       "entry.all(response.exists() = (%resource.type = 'batch-response' or %resource.type = "
       "'transaction-response' or %resource.type = 'history'))",
       shortcut<bdl_4>},
      {"bdl-9",
       "type = 'document' implies (identifier.system.exists() and identifier.value.exists())",
       shortcut<of_documents>},
      {"bdl-10", "type = 'document' implies (timestamp.hasValue())", shortcut<of_documents>},
      {"bdl-5", "resource.exists() or request.exists() or response.exists()", shortcut<bdl_5>},
      {"bdl-8", "fullUrl.exists() implies fullUrl.contains('/_history/').not()", shortcut<bdl_8>},
  };
  return table;
}

}  // namespace oncobridge::profiles
