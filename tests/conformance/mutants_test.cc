// mCODE resources broken in one way each, and controls (../shared/conformance/mutants): the
// intended verdict, with the errors at the element that was broken and nowhere else.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/conformance/suites.h"

namespace oncobridge::conformance {
namespace {

using Json = nlohmann::json;

// Where the broken element is, if the HL7 validator finds nothing or puts it elsewhere.
const std::map<std::string, std::set<std::string>>& own_places() {
  static const std::map<std::string, std::set<std::string>> places = {
      // Decided from the enumerated value set, which the HL7 validator cannot do offline.
      {"bind-laterality", {"Condition.bodySite[0].extension[0].value.ofType(CodeableConcept)"}},
      // The HL7 validator walks the Condition by the Observation profile; the claim is the fault.
      {"profile-wrong-type", {"Condition.meta.profile[0]"}},
      // The example has another fault, which the HL7 validator only warns of: UCUM writes m2, not
      // m^2.
      {"pattern-bsa-code", {"Observation.value.ofType(Quantity).code"}},
  };
  return places;
}

std::set<std::string> expected_places(const Json& mutant) {
  std::set<std::string> places;
  for (const Json& error : mutant.at("hl7_errors"))
    places.insert(bare_place(error.at("location").get<std::string>()));
  const auto own = own_places().find(mutant.at("name").get<std::string>());
  if (own != own_places().end()) places.insert(own->second.begin(), own->second.end());
  return places;
}

// `Observation.value[x]` is how a place reads before the type of the choice is known.
std::string without_choice(const std::string& place) {
  const std::size_t typed = place.rfind(".ofType(");
  const bool last = typed != std::string::npos && place.find('.', typed + 1) == std::string::npos;
  return last ? place.substr(0, typed) + "[x]" : place;
}

bool same_element(const std::string& ours, const std::string& wanted) {
  return ours == wanted || without_choice(ours) == wanted;
}

// An error on a child of the broken element, or on its parent, belongs to it; one on the whole
// resource does only if that is what was broken.
bool belongs_to(const std::string& ours, const std::string& wanted) {
  const bool whole = wanted.find('.') == std::string::npos;
  return same_element(ours, wanted) || (!whole && ours.starts_with(wanted + ".")) ||
         (ours.find('.') != std::string::npos && wanted.starts_with(ours + "."));
}

std::string fault_of(const Json& mutant, const Judged& got) {
  const std::string intended = mutant.at("intended").get<std::string>();
  if (intended == "unsure") return {};
  if (got.valid != (intended == "valid")) return "verdict";
  const std::set<std::string> wanted = expected_places(mutant);
  bool hit = got.valid;
  for (const std::string& ours : got.error_places) {
    hit = hit || std::any_of(wanted.begin(), wanted.end(),
                             [&](const std::string& place) { return same_element(ours, place); });
    if (std::none_of(wanted.begin(), wanted.end(),
                     [&](const std::string& place) { return belongs_to(ours, place); }))
      return "another place: " + ours;
  }
  return hit ? "" : "place";
}

TEST(Mutants, EachGetsItsIntendedVerdictAtTheRightElement) {
  if (shared_folder().empty()) GTEST_SKIP() << "../shared/conformance is not at hand";
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions);
  std::ifstream list(shared_folder() / "conformance/mutants/mutants.jsonl");
  std::set<std::string> missed;
  std::string report;
  std::size_t count = 0;
  for (std::string line; std::getline(list, line); ++count) {
    const Json mutant = Json::parse(line);
    const std::string name = mutant.at("name").get<std::string>();
    const std::string bytes =
        read_file(shared_folder() / "conformance/mutants" / mutant.at("file").get<std::string>());
    const Judged got = judged(validator, bytes);
    const std::string fault = fault_of(mutant, got);
    if (!fault.empty()) missed.insert(name);
    report += (fault.empty() ? "right  " : fault) + "  " + name + "  " +
              mutant.at("intended").get<std::string>() + ": " +
              mutant.at("change").get<std::string>() + '\n' +
              (fault.empty() ? "" : describe(got.issues, Severity::kWarning));
  }
  write_file(scratch_folder() / "mutants.txt", report);
  std::cout << "mutants: " << count << ", missed " << missed.size() << "\n";
  EXPECT_EQ(count, 57u);
  EXPECT_EQ(KnownGaps("mutants").difference(missed), "") << report;
}

}  // namespace
}  // namespace oncobridge::conformance
