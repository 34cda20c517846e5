// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/faults/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace gpucompute::tests {
namespace {

std::atomic<long> asked = 0, refused = 0, live = 0;

void* block_of(std::size_t bytes, std::size_t alignment) {
  if (asked.fetch_add(1) + 1 == refused.load()) {
    return nullptr;
  }
  const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
  void* const block = alignment <= alignof(std::max_align_t) ? std::malloc(bytes == 0 ? 1 : bytes)
                                                             : std::aligned_alloc(alignment, whole);
  live += block != nullptr ? 1 : 0;
  return block;
}

void give_back(void* block) {
  live -= block != nullptr ? 1 : 0;
  std::free(block);
}

class counted final : public std::pmr::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* const block = block_of(bytes, alignment);
    return block != nullptr ? block : throw std::bad_alloc();
  }
  void do_deallocate(void* block, std::size_t, std::size_t) override { give_back(block); }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

}  // namespace

void refuse_block(long k) {
  asked = 0;
  refused = k;
}

long refuse_none() {
  refused = 0;
  return asked;
}

long live_blocks() { return live; }

std::pmr::memory_resource& counted_memory() {
  static counted* const only = new counted;  // arrays may outlive static objects
  return *only;
}

}  // namespace gpucompute::tests

using gpucompute::tests::block_of;
using gpucompute::tests::give_back;

// Not inlined: GCC would see memory of malloc beside its own idea of new.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  void* const block = block_of(bytes, 1);
  return block != nullptr ? block : throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
  void* const block = block_of(bytes, static_cast<std::size_t>(alignment));
  return block != nullptr ? block : throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return block_of(bytes, 1); }
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return block_of(bytes, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* block) noexcept { give_back(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { give_back(block); }
[[gnu::noinline]] void operator delete(void* block, const std::nothrow_t&) noexcept { give_back(block); }
[[gnu::noinline]] void operator delete(void* block, std::align_val_t) noexcept { give_back(block); }
[[gnu::noinline]] void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept {
  give_back(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t, std::align_val_t) noexcept { give_back(block); }
