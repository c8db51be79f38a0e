#include "profiles/definition_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "profiles/version_match.h"

namespace oncobridge::profiles {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;

const DefinitionStore& shipped() {
  static const DefinitionStore* store = [] {
    auto* made = new DefinitionStore;
    made->add_shipped();
    return made;
  }();
  return *store;
}

TEST(DefinitionStore, FindsTypes) {
  const StructureDefinition* patient = shipped().find_type("Patient");
  ASSERT_NE(patient, nullptr);
  EXPECT_EQ(patient->version, "4.0.1");
  EXPECT_EQ(patient->kind, StructureKind::kResource);
  EXPECT_FALSE(patient->constraint);
  EXPECT_EQ(patient->snapshot[1].path, "Patient.id");
  EXPECT_EQ(patient->snapshot[1].types[0].code, "id");
  ASSERT_NE(shipped().find_type("Quantity"), nullptr);
  ASSERT_NE(shipped().find_type("string"), nullptr);
  EXPECT_EQ(shipped().find_type("Nonsense"), nullptr);
  // A profile is no type.
  EXPECT_EQ(shipped().find_type("vitalsigns"), nullptr);
}

TEST(DefinitionStore, ASecondQuestionGetsTheSameDefinition) {
  EXPECT_EQ(shipped().find_type("Observation"),
            shipped().find_structure("http://hl7.org/fhir/StructureDefinition/Observation|4.0.1"));
}

TEST(DefinitionStore, FindsProfilesAndTerminologyOfAllPackages) {
  for (const char* url : {"http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0",
                          "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-patient",
                          "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/variant",
                          "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"}) {
    EXPECT_NE(shipped().find_structure(url), nullptr) << url;
  }
  EXPECT_NE(shipped().find_value_set("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"),
            nullptr);
  const CodeSystem* gender =
      shipped().find_code_system("http://hl7.org/fhir/administrative-gender");
  ASSERT_NE(gender, nullptr);
  EXPECT_EQ(gender->concepts.size(), 4u);
  EXPECT_EQ(gender->content, CodeSystemContent::kComplete);
}

TEST(DefinitionStore, ProfilesThatAreShippedConstrainTheTypeOfTheirBase) {
  for (const DefinitionEntry& entry : shipped().list()) {
    if (entry.kind != DefinitionKind::kStructure || !entry.constraint) continue;
    const StructureDefinition* profile =
        shipped().find_structure(std::string(entry.url) + "|" + std::string(entry.version));
    ASSERT_NE(profile, nullptr) << entry.url;
    const StructureDefinition* base = shipped().find_structure(profile->base);
    if (base == nullptr) continue;
    EXPECT_EQ(base->type, profile->type) << entry.url;
  }
}

TEST(DefinitionStore, AnUnknownVersionIsNotFound) {
  EXPECT_EQ(
      shipped().find_structure("http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|9"),
      nullptr);
  EXPECT_NE(shipped().find_structure(
                "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1"),
            nullptr);
  EXPECT_NE(shipped().find_structure(
                "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.x"),
            nullptr);
}

// R4 carries copies of HL7's tables as they were in 2018; the terminology package is newer.
TEST(DefinitionStore, TerminologyOfItsOwnPackageComesFirst) {
  const std::string url = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
  const CodeSystem* any = shipped().find_code_system(url);
  const CodeSystem* old = shipped().find_code_system(url + "|2018-08-12");
  ASSERT_NE(any, nullptr);
  ASSERT_NE(old, nullptr);
  EXPECT_EQ(any->version, "9.0.0");
  EXPECT_EQ(old->version, "2018-08-12");
}

TEST(DefinitionStore, EveryShippedDefinitionCanBeRead) {
  std::size_t structures = 0;
  for (const DefinitionEntry& entry : shipped().list()) {
    const std::string canonical = std::string(entry.url) + "|" + std::string(entry.version);
    switch (entry.kind) {
      case DefinitionKind::kStructure:
        ++structures;
        EXPECT_NE(shipped().find_structure(canonical), nullptr) << canonical;
        break;
      case DefinitionKind::kValueSet:
        EXPECT_NE(shipped().find_value_set(canonical), nullptr) << canonical;
        break;
      case DefinitionKind::kCodeSystem:
        EXPECT_NE(shipped().find_code_system(canonical), nullptr) << canonical;
        break;
    }
  }
  EXPECT_GT(structures, 1400u);
}

TEST(DefinitionStore, NamesOfElementsAreAsJsonWritesThem) {
  const std::vector<std::string_view> names = shipped().element_names();
  EXPECT_THAT(names, IsSupersetOf({"birthDate", "valueQuantity", "deceasedBoolean", "coding"}));
  EXPECT_THAT(names, Not(Contains("value[x]")));
}

StructureDefinition named(std::string url, std::string version, std::string name) {
  StructureDefinition structure;
  structure.url = std::move(url);
  structure.version = std::move(version);
  structure.name = std::move(name);
  structure.constraint = true;
  return structure;
}

TEST(DefinitionStore, WhatIsAddedLaterIsMeantWithoutAVersion) {
  DefinitionStore store;
  store.add_shipped();
  const std::string url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient";
  store.add(named(url, "7.0.0", "Seven"), "us.core#7.0.0");
  store.add(named(url, "5.0.1", "Five"), "us.core#5.0.1");
  EXPECT_EQ(store.find_structure(url)->name, "Five");
  EXPECT_EQ(store.find_structure(url + "|7.0.0")->name, "Seven");
  EXPECT_EQ(store.find_structure(url + "|6.1.0")->name, "USCorePatientProfile");
  EXPECT_EQ(store.find_structure(url + "|8"), nullptr);
}

TEST(DefinitionStore, ADefinitionOfTheSameVersionReplaces) {
  DefinitionStore store;
  store.add(named("http://x", "1", "A"), "a#1");
  store.add(named("http://x", "1", "B"), "b#1");
  EXPECT_EQ(store.find_structure("http://x|1")->name, "B");
  EXPECT_EQ(store.list().size(), 1u);
}

TEST(DefinitionStoreThreads, ManyMayAskAtOnce) {
  DefinitionStore store;
  store.add_shipped();
  std::vector<std::thread> threads;
  std::vector<const StructureDefinition*> found(8);
  for (std::size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([&, i] { found[i] = store.find_type("Observation"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const StructureDefinition* definition : found) {
    EXPECT_EQ(definition, found[0]);
    EXPECT_NE(definition, nullptr);
  }
}

TEST(VersionMatch, ComparesPartsAsNumbers) {
  EXPECT_LT(compare_versions("4.0.1", "4.0.10"), 0);
  EXPECT_LT(compare_versions("9.0", "10"), 0);
  EXPECT_LT(compare_versions("1.0.0-ballot", "1.0.0"), 0);
  EXPECT_EQ(compare_versions("1.0", "1.0"), 0);
}

TEST(VersionMatch, APartialVersionNamesMorePreciseOnes) {
  EXPECT_TRUE(names_version("4.0", "4.0.1"));
  EXPECT_TRUE(names_version("4.x", "4.3.0"));
  EXPECT_FALSE(names_version("4.0.1", "4.0"));
  EXPECT_FALSE(names_version("4.0", "4.01"));
}

}  // namespace
}  // namespace oncobridge::profiles
