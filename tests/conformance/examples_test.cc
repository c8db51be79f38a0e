// Our verdicts on the published examples against those of the HL7 validator, which
// reference_verdicts.txt holds. Where the two differ, disagreements.md says who is right and why;
// the test keeps that table complete and true. A report of all errors goes to
// conformance/examples.txt in the build folder.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/conformance/suites.h"

namespace oncobridge::conformance {
namespace {

namespace fs = std::filesystem;

fs::path here() { return fs::path(ONCOBRIDGE_SOURCE_DIR) / "tests/conformance"; }

// File and verdict.
std::map<std::string, std::string> reference_verdicts() {
  std::map<std::string, std::string> verdicts;
  std::ifstream table(here() / "reference_verdicts.txt");
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream columns(line);
    std::string file;
    std::string verdict;
    std::getline(columns, file, '\t');
    std::getline(columns, verdict, '\t');
    verdicts[file] = verdict;
  }
  return verdicts;
}

struct Disagreement {
  std::string ours;
  std::string theirs;
  std::string right;
  std::string why;
};

std::string trimmed(const std::string& cell) {
  const std::size_t begin = cell.find_first_not_of(" `");
  const std::size_t end = cell.find_last_not_of(" `");
  return begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1);
}

// Rows `| file | ours | HL7 | right | why |`.
std::map<std::string, Disagreement> disagreements() {
  std::map<std::string, Disagreement> rows;
  std::ifstream table(here() / "disagreements.md");
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line.front() != '|') continue;
    std::vector<std::string> cells;
    std::istringstream columns(line.substr(1));
    for (std::string cell; std::getline(columns, cell, '|');) cells.push_back(trimmed(cell));
    if (cells.size() < 5 || cells[0].find('/') == std::string::npos) continue;
    rows[cells[0]] = {cells[1], cells[2], cells[3], cells[4]};
  }
  return rows;
}

struct Comparison {
  std::string differences;  // of the table against what was found
  std::string report;
  std::size_t files = 0;
  std::size_t disagreed = 0;
};

void compare(const std::string& name, const Judged& got, const std::string& theirs,
             std::map<std::string, Disagreement>& rows, Comparison& result) {
  const std::string ours = got.valid ? "valid" : "invalid";
  ++result.files;
  result.disagreed += ours != theirs;
  if (!got.valid || ours != theirs)
    result.report +=
        name + "  ours " + ours + ", HL7 " + theirs + '\n' + describe(got.issues, Severity::kError);
  const auto row = rows.find(name);
  if (ours == theirs) {
    if (row != rows.end()) result.differences += "in the table, but agreed: " + name + '\n';
  } else if (row == rows.end()) {
    result.differences += "not in the table: " + name + "  ours " + ours + '\n';
  } else if (row->second.ours != ours || row->second.theirs != theirs ||
             row->second.right.empty() || row->second.why.empty()) {
    result.differences += "the row is not true or not complete: " + name + '\n';
  }
  if (row != rows.end()) rows.erase(row);
}

TEST(Examples, EveryDisagreementWithTheHl7ValidatorIsExplained) {
  if (shared_folder().empty()) GTEST_SKIP() << "../shared/packages is not at hand";
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions);
  const auto verdicts = reference_verdicts();
  auto rows = disagreements();
  Comparison result;
  for (const Example& example : load_examples()) {
    ASSERT_FALSE(example.bytes.empty()) << example.name;
    compare(example.name, judged(validator, example.bytes), verdicts.at(example.name), rows,
            result);
  }
  for (const auto& [name, row] : rows) result.differences += "no such example: " + name + '\n';
  write_file(scratch_folder() / "examples.txt", result.report);
  std::cout << "examples: " << result.files << ", disagreed " << result.disagreed << "\n";
  EXPECT_EQ(result.files, 179u + 183u + 652u);
  EXPECT_EQ(result.differences, "");
}

}  // namespace
}  // namespace oncobridge::conformance
