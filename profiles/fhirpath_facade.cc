#include <array>
#include <cstdio>

#include "oncobridge/fhir/tape_writer.h"
#include "oncobridge/profile/fhirpath.h"
#include "profiles/definitions_impl.h"
#include "profiles/fhirpath_check.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/judge.h"
#include "profiles/judge_host.h"
#include "profiles/rules.h"

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

// The judge reads the document, gives its nodes their types and makes the index of a bundle.
Result<void> FhirPath::open(std::string_view source) {
  impl_->is_open = false;
  const bool unreadable = impl_->judge.run(source, true).fatal > 0;
  // What is not quite JSON or XML is not taken for what it may mean: a member may stand twice.
  const Tape& tape = *impl_->host().document().tape;
  for (const SyntaxFault& syntax : tape.faults()) {
    const Rule* const rule = profiles::find_rule(syntax.rule);
    if (rule != nullptr && rule->severity > Severity::kError) continue;  // a byte-order mark
    Fault fault{std::string(syntax.rule), syntax.message, {}, {}, {}};
    const LineColumn at = tape.line_column(syntax.place);
    fault.place.line = at.line;
    fault.place.column = at.column;
    return tl::unexpected<Fault>(std::move(fault));
  }
  for (const Issue& issue : impl_->judge.issues()) {
    if (issue.severity != Severity::kFatal) continue;
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
