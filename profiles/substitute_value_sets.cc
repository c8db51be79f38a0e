#include "profiles/substitute_value_sets.h"

namespace oncobridge::profiles {
namespace {

constexpr std::string_view kCdc = "urn:oid:2.16.840.1.113883.6.238";
constexpr std::string_view kNullFlavor = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";
constexpr std::string_view kGender =
    "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender";

struct Row {
  std::string_view oid;
  std::string_view system;
  std::string_view code;
  std::string_view display;
};

constexpr Row kRows[] = {
    {"2.16.840.1.114222.4.11.836", kCdc, "1002-5", "American Indian or Alaska Native"},
    {"2.16.840.1.114222.4.11.836", kCdc, "2028-9", "Asian"},
    {"2.16.840.1.114222.4.11.836", kCdc, "2054-5", "Black or African American"},
    {"2.16.840.1.114222.4.11.836", kCdc, "2076-8", "Native Hawaiian or Other Pacific Islander"},
    {"2.16.840.1.114222.4.11.836", kCdc, "2106-3", "White"},
    {"2.16.840.1.114222.4.11.836", kCdc, "2131-1", "Other Race"},
    {"2.16.840.1.114222.4.11.837", kCdc, "2135-2", "Hispanic or Latino"},
    {"2.16.840.1.114222.4.11.837", kCdc, "2186-5", "Not Hispanic or Latino"},
    {"2.16.840.1.113762.1.4.1021.102", kNullFlavor, "UNK", "Unknown"},
    {"2.16.840.1.113762.1.4.1021.102", kNullFlavor, "ASKU", "asked but unknown"},
    {"2.16.840.1.113762.1.4.1021.103", kNullFlavor, "UNK", "Unknown"},
    {"2.16.840.1.113762.1.4.1021.103", kNullFlavor, "ASKU", "asked but unknown"},
    {"2.16.840.1.113762.1.4.1021.103", kNullFlavor, "OTH", "other"},
    {"2.16.840.1.113762.1.4.1", kGender, "F", "Female"},
    {"2.16.840.1.113762.1.4.1", kGender, "M", "Male"},
};

}  // namespace

std::vector<ValueSet> substitute_value_sets() {
  std::vector<ValueSet> sets;
  for (const Row& row : kRows) {
    std::string url = "http://cts.nlm.nih.gov/fhir/ValueSet/" + std::string(row.oid);
    if (sets.empty() || sets.back().url != url) {
      sets.emplace_back().url = std::move(url);
      sets.back().parts.emplace_back().system = row.system;
    }
    sets.back().parts.front().codes.push_back(
        {std::string(row.code), std::string(row.display), {}});
  }
  return sets;
}

}  // namespace oncobridge::profiles
