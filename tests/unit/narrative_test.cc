// The narrative of --narrative: one line that a person understands without the resource.
#include <gtest/gtest.h>

#include "tests/support/fhir_parts.h"

namespace oncobridge::test {
namespace {

std::string line_of(const Json& resource) {
  const std::string div = resource["text"]["div"];
  const std::size_t start = div.find("<p>") + 3;
  return div.substr(start, div.find("</p>") - start);
}

// The narratives of the resources of a type, in bundle order.
std::vector<std::string> lines(std::string_view type, std::string_view members) {
  std::vector<std::string> found;
  const Mapped mapped = map_case(with_case(members), Framing::transaction, {}, true);
  for (const Json& resource : mapped.all(type)) found.push_back(line_of(resource));
  return found;
}

TEST(Narrative, OfAPatientIsSexBirthAndDeath) {
  EXPECT_EQ(lines("Patient", R"("patient":{"gender":"female","birth_date":"1970-05"})").at(0),
            "Female; born 1970-05");
  EXPECT_EQ(lines("Patient",
                  R"("patient":{"gender":"male","birth_date":"1950","death_date":"2021-03",
                     "names":{"family":"Example","given":["Max","M."]},"language":"de",
                     "identifiers":{"system":"urn:oid:1.2.3","value":"A1"}})")
                .at(0),
            "Max Example; Male; born 1950; died 2021-03");
}

TEST(Narrative, OfAPatientTellsAliveUnknownAndNotReportedApart) {
  EXPECT_EQ(lines("Patient", R"("patient":{"gender":"unknown","vital_status":"alive"})").at(0),
            "Gender unknown; alive");
  EXPECT_EQ(lines("Patient", R"("title":"t")").at(0), "Patient");
}

TEST(Narrative, OfAMarkerHasItsValueWithSignAndUnit) {
  EXPECT_EQ(lines("Observation",
                  R"("markers":[{"marker":"ER","when":"2021-03-04","method":"IHC",
                     "percent":{"value":90,"comparator":">","unit":"%"}}])")
                .at(0),
            "ER; 2021-03-04; &gt;90 %; IHC");
  EXPECT_EQ(lines("Observation",
                  R"("markers":[{"marker":"CEA","value":{"low":2,"high":3,"unit":"ng/mL"}}])")
                .at(0),
            "CEA; from 2 to 3 ng/mL");
  EXPECT_EQ(lines("Observation", R"("markers":[{"marker":"ER","allred":{"total":8}}])").at(0),
            "ER, Allred score; 8");
  EXPECT_EQ(lines("Observation", R"("markers":[{"marker":"ER","result":"not done"}])").at(0),
            "ER; not done");
}

TEST(Narrative, OfAScoreHasTheScore) {
  EXPECT_EQ(lines("Observation", R"("performance":[{"scale":"ecog","value":6}])").at(0),
            "ECOG Performance Status score; 6");
}

TEST(Narrative, OfATumourNamesItAndItsSide) {
  EXPECT_EQ(lines("Condition", R"("primary_tumors":[{"diagnosis":"breast cancer",
                    "site":{"site":"breast","laterality":"left"},"asserted":"2020-01"}])")
                .at(0),
            "breast cancer; left; breast");
}

TEST(Narrative, OfATreatmentSaysIfItWasNotDone) {
  const auto surgery = lines("Procedure", R"("surgeries":[{"procedure":"mastectomy",
      "status":"not-done","reason_not_done":"patient declined"}])");
  EXPECT_EQ(surgery.at(0), "not-done; patient declined; mastectomy");
  const auto period = lines("Procedure", R"("treatments":[{"treatment":"hormonal therapy",
      "when":{"start":"2020-01","end":"2020-03"}}])");
  EXPECT_NE(period.at(0).find("from 2020-01 until 2020-03"), std::string::npos) << period.at(0);
}

TEST(Narrative, OfADocumentHasItsTitle) {
  const auto document = lines("DocumentReference", R"("sources":[{"title":"A & B"}])");
  EXPECT_NE(document.at(0).find("A &amp; B"), std::string::npos);
}

TEST(Narrative, IsNotWrittenUnlessAskedFor) {
  EXPECT_FALSE(
      map_case(with_case(R"("patient":{"gender":"female"})")).only("Patient").contains("text"));
}

}  // namespace
}  // namespace oncobridge::test
