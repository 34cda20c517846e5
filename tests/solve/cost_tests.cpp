// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/solve/cost.hpp"
#include "tests/solve/solvers.hpp"

// What is predicted, and that the rules of a plan do not contradict it. How long it takes is measured by bench/, not here.

namespace gpucompute::testing {
namespace {

using solving::facts;
using solving::planned_for;
using solving::way;

facts band(std::int64_t below, std::int64_t above) { return {.lower_bandwidth = below, .upper_bandwidth = above}; }

facts full(std::int64_t n, bool definite) {
  facts found = band(n - 1, n - 1);
  found.symmetric = found.hermitian = found.positive_diagonal = definite;
  return found;
}

way planned(const planned_for& size, const facts& found, solving::solver& with) {
  const solving::plan made = make_plan("solve", {}, size, found, {}, 0, with);
  return {made.method, made.factors, made.threads};
}

class Costs : public ::testing::TestWithParam<tested_solver> {};
INSTANTIATE_TEST_SUITE_P(Devices, Costs, ::testing::ValuesIn(all_solvers()));

TEST_P(Costs, WhatIsPlannedIsPredictedToBeFastest) {
  solving::solver& with = *GetParam().solver;
  const solving::cost_profile profile = with.profile();
  for (const dtype type : {float32, float64, complex64, complex128}) {
    for (const std::int64_t n : {65, 100, 300, 600, 1000, 3000, 20000}) {
      for (const facts& found : {full(n, false), full(n, true), band(0, 0), band(1, 1), band(0, n - 1), band(n - 1, 0),
                                 band(n / 50 + 2, n / 100 + 1)}) {
        const planned_for size = {n, n, type, 1, false};
        const way chosen = planned(size, found, with);
        for (const way& other : ways_for(size, found, chosen)) {
          const bool too_small_to_refine = other.factors != type && (profile.mixed_from == 0 || n < profile.mixed_from);
          if (!too_small_to_refine) {
            EXPECT_LE(predicted_seconds(chosen, size, found, profile),
                      1.05 * predicted_seconds(other, size, found, profile))
                << n << " " << name(type) << ": " << name(chosen.method) << " in " << name(chosen.factors)
                << " against " << name(other.method) << " in " << name(other.factors) << " on " << other.threads;
          }
        }
      }
    }
  }
}

TEST_P(Costs, ChoosingColumnsIsNeverPredictedToBeFasterThanTakingThemAsTheyCome) {
  solving::solver& with = *GetParam().solver;
  const solving::cost_profile profile = with.profile();
  for (const dtype type : {float32, float64, complex64, complex128}) {
    for (const std::int64_t rows : {1, 5, 20, 65, 300, 1000, 20000}) {
      for (const std::int64_t columns : {1, 5, 20, 65, 300, 1000}) {
        const planned_for size = {rows, columns, type, 1, false};
        const facts found = band(rows - 1, columns - 1);
        const auto seconds = [&](method which) { return predicted_seconds({which, type, 1}, size, found, profile); };
        EXPECT_LE(seconds(method::qr), seconds(method::rank_revealing)) << rows << " x " << columns << name(type);
        EXPECT_TRUE(rows == columns || planned(size, found, with).method == method::qr);
        if (rows == columns && rows > 1) {
          EXPECT_LT(seconds(method::lu), seconds(method::qr)) << rows << name(type);
        }
      }
    }
  }
}

TEST_P(Costs, ThreadsShareWhatIsMoreThanAPassOverA) {
  solving::solver& with = *GetParam().solver;
  const std::int64_t least = with.profile().least_order_for_threads;
  if (least > 5000) {
    EXPECT_EQ(planned({5000, 5000, float64, 5000, false}, full(5000, false), with).threads, 1);
    return;
  }
  const auto threads = [&](std::int64_t n, std::int64_t sides, const facts& found) {
    return planned({n, n, float64, sides, false}, found, with).threads;
  };
  const int most = with.most_threads();
  EXPECT_EQ(threads(least - 1, 1, full(least - 1, false)), 1);
  EXPECT_EQ(threads(least, 1, full(least, false)), most);
  for (const auto& [below, above] : {std::pair{0, 0}, {1, 1}, {0, 1999}, {1999, 0}, {10, 10}}) {
    EXPECT_EQ(threads(2000, 1, band(below, above)), 1) << below << " and " << above;
    EXPECT_EQ(threads(2000, 500, band(below, above)), most) << below << " and " << above;
    EXPECT_EQ(threads(10000, 1, band(below, above)), most) << below << " and " << above;  // a pass of 0.8 GB
  }
}

TEST_P(Costs, GrowWithTheOrderAndTheRightHandSides) {
  solving::solver& with = *GetParam().solver;
  for (const method which : all_methods()) {
    double before = 0;
    for (const planned_for& size : {planned_for{4, 4, float64, 1, false}, planned_for{4, 4, float64, 2, false},
                                    planned_for{50, 50, float64, 2, false}, planned_for{900, 900, float64, 2, false}}) {
      const double seconds = predicted_seconds({which, float64, 1}, size, band(1, 1), with.profile());
      EXPECT_GT(seconds, before) << name(which) << " " << size.rows;
      before = seconds;
    }
    EXPECT_LT(before, 60) << name(which);
  }
}

TEST_P(Costs, OnlyWaysThatSuitAMatrixAreCompared) {
  const auto names = [](const planned_for& size, const facts& found, int threads) {
    std::vector<std::string> all;
    for (const way& one : ways_for(size, found, {method::qr, size.type, threads})) {
      all.push_back(std::string(name(one.method)) + " " + std::string(name(one.factors)) + " " +
                    std::to_string(one.threads));
    }
    return all;
  };
  using texts = std::vector<std::string>;
  EXPECT_EQ(names({9, 4, float64, 1, false}, full(9, false), 1), (texts{"qr float64 1", "rank_revealing float64 1"}));
  EXPECT_EQ(names({9, 9, complex128, 1, false}, full(9, false), 2),
            (texts{"lu complex128 2", "lu complex64 2", "qr complex128 2", "rank_revealing complex128 2",
                   "qr complex128 1"}));
  EXPECT_EQ(names({9, 9, float32, 1, false}, full(9, true), 1),
            (texts{"lu float32 1", "cholesky float32 1", "indefinite float32 1", "qr float32 1",
                   "rank_revealing float32 1"}));
  EXPECT_EQ(names({9, 9, float64, 1, true}, band(1, 0), 1),
            (texts{"lu float64 1", "triangular float64 1", "banded float64 1", "tridiagonal float64 1", "qr float64 1",
                   "rank_revealing float64 1"}));
}

TEST(SmallCosts, GrowWithTheOrderTheTypeAndTheRightHandSides) {
  solving::solver& with = cpu::lapack_solver();
  const double least = with.cost_of_small(float32, 8, 1).system;
  EXPECT_GT(least, 0);
  EXPECT_GT(with.cost_of_small(float32, 8, 1).call, 0);
  EXPECT_GT(with.cost_of_small(float64, 8, 1).system, least);
  EXPECT_GT(with.cost_of_small(complex64, 8, 1).system, least);
  EXPECT_GT(with.cost_of_small(float32, 9, 1).system, least);
  EXPECT_GT(with.cost_of_small(float32, 8, 2).system, least);
}

}  // namespace
}  // namespace gpucompute::testing
