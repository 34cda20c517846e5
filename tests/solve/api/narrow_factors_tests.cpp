// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/api/systems.hpp"

// Factors in float32 of a matrix in float64, where that is not enough.

namespace gpucompute::tests {
namespace {

class NarrowFactors : public OnEachDevice {
 protected:
  solve_options narrow() const { return {.factors = factor_precision::float32, .device = device(GetParam())}; }
};
INSTANTIATE_TEST_SUITE_P(Devices, NarrowFactors, testing::ValuesIn(solving_devices));

constexpr std::int64_t order = 90;

TEST_P(NarrowFactors, ASmallErrorDoesNotKeepThoseThatTheConditionRulesOut) {
  auto a = random_matrix<double>(order, order, 3);
  std::vector<double> x(order, 1);
  for (std::int64_t i = 0; i < order; ++i) {
    a(i, 7) = std::ldexp(a(i, 7), -40);
  }
  x[7] = 0x1p40;  // beside which the others may be quite wrong, and the backward error small
  std::vector<double> b;
  for (const auto& each : product<double>(a, operation::none, x)) {
    b.push_back(static_cast<double>(each.real()));
  }
  const solution s = solve(a.view(), b, narrow());
  ASSERT_EQ(s.report.attempts.size(), 2U) << s.explain();
  EXPECT_EQ(s.report.attempts.front().outcome, "the condition is too large for float32 factors");
  EXPECT_EQ(s.report.factors, float64);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(s.x.values<double>()[i], x[i], 1e-6 * x[i]) << i;
  }
}

TEST_P(NarrowFactors, WhatTheirRoundingHidesIsSingularAllTheSame) {
  // The last row is the sum of the others; in float32 it is not.
  constexpr double little = 0x1.3p-24;
  const dense_matrix<double> a(3, 3, {1, 0, 1, 0, 1, little, 1, 1, 1 + little});
  for (const method by : {method::automatic, method::lu}) {
    solve_options options = narrow();
    options.method = by;
    try {
      const solution s = solve(a.view(), std::vector<double>{0, 0, 0}, options);
      FAIL() << s.explain();
    } catch (const singular_matrix& error) {
      EXPECT_EQ(error.pivot(), 2);
    }
  }
}

/// Integers whose last row is the sum of the others.
dense_matrix<double> of_rank_one_less(std::int64_t n) {
  dense_matrix<double> a(n, n);
  std::mt19937_64 draw(1);
  for (std::int64_t i = 0; i + 1 < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      a(i, j) = static_cast<double>(draw() % 9) - 4;
      a(n - 1, j) += a(i, j);
    }
  }
  return a;
}

TEST_P(NarrowFactors, AreNotTrustedForASingularMatrixWhateverIsAskedOfItsCondition) {
  const auto a = of_rank_one_less(order);
  std::vector<double> b;
  for (const auto& each : product<double>(a, operation::none, std::vector<double>(order, 1))) {
    b.push_back(static_cast<double>(each.real()));
  }
  for (const condition asked : {condition::screened, condition::always, condition::never}) {
    solve_options options = narrow();
    options.condition = asked;
    const solution s = solve(a.view(), b, options);
    EXPECT_EQ(s.report.factors, float64) << s.explain();
    EXPECT_EQ(s.report.verdict, asked == condition::never ? verdict::good : verdict::ill_conditioned) << s.explain();
    EXPECT_LT(s.report.rcond(), 1e-15);
  }
  const factorization made = factorize(a.view(), narrow());
  EXPECT_LT(made.rcond(), 1e-15);
  EXPECT_EQ(made.solve(b, {.condition = condition::always}).report.verdict, verdict::ill_conditioned);
}

TEST_P(NarrowFactors, AMatrixBeyondTheirRangeLosesNothingToThem) {
  const dense_matrix<double> a(2, 2, {1e140, 2e140, 1e-200, -1e-200});
  const std::vector<double> b = {3e140, 0};
  solve_options options = narrow();
  options.method = method::lu;
  const solution s = solve(a.view(), b, options);
  EXPECT_EQ(s.report.factors, float64);
  ASSERT_EQ(s.report.attempts.size(), 2U) << s.explain();
  EXPECT_EQ(s.report.attempts.front().outcome, "numbers out of the range that is safe in float32");
  EXPECT_NEAR(s.x.values<double>()[0], 1, 1e-14);
  EXPECT_NEAR(s.x.values<double>()[1], 1, 1e-14);
}

TEST_P(NarrowFactors, ADefiniteMatrixThatFloat32HidesIsStillSolvedByCholesky) {
  constexpr std::int64_t n = 60;
  dense_matrix<double> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      a(i, j) = std::exp(-0.5 * std::pow(static_cast<double>(i - j) / 8, 2)) + (i == j ? 1e-9 : 0);
    }
  }
  const auto b = random_numbers<double>(n, 1);
  solve_options options = on_device();
  options.factors = factor_precision::float32;
  const solution s = solve(a.view(), b, options);
  EXPECT_EQ(s.report.method, method::cholesky) << s.explain();
  EXPECT_EQ(s.report.factors, float64);
  ASSERT_EQ(s.report.attempts.size(), 2U);
  EXPECT_TRUE(s.report.attempts[0].outcome.ends_with("is not positive in float32")) << s.explain();
}

TEST_P(NarrowFactors, ThatCannotDoAreLeftWhenTheyAreMadeNotInEverySolve) {
  constexpr std::int64_t n = 60;
  auto a = random_matrix<double>(n, n, 1);
  for (std::int64_t j = 0; j < n; ++j) {
    a(1, j) = a(0, j) * (1 + 2e-7 * static_cast<double>(j % 3 - 1));
  }
  solve_options options = on_device();
  options.factors = factor_precision::float32;
  const factorization f = factorize(a.view(), options);
  EXPECT_NE(f.explain().find("too large for float32 factors\nfactors: LU with partial pivoting\n"), std::string::npos)
      << f.explain();
  const solution s = f.solve(random_numbers<double>(n, 1));
  EXPECT_EQ(s.report.factors, float64);
  EXPECT_EQ(s.report.verdict, verdict::good);
  ASSERT_EQ(s.report.attempts.size(), 2U);
  EXPECT_TRUE(std::isnan(s.report.attempts[0].backward_error)) << "float32 factors were solved by";
  EXPECT_EQ(f.rcond(), factorize(a.view(), on_device()).rcond());
}

TEST_P(NarrowFactors, RightHandSidesOfAnySizeNeedNoSecondWay) {
  const auto a = random_matrix<double>(order, order, 3);
  const double sizes[] = {1e45, 1, 1e-60};
  auto b = random_matrix<double>(order, 3, 4);
  for (std::int64_t i = 0; i < order; ++i) {
    for (std::int64_t j = 0; j < 3; ++j) {
      b(i, j) *= sizes[j];
    }
  }
  const solution s = solve(a.view(), b.view(), narrow());
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  EXPECT_EQ(s.report.attempts.size(), 1U) << s.explain();
  EXPECT_EQ(s.report.factors, float32);
  for (std::int64_t j = 0; j < 3; ++j) {
    std::vector<double> x, side;
    for (std::int64_t i = 0; i < order; ++i) {
      x.push_back(s.x.values<double>()[static_cast<std::size_t>(i * 3 + j)]);
      side.push_back(b(i, j));
    }
    EXPECT_LE(backward_error<double>(a, operation::none, x, side), s.report.bar) << j;
  }
}

TEST_P(NarrowFactors, AGivenUpMatrixOfHugeNumbersFitsThem) {
  auto a = random_matrix<double>(order, order, 3);
  for (double& each : a.values) {
    each *= 1e200;
  }
  const auto original = a;
  const auto b = random_numbers<double>(order, 4);
  const solution s = solve(overwrite(mutable_view(a.values.data(), {order, order})), b, narrow());
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  EXPECT_EQ(s.report.attempts.size(), 1U) << s.explain();
  EXPECT_LE(backward_error<double>(original, operation::none, s.x.values<double>(), b), s.report.bar);
}

TEST_P(NarrowFactors, OfAGivenUpMatrixAreRefusedWithTheReason) {
  auto a = random_matrix<double>(order, order, 3);
  const auto b = random_numbers<double>(order, 4);
  const solution s = solve(overwrite(mutable_view(a.values.data(), {order, order})), b, narrow());
  EXPECT_EQ(s.report.factors, float64);
  ASSERT_EQ(s.report.attempts.size(), 2U) << s.explain();
  EXPECT_EQ(s.report.attempts[0].factors, float32);
  EXPECT_EQ(s.report.attempts[0].outcome, "A was given up: there is nothing to refine by");
}

TEST_P(NarrowFactors, ARowBeyondFloat32IsSolvedInFloat64) {
  auto a = random_matrix<double>(order, order, 3);
  for (std::int64_t j = 0; j < order; ++j) {
    a(5, j) *= 0x1p-130;
  }
  auto b = random_matrix<double>(order, 2, 4);
  const solution s = solve(a.view(), b.view(), narrow());
  EXPECT_EQ(s.report.factors, float64) << s.explain();
  EXPECT_LE(s.report.backward_error, s.report.bar) << s.explain();
}

}  // namespace
}  // namespace gpucompute::tests
