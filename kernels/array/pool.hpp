// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

namespace gpucompute {

/// Keeps freed blocks for the next array of about their size: fresh memory costs a page fault a page. Blocks of at least
/// huge_bytes lie on huge pages where the system has them. Safe from any thread and across fork().
class memory_pool {
 public:
  static constexpr std::size_t huge_bytes = std::size_t{4} << 20U;

  /// `most_cached` bytes of freed blocks are kept.
  explicit memory_pool(std::size_t most_cached) : most_cached_(most_cached) {}
  memory_pool(const memory_pool&) = delete;
  memory_pool& operator=(const memory_pool&) = delete;
  ~memory_pool() { trim(); }

  /// 64-byte aligned, not initialised; null when there is no memory, also after giving back what is cached.
  void* allocate(std::size_t bytes);
  /// `bytes` as allocated.
  void release(void* block, std::size_t bytes);
  /// Gives all cached blocks back to the system.
  void trim();
  std::size_t cached_bytes() const;

  /// Held around fork(), so that the child does not inherit a lock whose owner did not come along.
  std::mutex& mutex() { return mutex_; }

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> free_;  ///< by block size
  std::size_t cached_ = 0;
  std::size_t most_cached_;
};

}  // namespace gpucompute
