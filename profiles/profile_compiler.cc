// Snapshot elements -> the tree of a Profile.
#include <algorithm>
#include <deque>
#include <map>

#include "profiles/definition_tree.h"
#include "profiles/discriminator.h"
#include "profiles/profile_schema.h"

namespace oncobridge::profiles {

ProfileElement::ProfileElement() = default;
ProfileElement::ProfileElement(ProfileElement&&) noexcept = default;
ProfileElement& ProfileElement::operator=(ProfileElement&&) noexcept = default;
ProfileElement::~ProfileElement() = default;

namespace {

// The type whose elements stand below a value of this definition; null if there are several.
const Type* single_value_type(const Schema& schema, const ElementDefinition& definition,
                              const Element* element) {
  if (element != nullptr && element->type != nullptr && element->type->backbone) {
    return element->type;
  }
  const Type* found = nullptr;
  for (const TypeRef& ref : definition.types) {
    const Type* type = schema.type(ref.code);
    if (found != nullptr && type != found) return nullptr;
    found = type;
  }
  if (found == nullptr && definition.types.empty() && element != nullptr) return element->type;
  return found;
}

class ProfileCompiler {
 public:
  ProfileCompiler(const Schema& schema, CheckCompiler& checks, SnapshotCache& snapshots,
                  const StructureDefinition& structure, ProfileForm form)
      : schema_(schema),
        checks_(checks),
        snapshots_(snapshots),
        structure_(structure),
        lean_(form == ProfileForm::kLean),
        tree_(structure.snapshot) {}

  Result<std::unique_ptr<Profile>> compile() {
    auto profile = std::make_unique<Profile>();
    profile->definition = &structure_;
    profile->type = schema_.type(structure_.type);
    if (profile->type == nullptr) {
      return fault("profile-broken",
                   structure_.url + ": it constrains the unknown type " + structure_.type);
    }
    if (tree_.nodes().empty()) {
      return fault("profile-broken", structure_.url + ": it has no elements");
    }
    const DefinitionNode& root = tree_.root();
    profile->root.definition = &tree_.definition(root);
    profile->root.label = tree_.definition(root).path;
    profile->root.checks =
        checks_.make(structure_, tree_.definition(root), profile->type->root, nullptr);
    children(root, profile->type, profile->root);
    profile->joined = std::move(joined_);
    return profile;
  }

 private:
  void children(const DefinitionNode& node, const Type* type, ProfileElement& into) {
    for (const std::uint32_t child : node.children) {
      if (type != nullptr && type->is_primitive() && is_value(tree_.nodes()[child])) continue;
      ProfileElement element;
      if (compile_element(tree_.nodes()[child], type, element)) {
        into.children.push_back(std::move(element));
      }
    }
  }

  bool is_value(const DefinitionNode& node) const {
    return tree_.definition(node).path.ends_with(".value");
  }

  // The definition of a primitive, with what its `value` demands: in a resource they are one.
  const ElementDefinition& join_value(const DefinitionNode& node, const Type& type) {
    const ElementDefinition& definition = tree_.definition(node);
    const auto value = std::find_if(node.children.begin(), node.children.end(),
                                    [&](std::uint32_t at) { return is_value(tree_.nodes()[at]); });
    if (value == node.children.end()) return definition;
    const ElementDefinition& inner = tree_.definition(tree_.nodes()[*value]);
    ElementDefinition& joined = joined_.emplace_back(definition);
    for (const auto fact : {&ElementDefinition::fixed, &ElementDefinition::pattern,
                            &ElementDefinition::min_value, &ElementDefinition::max_value}) {
      if (!(inner.*fact).empty()) joined.*fact = inner.*fact;
    }
    if (inner.max_length != 0) joined.max_length = inner.max_length;
    const StructureDefinition* own = type.definition;
    const auto base = own == nullptr ? nullptr : &own->snapshot;
    const bool is_own_regex =
        base != nullptr && std::any_of(base->begin(), base->end(), [&](const auto& element) {
          return element.regex == inner.regex;
        });
    if (!inner.regex.empty() && !is_own_regex) joined.regex = inner.regex;
    const auto demand = [&](std::string expression) {
      joined.constraints.push_back({inner.id, false, false, std::move(expression), {}});
    };
    if (inner.min > 0) demand("hasValue()");
    if (inner.max == 0) demand("hasValue().not()");
    joined.constraints.insert(joined.constraints.end(), inner.constraints.begin(),
                              inner.constraints.end());
    return joined;
  }

  // True if the element demands anything.
  bool compile_element(const DefinitionNode& node, const Type* container, ProfileElement& into) {
    const ElementDefinition& definition = tree_.definition(node);
    into.definition = &definition;
    into.slice_name = definition.slice_name;
    into.label = definition.id.empty() ? definition.path : definition.id;
    const Element* element = name_element(definition, container, into);
    if (into.name == kNoName) return false;
    const ElementDefinition* base = element == nullptr ? nullptr : element->definition;
    const Type* value_type = single_value_type(schema_, definition, element);
    if (value_type == nullptr && into.written != kNoName && element != nullptr) {
      value_type = element->type;
    }
    const bool slice = !definition.slice_name.empty();
    into.min =
        !lean_ || slice || base == nullptr || definition.min != base->min ? definition.min : 0;
    const bool same_max = base != nullptr && definition.max == base->max && !slice;
    into.max = lean_ && same_max ? ElementDefinition::kUnbounded : definition.max;
    const ElementDefinition* type_root = value_type == nullptr ? nullptr : value_type->root;
    const bool primitive = value_type != nullptr && value_type->is_primitive();
    into.checks = checks_.make(structure_, primitive ? join_value(node, *value_type) : definition,
                               base, type_root);
    children(node, value_type, into);
    if (!node.slices.empty()) compile_slices(node, container, into);
    return into.min > 0 || into.max != ElementDefinition::kUnbounded || into.checks != nullptr ||
           !into.children.empty() || into.slicing != nullptr;
  }

  // Names the element and finds it in its container's type.
  const Element* name_element(const ElementDefinition& definition, const Type* container,
                              ProfileElement& into) {
    std::string_view name = definition.path;
    name.remove_prefix(name.rfind('.') + 1);
    if (name.ends_with("[x]")) {
      name.remove_suffix(3);
      into.name = schema_.names().find(name);
      if (container == nullptr) return nullptr;
      const auto found =
          std::find_if(container->elements.begin(), container->elements.end(),
                       [&](const Element& element) { return element.choice == into.name; });
      return found == container->elements.end() ? nullptr : &*found;
    }
    into.name = schema_.names().find(name);
    const Element* element = container == nullptr ? nullptr : container->find(into.name);
    if (element != nullptr && element->is_choice()) {
      into.written = into.name;
      into.name = element->choice;
    }
    return element;
  }

  void compile_slices(const DefinitionNode& node, const Type* container, ProfileElement& into) {
    const ElementDefinition& definition = tree_.definition(node);
    auto plan = std::make_unique<SlicingPlan>();
    plan->rules = definition.slicing.rules;
    plan->ordered = definition.slicing.ordered;
    const std::vector<Discriminator>& by = definition.slicing.discriminators;
    plan->undecidable = by.empty() || std::any_of(by.begin(), by.end(), [](const Discriminator& d) {
                          return d.type == DiscriminatorType::kUnknown;
                        });
    for (const std::uint32_t index : node.slices) {
      const DefinitionNode& slice = tree_.nodes()[index];
      const ElementDefinition& slice_definition = tree_.definition(slice);
      SlicingPlan::Slice compiled;
      compile_element(slice, container, compiled.element);
      compiled.is_default = slice_definition.slice_name == "@default";
      if (!compiled.is_default) {
        compiled.tests =
            slice_tests(definition, slice, {schema_, checks_, snapshots_, structure_, tree_});
      }
      plan->slices.push_back(std::move(compiled));
    }
    into.slicing = std::move(plan);
  }

  const Schema& schema_;
  CheckCompiler& checks_;
  SnapshotCache& snapshots_;
  const StructureDefinition& structure_;
  const bool lean_;
  DefinitionTree tree_;
  std::deque<ElementDefinition> joined_;
};

}  // namespace

struct ProfileSet::Impl {
  const Schema& schema;
  CheckCompiler& checks;
  SnapshotCache& snapshots;
  std::mutex mutex;
  std::map<std::string, Result<std::unique_ptr<Profile>>, std::less<>> compiled[2];
};

ProfileSet::ProfileSet(const Schema& schema, CheckCompiler& checks, SnapshotCache& snapshots)
    : impl_(new Impl{schema, checks, snapshots, {}, {}}) {}
ProfileSet::~ProfileSet() = default;

Result<const Profile*> ProfileSet::find(std::string_view canonical, ProfileForm form) {
  const std::lock_guard lock(impl_->mutex);
  auto& known = impl_->compiled[static_cast<int>(form)];
  auto found = known.find(canonical);
  if (found == known.end()) {
    const Result<const StructureDefinition*> structure = impl_->snapshots.find(canonical);
    Result<std::unique_ptr<Profile>> profile = nullptr;
    if (!structure) {
      profile = tl::unexpected(structure.error());
    } else if (*structure == nullptr) {
      return nullptr;  // nothing to remember: documents may name any number of these
    } else {
      profile = ProfileCompiler(impl_->schema, impl_->checks, impl_->snapshots, **structure, form)
                    .compile();
    }
    found = known.emplace(std::string(canonical), std::move(profile)).first;
  }
  if (!found->second) return tl::unexpected(found->second.error());
  return found->second->get();
}

}  // namespace oncobridge::profiles
