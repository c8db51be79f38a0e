#include "tools/convert_judge.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>

#include "oncobridge/fhir/json_document.h"
#include "oncobridge/fhir/json_writer.h"

namespace oncobridge::tools {
namespace {

// Which entry of a bundle an expression leads into: 3 of `Bundle.entry[3].resource.code`; -1: none.
long entry_of(std::string_view expression) {
  constexpr std::string_view kEntry = "Bundle.entry[";
  if (!expression.starts_with(kEntry)) return -1;
  long index = -1;
  const char* const begin = expression.data() + kEntry.size();
  std::from_chars(begin, expression.data() + expression.size(), index);
  return index;
}

// The resource of an entry as it was written; empty if there is none.
std::string_view resource_of(const JsonDocument& bundle, long entry) {
  JsonValue item = bundle.root().find("entry").first();
  for (; item && entry > 0; --entry) item = item.next();
  return item ? item.find("resource").raw() : std::string_view();
}

class JudgeStep final : public OutputStep {
 public:
  JudgeStep(const Definitions& definitions, const ValidatorOptions& options, bool by_type)
      : definitions_(definitions), options_(options), by_type_(by_type) {}

  void process(const std::vector<std::string_view>& parts, Outcome& outcome) override {
    // Made when there is something to judge: the caller's thread may have a step that it never
    // uses.
    if (!validator_) validator_.emplace(definitions_, options_);
    evidence_.clear();
    for (std::string_view part : parts) {
      while (!part.empty()) {
        const std::string_view document = by_type_ ? part.substr(0, part.find('\n')) : part;
        part.remove_prefix(std::min(document.size() + by_type_, part.size()));
        if (!validator_->decide(document).valid()) explain(document, outcome);
      }
    }
    if (evidence_.size() == 0) return;
    outcome.evidence = "\"resources\":[";
    outcome.evidence += evidence_.view();
    outcome.evidence += ']';
  }

 private:
  void explain(std::string_view document, Outcome& outcome) {
    validator_->judge(document);
    const auto bundle = by_type_ ? std::optional<JsonDocument>() : parsed(document);
    std::map<long, std::vector<const Issue*>> by_entry;  // -1: the document itself
    for (const Issue& issue : validator_->issues()) {
      if (issue.severity > Severity::kWarning) continue;
      by_entry[bundle ? entry_of(issue.expression) : -1].push_back(&issue);
      if (issue.severity > Severity::kError) continue;
      // The message may end on a screen: it is the rule's. What the issue says may quote a value.
      outcome.faults.push_back(Fault{std::string(issue.rule->id),
                                     std::string(issue.rule->statement),
                                     "see `resources` of this line; the record is at fault, or "
                                     "oncobridge: then please report it",
                                     issue.text,
                                     {0, 0, issue.expression}});
    }
    for (const auto& [entry, issues] : by_entry) {
      const bool failing = std::any_of(issues.begin(), issues.end(), [](const Issue* issue) {
        return issue->severity <= Severity::kError;
      });
      if (!failing) continue;
      std::string_view resource = entry < 0 ? document : resource_of(*bundle, entry);
      if (resource.empty()) resource = document;
      if (resource.ends_with('\n')) resource.remove_suffix(1);
      write(resource, issues);
    }
  }

  static std::optional<JsonDocument> parsed(std::string_view document) {
    auto bundle = JsonDocument::parse(std::string(document));
    return bundle ? std::optional<JsonDocument>(std::move(*bundle)) : std::nullopt;
  }

  void write(std::string_view resource, const std::vector<const Issue*>& issues) {
    JsonWriter json(evidence_);
    if (evidence_.size() > 0) evidence_.append(",");
    json.begin_object();
    json.raw("resource", resource);
    json.raw("issues", "[");
    for (const Issue* issue : issues) {
      json.element();
      json.begin_object();
      json.string("severity", severity_code(issue->severity));
      json.string("code", issue->rule->code);
      json.string("rule", issue->rule->id);
      json.string("expression", issue->expression);
      json.string("text", issue->text);
      json.string("profile", issue->profile);
      json.end_object();
    }
    json.raw("]");
    json.end_object();
  }

  const Definitions& definitions_;
  const ValidatorOptions& options_;
  const bool by_type_;
  std::optional<Validator> validator_;
  Buffer evidence_;
};

}  // namespace

std::unique_ptr<OutputStep> make_judge_step(const Definitions& definitions,
                                            const ValidatorOptions& options, bool by_type) {
  return std::make_unique<JudgeStep>(definitions, options, by_type);
}

}  // namespace oncobridge::tools
