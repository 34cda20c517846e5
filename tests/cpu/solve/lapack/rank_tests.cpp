// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <limits>

#include "cpu/solve/solvers.hpp"
#include "tests/solve/dense.hpp"

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
class LapackRank : public ::testing::Test {};
using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(LapackRank, numbers);

template <typename T>
std::shared_ptr<const solving::factors> factors_of(const dense<T>& a, double tolerance) {
  solving::factor_request request;
  request.method = method::rank_revealing;
  request.type = dtype_of<T>();
  request.source = a.view();
  request.rank_tolerance = tolerance;
  return cpu::lapack_solver().factorize(request);
}

/// Kahan's matrix: diag(1, s, s^2, ...) times a unit upper triangle of -c, c^2 + s^2 = 1. No column is ever larger than the
/// next one, so that none moves and R is A, whose last diagonal element is far from its least singular value. Later columns
/// are shortened a little, as equal norms would leave the choice to rounding.
template <typename T>
dense<T> kahan(index order, double s) {
  const double c = -std::sqrt(1 - s * s);
  return filled<T>(order, order, [&](index i, index j) {
    const double row = std::pow(s, static_cast<double>(i)) * (1 - 1e-4 * static_cast<double>(j));
    return T(static_cast<real_of<T>>(i == j ? row : i < j ? row * c : 0.0));
  });
}

TYPED_TEST(LapackRank, SeesASmallSingularValueThatNoDiagonalElementShows) {
  using T = TypeParam;
  constexpr index n = 30;
  constexpr double s = 0.95, tolerance = 1e-3;  // singular values: 4, 1.3 to 0.27, and 1.6e-4
  const dense<T> a = kahan<T>(n, s);
  ASSERT_GT(static_cast<double>(std::abs(a(n - 1, n - 1))), 0.2) << "the smallest of R's diagonal";
  const auto made = factors_of(a, tolerance);
  EXPECT_LT(made->rank(), n);
  EXPECT_GT(made->reciprocal_condition({1}), tolerance / n);
  EXPECT_EQ(factors_of(a, 1e-6)->rank(), n);
}

}  // namespace
}  // namespace gpucompute::testing
