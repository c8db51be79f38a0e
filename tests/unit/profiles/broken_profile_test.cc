// A profile that cannot be compiled was named for the first document of a worker only, and every
// later one that claimed it passed as valid.
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

TEST(BrokenProfile, IsNamedForEveryDocumentThatClaimsIt) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(R"({"resourceType":"StructureDefinition",
      "url":"http://example.org/p","name":"P","status":"draft","kind":"resource","abstract":false,
      "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
      "derivation":"constraint","differential":{"element":[
        {"id":"Patient.nowhere","path":"Patient.nowhere","min":1}]}})",
                                          "p"));
  Validator validator(*definitions);
  const std::string patient =
      R"({"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"active":true})";
  for (int document = 0; document < 3; ++document) {
    EXPECT_EQ(validator.decide(patient).fatal, 1u) << document;
    EXPECT_FALSE(validator.judge(patient).valid()) << document;
  }
}

// A profile of Patient with one element, whose facts are `facts`.
std::string profile_with(const std::string& facts, const std::string& head = "") {
  return R"({"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P",
      "status":"draft","abstract":false,)" +
         (head.empty() ? R"("kind":"resource","derivation":"constraint","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")"
                       : head) +
         R"(,"differential":{"element":[{"id":"Patient.name","path":"Patient.name",)" + facts +
         "}]}}";
}

struct Odd {
  std::string profile;
  std::string named;
  bool usable;
};

// Numbers and words that nobody understands were taken for 0, open or example without a word.
TEST(BrokenProfile, AValueThatIsNotUnderstoodIsNamedAndDecidesNothing) {
  const std::string kind = R"("kind":"resorce","derivation":"constraint","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")";
  const std::string derivation = R"("kind":"resource","derivation":"constrained","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")";
  const Odd odd[] = {
      {profile_with(R"("min":99999999999)"), "Patient.name: min `99999999999` is not", false},
      {profile_with(R"("max":"abc")"), "Patient.name: max `abc` is not", false},
      {profile_with(R"("slicing":{"rules":"opened"})"), "Patient.name: slicing.rules `opened`",
       false},
      {profile_with(R"("slicing":{"rules":"open","discriminator":[{"type":"size","path":"use"}]})"),
       "slicing.discriminator.type `size`", true},
      {profile_with(R"("binding":{"strength":"strong","valueSet":"http://example.org/v"})"),
       "binding.strength `strong`", true},
      {profile_with(R"("constraint":[{"key":"k","severity":"oops","expression":"true"}])"),
       "constraint.severity `oops` is not one of error, warning", false},
      {profile_with(R"("constraint":[{"key":"k","severity":"warning","expression":"((("}])"),
       "constraint.expression `(((` is not FHIRPath", true},
      {profile_with(R"("min":1)", kind), "kind `resorce`", false},
      {profile_with(R"("min":1)", derivation), "derivation `constrained`", false},
  };
  for (const Odd& each : odd) {
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(each.profile, "p.json"));
    ASSERT_EQ(definitions->doubts().size(), 1u) << each.named;
    const Fault doubt = definitions->doubts()[0];
    EXPECT_EQ(doubt.rule, "definition-value");
    EXPECT_EQ(doubt.place.path, "p.json");
    EXPECT_NE(doubt.message.find(each.named), std::string::npos) << doubt.message;
    EXPECT_EQ(definitions->check_profile("http://example.org/p").has_value(), each.usable)
        << each.named;
  }
}

TEST(BrokenProfile, OneWhoseTypeIsNotThatOfItsBaseIsNotUsed) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(
      profile_with(R"("min":1)", R"("kind":"resource","derivation":"constraint","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Practitioner")"),
      "p.json"));
  const auto usable = definitions->check_profile("http://example.org/p");
  ASSERT_FALSE(usable);
  EXPECT_NE(usable.error().message.find("constrains Patient, its base definition"),
            std::string::npos)
      << usable.error().message;
  Validator validator(*definitions);
  EXPECT_EQ(validator
                .judge(R"({"resourceType":"Patient","active":true,
      "meta":{"profile":["http://example.org/p"]}})")
                .fatal,
            1u);
}

struct Doubted {
  std::string profile;
  std::string named;
};

// An element of a type that its base does not have, or that nobody knows, was judged as if it
// demanded nothing.
TEST(BrokenProfile, ATypeReferenceOrLimitThatCannotBeMeantIsNamedAtItsLine) {
  const auto of = [](const std::string& element, const std::string& head = "") {
    std::string profile = profile_with(R"("min":0},
{"id":"Patient.x","path":"Patient.)" + element,
                                       head);
    return profile;
  };
  const std::string observation = R"("kind":"resource","derivation":"constraint",
      "type":"Observation","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation")";
  const Doubted doubted[] = {
      {of(R"(birthDate","type":[{"code":"string"}])"),
       "Patient.x: type.code `string` is not one of the types of its base: date"},
      {of(R"(name.family","type":[{"code":"HumanName"}])"),
       "Patient.x: type.code `HumanName` is not one of the types of its base: string"},
      {of(R"(deceased[x]","type":[{"code":"boolean"},{"code":"Period"}])"),
       "type.code `Period` is not one of the types of its base: boolean, dateTime"},
      {of(R"(birthDate","type":[{"code":"datum"}])"),
       "Patient.x: type.code `datum` is not a type that is known"},
      {of(R"(link","contentReference":"#Patient.relation")"),
       "contentReference `#Patient.relation` is not an element of a definition that is known"},
      {of(R"(birthDate","minValueDate":"1900-13")"),
       "minValue[x] `\"1900-13\"` is not a value of type date"},
      {of(R"(birthDate","maxValueDate":2000)"), "maxValue[x] `2000` is not a value of type date"},
      {of(R"(birthDate","minValueString":"1900")"), "minValue[x] `\"1900\"` is not of a type that"},
      {of(R"(birthDate","minValueInteger":1900)"),
       "minValue[x] `1900` is not comparable as integer with date"},
      {of(R"(gender","fixedInteger":3)"), "Patient.x: fixed[x] `3` is not of type code"},
      {of(R"(gender","patternCode":{"a":1})"),
       "pattern[x] `{\"a\":1}` is not a value of type code"},
      {of(R"(name","patternHumanName":"x")"),
       "pattern[x] `\"x\"` is not a value of type HumanName"},
      {of(R"(name","fixedHumanName":[])"), "fixed[x] `[]` is not a value of type HumanName"},
      {of(R"(name","constraint":[{"key":"k","severity":"error","expression":"((("}])"),
       "Patient.x: constraint.expression `(((` is not FHIRPath: "},
      {of(R"(name","slicing":{"discriminator":[{"type":"value","path":"((("}],"rules":"open"})"),
       "slicing.discriminator.path `(((` is not FHIRPath: "},
      {of(R"(name","min":3,"max":"1")"), "Patient.x: min `3` is not at most the max, 1"},
      {of(R"(gender","min":2)"), "Patient.x: min `2` is not at most the max, 1"},
      {of(R"(name.text","binding":{"strength":"required"})"),
       "binding.valueSet is missing or empty where the value set that is required is expected"},
  };
  for (const Doubted& each : doubted) {
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(each.profile, "p.json"));
    const std::vector<Fault> doubts = definitions->doubts();
    ASSERT_EQ(doubts.size(), 1u) << each.named;
    EXPECT_EQ(doubts[0].rule, "definition-value");
    EXPECT_EQ(doubts[0].place.path, "p.json");
    EXPECT_EQ(doubts[0].place.line, 4u);
    EXPECT_NE(doubts[0].message.find(each.named), std::string::npos) << doubts[0].message;
    const auto usable = definitions->check_profile("http://example.org/p");
    ASSERT_FALSE(usable) << each.named;
    EXPECT_NE(usable.error().message.find("(p.json:4)"), std::string::npos)
        << usable.error().message;
  }
}

// The second took the place of the first.
TEST(BrokenProfile, ASliceHasItsNameForItself) {
  const auto slice = [](const std::string& name) {
    return R"("min":0},
{"id":"Patient.name:)" +
           name + R"(","path":"Patient.name","sliceName":")" + name + R"(","max":"1")";
  };
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(
      profile_with(slice("a") + "},\n" + slice("b").substr(10) + "},\n" + slice("a").substr(10)),
      "p.json"));
  ASSERT_EQ(definitions->doubts().size(), 1u);
  EXPECT_NE(definitions->doubts()[0].message.find("sliceName `a` is not the name of one slice"),
            std::string::npos)
      << definitions->doubts()[0].message;
  EXPECT_EQ(definitions->doubts()[0].place.line, 6u);
  EXPECT_FALSE(definitions->check_profile("http://example.org/p"));
}

// What lies below a choice was not held against the type that the profile chooses.
TEST(BrokenProfile, ATypeBelowAChoiceIsOneOfTheChosenType) {
  const std::string observation = R"("kind":"resource","derivation":"constraint",
      "type":"Observation","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation")";
  const char* const below[] = {
      R"({"path":"Observation.value[x]","type":[{"code":"Quantity"}]},
         {"path":"Observation.value[x].code","type":[{"code":"Attachment"}]})",
      R"({"path":"Observation.valueQuantity.code","type":[{"code":"Attachment"}]})",
      R"({"path":"Observation.value[x]","sliceName":"valueQuantity"},
         {"id":"Observation.value[x]:valueQuantity.code","path":"Observation.value[x].code",
          "type":[{"code":"Attachment"}]})",
  };
  for (const char* elements : below) {
    std::string profile = profile_with("", observation);
    const std::size_t at = profile.find("{\"id\"");
    profile.replace(at, profile.rfind("]") - at, elements);
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(profile, "p.json"));
    ASSERT_EQ(definitions->doubts().size(), 1u) << elements;
    EXPECT_NE(definitions->doubts()[0].message.find(
                  "type.code `Attachment` is not one of the types of its base: code"),
              std::string::npos)
        << definitions->doubts()[0].message;
  }
}

// A profile whose author forgot what it demands, or wrote it elsewhere, found everything valid.
TEST(BrokenProfile, OneThatStatesNothingIsNotUsed) {
  const std::string head = R"({"resourceType":"StructureDefinition","url":"http://example.org/p",
      "name":"P","status":"draft","abstract":false,"kind":"resource","derivation":"constraint",
      "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")";
  const Doubted nothing[] = {
      {head + "}", "differential is missing or empty where an element at least is expected"},
      {head + R"(,"differential":[]})", "differential is missing or empty"},
      {head + R"(,"differential":{"element":[]}})", "differential is missing or empty"},
      {head + R"(,"snapshot":{"element":[{"id":"Foo","path":"Foo"}]}})",
       "Foo: path `Foo` is not Patient or an element in it"},
  };
  for (const Doubted& each : nothing) {
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(each.profile, "p.json"));
    ASSERT_EQ(definitions->doubts().size(), 1u) << each.named;
    EXPECT_NE(definitions->doubts()[0].message.find(each.named), std::string::npos)
        << definitions->doubts()[0].message;
    EXPECT_FALSE(definitions->check_profile("http://example.org/p")) << each.named;
  }
}

// Only the document was told that there is no Patient.
TEST(BrokenProfile, WhatTakesThePlaceOfATypeInVainIsNamed) {
  const std::string type = R"({"resourceType":"StructureDefinition",
      "url":"http://hl7.org/fhir/StructureDefinition/Patient","name":"Patient","status":"draft",
      "kind":"resource","abstract":false,"type":"Patient",
      "differential":{"element":[{"id":"Patient","path":"Patient"}]},)";
  const Doubted vain[] = {
      {type + R"("derivation":"constraint",
        "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient"})",
       "is not another definition"},
      {type + R"("derivation":"specialization",
        "baseDefinition":"http://hl7.org/fhir/StructureDefinition/DomainResource"})",
       "snapshot is missing or empty where every element of the type is expected"},
  };
  for (const Doubted& each : vain) {
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(each.profile, "patient.json"));
    ASSERT_EQ(definitions->doubts().size(), 1u);
    EXPECT_EQ(definitions->doubts()[0].place.path, "patient.json");
    EXPECT_NE(definitions->doubts()[0].message.find(each.named), std::string::npos)
        << definitions->doubts()[0].message;
  }
}

TEST(BrokenProfile, IsNamedOnce) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(profile_with(R"("max":"abc")"), "p.json"));
  const auto usable = definitions->check_profile("http://example.org/p");
  ASSERT_FALSE(usable);
  EXPECT_EQ(usable.error().message.find("http://example.org/p"), std::string::npos);
  Validator validator(*definitions);
  validator.judge(R"({"resourceType":"Patient","active":true,
      "meta":{"profile":["http://example.org/p"]}})");
  ASSERT_FALSE(validator.issues().empty());
  const std::string& message = validator.issues()[0].text;
  EXPECT_EQ(message.find("http://example.org/p"), message.rfind("http://example.org/p")) << message;
}

TEST(Definitions, AProfileIsFoundByItsNameAndVersion) {
  const auto definitions = Definitions::shipped();
  EXPECT_EQ(definitions->canonical_of("us-core-patient|6.1.0"),
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0");
  EXPECT_EQ(definitions->canonical_of("us-core-patient|1.2.3"), "");
  EXPECT_TRUE(definitions->check_profile(definitions->canonical_of("us-core-patient|6.1.0")));
}

TEST(BrokenProfile, WhatNarrowsItsBaseIsSound) {
  const std::string sound[] = {
      R"("type":[{"code":"HumanName"}]},
        {"id":"Patient.deceased[x]","path":"Patient.deceased[x]","type":[{"code":"boolean"}])",
      R"("min":0},{"id":"Patient.birthDate","path":"Patient.birthDate",
        "minValueQuantity":{"value":120,"system":"http://unitsofmeasure.org","code":"a"})",
      R"("min":0},{"id":"Patient.multipleBirthInteger","path":"Patient.multipleBirthInteger",
        "type":[{"code":"integer"}],"minValuePositiveInt":1,"maxValueInteger":9)",
      R"("min":0},{"id":"Patient.contained","path":"Patient.contained",
        "type":[{"code":"Practitioner"}])",
      R"("min":0},{"id":"Patient.name.family","path":"Patient.name.family",
        "type":[{"code":"markdown"}])",
  };
  for (const std::string& facts : sound) {
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(profile_with(facts), "p.json"));
    EXPECT_TRUE(definitions->doubts().empty()) << facts << definitions->doubts()[0].message;
    EXPECT_TRUE(definitions->check_profile("http://example.org/p")) << facts;
  }
}

TEST(BrokenProfile, AProfileOfAProfileHasNoTypesThatItLacks) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(R"({"resourceType":"StructureDefinition",
      "url":"http://example.org/q","name":"Q","status":"draft","kind":"resource",
      "abstract":false,"type":"Patient","derivation":"constraint",
      "baseDefinition":"http://example.org/p","differential":{"element":[
      {"id":"Patient.deceased[x]","path":"Patient.deceased[x]","type":[{"code":"dateTime"}]}]}})",
                                          "q.json"));
  ASSERT_TRUE(definitions->add_definition(
      profile_with(R"("min":0},{"id":"Patient.deceased[x]","path":"Patient.deceased[x]",
        "type":[{"code":"boolean"}])"),
      "p.json"));
  ASSERT_EQ(definitions->doubts().size(), 1u);
  EXPECT_NE(definitions->doubts()[0].message.find("`dateTime` is not one of the types of its base"),
            std::string::npos);
  EXPECT_FALSE(definitions->check_profile("http://example.org/q"));
}

// A profile of R5 was judged with as if it were one of R4.
TEST(BrokenProfile, ADefinitionOfALaterFhirVersionIsNotUsed) {
  const std::string head = R"("fhirVersion":"VERSION","kind":"resource","derivation":"constraint",
      "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient")";
  struct {
    std::string version;
    bool told;
    bool usable;
  } const versions[] = {{"4.0.1", false, true}, {"4.0.0", false, true}, {"3.0.2", true, true},
                        {"4.3.0", true, true},  {"4.6.0", true, false}, {"5.0.0", true, false}};
  for (const auto& each : versions) {
    std::string profile = profile_with(R"("min":1)", head);
    profile.replace(profile.find("VERSION"), 7, each.version);
    const auto definitions = Definitions::shipped();
    ASSERT_TRUE(definitions->add_definition(profile, "p.json"));
    EXPECT_EQ(definitions->doubts().size(), each.told ? 1u : 0u) << each.version;
    EXPECT_EQ(definitions->check_profile("http://example.org/p").has_value(), each.usable)
        << each.version;
  }
}

TEST(BrokenProfile, ATypeOfALaterFhirVersionDoesNotTakeThePlaceOfR4s) {
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(R"({"resourceType":"StructureDefinition",
      "url":"http://hl7.org/fhir/StructureDefinition/Patient","fhirVersion":"5.0.0",
      "name":"Patient","status":"draft","kind":"resource","abstract":false,"type":"Patient",
      "derivation":"specialization",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/DomainResource",
      "snapshot":{"element":[{"id":"Patient","path":"Patient","min":0,"max":"*"}]}})",
                                          "patient.json"));
  EXPECT_EQ(definitions->doubts().size(), 1u);
  Validator validator(*definitions);
  EXPECT_TRUE(validator.judge(R"({"resourceType":"Patient","active":true})").valid());
}

TEST(BrokenProfile, OfALongValueTheBeginningIsShown) {
  std::string umlauts = "x";
  for (int i = 0; i < 1000; ++i) umlauts += "\xC3\xA4";
  const auto definitions = Definitions::shipped();
  ASSERT_TRUE(definitions->add_definition(profile_with(R"("max":")" + umlauts + "\""), "p.json"));
  ASSERT_EQ(definitions->doubts().size(), 1u);
  const std::string message = definitions->doubts()[0].message;
  EXPECT_LT(message.size(), 300u);
  EXPECT_NE(message.find("\xC3\xA4...` is not"), std::string::npos) << message;
}

}  // namespace
}  // namespace oncobridge
