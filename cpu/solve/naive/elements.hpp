// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <cstddef>

#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu::naive {

/// The elements of a matrix of any dtype, layout and alignment as complex128, which holds each of them but the largest
/// 64-bit integers exactly.
class elements {
 public:
  explicit elements(const solving::matrix_view& a);
  std::complex<double> operator()(std::int64_t i, std::int64_t j) const {
    return read_(first_ + i * row_stride_ + j * column_stride_);
  }

 private:
  const std::byte* first_;
  std::int64_t row_stride_, column_stride_;
  std::complex<double> (*read_)(const std::byte*);
};

}  // namespace gpucompute::cpu::naive
