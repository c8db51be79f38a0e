// What a tester found: parts of extensions that nobody defined, elements with nothing but an id,
// two contained resources of one id, messages that quoted what follows an element.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<Issue> errors(const std::string& document) {
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions, {});
  validator.judge(document);
  std::vector<Issue> found;
  for (const Issue& issue : validator.issues()) {
    if (issue.severity <= Severity::kError) found.push_back(issue);
  }
  return found;
}

std::vector<std::string> rules(const std::string& document) {
  std::vector<std::string> found;
  for (const Issue& issue : errors(document)) {
    found.push_back(std::string(issue.rule->id) + " " + issue.expression);
  }
  return found;
}

TEST(ExtensionParts, AMisspeltPartIsNamed) {
  const auto race = [](const std::string& part) {
    return R"({"resourceType":"Patient","extension":[{
      "url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[
        {"url":")" +
           part + R"(","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2106-3",
           "display":"White"}},
        {"url":"text","valueString":"White"}]}]})";
  };
  EXPECT_THAT(rules(race("ombCategory")), IsEmpty());
  EXPECT_THAT(rules(race("ombcategory")),
              ElementsAre("extension-part Patient.extension[0].extension[0]"));
}

TEST(FaultsOfTheText, AreToldAtTheElementTheyStandIn) {
  EXPECT_THAT(rules("{\"resourceType\":\"Patient\",\"id\":\"a\",\"name\":[{\"family\":\"a\tb\","
                    "\"given\":[\"c\",\"d\\e\"]}]}"),
              testing::IsSupersetOf({"json-control-character Patient.name[0].family",
                                     "json-escape Patient.name[0].given[1]"}));
  EXPECT_THAT(rules(R"({"resourceType":"Patient","name":[{"family":"a","family":"b"}]})"),
              testing::Contains("json-duplicate-name Patient.name[0].family"));
  EXPECT_THAT(rules(R"({"resourceType":"Patient","id":"a","active":true,})"),
              ElementsAre("json-trailing-comma Patient"));
}

TEST(HollowElements, AnIdAloneIsNoContent) {
  EXPECT_THAT(rules(R"({"resourceType":"Patient","_birthDate":{"id":"x"}})"),
              ElementsAre("invariant Patient.birthDate"));
  EXPECT_THAT(rules(R"({"resourceType":"Patient","name":[{"id":"x"}]})"),
              ElementsAre("invariant Patient.name[0]"));
  EXPECT_THAT(rules(R"({"resourceType":"Patient","birthDate":"2000","_birthDate":{}})"),
              ElementsAre("shape-empty-object Patient.birthDate"));
  EXPECT_THAT(rules(R"({"resourceType":"Patient","birthDate":"2000","_birthDate":{"id":"x"}})"),
              IsEmpty());
}

TEST(Systems, AreAbsoluteInIdentifiersQuantitiesAndCodings) {
  EXPECT_THAT(rules(R"({"resourceType":"Patient","identifier":[{"system":"mrn","value":"1"}]})"),
              ElementsAre("identifier-system Patient.identifier[0].system"));
  EXPECT_THAT(rules(R"({"resourceType":"Observation","status":"final","code":{"text":"size"},
      "valueQuantity":{"value":1,"system":"ucum","code":"cm"}})"),
              ElementsAre("code-system-relative Observation.value.ofType(Quantity).system"));
  EXPECT_THAT(rules(R"({"resourceType":"Observation","status":"final","code":{"text":"size"},
      "valueQuantity":{"value":1,"system":"ucum"}})"),
              testing::Contains("code-system-relative Observation.value.ofType(Quantity).system"));
  EXPECT_THAT(rules(R"({"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.3"}]})"),
              IsEmpty());
}

TEST(Displays, AreHeldToTheirWhiteSpace) {
  const auto active = [](const std::string& display) {
    return R"({"resourceType":"Condition","subject":{"reference":"Patient/1"},"clinicalStatus":{
      "coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical",
      "code":"active","display":")" +
           display + R"("}]}})";
  };
  EXPECT_THAT(rules(active("active")), IsEmpty());
  const std::vector<Issue> found = errors(active("Active "));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule->id, "code-display");
  EXPECT_THAT(found[0].text, HasSubstr("found \"Active \", with other white space"));
}

// The two texts begin alike; the first is an item.
TEST(UnknownElements, OfAListAreNamedWithoutTheTextOfAnItem) {
  const std::vector<Issue> item = errors(R"({"resourceType":"Patient","foo":["_x"]})");
  ASSERT_EQ(item.size(), 1u);
  EXPECT_THAT(item[0].text, HasSubstr("`foo` is no element"));
  const std::vector<Issue> pair = errors(R"({"resourceType":"Patient","_foo":{"id":"x"}})");
  ASSERT_FALSE(pair.empty());
  EXPECT_THAT(pair[0].text, HasSubstr("`_foo` is no element"));
}

TEST(ValuesInMessages, AreJsonWithTheirLists) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(R"x({"resourceType":"StructureDefinition",
      "url":"http://acme.org/p","name":"P","status":"draft","kind":"resource","abstract":false,
      "type":"Patient","derivation":"constraint",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
      "differential":{"element":[{"id":"Patient","path":"Patient"},{"id":"Patient.name",
        "path":"Patient.name","patternHumanName":{"family":"A"}}]}})x",
                                          "p"));
  ValidatorOptions options;
  options.profiles = {"http://acme.org/p"};
  Validator validator(*definitions, options);
  validator.judge(
      R"({"resourceType":"Patient","name":[{"given":["Ann","B"],"family":"C","suffix":["D"]}]})");
  ASSERT_FALSE(validator.issues().empty());
  EXPECT_THAT(validator.issues()[0].text,
              HasSubstr(R"(found {"given": ["Ann", "B"], "family": "C", "suffix": ["D"]})"));
}

TEST(ResourceIds, HaveNoExtension) {
  EXPECT_THAT(rules(R"({"resourceType":"Patient","id":"a","_id":{"extension":[
      {"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",
       "valueCode":"unknown"}]}})"),
              ElementsAre("element-unknown Patient.id"));
}

TEST(Slices, ThatMayBeElsewhereAreNotMissing) {
  // The results are not in the document: which of them is the cholesterol cannot be said.
  EXPECT_THAT(rules(R"({"resourceType":"DiagnosticReport","meta":{"profile":[
      "http://hl7.org/fhir/StructureDefinition/lipidprofile"]},"status":"final","code":{"coding":[
      {"system":"http://loinc.org","code":"57698-3"}]},"subject":{"reference":"Patient/1"},
      "effectiveDateTime":"2024-01-01","result":[{"reference":"Observation/1"},
      {"reference":"Observation/2"},{"reference":"Observation/3"}]})"),
              Not(testing::Contains(testing::StartsWith("cardinality-min"))));
}

TEST(Profiles, NamedWithAndWithoutTheirVersionAreOne) {
  const auto definitions = Definitions::shipped();
  ValidatorOptions options;
  const std::string marker =
      "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor-marker-test";
  options.profiles = {marker, marker + "|4.0.0"};
  Validator validator(*definitions, options);
  validator.judge(R"({"resourceType":"Observation","meta":{"profile":[")" + marker +
                  R"("]},"status":"final","code":{"text":"x"}})");
  std::map<std::string, int> told;
  for (const Issue& issue : validator.issues()) ++told[issue.expression + " " + issue.text];
  EXPECT_FALSE(told.empty());
  for (const auto& [text, times] : told) EXPECT_EQ(times, 1) << text;
}

TEST(Strict, UnknownExtensionsOfExamplesAreErrors) {
  const auto definitions = Definitions::shipped();
  for (const bool strict : {false, true}) {
    ValidatorOptions options;
    options.strict = strict;
    Validator validator(*definitions, options);
    EXPECT_EQ(validator
                  .judge(R"({"resourceType":"Patient","extension":[{"url":"http://example.org/x",
                    "valueString":"x"}]})")
                  .valid(),
              !strict);
  }
}

TEST(ContainedResources, HaveDifferentIds) {
  const auto two = [](const std::string& second) {
    return R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o",
      "name":"A"},{"resourceType":"Organization","id":")" +
           second + R"(","name":"B"}],"managingOrganization":{"reference":"#o"},
      "generalPractitioner":[{"reference":"#p"}]})";
  };
  EXPECT_THAT(rules(two("p")), IsEmpty());
  EXPECT_THAT(rules(two("o")), testing::Contains("contained-duplicate Patient.contained[1]"));
}

// A profile's pattern for a value (extension regex), on the element or on its type.
TEST(Halves, OfPrimitivesAndExtensionsAreToldWhereTheyStand) {
  const auto places = [](const std::string& document) {
    std::vector<std::string> found;
    for (const Issue& issue : errors(document)) {
      found.push_back(std::string(issue.rule->id) + " " + issue.expression + " " +
                      std::to_string(issue.line) + ":" + std::to_string(issue.column));
    }
    return found;
  };
  EXPECT_THAT(
      places(R"({"resourceType":"Patient","birthDate":"2000",
 "active":true, "x_birthDate": [1, {"_birthDate":2}],
 "_birthDate":{}})"),
      ElementsAre("element-unknown Patient 2:33", "shape-empty-object Patient.birthDate 3:2"));
  EXPECT_THAT(places(R"({"resourceType":"Patient","gender":"male",
 "_gender":[{"id":"x"}]})"),
              ElementsAre("shape-pair Patient.gender 2:2"));
  // In a list, at the item.
  EXPECT_THAT(places(R"({"resourceType":"Patient","name":[{"given":["A",null],
 "_given":[ null,
  {"id":"x"} ]}]})"),
              ElementsAre("invariant Patient.name[0].given[1] 3:3"));
  // An extension that may not stand here, behind another.
  EXPECT_THAT(places(R"({"resourceType":"Patient","name":[{"family":"A"}],"birthDate":"2000",
 "_birthDate":{"extension":[
  {"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime",
   "valueDateTime":"2000-01-01T00:00:00Z"},
  {"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
   "valueAddress":{"city":"A"}}]}})"),
              ElementsAre("extension-context Patient.birthDate 5:3"));
}

TEST(Members, ThatStandTwiceAreToldOnce) {
  EXPECT_THAT(rules(R"({"resourceType":"Patient","active":true,"active":false,"id":"a","id":"b",
      "birthDate":"2000","_birthDate":{"id":"x"},"_birthDate":{"id":"x"}})"),
              ElementsAre("json-duplicate-name Patient.active", "json-duplicate-name Patient.id",
                          "json-duplicate-name Patient.birthDate"));
  // Two ways to write a choice are two elements.
  EXPECT_THAT(rules(R"({"resourceType":"Patient","deceasedBoolean":true,
      "deceasedDateTime":"2020"})"),
              ElementsAre("shape-choice Patient"));
}

TEST(Patterns, AreKeptByTheWholeValue) {
  const auto judged = [](const std::string& element, const std::string& family) {
    const auto definitions = Definitions::shipped();
    EXPECT_TRUE(definitions->add_definition(
        R"({"resourceType":"StructureDefinition","url":"http://test.org/p","name":"P",
          "status":"draft","fhirVersion":"4.0.1","kind":"resource","abstract":false,
          "type":"Patient","derivation":"constraint",
          "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
          "differential":{"element":[{"id":"Patient","path":"Patient"},
            {"id":"Patient.name.family","path":"Patient.name.family",)" +
            element + "}]}}",
        "p.json"));
    ValidatorOptions options;
    options.profiles = {"http://test.org/p"};
    Validator validator(*definitions, options);
    validator.judge(R"({"resourceType":"Patient","name":[{"family":")" + family + "\"}]}");
    std::vector<std::string> found;
    for (const Issue& issue : validator.issues()) {
      if (std::string_view(issue.rule->id).find("regex") != std::string_view::npos) {
        found.push_back(std::string(issue.rule->id) + " " + issue.expression);
      }
    }
    return found;
  };
  const auto pattern = [](const std::string& regex) {
    return R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/regex","valueString":")" +
           regex + "\"}]";
  };
  const std::string on_type = R"("type":[{"code":"string",)" + pattern("[b-z]+") + "}]";
  EXPECT_THAT(judged(pattern("[b-z]+"), "bcd"), IsEmpty());
  EXPECT_THAT(judged(pattern("[b-z]+"), "bcda"),
              ElementsAre("primitive-regex Patient.name[0].family"));
  EXPECT_THAT(judged(on_type, "bcda"), ElementsAre("primitive-regex Patient.name[0].family"));
  EXPECT_THAT(judged(pattern("(b"), "b"), ElementsAre("regex-not-checked Patient.name[0].family"));
}

TEST(Messages, QuoteTheElementAndNothingBehindIt) {
  const std::vector<Issue> found = errors(
      R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":
      {"value":1,"comparator":"x"},"note":[{"text":"SECRET"}]})");
  ASSERT_FALSE(found.empty());
  for (const Issue& issue : found) EXPECT_THAT(issue.text, Not(HasSubstr("SECRET")));
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions, {});
  validator.judge(R"({"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://x.y/z",
    "code":"q"}]},"name":[{"family":"SECRET"}]})");
  bool quoted = false;
  for (const Issue& issue : validator.issues()) {
    EXPECT_THAT(issue.text, Not(HasSubstr("SECRET")));
    quoted |= issue.text.starts_with("http://x.y/z#q ");
  }
  EXPECT_TRUE(quoted);
}

// `__proto__` was shown as `_proto__`.
TEST(UnknownElements, AreNamedAsTheyAreWritten) {
  const auto found = errors(R"({"resourceType":"Patient","__proto__":{"id":"a"},"zap":1,
      "_zip":{"id":"a"},"birthDate":"1970","_birthDate":{"__proto__":3}})");
  ASSERT_EQ(found.size(), 4u);
  EXPECT_THAT(found[0].text, HasSubstr("`__proto__` is no element of Patient"));
  EXPECT_THAT(found[1].text, HasSubstr("`zap` is no element of Patient"));
  EXPECT_THAT(found[2].text, HasSubstr("`_zip` is no element of Patient"));
  EXPECT_THAT(found[3].text, HasSubstr("`__proto__` is no element of date"));
}

}  // namespace
}  // namespace oncobridge
