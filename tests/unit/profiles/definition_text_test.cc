#include "profiles/definition_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace oncobridge::profiles {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A definition that uses everything the text form has, with texts that need quotes.
StructureDefinition rich_structure() {
  StructureDefinition structure;
  structure.url = "http://example.org/rich";
  structure.version = "1.0 beta";
  structure.name = "Rich";
  structure.kind = StructureKind::kResource;
  structure.type = "Observation";
  structure.base = "http://hl7.org/fhir/StructureDefinition/Observation";
  structure.constraint = true;
  structure.abstract = true;
  structure.status = "draft";
  structure.contexts = {{"element", "Patient.name"}, {"fhirpath", "name.where(use = 'x')"}};
  structure.context_invariants = {"a implies b.exists()"};
  structure.impose_profiles = {"http://example.org/other|2"};

  ElementDefinition& root = structure.snapshot.emplace_back();
  root.path = root.id = "Observation";
  root.has_min = root.has_max = true;
  root.max = ElementDefinition::kUnbounded;

  ElementDefinition& value = structure.snapshot.emplace_back();
  value.id = "Observation.component:one of.value[x]:valueQuantity/a";
  value.path = "Observation.component.value[x]";
  value.slice_name = "valueQuantity/a";
  value.has_max = true;
  value.max = 3;
  value.slice_is_constraining = true;
  TypeRef& reference = value.types.emplace_back();
  reference.code = "Reference";
  reference.profiles = {"http://hl7.org/fhir/StructureDefinition/Reference", "urn:oid:1.2,3"};
  reference.target_profiles = {"http://hl7.org/fhir/StructureDefinition/Patient|4.0.1", "bare",
                               "http://example.org/a?b=c"};
  reference.aggregation = kContained | kBundled;
  reference.version_rule = VersionRule::kSpecific;
  value.types.emplace_back().code = "http://hl7.org/fhirpath/System.String";
  value.pattern = {"CodeableConcept", R"({"coding":[{"code":"a b \" } ]"}],"text":"é"})"};
  value.min_value = {"decimal", "1.50"};
  value.max_value = {"dateTime", R"("2020-01-01")"};
  value.max_length = 12;
  value.has_binding = true;
  value.binding = {BindingStrength::kExtensible, "http://example.org/vs|1", "http://example.org/m"};
  value.additional_bindings = {{"required", "http://example.org/x"}};
  value.slicing = {true,
                   true,
                   SlicingRules::kOpenAtEnd,
                   {{DiscriminatorType::kValue, "extension('http://x').value"},
                    {DiscriminatorType::kProfile, "$this.resolve() as Patient"},
                    {DiscriminatorType::kUnknown, "code"}}};
  value.constraints = {{"obs-1", true, true, "a = 'x y' and b", "http://example.org/s"},
                       {"obs-1", false, false, "other", ""},
                       {"prose only", false, false, "", ""}};
  value.must_support = value.is_modifier = value.xml_attribute = true;
  value.regex = R"([^\s]+(\s[^\s]+)*)";

  ElementDefinition& odd = structure.snapshot.emplace_back();
  odd.id = "Observation.odd";
  odd.path = "Observation.different";
  odd.slice_name = "named";
  odd.has_min = true;
  odd.min = 1;
  odd.content_reference = "#Observation.component";
  odd.fixed = {"code", R"("final")"};
  return structure;
}

ValueSet rich_value_set() {
  ValueSet value_set;
  value_set.url = "http://example.org/vs";
  value_set.version = "2";
  value_set.name = "Rich set";
  value_set.active_only = true;
  ValueSetPart& include = value_set.parts.emplace_back();
  include.system = "http://snomed.info/sct";
  include.version = "http://snomed.info/sct/731000124108";
  include.codes = {{"123", "A display", {"another", "third"}},
                   {"filter", "", {}},
                   {"a=b c", "", {"only designated"}},
                   {"x=y", "equals", {}}};
  include.filters = {{"concept", "is-a", "1"}, {"code", "regex", "[a-z ]+=\"x\""}};
  include.value_sets = {"http://example.org/a", "http://example.org/b|1"};
  ValueSetPart& exclude = value_set.parts.emplace_back();
  exclude.exclude = true;
  exclude.system = "urn:iso:std:iso:3166";
  value_set.has_expansion = true;
  value_set.expansion_complete = true;
  value_set.expansion = {{"http://s", "1", "c1", "d1", false},
                         {"http://s", "1", "c2", "", true},
                         {"http://t", "", "c3", "d3", false}};
  return value_set;
}

CodeSystem rich_code_system() {
  CodeSystem system;
  system.url = "http://example.org/cs";
  system.version = "3";
  system.name = "Rich";
  system.supplements = "http://loinc.org";
  system.content = CodeSystemContent::kSupplement;
  system.case_sensitive = false;
  system.value_set = "http://example.org/vs";
  system.concepts = {{"a", "A \"quoted\"\nline", -1, true, false, {"x"}, {{"parent", "z z"}}},
                     {"b", "", 0, false, true, {}, {}},
                     {"+c", "C", 1, false, false, {}, {{"odd=key", ""}}},
                     {"d", "D", 0, false, false, {}, {}},
                     {"=", "E", -1, false, false, {}, {}}};
  return system;
}

// Writing what was read gives the same bytes, so nothing that is written is lost in reading.
TEST(DefinitionText, EverythingThatIsWrittenIsReadBack) {
  PackageDefinitions package;
  package.name = "test.package#1.0.0";
  package.depends = {"hl7.fhir.r4.core#4.0.1"};
  package.structures = {rich_structure()};
  package.value_sets = {rich_value_set()};
  package.code_systems = {rich_code_system()};
  const std::string text = write_definitions(package);
  const auto read = read_definitions(text);
  ASSERT_TRUE(read) << read.error().message << '\n' << text;
  EXPECT_EQ(write_definitions(*read), text);
}

TEST(DefinitionText, AStructureKeepsItsFacts) {
  PackageDefinitions package;
  package.structures = {rich_structure()};
  const auto read = read_definitions(write_definitions(package));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->structures.size(), 1u);
  const StructureDefinition& structure = read->structures[0];
  EXPECT_EQ(structure.base, "http://hl7.org/fhir/StructureDefinition/Observation");
  EXPECT_EQ(structure.version, "1.0 beta");
  EXPECT_TRUE(structure.constraint);
  EXPECT_EQ(structure.contexts[1].expression, "name.where(use = 'x')");
  ASSERT_EQ(structure.snapshot.size(), 3u);
  const ElementDefinition& value = structure.snapshot[1];
  EXPECT_EQ(value.path, "Observation.component.value[x]");
  EXPECT_EQ(value.slice_name, "valueQuantity/a");
  EXPECT_FALSE(value.has_min);
  EXPECT_EQ(value.max, 3u);
  ASSERT_EQ(value.types.size(), 2u);
  EXPECT_THAT(value.types[0].target_profiles,
              ElementsAre("http://hl7.org/fhir/StructureDefinition/Patient|4.0.1", "bare",
                          "http://example.org/a?b=c"));
  EXPECT_EQ(value.types[0].aggregation, kContained | kBundled);
  EXPECT_EQ(value.pattern.json, R"({"coding":[{"code":"a b \" } ]"}],"text":"é"})");
  EXPECT_EQ(value.min_value.json, "1.50");
  EXPECT_EQ(value.slicing.discriminators[1].path, "$this.resolve() as Patient");
  ASSERT_EQ(value.constraints.size(), 3u);
  EXPECT_EQ(value.constraints[1].key, "obs-1");
  EXPECT_EQ(value.constraints[1].expression, "other");
  EXPECT_EQ(structure.snapshot[2].path, "Observation.different");
  EXPECT_EQ(structure.snapshot[2].slice_name, "named");
  EXPECT_EQ(structure.snapshot[2].fixed.type, "code");
}

TEST(DefinitionText, ConceptsKeepTheirTree) {
  PackageDefinitions package;
  package.code_systems = {rich_code_system()};
  const auto read = read_definitions(write_definitions(package));
  ASSERT_TRUE(read) << read.error().message;
  std::vector<std::int32_t> parents;
  for (const Concept& entry : read->code_systems[0].concepts) parents.push_back(entry.parent);
  EXPECT_THAT(parents, ElementsAre(-1, 0, 1, 0, -1));
  EXPECT_EQ(read->code_systems[0].concepts[0].display, "A \"quoted\"\nline");
  EXPECT_EQ(read->code_systems[0].concepts[2].properties[0].code, "odd=key");
}

TEST(DefinitionText, AConstraintIsWrittenOnceAndASecondOneOfItsKeyHasANumber) {
  const std::string text = to_text(rich_structure());
  EXPECT_THAT(text, HasSubstr("constraint obs-1~2 key=obs-1 error expression=\"other\"\n"));
  EXPECT_THAT(text, HasSubstr("constraint constraint key=\"prose only\" error\n"));
  EXPECT_THAT(text, HasSubstr("constraints=obs-1,obs-1~2,constraint +"));
}

TEST(DefinitionText, AFaultyLineIsNamed) {
  const auto read = read_structure("structure http://x kind=resource type=X\n  X 0..z\n", {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().rule, "definition-text");
  EXPECT_EQ(read.error().place.line, 2u);
}

TEST(DefinitionText, AnUnknownConstraintIsAFault) {
  EXPECT_FALSE(read_structure("structure http://x\n  X 0..1 constraints=none\n", {}));
}

}  // namespace
}  // namespace oncobridge::profiles
