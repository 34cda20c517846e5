// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "cpu/solve/naive/storage.hpp"
#include "cpu/solve/naive/substitution.hpp"
#include "kernels/array/expectation.hpp"

namespace gpucompute::cpu::naive {

using solving::product;

/// What the methods have in common. Each of them says how A^-1 (or the least-squares solution) and A are applied, to a block
/// of max(rows, columns) rows, argument and result in the first ones; conjugates are reduced to these.
template <typename T>
class factored : public solving::factors {
 public:
  std::int64_t singular_at() const override { return singular_at_; }
  std::int64_t rank() const override { return std::min(rows_, columns_); }
  std::size_t bytes() const override { return bytes_; }
  product determinant() const override {
    throw internal_error(expectation("solve", "factors that have a determinant", "an orthogonal factorization"));
  }

  void solve(solving::apply op, const solving::block& b, int /*threads*/) const final {
    const matrix<T> values = matrix_of<T>(b);
    conjugated_where(conjugates(op), values, [&] { apply_inverse(turns(op), values); });
  }

  void multiply(solving::apply op, const solving::block& x, const solving::block& y, int /*threads*/) const final {
    const storage<T> both = zeros<T>(std::max(rows_, columns_), x.columns);
    const matrix<T> argument = matrix_of<T>(x);
    const matrix<T> result = matrix_of<T>(y);
    assign(both.values, argument, argument.rows);
    conjugated_where(conjugates(op), both.values, [&] { apply_matrix(turns(op), both.values); });
    assign(result, both.values, result.rows);
  }

  /// Exact but for rounding: the inverse is made, a column at a time.
  double reciprocal_condition(const solving::matrix_norm& of_a) const override {
    return reciprocal(of_a.value,
                      inverse_norm(rows_, [&](const matrix<T>& column) { apply_inverse(of_a.of_rows, column); }));
  }

 protected:
  factored(index rows, index columns) : rows_(rows), columns_(columns) {}

  /// `turned`: of the transpose.
  virtual void apply_inverse(bool turned, const matrix<T>& b) const = 0;
  virtual void apply_matrix(bool turned, const matrix<T>& x) const = 0;

  index rows() const { return rows_; }
  index columns() const { return columns_; }
  void holds(std::size_t more) { bytes_ += more; }
  /// Only the first time counts.
  void is_singular_at(index where) { singular_at_ = singular_at_ < 0 ? where : singular_at_; }

  /// Does `work` on the conjugate of `values`, conjugates what it leaves; or does it plainly.
  template <typename Work>
  static void conjugated_where(bool wanted, const matrix<T>& values, Work work) {
    if (wanted) {
      conjugate_all(values);
    }
    work();
    if (wanted) {
      conjugate_all(values);
    }
  }

  /// Largest column sum of |A^-1|, from a function that turns a column b into A^-1 b.
  template <typename Solve>
  static double inverse_norm(index order, Solve solve_column) {
    double norm = 0;
    const storage<T> unit = zeros<T>(order, 1);
    for (index j = 0; j < order; ++j) {
      each(unit.values, [](T) { return T{}; });
      unit.values(j, 0) = T{1};
      solve_column(unit.values);
      double sum = 0;
      for (index i = 0; i < order; ++i) {
        sum += std::abs(std::complex<double>(unit.values(i, 0)));
      }
      norm = std::isnan(sum) ? std::numeric_limits<double>::infinity() : std::max(norm, sum);
    }
    return norm;
  }

  static double reciprocal(double norm, double norm_of_inverse) {
    if (norm_of_inverse == 0) {
      return 1;  // of order 0
    }
    return norm == 0 ? 0 : 1 / norm_of_inverse / norm;
  }

  static double reciprocal_condition_of_upper(const matrix<T>& r, bool of_rows) {
    const matrix<T> lower = transposed(r);
    double norm = 0;
    for (index k = 0; k < r.columns; ++k) {
      double sum = 0;
      for (index i = of_rows ? k : 0; of_rows ? i < r.columns : i <= k; ++i) {
        sum += std::abs(std::complex<double>(of_rows ? r(k, i) : r(i, k)));
      }
      norm = std::max(norm, sum);
    }
    return reciprocal(norm, inverse_norm(r.rows, [&](const matrix<T>& column) {
                        if (of_rows) {
                          solve_lower(lower, diagonal::stored, r.rows, column);
                        } else {
                          solve_upper(r, diagonal::stored, r.rows, column);
                        }
                      }));
  }

 private:
  static bool turns(solving::apply op) { return op == solving::apply::transpose || op == solving::apply::adjoint; }
  static bool conjugates(solving::apply op) {
    return is_complex_number<T> && (op == solving::apply::conjugate || op == solving::apply::adjoint);
  }
  static void assign(const matrix<T>& to, const matrix<T>& from, index row_count) {
    for (index j = 0; j < to.columns; ++j) {
      for (index i = 0; i < row_count; ++i) {
        to(i, j) = from(i, j);
      }
    }
  }

  index rows_, columns_;
  index singular_at_ = -1;
  std::size_t bytes_ = 0;
};

/// Row i becomes what row order[i] was, or the other way round.
template <typename T>
void permute_rows(const std::vector<index>& order, bool forward, const matrix<T>& b) {
  std::vector<T> column(order.size());
  for (index c = 0; c < b.columns; ++c) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto [from, to] =
          forward ? std::pair(order[i], static_cast<index>(i)) : std::pair(static_cast<index>(i), order[i]);
      column[static_cast<std::size_t>(to)] = b(from, c);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
      b(static_cast<index>(i), c) = column[i];
    }
  }
}

}  // namespace gpucompute::cpu::naive
