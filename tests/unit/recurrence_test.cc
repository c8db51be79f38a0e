// Recurrence, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_recurrence(const std::string& recurrence) {
  return map_case(with_case(R"("primary_tumors":[{"id":"p","diagnosis":"breast cancer"}])" +
                            list("recurrences", recurrence)));
}

TEST(Recurrence, NotReportedGivesNothing) {
  EXPECT_TRUE(map_recurrence("").all("Observation").empty());
}

TEST(Recurrence, LocalRecurrenceIsPresent) {
  const Mapped mapped =
      map_recurrence(R"({"kind":"local","text":"yes","site":{"site":"breast","laterality":"left"},
                                           "when":"2021-03","primary":"p"})");
  const Json observation = mapped.only("Observation");
  EXPECT_FALSE(observation.contains("meta"));
  EXPECT_EQ(observation["code"]["text"], "Local recurrence");
  EXPECT_EQ(observation["valueCodeableConcept"]["coding"][0]["code"], "52101004");
  EXPECT_EQ(observation["effectiveDateTime"], "2021-03");
  EXPECT_EQ(observation["bodySite"]["coding"][0]["code"], "76752008");
  EXPECT_EQ(observation["focus"].size(), 1u);
  EXPECT_TRUE(mapped.has_note(observation, "yes"));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Recurrence, NoLocalRecurrenceDoesNotDenyRecurrenceElsewhere) {
  const Json observation =
      map_recurrence(R"({"kind":"local","state":"negative"})").only("Observation");
  EXPECT_FALSE(observation["code"].contains("coding"));
  EXPECT_EQ(observation["valueCodeableConcept"]["coding"][0]["code"], "2667000");
}

TEST(Recurrence, NoRecurrenceAtAllIsCoded) {
  const Json observation =
      map_recurrence(R"({"kind":"any","state":"negative"})").only("Observation");
  EXPECT_EQ(observation["code"]["coding"][0]["code"], "25173007");
  EXPECT_EQ(observation["valueCodeableConcept"]["coding"][0]["code"], "2667000");
}

TEST(Recurrence, UnknownIsNeitherYesNorNo) {
  const Json observation =
      map_recurrence(R"({"kind":"local","state":"unknown"})").only("Observation");
  EXPECT_EQ(observation["dataAbsentReason"]["coding"][0]["code"], "unknown");
  EXPECT_FALSE(observation.contains("valueCodeableConcept"));
}

TEST(Recurrence, TheClinicalStatusOfTheTumorIsNotInferred) {
  EXPECT_FALSE(map_recurrence(R"({"kind":"local"})").only("Condition").contains("clinicalStatus"));
}

}  // namespace
}  // namespace oncobridge::test
