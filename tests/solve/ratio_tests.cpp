// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/solve/ratios.hpp"

// Each ratio is small for what rounding leaves and beyond the bar for a little more.

namespace gpucompute::testing {
namespace {

template <typename T>
class Ratios : public ::testing::Test {
 protected:
  static constexpr index n = 6;
  dense<T> a = random_matrix<T>(n, n, 1);
  dense<T> x = random_matrix<T>(n, 2, 2);

  /// The matrix with one element changed by `times` eps of the norm.
  static dense<T> perturbed(dense<T> of, double times) {
    of(0, of.columns() - 1) += static_cast<real_of<T>>(times * eps<T>) * norm_one(of);
    return of;
  }
  /// The product, rounded once.
  static dense<T> product(const dense<T>& left, const dense<T>& right) {
    return converted<T>(widened(left) * widened(right));
  }
  /// Of a matrix of small condition, from the Neumann series.
  static dense<T> inverse_near_identity(const dense<T>& of) {
    const auto rest = identity<wide_of<T>>(of.rows()) - widened(of);
    auto sum = identity<wide_of<T>>(of.rows());
    for (int i = 0; i < 60; ++i) {
      sum = filled<wide_of<T>>(of.rows(), of.rows(), [&, next = rest * sum](index r, index c) {
        return next(r, c) + wide_of<T>(r == c ? 1 : 0);
      });
    }
    return converted<T>(sum);
  }
  /// I + R / 20
  dense<T> near_identity() const {
    return filled<T>(n, n, [&](index i, index j) { return a(i, j) / real_of<T>(20) + T(i == j ? 1 : 0); });
  }
};
using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Ratios, numbers);

TYPED_TEST(Ratios, Get01AndGtt01SeeAWrongProduct) {
  EXPECT_LT(get01(this->perturbed(this->a, 10), this->a), bar);
  EXPECT_GT(get01(this->perturbed(this->a, 200), this->a), bar);
  EXPECT_EQ(get01(this->a, this->a), 0);
  EXPECT_LT(gtt01(this->perturbed(this->a, 10), this->a), bar);
  EXPECT_GT(gtt01(this->perturbed(this->a, 35), this->a), bar);
  EXPECT_GT(get01(this->a, dense<TypeParam>(6, 6)), bar);
}

TYPED_TEST(Ratios, Get02AndQrt16SeeAWrongSolution) {
  const auto b = this->product(this->a, this->x);
  EXPECT_LT(get02(this->a, this->x, b), 2);
  EXPECT_GT(get02(this->a, this->perturbed(this->x, 400), b), bar);
  EXPECT_GT(qrt16(this->a, this->perturbed(this->x, 2000), b), bar);
  EXPECT_EQ(qrt16(this->a, this->x, b), get02(this->a, this->x, b) / 6);
  auto broken = this->x;
  broken(0, 0) = TypeParam(std::numeric_limits<real_of<TypeParam>>::quiet_NaN());
  EXPECT_FALSE(get02(this->a, broken, b) < bar);
}

TYPED_TEST(Ratios, Get03SeesAWrongInverse) {
  const auto near = this->near_identity();
  const auto inverse = this->inverse_near_identity(near);
  EXPECT_LT(get03(near, inverse), 1);
  EXPECT_GT(get03(near, this->perturbed(inverse, 1000)), bar);
  EXPECT_NEAR(reciprocal_condition(near, inverse), 1 / (1.4 * 1.4), 0.4);
}

TYPED_TEST(Ratios, Get04SeesAForwardErrorBeyondTheCondition) {
  const auto wrong = this->perturbed(this->x, 100);
  EXPECT_GT(get04(wrong, this->x, 1), bar);
  EXPECT_LT(get04(wrong, this->x, 0.01), bar);
  EXPECT_EQ(get04(this->x, this->x, 1), 0);
}

TYPED_TEST(Ratios, Get06ComparesConditions) {
  EXPECT_LT(get06<TypeParam>(0.1, 0.1), 1e-5);
  EXPECT_LT(get06<TypeParam>(0.1, 0.9), bar);
  EXPECT_GT(get06<TypeParam>(0.9, 0.02), bar);
  EXPECT_GT(get06<TypeParam>(0, 0.5), bar);
  EXPECT_EQ(get06<TypeParam>(0, 0), 0);
}

TYPED_TEST(Ratios, Get07HoldsBoundsToTheirWord) {
  const auto wrong = this->perturbed(this->x, 100);
  EXPECT_LE(get07_forward(wrong, this->x, {1e3 * eps<TypeParam>, 1e3 * eps<TypeParam>}), 1);
  EXPECT_GT(get07_forward(wrong, this->x, {10 * eps<TypeParam>, 10 * eps<TypeParam>}), bar);
  const auto b = this->product(this->a, this->x);
  EXPECT_LT(get07_backward(this->a, this->x, b), 1);
  EXPECT_GT(get07_backward(this->a, this->perturbed(this->x, 2000), b), bar);
}

TYPED_TEST(Ratios, Qrt01SeesColumnsThatAreNotOrthogonal) {
  const auto unit = identity<TypeParam>(6);
  EXPECT_EQ(qrt01_orthogonality(unit), 0);
  EXPECT_GT(qrt01_orthogonality(this->perturbed(unit, 200)), bar);
}

TYPED_TEST(Ratios, Qrt17SeesAResidualThatIsNotOrthogonal) {
  using T = TypeParam;
  // A = [D; 0], so that the solution is b / D and the residual is what lies below.
  const auto tall = filled<T>(6, 3, [](index i, index j) { return T(i == j ? static_cast<real_of<T>>(1 << i) : 0); });
  const auto b = random_matrix<T>(6, 2, 3);
  const auto solution = filled<T>(3, 2, [&](index i, index j) { return b(i, j) / static_cast<real_of<T>>(1 << i); });
  EXPECT_EQ(qrt17(tall, solution, b, false), 0);
  EXPECT_GT(qrt17(tall, this->perturbed(solution, 4000), b, false), bar);
  const auto solvable = tall * solution;
  EXPECT_LT(qrt17(tall, solution, solvable, true), bar);
  EXPECT_GT(qrt17(tall, this->perturbed(solution, 4000), solvable, true), bar);
}

TYPED_TEST(Ratios, Qrt14SeesAPartOutsideTheRows) {
  using T = TypeParam;
  const auto rows = random_matrix<T>(3, 6, 4);
  const auto within = this->product(adjoint(rows), random_matrix<T>(3, 2, 5));
  EXPECT_LT(qrt14(row_space(rows), within), 1);
  auto outside = within;
  outside(0, 0) += static_cast<real_of<T>>(2000 * eps<T>);
  EXPECT_GT(qrt14(row_space(rows), outside), bar);
  // A row that depends on the others spans nothing.
  const auto doubled = filled<T>(4, 6, [&](index i, index j) { return i < 3 ? rows(i, j) : rows(0, j) * T(2); });
  EXPECT_GT(qrt14(row_space(doubled), outside), bar);
}

}  // namespace
}  // namespace gpucompute::testing
