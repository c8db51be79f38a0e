// The terminology of R4, US Core and mCODE as shipped: what can be decided without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "profiles/narrative.h"
#include "profiles/primitive.h"
#include "profiles/terminology.h"
#include "profiles/ucum.h"
#include "tests/unit/profiles/allocation_count.h"

namespace oncobridge::profiles {
namespace {

using testing::HasSubstr;

constexpr const char* kSct = "http://snomed.info/sct";

class ShippedTerminologyTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ucum = new Ucum();
    store = new DefinitionStore();
    store->add_shipped();
    terms = new Terminology(*store, *ucum);
  }
  static void TearDownTestSuite() {
    delete terms;
    delete store;
    delete ucum;
  }

  static const CompiledValueSet& set(std::string_view canonical) {
    return terms->compiled(terms->value_set(canonical));
  }
  static std::string text(const Membership& membership) {
    if (membership.member == Member::kIn) return "in";
    return membership.member == Member::kOut ? "out" : std::string(membership.reason);
  }
  static std::string is(std::string_view canonical, std::string_view system,
                        std::string_view code) {
    return text(terms->check(set(canonical), system, {}, code));
  }
  static std::string is_code(std::string_view canonical, std::string_view code) {
    return text(terms->check_code(set(canonical), code));
  }

  static Ucum* ucum;
  static DefinitionStore* store;
  static Terminology* terms;
};

Ucum* ShippedTerminologyTest::ucum = nullptr;
DefinitionStore* ShippedTerminologyTest::store = nullptr;
Terminology* ShippedTerminologyTest::terms = nullptr;

TEST_F(ShippedTerminologyTest, MostBindingsOfMcodeAreDecided) {
  std::map<BindingStrength, std::set<std::string>> bound;
  for (const DefinitionEntry& entry : store->list()) {
    if (entry.kind != DefinitionKind::kStructure || entry.package != "hl7.fhir.us.mcode#4.0.0")
      continue;
    for (const ElementDefinition& element : store->find_structure(entry.url)->snapshot) {
      if (element.has_binding) bound[element.binding.strength].insert(element.binding.value_set);
    }
  }
  const auto decided = [&](BindingStrength strength) {
    std::size_t count = 0;
    for (const std::string& canonical : bound[strength]) count += set(canonical).decidable();
    return count;
  };
  EXPECT_EQ(bound[BindingStrength::kRequired].size(), 49u);
  EXPECT_EQ(decided(BindingStrength::kRequired), 39u);
  EXPECT_EQ(bound[BindingStrength::kExtensible].size(), 50u);
  EXPECT_EQ(decided(BindingStrength::kExtensible), 25u);
}

TEST_F(ShippedTerminologyTest, EveryValueSetIsCompiled) {
  std::size_t all = 0;
  std::size_t decided = 0;
  for (const DefinitionEntry& entry : store->list()) {
    if (entry.kind != DefinitionKind::kValueSet) continue;
    const CompiledValueSet& compiled = set(entry.url);
    EXPECT_TRUE(compiled.at_hand) << entry.url;
    ++all;
    decided += compiled.decidable();
  }
  EXPECT_GT(all, 4'000u);
  EXPECT_GT(decided * 100, all * 94);
}

// The oracle of the compiled sets: a value set as its definition reads, code by code.
class PlainValueSets {
 public:
  explicit PlainValueSets(const DefinitionStore& store) : store_(store) {}

  // Nothing where it has no answer.
  std::optional<bool> has(std::string_view canonical, std::string_view system,
                          std::string_view code, int depth = 0) const {
    const ValueSet* set = store_.find_value_set(canonical);
    if (set == nullptr || set->parts.empty() || depth > 20) return std::nullopt;
    bool in = false;
    bool out = false;
    for (const ValueSetPart& part : set->parts) {
      const std::optional<bool> answer = in_part(part, system, code, depth);
      if (!answer) return std::nullopt;
      (part.exclude ? out : in) |= *answer;
    }
    return in && !out;
  }

 private:
  std::optional<bool> in_part(const ValueSetPart& part, std::string_view system,
                              std::string_view code, int depth) const {
    bool all = true;
    if (!part.system.empty()) {
      const std::optional<bool> answer = in_system(part, system, code);
      if (!answer) return std::nullopt;
      all = *answer;
    }
    for (const std::string& canonical : part.value_sets) {
      const std::optional<bool> answer = has(canonical, system, code, depth + 1);
      if (!answer) return std::nullopt;
      all = all && *answer;
    }
    return all;
  }

  std::optional<bool> in_system(const ValueSetPart& part, std::string_view system,
                                std::string_view code) const {
    if (part.system != system) return false;
    for (const ValueSetCode& listed : part.codes) {
      if (listed.code == code) return true;
    }
    if (!part.codes.empty()) return false;
    const CodeSystem* definition = store_.find_code_system(system);
    if (definition == nullptr || definition->content != CodeSystemContent::kComplete ||
        definition->concepts.empty() || !definition->case_sensitive) {
      return std::nullopt;
    }
    const std::vector<Concept>& concepts = definition->concepts;
    for (const Concept& entry : concepts) {
      for (const ConceptProperty& property : entry.properties) {
        if (property.code == "subsumedBy" || property.code == "parent" ||
            property.code == "child") {
          if (!part.filters.empty()) return std::nullopt;
        }
      }
    }
    const auto found = std::find_if(concepts.begin(), concepts.end(),
                                    [&](const Concept& entry) { return entry.code == code; });
    if (found == concepts.end()) return false;
    for (const ValueSetFilter& filter : part.filters) {
      if (filter.op != "is-a" && filter.op != "descendent-of") return std::nullopt;
      bool below = filter.op == "is-a" && found->code == filter.value;
      for (std::int32_t at = found->parent; at >= 0 && !below; at = concepts[at].parent) {
        below = concepts[at].code == filter.value;
      }
      if (!below) return false;
    }
    return true;
  }

  const DefinitionStore& store_;
};

TEST_F(ShippedTerminologyTest, CompiledSetsAgreeWithTheirDefinitions) {
  const PlainValueSets plain(*store);
  std::vector<std::pair<std::string, std::string>> codes;  // of the sets before
  std::size_t compared = 0;
  for (const DefinitionEntry& entry : store->list()) {
    if (entry.kind != DefinitionKind::kValueSet) continue;
    const CompiledValueSet& compiled = set(entry.url);
    if (!compiled.decidable()) continue;
    for (const SystemCodes& system : compiled.systems) {
      const auto& entries = system.table().entries();
      for (std::size_t i = 0; i < entries.size(); i += 1 + entries.size() / 5) {
        codes.emplace_back(system.system, entries[i].code);
      }
    }
    const std::size_t first = codes.size() > 30 ? codes.size() - 30 : 0;
    for (std::size_t i = first; i < codes.size(); ++i) {
      const auto& [system, code] = codes[i];
      const std::optional<bool> expected = plain.has(entry.url, system, code);
      if (!expected) continue;
      ++compared;
      EXPECT_EQ(is(entry.url, system, code), *expected ? "in" : "out")
          << entry.url << ": " << system << "#" << code;
    }
  }
  EXPECT_GT(compared, 50'000u);
}

TEST_F(ShippedTerminologyTest, CodesOfRequiredBindings) {
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/observation-status|4.0.1", "final"), "in");
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/observation-status|4.0.1", "Final"), "out");
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1", "F"), "out");
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/mimetypes|4.0.1", "application/pdf"), "in");
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/all-types|4.0.1", "Patient"), "in");
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/resource-types|4.0.1", "Quantity"), "out");
  const char* const clinical = "http://hl7.org/fhir/ValueSet/condition-clinical|4.0.1";
  EXPECT_EQ(is(clinical, "http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
            "in");
  EXPECT_EQ(is(clinical, "http://hl7.org/fhir/condition-clinical", "active"), "out");
}

TEST_F(ShippedTerminologyTest, EnumeratedSnomedCodesOfMcode) {
  const char* const laterality =
      "http://hl7.org/fhir/us/mcode/ValueSet/mcode-laterality-qualifier-vs";
  EXPECT_EQ(is(laterality, kSct, "7771000"), "in");
  EXPECT_EQ(is(laterality, kSct, "419161000"), "out");
  EXPECT_THAT(is("http://hl7.org/fhir/us/mcode/ValueSet/mcode-primary-cancer-disorder-vs", kSct,
                 "99999999999105"),
              HasSubstr("out"));
}

TEST_F(ShippedTerminologyTest, RaceEthnicityAndBirthSexOfUsCoreAreDecided) {
  const char* const omb = "http://hl7.org/fhir/us/core/ValueSet/omb-race-category";
  EXPECT_EQ(is(omb, "urn:oid:2.16.840.1.113883.6.238", "2106-3"), "in");
  EXPECT_EQ(is(omb, "urn:oid:2.16.840.1.113883.6.238", "01"), "out");
  EXPECT_EQ(is(omb, "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "ASKU"), "in");
  EXPECT_EQ(is_code("http://hl7.org/fhir/us/core/ValueSet/birthsex", "F"), "in");
  EXPECT_EQ(is_code("http://hl7.org/fhir/us/core/ValueSet/birthsex", "female"), "out");
  const char* const detailed = "http://hl7.org/fhir/us/core/ValueSet/detailed-race";
  EXPECT_THAT(is(detailed, "urn:oid:2.16.840.1.113883.6.238", "1586-7"), HasSubstr("not at hand"));
  EXPECT_EQ(is(detailed, "urn:oid:2.16.840.1.113883.6.238", "1586-8"), "out");
}

TEST_F(ShippedTerminologyTest, LanguagesAndStates) {
  EXPECT_EQ(is_code("http://hl7.org/fhir/us/core/ValueSet/simple-language", "en-US"), "in");
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/languages", "de"), "in");
  EXPECT_EQ(is_code("http://hl7.org/fhir/ValueSet/all-languages|4.0.1", "english"), "out");
  EXPECT_EQ(is_code("http://hl7.org/fhir/us/core/ValueSet/us-core-usps-state", "MA"), "in");
}

TEST_F(ShippedTerminologyTest, DisplaysAndSystems) {
  const CodeResult active =
      terms->look_up("http://terminology.hl7.org/CodeSystem/condition-clinical", {}, "active");
  ASSERT_EQ(active.status, CodeStatus::kFound);
  EXPECT_TRUE(terms->is_display(active, "active"));
  EXPECT_FALSE(terms->is_display(active, "Inactive"));
  EXPECT_EQ(terms->look_up(kSct, {}, "254837009").status, CodeStatus::kNotAtHand);
  EXPECT_EQ(terms->look_up("http://loinc.org", {}, "21908-9").status, CodeStatus::kNotAtHand);
  EXPECT_EQ(terms->look_up("http://hl7.org/fhir/condition-clinical", {}, "active").status,
            CodeStatus::kSystemMissing);
  EXPECT_EQ(terms->look_up("http://terminology.hl7.org/CodeSystem/MDRGER", {}, "1").status,
            CodeStatus::kNotAtHand);
  EXPECT_EQ(terms->look_up("http://terminology.hl7.org/CodeSystem/v2-0203", {}, "NNFIN").status,
            CodeStatus::kFound);
  EXPECT_EQ(terms->look_up("http://terminology.hl7.org/CodeSystem/v2-0203", {}, "NNfin").status,
            CodeStatus::kNotFound);
  EXPECT_EQ(terms->right_system("http://hl7.org/fhir/condition-clinical"),
            "http://terminology.hl7.org/CodeSystem/condition-clinical");
  EXPECT_EQ(terms->right_system("http://hl7.org/fhir/v3/ActCode"),
            "http://terminology.hl7.org/CodeSystem/v3-ActCode");
}

TEST_F(ShippedTerminologyTest, ASecondQuestionAllocatesNothing) {
  constexpr std::string_view kClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
  const CompiledValueSet& clinical = set("http://hl7.org/fhir/ValueSet/condition-clinical");
  const CompiledValueSet& cancer =
      set("http://hl7.org/fhir/us/mcode/ValueSet/mcode-primary-cancer-disorder-vs");
  const CompiledValueSet& units = set("http://hl7.org/fhir/ValueSet/ucum-units");
  const std::string_view long_system = "http://example.org/a/system/that/nothing/is/known/of";
  const auto ask = [&] {
    int answers = 0;
    answers += terms->check(clinical, kClinical, {}, "active").member == Member::kIn;
    answers += terms->check(cancer, kSct, {}, "254837009").member == Member::kUnknown;
    answers += terms->check_code(units, "mg/dL{serum}").member == Member::kIn;
    answers += terms->look_up(long_system, {}, "x").status == CodeStatus::kSystemUnknown;
    const CodeResult active = terms->look_up(kClinical, {}, "active");
    answers += active.status == CodeStatus::kFound && terms->is_display(active, "ACTIVE");
    answers += !check_primitive(Primitive::kDateTime, "2018-03-16T10:20:30.123+01:00").has_value();
    answers += html_checks("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Text</p></div>") == 0;
    return answers;
  };
  EXPECT_EQ(ask(), 7);
  const std::size_t before = allocation_count();
  EXPECT_EQ(ask(), 7);
  EXPECT_EQ(allocation_count(), before);
}

TEST_F(ShippedTerminologyTest, ANearCodeOfTheRightSet) {
  const auto near =
      terms->nearest(set("http://hl7.org/fhir/ValueSet/observation-status"), "finall", {});
  ASSERT_FALSE(near.empty());
  EXPECT_EQ(near.front().code, "final");
}

}  // namespace
}  // namespace oncobridge::profiles
