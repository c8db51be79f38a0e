#include "oncobridge/base/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace oncobridge {
namespace {

bool all_zero(const char* bytes, std::size_t size) {
  return std::all_of(bytes, bytes + size, [](char c) { return c == 0; });
}

TEST(Arena, GivesZeroedAlignedMemoryThatDoesNotOverlap) {
  Arena arena;
  std::vector<std::pair<char*, std::size_t>> given;
  for (std::size_t size = 0; size < 3000; size += 7) {
    auto* bytes = static_cast<char*>(arena.allocate_zeroed(size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % 16, 0u);
    ASSERT_TRUE(all_zero(bytes, size));
    std::fill_n(bytes, size, '\x5A');
    given.push_back({bytes, size});
  }
  std::sort(given.begin(), given.end());
  for (std::size_t i = 1; i < given.size(); ++i) {
    EXPECT_LE(given[i - 1].first + given[i - 1].second, given[i].first);
  }
}

TEST(Arena, NothingCanBeAskedForAtFirst) {
  Arena arena;
  EXPECT_NE(arena.allocate_zeroed(0), nullptr);
  EXPECT_NE(arena.make_array<int>(0), nullptr);
}

TEST(Arena, GivesBlocksLargerThanItsOwn) {
  Arena arena;
  auto* small = arena.make_array<char>(10);
  auto* large = arena.make_array<char>(5'000'000);
  auto* next = arena.make_array<char>(10);
  EXPECT_TRUE(all_zero(large, 5'000'000));
  std::fill_n(large, 5'000'000, 'x');
  EXPECT_TRUE(all_zero(small, 10));
  EXPECT_TRUE(all_zero(next, 10));
}

TEST(Arena, MemoryIsZeroedAgainAfterAReset) {
  Arena arena;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 100; ++i) {
      auto* bytes = arena.make_array<char>(10'000);
      ASSERT_TRUE(all_zero(bytes, 10'000)) << round;
      std::fill_n(bytes, 10'000, 'x');
    }
    arena.reset();
    EXPECT_EQ(arena.given(), 0u);
  }
}

TEST(Arena, TheSameMemoryComesAgainUnlessItWasUnusuallyMuch) {
  Arena arena;
  auto* first = arena.make_array<char>(100);
  arena.reset();
  EXPECT_EQ(arena.make_array<char>(100), first) << "a worker in its steady state allocates nothing";
  arena.make_array<char>(64'000'000);
  EXPECT_GE(arena.given(), 64'000'000u);
  arena.reset();
  EXPECT_TRUE(all_zero(arena.make_array<char>(100), 100));
  EXPECT_LT(arena.given(), 1000u);
}

TEST(Arena, ACopyKeepsItsBytes) {
  Arena arena;
  const char* text = "1.50";
  const char* copy = arena.copy(text, 4);
  EXPECT_NE(copy, text);
  EXPECT_EQ(std::string_view(copy, 4), "1.50");
  EXPECT_EQ(copy[4], '\0');
}

}  // namespace
}  // namespace oncobridge
