// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tests/solve/api/systems.hpp"

// Numbers near the ends of the exponent range, and both ends in one system.

namespace gpucompute::tests {
namespace {

using Range = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Range, testing::ValuesIn(solving_devices));

template <typename T>
dense_matrix<T> diagonal_of(const std::vector<T>& values) {
  const auto n = static_cast<std::int64_t>(values.size());
  dense_matrix<T> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    a(i, i) = values[static_cast<std::size_t>(i)];
  }
  return a;
}

/// Ones on the diagonal, less beside it, times `size`.
template <typename T>
dense_matrix<T> dominant(std::int64_t n, T size) {
  dense_matrix<T> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      const auto part = static_cast<typename T::value_type>(i == j ? 1.0 : 1.0 / static_cast<double>(3 + i + 2 * j));
      a(i, j) = {size.real() * part, size.imag() * part};
    }
  }
  return a;
}

template <typename T>
void expect_moduli_beyond_the_range_are_solved(const solve_options& options) {
  using real = typename T::value_type;
  const real end = std::numeric_limits<real>::max() * static_cast<real>(0.9);
  for (const std::int64_t n : {1, 2, 3, 33, 70}) {
    const auto a = dominant<T>(n, T(end, end));
    const std::vector<T> b(static_cast<std::size_t>(n), T(end, -end) / static_cast<real>(4));
    const factorization made = factorize(a.view(), options);
    for (const solution& s : {solve(a.view(), b, options), made.solve(b)}) {
      EXPECT_EQ(s.report.verdict, verdict::good) << n << "\n" << s.explain();
      EXPECT_LE(backward_error<T>(a, operation::none, s.x.template values<T>(), b), s.report.bar) << n;
    }
    const log_determinant of_ones = factorize(dominant<T>(n, T(1, 0)).view(), options).log_determinant();
    const double expected =
        of_ones.log + static_cast<double>(n) * (std::log(static_cast<double>(end)) + std::log(2) / 2);
    EXPECT_NEAR(made.log_determinant().log, expected, 1e-6 * std::abs(expected)) << n;
  }
}

TEST_P(Range, ComplexNumbersWhoseModuliAreBeyondItAreSolved) {
  expect_moduli_beyond_the_range_are_solved<std::complex<double>>(on_device());
  expect_moduli_beyond_the_range_are_solved<std::complex<float>>(on_device());
}

template <typename T>
void expect_sides_beyond_the_range_are_solved(const solve_options& options) {
  using real = typename T::value_type;
  const real end = std::numeric_limits<real>::max() * static_cast<real>(0.9);
  for (const std::int64_t n : {2, 40, 70}) {
    auto a = dominant<T>(n, T(1, 0));
    for (std::int64_t i = 0; i < n; ++i) {
      a(i, i) = 4;
    }
    std::vector<T> b(static_cast<std::size_t>(n), T(1, 0));
    b[0] = T(end, end);
    for (const solution& s : {solve(a.view(), b, options), factorize(a.view(), options).solve(b)}) {
      EXPECT_EQ(s.report.verdict, verdict::good) << n << "\n" << s.explain();
      EXPECT_LE(backward_error<T>(a, operation::none, s.x.template values<T>(), b), s.report.bar) << n;
    }
    std::ranges::fill(a.values, T(0));
    for (std::int64_t i = 0; i < n; ++i) {
      a(i, i) = static_cast<real>(0.25);  // x is four times b
    }
    EXPECT_EQ(factorize(a.view(), options).solve(b).report.verdict, verdict::inaccurate);
  }
}

TEST_P(Range, ComplexRightHandSidesWhoseModuliAreBeyondItAreSolved) {
  expect_sides_beyond_the_range_are_solved<std::complex<double>>(on_device());
  expect_sides_beyond_the_range_are_solved<std::complex<float>>(on_device());
}

}  // namespace
}  // namespace gpucompute::tests
