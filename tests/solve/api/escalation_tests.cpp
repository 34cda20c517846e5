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

/// The first answer is above the bar, and stays the best one.
TEST_P(Escalation, TheBestAnswerIsKeptWhereNoneIsGood) {
  static int answers;
  answers = 0;
  const spoiled hook([](solving::solver& /*with*/, const solving::block& x, double /*bar*/) {
    if (++answers > 1) {
      std::fill_n(static_cast<double*>(x.data), x.rows, 1e30);
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
  EXPECT_NEAR(backward_error<double>(a, operation::transpose, s.x.values<double>(), b), s.report.backward_error, 1e-9);
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
