// Cohorts, as statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

std::string cohort(const std::string& members) {
  return R"({"case_id":"site/1","cohorts":[{"name":"trial arm A",)" + members + "}]}";
}

TEST(Cohort, NotReportedCohortGivesNothing) {
  EXPECT_TRUE(map_case(with_case(R"("patient":{"gender":"female"})")).all("Group").empty());
}

TEST(Cohort, MembersAreThePatientsOfTheirOwnCases) {
  const Mapped mapped = map_case(cohort(R"("members":["site/1","site/2"])"));
  Json group = mapped.only("Group");
  EXPECT_EQ(group["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-patient-group");
  EXPECT_EQ(group["type"], "person");
  EXPECT_EQ(group["actual"], true);
  EXPECT_EQ(group["code"]["coding"][0]["code"], "C19700");
  EXPECT_EQ(group["name"], "trial arm A");
  Json other = map_case(R"({"case_id":"site/2","patient":{"gender":"female"}})").only("Patient");
  ASSERT_EQ(group["member"].size(), 2u);
  EXPECT_EQ(group["member"][0]["entity"]["reference"],
            "Patient/" + mapped.only("Patient")["id"].get<std::string>());
  EXPECT_EQ(group["member"][1]["entity"]["reference"], "Patient/" + other["id"].get<std::string>());
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Cohort, InACollectionOnlyTheOwnPatientIsAUrnBecauseTheOthersAreOutside) {
  Json group =
      map_case(cohort(R"("members":["site/1","site/2"])"), Framing::collection).only("Group");
  EXPECT_EQ(group["member"][0]["entity"]["reference"].get<std::string>().substr(0, 9), "urn:uuid:");
  EXPECT_EQ(group["member"][1]["entity"]["reference"].get<std::string>().substr(0, 8), "Patient/");
}

TEST(Cohort, DeniedOrUnknownCohortIsNoGroupAndIsReported) {
  for (const char* state : {"negative", "unknown"}) {
    const Mapped mapped =
        map_case(cohort(std::string(R"("members":["site/1"],"state":")") + state + "\""));
    EXPECT_TRUE(mapped.all("Group").empty()) << state;
    EXPECT_EQ(mapped.unused.size(), 3u) << state;
  }
}

TEST(Cohort, ExampleRecordLeavesNothingUnused) {
  const Mapped mapped = map_file("examples/mcode_profiles/mcode-patient-group.json");
  EXPECT_EQ(mapped.of_profile("mcode-patient-group").size(), 1u);
  for (const std::string& path : mapped.unused) EXPECT_EQ(path, "title");
}

}  // namespace
}  // namespace oncobridge::test
