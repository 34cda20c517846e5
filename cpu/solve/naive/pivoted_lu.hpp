// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "cpu/solve/naive/elements.hpp"
#include "cpu/solve/naive/factored.hpp"

namespace gpucompute::cpu::naive {

/// Right-looking LU with partial pivoting of a matrix with `lower` diagonals below the main one and `upper` above: a dense
/// one has n - 1 of each, a tridiagonal one 1. Pivoting fills `lower` more above, for which there must be room and zeros.
/// In step k row k changes places with its pivot's, then multiples of it are subtracted from the rows below. The multipliers
/// stay in the column where they were made and do not change places with later rows.
template <typename T>
class pivoted_lu final : public factored<T> {
 public:
  pivoted_lu(storage<T> a, index lower, index upper)
      : factored<T>(a.values.rows, a.values.rows),
        a_(std::move(a)),
        lower_(lower),
        width_(lower + upper),
        pivots_(static_cast<std::size_t>(this->rows())) {
    this->holds(a_.bytes + pivots_.size() * sizeof(index));
    for (index k = 0; k < this->rows(); ++k) {
      eliminate(k);
    }
  }

  product determinant() const override {
    product all;
    for (index k = 0; k < this->rows(); ++k) {
      all.multiply(a_.values(k, k));
      if (pivot(k) != k) {
        all.change_sign();
      }
    }
    return all;
  }

 protected:
  void apply_inverse(bool turned, const matrix<T>& b) const override {
    const matrix<T>& a = a_.values;
    if (!turned) {
      for (index k = 0; k < this->rows(); ++k) {
        subtract_multiples(k, b);
      }
      solve_upper(a, diagonal::stored, width_, b);
    } else {
      solve_lower(transposed(a), diagonal::stored, width_, b);
      for (index k = this->rows() - 1; k >= 0; --k) {
        gather_multiples(k, b, T{-1});
        swap_rows(b, k, pivot(k));
      }
    }
  }

  void apply_matrix(bool turned, const matrix<T>& x) const override {
    const matrix<T>& a = a_.values;
    if (!turned) {
      multiply_upper(a, diagonal::stored, width_, x);
      for (index k = this->rows() - 1; k >= 0; --k) {
        add_multiples(k, x);
      }
    } else {
      for (index k = 0; k < this->rows(); ++k) {
        swap_rows(x, k, pivot(k));
        gather_multiples(k, x, T{1});
      }
      multiply_lower(transposed(a), diagonal::stored, width_, x);
    }
  }

 private:
  index pivot(index k) const { return pivots_[static_cast<std::size_t>(k)]; }
  /// One past the last row that step k touches.
  index end_of(index k) const { return std::min(this->rows(), k + lower_ + 1); }

  static void swap_rows(const matrix<T>& of, index one, index other) {
    for (index j = 0; j < of.columns && one != other; ++j) {
      std::swap(of(one, j), of(other, j));
    }
  }

  void eliminate(index k) {
    const matrix<T>& a = a_.values;
    const index end_row = end_of(k);
    const index end_column = std::min(this->rows(), k + width_ + 1);
    index best = k;
    for (index i = k + 1; i < end_row; ++i) {
      if (magnitude(a(i, k)) > magnitude(a(best, k))) {
        best = i;
      }
    }
    pivots_[static_cast<std::size_t>(k)] = best;
    if (a(best, k) == T{}) {
      this->is_singular_at(k);
      return;
    }
    for (index j = k; j < end_column; ++j) {
      std::swap(a(k, j), a(best, j));
    }
    for (index i = k + 1; i < end_row; ++i) {
      a(i, k) /= a(k, k);
    }
    for (index j = k + 1; j < end_column; ++j) {
      for (index i = k + 1; i < end_row; ++i) {
        a(i, j) -= a(i, k) * a(k, j);
      }
    }
  }

  void subtract_multiples(index k, const matrix<T>& b) const {
    swap_rows(b, k, pivot(k));
    for (index c = 0; c < b.columns; ++c) {
      for (index i = k + 1; i < end_of(k); ++i) {
        b(i, c) -= a_.values(i, k) * b(k, c);
      }
    }
  }

  /// What subtract_multiples() does, undone.
  void add_multiples(index k, const matrix<T>& x) const {
    for (index c = 0; c < x.columns; ++c) {
      for (index i = k + 1; i < end_of(k); ++i) {
        x(i, c) += a_.values(i, k) * x(k, c);
      }
    }
    swap_rows(x, k, pivot(k));
  }

  void gather_multiples(index k, const matrix<T>& b, T sign) const {
    for (index c = 0; c < b.columns; ++c) {
      for (index i = k + 1; i < end_of(k); ++i) {
        b(k, c) += sign * a_.values(i, k) * b(i, c);
      }
    }
  }

  storage<T> a_;
  index lower_, width_;
  std::vector<index> pivots_;
};

/// Room for a band with its fill, and the band in it: element (i, j) is used where j - i <= lower + upper, i - j <= lower.
template <typename T>
storage<T> band(const solving::matrix_view& source, index lower, index upper) {
  const index order = source.rows;
  storage<T> held = zeros<T>(2 * lower + upper + 1, order);
  const elements at(source);
  // Going right by one column and down by one row is going on by a whole column of the band.
  held.values = {held.values.data + lower + upper, order, order, 1, 2 * lower + upper};
  for (index j = 0; j < order; ++j) {
    for (index i = std::max<index>(0, j - upper); i < std::min(order, j + lower + 1); ++i) {
      held.values(i, j) = narrowed<T>(at(i, j));
    }
  }
  return held;
}

}  // namespace gpucompute::cpu::naive
