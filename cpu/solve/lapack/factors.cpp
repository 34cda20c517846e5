// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/lapack/factors.hpp"

#include <cmath>
#include <string>

#include <gpucompute/error.hpp>

#include "kernels/array/expectation.hpp"

namespace gpucompute::cpu::lapack {

template <typename T>
void copy_block(const solving::block& from, bool conjugated, const solving::block& to) {
  for (std::int64_t j = 0; j < from.columns; ++j) {
    const T* const source = column_of<T>(from, j);
    T* const target = column_of<T>(to, j);
    if constexpr (is_complex_number<T>) {
      if (conjugated) {
        std::transform(source, source + from.rows, target, [](T value) { return std::conj(value); });
        continue;
      }
    }
    if (source != target) {
      std::copy(source, source + from.rows, target);
    }
  }
}

template <typename T>
void factors_of<T>::set_singular(std::int64_t at) {
  if (at >= order_) {
    throw runtime_failure(expectation("factorize",
                                      "a zero pivot among " + std::to_string(order_) + " rows from the library",
                                      "row " + std::to_string(at)));
  }
  singular_at_ = at;
}

template <typename T>
void factors_of<T>::require_places(const memory_for<std::int64_t>& written) const {
  for (std::int64_t i = 0; i < written.rows(); ++i) {
    const std::int64_t place = library_.index(written.data(), i);
    if (place == 0 || place < -written.rows() || place > written.rows()) {
      throw runtime_failure(
          expectation("factorize", "interchanges among " + std::to_string(written.rows()) + " rows from the library",
                      "row " + std::to_string(place)));
    }
  }
}

template <typename T>
void factors_of<T>::require_type(const char* function, const solving::block& b) const {
  if (b.type != dtype_of<T>()) {
    throw internal_error(expectation(function, std::string(name(dtype_of<T>())) + " as the factors", name(b.type)));
  }
}

template <typename T>
auto factors_of<T>::plan_of(solving::apply op) const -> plan {
  using enum solving::apply;
  if constexpr (!is_complex_number<T>) {
    op = op == conjugate ? none : op == transpose ? adjoint : op;
    if (known_ == kinds_of_op::none_when_hermitian || known_ == kinds_of_op::none_when_symmetric) {
      op = none;
    }
    return {false, op};
  } else {
    switch (known_) {
      case kinds_of_op::none_transpose_adjoint:
        return {op == conjugate, op == conjugate ? none : op};
      case kinds_of_op::none_adjoint:
        return {op == conjugate || op == transpose, op == conjugate ? none : op == transpose ? adjoint : op};
      case kinds_of_op::none_when_hermitian:
        return {op == conjugate || op == transpose, none};
      case kinds_of_op::none_when_symmetric:
        return {op == conjugate || op == adjoint, none};
    }
    return {false, op};
  }
}

template <typename T>
void factors_of<T>::solve(solving::apply op, const solving::block& b, int threads) const {
  require_type("solve", b);
  if (b.columns == 0 || b.rows == 0) {
    return;
  }
  const plan way = plan_of(op);
  const blas_threads scope(library_, threads);
  if (way.conjugated) {
    copy_block<T>(b, true, b);
  }
  solve_in_place(way.op, b);
  if (way.conjugated) {
    copy_block<T>(b, true, b);
  }
}

template <typename T>
void factors_of<T>::multiply(solving::apply op, const solving::block& x, const solving::block& y, int threads) const {
  require_type("multiply", x);
  require_type("multiply", y);
  if (y.columns == 0 || y.rows == 0) {
    return;
  }
  const plan way = plan_of(op);
  const blas_threads scope(library_, threads);
  multiply_into(way.op, x, way.conjugated, y);
  if (way.conjugated) {
    copy_block<T>(y, true, y);
  }
}

template <typename T>
void factors_of<T>::multiply_into(solving::apply op, const solving::block& x, bool conjugated,
                                  const solving::block& y) const {
  copy_block<T>(x, conjugated, y);
  multiply_in_place(op, y);
}

template <typename T>
void factors_of<T>::multiply_in_place(solving::apply, const solving::block&) const {
  throw internal_error(expectation("multiply", "a method that multiplies in place", "another"));
}

template <typename T>
double factors_of<T>::reciprocal_condition(const solving::matrix_norm& of_a) const {
  if (order_ == 0) {
    return 1;
  }
  const blas_threads scope(library_, threads_);
  const double found = estimate(of_a);
  // The norm of a matrix at the end of the range may overflow on the way.
  return std::isnan(found) ? 0 : std::min(found, 1.0);
}

template <typename T>
solving::product factors_of<T>::determinant() const {
  throw internal_error(expectation("determinant", "the factors of a square method", "those of least squares"));
}

#define GPUCOMPUTE_INSTANTIATE(T) \
  template class factors_of<T>;   \
  template void copy_block<T>(const solving::block&, bool, const solving::block&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
