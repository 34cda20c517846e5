// SPDX-License-Identifier: Apache-2.0
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

TEST_P(Solve, InputsStayAsTheyWere) {
  const auto a = random_matrix<double>(50, 50, 1);
  const auto b = random_numbers<double>(50, 2);
  const auto a_before = a.values;
  const auto b_before = b;
  solve(a.view(), b, on_device());
  EXPECT_EQ(a.values, a_before);
  EXPECT_EQ(b, b_before);
}

TEST_P(Solve, EachStructureIsFoundAndItsMethodTaken) {
  constexpr std::int64_t n = 40;
  const auto full = random_matrix<double>(n, n, 4);
  struct wanted {
    structure which;
    method by;
  };
  for (const wanted& each :
       {wanted{structure::diagonal, method::diagonal}, wanted{structure::upper, method::triangular},
        wanted{structure::lower, method::triangular}, wanted{structure::tridiagonal, method::tridiagonal},
        wanted{structure::banded, method::banded}, wanted{structure::positive_definite, method::cholesky},
        wanted{structure::general, method::lu}}) {
    dense_matrix<double> a(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        const std::int64_t off = i - j;
        const bool kept = each.which == structure::diagonal      ? off == 0
                          : each.which == structure::upper       ? off <= 0
                          : each.which == structure::lower       ? off >= 0
                          : each.which == structure::tridiagonal ? std::abs(off) <= 1
                          : each.which == structure::banded      ? off <= 2 && off >= -1
                                                                 : true;
        a(i, j) = kept ? full(i, j) : 0;
        if (each.which == structure::positive_definite) {
          a(i, j) = full(i, j) + full(j, i);
        }
      }
      a(i, i) += each.which == structure::general ? 0 : 2 * n;
    }
    const auto b = random_numbers<double>(n, 2);
    for (const structure promise : {structure::any, each.which}) {
      solve_options options = on_device();
      options.assume = promise;
      const solution s = solve(a.view(), b, options);
      EXPECT_EQ(s.report.method, each.by) << name(each.which);
      if (each.by != method::lu || std::string(GetParam()) == "reference") {
        EXPECT_EQ(s.report.structure, each.which) << s.explain();
      }
      EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar) << s.explain();
    }
  }
}

TEST_P(Solve, LeastSquaresFindsWhatSolvesTheNormalEquations) {
  const auto a = random_matrix<double>(30, 8, 4);
  const auto b = random_numbers<double>(30, 2);
  const solution s = solve(a.view(), b, on_device());
  ASSERT_EQ(s.x.shape(), (dimensions{8}));
  EXPECT_EQ(s.report.method, method::qr);
  EXPECT_EQ(s.report.rank, 8);
  const auto ax = product<double>(a, operation::none, s.x.values<double>());
  for (std::int64_t j = 0; j < 8; ++j) {
    long double slope = 0;
    for (std::int64_t i = 0; i < 30; ++i) {
      slope += a(i, j) * (b[static_cast<std::size_t>(i)] - ax[static_cast<std::size_t>(i)].real());
    }
    EXPECT_LT(std::abs(slope), 1e-13);
  }
}

TEST_P(Solve, TheExplanationSpeaksOfAAsTheCallerSeesIt) {
  const auto tall = random_matrix<double>(9, 4, 4);
  EXPECT_NE(solve(tall.view(), random_numbers<double>(9, 1), on_device()).explain().find("A 9 x 4 float64"),
            std::string::npos);
  dense_matrix<double> upper(40, 40);
  for (std::int64_t i = 0; i < 40; ++i) {
    for (std::int64_t j = i; j < std::min<std::int64_t>(40, i + 3); ++j) {
      upper(i, j) = 1;
    }
  }
  const std::string text = solve(upper.view(), random_numbers<double>(40, 1), on_device()).explain();
  EXPECT_NE(text.find("0 diagonals below and 2 above the main one"), std::string::npos) << text;
}

TEST_P(Solve, FewerEquationsThanUnknownsGiveTheShortestSolution) {
  const dense_matrix<double> a(1, 2, {3, 4});
  const std::vector<double> b = {25};
  const solution s = solve(a.view(), b, on_device());
  EXPECT_NEAR(s.x.values<double>()[0], 3, 1e-14);
  EXPECT_NEAR(s.x.values<double>()[1], 4, 1e-14);
}

TEST_P(Solve, RankDeficientLeastSquaresGivesTheShortestSolutionAndTheRank) {
  dense_matrix<double> a(6, 3);
  for (std::int64_t i = 0; i < 6; ++i) {
    a(i, 0) = static_cast<double>(i + 1);
    a(i, 1) = static_cast<double>(i * i);
    a(i, 2) = a(i, 0) + a(i, 1);
  }
  std::vector<double> b(6);
  for (std::int64_t i = 0; i < 6; ++i) {
    b[static_cast<std::size_t>(i)] = a(i, 0);
  }
  const solution s = solve(a.view(), b, on_device());
  EXPECT_EQ(s.report.rank, 2);
  EXPECT_EQ(s.report.method, method::rank_revealing);
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  // Of all (1 + t, t, -t) the shortest has t = -1/3.
  EXPECT_NEAR(s.x.values<double>()[0], 2.0 / 3, 1e-13);
  EXPECT_NEAR(s.x.values<double>()[1], -1.0 / 3, 1e-13);
  EXPECT_NEAR(s.x.values<double>()[2], 1.0 / 3, 1e-13);
}

TEST_P(Solve, AMatrixGivenUpIsSolvedInItsOwnMemory) {
  constexpr std::int64_t n = 50;
  const auto a = random_matrix<double>(n, n, 4);
  auto memory = a.values;
  const auto b = random_numbers<double>(n, 2);
  const solution s = solve(overwrite(mutable_view(memory.data(), {n, n})), b, on_device());
  EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar);
  EXPECT_LE(s.report.backward_error, s.report.bar);
  EXPECT_NE(memory, a.values);
}

TEST_P(Solve, ATallMatrixGivenUpIsSolvedWhateverItsRank) {
  for (const bool deficient : {false, true}) {
    auto a = random_matrix<double>(20, 5, 4);
    for (std::int64_t i = 0; i < 20 && deficient; ++i) {
      a(i, 4) = a(i, 0) - a(i, 1);
    }
    auto memory = a.values;
    const auto b = random_numbers<double>(20, 2);
    const solution s = solve(overwrite(mutable_view(memory.data(), {20, 5})), b, on_device());
    EXPECT_EQ(s.report.rank, deficient ? 4 : 5);
    EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
    const solution kept = solve(a.view(), b, on_device());
    for (std::size_t j = 0; j < 5; ++j) {
      EXPECT_NEAR(s.x.values<double>()[j], kept.x.values<double>()[j], 1e-12);
    }
  }
}

TEST_P(Solve, ASymmetricMatrixGivenUpThatIsNotPositiveDefiniteIsSolved) {
  constexpr std::int64_t n = 50;
  auto a = random_matrix<double>(n, n, 4);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      a(i, j) = a(j, i);
    }
    a(i, i) = 0.5;
  }
  auto memory = a.values;
  const auto b = random_numbers<double>(n, 2);
  const solution s = solve(overwrite(mutable_view(memory.data(), {n, n})), b, on_device());
  EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar) << s.explain();
}

TEST_P(Solve, AMatrixGivenUpThatServesSeveralSystemsServesThemAll) {
  constexpr std::int64_t n = 40;
  const auto a = random_numbers<double>(2 * n * n, 4);
  const auto b = random_numbers<double>(3 * n, 2);
  auto memory = a;
  const solution s =
      solve(overwrite(mutable_view(memory.data(), {2, n, n})), array_view(b.data(), {3, 1, n, 1}), on_device());
  ASSERT_EQ(s.x.shape(), (dimensions{3, 2, n, 1}));
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t j = 0; j < 2; ++j) {
      const dense_matrix<double> one(n, n, {a.begin() + j * n * n, a.begin() + (j + 1) * n * n});
      EXPECT_LE(backward_error<double>(one, operation::none,
                                       s.x.values<double>().subspan(static_cast<std::size_t>((i * 2 + j) * n), n),
                                       std::span(b).subspan(static_cast<std::size_t>(i * n), n)),
                s.report.bar);
    }
  }
}

TEST_P(Solve, ASingularSquareMatrixHasAShortestSolutionForWhoAsks) {
  const dense_matrix<double> a(3, 3, {1, 1, 0, 1, 1, 0, 0, 0, 2});
  solve_options options = on_device();
  options.method = method::rank_revealing;
  const solution s = solve(a.view(), std::vector<double>{1, 3, 4}, options);
  EXPECT_EQ(s.report.rank, 2);
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  EXPECT_NEAR(s.x.values<double>()[0], 1, 1e-14);
  EXPECT_NEAR(s.x.values<double>()[1], 1, 1e-14);
  EXPECT_NEAR(s.x.values<double>()[2], 2, 1e-14);
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
