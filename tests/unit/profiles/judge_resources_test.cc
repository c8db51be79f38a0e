// Rules of single resource types: given this resource, these errors at these elements.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/profile/validator.h"
#include "profiles/search_parameters.h"
#include "profiles/sha1.h"

namespace oncobridge::profiles {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class JudgeResources : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    definitions_ = Definitions::shipped();
    const auto add = [](std::string_view text) {
      ASSERT_TRUE(definitions_->add_definition(text, "test"));
    };
    add(R"({"resourceType":"CodeSystem","url":"http://test.org/parts","content":"complete",
            "supplements":"http://test.org/colors","concept":[{"code":"part"}]})");
    add(R"({"resourceType":"CodeSystem","url":"http://test.org/colors","content":"complete",
            "property":[{"code":"mood","type":"Coding"},{"code":"depth","type":"integer"}],
            "concept":[{"code":"red"},{"code":"blue"}]})");
    add(R"({"resourceType":"StructureDefinition","url":"http://test.org/base","type":"Extension",
            "kind":"complex-type","abstract":false,"derivation":"constraint",
            "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension",
            "differential":{"element":[{"id":"Extension.url","path":"Extension.url",
              "fixedUri":"http://test.org/base"}]}})");
    add(R"({"resourceType":"SearchParameter","url":"http://test.org/name","type":"string",
            "base":["Practitioner"],"expression":"Practitioner.name"})");
    add(R"({"resourceType":"Measure","url":"http://test.org/beds","version":"1",
            "scoring":{"coding":[{"code":"cohort"}]},
            "group":[{"population":[{"code":{"coding":[{"code":"all"}]}}],
                      "stratifier":[{"id":"s1"},{"id":"s2"}]}]})");
  }
  static void TearDownTestSuite() { definitions_.reset(); }

  // `rule expression` of each error and fatal issue.
  static std::vector<std::string> errors_of(std::string_view resource) {
    Validator validator(*definitions_);
    const Verdict verdict = validator.judge(resource);
    std::vector<std::string> errors;
    for (const Issue& issue : validator.issues()) {
      if (issue.severity != Severity::kError && issue.severity != Severity::kFatal) continue;
      errors.push_back(std::string(issue.rule->id) + " " + issue.expression);
    }
    EXPECT_EQ(errors.size(), verdict.errors + verdict.fatal);
    EXPECT_EQ(validator.decide(resource).errors, verdict.errors);
    return errors;
  }
  // Without those of the StructureDefinition's own invariants: the elements here have no ids.
  static std::vector<std::string> errors_of_profile(const std::string& resource) {
    std::vector<std::string> errors = errors_of(resource);
    std::erase(errors, "invariant StructureDefinition");
    return errors;
  }
  static std::string search_parameter(const std::string& facts) {
    return R"({"resourceType":"SearchParameter","url":"http://test.org/sp","name":"N",)"
           R"("status":"draft","description":"d","code":"c",)" +
           facts + "}";
  }
  static std::string profile(const std::string& elements,
                             const std::string& base =
                                 "http://hl7.org/fhir/StructureDefinition/"
                                 "Observation",
                             const std::string& type = "Observation") {
    return R"({"resourceType":"StructureDefinition","url":"http://test.org/p","name":"P",)"
           R"("status":"draft","kind":")" +
           std::string(type == "Extension" ? "complex-type" : "resource") +
           R"(","abstract":false,"type":")" + type + R"(","derivation":"constraint",)" +
           (type == "Extension" ? R"("context":[{"type":"element","expression":"Patient"}],)"
                                : "") +
           R"("baseDefinition":")" + base + R"(","differential":{"element":[)" + elements + "]}}";
  }
  static std::string value_set(const std::string& include) {
    return R"({"resourceType":"ValueSet","url":"http://test.org/vs","status":"draft",)"
           R"("compose":{"include":[)" +
           include + "]}}";
  }
  static std::string report(const std::string& facts) {
    return R"({"resourceType":"MeasureReport","status":"complete","type":"summary",)"
           R"("period":{"start":"2020"},"measure":"http://test.org/beds","group":[)" +
           facts + "]}";
  }

  static std::unique_ptr<Definitions> definitions_;
};

std::unique_ptr<Definitions> JudgeResources::definitions_;

TEST_F(JudgeResources, SearchParameterHasTheTypeAndTheBasesOfWhatItIsDerivedFrom) {
  const std::string from =
      R"("derivedFrom":"http://hl7.org/fhir/SearchParameter/Organization-name",)";
  EXPECT_THAT(errors_of(search_parameter(from + R"("type":"string","base":["Organization"],)"
                                                R"("expression":"Organization.name")")),
              IsEmpty());
  EXPECT_THAT(errors_of(search_parameter(from + R"("type":"token","base":["Organization"])")),
              ElementsAre("search-parameter-derived SearchParameter"));
  EXPECT_THAT(
      errors_of(search_parameter(from + R"("type":"string","base":["Organization","Patient"])")),
      ElementsAre("search-parameter-derived SearchParameter"));
  EXPECT_THAT(errors_of(search_parameter(R"("derivedFrom":"http://test.org/name","type":"date",)"
                                         R"("base":["Practitioner"])")),
              ElementsAre("search-parameter-derived SearchParameter"));
}

TEST_F(JudgeResources, SearchExpressionsMakeSenseOnTheirBases) {
  const auto errors = [](const std::string& bases, const std::string& expression) {
    return errors_of(search_parameter(R"("type":"string","base":[)" + bases +
                                      R"(],"expression":")" + expression + R"(")"));
  };
  EXPECT_THAT(errors(R"("Patient")", "Patient.name"), IsEmpty());
  EXPECT_THAT(errors(R"("Patient")", "Organization.name"),
              ElementsAre("expression SearchParameter.expression"));
  EXPECT_THAT(errors(R"("Patient")", "Patient.nme"),
              ElementsAre("expression SearchParameter.expression"));
  EXPECT_THAT(errors(R"("Patient")", "Patient.name |"),
              ElementsAre("expression SearchParameter.expression"));
  EXPECT_THAT(errors(R"("Patient","Person")", "Patient.name | Person.name"), IsEmpty());
  EXPECT_THAT(errors(R"("Resource")", "Resource.id"), IsEmpty());
}

TEST_F(JudgeResources, ShippedSearchParametersAreFound) {
  const auto facts =
      shipped_search_parameter("http://hl7.org/fhir/SearchParameter/individual-family|4.0.1");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->type, "string");
  EXPECT_EQ(facts->bases, "Patient,Practitioner");
  EXPECT_EQ(facts->expression, "Patient.name.family | Practitioner.name.family");
  EXPECT_FALSE(shipped_search_parameter("http://hl7.org/fhir/SearchParameter/individual-famil"));
  EXPECT_FALSE(shipped_search_parameter(""));
}

TEST_F(JudgeResources, LinksOfANarrativeLeadSomewhere) {
  const auto errors = [](const std::string& text, const std::string& more = "") {
    return errors_of(R"({"resourceType":"Patient","text":{"status":"generated","div":)"
                     R"("<div xmlns=\"http://www.w3.org/1999/xhtml\">)" +
                     text + R"(</div>"})" + more + "}");
  };
  EXPECT_THAT(errors(R"(<a href=\"#x\">x</a><a name=\"x\">y</a>)"), IsEmpty());
  EXPECT_THAT(errors(R"(<a href=\"#x\">x</a><p id=\"x\">y</p>)"), IsEmpty());
  EXPECT_THAT(errors(R"(<a href=\"#n1\">x</a>)", R"(,"name":[{"id":"n1","text":"N"}])"), IsEmpty());
  EXPECT_THAT(errors(R"(<a href=\"#\">x</a><a href=\"other.html#x\">x</a>)"), IsEmpty());
  EXPECT_THAT(errors(R"(<a href=\"#x\">x</a><a href=\"#x\">again</a>)"),
              ElementsAre("narrative-link Patient.text.div"));
  EXPECT_THAT(errors(R"(<img src=\"#11\" alt=\"a\"/>)"),
              ElementsAre("narrative-link Patient.text.div"));
}

TEST_F(JudgeResources, ProfilesAsInstancesAreTriedOut) {
  EXPECT_THAT(
      errors_of_profile(profile(R"({"id":"Observation.code","path":"Observation.code","min":1})")),
      IsEmpty());
  EXPECT_THAT(errors_of_profile(profile(R"({"path":"Observation.nothing","min":1})")),
              ElementsAre("snapshot-broken StructureDefinition"));
  EXPECT_THAT(errors_of_profile(
                  profile(R"({"id":"Observation.valueQuantity","path":"Observation.valueBla"})")),
              ElementsAre("snapshot-broken StructureDefinition"));
  EXPECT_THAT(
      errors_of_profile(profile(R"({"path":"Observation.value[x].value","maxValueDecimal":100})")),
      UnorderedElementsAre("snapshot-broken StructureDefinition",
                           "differential-element StructureDefinition.differential.element[0]"));
  // Its base is not known, or itself: nothing can be said.
  EXPECT_THAT(errors_of_profile(profile(R"({"path":"Observation.code"})", "http://test.org/none")),
              IsEmpty());
  EXPECT_THAT(errors_of_profile(profile(R"({"path":"Observation.code"})", "http://test.org/p")),
              IsEmpty());
}

TEST_F(JudgeResources, ElementsOfADifferentialStandInTheOrderOfTheBase) {
  EXPECT_THAT(
      errors_of_profile(profile(R"({"path":"Observation.subject","min":1},)"
                                R"({"path":"Observation.code","min":1})")),
      UnorderedElementsAre("snapshot-broken StructureDefinition",
                           "differential-element StructureDefinition.differential.element[0]"));
  EXPECT_THAT(
      errors_of_profile(profile(
          R"({"id":"Observation.component","path":"Observation.component",)"
          R"("slicing":{"discriminator":[{"type":"value","path":"code"}],"rules":"open"}},)"
          R"({"id":"Observation.component:b","path":"Observation.component","sliceName":"b"},)"
          R"({"id":"Observation.component:b.code","path":"Observation.component.code"},)"
          R"({"id":"Observation.component:a","path":"Observation.component","sliceName":"a"},)"
          R"({"id":"Observation.component:a.code","path":"Observation.component.code"})")),
      IsEmpty());
}

TEST_F(JudgeResources, BindingsAndFixedValuesOfADifferentialFitItsBase) {
  EXPECT_THAT(
      errors_of_profile(profile(R"({"path":"Observation.issued","binding":{"strength":"required",)"
                                R"("valueSet":"http://test.org/vs"}})")),
      ElementsAre("differential-binding StructureDefinition.differential.element[0]"));
  EXPECT_THAT(
      errors_of_profile(profile(R"({"path":"Observation.code","binding":{"strength":"required",)"
                                R"("valueSet":"http://test.org/vs"}})")),
      IsEmpty());
  const std::string url = R"({"path":"Extension.url","fixedUri":"http://test.org/p"})";
  EXPECT_THAT(errors_of_profile(
                  profile(url, "http://hl7.org/fhir/StructureDefinition/Extension", "Extension")),
              IsEmpty());
  EXPECT_THAT(errors_of_profile(profile(url, "http://test.org/base", "Extension")),
              ElementsAre("differential-fixed StructureDefinition.differential.element[0]"));
}

TEST_F(JudgeResources, TheRootOfAProfileIsNotSliced) {
  EXPECT_THAT(errors_of_profile(profile(R"({"path":"Observation","slicing":{"discriminator":)"
                                        R"([{"type":"value","path":"code"}],"rules":"open"}})")),
              Contains("differential-slicing StructureDefinition.differential.element[0]"));
}

TEST_F(JudgeResources, InvariantsOfAProfileCanBeParsed) {
  EXPECT_THAT(errors_of_profile(profile(
                  R"({"path":"Observation.code","constraint":[{"key":"a-1","severity":"error",)"
                  R"("human":"h","expression":"coding.exists("}]})")),
              ElementsAre("expression "
                          "StructureDefinition.differential.element[0].constraint[0].expression"));
}

TEST_F(JudgeResources, CodeSystemsCountTheirConcepts) {
  const auto errors = [](const std::string& content, const std::string& count) {
    return errors_of(R"({"resourceType":"CodeSystem","url":"http://test.org/x","status":"draft",)"
                     R"("content":")" +
                     content + R"(","count":)" + count +
                     R"(,"concept":[{"code":"a","concept":[{"code":"b"}]},{"code":"c"}]})");
  };
  EXPECT_THAT(errors("complete", "3"), IsEmpty());
  EXPECT_THAT(errors("complete", "2"), ElementsAre("code-system-count CodeSystem.count"));
  EXPECT_THAT(errors("fragment", "10"), IsEmpty());
  EXPECT_THAT(errors("fragment", "2"), ElementsAre("code-system-count CodeSystem.count"));
}

TEST_F(JudgeResources, ASupplementIsNoSystemOfACoding) {
  EXPECT_THAT(errors_of(R"({"resourceType":"Observation","status":"final","code":{"coding":)"
                        R"([{"system":"http://test.org/parts","code":"part"}]}})"),
              ElementsAre("code-system-is-supplement Observation.code.coding[0].system"));
}

TEST_F(JudgeResources, DefinitionsAndIncludesAreNamedByAbsoluteUris) {
  EXPECT_THAT(errors_of(R"({"resourceType":"ValueSet","url":"ValueSet/x","status":"draft"})"),
              ElementsAre("canonical-url ValueSet.url"));
  EXPECT_THAT(
      errors_of(R"({"resourceType":"Library","url":"x","status":"draft","type":{"text":"t"}})"),
      ElementsAre("canonical-url Library.url"));
  EXPECT_THAT(errors_of(value_set(R"({"system":"#c1"})")),
              ElementsAre("value-set-system ValueSet.compose.include[0]"));
  EXPECT_THAT(errors_of(value_set(R"({"system":"http://test.org/colors"})")), IsEmpty());
}

TEST_F(JudgeResources, FiltersOnCodingsNameACode) {
  const auto errors = [](const std::string& property, const std::string& value) {
    return errors_of(value_set(R"({"system":"http://test.org/colors","filter":[{"property":")" +
                               property + R"(","op":"=","value":")" + value + R"("}]})"));
  };
  EXPECT_THAT(errors("mood", "http://test.org/colors#blue"), IsEmpty());
  EXPECT_THAT(errors("mood", "http://test.org/elsewhere#blue"), IsEmpty());
  EXPECT_THAT(errors("depth", "deep"), IsEmpty());
  EXPECT_THAT(errors("mood", "blue"),
              ElementsAre("value-set-filter ValueSet.compose.include[0].filter[0]"));
  EXPECT_THAT(errors("mood", "http://test.org/colors#green"),
              ElementsAre("value-set-filter ValueSet.compose.include[0].filter[0]"));
}

TEST_F(JudgeResources, ACodeOfALaterVersionStandsInAnExtension) {
  const auto errors = [](const std::string& url) {
    return errors_of(
        value_set(R"({"system":"http://snomed.info/sct","filter":[{"property":"concept",)"
                  R"("_op":{"extension":[{"url":")" +
                  url + R"(","valueCode":"child-of"}]},"value":"1"}]})"));
  };
  EXPECT_THAT(errors("http://hl7.org/fhir/5.0/StructureDefinition/"
                     "extension-ValueSet.compose.include.filter.op"),
              IsEmpty());
  EXPECT_THAT(errors("http://hl7.org/fhir/StructureDefinition/data-absent-reason"), Not(IsEmpty()));
}

TEST_F(JudgeResources, ReportsAreHeldAgainstTheirMeasure) {
  const std::string population = R"("population":[{"code":{"coding":[{"code":"all"}]},"count":1}])";
  const std::string stratifiers =
      R"("stratifier":[{"id":"s1","code":[{"text":"a"}]},{"id":"s2","code":[{"text":"b"}]}])";
  EXPECT_THAT(errors_of(report("{" + population + "}")),
              UnorderedElementsAre("measure-group MeasureReport.group[0]",
                                   "measure-group MeasureReport.group[0]"));
  EXPECT_THAT(errors_of(report("{" + population + "," + stratifiers + "}")),
              UnorderedElementsAre("measure-group MeasureReport.group[0]",
                                   "measure-group MeasureReport.group[0]",
                                   "measure-group MeasureReport.group[0].stratifier[0]",
                                   "measure-group MeasureReport.group[0].stratifier[1]"));
  EXPECT_THAT(errors_of(report("{" + population + R"(,"measureScore":{"value":1}})")),
              Contains("measure-score MeasureReport.group[0].measureScore"));
}

TEST_F(JudgeResources, TheHashOfAnAttachmentIsThatOfItsData) {
  const auto errors = [](const std::string& hash) {
    return errors_of(R"({"resourceType":"Media","status":"completed","content":{"data":"YWJj",)"
                     R"("contentType":"text/plain","hash":")" +
                     hash + R"("}})");
  };
  EXPECT_THAT(errors("qZk+NkcGgWq6PiVxeFDCbJzQ2J0="), IsEmpty());  // of `abc`, RFC 3174
  EXPECT_THAT(errors("qZk+NkcGgWq6PiVxeFDCbJzQ2I0="), ElementsAre("attachment-hash Media.content"));
}

TEST_F(JudgeResources, Sha1IsThatOfRfc3174) {
  const auto hex = [](std::string_view text) {
    std::string digits;
    for (const std::uint8_t byte : sha1(text)) {
      for (const int nibble : {byte >> 4, byte & 15}) digits += "0123456789abcdef"[nibble];
    }
    return digits;
  };
  EXPECT_EQ(hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(hex(std::string(1'000'000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_F(JudgeResources, ASignatureIsEncodedOnceMore) {
  const auto errors = [](const std::string& data) {
    return errors_of(
        R"({"resourceType":"Bundle","type":"collection","signature":{"type":[{"code":"1"}],)"
        R"("when":"2020-01-01T00:00:00Z","who":{"display":"x"},"data":")" +
        data + R"("}})");
  };
  EXPECT_THAT(errors("ZXlKaGJHYy4uLg=="), IsEmpty());
  EXPECT_THAT(
      errors("eyJhbGc.eyJh.c2ln"),
      UnorderedElementsAre("primitive-base64 Bundle.signature.data", "signature-data Bundle"));
}

TEST_F(JudgeResources, FaultsOfTheTextNameTheirElement) {
  EXPECT_THAT(errors_of("{\"resourceType\":\"Patient\",\n// id\n\"id\":\"x\"}"),
              ElementsAre("json-comment Patient.id"));
  EXPECT_THAT(errors_of(R"({"resourceType":"Patient","name":[{"family":"A" "text":"B"}]})"),
              ElementsAre("json-missing-comma Patient.name[0]"));
}

}  // namespace
}  // namespace oncobridge::profiles
