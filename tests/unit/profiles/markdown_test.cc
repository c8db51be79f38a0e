#include "profiles/markdown.h"

#include <gtest/gtest.h>

#include <string>

#include "oncobridge/profile/validator.h"

namespace oncobridge::profiles {
namespace {

TEST(Markdown, TagsAndCommentsAreHtml) {
  EXPECT_EQ(html_tag_in("see <resource type>\\<id>"), "<r");
  EXPECT_EQ(html_tag_in("a <br/> b"), "<b");
  EXPECT_EQ(html_tag_in("bold</b>"), "</");
  EXPECT_EQ(html_tag_in("a <!-- hidden --> b"), "<!");
}

TEST(Markdown, ComparisonsLinksCodeAndEscapesAreNone) {
  for (const char* text :
       {"Hb < 8 g/dL", "Ki-67 <20% and >5%", "<https://example.org/a>", "a<b",
        "`<br>` breaks a line", "``a ` <b>`` c", "\\<b> is escaped", "<", "<a", "", "`", "\\"}) {
    EXPECT_EQ(html_tag_in(text), "") << text;
  }
}

TEST(Markdown, ALongTextTakesNoLongTime) {
  for (const std::string part : {"<a<", "<1", "`", "``a`"}) {
    std::string text;
    while (text.size() < 1'000'000) text += part;
    EXPECT_EQ(html_tag_in(text + ">"), "");
  }
}

TEST(Markdown, ATagInANoteIsAWarning) {
  const auto definitions = Definitions::shipped();
  Validator validator(*definitions);
  const auto verdict = validator.judge(
      R"({"resourceType":"Communication","status":"completed","note":[{"text":"<b>now</b>"}]})");
  EXPECT_TRUE(verdict.valid());
  ASSERT_EQ(verdict.warnings, 1u);
  bool told = false;
  for (const Issue& issue : validator.issues()) {
    told = told ||
           (issue.rule->id == "markdown-html" && issue.expression == "Communication.note[0].text");
  }
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace oncobridge::profiles
