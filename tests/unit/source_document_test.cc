// Documents that a record was abstracted from.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

Mapped source(std::string_view members) {
  return map_case(with_case(R"("sources":{)" + std::string(members) + "}"));
}

TEST(SourceDocument, ArticleIsFoundByItsDoi) {
  const Mapped mapped = source(
      R"("type":"article","title":"A case","doi":"10.1/x","publisher":"Journal",
         "published":"2024")");
  const Json document = mapped.only("DocumentReference");
  EXPECT_EQ(document["status"], "current");
  EXPECT_EQ(document["type"]["text"], "article");
  EXPECT_EQ(document["identifier"][0]["system"], "urn:ietf:rfc:3986");
  EXPECT_EQ(document["identifier"][0]["value"], "https://doi.org/10.1/x");
  EXPECT_EQ(document["custodian"]["display"], "Journal");
  EXPECT_EQ(document["content"][0]["attachment"],
            Json::parse(R"({"url":"https://doi.org/10.1/x","title":"A case","creation":"2024"})"));
  EXPECT_FALSE(claims_profile(document));
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(SourceDocument, OwnAddressGoesBeforeTheDoi) {
  const Json document =
      source(R"("doi":"10.1/x","url":"https://example.org/a")").only("DocumentReference");
  EXPECT_EQ(document["content"][0]["attachment"]["url"], "https://example.org/a");
}

TEST(SourceDocument, WithoutAnAddressTheAttachmentSaysSo) {
  const Json document = source(R"("type":"report","title":"Letter")").only("DocumentReference");
  EXPECT_TRUE(is_absent(document["content"][0]["attachment"]["_url"]));
}

TEST(SourceDocument, RemarksAreTheDescription) {
  const Mapped mapped = source(R"("title":"A","note":["Reference 11.","Two \"cases\"."])");
  EXPECT_EQ(mapped.only("DocumentReference")["description"], "Reference 11. Two \"cases\".");
  EXPECT_TRUE(mapped.unused.empty());
}

TEST(SourceDocument, NoDocumentNoResource) {
  EXPECT_TRUE(map_case(R"({"case_id":"t"})").all("DocumentReference").empty());
}

TEST(SourceDocument, NegativeOrUnknownDocumentIsFlagged) {
  const Mapped mapped = source(R"("title":"A","state":"unknown")");
  EXPECT_TRUE(contains(mapped.flags, "state-without-meaning sources[0].state"));
}

}  // namespace
}  // namespace oncobridge::test
