// Stacks for judging, which calls itself for each resource that stands in another: the 8 MB that a
// process mostly has are not enough for the 10,000 levels that --max-depth allows.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace oncobridge::tools {

// Bytes of stack that judging elements of so many nested levels takes, with room to spare.
std::size_t stack_for_depth(std::uint32_t levels);

// A thread with a stack of its own size, joined at its end.
class DeepThread {
 public:
  // `work` throws nothing. std::system_error if there is no room for the thread.
  DeepThread(std::size_t stack, std::function<void()> work);
  ~DeepThread();
  DeepThread(const DeepThread&) = delete;
  DeepThread& operator=(const DeepThread&) = delete;

 private:
  std::function<void()> work_;
  pthread_t thread_{};
};

// Calls `work` on this thread if its stack, that of a process, may grow so large, else on another
// one; passes on what it returns or throws. Nothing if there is no room for the other.
std::optional<int> run_on_stack(std::size_t stack, const std::function<int()>& work);

}  // namespace oncobridge::tools
