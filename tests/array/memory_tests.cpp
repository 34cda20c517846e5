// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <new>
#include <sys/wait.h>
#include <unistd.h>

#include <gpucompute/array.hpp>
#include <gpucompute/error.hpp>
#include <gpucompute/memory.hpp>

#include "kernels/array/memory.hpp"
#include "kernels/array/pool.hpp"

namespace gpucompute {
namespace {

std::uintptr_t address(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }

TEST(HostMemory, IsAlignedAtEverySize) {
  for (const std::size_t bytes : {0UL, 1UL, 100UL, 40000UL, 1000001UL, 5000000UL, 20000000UL}) {
    const auto memory = allocate_host(bytes);
    ASSERT_NE(memory, nullptr);
    EXPECT_EQ(address(memory.get()) % host_alignment, 0U) << bytes;
    std::memset(memory.get(), 1, bytes);
  }
}

TEST(HostMemory, ImpossibleSizeNamesItsBytes) {
  for (const std::size_t bytes : {std::size_t{1} << 60U, ~std::size_t{0}}) {
    try {
      allocate_host(bytes);
      FAIL() << bytes;
    } catch (const out_of_memory& problem) {
      EXPECT_EQ(problem.bytes(), bytes);
      EXPECT_NE(std::string(problem.what()).find(std::to_string(bytes)), std::string::npos);
    }
  }
}

TEST(HostMemory, ForkedChildAllocates) {
  const auto before = allocate_host(1000000);
  const pid_t child = fork();
  if (child == 0) {
    const auto memory = allocate_host(1000000);
    std::memset(memory.get(), 1, 1000000);
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

class counting_resource final : public std::pmr::memory_resource {
 public:
  int live = 0;
  bool empty = false;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (empty) {
      throw std::bad_alloc();
    }
    ++live;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    --live;
    std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

TEST(HostMemory, ArraysComeFromTheReplacementAndGoBackToIt) {
  counting_resource resource;
  EXPECT_EQ(set_host_memory(&resource), nullptr);
  {
    const array made = array::zeros(float64, {100});
    EXPECT_EQ(resource.live, 1);
    EXPECT_EQ(set_host_memory(nullptr), &resource);
    const array other = array::zeros(float64, {100});
    EXPECT_EQ(resource.live, 1);
  }
  EXPECT_EQ(resource.live, 0);
  resource.empty = true;
  set_host_memory(&resource);
  EXPECT_THROW(array::empty(float64, {3}), out_of_memory);
  set_host_memory(nullptr);
}

TEST(MemoryPool, FreedBlockServesTheNextRequestOfAboutItsSize) {
  memory_pool pool(std::size_t{64} << 20U);
  void* const first = pool.allocate(1000000);
  pool.release(first, 1000000);
  EXPECT_GE(pool.cached_bytes(), 1000000U);
  EXPECT_EQ(pool.allocate(999999), first);
  EXPECT_EQ(pool.cached_bytes(), 0U);
  pool.release(first, 999999);
  pool.trim();
  EXPECT_EQ(pool.cached_bytes(), 0U);
}

TEST(MemoryPool, CacheIsBounded) {
  memory_pool pool(3000000);
  void* const a = pool.allocate(2000000);
  void* const b = pool.allocate(2000000);
  pool.release(a, 2000000);
  pool.release(b, 2000000);
  EXPECT_LE(pool.cached_bytes(), 3000000U);
  EXPECT_GE(pool.cached_bytes(), 2000000U);
}

TEST(MemoryPool, BigBlocksStartAtAHugePage) {
  memory_pool pool(std::size_t{64} << 20U);
  for (const std::size_t bytes : {std::size_t{4} << 20U, std::size_t{9000001}}) {
    void* const block = pool.allocate(bytes);
    EXPECT_EQ(address(block) % (std::size_t{2} << 20U), 0U);
    std::memset(block, 1, bytes);
    pool.release(block, bytes);
  }
}

TEST(MemoryPool, WastesAtMostAnEighth) {
  memory_pool pool(std::size_t{1} << 40U);
  for (std::size_t bytes = 32768; bytes < 100000000; bytes = bytes * 5 / 4 + 1) {
    pool.release(pool.allocate(bytes), bytes);
    const std::size_t block = pool.cached_bytes();
    EXPECT_GE(block, bytes);
    EXPECT_LE(block, bytes + std::max(bytes / 8, bytes >= memory_pool::huge_bytes ? std::size_t{2} << 20U : 0))
        << bytes;
    pool.trim();
  }
}

}  // namespace
}  // namespace gpucompute
