#include "profiles/terminology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "profiles/terminology_advice.h"
#include "profiles/ucum.h"

namespace oncobridge::profiles {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kSct = "http://snomed.info/sct";
constexpr const char* kLoinc = "http://loinc.org";
constexpr const char* kColors = "http://test/colors";

Concept code(std::string code, std::string display = {}, std::int32_t parent = -1) {
  Concept entry;
  entry.code = std::move(code);
  entry.display = std::move(display);
  entry.parent = parent;
  return entry;
}

// red (crimson, scarlet (vermilion)), blue, green; blue is cold.
CodeSystem colors() {
  CodeSystem system;
  system.url = kColors;
  system.version = "1.0.0";
  system.content = CodeSystemContent::kComplete;
  system.concepts = {code("red", "Red"),
                     code("crimson", "Crimson", 0),
                     code("scarlet", "Scarlet", 0),
                     code("vermilion", "Vermilion", 2),
                     code("blue", "Blue"),
                     code("green", "Light  green")};
  system.concepts[0].is_abstract = true;
  system.concepts[4].properties = {{"temperature", "cold"}};
  system.concepts[5].inactive = true;
  system.concepts[5].designations = {"Hellgr\xC3\xBCn"};
  return system;
}

ValueSetPart part(std::string system, std::vector<std::string> codes = {},
                  std::vector<ValueSetFilter> filters = {}) {
  ValueSetPart result;
  result.system = std::move(system);
  for (std::string& entry : codes) result.codes.push_back({std::move(entry), {}, {}});
  result.filters = std::move(filters);
  return result;
}

ValueSetPart import_of(std::vector<std::string> value_sets) {
  ValueSetPart result;
  result.value_sets = std::move(value_sets);
  return result;
}

ValueSetPart excluded(ValueSetPart part) {
  part.exclude = true;
  return part;
}

class TerminologyTest : public testing::Test {
 protected:
  void SetUp() override { store.add(colors(), "test"); }

  void add(std::string url, std::vector<ValueSetPart> parts) {
    ValueSet set;
    set.url = std::move(url);
    set.parts = std::move(parts);
    store.add(std::move(set), "test");
  }
  Terminology& terms() {
    if (terminology == nullptr) terminology = std::make_unique<Terminology>(store, ucum);
    return *terminology;
  }
  const CompiledValueSet& set(std::string_view canonical) {
    return terms().compiled(terms().value_set(canonical));
  }
  // `in`, `out`, or the reason.
  std::string is(std::string_view canonical, std::string_view system, std::string_view code,
                 std::string_view version = {}) {
    return text(terms().check(set(canonical), system, version, code));
  }
  std::string is_code(std::string_view canonical, std::string_view code) {
    return text(terms().check_code(set(canonical), code));
  }
  static std::string text(const Membership& membership) {
    if (membership.member == Member::kIn) return "in";
    if (membership.member == Member::kOut) return "out";
    EXPECT_FALSE(membership.reason.empty());
    return std::string(membership.reason);
  }
  // The codes of colors that a filter selects.
  std::vector<std::string> selected(ValueSetFilter filter) {
    CodeSystem system = colors();
    ValueSet definition;
    definition.parts = {part(kColors, {}, {std::move(filter)})};
    const auto compiled = terms().compile(definition);
    std::vector<std::string> codes;
    for (const Concept& entry : system.concepts) {
      if (terms().check(*compiled, kColors, {}, entry.code).member == Member::kIn) {
        codes.push_back(entry.code);
      }
    }
    return codes;
  }

  Ucum ucum;
  DefinitionStore store;
  std::unique_ptr<Terminology> terminology;
};

// ValueSet.compose.inactive was not looked at.
TEST_F(TerminologyTest, ASetOfActiveCodesHasNoInactiveOnes) {
  for (const auto& parts :
       {std::vector<ValueSetPart>{part(kColors)},
        std::vector<ValueSetPart>{part(kColors, {"red", "green"})},
        std::vector<ValueSetPart>{part(kColors, {}, {{"temperature", "exists", "false"}})}}) {
    ValueSet definition;
    definition.parts = parts;
    EXPECT_EQ(text(terms().check(*terms().compile(definition), kColors, {}, "green")), "in");
    definition.active_only = true;
    const auto active = terms().compile(definition);
    EXPECT_EQ(text(terms().check(*active, kColors, {}, "green")), "out");
    EXPECT_EQ(text(terms().check(*active, kColors, {}, "red")), "in");
  }
}

TEST_F(TerminologyTest, EnumeratedCodesAreDecidedWhateverTheSystem) {
  add("vs", {part(kSct, {"7771000", "24028007"}), part(kColors, {"red"})});
  EXPECT_EQ(is("vs", kSct, "7771000"), "in");
  EXPECT_EQ(is("vs", kSct, "419161000"), "out");
  EXPECT_EQ(is("vs", kColors, "red"), "in");
  EXPECT_EQ(is("vs", kColors, "7771000"), "out");
  EXPECT_EQ(is("vs", "http://other", "red"), "out");
  EXPECT_EQ(is("vs", "", "red"), "out");
  EXPECT_EQ(is("vs", kSct, ""), "out");
  EXPECT_EQ(is_code("vs", "red"), "in");
  EXPECT_EQ(is_code("vs", "blue"), "out");
  EXPECT_TRUE(set("vs").decidable());
}

TEST_F(TerminologyTest, WholeSystemAtHand) {
  add("vs", {part(kColors)});
  EXPECT_EQ(is("vs", kColors, "vermilion"), "in");
  EXPECT_EQ(is("vs", kColors, "Vermilion"), "out");
  EXPECT_EQ(is("vs", kColors, "pink"), "out");
  EXPECT_EQ(is_code("vs", "blue"), "in");
}

TEST_F(TerminologyTest, CaseDoesNotCountWhereTheSystemSaysSo) {
  CodeSystem system = colors();
  system.url = "http://test/fold";
  system.case_sensitive = false;
  store.add(std::move(system), "test");
  add("whole", {part("http://test/fold")});
  add("listed", {part("http://test/fold", {"Blue"})});
  EXPECT_EQ(is("whole", "http://test/fold", "BLUE"), "in");
  EXPECT_EQ(is("listed", "http://test/fold", "bLUE"), "in");
  EXPECT_EQ(is("listed", "http://test/fold", "red"), "out");
  EXPECT_EQ(terms().look_up("http://test/fold", {}, "GREEN").status, CodeStatus::kFound);
}

TEST_F(TerminologyTest, FiltersOnASystemAtHand) {
  EXPECT_THAT(selected({"concept", "is-a", "red"}),
              ElementsAre("red", "crimson", "scarlet", "vermilion"));
  EXPECT_THAT(selected({"concept", "descendent-of", "red"}),
              ElementsAre("crimson", "scarlet", "vermilion"));
  EXPECT_THAT(selected({"concept", "is-not-a", "red"}), ElementsAre("blue", "green"));
  EXPECT_THAT(selected({"concept", "generalizes", "vermilion"}),
              ElementsAre("red", "scarlet", "vermilion"));
  EXPECT_THAT(selected({"concept", "is-a", "nothing"}), IsEmpty());
  EXPECT_THAT(selected({"code", "=", "blue"}), ElementsAre("blue"));
  EXPECT_THAT(selected({"concept", "in", "blue, green"}), ElementsAre("blue", "green"));
  EXPECT_THAT(selected({"concept", "not-in", "blue,green,red"}),
              ElementsAre("crimson", "scarlet", "vermilion"));
  EXPECT_THAT(selected({"code", "regex", "[a-z]*e[a-z]*n"}), ElementsAre("vermilion", "green"));
  EXPECT_THAT(selected({"temperature", "=", "cold"}), ElementsAre("blue"));
  EXPECT_THAT(selected({"temperature", "exists", "true"}), ElementsAre("blue"));
  EXPECT_THAT(selected({"temperature", "exists", "false"}).size(), 5u);
  EXPECT_THAT(selected({"parent", "=", "red"}), ElementsAre("crimson", "scarlet"));
  EXPECT_THAT(selected({"child", "exists", "true"}), ElementsAre("red", "scarlet"));
  EXPECT_THAT(selected({"notSelectable", "=", "true"}), ElementsAre("red"));
  EXPECT_THAT(selected({"inactive", "=", "false"}).size(), 5u);
  EXPECT_THAT(selected({"inactive", "exists", "true"}), ElementsAre("green"));
  EXPECT_THAT(selected({"display", "=", "Blue"}), ElementsAre("blue"));
}

TEST_F(TerminologyTest, FiltersThatCannotBeAppliedLeaveItOpen) {
  add("operator", {part(kColors, {}, {{"concept", "near", "red"}})});
  add("regex", {part(kColors, {}, {{"code", "regex", "(("}})});
  EXPECT_THAT(is("operator", kColors, "red"),
              HasSubstr("filter concept near red on http://test/colors"));
  EXPECT_THAT(is("regex", kColors, "red"), HasSubstr("filter code regex (("));
}

TEST_F(TerminologyTest, FilterOnASystemThatIsNotAtHand) {
  add("vs",
      {part(kSct, {}, {{"concept", "is-a", "363346000"}}), part(kSct, {"7771000"}), part(kColors)});
  EXPECT_EQ(is("vs", kSct, "254837009"), "filter concept is-a 363346000 on http://snomed.info/sct");
  EXPECT_EQ(is("vs", kSct, "7771000"), "in");
  EXPECT_EQ(is("vs", kColors, "red"), "in");
  EXPECT_EQ(is("vs", kColors, "pink"), "out");
  EXPECT_EQ(is("vs", kLoinc, "8867-4"), "out");  // no part names LOINC
  EXPECT_EQ(is_code("vs", "254837009"), "filter concept is-a 363346000 on http://snomed.info/sct");
  EXPECT_FALSE(set("vs").decidable());
}

TEST_F(TerminologyTest, WhatIsNoCodeOfASystemIsInNoneOfItsSets) {
  add("vs", {part(kSct), part(kLoinc), part("http://hl7.org/fhir/sid/icd-10-cm")});
  EXPECT_EQ(is("vs", kSct, "254837009"), "code system http://snomed.info/sct is not at hand");
  EXPECT_EQ(is("vs", kSct, "254837008"), "out");  // check digit
  EXPECT_EQ(is("vs", kSct, "breast cancer"), "out");
  EXPECT_EQ(is("vs", kSct, "128045006:{363698007=56459004}"),
            "code system http://snomed.info/sct is not at hand");
  EXPECT_EQ(is("vs", kLoinc, "21908-9"), "code system http://loinc.org is not at hand");
  EXPECT_EQ(is("vs", kLoinc, "21908-8"), "out");
  EXPECT_EQ(is("vs", kLoinc, "LP212308-3"), "code system http://loinc.org is not at hand");
  EXPECT_EQ(is("vs", "http://hl7.org/fhir/sid/icd-10-cm", "C50911"), "out");
  EXPECT_THAT(is("vs", "http://hl7.org/fhir/sid/icd-10-cm", "C50.911"), HasSubstr("not at hand"));
}

TEST_F(TerminologyTest, ExcludesAreTakenAway) {
  add("vs", {part(kColors), excluded(part(kColors, {}, {{"concept", "is-a", "red"}}))});
  EXPECT_EQ(is("vs", kColors, "blue"), "in");
  EXPECT_EQ(is("vs", kColors, "crimson"), "out");
  add("open", {part(kSct), excluded(part(kSct, {"7771000"}))});
  EXPECT_EQ(is("open", kSct, "7771000"), "out");
  EXPECT_THAT(is("open", kSct, "24028007"), HasSubstr("not at hand"));
  add("half", {part(kSct, {"7771000"}), excluded(part(kSct, {}, {{"concept", "is-a", "1"}}))});
  EXPECT_THAT(is("half", kSct, "7771000"), HasSubstr("filter"));
  EXPECT_EQ(is("half", kSct, "24028007"), "out");
}

TEST_F(TerminologyTest, ImportsMeetWithinAnIncludeAndJoinAcross) {
  add("reds", {part(kColors, {"red", "crimson", "scarlet"})});
  add("short", {part(kColors, {"red", "blue"})});
  add("both", {import_of({"reds", "short"})});
  add("either", {import_of({"reds"}), import_of({"short"})});
  ValueSetPart narrowed = part(kColors, {"red", "green"});
  narrowed.value_sets = {"short"};
  add("narrowed", {narrowed});
  EXPECT_EQ(is("both", kColors, "red"), "in");
  EXPECT_EQ(is("both", kColors, "crimson"), "out");
  EXPECT_EQ(is("both", kColors, "blue"), "out");
  EXPECT_EQ(is("either", kColors, "crimson"), "in");
  EXPECT_EQ(is("either", kColors, "blue"), "in");
  EXPECT_EQ(is("either", kColors, "green"), "out");
  EXPECT_EQ(is("narrowed", kColors, "red"), "in");
  EXPECT_EQ(is("narrowed", kColors, "green"), "out");
  EXPECT_EQ(is("narrowed", kColors, "blue"), "out");
}

TEST_F(TerminologyTest, AnImportThatIsMissingMayHoldAnything) {
  add("vs", {part(kColors, {"red"}), import_of({"http://nowhere"})});
  EXPECT_EQ(is("vs", kColors, "red"), "in");
  EXPECT_EQ(is("vs", kColors, "blue"), "value set http://nowhere is not at hand");
  EXPECT_EQ(is("vs", kLoinc, "8867-4"), "value set http://nowhere is not at hand");
  EXPECT_EQ(is("http://nowhere", kLoinc, "8867-4"), "value set http://nowhere is not at hand");
  EXPECT_FALSE(set("http://nowhere").at_hand);
  EXPECT_TRUE(set("vs").at_hand);
}

TEST_F(TerminologyTest, AValueSetThatIncludesItselfIsNamed) {
  add("a", {part(kColors, {"red"}), import_of({"b"})});
  add("b", {part(kColors, {"blue"}), import_of({"a"})});
  EXPECT_EQ(is("a", kColors, "red"), "in");
  EXPECT_EQ(is("a", kColors, "blue"), "in");
  EXPECT_EQ(is("a", kColors, "green"), "value set a includes itself");
  EXPECT_EQ(is("b", kColors, "red"), "in");
  add("self", {import_of({"self"})});
  EXPECT_EQ(is("self", kColors, "red"), "value set self includes itself");
}

TEST_F(TerminologyTest, ImportsThatMultiplyAreCompiledOnce) {
  add("s0", {part(kColors, {"red"})});
  for (int i = 1; i <= 60; ++i) {
    const std::string below = "s" + std::to_string(i - 1);
    add("s" + std::to_string(i),
        {import_of({below}), import_of({below}), import_of({below, below})});
  }
  EXPECT_EQ(is("s60", kColors, "red"), "in");
  EXPECT_EQ(is("s60", kColors, "blue"), "out");
  for (int i = 61; i <= 1000; ++i)
    add("s" + std::to_string(i), {import_of({"s" + std::to_string(i - 1)})});
  EXPECT_THAT(is("s1000", kColors, "red"), HasSubstr("too deep"));
}

TEST_F(TerminologyTest, FragmentsKnowWhatTheyHave) {
  CodeSystem system = colors();
  system.url = "http://test/part";
  system.content = CodeSystemContent::kFragment;
  store.add(std::move(system), "test");
  add("vs", {part("http://test/part")});
  add("filter", {part("http://test/part", {}, {{"concept", "is-a", "red"}})});
  EXPECT_EQ(is("vs", "http://test/part", "red"), "in");
  EXPECT_EQ(is("vs", "http://test/part", "pink"),
            "only a part of code system http://test/part is at hand");
  EXPECT_EQ(is("filter", "http://test/part", "crimson"), "in");
  EXPECT_THAT(is("filter", "http://test/part", "pink"), HasSubstr("only a part"));
  EXPECT_EQ(terms().look_up("http://test/part", {}, "pink").status, CodeStatus::kNotInFragment);
}

TEST_F(TerminologyTest, SystemsThatHaveARule) {
  add("units", {part("http://unitsofmeasure.org")});
  EXPECT_EQ(is("units", "http://unitsofmeasure.org", "mg/dL"), "in");
  EXPECT_EQ(is("units", "http://unitsofmeasure.org", "kgs"), "out");
  EXPECT_EQ(is("units", "http://unitsofmeasure.org", "KG"), "out");
  EXPECT_TRUE(set("units").decidable());
  add("time", {part("http://unitsofmeasure.org", {}, {{"canonical", "=", "a"}})});
  EXPECT_EQ(is("time", "http://unitsofmeasure.org", "min"), "in");
  EXPECT_EQ(is("time", "http://unitsofmeasure.org", "kg"), "out");
  add("mime", {part("urn:ietf:bcp:13")});
  EXPECT_EQ(is_code("mime", "application/pdf"), "in");
  EXPECT_EQ(is_code("mime", "pdf"), "out");
  add("language", {part("urn:ietf:bcp:47")});
  EXPECT_EQ(is_code("language", "de-CH"), "in");
  EXPECT_EQ(is_code("language", "english"), "out");
  EXPECT_EQ(is_code("language", "xq"), "out");
  add("simple", {part("urn:ietf:bcp:47", {},
                      {{"script", "exists", "false"}, {"variant", "exists", "false"}})});
  EXPECT_EQ(is_code("simple", "en-US"), "in");
  EXPECT_EQ(is_code("simple", "zh-Hans"), "out");
  EXPECT_EQ(is_code("simple", "de-1996"), "out");
  add("currency", {part("urn:iso:std:iso:4217")});
  EXPECT_EQ(is_code("currency", "EUR"), "in");
  EXPECT_EQ(is_code("currency", "euro"), "out");
  EXPECT_THAT(is_code("currency", "DEM"), HasSubstr("not at hand"));
  add("country", {part("urn:iso:std:iso:3166")});
  EXPECT_EQ(is_code("country", "US"), "in");
  EXPECT_EQ(is_code("country", "UK"), "out");
  EXPECT_THAT(is_code("country", "USA"), HasSubstr("not at hand"));
  add("state", {part("https://www.usps.com/")});
  EXPECT_EQ(is_code("state", "MA"), "in");
  EXPECT_EQ(is_code("state", "Massachusetts"), "out");
  EXPECT_TRUE(set("state").decidable());
  add("mixed",
      {part("http://unitsofmeasure.org"), excluded(part("http://unitsofmeasure.org", {"mg"}))});
  EXPECT_EQ(is("mixed", "http://unitsofmeasure.org", "mg"), "out");
  EXPECT_EQ(is("mixed", "http://unitsofmeasure.org", "kg"), "in");
  EXPECT_EQ(is("mixed", "http://unitsofmeasure.org", "kgs"), "out");
}

TEST_F(TerminologyTest, AnExpansionAnswersWhatTheComposeCannot) {
  ValueSet definition;
  definition.url = "vs";
  definition.parts = {part(kSct, {}, {{"concept", "is-a", "1"}}), part(kColors, {"red"})};
  definition.has_expansion = true;
  definition.expansion = {{kSct, {}, "7771000", "Left", false}};
  const auto open = terms().compile(definition);
  EXPECT_EQ(text(terms().check(*open, kSct, {}, "7771000")), "in");
  EXPECT_THAT(text(terms().check(*open, kSct, {}, "24028007")), HasSubstr("filter"));
  definition.expansion_complete = true;
  const auto closed = terms().compile(definition);
  EXPECT_EQ(text(terms().check(*closed, kSct, {}, "24028007")), "out");
  EXPECT_EQ(text(terms().check(*closed, kColors, {}, "red")), "in");
  definition.parts.clear();
  const auto alone = terms().compile(definition);
  EXPECT_EQ(text(terms().check(*alone, kSct, {}, "7771000")), "in");
  EXPECT_EQ(text(terms().check(*alone, kColors, {}, "red")), "out");
  definition.has_expansion = false;
  EXPECT_THAT(text(terms().check(*terms().compile(definition), kColors, {}, "red")),
              HasSubstr("does not state"));
}

TEST_F(TerminologyTest, VersionsOfSystems) {
  ValueSetPart pinned = part("http://snomed.info/sct", {"7771000"});
  pinned.version = "http://snomed.info/sct/731000124108";
  add("vs", {pinned});
  EXPECT_EQ(is("vs", kSct, "7771000"), "in");
  EXPECT_EQ(is("vs", kSct, "7771000", "http://snomed.info/sct/731000124108/version/20230301"),
            "in");
  EXPECT_THAT(is("vs", kSct, "7771000", "http://snomed.info/sct/900000000000207008"),
              HasSubstr("another version"));
  ValueSetPart old = part(kColors);
  old.version = "0.1.0";
  add("old", {old});
  EXPECT_EQ(is("old", kColors, "red"),
            "code system http://test/colors|0.1.0 is not at hand; version 1.0.0 is");
  EXPECT_EQ(terms().look_up(kColors, "1.0.0", "red").status, CodeStatus::kFound);
  EXPECT_EQ(terms().look_up(kColors, "1.0", "red").status, CodeStatus::kFound);
  EXPECT_EQ(terms().look_up(kColors, "7.0.0", "red").status, CodeStatus::kNotAtHand);
}

TEST_F(TerminologyTest, ALaterVersionOfAnHl7TableServes) {
  CodeSystem table = colors();
  table.url = "http://terminology.hl7.org/CodeSystem/v2-9999";
  table.version = "3.0.0";
  store.add(std::move(table), "test");
  ValueSetPart earlier = part("http://terminology.hl7.org/CodeSystem/v2-9999");
  earlier.version = "2.0.0";
  add("earlier", {earlier});
  ValueSetPart later = earlier;
  later.version = "4.0.0";
  add("later", {later});
  EXPECT_EQ(is("earlier", earlier.system, "red"), "in");
  EXPECT_EQ(is("earlier", earlier.system, "pink"), "out");
  EXPECT_EQ(is("later", earlier.system, "red"), "in");
  EXPECT_THAT(is("later", earlier.system, "pink"), HasSubstr("not at hand"));
}

// The version at hand told of a code that it lacks that it is wrong, though the value set wants
// another version.
TEST_F(TerminologyTest, WhatAnotherVersionOfASystemLacksIsNotDecided) {
  ValueSetPart next = part(kColors);
  next.version = "2.0.0";
  add("next", {next});
  EXPECT_EQ(is("next", kColors, "red"), "in");
  EXPECT_EQ(is("next", kColors, "pink"),
            "code system http://test/colors|2.0.0 is not at hand; version 1.0.0 is and lacks the "
            "code");
  EXPECT_EQ(is("next", kColors, ""), "out");
  // A coding without a version means the one at hand, whatever value sets ask for.
  EXPECT_EQ(terms().look_up(kColors, {}, "pink").status, CodeStatus::kNotFound);
  EXPECT_EQ(terms().look_up(kColors, "1.0.0", "pink").status, CodeStatus::kNotFound);
}

TEST_F(TerminologyTest, WhatAnotherVersionOfASystemHasIsNotTakenOff) {
  ValueSetPart without = part(kColors);
  without.version = "2.0.0";
  without.exclude = true;
  add("without", {part(kColors, {"red"}), without});
  EXPECT_THAT(is("without", kColors, "red"), HasSubstr("not at hand"));
}

TEST_F(TerminologyTest, ImplicitValueSetsOfLoincAndSnomed) {
  EXPECT_EQ(is("http://loinc.org/vs/LL715-4", kLoinc, "LA4489-6"),
            "value set http://loinc.org/vs/LL715-4 is not at hand");
  EXPECT_EQ(is("http://loinc.org/vs/LL715-4", kSct, "7771000"), "out");
  EXPECT_EQ(is("http://snomed.info/sct?fhir_vs=isa/1", kColors, "red"), "out");
  EXPECT_THAT(is("http://snomed.info/sct?fhir_vs", kSct, "7771000"), HasSubstr("not at hand"));
}

TEST_F(TerminologyTest, ACodeSystemMayNameItsOwnValueSet) {
  CodeSystem system = colors();
  system.url = "http://test/CodeSystem/own";
  system.value_set = "http://test/ValueSet/own|1.0";
  store.add(std::move(system), "test");
  EXPECT_EQ(is("http://test/ValueSet/own", "http://test/CodeSystem/own", "red"), "in");
  EXPECT_EQ(is("http://test/ValueSet/own", "http://test/CodeSystem/own", "pink"), "out");
  EXPECT_THAT(is("http://test/ValueSet/colors", kColors, "red"), HasSubstr("not at hand"));
}

TEST_F(TerminologyTest, HierarchyByPropertiesEndsInSpiteOfCycles) {
  CodeSystem system;
  system.url = "http://test/cycle";
  system.content = CodeSystemContent::kComplete;
  system.concepts = {code("a"), code("b"), code("c"), code("d")};
  system.concepts[1].properties = {{"subsumedBy", "a"}};
  system.concepts[0].properties = {{"parent", "b"}, {"child", "c"}, {"parent", "nowhere"}};
  store.add(std::move(system), "test");
  add("vs", {part("http://test/cycle", {}, {{"concept", "is-a", "a"}})});
  for (const char* in : {"a", "b", "c"}) EXPECT_EQ(is("vs", "http://test/cycle", in), "in") << in;
  EXPECT_EQ(is("vs", "http://test/cycle", "d"), "out");
}

TEST_F(TerminologyTest, LookUp) {
  CodeSystem supplement;
  supplement.url = "http://test/supplement";
  supplement.content = CodeSystemContent::kSupplement;
  supplement.supplements = kColors;
  supplement.concepts = {code("blue", "Azure")};
  store.add(std::move(supplement), "test");
  add("http://test/ValueSet/x", {part(kColors)});
  const auto status = [&](std::string_view system, std::string_view code) {
    return terms().look_up(system, {}, code).status;
  };
  const CodeResult red = terms().look_up(kColors, {}, "red");
  ASSERT_EQ(red.status, CodeStatus::kFound);
  EXPECT_EQ(red.concept_found->display, "Red");
  EXPECT_TRUE(red.concept_found->is_abstract);
  EXPECT_EQ(status(kColors, "pink"), CodeStatus::kNotFound);
  EXPECT_EQ(status(kSct, "7771000"), CodeStatus::kNotAtHand);
  EXPECT_EQ(status(kSct, "T-15460"), CodeStatus::kMalformed);
  EXPECT_EQ(status("http://unitsofmeasure.org", "mm"), CodeStatus::kValid);
  EXPECT_EQ(status("http://unitsofmeasure.org", "millimetre"), CodeStatus::kMalformed);
  EXPECT_EQ(status("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C4872"),
            CodeStatus::kNotAtHand);
  EXPECT_EQ(status("http://example.org/own", "x"), CodeStatus::kSystemUnknown);
  EXPECT_EQ(status("http://hl7.org/fhir/condition-clinical", "active"), CodeStatus::kSystemMissing);
  EXPECT_EQ(status("http://test/supplement", "blue"), CodeStatus::kSystemIsSupplement);
  EXPECT_EQ(status("http://test/ValueSet/x", "blue"), CodeStatus::kSystemIsValueSet);
}

TEST_F(TerminologyTest, Displays) {
  CodeSystem supplement;
  supplement.url = "http://test/supplement";
  supplement.content = CodeSystemContent::kSupplement;
  supplement.supplements = kColors;
  supplement.concepts = {code("blue", "Azure")};
  store.add(std::move(supplement), "test");
  const CodeResult green = terms().look_up(kColors, {}, "green");
  EXPECT_TRUE(terms().is_display(green, "Light green"));
  EXPECT_TRUE(terms().is_display(green, "LIGHT GREEN"));
  EXPECT_FALSE(terms().is_display(green, "Light green "));
  EXPECT_FALSE(terms().is_display(green, "Light \n green"));
  EXPECT_TRUE(terms().is_display(green, "Hellgr\xC3\xBCn"));
  EXPECT_FALSE(terms().is_display(green, "Light\xC2\xA0green"));
  EXPECT_FALSE(terms().is_display(green, "Lightgreen"));
  EXPECT_FALSE(terms().is_display(green, "Light"));
  EXPECT_FALSE(terms().is_display(green, "Light green x"));
  EXPECT_TRUE(terms().is_display(terms().look_up(kColors, {}, "blue"), "azure"));
}

TEST_F(TerminologyTest, TheNearestCodesAreSuggested) {
  add("vs", {part(kColors)});
  const auto codes = [&](std::string_view code, std::string_view display = {}) {
    std::vector<std::string> found;
    for (const Suggestion& entry : terms().nearest(set("vs"), code, display)) {
      found.push_back(std::string(entry.code) + " " + std::string(entry.display));
    }
    return found;
  };
  EXPECT_THAT(codes("RED"), ElementsAre("red Red"));
  EXPECT_THAT(codes("bleu"), ElementsAre("blue Blue"));
  EXPECT_THAT(codes("x", "Crimson"), ElementsAre("crimson Crimson"));
  EXPECT_THAT(codes("Light green"), ElementsAre("green Light  green"));
  EXPECT_THAT(codes("entirely different"), IsEmpty());
  EXPECT_EQ(edit_distance("kitten", "sitting", 5), 3u);
  EXPECT_EQ(edit_distance("ab", "BA", 5), 1u);
  EXPECT_EQ(edit_distance("abc", "xyz", 2), 3u);
  EXPECT_EQ(edit_distance("", "xyz", 3), 3u);
}

TEST_F(TerminologyTest, WrongSystemsHaveARightOne) {
  CodeSystem moved = colors();
  moved.url = "http://terminology.hl7.org/CodeSystem/condition-clinical";
  store.add(std::move(moved), "test");
  EXPECT_EQ(terms().right_system("https://loinc.org/"), "http://loinc.org");
  EXPECT_EQ(terms().right_system("http://www.loinc.org"), "http://loinc.org");
  EXPECT_EQ(terms().right_system("urn:oid:2.16.840.1.113883.6.96"), "http://snomed.info/sct");
  EXPECT_EQ(terms().right_system("SNOMED-CT"), "http://snomed.info/sct");
  EXPECT_EQ(terms().right_system("http://hl7.org/fhir/condition-clinical"),
            "http://terminology.hl7.org/CodeSystem/condition-clinical");
  EXPECT_EQ(terms().right_system("http://loinc.org"), "");
  EXPECT_EQ(terms().right_system("http://example.org/x"), "");
}

TEST_F(TerminologyTest, ABindingHoldsIfAnyCodingIsIn) {
  const Membership in{Member::kIn, {}};
  const Membership out{Member::kOut, {}};
  const Membership open{Member::kUnknown, "why"};
  const auto verdict = [](std::vector<Membership> codings) {
    BindingTally tally;
    for (const Membership& coding : codings) tally.add(coding);
    return tally.verdict();
  };
  EXPECT_EQ(verdict({out, open, in}), BindingVerdict::kHolds);
  EXPECT_EQ(verdict({out, open}), BindingVerdict::kNotChecked);
  EXPECT_EQ(verdict({out, out}), BindingVerdict::kBroken);
  EXPECT_EQ(verdict({}), BindingVerdict::kNoCode);
}

TEST_F(TerminologyTest, ThreadsShareOneCompiledSet) {
  add("vs", {part(kColors), part(kSct, {"7771000"})});
  Terminology& shared = terms();
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  std::atomic<const CompiledValueSet*> seen = nullptr;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        const CompiledValueSet& set = shared.compiled(shared.value_set("vs"));
        const CompiledValueSet* expected = nullptr;
        if (!seen.compare_exchange_strong(expected, &set) && expected != &set) ++wrong;
        const std::string system = "http://test/" + std::to_string(i % 50);
        if (shared.check(set, kColors, {}, "red").member != Member::kIn) ++wrong;
        if (shared.look_up(system, {}, "x").status != CodeStatus::kSystemUnknown) ++wrong;
        if (shared.look_up(kColors, {}, "red").status != CodeStatus::kFound) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(TerminologyTest, ManyUnknownSystemsTakeNoMoreMemory) {
  for (int i = 0; i < 20'000; ++i) {
    const std::string system = "http://example.org/" + std::to_string(i);
    ASSERT_EQ(terms().look_up(system, {}, "x").status, CodeStatus::kSystemUnknown);
  }
  EXPECT_EQ(terms().look_up(kColors, {}, "red").status, CodeStatus::kFound);
}

}  // namespace
}  // namespace oncobridge::profiles
