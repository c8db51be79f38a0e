// Inputs and definitions that are meant to exhaust the judge: each is named by a rule, what is left
// is judged, and it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

#ifdef __SANITIZE_ADDRESS__
constexpr int kMany = 100'000;  // sanitizers take ten times as long
#else
constexpr int kMany = 1'000'000;
#endif

constexpr const char* kBase = "http://hl7.org/fhir/StructureDefinition/";

// `elements` of a differential of a profile http://x.org/NAME on `type`.
std::string profile(const std::string& name, const std::string& type, const std::string& elements,
                    const std::string& base = {}) {
  return R"({"resourceType":"StructureDefinition","url":"http://x.org/)" + name + R"(","name":")" +
         name + R"(","status":"draft","kind":"resource","abstract":false,"type":")" + type +
         R"(","baseDefinition":")" + (base.empty() ? kBase + type : base) +
         R"(","derivation":"constraint","differential":{"element":[)" + elements + "]}}";
}

std::string constraint(const std::string& key, const std::string& expression) {
  return R"({"key":")" + key + R"(","severity":"error","human":"x","expression":")" + expression +
         R"("})";
}

std::string value_set(const std::string& name, const std::string& includes) {
  return R"({"resourceType":"ValueSet","url":"http://x.org/)" + name +
         R"(","status":"active","compose":{"include":[)" + includes + "]}}";
}

class Limits : public testing::Test {
 protected:
  void define(const std::string& definition) {
    const auto added = definitions_->add_definition(definition, "test");
    ASSERT_TRUE(added) << added.error().message;
  }

  // Judged in both modes, which count the same.
  Verdict judge(const std::string& source, const std::vector<std::string>& profiles = {}) {
    options_.profiles = profiles;
    Validator validator(*definitions_, options_);
    const Verdict decided = validator.decide(source);
    const Verdict judged = validator.judge(source);
    issues_ = validator.issues();
    EXPECT_EQ(decided.fatal, judged.fatal);
    EXPECT_EQ(decided.errors, judged.errors);
    EXPECT_EQ(decided.warnings, judged.warnings);
    EXPECT_EQ(decided.information, judged.information);
    EXPECT_EQ(decided.not_checked, judged.not_checked);
    return judged;
  }

  std::vector<std::string> rules() const {
    std::vector<std::string> found;
    for (const Issue& issue : issues_) found.emplace_back(issue.rule->id);
    return found;
  }
  std::string text_of(std::string_view rule) const {
    for (const Issue& issue : issues_) {
      if (issue.rule->id == rule) return issue.text;
    }
    return {};
  }

  const std::unique_ptr<Definitions> definitions_ = Definitions::shipped();
  ValidatorOptions options_;
  std::vector<Issue> issues_;
};

// ---- documents

TEST_F(Limits, NestingOfTenThousandLevelsIsRefusedByName) {
  std::string json = R"({"resourceType":"Patient")";
  std::string xml = R"(<Patient xmlns="http://hl7.org/fhir">)";
  for (int i = 0; i < 10'000; ++i) {
    json += R"(,"extension":[{"url":"http://x.org/e")";
    xml += R"(<extension url="http://x.org/e">)";
  }
  for (int i = 0; i < 10'000; ++i) {
    json += "}]";
    xml += "</extension>";
  }
  EXPECT_EQ(judge(json + '}').fatal, 1u);
  EXPECT_THAT(rules(), ElementsAre("limit-depth"));
  EXPECT_THAT(text_of("limit-depth"), HasSubstr("1000"));
  EXPECT_EQ(judge(xml + "</Patient>").fatal, 1u);
  EXPECT_THAT(rules(), ElementsAre("limit-depth"));
  EXPECT_EQ(judge(std::string(10'000, '[')).fatal, 1u);
  EXPECT_EQ(judge(std::string(10'000, '{')).fatal, 1u);
}

TEST_F(Limits, NestingUpToTheLimitIsJudged) {
  std::string json = R"({"resourceType":"Patient","gender":1)";
  std::string end;
  for (int i = 0; i < 490; ++i) {
    json += R"(,"extension":[{"url":"http://example.org/e")";
    end += "}]";
  }
  judge(json + end + '}');
  EXPECT_THAT(rules(), Not(Contains("limit-depth")));
  EXPECT_THAT(rules(), Contains("shape-primitive"));
}

TEST_F(Limits, AStringOfHundredMegabytesIsTooLongForFhirAndOneMoreForTheJudge) {
  const std::string begin = R"({"resourceType":"Patient","name":[{"family":")";
  const std::string end = R"("}],"gender":"x"})";
  std::string source = begin + std::string(100'000'000, 'a') + end;
  judge(source);
  EXPECT_THAT(rules(), ElementsAre("primitive-string-length", "binding-required"));
  source.insert(begin.size(), "a");
  EXPECT_EQ(judge(source).fatal, 1u);
  EXPECT_THAT(rules(), ElementsAre("limit-text"));
}

TEST_F(Limits, AMillionSiblingsAreJudgedOneByOne) {
  std::string source = R"({"resourceType":"Patient","name":[)";
  for (int i = 0; i < kMany; ++i) source += R"({"given":["a"]},)";
  source += R"({"given":[1]}]})";
  EXPECT_EQ(judge(source).errors, 1u);
  ASSERT_EQ(issues_.size(), 1u);
  EXPECT_EQ(issues_[0].expression, "Patient.name[" + std::to_string(kMany) + "].given[0]");
}

// Each reference was looked for among all contained resources: a minute for a hundred thousand.
TEST_F(Limits, ManyContainedResourcesAreFoundById) {
  std::string contained;
  std::string entries;
  for (int i = 0; i < kMany / 10; ++i) {
    const std::string id = std::to_string(i * 7919 % (kMany / 10));
    contained += R"({"resourceType":"Patient","id":"p)" + id + R"("},)";
    entries += R"({"item":{"reference":"#p)" + std::to_string(i) + R"("}},)";
  }
  contained.pop_back();
  entries.pop_back();
  const Verdict verdict =
      judge(R"({"resourceType":"List","status":"current","mode":"working","contained":[)" +
            contained + R"(],"entry":[)" + entries + "]}");
  EXPECT_EQ(verdict.errors, 0u) << text_of("reference-contained");
}

TEST_F(Limits, AMillionFaultsAreCountedAndAThousandTold) {
  std::string source = R"({"resourceType":"Patient","name":[{"given":[1)";
  for (int i = 1; i < 200'000; ++i) source += ",1";
  source += "]}]}";
  EXPECT_EQ(judge(source).errors, 200'000u);
  ASSERT_EQ(issues_.size(), 1'001u);
  EXPECT_EQ(issues_.back().rule->id, "limit-issues");
  EXPECT_THAT(issues_.back().text, HasSubstr("199000 errors"));
}

TEST_F(Limits, EntitiesOfXmlAreRefusedAndNotExpanded) {
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE Patient [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 60; ++i) {
    const std::string last = "&a" + std::to_string(i - 1) + ";";
    bomb += "<!ENTITY a" + std::to_string(i) + " \"" + last + last + "\">";
  }
  bomb +=
      R"(]><Patient xmlns="http://hl7.org/fhir"><name><family value="&a59;"/></name></Patient>)";
  EXPECT_FALSE(judge(bomb).valid());
  EXPECT_THAT(rules(), Contains("xml-entity"));
  EXPECT_FALSE(judge("<!DOCTYPE Patient [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><Patient "
                     "xmlns=\"http://hl7.org/fhir\"><name><family value=\"&f;\"/></name></Patient>")
                   .valid());
  EXPECT_THAT(rules(), Contains("xml-entity"));
  for (const Issue& issue : issues_) EXPECT_THAT(issue.text, Not(HasSubstr("root:")));
}

// ---- invariants

class LimitsOfInvariants : public Limits {
 protected:
  LimitsOfInvariants() { options_.max_visits = 200'000; }

  void define_invariants(const std::string& path, const std::string& constraints) {
    define(profile(
        "p", "Patient",
        R"({"id":")" + path + R"(","path":")" + path + R"(","constraint":[)" + constraints + "]}"));
  }
  static std::string patient_with_names(int count) {
    std::string source = R"({"resourceType":"Patient","name":[{"family":"a"})";
    for (int i = 1; i < count; ++i) source += R"(,{"family":"a"})";
    return source + "]}";
  }
};

TEST_F(LimitsOfInvariants, AnExpressionThatExplodesIsNamedAndTheOthersAreJudged) {
  define_invariants("Patient",
                    constraint("boom-1",
                               "name.all(%resource.descendants().where(%resource.descendants()."
                               "all($this is Patient or true)).count() > 0)") +
                        "," + constraint("after-1", "birthDate.exists()"));
  const Verdict verdict = judge(patient_with_names(3'000), {"http://x.org/p"});
  EXPECT_EQ(verdict.errors, 1u) << "after-1";
  EXPECT_EQ(verdict.not_checked, 1u) << "boom-1";
  EXPECT_THAT(rules(), Contains("invariant"));
  EXPECT_THAT(text_of("invariant-not-checked"), AllOf(HasSubstr("boom-1"), HasSubstr("limit")));
}

TEST_F(LimitsOfInvariants, AnExpressionThatExplodesOnEachOfManyElementsIsGivenUpForTheDocument) {
  define_invariants("Patient.name",
                    constraint("boom-2",
                               "%resource.descendants().where(%resource.descendants()."
                               "all($this is Patient or true)).count() > 0") +
                        "," + constraint("after-2", "given.exists()"));
  const Verdict verdict = judge(patient_with_names(3'000), {"http://x.org/p"});
  EXPECT_EQ(verdict.errors, 3'000u) << "after-2";
  EXPECT_EQ(verdict.not_checked, 3'000u) << "boom-2";
}

TEST_F(LimitsOfInvariants, AnExpressionThatIsDearOnEachOfManyElementsEndsToo) {
  // Each evaluation stays below its limit, all together are ten times the document's.
  define_invariants("Patient.name",
                    constraint("dear-1",
                               "(1|2|3|4|5|6|7|8|9|10).all(%resource.name.all(family = "
                               "'a') and %resource.name.all(family != 'b'))"));
  const Verdict verdict = judge(patient_with_names(1'000), {"http://x.org/p"});
  EXPECT_EQ(verdict.errors, 0u);
  EXPECT_GT(verdict.not_checked, 0u);
}

TEST_F(LimitsOfInvariants, StringsThatGrowAreLeft) {
  std::string growing = "'a'";
  for (int i = 0; i < 40; ++i) growing += ".replace('a','aaaaaaaaaa')";
  std::string matched = "'a'";
  for (int i = 0; i < 40; ++i) matched += ".replaceMatches('a','$0$0$0$0$0$0$0$0')";
  std::string doubled = "'aaaaaaaaaa'";
  for (int i = 0; i < 40; ++i) doubled = "(" + doubled + ").select($this & $this)";
  define_invariants("Patient", constraint("grow-1", growing + ".length() > 0") + "," +
                                   constraint("grow-2", matched + ".length() > 0") + "," +
                                   constraint("grow-3", doubled + ".length() > 0") + "," +
                                   constraint("after-3", "birthDate.exists()"));
  const Verdict verdict = judge(R"({"resourceType":"Patient"})", {"http://x.org/p"});
  EXPECT_EQ(verdict.errors, 1u);
  EXPECT_EQ(verdict.not_checked, 3u);
}

TEST_F(LimitsOfInvariants, LongTextsThatAreReadOverAndOverAreLeft) {
  define_invariants("Patient.name",
                    constraint("long-1",
                               "%resource.name.family.matches('(a|b)*c$').not() and "
                               "%resource.name.family.upper().length() > 0"));
  std::string source =
      R"({"resourceType":"Patient","name":[{"family":")" + std::string(1'000'000, 'a') + R"("},)";
  for (int i = 0; i < 1'000; ++i) source += R"({"given":["a"]},)";
  source.back() = ']';
  judge(source + '}', {"http://x.org/p"});
  EXPECT_THAT(text_of("invariant-not-checked"), HasSubstr("limit"));
}

TEST_F(LimitsOfInvariants, APatternThatRe2RefusesIsNamed) {
  define_invariants("Patient.name", constraint("re-1", "family.matches('(a)\\\\1(?=b)')") + "," +
                                        constraint("re-2", "family.matches('(x{1000}){1000}')") +
                                        "," + constraint("re-3", "family.matches('b')"));
  const Verdict verdict = judge(patient_with_names(1), {"http://x.org/p"});
  EXPECT_EQ(verdict.errors, 1u) << "re-3";
  EXPECT_EQ(verdict.not_checked, 2u);
  EXPECT_THAT(text_of("invariant-not-checked"),
              AllOf(HasSubstr("re-1"), HasSubstr("regular expression")));
}

TEST_F(LimitsOfInvariants, ExpressionsThatNestTooDeepAreNamed) {
  define_invariants("Patient", constraint("deep-1", std::string(100'000, '(') + "true" +
                                                        std::string(100'000, ')')) +
                                   "," + constraint("deep-2", std::string(100'000, '-') + "1 > 0") +
                                   "," + constraint("after-4", "birthDate.exists()"));
  const Verdict verdict = judge(R"({"resourceType":"Patient"})", {"http://x.org/p"});
  EXPECT_EQ(verdict.errors, 1u);
  EXPECT_EQ(verdict.not_checked, 2u);
}

// ---- profiles

TEST_F(Limits, ProfilesThatDeriveFromOneAnotherAreNamed) {
  define(profile("a", "Patient", R"({"id":"Patient.name","path":"Patient.name","min":1})",
                 "http://x.org/b"));
  define(profile("b", "Patient", R"({"id":"Patient.name","path":"Patient.name","min":1})",
                 "http://x.org/a"));
  define(profile("self", "Patient", R"({"id":"Patient.name","path":"Patient.name","min":1})",
                 "http://x.org/self"));
  for (const char* name : {"http://x.org/a", "http://x.org/b", "http://x.org/self"}) {
    EXPECT_EQ(judge(R"({"resourceType":"Patient","gender":"x"})", {name}).fatal, 1u) << name;
    EXPECT_THAT(rules(), Contains("profile-broken"));
    EXPECT_THAT(rules(), Contains("binding-required")) << "the base type is judged all the same";
    EXPECT_THAT(text_of("profile-broken"),
                testing::AnyOf(HasSubstr("needs itself"), HasSubstr("is not another definition")));
  }
}

// A profile of bundles whose entries have it as well, and a bundle in a bundle, `depth` times.
std::string nested_bundle(int depth) {
  std::string bundle = R"({"resourceType":"Bundle","type":"collection"})";
  for (int i = 0; i < depth; ++i) {
    bundle = R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:)"
             R"(c757873d-ec9a-4326-a141-556f43239520","resource":)" +
             bundle + "}]}";
  }
  return bundle;
}

TEST_F(Limits, AProfileThatAsksForItselfIsJudgedUpToADepthThatIsNamed) {
  define(profile("own", "Bundle",
                 R"({"id":"Bundle.entry.resource","path":"Bundle.entry.resource",)"
                 R"("type":[{"code":"Bundle","profile":["http://x.org/own"]}]},)"
                 R"({"id":"Bundle.identifier","path":"Bundle.identifier","min":1})"));
  judge(nested_bundle(5), {"http://x.org/own"});
  EXPECT_THAT(rules(), Contains("cardinality-min").Times(6));
  EXPECT_THAT(rules(), Not(Contains("limit-profiles")));
  judge(nested_bundle(100), {"http://x.org/own"});
  EXPECT_THAT(rules(), Contains("limit-profiles"));
}

TEST_F(Limits, SlicesByAProfileThatComesBackToItselfEnd) {
  define(profile(
      "own", "Bundle",
      R"({"id":"Bundle.entry","path":"Bundle.entry","slicing":{"discriminator":[{"type":"profile",)"
      R"("path":"resource"}],"rules":"closed"}},{"id":"Bundle.entry:own","path":"Bundle.entry",)"
      R"("sliceName":"own"},{"id":"Bundle.entry:own.resource","path":"Bundle.entry.resource",)"
      R"("type":[{"code":"Bundle","profile":["http://x.org/own"]}]})"));
  judge(nested_bundle(100), {"http://x.org/own"});
  EXPECT_THAT(rules(), Not(Contains("profile-broken")));
  define(profile("type", "Observation",
                 R"({"id":"Observation.value[x]","path":"Observation.value[x]","slicing":)"
                 R"({"discriminator":[{"type":"type","path":"$this"}],"rules":"closed"}},)"
                 R"({"id":"Observation.value[x]:valueQuantity","path":"Observation.value[x]",)"
                 R"("sliceName":"valueQuantity","type":[{"code":"Quantity","profile":)"
                 R"(["http://x.org/type"]}]})"));
  judge(R"({"resourceType":"Observation","status":"final","code":{"text":"a"},)"
        R"("valueQuantity":{"value":1}})",
        {"http://x.org/type"});
  EXPECT_THAT(rules(), Not(Contains("profile-broken")));
}

TEST_F(Limits, DiscriminatorsThatLeadInCirclesEnd) {
  std::string path = "extension";
  for (int i = 0; i < 40; ++i) path += ".extension";
  std::string extension = profile(
      "e", "Extension",
      R"({"id":"Extension.extension","path":"Extension.extension","slicing":{"discriminator":)"
      R"([{"type":"value","path":")" +
          path +
          R"("}],"rules":"open"}},)"
          R"({"id":"Extension.extension:a","path":"Extension.extension","sliceName":"a","type":)"
          R"([{"code":"Extension","profile":["http://x.org/e"]}]},{"id":"Extension.extension:b",)"
          R"("path":"Extension.extension","sliceName":"b","type":[{"code":"Extension","profile":)"
          R"(["http://x.org/e"]}]})");
  define(extension);
  judge(R"({"resourceType":"Patient","extension":[{"url":"http://x.org/e","extension":)"
        R"([{"url":"http://x.org/e","valueString":"x"}]}]})");
  EXPECT_THAT(rules(), Not(Contains("profile-broken")));
}

TEST_F(Limits, TargetsThatAskForOneAnotherAreJudged) {
  define(profile("ring", "Patient",
                 R"({"id":"Patient.link.other","path":"Patient.link.other","type":[{"code":)"
                 R"("Reference","targetProfile":["http://x.org/ring"]}]},{"id":"Patient.gender",)"
                 R"("path":"Patient.gender","min":1})"));
  std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[)";
  constexpr int kCount = 200;
  for (int i = 0; i < kCount; ++i) {
    const std::string next = std::to_string((i + 1) % kCount);
    bundle += R"({"fullUrl":"http://x.org/Patient/)" + std::to_string(i) +
              R"(","resource":{"resourceType":"Patient","id":")" + std::to_string(i) +
              R"(","meta":{"profile":["http://x.org/ring"]},"gender":"male","link":[{"other":)" +
              R"({"reference":"Patient/)" + next + R"("},"type":"refer"}]}},)";
  }
  bundle.back() = ']';
  EXPECT_TRUE(judge(bundle + '}').valid()) << text_of("reference-profile");
}

// The contained resources were sorted again whenever the references led back to them: 23 s for
// 12,000.
TEST_F(Limits, ReferencesToBundledAndContainedResourcesInTurnAreFollowed) {
  define(
      profile("focused", "Observation",
              R"({"id":"Observation.focus","path":"Observation.focus","type":[{"code":)"
              R"("Reference","targetProfile":["http://x.org/focused","http://x.org/alive"]}]})"));
  define(profile("alive", "Patient",
                 R"({"id":"Patient.deceased[x]","path":"Patient.deceased[x]","max":"0"})"));
  std::string contained;
  std::string focus;
  std::string entries;
  const auto patient = [](const std::string& id) {
    return R"({"resourceType":"Patient","id":")" + id + "\"}";
  };
  const auto observation = [](const std::string& facts) {
    return R"({"resourceType":"Observation",)" + facts +
           R"(,"status":"final","code":{"text":"x"}})";
  };
  const auto entry = [](const std::string& id, const std::string& resource) {
    return R"({"fullUrl":"http://x.org/Observation/)" + id + R"(","resource":)" + resource + "}";
  };
  for (int i = 0; i < kMany / 100; ++i) {
    const std::string id = std::to_string(i);
    const std::string comma = i == 0 ? "" : ",";
    contained += comma + patient("p" + id);
    focus += comma + R"({"reference":"#p)" + id + R"("},{"reference":"Observation/)" + id + "\"}";
    entries += "," + entry(id, observation(R"("id":")" + id + R"(","contained":[)" + patient("a") +
                                           R"(],"focus":[{"reference":"#a"}])"));
  }
  const std::string main =
      observation(R"("id":"o","meta":{"profile":["http://x.org/focused"]},"contained":[)" +
                  contained + R"(],"focus":[)" + focus + "]");
  EXPECT_EQ(judge(R"({"resourceType":"Bundle","type":"collection","entry":[)" + entry("o", main) +
                  entries + "]}")
                .errors,
            0u);
}

// Each element was looked for among all, when the snapshot was made and when it was judged by: 17 s
// for 32,000.
TEST_F(Limits, AProfileOfManyElementsTakesLinearTime) {
  constexpr int kElements = kMany / 1000 * 24;
  std::string snapshot = R"({"id":"Wide","path":"Wide","min":0,"max":"*"})";
  std::string differential = R"({"id":"Wide","path":"Wide"})";
  std::string document = R"({"resourceType":"Wide")";
  for (int i = 0; i < kElements; ++i) {
    const std::string name = "e" + std::to_string(i);
    const std::string begin = R"(,{"id":"Wide.)" + name + R"(","path":"Wide.)" + name + '"';
    snapshot +=
        begin + R"(,"min":0,"max":"1",)" +
        (i % 2 == 0 ? R"("type":[{"code":"string"}]})" : R"("contentReference":"#Wide.e0"})");
    differential += begin + R"(,"min":1})";
    if (i % 2 == 0 && i > 0) document += ",\"" + name + R"(":"x")";
  }
  const std::string head =
      R"({"resourceType":"StructureDefinition","status":"draft","name":"Wide",)"
      R"("kind":"resource","abstract":false,"type":"Wide",)";
  define(head + R"("url":")" + kBase + R"(Wide","baseDefinition":")" + kBase +
         R"(DomainResource","derivation":"specialization","snapshot":{"element":[)" + snapshot +
         "]}}");
  define(head + R"("url":"http://x.org/wide","baseDefinition":")" + kBase +
         R"(Wide","derivation":"constraint","differential":{"element":[)" + differential + "]}}");
  options_.max_issues = 2;
  EXPECT_EQ(judge(document + '}', {"http://x.org/wide"}).errors, kElements / 2 + 1u);
  EXPECT_THAT(text_of("cardinality-min"), HasSubstr("Wide.e0: at least 1 needed"));
}

TEST_F(Limits, AProfileOfATypeThatImposesItselfEnds) {
  std::string imposing = profile("i", "Patient", R"({"id":"Patient.name","path":"Patient.name"})");
  imposing.insert(1, R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/)"
                     R"(structuredefinition-imposeProfile","valueCanonical":"http://x.org/i"}],)");
  define(imposing);
  EXPECT_TRUE(judge(R"({"resourceType":"Patient"})", {"http://x.org/i"}).valid());
}

TEST_F(Limits, SlicesWithoutDiscriminatorsAreNamed) {
  define(
      profile("s", "Patient",
              R"({"id":"Patient.name","path":"Patient.name","slicing":{"rules":"closed"}},)"
              R"({"id":"Patient.name:a","path":"Patient.name","sliceName":"a","max":"1"},)"
              R"({"id":"Patient.name:a.family","path":"Patient.name.family","fixedString":"a"})"));
  const Verdict verdict = judge(
      R"({"resourceType":"Patient","name":[{"family":"a"},{"family":"b"}]})", {"http://x.org/s"});
  EXPECT_TRUE(verdict.valid());
  EXPECT_EQ(verdict.not_checked, 1u);
  EXPECT_THAT(text_of("slice-not-checked"), HasSubstr("no discriminator"));
}

// ---- value sets

TEST_F(Limits, ValueSetsThatIncludeThemselvesAreNamed) {
  const std::string other = R"({"system":"http://x.org/c","concept":[{"code":"known"}]})";
  define(value_set("v-self", R"({"valueSet":["http://x.org/v-self"]},)" + other));
  define(value_set("v-1", R"({"valueSet":["http://x.org/v-2"]})"));
  define(value_set("v-2", R"({"valueSet":["http://x.org/v-3"]})"));
  define(value_set("v-3", R"({"valueSet":["http://x.org/v-1"]},)" + other));
  for (const std::string name : {"v-self", "v-1"}) {
    define(profile(name + "-p", "Patient",
                   R"({"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":)"
                   R"({"strength":"required","valueSet":"http://x.org/)" +
                       name + R"("}})"));
  }
  for (const std::string name : {"v-self", "v-1"}) {
    const std::string begin =
        R"({"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://x.org/c","code":")";
    judge(begin + R"(known"}]}})", {"http://x.org/" + name + "-p"});
    EXPECT_THAT(rules(), Not(Contains("binding-required"))) << name;
    judge(begin + R"(other"}]}})", {"http://x.org/" + name + "-p"});
    EXPECT_THAT(rules(), Contains("binding-not-checked")) << name;
    EXPECT_THAT(text_of("binding-not-checked"), HasSubstr("includes itself")) << name;
  }
}

TEST_F(Limits, AValueSetThatExplodesIsNamed) {
  // Each includes the next ten times: 10^30 ways, one set each.
  std::string includes;
  for (int i = 0; i < 30; ++i) {
    includes.clear();
    for (int k = 0; k < 10; ++k) {
      includes += R"({"valueSet":["http://x.org/w-)" + std::to_string(i + 1) + R"("]},)";
    }
    includes.pop_back();
    define(value_set("w-" + std::to_string(i), includes));
  }
  define(value_set("w-30", R"({"system":"http://x.org/c","concept":[{"code":"known"}]})"));
  define(profile("w", "Patient",
                 R"({"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":)"
                 R"({"strength":"required","valueSet":"http://x.org/w-0"}})"));
  judge(
      R"({"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://x.org/c","code":"b"}]}})",
      {"http://x.org/w"});
  EXPECT_THAT(rules(),
              testing::AnyOf(Contains("binding-not-checked"), Contains("binding-required")));
}

}  // namespace
}  // namespace oncobridge
