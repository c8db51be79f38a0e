// Where the facts stand.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

// The Provenance of a place; null if there is none.
Json at_place(const Mapped& mapped, std::string_view place) {
  for (const Json& provenance : mapped.all("Provenance")) {
    if (!provenance.contains("entity")) continue;
    const Json& what = provenance["entity"][0]["what"];
    if (what.contains("display") && what["display"] == place) return provenance;
  }
  return {};
}

bool is_target(const Json& provenance, const Json& resource) {
  for (const Json& target : provenance["target"]) {
    if (target["reference"] == reference_to(resource)) return true;
  }
  return false;
}

constexpr std::string_view kTwoPlaces = R"(
  "sources":[{"id":"a","title":"A"},{"id":"b","title":"B"}],
  "surgeries":[{"procedure":"lumpectomy","source":["Abstract",{"document":"b","place":"Table 1"}]}],
  "treatments":[{"treatment":"chemotherapy","source":"Abstract"}])";

TEST(Provenance, EachPlaceOfADocumentHasOneWithTheResourcesThatStandThere) {
  const Mapped mapped = map_case(with_case(kTwoPlaces));
  const auto procedures = mapped.all("Procedure");
  const auto documents = mapped.all("DocumentReference");
  ASSERT_EQ(procedures.size(), 2u);
  const Json abstract = at_place(mapped, "Abstract");
  EXPECT_EQ(abstract["target"].size(), 2u);
  EXPECT_EQ(abstract["entity"][0]["role"], "source");
  EXPECT_EQ(abstract["entity"][0]["what"]["reference"], reference_to(documents[0]));
  const Json table = at_place(mapped, "Table 1");
  EXPECT_EQ(table["target"].size(), 1u);
  EXPECT_TRUE(is_target(table, procedures[0]));
  EXPECT_EQ(table["entity"][0]["what"]["reference"], reference_to(documents[1]));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(Provenance, ResourcesWithoutAPlaceShareOneThatNamesAllDocuments) {
  const Mapped mapped = map_case(with_case(kTwoPlaces));
  const Json rest = mapped.all("Provenance").front();
  EXPECT_TRUE(is_target(rest, mapped.only("Patient")));
  EXPECT_EQ(rest["target"].size(), 1u);
  ASSERT_EQ(rest["entity"].size(), 2u);
  EXPECT_FALSE(rest["entity"][0]["what"].contains("display"));
}

TEST(Provenance, NamesTheToolAndItsVersionAndNeverTheClock) {
  const Json provenance = map_case(R"({"case_id":"t"})").only("Provenance");
  EXPECT_EQ(provenance["agent"][0]["who"]["display"], "oncobridge " ONCOBRIDGE_VERSION);
  EXPECT_TRUE(has_code(provenance["agent"][0]["type"], "assembler"));
  EXPECT_TRUE(is_absent(provenance["_recorded"]));
  EXPECT_FALSE(provenance.contains("recorded"));
  EXPECT_FALSE(provenance.contains("entity"));
}

TEST(Provenance, TimeIsTheCallers) {
  const Json provenance =
      map_case(R"({"case_id":"t"})", Framing::transaction, "2026-01-01T00:00:00Z")
          .only("Provenance");
  EXPECT_EQ(provenance["recorded"], "2026-01-01T00:00:00Z");
}

TEST(Provenance, SamePlaceOfTwoDocumentsIsTwoPlaces) {
  const Mapped mapped =
      map_case(with_case(R"("sources":[{"id":"a","title":"A"},{"id":"b","title":"B"}],
    "treatments":[{"treatment":"x","source":"Abstract"},
                  {"treatment":"y","source":{"document":"b","place":"Abstract"}},
                  {"treatment":"z","source":"Abstract"}])"));
  ASSERT_TRUE(mapped.converted);
  std::vector<std::size_t> targets;
  for (const Json& provenance : mapped.all("Provenance")) {
    targets.push_back(provenance["target"].size());
  }
  EXPECT_EQ(targets, (std::vector<std::size_t>{1, 2, 1}));  // the patient, document A, document B
}

TEST(Provenance, PlaceNamedTwiceHasItsTargetOnce) {
  const Mapped mapped = map_case(
      with_case(R"("treatments":[{"treatment":"chemotherapy","source":["Text","Text"]}])"));
  EXPECT_EQ(at_place(mapped, "Text")["target"].size(), 1u);
}

TEST(Provenance, EveryResourceOfTheCaseIsATargetSomewhere) {
  // Records of growing length, so that positions and counts meet in every way.
  for (std::size_t sources = 1; sources < 4; ++sources) {
    for (std::size_t treatments = 1; treatments < 6; ++treatments) {
      std::string record = R"("patient":{"gender":"female","source":"P"},"sources":[)";
      for (std::size_t i = 0; i < sources; ++i) {
        record += (i > 0 ? ",{\"title\":\"" : "{\"title\":\"") + std::to_string(i) + "\"}";
      }
      record += R"(],"treatments":[)";
      for (std::size_t i = 0; i < treatments; ++i) {
        record += (i > 0 ? "," : "") + std::string(R"({"treatment":"x","when":"20)") +
                  std::to_string(10 + i) + (i % 2 == 0 ? R"(","source":"Text"})" : R"("})");
      }
      const Mapped mapped = map_case(with_case(record + "]"));
      ASSERT_TRUE(mapped.converted) << record;
      std::size_t targets = 0;
      for (const Json& provenance : mapped.all("Provenance")) {
        targets += provenance["target"].size();
      }
      EXPECT_EQ(targets, 1 + treatments) << record;
    }
  }
}

TEST(Provenance, PlaceWithoutADocumentIsStillNamed) {
  const Mapped mapped =
      map_case(with_case(R"("treatments":[{"treatment":"chemotherapy","source":"page 3"}])"));
  EXPECT_FALSE(at_place(mapped, "page 3")["entity"][0]["what"].contains("reference"));
}

TEST(Provenance, VolumeWithoutAPlaceStandsWhereItsCourseStands) {
  const Mapped mapped =
      map_case(with_case(R"("radiotherapy":[{"volumes":[{"site":"breast"}],"source":"Methods"}])"));
  EXPECT_TRUE(is_target(at_place(mapped, "Methods"), mapped.only("BodyStructure")));
}

TEST(Provenance, IdBelongsToThePlaceNotToItsFacts) {
  const Mapped one = map_case(with_case(
      R"("sources":{"title":"A"},"treatments":[{"treatment":"chemotherapy","source":"Text"}])"));
  const Mapped two = map_case(with_case(
      R"("sources":{"title":"A"},"treatments":[{"treatment":"surgery","source":"Abstract"},
         {"treatment":"chemotherapy","source":"Text"}])"));
  EXPECT_EQ(at_place(one, "Text")["id"], at_place(two, "Text")["id"]);
}

TEST(Provenance, DocumentsThemselvesAreNoTargets) {
  const Mapped mapped = map_case(with_case(R"("sources":{"title":"A"})"));
  EXPECT_FALSE(is_target(mapped.only("Provenance"), mapped.only("DocumentReference")));
}

}  // namespace
}  // namespace oncobridge::test
