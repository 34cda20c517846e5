// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "bench/hand/hand.hpp"
#include "bench/suites/linear_system.hpp"

namespace gpucompute::bench {
namespace {

/// Both levels on a processor that has both.
std::vector<hand_elimination> eliminations() {
  std::vector<hand_elimination> list = {hand_v3::textbook_elimination};
  if (compiled_loops().textbook != list[0]) list.push_back(compiled_loops().textbook);
  return list;
}

TEST(Textbook, SolvesWhatNeedsItsPivots) {
  for (const hand_elimination eliminate : eliminations()) {
    std::vector<double> a = {0, 2, 1, 1, 1, 1, 4, -1, 3}, b = {7, 6, 11};
    ASSERT_TRUE(eliminate(a.data(), b.data(), 3));
    EXPECT_NEAR(b[0], 1, 1e-14);
    EXPECT_NEAR(b[1], 2, 1e-14);
    EXPECT_NEAR(b[2], 3, 1e-14);
  }
}

TEST(Textbook, TakesTheLargestPivot) {
  for (const hand_elimination eliminate : eliminations()) {
    std::vector<double> a = {1e-20, 1, 1, 1}, b = {1, 2};
    ASSERT_TRUE(eliminate(a.data(), b.data(), 2));
    EXPECT_NEAR(b[0], 1, 1e-15);
    EXPECT_NEAR(b[1], 1, 1e-15);
  }
}

TEST(Textbook, SaysThatAPivotIsZero) {
  for (const hand_elimination eliminate : eliminations()) {
    std::vector<double> a = {1, 2, 3, 2, 4, 6, 1, 1, 1}, b = {1, 2, 3};
    EXPECT_FALSE(eliminate(a.data(), b.data(), 3));
  }
}

TEST(Textbook, MeetsTheBarOnRandomSystems) {
  for (const std::int64_t n : {1, 2, 3, 10, 57, 300}) {
    const linear_system system = random_system(n);
    for (const hand_elimination eliminate : eliminations()) {
      array a = array::empty(float64, {n, n}), x = array::empty(float64, {n});
      std::memcpy(a.data(), system.a.data(), static_cast<std::size_t>(n * n) * sizeof(double));
      std::memcpy(x.data(), system.b.data(), static_cast<std::size_t>(n) * sizeof(double));
      ASSERT_TRUE(eliminate(a.values<double>().data(), x.values<double>().data(), n));
      EXPECT_LE(residual(system, x.values<double>()).backward_error, backward_error_bar(n)) << n;
      EXPECT_LT(residual(system, x.values<double>()).hpl, 16) << n;
    }
  }
}

TEST(Residual, OfAPerturbedSolutionMissesTheBar) {
  const std::int64_t n = 40;
  const linear_system system = random_system(n);
  array a = array::empty(float64, {n, n}), x = array::empty(float64, {n});
  std::memcpy(a.data(), system.a.data(), static_cast<std::size_t>(n * n) * sizeof(double));
  std::memcpy(x.data(), system.b.data(), static_cast<std::size_t>(n) * sizeof(double));
  ASSERT_TRUE(compiled_loops().textbook(a.values<double>().data(), x.values<double>().data(), n));
  double& last = x.values<double>()[static_cast<std::size_t>(n - 1)];
  last *= 1 + 1e-10;
  const residual_of moved = residual(system, x.values<double>());
  EXPECT_GT(moved.backward_error, backward_error_bar(n));
  EXPECT_DOUBLE_EQ(moved.hpl, moved.backward_error / (static_cast<double>(n) * 0x1p-53));
  last = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isinf(residual(system, x.values<double>()).backward_error));
}

TEST(Residual, IsTheOneOfTheDefinition) {
  linear_system system = random_system(2);
  const std::vector<double> matrix = {1, 2, 3, 4}, right = {1, -10}, x = {1, 1};
  std::memcpy(system.a.data(), matrix.data(), 32);
  std::memcpy(system.b.data(), right.data(), 16);
  system.norm_a = 7;
  system.norm_b = 10;
  // b - A x = (-2, -17)
  EXPECT_DOUBLE_EQ(residual(system, x).backward_error, 17.0 / (7 * 1 + 10));
}

TEST(RandomSystem, HasTheNormsItSays) {
  const linear_system system = random_system(5);
  double most = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 5; ++j) sum += std::abs(system.a.values<double>()[5 * i + j]);
    most = std::max(most, sum);
  }
  EXPECT_DOUBLE_EQ(system.norm_a, most);
  EXPECT_EQ(random_system(5).a.values<double>()[7], system.a.values<double>()[7]);
}

}  // namespace
}  // namespace gpucompute::bench
