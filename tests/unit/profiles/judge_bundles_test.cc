// Bundles: what references in a transaction mean, what a document must hold, what requests ask for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oncobridge/profile/validator.h"

namespace oncobridge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class JudgeBundles : public testing::Test {
 protected:
  static void SetUpTestSuite() { definitions_ = Definitions::shipped(); }
  static void TearDownTestSuite() { definitions_.reset(); }

  // `error bundle-request Bundle.entry[0].request.url`, without what only explains the place; only
  // of rules that begin with `prefix`.
  static std::vector<std::string> found(const std::string& bundle, std::string_view prefix) {
    Validator validator(*definitions_, {});
    validator.judge(bundle);
    std::vector<std::string> found;
    for (const Issue& issue : validator.issues()) {
      if (!issue.rule->id.starts_with(prefix)) continue;
      std::string place = issue.expression;
      for (std::size_t at; (at = place.find("/*")) != std::string::npos;) {
        place.erase(at, place.find("*/") + 2 - at);
      }
      found.push_back(std::string(severity_code(issue.severity)) + " " +
                      std::string(issue.rule->id) + " " + place);
    }
    return found;
  }

  static std::string bundle(const std::string& type, const std::string& entries,
                            const std::string& facts = "") {
    return R"({"resourceType":"Bundle","identifier":{"system":"urn:ietf:rfc:3986","value":)"
           R"("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"},"timestamp":)"
           R"("2024-01-01T00:00:00Z",)" +
           facts + R"("type":")" + type + R"(","entry":[)" + entries + "]}";
  }
  static std::string entry(const std::string& full_url, const std::string& resource,
                           const std::string& request = "") {
    return R"({"fullUrl":")" + full_url + R"(")" +
           (resource.empty() ? "" : R"(,"resource":)" + resource) +
           (request.empty() ? "" : R"(,"request":)" + request) + "}";
  }
  static std::string request(const std::string& method, const std::string& url) {
    return R"({"method":")" + method + R"(","url":")" + url + R"("})";
  }
  static std::string composition(const std::string& facts) {
    return R"({"resourceType":"Composition","id":"c","status":"final","type":{"text":"t"},)"
           R"("date":"2024","title":"t","author":[{"display":"Dr. A"}])" +
           facts + "}";
  }
  static std::string observation(const std::string& facts) {
    return R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"Ki-67"})" +
           facts + "}";
  }
  static std::string document(const std::string& composition_facts, const std::string& others) {
    return bundle("document", entry("http://t.org/Composition/c", composition(composition_facts)) +
                                  (others.empty() ? "" : "," + others));
  }

  static constexpr const char* kPatient = R"({"resourceType":"Patient","id":"p"})";
  static std::unique_ptr<Definitions> definitions_;
};

std::unique_ptr<Definitions> JudgeBundles::definitions_;

TEST_F(JudgeBundles, WhatATransactionPutsIsMeantByTypeAndId) {
  const auto with = [](const std::string& type, const std::string& patient_request,
                       const std::string& reference = "Patient/p") {
    return bundle(
        type, entry("urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0", kPatient, patient_request) +
                  "," +
                  entry("urn:uuid:bbbbbbbb-1cbf-4d64-b04d-cd9187a4c6e0",
                        observation(R"(,"subject":{"reference":")" + reference + R"("})"),
                        patient_request.empty() ? "" : request("PUT", "Observation/o")));
  };
  const std::string rule = "bundle-reference-match";
  EXPECT_THAT(found(with("transaction", request("PUT", "Patient/p")), rule), IsEmpty());
  EXPECT_THAT(found(with("transaction", request("PUT", "Patient/p"), "Patient/p/_history/1"), rule),
              IsEmpty());
  const auto warning =
      ElementsAre("warning bundle-reference-match Bundle.entry[1].resource.subject");
  EXPECT_THAT(found(with("transaction", request("POST", "Patient")), rule), warning);
  EXPECT_THAT(found(with("transaction", request("PUT", "Patient?identifier=1")), rule), warning);
  EXPECT_THAT(found(with("collection", ""), rule), warning);
}

TEST_F(JudgeBundles, ADocumentHoldsWhatItsCompositionIsAbout) {
  const std::string rule = "bundle-reference";
  const std::string patient = entry("http://t.org/Patient/p", kPatient);
  const std::string subject = R"(,"subject":{"reference":"Patient/p"})";
  EXPECT_THAT(found(document(subject, patient), rule), IsEmpty());
  EXPECT_THAT(found(document(subject, ""), rule),
              ElementsAre("error bundle-reference Bundle.entry[0].resource.subject"));
  // One fault, one message: a urn that leads nowhere is not told a second time.
  EXPECT_THAT(found(document(R"(,"section":[{"section":[{"title":"s","entry":[
                  {"reference":"urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0"}]}]}])",
                             ""),
                    ""),
              Contains("error bundle-reference "
                       "Bundle.entry[0].resource.section[0].section[0].entry[0]"));
  // What the Composition replaces is another document; what others refer to may be elsewhere.
  EXPECT_THAT(found(document(R"(,"relatesTo":[{"code":"replaces","targetReference":
                  {"reference":"Composition/b"}}])",
                             ""),
                    rule),
              IsEmpty());
  EXPECT_THAT(found(document(R"(,"section":[{"title":"s","entry":[
                  {"reference":"Observation/o"}]}])",
                             entry("http://t.org/Observation/o",
                                   observation(R"(,"subject":{"reference":"Patient/p"})"))),
                    rule),
              IsEmpty());
  // Identified, but not linked.
  EXPECT_THAT(found(document(R"(,"subject":{"identifier":{"value":"7"}})", ""), rule), IsEmpty());
}

TEST_F(JudgeBundles, AMessageHoldsWhatItsHeaderIsAbout) {
  const auto message = [](const std::string& others) {
    return bundle(
        "message",
        entry("http://t.org/MessageHeader/m",
              R"({"resourceType":"MessageHeader","id":"m","eventUri":"http://t.org/e","source":
            {"endpoint":"http://t.org"},"focus":[{"reference":"Patient/p"}]})") +
            others);
  };
  EXPECT_THAT(found(message(""), "bundle-reference"),
              ElementsAre("error bundle-reference Bundle.entry[0].resource.focus[0]"));
  const std::string patient = "," + entry("http://t.org/Patient/p", kPatient);
  EXPECT_THAT(found(message(patient), "bundle-"), IsEmpty());
  EXPECT_THAT(found(message(patient + "," + entry("http://t.org/Observation/o", observation(""))),
                    "bundle-"),
              ElementsAre("warning bundle-unreachable Bundle.entry[2]"));
}

TEST_F(JudgeBundles, WhatTheCompositionDoesNotReachDoesNotBelongToTheDocument) {
  const std::string rule = "bundle-unreachable";
  const std::string subject = R"(,"subject":{"reference":"Patient/p"})";
  const std::string patient = entry(
      "http://t.org/Patient/p",
      R"({"resourceType":"Patient","id":"p","managingOrganization":{"reference":"Organization/g"}})");
  const std::string organization = entry("http://t.org/Organization/g",
                                         R"({"resourceType":"Organization","id":"g","name":"G"})");
  EXPECT_THAT(found(document(subject, patient + "," + organization), rule), IsEmpty());
  EXPECT_THAT(found(document("", organization), rule),
              ElementsAre("error bundle-unreachable Bundle.entry[1]"));
  // Nothing refers to the observation; it refers to the patient.
  EXPECT_THAT(
      found(document(subject, patient + "," + organization + "," +
                                  entry("http://t.org/Observation/o",
                                        observation(R"(,"subject":{"reference":"Patient/p"})"))),
            rule),
      ElementsAre("warning bundle-unreachable Bundle.entry[3]"));
  // As a Provenance may.
  EXPECT_THAT(
      found(document(subject,
                     patient + "," + organization + "," +
                         entry("http://t.org/Provenance/v",
                               R"({"resourceType":"Provenance","id":"v","target":[{"reference":
             "Patient/p"}],"recorded":"2024-01-01T00:00:00Z","agent":[{"who":{"display":"A"}}]})")),
            rule),
      IsEmpty());
  // A picture is reached by the URL of its attachment, a stylesheet by the bundle's link.
  const std::string binary =
      entry("http://t.org/Binary/b",
            R"({"resourceType":"Binary","id":"b","contentType":"text/css","data":"QUJD"})");
  EXPECT_THAT(
      found(document(subject, entry("http://t.org/Patient/p",
                                    R"({"resourceType":"Patient","id":"p","photo":[{"contentType":
                                       "image/png","url":"Binary/b"}]})") +
                                  "," + binary),
            rule),
      IsEmpty());
  const std::string styled = entry("http://t.org/Composition/c", composition("")) + "," + binary;
  EXPECT_THAT(
      found(bundle("document", styled, R"("link":[{"relation":"stylesheet","url":"Binary/b"}],)"),
            rule),
      IsEmpty());
  EXPECT_THAT(found(bundle("document", styled), rule),
              ElementsAre("error bundle-unreachable Bundle.entry[1]"));
  EXPECT_THAT(found(bundle("collection", styled), rule), IsEmpty());
}

// The second version of a resource was not found by its reference, which meant the first.
TEST_F(JudgeBundles, AReferenceToAVersionMeansTheEntryWithThatVersion) {
  const auto version = [](const std::string& id) {
    return entry("http://t.org/Observation/o",
                 observation(R"(,"meta":{"versionId":")" + id + R"("})"));
  };
  const auto section = [](const std::string& entries) {
    return R"(,"section":[{"title":"s","entry":[)" + entries + "]}]";
  };
  const std::string both = version("1") + "," + version("2");
  const std::string first = R"({"reference":"Observation/o/_history/1"})";
  const std::string second = R"({"reference":"http://t.org/Observation/o/_history/2"})";
  EXPECT_THAT(found(document(section(first + "," + second), both), "bundle-"), IsEmpty());
  EXPECT_THAT(found(document(section(second), both), "bundle-"),
              ElementsAre("error bundle-unreachable Bundle.entry[1]"));
}

// It was taken to mean the entry, whatever its version.
TEST_F(JudgeBundles, AReferenceToAVersionThatNoEntryHasMeansNone) {
  const auto with = [](const std::string& type, const std::string& meta,
                       const std::string& reference) {
    const std::string patient =
        entry("http://t.org/Patient/p", R"({"resourceType":"Patient","id":"p")" + meta + "}");
    const std::string subject = R"(,"subject":{"reference":")" + reference + R"("})";
    return found(type == "document"
                     ? document(subject, patient)
                     : bundle(type, patient + "," +
                                        entry("http://t.org/Observation/o", observation(subject))),
                 "bundle-reference");
  };
  const std::string second = R"(,"meta":{"versionId":"2"})";
  const auto warning =
      ElementsAre("warning bundle-reference-match Bundle.entry[1].resource.subject");
  const auto error = ElementsAre("error bundle-reference Bundle.entry[0].resource.subject");
  for (const std::string base : {"", "http://t.org/"}) {
    EXPECT_THAT(with("collection", second, base + "Patient/p/_history/2"), IsEmpty());
    EXPECT_THAT(with("document", second, base + "Patient/p/_history/2"), IsEmpty());
    EXPECT_THAT(with("collection", second, base + "Patient/p/_history/3"), warning);
    EXPECT_THAT(with("document", second, base + "Patient/p/_history/3"), error);
    EXPECT_THAT(with("collection", "", base + "Patient/p/_history/3"), warning);
    EXPECT_THAT(with("document", "", base + "Patient/p/_history/3"), error);
    EXPECT_THAT(with("document", "", base + "Patient/p#x"), IsEmpty()) << "something within it";
    EXPECT_THAT(with("document", "", base + "patient/p"), error) << "URLs have a case";
  }
}

TEST_F(JudgeBundles, APictureOfTheNarrativeBelongsToTheDocument) {
  const auto shows = [](const std::string& url) {
    return found(document(R"x(,"text":{"status":"generated","div":"<div
                 xmlns=\"http://www.w3.org/1999/xhtml\"><p>x <img alt=\"x\" src=\")x" +
                              url + R"x(\"/></p></div>"})x",
                          entry("http://t.org/Binary/b", R"({"resourceType":"Binary","id":"b",
                                 "contentType":"image/png","data":"QUJD"})")),
                 "bundle-unreachable");
  };
  EXPECT_THAT(shows("Binary/b"), IsEmpty());
  EXPECT_THAT(shows("http://t.org/Binary/b"), IsEmpty());
  EXPECT_THAT(shows("Binary/c"), ElementsAre("error bundle-unreachable Bundle.entry[1]"));
}

TEST_F(JudgeBundles, ADocumentBeginsWithItsCompositionAndIsToldSoOnce) {
  const std::string patient = entry("http://t.org/Patient/p", kPatient);
  EXPECT_THAT(found(bundle("document", patient), ""),
              ElementsAre("error bundle-document Bundle.entry[0]"));
  EXPECT_THAT(found(bundle("message", patient), ""),
              ElementsAre("error bundle-document Bundle.entry[0]"));
  EXPECT_THAT(found(R"({"resourceType":"Bundle","type":"message"})", ""),
              ElementsAre("error bundle-document Bundle"));
  EXPECT_THAT(found(bundle("collection", patient), ""), IsEmpty());
}

TEST_F(JudgeBundles, AnInvariantOfEntriesNamesTheEntryThatBreaksIt) {
  Validator validator(*definitions_, {});
  const auto said = [&](const std::string& document) {
    validator.judge(document);
    std::vector<std::string> found;
    for (const Issue& issue : validator.issues()) {
      if (issue.rule->id != "invariant") continue;
      found.push_back(issue.expression + " " + issue.text + " " + std::to_string(issue.line));
    }
    return found;
  };
  const std::string patient = "\n" + entry("http://t.org/Patient/p", kPatient);
  const auto names = [](const std::string& key, const std::string& entry, const char* line) {
    return ElementsAre(testing::AllOf(testing::StartsWith("Bundle " + key + ": "),
                                      testing::EndsWith(entry + " breaks it " + line)));
  };
  EXPECT_THAT(said(bundle("collection", patient + "," + patient)),
              names("bdl-7", "Bundle.entry[1]", "3"));
  EXPECT_THAT(said(bundle("collection", patient + R"(,
                  {"fullUrl":"http://t.org/Patient/q","search":{"mode":"match"},)"
                                                  R"("resource":{"resourceType":"Patient"}})")),
              names("bdl-2", "Bundle.entry[1]", "3"));
  EXPECT_THAT(said(bundle("batch", patient)), names("bdl-3", "Bundle.entry[0]", "2"));
  EXPECT_THAT(said(bundle("batch-response", patient)), names("bdl-4", "Bundle.entry[0]", "2"));
}

TEST_F(JudgeBundles, RequestsFitTheirResources) {
  const auto found_in = [](const std::string& method, const std::string& url,
                           const std::string& resource) {
    std::vector<std::string> all =
        found(bundle("transaction", entry("urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0", resource,
                                          request(method, url))),
              "bundle-request");
    return all;
  };
  const std::string nameless = R"({"resourceType":"Patient","active":true})";
  for (const auto& [method, url, resource] :
       {std::tuple("PUT", "Patient/p", std::string(kPatient)),
        std::tuple("PUT", "http://t.org/fhir/Patient/p", std::string(kPatient)),
        std::tuple("PUT", "Patient?identifier=7", nameless),
        std::tuple("POST", "Patient", std::string(kPatient)),
        std::tuple("POST", "Patient", nameless),
        std::tuple("POST", "Patient/p/$everything", std::string()),
        std::tuple("POST", "Patient/_search", std::string()),
        std::tuple("DELETE", "Patient/p", std::string()),
        std::tuple("GET", "Patient?name=x", std::string()),
        std::tuple(
            "PATCH", "Patient/p",
            std::string(R"({"resourceType":"Binary","contentType":"text/x","data":"QUJD"})"))}) {
    EXPECT_THAT(found_in(method, url, resource), IsEmpty()) << method << " " << url;
  }
  const auto wrong_url = ElementsAre("error bundle-request Bundle.entry[0].request.url");
  EXPECT_THAT(found_in("PUT", "Observation/p", kPatient), wrong_url);
  EXPECT_THAT(found_in("PUT", "Patient", kPatient), wrong_url);
  EXPECT_THAT(found_in("POST", "Observation", kPatient), wrong_url);
  EXPECT_THAT(found_in("POST", "Patient/p", kPatient), wrong_url);
  EXPECT_THAT(found_in("POST", "Pateint", kPatient), wrong_url);
  EXPECT_THAT(found_in("PUT", "Patient/p", ""),
              ElementsAre("error bundle-request Bundle.entry[0]"));
  EXPECT_THAT(found_in("POST", "Patient", ""), ElementsAre("error bundle-request Bundle.entry[0]"));
  EXPECT_THAT(found_in("DELETE", "Patient/p", kPatient),
              ElementsAre("warning bundle-request Bundle.entry[0]"));
  EXPECT_THAT(found_in("GET", "Patient/p", kPatient),
              ElementsAre("warning bundle-request Bundle.entry[0]"));
}

TEST_F(JudgeBundles, ATransactionChangesAResourceOnce) {
  const auto twice = [](const std::string& type, const std::string& method,
                        const std::string& url) {
    const std::string put = entry("http://t.org/Patient/p", kPatient, request("PUT", "Patient/p"));
    return found(bundle(type, put + R"(,{"request":)" + request(method, url) + "}"),
                 "bundle-request");
  };
  const auto error = ElementsAre("error bundle-request Bundle.entry[1]");
  EXPECT_THAT(twice("transaction", "DELETE", "Patient/p"), error);
  EXPECT_THAT(twice("transaction", "DELETE", "http://t.org/fhir/Patient/p"), error);
  EXPECT_THAT(
      found(bundle("transaction", R"({"request":{"method":"DELETE","url":"http://a.org/Patient/p"}},
                      {"request":{"method":"DELETE","url":"http://b.org/Patient/p"}},
                      {"request":{"method":"DELETE","url":"http://a.org/Patient/p"}})"),
            "bundle-request"),
      ElementsAre("error bundle-request Bundle.entry[2]"))
      << "one of two servers";
  EXPECT_THAT(twice("transaction", "DELETE", "Patient/q"), IsEmpty());
  EXPECT_THAT(twice("transaction", "DELETE", "Patient?identifier=7"), IsEmpty());
  const std::string by_search =
      entry("http://t.org/Patient/p", kPatient, request("PUT", "Patient?identifier=7"));
  EXPECT_THAT(found(bundle("transaction", by_search +
                                              R"(,{"fullUrl":"http://t.org/Patient/q","resource":)"
                                              R"({"resourceType":"Patient","id":"q"},"request":)" +
                                              request("PUT", "Patient?identifier=7") + "}"),
                    "bundle-request"),
              error);
  EXPECT_THAT(twice("transaction", "GET", "Patient/p"), IsEmpty());
  EXPECT_THAT(twice("batch", "DELETE", "Patient/p"), IsEmpty());
  EXPECT_THAT(twice("transaction", "DELETE", "Patient"),
              ElementsAre("error bundle-request Bundle.entry[1].request.url"));
}

// The patient of the example below has no name: US Core's profile, which the observation's asks
// for, is broken, but it is not known to be the patient that is meant.
TEST_F(JudgeBundles, AnEntryThatHasTheTypeAndIdByChanceIsNotHeldToTheProfileOfTheReference) {
  const std::string bare = R"({"resourceType":"Patient","id":"p"})";
  const std::string smoking = observation(
      R"(,"meta":{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-simple-observation"]},
         "effectiveDateTime":"2024-01-01","valueString":"x","category":[{"coding":[{"code":"sdoh",
         "system":"http://terminology.hl7.org/CodeSystem/observation-category"}]}],
         "subject":{"reference":"Patient/p"})");
  const auto with = [&](const std::string& full_url) {
    return found(bundle("collection",
                        entry(full_url, bare) + "," + entry("http://t.org/Observation/o", smoking)),
                 "reference-");
  };
  EXPECT_THAT(with("http://t.org/Patient/p"),
              ElementsAre("error reference-profile Bundle.entry[1].resource.subject"));
  EXPECT_THAT(with("urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0"),
              ElementsAre("information reference-not-checked Bundle.entry[1].resource.subject"));
}

TEST_F(JudgeBundles, AnEntryOfABatchDoesNotReferToWhatAnotherCreates) {
  const auto with = [](const std::string& type, const std::string& method, const std::string& url) {
    const std::string patient = "urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0";
    const std::string own = "urn:uuid:bbbbbbbb-1cbf-4d64-b04d-cd9187a4c6e0";
    return found(
        bundle(type, entry(patient, kPatient, request(method, url)) + "," +
                         entry(own,
                               observation(R"(,"subject":{"reference":")" + patient +
                                           R"("},"focus":[{"reference":")" + own + R"("}])"),
                               request("POST", "Observation"))),
        "bundle-batch");
  };
  EXPECT_THAT(with("batch", "POST", "Patient"),
              ElementsAre("error bundle-batch-reference Bundle.entry[1].resource.subject"));
  EXPECT_THAT(with("batch", "PUT", "Patient/p"), IsEmpty());
  const std::string by_chance = bundle(
      "batch",
      entry("urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0", kPatient, request("POST", "Patient")) +
          "," +
          entry("http://t.org/Observation/o",
                observation(R"(,"subject":{"reference":"Patient/p"})"),
                request("POST", "Observation")));
  EXPECT_THAT(found(by_chance, "bundle-batch"), IsEmpty()) << "the server's own Patient/p";
  EXPECT_THAT(with("transaction", "POST", "Patient"), IsEmpty());
}

TEST_F(JudgeBundles, WhatIsPutHasTheIdOfTheUrl) {
  const auto put = [](const std::string& url, const std::string& resource) {
    return found(bundle("transaction", entry("urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0",
                                             resource, request("PUT", url))),
                 "resource-id");
  };
  EXPECT_THAT(put("Patient/p", kPatient), IsEmpty());
  EXPECT_THAT(put("Patient/q", kPatient),
              ElementsAre("error resource-id Bundle.entry[0].resource.id"));
  EXPECT_THAT(put("Patient/q", R"({"resourceType":"Patient","active":true})"),
              ElementsAre("error resource-id Bundle.entry[0].resource"));
  EXPECT_THAT(put("Patient?identifier=7", kPatient), IsEmpty());
}

TEST_F(JudgeBundles, WhatAFullUrlNamesByIdHasAnId) {
  const std::string nameless = R"({"resourceType":"Patient","active":true})";
  const auto missing = ElementsAre("error resource-id Bundle.entry[0].resource");
  EXPECT_THAT(found(bundle("collection", entry("http://t.org/Patient/p", nameless)), "resource-id"),
              missing);
  EXPECT_THAT(
      found(bundle("collection", entry("http://t.org/some/thing", nameless)), "resource-id"),
      IsEmpty());
  EXPECT_THAT(
      found(bundle("collection", entry("urn:uuid:aaaaaaaa-1cbf-4d64-b04d-cd9187a4c6e0", nameless)),
            "resource-id"),
      IsEmpty());
  // Once, where a PUT needs it, too.
  EXPECT_THAT(found(bundle("transaction",
                           entry("http://t.org/Patient/p", nameless, request("PUT", "Patient/p"))),
                    "resource-id"),
              missing);
}

}  // namespace
}  // namespace oncobridge
