// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <gpucompute/dtype.hpp>

#include "cpu/solve/passes/instructions.hpp"

// The loops over elements that inspect() and copy() are made of, one table for each instruction set. Strides and leading
// dimensions are bytes here; "columns" are contiguous columns of one of the four types that a solve computes in.

namespace gpucompute::cpu::passes {

/// The four types, in the order of dtype.
inline constexpr std::size_t float_types = 4;
constexpr std::size_t float_index(dtype type) {
  return static_cast<std::size_t>(type) - static_cast<std::size_t>(float32);
}
static_assert(float_index(complex128) == float_types - 1 && float_index(float64) == 1);

/// Row sums are whole registers of any instruction set.
inline constexpr std::int64_t row_padding = 8;
/// Columns that a call of `moduli` takes at most.
inline constexpr std::int64_t most_columns = 4;

struct scattered {
  const void* data;
  std::int64_t row_stride, column_stride;
};
struct columns {
  void* data;
  std::int64_t column_stride;
};
struct extent {
  std::int64_t rows, columns;
};

/// to := scale * from or its conjugate, converted.
using convert_function = void (*)(scattered from, columns to, extent size, double scale, bool conjugate);

/// Adds the moduli of up to most_columns columns, times `scale` (of complex128 alone), to the sums and raises `largest` to
/// the largest; where copy.data is not null the elements also go there. row_sums hold `rows` rounded up to row_padding.
using moduli_function = void (*)(columns from, extent size, columns copy, double scale, double* row_sums,
                                 double* column_sums, double& largest);

/// Index of the first or the last element that is not zero, -1 where all are.
using find_function = std::int64_t (*)(const void* from, std::int64_t count);

/// Clears `symmetric` where an element of a is not that of b, `hermitian` where it is not the conjugate.
using compare_function = void (*)(const void* a, const void* b, std::int64_t count, bool& symmetric, bool& hermitian);

struct table {
  convert_function convert[dtype_count][float_types];  ///< null from complex to real
  moduli_function moduli[float_types];
  find_function first_nonzero[float_types], last_nonzero[float_types];
  compare_function compare[float_types];
};

namespace avx2 {
extern const table all;
}
namespace avx512 {
extern const table all;
}

/// That of instructions().
inline const table& best_table() { return instructions() == isa::avx512 ? avx512::all : avx2::all; }

}  // namespace gpucompute::cpu::passes
