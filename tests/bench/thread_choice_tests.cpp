// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "bench/suites/thread_choice.hpp"

namespace gpucompute::bench {
namespace {

using std::chrono::milliseconds;

/// Calls that take so long on one thread and on more, and what was made of them.
struct timed_calls {
  milliseconds on_one, on_more;
  std::vector<int> made = {};
  int used = 0;  ///< whatever is allowed; 0: as many

  int faster(int most, double seconds) {
    return faster_threads(
        [this](int threads) {
          made.push_back(threads);
          return solve_variant{[this, threads] { std::this_thread::sleep_for(threads == 1 ? on_one : on_more); },
                               [] { return std::span<const double>(); }, [] { return std::string(); },
                               [this, threads] { return used == 0 ? threads : used; }};
        },
        most, seconds);
  }
};

TEST(FasterThreads, AreTheOnesOnWhichACallIsShorter) {
  EXPECT_EQ((timed_calls{milliseconds(0), milliseconds(200)}.faster(2, 2)), 1);
  EXPECT_EQ((timed_calls{milliseconds(200), milliseconds(0)}.faster(2, 2)), 2);
}

TEST(FasterThreads, AreAllWhereACallIsTooLongToTry) {
  timed_calls calls{milliseconds(0), milliseconds(30)};
  EXPECT_EQ(calls.faster(4, 0.05), 4);
  EXPECT_EQ(calls.made, std::vector<int>{4});
}

TEST(FasterThreads, AreNotSoughtWhereNoMoreThanOneIsUsed) {
  timed_calls calls{milliseconds(0), milliseconds(1)};
  EXPECT_EQ(calls.faster(1, 0.05), 1);
  EXPECT_EQ(calls.made, std::vector<int>{});
  calls.used = 1;
  EXPECT_EQ(calls.faster(2, 0.05), 2);
  EXPECT_EQ(calls.made, std::vector<int>{2});
}

}  // namespace
}  // namespace gpucompute::bench
