// Golden bundles of all examples: whole transaction bundles, indented, one file an example. They
// were read line by line against the sources; `tools/update_golden` rewrites them, and a difference
// that nobody meant fails here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/indent_json.h"
#include "tests/support/map_case.h"

namespace oncobridge::test {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = ONCOBRIDGE_SOURCE_DIR;

std::vector<fs::path> examples() {
  std::vector<fs::path> found = {kRoot / "examples/first_case.json"};
  for (const char* folder : {"examples/seed_cases", "examples/mcode_profiles"}) {
    for (const auto& entry : fs::directory_iterator(kRoot / folder)) {
      if (entry.path().extension() == ".json") found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

fs::path golden_of(const fs::path& example) {
  return kRoot / "tests/golden/bundles" / example.parent_path().filename() / example.filename();
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

TEST(GoldenBundles, EveryExampleGivesItsBundle) {
  const bool update = std::getenv("ONCOBRIDGE_UPDATE_GOLDEN") != nullptr;
  std::size_t compared = 0;
  for (const fs::path& example : examples()) {
    const Mapped mapped = map_file(fs::relative(example, kRoot));
    ASSERT_TRUE(mapped.converted) << example << ": "
                                  << (mapped.faults.empty() ? "" : mapped.faults[0]);
    const std::string bundle = indent_json(mapped.bytes);
    const fs::path golden = golden_of(example);
    if (update) {
      fs::create_directories(golden.parent_path());
      std::ofstream(golden, std::ios::binary) << bundle;
    }
    EXPECT_TRUE(read(golden) == bundle)
        << example.filename() << " differs from " << fs::relative(golden, kRoot)
        << "\nsee the difference with: tools/update_golden && git diff tests/golden";
    ++compared;
  }
  EXPECT_GE(compared, 19u);
}

TEST(GoldenBundles, NoGoldenFileIsLeftWithoutItsExample) {
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "tests/golden/bundles")) {
    if (!entry.is_regular_file()) continue;
    bool wanted = false;
    for (const fs::path& example : examples())
      wanted = wanted || golden_of(example) == entry.path();
    EXPECT_TRUE(wanted) << entry.path().filename();
  }
}

}  // namespace
}  // namespace oncobridge::test
