// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/solve/named_matrices.hpp"
#include "tests/solve/ratios.hpp"
#include "tests/solve/solvers.hpp"

// What each solver's LU, and the methods that a matrix invites to, make of the matrices that are known for their trouble.

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
std::shared_ptr<const solving::factors> factored(const tested_solver& tested, const dense<T>& a,
                                                 solving::factor_request request = {}) {
  request.source = a.view();
  request.type = dtype_of<T>();
  return tested.solver->factorize(request);
}

/// Whole numbers, so that products of whole matrices are exact.
template <typename T>
dense<T> whole_numbers(index rows) {
  return filled<T>(rows, 2, [](index i, index j) { return T(static_cast<real_of<T>>((3 * i + 7 * j) % 11 - 5)); });
}

template <typename T>
dense<T> solved(const solving::factors& made, dense<T> b) {
  made.solve(apply::none, b.block(), 1);
  return b;
}

template <typename T>
class NamedMatrices : public ::testing::Test {
 protected:
  static void expect_outcome(const tested_solver& tested, const named_matrix& one) {
    SCOPED_TRACE(tested.name + ": " + one.name);
    const dense<T> a = make_matrix<T>(one);
    EXPECT_EQ(tested.solver->inspect(a.view(), {}).finite, one.expected != outcome::non_finite);
    if (one.expected == outcome::non_finite) {
      return;
    }
    const auto made = factored(tested, a);
    const bool singular = one.expected == outcome::singular || one.expected == outcome::near_singular;
    if (singular && made->singular_at() >= 0) {
      EXPECT_TRUE(one.pivot < 0 || one.pivot == made->singular_at()) << made->singular_at();
      return;
    }
    ASSERT_EQ(made->singular_at(), -1);
    ASSERT_NE(one.expected, outcome::singular);
    const dense<T> known = whole_numbers<T>(one.order);
    const dense<T> b = converted<T>(widened(a) * widened(known));
    const dense<T> x = solved(*made, b);
    const double ratio = backward_error(a, x, b) / eps<T> / at_least_one(one.order);
    if (one.expected == outcome::grows) {
      EXPECT_GT(ratio, bar);
    } else {
      EXPECT_LT(ratio, bar);
    }
    const double rcond = made->reciprocal_condition({static_cast<double>(norm_one(a))});
    if (one.expected == outcome::ill_conditioned || one.expected == outcome::near_singular) {
      EXPECT_LT(rcond, eps<T>);
    }
    if (one.expected == outcome::exact) {
      EXPECT_EQ(x, known);
    }
  }
};
using numbers = ::testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(NamedMatrices, numbers);

TYPED_TEST(NamedMatrices, ComeToWhatIsKnownOfThem) {
  for (const tested_solver& tested : all_solvers()) {
    for (const named_matrix& one : named_matrices()) {
      const bool beyond = tested.inverts_pivots && one.name == "subnormal pivots";
      if (!beyond && (!one.is_complex || is_complex_number<TypeParam>)) {
        this->expect_outcome(tested, one);
      }
    }
  }
}

TYPED_TEST(NamedMatrices, WithSubnormalPivotsAreSolvedWhenScaledAndNeverWrongWithoutASign) {
  using T = TypeParam;
  const dense<T> a = make_matrix<T>(matrix_named("subnormal pivots"));
  const dense<T> known = whole_numbers<T>(a.rows()), b = a * known;
  for (const tested_solver& tested : all_solvers()) {
    SCOPED_TRACE(tested.name);
    const dense<T> x = solved(*factored(tested, a), b);
    EXPECT_TRUE(x == known || std::isnan(norm_max(x)));
    dense<T> scaled_a(a.rows(), a.columns()), scaled_b(b.rows(), b.columns());
    tested.solver->copy(a.view(), false, 0x1p1020, scaled_a.block(), 1);
    tested.solver->copy(b.view(), false, 0x1p1020, scaled_b.block(), 1);
    EXPECT_EQ(solved(*factored(tested, scaled_a), scaled_b), known);
  }
}

TEST(NamedMatrix, ConditionsOfKnownSpectraAreFoundWithinAFactorOfTen) {
  for (const tested_solver& tested : all_solvers()) {
    for (const char* name : {"svd-geo 1e4", "svd-geo 1e14", "svd-cluster 1e12"}) {
      const auto a = make_matrix<double>(matrix_named(name));
      const auto made = factored(tested, a);
      const double known = reciprocal_condition(a, solved(*made, identity<double>(a.rows())));
      EXPECT_LT(get06<double>(made->reciprocal_condition({norm_one(a)}), known), 10) << tested.name << " " << name;
    }
  }
}

TEST(NamedMatrix, IntegerHilbertHasItsExactInverse) {
  // (i + j - 1) C(n+i-1, n-j) C(n+j-1, n-i) C(i+j-2, i-1)^2 with signs, over what the rows are multiplied by
  const auto choose = [](index n, index k) {
    double result = 1;
    for (index i = 1; i <= k; ++i) {
      result = result * static_cast<double>(n - k + i) / static_cast<double>(i);
    }
    return result;
  };
  const index n = 6;
  const dense<double> inverse = filled<double>(n, n, [&](index r, index c) {
    const index i = r + 1, j = c + 1;
    const double middle = choose(i + j - 2, i - 1);
    return ((i + j) % 2 == 0 ? 1 : -1) * static_cast<double>(i + j - 1) * choose(n + i - 1, n - j) *
           choose(n + j - 1, n - i) * middle * middle / 27720;
  });
  const auto a = make_matrix<double>(matrix_named("integer Hilbert"));
  for (const tested_solver& tested : all_solvers()) {
    const dense<double> x = solved(*factored(tested, a), identity<double>(n));
    EXPECT_LT(get04(x, inverse, reciprocal_condition(a, inverse)), bar) << tested.name;
  }
}

TEST(NamedMatrix, OneNegativeEigenvalueStopsCholeskyAndNothingElse) {
  const auto a = make_matrix<double>(matrix_named("one negative eigenvalue"));
  for (const tested_solver& tested : all_solvers()) {
    if (!tested.has(method::cholesky) || !tested.has(method::indefinite)) {
      continue;
    }
    SCOPED_TRACE(tested.name);
    solving::factor_request request;
    request.method = method::cholesky;
    const dense<double> before = a;
    EXPECT_GT(factored(tested, a, request)->singular_at(), 30);
    EXPECT_EQ(a, before);
    request.method = method::indefinite;
    const dense<double> known = whole_numbers<double>(a.rows()), b = a * known;
    const double error = backward_error(a, solved(*factored(tested, a, request), b), b);
    EXPECT_LT(error, bar * eps<double> * static_cast<double>(a.rows()));
  }
}

TEST(NamedMatrix, InspectionTellsStructureFromNearStructure) {
  for (const tested_solver& tested : all_solvers()) {
    SCOPED_TRACE(tested.name);
    const auto look = [&](const char* name) {
      const auto a = make_matrix<std::complex<double>>(matrix_named(name));
      return tested.solver->inspect(a.view(), {});
    };
    EXPECT_FALSE(look("symmetric but for an ulp").symmetric);
    EXPECT_TRUE(look("complex symmetric").symmetric);
    EXPECT_FALSE(look("complex symmetric").hermitian);
    EXPECT_TRUE(look("hermitian").hermitian);
    EXPECT_FALSE(look("hermitian").symmetric);
    EXPECT_EQ(look("band 7/5").lower_bandwidth, 7);
    EXPECT_EQ(look("band 7/5").upper_bandwidth, 5);
    EXPECT_EQ(look("triw").lower_bandwidth, 0);
    EXPECT_TRUE(look("second difference").positive_diagonal);
    EXPECT_EQ(look("diagonal to 1e50").upper_bandwidth, 0);
    EXPECT_EQ(look("NaN last").first_non_finite, (std::array<std::int64_t, 2>{9, 9}));
  }
}

TEST(NamedMatrix, StructuredMethodsAgreeWithLu) {
  for (const tested_solver& tested : all_solvers()) {
    const auto expect_same = [&](const char* name, method how, bool hermitian) {
      if (!tested.has(how)) {
        return;
      }
      SCOPED_TRACE(tested.name + " " + name);
      const auto a = make_matrix<std::complex<double>>(matrix_named(name));
      const auto b = whole_numbers<std::complex<double>>(a.rows());
      solving::factor_request request;
      request.method = how;
      request.hermitian = hermitian;
      request.lower_bandwidth = 7;
      request.upper_bandwidth = 5;
      const auto by_lu = factored(tested, a);
      const double rcond = by_lu->reciprocal_condition({norm_one(a)});
      EXPECT_LT(get04(solved(*factored(tested, a, request), b), solved(*by_lu, b), rcond), bar);
    };
    expect_same("complex symmetric", method::indefinite, false);
    expect_same("tiny diagonal", method::indefinite, true);
    expect_same("hermitian", method::indefinite, true);
    expect_same("band 7/5", method::banded, true);
    expect_same("second difference", method::tridiagonal, true);
    expect_same("second difference", method::cholesky, true);
    expect_same("KMS", method::cholesky, true);
    expect_same("Kahan", method::qr, true);
  }
}

}  // namespace
}  // namespace gpucompute::testing
