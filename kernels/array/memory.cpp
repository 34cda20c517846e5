// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/memory.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <unistd.h>

#include <gpucompute/error.hpp>
#include <gpucompute/memory.hpp>

#include "kernels/array/pool.hpp"
#include "kernels/device/environment.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute {
namespace {

std::atomic<std::pmr::memory_resource*> replacement = nullptr;

std::size_t most_cached() {
  if (const auto asked = device_layer::number_setting("GPUCOMPUTE_POOL_BYTES", 0, std::uint64_t{1} << 62U)) {
    return *asked;
  }
  constexpr std::size_t most = std::size_t{1} << 30U;
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? std::min(most, static_cast<std::size_t>(pages) / 8 * static_cast<std::size_t>(page))
                               : most;
}

// Never destroyed: arrays may outlive static objects.
constinit std::atomic<memory_pool*> made = nullptr;

memory_pool& pool() {
  return device_layer::made_once([] {
    auto* const only = new memory_pool(most_cached());
    made.store(only);
    return only;
  });
}

// Below it, the pool's lock takes longer than malloc's own small blocks.
constexpr std::size_t most_small = 1024;

/// One block of the C++ heap with its count of owners, for up to `Bytes` bytes aligned as every array is.
template <std::size_t Bytes>
std::shared_ptr<void> small_block() {
  struct room {
    room() {}  // NOLINT(modernize-use-equals-default): the bytes stay unwritten
    std::byte bytes[Bytes + host_alignment - alignof(std::max_align_t)];
  };
  auto owner = std::make_shared<room>();
  void* first = owner->bytes;
  std::size_t space = sizeof owner->bytes;
  first = std::align(host_alignment, Bytes, first, space);
  return {std::move(owner), first};
}

std::shared_ptr<void> allocate_small(std::size_t bytes) {
  return bytes <= 64 ? small_block<64>() : bytes <= 256 ? small_block<256>() : small_block<most_small>();
}

[[noreturn]] void fail(std::size_t bytes) {
  throw out_of_memory("array: expected memory for " + std::to_string(bytes) + " bytes, got none", bytes);
}

}  // namespace

void trim_host_memory() {
  if (memory_pool* const known = made.load()) {
    known->trim();
  }
}

void hold_pool() {
  if (memory_pool* const known = made.load()) {
    known->mutex().lock();
  }
}

void release_pool() {
  if (memory_pool* const known = made.load()) {
    known->mutex().unlock();
  }
}

std::shared_ptr<void> allocate_host(std::size_t bytes) {
  if (std::pmr::memory_resource* const resource = replacement.load(std::memory_order_acquire)) {
    void* block = nullptr;
    try {
      block = resource->allocate(bytes, host_alignment);
    } catch (const std::bad_alloc&) {
      fail(bytes);
    }
    return {block, [resource, bytes](void* p) { resource->deallocate(p, bytes, host_alignment); }};
  }
  if (bytes <= most_small) {
    return allocate_small(bytes);
  }
  void* const block = pool().allocate(bytes);
  if (block == nullptr) {
    fail(bytes);
  }
  return {block, [bytes](void* p) { pool().release(p, bytes); }};
}

std::pmr::memory_resource* set_host_memory(std::pmr::memory_resource* resource) noexcept {
  return replacement.exchange(resource, std::memory_order_acq_rel);
}

}  // namespace gpucompute
