// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cpu/solve/naive/storage.hpp"

namespace gpucompute::cpu::naive {

/// The 2-norm of a column, without overflow on the way.
template <typename T>
double norm_two(const matrix<T>& x) {
  double norm = 0;
  for (index i = 0; i < x.rows; ++i) {
    norm = std::hypot(norm, std::abs(std::complex<double>(x(i, 0))));
  }
  return norm;
}

/// Q = H_0 H_1 ... of Householder's reflectors H = I - tau v v^H. v_k is 1 in row k, lies in column k below that, and is 0
/// above.
template <typename T>
class reflectors {
 public:
  /// a : where the columns lie, of which the first ones become reflectors.
  explicit reflectors(const matrix<T>& a) : a_(a) {}

  std::size_t bytes() const { return taus_.size() * sizeof(T); }

  /// The reflector that takes the column's rest to a multiple of the first unit vector, of which it leaves the factor on
  /// the diagonal; then H^H on the columns to the right.
  void eliminate_next() {
    const index k = static_cast<index>(taus_.size());
    const matrix<T> x = a_.part(k, k, a_.rows - k, 1);
    taus_.push_back(make(x));
    apply(k, conjugate(taus_.back()), a_.part(0, k + 1, a_.rows, a_.columns - k - 1));
  }

  /// b := Q b
  void apply_q(const matrix<T>& b) const {
    for (index k = static_cast<index>(taus_.size()) - 1; k >= 0; --k) {
      apply(k, taus_[static_cast<std::size_t>(k)], b);
    }
  }

  /// b := Q^H b
  void apply_adjoint(const matrix<T>& b) const {
    for (index k = 0; k < static_cast<index>(taus_.size()); ++k) {
      apply(k, conjugate(taus_[static_cast<std::size_t>(k)]), b);
    }
  }

 private:
  /// The figures are those of x / scale, so that no square leaves the range.
  static T make(const matrix<T>& x) {
    real_of<T> scale = 0;
    real_of<T> below = std::abs(std::imag(x(0, 0)));
    for (index i = 0; i < x.rows; ++i) {
      scale = std::max(scale, std::max(std::abs(std::real(x(i, 0))), std::abs(std::imag(x(i, 0)))));
      below = i == 0 ? below : std::max(below, magnitude(x(i, 0)));
    }
    if (below == 0) {
      return T{};
    }
    real_of<T> squares = 0;
    for (index i = 0; i < x.rows; ++i) {
      squares += std::norm(x(i, 0) / scale);
    }
    const T first = x(0, 0) / scale;
    const real_of<T> norm = std::sqrt(squares);
    const real_of<T> target = std::real(first) > 0 ? -norm : norm;
    for (index i = 1; i < x.rows; ++i) {
      x(i, 0) = x(i, 0) / scale / (first - target);
    }
    x(0, 0) = target * scale;
    return (target - first) / target;
  }

  /// b := (I - tau v_k v_k^H) b
  void apply(index k, T tau, const matrix<T>& b) const {
    for (index c = 0; c < b.columns; ++c) {
      T sum = b(k, c);
      for (index i = k + 1; i < a_.rows; ++i) {
        sum += conjugate(a_(i, k)) * b(i, c);
      }
      sum *= tau;
      b(k, c) -= sum;
      for (index i = k + 1; i < a_.rows; ++i) {
        b(i, c) -= a_(i, k) * sum;
      }
    }
  }

  matrix<T> a_;
  std::vector<T> taus_;
};

}  // namespace gpucompute::cpu::naive
