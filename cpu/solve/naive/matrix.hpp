// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <type_traits>

#include <gpucompute/error.hpp>

#include "cpu/solve/element.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/solve/solver.hpp"

// The numbers and the matrices of the plain loops. T is float, double or a complex of them.

namespace gpucompute::cpu::naive {

using index = std::int64_t;

template <typename T>
T conjugate(T x) {
  if constexpr (is_complex_number<T>) {
    return std::conj(x);
  } else {
    return x;
  }
}

/// What pivots are compared by, as in LAPACK: |re| + |im|.
template <typename T>
real_of<T> magnitude(T x) {
  return std::abs(std::real(x)) + std::abs(std::imag(x));
}

/// The value in T; the imaginary part is lost where T has none.
template <typename T>
T narrowed(std::complex<double> value) {
  if constexpr (is_complex_number<T>) {
    return {static_cast<real_of<T>>(value.real()), static_cast<real_of<T>>(value.imag())};
  } else {
    return static_cast<T>(value.real());
  }
}

/// Borrowed elements; steps count elements, so that a transpose, a part and a band are matrices too.
template <typename T>
struct matrix {
  T* data = nullptr;
  index rows = 0, columns = 0;
  index row_step = 1, column_step = 0;

  T& operator()(index i, index j) const { return data[i * row_step + j * column_step]; }
  matrix part(index i, index j, index of_rows, index of_columns) const {
    return {data + i * row_step + j * column_step, of_rows, of_columns, row_step, column_step};
  }
  matrix column(index j) const { return part(0, j, rows, 1); }
  matrix first_rows(index count) const { return part(0, 0, count, columns); }
};

template <typename T>
matrix<T> transposed(const matrix<T>& a) {
  return {a.data, a.columns, a.rows, a.column_step, a.row_step};
}

template <typename T>
matrix<T> matrix_of(const solving::block& b) {
  return {static_cast<T*>(b.data), b.rows, b.columns, 1, b.leading};
}

/// Each element becomes change(element).
template <typename T, typename Change>
void each(const matrix<T>& a, Change change) {
  for (index j = 0; j < a.columns; ++j) {
    for (index i = 0; i < a.rows; ++i) {
      a(i, j) = change(a(i, j));
    }
  }
}

template <typename T>
void conjugate_all(const matrix<T>& a) {
  each(a, conjugate<T>);
}

/// Calls visit(T{}) with the C++ type of float32, float64, complex64 or complex128.
template <typename Visit>
auto with_number(dtype type, Visit visit) {
  switch (type) {
    case float32:
      return visit(float{});
    case float64:
      return visit(double{});
    case complex64:
      return visit(std::complex<float>{});
    case complex128:
      return visit(std::complex<double>{});
    default:
      throw internal_error(expectation("solve", "a type of factors", name(type)));
  }
}

}  // namespace gpucompute::cpu::naive
