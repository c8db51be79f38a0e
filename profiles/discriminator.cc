#include "profiles/discriminator.h"

#include <deque>
#include <optional>

#include "oncobridge/fhir/tape_writer.h"

namespace oncobridge::profiles {
namespace {

constexpr int kDepthLimit = 4;             // of fixed values below the place of a discriminator
constexpr std::size_t kMostSpots = 1'000;  // slices of slices that a path leads to

// An element definition reached by a discriminator path.
struct Spot {
  struct Above {
    const ElementDefinition* definition = nullptr;
    std::size_t steps = 0;  // of the path, to there
  };

  const DefinitionTree* tree = nullptr;
  const DefinitionNode* node = nullptr;
  std::vector<Above> above;  // elements on the way, of which this one is a part; nearest last
  const ElementDefinition& definition() const { return tree->definition(*node); }
};

// The only element of a value that the steps lead to, as JSON; empty: none, or several.
std::string part_of(const Tape& value, const PathStep* first, const PathStep* last) {
  NodeId at = value.root();
  for (; first != last && at != kNoNode; ++first) {
    if (first->kind != PathStep::Kind::kChild) return {};
    const NodeId found = value.child(at, first->name);
    if (found != kNoNode && value.next_same(found) != kNoNode) return {};
    at = found;
  }
  std::string json;
  if (at != kNoNode) append_json(value, at, json);
  return json;
}

std::string_view unquoted(std::string_view text) {
  while (!text.empty() && (text.front() == '\'' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\'' || text.back() == '"')) text.remove_suffix(1);
  return text;
}

// `coding.code`, `$this.resolve().code`, `extension('u').value`, `value.ofType(Quantity)`.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (const char c : path) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '.' && depth == 0) {
      parts.push_back(std::move(part));
      part.clear();
    } else {
      part += c;
    }
  }
  parts.push_back(std::move(part));
  return parts;
}

class TestMaker {
 public:
  explicit TestMaker(const DiscriminatorContext& context) : context_(context) {}

  SliceTest make(const Discriminator& discriminator, const DefinitionNode& slice) {
    SliceTest test;
    test.type = discriminator.type;
    test.path = discriminator.path;
    // Where the path leads: an element and, where the way is sliced again, the same in its slices.
    std::vector<Spot> spots = {{&context_.tree, &slice, {}}};
    std::vector<std::string> targets;  // of the last resolve()
    bool resolved = false;
    for (const std::string& part : split_path(discriminator.path)) {
      if (part == "$this" || part.empty()) continue;
      const std::size_t open = part.find('(');
      const std::string_view word = std::string_view(part).substr(0, open);
      PathStep step;
      if (open != std::string::npos) {
        step.argument = unquoted(std::string_view(part).substr(open + 1, part.size() - open - 2));
      }
      std::vector<Spot> next;
      const auto add = [&next](const std::optional<Spot>& spot) {
        if (spot) next.push_back(*spot);
      };
      resolved = word == "resolve" && open != std::string::npos;
      if (resolved) {
        step.kind = PathStep::Kind::kResolve;
        targets.clear();
        for (const Spot& spot : spots) {
          for (const TypeRef& type : spot.definition().types) {
            targets.insert(targets.end(), type.target_profiles.begin(), type.target_profiles.end());
          }
        }
        if (targets.size() == 1) add(root_of(targets.front()));
      } else if (word == "extension" && open != std::string::npos) {
        step.kind = PathStep::Kind::kExtension;
        for (const Spot& spot : spots) add(extension(spot, step.argument));
      } else if (word == "ofType" || word == "as") {
        step.kind = PathStep::Kind::kOfType;
        next = spots;
      } else {
        step.name = context_.schema.names().find(part);
        for (const Spot& spot : spots) {
          std::optional<Spot> found = child(spot, part);
          if (!found) continue;
          found->above = spot.above;
          found->above.push_back({&spot.definition(), test.steps.size()});
          add(found);
          for (const std::uint32_t at : found->node->slices) {
            next.push_back({found->tree, &found->tree->nodes()[at], found->above});
          }
        }
      }
      if (next.size() > kMostSpots) next.resize(kMostSpots);
      spots = std::move(next);
      test.steps.push_back(std::move(step));
    }
    const std::optional<Spot> spot = choose(spots);
    switch (discriminator.type) {
      case DiscriminatorType::kValue:
      case DiscriminatorType::kPattern:
        value_test(spot, slice, test);
        break;
      case DiscriminatorType::kExists:
        test.undecidable = !spot;
        test.must_exist = !spot || spot->definition().max != 0;
        break;
      case DiscriminatorType::kType:
        type_test(spot, resolved, targets, test);
        break;
      case DiscriminatorType::kProfile:
        profile_test(spot, resolved, targets, test);
        break;
      case DiscriminatorType::kUnknown:
        test.undecidable = true;
        break;
    }
    return test;
  }

 private:
  // The first that fixes a value, else the first.
  static std::optional<Spot> choose(const std::vector<Spot>& spots) {
    if (spots.empty()) return std::nullopt;
    for (const Spot& spot : spots) {
      const ElementDefinition& definition = spot.definition();
      if (!definition.fixed.empty() || !definition.pattern.empty()) return spot;
    }
    return spots.front();
  }

  std::optional<Spot> root_of(std::string_view canonical) {
    const Result<const StructureDefinition*> structure = context_.snapshots.find(canonical);
    if (!structure || *structure == nullptr || (*structure)->snapshot.empty()) return std::nullopt;
    const DefinitionTree& tree = trees_.emplace_back((*structure)->snapshot);
    return Spot{&tree, &tree.root(), {}};
  }

  std::optional<Spot> child(const Spot& spot, std::string_view name) {
    if (const DefinitionNode* node = spot.tree->child(*spot.node, name))
      return Spot{spot.tree, node, {}};
    const ElementDefinition& definition = spot.definition();
    for (const TypeRef& type : definition.types) {
      const std::string canonical = type.profiles.empty()
                                        ? "http://hl7.org/fhir/StructureDefinition/" + type.code
                                        : type.profiles.front();
      const std::optional<Spot> root = root_of(canonical);
      if (!root) continue;
      if (const DefinitionNode* node = root->tree->child(*root->node, name)) {
        return Spot{root->tree, node, {}};
      }
    }
    return std::nullopt;
  }

  // The slice of `extension` with that url.
  std::optional<Spot> extension(const Spot& spot, std::string_view url) {
    const DefinitionNode* group = spot.tree->child(*spot.node, "extension");
    if (group == nullptr) return std::nullopt;
    for (const std::uint32_t at : group->slices) {
      const Spot slice{spot.tree, &spot.tree->nodes()[at], {}};
      for (const TypeRef& type : slice.definition().types) {
        for (const std::string& profile : type.profiles) {
          if (split_canonical(profile).url != url) continue;
          if (const auto root = root_of(profile)) return root;
          return slice;
        }
      }
    }
    return std::nullopt;
  }

  // Takes what the definition fixes; false if it fixes nothing.
  bool take_value(const ElementDefinition& definition, SliceTest& test) const {
    return take_fixed(definition, test) || take_binding(definition, test);
  }

  bool take_fixed(const ElementDefinition& definition, SliceTest& test) const {
    if (!definition.fixed.empty()) {
      test.fixed = context_.checks.make_value(definition.fixed);
    } else if (!definition.pattern.empty()) {
      test.pattern = context_.checks.make_value(definition.pattern);
    } else {
      return false;
    }
    return true;
  }

  static bool take_binding(const ElementDefinition& definition, SliceTest& test) {
    if (!definition.has_binding || definition.binding.strength != BindingStrength::kRequired) {
      return false;
    }
    test.binding = CheckCompiler::make_binding(definition.binding);
    return true;
  }

  // What an element on the way fixes of the place: `value.code` by patternQuantity of `value`.
  bool take_fixed_above(const Spot& spot, SliceTest& test) const {
    for (auto above = spot.above.rbegin(); above != spot.above.rend(); ++above) {
      SliceTest stated;
      if (!take_fixed(*above->definition, stated)) continue;
      const ValueTree& whole = stated.fixed ? *stated.fixed : *stated.pattern;
      const PathStep* steps = test.steps.data();
      const std::string json = part_of(whole.tape, steps + above->steps, steps + test.steps.size());
      if (json.empty()) continue;
      (stated.fixed ? test.fixed : test.pattern) = context_.checks.make_value({"part", json});
      return true;
    }
    return false;
  }

  // `value.coding.code` by the binding of `value`: then its codes are asked for, at `value`.
  bool take_binding_above(const Spot& spot, SliceTest& test) const {
    const NameTable& names = context_.schema.names();
    for (auto above = spot.above.rbegin(); above != spot.above.rend(); ++above) {
      const NameId name = test.steps[above->steps].name;
      if (name != names.find("coding") && name != names.find("code")) return false;
      if (!take_binding(*above->definition, test)) continue;
      test.steps.resize(above->steps);
      return true;
    }
    return false;
  }

  void value_test(const std::optional<Spot>& spot, const DefinitionNode& slice, SliceTest& test) {
    if (test.path == "url") {
      for (const TypeRef& type : context_.tree.definition(slice).types) {
        if (type.profiles.empty()) continue;
        test.url = split_canonical(type.profiles.front()).url;
        return;
      }
    }
    if (!spot) {
      test.undecidable = true;
      return;
    }
    if (spot->definition().max == 0) {  // the slice is that which has no such value
      test.type = DiscriminatorType::kExists;
      test.must_exist = false;
      return;
    }
    if (take_fixed(spot->definition(), test) || take_fixed_above(*spot, test) ||
        take_binding(spot->definition(), test)) {
      return;
    }
    below(*spot, test, 0);
    if (!test.below.empty()) return;
    for (const TypeRef& type : spot->definition().types) {
      if (type.profiles.empty()) continue;
      if (const auto root = root_of(type.profiles.front())) {
        if (!take_value(root->definition(), test)) below(*root, test, 0);
      }
    }
    const bool stated = test.fixed || test.pattern || test.binding || !test.below.empty();
    test.undecidable = !stated && !take_binding_above(*spot, test);
  }

  // Values that children are fixed to, and bindings of children that must be there.
  void below(const Spot& spot, SliceTest& test, int depth) {
    if (depth >= kDepthLimit) return;
    for (const std::uint32_t at : spot.node->children) {
      const Spot child_spot{spot.tree, &spot.tree->nodes()[at], {}};
      const ElementDefinition& definition = child_spot.definition();
      SliceTest inner;
      inner.type = test.type;
      std::string_view name = definition.path;
      name.remove_prefix(name.rfind('.') + 1);
      if (name.ends_with("[x]")) name.remove_suffix(3);
      PathStep step;
      step.name = context_.schema.names().find(name);
      inner.path = name;
      inner.steps.push_back(std::move(step));
      const bool stated =
          take_fixed(definition, inner) || (definition.min > 0 && take_binding(definition, inner));
      if (!stated) below(child_spot, inner, depth + 1);
      if (inner.fixed || inner.pattern || inner.binding || !inner.below.empty()) {
        test.below.push_back(std::move(inner));
      }
    }
  }

  void type_test(const std::optional<Spot>& spot, bool resolved,
                 const std::vector<std::string>& targets, SliceTest& test) {
    if (resolved) {
      for (const std::string& target : targets) {
        const StructureDefinition* structure = context_.schema.store().find_structure(target);
        if (structure != nullptr) test.types.push_back(structure->type);
      }
    } else if (spot) {
      for (const TypeRef& type : spot->definition().types) test.types.push_back(type.code);
    }
    test.undecidable = test.types.empty();
  }

  void profile_test(const std::optional<Spot>& spot, bool resolved,
                    const std::vector<std::string>& targets, SliceTest& test) {
    if (resolved) {
      test.profiles = targets;
    } else if (spot) {
      for (const TypeRef& type : spot->definition().types) {
        test.profiles.insert(test.profiles.end(), type.profiles.begin(), type.profiles.end());
      }
    }
    test.undecidable = test.profiles.empty();
  }

  const DiscriminatorContext& context_;
  std::deque<DefinitionTree> trees_;
};

}  // namespace

std::vector<SliceTest> slice_tests(const ElementDefinition& sliced, const DefinitionNode& slice,
                                   const DiscriminatorContext& context) {
  std::vector<SliceTest> tests;
  TestMaker maker(context);
  for (const Discriminator& discriminator : sliced.slicing.discriminators) {
    tests.push_back(maker.make(discriminator, slice));
  }
  return tests;
}

}  // namespace oncobridge::profiles
