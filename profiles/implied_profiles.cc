#include "profiles/implied_profiles.h"

#include <algorithm>
#include <array>

namespace oncobridge::profiles {
namespace {

struct Implied {
  std::string_view code;
  std::string_view profile;  // below http://hl7.org/fhir/StructureDefinition/
};

// The main LOINC codes are those of FHIR R4 observation-vitalsigns.html; the others are those that
// the HL7 validator applies the profiles for. Sorted by code.
constexpr std::array<Implied, 82> kLoinc = {{
    {"11291-2", "resprate"},   {"11328-2", "heartrate"},  {"19224-5", "oxygensat"},
    {"19840-8", "resprate"},   {"20564-1", "oxygensat"},  {"2708-6", "oxygensat"},
    {"2709-4", "oxygensat"},   {"2710-2", "oxygensat"},   {"2713-6", "oxygensat"},
    {"29463-7", "bodyweight"}, {"3137-7", "bodyheight"},  {"3138-5", "bodyheight"},
    {"3141-9", "bodyweight"},  {"3142-7", "bodyweight"},  {"33438-3", "resprate"},
    {"35094-2", "bp"},         {"39156-5", "bmi"},        {"40443-4", "heartrate"},
    {"51733-4", "oxygensat"},  {"55284-4", "bp"},         {"55425-3", "heartrate"},
    {"59408-5", "oxygensat"},  {"59417-6", "oxygensat"},  {"60834-9", "bodytemp"},
    {"60835-6", "bodytemp"},   {"60836-4", "bodytemp"},   {"60838-0", "bodytemp"},
    {"60955-2", "bodytemp"},   {"60978-4", "heartrate"},  {"61009-7", "bodytemp"},
    {"68999-2", "heartrate"},  {"69000-8", "heartrate"},  {"73795-7", "heartrate"},
    {"73799-9", "heartrate"},  {"75292-3", "bodyweight"}, {"75539-7", "bodytemp"},
    {"75987-8", "bodytemp"},   {"76010-8", "bodytemp"},   {"76011-6", "bodytemp"},
    {"76170-0", "resprate"},   {"76171-8", "resprate"},   {"76172-6", "resprate"},
    {"76270-8", "resprate"},   {"76278-1", "bodytemp"},   {"76476-1", "heartrate"},
    {"76477-9", "heartrate"},  {"76534-7", "bp"},         {"79348-9", "bodyweight"},
    {"8287-5", "headcircum"},  {"8302-2", "bodyheight"},  {"8306-3", "bodyheight"},
    {"8308-9", "bodyheight"},  {"8309-7", "bodytemp"},    {"8310-5", "bodytemp"},
    {"8328-7", "bodytemp"},    {"8329-5", "bodytemp"},    {"8330-3", "bodytemp"},
    {"8331-1", "bodytemp"},    {"8332-9", "bodytemp"},    {"8333-7", "bodytemp"},
    {"8334-5", "bodytemp"},    {"8350-1", "bodyweight"},  {"8351-9", "bodyweight"},
    {"8459-0", "bp"},          {"8480-6", "bp"},          {"85353-1", "vitalspanel"},
    {"85354-9", "bp"},         {"8867-4", "heartrate"},   {"8886-4", "heartrate"},
    {"8889-8", "heartrate"},   {"8890-6", "heartrate"},   {"8891-4", "heartrate"},
    {"8892-2", "heartrate"},   {"8893-0", "heartrate"},   {"89270-3", "bmi"},
    {"89276-0", "oxygensat"},  {"91371-5", "bodytemp"},   {"9279-1", "resprate"},
    {"97549-0", "oxygensat"},  {"9843-4", "headcircum"},  {"98657-0", "bodytemp"},
    {"98663-8", "bodytemp"},
}};

constexpr std::array<Implied, 55> kSnomed = {{
    {"1153637007", "bodyheight"}, {"1162392001", "bodyheight"}, {"1162415002", "bodyweight"},
    {"1162416001", "bodyweight"}, {"1162417005", "bodyheight"}, {"1162418000", "bodyheight"},
    {"1162419008", "bodyheight"}, {"1222808002", "bodytemp"},   {"1230278008", "bodyheight"},
    {"1269262007", "headcircum"}, {"163033001", "bp"},          {"163035008", "bp"},
    {"169876006", "headcircum"},  {"249043002", "heartrate"},   {"251076008", "bp"},
    {"251670001", "heartrate"},   {"271306003", "resprate"},    {"271625008", "resprate"},
    {"271649006", "bp"},          {"271650006", "bp"},          {"276885007", "bodytemp"},
    {"300076005", "bodytemp"},    {"307047009", "bodytemp"},    {"363811000", "headcircum"},
    {"363812007", "headcircum"},  {"364246006", "bodytemp"},    {"386534000", "bp"},
    {"386536003", "bp"},          {"386725007", "bodytemp"},    {"399017001", "heartrate"},
    {"399304008", "bp"},          {"407554009", "bp"},          {"407556006", "bp"},
    {"415882003", "bodytemp"},    {"415929009", "bodytemp"},    {"415945006", "bodytemp"},
    {"415974002", "bodytemp"},    {"424927000", "bodyweight"},  {"425024002", "bodyweight"},
    {"429525003", "heartrate"},   {"429614003", "heartrate"},   {"431314004", "oxygensat"},
    {"431598003", "bodytemp"},    {"442476006", "oxygensat"},   {"444981005", "heartrate"},
    {"46680005", "vitalspanel"},  {"50373000", "bodyheight"},   {"60621009", "bmi"},
    {"698831002", "bodytemp"},    {"698832009", "bodytemp"},    {"708499008", "bodytemp"},
    {"716579001", "bp"},          {"735395000", "bodyweight"},  {"784399000", "bodyweight"},
    {"86290005", "resprate"},
}};

// Whole canonicals, so that a view of one can be given out.
constexpr std::string_view kBase = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::array kCanonicals = {
    std::string_view("http://hl7.org/fhir/StructureDefinition/bmi"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/bodyheight"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/bodytemp"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/bodyweight"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/bp"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/headcircum"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/heartrate"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/oxygensat"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/resprate"),
    std::string_view("http://hl7.org/fhir/StructureDefinition/vitalspanel"),
};

template <std::size_t size>
std::string_view find(const std::array<Implied, size>& table, std::string_view code) {
  const auto found = std::lower_bound(
      table.begin(), table.end(), code,
      [](const Implied& entry, std::string_view text) { return entry.code < text; });
  if (found == table.end() || found->code != code) return {};
  for (const std::string_view canonical : kCanonicals) {
    if (canonical.substr(kBase.size()) == found->profile) return canonical;
  }
  return {};
}

}  // namespace

std::string_view implied_profile(std::string_view system, std::string_view code) {
  if (system == "http://loinc.org") return find(kLoinc, code);
  if (system == "http://snomed.info/sct") return find(kSnomed, code);
  return {};
}

}  // namespace oncobridge::profiles
