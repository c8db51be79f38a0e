// Profiles: claimed ones, those named by the caller, those of types and references.
#include <algorithm>

#include "profiles/implied_profiles.h"
#include "profiles/judge.h"
#include "profiles/soundness.h"

namespace oncobridge::profiles {
namespace {

constexpr std::string_view kCoreUrl = "http://hl7.org/fhir/StructureDefinition/";
constexpr int kProfileDepth = 24;  // of profiles that ask for one another

}  // namespace

const Profile* Judge::find_profile(std::string_view canonical, ProfileForm form) {
  RecentProfile& recent =
      recent_profiles_[(hash_name(canonical) + static_cast<std::uint32_t>(form)) %
                       recent_profiles_.size()];
  if (recent.form == form && same_text(recent.canonical, canonical)) return recent.profile;
  auto& known = profiles_[static_cast<int>(form)];
  const auto found = known.find(canonical);
  if (found != known.end()) {
    recent = {found->first, form, found->second};
    return found->second;
  }
  Result<const Profile*> profile = definitions_.profiles().find(canonical, form);
  if (!profile) broken_profiles_.emplace(std::string(canonical), std::move(profile.error()));
  const Profile* compiled = profile ? *profile : nullptr;
  constexpr std::size_t kMostKnown = 4096;  // documents may name any number that nobody knows
  if (compiled == nullptr && known.size() >= kMostKnown) return nullptr;
  known.emplace(std::string(canonical), compiled);
  return compiled;
}

// True if the definition is at hand and cannot be compiled; then the document is told so.
bool Judge::is_broken(std::string_view canonical, NodeId place,
                      const StructureDefinition* asked_by) {
  const auto found = broken_profiles_.find(canonical);
  if (found == broken_profiles_.end()) return false;
  const auto text = [&] {
    return std::string(canonical) + ": " +
           std::string(without_url(found->second.message, canonical));
  };
  if (found->second.rule == "snapshot-base") {
    // A base that is not at hand is no fault of the profile: it cannot be checked, as if unknown.
    if (!quiet_) {
      ++verdict_.not_checked;
      not_checked_.push_back(canonical);
    }
    report(RuleId::kProfileUnknown, place, text, asked_by);
  } else {
    report(RuleId::kProfileBroken, place, text, asked_by);
  }
  return true;
}

void Judge::check_profiles(const JudgedResource& resource) {
  resource_ = resource.node;
  applied_.clear();
  applied_from_ = 0;
  const bool root = resource.node == tape_.root();
  if (root) {
    for (const std::string& profile : options_.profiles) {
      check_profile(resource.node, profile, resource.faulty, resource.node);
    }
  } else if (resource.entry != kNoNode) {
    for (const std::string& named : options_.bundle_profiles) {
      const std::size_t equals = named.find('=');
      const bool typed = equals != std::string::npos && named.find(':') > equals;
      if (typed && named.substr(0, equals) != tape_[resource.node].value()) continue;
      const std::string_view canonical =
          typed ? std::string_view(named).substr(equals + 1) : std::string_view(named);
      if (!typed) {
        const Profile* profile = find_profile(canonical, ProfileForm::kLean);
        if (profile != nullptr && !types_[resource.node].type->is_a(profile->type)) continue;
      }
      check_profile(resource.node, canonical, resource.faulty, resource.node);
    }
  }
  for (const GlobalProfile& global : definitions_.loose().global_profiles) {
    if (tape_[resource.node].value() == global.type) {
      check_profile(resource.node, global.profile, resource.faulty, resource.node);
    }
  }
  if (tape_[resource.node].value() == "Observation") check_vital_sign(resource);
  if (options_.ignore_meta_profile) return;
  const NodeId meta = child(resource.node, known_.meta);
  if (meta == kNoNode) return;
  for (NodeId claim = child(meta, known_.profile); claim != kNoNode;
       claim = tape_.next_same(claim)) {
    if (tape_[claim].kind == NodeKind::kString && tape_[claim].length > 0) {
      check_profile(resource.node, tape_[claim].value(), resource.faulty, claim);
    }
  }
}

// FHIR R4 observation-vitalsigns.html: an observation with the code of a vital sign conforms to its
// profile, whether it claims so or not.
void Judge::check_vital_sign(const JudgedResource& resource) {
  const NodeId code = child(resource.node, known_.code);
  if (code == kNoNode) return;
  for (NodeId coding = child(code, known_.coding); coding != kNoNode;
       coding = tape_.next_same(coding)) {
    const std::string_view canonical =
        implied_profile(text_of(coding, known_.system), text_of(coding, known_.code));
    if (canonical.empty()) continue;
    check_profile(resource.node, canonical, resource.faulty, coding);
    return;
  }
}

void Judge::check_profile(NodeId id, std::string_view canonical, bool faulty, NodeId place,
                          const StructureDefinition* asked_by) {
  const ProfileForm form = faulty ? ProfileForm::kFull : ProfileForm::kLean;
  const Type* type = types_[id].type;
  if (type == nullptr) return;
  const Profile* profile = find_profile(canonical, form);
  if (profile == nullptr) {
    if (is_broken(canonical, place, asked_by)) return;
    if (!quiet_) {
      ++verdict_.not_checked;
      not_checked_.push_back(canonical);
    }
    report(
        RuleId::kProfileUnknown, place,
        [&] {
          return "the profile " + std::string(canonical) +
                 (asked_by == nullptr ? "" : ", which " + asked_by->url + " asks for,") +
                 " is not among the definitions, so it has not been checked; name its package with "
                 "--package or its definition with --definitions";
        },
        asked_by);
    return;
  }
  apply_whole(id, *profile, canonical, faulty, place);
}

// A profile, unless it was applied before, and those that it imposes.
void Judge::apply_whole(NodeId id, const Profile& profile, std::string_view canonical, bool faulty,
                        NodeId place) {
  const Type* type = types_[id].type;
  const auto first = applied_.begin() + static_cast<std::ptrdiff_t>(applied_from_);
  // Named with its version and without, it is the same.
  const auto is_same = [&](const std::pair<NodeId, const Profile*>& other) {
    return other.first == id && other.second->definition == profile.definition;
  };
  if (std::any_of(first, applied_.end(), is_same)) return;
  applied_.emplace_back(id, &profile);
  if (profile.definition->abstract && tape_[place].name == known_.profile) {
    report(
        RuleId::kProfileAbstract, place,
        [&] {
          return "the profile " + std::string(canonical) +
                 " is abstract; a resource claims one that is built on it";
        },
        profile.definition);
  }
  if (!type->is_a(profile.type)) {
    report(
        RuleId::kProfileWrongType, place,
        [&] {
          return "the profile " + std::string(canonical) + " is for " + profile.type->name +
                 ", not for " + type->name;
        },
        profile.definition);
    return;
  }
  apply(id, profile);
  for (const std::string& imposed : profile.definition->impose_profiles) {
    check_profile(id, imposed, faulty, place, profile.definition);
  }
}

void Judge::apply(NodeId id, const Profile& profile) {
  if (++profile_depth_ <= kProfileDepth) {
    apply_element(id, profile.root, profile);
  } else if (quiet_) {
    undecided_ = true;
  } else if (!std::exchange(told_depth_, true)) {
    not_checked(RuleId::kLimitProfiles, id, {}, [&] {
      return profile.definition->url + " has not been checked here: more than " +
             std::to_string(kProfileDepth) + " profiles ask for one another";
    });
  }
  --profile_depth_;
}

void Judge::apply_element(NodeId id, const ProfileElement& element, const Profile& profile) {
  if (element.checks != nullptr) apply_checks(id, *element.checks);
  if (element.children.empty()) return;
  std::uint64_t present = 0;  // names of the children, modulo 64
  std::size_t count = 0;
  for (NodeId at = tape_[id].first; at != kNoNode; at = tape_[at].next) {
    const Element* child = types_[at].element;
    if (child == nullptr) continue;
    present |= std::uint64_t{1} << (child->choice & 63);
    ++count;
  }
  // Of many children and many groups, not each group looks at each child.
  constexpr std::size_t kFewPairs = 10'000;
  std::vector<NamedChild> by_name;
  const bool many = element.children.size() > 1 && count > kFewPairs / element.children.size();
  if (many) by_name = children_by_name(id);
  for (const ProfileElement& group : element.children) {
    const bool absent = (present >> (group.name & 63) & 1) == 0;
    if (absent && group.min == 0 && group.slicing == nullptr) continue;
    apply_group(id, group, profile, many ? &by_name : nullptr);
  }
}

std::vector<Judge::NamedChild> Judge::children_by_name(NodeId id) const {
  std::vector<NamedChild> children;
  for (NodeId at = tape_[id].first; at != kNoNode; at = tape_[at].next) {
    if (types_[at].element != nullptr) children.emplace_back(types_[at].element->choice, at);
  }
  std::stable_sort(children.begin(), children.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return children;
}

void Judge::apply_group(NodeId parent, const ProfileElement& group, const Profile& profile,
                        const std::vector<NamedChild>* by_name) {
  const std::size_t first = items_.size();
  const auto take = [&](NodeId id) {
    const Element* element = types_[id].element;
    if (element == nullptr || element->choice != group.name) return;
    if (group.written != kNoName && element->name != group.written) return;
    if (tape_[id].kind != NodeKind::kEmptyList) items_.push_back(id);
  };
  if (by_name == nullptr) {
    for (NodeId id = tape_[parent].first; id != kNoNode; id = tape_[id].next) take(id);
  } else {
    auto at =
        std::lower_bound(by_name->begin(), by_name->end(), group.name,
                         [](const NamedChild& child, NameId name) { return child.first < name; });
    for (; at != by_name->end() && at->first == group.name; ++at) take(at->second);
  }
  const std::size_t count = items_.size() - first;
  check_count(parent, first, count, group, profile);
  if (group.slicing != nullptr) {
    apply_slices(parent, group, profile, first, items_.size());
  } else {
    for (std::size_t i = 0; i < count; ++i) apply_element(items_[first + i], group, profile);
  }
  items_.resize(first);
}

void Judge::check_count(NodeId parent, std::size_t first, std::size_t count,
                        const ProfileElement& element, const Profile& profile) {
  if (count < element.min) {
    report(
        RuleId::kCardinalityMin, parent,
        [&] {
          return element.label + ": at least " + std::to_string(element.min) + " needed, " +
                 std::to_string(count) + " found";
        },
        profile.definition);
  }
  if (count > element.max && !tape_[items_[first + element.max]].is(kDuplicate)) {
    report_at(
        items_[first + element.max], RuleId::kCardinalityMax, parent,
        [&] {
          return element.label + ": at most " + std::to_string(element.max) + " allowed, " +
                 std::to_string(count) + " found";
        },
        profile.definition);
  }
}

// What an element definition demands of a value, of a base type or of a profile.
void Judge::apply_checks(NodeId id, const Checks& checks) {
  if (checks.asks_type && !check_types(id, checks)) return;
  if (checks.asks_value) check_value(id, checks, checks.structure);
  for (const auto& binding : checks.bindings) check_binding(id, checks, *binding);
  if (checks.has_targets) check_targets(id, checks);
  if (!checks.invariants.empty()) check_invariants(id, checks);
}

// False if the value has a type that the definition does not allow.
bool Judge::check_types(NodeId id, const Checks& checks) {
  const Type* type = types_[id].type;
  if (type == nullptr) return true;
  const TypeRule* fitting = nullptr;
  for (const TypeRule& rule : checks.types) {
    if (same_text(type->name, rule.code) || (type->is_resource() && type->is_a(rule.code)))
      fitting = &rule;
  }
  if (fitting == nullptr) {
    if (!checks.narrows_types || type->backbone) return true;
    report(
        RuleId::kTypeWrong, id,
        [&] {
          std::string allowed;
          for (const TypeRule& rule : checks.types)
            allowed += (allowed.empty() ? "" : ", ") + rule.code;
          return checks.definition->path + " is of type " + allowed + " here, not " + type->name;
        },
        checks.structure);
    return false;
  }
  if (fitting->profiles.size() == 1) {
    check_profile(id, fitting->profiles.front().canonical, false, id, checks.structure);
  } else if (!fitting->profiles.empty()) {
    check_type_profiles(id, *fitting, checks);
  }
  return true;
}

// A value that conforms to one of several profiles.
void Judge::check_type_profiles(NodeId id, const TypeRule& rule, const Checks& checks) {
  const ProfileRef* unknown = nullptr;
  for (const ProfileRef& ref : rule.profiles) {
    const Answer answer = conforms(id, ref.canonical);
    if (answer == Answer::kYes) return;
    if (answer == Answer::kUndecided) unknown = &ref;
  }
  if (unknown == nullptr) {
    report(
        RuleId::kTypeWrong, id,
        [&] {
          std::string allowed;
          for (const ProfileRef& ref : rule.profiles) {
            allowed += (allowed.empty() ? "" : ", ") + ref.canonical;
          }
          return "the value conforms to none of " + allowed;
        },
        checks.structure);
    return;
  }
  conformity_not_checked(RuleId::kTypeNotChecked, id, "the value", unknown->canonical);
}

// Of one of several profiles, where the others are not kept.
void Judge::conformity_not_checked(RuleId rule_id, NodeId id, std::string_view what,
                                   std::string_view canonical) {
  const bool at_hand = can_judge(canonical);
  undecided_ |= at_hand;
  not_checked(rule_id, id, canonical, [&] {
    return "whether " + std::string(what) + " conforms to " + std::string(canonical) +
           (at_hand ? ", which depends on a slice that depends on this in turn, on more profiles "
                      "than the limit or on too many answers that change, has not been checked"
                    : ", which is not among the definitions or cannot be judged with, has not been "
                      "checked");
  });
}

// Whether a profile is at hand, and whole enough to be judged with.
bool Judge::can_judge(std::string_view canonical) {
  if (find_profile(canonical, ProfileForm::kLean) != nullptr) return true;
  return canonical.starts_with(kCoreUrl) &&
         definitions_.schema().type(canonical.substr(kCoreUrl.size())) != nullptr;
}

// Without a word: whether the value at `id` conforms; undecided where the profile is not at hand.
Judge::Answer Judge::conforms(NodeId id, std::string_view canonical) {
  return ask_conformity(id, canonical, &Conformity::ask);
}

// The same where something may hold because the value does not conform.
Judge::Answer Judge::surely_conforms(NodeId id, std::string_view canonical) {
  const Answer answer = ask_conformity(id, canonical, &Conformity::ask_settled);
  undecided_ |= answer == Answer::kUndecided && can_judge(canonical);
  return answer;
}

Judge::Answer Judge::ask_conformity(NodeId id, std::string_view canonical,
                                    Answer (Conformity::*ask)(NodeId, const Profile*)) {
  const Type* type = types_[id].type;
  if (type == nullptr) return Answer::kNo;
  if (canonical.starts_with(kCoreUrl) && type->is_a(canonical.substr(kCoreUrl.size()))) {
    return Answer::kYes;
  }
  const Profile* profile = find_profile(canonical, ProfileForm::kLean);
  if (profile == nullptr) return can_judge(canonical) ? Answer::kNo : Answer::kUndecided;
  return type->is_a(profile->type) ? (conformity_.*ask)(id, profile) : Answer::kNo;
}

// What conformity_ asks back. The depth begins anew, as it must not matter who asks.
Conformity::Judged Judge::judge_quietly(NodeId id, const Profile& profile) {
  const bool was_quiet = std::exchange(quiet_, true);
  const std::uint32_t errors = std::exchange(quiet_errors_, 0);
  const bool undecided = std::exchange(undecided_, false);
  const int depth = std::exchange(profile_depth_, 0);
  const std::size_t outer = std::exchange(applied_from_, applied_.size());
  apply_whole(id, profile, {}, false, id);
  const Answer answer = quiet_errors_ > 0 ? Answer::kNo
                        : undecided_      ? Answer::kUndecided
                                          : Answer::kYes;
  applied_.resize(applied_from_);
  applied_from_ = outer;
  profile_depth_ = depth;
  undecided_ = undecided;
  quiet_errors_ = errors;
  quiet_ = was_quiet;
  return {answer, end_of(id) - id};
}

}  // namespace oncobridge::profiles
