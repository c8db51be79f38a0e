// Arena: bump allocation for everything that lives as long as one chunk of records. Memory is kept
// across reset(), so a worker in its steady state allocates nothing. One arena belongs to one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

namespace oncobridge {

class Arena {
 public:
  // Zeroed storage: an all-zero record structure means "nothing reported".
  void* allocate_zeroed(std::size_t size) {
    size = (size + 15) & ~std::size_t{15};
    if (used_ + size > capacity_) next_block(size);
    void* result = blocks_[current_].bytes.get() + used_;
    used_ += size;
    std::memset(result, 0, size);
    return result;
  }

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

  void reset() {
    current_ = 0;
    used_ = 0;
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
    const std::size_t size = std::max(kBlockSize, at_least);
    blocks_.push_back({std::make_unique<char[]>(size), size});
    current_ = blocks_.size() - 1;
    used_ = 0;
    capacity_ = size;
  }

  static constexpr std::size_t kBlockSize = 256 * 1024;
  std::vector<Block> blocks_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace oncobridge
