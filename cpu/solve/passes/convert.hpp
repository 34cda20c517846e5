// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>

#include "cpu/solve/passes/lanes.hpp"
#include "cpu/solve/passes/table.hpp"

// Elements and their conversion, for the instruction set GPUCOMPUTE_ISA.

namespace gpucompute::cpu::passes::GPUCOMPUTE_ISA {

/// Elements that a loop decides about at once.
inline constexpr std::int64_t block = 32;

template <typename T>
struct pair {
  T re, im;
};
/// A byte of a bool array.
struct truth {
  unsigned char byte;
};

/// What an element of a C++ type is in these loops: complex numbers without the inline functions of std::complex, which the
/// linker would merge across instruction sets.
template <typename T>
struct stored {
  using type = T;
};
template <>
struct stored<bool> {
  using type = truth;
};
template <typename T>
struct stored<std::complex<T>> {
  using type = pair<T>;
};

template <typename T>
struct element {
  using part = T;
  static constexpr bool complex = false;
};
template <typename T>
struct element<pair<T>> {
  using part = T;
  static constexpr bool complex = true;
};

template <typename To, bool Scaled, typename From>
inline To convert_part(From value, double by) {
  if constexpr (Scaled) {
    return static_cast<To>(static_cast<double>(value) * by);
  } else {
    return static_cast<To>(value);
  }
}

template <typename To, bool Scaled, typename From>
inline To convert_element(From value, double re, double im) {
  if constexpr (element<From>::complex) {
    using part = typename element<To>::part;
    return {convert_part<part, Scaled>(value.re, re), convert_part<part, Scaled>(value.im, im)};
  } else if constexpr (element<To>::complex) {
    return {convert_element<typename element<To>::part, Scaled>(value, re, im), 0};
  } else if constexpr (sizeof(From) == 1 && __is_class(From)) {
    return convert_part<To, Scaled>(value.byte != 0 ? To{1} : To{0}, re);
  } else {
    return convert_part<To, Scaled>(value, re);
  }
}

template <typename From>
inline From read(const char* at) {
  From value;
  __builtin_memcpy(&value, at, sizeof value);
  return value;
}

template <typename From, typename To, bool Scaled>
void convert_all(scattered from, columns to, extent size, double re, double im) {
  const auto* const start = static_cast<const char*>(from.data);
  const auto column = [&](std::int64_t j) {
    return reinterpret_cast<To*>(static_cast<char*>(to.data) + j * to.column_stride);
  };
  if (from.row_stride == sizeof(From)) {
    for (std::int64_t j = 0; j < size.columns; ++j) {
      const char* const x = start + j * from.column_stride;
      To* const y = column(j);
      for (std::int64_t i = 0; i < size.rows; ++i) {
        y[i] = convert_element<To, Scaled>(read<From>(x + i * static_cast<std::int64_t>(sizeof(From))), re, im);
      }
    }
    return;
  }
  // Whole cache lines of the result from as many rows, in strips whose lines and pages stay at hand.
  constexpr std::int64_t line = 64 / sizeof(To);
  constexpr std::int64_t strip = 64;
  for (std::int64_t left = 0; left < size.columns; left += strip) {
    const std::int64_t right = left + strip < size.columns ? left + strip : size.columns;
    std::int64_t i = 0;
    for (; i + line <= size.rows; i += line) {
      const char* const rows = start + i * from.row_stride;
      for (std::int64_t j = left; j < right; ++j) {
        const char* const x = rows + j * from.column_stride;
        To made[line];
        for (std::int64_t k = 0; k < line; ++k) {
          made[k] = convert_element<To, Scaled>(read<From>(x + k * from.row_stride), re, im);
        }
        __builtin_memcpy(column(j) + i, made, sizeof made);
      }
    }
    for (std::int64_t j = left; j < right; ++j) {
      for (std::int64_t k = i; k < size.rows; ++k) {
        column(j)[k] =
            convert_element<To, Scaled>(read<From>(start + k * from.row_stride + j * from.column_stride), re, im);
      }
    }
  }
}

template <typename From, typename To>
void convert(scattered from, columns to, extent size, double scale, bool conjugate) {
  if (scale == 1 && !(conjugate && element<From>::complex)) {
    convert_all<From, To, false>(from, to, size, 1, 1);
  } else {
    convert_all<From, To, true>(from, to, size, scale, conjugate ? -scale : scale);
  }
}

}  // namespace gpucompute::cpu::passes::GPUCOMPUTE_ISA
