// Slicing: which slice an item belongs to, and what the slicing as a whole demands.
#include <algorithm>

#include "profiles/judge.h"

namespace oncobridge::profiles {

// The tests from `step` on, for each value that the path leads to.
bool Judge::fits(NodeId id, const SliceTest& test, std::size_t step) {
  if (step < test.steps.size()) {
    const PathStep& next = test.steps[step];
    switch (next.kind) {
      case PathStep::Kind::kResolve: {
        NodeId reference = id;
        if (tape_[id].kind == NodeKind::kObject) reference = child(id, known_.reference);
        if (reference == kNoNode) return false;
        const Target target = resolve(id, tape_[reference].value());
        if (target.node == kNoNode) {
          slice_undecided_ |= target.kind == Target::Kind::kExternal;
          return false;
        }
        return fits(target.node, test, step + 1);
      }
      case PathStep::Kind::kOfType:
        return types_[id].type != nullptr && types_[id].type->name == next.argument &&
               fits(id, test, step + 1);
      case PathStep::Kind::kExtension:
      case PathStep::Kind::kChild:
        break;
    }
    bool any = false;
    for (NodeId at = tape_[id].first; at != kNoNode; at = tape_[at].next) {
      if (next.kind == PathStep::Kind::kExtension) {
        if (tape_[at].name != known_.extension || text_of(at, known_.url) != next.argument)
          continue;
      } else if (types_[at].element == nullptr ? tape_[at].name != next.name
                                               : types_[at].element->choice != next.name) {
        continue;
      }
      any = true;
      if (fits(at, test, step + 1)) return true;
    }
    return !any && test.type == DiscriminatorType::kExists && !test.must_exist;
  }
  return fits_here(id, test);
}

bool Judge::fits_here(NodeId id, const SliceTest& test) {
  switch (test.type) {
    case DiscriminatorType::kExists:
      return test.must_exist;
    case DiscriminatorType::kType: {
      const Type* type = types_[id].type;
      return type != nullptr &&
             std::any_of(test.types.begin(), test.types.end(),
                         [&](const std::string& name) { return type->is_a(name); });
    }
    case DiscriminatorType::kProfile:
      return std::any_of(test.profiles.begin(), test.profiles.end(),
                         [&](const std::string& canonical) {
                           const Answer answer = surely_conforms(id, canonical);
                           slice_undecided_ |= answer == Answer::kUndecided;
                           return answer == Answer::kYes;
                         });
    case DiscriminatorType::kValue:
    case DiscriminatorType::kPattern:
    case DiscriminatorType::kUnknown:
      break;
  }
  if (!test.url.empty()) return same_text(tape_[id].value(), test.url);
  if (test.fixed != nullptr) return equals(test.fixed->tape, test.fixed->tape.root(), id);
  if (test.pattern != nullptr)
    return has_pattern(test.pattern->tape, test.pattern->tape.root(), id);
  if (test.binding != nullptr) {
    const CompiledValueSet* set = value_set(test.binding->compiled, test.binding->value_set);
    const int membership = set == nullptr ? -1 : member_of(id, *set);
    slice_undecided_ |= membership < 0;
    return membership == 1;
  }
  return !test.below.empty() &&
         std::all_of(test.below.begin(), test.below.end(),
                     [&](const SliceTest& inner) { return fits(id, inner, 0); });
}

// A discriminator for which the slice states nothing does not keep an item out of it, but does not
// let one in either.
bool Judge::fits_all(NodeId id, const std::vector<SliceTest>& tests) {
  bool decided = false;
  for (const SliceTest& test : tests) {
    if (test.undecidable) continue;
    if (!fits(id, test, 0)) return false;
    decided = true;
  }
  slice_undecided_ |= !decided;
  return decided;
}

// Says in slice_undecided_ if that could not be decided.
bool Judge::fits_slice(NodeId id, const SlicingPlan::Slice& slice) {
  slice_undecided_ = false;
  return fits_all(id, slice.tests);
}

// What an item lacks that does not fit.
std::string Judge::why_not(const SliceTest& test) {
  const auto any_of = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " or ") + name;
    return text;
  };
  switch (test.type) {
    case DiscriminatorType::kExists:
      return test.must_exist ? " is missing" : " is there";
    case DiscriminatorType::kType:
      return " is not of type " + any_of(test.types);
    case DiscriminatorType::kProfile:
      return " does not conform to " + any_of(test.profiles);
    case DiscriminatorType::kValue:
    case DiscriminatorType::kPattern:
    case DiscriminatorType::kUnknown:  // of a definition that is not judged with
      break;
  }
  if (!test.url.empty()) return " is not " + test.url;
  if (test.fixed != nullptr) return " is not " + test.fixed->json;
  if (test.pattern != nullptr) return " has not " + test.pattern->json;
  if (test.binding != nullptr) return " is not in " + test.binding->value_set;
  std::string text;
  for (const SliceTest& inner : test.below) {
    text += (text.empty() ? " is not as stated: " : ", ") + inner.path + why_not(inner);
  }
  return text;
}

// Whether no item can be said to belong to a slice.
bool Judge::states_nothing(const SlicingPlan::Slice& slice) {
  return !slice.is_default && std::all_of(slice.tests.begin(), slice.tests.end(),
                                          [](const SliceTest& test) { return test.undecidable; });
}

// The slices that no item can be said to belong to, as their definition fixes nothing.
std::string Judge::left_open(const SlicingPlan& plan) {
  std::string text;
  for (const SlicingPlan::Slice& slice : plan.slices) {
    if (!states_nothing(slice)) continue;
    text += "; slice " + slice.element.slice_name + " states nothing at its discriminator";
  }
  return text;
}

// The items are items_[first, last). Each goes to the slice it fits; then the slices are counted.
void Judge::apply_slices(NodeId parent, const ProfileElement& group, const Profile& profile,
                         std::size_t first, std::size_t last) {
  const SlicingPlan& plan = *group.slicing;
  if (plan.undecidable) {
    for (std::size_t i = first; i < last; ++i) apply_element(items_[i], group, profile);
    const bool needed = std::any_of(plan.slices.begin(), plan.slices.end(),
                                    [](const auto& slice) { return slice.element.min > 0; });
    if (first == last && !needed) return;
    not_checked(RuleId::kSliceNotChecked, parent, {}, [&] {
      return "which items belong to the slices of " + group.label +
             " cannot be said: its slicing has no discriminator";
    });
    return;
  }
  const std::size_t marks = counts_.size();  // the slice of each item, plus one; 0: none
  counts_.resize(marks + (last - first));
  const bool outer_undecided = slice_undecided_;
  // Slices that an item may belong to; those from the 64th on share a bit.
  std::uint64_t uncertain = 0;
  const auto bit_of = [](std::size_t s) {
    return std::uint64_t{1} << std::min<std::size_t>(s, 63);
  };
  for (std::size_t i = first; i < last; ++i) {
    const NodeId id = items_[i];
    std::size_t found = 0;
    std::uint64_t undecided = 0;
    std::size_t otherwise = 0;
    for (std::size_t s = 0; s < plan.slices.size(); ++s) {
      if (plan.slices[s].is_default) {
        otherwise = s + 1;
      } else if (plan.rules == SlicingRules::kClosed && plan.slices[s].element.max == 0) {
        continue;  // what must not be there is no slice that an item could fit
      } else if (fits_slice(id, plan.slices[s])) {
        if (found != 0) {
          report(
              RuleId::kSliceTwice, id,
              [&] {
                return "the item fits the slices " + plan.slices[found - 1].element.slice_name +
                       " and " + plan.slices[s].element.slice_name;
              },
              profile.definition);
          break;
        }
        found = s + 1;
      } else if (slice_undecided_) {
        undecided |= bit_of(s);
      }
    }
    slice_undecided_ = undecided != 0;
    if (found == 0) {
      uncertain |= undecided;
      found = otherwise;
    }
    counts_[marks + (i - first)] = static_cast<std::uint16_t>(found);
    if (found == 0) unmatched(id, group, profile);
  }
  check_slice_order(plan, profile, first, last, marks);
  for (std::size_t s = 0; s < plan.slices.size(); ++s) {
    bool all_known = (uncertain & bit_of(s)) == 0;
    if (all_known && plan.slices[s].element.min > 0 && states_nothing(plan.slices[s])) {
      all_known = false;
      not_checked(RuleId::kSliceNotChecked, parent, {}, [&] {
        return "whether the slice " + plan.slices[s].element.slice_name + " of " + group.label +
               " is there cannot be said: it states nothing at its discriminator";
      });
    }
    apply_slice(parent, plan.slices[s], profile, first, last, marks, s + 1, all_known);
  }
  counts_.resize(marks);
  slice_undecided_ = outer_undecided;
}

// An item that fits no slice: what all items of the element must be, and why no slice fits.
void Judge::unmatched(NodeId id, const ProfileElement& group, const Profile& profile) {
  const SlicingPlan& plan = *group.slicing;
  apply_element(id, group, profile);
  if (slice_undecided_) {
    not_checked(RuleId::kSliceNotChecked, id, {}, [&] {
      return "whether the item belongs to a slice of " + group.label +
             " depends on a resource or value set that is not at hand" + left_open(plan);
    });
    return;
  }
  const RuleId broken =
      plan.rules == SlicingRules::kClosed ? RuleId::kSliceClosed : RuleId::kSliceUnmatched;
  report(
      broken, id,
      [&] {
        std::string text = "the item fits no slice of " + group.label + ":";
        for (const SlicingPlan::Slice& slice : plan.slices) {
          if (slice.is_default) continue;
          text += " not " + slice.element.slice_name;
          for (const SliceTest& test : slice.tests) {
            if (test.undecidable || fits(id, test, 0)) continue;
            text += " (" + test.path + why_not(test) + ')';
            break;
          }
          text += ';';
        }
        if (text.back() == ';') text.pop_back();
        return text;
      },
      profile.definition);
}

void Judge::check_slice_order(const SlicingPlan& plan, const Profile& profile, std::size_t first,
                              std::size_t last, std::size_t marks) {
  if (!plan.ordered && plan.rules != SlicingRules::kOpenAtEnd) return;
  std::size_t highest = 0;
  bool ended = false;
  for (std::size_t i = first; i < last; ++i) {
    const std::size_t slice = counts_[marks + (i - first)];
    if (slice == 0) {
      ended = true;
      continue;
    }
    if (ended && plan.rules == SlicingRules::kOpenAtEnd) {
      report(
          RuleId::kSliceEnd, items_[i],
          [&] {
            return "the item of slice " + plan.slices[slice - 1].element.slice_name +
                   " stands after an item that fits no slice";
          },
          profile.definition);
    }
    if (plan.ordered && slice < highest) {
      report(
          RuleId::kSliceOrder, items_[i],
          [&] {
            return "the item of slice " + plan.slices[slice - 1].element.slice_name +
                   " stands after one of slice " + plan.slices[highest - 1].element.slice_name;
          },
          profile.definition);
    }
    highest = std::max(highest, slice);
  }
}

// Counts the items of one slice and judges them by its definition. Unless all are known, there may
// be more of them.
void Judge::apply_slice(NodeId parent, const SlicingPlan::Slice& slice, const Profile& profile,
                        std::size_t first, std::size_t last, std::size_t marks, std::size_t mark,
                        bool all_known) {
  const std::size_t own = items_.size();
  for (std::size_t i = first; i < last; ++i) {
    if (counts_[marks + (i - first)] != mark) continue;
    const NodeId id = items_[i];
    items_.push_back(id);
  }
  const std::size_t count = items_.size() - own;
  if (all_known || count >= slice.element.min) {
    check_count(parent, own, count, slice.element, profile);
  }
  if (slice.element.slicing != nullptr) {
    for (std::size_t i = 0; i < count; ++i) {
      if (slice.element.checks != nullptr) apply_checks(items_[own + i], *slice.element.checks);
    }
    apply_slices(parent, slice.element, profile, own, items_.size());
  } else {
    for (std::size_t i = 0; i < count; ++i) apply_element(items_[own + i], slice.element, profile);
  }
  items_.resize(own);
}

}  // namespace oncobridge::profiles
