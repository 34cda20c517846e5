// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <iterator>
#include <omp.h>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "cpu/solve/lapack/library.hpp"

// Solves from many callers: std::threads, OpenMP regions, forked children. GPUCOMPUTE_TEST_LONG=1 makes the runs long.

namespace gpucompute::testing {
namespace {

/// A system whose solution is all ones.
struct linear_system {
  std::int64_t n;
  std::vector<double> a, b;

  linear_system(std::int64_t order, std::uint64_t seed)
      : n(order), a(static_cast<std::size_t>(n * n)), b(static_cast<std::size_t>(n)) {
    std::mt19937_64 draw(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    for (std::size_t i = 0; i < b.size(); ++i) {
      for (std::size_t j = 0; j < b.size(); ++j) {
        double& entry = a[i * b.size() + j];
        entry = uniform(draw) + (i == j ? static_cast<double>(n) : 0);  // of a small condition
        b[i] += entry;
      }
    }
  }
  array_view matrix() const { return {a.data(), {n, n}}; }

  static bool is_right(const solution& found) {
    return found.report.verdict == verdict::good &&
           std::ranges::all_of(found.x.values<double>(), [](double x) { return std::abs(x - 1) < 1e-10; });
  }
  bool solves(int threads = 0) const { return is_right(solve(matrix(), b, {.threads = threads})); }
};

std::chrono::milliseconds duration() {
  const bool is_long = std::getenv("GPUCOMPUTE_TEST_LONG") != nullptr;
  return std::chrono::milliseconds(is_long ? 10000 : 1000);
}

template <typename Body>
void run_in_threads(int count, Body body) {
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int t = 0; t < count; ++t) {
    threads.emplace_back([body, t] { body(t); });
  }
  for (std::thread& each : threads) {
    each.join();
  }
}

/// The BLAS library has as many threads before as after.
class ConcurrentSolves : public ::testing::Test {
 protected:
  ConcurrentSolves() : get_(getter()), before_(get_ != nullptr ? get_() : 0) {}
  ~ConcurrentSolves() override { EXPECT_EQ(get_ != nullptr ? get_() : 0, before_); }

 private:
  using function = int();
  static function* getter() {
    const cpu::lapack::library& used = cpu::lapack::loaded();
    for (const char* name : {"openblas_get_num_threads", "bli_thread_get_num_threads", "MKL_Get_Max_Threads"}) {
      if (auto* const found = cpu::lapack::own_function<function>(used.file(), used.names(), name)) {
        return found;
      }
    }
    return nullptr;
  }
  function* get_;
  int before_;
};

TEST_F(ConcurrentSolves, SixtyFourThreadsSolveSystemsOfTheirOwn) {
  const auto end = std::chrono::steady_clock::now() + duration();
  std::atomic<int> solved = 0, wrong = 0;
  run_in_threads(64, [&](int t) {
    std::mt19937_64 draw(static_cast<std::uint64_t>(t));
    do {
      // As many of the order of 5 as of the order of 300.
      const auto n =
          static_cast<std::int64_t>(5 * std::exp(std::uniform_real_distribution<double>(0, std::log(60))(draw)));
      wrong += linear_system(n, draw()).solves(t % 3) ? 0 : 1;
      ++solved;
    } while (std::chrono::steady_clock::now() < end);
  });
  EXPECT_EQ(wrong, 0) << "of " << solved;
  EXPECT_GE(solved, 64);
}

TEST_F(ConcurrentSolves, SixteenThreadsShareOneFactorization) {
  for (const solve_options& how :
       {solve_options{}, solve_options{.method = method::qr}, solve_options{.method = method::rank_revealing},
        solve_options{.device = device("reference")}}) {
    const linear_system system(120, 7);
    const factorization shared = factorize(system.matrix(), how);
    const bool has_determinant = how.method == method::automatic;
    const auto logarithm = [&] { return has_determinant ? shared.log_determinant().log : 0; };
    const double log = logarithm();
    const double rcond = shared.rcond();
    std::atomic<int> wrong = 0;
    run_in_threads(16, [&](int t) {
      for (int round = 0; round < 10; ++round) {
        const factorization mine = shared;
        wrong += linear_system::is_right(mine.solve(system.b, {.threads = t % 3})) ? 0 : 1;
        wrong += logarithm() == log ? 0 : 1;
        wrong += std::abs(shared.rcond() - rcond) <= 1e-9 * rcond ? 0 : 1;
      }
    });
    EXPECT_EQ(wrong, 0) << shared.explain();
  }
}

TEST_F(ConcurrentSolves, ThreadsAskOneSolutionForItsCondition) {
  const linear_system system(150, 3);
  const solution found = solve(system.matrix(), system.b);
  std::vector<double> said(16);
  run_in_threads(16, [&](int t) { said[static_cast<std::size_t>(t)] = found.report.rcond(); });
  for (const double each : said) {
    EXPECT_NEAR(each, said[0], 1e-9 * said[0]);
  }
}

std::ptrdiff_t threads_of_process() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST_F(ConcurrentSolves, InAnOpenMpRegionTheyUseItsThreadsAlone) {
  const linear_system large(400, 1);
  ASSERT_TRUE(large.solves());  // the BLAS library's threads are there
  const int set = omp_get_max_threads();
  const std::ptrdiff_t before = threads_of_process();
  constexpr int region = 4;
  std::atomic<int> wrong = 0, several = 0;
#pragma omp parallel for num_threads(region)
  for (int i = 0; i < 24; ++i) {
    const linear_system mine(20 + 15 * i, static_cast<std::uint64_t>(i));
    const solution found = solve(mine.matrix(), mine.b);
    wrong += linear_system::is_right(found) ? 0 : 1;
    several += found.report.threads == 1 ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(several, 0) << "solves had more than the thread that called";
  EXPECT_LE(threads_of_process(), before + region - 1);
  EXPECT_EQ(omp_get_max_threads(), set) << "the OpenMP settings of the caller were changed";
}

TEST_F(ConcurrentSolves, AForkedChildSolvesAndItsParentGoesOn) {
  const linear_system known(250, 5);
  const factorization made = factorize(known.matrix());
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> others;
  for (std::uint64_t t = 0; t < 3; ++t) {
    others.emplace_back([&, t] {
      const linear_system mine(60 + 90 * static_cast<std::int64_t>(t), t);
      while (!stop) {
        wrong += mine.solves() ? 0 : 1;
      }
    });
  }
  for (int round = 0; round < 10; ++round) {
    const pid_t child = fork();
    EXPECT_GE(child, 0);
    if (child == 0) {
      alarm(60);  // a child that hangs is a failure, not a test that never ends
      const bool is_right = known.solves(2) && linear_system::is_right(made.solve(known.b)) &&
                            linear_system(8, 9).solves() && made.rcond() > 0;
      _exit(is_right ? 0 : 1);
    }
    EXPECT_TRUE(known.solves(2));
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "the child died by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  stop = true;
  for (std::thread& each : others) {
    each.join();
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace gpucompute::testing
