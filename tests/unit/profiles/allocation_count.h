// Counts what the tests' process allocates with new, so that a test can say that something
// allocates nothing. All threads share the count.
#pragma once

#include <cstddef>

namespace oncobridge {

// Calls of operator new since the start of the process; allocation_count_test.cc replaces it.
std::size_t allocation_count();

}  // namespace oncobridge
