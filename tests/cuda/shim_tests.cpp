// SPDX-License-Identifier: Apache-2.0
// The shim itself: kernels with barriers and shuffles run as written, and go wrong when a barrier is taken away.
#include <cstdlib>
#include <gtest/gtest.h>
#include <numeric>

#include <gpucompute/error.hpp>

#include "cuda/runtime/driver.hpp"
#include "cuda/runtime/nvrtc.hpp"
#include "tests/cuda/session.hpp"

namespace gpucompute::cuda {
namespace {

constexpr int blocks = 4, threads = 256, rounds = 10;

/// data[0 .. n): each block's part reversed in place, then its sum written behind them.
const std::string reverse_and_sum = R"(
extern "C" __global__ void reverse_and_sum(int* data) {
  __shared__ int part[256];
  __shared__ int sums[8];
  int* mine = data + blockIdx.x * blockDim.x;
  part[threadIdx.x] = mine[threadIdx.x];
  __syncthreads();
  const int x = part[255 - threadIdx.x];
  mine[threadIdx.x] = x;
  int sum = x;
  for (int distance = 16; distance > 0; distance /= 2) {
    sum += __shfl_down_sync(0xffffffffu, sum, distance);
  }
  if (threadIdx.x % 32 == 0) {
    sums[threadIdx.x / 32] = sum;
  }
  __syncthreads();
  if (threadIdx.x < 32) {
    int total = threadIdx.x < 8 ? sums[threadIdx.x] : 0;
    for (int lanes = 16; lanes > 0; lanes /= 2) {
      total += __shfl_xor_sync(0xffffffffu, total, lanes);
    }
    if (threadIdx.x == 0) {
      data[gridDim.x * blockDim.x + blockIdx.x] = total;
    }
  }
}
)";

class Shim : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    setenv("GPUCOMPUTE_NVRTC", GPUCOMPUTE_FAKE_CUDA, 1);
    setenv("GPUCOMPUTE_CUDA_DRIVER", GPUCOMPUTE_FAKE_CUDA, 1);
  }

  handle<driver::module> load(const std::string& text) const {
    const nvrtc::result made = compiler_.compile(text, {});
    EXPECT_EQ(made.log, "");
    return {driver_.load(made.binary), [this](driver::module* which) { driver_.unload(which); }};
  }
  handle<void> allocate(std::size_t bytes) const {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
    return {reinterpret_cast<void*>(driver_.allocate(bytes)),
            [this](void* memory) { driver_.free(reinterpret_cast<std::uintptr_t>(memory)); }};
  }

  /// How many of `rounds` launches give the right answer.
  int right_answers(const std::string& text) const {
    constexpr int n = blocks * threads;
    const handle<driver::module> module = load(text);
    driver::function* kernel = driver_.find(module.get(), "reverse_and_sum");
    const handle<void> owner = allocate(sizeof(int) * (n + blocks));
    driver::device_address memory = reinterpret_cast<std::uintptr_t>(owner.get());
    const auto at = [](int index) { return static_cast<std::size_t>(index); };
    int right = 0;
    for (int round = 0; round < rounds; ++round) {
      std::vector<int> input(n + blocks), output(n + blocks), expected(n + blocks);
      std::iota(input.begin(), input.end(), round);
      for (int i = 0; i < n; ++i) {
        expected[at(i)] = i / threads * threads + threads - 1 - i % threads + round;
        expected[at(n + i / threads)] += i + round;
      }
      for (int b = 0; b < blocks; ++b) {
        input[at(n + b)] = -1;
      }
      driver_.copy_in(memory, input.data(), sizeof(int) * input.size());
      driver_.launch(kernel, blocks, threads, &memory);
      driver_.synchronize();
      driver_.copy_out(output.data(), memory, sizeof(int) * output.size());
      right += output == expected ? 1 : 0;
    }
    return right;
  }

  const nvrtc compiler_;
  const driver driver_;
};

TEST_F(Shim, BarriersAndShufflesRunAsWritten) { EXPECT_EQ(right_answers(reverse_and_sum), rounds); }

TEST_F(Shim, EveryDeletedBarrierIsSeen) {
  const std::string barrier = "__syncthreads();";
  int barriers = 0;
  for (auto at = reverse_and_sum.find(barrier); at != std::string::npos; at = reverse_and_sum.find(barrier, at + 1)) {
    std::string text = reverse_and_sum;
    text.erase(at, barrier.size());
    EXPECT_EQ(right_answers(text), 0) << "barrier " << barriers;
    ++barriers;
  }
  EXPECT_EQ(barriers, 2);
}

TEST_F(Shim, AWarpThatWaitsForALaneThatLeftIsAnError) {
  const handle<driver::module> module = load(R"(
extern "C" __global__ void divergent(int* data) {
  if (threadIdx.x != 3) {
    data[threadIdx.x] = __shfl_sync(0xffffffffu, (int)threadIdx.x, 0);
  }
}
)");
  const handle<void> owner = allocate(4 * 32);
  driver::device_address memory = reinterpret_cast<std::uintptr_t>(owner.get());
  driver_.launch(driver_.find(module.get(), "divergent"), 1, 32, &memory);
  EXPECT_THROW(driver_.synchronize(), runtime_failure);
  EXPECT_THROW(driver_.synchronize(), runtime_failure) << "an error of a kernel stays";
}

}  // namespace
}  // namespace gpucompute::cuda
