// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "cpu/solve/naive/factored.hpp"

// The methods that take a triangle or a diagonal as it is, and Cholesky, which makes one.

namespace gpucompute::cpu::naive {

template <typename T>
class triangular final : public factored<T> {
 public:
  triangular(storage<T> a, bool is_lower)
      : factored<T>(a.values.rows, a.values.rows), a_(std::move(a)), is_lower_(is_lower) {
    this->holds(a_.bytes);
    this->is_singular_at(first_zero(a_.values));
  }

  product determinant() const override {
    product all;
    for (index i = 0; i < this->rows(); ++i) {
      all.multiply(a_.values(i, i));
    }
    return all;
  }

 protected:
  void apply_inverse(bool turned, const matrix<T>& b) const override {
    const matrix<T> a = turned ? transposed(a_.values) : a_.values;
    (is_lower_ != turned ? solve_lower<T> : solve_upper<T>)(a, diagonal::stored, a.rows, b);
  }
  void apply_matrix(bool turned, const matrix<T>& x) const override {
    const matrix<T> a = turned ? transposed(a_.values) : a_.values;
    (is_lower_ != turned ? multiply_lower<T> : multiply_upper<T>)(a, diagonal::stored, a.rows, x);
  }

 private:
  storage<T> a_;
  bool is_lower_;
};

/// A diagonal is a triangle of bandwidth 0, in a band of one row.
template <typename T>
class diagonal_alone final : public factored<T> {
 public:
  /// d : the matrix, of which the diagonal is read.
  explicit diagonal_alone(storage<T> d) : factored<T>(d.values.rows, d.values.rows), d_(std::move(d)) {
    this->holds(d_.bytes);
    this->is_singular_at(first_zero(d_.values));
  }

  product determinant() const override {
    product all;
    for (index i = 0; i < this->rows(); ++i) {
      all.multiply(d_.values(i, i));
    }
    return all;
  }

 protected:
  void apply_inverse(bool /*turned*/, const matrix<T>& b) const override {
    solve_lower(d_.values, diagonal::stored, 0, b);
  }
  void apply_matrix(bool /*turned*/, const matrix<T>& x) const override {
    multiply_lower(d_.values, diagonal::stored, 0, x);
  }

 private:
  storage<T> d_;
};

/// The other triangle of a matrix that is symmetric, or Hermitian, and a real diagonal for the latter.
template <typename T>
void complete(const matrix<T>& a, bool from_lower, bool hermitian) {
  for (index j = 0; j < a.columns; ++j) {
    if (hermitian) {
      a(j, j) = std::real(a(j, j));
    }
    for (index i = j + 1; i < a.rows; ++i) {
      T& known = from_lower ? a(i, j) : a(j, i);
      (from_lower ? a(j, i) : a(i, j)) = hermitian ? conjugate(known) : known;
    }
  }
}

/// A = L L^H, a column of L at a time.
template <typename T>
class cholesky final : public factored<T> {
 public:
  /// a : complete.
  explicit cholesky(storage<T> a) : factored<T>(a.values.rows, a.values.rows), l_(std::move(a)) {
    this->holds(l_.bytes);
    for (index k = 0; k < this->rows() && this->singular_at() < 0; ++k) {
      make_column(k);
    }
  }

  product determinant() const override {
    product all;
    for (index i = 0; i < this->rows(); ++i) {
      all.multiply(this->singular_at() < 0 ? l_.values(i, i) : T{});
      all.multiply(this->singular_at() < 0 ? l_.values(i, i) : T{});
    }
    return all;
  }

 protected:
  /// A^T is the conjugate of A.
  void apply_inverse(bool turned, const matrix<T>& b) const override {
    this->conjugated_where(turned, b, [&] {
      solve_lower(l_.values, diagonal::stored, this->rows(), b);
      this->conjugated_where(true, b, [&] { solve_upper(transposed(l_.values), diagonal::stored, this->rows(), b); });
    });
  }
  void apply_matrix(bool turned, const matrix<T>& x) const override {
    this->conjugated_where(turned, x, [&] {
      this->conjugated_where(true, x,
                             [&] { multiply_upper(transposed(l_.values), diagonal::stored, this->rows(), x); });
      multiply_lower(l_.values, diagonal::stored, this->rows(), x);
    });
  }

 private:
  void make_column(index k) {
    const matrix<T>& a = l_.values;
    const real_of<T> pivot = std::real(a(k, k));
    if (!(pivot > 0)) {
      this->is_singular_at(k);
      return;
    }
    const real_of<T> root = std::sqrt(pivot);
    a(k, k) = root;
    for (index i = k + 1; i < a.rows; ++i) {
      a(i, k) /= root;
    }
    for (index j = k + 1; j < a.columns; ++j) {
      for (index i = j; i < a.rows; ++i) {
        a(i, j) -= a(i, k) * conjugate(a(j, k));
      }
      a(j, j) = std::real(a(j, j));
    }
  }

  storage<T> l_;
};

}  // namespace gpucompute::cpu::naive
