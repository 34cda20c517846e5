// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "kernels/device/fork_gate.hpp"
#include "tests/common/runs.hpp"

namespace gpucompute::device_layer {
namespace {

using namespace std::chrono_literals;

/// Whether a child that does this ends, and ends well, within its own time.
template <typename Body>
::testing::AssertionResult child_can(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    _exit(body() ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    return ::testing::AssertionFailure() << "ended by signal " << WTERMSIG(status);
  }
  return WEXITSTATUS(status) == 0 ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << "wrong";
}

TEST(GatedSection, ForkWaitsForThoseOfOtherThreads) {
  std::atomic<bool> entered = false;
  std::atomic<bool> left = false;
  std::thread other([&] {
    const gated_section outer;
    const gated_section inner;
    entered = true;
    std::this_thread::sleep_for(200ms);
    left = true;
  });
  while (!entered) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(child_can([&] { return left.load(); }));
  other.join();
}

TEST(GatedSection, IsOpenInTheChildAndStaysOpenInTheParent) {
  EXPECT_TRUE(child_can([] {
    const gated_section section;
    return child_can([] {
             const gated_section inner;
             return true;
           }) == ::testing::AssertionSuccess();
  }));
  const gated_section section;
}

TEST(GatedSection, AThreadMayForkInsideItsOwn) {
  const gated_section section;
  EXPECT_TRUE(child_can([] {
    const gated_section inner;
    return child_can([] { return true; }) == ::testing::AssertionSuccess();
  }));
}

TEST(GatedSection, ForkIsNotStarvedByThreadsThatKeepEntering) {
  std::atomic<bool> done = false;
  std::vector<std::thread> others;
  others.reserve(4);
  for (int k = 0; k < 4; ++k) {
    others.emplace_back([&] {
      while (!done) {
        const gated_section section;
        std::this_thread::sleep_for(1ms);
      }
    });
  }
  for (int k = 0; k < 20; ++k) {
    EXPECT_TRUE(child_can([] {
      const gated_section section;
      return true;
    }));
  }
  done = true;
  for (std::thread& each : others) {
    each.join();
  }
}

TEST(GatedSection, ThreadsMayForkAtOnce) {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> forkers;
  forkers.reserve(4);
  for (int k = 0; k < 4; ++k) {
    forkers.emplace_back([&] {
      for (int turn = 0; turn < 10; ++turn) {
        wrong += child_can([] {
          const gated_section section;
          return true;
        })
                     ? 0
                     : 1;
      }
    });
  }
  for (std::thread& each : forkers) {
    each.join();
  }
  EXPECT_EQ(wrong, 0);
}

TEST(ForkAwareMutex, ExcludesWritersFromEachOtherAndFromReaders) {
  fork_aware_mutex mutex;
  std::int64_t first = 0;
  std::int64_t second = 0;
  std::atomic<int> torn = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&, k] {
      for (int turn = 0; turn < 5000; ++turn) {
        if (k == 0) {
          const std::unique_lock lock(mutex);
          ++first;
          ++second;
        } else {
          const std::shared_lock lock(mutex);
          torn += first == second ? 0 : 1;
        }
      }
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(first, 5000);
}

TEST(ForkAwareMutex, AReaderThatStaysBehindDoesNotBlockTheChild) {
  fork_aware_mutex mutex;
  std::atomic<int> state = 0;
  std::thread reader([&] {
    const std::shared_lock lock(mutex);
    state = 1;
    while (state != 2) {
      std::this_thread::yield();
    }
  });
  while (state != 1) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(child_can([&] {
    { const std::unique_lock lock(mutex); }
    { const std::shared_lock lock(mutex); }
    const std::unique_lock again(mutex);
    return true;
  }));
  state = 2;
  reader.join();
  const std::unique_lock lock(mutex);
}

/// Why no child can be expected to do anything; empty where one can.
constexpr const char* allocating_children_hang() {
#if defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
  return "GCC's AddressSanitizer leaves its allocator locked in a child that is forked while another thread allocates";
#else
  return "";
#endif
}

TEST(ForkWhileOthersExplain, EveryChildExplains) {
  if (*allocating_children_hang() != 0) {
    GTEST_SKIP() << allocating_children_hang();
  }
  for (const testing::run_on& where : testing::all_runs()) {
    const std::vector<double> x = {1, 2, 3};
    const auto shown = [&](const std::string& text) {
      const std::string all = explain(text, {{"x", x}}, {.device = where.device, .tier = where.tier});
      return all.find("source of launch 1") != std::string::npos;
    };
    std::atomic<bool> done = false;
    std::atomic<int> made = 0;
    std::vector<std::thread> others;
    others.reserve(3);
    for (int t = 0; t < 3; ++t) {
      others.emplace_back([&] {
        for (; !done; ++made) {
          shown("x*x + 1");
        }
      });
    }
    const auto end = std::chrono::steady_clock::now() + 2s;
    for (int forks = 0; std::chrono::steady_clock::now() < end || forks < 5; ++forks) {
      ASSERT_TRUE(child_can([&] { return shown("x*x + 1"); })) << where.name << ", fork " << forks;
    }
    done = true;
    for (std::thread& each : others) {
      each.join();
    }
    EXPECT_GT(made, 10) << "nothing was explained while forking";
  }
}

TEST(ForkWhileOthersCompile, EveryChildCompilesAndEvaluates) {
  if (*allocating_children_hang() != 0) {
    GTEST_SKIP() << allocating_children_hang();
  }
  for (const testing::run_on& where : testing::all_runs()) {
    const std::vector<double> x = {1, 2, 3};
    const auto right = [&](const std::string& text, double expected) {
      return evaluate(text, {{"x", x}}, {.device = where.device, .tier = where.tier}).values<double>()[2] == expected;
    };
    const function shared = compile("x*x + 1", {{"x", float64}}, {.device = where.device, .tier = where.tier});
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    std::atomic<int> made = 0;
    std::vector<std::thread> others;
    others.reserve(3);
    for (int t = 0; t < 3; ++t) {
      others.emplace_back([&, t] {
        std::string text = "x";
        for (int i = 0; !done; ++i) {
          // A new kernel each: another length, another order of operations.
          text = "x";
          double expected = 3;
          for (int k = 0; k < 1 + i % 12; ++k) {
            const bool times = ((i / 12 + t * 64) >> k & 1) != 0;
            text.insert(0, "(");
            text += times ? ")*x" : ")+x";
            expected = times ? expected * 3 : expected + 3;
          }
          wrong += right(text, expected) && shared({{"x", x}}).values<double>()[2] == 10 ? 0 : 1;
          ++made;
        }
      });
    }
    const auto end = std::chrono::steady_clock::now() + 3s;
    int forks = 0;
    for (; std::chrono::steady_clock::now() < end || forks < 5; ++forks) {
      ASSERT_TRUE(child_can([&] {
        const std::string fresh = "x*" + std::to_string(forks) + " - x";
        return right(fresh, 3.0 * forks - 3) && right("x*x*x - x*x + x/2", 27 - 9 + 1.5) && right("x*x", 9) &&
               shared({{"x", x}}).values<double>()[2] == 10;
      })) << where.name
          << ", fork " << forks;
    }
    done = true;
    for (std::thread& each : others) {
      each.join();
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(made, 10) << "nothing was compiled while forking";
  }
}

}  // namespace
}  // namespace gpucompute::device_layer
