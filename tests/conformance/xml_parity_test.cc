// The form of a document must not matter to its verdict: every example is written as XML, judged,
// turned back into JSON and judged again. The issues are the same, apart from lines and columns.
#include <gtest/gtest.h>

#include <algorithm>

#include "oncobridge/fhir/tape.h"
#include "oncobridge/fhir/tape_writer.h"
#include "profiles/definitions_impl.h"
#include "profiles/element_order.h"
#include "tests/conformance/mutation.h"
#include "tests/conformance/suites.h"

namespace oncobridge::conformance {
namespace {

constexpr std::size_t kMutations = 100'000;

class XmlParity : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_folder().empty()) GTEST_SKIP() << "../shared/packages is not at hand";
    definitions_ = Definitions::shipped();
    schema_ = &definitions_->impl().compiled().schema();
    names_ = std::make_unique<Names>(schema_->names());
    tape_ = std::make_unique<Tape>(*names_);
    validator_ = std::make_unique<Validator>(*definitions_);
    examples_ = load_examples();
    ASSERT_FALSE(examples_.empty());
  }

  // Onto the tape, with elements in the order of their definitions, which XML demands.
  bool read(const std::string& json) {
    if (!tape_->read_json(json) || !tape_->faults().empty()) return false;
    profiles::assign_types(*schema_, *tape_, types_);
    profiles::order_elements(*tape_, types_);
    return true;
  }
  // Empty if XML cannot hold it.
  std::string to_xml(const std::string& json) {
    std::string xml;
    if (!read(json)) return {};
    return append_xml(*tape_, tape_->root(), xml) ? xml : std::string();
  }
  std::string ordered(const std::string& json) {
    std::string text;
    if (read(json)) append_json(*tape_, tape_->root(), text);
    return with_line_feeds_in_narratives(std::move(text));
  }
  // What XML 1.0 section 2.11 makes of `\r\n` in a div.
  static std::string with_line_feeds_in_narratives(std::string json) {
    constexpr std::string_view kDiv = "\"div\":\"";
    for (std::size_t at = json.find(kDiv); at != std::string::npos; at = json.find(kDiv, at)) {
      for (at += kDiv.size(); at < json.size() && json[at] != '"'; ++at) {
        if (json[at] != '\\') continue;
        if (json[at + 1] == 'r')
          json.replace(at, json.compare(at, 4, "\\r\\n") == 0 ? 4 : 2, "\\n");
        ++at;
      }
    }
    return json;
  }
  std::string to_json(const std::string& xml) {
    std::string json;
    if (!tape_->read_xml(xml)) return {};
    profiles::assign_types(*schema_, *tape_, types_);
    profiles::order_elements(*tape_, types_);
    append_json(*tape_, tape_->root(), json);
    return json;
  }

  // Issues without lines, columns and what they quote of the source, whatever their order.
  std::string issues(const std::string& bytes) {
    validator_->judge(bytes);
    std::vector<std::string> lines;
    for (Issue issue : validator_->issues()) {
      issue.line = issue.column = 0;
      issue.text.clear();
      lines.push_back(describe({issue}));
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
  }

  std::unique_ptr<Definitions> definitions_;
  const profiles::Schema* schema_ = nullptr;
  std::unique_ptr<Names> names_;
  std::unique_ptr<Tape> tape_;
  std::vector<profiles::NodeType> types_;
  std::unique_ptr<Validator> validator_;
  std::vector<Example> examples_;
};

TEST_F(XmlParity, ExamplesGetTheSameIssuesAsJsonAsXmlAndAsJsonAgain) {
  for (const Example& example : examples_) {
    const std::string expected = issues(example.bytes);
    const std::string xml = to_xml(example.bytes);
    ASSERT_NE(xml, "") << example.name;
    EXPECT_EQ(expected, issues(xml)) << example.name;
    const std::string json = to_json(xml);
    EXPECT_EQ(ordered(example.bytes), json) << example.name;
    EXPECT_EQ(expected, issues(json)) << example.name;
  }
}

TEST_F(XmlParity, MutationsThatXmlCanHoldGetTheSameIssues) {
  std::vector<Mutator> seeds;
  for (const Example& example : examples_) {
    if (example.bytes.size() < 40'000) seeds.emplace_back(example.bytes);
  }
  std::size_t compared = 0;
  std::size_t different = 0;
  for (std::size_t i = 0; i < kMutations && different < 10; ++i) {
    const std::string json = seeds[i % seeds.size()].mutate(i);
    const std::string xml = to_xml(json);
    // XML has no wrong kinds: what comes back otherwise was another document.
    if (xml.empty() || to_json(xml) != ordered(json)) continue;
    const std::string expected = issues(json);
    // Nor has it lists, which unknown elements and those of the wrong shape are told apart by.
    if (expected.find(" shape-") != std::string::npos ||
        expected.find(" element-unknown ") != std::string::npos)
      continue;
    ++compared;
    const std::string found = issues(xml);
    if (expected == found) continue;
    ++different;
    ADD_FAILURE() << "seed " << i << "\nJSON:\n" << expected << "XML:\n" << found << xml;
  }
  EXPECT_EQ(different, 0u);
  EXPECT_GT(compared, kMutations / 3);
}

}  // namespace
}  // namespace oncobridge::conformance
