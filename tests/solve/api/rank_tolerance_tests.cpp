// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using RankTolerance = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, RankTolerance, testing::ValuesIn(solving_devices));

TEST_P(RankTolerance, TheRankIsWhatTheToleranceMakesIt) {
  for (const method by : {method::automatic, method::rank_revealing}) {
    const auto rank = [&](double least, std::optional<double> tolerance) {
      const dense_matrix<double> a(4, 3, {1, 0, 0, 0, 1, 0, 0, 0, least, 0, 0, 0});
      solve_options options = on_device();
      options.method = by;
      options.rank_tolerance = tolerance;
      return solve(a.view(), random_numbers<double>(4, 2), options).report.rank;
    };
    EXPECT_EQ(rank(0x1p-48, {}), 3);  // the tolerance that is taken is 4 epsilon
    EXPECT_EQ(rank(0x1p-52, {}), 2);
    EXPECT_EQ(rank(1e-4, 1e-5), 3);
    EXPECT_EQ(rank(1e-4, 1e-3), 2);
  }
}

TEST_P(RankTolerance, WhatTheToleranceLetsGoIsNoFault) {
  // Of rank 3 but for noise: x is that of the three largest directions, whatever the shape and the operation.
  constexpr double noise = 1e-6;
  const auto largest = [](const array& x) {
    double most = 0;
    for (const double one : x.values<double>()) {
      most = std::max(most, std::abs(one));
    }
    return most;
  };
  for (const auto& [rows, columns] : {std::pair{9, 5}, {5, 9}, {6, 6}, {70, 70}}) {
    const auto left = random_matrix<double>(rows, 3, 1), right = random_matrix<double>(3, columns, 2);
    auto a = random_matrix<double>(rows, columns, 3);
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        a(i, j) *= noise;
        for (std::int64_t k = 0; k < 3; ++k) {
          a(i, j) += left(i, k) * right(k, j);
        }
      }
    }
    for (const operation op : {operation::none, operation::transpose}) {
      const std::vector<double> b = random_numbers<double>(op == operation::none ? rows : columns, 4);
      solve_options options = on_device();
      options.operation = op;
      const solution whole = solve(a.view(), b, options);
      EXPECT_LE(whole.report.bar, 1e-12);
      options.rank_tolerance = 1e3 * noise;
      const solution s = solve(a.view(), b, options);
      EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
      EXPECT_EQ(s.report.rank, 3);
      EXPECT_LE(s.report.backward_error, s.report.bar);
      EXPECT_LE(s.report.bar, 1e3 * noise) << s.explain();
      EXPECT_LE(largest(s.x), 0.1 * largest(whole.x)) << s.explain();
      const solution again = factorize(a.view(), options).solve(b, options);
      EXPECT_EQ(again.report.verdict, verdict::good) << again.explain();
      EXPECT_EQ(again.report.rank, 3);
    }
  }
}

}  // namespace
}  // namespace gpucompute::tests
