// SearchParameter as an instance: what it is derived from, and its expression.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/fhirpath_check.h"
#include "profiles/judge.h"
#include "profiles/search_parameters.h"

namespace oncobridge::profiles {
namespace {

// The alternatives of `a | b` that stand outside of parentheses and quotes.
std::vector<std::string_view> alternatives(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  int depth = 0;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\\') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"' || c == '`') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      --depth;
    } else if (c == '|' && depth == 0) {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

bool has_base(std::string_view bases, const Type* wanted, const Schema& schema) {
  while (!bases.empty()) {
    const std::string_view base = bases.substr(0, bases.find(','));
    bases.remove_prefix(std::min(base.size() + 1, bases.size()));
    const Type* type = schema.type(base);
    if (type == wanted || (type != nullptr && wanted != nullptr && wanted->is_a(type))) return true;
  }
  return false;
}

}  // namespace

void Judge::check_search_parameter(NodeId id) {
  check_derivation(id);
  const NodeId expression = member(id, "expression");
  if (expression != kNoNode && tape_[expression].has_value()) check_search(id, expression);
}

void Judge::check_derivation(NodeId id) {
  const std::string_view from = member_text(id, "derivedFrom");
  if (from.empty()) return;
  std::optional<SearchParameterFacts> facts;
  const LooseSearchParameter* loose = definitions_.loose().find_search_parameter(from);
  if (loose != nullptr) {
    facts = SearchParameterFacts{loose->type, loose->bases, loose->expression};
  } else {
    facts = shipped_search_parameter(from);
  }
  if (!facts) {
    report(RuleId::kSearchParameterUnknown, member(id, "derivedFrom"),
           [&] { return std::string(from) + " is not known, so it has not been looked at"; });
    return;
  }
  const std::string_view type = text_of(id, known_.type);
  if (!type.empty() && type != facts->type) {
    report(RuleId::kSearchParameterDerived, id, [&] {
      return std::string(from) + " has the type " + std::string(facts->type) + "; found " +
             std::string(type);
    });
  }
  const Schema& schema = definitions_.schema();
  for (NodeId base = member(id, "base"); base != kNoNode; base = tape_.next_same(base)) {
    const Type* wanted = schema.type(tape_[base].value());
    if (wanted == nullptr || has_base(facts->bases, wanted, schema)) continue;
    report(RuleId::kSearchParameterDerived, id, [&] {
      return std::string(from) + " is for " + std::string(facts->bases) + "; found " + shown(base);
    });
  }
  const std::string_view expression = member_text(id, "expression");
  if (expression.empty() || facts->expression.empty() || expression == facts->expression) return;
  report_as(Severity::kWarning, RuleId::kSearchParameterDerived, id, [&] {
    return "the expression of " + std::string(from) +
           " is another: " + std::string(facts->expression);
  });
}

// Each alternative is one for at least one of the bases: `Patient.name | Practitioner.name`.
void Judge::check_search(NodeId id, NodeId expression) {
  const Schema& schema = definitions_.schema();
  const std::string_view text = tape_[expression].value();
  const auto& whole = expressions_.parse(text, fhirpath::Leniency::kStrict);
  if (!whole) {
    report(RuleId::kExpression, expression, [&] { return whole.error().message; });
    return;
  }
  std::vector<const Type*> bases;
  for (NodeId base = member(id, "base"); base != kNoNode; base = tape_.next_same(base)) {
    const Type* type = schema.type(tape_[base].value());
    if (type == nullptr || type->abstract) return;  // of any resource
    bases.push_back(type);
  }
  if (bases.empty()) return;
  for (const std::string_view part : alternatives(text)) {
    const auto& parsed = expressions_.parse(part, fhirpath::Leniency::kStrict);
    if (!parsed) return;  // the whole can be parsed: it is no list of alternatives
    std::string why;
    const bool fits = std::any_of(bases.begin(), bases.end(), [&](const Type* base) {
      const auto fault = fhirpath::check(**parsed, schema, base);
      if (fault && why.empty()) why = fault->text;
      return !fault;
    });
    if (fits) continue;
    report(RuleId::kExpression, expression, [&] { return why; });
    return;
  }
}

}  // namespace oncobridge::profiles
