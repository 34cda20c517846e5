// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <string>
#include <sys/mman.h>
#include <tuple>
#include <unistd.h>

#include "cpu/solve/solvers.hpp"
#include "tests/solve/dense.hpp"

namespace gpucompute::testing {
namespace {

using solving::apply;
using solving::matrix_view;

template <typename T>
class LapackMultiply : public ::testing::Test {};
using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(LapackMultiply, numbers);

/// The elements of a matrix in a layout of its own.
struct laid_out {
  std::shared_ptr<std::vector<std::byte>> bytes;
  matrix_view view;
};

/// Strides in elements, of the elements' own size; `offset` bytes lie before the first.
template <typename T>
laid_out lay_out(const dense<T>& a, index row_step, index column_step, index offset) {
  constexpr auto size = static_cast<index>(sizeof(T));
  const index rows_reach = std::max<index>(0, a.rows() - 1) * row_step;
  const index columns_reach = std::max<index>(0, a.columns() - 1) * column_step;
  const index first = -(std::min<index>(0, rows_reach) + std::min<index>(0, columns_reach));
  laid_out made;
  const index reach = first + std::max<index>(0, rows_reach) + std::max<index>(0, columns_reach) + 1;
  made.bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(offset + reach * size));
  std::byte* const origin = made.bytes->data() + offset + first * size;
  for (index j = 0; j < a.columns(); ++j) {
    for (index i = 0; i < a.rows(); ++i) {
      std::memcpy(origin + (i * row_step + j * column_step) * size, &a(i, j), sizeof(T));
    }
  }
  made.view = {origin, dtype_of<T>(), a.rows(), a.columns(), row_step * size, column_step * size};
  return made;
}

template <typename T>
std::vector<laid_out> layouts(const dense<T>& a) {
  const index m = a.rows(), n = a.columns();
  return {lay_out(a, 1, m, 0),         lay_out(a, 1, m + 3, 0), lay_out(a, n, 1, 0),      lay_out(a, n + 2, 1, 0),
          lay_out(a, 2, 2 * m + 1, 0), lay_out(a, -1, m, 0),    lay_out(a, n, -1, 0),     lay_out(a, -n, 1, 0),
          lay_out(a, 3 * n + 1, 3, 0), lay_out(a, 1, m, 1),     lay_out(a, -2 * n, -2, 2)};
}

template <typename T>
void expect_product(const matrix_view& a, const dense<T>& a_values, apply op, const matrix_view& b,
                    const dense<T>& b_values, double beta) {
  const dense<T> op_a = applied(op, a_values);
  const index m = op_a.rows(), n = b_values.columns();
  const T unread(std::numeric_limits<real_of<T>>::quiet_NaN());
  const dense<T> before = beta == 0 ? filled<T>(m, n, [&](index, index) { return unread; }) : random_matrix<T>(m, n, 9);
  dense<T> c = before;
  cpu::lapack_solver().multiply(-1.5, a, op, b, beta, c.block(), 2);
  const dense<wide_of<T>> product = widened(op_a) * widened(b_values);
  const double scale = 4 * static_cast<double>(std::max<index>(1, op_a.columns()));
  double worst = 0;
  for (index j = 0; j < n; ++j) {
    for (index i = 0; i < m; ++i) {
      const wide_of<T> old = beta == 0 ? wide_of<T>(0) : converted<wide_of<T>>(before(i, j));
      using real = real_of<wide_of<T>>;
      const wide_of<T> expected = real(-1.5) * product(i, j) + static_cast<real>(beta) * old;
      const double error = static_cast<double>(std::abs(converted<wide_of<T>>(c(i, j)) - expected));
      worst = std::isnan(error) ? error : std::max(worst, error);
    }
  }
  EXPECT_LT(worst, scale * static_cast<double>(std::numeric_limits<real_of<T>>::epsilon()));
}

TYPED_TEST(LapackMultiply, TakesEveryLayoutOpAndShape) {
  using T = TypeParam;
  for (const auto& [m, k, n] : {std::tuple<index, index, index>{5, 4, 3}, {5, 4, 1}, {1, 4, 3}, {1, 1, 1}, {3, 1, 2}}) {
    for (const apply op : all_applies) {
      const bool turned = op == apply::transpose || op == apply::adjoint;
      const dense<T> a = random_matrix<T>(turned ? k : m, turned ? m : k, 1);
      const dense<T> b = random_matrix<T>(k, n, 2);
      int number = 0;
      for (const laid_out& a_laid : layouts(a)) {
        for (const laid_out& b_laid : layouts(b)) {
          SCOPED_TRACE(std::to_string(m) + " " + std::to_string(k) + " " + std::to_string(n) + " op " +
                       std::to_string(static_cast<int>(op)) + " layouts " + std::to_string(number++));
          expect_product(a_laid.view, a, op, b_laid.view, b, 0);
          expect_product(a_laid.view, a, op, b_laid.view, b, 0.5);
        }
      }
    }
  }
}

TYPED_TEST(LapackMultiply, CutsWhatItConvertsIntoPieces) {
  using T = TypeParam;
  const dense<T> a = random_matrix<T>(1100, 300, 1);
  const dense<T> b = random_matrix<T>(300, 2, 2);
  const laid_out backwards = lay_out(a, -1, 1100, 0);
  const laid_out b_backwards = lay_out(b, 2, -1, 0);
  expect_product(backwards.view, a, apply::none, b.view(), b, 2);
  expect_product(backwards.view, a, apply::conjugate, b_backwards.view, b, 0);
  expect_product(a.view(), a, apply::none, b_backwards.view, b, 2);
  const dense<T> column = random_matrix<T>(300, 1, 5);
  expect_product(backwards.view, a, apply::none, lay_out(column, 3, 900, 0).view, column, 0);
  const dense<T> wide = random_matrix<T>(1100, 1030, 3);
  const laid_out wide_backwards = lay_out(wide, 1, -1100, 0);
  const dense<T> few = random_matrix<T>(1100, 3, 4);
  expect_product(few.view(), few, apply::adjoint, wide_backwards.view, wide, 0);
}

TYPED_TEST(LapackMultiply, ConvertsOtherTypes) {
  using T = TypeParam;
  const dense<float> a = filled<float>(4, 3, [](index i, index j) { return static_cast<float>(i - 2 * j); });
  const dense<double> b = filled<double>(3, 2, [](index i, index j) { return static_cast<double>(3 * i + j); });
  expect_product(a.view(), converted<T>(a), apply::none, b.view(), converted<T>(b), 0);
  const laid_out bytes =
      lay_out(filled<std::int8_t>(3, 2, [](index i, index j) { return std::int8_t(i - j); }), 1, 3, 0);
  const dense<T> values = filled<T>(3, 2, [](index i, index j) { return T(static_cast<real_of<T>>(i - j)); });
  expect_product(a.view(), converted<T>(a), apply::none, bytes.view, values, 1);
}

TYPED_TEST(LapackMultiply, EmptySumLeavesBetaTimesC) {
  using T = TypeParam;
  for (const index n : {1, 2}) {
    const dense<T> a(3, 0), b(0, n);
    expect_product(a.view(), a, apply::none, b.view(), b, 0);
    expect_product(a.view(), a, apply::none, b.view(), b, 0.5);
    dense<T> none(0, n);
    cpu::lapack_solver().multiply(1, dense<T>(0, 3).view(), apply::none, dense<T>(3, n).view(), 0, none.block(), 1);
  }
}

TEST(LapackMultiplyChecks, ShapesThatDoNotFitAreADefect) {
  dense<double> c(2, 2);
  EXPECT_THROW(cpu::lapack_solver().multiply(1, dense<double>(2, 3).view(), apply::none, dense<double>(2, 2).view(), 0,
                                             c.block(), 1),
               internal_error);
}

TYPED_TEST(LapackMultiply, NothingBehindAVectorIsRead) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  auto* const pages =
      static_cast<std::byte*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(pages, MAP_FAILED);
  ASSERT_EQ(mprotect(pages + page, page, PROT_NONE), 0);
  constexpr auto size = static_cast<index>(sizeof(TypeParam));
  for (const index inner : {1, 2, 3, 5, 6, 7}) {
    const dense<TypeParam> b = random_matrix<TypeParam>(inner, 1, 1);
    std::byte* const first = pages + page - static_cast<std::size_t>(inner * size);
    std::memcpy(first, b.view().data, static_cast<std::size_t>(inner * size));
    const matrix_view b_at_the_end{first, dtype_of<TypeParam>(), inner, 1, size, inner * size};
    for (const index rows : {1, 2, 6, 10, 14, 30, 50}) {
      const dense<TypeParam> a = random_matrix<TypeParam>(rows, inner, 2);
      expect_product<TypeParam>(lay_out(a, 1, rows, 0).view, a, apply::none, b_at_the_end, b, 0);
    }
  }
  munmap(pages, 2 * page);
}

}  // namespace
}  // namespace gpucompute::testing
