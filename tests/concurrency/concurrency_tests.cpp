// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <omp.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "tests/common/runs.hpp"

// One function, many callers: std::threads, forked children, OpenMP regions. GPUCOMPUTE_TEST_LONG=1 makes the runs as
// long as nightly wants them.

namespace gpucompute::testing {
namespace {

constexpr std::size_t size = 20000;  // enough for a call to ask for a team of threads
constexpr const char* text = "a*b + sum(a) - c";

struct data {
  std::vector<double> a, b;
  std::vector<double> expected;
  static constexpr double c = 0.5;

  explicit data(double start) : a(size), b(size), expected(size) {
    double total = 0;
    for (std::size_t i = 0; i < size; ++i) {
      a[i] = start + static_cast<double>(i % 64);  // small whole numbers: every order of adding gives the same sum
      b[i] = static_cast<double>(i % 7);
      total += a[i];
    }
    for (std::size_t i = 0; i < size; ++i) {
      expected[i] = a[i] * b[i] + total - c;
    }
  }

  bool call(const function& compiled, int threads) const {
    std::vector<double> out(size);
    call_options options;
    options.out = out;
    options.threads = threads;
    compiled({{"a", a}, {"b", b}, {"c", c}}, options);
    return out == expected;
  }
};

function compile_on(const run_on& where) {
  return compile(text, {{"a", float64}, {"b", float64}, {"c", float64}},
                 {.device = where.device, .precision = precision::precise, .tier = where.tier});
}

std::chrono::milliseconds duration() {
  const bool is_long = std::getenv("GPUCOMPUTE_TEST_LONG") != nullptr;
  return std::chrono::milliseconds(is_long ? 10000 : 1000);
}

TEST(Concurrency, SixtyFourThreadsCallOneFunction) {
  for (const run_on& where : all_runs()) {
    const function compiled = compile_on(where);
    const auto end = std::chrono::steady_clock::now() + duration();
    std::atomic<int> calls = 0;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    threads.reserve(64);
    for (int t = 0; t < 64; ++t) {
      threads.emplace_back([&, t] {
        const data mine(t);
        do {
          wrong += mine.call(compiled, t % 3) ? 0 : 1;
          ++calls;
        } while (std::chrono::steady_clock::now() < end);
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    EXPECT_EQ(wrong, 0) << "of " << calls << " calls on " << where.name;
    EXPECT_GE(calls, 64);
  }
}

TEST(Concurrency, ThreadsThatEvaluateNewTextsDoNotDisturbEachOther) {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&wrong, t] {
      const std::vector<double> x = {1, 2, 3};
      for (int i = 0; i < 50; ++i) {
        const std::string added = std::to_string(t % 4 * 100 + i);
        const array result = evaluate("x + " + added, {{"x", x}});
        wrong += result.values<double>()[2] == 3 + std::stod(added) ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Concurrency, ForkedChildAndItsParentGoOn) {
  for (const run_on& where : all_runs()) {
    const function compiled = compile_on(where);
    const data mine(1);
    ASSERT_TRUE(mine.call(compiled, 2)) << where.name;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(60);  // a child that hangs is a failure, not a test that never ends
      const bool known = mine.call(compiled, 2);
      const std::vector<double> x = {1, 2};
      const bool fresh = evaluate("x + 4711", {{"x", x}}).values<double>()[1] == 4713;
      _exit(known && fresh ? 0 : 1);
    }
    EXPECT_TRUE(mine.call(compiled, 2)) << where.name;
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << where.name << ": the child died by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << where.name;
  }
}

TEST(Concurrency, CallsFromInsideOpenMPRegionsAreRight) {
  const int before = omp_get_max_threads();
  for (const run_on& where : all_runs()) {
    const function compiled = compile_on(where);
    std::atomic<int> wrong = 0;
#pragma omp parallel for num_threads(4)
    for (int i = 0; i < 32; ++i) {
      wrong += data(i).call(compiled, 0) ? 0 : 1;
    }
    EXPECT_EQ(wrong, 0) << where.name;
  }
  EXPECT_EQ(omp_get_max_threads(), before) << "the OpenMP settings of the caller were changed";
}

}  // namespace
}  // namespace gpucompute::testing
