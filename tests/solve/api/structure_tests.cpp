// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <regex>
#include <sstream>

#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using SolveByStructure = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, SolveByStructure, testing::ValuesIn(solving_devices));

TEST_P(SolveByStructure, IsExplainedAsTheCallerSeesIt) {
  constexpr std::int64_t n = 70;
  auto a = random_matrix<double>(n, n, 4);
  for (std::int64_t i = 0; i < n * n; ++i) {
    a(i / n, i % n) *= i / n <= i % n ? 1 : 0;  // upper
  }
  const auto b = random_numbers<double>(n, 1);
  const array_view columns(a.values.data(), float64, {n, n}, {8, n * 8});  // lower
  for (const auto& [view, side] : {std::pair(a.view(), "below"), {columns, "above"}}) {
    const std::string said = explain_solve(view, b, on_device());
    EXPECT_NE(said.find(std::string("substitution: zeros ") + side + " the diagonal"), std::string::npos) << said;
    solve_options options = on_device();
    options.method = method::diagonal;
    try {
      solve(view, b, options);
      ADD_FAILURE() << "a triangle was solved as a diagonal";
    } catch (const invalid_argument& mistake) {
      const std::string found =
          side == std::string("below") ? "(0 diagonals below and 69 above" : "(69 diagonals below and 0 above";
      EXPECT_NE(std::string(mistake.what()).find(found), std::string::npos) << mistake.what();
    }
  }
}

TEST_P(SolveByStructure, EachStructureIsFoundAndItsMethodTaken) {
  constexpr std::int64_t n = 70;
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

TEST_P(SolveByStructure, BelowTheOrderWhereLUIsLeftToALibraryTrianglesAndBandsAreFound) {
  constexpr std::int64_t n = 40;
  auto a = random_matrix<double>(n, n, 4);
  const auto b = random_numbers<double>(n, 2);
  const solution full = solve(a.view(), b, on_device());
  EXPECT_EQ(full.report.method, method::lu);
  EXPECT_EQ(full.report.attempts.empty(), std::string(GetParam()) == "cpu");
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      a(i, j) = 0;
    }
    a(i, i) += 2 * n;
  }
  EXPECT_EQ(solve(a.view(), b, on_device()).report.method, method::triangular);
  solve_options vouched = on_device();
  vouched.assume = structure::general;
  EXPECT_EQ(solve(a.view(), b, vouched).report.method, method::lu);
}

TEST_P(SolveByStructure, LeastSquaresFindsWhatSolvesTheNormalEquations) {
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

TEST_P(SolveByStructure, TheExplanationSpeaksOfAAsTheCallerSeesIt) {
  const auto tall = random_matrix<double>(9, 4, 4);
  EXPECT_NE(solve(tall.view(), random_numbers<double>(9, 1), on_device()).explain().find("A 9 x 4 float64"),
            std::string::npos);
  for (const std::int64_t n : {10, 40}) {
    dense_matrix<double> upper(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = i; j < std::min(n, i + 3); ++j) {
        upper(i, j) = 1;
      }
    }
    const std::string text = solve(upper.view(), random_numbers<double>(n, 1), on_device()).explain();
    EXPECT_NE(text.find("0 diagonals below and 2 above the main one"), std::string::npos) << text;
  }
}

TEST_P(SolveByStructure, TheExplanationPredictsTheCostOfThePlanAndOfEachAlternative) {
  for (const std::int64_t n : {4, 40, 100, 600}) {
    const auto a = random_matrix<double>(n, n, 4);
    const std::string text = explain_solve(a.view(), random_numbers<double>(n, 1), on_device());
    std::istringstream lines(text.substr(text.find("plan: ")));
    int alternatives = -1;
    for (std::string line; std::getline(lines, line); ++alternatives) {
      EXPECT_TRUE(alternatives < 0 || line.starts_with("  instead of ")) << text;
      EXPECT_TRUE(std::regex_search(line, std::regex("predicted [0-9.e+]+ (s|ms|us|ns)(; by default .*)?$"))) << text;
    }
    EXPECT_GE(alternatives, 3) << text;  // LU in float32, QR with and without pivoted columns
  }
}

TEST_P(SolveByStructure, FewerEquationsThanUnknownsGiveTheShortestSolution) {
  const dense_matrix<double> a(1, 2, {3, 4});
  const std::vector<double> b = {25};
  const solution s = solve(a.view(), b, on_device());
  EXPECT_NEAR(s.x.values<double>()[0], 3, 1e-14);
  EXPECT_NEAR(s.x.values<double>()[1], 4, 1e-14);
}

TEST_P(SolveByStructure, RankDeficientLeastSquaresGivesTheShortestSolutionAndTheRank) {
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

TEST_P(SolveByStructure, TheRankOfABatchIsTheLeast) {
  auto a = random_numbers<double>(2 * 4 * 2, 1);
  for (std::size_t i = 0; i < 8; i += 2) {
    a[i + 1] = a[i];  // the first system
  }
  const auto b = random_numbers<double>(2 * 4, 2);
  const solution s = solve(array_view(a.data(), {2, 4, 2}), array_view(b.data(), {2, 4, 1}), on_device());
  EXPECT_EQ(s.report.rank, 1) << s.explain();
}

TEST_P(SolveByStructure, LeastSquaresOfLargeNumbersInFloat32AreVerified) {
  auto a = random_matrix<float>(400, 3, 1);
  auto b = random_numbers<float>(400, 2);
  for (float& each : a.values) {
    each = std::ldexp(each, 58);
  }
  for (float& each : b) {
    each = std::ldexp(each, 58);
  }
  const solution s = solve(a.view(), b, on_device());
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
}

TEST_P(SolveByStructure, WhatIsLostOfAnXBesideAMuchLargerBIsLittle) {
  const dense_matrix<double> a(4, 2, {1, 1, 1, 2, 1, 3, 1, 7});
  std::vector<double> b = {13.0 / 3, -21, 9, 0};
  const solution first = solve(a.view(), b, on_device());
  for (std::size_t i = 0; i < 4; ++i) {
    const auto row = static_cast<std::int64_t>(i);
    b[i] = (b[i] - a(row, 0) * first.x.values<double>()[0] - a(row, 1) * first.x.values<double>()[1]) * 1e-306;
  }
  const solution s = solve(a.view(), b, on_device());  // x is what rounding leaves of 0
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
}

TEST_P(SolveByStructure, AComplexMatrixThatIsSymmetricIsNotTakenForHermitian) {
  auto a = random_matrix<std::complex<double>>(70, 70, 3);
  for (std::int64_t i = 0; i < 70; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      a(i, j) = a(j, i);
    }
  }
  const auto b = random_numbers<std::complex<double>>(70, 4);
  solve_options options = on_device();
  options.method = method::indefinite;
  const solution s = solve(a.view(), b, options);
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  EXPECT_LE(backward_error<std::complex<double>>(a, operation::none, s.x.values<std::complex<double>>(), b),
            s.report.bar);
}

TEST_P(SolveByStructure, AMatrixGivenUpMayLieInAnyLayout) {
  constexpr std::int64_t n = 70;
  const auto a = random_matrix<double>(n, n, 4);
  const auto b = random_numbers<double>(n, 2);
  for (const auto& [row, column] :
       {std::pair<std::int64_t, std::int64_t>{16, 16 * n}, {8 * n + 4, 8}, {8, 8 * n + 24}}) {
    std::vector<char> memory(static_cast<std::size_t>((n - 1) * (row + column) + 8));
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        std::memcpy(memory.data() + i * row + j * column, &a(i, j), sizeof(double));
      }
    }
    const solution s = solve(overwrite(mutable_view(memory.data(), float64, {n, n}, {row, column})), b, on_device());
    EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
    EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar);
  }
}

TEST_P(SolveByStructure, AMatrixGivenUpIsSolvedInItsOwnMemory) {
  constexpr std::int64_t n = 70;
  const auto a = random_matrix<double>(n, n, 4);
  auto memory = a.values;
  const auto b = random_numbers<double>(n, 2);
  const solution s = solve(overwrite(mutable_view(memory.data(), {n, n})), b, on_device());
  EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar);
  EXPECT_LE(s.report.backward_error, s.report.bar);
  EXPECT_NE(memory, a.values);
}

TEST_P(SolveByStructure, ATallMatrixGivenUpIsSolvedWhateverItsRank) {
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

TEST_P(SolveByStructure, ASymmetricMatrixGivenUpThatIsNotPositiveDefiniteIsSolved) {
  constexpr std::int64_t n = 70;
  auto a = random_matrix<double>(n, n, 4);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      a(i, j) = a(j, i);
    }
    a(i, i) = 0.5;
  }
  auto memory = a.values;
  const auto b = random_numbers<double>(n, 2);
  const auto given_up = overwrite(mutable_view(memory.data(), {n, n}));
  const std::string told = explain_solve(given_up, b, on_device());
  EXPECT_EQ(memory, a.values);
  EXPECT_NE(told.find("A is given up"), std::string::npos) << told;
  const solution s = solve(given_up, b, on_device());
  EXPECT_LE(backward_error<double>(a, operation::none, s.x.values<double>(), b), s.report.bar) << s.explain();
}

TEST_P(SolveByStructure, AMatrixGivenUpThatServesSeveralSystemsServesThemAll) {
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

TEST_P(SolveByStructure, ASingularSquareMatrixHasAShortestSolutionForWhoAsks) {
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

}  // namespace
}  // namespace gpucompute::tests
