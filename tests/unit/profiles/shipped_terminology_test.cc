// The terminology of R4, US Core and mCODE as shipped: what can be decided without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "profiles/terminology.h"
#include "profiles/ucum.h"

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

TEST_F(ShippedTerminologyTest, ANearCodeOfTheRightSet) {
  const auto near =
      terms->nearest(set("http://hl7.org/fhir/ValueSet/observation-status"), "finall", {});
  ASSERT_FALSE(near.empty());
  EXPECT_EQ(near.front().code, "final");
}

}  // namespace
}  // namespace oncobridge::profiles
