// Counts heap allocations of the whole process: malloc and what is built on it (operator new, the C
// library's own). Works with glibc, in the program that links allocations.cc and nowhere else.
#pragma once

#include <cstdint>

namespace oncobridge::bench {

// Allocations of all threads since the start of the process.
std::uint64_t allocations();

// How many allocations a call makes.
template <typename Work>
std::uint64_t allocations_of(Work&& work) {
  const std::uint64_t before = allocations();
  work();
  return allocations() - before;
}

}  // namespace oncobridge::bench
