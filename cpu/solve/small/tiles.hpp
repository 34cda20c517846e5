// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "cpu/solve/small/numbers.hpp"

// Between matrices in memory and their columns in registers, for the instruction set GPUCOMPUTE_ISA. Strides are bytes.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

/// One element behind the other in memory.
template <typename Number>
inline constexpr auto element_bytes = static_cast<std::int64_t>(sizeof(typename Number::part)) * Number::parts;

template <typename T>
[[gnu::always_inline]] inline vec<T> first_lanes(const T* from, int count) {
  return count >= lanes<T> ? load(from) : load_part(from, count);
}
template <typename T>
[[gnu::always_inline]] inline void store_first_lanes(T* to, vec<T> value, int count) {
  count >= lanes<T> ? store(to, value) : store_part(to, value, count);
}

/// `count` elements, one behind the other, at most as many as there are lanes; zeros in the others.
template <typename Number>
[[gnu::always_inline]] inline Number load_run(const void* from, int count) {
  using T = typename Number::part;
  constexpr int width = lanes<T>;
  const T* const x = static_cast<const T*>(from);
  if constexpr (Number::parts == 1) {
    return {first_lanes(x, count)};
  } else {
    const vec<T> low = first_lanes(x, 2 * count);
    vec<T> high = {};
    if (2 * count > width) high = first_lanes(x + width, 2 * count - width);
    return [&]<int... Lane>(std::integer_sequence<int, Lane...>)->Number {
      return {__builtin_shufflevector(low, high, (2 * Lane)...), __builtin_shufflevector(low, high, (2 * Lane + 1)...)};
    }
    (std::make_integer_sequence<int, width>());
  }
}
/// The same of elements `stride` apart.
template <typename Number>
[[gnu::always_inline]] inline Number load_strided(const char* from, std::int64_t stride, int count) {
  using T = typename Number::part;
  constexpr int parts = Number::parts;
  if (stride == element_bytes<Number>) return load_run<Number>(from, count);
  T dense[lanes<T> * parts];
  for (int i = 0; i < count; ++i) {
    for (int p = 0; p < parts; ++p) dense[i * parts + p] = reinterpret_cast<const T*>(from + i * stride)[p];
  }
  return load_run<Number>(dense, count);
}
template <typename Number>
[[gnu::always_inline]] inline void store_run(void* to, const Number& value, int count) {
  using T = typename Number::part;
  constexpr int width = lanes<T>;
  T* const x = static_cast<T*>(to);
  if constexpr (Number::parts == 1) {
    store_first_lanes(x, value.re, count);
  } else {
    vec<T> low = value.re;
    vec<T> high = value.im;
    interleave<T>(low, high, std::make_integer_sequence<int, width>());
    store_first_lanes(x, low, 2 * count);
    if (2 * count > width) store_first_lanes(x + width, high, 2 * count - width);
  }
}

template <typename Number>
[[gnu::always_inline]] inline void store_strided(char* to, std::int64_t stride, const Number& value, int count) {
  using T = typename Number::part;
  constexpr int parts = Number::parts;
  if (stride == element_bytes<Number>) return store_run(to, value, count);
  T dense[lanes<T> * parts];
  store_run(dense, value, lanes<T>);
  for (int i = 0; i < count; ++i) {
    for (int p = 0; p < parts; ++p) reinterpret_cast<T*>(to + i * stride)[p] = dense[i * parts + p];
  }
}

/// Register r, lane c becomes register c, lane r.
template <typename Number>
[[gnu::always_inline]] inline void transpose_tile(Number (&tile)[lanes<typename Number::part>]) {
  using T = typename Number::part;
  constexpr int width = lanes<T>;
  vec<T> part[width];
#pragma GCC unroll 16
  for (int i = 0; i < width; ++i) part[i] = tile[i].re;
  transpose<T>(part);
#pragma GCC unroll 16
  for (int i = 0; i < width; ++i) tile[i].re = part[i];
  if constexpr (Number::parts == 2) {
#pragma GCC unroll 16
    for (int i = 0; i < width; ++i) part[i] = tile[i].im;
    transpose<T>(part);
#pragma GCC unroll 16
    for (int i = 0; i < width; ++i) tile[i].im = part[i];
  }
}

/// Columns of `rows` elements, zeros below.
template <typename Number, int Registers>
void take_columns(const char* from, std::int64_t row, std::int64_t column, int rows, int columns,
                  Number (*to)[Registers]) {
  constexpr int width = lanes<typename Number::part>;
  for (int r = 0; r < Registers; ++r, from += width * row, rows -= width) {
    if (row == element_bytes<Number> || rows <= 0) {
      for (int j = 0; j < columns; ++j) {
        to[j][r] = rows > 0 ? load_run<Number>(from + j * column, rows) : Number::zero();
      }
      continue;
    }
    for (int j = 0; j < columns; j += width) {
      const int across = std::min(columns - j, width);
      Number tile[width];
      for (int i = 0; i < width; ++i) {
        tile[i] = i < rows ? load_strided<Number>(from + i * row + j * column, column, across) : Number::zero();
      }
      transpose_tile(tile);
      for (int i = 0; i < across; ++i) to[j + i][r] = tile[i];
    }
  }
}

/// The other way.
template <typename Number, int Registers>
void give_columns(const Number (*from)[Registers], int rows, int columns, char* to, std::int64_t row,
                  std::int64_t column) {
  constexpr int width = lanes<typename Number::part>;
  for (int r = 0; r < Registers && rows > 0; ++r, to += width * row, rows -= width) {
    if (row == element_bytes<Number> || columns == 1) {
      for (int j = 0; j < columns; ++j) store_strided(to + j * column, row, from[j][r], std::min(rows, width));
      continue;
    }
    for (int j = 0; j < columns; j += width) {
      const int across = std::min(columns - j, width);
      Number tile[width];
      for (int i = 0; i < width; ++i) tile[i] = i < across ? from[j + i][r] : Number::zero();
      transpose_tile(tile);
      for (int i = 0; i < width && i < rows; ++i) store_strided(to + i * row + j * column, column, tile[i], across);
    }
  }
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
