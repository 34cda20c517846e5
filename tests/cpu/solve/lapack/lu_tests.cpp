// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <limits>

#include "cpu/solve/solvers.hpp"
#include "tests/solve/dense.hpp"

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
class LapackLu : public ::testing::Test {};
using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(LapackLu, numbers);

template <typename T>
std::shared_ptr<const solving::factors> lu_of(const dense<T>& a, int threads = 1) {
  solving::factor_request request;
  request.type = dtype_of<T>();
  request.source = a.view();
  request.threads = threads;
  return cpu::lapack_solver().factorize(request);
}

/// Norm of b - op(A) x over (norm(op(A)) norm(x) + norm(b)), in units of the rounding of T.
template <typename T>
double backward_error(const dense<T>& op_a, const dense<T>& x, const dense<T>& b) {
  const auto residual = widened(b) - widened(op_a) * widened(x);
  const double scale =
      static_cast<double>(norm_inf(op_a)) * static_cast<double>(norm_inf(x)) + static_cast<double>(norm_inf(b));
  return static_cast<double>(norm_inf(residual)) / scale /
         static_cast<double>(std::numeric_limits<real_of<T>>::epsilon());
}

TYPED_TEST(LapackLu, SolvesAndMultipliesWithEveryOp) {
  using T = TypeParam;
  for (const index n : {1, 2, 5, 33, 130}) {
    const dense<T> a = random_matrix<T>(n, n, 1);
    const auto made = lu_of(a, 2);
    ASSERT_EQ(made->singular_at(), -1);
    for (const apply op : all_applies) {
      const dense<T> b = random_matrix<T>(n, 3, 2);
      dense<T> x = b;
      made->solve(op, x.block(), 2);
      EXPECT_LT(backward_error(applied(op, a), x, b), static_cast<double>(n)) << n;
      dense<T> y(n, 3);
      made->multiply(op, x.block(), y.block(), 2);
      EXPECT_LT(backward_error(applied(op, a), x, y), static_cast<double>(n)) << n;
    }
  }
}

TYPED_TEST(LapackLu, NamesTheZeroPivot) {
  using T = TypeParam;
  for (const index n : {1, 3, 40, 150}) {
    for (const index zero : {index{0}, n / 2, n - 1}) {
      dense<T> a = random_matrix<T>(n, n, 3);
      for (index i = 0; i < n; ++i) {
        a(i, zero) = T(0);
      }
      EXPECT_EQ(lu_of(a)->singular_at(), zero) << n;
    }
  }
}

TYPED_TEST(LapackLu, DeterminantNeitherOverflowsNorLosesItsSign) {
  using T = TypeParam;
  using real = real_of<T>;
  const real large = std::ldexp(real(1), std::numeric_limits<real>::max_exponent - 2);
  constexpr index n = 64;
  dense<T> a(n, n);
  for (index i = 0; i < n; ++i) {
    a((i + 1) % n, i) = T(large);
  }
  const log_determinant found = lu_of(a)->determinant().logarithm();
  EXPECT_EQ(found.sign, -1.0) << "a cycle of even length";
  EXPECT_NEAR(found.log, 64 * std::log(static_cast<double>(large)), 1e-10 * found.log);
}

TYPED_TEST(LapackLu, ConditionOfNormsBeyondTheRangeIsStillKnown) {
  using T = TypeParam;
  using real = real_of<T>;
  dense<T> a = identity<T>(4);
  a(3, 3) = T(real(0.25));
  EXPECT_DOUBLE_EQ(lu_of(a)->reciprocal_condition({1}), 0.25);
  EXPECT_EQ(lu_of(a)->reciprocal_condition({std::numeric_limits<double>::infinity()}), 0);
  EXPECT_DOUBLE_EQ(lu_of(a)->reciprocal_condition({1e200}), 0.25e-200);
  EXPECT_EQ(lu_of(dense<T>(0, 0))->reciprocal_condition({0}), 1);
}

}  // namespace
}  // namespace gpucompute::testing
