// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <gtest/gtest.h>

#include "tests/solve/dense.hpp"
#include "tests/solve/solvers.hpp"

// inspect(), copy() and multiply() of every solver, on any layout and dtype.

namespace gpucompute::testing {
namespace {

using solving::apply;
using solving::matrix_view;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

dense<double> numbered(index rows, index columns) {
  return filled<double>(rows, columns, [=](index i, index j) { return static_cast<double>(10 * i + j + 1); });
}

TEST(SolverInspects, NormsOfEveryKind) {
  for (const tested_solver& tested : all_solvers()) {
    const dense<double> a =
        filled<double>(2, 3, [](index i, index j) { return (i == 0 ? -1.0 : 2.0) * double(j + 1); });
    const solving::facts found = tested.solver->inspect(a.view(), {});
    EXPECT_TRUE(found.finite);
    EXPECT_EQ(found.norm_one, 9);
    EXPECT_EQ(found.norm_inf, 12);
    EXPECT_EQ(found.norm_max, 6);
    const dense<std::complex<float>> c =
        filled<std::complex<float>>(1, 1, [](index, index) { return std::complex<float>(3, -4); });
    EXPECT_EQ(tested.solver->inspect(c.view(), {}).norm_max, 5);
    const dense<double> large = filled<double>(2, 2, [](index, index) { return 1e308; });
    const solving::facts over = tested.solver->inspect(large.view(), {});
    EXPECT_TRUE(over.finite);
    EXPECT_EQ(over.norm_one, infinity);
    EXPECT_EQ(over.norm_max, 1e308);
    dense<std::complex<double>> end(1, 1);
    end(0, 0) = {1.5e308, -1.5e308};
    EXPECT_TRUE(tested.solver->inspect(end.view(), {}).finite);
    EXPECT_EQ(tested.solver->inspect(end.view(), {}).norm_max, std::numeric_limits<double>::max());
    solving::column_norm norm;
    tested.solver->norms(end.block(), {&norm, 1});
    EXPECT_EQ(norm.largest, std::numeric_limits<double>::max());
  }
}

TEST(SolverInspects, TheFirstNonFiniteInTheUsersOrder) {
  for (const tested_solver& tested : all_solvers()) {
    dense<double> a = numbered(4, 4);
    a(1, 2) = nan;
    a(2, 0) = -infinity;
    const std::array<std::int64_t, 2> by_rows = {1, 2}, by_columns = {2, 0};
    EXPECT_FALSE(tested.solver->inspect(a.view(), {}).finite);
    EXPECT_EQ(tested.solver->inspect(a.view(), {}).first_non_finite, by_rows);
    solving::inspection turned;
    turned.c_order = false;
    EXPECT_EQ(tested.solver->inspect(a.view(), turned).first_non_finite, by_columns);
    dense<std::complex<double>> c(2, 2);
    c(1, 1) = {0, nan};
    EXPECT_FALSE(tested.solver->inspect(c.view(), {}).finite);
  }
}

TEST(SolverInspects, BandsSymmetryAndTheDiagonal) {
  for (const tested_solver& tested : all_solvers()) {
    const auto look = [&](const auto& a) { return tested.solver->inspect(a.view(), {}); };
    dense<double> a = identity<double>(5);
    EXPECT_EQ(look(a).lower_bandwidth, 0);
    EXPECT_TRUE(look(a).symmetric && look(a).hermitian && look(a).positive_diagonal);
    a(4, 1) = a(1, 4) = 7;
    EXPECT_TRUE(look(a).symmetric);
    EXPECT_EQ(look(a).upper_bandwidth, 3);
    a(1, 4) = std::nextafter(7.0, 8.0);
    EXPECT_FALSE(look(a).symmetric);
    a(1, 4) = 0;
    EXPECT_EQ(look(a).lower_bandwidth, 3);
    EXPECT_EQ(look(a).upper_bandwidth, 0);
    a(2, 2) = -0.0;
    EXPECT_FALSE(look(a).positive_diagonal);
    dense<std::complex<double>> c = identity<std::complex<double>>(2);
    c(0, 1) = {1, 2};
    c(1, 0) = {1, -2};
    EXPECT_TRUE(look(c).hermitian);
    EXPECT_FALSE(look(c).symmetric);
    c(1, 0) = {1, 2};
    EXPECT_TRUE(look(c).symmetric);
    EXPECT_FALSE(look(c).hermitian);
    c(1, 1) = {1, 1};
    EXPECT_FALSE(look(c).positive_diagonal);
    EXPECT_FALSE(look(dense<double>(2, 3)).symmetric);
    solving::inspection quick;
    quick.structure = false;
    EXPECT_EQ(tested.solver->inspect(identity<double>(5).view(), quick).lower_bandwidth, 4);
  }
}

TEST(SolverInspects, NormsOfWhatTwoThreadsSee) {
  for (const tested_solver& tested : all_solvers()) {
    solving::inspection shared;
    shared.threads = 2;
    for (const auto& [rows, columns] : {std::pair<index, index>{300, 9000}, {60000, 50}, {1500, 1500}}) {
      const dense<double> ones = filled<double>(rows, columns, [](index, index) { return -1.0; });
      const solving::facts found = tested.solver->inspect(ones.view(), shared);
      EXPECT_EQ(found.norm_one, static_cast<double>(rows));
      EXPECT_EQ(found.norm_inf, static_cast<double>(columns));
    }
  }
}

TEST(SolverInspects, BandsThatNoCornerBetrays) {
  constexpr index n = 700;
  const dense<double> band =
      filled<double>(n, n, [](index i, index j) { return i - j <= 7 && j - i <= 5 ? 1.0 : 0.0; });
  dense<double> spread(2 * n, n);
  for (index j = 0; j < n; ++j) {
    for (index i = 0; i < n; ++i) {
      spread(2 * i, j) = band(i, j);
    }
  }
  matrix_view strided = spread.view();
  strided.rows = n;
  strided.row_stride *= 2;
  for (const tested_solver& tested : all_solvers()) {
    for (const matrix_view& a : {band.view(), strided}) {
      const solving::facts found = tested.solver->inspect(a, {});
      EXPECT_EQ(found.lower_bandwidth, 7);
      EXPECT_EQ(found.upper_bandwidth, 5);
      EXPECT_EQ(tested.solver->inspect(transposed(a), {}).upper_bandwidth, 7);
      EXPECT_EQ(found.norm_inf, 13);
    }
  }
}

TEST(SolverScales, RowsThenColumnsToLargestElementsNearOne) {
  for (const tested_solver& tested : all_solvers()) {
    dense<double> a = random_matrix<double>(6, 6, 1);
    for (index i = 0; i < 6; ++i) {
      for (index j = 0; j < 6; ++j) {
        a(i, j) = std::ldexp(a(i, j), static_cast<int>(9 * i - 7 * j));
      }
    }
    const dense<double> before = a;
    const solving::balance made = tested.solver->equilibrate(a.block());
    for (index j = 0; j < 6; ++j) {
      double largest = 0;
      for (index i = 0; i < 6; ++i) {
        largest = std::max(largest, std::abs(a(i, j)));
        const int exponent = made.rows[static_cast<std::size_t>(i)] + made.columns[static_cast<std::size_t>(j)];
        EXPECT_EQ(a(i, j), std::ldexp(before(i, j), exponent));
      }
      EXPECT_GE(largest, 1);
      EXPECT_LT(largest, 2);
    }
  }
}

TEST(SolverCopies, AnyDtypeAndLayout) {
  for (const tested_solver& tested : all_solvers()) {
    const std::int16_t numbers[] = {-1, 2, -3, 4, -5, 6};
    // Two rows of three, the rows from the last to the first.
    const matrix_view turned = {numbers + 3, int16, 2, 3, -3 * 2, 2};
    dense<float> to(2, 3);
    tested.solver->copy(turned, false, 0.5, to.block(), 1);
    const dense<float> expected =
        filled<float>(2, 3, [&](index i, index j) { return 0.5F * static_cast<float>(numbers[3 * (1 - i) + j]); });
    EXPECT_EQ(to, expected);
    unsigned char unaligned[1 + 16] = {};
    const std::complex<double> value(1, -2);
    std::memcpy(unaligned + 1, &value, sizeof value);
    dense<std::complex<float>> all(3, 3);
    tested.solver->copy({unaligned + 1, complex128, 3, 3, 0, 0}, true, 1, all.block(), 1);
    EXPECT_EQ(all, filled<std::complex<float>>(3, 3, [](index, index) { return std::complex<float>(1, 2); }));
    const unsigned char truths[] = {0, 2};
    dense<double> flags(2, 1);
    tested.solver->copy({truths, bool_, 2, 1, 1, 1}, false, 1, flags.block(), 1);
    EXPECT_EQ(flags(1, 0), 1.0);
    const double far = 0x1p200;
    dense<float> scaled(1, 1);
    tested.solver->copy({&far, float64, 1, 1, 8, 8}, false, 0x1p-190, scaled.block(), 1);
    EXPECT_EQ(scaled(0, 0), 1024.0F);
  }
}

template <typename T>
class SolverMultiplies : public ::testing::Test {};
using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(SolverMultiplies, numbers);

TYPED_TEST(SolverMultiplies, WithEveryOpScaleAndLayout) {
  using T = TypeParam;
  for (const tested_solver& tested : all_solvers()) {
    for (const apply op : all_applies) {
      const dense<T> a = random_matrix<T>(5, 4, 1);
      const dense<T> op_a = applied(op, a);
      const dense<T> b = random_matrix<T>(op_a.columns(), 3, 2);
      const dense<T> bt = transpose(b);
      dense<T> c =
          filled<T>(op_a.rows(), 3, [](index, index) { return T(std::numeric_limits<real_of<T>>::quiet_NaN()); });
      tested.solver->multiply(2, a.view(), op, transposed(bt.view()), 0, c.block(), 1);
      const dense<T> product = op_a * b;
      const real_of<T> close = 20 * std::numeric_limits<real_of<T>>::epsilon();
      EXPECT_LT(norm_max(c - filled<T>(c.rows(), 3, [&](index i, index j) { return T(2) * product(i, j); })), close);
      const dense<T> before = c;
      tested.solver->multiply(-1, a.view(), op, b.view(), 3, c.block(), 1);
      EXPECT_LT(
          norm_max(c - filled<T>(c.rows(), 3, [&](index i, index j) { return T(3) * before(i, j) - product(i, j); })),
          4 * close);
    }
    const std::int32_t whole[] = {3, -4};
    dense<T> b(2, 1), c(1, 1);
    b(0, 0) = T(2);
    b(1, 0) = T(5);
    tested.solver->multiply(1, {whole, int32, 1, 2, 4, 4}, apply::none, b.view(), 0, c.block(), 1);
    EXPECT_EQ(c(0, 0), T(-14));
    dense<T> none(0, 1);
    tested.solver->multiply(1, {nullptr, float64, 1, 0, 0, 0}, apply::none, none.view(), 0, c.block(), 1);
    EXPECT_EQ(c(0, 0), T(0));
  }
}

}  // namespace
}  // namespace gpucompute::testing
