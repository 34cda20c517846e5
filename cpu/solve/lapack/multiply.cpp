// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/lapack/multiply.hpp"

#include <cstring>
#include <optional>
#include <string>

#include <gpucompute/error.hpp>

#include "cpu/solve/lapack/factors.hpp"
#include "kernels/array/expectation.hpp"

namespace gpucompute::cpu::lapack {
namespace {

// A converted piece: large enough for gemm to run at full speed on it, small enough to stay in a cache.
constexpr std::int64_t piece_rows = 1024, piece_columns = 256;

/// A column-major matrix as BLAS takes it, and the letter that makes it the wanted one.
template <typename T>
struct operand {
  const T* data;
  std::int64_t leading;
  char letter;
};

/// op(a) where it lies, if BLAS can take that.
template <typename T>
std::optional<operand<T>> in_place(const solving::matrix_view& a, solving::apply op) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  if (a.type != dtype_of<T>() || reinterpret_cast<std::uintptr_t>(a.data) % alignof(T) != 0) {
    return std::nullopt;
  }
  // A stride along one element does not matter.
  const auto leading = [](std::int64_t unit_extent, std::int64_t unit_stride, std::int64_t extent,
                          std::int64_t stride) -> std::int64_t {
    const std::int64_t least = std::max<std::int64_t>(1, unit_extent);
    if (unit_extent > 1 && unit_stride != size) {
      return 0;
    }
    if (extent <= 1) {
      return least;
    }
    return stride % size == 0 && stride / size >= least ? stride / size : 0;
  };
  const bool conjugated = is_complex_number<T> && (op == solving::apply::adjoint || op == solving::apply::conjugate);
  const bool transposed = op == solving::apply::adjoint || op == solving::apply::transpose;
  const auto* const data = static_cast<const T*>(a.data);
  const std::int64_t by_columns = leading(a.rows, a.row_stride, a.columns, a.column_stride);
  if (by_columns > 0 && !(conjugated && !transposed)) {
    return operand<T>{data, by_columns, !transposed ? 'N' : conjugated ? 'C' : 'T'};
  }
  const std::int64_t by_rows = leading(a.columns, a.column_stride, a.rows, a.row_stride);
  if (by_rows > 0 && !(conjugated && transposed)) {
    return operand<T>{data, by_rows, transposed ? 'N' : conjugated ? 'C' : 'T'};
  }
  return std::nullopt;
}

/// c := alpha * a b + beta * c; b is a vector of positive stride when `step` is not 0.
template <typename T>
void call_library(const routines<T>& call, double alpha, const operand<T>& a, const operand<T>& b, std::int64_t step,
                  double beta, const solving::block& c, std::int64_t inner) {
  using real = real_of<T>;
  T* const target = column_of<T>(c, 0);
  if (step != 0 && inner > 0) {
    // Some libraries scale y by 0, which leaves a NaN one.
    if (beta == 0) {
      std::fill(target, target + c.rows, T(0));
    }
    const bool plain = a.letter == 'N';
    call.gemv(a.letter, plain ? c.rows : inner, plain ? inner : c.rows, T(static_cast<real>(alpha)), a.data, a.leading,
              b.data, step, T(static_cast<real>(beta)), target, 1);
    return;
  }
  call.gemm(a.letter, b.letter, c.rows, c.columns, inner, T(static_cast<real>(alpha)), a.data, a.leading, b.data,
            b.leading, T(static_cast<real>(beta)), target, c.leading);
}

/// The stride, in elements, of a single column that gemv can take; 0: it cannot, or there are more columns.
template <typename T>
std::int64_t vector_step(const solving::matrix_view& b) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  if (b.columns != 1 || b.type != dtype_of<T>() || reinterpret_cast<std::uintptr_t>(b.data) % alignof(T) != 0) {
    return 0;
  }
  return b.rows <= 1 ? 1 : b.row_stride > 0 && b.row_stride % size == 0 ? b.row_stride / size : 0;
}

/// A vector with room behind it: OpenBLAS's zgemv and cgemv read up to a register past its end, which may be that of the memory.
template <typename T>
memory_for<T> with_room_behind(const solving::matrix_view& b) {
  constexpr std::int64_t room = 4;
  const memory_for<T> made(b.rows + room);
  copy(b, false, 1, made.block_at(0, 0, b.rows, 1), 1);
  std::fill(made.data() + b.rows, made.data() + b.rows + room, T(0));
  return made;
}

/// op(a) without transposition, and whether it is to be conjugated.
struct turned {
  solving::matrix_view view;
  bool conjugated;
};
turned turn(const solving::matrix_view& a, solving::apply op) {
  const bool transposed = op == solving::apply::adjoint || op == solving::apply::transpose;
  return {transposed ? solving::transposed(a) : a, op == solving::apply::adjoint || op == solving::apply::conjugate};
}

}  // namespace

template <typename T>
void multiply(double alpha, const solving::matrix_view& a, solving::apply op, const solving::matrix_view& b,
              double beta, const solving::block& c, int threads) {
  const turned left = turn(a, op);
  const std::int64_t inner = left.view.columns;
  if (left.view.rows != c.rows || b.rows != inner || b.columns != c.columns) {
    throw internal_error(expectation("multiply", "shapes (m, k), (k, n), (m, n)",
                                     "(" + std::to_string(left.view.rows) + ", " + std::to_string(inner) + "), (" +
                                         std::to_string(b.rows) + ", " + std::to_string(b.columns) + "), (" +
                                         std::to_string(c.rows) + ", " + std::to_string(c.columns) + ")"));
  }
  if (c.rows == 0 || c.columns == 0) {
    return;
  }
  const bool conjugated = is_complex_number<T> && left.conjugated;
  if (c.rows == 1 && c.columns > 1 && c.leading == 1 && !conjugated) {
    multiply<T>(alpha, solving::transposed(b), solving::apply::none, solving::transposed(left.view), beta,
                {c.data, c.type, c.columns, 1, c.columns}, threads);
    return;
  }
  const library& used = loaded();
  const std::optional<operand<T>> a_lies = in_place<T>(a, op);
  const bool moves = is_complex_number<T> && vector_step<T>(b) != 0;
  const memory_for<T> moved = moves ? with_room_behind<T>(b) : memory_for<T>();
  const std::int64_t step = moves ? 1 : vector_step<T>(b);
  const std::optional<operand<T>> b_lies =
      step != 0 ? operand<T>{moves ? moved.data() : static_cast<const T*>(b.data), 1, 'N'}
                : in_place<T>(b, solving::apply::none);
  if (a_lies && b_lies) {
    const blas_threads scope(used, threads);
    call_library(used.of<T>(), alpha, *a_lies, *b_lies, step, beta, c, inner);
    return;
  }

  const std::int64_t rows_at_once = a_lies ? c.rows : std::min(c.rows, piece_rows);
  const std::int64_t inner_at_once = std::clamp<std::int64_t>(inner, 1, piece_columns);
  const std::int64_t columns_at_once = b_lies ? c.columns : std::min(c.columns, piece_rows);
  const memory_for<T> a_piece = a_lies ? memory_for<T>() : memory_for<T>(rows_at_once, inner_at_once);
  const memory_for<T> b_piece = b_lies ? memory_for<T>() : memory_for<T>(inner_at_once, columns_at_once);
  // The pieces of an operand that BLAS can take.
  const auto piece_of = [](const operand<T>& whole, std::int64_t i, std::int64_t j) {
    return operand<T>{whole.data + (whole.letter == 'N' ? i + j * whole.leading : j + i * whole.leading), whole.leading,
                      whole.letter};
  };
  for (std::int64_t j = 0; j < c.columns; j += columns_at_once) {
    const std::int64_t columns = std::min(columns_at_once, c.columns - j);
    // Once through for an empty sum, which is alpha times nothing.
    for (std::int64_t k = 0; k == 0 || k < inner; k += inner_at_once) {
      const std::int64_t depth = std::min(inner_at_once, inner - k);
      operand<T> right = {b_piece.data(), b_piece.leading(), 'N'};
      std::int64_t right_step = columns == 1 ? 1 : 0;
      if (!b_lies) {
        copy(part_of(b, k, j, depth, columns), false, 1, b_piece.block_at(0, 0, depth, columns), threads);
      } else if (step != 0) {
        right = {b_lies->data + k * step, 1, 'N'};
        right_step = step;
      } else {
        right = piece_of(*b_lies, k, j);
        right_step = 0;
      }
      for (std::int64_t i = 0; i < c.rows; i += rows_at_once) {
        const std::int64_t rows = std::min(rows_at_once, c.rows - i);
        operand<T> left_piece = {a_piece.data(), a_piece.leading(), 'N'};
        if (a_lies) {
          left_piece = piece_of(*a_lies, i, k);
        } else {
          copy(part_of(left.view, i, k, rows, depth), conjugated, 1, a_piece.block_at(0, 0, rows, depth), threads);
        }
        const blas_threads scope(used, threads);
        call_library(used.of<T>(), alpha, left_piece, right, right_step, k == 0 ? beta : 1.0,
                     {column_of<T>(c, j) + i, c.type, rows, columns, c.leading}, depth);
      }
    }
  }
}

#define GPUCOMPUTE_INSTANTIATE(T)                                                                                     \
  template void multiply<T>(double, const solving::matrix_view&, solving::apply, const solving::matrix_view&, double, \
                            const solving::block&, int);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
