// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cpu/solve/naive/matrix.hpp"
#include "cpu/solve/naive/passes.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/array/memory.hpp"

namespace gpucompute::cpu::naive {

/// A column-major matrix and what keeps its memory alive.
template <typename T>
struct storage {
  std::shared_ptr<void> owner = {};
  matrix<T> values = {};
  std::size_t bytes = 0;
};

/// Of zeros.
template <typename T>
storage<T> zeros(index rows, index columns) {
  index bytes = 0;
  if (__builtin_mul_overflow(rows, columns, &bytes) ||
      __builtin_mul_overflow(bytes, static_cast<index>(sizeof(T)), &bytes)) {
    throw out_of_memory(
        expectation("solve", "a matrix that memory can hold", std::to_string(rows) + " by " + std::to_string(columns)),
        SIZE_MAX);
  }
  std::shared_ptr<void> owner = allocate_host(static_cast<std::size_t>(bytes));
  const matrix<T> values{static_cast<T*>(owner.get()), rows, columns, 1, rows};
  each(values, [](T) { return T{}; });
  return {std::move(owner), values, static_cast<std::size_t>(bytes)};
}

/// The matrix as it is: in the memory that was given up, or a copy.
template <typename T>
storage<T> taken(const solving::factor_request& request) {
  if (request.consumable.data != nullptr) {
    const std::size_t elements = static_cast<std::size_t>(request.consumable.leading * request.consumable.columns);
    return {request.owner, matrix_of<T>(request.consumable), elements * sizeof(T)};
  }
  storage<T> made = zeros<T>(request.source.rows, request.source.columns);
  const index leading = std::max<index>(1, request.source.rows);
  copy(request.source, false, 1,
       {made.values.data, request.type, request.source.rows, request.source.columns, leading});
  return made;
}

}  // namespace gpucompute::cpu::naive
