// Responses held against their questionnaires: a form, what was answered, what is wrong with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "oncobridge/profile/validator.h"
#include "tests/unit/profiles/allocation_count.h"

namespace oncobridge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kUrl = "https://registry.test/Questionnaire/follow-up";

std::string questionnaire(const std::string& items, const std::string& more = "") {
  return R"({"resourceType":"Questionnaire","id":"q","url":")" + std::string(kUrl) +
         R"(","status":"active",)" + more + R"("item":[)" + items + "]}";
}

std::string response(const std::string& items, const std::string& status = "completed",
                     const std::string& more = "") {
  return R"({"resourceType":"QuestionnaireResponse",)" + more + R"("questionnaire":")" +
         std::string(kUrl) + R"(","status":")" + status + R"(")" +
         (items.empty() ? "" : ",\"item\":[" + items + "]") + "}";
}

std::string extension(const std::string& name, const std::string& value) {
  return R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/)" + name + "\"," + value +
         "}],";
}

// `rule at place` of each issue of questionnaires, in their order; warnings with a `?`.
std::vector<std::string> judge_bytes(const std::string& form, const std::string& bytes) {
  const auto definitions = Definitions::shipped();
  if (!form.empty()) {
    EXPECT_TRUE(definitions->add_questionnaire(form));
  }
  Validator validator(*definitions);
  const Verdict verdict = validator.judge(bytes);
  std::vector<std::string> found;
  std::uint32_t errors = 0;
  for (const Issue& issue : validator.issues()) {
    errors += issue.severity == Severity::kError;
    if (!issue.rule->id.starts_with("questionnaire-") || issue.severity == Severity::kInformation) {
      continue;
    }
    std::string line(issue.rule->id);
    if (issue.severity == Severity::kWarning) line += '?';
    line += " at ";
    line += issue.expression.substr(std::min<std::size_t>(22, issue.expression.size()));
    found.push_back(line);
  }
  EXPECT_EQ(verdict.errors, errors);
  const Verdict fast = validator.decide(bytes);
  EXPECT_EQ(fast.errors, verdict.errors);
  EXPECT_EQ(fast.warnings, verdict.warnings);
  return found;
}

std::vector<std::string> judge(const std::string& form_items, const std::string& answered_items,
                               const std::string& status = "completed") {
  return judge_bytes(questionnaire(form_items), response(answered_items, status));
}

const std::string kWeight = R"({"linkId":"weight","text":"Weight","type":"quantity"})";
const std::string kSmoker = R"({"linkId":"smoker","type":"boolean"})";
const std::string kPacks = R"({"linkId":"packs","type":"integer","required":true,
  "enableWhen":[{"question":"smoker","operator":"=","answerBoolean":true}]})";

TEST(Questionnaire, AResponseThatAnswersAsAskedHasNoFault) {
  EXPECT_THAT(judge(kWeight + "," + kSmoker,
                    R"({"linkId":"weight","text":"Weight","answer":[{"valueQuantity":
                        {"value":71.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}]},
                       {"linkId":"smoker","answer":[{"valueBoolean":false}]})"),
              IsEmpty());
}

TEST(Questionnaire, WithoutTheQuestionnaireTheResponseIsNotChecked) {
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions);
  const std::string bytes = response(R"({"linkId":"anything"})");
  const Verdict verdict = validator.judge(bytes);
  EXPECT_TRUE(verdict.valid());
  EXPECT_EQ(verdict.warnings, 1u);
  EXPECT_THAT(validator.not_checked(), ElementsAre(kUrl));
  EXPECT_EQ(validator.issues().front().rule->id, "questionnaire-unknown");
}

TEST(Questionnaire, VersionsOfAQuestionnaireAreToldApart) {
  const std::string form = questionnaire(kSmoker, R"("version":"2",)");
  std::string asked = response("");
  EXPECT_THAT(judge_bytes(form, asked), IsEmpty());
  const std::string canonical(kUrl);
  asked.replace(asked.find(canonical), canonical.size(), canonical + "|2");
  EXPECT_THAT(judge_bytes(form, asked), IsEmpty());
  asked.replace(asked.find("|2"), 2, "|1");
  EXPECT_THAT(judge_bytes(form, asked), ElementsAre("questionnaire-unknown? at "));
}

TEST(Questionnaire, AnItemThatTheFormDoesNotHaveIsReportedAtItsParentWithItsOwnLine) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_questionnaire(questionnaire(kSmoker)));
  Validator validator(*definitions);
  const std::string bytes = response("\n\n {\"linkId\":\"height\"}");
  validator.judge(bytes);
  ASSERT_EQ(validator.issues().size(), 1u);
  EXPECT_EQ(validator.issues()[0].expression, "QuestionnaireResponse");
  EXPECT_EQ(validator.issues()[0].line, 3u);
}

TEST(Questionnaire, ItemsStandAtTheirPlaceAndInOrder) {
  const std::string form = R"({"linkId":"history","type":"group","item":[)" + kSmoker + "]}," +
                           kWeight + R"(,{"linkId":"note","type":"text"})";
  EXPECT_THAT(judge(form, R"({"linkId":"smoker","answer":[{"valueBoolean":true}]})"),
              ElementsAre("questionnaire-link-id at "));
  EXPECT_THAT(judge(form, R"({"linkId":"history","item":[{"linkId":"nothing"}]})"),
              ElementsAre("questionnaire-link-id at item[0]"));
  EXPECT_THAT(judge(form, R"({"linkId":"note","answer":[{"valueString":"x"}]},
                             {"linkId":"history","item":[
                               {"linkId":"smoker","answer":[{"valueBoolean":true}]}]})"),
              ElementsAre("questionnaire-order at "));
}

TEST(Questionnaire, TheTextOfAnItemIsThatOfTheForm) {
  EXPECT_THAT(judge(kWeight, R"({"linkId":"weight","text":"Height"})"),
              ElementsAre("questionnaire-text at item[0]"));
}

TEST(Questionnaire, ARequiredAnswerIsDemandedOfACompletedResponseOnly) {
  const std::string form = R"({"linkId":"stage","type":"string","required":true})";
  EXPECT_THAT(judge(form, ""), ElementsAre("questionnaire-required at "));
  EXPECT_THAT(judge(form, R"({"linkId":"stage"})"),
              ElementsAre("questionnaire-required at item[0]"));
  for (const std::string status : {"in-progress", "stopped", "entered-in-error"}) {
    EXPECT_THAT(judge(form, "", status), ElementsAre("questionnaire-required? at ")) << status;
  }
  EXPECT_THAT(judge(form, "", "amended"), ElementsAre("questionnaire-required at "));
}

TEST(Questionnaire, ARequiredGroupHasItems) {
  const std::string form =
      R"({"linkId":"history","type":"group","required":true,"item":[)" + kSmoker + "]}";
  EXPECT_THAT(judge(form, ""), ElementsAre("questionnaire-required at "));
  EXPECT_THAT(judge(form, R"({"linkId":"history"})"),
              ElementsAre("questionnaire-required at item[0]"));
}

TEST(Questionnaire, WhatIsNotEnabledIsNeitherRequiredNorAnswered) {
  const std::string form = kSmoker + "," + kPacks;
  EXPECT_THAT(judge(form, R"({"linkId":"smoker","answer":[{"valueBoolean":false}]})"), IsEmpty());
  EXPECT_THAT(judge(form, R"({"linkId":"smoker","answer":[{"valueBoolean":true}]})"),
              ElementsAre("questionnaire-required at "));
  EXPECT_THAT(judge(form, R"({"linkId":"smoker","answer":[{"valueBoolean":false}]},
                             {"linkId":"packs","answer":[{"valueInteger":20}]})"),
              ElementsAre("questionnaire-disabled at item[1]"));
  // What is beneath a disabled group is disabled with it.
  EXPECT_THAT(judge(kSmoker + R"(,{"linkId":"detail","type":"group","enableWhen":[
                      {"question":"smoker","operator":"exists","answerBoolean":true}],"item":[
                      {"linkId":"since","type":"date","required":true},
                      {"linkId":"note","type":"string"}]})",
                    R"({"linkId":"detail","item":[
                          {"linkId":"note","answer":[{"valueString":"x"}]}]})"),
              ElementsAre("questionnaire-disabled at item[0]"));
}

struct Condition {
  std::string op;
  std::string wanted;  // answerInteger: 3
  std::string answer;  // valueInteger: 4; empty: none
  bool enabled;
};
class Conditions : public testing::TestWithParam<Condition> {};

TEST_P(Conditions, EnableAnItem) {
  const Condition& condition = GetParam();
  const std::string type = condition.wanted.substr(7, condition.wanted.find('"', 7) - 7);
  const std::string item_type =
      type == "Coding" ? "choice" : std::string(1, type[0] + 32) + type.substr(1);
  const std::string form = R"({"linkId":"a","repeats":true,"type":")" + item_type +
                           R"("},{"linkId":"b","type":"string","required":true,"enableWhen":[{
                           "question":"a","operator":")" +
                           condition.op + "\"," + condition.wanted + "}]}";
  const std::string answered =
      condition.answer.empty() ? "" : R"({"linkId":"a","answer":[)" + condition.answer + "]}";
  EXPECT_EQ(judge(form, answered).size(), condition.enabled ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Questionnaire, Conditions,
    testing::Values(
        Condition{"exists", R"("answerBoolean":true)", R"({"valueBoolean":false})", true},
        Condition{"exists", R"("answerBoolean":true)", "", false},
        Condition{"exists", R"("answerBoolean":false)", "", true},
        Condition{"=", R"("answerInteger":3)", R"({"valueInteger":3})", true},
        Condition{"=", R"("answerInteger":3)", R"({"valueInteger":4},{"valueInteger":3})", true},
        Condition{"=", R"("answerInteger":3)", R"({"valueInteger":4})", false},
        Condition{"!=", R"("answerInteger":3)", R"({"valueInteger":4})", true},
        Condition{"!=", R"("answerInteger":3)", R"({"valueInteger":3})", false},
        Condition{"!=", R"("answerInteger":3)", "", false},
        Condition{">", R"("answerDecimal":1.5)", R"({"valueDecimal":1.50})", false},
        Condition{">", R"("answerDecimal":1.5)", R"({"valueDecimal":10})", true},
        Condition{"<", R"("answerDate":"2024-02")", R"({"valueDate":"2024-01-31"})", true},
        Condition{"<", R"("answerDate":"2024-02")", R"({"valueDate":"2024-02-01"})", false},
        Condition{">=", R"("answerTime":"09:00:00")", R"({"valueTime":"09:00:00"})", true},
        Condition{"<=", R"("answerTime":"09:00:00")", R"({"valueTime":"09:00:01"})", false},
        Condition{
            "<=",
            R"("answerQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"kg"})",
            R"({"valueQuantity":{"value":999,"system":"http://unitsofmeasure.org","code":"g"}})",
            true},
        Condition{"=", R"("answerCoding":{"code":"yes"})",
                  R"({"valueCoding":{"system":"http://snomed.info/sct","code":"yes"}})", true},
        Condition{"=", R"("answerCoding":{"system":"http://loinc.org","code":"yes"})",
                  R"({"valueCoding":{"code":"yes"}})", false}));

TEST(Questionnaire, SeveralConditionsHoldAllOrAny) {
  const auto form = [](const std::string& behavior) {
    return R"({"linkId":"a","type":"boolean"},{"linkId":"b","type":"boolean"},
              {"linkId":"c","type":"string","required":true,)" +
           behavior + R"("enableWhen":[{"question":"a","operator":"=","answerBoolean":true},
                        {"question":"b","operator":"=","answerBoolean":true}]})";
  };
  const std::string one = R"({"linkId":"a","answer":[{"valueBoolean":true}]})";
  const std::string both = one + R"(,{"linkId":"b","answer":[{"valueBoolean":true}]})";
  EXPECT_THAT(judge(form(R"("enableBehavior":"all",)"), one), IsEmpty());
  EXPECT_THAT(judge(form(R"("enableBehavior":"all",)"), both),
              ElementsAre("questionnaire-required at "));
  EXPECT_THAT(judge(form(R"("enableBehavior":"any",)"), one),
              ElementsAre("questionnaire-required at "));
  // Which of the two is not said (que-12): nothing is demanded.
  EXPECT_THAT(judge(form(""), both), IsEmpty());
}

TEST(Questionnaire, ConditionsInARepeatingGroupAskWithinTheSameRepetition) {
  const std::string form = R"({"linkId":"relative","type":"group","repeats":true,"item":[)" +
                           kSmoker + "," + kPacks + "]}";
  EXPECT_THAT(judge(form, R"(
      {"linkId":"relative","item":[{"linkId":"smoker","answer":[{"valueBoolean":true}]},
                                   {"linkId":"packs","answer":[{"valueInteger":20}]}]},
      {"linkId":"relative","item":[{"linkId":"smoker","answer":[{"valueBoolean":false}]}]},
      {"linkId":"relative","item":[{"linkId":"smoker","answer":[{"valueBoolean":true}]}]})"),
              ElementsAre("questionnaire-required at item[2]"));
}

TEST(Questionnaire, WhatDoesNotRepeatStandsOnceAndHasOneAnswer) {
  EXPECT_THAT(judge(kSmoker, R"({"linkId":"smoker","answer":[{"valueBoolean":true},
                                                             {"valueBoolean":false}]})",
                    "in-progress"),
              ElementsAre("questionnaire-repeats at item[0]"));
  EXPECT_THAT(judge(kSmoker, R"({"linkId":"smoker","answer":[{"valueBoolean":true}]},
                                {"linkId":"smoker","answer":[{"valueBoolean":true}]})"),
              ElementsAre("questionnaire-repeats at "));
}

TEST(Questionnaire, AnswersAreCounted) {
  const auto form = [](const std::string& name) {
    return "{" + extension(name, R"("valueInteger":2)") +
           R"("linkId":"drug","type":"string","repeats":true})";
  };
  const std::string one = R"({"linkId":"drug","answer":[{"valueString":"a"}]})";
  const std::string three = R"({"linkId":"drug","answer":[{"valueString":"a"},
                               {"valueString":"b"},{"valueString":"c"}]})";
  EXPECT_THAT(judge(form("questionnaire-maxOccurs"), one), IsEmpty());
  EXPECT_THAT(judge(form("questionnaire-maxOccurs"), three),
              ElementsAre("questionnaire-occurs at item[0]"));
  EXPECT_THAT(judge(form("questionnaire-minOccurs"), one),
              ElementsAre("questionnaire-occurs at item[0]"));
  EXPECT_THAT(judge(form("questionnaire-minOccurs"), three), IsEmpty());
}

TEST(Questionnaire, NestedQuestionsStandBeneathTheAnswer) {
  const std::string form = R"({"linkId":"smoker","type":"boolean","item":[
                               {"linkId":"packs","type":"integer","required":true}]})";
  EXPECT_THAT(judge(form, R"({"linkId":"smoker","answer":[{"valueBoolean":true,"item":[
                              {"linkId":"packs","answer":[{"valueInteger":3}]}]}]})"),
              IsEmpty());
  EXPECT_THAT(judge(form, R"({"linkId":"smoker","answer":[{"valueBoolean":true}]})"),
              ElementsAre("questionnaire-required at item[0]"));
  EXPECT_THAT(judge(form, R"({"linkId":"smoker","item":[
                              {"linkId":"packs","answer":[{"valueInteger":3}]}]})"),
              ElementsAre("questionnaire-nesting at item[0]"));
}

TEST(Questionnaire, GroupsAndDisplaysHaveNoAnswers) {
  const std::string answer = R"("answer":[{"valueString":"x"}]})";
  EXPECT_THAT(judge(R"({"linkId":"g","type":"group","item":[)" + kSmoker + "]}",
                    R"({"linkId":"g",)" + answer),
              ElementsAre("questionnaire-nesting at item[0]"));
  EXPECT_THAT(judge(R"({"linkId":"d","type":"display"})", R"({"linkId":"d",)" + answer),
              ElementsAre("questionnaire-nesting at item[0]"));
}

TEST(Questionnaire, AnAnswerHasTheTypeOfTheQuestion) {
  for (const std::string type : {"attachment", "boolean", "choice", "date", "dateTime", "decimal",
                                 "integer", "reference", "string", "text", "time", "url"}) {
    EXPECT_THAT(judge(R"({"linkId":"a","type":")" + type + "\"}",
                      R"({"linkId":"a","answer":[{"valueQuantity":{"value":1}}]})"),
                ElementsAre("questionnaire-type at item[0].answer[0].value.ofType(Quantity)"))
        << type;
  }
  EXPECT_THAT(judge(kWeight, R"({"linkId":"weight","answer":[{"valueDecimal":71}]})"),
              ElementsAre("questionnaire-type at item[0].answer[0].value.ofType(decimal)"));
}

TEST(Questionnaire, AChoiceIsOneOfTheOptions) {
  const auto form = [](const std::string& type, const std::string& option) {
    return R"({"linkId":"a","repeats":true,"type":")" + type + R"(","answerOption":[)" + option +
           "]}";
  };
  const auto answer = [](const std::string& value) {
    return R"({"linkId":"a","answer":[)" + value + "]}";
  };
  const std::string left = R"({"valueCoding":{"system":"http://x.test","code":"left"}})";
  const std::string same =
      R"({"valueCoding":{"system":"http://x.test","version":"2","code":"left","display":"Left"}})";
  const std::string right = R"({"valueCoding":{"system":"http://x.test","code":"right"}})";
  const std::string free_text = R"({"valueString":"both"})";
  EXPECT_THAT(judge(form("choice", left), answer(same)), IsEmpty());
  EXPECT_THAT(judge(form("choice", left), answer(same + "," + right)),
              ElementsAre("questionnaire-option at item[0].answer[1]"));
  EXPECT_THAT(judge(form("choice", left), answer(free_text)),
              ElementsAre("questionnaire-option at item[0].answer[0]"));
  EXPECT_THAT(judge(form("open-choice", left), answer(free_text)), IsEmpty());
  EXPECT_THAT(judge(form("open-choice", left), answer(right)),
              ElementsAre("questionnaire-option at item[0].answer[0]"));
  EXPECT_THAT(judge(form("open-choice", left), answer(R"({"valueCoding":{"display":"both"}})")),
              ElementsAre("questionnaire-option at item[0].answer[0]"));
  EXPECT_THAT(judge(form("integer", R"({"valueInteger":1})"), answer(R"({"valueInteger":2})")),
              ElementsAre("questionnaire-option at item[0].answer[0].value.ofType(integer)"));
}

TEST(Questionnaire, AnExclusiveOptionStandsAlone) {
  const std::string form = R"({"linkId":"a","type":"choice","repeats":true,"answerOption":[
      {"valueCoding":{"code":"pain"}},{)" +
                           extension("questionnaire-optionExclusive", R"("valueBoolean":true)") +
                           R"("valueCoding":{"code":"none"}}]})";
  EXPECT_THAT(judge(form, R"({"linkId":"a","answer":[{"valueCoding":{"code":"none"}}]})"),
              IsEmpty());
  EXPECT_THAT(judge(form, R"({"linkId":"a","answer":[{"valueCoding":{"code":"pain"}},
                                                     {"valueCoding":{"code":"none"}}]})"),
              ElementsAre("questionnaire-option at item[0].answer[1]"));
}

const std::string kSides = R"({"resourceType":"ValueSet","id":"sides","status":"active","compose":{
    "include":[{"system":"http://x.test","concept":[{"code":"left"},{"code":"right"}]}]}})";
const std::string kSide = R"({"linkId":"side","type":"choice","answerValueSet":"#sides"})";

std::string side(const std::string& code) {
  return R"({"linkId":"side","answer":[{"valueCoding":{"system":"http://x.test","code":")" + code +
         "\"}}]}";
}

TEST(Questionnaire, ContainedValueSetsDecide) {
  const std::string form = questionnaire(kSide, "\"contained\":[" + kSides + "],");
  EXPECT_THAT(judge_bytes(form, response(side("left"))), IsEmpty());
  EXPECT_THAT(judge_bytes(form, response(side("up"))),
              ElementsAre("questionnaire-option at item[0].answer[0]"));
  EXPECT_THAT(judge_bytes(form, response(R"({"linkId":"side","answer":[
                                            {"valueCoding":{"code":"left"}}]})")),
              ElementsAre("questionnaire-option? at item[0].answer[0]"));
}

TEST(Questionnaire, AContainedQuestionnaireDecidesWithTheValueSetsBesideIt) {
  const std::string contained = R"("contained":[{"resourceType":"Questionnaire","id":"form",
      "status":"active","item":[)" +
                                kSide + "]}," + kSides + "],";
  std::string bytes = response(side("up"), "completed", contained);
  const std::string canonical(kUrl);
  bytes.replace(bytes.find(canonical), canonical.size(), "#form");
  EXPECT_THAT(judge_bytes("", bytes), ElementsAre("questionnaire-option at item[0].answer[0]"));
}

TEST(Questionnaire, AQuestionnaireInTheSameBundleDecides) {
  const std::string bundle =
      R"({"resourceType":"Bundle","type":"collection","entry":[
          {"fullUrl":"https://registry.test/Questionnaire/q","resource":)" +
      questionnaire(kSmoker) +
      R"(},{"fullUrl":"urn:uuid:0c4a5a8e-4b8a-4f9b-9f0e-6f1a3c1d2e3f","resource":)" +
      response(R"({"linkId":"smoker","answer":[{"valueString":"often"}]})") + "}]}";
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions);
  validator.judge(bundle);
  ASSERT_EQ(validator.issues().size(), 1u);
  EXPECT_EQ(validator.issues()[0].rule->id, "questionnaire-type");
}

TEST(Questionnaire, TextsKeepToTheirForm) {
  const auto text = [](const std::string& limits, const std::string& value,
                       const std::string& type = "string") {
    return judge("{" + limits + R"("linkId":"a","type":")" + type + "\"}",
                 R"({"linkId":"a","answer":[{"valueString":")" + value + "\"}]}");
  };
  const std::string place = "item[0].answer[0].value.ofType(string)";
  EXPECT_THAT(text(R"("maxLength":3,)", "äöü"), IsEmpty());
  EXPECT_THAT(text(R"("maxLength":3,)", "abcd"), ElementsAre("questionnaire-value at " + place));
  EXPECT_THAT(text(extension("minLength", R"("valueInteger":3)"), "ab"),
              ElementsAre("questionnaire-value at " + place));
  EXPECT_THAT(text(extension("regex", R"("valueString":"[0-9]{3}")"), "123"), IsEmpty());
  EXPECT_THAT(text(extension("regex", R"("valueString":"[0-9]{3}")"), "1234"),
              ElementsAre("questionnaire-value at " + place));
  EXPECT_THAT(text("", R"(a\nb)"), ElementsAre("questionnaire-line-break? at " + place));
  EXPECT_THAT(text("", R"(a\nb)", "text"), IsEmpty());
}

TEST(Questionnaire, NumbersDatesAndQuantitiesKeepToTheirLimits) {
  const auto limited = [](const std::string& type, const std::string& name,
                          const std::string& limit, const std::string& value) {
    return judge("{" + extension(name, limit) + R"("linkId":"a","type":")" + type + "\"}",
                 R"({"linkId":"a","answer":[{)" + value + "}]}")
        .size();
  };
  EXPECT_EQ(limited("integer", "minValue", R"("valueInteger":3)", R"("valueInteger":3)"), 0u);
  EXPECT_EQ(limited("integer", "minValue", R"("valueInteger":3)", R"("valueInteger":2)"), 1u);
  EXPECT_EQ(limited("decimal", "maxValue", R"("valueDecimal":1.5)", R"("valueDecimal":1.51)"), 1u);
  EXPECT_EQ(limited("date", "maxValue", R"("valueDate":"2024")", R"("valueDate":"2023-12")"), 0u);
  EXPECT_EQ(limited("date", "minValue", R"("valueDate":"2024")", R"("valueDate":"2023-12")"), 1u);
  // The same instant, written with two zones.
  EXPECT_EQ(limited("dateTime", "maxValue", R"("valueDateTime":"2024-01-01T12:00:00Z")",
                    R"("valueDateTime":"2024-01-01T13:00:00+01:00")"),
            0u);
  EXPECT_EQ(limited("time", "maxValue", R"("valueTime":"12:00:00")", R"("valueTime":"12:00:01")"),
            1u);
  const auto mass = [](const std::string& number, const std::string& unit) {
    return R"("valueQuantity":{"value":)" + number +
           R"(,"system":"http://unitsofmeasure.org","code":")" + unit + "\"}";
  };
  EXPECT_EQ(limited("quantity", "maxValue", mass("1", "kg"), mass("999", "g")), 0u);
  EXPECT_EQ(limited("quantity", "maxValue", mass("1", "kg"), mass("1001", "g")), 1u);
  EXPECT_EQ(limited("quantity", "maxValue", mass("1", "kg"), mass("1", "cm")), 1u);
  EXPECT_EQ(limited("quantity", "maxDecimalPlaces", R"("valueInteger":1)", mass("1.5", "kg")), 0u);
  EXPECT_EQ(limited("quantity", "maxDecimalPlaces", R"("valueInteger":1)", mass("1.50", "kg")), 1u);
}

TEST(Questionnaire, AUnitIsOneOfThoseAllowed) {
  const std::string form =
      "{" +
      extension("questionnaire-unitOption",
                R"("valueCoding":{"system":"http://unitsofmeasure.org","code":"kg"})") +
      R"("linkId":"a","type":"quantity"})";
  const auto answer = [](const std::string& unit) {
    return R"({"linkId":"a","answer":[{"valueQuantity":{"value":1,
              "system":"http://unitsofmeasure.org","code":")" +
           unit + "\"}}]}";
  };
  EXPECT_THAT(judge(form, answer("kg")), IsEmpty());
  EXPECT_THAT(judge(form, answer("g")),
              ElementsAre("questionnaire-unit at item[0].answer[0].value.ofType(Quantity)"));
}

TEST(Questionnaire, AttachmentsHaveTheTypeAndSizeThatTheFormAllows) {
  const auto attached = [](const std::string& limits, const std::string& value) {
    return judge("{" + limits + R"("linkId":"a","type":"attachment"})",
                 R"({"linkId":"a","answer":[{"valueAttachment":{)" + value + "}}]}");
  };
  const std::string images = extension("mimeType", R"("valueCode":"image/*")");
  EXPECT_THAT(attached(images, R"("contentType":"image/png","data":"AAAA")"), IsEmpty());
  EXPECT_THAT(attached(images, R"("contentType":"application/pdf","data":"AAAA")"),
              ElementsAre("questionnaire-attachment at item[0].answer[0]"));
  const std::string small = extension("maxSize", R"("valueDecimal":3)");
  EXPECT_THAT(attached(small, R"("contentType":"image/png","data":"AAAA")"), IsEmpty());
  EXPECT_THAT(attached(small, R"("contentType":"image/png","data":"AAAAAAA=")"),
              ElementsAre("questionnaire-attachment at item[0].answer[0]"));
}

TEST(Questionnaire, ReferencesNameResourcesThatTheFormAllows) {
  const std::string form =
      "{" + extension("questionnaire-referenceResource", R"("valueCode":"Patient")") +
      R"("linkId":"a","type":"reference"})";
  const auto answer = [](const std::string& reference) {
    return R"({"linkId":"a","answer":[{"valueReference":{"reference":")" + reference + "\"}}]}";
  };
  EXPECT_THAT(judge(form, answer("Patient/1")), IsEmpty());
  EXPECT_THAT(judge(form, answer("urn:uuid:0c4a5a8e-4b8a-4f9b-9f0e-6f1a3c1d2e3f")), IsEmpty());
  EXPECT_THAT(judge(form, answer("Group/1")),
              ElementsAre("questionnaire-reference at item[0].answer[0].value.ofType(Reference)"));
}

TEST(Questionnaire, AResponseIsAuthoredWhileTheFormIsInUse) {
  const std::string form =
      questionnaire(kSmoker, R"("effectivePeriod":{"start":"2022","end":"2023"},)");
  const auto authored = [&](const std::string& date) {
    return judge_bytes(form, response("", "completed", R"("authored":")" + date + "\","));
  };
  EXPECT_THAT(authored("2021-12-31"), ElementsAre("questionnaire-period? at authored"));
  EXPECT_THAT(authored("2023-06-01"), IsEmpty());
  EXPECT_THAT(authored("2024-01-01"), ElementsAre("questionnaire-period? at authored"));
}

TEST(Questionnaire, WhatEnablesAnItemIsAnotherQuestionBeforeIt) {
  const auto form = [](const std::string& first, const std::string& second) {
    const auto when = [](const std::string& question) {
      return question.empty() ? ""
                              : R"("enableWhen":[{"question":")" + question +
                                    R"(","operator":"exists","answerBoolean":true}],)";
    };
    const std::string bytes =
        questionnaire(R"({"linkId":"a","type":"boolean",)" + when(first) +
                      R"("item":[{"linkId":"b","type":"boolean"}]},{"linkId":"c",)" + when(second) +
                      R"("type":"boolean"})");
    const auto definitions = Definitions::shipped();
    Validator validator(*definitions);
    validator.judge(bytes);
    std::string found;
    for (const Issue& issue : validator.issues()) {
      if (issue.rule->id != "questionnaire-enable-when") continue;
      found += std::string(severity_code(issue.severity)) + " " + issue.expression;
    }
    return found;
  };
  EXPECT_EQ(form("", "a"), "");
  EXPECT_EQ(form("", "b"), "");
  EXPECT_EQ(form("", "x"), "error Questionnaire.item[1]");
  EXPECT_EQ(form("a", ""), "error Questionnaire.item[0]");
  EXPECT_EQ(form("b", ""), "error Questionnaire.item[0]");
  EXPECT_EQ(form("c", ""), "warning Questionnaire.item[0]");
}

TEST(Questionnaire, JudgingAResponseAllocatesNothing) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_questionnaire(
      questionnaire(kWeight + "," + kSmoker + "," + kPacks, "\"contained\":[" + kSides + "],")));
  Validator validator(*definitions);
  const std::string bytes = response(
      R"({"linkId":"weight","text":"Weight","answer":[{"valueQuantity":{"value":71.5,"unit":"kg",
          "system":"http://unitsofmeasure.org","code":"kg"}}]},
         {"linkId":"smoker","answer":[{"valueBoolean":true}]},
         {"linkId":"packs","answer":[{"valueInteger":20}]})");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(validator.decide(bytes).valid());
  const std::size_t before = allocation_count();
  EXPECT_TRUE(validator.decide(bytes).valid());
  EXPECT_EQ(allocation_count() - before, 0u);
}

TEST(Questionnaire, XmlGetsTheSameIssues) {
  const std::string form = R"(<Questionnaire xmlns="http://hl7.org/fhir"><url value=")" +
                           std::string(kUrl) +
                           R"("/><status value="active"/><item><linkId value="smoker"/>
      <type value="boolean"/></item></Questionnaire>)";
  const std::string answered = R"(<QuestionnaireResponse xmlns="http://hl7.org/fhir">
      <questionnaire value=")" +
                               std::string(kUrl) +
                               R"("/><status value="completed"/><item><linkId value="smoker"/>
      <answer><valueBoolean value="true"/></answer><answer><valueString value="x"/></answer></item>
      </QuestionnaireResponse>)";
  EXPECT_THAT(judge_bytes(form, answered),
              ElementsAre("questionnaire-repeats at item[0]",
                          "questionnaire-type at item[0].answer[1].value.ofType(string)"));
}

TEST(Questionnaire, AFormMadeToExhaustEndsInAReport) {
  // Each of 20,000 repetitions lacks each of 5,000 required answers.
  std::string items;
  for (int i = 0; i < 5'000; ++i) {
    items += (i == 0 ? "" : ",") + std::string(R"({"type":"string","required":true,"linkId":"i)") +
             std::to_string(i) + "\"}";
  }
  std::string answered;
  for (int i = 0; i < 20'000; ++i)
    answered += (i == 0 ? "" : ",") + std::string(R"({"linkId":"g"})");
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_questionnaire(
      questionnaire(R"({"linkId":"g","type":"group","repeats":true,"item":[)" + items + "]}")));
  Validator validator(*definitions);
  const std::string bytes = response(answered);
  const Verdict verdict = validator.decide(bytes);
  EXPECT_GT(verdict.errors, 1'000'000u);
  EXPECT_LT(verdict.errors, 100'000'000u);
  EXPECT_EQ(verdict.not_checked, 1u);
}

}  // namespace
}  // namespace oncobridge
