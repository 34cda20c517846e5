// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include "tests/solve/api/exact.hpp"

// The condition and the forward error that are told, against those computed here.

namespace gpucompute::tests {
namespace {

using Condition = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Condition, testing::ValuesIn(solving_devices));

/// The identity but for a last row of ones.
matrix with_full_row(std::int64_t n) {
  matrix a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    a(i, i) = a(n - 1, i) = 1;
  }
  return a;
}

double forward_error(std::span<const double> x, std::span<const long double> exact) {
  long double error = 0, size = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    error = std::max(error, std::abs(exact[i] - static_cast<long double>(x[i])));
    size = std::max(size, std::abs(static_cast<long double>(x[i])));
  }
  return static_cast<double>(error / size);
}

class Conditions : public OnEachDevice {
 protected:
  /// That what is told of op(A) holds of it, in either order of its elements and for either op.
  void check(const matrix& a, const solve_options& given) const {
    const matrix turned = transposed(a);
    const array_view fortran(turned.values.data(), float64, {a.rows, a.columns}, {8, 8 * a.rows});
    for (const operation op : {operation::none, operation::transpose}) {
      const bool turns = op != operation::none;
      const double known = condition_of(converted<long double>(turns ? turned : a));
      for (const array_view& view : {a.view(), fortran}) {
        for (const condition asked : {condition::screened, condition::always, condition::never}) {
          SCOPED_TRACE(testing::Message() << name(given.method) << " " << turns << " " << static_cast<int>(asked));
          solve_options options = given;
          options.device = device(GetParam());
          options.operation = op;
          options.condition = asked;
          const solution s = solve(view, random_numbers<double>(turns ? a.columns : a.rows, 3), options);
          EXPECT_LE(s.report.condition_bound, known * 1.00001);
          EXPECT_GE(s.report.rcond() * known, 0.99999);
          EXPECT_LE(s.report.rcond() * known, 3);
          EXPECT_GE(s.report.condition_bound * 3, asked == condition::always ? known : 0);
          if (!turns) {
            EXPECT_NEAR(factorize(view, options).rcond(), s.report.rcond(), 0.00001 * s.report.rcond());
          }
        }
      }
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, Conditions, testing::ValuesIn(solving_devices));

TEST_P(Conditions, AreToldInTheInfinityNormByEachMethod) {
  const auto random = random_matrix<double>(20, 20, 5);
  matrix definite(20, 20), band(20, 20), lower(20, 20);
  for (std::int64_t i = 0; i < 20; ++i) {
    for (std::int64_t j = 0; j < 20; ++j) {
      definite(i, j) = i == j ? 30 : random(std::min(i, j), std::max(i, j));
      band(i, j) = std::abs(i - j) > 1 ? 0 : random(i, j) * (i == 3 ? 100 : 1);
      lower(i, j) = i < j ? 0 : random(i, j) + (i == j ? 3 : 0);
    }
  }
  check(random, {});
  check(definite, {.method = method::cholesky});
  check(definite, {.method = method::indefinite});
  check(band, {.method = method::banded});
  check(band, {.method = method::tridiagonal});
  check(lower, {.method = method::triangular});
  check(with_full_row(7), {});
  for (const method which : {method::lu, method::qr, method::rank_revealing}) {
    check(random, {.method = which});
    check(with_full_row(70), {.method = which});
  }
  for (const method which : {method::automatic, method::qr, method::rank_revealing}) {
    auto tall = random_matrix<double>(30, 12, 5);
    tall(3, 3) = 100;
    check(tall, {.method = which});
  }
}

TEST_P(Condition, TheForwardBoundIsOfOneNorm) {
  constexpr std::int64_t n = 300;
  matrix a = with_full_row(n);
  a(0, 1) = a(1, 0) = 0.25;
  a(0, n - 1) = 0.125;
  std::vector<double> b;
  for (const auto& each : product<double>(a, operation::none, random_numbers<double>(n, 1))) {
    b.push_back(static_cast<double>(each.real()));
  }
  const auto exact = solved(a, b);
  for (const bool turned : {false, true}) {
    const matrix given = turned ? transposed(a) : a;
    for (const condition asked : {condition::screened, condition::always, condition::never}) {
      solve_options options = on_device();
      options.operation = turned ? operation::transpose : operation::none;
      options.condition = asked;
      options.forward_bound = true;
      const solution s = solve(given.view(), b, options);
      EXPECT_LE(forward_error(s.x.values<double>(), exact), s.report.forward_bound) << s.explain();
    }
  }
}

/// Two columns that are nearly the same; both they and a rest at right angles to them are exact.
struct near_parallel {
  explicit near_parallel(double apart) : a(4, 2, {1, 1, 1, 1 + apart, 1, 1 - apart, 1, 1}) {}
  std::vector<double> side(double rest) const {
    const double at_right_angles[] = {5, -1, -1, -3};
    std::vector<double> b;
    for (std::int64_t i = 0; i < 4; ++i) {
      b.push_back(2 * a(i, 0) + a(i, 1) + rest * at_right_angles[i]);
    }
    return b;
  }
  matrix a;
};

TEST_P(Condition, TheForwardBoundOfLeastSquaresGrowsWithTheResidual) {
  for (const double apart : {0x1p-7, 0x1p-13, 0x1p-20}) {
    const near_parallel one(apart);
    double before = 0;
    for (const double rest : {0x1p-10, 1.0, 0x1p10, 0x1p20}) {
      solve_options options = on_device();
      options.forward_bound = true;
      const solution s = solve(one.a.view(), one.side(rest), options);
      const double error = forward_error(s.x.values<double>(), std::vector<long double>{2, 1});
      EXPECT_LE(error, s.report.forward_bound) << apart << " " << rest << "\n" << s.explain();
      EXPECT_GT(s.report.forward_bound, before);
      before = s.report.forward_bound;
    }
  }
}

TEST_P(Condition, TheForwardBoundOfTheLeastNormGrowsWithTheConditionAlone) {
  for (const double apart : {0x1p-7, 0x1p-13, 0x1p-20}) {
    const matrix a = transposed(near_parallel(apart).a);
    const double y[] = {2, 1};
    const auto x = product<double>(a, operation::transpose, y);
    std::vector<long double> exact;
    for (const auto& each : x) {
      exact.push_back(each.real());
    }
    std::vector<double> b;
    for (std::int64_t i = 0; i < 2; ++i) {
      b.push_back(static_cast<double>(std::inner_product(exact.begin(), exact.end(), &a(i, 0), 0.0L)));
    }
    solve_options options = on_device();
    options.forward_bound = true;
    const solution s = solve(a.view(), b, options);
    EXPECT_LE(forward_error(s.x.values<double>(), exact), s.report.forward_bound) << s.explain();
    EXPECT_LE(s.report.forward_bound * s.report.rcond(), 100 * 0x1p-53) << s.explain();
  }
}

TEST_P(Condition, TheForwardBoundHoldsOfRandomLeastSquares) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto m = static_cast<std::int64_t>(3 + seed % 17), n = static_cast<std::int64_t>(2 + seed % 11);
    auto a = random_matrix<double>(m, n, seed);
    for (std::int64_t i = 0; i < m; ++i) {
      a(i, n - 1) = a(i, 0) + std::pow(10, -static_cast<double>(seed % 5)) * a(i, n - 1);
    }
    const auto b = random_numbers<double>(m, seed + 1);
    const auto exact = solved(a, b);
    solve_options options = on_device();
    options.forward_bound = true;
    options.method = seed % 3 == 0 ? method::qr : seed % 3 == 1 ? method::rank_revealing : method::automatic;
    const solution s = solve(a.view(), b, options);
    EXPECT_GT(s.report.forward_bound, 0);
    EXPECT_LE(forward_error(s.x.values<double>(), exact), s.report.forward_bound) << seed << s.explain();
  }
}

TEST_P(Condition, TheForwardBoundHoldsOfComplexLeastSquares) {
  using number = std::complex<double>;
  for (const auto& [m, n] : {std::pair(9, 4), {4, 9}, {6, 6}}) {
    auto a = random_matrix<number>(m, n, 5);
    matrix parts(2 * m, 2 * n);  // of the same system in reals
    for (std::int64_t i = 0; i < m; ++i) {
      a(i, n - 1) = a(i, 0) * number(0, 1) + 1e-5 * a(i, n - 1);
      for (std::int64_t j = 0; j < n; ++j) {
        parts(i, j) = parts(m + i, n + j) = a(i, j).real();
        parts(m + i, j) = a(i, j).imag();
        parts(i, n + j) = -a(i, j).imag();
      }
    }
    const auto b = random_numbers<double>(2 * m, 6);
    std::vector<number> side;
    for (std::int64_t i = 0; i < m; ++i) {
      side.emplace_back(b[static_cast<std::size_t>(i)], b[static_cast<std::size_t>(m + i)]);
    }
    solve_options options = on_device();
    options.method = method::qr;
    options.forward_bound = true;
    const solution s = solve(a.view(), side, options);
    std::vector<double> x(static_cast<std::size_t>(2 * n));
    for (std::size_t i = 0; i < x.size() / 2; ++i) {
      x[i] = s.x.values<number>()[i].real();
      x[x.size() / 2 + i] = s.x.values<number>()[i].imag();
    }
    EXPECT_LE(forward_error(x, solved(parts, b)), 1.5 * s.report.forward_bound) << s.explain();  // moduli, parts
    EXPECT_GE(s.report.rcond() * condition_of(converted<long double>(parts)), 0.5);
    EXPECT_LE(s.report.rcond() * condition_of(converted<long double>(parts)), 6);
  }
}

TEST_P(Condition, WhereTheRankIsNotFullThereIsNoForwardBound) {
  solve_options options = on_device();
  options.forward_bound = true;
  const matrix a(4, 3, {1, 2, 3, 2, 4, 6, 3, 6, 9, 4, 8, 12});
  const solution s = solve(a.view(), std::vector<double>{1, 1, 2, 3}, options);
  EXPECT_EQ(s.report.rank, 1);
  EXPECT_EQ(s.report.forward_bound, 0);
}

TEST_P(Condition, NothingIsUnknownOfWhatIsEmpty) {
  solve_options options = on_device();
  options.forward_bound = true;
  for (const auto& [rows, columns] : {std::pair{3, 0}, {0, 3}, {0, 0}}) {
    const std::vector<double> b(static_cast<std::size_t>(rows), 1.0);
    const solution s = solve(matrix(rows, columns).view(), b, options);
    EXPECT_EQ(s.report.forward_bound, 0) << s.explain();
    EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  }
}

TEST_P(Condition, QrWarnsOfColumnsThatDependOnEachOther) {
  const matrix tall(4, 3, {1, 2, 3, 2, 4 + 0x1p-50, 6, 3, 6, 9, 4, 8, 12});
  const matrix square(3, 3, {1, 2, 3, 2, 4 + 0x1p-50, 6, 3, 6, 9});
  const std::vector<double> b = {1, 1, 2, 3};
  const matrix across = transposed(tall);
  for (const matrix* const a : {&tall, &square, &across}) {
    for (const condition asked : {condition::screened, condition::always, condition::never}) {
      solve_options options = on_device();
      options.method = method::qr;
      options.condition = asked;
      const solution s = solve(a->view(), std::span(b).first(static_cast<std::size_t>(a->rows)), options);
      EXPECT_EQ(s.report.verdict, asked == condition::never ? verdict::good : verdict::ill_conditioned) << s.explain();
      EXPECT_EQ(s.report.condition_bound > 1e15, asked != condition::never);
    }
  }
}

TEST_P(Condition, LeastSquaresThatAreWellConditionedAreNotWarnedOf) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    auto a = random_matrix<double>(seed % 2 == 0 ? 40 : 15, seed % 2 == 0 ? 15 : 40, seed);
    for (std::int64_t i = 0; i < a.rows; ++i) {
      a(i, 0) *= 1e-7;
    }
    solve_options options = on_device();
    options.condition = seed % 4 < 2 ? condition::always : condition::screened;
    options.method = seed % 3 == 0 ? method::automatic : method::qr;
    const solution s = solve(a.view(), random_numbers<double>(a.rows, seed + 1), options);
    EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
    EXPECT_GT(s.report.condition_bound, 1);
  }
}

TEST_P(Condition, AnAnswerBeyondTheLargestNumberHasNoBackwardError) {
  matrix a = random_matrix<double>(90, 90, 3);
  for (double& each : a.values) {
    each *= 0x1p-10;
  }
  matrix b = random_matrix<double>(90, 2, 4);
  for (std::int64_t i = 0; i < 90; ++i) {
    b(i, 1) *= 0x1p1023;
  }
  solve_options options = on_device();
  options.forward_bound = true;
  const solution s = solve(a.view(), b.view(), options);
  EXPECT_EQ(s.report.verdict, verdict::inaccurate) << s.explain();
  EXPECT_LE(s.report.backward_errors[0], s.report.bar);
  EXPECT_EQ(s.report.backward_errors[1], INFINITY);
  EXPECT_EQ(s.report.backward_error, INFINITY);
  EXPECT_EQ(s.report.forward_bound, INFINITY);
}

TEST_P(Condition, TheForwardBoundHoldsWhatASubnormalAnswerLoses) {
  matrix a(90, 90);
  std::vector<double> b;
  std::vector<long double> exact(90);
  for (std::int64_t i = 0; i < 90; ++i) {
    a(i, (i + 1) % 90) = 3;
    b.push_back(static_cast<double>(i + 10) * 0x1p-1060);
    exact[static_cast<std::size_t>((i + 1) % 90)] = static_cast<long double>(b.back()) / 3;
  }
  solve_options options = on_device();
  options.forward_bound = true;
  const solution s = solve(a.view(), b, options);
  EXPECT_GT(forward_error(s.x.values<double>(), exact), 1e-8);
  EXPECT_LE(forward_error(s.x.values<double>(), exact), s.report.forward_bound) << s.explain();
}

/// Of moduli that LAPACK's estimator, which follows signs, takes for well conditioned whatever `apart` is.
dense_matrix<double> hidden(double apart) {
  dense_matrix<double> a(5, 5);
  a.values = {0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1 + apart, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1};
  return a;
}

TEST_P(Condition, AMatrixThatHidesItsConditionFromSignsIsWarnedOf) {
  const std::vector<double> b = {1, 0.7, 0.3, 0.9, 0.2};
  const auto near = hidden(0x1p-52), far = hidden(0x1p-40);
  solve_options options = on_device();
  EXPECT_LT(factorize(near.view(), options).rcond(), 1e-15);
  for (const condition each : {condition::screened, condition::always}) {
    options.condition = each;
    const solution s = solve(near.view(), b, options);
    EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << s.explain();
    EXPECT_LT(s.report.rcond(), 1e-15);
    options.forward_bound = true;
    const solution bounded = solve(far.view(), b, options);
    EXPECT_EQ(bounded.report.verdict, verdict::good);
    EXPECT_GT(bounded.report.forward_bound, 1e-4);
    options.forward_bound = false;
  }
}

}  // namespace
}  // namespace gpucompute::tests
