#include "profiles/definition_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "profiles/definition_store.h"
#include "profiles/definition_text.h"

namespace oncobridge::profiles {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

template <typename Definition>
Definition read(std::string_view bytes, const DefinitionStore* types = nullptr) {
  DefinitionReader reader(types);
  auto any = reader.read(bytes);
  if (!any || !std::holds_alternative<Definition>(*any)) {
    ADD_FAILURE() << (any ? "another type" : any.error().message);
    return {};
  }
  return std::get<Definition>(std::move(*any));
}

// The line of the only element of a profile of Observation.
std::string line_of(const std::string& facts) {
  const auto structure = read<StructureDefinition>(
      R"({"resourceType":"StructureDefinition","url":"http://p","kind":"resource",
          "type":"Observation","snapshot":{"element":[{"id":"O.x","path":"O.x",)" +
      facts + "}]}}");
  const std::string text = to_text(structure);
  const std::size_t at = text.find("  O.x");
  return at == std::string::npos ? text : text.substr(at + 2, text.size() - at - 3);
}

TEST(DefinitionReader, FactsOfAnElementAreRead) {
  EXPECT_EQ(line_of(R"("min":0,"max":"*")"), "O.x 0..*");
  EXPECT_EQ(line_of(R"("type":[{"code":"Reference","targetProfile":
                       ["http://hl7.org/fhir/StructureDefinition/Patient","http://x/p|2"],
                       "aggregation":["bundled","contained"],"versioning":"independent"}])"),
            "O.x .. Reference(Patient,http://x/p|2){contained,bundled,independent}");
  EXPECT_EQ(line_of(R"("fixedDecimal":1.50)"), "O.x .. fixedDecimal=1.50");
  EXPECT_EQ(line_of(R"("patternCodeableConcept":{"coding":[{"code":"a"}],"_text":{"id":"i"}})"),
            R"(O.x .. patternCodeableConcept={"coding":[{"code":"a"}],"_text":{"id":"i"}})");
  EXPECT_EQ(line_of(R"("minValueInteger":0,"maxValueDate":"2020","maxLength":5)"),
            R"(O.x .. minValueInteger=0 maxValueDate="2020" maxLength=5)");
  EXPECT_EQ(line_of(R"x("slicing":{"rules":"closed","ordered":true,"discriminator":[
                       {"type":"profile","path":"resolve()"},{"type":"exists","path":"a.b"}]})x"),
            R"x(O.x .. slicing=closed +ordered by=profile:resolve() by=exists:a.b)x");
  EXPECT_EQ(line_of(R"("contentReference":"#O.y","mustSupport":true,"isModifier":false)"),
            "O.x .. ref=#O.y +mustSupport");
}

TEST(DefinitionReader, BindingsAreReadWithTheirExtensions) {
  EXPECT_EQ(
      line_of(R"("binding":{"strength":"extensible","valueSet":"http://v|1","extension":[
        {"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
         "valueCanonical":"http://max"},
        {"url":"http://hl7.org/fhir/tools/StructureDefinition/additional-binding","extension":[
         {"url":"purpose","valueCode":"current"},{"url":"valueSet","valueCanonical":"http://a"}]}],
        "additional":[{"purpose":"maximum","valueSet":"http://b"}]})"),
      "O.x .. binding=extensible:http://v|1 maxValueSet=http://max additional=current:http://a "
      "additional=maximum:http://b");
}

TEST(DefinitionReader, ConstraintsAreReadWithTheirSeverity) {
  const auto structure = read<StructureDefinition>(
      R"({"resourceType":"StructureDefinition","url":"http://p","snapshot":{"element":[
        {"path":"X","constraint":[{"key":"k","severity":"warning","human":"prose",
         "expression":"a\n= 'b'","source":"http://s","extension":[{
         "url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice",
         "valueBoolean":true}]}]}]}})");
  ASSERT_EQ(structure.snapshot.size(), 1u);
  EXPECT_EQ(structure.snapshot[0].id, "X");
  ASSERT_EQ(structure.snapshot[0].constraints.size(), 1u);
  const Constraint& constraint = structure.snapshot[0].constraints[0];
  EXPECT_TRUE(constraint.warning);
  EXPECT_TRUE(constraint.best_practice);
  EXPECT_EQ(constraint.expression, "a\n= 'b'");
}

TEST(DefinitionReader, SystemTypesStayWhereXmlHasAttributes) {
  const std::string type =
      R"("type":[{"extension":[{"url":
         "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type",
         "valueUrl":"string"}],"code":"http://hl7.org/fhirpath/System.String"}])";
  EXPECT_EQ(line_of(type), "O.x .. string");
  EXPECT_EQ(line_of(R"("representation":["xmlAttr"],)" + type),
            "O.x .. http://hl7.org/fhirpath/System.String +xmlAttr");
}

TEST(DefinitionReader, TheDifferentialIsKeptWhereItIsAllThereIsOrAskedFor) {
  const std::string differential = R"("differential":{"element":[{"path":"D"}]})";
  const std::string head = R"({"resourceType":"StructureDefinition","url":"http://p",)";
  const auto only = read<StructureDefinition>(head + differential + "}");
  EXPECT_EQ(only.differential.size(), 1u);
  EXPECT_THAT(to_text(only), HasSubstr("+differential"));
  const std::string both = head + differential + R"(,"snapshot":{"element":[{"path":"S"}]}})";
  EXPECT_TRUE(read<StructureDefinition>(both).differential.empty());
  DefinitionReader reader;
  reader.keep_differentials(true);
  const auto kept = reader.read(both);
  ASSERT_TRUE(kept);
  EXPECT_EQ(std::get<StructureDefinition>(*kept).differential.size(), 1u);
}

// XML has neither numbers nor lists; the datatypes say what is what.
TEST(DefinitionReader, PatternsInXmlAreWhatJsonSays) {
  DefinitionStore store;
  store.add_shipped();
  const auto structure = read<StructureDefinition>(
      R"(<StructureDefinition xmlns="http://hl7.org/fhir"><url value="http://p"/>
         <snapshot><element id="X"><path value="X"/>
           <patternCodeableConcept><coding><code value="1"/><userSelected value="true"/></coding>
           </patternCodeableConcept></element>
         <element id="Y"><path value="Y"/>
           <fixedQuantity><value value="1.50"/><unit value="2"/></fixedQuantity></element>
         <element id="Z"><path value="Z"/><fixedString value="a&amp;b"/></element></snapshot>
         </StructureDefinition>)",
      &store);
  ASSERT_EQ(structure.snapshot.size(), 3u);
  EXPECT_EQ(structure.snapshot[0].pattern.json, R"({"coding":[{"code":"1","userSelected":true}]})");
  EXPECT_EQ(structure.snapshot[1].fixed.json, R"({"value":1.50,"unit":"2"})");
  EXPECT_EQ(structure.snapshot[2].fixed.json, R"("a&b")");
}

TEST(DefinitionReader, ConceptsThatNameTheirParentsStandBelowThem) {
  const auto system = read<CodeSystem>(R"({"resourceType":"CodeSystem","url":"http://c",
    "content":"complete","property":[
      {"code":"broader","uri":"http://hl7.org/fhir/concept-properties#parent"}],"concept":[
      {"code":"leaf","property":[{"code":"broader","valueCode":"middle"},
                                 {"code":"broader","valueCode":"other"}]},
      {"code":"other"},
      {"code":"middle","property":[{"code":"broader","valueCode":"top"}]},
      {"code":"top","property":[{"code":"notSelectable","valueBoolean":true}]}]})");
  EXPECT_EQ(to_text(system),
            "codesystem http://c content=complete\n"
            "  other\n"
            "  top +abstract\n"
            "    middle\n"
            "      leaf parent=other\n");
}

TEST(DefinitionReader, ConceptsThatAreTheirOwnAncestorsEnd) {
  const auto system = read<CodeSystem>(R"({"resourceType":"CodeSystem","url":"http://c","concept":[
      {"code":"a","property":[{"code":"parent","valueCode":"b"}]},
      {"code":"b","property":[{"code":"parent","valueCode":"c"}]},
      {"code":"c","property":[{"code":"parent","valueCode":"a"},
                              {"code":"parent","valueCode":"c"}]}]})");
  EXPECT_EQ(system.concepts.size(), 3u);
  EXPECT_EQ(to_text(system),
            "codesystem http://c content=not-present\n  c parent=a\n    b\n      a\n");
}

// A chain of 50,000 concepts is no tree of that depth: it would be text of gigabytes.
TEST(DefinitionReader, AHostileChainOfConceptsStaysSmall) {
  std::string concepts;
  for (int i = 50'000; i > 0; --i) {
    concepts += R"({"code":"c)" + std::to_string(i) + R"(","property":[{"code":"parent",
                "valueCode":"c)" +
                std::to_string(i - 1) + "\"}]},";
  }
  const auto system =
      read<CodeSystem>(R"({"resourceType":"CodeSystem","url":"http://c","concept":[)" + concepts +
                       R"({"code":"c0"}]})");
  EXPECT_EQ(system.concepts.size(), 50'001u);
  const std::string text = to_text(system);
  EXPECT_LT(text.size(), 50'000'000u);
  const auto again = read_code_system(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_text(*again), text);
}

TEST(DefinitionReader, StatusSaysWhatIsInactive) {
  const auto system = read<CodeSystem>(R"({"resourceType":"CodeSystem","url":"http://c","concept":[
      {"code":"a","property":[{"code":"status","valueCode":"active"}]},
      {"code":"b","property":[{"code":"status","valueCode":"retired"}]},
      {"code":"c","property":[{"code":"inactive","valueBoolean":true}]}]})");
  EXPECT_THAT(system.concepts,
              ElementsAre(Field(&Concept::inactive, false), Field(&Concept::inactive, true),
                          Field(&Concept::inactive, true)));
}

TEST(DefinitionReader, AnExpansionThatSaysItIsCutIsNotComplete) {
  const auto complete = [](const std::string& facts) {
    return read<ValueSet>(R"({"resourceType":"ValueSet","url":"http://v","expansion":{)" + facts +
                          R"("contains":[{"system":"http://s","abstract":true,"contains":[
                             {"system":"http://s","code":"a"}]}]}})")
        .expansion_complete;
  };
  EXPECT_TRUE(complete(""));
  EXPECT_TRUE(complete(R"("total":1,)"));
  EXPECT_FALSE(complete(R"("total":2,)"));
  EXPECT_FALSE(complete(R"("parameter":[{"name":"limitedExpansion","valueBoolean":true}],)"));
}

TEST(DefinitionReader, WhatIsNoDefinitionIsSaid) {
  DefinitionReader reader;
  EXPECT_EQ(reader.read("").error().rule, "definition-syntax");
  EXPECT_EQ(reader.read("{\"resourceType\":").error().rule, "definition-syntax");
  EXPECT_EQ(reader.read("<a").error().rule, "definition-syntax");
  EXPECT_EQ(reader.read(R"({"resourceType":"CodeSystem"})").error().rule, "definition-broken");
  const auto other = reader.read(R"({"resourceType":"Questionnaire"})");
  ASSERT_TRUE(other);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*other));
  EXPECT_EQ(reader.resource_type(), "Questionnaire");
}

}  // namespace
}  // namespace oncobridge::profiles
