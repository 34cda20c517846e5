// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tests/solve/api/systems.hpp"

// What a report says of many systems, one of which is worse than the others.

namespace gpucompute::tests {
namespace {

using BatchReport = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, BatchReport, testing::ValuesIn(solving_devices));

/// Full, of a condition near `condition`.
dense_matrix<double> with_condition(std::int64_t n, double condition) {
  auto a = random_matrix<double>(n, n, 5);
  for (std::int64_t j = 0; j < n; ++j) {
    a(1, j) /= condition;
  }
  return a;
}

/// Three systems of order n, the one at `place` of that condition, each with `gap` numbers behind it. Beside one that is not
/// good the others are looked at twice.
std::vector<double> three_systems(std::int64_t n, std::int64_t place, double condition, std::int64_t gap = 0) {
  const double others = condition > 1e15 ? 1e13 : 1;
  std::vector<double> all(static_cast<std::size_t>(3 * (n * n + gap)), std::numeric_limits<double>::quiet_NaN());
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto one = with_condition(n, i == place ? condition : others);
    std::ranges::copy(one.values, all.begin() + i * (n * n + gap));
  }
  return all;
}

TEST_P(BatchReport, IsThatOfTheWorstSystemWhereverItIs) {
  for (const std::int64_t n : {4, 70}) {
    const auto b = random_numbers<double>(n, 6);
    for (const double condition : {1e6, 1e17}) {
      const solution alone = solve(with_condition(n, condition).view(), b, on_device());
      ASSERT_EQ(alone.report.verdict, condition > 1e15 ? verdict::ill_conditioned : verdict::good);
      for (std::int64_t place = 0; place < 3; ++place) {
        const auto a = three_systems(n, place, condition);
        const solution s = solve(array_view(a.data(), {3, n, n}), b, on_device());
        EXPECT_EQ(s.report.verdict, alone.report.verdict) << s.explain();
        EXPECT_EQ(s.report.doubtful, condition > 1e15 ? std::vector{place} : std::vector<std::int64_t>());
        EXPECT_NEAR(s.report.condition_bound, alone.report.condition_bound, 1e-6 * alone.report.condition_bound);
        EXPECT_NEAR(s.report.rcond(), alone.report.rcond(), 1e-6 * alone.report.rcond());
        EXPECT_EQ(factorize(array_view(a.data(), {3, n, n}), on_device()).rcond(), s.report.rcond());
      }
    }
  }
}

TEST_P(BatchReport, NamesTheErrorOfEachSideOfEachSystem) {
  for (const std::int64_t n : {4, 70}) {
    for (std::int64_t place = 0; place < 3; ++place) {
      const auto a = three_systems(n, place, 1e13);
      auto b = random_numbers<double>(3 * n * 2, 6);
      for (std::size_t i = 1; i < b.size(); i += 2) {
        b[i] = 0;  // so that every other error is exactly 0
      }
      const solution s = solve(array_view(a.data(), {3, n, n}), array_view(b.data(), {3, n, 2}), on_device());
      ASSERT_EQ(s.report.backward_errors.size(), 6U);
      for (std::int64_t i = 0; i < 6; ++i) {
        const dense_matrix<double> one(n, n, {a.begin() + i / 2 * n * n, a.begin() + (i / 2 + 1) * n * n});
        std::vector<double> x, side;
        for (std::int64_t row = 0; row < n; ++row) {
          const auto at = static_cast<std::size_t>((i / 2 * n + row) * 2 + i % 2);
          x.push_back(s.x.values<double>()[at]);
          side.push_back(b[at]);
        }
        const double told = s.report.backward_errors[static_cast<std::size_t>(i)];
        EXPECT_EQ(told == 0, i % 2 == 1) << i;
        EXPECT_NEAR(backward_error<double>(one, operation::none, x, side), told, s.report.bar / 10) << i;
      }
    }
  }
}

TEST_P(BatchReport, BoundsTheForwardErrorOfTheWorstSystem) {
  constexpr std::int64_t n = 4;
  const auto b = random_numbers<double>(n, 6);
  solve_options options = on_device();
  options.forward_bound = true;
  const double alone = solve(with_condition(n, 1e6).view(), b, options).report.forward_bound;
  for (std::int64_t place = 0; place < 3; ++place) {
    const auto a = three_systems(n, place, 1e6);
    EXPECT_EQ(solve(array_view(a.data(), {3, n, n}), b, options).report.forward_bound, alone);
  }
}

TEST_P(BatchReport, ConditionIsThatOfTheSystemsThoughNumbersLieBetweenThem) {
  for (const std::int64_t n : {4, 70}) {
    for (std::int64_t place = 0; place < 3; ++place) {
      const auto dense = three_systems(n, place, 1e6), spread = three_systems(n, place, 1e6, 3);
      const auto b = random_numbers<double>(n, 6);
      const array_view view(spread.data(), float64, {3, n, n}, {(n * n + 3) * 8, n * 8, 8});
      EXPECT_EQ(solve(view, b, on_device()).report.rcond(),
                solve(array_view(dense.data(), {3, n, n}), b, on_device()).report.rcond());
    }
  }
}

TEST_P(BatchReport, NamesTheDoubtfulSystemOfABatchOfOne) {
  for (const std::int64_t n : {3, 70}) {
    auto a = random_matrix<double>(n, n, 3);
    for (std::int64_t i = 0; i < n; ++i) {
      a(i, n - 1) = a(i, 0) * (1 + 0x1p-52 * static_cast<double>(i % 2));
    }
    const auto b = random_numbers<double>(n, 4);
    const solution s = solve(array_view(a.values.data(), {1, n, n}), array_view(b.data(), {1, n, 1}), on_device());
    EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << s.explain();
    EXPECT_EQ(s.report.doubtful, std::vector<std::int64_t>{0});
    EXPECT_TRUE(solve(a.view(), b, on_device()).report.doubtful.empty());
  }
}

}  // namespace
}  // namespace gpucompute::tests
