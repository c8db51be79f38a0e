// OrderedRing: jobs are filled by one thread, done by workers, and given out by the first thread in
// the order in which they were filled. A fixed number of jobs is in flight and reused, so memory
// does not grow with the input. With one worker everything happens on the caller's thread.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "tools/deep_thread.h"

namespace oncobridge::tools {

template <typename Job>
class OrderedRing {
 public:
  // `work(worker, job)` runs on the thread of that worker (0 to workers - 1) and does not throw;
  // `give_out(job)` runs on the caller's, and false ends the run.
  // Several workers have `stack` bytes of stack each.
  OrderedRing(std::size_t workers, std::size_t stack, std::function<void(std::size_t, Job&)> work,
              std::function<bool(Job&)> give_out)
      : work_(std::move(work)), give_out_(std::move(give_out)) {
    start(workers, stack);
    slots_ = std::vector<Slot>(threads_.empty() ? 1 : threads_.size() * 2 + 1);
  }
  ~OrderedRing() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    threads_.clear();
  }
  OrderedRing(const OrderedRing&) = delete;
  OrderedRing& operator=(const OrderedRing&) = delete;

  // A job to be filled, then published. Null if giving out has ended the run.
  Job* next() {
    while (going_ && filled_ - given_ == slots_.size()) give_out();
    return going_ ? &slots_[filled_ % slots_.size()].job : nullptr;
  }
  void publish() {
    Slot& slot = slots_[filled_ % slots_.size()];
    if (threads_.empty()) {
      work_(0, slot.job);
      ++filled_;
      give_out();
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      slot.stage = Stage::kReady;
      ++filled_;
    }
    changed_.notify_all();
  }
  // Gives out the rest; false if giving out has ended the run.
  bool finish() {
    while (going_ && given_ < filled_) give_out();
    return going_;
  }

 private:
  enum class Stage { kFree, kReady, kTaken, kDone };
  struct Slot {
    Job job;
    Stage stage = Stage::kFree;
  };

  // As many threads as there may be: fewer do the same work.
  void start(std::size_t workers, std::size_t stack) {
    if (workers < 2) return;
    const std::lock_guard lock(mutex_);  // the threads wait for the slots
    try {
      threads_.reserve(workers);
      for (std::size_t i = 0; i < workers; ++i) {
        threads_.push_back(std::make_unique<DeepThread>(stack, [this, i] { run(i); }));
      }
    } catch (const std::exception&) {  // of the thread, or of its memory
    }
  }

  void run(std::size_t worker) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || taken_ < filled_; });
      if (stopping_) return;
      Slot& slot = slots_[taken_++ % slots_.size()];
      slot.stage = Stage::kTaken;
      lock.unlock();
      work_(worker, slot.job);
      lock.lock();
      slot.stage = Stage::kDone;
      changed_.notify_all();
    }
  }

  void give_out() {
    Slot& slot = slots_[given_ % slots_.size()];
    if (!threads_.empty()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&slot] { return slot.stage == Stage::kDone; });
      slot.stage = Stage::kFree;
    }
    ++given_;
    going_ = give_out_(slot.job) && going_;
  }

  const std::function<void(std::size_t, Job&)> work_;
  const std::function<bool(Job&)> give_out_;
  std::vector<Slot> slots_;
  std::size_t filled_ = 0;  // written by the caller's thread under the mutex
  std::size_t given_ = 0;   // caller's thread
  std::size_t taken_ = 0;   // under the mutex
  bool going_ = true;       // caller's thread
  bool stopping_ = false;   // under the mutex
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<DeepThread>> threads_;
};

}  // namespace oncobridge::tools
