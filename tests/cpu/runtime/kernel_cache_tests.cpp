// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include <gpucompute/error.hpp>

#include "cpu/runtime/executable.hpp"
#include "cpu/runtime/processor.hpp"
#include "kernels/device/backend.hpp"
#include "tests/common/kernel_builder.hpp"
#include "tests/cpu/runtime/jit.hpp"

// Which tier runs when, and what the cache of a device keeps. Counters belong to the process: tests look at differences.

namespace gpucompute::cpu {
namespace {

using testing::bind;
using testing::code_builder;
using testing::make_launch;

/// a * number + a: another kernel for each number.
std::shared_ptr<const lower::kernel> scaled(double number) {
  auto kernel = std::make_shared<lower::kernel>();
  kernel->inputs = {{float64, 1}};
  kernel->outputs = {{float64, 1}};
  code_builder code(kernel->body);
  const auto a = code.load(0, float64);
  kernel->body.results = {
      code.apply(graph::op::add, float64, {code.apply(graph::op::multiply, float64, {a, code.constant(number)}), a})};
  return kernel;
}

/// (a + a) + a ..., so many steps: a kernel that takes long to compile.
std::shared_ptr<const lower::kernel> long_sum(int steps) {
  auto kernel = std::make_shared<lower::kernel>();
  kernel->inputs = {{float64, 1}};
  kernel->outputs = {{float64, 1}};
  code_builder code(kernel->body);
  const auto a = code.load(0, float64);
  auto sum = a;
  for (int i = 0; i < steps; ++i) {
    sum = code.apply(graph::op::add, float64, {sum, a});
  }
  kernel->body.results = {sum};
  return kernel;
}

struct counts {
  std::int64_t hits = counters().cache_hits;
  std::int64_t misses = counters().cache_misses;
  std::int64_t evictions = counters().cache_evictions;
  std::int64_t compiles = counters().compiles;
  std::int64_t interpreted = counters().launches_interpreter;
  std::int64_t compiled = counters().launches_jit;
};

class KernelCache : public ::testing::Test {
 protected:
  void TearDown() override {
    unsetenv("GPUCOMPUTE_TIER");
    unsetenv("GPUCOMPUTE_CPU_ISA");
  }
  /// Runs scaled(number) or long_sum(number) over n elements; true when the result is right.
  bool run(const device_layer::executable& ready, const std::shared_ptr<const lower::kernel>& kernel, double number,
           std::size_t n) {
    const std::vector<double> a(n, 3);
    std::vector<double> out(n);
    const lower::launch launch = make_launch(kernel, {static_cast<std::int64_t>(n)}, {bind(0, {8}), bind(1, {8})});
    void* const pointers[] = {const_cast<double*>(a.data()), out.data()};
    device_->run(ready, launch, pointers, {});
    return out == std::vector<double>(n, 3 * number + 3);
  }
  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>& kernel,
                                                          tier wanted = tier::automatic) {
    return device_->prepare(kernel, {.tier = wanted});
  }

  std::unique_ptr<device_layer::backend> device_ = device_layer::make_cpu_device();
};

TEST_F(KernelCache, LittleWorkIsInterpretedAndMuchIsCompiledAtOnce) {
  if (!has_jit()) GTEST_SKIP() << "this build has no JIT";
  const auto kernel = scaled(2);
  const auto ready = prepare(kernel);
  const counts before;
  EXPECT_EQ(ready->current_tier(), tier::interpreter);
  EXPECT_TRUE(run(*ready, kernel, 2, 100));
  EXPECT_EQ(ready->current_tier(), tier::interpreter);
  EXPECT_EQ(counters().compiles, before.compiles);
  EXPECT_EQ(counters().launches_interpreter, before.interpreted + 1);
  EXPECT_TRUE(run(*ready, kernel, 2, 20'000'000));
  EXPECT_EQ(ready->current_tier(), tier::jit);
  EXPECT_EQ(counters().compiles, before.compiles + 1);
  EXPECT_EQ(counters().launches_jit, before.compiled + 1);
  EXPECT_TRUE(run(*ready, kernel, 2, 1));
  EXPECT_EQ(counters().launches_jit, before.compiled + 2) << "code that is there is used for little work as well";
}

TEST_F(KernelCache, WorkAddsUpToACompile) {
  if (!has_jit()) GTEST_SKIP() << "this build has no JIT";
  const auto kernel = scaled(3);
  const auto ready = prepare(kernel);
  const counts before;
  int calls = 0;
  for (; ready->current_tier() == tier::interpreter && calls < 100'000; ++calls) {
    ASSERT_TRUE(run(*ready, kernel, 3, 10'000));
  }
  EXPECT_GT(calls, 10);
  EXPECT_LT(calls, 100'000);
  EXPECT_EQ(counters().launches_interpreter, before.interpreted + calls - 1);
  EXPECT_EQ(counters().launches_jit, before.compiled + 1);
  const auto again = prepare(kernel);
  EXPECT_EQ(again->current_tier(), tier::jit) << "the code belongs to the kernel, not to who asked first";
}

TEST_F(KernelCache, AForcedTierIsTaken) {
  if (!has_jit()) GTEST_SKIP() << "this build has no JIT";
  const auto kernel = scaled(4);
  const auto interpreted = prepare(kernel, tier::interpreter);
  const auto compiled = prepare(kernel, tier::jit);
  const counts before;
  EXPECT_EQ(compiled->current_tier(), tier::jit);
  EXPECT_TRUE(run(*compiled, kernel, 4, 1));
  EXPECT_TRUE(run(*interpreted, kernel, 4, 1000));
  EXPECT_EQ(interpreted->current_tier(), tier::interpreter);
  EXPECT_EQ(counters().launches_jit, before.compiled + 1);
  EXPECT_EQ(counters().launches_interpreter, before.interpreted + 1);
}

TEST_F(KernelCache, TheEnvironmentDecidesForThoseWhoAskForNoTier) {
  setenv("GPUCOMPUTE_TIER", "interpreter", 1);
  const auto kernel = scaled(5);
  const auto ready = prepare(kernel);
  EXPECT_TRUE(run(*ready, kernel, 5, 20'000'000));
  EXPECT_EQ(ready->current_tier(), tier::interpreter);
  setenv("GPUCOMPUTE_TIER", "no tier", 1);
  EXPECT_THROW(prepare(kernel), invalid_argument);
  EXPECT_NO_THROW(prepare(kernel, tier::interpreter)) << "the caller has asked for a tier";
  if (!has_jit()) GTEST_SKIP() << "this build has no JIT";
  setenv("GPUCOMPUTE_TIER", "jit", 1);
  EXPECT_EQ(prepare(kernel)->current_tier(), tier::jit);
  EXPECT_EQ(prepare(kernel, tier::interpreter)->current_tier(), tier::interpreter);
}

TEST_F(KernelCache, InstructionSetsAndPrecisionsAreKernelsOfTheirOwn) {
  const auto kernel = scaled(6);
  const counts before;
  setenv("GPUCOMPUTE_CPU_ISA", "avx2", 1);
  prepare(kernel);
  prepare(kernel);
  EXPECT_EQ(counters().cache_misses, before.misses + 1);
  EXPECT_EQ(counters().cache_hits, before.hits + 1);
  device_->prepare(kernel, {.precision = precision::fast});
  EXPECT_EQ(counters().cache_misses, before.misses + 2);
  setenv("GPUCOMPUTE_CPU_ISA", "avx1024", 1);
  EXPECT_THROW(prepare(kernel), invalid_argument);
  if (!supports(isa::avx512)) GTEST_SKIP() << "no AVX-512";
  setenv("GPUCOMPUTE_CPU_ISA", "avx512", 1);
  prepare(kernel);
  EXPECT_EQ(counters().cache_misses, before.misses + 3);
}

TEST_F(KernelCache, TheKernelUnusedForLongestMakesRoom) {
  constexpr int most = 1024;
  const counts before;
  const auto first = prepare(scaled(0.5));
  const auto kept = scaled(-1);
  prepare(kept);
  for (int k = 2; k < most; ++k) {
    prepare(scaled(k + 100));
  }
  EXPECT_EQ(counters().cache_evictions, before.evictions);
  prepare(kept);
  prepare(scaled(0.25));
  EXPECT_EQ(counters().cache_evictions, before.evictions + 1);
  EXPECT_EQ(counters().cache_misses, before.misses + most + 1);
  prepare(kept);
  EXPECT_EQ(counters().cache_misses, before.misses + most + 1);
  prepare(scaled(0.5));
  EXPECT_EQ(counters().cache_misses, before.misses + most + 2) << "the first one had gone";
  EXPECT_TRUE(run(*first, scaled(0.5), 0.5, 10)) << "and still works for those that hold it";
}

TEST_F(KernelCache, ThreadsThatWantOneKernelCompileItOnce) {
  if (!has_jit()) GTEST_SKIP() << "this build has no JIT";
  const counts before;
  std::vector<std::thread> threads;
  std::vector<int> right(8);
  threads.reserve(right.size());
  for (int& mine : right) {
    threads.emplace_back([this, &mine] {
      const auto kernel = scaled(7);
      mine = run(*prepare(kernel, tier::jit), kernel, 7, 100);
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(right, std::vector<int>(8, 1));
  EXPECT_EQ(counters().compiles, before.compiles + 1);
  EXPECT_EQ(counters().cache_misses, before.misses + 1);
  EXPECT_EQ(counters().cache_hits, before.hits + 7);
}

TEST_F(KernelCache, ThreadsThatWantOwnKernelsCompileEachOnce) {
  if (!has_jit()) GTEST_SKIP() << "this build has no JIT";
  const counts before;
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  threads.reserve(right.size());
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([this, t, &right] {
      for (std::size_t k = 0; k < 5; ++k) {
        const double number = static_cast<double>(1000 + (t * 5 + k));
        const auto kernel = scaled(number);
        right[t] += run(*prepare(kernel, tier::jit), kernel, number, 100);
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(right, std::vector<int>(4, 5));
  EXPECT_EQ(counters().compiles, before.compiles + 20);
}

TEST_F(KernelCache, WhileOneThreadCompilesOthersInterpret) {
  if (!has_jit()) GTEST_SKIP() << "this build has no JIT";
  constexpr int steps = 1000;
  const auto kernel = long_sum(steps);
  const auto ready = prepare(kernel);
  const counts before;
  std::atomic<bool> compiling = false;
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  std::vector<int> calls(3), right(3);
  threads.reserve(calls.size());
  for (std::size_t t = 0; t < calls.size(); ++t) {
    threads.emplace_back([&, t] {
      compiling.wait(false);
      while (!done && ready->current_tier() == tier::interpreter) {
        right[t] += run(*ready, kernel, steps, 1);
        ++calls[t];
      }
    });
  }
  compiling = true;
  compiling.notify_all();
  const bool compiled = run(*ready, kernel, steps, 2'000'000);
  done = true;
  for (std::thread& each : threads) each.join();
  EXPECT_TRUE(compiled);
  EXPECT_EQ(right, calls) << "the bits are those of either tier";
  EXPECT_EQ(ready->current_tier(), tier::jit);
  EXPECT_EQ(counters().compiles, before.compiles + 1);
  // A compile takes tens of milliseconds here, a call some microseconds: one that waits ends after the compile.
  EXPECT_GT(counters().launches_interpreter, before.interpreted + 30);
}

}  // namespace
}  // namespace gpucompute::cpu
