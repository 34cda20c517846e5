// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using Factorization = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Factorization, testing::ValuesIn(solving_devices));

TEST_P(Factorization, SolvesManyTimesAgainstTheMatrixThatItWasMadeOf) {
  auto a = random_matrix<double>(40, 40, 1);
  const auto original = a;
  const factorization lu = factorize(a.view(), on_device());
  std::ranges::fill(a.values, 0.0);  // the factorization keeps its own
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    for (const operation op : {operation::none, operation::transpose}) {
      const auto b = random_numbers<double>(40, seed);
      const solution s = lu.solve(b, {.operation = op});
      EXPECT_LE(backward_error<double>(original, op, s.x.values<double>(), b), s.report.bar);
      EXPECT_LE(s.report.backward_error, s.report.bar);
    }
  }
  EXPECT_GT(lu.rcond(), 0);
}

TEST_P(Factorization, DeterminantIsTheProductOfThePivotsWithTheSignOfTheirOrder) {
  const dense_matrix<double> a(3, 3, {0, 2, 0, 3, 0, 0, 0, 0, 4});
  const factorization made = factorize(a.view(), on_device());
  EXPECT_NEAR(made.determinant().real(), -24, 1e-13);
  EXPECT_NEAR(made.log_determinant().log, std::log(24.0), 1e-14);
  EXPECT_EQ(made.log_determinant().sign, -1.0);
  EXPECT_NEAR(determinant(a.view(), on_device()).real(), -24, 1e-13);
}

TEST_P(Factorization, FactorsForLeastSquaresHaveNoDeterminant) {
  const auto a = random_matrix<double>(6, 6, 1);
  for (const method which : {method::qr, method::rank_revealing}) {
    solve_options options = on_device();
    options.method = which;
    EXPECT_THROW(factorize(a.view(), options).determinant(), invalid_argument);
  }
}

TEST_P(Factorization, ASingularMatrixHasADeterminantAndNoInverse) {
  const dense_matrix<double> a(2, 2, {1, 2, 2, 4});
  const factorization made = factorize(a.view(), on_device());
  EXPECT_EQ(made.determinant(), 0.0);
  EXPECT_EQ(made.log_determinant().sign, 0.0);
  EXPECT_EQ(made.log_determinant().log, -INFINITY);
  EXPECT_EQ(made.rcond(), 0);
  EXPECT_THROW(made.inverse(), singular_matrix);
  EXPECT_THROW(made.solve(std::vector<double>{1, 2}), singular_matrix);
}

TEST_P(Factorization, AMatrixThatIsNotPositiveDefiniteHasNoCholeskyFactors) {
  const dense_matrix<double> a(3, 3, {4, 2, 0, 2, 1, 0, 0, 0, 1});
  solve_options options = on_device();
  options.method = method::cholesky;
  try {
    factorize(a.view(), options);
    FAIL() << "half a root was taken for a factorization";
  } catch (const singular_matrix& error) {
    EXPECT_NE(std::string(error.what()).find("leading minor of order 2"), std::string::npos) << error.what();
  }
  const dense_matrix<double> negative(2, 2, {1, 0, 0, -1});
  try {
    factorize(negative.view(), options);
    FAIL() << "a negative diagonal was not seen";
  } catch (const singular_matrix& error) {
    EXPECT_EQ(error.pivot(), 1);
    EXPECT_NE(std::string(error.what()).find("A[1, 1] = -1"), std::string::npos) << error.what();
  }
}

TEST_P(Factorization, TheConditionIsTheSameHoweverAMatrixLies) {
  auto a = random_matrix<double>(40, 40, 3);
  auto turned = a;
  for (std::int64_t i = 0; i < 40; ++i) {
    a(1, i) *= 1000;
  }
  for (std::int64_t i = 0; i < 40; ++i) {
    for (std::int64_t j = 0; j < 40; ++j) {
      turned(j, i) = a(i, j);
    }
  }
  const array_view columns_first(turned.values.data(), float64, {40, 40}, {8, 40 * 8});
  const double by_rows = factorize(a.view(), on_device()).rcond();
  EXPECT_NEAR(factorize(columns_first, on_device()).rcond(), by_rows, 0.2 * by_rows);
  // The transpose's is another one.
  EXPECT_LT(std::min(by_rows, factorize(turned.view(), on_device()).rcond()) * 2,
            std::max(by_rows, factorize(turned.view(), on_device()).rcond()));
}

TEST_P(Factorization, LogDeterminantDoesNotOverflow) {
  constexpr std::int64_t n = 50;
  for (const int scale : {-600, 300}) {
    dense_matrix<double> a(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      a(i, i) = std::ldexp(1.0, scale);
    }
    const factorization made = factorize(a.view(), on_device());
    EXPECT_NEAR(made.log_determinant().log, n * scale * std::log(2.0), 1e-9);
    EXPECT_EQ(made.determinant().real(), scale > 0 ? INFINITY : 0);
  }
}

TEST_P(Factorization, InverseTimesMatrixIsTheIdentity) {
  using number = std::complex<double>;
  const auto a = random_matrix<number>(12, 12, 5);
  const solution s = inverse(a.view(), on_device());
  ASSERT_EQ(s.x.shape(), (dimensions{12, 12}));
  for (std::int64_t j = 0; j < 12; ++j) {
    std::vector<number> column;
    for (std::int64_t i = 0; i < 12; ++i) {
      column.push_back(s.x.values<number>()[static_cast<std::size_t>(i * 12 + j)]);
    }
    const auto image = product<number>(a, operation::none, column);
    for (std::int64_t i = 0; i < 12; ++i) {
      EXPECT_LT(std::abs(image[static_cast<std::size_t>(i)] - std::complex<long double>(i == j ? 1 : 0)), 1e-13);
    }
  }
}

TEST_P(Factorization, OfABatchSolvesABatch) {
  const auto a = random_numbers<double>(3 * 16, 5);
  const auto b = random_numbers<double>(3 * 4 * 2, 6);
  const solution s = factorize(array_view(a.data(), {3, 4, 4}), on_device()).solve(array_view(b.data(), {3, 4, 2}));
  EXPECT_EQ(s.x.shape(), (dimensions{3, 4, 2}));
  EXPECT_LE(s.report.backward_error, s.report.bar);
}

TEST_P(Factorization, OptionsThatTheFactorsDoNotHaveAreRefused) {
  const auto a = random_matrix<double>(4, 4, 1);
  const auto b = random_numbers<double>(4, 1);
  const factorization made = factorize(a.view(), on_device());
  const auto refusal = [&](const solve_options& options) {
    try {
      made.solve(b, options);
    } catch (const invalid_argument& mistake) {
      return std::string(mistake.what());
    }
    return std::string("nothing was refused");
  };
  const std::string begin = "factorization::solve: expected ";
  EXPECT_EQ(refusal({.method = method::qr}), begin + "method automatic, as A was factorized, got qr");
  EXPECT_EQ(refusal({.assume = structure::upper}), begin + "assume any, as A was factorized, got upper");
  EXPECT_EQ(refusal({.factors = factor_precision::float32}),
            begin + "factors of A's precision, as A was factorized, got float32");
  EXPECT_EQ(refusal({.rank_tolerance = 0.5}), begin + "rank_tolerance by default, as A was factorized, got 0.5");
  EXPECT_THROW(made.solve(random_numbers<std::complex<double>>(4, 1)), invalid_argument);
  factorization taken = made;
  const factorization kept = std::move(taken);
  EXPECT_THROW(taken.solve(b), invalid_argument);  // NOLINT(bugprone-use-after-move): what it says of itself
  EXPECT_NO_THROW(kept.solve(b));
}

}  // namespace
}  // namespace gpucompute::tests
