// What must not matter to a verdict: whether it is explained, and how many threads work. On all
// examples, and on 100,000 resources that are examples changed in one random place.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <tuple>

#include "tests/conformance/mutation.h"
#include "tests/conformance/suites.h"

namespace oncobridge::conformance {
namespace {

constexpr std::size_t kMutations = 100'000;

auto counts(const Verdict& v) {
  return std::tuple(v.fatal, v.errors, v.warnings, v.information, v.not_checked);
}
using Counts = decltype(counts(Verdict()));

std::string printed(const Counts& c) {
  std::string text;
  std::apply([&](auto... count) { ((text += std::to_string(count) + ' '), ...); }, c);
  return text;
}

class Consistency : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_folder().empty()) GTEST_SKIP() << "../shared/packages is not at hand";
    definitions_ = Definitions::shipped();
    examples_ = load_examples();
    ASSERT_FALSE(examples_.empty());
    // Documents of a size of which a hundred thousand can be judged.
    for (const Example& example : examples_) {
      if (example.bytes.size() < 40'000) seeds_.emplace_back(example.bytes);
    }
  }

  std::string mutation(std::size_t i) const { return seeds_[i % seeds_.size()].mutate(i); }

  // Calls work(validator, i) for all i below `count`, i by i, from `threads` threads.
  template <typename Work>
  void each(std::size_t count, unsigned threads, Work work) const {
    std::vector<std::thread> workers;
    for (unsigned t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] {
        Validator validator(*definitions_);
        for (std::size_t i = t; i < count; i += threads) work(validator, i);
      });
    }
    for (std::thread& worker : workers) worker.join();
  }

  std::unique_ptr<Definitions> definitions_;
  std::vector<Example> examples_;
  std::vector<Mutator> seeds_;
};

TEST_F(Consistency, ExamplesGetTheSameIssuesWithOneAndWithEightThreads) {
  std::vector<std::string> alone(examples_.size());
  std::vector<std::string> together(examples_.size());
  const auto issues = [&](Validator& validator, std::size_t i) {
    validator.judge(examples_[i].bytes);
    return describe(validator.issues());
  };
  each(examples_.size(), 1, [&](Validator& v, std::size_t i) { alone[i] = issues(v, i); });
  each(examples_.size(), 8, [&](Validator& v, std::size_t i) { together[i] = issues(v, i); });
  for (std::size_t i = 0; i < examples_.size(); ++i)
    EXPECT_EQ(alone[i], together[i]) << examples_[i].name;
}

TEST_F(Consistency, ExamplesGetTheSameCountsFastAndExplained) {
  Validator validator(*definitions_);
  for (const Example& example : examples_) {
    const Counts fast = counts(validator.decide(example.bytes));
    const Counts explained = counts(validator.judge(example.bytes));
    EXPECT_EQ(fast, explained) << example.name;
  }
}

TEST_F(Consistency, MutationsGetTheSameCountsFastAndExplainedOnOneAndOnEightThreads) {
  std::vector<Counts> explained(kMutations);
  std::vector<Counts> fast(kMutations);
  each(kMutations, 1,
       [&](Validator& v, std::size_t i) { explained[i] = counts(v.judge(mutation(i))); });
  each(kMutations, 8,
       [&](Validator& v, std::size_t i) { fast[i] = counts(v.decide(mutation(i))); });
  std::size_t different = 0;
  std::size_t invalid = 0;
  for (std::size_t i = 0; i < kMutations; ++i) {
    invalid += std::get<0>(explained[i]) + std::get<1>(explained[i]) > 0;
    if (explained[i] == fast[i] || ++different > 10) continue;
    ADD_FAILURE() << "seed " << i << ": explained " << printed(explained[i]) << ", fast "
                  << printed(fast[i]) << "\n"
                  << mutation(i);
  }
  EXPECT_EQ(different, 0u);
  // The changes are faults more often than not, or nothing is tested.
  EXPECT_GT(invalid, kMutations / 2);
  EXPECT_LT(invalid, kMutations);
}

}  // namespace
}  // namespace oncobridge::conformance
