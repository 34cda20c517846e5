// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/api/spoiled.hpp"

// Backward errors that are told, against those computed here: of answers so wrong that rounding does not count.

namespace gpucompute::tests {
namespace {

using Measure = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Measure, testing::ValuesIn(solving_devices));

/// Adds so much of the bar to x.
template <int Percent>
void spoil(solving::solver& with, const solving::block& x, double bar) {
  solving::column_norm norm;
  with.norms(x, {&norm, 1});
  static_cast<double*>(x.data)[0] += 0.01 * Percent * bar * norm.largest;
}

/// Of a 1-norm far from its infinity norm, in either order of its elements.
dense_matrix<double> lopsided(std::int64_t rows, std::int64_t columns, bool by_rows) {
  auto a = random_matrix<double>(rows, columns, 3);
  for (std::int64_t k = 0; k < (by_rows ? columns : rows); ++k) {
    (by_rows ? a(1, k) : a(k, 1)) *= 100;
  }
  return a;
}

TEST_P(Measure, TheErrorIsThatOfTheOperationThatWasAskedFor) {
  const spoiled hook(&spoil<50>);
  for (const bool by_rows : {true, false}) {
    const auto a = lopsided(80, 80, by_rows);
    const auto b = random_numbers<double>(80, 4);
    for (const operation op : {operation::none, operation::transpose}) {
      solve_options options = on_device();
      options.operation = op;
      const solution s = solve(a.view(), b, options);
      const double error = backward_error<double>(a, op, s.x.values<double>(), b);
      EXPECT_NEAR(s.report.backward_error, error, 0.05 * error) << s.explain();
    }
  }
}

/// norm(op(A)^H r) / (norm(op(A)^H) norm(r)) in infinity norms, of real numbers.
double slope(const dense_matrix<double>& a, operation op, std::span<const double> x, std::span<const double> b) {
  const auto ax = product<double>(a, op, x);
  std::vector<double> rest;
  double norm_r = 0, norm_a = 0, steepest = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    rest.push_back(b[i] - static_cast<double>(ax[i].real()));
    norm_r = std::max(norm_r, std::abs(rest.back()));
  }
  const auto mirrored = op == operation::none ? operation::transpose : operation::none;
  for (const auto& each : product<double>(a, mirrored, rest)) {
    steepest = std::max(steepest, static_cast<double>(std::abs(each)));
  }
  auto sizes = a;
  std::ranges::transform(sizes.values, sizes.values.begin(), [](double each) { return std::abs(each); });
  for (const auto& each : product<double>(sizes, mirrored, std::vector<double>(b.size(), 1))) {
    norm_a = std::max(norm_a, static_cast<double>(each.real()));
  }
  return steepest / norm_a / norm_r;
}

TEST_P(Measure, TheErrorOfAFitIsTheSlopeThatItLeaves) {
  const spoiled hook(&spoil<2>);
  for (const bool by_rows : {true, false}) {
    for (const operation op : {operation::none, operation::transpose}) {
      const bool plain = op == operation::none;
      const auto a = lopsided(plain ? 90 : 6, plain ? 6 : 90, by_rows);
      const auto b = random_numbers<double>(90, 4);
      solve_options options = on_device();
      options.operation = op;
      const solution s = solve(a.view(), b, options);
      const double error = slope(a, op, s.x.values<double>(), b);
      EXPECT_NEAR(s.report.backward_error, error, 0.3 * error) << s.explain();
    }
  }
}

TEST_P(Measure, AnErrorOfAFitIsSeenHoweverSmallItsRestIs) {
  const auto a = random_matrix<double>(100, 5, 4);
  const auto noise = random_numbers<double>(100, 5);
  const auto ax = product<double>(a, operation::none, std::vector<double>{1, -2, 3, -4, 5});
  std::vector<double> b;
  for (std::size_t i = 0; i < 100; ++i) {
    b.push_back(static_cast<double>(ax[i].real()) + 1e-6 * noise[i]);
  }
  EXPECT_EQ(solve(a.view(), b, on_device()).report.verdict, verdict::good);
  const spoiled hook(&spoil<10000>);
  EXPECT_EQ(solve(a.view(), b, on_device()).report.verdict, verdict::inaccurate);
}

}  // namespace
}  // namespace gpucompute::tests
