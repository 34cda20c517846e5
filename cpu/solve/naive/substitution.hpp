// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "cpu/solve/naive/matrix.hpp"

// Triangular matrices and vectors. A triangle is square and may hold anything on its other side, on a diagonal of ones, and
// farther than `width` from its diagonal: none of that is read.

namespace gpucompute::cpu::naive {

enum class diagonal { stored, ones };

/// b := L^-1 b
template <typename T>
void solve_lower(const matrix<T>& l, diagonal kind, index width, const matrix<T>& b) {
  for (index c = 0; c < b.columns; ++c) {
    for (index i = 0; i < l.rows; ++i) {
      T sum = b(i, c);
      for (index j = std::max<index>(0, i - width); j < i; ++j) {
        sum -= l(i, j) * b(j, c);
      }
      b(i, c) = kind == diagonal::ones ? sum : sum / l(i, i);
    }
  }
}

/// b := U^-1 b
template <typename T>
void solve_upper(const matrix<T>& u, diagonal kind, index width, const matrix<T>& b) {
  for (index c = 0; c < b.columns; ++c) {
    for (index i = u.rows - 1; i >= 0; --i) {
      T sum = b(i, c);
      for (index j = i + 1; j < u.rows && j <= i + width; ++j) {
        sum -= u(i, j) * b(j, c);
      }
      b(i, c) = kind == diagonal::ones ? sum : sum / u(i, i);
    }
  }
}

/// x := L x
template <typename T>
void multiply_lower(const matrix<T>& l, diagonal kind, index width, const matrix<T>& x) {
  for (index c = 0; c < x.columns; ++c) {
    for (index i = l.rows - 1; i >= 0; --i) {
      T sum = kind == diagonal::ones ? x(i, c) : l(i, i) * x(i, c);
      for (index j = std::max<index>(0, i - width); j < i; ++j) {
        sum += l(i, j) * x(j, c);
      }
      x(i, c) = sum;
    }
  }
}

/// x := U x
template <typename T>
void multiply_upper(const matrix<T>& u, diagonal kind, index width, const matrix<T>& x) {
  for (index c = 0; c < x.columns; ++c) {
    for (index i = 0; i < u.rows; ++i) {
      T sum = kind == diagonal::ones ? x(i, c) : u(i, i) * x(i, c);
      for (index j = i + 1; j < u.rows && j <= i + width; ++j) {
        sum += u(i, j) * x(j, c);
      }
      x(i, c) = sum;
    }
  }
}

/// The row of the first zero on the diagonal, or -1.
template <typename T>
index first_zero(const matrix<T>& triangle) {
  for (index i = 0; i < triangle.rows; ++i) {
    if (triangle(i, i) == T{}) {
      return i;
    }
  }
  return -1;
}

}  // namespace gpucompute::cpu::naive
