#include "profiles/judge.h"

#include <algorithm>

#include "oncobridge/base/large_memory.h"
#include "profiles/judge_host.h"
#include "profiles/judge_questionnaires.h"
#include "profiles/structure_reader.h"

namespace oncobridge::profiles {

Judge::Judge(CompiledDefinitions& definitions, ValidatorOptions options)
    : definitions_(definitions),
      options_(std::move(options)),
      names_(definitions.schema().names()),
      tape_(names_),
      expressions_(definitions.schema().names()),
      host_(std::make_unique<JudgeHost>(*this)) {
  const NameTable& table = definitions.schema().names();
#define KNOWN(member, text) known_.member = table.find(text)
  KNOWN(id, "id");
  KNOWN(meta, "meta");
  KNOWN(profile, "profile");
  KNOWN(url, "url");
  KNOWN(value, "value");
  KNOWN(extension, "extension");
  KNOWN(system, "system");
  KNOWN(code, "code");
  KNOWN(version, "version");
  KNOWN(display, "display");
  KNOWN(reference, "reference");
  KNOWN(type, "type");
  KNOWN(contained, "contained");
  KNOWN(entry, "entry");
  KNOWN(full_url, "fullUrl");
  KNOWN(resource, "resource");
  KNOWN(coding, "coding");
  KNOWN(unit, "unit");
  KNOWN(link, "link");
  KNOWN(relation, "relation");
  KNOWN(data, "data");
  KNOWN(size, "size");
  KNOWN(hash, "hash");
  KNOWN(language, "language");
  KNOWN(request, "request");
  KNOWN(method, "method");
  KNOWN(version_id, "versionId");
#undef KNOWN
}

Judge::~Judge() = default;

void Judge::clear() {
  names_.reset();
  host_->natives().next_document();
  verdict_ = {};
  quiet_ = false;
  quiet_errors_ = 0;
  issues_.clear();
  issue_places_.clear();
  wanted_ = {};
  suppressed_ = 0;
  not_checked_.clear();
  resource_name_.clear();
  resource_ = kNoNode;
  resources_.clear();
  parameters_.clear();
  narrated_ = kNoNode;
  pending_.clear();
  pending_contexts_.clear();
  missed_.clear();
  missed_by_profiles_.clear();
  references_.clear();
  odd_references_.clear();
  narrative_links_.clear();
  counts_.clear();
  items_.clear();
  bundle_ = kNoNode;
  wide_ = kNoNode;
  container_ = kNoNode;
  many_contained_.clear();
  conformity_.clear();
  exhausting_.clear();
  applied_.clear();
  applied_from_ = 0;
  profile_depth_ = 0;
  told_depth_ = false;
  if (responses_ != nullptr) responses_->clear();
}

Verdict Judge::run(std::string_view source, bool explain) {
  clear();
  explain_ = explain;
  if (explain) known_indices_ = {};
  const std::size_t start = source.find_first_not_of(" \t\r\n");
  const bool xml = start != std::string_view::npos &&
                   (source[start] == '<' || source.substr(start).starts_with("\xEF\xBB\xBF<"));
  const bool readable =
      xml ? tape_.read_xml(source, options_.limits) : tape_.read_json(source, options_.limits);
  types_.clear();
  reserve_large(types_, tape_.size());
  types_.assign(tape_.size(), NodeType{});
  most_visits_ = host_->evaluator().spent() + 8 * options_.max_visits + 200 * tape_.size();
  if (!readable) {
    report_syntax();
    return finish();
  }
  walk_document();
  const NodeId root = tape_.root();
  if (types_[root].type != nullptr && types_[root].type->role == TypeRole::kBundle) {
    index_bundle(root);
  }
  // One resource after the other, while its nodes are in the cache.
  std::size_t pending = 0;
  for (const JudgedResource& resource : resources_) {
    resource_ = resource.node;
    if (types_[resource.node].type->role == TypeRole::kBundle) check_bundle(resource.node);
    check_resource(resource.node);
    if (options_.check_contained && resource.container == kNoNode) check_contained(resource.node);
    run_pending(pending, resource.pending_end);
    pending = resource.pending_end;
    in_profiles_ = true;
    check_profiles(resource);
    if (tape_[resource.node].value().starts_with("Questionnaire")) check_questionnaires(resource);
    in_profiles_ = false;
  }
  run_pending(pending, pending_.size());
  check_narrative_links();
  check_resolution();
  check_contexts();
  report_missed_bindings();
  report_syntax();  // now that the elements have types, which their paths need
  return finish();
}

Verdict Judge::finish() {
  const NodeId root = tape_.root();
  if (root != kNoNode && tape_[root].is(kResource)) {
    resource_name_ = tape_[root].value();
    const std::string_view own_id = text_of(root, known_.id);
    if (!own_id.empty()) (resource_name_ += '/') += own_id;
  }
  if (issues_.size() > 1) sort_issues();
  if (explain_) limit_issues();
  return verdict_;
}

}  // namespace oncobridge::profiles
