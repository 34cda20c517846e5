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

std::string broken_promise(structure promise, const coefficients& a, std::int64_t system) {
  const matrix_view one = a.transposed ? transposed(a.stored) : a.stored;
  const auto named = [&](std::int64_t i, std::int64_t j) {
    return "A" + in_brackets(index_of_entry(a.batch, system, i, j, false)) + " = " + digits_of(entry_of(one, i, j));
  };
  const bool mirrors = promise == structure::symmetric || promise == structure::positive_definite;
  for (std::int64_t i = 0; i < one.rows; ++i) {
    for (std::int64_t j = 0; j < one.columns; ++j) {
      const std::complex<double> here = entry_of(one, i, j);
      if (!may_hold(promise, i, j) && here != 0.0) {
        return named(i, j);
      }
      if (mirrors && i < j && here != std::conj(entry_of(one, j, i))) {
        return named(i, j) + " and " + named(j, i);
      }
      if (mirrors && i == j && (here.imag() != 0 || (promise == structure::positive_definite && !(here.real() > 0)))) {
        return named(i, i);
      }
    }
  }
  return "another one";
}

}  // namespace gpucompute::solving
