// A small resource for each rule that no other test names: it breaks this rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

std::string patient(const std::string& facts) {
  return R"({"resourceType":"Patient",)" + facts + "}";
}
std::string observation(const std::string& facts) {
  return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},)" + facts + "}";
}
std::string coded(const std::string& coding) {
  return R"({"resourceType":"Observation","status":"final","code":{"coding":[{)" + coding + "}]}}";
}
// Of the profiles that the test defines.
std::string profiled(const std::string& facts) {
  return patient(R"("meta":{"profile":["http://t.org/patient"]},)" + facts);
}
std::string bundle(const std::string& type, const std::string& entry) {
  return R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + entry + "]}";
}
// A response to a questionnaire with one question.
std::string response(const std::string& question, const std::string& answer) {
  return R"({"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"#q",
      "contained":[{"resourceType":"Questionnaire","id":"q","status":"active","item":[
      {"linkId":"1","text":"t",)" +
         question + R"(}]}],"item":[{"linkId":"1","answer":[{)" + answer + "}]}]}";
}
std::string value_set(const std::string& expression) {
  return R"({"resourceType":"ValueSet","status":"draft","url":"http://t.org/vs","compose":{"include":[
      {"system":"http://t.org/colors","filter":[{"property":"concept","op":"is-a","_value":
      {"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/cqf-expression",
      "valueExpression":{"language":"text/fhirpath","expression":")" +
         expression + R"("}}]}}]}]}})";
}

const std::string kExtension = "http://hl7.org/fhir/StructureDefinition/";
const std::string kMarital =
    R"("system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",)";

struct Case {
  std::string rule;
  std::string document;
};
const std::vector<Case> kCases = {
    {"resource-type-unknown", R"({"resourceType":"Pateint"})"},
    {"shape-no-array", patient(R"("birthDate":["2000"])")},
    {"shape-object", patient(R"("name":["x"])")},
    {"shape-empty-array", patient(R"("name":[])")},
    {"shape-null", patient(R"("birthDate":null)")},
    {"shape-pair", patient(R"("birthDate":"2000","_birthDate":"x")")},
    {"element-order",
     R"(<Patient xmlns="http://hl7.org/fhir"><birthDate value="2000"/><active value="true"/></Patient>)"},
    {"primitive-security", patient(R"("name":[{"family":"<script>x</script>"}])")},
    {"uri-example", patient(R"("identifier":[{"system":"http://example.org/x","value":"1"}])")},
    {"cardinality-max",
     R"(<Patient xmlns="http://hl7.org/fhir"><active value="true"/><active value="true"/></Patient>)"},
    {"type-wrong", profiled(R"("multipleBirthBoolean":true)")},
    {"fixed-value", profiled(R"("gender":"male")")},
    {"pattern-value", profiled(R"("maritalStatus":{"text":"x"})")},
    {"min-value", profiled(R"("birthDate":"1800-01-01")")},
    {"max-value", profiled(R"("birthDate":"2800-01-01")")},
    {"max-length", profiled(R"("name":[{"family":"longer"}])")},
    {"profile-unknown", patient(R"("meta":{"profile":["http://t.org/none"]})")},
    {"profile-abstract", observation(R"("meta":{"profile":[
         "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tnm-category"]})")},
    {"slice-unmatched", profiled(R"("telecom":[{"system":"fax","value":"1"}])")},
    {"slice-twice", profiled(R"("address":[{"use":"home","text":"x"}])")},
    {"slice-order",
     profiled(R"("telecom":[{"system":"email","value":"1"},{"system":"phone","value":"2"}])")},
    {"slice-end",
     profiled(R"("telecom":[{"system":"fax","value":"1"},{"system":"phone","value":"2"}])")},
    {"extension-url", patient(R"("extension":[{"url":"x","valueString":"a"}])")},
    {"extension-unknown",
     patient(R"("extension":[{"url":")" + kExtension + R"(none","valueString":"a"}])")},
    {"extension-not-checked",
     patient(R"("extension":[{"url":"http://hl7.org/fhir/5.0/StructureDefinition/)"
             R"(extension-Patient.none","valueString":"a"}])")},
    {"modifier-extension-unknown",
     patient(R"("modifierExtension":[{"url":"http://t.org/none","valueString":"a"}])")},
    {"extension-modifier", patient(R"("modifierExtension":[{"url":")" + kExtension +
                                   R"(patient-birthPlace","valueAddress":{"city":"A"}}])")},
    {"code-unknown", patient(R"("maritalStatus":{"coding":[{)" + kMarital + R"("code":"zz"}]})")},
    {"code-system-unknown", coded(R"("system":"http://t.org/none","code":"x")")},
    {"code-system-relative", coded(R"("system":"x","code":"x")")},
    {"code-system-is-value-set",
     coded(R"("system":"http://hl7.org/fhir/ValueSet/marital-status","code":"x")")},
    {"code-display",
     patient(R"("maritalStatus":{"coding":[{)" + kMarital + R"("code":"M","display":"x"}]})")},
    {"code-inactive", coded(R"("system":"http://t.org/colors","code":"grey")")},
    {"code-system-not-checked", coded(R"("system":"http://loinc.org","code":"1695-6")")},
    {"binding-preferred", patient(R"("language":"gsw")")},
    {"binding-max", patient(R"("language":"zzzzzzzzzz")")},
    {"binding-no-code", R"({"resourceType":"AllergyIntolerance","patient":{"display":"A"},
        "clinicalStatus":{"text":"x"}})"},
    {"value-set-unknown", response(R"("type":"choice","answerValueSet":"http://t.org/none")",
                                   R"("valueCoding":{"code":"x"})")},
    {"ucum-unit", observation(R"("valueQuantity":{"value":1,"unit":"x","system":
                                 "http://unitsofmeasure.org","code":"percent"})")},
    {"reference-type", observation(R"("device":{"reference":"Patient/1"})")},
    {"reference-type-element",
     observation(R"("subject":{"reference":"Patient/1","type":"Device"})")},
    {"reference-aggregation", profiled(R"("managingOrganization":{"reference":"Organization/1"})")},
    {"reference-version", profiled(R"("generalPractitioner":[{"reference":"Practitioner/1"}])")},
    {"reference-unresolved",
     bundle("collection", R"({"fullUrl":"http://t.org/Observation/1","resource":)" +
                              observation(R"("subject":{"reference":
                               "urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0"})") +
                              "}")},
    {"contained-unreferenced", patient(R"("contained":[{"resourceType":"Patient","id":"a"}])")},
    {"contained-id", patient(R"("contained":[{"resourceType":"Patient","active":true}])")},
    {"bundle-full-url",
     bundle("collection", R"({"fullUrl":"Patient/1","resource":{"resourceType":"Patient"}})")},
    {"bundle-full-url-missing", bundle("collection", R"({"resource":{"resourceType":"Patient"}})")},
    {"bundle-search-self", R"({"resourceType":"Bundle","type":"searchset","total":0})"},
    {"identifier-system", patient(R"("identifier":[{"system":"mrn","value":"1"}])")},
    {"identifier-value", patient(R"("identifier":[{"system":"urn:ietf:rfc:3986","value":"a b"}])")},
    {"attachment-size", patient(R"("photo":[{"contentType":"image/png","data":"QUJD","size":7}])")},
    {"canonical-contained",
     R"({"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"#q"})"},
    {"narrative-language", patient(R"("language":"de","text":{"status":"generated","div":
                "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"})")},
    {"questionnaire-not-checked", response(R"("type":"choice")", R"("valueCoding":{"code":"x"})")},
    {"value-set-parameter", value_set("%none")},
    {"structure-base", R"({"resourceType":"StructureDefinition","url":"http://t.org/p","name":"P",
        "status":"draft","kind":"resource","abstract":false,"type":"Patient",
        "derivation":"constraint","baseDefinition":"http://t.org/none","differential":{"element":[
        {"id":"Patient","path":"Patient"}]}})"},
    {"search-parameter-unknown", R"({"resourceType":"SearchParameter","url":"http://t.org/sp",
        "name":"N","status":"draft","description":"d","code":"c","type":"string",
        "base":["Patient"],"expression":"Patient.name","derivedFrom":"http://t.org/none"})"},
    {"measure-unknown", R"({"resourceType":"MeasureReport","status":"complete","type":"summary",
        "period":{"start":"2020"},"measure":"http://t.org/none"})"},
};

const std::string kProfile = R"({"resourceType":"StructureDefinition","url":"http://t.org/patient",
    "name":"P","status":"draft","kind":"resource","abstract":false,"type":"Patient",
    "derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
    "differential":{"element":[{"id":"Patient","path":"Patient"},
      {"id":"Patient.name.family","path":"Patient.name.family","maxLength":3},
      {"id":"Patient.telecom","path":"Patient.telecom","slicing":{"rules":"openAtEnd",
        "ordered":true,"discriminator":[{"type":"value","path":"system"}]}},
      {"id":"Patient.telecom:p","path":"Patient.telecom","sliceName":"p"},
      {"id":"Patient.telecom:p.system","path":"Patient.telecom.system","fixedCode":"phone"},
      {"id":"Patient.telecom:e","path":"Patient.telecom","sliceName":"e"},
      {"id":"Patient.telecom:e.system","path":"Patient.telecom.system","fixedCode":"email"},
      {"id":"Patient.gender","path":"Patient.gender","fixedCode":"female"},
      {"id":"Patient.birthDate","path":"Patient.birthDate","minValueDate":"1900-01-01",
        "maxValueDate":"2100-01-01"},
      {"id":"Patient.address","path":"Patient.address","slicing":{"rules":"open",
        "discriminator":[{"type":"value","path":"use"}]}},
      {"id":"Patient.address:a","path":"Patient.address","sliceName":"a"},
      {"id":"Patient.address:a.use","path":"Patient.address.use","fixedCode":"home"},
      {"id":"Patient.address:b","path":"Patient.address","sliceName":"b"},
      {"id":"Patient.address:b.use","path":"Patient.address.use","patternCode":"home"},
      {"id":"Patient.maritalStatus","path":"Patient.maritalStatus",
        "patternCodeableConcept":{"text":"married"}},
      {"id":"Patient.multipleBirth[x]","path":"Patient.multipleBirth[x]",
        "type":[{"code":"integer"}]},
      {"id":"Patient.generalPractitioner","path":"Patient.generalPractitioner","type":[
        {"code":"Reference","versioning":"specific"}]},
      {"id":"Patient.managingOrganization","path":"Patient.managingOrganization","type":[
        {"code":"Reference","aggregation":["contained"]}]}]}})";

TEST(EveryRule, IsBrokenByTheSmallestResourceThatBreaksIt) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(kProfile, "profile"));
  ASSERT_TRUE(definitions->add_definition(
      R"({"resourceType":"CodeSystem","url":"http://t.org/colors","content":"complete","concept":[
          {"code":"grey","property":[{"code":"inactive","valueBoolean":true}]}]})",
      "colors"));
  ValidatorOptions options;
  options.allow_example_urls = false;
  options.security_checks = true;
  Validator validator(*definitions, options);
  for (const auto& [rule, document] : kCases) {
    validator.judge(document);
    std::vector<std::string_view> found;
    for (const Issue& issue : validator.issues()) found.push_back(issue.rule->id);
    EXPECT_THAT(found, testing::Contains(rule)) << document;
  }
}

TEST(EveryRule, AllowsTheProfileThatTheTestDefines) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(kProfile, "profile"));
  Validator validator(*definitions, {});
  EXPECT_TRUE(validator.judge(profiled(R"("gender":"female","name":[{"family":"abc"}])")).valid());
}

}  // namespace
}  // namespace oncobridge
