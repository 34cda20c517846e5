// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/entry.hpp"

#include <cstring>

#include "kernels/array/digits.hpp"

namespace gpucompute::solving {
namespace {

template <typename T>
std::complex<double> load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>) {
    return {static_cast<double>(value.real()), static_cast<double>(value.imag())};
  } else {
    return static_cast<double>(value);
  }
}

std::string named(std::int64_t row, std::int64_t column, std::complex<double> value) {
  return "A[" + std::to_string(row) + ", " + std::to_string(column) + "] = " + digits_of(value);
}

/// In the terms of the structure that the caller sees.
bool may_hold(structure promise, std::int64_t row, std::int64_t column) {
  switch (promise) {
    case structure::upper:
      return row <= column;
    case structure::lower:
      return row >= column;
    case structure::tridiagonal:
      return row - column <= 1 && column - row <= 1;
    case structure::diagonal:
      return row == column;
    default:
      return true;
  }
}

}  // namespace

std::string digits_of(std::complex<double> value) {
  if (value.imag() == 0) {
    return shortest_digits(value.real());
  }
  return "(" + shortest_digits(value.real()) + (value.imag() < 0 ? "" : "+") + shortest_digits(value.imag()) + "j)";
}

std::complex<double> entry_of(const matrix_view& a, std::int64_t row, std::int64_t column) {
  const char* const at = static_cast<const char*>(a.data) + row * a.row_stride + column * a.column_stride;
  switch (a.type) {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) \
  case dtype::name:                                     \
    return load<cpp>(at);
#include <gpucompute/dtypes.def>
  }
  return 0;
}

std::string broken_promise(structure promise, const matrix_view& stored, bool is_transposed) {
  const matrix_view a = is_transposed ? transposed(stored) : stored;
  const structure seen = !is_transposed                ? promise
                         : promise == structure::upper ? structure::lower
                         : promise == structure::lower ? structure::upper
                                                       : promise;
  const bool mirrors = promise == structure::symmetric || promise == structure::positive_definite;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) {
      const std::complex<double> here = entry_of(a, i, j);
      if (!may_hold(seen, i, j) && here != 0.0) {
        return named(i, j, here);
      }
      if (mirrors && i < j && here != std::conj(entry_of(a, j, i))) {
        return named(i, j, here) + " and " + named(j, i, entry_of(a, j, i));
      }
      if (mirrors && i == j && (here.imag() != 0 || (promise == structure::positive_definite && !(here.real() > 0)))) {
        return named(i, i, here);
      }
    }
  }
  return "another one";
}

}  // namespace gpucompute::solving
