#include "oncobridge/fhir/bundle_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace oncobridge {
namespace {

using nlohmann::json;

constexpr std::string_view kBundle = "00000000-0000-5000-8000-000000000001";
constexpr std::string_view kPatient = "00000000-0000-5000-8000-000000000002";
constexpr std::string_view kCondition = "00000000-0000-5000-8000-000000000003";

void write_case(BundleWriter& writer) {
  writer.begin_bundle(kBundle);
  writer.begin_resource(ResourceType::Patient, kPatient);
  writer.json().plain("gender", "female");
  writer.end_resource();
  writer.begin_resource(ResourceType::Condition, kCondition);
  writer.reference("subject", ResourceType::Patient, kPatient);
  writer.end_resource();
  writer.end_bundle();
}

TEST(BundleWriter, ATransactionPutsEveryResourceUnderItsId) {
  BundleWriter writer(Framing::transaction);
  write_case(writer);
  EXPECT_EQ(
      writer.output().view(),
      R"({"resourceType":"Bundle","id":"00000000-0000-5000-8000-000000000001","type":"transaction","entry":[)"
      R"({"fullUrl":"urn:uuid:00000000-0000-5000-8000-000000000002","resource":{"resourceType":"Patient",)"
      R"("id":"00000000-0000-5000-8000-000000000002","gender":"female"},)"
      R"("request":{"method":"PUT","url":"Patient/00000000-0000-5000-8000-000000000002"}},)"
      R"({"fullUrl":"urn:uuid:00000000-0000-5000-8000-000000000003","resource":{"resourceType":"Condition",)"
      R"("id":"00000000-0000-5000-8000-000000000003",)"
      R"("subject":{"reference":"Patient/00000000-0000-5000-8000-000000000002"}},)"
      R"("request":{"method":"PUT","url":"Condition/00000000-0000-5000-8000-000000000003"}}]})"
      "\n");
}

TEST(BundleWriter, ACollectionClaimsThePatientBundleAndResolvesInsideItself) {
  BundleWriter writer(Framing::collection);
  write_case(writer);
  const json bundle = json::parse(writer.output().view());
  EXPECT_EQ(bundle["type"], "collection");
  EXPECT_EQ(bundle["meta"]["profile"][0],
            "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-patient-bundle");
  ASSERT_EQ(bundle["entry"].size(), 2u);
  EXPECT_FALSE(bundle["entry"][0].contains("request"));
  // FHIR R4 bundle.html, "Resolving references in Bundles": the reference is the fullUrl.
  EXPECT_EQ(bundle["entry"][1]["resource"]["subject"]["reference"], bundle["entry"][0]["fullUrl"]);
}

TEST(BundleWriter, NdjsonHasOneStreamAResourceType) {
  BundleWriter writer(Framing::ndjson);
  write_case(writer);
  write_case(writer);
  const auto stream = [&](ResourceType type) {
    return std::string(writer.output(static_cast<std::size_t>(type)).view());
  };
  const std::string patient =
      R"({"resourceType":"Patient","id":"00000000-0000-5000-8000-000000000002","gender":"female"})"
      "\n";
  EXPECT_EQ(stream(ResourceType::Patient), patient + patient);
  EXPECT_NE(stream(ResourceType::Condition).find("\"Patient/00000000"), std::string::npos);
  EXPECT_EQ(stream(ResourceType::Observation), "");
}

TEST(BundleWriter, ARejectedRecordLeavesNothing) {
  for (const Framing framing : {Framing::transaction, Framing::collection, Framing::ndjson}) {
    BundleWriter once(framing), twice(framing);
    write_case(once);
    write_case(twice);
    twice.checkpoint();
    write_case(twice);
    twice.rollback();
    write_case(once);
    write_case(twice);
    for (std::size_t type = 0; type < kResourceTypeCount; ++type) {
      EXPECT_EQ(once.output(type).view(), twice.output(type).view());
    }
  }
}

TEST(BundleWriter, OutputIsHandedOnAndTheWriterStartsAnew) {
  BundleWriter writer(Framing::transaction);
  write_case(writer);
  Buffer kept[kResourceTypeCount];
  writer.swap_output(kept);
  EXPECT_EQ(writer.output().size(), 0u);
  const std::string first(kept[0].view());
  write_case(writer);
  EXPECT_EQ(writer.output().view(), first);
}

TEST(BundleWriter, TypeNamesAreThoseOfFhir) {
  EXPECT_EQ(resource_type_name(ResourceType::Patient), "Patient");
  EXPECT_EQ(resource_type_name(ResourceType::MedicationAdministration), "MedicationAdministration");
  EXPECT_EQ(resource_type_name(ResourceType::Group), "Group");
}

}  // namespace
}  // namespace oncobridge
