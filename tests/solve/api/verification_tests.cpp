// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/api/spoiled.hpp"

namespace gpucompute::tests {
namespace {

using Verification = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Verification, testing::ValuesIn(solving_devices));

dense_matrix<double> hilbert(std::int64_t n) {
  dense_matrix<double> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      a(i, j) = 1.0 / static_cast<double>(i + j + 1);
    }
  }
  return a;
}

/// Puts an error of ten times the bar into x, however often it is computed.
template <typename T>
void spoil(solving::solver& with, const solving::block& x, double bar) {
  std::vector<solving::column_norm> norms(static_cast<std::size_t>(x.columns));
  with.norms(x, norms);
  static_cast<T*>(x.data)[0] += static_cast<T>(static_cast<decltype(std::abs(T()))>(10 * bar * norms[0].largest));
}

/// A permutation: its norm is 1, and an error of x is one of A x.
template <typename T>
dense_matrix<T> cycle(std::int64_t n) {
  dense_matrix<T> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    a(i, (i + 1) % n) = T(1);
  }
  return a;
}

template <typename T>
void check_caught(const solve_options& options) {
  constexpr std::int64_t n = 90;
  const auto a = cycle<T>(n);
  const spoiled hook(&spoil<T>);
  const solution s = solve(a.view(), std::vector<T>(n, T(1)), options);
  EXPECT_GT(s.report.attempts.front().refinements, 0) << s.explain();
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  EXPECT_LE(s.report.backward_error, s.report.bar);
}

TEST_P(Verification, AnErrorOfTenTimesTheBarIsCaughtAndMendedInFloat32) { check_caught<float>(on_device()); }
TEST_P(Verification, AnErrorOfTenTimesTheBarIsCaughtAndMendedInFloat64) { check_caught<double>(on_device()); }
TEST_P(Verification, AnErrorOfTenTimesTheBarIsCaughtAndMendedInComplex64) {
  check_caught<std::complex<float>>(on_device());
}
TEST_P(Verification, AnErrorOfTenTimesTheBarIsCaughtAndMendedInComplex128) {
  check_caught<std::complex<double>>(on_device());
}

TEST_P(Verification, TheBarIsThirtyRoundoffsARow) {
  for (const std::int64_t n : {3, 90}) {
    const auto wide = random_matrix<double>(n, n, 3);
    const auto narrow = random_matrix<std::complex<float>>(n, n + 2, 3);
    EXPECT_EQ(solve(wide.view(), random_numbers<double>(n, 4), on_device()).report.bar,
              30 * static_cast<double>(n) * 0x1p-53);
    EXPECT_EQ(solve(narrow.view(), random_numbers<float>(n, 4), on_device()).report.bar,
              30 * static_cast<double>(n + 2) * 0x1p-24);
  }
}

/// What no refinement can mend: the factors are those of A given up, so nothing can be read again.
TEST_P(Verification, AnErrorThatCannotBeMendedIsReported) {
  constexpr std::int64_t n = 90;
  auto a = cycle<double>(n);
  const std::vector<double> b(n, 1);
  const spoiled hook(&spoil<double>);
  const solution s = solve(overwrite(mutable_view(a.values.data(), {n, n})), b, on_device());
  EXPECT_EQ(s.report.verdict, verdict::inaccurate) << s.explain();
  EXPECT_GT(s.report.backward_error, s.report.bar);
}

TEST_P(Verification, GrowthOfThePivotsIsEscalatedUntilTheErrorIsSmall) {
  for (const std::int64_t n : {60, 100, 130}) {
    const auto a = wilkinson_transposed(n);
    const auto b = random_numbers<double>(n, 4);
    solve_options options = on_device();
    options.operation = operation::transpose;
    const solution s = solve(a.view(), b, options);
    EXPECT_LE(backward_error<double>(a, operation::transpose, s.x.values<double>(), b), s.report.bar) << s.explain();
    EXPECT_EQ(s.report.verdict, verdict::good);
    EXPECT_GT(s.report.attempts.size() + static_cast<std::size_t>(s.report.attempts.front().refinements), 1U);
  }
}

TEST_P(Verification, AMethodThatTheCallerFixedIsNotChanged) {
  const auto a = wilkinson_transposed(130);
  const auto b = random_numbers<double>(130, 4);
  solve_options options = on_device();
  options.method = method::lu;
  const solution s = solve(a.view(), b, options);
  EXPECT_EQ(s.report.method, method::lu);
  for (const solve_attempt& one : s.report.attempts) {
    EXPECT_EQ(one.method, method::lu);
  }
  const double error = backward_error<double>(a, operation::none, s.x.values<double>(), b);
  EXPECT_NEAR(error, s.report.backward_error, error / 10);  // of the x that is given, not of a step beside it
}

TEST_P(Verification, SingularToWorkingPrecisionGivesXAndAWarning) {
  const dense_matrix<double> rank_two(3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const std::vector<double> b = {1, 2, 4};
  try {
    const solution s = solve(rank_two.view(), b, on_device());
    EXPECT_EQ(s.report.verdict, verdict::ill_conditioned);
    EXPECT_LT(s.report.rcond(), 0x1p-52);
    EXPECT_GT(s.report.condition_bound, 1e15);
  } catch (const singular_matrix&) {  // where elimination comes out exactly: the other kind of singular
  }
  const auto a = hilbert(14);
  const solution s = solve(a.view(), random_numbers<double>(14, 1), on_device());
  EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << s.explain();
  EXPECT_LE(s.report.backward_error, s.report.bar);
}

TEST_P(Verification, AWellConditionedMatrixIsNotWarnedOf) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto a = random_matrix<double>(60, 60, seed);
    const solution s = solve(a.view(), random_numbers<double>(60, seed + 1), on_device());
    EXPECT_EQ(s.report.verdict, verdict::good);
    EXPECT_GT(s.report.condition_bound, 1);
    EXPECT_LE(s.report.condition_bound * s.report.rcond(), 100);
  }
}

TEST_P(Verification, AlwaysAndNeverAreObeyed) {
  const auto a = hilbert(14);
  const auto b = random_numbers<double>(14, 1);
  solve_options options = on_device();
  options.condition = condition::never;
  const solution silent = solve(a.view(), b, options);
  EXPECT_EQ(silent.report.verdict, verdict::good);
  EXPECT_EQ(silent.report.condition_bound, 0);
  options.condition = condition::always;
  EXPECT_EQ(solve(a.view(), b, options).report.verdict, verdict::ill_conditioned);
}

TEST_P(Verification, TheConditionIsSeenWhateverBIs) {
  const dense_matrix<double> a(2, 2, {1, 2, 2, 4 + 0x1p-50});
  const solution s = solve(a.view(), std::vector<double>{1, 2}, on_device());  // x: 1, 0
  EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << s.explain();
}

TEST_P(Verification, AConditionBeyondAllNumbersIsSeen) {
  // Screening comes to infinity minus infinity, x does not.
  const dense_matrix<double> a(3, 3, {1, 1, 1, 0, 1, 1, 0, 0, 1e-310});
  const solution s = solve(a.view(), std::vector<double>{1, 0, 0}, on_device());
  EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << s.explain();
  EXPECT_EQ(s.x.values<double>()[0], 1);
}

TEST_P(Verification, TheForwardBoundHoldsTheForwardError) {
  constexpr std::int64_t n = 40;
  const auto a = random_matrix<double>(n, n, 3);
  const auto exact = random_numbers<double>(n, 4);
  const auto ax = product<double>(a, operation::none, exact);
  std::vector<double> b;
  for (const auto& each : ax) {
    b.push_back(static_cast<double>(each.real()));
  }
  solve_options options = on_device();
  options.forward_bound = true;
  const solution s = solve(a.view(), b, options);
  double error = 0, size = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    error = std::max(error, std::abs(exact[i] - s.x.values<double>()[i]));
    size = std::max(size, std::abs(exact[i]));
  }
  EXPECT_GT(s.report.forward_bound, 0);
  EXPECT_LE(error / size, s.report.forward_bound);
}

TEST_P(Verification, TheForwardBoundIsTwiceTheBackwardErrorWithARoundingTimesTheCondition) {
  for (const std::int64_t n : {3, 80}) {
    const auto a = random_matrix<double>(n, n, 3);
    solve_options options = on_device();
    options.forward_bound = true;
    const solution s = solve(a.view(), random_numbers<double>(n, 4), options);
    EXPECT_DOUBLE_EQ(s.report.forward_bound, 2 * (s.report.backward_error + 0x1p-53) * s.report.condition_bound);
    EXPECT_GE(s.report.condition_bound, 1 / s.report.rcond());
  }
}

TEST_P(Verification, AConditionIsDoubtfulFromTheInverseOfTwoRoundoffsOn) {
  for (const auto& [least, expected] : {std::pair(0x1p-54, verdict::ill_conditioned), {0x1p-50, verdict::good}}) {
    for (const condition asked : {condition::screened, condition::always}) {
      const dense_matrix<double> a(2, 2, {1, 0, 0, least});
      solve_options options = on_device();
      options.condition = asked;
      EXPECT_EQ(solve(a.view(), std::vector<double>{1, 1}, options).report.verdict, expected) << least;
    }
  }
}

TEST_P(Verification, Float32FactorsAreRefinedToTheBackwardErrorOfFloat64) {
  const auto a = random_matrix<double>(120, 120, 3);
  const auto b = random_numbers<double>(120, 4);
  solve_options options = on_device();
  options.factors = factor_precision::float32;
  const solution s = solve(a.view(), b, options);
  EXPECT_EQ(s.report.factors, float32) << s.explain();
  EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), std::sqrt(120) * 0x1p-52);
  EXPECT_GT(s.report.attempts.back().refinements, 0);
}

TEST_P(Verification, Float32FactorsThatCannotBeRefinedAreMadeAnewAndTheReasonSaid) {
  auto a = random_matrix<double>(60, 60, 3);
  for (std::int64_t i = 0; i < 60; ++i) {  // a condition near 1e9, which no rounding to float32 makes infinite
    a(i, 59) = a(i, 0) * (1 + 0x1p-22 * static_cast<double>(i % 3));
  }
  solve_options options = on_device();
  options.factors = factor_precision::float32;
  const solution s = solve(a.view(), random_numbers<double>(60, 4), options);
  EXPECT_EQ(s.report.factors, float64) << s.explain();
  ASSERT_EQ(s.report.attempts.size(), 2U);
  EXPECT_EQ(s.report.attempts.front().outcome, "the condition is too large for float32 factors");
  EXPECT_EQ(s.report.attempts.front().refinements, 0);
  EXPECT_LE(s.report.backward_error, s.report.bar);
}

TEST_P(Verification, Float32FactorsDoNotHideThatAIsSingularToWorkingPrecision) {
  auto a = random_matrix<double>(60, 60, 3);
  for (std::int64_t i = 0; i < 60; ++i) {
    a(i, 59) = a(i, 0) * (1 + 0x1p-52 * static_cast<double>(i % 2));
  }
  solve_options options = on_device();
  options.factors = factor_precision::float32;
  const solution s = solve(a.view(), random_numbers<double>(60, 4), options);
  EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << s.explain();
}

TEST_P(Verification, WhatCholeskyRefusesIsSolvedByLu) {
  constexpr std::int64_t n = 70;
  auto a = random_matrix<double>(n, n, 3);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      a(i, j) = a(j, i);
    }
    a(i, i) = 1;
  }
  const auto before = a.values;
  const auto b = random_numbers<double>(n, 4);
  const solution s = solve(a.view(), b, on_device());
  EXPECT_EQ(s.report.method, method::lu) << s.explain();
  EXPECT_EQ(s.report.attempts.front().method, method::cholesky);
  EXPECT_EQ(s.report.verdict, verdict::good);
  EXPECT_EQ(a.values, before);
}

}  // namespace
}  // namespace gpucompute::tests
