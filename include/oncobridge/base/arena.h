// Arena: bump allocation for everything that lives as long as one chunk of records. Memory is kept
// across reset() up to a limit, so a worker in its steady state allocates nothing. One arena
// belongs to one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "oncobridge/base/large_memory.h"

namespace oncobridge {

class Arena {
 public:
  static constexpr std::size_t kKeptBytes = 8 * 1024 * 1024;

  explicit Arena(std::size_t kept_bytes = kKeptBytes) : kept_bytes_(kept_bytes) {}

  void* allocate(std::size_t size) {
    size = std::max<std::size_t>((size + 15) & ~std::size_t{15}, 16);
    if (used_ + size > capacity_) next_block(size);
    given_ += size;
    void* result = blocks_[current_].bytes.get() + used_;
    used_ += size;
    return result;
  }

  // Zeroed storage: an all-zero record structure means "nothing reported".
  void* allocate_zeroed(std::size_t size) { return std::memset(allocate(size), 0, size); }

  template <typename T>
  T* make_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate_zeroed(sizeof(T) * count));
  }

  char* copy(const char* bytes, std::size_t size) {
    char* result = static_cast<char*>(allocate_zeroed(size + 1));
    std::memcpy(result, bytes, size);
    return result;
  }

  // Bytes given out since the last reset.
  std::size_t given() const { return given_; }

  // Keeps the memory, except what an unusually large record made it grow by.
  void reset() {
    if (given_ > kept_bytes_) blocks_.clear();
    current_ = 0;
    used_ = 0;
    given_ = 0;
    capacity_ = blocks_.empty() ? 0 : blocks_[0].size;
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  void next_block(std::size_t at_least) {
    while (current_ + 1 < blocks_.size()) {
      ++current_;
      used_ = 0;
      capacity_ = blocks_[current_].size;
      if (at_least <= capacity_) return;
    }
    const std::size_t size = std::max({kBlockSize, at_least, std::min(given_, kLargestBlock)});
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    if (size >= kLargeBlock) expect_large_use(blocks_.back().bytes.get(), size);
    current_ = blocks_.size() - 1;
    used_ = 0;
    capacity_ = size;
  }

  static constexpr std::size_t kBlockSize = 256 * 1024;
  static constexpr std::size_t kLargeBlock = 4 * 1024 * 1024;
  static constexpr std::size_t kLargestBlock = 64 * 1024 * 1024;
  std::size_t kept_bytes_;
  std::vector<Block> blocks_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
  std::size_t given_ = 0;
};

}  // namespace oncobridge
