// The walk of the judge over one document after the other: base types first, then bundles and
// references, then profiles. One Judge belongs to one thread and keeps its memory; what it judges
// against is shared and immutable. Judging and explaining are the same walk: without explaining, an
// issue is only counted.
//
// The parts are in judge_<subject>.cc: structure, values, codes, extensions, references,
// narratives, bundles, documents, requests, resources, profiles, slices, invariants,
// questionnaires, issues.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "oncobridge/fhir/tape.h"
#include "oncobridge/profile/validator.h"
#include "profiles/compiled_definitions.h"
#include "profiles/conformity.h"
#include "profiles/entry_links.h"
#include "profiles/expression_cache.h"
#include "profiles/profile_schema.h"
#include "profiles/rules.h"
#include "profiles/snapshot.h"

namespace oncobridge::profiles {

namespace fhirpath {
class Expression;
}
class JudgeHost;
class ResponseJudge;
class StructureReader;
namespace fhirpath {
class Expression;
}

class Judge {
 public:
  Judge(CompiledDefinitions& definitions, ValidatorOptions options);
  ~Judge();

  Verdict run(std::string_view source, bool explain);
  const std::vector<Issue>& issues() const { return issues_; }
  std::string_view resource_name() const { return resource_name_; }
  const std::vector<std::string_view>& not_checked() const { return not_checked_; }

  // For FHIRPath on the document judged last.
  JudgeHost& path_host() { return *host_; }
  std::string location(NodeId id) const { return path(id); }

 private:
  // A resource whose base type has been walked.
  struct JudgedResource {
    NodeId node = kNoNode;
    NodeId container = kNoNode;   // the resource that contains it; kNoNode for entries and roots
    NodeId entry = kNoNode;       // of the bundle, where it is the resource of one
    bool faulty = false;          // the base type found an error
    std::size_t pending_end = 0;  // of its checks in pending_, which follow those before it
  };
  struct PendingCheck {
    NodeId node;
    NodeId resource;
    const Checks* checks;
    const Profile* profile = nullptr;  // of an extension; then checks is null
  };
  struct Target {  // of a reference
    enum class Kind : std::uint8_t {
      kNone,
      kContained,
      kBundled,
      kExternal,
      kBroken
    } kind = Kind::kNone;
    NodeId node = kNoNode;
  };

  // judge.cc
  void clear();
  Verdict finish();

  // judge_structure.cc
  void walk_document();
  void walk_resource(NodeId id, NodeId container, NodeId entry);
  void walk(NodeId id, const Type& type);
  template <typename Add>
  void walk_children(NodeId id, const Type& type, Add add);
  template <typename CountOf>
  void check_required(NodeId id, const Type& type, CountOf count_of);
  bool is_shaped(NodeId id, const Element& element);
  void walk_text(NodeId id, const Element& element);
  bool is_plain_text(const Node& node, Primitive primitive) const;
  bool enter_complex(NodeId id, const Element& element);
  void walk_complex(NodeId id, const Element& element);
  void walk_primitive(NodeId id, const Element& element);
  void check_shape(NodeId id, const Element& element);
  void unknown_element(NodeId id, const Type& type);
  void check_identifier(NodeId id);
  void check_attachment(NodeId id);
  void after_complex(NodeId id, const Type& type);
  bool is_hollow(NodeId id) const {
    const Node& only = tape_[tape_[id].first];
    return only.name == known_.id && only.next == kNoNode;
  }
  void check_hollow(NodeId id) {
    if (is_hollow(id)) tell_hollow(id);
  }
  void tell_hollow(NodeId id);

  // judge_values.cc: limits, fixed values and patterns
  void check_value(NodeId id, const Checks& checks, const StructureDefinition* structure);
  void check_regex(NodeId id, const Checks& checks, const StructureDefinition* structure);
  void check_limits(NodeId id, const Checks& checks);
  std::optional<int> compare_to_limit(NodeId id, const ValueTree& limit, bool is_minimum) const;
  bool equals(const Tape& value_tape, NodeId value, NodeId id) const;
  bool has_pattern(const Tape& value_tape, NodeId value, NodeId id) const;
  bool same_primitive(const Tape& value_tape, NodeId value, NodeId id) const;
  void check_example_url(NodeId id);
  void check_string(NodeId id, Primitive primitive, std::string_view text);

  // judge_codes.cc
  void check_coding(NodeId id);
  void check_quantity(NodeId id);
  bool check_system(NodeId system);  // of a code: false if it is no absolute URI
  void check_code(NodeId id, NodeId system_node, NodeId code);
  static bool is_bindable(const Type& type);
  std::string_view code_text(NodeId id) const;
  void check_display(NodeId id, const CodeResult& found);
  void check_binding(NodeId id, const Checks& checks, const BindingRule& binding);
  bool is_demanded(NodeId id, const Checks& checks) const;
  void forgive_demanded(NodeId id, const Checks& checks);
  void sort_missed_bindings(std::size_t first);
  void report_missed_bindings();
  void report_missed_binding(NodeId id, const Checks& checks, const BindingRule& binding);
  bool has_later_code(NodeId id) const;
  void check_absent_code(NodeId id, const Checks& checks, const BindingRule& binding);
  // 1: a code of the element is in the set; 0: none is; -1: cannot be said.
  int member_of(NodeId id, const CompiledValueSet& set);
  BindingTally tally(NodeId id, const CompiledValueSet& set);
  const CompiledValueSet* value_set(std::atomic<const CompiledValueSet*>& cache,
                                    std::string_view canonical);

  // judge_extensions.cc
  void check_extension(NodeId id);
  void check_extension_definition(NodeId id, std::string_view url);
  void check_sub_extension(NodeId id, NodeId url_node);
  const ProfileElement* defined_extension(NodeId id);
  bool is_foreign(std::string_view url) const;
  void unknown_extension(NodeId id, std::string_view url, bool modifier);
  void check_extension_context(NodeId id, const StructureDefinition& definition);
  void wrong_context(NodeId id, const StructureDefinition& definition);
  struct PendingContext {  // of an extension: what only an expression says about its place
    NodeId extension;
    const StructureDefinition* definition;
    bool elsewhere;  // no context that is a path fits
  };
  void check_contexts();
  void check_context_invariants(const PendingContext& pending);
  bool is_selected(NodeId id, std::string_view expression);
  // Of a context; null: cannot be read. Valid until the next call.
  const fhirpath::Expression* expression_of(std::string_view text);
  bool fits_context(NodeId parent, const ExtensionContext& context);
  bool is_path_of_elements(NodeId id, std::string_view path) const;

  // judge_references.cc
  void check_reference(NodeId id);
  void check_reference_form(NodeId reference);
  void check_resolution();
  bool is_full_url(NodeId id, std::string_view reference, NodeId target) const;
  NodeId find_other_version(NodeId id, std::string_view reference);
  std::string_view full_url_of(NodeId id) const;
  bool is_put(NodeId resource, std::string_view reference) const;
  void check_targets(NodeId id, const Checks& checks);
  void target_not_checked(NodeId id, const ProfileRef& wanted);
  Target resolve(NodeId id, std::string_view reference);
  Target resolve_local(NodeId id, std::string_view fragment);
  NodeId find_contained(NodeId container, std::string_view wanted);
  struct Contained;
  Contained& contained_in(NodeId container);
  const std::vector<std::pair<std::string_view, NodeId>>& sorted_contained(NodeId container);
  NodeId resolve_bundled(NodeId bundle, NodeId from, std::string_view reference);
  std::string_view base_of_entry(NodeId id) const;
  void check_aggregation(NodeId id, const TypeRule& rule, const Target& target,
                         const Checks& checks);
  NodeId resolve_parameter(NodeId parameters, std::string_view reference);
  NodeId container_of(NodeId resource) const;
  void index_bundle(NodeId bundle);
  NodeId find_bundled(std::uint64_t hash, std::string_view full_url, std::string_view type,
                      std::string_view id, std::string_view version, bool* several = nullptr) const;

  // judge_narratives.cc
  void check_narrative_of(NodeId id);
  void check_narrative_language(NodeId id);
  void check_narrative_links();
  void collect_anchors(NodeId resource);

  // judge_resources.cc and, for single types, judge_value_sets.cc, judge_structures.cc,
  // judge_search_parameters.cc, judge_measures.cc
  void check_resource(NodeId id);
  NodeId member(NodeId id, std::string_view name);
  std::string_view member_text(NodeId id, std::string_view name);
  void check_canonical_url(NodeId id);
  void check_signature(NodeId id);
  void check_code_system(NodeId id);
  void check_value_set(NodeId id);
  void check_value_set_part(NodeId id, NodeId part);
  void check_filter(NodeId part, NodeId filter);
  void check_filter_expression(NodeId id, NodeId filter);
  void check_structure(NodeId id);
  bool read_definition(NodeId id, StructureDefinition& structure);
  void check_differential(NodeId id, NodeId elements, const StructureDefinition& structure);
  void check_changed_element(NodeId node, const ElementDefinition& change,
                             const SnapshotTrace::Change& result, bool in_place);
  static bool may_be_bound(const Type& type);
  void check_constraints(NodeId elements);
  void check_search_parameter(NodeId id);
  void check_derivation(NodeId id);
  void check_search(NodeId id, NodeId expression);
  struct MeasureReport;
  using PairVisit = std::function<void(NodeId part, NodeId defined)>;
  void check_measure_report(NodeId id);
  void check_report_groups(NodeId id, const MeasureReport& context, NodeId measure);
  void check_report_parts(NodeId report_parent, NodeId measure_parent, std::string_view name,
                          const MeasureReport& context, const PairVisit& visit);
  void check_measure_score(NodeId group, const MeasureReport& context);

  // judge_bundles.cc
  NodeId end_of(NodeId id) const;
  void check_contained(NodeId resource);
  void check_contained_ids(NodeId resource);
  void check_bundle(NodeId id);
  void check_entry(NodeId entry, std::string_view bundle_type, std::size_t index);
  NodeId culprit(NodeId bundle, std::string_view key);
  NodeId repeated_entry(NodeId bundle);
  void check_searchset(NodeId id);

  // judge_documents.cc
  bool must_be_bundled(NodeId id) const;
  bool is_link(NodeId id) const;
  bool has_image(NodeId id) const;
  void check_reach(NodeId bundle, bool is_document);

  // judge_requests.cc
  void check_request(NodeId entry);
  void check_request_url(NodeId url, NodeId resource, bool is_put);
  void check_overlap(NodeId bundle);
  void check_batch_reference(NodeId id, NodeId reference, NodeId target);

  // judge_profiles.cc
  void check_profiles(const JudgedResource& resource);
  void check_vital_sign(const JudgedResource& resource);
  // `asked_by`: the definition that demands the profile; null: the resource or the caller.
  void check_profile(NodeId id, std::string_view canonical, bool faulty, NodeId place,
                     const StructureDefinition* asked_by = nullptr);
  void apply_whole(NodeId id, const Profile& profile, std::string_view canonical, bool faulty,
                   NodeId place);
  void apply(NodeId id, const Profile& profile);
  void apply_element(NodeId id, const ProfileElement& element, const Profile& profile);
  using NamedChild = std::pair<NameId, NodeId>;
  std::vector<NamedChild> children_by_name(NodeId id) const;
  // `by_name`: the children of the parent; null: they are few.
  void apply_group(NodeId parent, const ProfileElement& group, const Profile& profile,
                   const std::vector<NamedChild>* by_name);
  void check_count(NodeId parent, std::size_t first, std::size_t count,
                   const ProfileElement& element, const Profile& profile);
  void apply_checks(NodeId id, const Checks& checks);
  bool check_types(NodeId id, const Checks& checks);
  void check_type_profiles(NodeId id, const TypeRule& rule, const Checks& checks);
  void conformity_not_checked(RuleId rule_id, NodeId id, std::string_view what,
                              std::string_view canonical);
  using Answer = Conformity::Answer;
  Answer conforms(NodeId id, std::string_view canonical);
  Answer surely_conforms(NodeId id, std::string_view canonical);
  Answer ask_conformity(NodeId id, std::string_view canonical,
                        Answer (Conformity::*ask)(NodeId, const Profile*));
  Conformity::Judged judge_quietly(NodeId id, const Profile& profile);
  bool can_judge(std::string_view canonical);
  const Profile* find_profile(std::string_view canonical, ProfileForm form);
  bool is_broken(std::string_view canonical, NodeId place,
                 const StructureDefinition* asked_by = nullptr);

  // judge_slices.cc
  void apply_slices(NodeId parent, const ProfileElement& group, const Profile& profile,
                    std::size_t first, std::size_t last);
  void apply_slice(NodeId parent, const SlicingPlan::Slice& slice, const Profile& profile,
                   std::size_t first, std::size_t last, std::size_t marks, std::size_t mark,
                   bool all_known);
  bool fits_slice(NodeId id, const SlicingPlan::Slice& slice);
  static std::string why_not(const SliceTest& test);
  static std::string left_open(const SlicingPlan& plan);
  static bool states_nothing(const SlicingPlan::Slice& slice);
  void unmatched(NodeId id, const ProfileElement& group, const Profile& profile);
  void check_slice_order(const SlicingPlan& plan, const Profile& profile, std::size_t first,
                         std::size_t last, std::size_t marks);
  bool fits(NodeId id, const SliceTest& test, std::size_t step);
  bool fits_here(NodeId id, const SliceTest& test);
  bool fits_all(NodeId id, const std::vector<SliceTest>& tests);

  // judge_invariants.cc
  void check_invariants(NodeId id, const Checks& checks);
  std::string_view why_given_up(const fhirpath::Expression& expression) const;
  void run_pending(std::size_t first, std::size_t last);

  // judge_questionnaires.cc
  void check_questionnaires(const JudgedResource& resource);

  // judge_issues.cc
  template <typename Text>
  void report(RuleId rule_id, NodeId node, const Text& text,
              const StructureDefinition* structure = nullptr) {
    report_as(rule(rule_id).severity, rule_id, node, text, structure);
  }
  // Of an element, at the place of one of its children.
  template <typename Text>
  void report_at(NodeId place, RuleId rule_id, NodeId node, const Text& text,
                 const StructureDefinition* structure = nullptr) {
    const Severity severity = rule(rule_id).severity;
    if (count(severity)) add_issue(severity, rule_id, node, text(), structure, place);
  }
  template <typename Text>
  void report_as(Severity severity, RuleId rule_id, NodeId node, const Text& text,
                 const StructureDefinition* structure = nullptr) {
    if (count(severity)) add_issue(severity, rule_id, node, text(), structure);
  }
  // Of a primitive, at its `_name` half.
  template <typename Text>
  void report_pair(RuleId rule_id, NodeId node, const Text& text) {
    const Severity severity = rule(rule_id).severity;
    if (count(severity)) add_issue(severity, rule_id, node, text(), nullptr, kNoNode, true);
  }
  // Counts; true if an issue is to be made. Cold: the way to it is kept out of what nearly all
  // elements go through.
  [[gnu::cold]] bool count(Severity severity);
  [[gnu::cold]] void add_issue(Severity severity, RuleId rule_id, NodeId node, std::string text,
                               const StructureDefinition* structure, NodeId place = kNoNode,
                               bool at_pair = false);
  std::uint32_t place_of(NodeId id) const;
  std::uint32_t place_of_pair(NodeId id) const;
  template <typename Text>
  void not_checked(RuleId rule_id, NodeId node, std::string_view what, const Text& text) {
    if (quiet_) return;
    ++verdict_.not_checked;
    not_checked_.push_back(what);
    report_as(Severity::kInformation, rule_id, node, text);
  }
  NodeId element_of(const SyntaxFault& fault) const;
  void report_syntax();
  bool take(Severity severity);
  bool keep(const Issue& issue);
  void add_kept(Issue issue, std::uint32_t place);
  void sort_issues();
  void limit_issues();
  std::uint32_t index(NodeId id) const;
  std::string path(NodeId id) const;
  std::string shown(NodeId id) const;  // the value as a message quotes it
  void append_shown(NodeId id, std::string& text) const;
  std::string codes_of(NodeId id) const;

  const Node& at(NodeId id) const { return tape_[id]; }
  NodeId child(NodeId id, NameId name) const {
    return id == wide_ ? wide_child(name) : tape_.child(id, name);
  }
  NodeId wide_child(NameId name) const;
  std::string_view version_of(NodeId resource) const;
  std::string_view text_of(NodeId parent, NameId name) const {
    const NodeId id = child(parent, name);
    return id == kNoNode ? std::string_view() : tape_[id].value();
  }
  const Type* resource_type(std::string_view name);

  CompiledDefinitions& definitions_;
  const ValidatorOptions options_;
  Names names_;
  Tape tape_;
  std::vector<NodeType> types_;

  // Of the document
  Verdict verdict_;
  bool explain_ = false;
  bool quiet_ = false;  // only quiet_errors_ is counted
  std::uint32_t quiet_errors_ = 0;
  std::vector<Issue> issues_;
  struct IssuePlace {
    std::uint32_t place = 0;
    bool suppressed = false;
  };
  std::vector<IssuePlace> issue_places_;      // of issues_
  std::array<std::uint32_t, 4> wanted_ = {};  // issues of the level, by severity
  std::uint32_t suppressed_ = 0;              // issues
  bool suppresses_ = false;                   // the issue being added
  struct KnownIndex {                         // of the item of a list whose path was asked for last
    NodeId parent = kNoNode;
    NodeId id = kNoNode;
    std::uint32_t index = 0;
  };
  mutable std::array<KnownIndex, 64> known_indices_ = {};  // by parent
  std::vector<std::string_view> not_checked_;
  std::string resource_name_;
  NodeId resource_ = kNoNode;  // being walked
  std::vector<JudgedResource> resources_;
  // The resources of a Parameters by the hash of type and id, once a reference asks for one.
  std::vector<std::pair<std::uint64_t, NodeId>> parameters_;
  struct Changed {          // by an entry of a transaction
    std::string_view name;  // `Patient/1`
    std::string_view base;  // what stands before it in the url
    NodeId entry;
    auto operator<=>(const Changed&) const = default;
  };
  std::vector<Changed> changed_;
  NodeId narrated_ = kNoNode;           // the resource whose language is known
  std::string_view narrated_language_;  // empty: it has none
  std::vector<PendingCheck> pending_;
  // Codes outside extensible value sets, told at the end: a profile may demand them.
  struct MissedBinding {
    NodeId node = kNoNode;
    NodeId resource = kNoNode;
    const Checks* checks = nullptr;
    const BindingRule* binding = nullptr;
    bool demanded = false;
  };
  std::vector<MissedBinding> missed_;  // of types, by node
  std::vector<MissedBinding> missed_by_profiles_;
  bool in_profiles_ = false;  // the checks are those of a profile of the resource
  std::vector<PendingContext> pending_contexts_;
  std::vector<std::uint16_t> counts_;  // of slots, as a stack
  std::vector<NodeId> items_;          // of groups under a profile, as a stack
  NodeId bundle_ = kNoNode;            // the outermost bundle
  // The outermost bundle, if it has many entries: the first child of each name, so that a member
  // that it lacks is not looked for among all entries.
  NodeId wide_ = kNoNode;
  std::vector<NodeId> wide_children_;
  struct Bundled {  // an entry of the bundle's index, by fullUrl or by type and id
    std::uint64_t hash = 0;
    NodeId resource = kNoNode;
    NodeId full_url = kNoNode;  // kNoNode: by type and id
    std::uint32_t next = 0;     // in the same bucket, plus one
  };
  std::vector<Bundled> bundled_;
  std::vector<NodeId> entries_;         // resources of a document's entries
  EntryLinks entry_links_;              // of entries_
  std::vector<std::uint32_t> buckets_;  // index into bundled_, plus one
  struct Contained {                    // the resources that a resource contains
    NodeId first = kNoNode;
    std::vector<std::pair<std::string_view, NodeId>> sorted;  // by id, once it was needed
  };
  NodeId container_ = kNoNode;                            // that was asked for last
  Contained* contained_ = nullptr;                        // its own
  Contained few_contained_;                               // of a container with few children
  std::unordered_map<NodeId, Contained> many_contained_;  // of others that were asked for
  Conformity conformity_{
      [this](NodeId id, const Profile* profile) { return judge_quietly(id, *profile); }};
  std::vector<std::pair<NodeId, const Profile*>> applied_;  // to the resource being judged
  std::size_t applied_from_ = 0;  // those before it are of an outer question
  int profile_depth_ = 0;
  bool told_depth_ = false;        // that it was too much
  bool undecided_ = false;         // whether the value that is judged quietly conforms
  std::uint64_t most_visits_ = 0;  // of the evaluator, when the document's are used up
  std::vector<const fhirpath::Expression*> exhausting_;  // that visited more than the limit
  bool slice_undecided_ = false;  // the last slice test needed something that is not at hand

  // Of the worker
  std::array<const Type*, 256> resource_types_ = {};  // by the hash of the name
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, const Profile*, TextHash, std::equal_to<>> profiles_[2];
  std::unordered_map<std::string, Fault, TextHash, std::equal_to<>> broken_profiles_;
  struct RecentProfile {  // of profiles_; empty: none
    std::string_view canonical;
    ProfileForm form = ProfileForm::kLean;
    const Profile* profile = nullptr;
  };
  std::array<RecentProfile, 256> recent_profiles_ = {};  // by the hash of the canonical
  friend class JudgeHost;
  friend class ResponseJudge;
  std::unique_ptr<StructureReader> structures_;  // made for the first StructureDefinition
  ExpressionCache expressions_;                  // of definitions that are judged, and of contexts
  std::unique_ptr<ResponseJudge> responses_;     // made for the first QuestionnaireResponse
  std::unique_ptr<JudgeHost> host_;              // the FHIRPath evaluator and what it asks back
  std::vector<std::string_view> mentions_;
  std::string decoded_;   // bytes of the attachment being looked at
  struct NarrativeLink {  // to `#target`
    NodeId div = kNoNode;
    NodeId resource = kNoNode;  // that it must lead into
    std::string_view target;
  };
  std::vector<NarrativeLink> narrative_links_;
  std::vector<std::string_view> anchors_;
  std::vector<NodeId> references_;  // Reference elements that name something outside the resource
  std::vector<NodeId> odd_references_;  // texts of those that are not just Type/id
  struct KnownNames {
    NameId id, meta, profile, url, value, extension, system, code, version, display, reference,
        type, contained, entry, full_url, resource, coding, unit, link, relation, data, size, hash,
        language, request, method, version_id;
  } known_;
};

}  // namespace oncobridge::profiles
