// What the conformance tests share: the suites and packages beside the repository, the list of
// known gaps, and verdicts in the form in which they are compared. Nothing here is for threads but
// reading.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/profile/validator.h"

namespace oncobridge::conformance {

// ../shared, where suites and packages lie; empty if it is not at hand (callers skip by name).
std::filesystem::path shared_folder();
// A folder below the build folder for reports and unpacked packages.
std::filesystem::path scratch_folder();
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);

// The folder of a package of ../shared/packages, unpacked once a build folder.
std::filesystem::path unpacked_package(const std::string& name);

struct Example {
  std::string name;  // `mcode/Patient-cancer-patient-adam-anyperson.json`
  std::string bytes;
};
// The files of reference_verdicts.txt, in its order.
std::vector<Example> load_examples();

// What known_gaps.txt has of a suite: lines `<suite> <test>: <reason>`.
class KnownGaps {
 public:
  explicit KnownGaps(std::string_view suite);

  bool lists(const std::string& name) const { return reasons_.count(name) != 0; }
  // Both ways: missed and not listed, listed and not missed. Empty if the list is true.
  std::string difference(const std::set<std::string>& missed) const;

 private:
  std::string suite_;
  std::map<std::string, std::string> reasons_;
};

// `Bundle.entry[0].resource/*Patient/1*/.id` and `Patient.extension[1][url='x']` without what only
// explains: `Bundle.entry[0].resource.id`, `Patient.extension[1]`.
std::string bare_place(std::string_view expression);

// A judgement as the suites compare it.
struct Judged {
  bool valid = true;
  std::size_t errors = 0;  // fatal ones included
  std::set<std::string> error_places;
  std::vector<Issue> issues;
};
Judged judged(Validator& validator, std::string_view bytes);

// `error Patient.name[0] 3:5 cardinality-min text`, a line an issue, for reports and comparisons.
std::string describe(const std::vector<Issue>& issues, Severity least = Severity::kInformation);

}  // namespace oncobridge::conformance
