// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "cpu/solve/naive/factored.hpp"
#include "cpu/solve/naive/orthogonal.hpp"

namespace gpucompute::cpu::naive {

/// b := R^-H b, R upper
template <typename T>
void solve_adjoint(const matrix<T>& r, const matrix<T>& b) {
  conjugate_all(b);
  solve_lower(transposed(r), diagonal::stored, r.rows, b);
  conjugate_all(b);
}

/// x := R^H x
template <typename T>
void multiply_adjoint(const matrix<T>& r, const matrix<T>& x) {
  conjugate_all(x);
  multiply_lower(transposed(r), diagonal::stored, r.rows, x);
  conjugate_all(x);
}

template <typename T>
void clear_rows(const matrix<T>& b, index from, index to) {
  each(b.part(from, 0, to - from, b.columns), [](T) { return T{}; });
}

/// F = Q R for F = A, or F = A^H where A has more columns than rows. F x = b is solved in the sense of least squares,
/// F^H x = b by the x of least norm.
template <typename T>
class qr final : public factored<T> {
 public:
  explicit qr(storage<T> a)
      : factored<T>(a.values.rows, a.values.columns),
        a_(std::move(a)),
        wide_(this->rows() < this->columns()),
        f_(wide_ ? transposed(a_.values) : a_.values),
        r_(f_.first_rows(f_.columns)),
        q_(f_) {
    if (wide_) {
      conjugate_all(f_);
    }
    for (index k = 0; k < f_.columns; ++k) {
      q_.eliminate_next();
    }
    this->holds(a_.bytes + q_.bytes());
    this->is_singular_at(first_zero(r_));
  }

  double reciprocal_condition(const solving::matrix_norm& of_a) const override {
    return this->reciprocal_condition_of_upper(r_, of_a.of_rows != wide_);
  }

 protected:
  /// A^T is the conjugate of A^H.
  void apply_inverse(bool turned, const matrix<T>& b) const override {
    this->conjugated_where(turned, b, [&] {
      if (wide_ == turned) {
        q_.apply_adjoint(b.first_rows(f_.rows));
        solve_upper(r_, diagonal::stored, r_.rows, b);
      } else {
        solve_adjoint(r_, b.first_rows(r_.rows));
        clear_rows(b, r_.rows, f_.rows);
        q_.apply_q(b);
      }
    });
  }

  void apply_matrix(bool turned, const matrix<T>& x) const override {
    this->conjugated_where(turned, x, [&] {
      if (wide_ == turned) {
        multiply_upper(r_, diagonal::stored, r_.rows, x);
        clear_rows(x, r_.rows, f_.rows);
        q_.apply_q(x);
      } else {
        q_.apply_adjoint(x);
        multiply_adjoint(r_, x.first_rows(r_.rows));
      }
    });
  }

 private:
  storage<T> a_;
  bool wide_;
  matrix<T> f_, r_;
  reflectors<T> q_;
};

/// A P = Q [S^H 0; 0 0] Z^H with S upper of order r, the rank: QR with the largest remaining column first, until that is
/// smaller than the tolerance times the first; then the r rows of R, adjoint, are Z S.
template <typename T>
class rank_revealing final : public factored<T> {
 public:
  rank_revealing(storage<T> a, double tolerance)
      : factored<T>(a.values.rows, a.values.columns),
        a_(std::move(a)),
        q_(a_.values),
        order_(static_cast<std::size_t>(this->columns())),
        rank_(factor(tolerance)),
        z_values_(adjoint_of_rows()),
        s_(z_values_.values.first_rows(rank_)),
        z_(z_values_.values) {
    for (index k = 0; k < rank_; ++k) {
      z_.eliminate_next();
    }
    this->holds(a_.bytes + q_.bytes() + order_.size() * sizeof(index) + z_values_.bytes + z_.bytes());
  }

  std::int64_t rank() const override { return rank_; }
  double dropped() const override {
    double norm = 0;
    for (index j = rank_; j < this->columns(); ++j) {
      norm = std::hypot(norm, norm_two(a_.values.part(rank_, j, this->rows() - rank_, 1)));
    }
    return norm;
  }
  double reciprocal_condition(const solving::matrix_norm& of_a) const override {
    return this->reciprocal_condition_of_upper(s_, of_a.of_rows);
  }

 protected:
  /// The pseudo-inverse of A is P Z [S^-H 0; 0 0] Q^H. A^T is the conjugate of A^H.
  void apply_inverse(bool turned, const matrix<T>& b) const override {
    this->conjugated_where(turned, b, [&] {
      if (!turned) {
        q_.apply_adjoint(b);
        solve_adjoint(s_, b.first_rows(rank_));
        clear_rows(b, rank_, this->columns());
        z_.apply_q(b);
        permute_rows(order_, false, b);
      } else {
        permute_rows(order_, true, b);
        z_.apply_adjoint(b);
        solve_upper(s_, diagonal::stored, rank_, b);
        clear_rows(b, rank_, this->rows());
        q_.apply_q(b);
      }
    });
  }

  void apply_matrix(bool turned, const matrix<T>& x) const override {
    this->conjugated_where(turned, x, [&] {
      if (!turned) {
        permute_rows(order_, true, x);
        z_.apply_adjoint(x);
        multiply_adjoint(s_, x.first_rows(rank_));
        clear_rows(x, rank_, this->rows());
        q_.apply_q(x);
      } else {
        q_.apply_adjoint(x);
        multiply_upper(s_, diagonal::stored, rank_, x);
        clear_rows(x, rank_, this->columns());
        z_.apply_q(x);
        permute_rows(order_, false, x);
      }
    });
  }

 private:
  index factor(double tolerance) {
    const matrix<T>& a = a_.values;
    for (std::size_t j = 0; j < order_.size(); ++j) {
      order_[j] = static_cast<index>(j);
    }
    const index most = std::min(a.rows, a.columns);
    double first_norm = 0;
    for (index k = 0; k < most; ++k) {
      const auto rest_norm = [&](index j) { return norm_two(a.part(k, j, a.rows - k, 1)); };
      index best = k;
      double best_norm = rest_norm(k);
      for (index j = k + 1; j < a.columns; ++j) {
        const double norm = rest_norm(j);
        best = norm > best_norm ? j : best;
        best_norm = std::max(best_norm, norm);
      }
      first_norm = k == 0 ? best_norm : first_norm;
      if (best_norm <= tolerance * first_norm) {
        return k;
      }
      for (index i = 0; i < a.rows && best != k; ++i) {
        std::swap(a(i, k), a(i, best));
      }
      std::swap(order_[static_cast<std::size_t>(k)], order_[static_cast<std::size_t>(best)]);
      q_.eliminate_next();
    }
    return most;
  }

  storage<T> adjoint_of_rows() const {
    storage<T> made = zeros<T>(this->columns(), rank_);
    for (index i = 0; i < rank_; ++i) {
      for (index j = i; j < this->columns(); ++j) {
        made.values(j, i) = conjugate(a_.values(i, j));
      }
    }
    return made;
  }

  storage<T> a_;
  reflectors<T> q_;
  std::vector<index> order_;
  index rank_;
  storage<T> z_values_;
  matrix<T> s_;
  reflectors<T> z_;
};

}  // namespace gpucompute::cpu::naive
