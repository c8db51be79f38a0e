#include "converters/coverage.h"

#include <gtest/gtest.h>

#include <string>

#include "converters/readers/case_json.h"

namespace oncobridge {
namespace {

// Reads a record; its leaves are as the reader leaves them: nothing used but names.
class Leaves {
 public:
  explicit Leaves(const std::string& record)
      : terms_(Terms::load(embedded_term_tables()).value()),
        reader_(make_case_json_reader(terms_)),
        bytes_(record + std::string(kRecordPadding, ' ')) {
    EXPECT_NE(reader_->read({{bytes_.data(), record.size()}, 1, 1}), nullptr) << record;
  }
  LeafIndex& operator*() { return reader_->leaves(); }
  void use(const std::string& path) {
    LeafIndex& leaves = reader_->leaves();
    for (Leaf leaf = 1; leaf <= leaves.leaves.size(); ++leaf) {
      if (leaves.path(leaf) == path) leaves.used[leaf - 1] |= LeafIndex::kUsed;
    }
  }

 private:
  Terms terms_;
  std::unique_ptr<RecordReader> reader_;
  std::string bytes_;
};

std::string shown(const Coverage& coverage) {
  std::string text;
  for (const FieldCoverage& field : coverage.fields()) {
    text += field.path + " " + std::to_string(field.facts) + "/" + std::to_string(field.unused) +
            "/" + std::to_string(field.uncoded) + "\n";
  }
  const Coverage::Count total = coverage.total();
  return text + "total " + std::to_string(total.facts) + "/" + std::to_string(total.unused) + "/" +
         std::to_string(total.uncoded);
}

const char* const kRecord =
    R"({"case_id":"a","markers":[{"marker":"ER","percent":{"value":5}},{"marker":"a new marker","percent":{"value":6},)"
    R"("note":["x","y"]}],"surgeries":[{"procedure":"mastectomy","source":["p",{"place":"q"}]}]})";

TEST(Coverage, FactsAreCountedByFieldHoweverTheyAreWritten) {
  Leaves leaves(kRecord);
  leaves.use("markers[0].marker");
  leaves.use("surgeries[0].source[1].place");
  Coverage coverage;
  coverage.add(*leaves);
  EXPECT_EQ(shown(coverage),
            "case_id 1/1/0\nmarkers.marker 2/1/1\nmarkers.note 2/2/0\nmarkers.percent.value 2/2/0\n"
            "surgeries.procedure 1/1/0\nsurgeries.source.place 2/1/0\ntotal 10/8/1");
}

TEST(Coverage, ARecordCanBeTakenBack) {
  Leaves leaves(kRecord), other(R"({"case_id":"b","title":"x"})");
  Coverage coverage, expected;
  expected.add(*other);
  coverage.add(*leaves);
  coverage.add(*other);
  coverage.add(*leaves, -1);
  EXPECT_EQ(shown(coverage), shown(expected));
}

TEST(Coverage, MergedCountsAreThoseOfOneCount) {
  Leaves leaves(kRecord), other(R"({"case_id":"b","title":"x","markers":[{"marker":"PR"}]})");
  Coverage whole, first, second;
  for (int i = 0; i < 3; ++i) {
    whole.add(*leaves);
    whole.add(*other);
    first.add(*leaves);
    second.add(*other);
  }
  first.merge(second);
  EXPECT_EQ(shown(first), shown(whole));
  Coverage empty;
  empty.merge(whole);
  EXPECT_EQ(shown(empty), shown(whole));
}

TEST(Coverage, AClearedCountIsEmpty) {
  Leaves leaves(kRecord);
  Coverage coverage;
  coverage.add(*leaves);
  coverage.clear();
  EXPECT_EQ(shown(coverage), "total 0/0/0");
  coverage.add(*leaves);
  EXPECT_EQ(coverage.total().facts, 10u);
}

}  // namespace
}  // namespace oncobridge
