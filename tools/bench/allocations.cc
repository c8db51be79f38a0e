#include "tools/bench/allocations.h"

#include <atomic>
#include <cstddef>

// The functions of the executable take the place of the C library's, which stay reachable under
// these names (glibc, "Replacing malloc").
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* bytes, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {
std::atomic<std::uint64_t> g_allocations{0};
void count() { g_allocations.fetch_add(1, std::memory_order_relaxed); }
}  // namespace

extern "C" {
void* malloc(std::size_t size) {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) {
  count();
  return __libc_calloc(number, size);
}
void* realloc(void* bytes, std::size_t size) {
  count();
  return __libc_realloc(bytes, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** bytes, std::size_t alignment, std::size_t size) {
  count();
  *bytes = __libc_memalign(alignment, size);
  return *bytes == nullptr ? 12 : 0;  // ENOMEM
}
}

namespace oncobridge::bench {

std::uint64_t allocations() { return g_allocations.load(std::memory_order_relaxed); }

}  // namespace oncobridge::bench
