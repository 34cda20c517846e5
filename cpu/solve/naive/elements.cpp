// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/naive/elements.hpp"

#include <cstring>

#include "cpu/solve/naive/matrix.hpp"

namespace gpucompute::cpu::naive {
namespace {

using reader = std::complex<double> (*)(const std::byte*);

template <typename T>
std::complex<double> read(const std::byte* at) {
  if constexpr (std::is_same_v<T, bool>) {
    return *at != std::byte{0} ? 1.0 : 0.0;
  } else {
    T value;
    std::memcpy(&value, at, sizeof value);
    if constexpr (is_complex_number<T>) {
      return {static_cast<double>(value.real()), static_cast<double>(value.imag())};
    } else {
      return static_cast<double>(value);
    }
  }
}

constexpr reader readers[] = {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) read<cpp>,
#include <gpucompute/dtypes.def>
};

}  // namespace

elements::elements(const solving::matrix_view& a)
    : first_(static_cast<const std::byte*>(a.data)),
      row_stride_(a.row_stride),
      column_stride_(a.column_stride),
      read_(readers[static_cast<std::size_t>(a.type)]) {}

}  // namespace gpucompute::cpu::naive
