// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "cpu/solve/passes/instructions.hpp"
#include "cpu/solve/small.hpp"
#include "tests/cpu/instruction_sets.hpp"

namespace gpucompute::testing {

using float_types = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
using wide = std::complex<long double>;
using wide_matrix = std::vector<std::vector<wide>>;

template <typename T>
inline constexpr double unit_roundoff = component(dtype_of<T>()) == float32 ? 0x1p-24 : 0x1p-53;

template <typename T>
T random_number(std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  if constexpr (is_complex(dtype_of<T>())) {
    using part = typename T::value_type;
    const auto re = static_cast<part>(uniform(random));
    return {re, static_cast<part>(uniform(random))};
  } else {
    return static_cast<T>(uniform(random));
  }
}
template <typename T>
T number(double value) {
  if constexpr (is_complex(dtype_of<T>())) {
    return T(static_cast<typename T::value_type>(value), 0);
  } else {
    return static_cast<T>(value);
  }
}
template <typename T>
T times_power(T value, int exponent) {
  if constexpr (is_complex(dtype_of<T>())) {
    return {std::ldexp(value.real(), exponent), std::ldexp(value.imag(), exponent)};
  } else {
    return std::ldexp(value, exponent);
  }
}

/// Elements from one stretch of memory; strides count elements.
struct layout {
  std::int64_t system, row, column;
};

/// What solve_small() is called with, its memory and its answer.
template <typename T>
struct small_case {
  small_case(std::int64_t count_, std::int64_t order_, std::int64_t columns_)
      : small_case(count_, order_, columns_, {order_ * order_, 1, order_}, {order_ * columns_, 1, order_}) {}
  small_case(std::int64_t count_, std::int64_t order_, std::int64_t columns_, layout of_a, layout of_b)
      : count(count_), order(order_), columns(columns_), a_layout(of_a), b_layout(of_b) {
    a.assign(static_cast<std::size_t>(reach(of_a, order, order)), T(99));
    b.assign(static_cast<std::size_t>(reach(of_b, order, columns)), T(99));
    x.assign(static_cast<std::size_t>(reach(x_layout(), order, columns)), T(77));
    outcomes.resize(static_cast<std::size_t>(count));
    errors.assign(static_cast<std::size_t>(count * columns), -1);
  }
  std::int64_t reach(const layout& of, std::int64_t rows, std::int64_t right) const {
    return 1 + std::max<std::int64_t>(count - 1, 0) * of.system + std::max<std::int64_t>(rows - 1, 0) * of.row +
           std::max<std::int64_t>(right - 1, 0) * of.column;
  }
  /// Never repeating, with gaps.
  layout x_layout() const {
    return {(order + 1) * (columns + 1) * 2, x_by_rows ? columns + 1 : x_row, x_by_rows ? 1 : 2 * (order + 1)};
  }
  T& at_a(std::int64_t s, std::int64_t i, std::int64_t j) {
    return a[static_cast<std::size_t>(s * a_layout.system + i * a_layout.row + j * a_layout.column)];
  }
  T& at_b(std::int64_t s, std::int64_t i, std::int64_t j) {
    return b[static_cast<std::size_t>(s * b_layout.system + i * b_layout.row + j * b_layout.column)];
  }
  T& at_x(std::int64_t s, std::int64_t i, std::int64_t j) {
    const layout of = x_layout();
    return x[static_cast<std::size_t>(s * of.system + i * of.row + j * of.column)];
  }
  void fill(std::mt19937_64& random) {
    for (T& value : a) value = random_number<T>(random);
    for (T& value : b) value = random_number<T>(random);
  }
  void run(solving::apply op_ = solving::apply::none, bool screened = true, int threads = 1) {
    op = op_;
    const auto size = static_cast<std::int64_t>(sizeof(T));
    const layout of_x = x_layout();
    solving::small_systems systems;
    systems.count = count;
    systems.order = order;
    systems.right_hand_sides = columns;
    systems.type = dtype_of<T>();
    systems.a = a.data();
    systems.a_system = a_layout.system * size;
    systems.a_row = a_layout.row * size;
    systems.a_column = a_layout.column * size;
    systems.b = b.data();
    systems.b_system = b_layout.system * size;
    systems.b_row = b_layout.row * size;
    systems.b_column = b_layout.column * size;
    systems.x = x.data();
    systems.x_system = of_x.system * size;
    systems.x_row = of_x.row * size;
    systems.x_column = of_x.column * size;
    systems.op = op;
    systems.screened = screened;
    systems.threads = threads;
    copies.assign(dense() ? a.size() : 0, T(55));
    systems.copies = dense() ? copies.data() : nullptr;
    cpu::solve_small(systems, outcomes.data(), columns == 0 ? nullptr : errors.data());
  }
  /// Whether a can be copied as it lies.
  bool dense() const {
    return a_layout.system == order * order && a_layout.row == 1 && a_layout.column == order && count > 0 && order > 0;
  }
  /// op(A) of a system.
  wide_matrix matrix(std::int64_t s) {
    wide_matrix found(static_cast<std::size_t>(order), std::vector<wide>(static_cast<std::size_t>(order)));
    for (std::int64_t i = 0; i < order; ++i) {
      for (std::int64_t j = 0; j < order; ++j) {
        const bool other = op == solving::apply::transpose || op == solving::apply::adjoint;
        wide value(other ? at_a(s, j, i) : at_a(s, i, j));
        if (op == solving::apply::adjoint || op == solving::apply::conjugate) value = std::conj(value);
        found[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = value;
      }
    }
    return found;
  }
  /// Of a column of x, as it is.
  double backward_error(std::int64_t s, std::int64_t c);
  /// x of a system is small in its backward error, and what is said of the system is so.
  void expect_solved(std::int64_t s);

  std::int64_t count, order, columns;
  std::int64_t x_row = 2;
  bool x_by_rows = false;
  layout a_layout, b_layout;
  solving::apply op = solving::apply::none;
  std::vector<T> a, b, x, copies;
  std::vector<solving::small_outcome> outcomes;
  std::vector<double> errors;
};

inline long double row_norm(const wide_matrix& a) {
  long double most = 0;
  for (const auto& row : a) {
    long double sum = 0;
    for (const wide& value : row) sum += std::abs(value);
    most = std::max(most, sum);
  }
  return most;
}

/// The inverse, by Gauss and Jordan with partial pivoting; empty where a pivot is zero.
inline wide_matrix inverse_of(wide_matrix a) {
  const std::size_t n = a.size();
  for (std::size_t i = 0; i < n; ++i) {
    a[i].resize(2 * n);
    a[i][n + i] = 1;
  }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t p = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[p][k])) p = i;
    }
    if (a[p][k] == wide(0)) return {};
    std::swap(a[k], a[p]);
    const wide pivot = a[k][k];
    for (wide& value : a[k]) value /= pivot;
    for (std::size_t i = 0; i < n; ++i) {
      const wide factor = a[i][k];
      for (std::size_t j = 0; j < 2 * n && i != k; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  for (auto& row : a) row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n));
  return a;
}

template <typename T>
double small_case<T>::backward_error(std::int64_t s, std::int64_t c) {
  const wide_matrix of = matrix(s);
  long double norm_r = 0, norm_x = 0, norm_b = 0;
  for (std::int64_t i = 0; i < order; ++i) {
    wide r(at_b(s, i, c));
    norm_b = std::max(norm_b, std::abs(r));
    for (std::int64_t j = 0; j < order; ++j) {
      const wide solution(at_x(s, j, c));
      r -= of[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] * solution;
      norm_x = std::max(norm_x, std::abs(solution));
    }
    norm_r = std::max(norm_r, std::abs(r));
  }
  return norm_r == 0 ? 0.0 : static_cast<double>(norm_r / (row_norm(of) * norm_x + norm_b));
}

template <typename T>
void small_case<T>::expect_solved(std::int64_t s) {
  const solving::small_outcome& outcome = outcomes[static_cast<std::size_t>(s)];
  ASSERT_TRUE(outcome.finite);
  ASSERT_EQ(outcome.singular_at, -1);
  const double u = unit_roundoff<T>;
  double worst = 0;
  for (std::int64_t c = 0; c < columns; ++c) {
    const double error = backward_error(s, c);
    const double said = errors[static_cast<std::size_t>(s * columns + c)];
    EXPECT_LE(error, 4 * static_cast<double>(order) * u) << "system " << s << ", column " << c;
    EXPECT_LE(std::abs(said - error), 2 * static_cast<double>(order + 2) * u) << "system " << s << ", column " << c;
    worst = std::max(worst, said);
  }
  EXPECT_EQ(outcome.backward_error, worst);
}

/// Runs `claim` with each instruction set of this machine.
template <typename Claim>
void for_each_isa(Claim claim) {
  for (const cpu::isa set : instruction_sets()) {
    SCOPED_TRACE(cpu::name(set));
    cpu::passes::use_instructions(set);
    claim();
  }
  cpu::passes::use_instructions({});
}

inline constexpr solving::apply every_apply[] = {solving::apply::none, solving::apply::transpose,
                                                 solving::apply::adjoint, solving::apply::conjugate};

}  // namespace gpucompute::testing
