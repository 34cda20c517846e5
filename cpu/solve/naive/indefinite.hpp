// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include "cpu/solve/naive/triangles.hpp"

namespace gpucompute::cpu::naive {

/// P A P^T = L D L^T, or L^H where A is Hermitian: L lower with a diagonal of ones, D of blocks of order 1 and 2, pivots by
/// Bunch and Kaufman. Works on both triangles, so that interchanges are those of whole rows and columns.
template <typename T>
class indefinite final : public factored<T> {
 public:
  /// a : complete.
  indefinite(storage<T> a, bool hermitian)
      : factored<T>(a.values.rows, a.values.rows),
        a_(std::move(a)),
        hermitian_(hermitian && is_complex_number<T>),
        order_(static_cast<std::size_t>(this->rows())),
        above_(order_.size()) {
    this->holds(a_.bytes + order_.size() * (sizeof(index) + sizeof(T)));
    for (std::size_t i = 0; i < order_.size(); ++i) {
      order_[i] = static_cast<index>(i);
    }
    for (index k = 0; k < this->rows(); k += step_at(k)) {
      eliminate(k);
    }
  }

  product determinant() const override {
    product all;
    const matrix<T>& a = a_.values;
    for (index k = 0; k < this->rows(); k += step_at(k)) {
      if (step_at(k) == 1) {
        all.multiply(a(k, k));
      } else {
        // d11 d22 - d12 d21, which may overflow where its logarithm does not
        const std::complex<double> upper = above(k), lower = conjugate_where_hermitian(above(k));
        all.multiply(upper);
        all.multiply(lower);
        all.multiply(std::complex<double>(a(k, k)) / upper * (std::complex<double>(a(k + 1, k + 1)) / lower) - 1.0);
      }
    }
    return all;
  }

 protected:
  /// A^T is A, or the conjugate of it.
  void apply_inverse(bool turned, const matrix<T>& b) const override {
    this->conjugated_where(turned && hermitian_, b, [&] {
      permute_rows(order_, true, b);
      solve_lower(a_.values, diagonal::ones, this->rows(), b);
      solve_blocks(b);
      this->conjugated_where(hermitian_, b,
                             [&] { solve_upper(transposed(a_.values), diagonal::ones, this->rows(), b); });
      permute_rows(order_, false, b);
    });
  }
  void apply_matrix(bool turned, const matrix<T>& x) const override {
    this->conjugated_where(turned && hermitian_, x, [&] {
      permute_rows(order_, true, x);
      this->conjugated_where(hermitian_, x,
                             [&] { multiply_upper(transposed(a_.values), diagonal::ones, this->rows(), x); });
      multiply_blocks(x);
      multiply_lower(a_.values, diagonal::ones, this->rows(), x);
      permute_rows(order_, false, x);
    });
  }

 private:
  /// The element of D above the diagonal in the block that begins at k; 0 where it is of order 1.
  T above(index k) const { return above_[static_cast<std::size_t>(k)]; }
  index step_at(index k) const { return above(k) == T{} ? 1 : 2; }
  T conjugate_where_hermitian(T x) const { return hermitian_ ? conjugate(x) : x; }

  /// y with [d11 d12; d21 d22] y = b, for a block that Bunch and Kaufman take: d12 d21 is larger than d11 d22.
  static std::pair<T, T> solve_pair(T d11, T d12, T d21, T d22, T b1, T b2) {
    const T p = d11 / d12, q = d22 / d21;
    const T c1 = b1 / d12, c2 = b2 / d21;
    const T rest = T{1} - p * q;
    return {(c2 - q * c1) / rest, (c1 - p * c2) / rest};
  }

  /// The row below k of the largest element in column k and its magnitude; leaves out row `but`.
  std::pair<index, real_of<T>> largest(index column, index from, index but) const {
    std::pair<index, real_of<T>> found(from, 0);
    for (index i = from; i < this->rows(); ++i) {
      if (i != but && magnitude(a_.values(i, column)) > found.second) {
        found = {i, magnitude(a_.values(i, column))};
      }
    }
    return found;
  }

  void exchange(index k, index one, index other) {
    const matrix<T>& a = a_.values;
    for (index j = 0; j < a.columns && one != other; ++j) {
      std::swap(a(one, j), a(other, j));
    }
    for (index i = k; i < a.rows && one != other; ++i) {
      std::swap(a(i, one), a(i, other));
    }
    std::swap(order_[static_cast<std::size_t>(one)], order_[static_cast<std::size_t>(other)]);
  }

  void eliminate(index k) {
    const matrix<T>& a = a_.values;
    const real_of<T> alpha = (1 + std::sqrt(real_of<T>(17))) / 8;
    const real_of<T> here = magnitude(a(k, k));
    const auto [row, below] = largest(k, k + 1, -1);
    if (std::max(here, below) == 0) {
      this->is_singular_at(k);
      return;
    }
    if (here >= alpha * below) {
      return eliminate_one(k);
    }
    const real_of<T> beside = largest(row, k, row).second;
    if (here >= alpha * below * (below / beside)) {
      return eliminate_one(k);
    }
    if (magnitude(a(row, row)) >= alpha * beside) {
      exchange(k, k, row);
      return eliminate_one(k);
    }
    exchange(k, k + 1, row);
    eliminate_two(k);
  }

  /// Both triangles of the rest become what the lower one is.
  void update(index i, index j, T less) {
    const matrix<T>& a = a_.values;
    a(i, j) -= less;
    if (i == j && hermitian_) {
      a(i, i) = std::real(a(i, i));
    }
    a(j, i) = conjugate_where_hermitian(a(i, j));
  }

  void eliminate_one(index k) {
    const matrix<T>& a = a_.values;
    for (index j = k + 1; j < a.rows; ++j) {
      for (index i = j; i < a.rows; ++i) {
        update(i, j, a(i, k) / a(k, k) * a(k, j));
      }
    }
    for (index i = k + 1; i < a.rows; ++i) {
      a(i, k) /= a(k, k);
    }
  }

  void eliminate_two(index k) {
    const matrix<T>& a = a_.values;
    above_[static_cast<std::size_t>(k)] = a(k, k + 1);
    const T lower = a(k + 1, k);
    a(k + 1, k) = T{};  // of L
    for (index i = k + 2; i < a.rows; ++i) {
      // [l1 l2] D = [a(i, k) a(i, k + 1)]
      std::tie(a(i, k), a(i, k + 1)) = solve_pair(a(k, k), lower, above(k), a(k + 1, k + 1), a(i, k), a(i, k + 1));
    }
    for (index j = k + 2; j < a.rows; ++j) {
      for (index i = j; i < a.rows; ++i) {
        update(i, j, a(i, k) * a(k, j) + a(i, k + 1) * a(k + 1, j));
      }
    }
  }

  void solve_blocks(const matrix<T>& b) const {
    const matrix<T>& a = a_.values;
    for (index c = 0; c < b.columns; ++c) {
      for (index k = 0; k < this->rows(); k += step_at(k)) {
        if (step_at(k) == 1) {
          b(k, c) /= a(k, k);
        } else {
          std::tie(b(k, c), b(k + 1, c)) =
              solve_pair(a(k, k), above(k), conjugate_where_hermitian(above(k)), a(k + 1, k + 1), b(k, c), b(k + 1, c));
        }
      }
    }
  }

  void multiply_blocks(const matrix<T>& x) const {
    const matrix<T>& a = a_.values;
    for (index c = 0; c < x.columns; ++c) {
      for (index k = 0; k < this->rows(); k += step_at(k)) {
        const T first = x(k, c);
        x(k, c) *= a(k, k);
        if (step_at(k) == 2) {
          x(k, c) += above(k) * x(k + 1, c);
          x(k + 1, c) = conjugate_where_hermitian(above(k)) * first + a(k + 1, k + 1) * x(k + 1, c);
        }
      }
    }
  }

  storage<T> a_;
  bool hermitian_;
  std::vector<index> order_;
  std::vector<T> above_;
};

}  // namespace gpucompute::cpu::naive
