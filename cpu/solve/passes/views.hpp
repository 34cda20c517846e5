// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cpu/solve/passes/table.hpp"
#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu::passes {

/// What a pass over that many bytes takes one thread, in nanoseconds; for sharing_worth().
inline double pass_nanoseconds(double bytes) { return bytes / 8; }

inline const char* element_at(const solving::matrix_view& a, std::int64_t i, std::int64_t j) {
  return static_cast<const char*>(a.data) + i * a.row_stride + j * a.column_stride;
}
inline scattered scattered_at(const solving::matrix_view& a, std::int64_t i, std::int64_t j) {
  return {element_at(a, i, j), a.row_stride, a.column_stride};
}
inline columns columns_at(const solving::block& b, std::int64_t i, std::int64_t j) {
  const auto size = static_cast<std::int64_t>(size_of(b.type));
  return {static_cast<char*>(b.data) + (i + j * b.leading) * size, b.leading * size};
}

}  // namespace gpucompute::cpu::passes
