// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using Solve = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Solve, testing::ValuesIn(solving_devices));

constexpr operation every_operation[] = {operation::none, operation::transpose, operation::adjoint};

template <typename T>
void check_general(const solve_options& options) {
  for (const std::int64_t n : {1, 2, 3, 5, 10, 33, 65, 130}) {
    for (const operation op : every_operation) {
      const auto a = random_matrix<T>(n, n, 7 + static_cast<std::uint64_t>(n));
      const auto b = random_numbers<T>(n, 3);
      solve_options with = options;
      with.operation = op;
      const solution s = solve(a.view(), b, with);
      ASSERT_EQ(s.x.shape(), (dimensions{n}));
      EXPECT_LE(backward_error<T>(a, op, s.x.values<T>(), b), s.report.bar) << n;
      EXPECT_LE(s.report.backward_error, s.report.bar);
      EXPECT_EQ(s.report.verdict, verdict::good);
      EXPECT_EQ(s.report.rank, n);
      EXPECT_GT(s.report.rcond(), 0);
    }
  }
}

TEST_P(Solve, GeneralSystemsOfFloat32) { check_general<float>(on_device()); }
TEST_P(Solve, GeneralSystemsOfFloat64) { check_general<double>(on_device()); }
TEST_P(Solve, GeneralSystemsOfComplex64) { check_general<std::complex<float>>(on_device()); }
TEST_P(Solve, GeneralSystemsOfComplex128) { check_general<std::complex<double>>(on_device()); }

TEST_P(Solve, IntegersAndBoolAreSolvedAsFloat64) {
  const std::vector<int> a = {2, 0, 0, 4};
  const bool b[] = {true, true};
  const solution s = solve(array_view(a.data(), {2, 2}), std::span<const bool>(b), on_device());
  EXPECT_EQ(s.x.type(), float64);
  EXPECT_EQ(s.x.values<double>()[0], 0.5);
  EXPECT_EQ(s.x.values<double>()[1], 0.25);
}

TEST_P(Solve, TheWiderTypeOfAAndBIsSolved) {
  const std::vector<float> a = {2, 0, 0, 4};
  const std::vector<std::complex<double>> b = {{0, 2}, 8.0};
  const solution s = solve(array_view(a.data(), {2, 2}), b, on_device());
  EXPECT_EQ(s.x.type(), complex128);
  EXPECT_EQ(s.x.values<std::complex<double>>()[0], std::complex<double>(0, 1));
}

TEST_P(Solve, ManyRightHandSidesHaveOneBackwardErrorEach) {
  const auto a = random_matrix<double>(40, 40, 1);
  const auto b = random_matrix<double>(40, 7, 2);
  const solution s = solve(a.view(), b.view(), on_device());
  ASSERT_EQ(s.x.shape(), (dimensions{40, 7}));
  ASSERT_EQ(s.report.backward_errors.size(), 7U);
  for (std::int64_t j = 0; j < 7; ++j) {
    std::vector<double> x, side;
    for (std::int64_t i = 0; i < 40; ++i) {
      x.push_back(s.x.values<double>()[static_cast<std::size_t>(i * 7 + j)]);
      side.push_back(b(i, j));
    }
    const double error = backward_error<double>(a, operation::none, x, side);
    EXPECT_LE(error, s.report.bar);
    EXPECT_NEAR(error, s.report.backward_errors[static_cast<std::size_t>(j)], 1e-15);
  }
}

TEST_P(Solve, AnyLayoutOfAGivesAnAnswerToTheSameSystem) {
  constexpr std::int64_t n = 30;
  const auto a = random_matrix<double>(n, n, 5);
  const auto b = random_numbers<double>(n, 6);
  std::vector<double> column_major(n * n), spread(n * n * 6, 99), reversed(n * n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      column_major[static_cast<std::size_t>(i + j * n)] = a(i, j);
      spread[static_cast<std::size_t>(i * 2 * n + j * 2 + i * n * 4 - i * n * 3)] = a(i, j);
      reversed[static_cast<std::size_t>((n - 1 - i) * n + n - 1 - j)] = a(i, j);
    }
  }
  const array_view views[] = {
      a.view(),
      array_view(column_major.data(), float64, {n, n}, {8, 8 * n}),
      array_view(spread.data(), float64, {n, n}, {3 * n * 8, 16}),
      array_view(reversed.data() + n * n - 1, float64, {n, n}, {-8 * n, -8}),
  };
  for (const array_view& view : views) {
    const solution s = solve(view, b, on_device());
    EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar)
        << to_string(view.strides());
  }
}

TEST_P(Solve, ABroadcastRowIsSingular) {
  const std::vector<double> row = {1, 2, 3};
  EXPECT_THROW(solve(array_view(row.data(), float64, {3, 3}, {0, 8}), row, on_device()), singular_matrix);
}

TEST_P(Solve, BatchesBroadcastAgainstEachOther) {
  constexpr std::int64_t n = 6;
  for (const std::int64_t order : {n, std::int64_t{70}}) {
    const auto a = random_numbers<double>(3 * order * order, 8);
    const auto b = random_numbers<double>(2 * order * 2, 9);
    const solution s =
        solve(array_view(a.data(), {3, 1, order, order}), array_view(b.data(), {2, order, 2}), on_device());
    ASSERT_EQ(s.x.shape(), (dimensions{3, 2, order, 2}));
    ASSERT_EQ(s.report.backward_errors.size(), 12U);
    EXPECT_LE(s.report.backward_error, s.report.bar);
    for (std::int64_t i = 0; i < 3; ++i) {
      for (std::int64_t j = 0; j < 2; ++j) {
        const dense_matrix<double> one(order, order,
                                       {a.begin() + i * order * order, a.begin() + (i + 1) * order * order});
        for (std::int64_t k = 0; k < 2; ++k) {
          std::vector<double> x, side;
          for (std::int64_t row = 0; row < order; ++row) {
            x.push_back(s.x.values<double>()[static_cast<std::size_t>(((i * 2 + j) * order + row) * 2 + k)]);
            side.push_back(b[static_cast<std::size_t>((j * order + row) * 2 + k)]);
          }
          EXPECT_LE(backward_error<double>(one, operation::none, x, side), s.report.bar);
        }
      }
    }
  }
}

TEST_P(Solve, OneVectorServesAWholeBatchOfMatrices) {
  const auto a = random_numbers<double>(5 * 9, 8);
  const std::vector<double> b = {1, 2, 3};
  const solution s = solve(array_view(a.data(), {5, 3, 3}), b, on_device());
  EXPECT_EQ(s.x.shape(), (dimensions{5, 3}));
  EXPECT_LE(s.report.backward_error, s.report.bar);
}

TEST_P(Solve, WithoutElementsThereIsNothingToSolve) {
  const std::vector<double> none;
  for (const dimensions& shape : {dimensions{0, 0}, dimensions{2, 0, 0}, dimensions{0, 3, 3}}) {
    dimensions b_shape = shape;
    b_shape[shape.rank() - 1] = 2;
    const solution s = solve(array_view(none.data(), shape), array_view(none.data(), b_shape), on_device());
    EXPECT_EQ(s.x.shape(), b_shape);
    EXPECT_EQ(s.report.verdict, verdict::good);
  }
  const auto a = random_matrix<double>(3, 3, 1);
  EXPECT_EQ(solve(a.view(), array_view(none.data(), {3, 0}), on_device()).x.shape(), (dimensions{3, 0}));
}

TEST_P(Solve, TheCallersMemoryTakesX) {
  const auto a = random_matrix<double>(4, 4, 1);
  const auto b = random_numbers<double>(4, 2);
  std::vector<double> x(8, 77);
  solve_options options = on_device();
  options.out = mutable_view(x.data(), float64, {4}, {16});
  const solution s = solve(a.view(), b, options);
  EXPECT_EQ(s.x.size(), 0);
  const std::vector<double> found = {x[0], x[2], x[4], x[6]};
  EXPECT_LE(backward_error<double>(a, operation::none, found, b), s.report.bar);
  EXPECT_EQ(x[1], 77);
}

TEST_P(Solve, MemoryForXMayLieAtAnyAddress) {
  const auto a = random_numbers<double>(3 * 16, 1);
  const auto b = random_numbers<double>(3 * 4, 2);
  std::vector<char> bytes(3 * 4 * 9 + 1);
  solve_options options = on_device();
  options.out = mutable_view(bytes.data() + 1, float64, {3, 4, 1}, {4 * 9, 9, 8});
  const solution s = solve(array_view(a.data(), {3, 4, 4}), array_view(b.data(), {3, 4, 1}), options);
  EXPECT_EQ(s.report.verdict, verdict::good);
  for (std::size_t system = 0; system < 3; ++system) {
    std::vector<double> x(4);
    for (std::size_t i = 0; i < 4; ++i) {
      std::memcpy(&x[i], bytes.data() + 1 + (system * 4 + i) * 9, sizeof(double));
    }
    const auto first = a.begin() + static_cast<std::ptrdiff_t>(system * 16);
    const dense_matrix<double> one(4, 4, {first, first + 16});
    EXPECT_LE(backward_error<double>(one, operation::none, x, std::span(b).subspan(system * 4, 4)), s.report.bar);
  }
}

TEST_P(Solve, InputsStayAsTheyWere) {
  const auto a = random_matrix<double>(50, 50, 1);
  const auto b = random_numbers<double>(50, 2);
  const auto a_before = a.values;
  const auto b_before = b;
  solve(a.view(), b, on_device());
  EXPECT_EQ(a.values, a_before);
  EXPECT_EQ(b, b_before);
}

TEST_P(Solve, ExtremeScalesAreSolvedLikeAnyOther) {
  for (const int scale : {-1060, -1000, -500, 500, 1000, 1020}) {
    for (const std::int64_t n : {5, 60}) {
      auto a = random_matrix<double>(n, n, 4);
      auto b = random_numbers<double>(n, 2);
      for (double& each : a.values) {
        each = std::ldexp(each, scale);
      }
      if (scale < -1000) {
        for (double& each : b) {
          each = std::ldexp(each, -500);
        }
      }
      const solution s = solve(a.view(), b, on_device());
      EXPECT_EQ(s.report.verdict, verdict::good) << scale << "\n" << s.explain();
      EXPECT_LE(s.report.backward_error, s.report.bar) << scale;
    }
  }
}

}  // namespace
}  // namespace gpucompute::tests
