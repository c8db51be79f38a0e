#include "profiles/corrections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "profiles/definition_scan.h"
#include "profiles/definition_store.h"
#include "profiles/definition_text.h"
#include "profiles/shipped_definitions.h"

namespace oncobridge::profiles {
namespace {

StructureDefinition observation_with(const std::string& key, const std::string& expression) {
  StructureDefinition structure;
  structure.kind = StructureKind::kResource;
  ElementDefinition& element = structure.snapshot.emplace_back();
  element.id = element.path = "Observation.id";
  element.types.emplace_back().code = "string";
  element.constraints.push_back({key, false, false, expression, ""});
  return structure;
}

TEST(Corrections, OnlyWhatIsWrongWordForWordIsCorrected) {
  const Corrections corrections(
      "# a reason\n"
      "type resource *.id string id\n"
      "expression a-1 \"x = 1\" \"x = 2\"\n"
      "expression * \"y\" \"z\"\n"
      "no correction\n");
  EXPECT_EQ(corrections.size(), 3u);
  const auto corrected = [&](const std::string& key, const std::string& expression) {
    StructureDefinition structure = observation_with(key, expression);
    corrections.apply(structure);
    EXPECT_EQ(structure.snapshot[0].types[0].code, "id");
    return structure.snapshot[0].constraints[0].expression;
  };
  EXPECT_EQ(corrected("a-1", "x = 1"), "x = 2");
  EXPECT_EQ(corrected("a-1", "x  = 1"), "x  = 1");
  EXPECT_EQ(corrected("b-1", "x = 1"), "x = 1");
  EXPECT_EQ(corrected("b-1", "y"), "z");

  StructureDefinition deeper = observation_with("a", "b");
  deeper.snapshot[0].path = "Observation.component.id";
  corrections.apply(deeper);
  EXPECT_EQ(deeper.snapshot[0].types[0].code, "string");
}

TEST(Corrections, TheShippedTextIsCorrected) {
  const Corrections corrections(ShippedDefinitions::embedded().corrections());
  DefinitionStore store;
  store.add_shipped();
  for (const DefinitionEntry& entry : store.list()) {
    if (entry.kind != DefinitionKind::kStructure) continue;
    const auto* shipped =
        store.find_structure(std::string(entry.url) + "|" + std::string(entry.version));
    ASSERT_NE(shipped, nullptr);
    StructureDefinition again = *shipped;
    corrections.apply(again);
    EXPECT_EQ(to_text(again), to_text(*shipped)) << entry.url;
  }
}

// An expression that no shipped definition has any more is a line to be dropped.
TEST(Corrections, EachExpressionIsUsed) {
  DefinitionStore store;
  store.add_shipped();
  std::set<std::string> expressions;
  for (const DefinitionEntry& entry : store.list()) {
    if (entry.kind != DefinitionKind::kStructure) continue;
    const auto* structure =
        store.find_structure(std::string(entry.url) + "|" + std::string(entry.version));
    for (const ElementDefinition& element : structure->snapshot) {
      for (const Constraint& constraint : element.constraints) {
        expressions.insert(constraint.expression);
      }
    }
  }
  Lines lines(ShippedDefinitions::embedded().corrections());
  std::string_view line;
  std::size_t found = 0;
  while (lines.next(line)) {
    if (!line.starts_with("expression ")) continue;
    Words words(line);
    std::vector<std::string> parts;
    for (Word word; words.next(word);) decode(raw_of(word), parts.emplace_back());
    ASSERT_EQ(parts.size(), 4u) << line;
    EXPECT_THAT(expressions, testing::Contains(parts[3])) << line;
    ++found;
  }
  EXPECT_GE(found, 8u);
}

}  // namespace
}  // namespace oncobridge::profiles
