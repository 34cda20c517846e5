// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <latch>
#include <omp.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/lapack/library.hpp"
#include "cpu/solve/solvers.hpp"
#include "tests/solve/dense.hpp"

namespace gpucompute::testing {
namespace {

using cpu::lapack::blas_threads;
using cpu::lapack::loaded;

// Read by the first call, so that there are several threads to share on every machine.
[[maybe_unused]] const int budget_set = setenv("GPUCOMPUTE_NUM_THREADS", "3", 1);

template <typename Function>
Function* function_of_library(const char* name) {
  return cpu::lapack::own_function<Function>(loaded().file(), loaded().names(), name);
}

/// The library's own functions that read and set its number of threads, as a user would call them.
struct users_setting {
  int (*get)() = nullptr;
  void (*set)(int) = nullptr;

  users_setting() {
    auto* const parallel = function_of_library<int()>("openblas_get_parallel");
    const char* const names[][2] = {{"openblas_get_num_threads", "openblas_set_num_threads"},
                                    {"omp_get_max_threads", "omp_set_num_threads"},
                                    {"bli_thread_get_num_threads", "bli_thread_set_num_threads"},
                                    {"MKL_Get_Max_Threads", "MKL_Set_Num_Threads"}};
    for (const auto& [getter, setter] : names) {
      const bool is_openmp = std::string_view(getter).starts_with("omp");
      if (get == nullptr && is_openmp == (parallel != nullptr && parallel() == 2)) {
        get = function_of_library<int()>(getter);
        set = function_of_library<void(int)>(setter);
      }
    }
  }
};

class LapackThreads : public ::testing::Test {
 protected:
  void SetUp() override {
    if (user.get == nullptr) {
      GTEST_SKIP() << loaded().description() << " has no threads";
    }
    before_ = std::max(1, user.get());  // BLIS says -1 for what it was not told
  }
  void TearDown() override {
    if (user.get != nullptr) {
      EXPECT_EQ(std::max(1, user.get()), before_);
    }
  }
  /// That a caller gets who wants so many; of BLIS it is always one.
  static int given(int wanted) {
    return loaded().description().find("BLIS") != std::string::npos ? 1 : std::min(wanted, 3);
  }
  users_setting user;

 private:
  int before_ = 0;
};

/// Whether a system of order n is solved rightly in the calling thread.
bool solves(index n, int threads) {
  const dense<double> a = random_matrix<double>(n, n, static_cast<std::uint64_t>(n));
  const dense<double> known = random_matrix<double>(n, 2, 7);
  dense<double> b = a * known;
  solving::factor_request request;
  request.source = a.view();
  request.threads = threads;
  cpu::lapack_solver().factorize(request)->solve(solving::apply::none, b.block(), threads);
  return norm_max(b - known) < 1e-6;
}

TEST_F(LapackThreads, AreAsManyAsWantedAndThenWhatTheUserHadSet) {
  const int found = std::max(1, user.get());
  for (const int users : {1, 2, 3}) {
    user.set(users);
    ASSERT_EQ(user.get(), users);
    for (const int wanted : {1, 2, 3, 1000}) {
      {
        const blas_threads scope(loaded(), wanted);
        EXPECT_EQ(user.get(), given(wanted));
      }
      EXPECT_EQ(user.get(), users);
    }
    EXPECT_TRUE(solves(300, 2));
    EXPECT_EQ(user.get(), users);
  }
  user.set(found);
}

TEST_F(LapackThreads, AreRestoredAfterAnException) {
  try {
    const blas_threads scope(loaded(), user.get() == 2 ? 3 : 2);
    throw std::runtime_error("a solve failed");
  } catch (const std::runtime_error&) {
  }
}

TEST_F(LapackThreads, AreOneInsideAnOpenMpRegion) {
  std::atomic<int> wrong = 0;
#pragma omp parallel num_threads(2)
  {
    const blas_threads scope(loaded(), 3);
    wrong += user.get() != 1;
#pragma omp barrier
  }
  EXPECT_EQ(wrong, 0);
#pragma omp parallel num_threads(3)
  wrong += !solves(150, 3);
  EXPECT_EQ(wrong, 0);
}

TEST_F(LapackThreads, AreOneForCallersThatOverlap) {
  const blas_threads first(loaded(), 3);
  EXPECT_EQ(user.get(), given(3));
  int of_second = 0;
  std::thread([&] {
    const blas_threads second(loaded(), 3);
    of_second = user.get();
  }).join();
  EXPECT_EQ(of_second, 1);
  EXPECT_EQ(user.get(), given(3));
}

/// Runs body(k) in so many threads that begin together.
template <typename Body>
void at_once(int callers, Body body) {
  std::latch all(callers);
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(callers));
  for (int k = 0; k < callers; ++k) {
    threads.emplace_back([&, k] {
      all.arrive_and_wait();
      body(k);
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
}

TEST_F(LapackThreads, OfManyCallersAtOnceLeaveNothingBehind) {
  for (const int callers : {2, 64}) {
    std::atomic<int> wrong = 0;
    at_once(callers, [&](int k) {
      for (int round = 0; round < 3; ++round) {
        wrong += !solves(120 + k % 8 * 10, 1 + k % 3);
      }
    });
    EXPECT_EQ(wrong, 0) << callers << " callers";
  }
}

TEST_F(LapackThreads, OfALargeSolveMayBeLoweredByOthersWhileItRuns) {
  std::atomic<int> wrong = 0;
  std::atomic<bool> done = false;
  at_once(4, [&](int k) {
    if (k == 0) {
      wrong += !solves(1000, 3);
      done = true;
    } else {
      do {
        wrong += !solves(40 + k, 3);
      } while (!done);
    }
  });
  EXPECT_EQ(wrong, 0);
}

/// The child's exit status; what hangs is ended by its alarm.
template <typename Body>
int status_of_child(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(body());
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

TEST_F(LapackThreads, AreOneInAForkedChildWhichSolves) {
  EXPECT_TRUE(solves(300, 3));
  const int status = status_of_child([this] {
    {
      const blas_threads scope(loaded(), 3);
      if (user.get() != 1) {
        return 1;
      }
    }
    return solves(300, 3) ? 0 : 2;
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(solves(300, 3)) << "the parent";
}

TEST_F(LapackThreads, OfOthersDoNotStopAFork) {
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> others;
  for (int k = 0; k < 3; ++k) {
    others.emplace_back([&] {
      while (!stop) {
        wrong += !solves(250, 2);
      }
    });
  }
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(status_of_child([] { return solves(100, 2) ? 0 : 2; }), 0);
  }
  stop = true;
  for (std::thread& each : others) {
    each.join();
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace gpucompute::testing
