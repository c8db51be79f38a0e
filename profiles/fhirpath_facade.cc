#include <array>
#include <cstdio>

#include "oncobridge/fhir/tape_writer.h"
#include "oncobridge/profile/fhirpath.h"
#include "profiles/definitions_impl.h"
#include "profiles/fhirpath_check.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/judge.h"
#include "profiles/judge_host.h"

namespace oncobridge {

namespace fhirpath = profiles::fhirpath;

struct PathExpression::Impl {
  std::unique_ptr<const fhirpath::Expression> tree;
};

std::string_view PathExpression::text() const { return impl_->tree->text(); }

struct FhirPath::Impl {
  explicit Impl(profiles::CompiledDefinitions& compiled)
      : definitions(compiled), judge(compiled, {}) {}

  profiles::JudgeHost& host() { return judge.path_host(); }
  fhirpath::Focus focus() {
    fhirpath::Focus focus;
    focus.document = host().document();
    focus.node = focus.document.tape->root();
    return focus;
  }

  profiles::CompiledDefinitions& definitions;
  mutable profiles::Judge judge;
  bool is_open = false;
  std::vector<std::string> undecided;
};

FhirPath::FhirPath(const Definitions& definitions)
    : impl_(new Impl(definitions.impl().compiled())) {}
FhirPath::~FhirPath() = default;

Result<PathExpression> FhirPath::compile(std::string_view expression) const {
  auto tree = fhirpath::parse(expression, impl_->definitions.schema().names());
  if (!tree) return tl::unexpected<Fault>(std::move(tree.error()));
  PathExpression result;
  result.impl_ =
      std::make_shared<const PathExpression::Impl>(PathExpression::Impl{std::move(*tree)});
  return result;
}

namespace {

// What is no JSON or XML, though it could be read: what a member that stands twice is, nobody
// knows.
bool is_syntax_rule(std::string_view rule) {
  return rule.starts_with("json-") || rule.starts_with("xml-") || rule.starts_with("text-");
}

}  // namespace

// The judge reads the document, gives its nodes their types and makes the index of a bundle.
Result<void> FhirPath::open(std::string_view source) {
  impl_->is_open = false;
  const bool unreadable = impl_->judge.run(source, true).fatal > 0;
  const auto refuses = [&](const Issue& issue) {
    return issue.severity == Severity::kFatal ||
           (issue.severity == Severity::kError && is_syntax_rule(issue.rule->id));
  };
  for (const Issue& issue : impl_->judge.issues()) {
    if (!refuses(issue)) continue;
    Fault fault{std::string(issue.rule->id), issue.text, {}, {}, {}};
    fault.place.line = issue.line;
    fault.place.column = issue.column;
    return tl::unexpected<Fault>(std::move(fault));
  }
  if (unreadable) return fault("json-syntax", "the document cannot be read");
  impl_->is_open = true;
  return {};
}

namespace {

Fault fault_at(std::string rule, std::string message, std::uint32_t place) {
  Fault result{std::move(rule), std::move(message), {}, {}, {}};
  result.place.line = 1;
  result.place.column = place + 1;
  return result;
}

void append_quoted(std::string_view text, std::string& json) {
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> buffer;
      std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(c));
      json += buffer.data();
    } else {
      json += c;
    }
  }
  json += '"';
}

bool is_json_literal(const fhirpath::Item& item) {
  if (item.kind == fhirpath::ItemKind::kBoolean || item.is_number()) return true;
  if (!item.is_node()) return false;
  const NodeKind kind = item.at().kind;
  return kind == NodeKind::kNumber || kind == NodeKind::kTrue || kind == NodeKind::kFalse;
}

}  // namespace

Result<std::vector<PathItem>> FhirPath::evaluate(const PathExpression& expression) {
  std::vector<PathItem> result;
  if (!impl_->is_open) return fault("fhirpath-evaluation", "no document is open");
  impl_->undecided.clear();
  impl_->host().note_undecided(&impl_->undecided);
  fhirpath::Evaluator& evaluator = impl_->host().evaluator();
  const fhirpath::Collection* items = evaluator.evaluate(*expression.impl_->tree, impl_->focus());
  impl_->host().note_undecided(nullptr);
  if (items == nullptr) {
    const fhirpath::FaultNote& note = evaluator.fault();
    return tl::unexpected<Fault>(
        fault_at("fhirpath-evaluation", std::string(note.text), note.place));
  }
  for (const fhirpath::Item& item : *items) {
    PathItem& entry = result.emplace_back();
    entry.type = fhirpath::Evaluator::type_of(item);
    if (item.is_node()) {
      entry.location = impl_->judge.location(item.node());
      const LineColumn at = item.tape().line_column(item.at().place);
      entry.line = at.line;
      entry.column = at.column;
    }
    if (item.is_node() && !item.at().has_value()) {
      append_json(item.tape(), item.node(), entry.json);
      entry.text = entry.json;
      continue;
    }
    entry.text = evaluator.text_of(item);
    is_json_literal(item) ? void(entry.json = entry.text) : append_quoted(entry.text, entry.json);
  }
  return result;
}

const std::vector<std::string>& FhirPath::undecided() const { return impl_->undecided; }

std::optional<Fault> FhirPath::doubt(const PathExpression& expression) const {
  if (!impl_->is_open) return {};
  const fhirpath::Focus focus = impl_->focus();
  const profiles::Type* type = focus.document.types[focus.node].type;
  const auto found = fhirpath::check(*expression.impl_->tree, impl_->definitions.schema(), type);
  if (!found) return {};
  return fault_at("fhirpath-semantics", found->text, found->place);
}

}  // namespace oncobridge
