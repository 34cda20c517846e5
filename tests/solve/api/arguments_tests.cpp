// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using Arguments = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Arguments, testing::ValuesIn(solving_devices));

const std::vector<double> numbers(64, 1.0);

TEST_P(Arguments, ShapesThatDoNotFitAreNamed) {
  const auto square = random_matrix<double>(3, 3, 1);
  const auto b = random_numbers<double>(4, 1);
  EXPECT_EQ(refusal([&] { solve(square.view(), b, on_device()); }),
            "solve: expected b with as many rows as op(A), 3, got A of shape (3, 3) and b of shape (4,)");
  EXPECT_EQ(refusal([&] { solve(b, b, on_device()); }), "solve: expected A of at least 2 dimensions, got shape (4,)");
  EXPECT_EQ(refusal([&] { solve(square.view(), array_view(b.data(), float64, {}), on_device()); }),
            "solve: expected b of at least 1 dimension, got a number");
  EXPECT_EQ(refusal([&] {
              solve(array_view(numbers.data(), {2, 3, 3}), array_view(numbers.data(), {5, 3, 1}), on_device());
            }),
            "solve: expected batches of A and b that broadcast, got (2,) and (5,)");
}

TEST_P(Arguments, AStructureThatAMethodDoesNotSuitIsToldAsTheCallerSeesIt) {
  dense_matrix<double> a(4, 4, {2, 0, 0, 1, 3, 2, 0, 0, 0, 3, 2, 0, 0, 0, 3, 2});
  const auto columns = array_view(a.values.data(), float64, {4, 4}, {8, 32});
  solve_options options = on_device();
  options.method = method::triangular;
  const auto said = [&](const array_view& given) {
    const std::string text = refusal([&] { factorize(given, options); });
    return text.substr(text.find('('));
  };
  EXPECT_EQ(said(a.view()), "(1 diagonal below and 3 above the main one, not symmetric)");
  EXPECT_EQ(said(columns), "(3 diagonals below and 1 above the main one, not symmetric)");
}

TEST_P(Arguments, WhichSystemOfABatchDoesNotFitIsNamed) {
  constexpr std::int64_t n = 4;
  std::vector<double> a(3 * 2 * n * n, 0), b(n, 1);
  for (std::size_t k = 0; k < a.size(); k += n * n) {
    for (std::size_t i = 0; i < n; ++i) a[k + i * n + i] = 2;
  }
  a[(2 * 2 + 1) * n * n + 3 * n + 1] = 7;  // [2, 1, 3, 1]
  const array_view all(a.data(), {3, 2, n, n});
  for (const bool reversed : {false, true}) {  // rows for columns
    const array_view given =
        reversed ? array_view(a.data(), float64, {3, 2, n, n}, {2 * n * n * 8, n * n * 8, 8, n * 8}) : all;
    const std::string entry = reversed ? "A[2, 1, 1, 3] = 7" : "A[2, 1, 3, 1] = 7";
    solve_options options = on_device();
    options.assume = structure::diagonal;
    EXPECT_EQ(refusal([&] { solve(given, b, options); }), "solve: expected A that is diagonal, got " + entry);
    options.assume = structure::any;
    options.method = method::cholesky;
    const std::string said = refusal([&] { factorize(given, options); });
    EXPECT_TRUE(said.starts_with("factorize: expected A that suits method cholesky, got one of another structure"))
        << said;
    EXPECT_TRUE(said.ends_with(", not symmetric) of system [2, 1]")) << said;
  }
}

TEST_P(Arguments, WhatIsNotFiniteIsRefusedWithItsPlace) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const std::int64_t n : {3, 80}) {
    auto a = random_matrix<double>(n, n, 1);
    auto b = random_numbers<double>(n, 1);
    const std::int64_t last = n - 1;
    a(last, 1) = std::nan("");
    a(last, 2) = infinity;
    try {
      solve(a.view(), b, on_device());
      FAIL();
    } catch (const non_finite& mistake) {
      EXPECT_EQ(mistake.index(), (dimensions{last, 1}));
      EXPECT_EQ(std::string(mistake.what()),
                "solve: expected a finite A, got A[" + std::to_string(last) + ", 1] = nan");
    }
    a(last, 1) = a(last, 2) = 1;
    b[1] = -infinity;
    try {
      solve(a.view(), b, on_device());
      FAIL();
    } catch (const non_finite& mistake) {
      EXPECT_EQ(mistake.index(), (dimensions{1}));
      EXPECT_STREQ(mistake.what(), "solve: expected a finite b, got b[1] = -inf");
    }
  }
}

TEST_P(Arguments, WhatIsNotFiniteInABatchIsNamedWithItsSystem) {
  auto a = random_numbers<double>(2 * 3 * 4, 1);
  a[2 * 4 + 3] = std::nan("");
  const std::vector<double> b = {1, 2};
  try {
    solve(array_view(a.data(), {6, 2, 2}), b, on_device());
    FAIL();
  } catch (const non_finite& mistake) {
    EXPECT_EQ(mistake.index(), (dimensions{2, 1, 1}));
  }
}

TEST_P(Arguments, AnExactlySingularMatrixIsRefusedWithItsPivot) {
  for (const std::int64_t n : {4, 60}) {
    for (const std::int64_t column : {std::int64_t{0}, n / 2, n - 1}) {
      auto a = random_matrix<double>(n, n, 1);
      for (std::int64_t i = 0; i < n; ++i) {
        a(i, column) = 0;
      }
      std::vector<double> column_major;
      for (std::int64_t j = 0; j < n; ++j) {
        for (std::int64_t i = 0; i < n; ++i) {
          column_major.push_back(a(i, j));
        }
      }
      try {
        solve(array_view(column_major.data(), float64, {n, n}, {8, 8 * n}), random_numbers<double>(n, 2), on_device());
        FAIL();
      } catch (const singular_matrix& singular) {
        EXPECT_EQ(singular.pivot(), column) << singular.what();
      }
    }
  }
}

TEST_P(Arguments, OutOfASystemThatIsRefusedStaysAsItWas) {
  for (const std::int64_t n : {4, 70}) {
    auto a = random_matrix<double>(n, n, 1);
    for (std::int64_t i = 0; i < n; ++i) {
      a(i, 1) = a(1, i) = 0;
    }
    std::vector<double> x(static_cast<std::size_t>(n), 77);
    solve_options options = on_device();
    options.out = x;
    EXPECT_THROW(solve(a.view(), random_numbers<double>(n, 2), options), singular_matrix);
    EXPECT_EQ(x, std::vector<double>(static_cast<std::size_t>(n), 77));
  }
}

TEST_P(Arguments, OneSingularSystemOfABatchIsNamed) {
  auto a = random_numbers<double>(6 * 9, 1);
  for (std::size_t i = 0; i < 9; ++i) {
    a[4 * 9 + i] = 0;
  }
  try {
    solve(array_view(a.data(), {2, 3, 3, 3}), std::vector<double>{1, 2, 3}, on_device());
    FAIL();
  } catch (const singular_matrix& singular) {
    EXPECT_EQ(singular.system(), 4);
    EXPECT_NE(std::string(singular.what()).find("of system [1, 1]"), std::string::npos) << singular.what();
  }
}

TEST_P(Arguments, OutMustBeOfTheShapeAndTypeOfXAndApartFromTheInputs) {
  const auto a = random_matrix<double>(3, 3, 1);
  std::vector<double> b = {1, 2, 3};
  const auto with_out = [&](const mutable_view& out) {
    solve_options options = on_device();
    options.out = out;
    return refusal([&] { solve(a.view(), b, options); });
  };
  std::vector<float> narrow(3);
  std::vector<double> longer(4), fitting(3);
  EXPECT_EQ(with_out(narrow), "solve: expected out of shape (3,) and type float64, got (3,) and float32");
  EXPECT_EQ(with_out(longer), "solve: expected out of shape (3,) and type float64, got (4,) and float64");
  EXPECT_EQ(with_out(b), "solve: expected out that does not overlap b, got one that may");
  EXPECT_EQ(with_out(fitting), "nothing was refused");
}

TEST_P(Arguments, OptionsThatCannotBeMeantAreRefused) {
  const auto a = random_matrix<double>(4, 3, 1);
  const auto b = random_numbers<double>(4, 1);
  const auto with = [&](auto change) {
    solve_options options = on_device();
    change(options);
    return refusal([&] { solve(a.view(), b, options); });
  };
  EXPECT_EQ(with([](solve_options& options) { options.threads = -1; }),
            "solve: expected threads of at least 0, got -1");
  EXPECT_EQ(with([](solve_options& options) { options.method = method::lu; }),
            "solve: expected a square A for method lu, got 4 x 3");
  EXPECT_EQ(with([](solve_options& options) { options.assume = structure::symmetric; }),
            "solve: expected a square A for assume symmetric, got 4 x 3");
  EXPECT_EQ(with([](solve_options& options) { options.rank_tolerance = 2; }),
            "solve: expected rank_tolerance from 0 to below 1, got 2");
}

TEST_P(Arguments, OptionsThatWouldBeIgnoredAreRefused) {
  const auto a = random_matrix<double>(3, 3, 1);
  std::vector<double> out(9), b = {1, 2, 3};
  solve_options options = on_device();
  options.rank_tolerance = 0.1;
  for (const method by : {method::automatic, method::qr, method::rank_revealing, method::lu}) {
    options.method = by;
    EXPECT_EQ(
        refusal([&] { solve(a.view(), b, options); }),
        by == method::automatic || by == method::rank_revealing
            ? "nothing was refused"
            : "solve: expected method automatic or rank_revealing with a rank_tolerance, got " + std::string(name(by)));
  }
  options = on_device();
  options.out = mutable_view(out.data(), {3, 3});
  const std::string no_out = ": expected no out, which is for x, got one of shape (3, 3)";
  EXPECT_EQ(refusal([&] { factorize(a.view(), options); }), "factorize" + no_out);
  EXPECT_EQ(refusal([&] { determinant(a.view(), options); }), "determinant" + no_out);
}

TEST_P(Arguments, AnInverseTakesTheOptionsOfASolve) {
  const auto a = random_matrix<double>(3, 3, 1);
  std::vector<double> out(9);
  solve_options options = on_device();
  options.out = mutable_view(out.data(), {3, 3});
  options.forward_bound = true;
  options.operation = operation::transpose;  // solve()'s
  const solution s = inverse(a.view(), options);
  const array wanted = inverse(a.view(), on_device()).x;
  EXPECT_EQ(out, std::vector<double>(wanted.values<double>().begin(), wanted.values<double>().end()));
  EXPECT_GT(s.report.forward_bound, 0);
  EXPECT_EQ(refusal([&] { inverse(random_matrix<double>(4, 3, 1).view(), on_device()); }),
            "inverse: expected one square matrix, got 1 of 4 x 3");
}

TEST_P(Arguments, WhatIsKnownOfASingularMatrixIsSaidAndNoMore) {
  const dense_matrix<double> nearly(3, 3, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9});
  const dense_matrix<double> whole(3, 3, {2, 0, 0, 0, 2, 0, 1, 1, 0});
  const auto said = [&](const dense_matrix<double>& a, method by) {
    solve_options options = on_device();
    options.method = by;
    return refusal([&] { solve(a.view(), std::vector<double>(static_cast<std::size_t>(a.rows), 1), options); });
  };
  const std::string text = said(whole, method::lu);
  EXPECT_EQ(
      text,
      "solve: expected a regular A, got one with a zero pivot in row 2 of its factors (lu): it is singular, or is "
      "in float64 arithmetic");
  if (const std::string other = said(nearly, method::lu); other != "nothing was refused") {
    EXPECT_EQ(other, text);
  }
  EXPECT_EQ(said({2, 2, {1, 5, 0, 0}}, method::triangular),
            "solve: expected a regular A, got one with a zero on the diagonal in row 1 (triangular)");
  EXPECT_EQ(
      said({3, 2, {1, 0, 0, 0, 0, 0}}, method::qr),
      "solve: expected A of full rank, got one with a zero pivot in row 1 of its factors (qr): for A of less rank "
      "there is method rank_revealing");
  EXPECT_EQ(said({2, 2, {1, 2, 2, 1}}, method::cholesky),
            "solve: expected a positive definite A, got one whose leading minor of order 2 is not positive (cholesky)");
  EXPECT_EQ(said({3, 3, {1, 0, 0, 0, -2, 0, 0, 0, 1}}, method::cholesky),
            "solve: expected a positive definite A, got A[1, 1] = -2 (cholesky)");
}

TEST_P(Arguments, VectorsForABatchAreToldHowTheyWouldBeTaken) {
  const auto a = random_numbers<double>(5 * 3 * 3, 1), b = random_numbers<double>(15, 2);
  const array_view systems(a.data(), {5, 3, 3});
  const std::string refused =
      "solve: expected b with as many rows as op(A), 3, got A of shape (5, 3, 3) and b of shape ";
  EXPECT_EQ(refusal([&] {
              solve(systems, array_view(b.data(), {5, 3}), on_device());
            }),
            refused + "(5, 3); b of shape (5, 3, 1) is one vector a system");
  EXPECT_EQ(refusal([&] { solve(systems, array_view(b.data(), {4, 3}), on_device()); }), refused + "(4, 3)");
  EXPECT_EQ(refusal([&] { solve(systems, array_view(b.data(), {5, 2}), on_device()); }), refused + "(5, 2)");
  EXPECT_NO_THROW(solve(systems, array_view(b.data(), {5, 3, 1}), on_device()));
}

TEST_P(Arguments, ASystemBeyondTheMemoryThatIsLeftIsRefusedWithWhatFits) {
  // The entries of a view without strides take no memory of their own.
  const double one = 1;
  const std::int64_t n = 3'000'000;
  const array_view a(&one, float64, {n, n}, {0, 0});
  const array_view b(&one, float64, {n}, {0});
  try {
    solve(a, b, on_device());
    FAIL();
  } catch (const out_of_memory& refused) {
    const std::string text = refused.what();
    const auto number_after = [&](const std::string& words) {
      const std::size_t at = text.find(words);
      return at == std::string::npos ? std::nan("") : std::stod(text.substr(at + words.size()));
    };
    const double left = 1e9 * number_after("a system that fits into the ");
    const double fitting = number_after("the largest square system of this kind that fits has n = ");
    EXPECT_LE(fitting * fitting * 8, left) << text;
    EXPECT_GE(fitting * fitting * 8, left - 0.2e9) << text;
    EXPECT_GE(refused.bytes(), static_cast<std::size_t>(n) * static_cast<std::size_t>(n) * 8);
  }
}

}  // namespace
}  // namespace gpucompute::tests
