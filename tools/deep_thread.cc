#include "tools/deep_thread.h"

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <system_error>

namespace oncobridge::tools {
namespace {

// Measured on contained resources, the dearest levels: 960 bytes a level, and more with the checks
// of a debugging build.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
constexpr std::size_t kBytesALevel = 16'384;
#else
constexpr std::size_t kBytesALevel = 4'096;
#endif
constexpr std::size_t kBeside = std::size_t{1} << 20;  // what takes no more where it is deeper

void* call(void* work) {
  (*static_cast<std::function<void()>*>(work))();
  return nullptr;
}

void check(int error) {
  if (error != 0) throw std::system_error(error, std::generic_category());
}

}  // namespace

std::size_t stack_for_depth(std::uint32_t levels) { return kBeside + levels * kBytesALevel; }

DeepThread::DeepThread(std::size_t stack, std::function<void()> work) : work_(std::move(work)) {
  pthread_attr_t attributes;
  check(pthread_attr_init(&attributes));
  int error = pthread_attr_setstacksize(&attributes, stack);
  if (error == 0) error = pthread_create(&thread_, &attributes, call, &work_);
  pthread_attr_destroy(&attributes);
  check(error);
}

DeepThread::~DeepThread() { pthread_join(thread_, nullptr); }

std::optional<int> run_on_stack(std::size_t stack, const std::function<int()>& work) {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) == 0 &&
      (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= stack)) {
    return work();
  }
  int result = 0;
  std::exception_ptr thrown;
  try {
    const DeepThread thread(stack, [&] {
      try {
        result = work();
      } catch (...) {
        thrown = std::current_exception();
      }
    });
  } catch (const std::system_error&) {
    return std::nullopt;
  }
  if (thrown) std::rethrow_exception(thrown);
  return result;
}

}  // namespace oncobridge::tools
