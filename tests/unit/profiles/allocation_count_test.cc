#include "tests/unit/profiles/allocation_count.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

namespace {

std::atomic<std::size_t> count = 0;

void* counted_or_null(std::size_t size) {
  ++count;
  return std::malloc(size == 0 ? 1 : size);
}

void* counted(std::size_t size) {
  void* const memory = counted_or_null(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted_or_null(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return counted_or_null(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace oncobridge {

std::size_t allocation_count() { return count; }

TEST(AllocationCount, CountsWhatIsAllocated) {
  const std::size_t before = allocation_count();
  std::string text;
  EXPECT_EQ(allocation_count(), before);
  text.resize(1000);
  EXPECT_EQ(allocation_count(), before + 1);
}

}  // namespace oncobridge
