// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "tests/solve/api/spoiled.hpp"

// Backward errors of least squares against Karlson and Walden's, computed here in long double.

namespace gpucompute::tests {
namespace {

using wide = std::complex<long double>;

template <typename T>
T scaled(T value, double by) {
  return value * static_cast<T>(static_cast<decltype(std::abs(T()))>(by));
}

/// Random rows, each times a power of ten of its own.
template <typename T>
dense_matrix<T> graded(std::int64_t m, std::int64_t n, double most, std::uint64_t seed) {
  auto a = random_matrix<T>(m, n, seed);
  std::mt19937_64 draw(seed + 1'000'000);
  std::uniform_real_distribution<double> exponent(-most, most);
  for (std::int64_t i = 0; i < m; ++i) {
    const double grade = std::pow(10, exponent(draw));
    for (std::int64_t j = 0; j < n; ++j) {
      a(i, j) = scaled(a(i, j), grade);
    }
  }
  return a;
}

template <typename T>
dense_matrix<T> adjoint_of(const dense_matrix<T>& a) {
  dense_matrix<T> result(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) {
      result(j, i) = conjugate(a(i, j));
    }
  }
  return result;
}

long double norm_of(const std::vector<wide>& v) {
  long double sum = 0;
  for (const wide& each : v) {
    sum += std::norm(each);
  }
  return std::sqrt(sum);
}

/// Of x, in Frobenius norms: norm(P [r; 0]) / sqrt(norm(A)^2 norm(x)^2 + norm(b)^2), where P projects on the range of
/// [A; eta I], by Gram and Schmidt.
template <typename T>
double exact_error(const dense_matrix<T>& a, std::span<const T> x, std::span<const T> b) {
  std::vector<wide> r = product(a, operation::none, x);
  long double norm_x = 0, norm_b = 0, norm_a = 0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    r[i] = wide(b[i]) - r[i];
    norm_b += std::norm(wide(b[i]));
  }
  for (const T& each : a.values) {
    norm_a += std::norm(wide(each));
  }
  for (const T& each : x) {
    norm_x += std::norm(wide(each));
  }
  const long double scale = std::sqrt(norm_a * norm_x + norm_b);
  const long double eta = std::sqrt(norm_a) * norm_of(r) / scale;
  const std::size_t rows = b.size(), columns = x.size();
  r.resize(rows + columns);
  std::vector<std::vector<wide>> basis;
  const auto without = [&](std::vector<wide> v, const std::vector<wide>& q) {
    wide share = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      share += std::conj(q[i]) * v[i];
    }
    for (std::size_t i = 0; i < v.size(); ++i) {
      v[i] -= share * q[i];
    }
    return std::pair(v, share);
  };
  std::vector<wide> shares;
  for (std::size_t j = 0; j < columns; ++j) {
    std::vector<wide> column(rows + columns);
    for (std::size_t i = 0; i < rows; ++i) {
      column[i] = a(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
    }
    column[rows + j] = eta;
    for (int again = 0; again < 2; ++again) {
      for (const auto& q : basis) {
        column = without(column, q).first;
      }
    }
    const long double size = norm_of(column);
    for (wide& each : column) {
      each /= size;
    }
    basis.push_back(column);
    auto [rest, share] = without(r, column);
    r = rest;
    shares.push_back(share);
  }
  return static_cast<double>(norm_of(shares) / scale);
}

/// An error of ten bars in the component that op(A) multiplies by most.
template <typename T>
void spoil_by_ten_bars(solving::solver& with, const solving::block& x, double bar) {
  std::vector<solving::column_norm> norms(static_cast<std::size_t>(x.columns));
  with.norms(x, norms);
  static_cast<T*>(x.data)[0] += scaled(T(1), 10 * bar * norms[0].largest);
}

/// From the fifth column on.
void spoil_some(solving::solver& with, const solving::block& x, double bar) {
  std::vector<solving::column_norm> norms(static_cast<std::size_t>(x.columns));
  with.norms(x, norms);
  for (std::int64_t j = 4; j < x.columns; ++j) {
    static_cast<double*>(x.data)[j * x.leading] += 1e4 * bar * norms[static_cast<std::size_t>(j)].largest;
  }
}

class LeastSquaresError : public OnEachDevice {
 protected:
  /// As A, as the transpose of what is stored and as its adjoint, of m > n rows.
  template <typename T>
  void check_graded(double most) const {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      const auto a = graded<T>(42, 27, most, seed);
      const auto b = random_numbers<T>(42, seed + 500);
      const auto stored = adjoint_of(a);
      for (const bool turned : {false, true}) {
        solve_options options = on_device();
        options.method = method::qr;           // the automatic way takes such an A as rank deficient in float32
        options.condition = condition::never;  // which it is beyond
        options.operation = turned ? operation::adjoint : operation::none;
        const solution s = solve(turned ? stored.view() : a.view(), b, options);
        EXPECT_EQ(s.report.verdict, verdict::good) << "seed " << seed << '\n' << s.explain();
        EXPECT_LE(exact_error<T>(a, s.x.values<T>(), b), s.report.bar) << "seed " << seed;
      }
    }
  }

  /// That an error of x which no change of A and b within the bar explains is reported, about as large as it is.
  template <typename T>
  void check_spoiled() const {
    // Twice a permutation: each error of x is one of A x.
    constexpr std::int64_t n = 40;
    dense_matrix<T> a(2 * n, n);
    for (std::int64_t i = 0; i < 2 * n; ++i) {
      a(i, (i + 1) % n) = T(1);
    }
    const auto b = random_numbers<T>(2 * n, 7);
    const spoiled hook(&spoil_by_ten_bars<T>);
    for (const bool overwrites : {false, true}) {
      auto given_up = a.values;
      const solution s = overwrites ? solve(overwrite(mutable_view(given_up.data(), {2 * n, n})), b, on_device())
                                    : solve(a.view(), b, on_device());
      const double exact = exact_error<T>(a, s.x.template values<T>(), b);
      EXPECT_EQ(s.report.verdict, verdict::inaccurate) << s.explain();
      EXPECT_LE(s.report.backward_error, 2 * std::sqrt(3.0 * n) * exact);
      EXPECT_GE(s.report.backward_error, exact / std::sqrt(3.0 * n));
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, LeastSquaresError, testing::ValuesIn(solving_devices));

TEST_P(LeastSquaresError, GradedRowsAreNotCalledInaccurateInFloat32) { check_graded<float>(5); }
TEST_P(LeastSquaresError, GradedRowsAreNotCalledInaccurateInFloat64) { check_graded<double>(8); }
TEST_P(LeastSquaresError, GradedRowsAreNotCalledInaccurateInComplex64) { check_graded<std::complex<float>>(5); }
TEST_P(LeastSquaresError, GradedRowsAreNotCalledInaccurateInComplex128) { check_graded<std::complex<double>>(8); }

TEST_P(LeastSquaresError, AnErrorOfTenBarsIsReportedInFloat32) { check_spoiled<float>(); }
TEST_P(LeastSquaresError, AnErrorOfTenBarsIsReportedInFloat64) { check_spoiled<double>(); }
TEST_P(LeastSquaresError, AnErrorOfTenBarsIsReportedInComplex64) { check_spoiled<std::complex<float>>(); }
TEST_P(LeastSquaresError, AnErrorOfTenBarsIsReportedInComplex128) { check_spoiled<std::complex<double>>(); }

TEST_P(LeastSquaresError, ColumnsAreMeasuredEachByItsOwnResidual) {
  const auto a = graded<double>(42, 27, 8, 3);
  dense_matrix<double> b = random_matrix<double>(42, 9, 4);
  for (std::int64_t i = 0; i < 42; ++i) {
    for (std::int64_t j = 0; j < 9; ++j) {
      b(i, j) *= std::pow(10, 4 * (j % 3) - 4) * (i < 20 || j % 2 == 0 ? 1 : 1e6);
    }
  }
  const spoiled hook(&spoil_some);
  const solution s = solve(a.view(), b.view(), on_device());
  ASSERT_EQ(s.x.shape(), (dimensions{27, 9}));
  for (std::int64_t j = 0; j < 9; ++j) {
    std::vector<double> x, column;
    for (std::int64_t i = 0; i < 27; ++i) {
      x.push_back(s.x.values<double>()[static_cast<std::size_t>(9 * i + j)]);
    }
    for (std::int64_t i = 0; i < 42; ++i) {
      column.push_back(b(i, j));
    }
    const double exact = exact_error<double>(a, x, column);
    const double found = s.report.backward_errors[static_cast<std::size_t>(j)];
    EXPECT_EQ(exact > s.report.bar, j >= 4) << j;
    EXPECT_EQ(found > s.report.bar, j >= 4) << j;
    if (j >= 4) {
      EXPECT_LE(found, 2 * std::sqrt(69) * exact) << j;
      EXPECT_GE(found, exact / std::sqrt(69)) << j;
    }
  }
}

}  // namespace
}  // namespace gpucompute::tests
