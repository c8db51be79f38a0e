// Holds tests/golden/seed_facts.csv, the facts of the 18 published cases that a person read out of
// the sources, against the bundles. A row: case, fact, rule, expected. The rule
// `Type[path=value;...].path` picks resources of a type for which all conditions hold and then a
// path in them; a path follows every element of an array. Expected: exists, absent, count=N
// (resources), or a text that some value has.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "oncobridge/fhir/json_document.h"
#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

struct Row {
  std::string case_name;
  std::string fact;
  std::string rule;
  std::string expected;
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
        cells.back() += line[i++];
      } else {
        quoted = !quoted;
      }
    } else if (line[i] == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  return cells;
}

std::vector<Row> read_rows() {
  std::ifstream file(ONCOBRIDGE_SOURCE_DIR "/tests/golden/seed_facts.csv");
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto cells = cells_of(line);
    EXPECT_EQ(cells.size(), 4u) << line;
    if (cells.size() == 4) rows.push_back({cells[0], cells[1], cells[2], cells[3]});
  }
  return rows;
}

// The texts of all values that a path reaches: strings resolved, numbers and literals as written.
void follow(JsonValue value, std::string_view path, std::vector<std::string>& found) {
  if (value.is_array()) {
    for (JsonValue item = value.first(); item; item = item.next()) follow(item, path, found);
    return;
  }
  if (path.empty()) {
    found.push_back(value.is_string() ? value.string() : std::string(value.raw()));
    return;
  }
  const std::size_t dot = std::min(path.find('.'), path.size());
  const JsonValue next = value.find(path.substr(0, dot));
  if (next) follow(next, path.substr(std::min(dot + 1, path.size())), found);
}

bool has(JsonValue resource, std::string_view path, std::string_view wanted) {
  std::vector<std::string> found;
  follow(resource, path, found);
  return std::find(found.begin(), found.end(), wanted) != found.end();
}

// Splits `Type[conditions].path`; brackets do not nest.
struct Rule {
  std::string type;
  std::vector<std::pair<std::string, std::string>> conditions;
  std::string path;

  explicit Rule(const std::string& text) {
    const std::size_t open = text.find('[');
    const std::size_t close = text.rfind(']');
    type = text.substr(0, open);
    if (close + 1 < text.size()) path = text.substr(close + 2);
    std::string inside = text.substr(open + 1, close - open - 1);
    while (!inside.empty()) {
      const std::size_t end = std::min(inside.find(';'), inside.size());
      const std::size_t equals = inside.find('=');
      conditions.emplace_back(inside.substr(0, equals),
                              inside.substr(equals + 1, end - equals - 1));
      inside.erase(0, std::min(end + 1, inside.size()));
    }
  }

  bool fits(JsonValue resource) const {
    if (resource.text("resourceType") != type) return false;
    for (const auto& [where, wanted] : conditions) {
      if (!has(resource, where, wanted)) return false;
    }
    return true;
  }
};

// Empty if the row holds, otherwise what was found.
std::string broken(const Row& row, const JsonDocument& bundle) {
  const Rule rule(row.rule);
  std::size_t resources = 0;
  std::vector<std::string> found;
  for (JsonValue entry = bundle.root().find("entry").first(); entry; entry = entry.next()) {
    const JsonValue resource = entry.find("resource");
    if (!rule.fits(resource)) continue;
    ++resources;
    if (!rule.path.empty()) follow(resource, rule.path, found);
  }
  const std::size_t reached = rule.path.empty() ? resources : found.size();
  if (row.expected == "exists") return reached > 0 ? "" : "nothing there";
  if (row.expected == "absent") return reached == 0 ? "" : "it is there";
  if (row.expected.starts_with("count=")) {
    return std::to_string(reached) == row.expected.substr(6)
               ? ""
               : "count is " + std::to_string(reached);
  }
  if (std::find(found.begin(), found.end(), row.expected) != found.end()) return "";
  std::string all = std::to_string(resources) + " resources fit, values:";
  for (const std::string& value : found) all += " [" + value + "]";
  return all;
}

TEST(SeedFacts, EveryFactOfTheEighteenPublishedCasesAppearsAsItShould) {
  std::map<std::string, JsonDocument> bundles;
  std::size_t checked = 0;
  for (const Row& row : read_rows()) {
    auto at = bundles.find(row.case_name);
    if (at == bundles.end()) {
      const Mapped mapped = map_file("examples/seed_cases/" + row.case_name + ".json");
      ASSERT_TRUE(mapped.converted)
          << row.case_name << ": " << (mapped.faults.empty() ? "" : mapped.faults[0]);
      auto parsed = JsonDocument::parse(mapped.bytes);
      ASSERT_TRUE(parsed) << row.case_name;
      at = bundles.emplace(row.case_name, std::move(*parsed)).first;
    }
    EXPECT_EQ(broken(row, at->second), "") << row.case_name << ": " << row.fact << "\n  rule "
                                           << row.rule << "\n  expected " << row.expected;
    ++checked;
  }
  EXPECT_EQ(bundles.size(), 18u);
  EXPECT_GE(checked, 200u);
}

}  // namespace
}  // namespace oncobridge::test
