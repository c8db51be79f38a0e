// History of metastatic cancer, as clinical statements.
#include <gtest/gtest.h>

#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

constexpr std::string_view kProfile = "mcode-history-of-metastatic-cancer";

// A member with the elements, or nothing where there are none.
std::string list(const std::string& name, const std::string& elements) {
  return elements.empty() ? "" : ",\"" + name + "\":[" + elements + "]";
}

Mapped map_history(const std::string& history, const std::string& metastases = "") {
  return map_case(with_case(R"("patient":{"gender":"male"})" + list("metastases", metastases) +
                            list("metastatic_history", history)));
}

std::string first_code(const Json& concept_value) {
  return concept_value.contains("coding") ? concept_value["coding"][0]["code"].get<std::string>()
                                          : "none";
}

TEST(MetastaticHistory, NotReportedGivesNothing) {
  EXPECT_TRUE(map_history("").all("Observation").empty());
}

TEST(MetastaticHistory, HistoryOfLiverMetastasis) {
  const Mapped mapped = map_history(R"({"site":"liver","when":"2018"})");
  ASSERT_EQ(mapped.of_profile(kProfile).size(), 1u);
  const Json observation = mapped.only("Observation");
  EXPECT_EQ(first_code(observation["code"]), "1098951000119108");
  EXPECT_EQ(observation["valueBoolean"], true);
  EXPECT_EQ(observation["effectiveDateTime"], "2018");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(MetastaticHistory, NoHistoryIsFalseAndNotAbsent) {
  const Json observation = map_history(R"({"state":"negative"})").only("Observation");
  EXPECT_EQ(first_code(observation["code"]), "1287652008");
  EXPECT_EQ(observation["valueBoolean"], false);
}

TEST(MetastaticHistory, NoHistoryAtAnUncodedSiteDoesNotDenyAllSites) {
  const Json observation =
      map_history(R"({"site":"spleen","state":"negative"})").only("Observation");
  EXPECT_EQ(first_code(observation["code"]), "none");
  EXPECT_EQ(observation["code"]["text"], "History of metastatic cancer: spleen");
  EXPECT_EQ(first_code(map_history(R"({"site":"spleen"})").only("Observation")["code"]),
            "1287652008");
}

TEST(MetastaticHistory, FalseBesideAKnownMetastasisIsNotWrittenButFlagged) {
  const Mapped mapped = map_history(R"({"state":"negative"})", R"({"site":"scalp"})");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  EXPECT_EQ(mapped.flags,
            std::vector<std::string>{
                "metastatic-history-denied-by-metastasis metastatic_history[0].state"});
  EXPECT_EQ(mapped.unused, std::vector<std::string>{"metastatic_history[0].state"});
}

TEST(MetastaticHistory, UnknownIsNeitherTrueNorFalse) {
  const Mapped mapped = map_history(R"({"state":"unknown"})");
  EXPECT_TRUE(mapped.of_profile(kProfile).empty());
  const Json observation = mapped.only("Observation");
  EXPECT_FALSE(observation.contains("valueBoolean"));
  EXPECT_EQ(first_code(observation["dataAbsentReason"]), "unknown");
}

}  // namespace
}  // namespace oncobridge::test
