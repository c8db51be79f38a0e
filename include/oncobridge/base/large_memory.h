// Memory for documents of hundreds of megabytes: taken at once, where a vector that grows would
// copy all it holds again and again, and in large pages, where the system has them. Pure apart from
// that; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace oncobridge {

// Tells the system that all of this memory will be used soon.
void expect_large_use(void* memory, std::size_t bytes);

// Room for `count` items; what is not used of it later costs no memory, only addresses.
template <typename T>
void reserve_large(std::vector<T>& items, std::size_t count) {
  constexpr std::size_t kLarge = std::size_t{8} << 20;
  if (count <= items.capacity() || count * sizeof(T) < kLarge) return;
  items.reserve(count);
  expect_large_use(items.data(), items.capacity() * sizeof(T));
}

}  // namespace oncobridge
