// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using SolveAtTheEdge = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, SolveAtTheEdge, testing::ValuesIn(solving_devices));

dense_matrix<double> diagonal_of(const std::vector<double>& values) {
  const auto n = static_cast<std::int64_t>(values.size());
  dense_matrix<double> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    a(i, i) = values[static_cast<std::size_t>(i)];
  }
  return a;
}

template <typename Call>
dimensions place_of_non_finite(Call&& call) {
  try {
    call();
  } catch (const non_finite& mistake) {
    return mistake.index();
  }
  return {};
}

TEST_P(SolveAtTheEdge, WhatIsNotFiniteInABroadcastBatchIsFoundInTheOperandThatHoldsIt) {
  for (const std::int64_t n : {3, 70}) {
    auto a = random_numbers<double>(3 * n * n, 1);
    auto b = random_numbers<double>(2 * n * 2, 2);
    const array_view matrices(a.data(), {3, 1, n, n});
    const array_view sides(b.data(), {2, n, 2});
    double& in_a = a[static_cast<std::size_t>(2 * n * n + n + 1)];
    const double before = in_a;
    in_a = std::nan("");
    EXPECT_EQ(place_of_non_finite([&] { solve(matrices, sides, on_device()); }), (dimensions{2, 0, 1, 1}));
    EXPECT_EQ(place_of_non_finite([&] { factorize(matrices, on_device()); }), (dimensions{2, 0, 1, 1}));
    in_a = before;
    b[static_cast<std::size_t>(n * 2 + 3)] = INFINITY;
    EXPECT_EQ(place_of_non_finite([&] { solve(matrices, sides, on_device()); }), (dimensions{1, 1, 1}));
    EXPECT_EQ(place_of_non_finite([&] { factorize(matrices, on_device()).solve(sides); }), (dimensions{1, 1, 1}));
    std::vector<double> side(static_cast<std::size_t>(n), 1);
    side[2] = std::nan("");
    EXPECT_EQ(place_of_non_finite([&] { solve(matrices, side, on_device()); }), (dimensions{2}));
    std::vector<double> sides_of_two(static_cast<std::size_t>(4 * n), 1);
    sides_of_two[static_cast<std::size_t>(n)] = std::nan("");
    const array_view two(sides_of_two.data(), {2, 2, 1, n, 1});
    const array_view three(a.data(), {3, n, n});
    EXPECT_EQ(place_of_non_finite([&] { solve(three, two, on_device()); }), (dimensions{0, 1, 0, 0, 0}));
  }
}

TEST_P(SolveAtTheEdge, ARightHandSideInAMatrixGivenUpIsReadBeforeItIsLost) {
  constexpr std::int64_t n = 80;
  const auto a = random_matrix<double>(n, n, 4);
  auto memory = a.values;
  const std::vector<double> b(a.values.begin(), a.values.begin() + n);
  const solution s = solve(overwrite(mutable_view(memory.data(), {n, n})), array_view(memory.data(), {n}), on_device());
  EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar);
}

TEST_P(SolveAtTheEdge, FactorsInMemoryThatWasGivenUpAreNotOverwrittenByX) {
  constexpr std::int64_t n = 80;
  auto a = random_matrix<double>(n, n, 4);
  const auto b = random_numbers<double>(n, 2);
  const factorization made = factorize(overwrite(mutable_view(a.values.data(), {n, n})), on_device());
  EXPECT_THROW(made.solve(b, {.out = mutable_view(a.values.data(), {n})}), invalid_argument);
}

TEST_P(SolveAtTheEdge, TheReportOfAMatrixGivenUpNeedsItsMemoryNoMore) {
  constexpr std::int64_t n = 80;
  const auto a = random_matrix<double>(n, n, 4);
  const auto b = random_numbers<double>(n, 2);
  const double expected = solve(a.view(), b, on_device()).report.rcond();
  for (const condition asked : {condition::always, condition::screened}) {
    auto memory = a.values;
    solve_options options = on_device();
    options.condition = asked;
    const solution s = solve(overwrite(mutable_view(memory.data(), {n, n})), b, options);
    std::ranges::fill(memory, std::nan(""));
    if (asked == condition::always) {
      EXPECT_NEAR(s.report.rcond(), expected, 0.01 * expected);
    } else {
      EXPECT_TRUE(std::isnan(s.report.rcond()));
    }
  }
}

TEST_P(SolveAtTheEdge, AnXThatIsTooSmallToBeHeldIsReported) {
  for (const std::int64_t n : {1, 4, 60}) {
    auto a = random_matrix<double>(n, n, 4);
    for (double& each : a.values) {
      each *= 1e300;
    }
    for (const double size : {1e-20, 1e-300}) {
      const std::vector<double> b(static_cast<std::size_t>(n), size);
      const solution s = solve(a.view(), b, on_device());
      EXPECT_EQ(s.report.verdict, verdict::inaccurate) << s.explain();
      EXPECT_GT(s.report.backward_error, s.report.bar);
    }
    EXPECT_EQ(solve(a.view(), std::vector<double>(static_cast<std::size_t>(n), 1e-5), on_device()).report.verdict,
              verdict::good);
    EXPECT_EQ(solve(a.view(), std::vector<double>(static_cast<std::size_t>(n)), on_device()).report.verdict,
              verdict::good);
  }
}

TEST_P(SolveAtTheEdge, AnXThatIsTooLargeToBeHeldIsReported) {
  for (const std::int64_t n : {1, 4, 60}) {
    auto a = random_matrix<double>(n, n, 4);
    for (double& each : a.values) {
      each *= 1e-300;
    }
    const solution s = solve(a.view(), std::vector<double>(static_cast<std::size_t>(n), 1e300), on_device());
    EXPECT_EQ(s.report.verdict, verdict::inaccurate) << s.explain();
  }
}

TEST_P(SolveAtTheEdge, SmallEntriesBesideLargeOnesAreNotLost) {
  const auto a = diagonal_of({1e200, 1e200, 1e-200, 3e-200});
  const std::vector<double> b = {1e200, 2e200, 3e-200, 12e-200};
  for (const method by : {method::automatic, method::lu, method::qr}) {
    solve_options options = on_device();
    options.method = by;
    const solution s = solve(a.view(), b, options);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_NEAR(s.x.values<double>()[i], static_cast<double>(i + 1), 1e-14) << name(by);
    }
  }
}

TEST_P(SolveAtTheEdge, OfAMatrixOfZerosTheShortestXIsZeroAndRight) {
  const std::vector<double> zeros(30), b = {1, 2, 3, 4, 5};
  for (const std::int64_t columns : {0, 4, 5, 6}) {
    solve_options options = on_device();
    options.method = columns == 5 ? method::rank_revealing : method::automatic;
    const solution s = solve(array_view(zeros.data(), {5, columns}), b, options);
    EXPECT_EQ(s.report.rank, 0);
    EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
    EXPECT_TRUE(std::ranges::all_of(s.x.values<double>(), [](double each) { return each == 0; }));
  }
}

TEST_P(SolveAtTheEdge, AFitIsVerifiedHoweverSmallItsRestIs) {
  constexpr std::int64_t m = 100, n = 5;
  const auto a = random_matrix<double>(m, n, 4);
  const auto noise = random_numbers<double>(m, 5);
  const std::vector<double> exact = {1, -2, 3, -4, 5};
  const auto ax = product<double>(a, operation::none, exact);
  for (const double size : {1.0, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 0.0}) {
    std::vector<double> b;
    for (std::size_t i = 0; i < m; ++i) {
      b.push_back(static_cast<double>(ax[i].real()) + size * noise[i]);
    }
    for (const method by : {method::automatic, method::rank_revealing}) {
      solve_options options = on_device();
      options.method = by;
      const solution s = solve(a.view(), b, options);
      EXPECT_EQ(s.report.verdict, verdict::good) << size << "\n" << s.explain();
      auto copy = a.values;
      const solution other = solve(overwrite(mutable_view(copy.data(), {m, n})), b, options);
      EXPECT_EQ(other.report.verdict, verdict::good) << size << "\n" << other.explain();
    }
  }
}

TEST_P(SolveAtTheEdge, APromiseIsCheckedOfASingleEntry) {
  const std::vector<std::complex<double>> complex = {{1, 2}};
  const std::vector<double> negative = {-4}, b = {1};
  const auto asked = [&](structure promise, method by) {
    solve_options options = on_device();
    options.assume = promise;
    options.method = by;
    return options;
  };
  EXPECT_THROW(solve(array_view(negative.data(), {1, 1}), b, asked(structure::positive_definite, method::automatic)),
               invalid_argument);
  EXPECT_THROW(solve(array_view(negative.data(), {1, 1}), b, asked(structure::any, method::cholesky)),
               invalid_argument);
  EXPECT_THROW(solve(array_view(complex.data(), {1, 1}), b, asked(structure::symmetric, method::automatic)),
               invalid_argument);
  EXPECT_THROW(solve(array_view(complex.data(), {1, 1}), b, asked(structure::any, method::cholesky)), invalid_argument);
  for (const structure promise : {structure::symmetric, structure::upper, structure::lower, structure::banded,
                                  structure::tridiagonal, structure::diagonal, structure::general}) {
    EXPECT_EQ(solve(array_view(negative.data(), {1, 1}), b, asked(promise, method::automatic)).x.values<double>()[0],
              -0.25);
  }
}

TEST_P(SolveAtTheEdge, AnExplanationRefusesWhatASolveRefuses) {
  const std::vector<double> a = {1, NAN, 2, 4}, b = {1, 2};
  EXPECT_EQ(place_of_non_finite([&] {
              explain_solve(array_view(a.data(), {2, 2}), b, on_device());
            }),
            (dimensions{0, 1}));
}

TEST_P(SolveAtTheEdge, AnExplanationBeforehandNamesTheWayThatIsTaken) {
  const auto plan_of = [](const std::string& text) {
    const std::size_t begin = text.find("plan: ");
    return text.substr(begin, text.find_first_of(";\n", begin) - begin);
  };
  for (const std::int64_t n : {1, 8, 32, 33, 64, 65}) {
    const auto b = random_numbers<double>(n, 2);
    for (const bool symmetric : {true, false}) {
      auto a = random_matrix<double>(n, n, 4);
      for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t j = 0; j < n; ++j) {
          a(i, j) = i == j ? 70 : symmetric ? a(j, i) : i < j ? a(i, j) : 0;
        }
      }
      EXPECT_EQ(plan_of(explain_solve(a.view(), b, on_device())), plan_of(solve(a.view(), b, on_device()).explain()));
    }
  }
}

TEST_P(SolveAtTheEdge, SmallSystemsTakeOneThreadHoweverManyAreAllowed) {
  solve_options options = on_device();
  options.threads = 2;
  for (const std::int64_t n : {8, 100, 500}) {
    const auto a = random_matrix<double>(n, n, 4);
    EXPECT_EQ(solve(a.view(), random_numbers<double>(n, 2), options).report.threads, 1) << n;
  }
}

TEST_P(SolveAtTheEdge, DeterminantsAreOfAAndRounded) {
  EXPECT_EQ(determinant(diagonal_of({-3}).view(), on_device()), -3.0);
  EXPECT_EQ(determinant(diagonal_of({3, 3, 3, 3, 3}).view(), on_device()), 243.0);
  EXPECT_EQ(determinant(dense_matrix<double>(2, 2, {4, 1, 2, 3}).view(), on_device()), 10.0);
  EXPECT_EQ(determinant(diagonal_of({1e300, 1e300, -1e300}).view(), on_device()).real(), -INFINITY);
  EXPECT_EQ(determinant(diagonal_of({1e300, 1e300, -1e300}).view(), on_device()).imag(), 0);
  EXPECT_NEAR(determinant(diagonal_of({1e200, 1e200, 1e-200, 3e-200}).view(), on_device()).real(), 3, 1e-14);
  const auto a = random_matrix<double>(40, 40, 4);
  solve_options narrow = on_device();
  narrow.factors = factor_precision::float32;
  const double expected = determinant(a.view(), on_device()).real();
  EXPECT_NEAR(determinant(a.view(), narrow).real(), expected, 1e-13 * std::abs(expected));
}

}  // namespace
}  // namespace gpucompute::tests
