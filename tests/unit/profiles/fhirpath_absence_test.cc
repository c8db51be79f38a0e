// What an expression is known to say of elements that lack members, and that the evaluator says the
// same.
#include "profiles/fhirpath_absence.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "profiles/definition_store.h"
#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/schema.h"
#include "profiles/tgz.h"

namespace oncobridge::profiles {
namespace {

using fhirpath::Truth;

class AbsenceTest : public testing::Test {
 protected:
  std::unique_ptr<const fhirpath::Expression> parse(const std::string& text) const {
    auto parsed = fhirpath::parse(text, schema_.names(), fhirpath::Leniency::kDefinitions);
    return parsed ? std::move(*parsed) : nullptr;
  }
  std::uint64_t bits(std::initializer_list<const char*> members) const {
    std::uint64_t bits = 0;
    for (const char* name : members) bits |= fhirpath::name_bit(schema_.names().find(name));
    return bits;
  }
  void expect(const std::string& text, std::initializer_list<const char*> members) const {
    const auto expression = parse(text);
    ASSERT_NE(expression, nullptr) << text;
    EXPECT_EQ(fhirpath::true_without(expression->root()), bits(members)) << text;
  }

  struct Shipped : DefinitionStore {
    Shipped() { add_shipped(); }
  };
  Shipped store_;
  Schema schema_{store_};
};

TEST_F(AbsenceTest, WhatHoldsWithoutAMember) {
  expect("comparator.empty()", {"comparator"});
  expect("period.exists() implies period >= 0", {"period"});
  expect("abatement.empty() or clinicalStatus.coding.exists()", {"abatement"});
  expect("contained.where(meta.exists()).id.empty()", {"contained"});
  expect("entry.all(resource.exists())", {"entry"});
  expect("low.empty() and high.empty()", {"low", "high"});
  expect("low.exists().not() or high.exists()", {"low"});
  expect("low.exists() xor high.empty()", {"low", "high"});
  expect("(low.exists() or high.exists()) implies code.exists()", {"low", "high"});
  expect("(value as Quantity).empty()", {"value"});
}

TEST_F(AbsenceTest, WhatIsNotKnown) {
  for (const char* text : {
           "value.exists()",                 // false without it
           "value > 0",                      // empty without it
           "high.exists() or low.empty()",   // its left side is evaluated
           "low.empty() and high.exists()",  // one side is false
           "%resource.text.empty()",
           "children().empty()",
           "empty()",
           "Patient.name.empty()",  // the type of $this
           "skip(1).empty()",
           "value.toString().empty()",
           "value[0].empty()",
           "repeat(item).empty()",
           "value.count() = 0",
       }) {
    expect(text, {});
  }
}

// Every invariant of the shipped definitions on elements of the examples, whatever their type.
TEST_F(AbsenceTest, TheEvaluatorSaysTheSame) {
  const auto path = std::filesystem::path(ONCOBRIDGE_SOURCE_DIR) /
                    "../shared/packages/hl7.fhir.r4.examples-4.0.1.tgz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: " << path << " is not here";
  std::map<std::string, std::unique_ptr<const fhirpath::Expression>> expressions;
  for (const DefinitionEntry& entry : store_.list()) {
    const StructureDefinition* structure = store_.find_structure(entry.url);
    if (structure == nullptr) continue;
    for (const ElementDefinition& element : structure->snapshot) {
      for (const Constraint& constraint : element.constraints) {
        auto parsed = parse(constraint.expression);
        if (parsed != nullptr && fhirpath::true_without(parsed->root()) != 0) {
          expressions.try_emplace(constraint.expression, std::move(parsed));
        }
      }
    }
  }
  ASSERT_GT(expressions.size(), 90u);

  fhirpath::Host host;
  fhirpath::Evaluator evaluator({schema_.names(), &schema_, nullptr, &host});
  Names names(schema_.names());
  Tape tape(names);
  std::vector<NodeType> types;
  std::set<std::string_view> met;
  std::size_t turn = 0;
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  TgzVisitor visitor;
  visitor.wants = [&](std::string_view name) {
    return name.ends_with(".json") && turn++ % 20 == 0;
  };
  visitor.on_fault = [](const Fault& fault) { ADD_FAILURE() << fault.message; };
  visitor.on_file = [&](std::string_view name, std::string_view source) {
    names.reset();
    if (source.size() > 20'000 || !tape.read_json(source)) return;
    assign_types(schema_, tape, types);
    fhirpath::Focus focus;
    focus.document = {&tape, types.data()};
    for (focus.node = 1; focus.node < tape.size(); focus.node += 7) {
      if (types[focus.node].type == nullptr) continue;
      focus.resource = focus.root_resource = kNoNode;
      focus.child_names = fhirpath::child_names(focus.document, focus.node);
      for (const auto& [text, expression] : expressions) {
        if ((focus.child_names & fhirpath::true_without(expression->root())) != 0) continue;
        met.insert(text);
        ASSERT_EQ(evaluator.test(*expression, focus), Truth::kTrue)
            << text << " at node " << focus.node << " of " << name;
      }
    }
  };
  ASSERT_TRUE(visit_tgz(bytes.str(), visitor));
  EXPECT_GE(met.size() + 3, expressions.size());
}

}  // namespace
}  // namespace oncobridge::profiles
