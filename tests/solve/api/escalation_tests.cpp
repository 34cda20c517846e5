// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tests/solve/api/spoiled.hpp"

// The ways that are tried after the first one, and what is reported of them.

namespace gpucompute::tests {
namespace {

using Escalation = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Escalation, testing::ValuesIn(solving_devices));

TEST_P(Escalation, TriesEachWayInItsOrder) {
  const spoiled hook([](solving::solver& /*with*/, const solving::block& x, double /*bar*/) {
    static_cast<double*>(x.data)[0] = std::numeric_limits<double>::quiet_NaN();  // which refinement cannot mend
  });
  const auto a = random_matrix<double>(90, 90, 3);
  const auto b = random_numbers<double>(90, 4);
  const auto ways = [&](method by) {
    solve_options options = on_device();
    options.method = by;
    options.factors = factor_precision::float32;
    const solution s = solve(a.view(), b, options);
    EXPECT_EQ(s.report.verdict, verdict::inaccurate) << s.explain();
    std::string all;
    for (const solve_attempt& one : s.report.attempts) {
      all += std::string(name(one.method)) + " " + std::string(name(one.factors)) +
             (one.equilibrated ? " equilibrated, " : ", ");
      EXPECT_FALSE(one.outcome.empty());
    }
    return all;
  };
  EXPECT_EQ(ways(method::automatic), "lu float32, lu float64, lu float64 equilibrated, qr float64, ");
  EXPECT_EQ(ways(method::lu), "lu float32, lu float64, lu float64 equilibrated, ");
  EXPECT_EQ(ways(method::qr), "qr float64, ");
}

int answers_to_spoil = 0;

/// With the first answers of the call as NaN, which refinement cannot mend.
solution solve_spoiled(int answers, const array_view& a, const std::vector<double>& b, const solve_options& options) {
  answers_to_spoil = answers;
  const spoiled hook([](solving::solver& /*with*/, const solving::block& x, double /*bar*/) {
    if (answers_to_spoil-- > 0) {
      static_cast<double*>(x.data)[0] = std::numeric_limits<double>::quiet_NaN();
    }
  });
  return solve(a, b, options);
}

/// Rows and columns of quite different sizes.
dense_matrix<double> badly_scaled(std::int64_t n) {
  auto a = random_matrix<double>(n, n, 3);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      a(i, j) = std::ldexp(a(i, j), static_cast<int>(i % 7 - j % 5));
    }
  }
  return a;
}

TEST_P(Escalation, EachWaySolvesASystemOfAnyOperation) {
  const auto a = badly_scaled(90);
  const auto b = random_numbers<double>(90, 4);
  for (const auto& [op, judged] :
       {std::pair(operation::none, condition::always), std::pair(operation::transpose, condition::always),
        std::pair(operation::none, condition::never)}) {
    solve_options options = on_device();
    options.operation = op;
    options.condition = judged;
    options.factors = factor_precision::same;
    const solution first = solve(a.view(), b, options);
    for (const int before : {1, 2}) {
      const solution s = solve_spoiled(before, a.view(), b, options);
      EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
      EXPECT_EQ(s.report.attempts.back().equilibrated, before == 1);
      EXPECT_LE(backward_error<double>(a, op, s.x.values<double>(), b), s.report.bar) << s.explain();
      if (before == 1) {  // the condition is that of A, not of A with its rows and columns scaled
        EXPECT_EQ(s.report.condition_bound, first.report.condition_bound);
        EXPECT_EQ(s.report.rcond(), first.report.rcond());
      }
    }
  }
}

/// The first answer is above the bar, and stays the best one.
TEST_P(Escalation, TheBestAnswerIsKeptWhereNoneIsGood) {
  for (const double other : {1e30, std::numeric_limits<double>::quiet_NaN()}) {
    static int answers;
    static double worse;
    answers = 0;
    worse = other;
    const spoiled hook([](solving::solver& /*with*/, const solving::block& x, double /*bar*/) {
      if (++answers > 1) {
        std::fill_n(static_cast<double*>(x.data), x.rows, worse);
      }
    });
    const auto a = wilkinson_transposed(130);
    const auto b = random_numbers<double>(130, 4);
    solve_options options = on_device();
    options.method = method::lu;
    options.operation = operation::transpose;
    const solution s = solve(a.view(), b, options);
    ASSERT_EQ(s.report.attempts.size(), 2U) << s.explain();
    EXPECT_EQ(s.report.verdict, verdict::inaccurate);
    EXPECT_EQ(s.report.backward_error, s.report.attempts.front().backward_error);
    EXPECT_NEAR(backward_error<double>(a, operation::transpose, s.x.values<double>(), b), s.report.backward_error,
                1e-9);
  }
}

TEST_P(Escalation, FactorsThatAreWrongAreSeenThoughAIsGivenUp) {
  auto a = wilkinson_transposed(130);
  const std::vector<double> b(130);  // whose x is right by any factors
  solve_options options = on_device();
  options.operation = operation::transpose;
  const solution s = solve(overwrite(mutable_view(a.values.data(), {130, 130})), b, options);
  EXPECT_EQ(s.report.verdict, verdict::inaccurate) << s.explain();
  EXPECT_GT(s.report.backward_error, s.report.bar);
}

}  // namespace
}  // namespace gpucompute::tests
