// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/pool.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <new>
#include <sys/mman.h>

#include "kernels/array/memory.hpp"

namespace gpucompute {
namespace {

// Below this the C++ heap is quick and a block of it is not worth a lock.
constexpr std::size_t pooled_bytes = std::size_t{32} << 10U;
constexpr std::size_t huge_page = std::size_t{2} << 20U;
constexpr std::size_t largest = std::numeric_limits<std::size_t>::max() / 4;

/// Eight sizes between two powers of two; whole huge pages from huge_bytes on.
std::size_t block_size(std::size_t bytes) {
  const std::size_t step =
      bytes >= memory_pool::huge_bytes ? std::max(huge_page, std::bit_floor(bytes) / 8) : std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

void* map_huge(std::size_t size) {
  // A mapping starts at any page: what lies before and behind the aligned part is given back.
  void* const mapped = mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) {
    return nullptr;
  }
  auto* const first = static_cast<std::byte*>(mapped);
  const std::size_t before = (huge_page - reinterpret_cast<std::uintptr_t>(mapped) % huge_page) % huge_page;
  if (before != 0) {
    munmap(first, before);
  }
  if (before != huge_page) {
    munmap(first + before + size, huge_page - before);
  }
  // Only a request: without huge pages the block works as well.
  madvise(first + before, size, MADV_HUGEPAGE);
  return first + before;
}

void* fresh(std::size_t size) {
  return size >= memory_pool::huge_bytes ? map_huge(size)
                                         : ::operator new (size, std::align_val_t{host_alignment}, std::nothrow);
}

void give_back(void* block, std::size_t size) {
  if (size >= memory_pool::huge_bytes) {
    munmap(block, size);
  } else {
    ::operator delete (block, std::align_val_t{host_alignment});
  }
}

}  // namespace

void* memory_pool::allocate(std::size_t bytes) {
  if (bytes < pooled_bytes) {
    return ::operator new (bytes == 0 ? 1 : bytes, std::align_val_t{host_alignment}, std::nothrow);
  }
  if (bytes > largest) {
    return nullptr;
  }
  const std::size_t size = block_size(bytes);
  {
    const std::lock_guard lock(mutex_);
    const auto found = free_.find(size);
    if (found != free_.end() && !found->second.empty()) {
      void* const block = found->second.back();
      found->second.pop_back();
      cached_ -= size;
      return block;
    }
  }
  void* const block = fresh(size);
  if (block != nullptr || cached_bytes() == 0) {
    return block;
  }
  trim();
  return fresh(size);
}

void memory_pool::release(void* block, std::size_t bytes) {
  if (bytes < pooled_bytes) {
    ::operator delete (block, std::align_val_t{host_alignment});
    return;
  }
  const std::size_t size = block_size(bytes);
  {
    const std::lock_guard lock(mutex_);
    if (cached_ + size <= most_cached_) {
      try {
        free_[size].push_back(block);
        cached_ += size;
        return;
      } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
        // No memory to remember it by: it goes back to the system.
      }
    }
  }
  give_back(block, size);
}

void memory_pool::trim() {
  const std::lock_guard lock(mutex_);
  for (const auto& [size, blocks] : free_) {
    for (void* const block : blocks) {
      give_back(block, size);
    }
  }
  free_.clear();
  cached_ = 0;
}

std::size_t memory_pool::cached_bytes() const {
  const std::lock_guard lock(mutex_);
  return cached_;
}

}  // namespace gpucompute
