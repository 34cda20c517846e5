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

template <typename T>
void expect_near_each(std::span<const T> found, const std::vector<double>& expected, const std::string& what) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double most = 4 * std::numeric_limits<T>::epsilon() * std::abs(expected[i]);
    EXPECT_NEAR(static_cast<double>(found[i]), expected[i], most) << i << " " << what;
  }
}

/// Of a diagonal and x of moderate numbers: by factors that are kept and by others, and the determinant.
template <typename T>
void expect_exact(const std::vector<T>& diagonal, method by, solve_options options) {
  options.method = by;
  const auto a = diagonal_of(diagonal);
  std::vector<T> b;
  std::vector<double> expected;
  double log = 0, product = 1;
  for (const T each : diagonal) {
    expected.push_back(std::abs(each) > 1 ? 1 : static_cast<double>(b.size() + 1));
    b.push_back(each * static_cast<T>(expected.back()));
    log += std::log(std::abs(static_cast<double>(each)));
  }
  std::vector<T> rising = diagonal;  // so that large and small alternate
  std::ranges::sort(rising, {}, [](T each) { return std::abs(each); });
  for (std::size_t i = 0, j = rising.size(); i < j; ++i) {
    product *= static_cast<double>(rising[i]);
    product *= i < --j ? static_cast<double>(rising[j]) : 1;
  }
  const factorization made = factorize(a.view(), options);
  const std::string what = std::string(name(by)) + " of " + std::to_string(std::log10(std::abs(diagonal[0])));
  for (const operation op : {operation::none, operation::transpose}) {
    options.operation = op;
    expect_near_each<T>(made.solve(b, options).x.template values<T>(), expected, what);
    expect_near_each<T>(solve(a.view(), b, options).x.template values<T>(), expected, what);
  }
  if (by != method::qr) {
    EXPECT_NEAR(made.log_determinant().log, log, 1e-6 + 1e-15 * std::abs(log)) << what;
    EXPECT_NEAR(made.determinant().real(), product, 1e-14 * std::abs(product)) << what;
  }
}

TEST_P(Range, SmallEntriesOfABesideLargeOnesKeepTheirDigits) {
  for (const method by : {method::automatic, method::lu, method::qr, method::triangular, method::banded}) {
    const std::vector<double> of_double[] = {{1e300, 1e300, 1e-300},
                                             {1e308, 1.23e-170},
                                             {1e-170, -1.23e308},
                                             {1.7e308, 1.234e-307},
                                             {1e160, 1.234e-300, 1e150}};
    for (const auto& diagonal : of_double) {
      expect_exact<double>(diagonal, by, on_device());
    }
    const std::vector<float> of_float[] = {
        {3e38F, 1e-30F}, {3e38F, 1e-20F}, {1e25F, 1.234567e-33F}, {1.234567e-38F, 3.1e38F}, {1e25F, -1e-37F, 7}};
    for (const auto& diagonal : of_float) {
      expect_exact<float>(diagonal, by, on_device());
    }
  }
  // OpenBLAS inverts pivots, which of subnormal ones is beyond the range.
  expect_exact<double>({1.7e308, 3e-316}, method::automatic, on_device());
  expect_exact<float>({3e38F, 3e-42F}, method::automatic, on_device());
}

TEST_P(Range, WhatEliminationMakesSmallIsNoZeroPivot) {
  const std::vector<double> a = {0x1p900, 0x1p-50, 0x1p-50, 0};
  const std::vector<float> narrow = {0x1p100F, 0x1p-10F, 0x1p-10F, 0};
  for (const method by : {method::automatic, method::lu, method::indefinite}) {
    solve_options options = on_device();
    options.method = by;
    EXPECT_EQ(determinant(array_view(a.data(), {2, 2}), options), -0x1p-100) << name(by);
    EXPECT_EQ(determinant(array_view(narrow.data(), {2, 2}), options), -0x1p-20) << name(by);
  }
}

TEST_P(Range, BothEndsInOneRowAreNotCalledSingular) {
  for (const double end : {0x1p1020, 0x1p990, 0x1p600}) {
    for (const double tiny : {0x1p-900, 0x1p-1000}) {
      const dense_matrix<double> a(3, 3, {end, end, 0, end, end, tiny, 0, end, end});
      const factorization made = factorize(a.view(), on_device());
      const double expected = 2 * std::log(end) + std::log(tiny);
      EXPECT_NEAR(made.log_determinant().log, expected, 1e-12 * std::abs(expected));
      const solution s = made.solve(std::vector<double>{end, end, end});
      EXPECT_NE(s.report.verdict, verdict::good) << s.explain();
    }
  }
}

TEST_P(Range, WhatOverflowsInEliminationIsScaled) {
  constexpr double end = 1.7e308;
  constexpr float narrow = 3.3e38F;
  const dense_matrix<double> a(3, 3, {end, end, 0, -end, end, 0, 0, 0, 1e-290});
  const dense_matrix<float> c(3, 3, {narrow, narrow, 0, -narrow, narrow, 0, 0, 0, 1e-28F});
  for (const method by : {method::automatic, method::lu}) {
    solve_options options = on_device();
    options.method = by;
    const factorization wide = factorize(a.view(), options);
    const double expected = std::log(2) + 2 * std::log(end) + std::log(1e-290);
    EXPECT_NEAR(wide.log_determinant().log, expected, 1e-12 * std::abs(expected));
    expect_near_each<double>(wide.solve(std::vector<double>{end, 0, 3e-290}).x.values<double>(), {0.5, 0.5, 3},
                             "float64");
    const factorization made = factorize(c.view(), options);
    EXPECT_NEAR(made.log_determinant().log, std::log(2) + 2 * std::log(narrow) + std::log(1e-28F), 1e-5);
    expect_near_each<float>(made.solve(std::vector<float>{narrow, 0, 3e-28F}).x.values<float>(), {0.5, 0.5, 3},
                            "float32");
  }
}

template <typename T>
void expect_kept(std::vector<T> b, double size, solve_options options, method by) {
  options.method = by;
  const auto n = static_cast<std::int64_t>(b.size());
  std::vector<double> expected;
  for (const T each : b) {
    expected.push_back(static_cast<double>(each) / size);
  }
  const auto a = diagonal_of(std::vector<T>(b.size(), static_cast<T>(size)));
  const std::string what = std::string(name(by)) + " of " + std::to_string(std::log2(size));
  const factorization made = factorize(a.view(), options);
  const solution s = made.solve(b);
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  expect_near_each<T>(s.x.template values<T>(), expected, what);
  expect_near_each<T>(solve(a.view(), b, options).x.template values<T>(), expected, what);
  // Another column of another size beside it.
  std::vector<T> both;
  for (const T each : b) {
    both.push_back(each);
    both.push_back(1);
  }
  const solution two = made.solve(array_view(both.data(), {n, 2}));
  EXPECT_EQ(two.report.verdict, verdict::good) << two.explain();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double most = 4 * std::numeric_limits<T>::epsilon() * std::abs(expected[i]);
    EXPECT_NEAR(static_cast<double>(two.x.template values<T>()[2 * i]), expected[i], most) << what;
    EXPECT_NEAR(static_cast<double>(two.x.template values<T>()[2 * i + 1]) * size, 1, 1e-6) << what;
  }
}

TEST_P(Range, SmallEntriesOfBBesideLargeOnesKeepTheirDigits) {
  for (const method by : {method::automatic, method::lu, method::qr}) {
    expect_kept<double>({1e300, 1e-200}, 1, on_device(), by);
    expect_kept<double>({1e-300, 1.234e300, 1}, 1, on_device(), by);
    expect_kept<double>({1e-200, 1.234e-305}, 0x1p-1, on_device(), by);
    expect_kept<double>({1e150, 1.234e-180}, 0x1p-510, on_device(), by);
    expect_kept<double>({1e300, 1.234e-2}, 0x1p990, on_device(), by);
    expect_kept<float>({3e38F, 1.234567e-20F}, 1, on_device(), by);
    expect_kept<float>({1.234567e-37F, 3e37F}, 2, on_device(), by);
    expect_kept<float>({1e18F, 1.234567e-24F}, 0x1p-60, on_device(), by);
    expect_kept<float>({1e38F, 1.234567e-7F}, 0x1p99, on_device(), by);
  }
}

TEST_P(Range, AMatrixThatIsGivenUpKeepsItsSmallEntriesToo) {
  const std::vector<double> b = {3e306, 2.46e-170};
  auto a = diagonal_of<double>({1e306, 1.23e-170});
  solve_options options = on_device();
  const solution s = solve(overwrite(mutable_view(a.values.data(), {2, 2})), b, options);
  expect_near_each<double>(s.x.values<double>(), {3, 2}, "diagonal");
  a = diagonal_of<double>({1e306, 1.23e-170});
  options.method = method::lu;
  const factorization made = factorize(overwrite(mutable_view(a.values.data(), {2, 2})), options);
  expect_near_each<double>(made.solve(b).x.values<double>(), {3, 2}, "lu");
  EXPECT_NEAR(made.determinant().real(), 1.23e136, 1e122);
}

TEST_P(Range, WhatIsSmallBesideAHugeNumberIsStillOfTheStructure) {
  const std::vector<double> crossed = {0, 1e300, 1e-200, 0}, b = {1e300, 1e-200};
  const array_view cross(crossed.data(), {2, 2});
  const std::vector<double> blocks = {1e300, 0, 0, 0, 1e-200, 2e-200, 0, 3e-200, 1e-200},
                            sides = {1e300, 3e-200, 4e-200};
  const array_view block(blocks.data(), {3, 3});
  for (const solution& s : {solve(cross, b, on_device()), factorize(cross, on_device()).solve(b),
                            solve(block, sides, on_device()), factorize(block, on_device()).solve(sides)}) {
    for (const double x : s.x.values<double>()) {
      EXPECT_NEAR(x, 1, 1e-12) << s.explain();
    }
  }
  EXPECT_NEAR(determinant(cross, on_device()).real() / -1e100, 1, 1e-12);
  EXPECT_NEAR(determinant(block, on_device()).real() / -5e-100, 1, 1e-12);
  const std::vector<double> uneven = {1e300, 1e-200, 0, 1e300};
  solve_options promised = on_device();
  promised.assume = structure::symmetric;
  EXPECT_THROW(factorize(array_view(uneven.data(), {2, 2}), promised), invalid_argument);
}

TEST_P(Range, ANormBeyondItIsNoWarning) {
  const std::vector<double> a = {1.5e308, 1.5e308, 1e307, -1e307}, b = {1e307, 2e306};
  solve_options options = on_device();
  options.condition = condition::always;
  options.forward_bound = true;
  const solution s = solve(array_view(a.data(), {2, 2}), b, options);
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  EXPECT_LT(s.report.condition_bound, 100);
  EXPECT_LT(s.report.forward_bound, 1e-12);
  EXPECT_GT(factorize(array_view(a.data(), {2, 2}), on_device()).rcond(), 0.01);
}

template <typename T>
void expect_what_fits_to_be_found(std::int64_t n, const std::vector<T>& numbers, const std::vector<T>& sides,
                                  const solve_options& options) {
  const dense_matrix<T> a(n, n, numbers);
  const solution s = solve(a.view(), sides, options);
  EXPECT_NE(s.report.verdict, verdict::inaccurate) << s.explain();
  for (const T x : s.x.template values<T>()) {
    EXPECT_TRUE(std::isfinite(x)) << s.explain();
  }
}

TEST_P(Range, WhatOverflowsOnTheWayIsFoundWhereItFitsInTheEnd) {
  for (const condition asked : {condition::screened, condition::always, condition::never}) {
    solve_options options = on_device();
    options.condition = asked;
    expect_what_fits_to_be_found<float>(2, {1e-39F, 0, 0, 1}, {1e-39F, 0}, options);
    expect_what_fits_to_be_found<float>(2, {-1.05320939e-10F, 2.3637513e-24F, -1.95520243e+27F, 0.0510750003F},
                                        {-1.06199081e+11F, -1.12287621e+10F}, options);
    expect_what_fits_to_be_found<double>(2, {-4.32651015e-288, 3.48311624e-150, -7.19129519e-266, -2.32588161e+215},
                                         {0.8333, 2.52006349e-29}, options);
    expect_what_fits_to_be_found<double>(2, {1e300, 1e300, 0, 1e-200}, {0, 1}, options);
    constexpr std::int64_t n = 100;
    std::vector<double> numbers(n * n), sides(n);
    for (std::int64_t i = 0; i < n; ++i) {
      numbers[static_cast<std::size_t>(i * (n + 1))] = i == 0 ? 1e-310 : 1;
    }
    sides[0] = 1e-310;
    expect_what_fits_to_be_found<double>(n, numbers, sides, options);
    numbers[n - 1] = numbers[n * (n - 1)] = 1e-310;  // no diagonal
    expect_what_fits_to_be_found<double>(n, numbers, sides, options);
  }
}

TEST_P(Range, DeterminantsWithSubnormalPivotsAreNumbers) {
  const std::vector<double> a = {1e-310, 1e-311, 1, 2};
  const log_determinant found = factorize(array_view(a.data(), {2, 2}), on_device()).log_determinant();
  EXPECT_EQ(found.sign, 1.0);
  EXPECT_NEAR(found.log, std::log(1.9) - 310 * std::log(10.0), 1e-9);
}

}  // namespace
}  // namespace gpucompute::tests
