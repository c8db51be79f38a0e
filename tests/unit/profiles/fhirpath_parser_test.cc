#include "profiles/fhirpath_parser.h"

#include <gmock/gmock.h>

#include <string>

#include "profiles/fhirpath_text.h"

namespace oncobridge::profiles::fhirpath {
namespace {

std::string problem(std::string_view text, Leniency leniency = Leniency::kStrict) {
  const NameTable names;
  const auto expression = parse(text, names, leniency);
  if (expression) return "";
  return std::to_string(expression.error().place.column) + ": " + expression.error().message;
}

const Expr& root(std::string_view text, std::unique_ptr<const Expression>& kept) {
  static const NameTable names;
  auto expression = parse(text, names);
  EXPECT_TRUE(expression) << text;
  kept = std::move(*expression);
  return kept->root();
}

TEST(FhirPathParser, OperatorsBindByTheirLevels) {
  std::unique_ptr<const Expression> kept;
  EXPECT_EQ(root("1 + 2 * 3", kept).op, Op::kAdd);
  EXPECT_EQ(root("a or b and c", kept).op, Op::kOr);
  EXPECT_EQ(root("a implies b or c", kept).op, Op::kImplies);
  EXPECT_EQ(root("1 | 1 is Integer", kept).op, Op::kUnion);
  EXPECT_EQ(root("1 > 2 is Boolean", kept).op, Op::kGreater);
  EXPECT_EQ(root("a = b | c", kept).op, Op::kEqual);
  EXPECT_EQ(root("a in b = c", kept).op, Op::kIn);
  EXPECT_EQ(root("-1.abs()", kept).op, Op::kNegate);
  EXPECT_EQ(root("1 - 2 - 3", kept).left->op, Op::kSubtract);
}

TEST(FhirPathParser, OperatorWordsAreNamesWhereANameStands) {
  for (const std::string_view text :
       {"repeat(contains)", "expansion.contains", "is.as.in", "text.`div`", "text.div",
        "contains contains 'a'", "value as Quantity", "ofType(FHIR.`Patient`)"}) {
    EXPECT_EQ(problem(text), "") << text;
  }
}

TEST(FhirPathParser, SaysWhereItCannotReadOn) {
  EXPECT_EQ(problem("2 + 2 /"), "8: a value expected at the end");
  EXPECT_EQ(problem("2 + 2 /* not finished"), "7: unexpected text");
  EXPECT_EQ(problem("a.all("), "7: a value expected at the end");
  EXPECT_EQ(problem("name.nosuch()"), "6: a function that is not known");
  EXPECT_EQ(problem("2147483648"), "1: a number out of range");
  EXPECT_EQ(problem("1 + 2147483648"), "5: a number out of range");
  EXPECT_EQ(problem("name.where()"), "6: a function with a wrong number of arguments");
  EXPECT_EQ(problem("name given"), "6: unexpected text");
  EXPECT_EQ(problem("@2015-02-30"), "1: a date or time that does not exist");
  EXPECT_EQ(problem("@T14:34:28Z"), "1: text that is no part of FHIRPath");
  EXPECT_EQ(problem("'open"), "1: text that is no part of FHIRPath");
  EXPECT_EQ(problem("3000000000"), "1: a number out of range");
  EXPECT_EQ(problem("'a\\q'"), "1: an escape that FHIRPath does not have");
  EXPECT_EQ(problem("'a\\q'", Leniency::kDefinitions), "");
  EXPECT_EQ(problem(""), "1: a value expected at the end");
}

TEST(FhirPathParser, EscapesAreResolved) {
  std::string text;
  EXPECT_TRUE(unescape("\\u0041\\n\\'\\\\\\ud83d\\ude00", false, text));
  EXPECT_EQ(text, "A\n'\\\xF0\x9F\x98\x80");
  EXPECT_FALSE(unescape("\\ud83d", false, text));
  EXPECT_FALSE(unescape("\\u12", false, text));
  EXPECT_FALSE(unescape("\\", false, text));
}

// Hostile text ends in a fault, not in a deep recursion.
TEST(FhirPathParser, NestingLengthAndSizeHaveLimits) {
  EXPECT_THAT(problem(std::string(50'000, '(')), testing::HasSubstr("nests deeper"));
  EXPECT_THAT(problem(std::string(50'000, '-')), testing::HasSubstr("nests deeper"));
  std::string path = "a";
  while (path.size() < 60'000) path += ".a";
  EXPECT_THAT(problem(path), testing::HasSubstr("nests deeper"));
  EXPECT_THAT(problem(std::string(70'000, ' ')), testing::HasSubstr("longer than the limit"));
  std::string calls = "a";
  while (calls.size() < 60'000) calls = "iif(" + calls.substr(0, 1) + ",a,a) and " + calls;
  EXPECT_NE(problem(calls), "");
}

}  // namespace
}  // namespace oncobridge::profiles::fhirpath
