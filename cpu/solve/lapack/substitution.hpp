// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "cpu/solve/lapack/factors.hpp"

namespace gpucompute::cpu::lapack {

/// A triangle within a column-major matrix; what lies on its other side is not read, nor is the diagonal of a unit one.
template <typename T>
struct triangle_in {
  char part;      ///< 'L' or 'U'
  char diagonal;  ///< 'N', or 'U': ones
  std::int64_t order;
  const T* data;
  std::int64_t leading;
};

/// Right-hand sides that substitute() is for. Libraries have a fast way for one of them and another for many, where two take
/// twice to three times as long as one: a matrix too large for the caches is read again for each, or packed first. On one
/// thread of OpenBLAS 0.3.21, microseconds for both triangles of n = 500, float64, of 1, 2, 3, 4 and 8 right-hand sides: the
/// library 75, 168, 196, 200, 270, substitute() 75, 106, 141, 175, 307; n = 2000: 1345, 2259, 2627, 2472, 3142 against 1250,
/// 1820, 2270, 2750, 4800. complex128, 500: 275, 287, 351, 376 against 168, 229, 299, 348. On two threads it gains more.
inline constexpr std::int64_t most_substituted = 3;

/// b := op(triangle)^-1 b, in panels of columns that stay in the second-level cache from the first right-hand side to the last.
template <typename T>
void substitute(const routines<T>& call, const triangle_in<T>& by, solving::apply op, const solving::block& b) {
  const bool plain = op == solving::apply::none;
  const std::int64_t width = plain ? 64 : 32;
  const std::int64_t panels = (by.order + width - 1) / width;
  const bool downwards = (by.part == 'L') == plain;
  for (std::int64_t k = 0; k < panels; ++k) {
    const std::int64_t at = (downwards ? k : panels - 1 - k) * width;
    const std::int64_t columns = std::min(width, by.order - at);
    const T* const panel = by.data + at * by.leading;
    const std::int64_t first = by.part == 'L' ? at + columns : 0;
    const std::int64_t rows = by.part == 'L' ? by.order - first : at;
    const auto beside = [&](T* x) {
      if (rows == 0) return;
      const T* const from = plain ? x + at : x + first;
      T* const to = plain ? x + first : x + at;
      call.gemv(letter_of<T>(op), rows, columns, -1, panel + first, by.leading, from, 1, 1, to, 1);
    };
    for (std::int64_t j = 0; j < b.columns; ++j) {
      T* const x = column_of<T>(b, j);
      if (!plain) beside(x);
      call.trsv(by.part, letter_of<T>(op), by.diagonal, columns, panel + at, by.leading, x + at, 1);
      if (plain) beside(x);
    }
  }
}

/// The same for any number of right-hand sides.
template <typename T>
void divide(const routines<T>& call, const triangle_in<T>& by, solving::apply op, const solving::block& b) {
  if (b.columns <= most_substituted) {
    substitute(call, by, op, b);
  } else {
    call.trtrs(by.part, letter_of<T>(op), by.diagonal, by.order, b.columns, by.data, by.leading, column_of<T>(b, 0),
               b.leading);
  }
}

}  // namespace gpucompute::cpu::lapack
