// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/solve/small/vectors.hpp"

// Between systems in memory and their elements side by side in lanes, for the instruction set GPUCOMPUTE_ISA. An element of
// `Parts` parts is as many registers.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

/// rows * columns elements of a system for each lane, column by column; strides are bytes. What lies without gaps is read in
/// whole registers, be it the columns or the rows.
template <typename T, int Parts>
void gather_lanes(const char* const (&bases)[lanes<T>], std::int64_t row, std::int64_t column, std::int64_t rows,
                  std::int64_t columns, T* out) {
  constexpr int width = lanes<T>;
  constexpr auto element = static_cast<std::int64_t>(sizeof(T)) * Parts;
  const bool down = row == element || rows == 1;
  if (down || column == element || columns == 1) {
    const std::int64_t in_line = down ? rows : columns, lines = down ? columns : rows;
    const std::int64_t line_step = down ? column : row;
    const bool whole = line_step == in_line * element || lines == 1;
    const std::int64_t length = (whole ? rows * columns : in_line) * Parts;
    // In registers of `out`: from an element to the next in its line, and from the end of a line to the next.
    const std::int64_t along = (down ? 1 : rows) * Parts, back = (down ? rows : 1) * Parts - in_line * along;
    std::int64_t left = in_line;
    for (std::int64_t run = 0; run < (whole ? 1 : lines); ++run) {
      for (std::int64_t at = 0; at < length; at += width) {
        const std::int64_t offset = run * line_step + at * static_cast<std::int64_t>(sizeof(T));
        const int rest = length - at < width ? static_cast<int>(length - at) : width;
        vec<T> block[width];
        if (rest == width) {
#pragma GCC unroll 16
          for (int lane = 0; lane < width; ++lane) {
            block[lane] = load(reinterpret_cast<const T*>(bases[lane] + offset));
          }
        } else {
          for (int lane = 0; lane < width; ++lane) {
            block[lane] = load_part(reinterpret_cast<const T*>(bases[lane] + offset), rest);
          }
        }
        transpose<T>(block);
        for (int i = 0; i < rest; i += Parts) {
          for (int p = 0; p < Parts; ++p) store(out + p * width, block[i + p]);
          out += along * width;
          if (--left == 0) {
            out += back * width;
            left = in_line;
          }
        }
      }
    }
    return;
  }
  for (std::int64_t j = 0; j < columns; ++j) {
    for (std::int64_t i = 0; i < rows; ++i, out += Parts * width) {
      for (int lane = 0; lane < width; ++lane) {
        const T* const x = reinterpret_cast<const T*>(bases[lane] + i * row + j * column);
        for (int p = 0; p < Parts; ++p) out[p * width + lane] = x[p];
      }
    }
  }
}

/// One column of `rows` elements for each of the first `count` lanes.
template <typename T, int Parts>
void scatter_lanes(const T* x, std::int64_t rows, bool conjugated, char* to, int count, std::int64_t system,
                   std::int64_t row) {
  constexpr int width = lanes<T>;
  const bool run = row == static_cast<std::int64_t>(sizeof(T)) * Parts && count == width && !conjugated;
  std::int64_t at = 0;
  for (; run && at + width <= rows * Parts; at += width) {
    vec<T> block[width];
    for (int i = 0; i < width; ++i) block[i] = load(x + (at + i) * width);
    transpose<T>(block);
    for (int lane = 0; lane < width; ++lane) {
      store(reinterpret_cast<T*>(to + lane * system) + at, block[lane]);
    }
  }
  for (; at < rows * Parts; ++at) {
    const T sign = conjugated && at % Parts == 1 ? T{-1} : T{1};
    for (int lane = 0; lane < count; ++lane) {
      reinterpret_cast<T*>(to + lane * system + at / Parts * row)[at % Parts] = sign * x[at * width + lane];
    }
  }
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
