#include "profiles/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "profiles/definition_store.h"
#include "profiles/soundness.h"

namespace oncobridge::profiles {
namespace {

using ::testing::ElementsAre;

constexpr const char* kCore = "http://hl7.org/fhir/StructureDefinition/";

ElementDefinition element(const std::string& id) {
  ElementDefinition result;
  result.id = id;
  std::size_t colon = id.rfind(':');
  if (colon != std::string::npos && colon > id.rfind('.')) result.slice_name = id.substr(colon + 1);
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (id[i] == ':') i = std::min(id.find('.', i), id.size());
    if (i < id.size()) result.path += id[i];
  }
  return result;
}

ElementDefinition with_min(ElementDefinition element, std::uint32_t min) {
  element.min = min;
  element.has_min = true;
  return element;
}

ElementDefinition with_type(ElementDefinition element, const std::string& code,
                            const std::string& profile = {}) {
  TypeRef type;
  type.code = code;
  if (!profile.empty()) type.profiles.push_back(profile);
  element.types = {type};
  return element;
}

StructureDefinition profile(const std::string& name, const std::string& base,
                            std::vector<ElementDefinition> changes) {
  StructureDefinition definition;
  definition.url = "http://example.org/" + name;
  definition.name = name;
  definition.kind = StructureKind::kResource;
  definition.type = "Observation";
  definition.base = base;
  definition.constraint = true;
  definition.differential = std::move(changes);
  return definition;
}

StructureDefinition observation(std::vector<ElementDefinition> changes) {
  return profile("Test", std::string(kCore) + "Observation", std::move(changes));
}

class SnapshotOf : public ::testing::Test {
 protected:
  SnapshotOf() { store_.add_shipped(); }

  // Makes the snapshot, which must be possible.
  void make(const StructureDefinition& definition) {
    auto made = make_snapshot(store_, definition);
    ASSERT_TRUE(made) << made.error().rule << ": " << made.error().message;
    made_ = std::move(*made);
  }
  std::string rule_of(const StructureDefinition& definition) {
    const auto made = make_snapshot(store_, definition);
    return made ? "" : made.error().rule;
  }
  const ElementDefinition& at(const std::string& id) const {
    for (const ElementDefinition& element : made_.snapshot) {
      if (element.id == id) return element;
    }
    ADD_FAILURE() << "no " << id;
    static const ElementDefinition none;
    return none;
  }
  bool has(const std::string& id) const {
    for (const ElementDefinition& element : made_.snapshot) {
      if (element.id == id) return true;
    }
    return false;
  }
  // The ids that begin so, in order.
  std::vector<std::string> ids(const std::string& start) const {
    std::vector<std::string> result;
    for (const ElementDefinition& element : made_.snapshot) {
      if (element.id.starts_with(start)) result.push_back(element.id);
    }
    return result;
  }
  static std::vector<std::string> types(const ElementDefinition& element) {
    std::vector<std::string> codes;
    for (const TypeRef& type : element.types) codes.push_back(type.code);
    return codes;
  }

  DefinitionStore store_;
  StructureDefinition made_;
};

TEST_F(SnapshotOf, NothingIsTheBase) {
  make(observation({}));
  const StructureDefinition* base = store_.find_type("Observation");
  ASSERT_EQ(made_.snapshot.size(), base->snapshot.size());
  for (std::size_t i = 0; i < base->snapshot.size(); ++i) {
    EXPECT_EQ(made_.snapshot[i].id, base->snapshot[i].id);
    EXPECT_EQ(made_.snapshot[i].path, base->snapshot[i].path);
  }
}

TEST_F(SnapshotOf, SlicesStartFromTheBaseAndStandBehindTheWhole) {
  ElementDefinition whole = with_min(element("Observation.component"), 1);
  whole.must_support = true;
  whole.slicing.present = true;
  whole.slicing.discriminators = {{DiscriminatorType::kPattern, "code"}};
  make(observation({whole, with_min(element("Observation.component:a"), 1),
                    element("Observation.component:b")}));
  EXPECT_TRUE(at("Observation.component").must_support);
  EXPECT_FALSE(at("Observation.component:a").must_support);
  EXPECT_EQ(at("Observation.component:a").min, 1u);
  EXPECT_EQ(at("Observation.component:b").min, 0u);
  EXPECT_EQ(at("Observation.component:b.code").path, "Observation.component.code");
  const auto order = ids("Observation.component");
  const auto place = [&](const char* id) {
    return std::find(order.begin(), order.end(), id) - order.begin();
  };
  EXPECT_LT(place("Observation.component.referenceRange"), place("Observation.component:a"));
  EXPECT_LT(place("Observation.component:a.referenceRange"), place("Observation.component:b"));
  EXPECT_EQ(made_.snapshot.back().id, "Observation.component:b.referenceRange");
}

TEST_F(SnapshotOf, WhatTheSlicesNeedTheWholeNeeds) {
  ElementDefinition whole = element("Observation.category");
  whole.slicing.present = true;
  make(observation({whole, with_min(element("Observation.category:a"), 1),
                    with_min(element("Observation.category:b"), 2)}));
  EXPECT_EQ(at("Observation.category").min, 3u);
}

TEST_F(SnapshotOf, DatatypesUnfoldWhereTheDifferentialWalksIn) {
  make(observation({with_min(element("Observation.category:lab.coding.system"), 1)}));
  EXPECT_THAT(
      ids("Observation.category:lab"),
      ElementsAre("Observation.category:lab", "Observation.category:lab.id",
                  "Observation.category:lab.extension", "Observation.category:lab.coding",
                  "Observation.category:lab.coding.id", "Observation.category:lab.coding.extension",
                  "Observation.category:lab.coding.system",
                  "Observation.category:lab.coding.version", "Observation.category:lab.coding.code",
                  "Observation.category:lab.coding.display",
                  "Observation.category:lab.coding.userSelected", "Observation.category:lab.text"));
  EXPECT_EQ(at("Observation.category:lab.coding.system").min, 1u);
  EXPECT_FALSE(has("Observation.category.coding"));
}

TEST_F(SnapshotOf, AChoiceWrittenShortIsASliceByType) {
  make(observation({element("Observation.valueQuantity"),
                    with_min(element("Observation.valueQuantity.value"), 1)}));
  EXPECT_EQ(at("Observation.value[x]").slicing.discriminators.at(0).type, DiscriminatorType::kType);
  EXPECT_EQ(at("Observation.value[x]").slicing.rules, SlicingRules::kOpen);
  EXPECT_EQ(at("Observation.value[x]").types.size(), 11u);
  EXPECT_THAT(types(at("Observation.value[x]:valueQuantity")), ElementsAre("Quantity"));
  EXPECT_EQ(at("Observation.value[x]:valueQuantity").path, "Observation.value[x]");
  EXPECT_EQ(at("Observation.value[x]:valueQuantity.value").min, 1u);
}

TEST_F(SnapshotOf, AChoiceThatMustHaveOneTypeIsClosed) {
  make(observation({with_min(element("Observation.effectiveDateTime"), 1)}));
  EXPECT_EQ(at("Observation.effective[x]").slicing.rules, SlicingRules::kClosed);
  EXPECT_EQ(at("Observation.effective[x]").min, 1u);
  EXPECT_THAT(types(at("Observation.effective[x]")), ElementsAre("dateTime"));
  EXPECT_EQ(at("Observation.effective[x]:effectiveDateTime").min, 1u);
}

TEST_F(SnapshotOf, AChoiceOfOneTypeOrInASliceIsNarrowedItself) {
  make(observation({element("Observation.component:a"),
                    with_min(element("Observation.component:a.valueQuantity.value"), 1),
                    with_type(element("Observation.value[x]"), "Quantity"),
                    with_min(element("Observation.valueQuantity.unit"), 1)}));
  EXPECT_THAT(types(at("Observation.component:a.value[x]")), ElementsAre("Quantity"));
  EXPECT_EQ(at("Observation.component:a.value[x].value").min, 1u);
  EXPECT_EQ(at("Observation.value[x].unit").min, 1u);
  EXPECT_FALSE(at("Observation.value[x]").slicing.present);
}

TEST_F(SnapshotOf, ExtensionsAreSlicedByUrl) {
  make(observation({with_type(element("Observation.extension:e"), "Extension",
                              std::string(kCore) + "bodySite")}));
  const Slicing& slicing = at("Observation.extension").slicing;
  ASSERT_EQ(slicing.discriminators.size(), 1u);
  EXPECT_EQ(slicing.discriminators[0].path, "url");
  // The extension itself may stand once.
  EXPECT_EQ(at("Observation.extension:e").max, 1u);
}

TEST_F(SnapshotOf, ProfilesOfExtensionsWithoutSnapshotSayHowOften) {
  ElementDefinition root = with_min(element("Extension"), 1);
  root.max = 2;
  root.has_max = true;
  StructureDefinition twice = profile("Twice", std::string(kCore) + "Extension", {root});
  store_.add(twice, "test");
  store_.add(profile("Same", twice.url, {}), "test");
  make(observation(
      {with_type(element("Observation.extension:e"), "Extension", "http://example.org/Same")}));
  EXPECT_EQ(at("Observation.extension:e").min, 1u);
  EXPECT_EQ(at("Observation.extension:e").max, 2u);
}

TEST_F(SnapshotOf, ContentReferencesUnfold) {
  make(observation({with_min(element("Observation.component.referenceRange.text"), 1)}));
  EXPECT_EQ(at("Observation.component.referenceRange").content_reference, "");
  EXPECT_EQ(at("Observation.component.referenceRange.text").min, 1u);
  EXPECT_THAT(types(at("Observation.component.referenceRange")), ElementsAre("BackboneElement"));
}

TEST_F(SnapshotOf, SlicesOfSlicesStandBehindTheirSlice) {
  ElementDefinition whole = element("Observation.component");
  whole.slicing.present = true;
  whole.slicing.discriminators = {{DiscriminatorType::kValue, "code"}};
  store_.add(profile("Sliced", std::string(kCore) + "Observation",
                     {whole, element("Observation.component:a"),
                      with_min(element("Observation.component:a.value[x]"), 1),
                      element("Observation.component:b")}),
             "test");
  make(profile("Again", "http://example.org/Sliced",
               {element("Observation.component:a/one"), element("Observation.component:a/two"),
                element("Observation.component:c")}));
  std::vector<std::string> slices;
  for (const ElementDefinition& e : made_.snapshot) {
    if (e.path == "Observation.component") slices.push_back(e.slice_name);
  }
  EXPECT_THAT(slices, ElementsAre("", "a", "a/one", "a/two", "b", "c"));
  // What the slice says holds for its slices.
  EXPECT_EQ(at("Observation.component:a/two.value[x]").min, 1u);
  EXPECT_EQ(at("Observation.component:c.value[x]").min, 0u);
}

TEST_F(SnapshotOf, ElementsWithoutIdsBelongToTheSliceNamedLast) {
  ElementDefinition slice = element("Observation.component");
  slice.slice_name = "a";
  ElementDefinition inside = with_min(element("Observation.component.value[x]"), 1);
  slice.id.clear();
  inside.id.clear();
  make(observation({slice, inside}));
  EXPECT_EQ(at("Observation.component:a.value[x]").min, 1u);
  EXPECT_EQ(at("Observation.component.value[x]").min, 0u);
}

TEST_F(SnapshotOf, TypesUnfoldFromTheirProfile) {
  StructureDefinition kilogram =
      profile("Kilogram", std::string(kCore) + "Quantity", {with_min(element("Quantity.code"), 1)});
  kilogram.type = "Quantity";
  kilogram.kind = StructureKind::kComplex;
  store_.add(kilogram, "test");  // it has no snapshot either
  make(observation({with_type(element("Observation.value[x]"), "Quantity", kilogram.url),
                    with_min(element("Observation.value[x].unit"), 1)}));
  EXPECT_EQ(at("Observation.value[x].code").min, 1u);
  EXPECT_EQ(at("Observation.value[x].unit").min, 1u);
}

TEST_F(SnapshotOf, BasesWithoutSnapshotAreMadeFirst) {
  store_.add(profile("Middle", std::string(kCore) + "Observation",
                     {with_min(element("Observation.subject"), 1)}),
             "test");
  make(profile("Top", "http://example.org/Middle", {with_min(element("Observation.note"), 1)}));
  EXPECT_EQ(at("Observation.subject").min, 1u);
  EXPECT_EQ(at("Observation.note").min, 1u);
}

TEST_F(SnapshotOf, SpecializationsBringElementsOfTheirOwn) {
  StructureDefinition model =
      profile("Model", std::string(kCore) + "Element",
              {element("Model"), with_type(element("Model.part"), "BackboneElement"),
               with_type(element("Model.part.name"), "string")});
  model.constraint = false;
  model.type = "Model";
  model.kind = StructureKind::kLogical;
  make(model);
  EXPECT_THAT(ids("Model"), ElementsAre("Model", "Model.id", "Model.extension", "Model.part",
                                        "Model.part.id", "Model.part.extension",
                                        "Model.part.modifierExtension", "Model.part.name"));
}

TEST_F(SnapshotOf, ConstraintsAreAddedOnceWithTheirSource) {
  ElementDefinition root = element("Observation");
  // obs-6 as it is, and a rule of the profile's own by that key.
  root.constraints = {{"obs-6", false, false, "dataAbsentReason.empty() or value.empty()", ""},
                      {"obs-6", false, false, "true", ""},
                      {"x-1", false, false, "true", ""}};
  make(observation({root}));
  std::size_t obs_6 = 0;
  for (const Constraint& constraint : made_.snapshot[0].constraints) {
    obs_6 += constraint.key == "obs-6" ? 1 : 0;
  }
  EXPECT_EQ(obs_6, 2u);
  EXPECT_EQ(made_.snapshot[0].constraints.back().key, "x-1");
  EXPECT_EQ(made_.snapshot[0].constraints.back().source, "http://example.org/Test");
}

TEST_F(SnapshotOf, WhatCannotBeIsNamed) {
  EXPECT_EQ(rule_of(profile("A", "http://example.org/none", {})), "snapshot-base");
  EXPECT_EQ(rule_of(observation({element("Observation.wrong")})), "snapshot-element");
  EXPECT_EQ(rule_of(observation({element("Observation.valueAddress")})), "snapshot-element");
  EXPECT_EQ(rule_of(observation({element("Observation.id.wrong")})), "snapshot-element");
  EXPECT_EQ(rule_of(observation({ElementDefinition()})), "snapshot-element");
  const auto fault = make_snapshot(store_, observation({element("Observation.wrong")}));
  EXPECT_EQ(fault.error().place.path, "Observation.wrong");
}

TEST_F(SnapshotOf, CyclesEnd) {
  store_.add(profile("A", "http://example.org/B", {element("Observation")}), "test");
  store_.add(profile("B", "http://example.org/A", {element("Observation")}), "test");
  EXPECT_EQ(rule_of(*store_.find_structure("http://example.org/A")), "snapshot-cycle");
  // Through a type's profile.
  StructureDefinition quantity = profile("Q", std::string(kCore) + "Quantity", {});
  quantity.type = "Quantity";
  quantity.differential = {
      with_type(element("Quantity.extension:e"), "Extension", "http://example.org/E")};
  StructureDefinition extension = profile("E", std::string(kCore) + "Extension", {});
  extension.type = "Extension";
  extension.differential = {
      with_type(element("Extension.value[x]"), "Quantity", "http://example.org/Q"),
      element("Extension.value[x].unit")};
  store_.add(quantity, "test");
  store_.add(extension, "test");
  // To name a profile is no cycle, to walk into it is.
  EXPECT_EQ(rule_of(quantity), "");
  EXPECT_EQ(rule_of(extension), "");
  quantity.differential.push_back(element("Quantity.extension:e.url"));
  store_.add(quantity, "test");
  EXPECT_EQ(rule_of(quantity), "snapshot-cycle");
}

TEST_F(SnapshotOf, LimitsHold) {
  std::string deep = "Observation";
  for (int i = 0; i < 20'000; ++i) deep += ".extension";
  EXPECT_EQ(rule_of(observation({element(deep)})), "snapshot-limit");
  std::vector<ElementDefinition> many;
  for (int i = 0; i < 60'000; ++i) {
    many.push_back(element("Observation.category:s" + std::to_string(i)));
  }
  EXPECT_EQ(rule_of(observation(many)), "snapshot-limit");
  std::string base = std::string(kCore) + "Observation";
  for (int i = 0; i < 40; ++i) {
    store_.add(profile("P" + std::to_string(i), base, {element("Observation")}), "test");
    base = "http://example.org/P" + std::to_string(i);
  }
  EXPECT_EQ(rule_of(*store_.find_structure(base)), "snapshot-limit");
  EXPECT_EQ(rule_of(*store_.find_structure("http://example.org/P30")), "");
}

// Whatever a differential names: a tree with each id once, or a named fault; and a profile of it
// that says nothing is the same.
TEST_F(SnapshotOf, AnyDifferentialEndsInATreeOrAFault) {
  const std::vector<std::string> names = {"component",
                                          "component:a",
                                          "component:a/b",
                                          "value[x]",
                                          "valueQuantity",
                                          "valueString",
                                          "value[x]:valueQuantity",
                                          "code",
                                          "coding",
                                          "coding:x",
                                          "extension",
                                          "extension:e",
                                          "referenceRange",
                                          "low",
                                          "id",
                                          "effectiveDateTime",
                                          "category",
                                          "category:c",
                                          "text",
                                          "referenceRange:r",
                                          "system",
                                          "category:c/d/e",
                                          "hasMember:h",
                                          "wrong"};
  const std::vector<std::string> types = {"Quantity", "string", "Reference", "Wrong", "Extension"};
  std::mt19937 random(20'240'607);
  const auto any = [&](std::size_t count) { return random() % count; };
  std::size_t made = 0;
  for (int round = 0; round < 800; ++round) {
    std::vector<ElementDefinition> changes;
    for (std::size_t i = any(6) + 1; i > 0; --i) {
      std::string id = "Observation";
      for (std::size_t depth = any(4); depth > 0; --depth) id += "." + names[any(names.size())];
      ElementDefinition change = with_min(element(id), static_cast<std::uint32_t>(any(3)));
      if (any(8) == 0) change = with_type(change, types[any(types.size())]);
      if (any(8) == 0) change.id.clear();
      changes.push_back(change);
    }
    const auto first = make_snapshot(store_, observation(changes));
    if (!first) {
      EXPECT_THAT(first.error().rule, ::testing::StartsWith("snapshot-"));
      continue;
    }
    ++made;
    std::set<std::string> seen;
    for (const ElementDefinition& e : first->snapshot) {
      EXPECT_TRUE(seen.insert(e.id).second) << e.id;
      const std::string parent = e.id.substr(0, e.id.rfind('.'));
      EXPECT_TRUE(e.id == "Observation" || seen.contains(parent)) << e.id;
    }
    DefinitionStore store;
    store.add_shipped();
    store.add(*first, "test");
    // Nothing is made of a type that the base does not have.
    if (!check_sound(store, *store.find_structure(first->url))) continue;
    const auto second = make_snapshot(store, profile("Same", first->url, {}));
    ASSERT_TRUE(second);
    ASSERT_EQ(second->snapshot.size(), first->snapshot.size());
    for (std::size_t i = 0; i < first->snapshot.size(); ++i) {
      EXPECT_EQ(second->snapshot[i].id, first->snapshot[i].id);
      EXPECT_EQ(second->snapshot[i].min, first->snapshot[i].min);
    }
  }
  EXPECT_GT(made, 80u);
}

}  // namespace
}  // namespace oncobridge::profiles
