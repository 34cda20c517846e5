// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "cpu/solve/inspect.hpp"
#include "kernels/array/memory.hpp"
#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu::lapack {

/// rows * columns * size; the greatest number, for which no memory can be had, where that is none.
inline std::size_t bytes_of(std::int64_t rows, std::int64_t columns, std::size_t size) {
  std::size_t bytes = 0;
  return __builtin_mul_overflow(rows, columns, &bytes) || __builtin_mul_overflow(bytes, size, &bytes) ||
                 bytes > std::size_t{PTRDIFF_MAX}
             ? std::size_t{PTRDIFF_MAX}
             : bytes;
}

/// Elements of an array or of a column-major matrix, not initialised. Copies share them.
template <typename T>
class memory_for {
 public:
  memory_for() = default;
  /// @throw out_of_memory
  explicit memory_for(std::int64_t rows, std::int64_t columns = 1)
      : rows_(rows),
        columns_(columns),
        leading_(std::max<std::int64_t>(1, rows)),
        bytes_(bytes_of(leading_, columns, sizeof(T))),
        owner_(allocate_host(std::max<std::size_t>(1, bytes_))),
        data_(static_cast<T*>(owner_.get())) {}
  /// Memory of somebody else, which `owner` keeps alive unless that is null.
  memory_for(const solving::block& lent, std::shared_ptr<void> owner)
      : rows_(lent.rows),
        columns_(lent.columns),
        leading_(lent.leading),
        bytes_(bytes_of(leading_, columns_, sizeof(T))),
        owner_(std::move(owner)),
        data_(static_cast<T*>(lent.data)) {}

  T* data() const { return data_; }
  T* column(std::int64_t j) const { return data_ + j * leading_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  std::int64_t leading() const { return leading_; }
  std::size_t bytes() const { return bytes_; }
  /// Rows and columns from (i, j) on.
  solving::block block_at(std::int64_t i, std::int64_t j, std::int64_t rows, std::int64_t columns) const {
    return {data_ + i + j * leading_, dtype_of<T>(), rows, columns, leading_};
  }
  solving::block whole() const { return block_at(0, 0, rows_, columns_); }

 private:
  std::int64_t rows_ = 0, columns_ = 0, leading_ = 1;
  std::size_t bytes_ = 0;
  std::shared_ptr<void> owner_;
  T* data_ = nullptr;
};

template <typename T>
T* column_of(const solving::block& b, std::int64_t j) {
  return static_cast<T*>(b.data) + j * b.leading;
}

/// The part of a view from (i, j) on.
inline solving::matrix_view part_of(const solving::matrix_view& a, std::int64_t i, std::int64_t j, std::int64_t rows,
                                    std::int64_t columns) {
  return {static_cast<const std::byte*>(a.data) + i * a.row_stride + j * a.column_stride,
          a.type,
          rows,
          columns,
          a.row_stride,
          a.column_stride};
}

/// The source of a request, copied, or where it lies when its memory may be used.
template <typename T>
memory_for<T> whole_source(const solving::factor_request& request) {
  if (request.consumable.data != nullptr) {
    return {request.consumable, request.owner};
  }
  memory_for<T> made(request.source.rows, request.source.columns);
  copy(request.source, false, 1, made.whole(), request.threads);
  return made;
}

/// The same of a square matrix, of which only a triangle is needed; on its other side it may hold anything.
template <typename T>
memory_for<T> triangle_of_source(const solving::factor_request& request) {
  if (request.consumable.data != nullptr) {
    return {request.consumable, request.owner};
  }
  const std::int64_t n = request.source.rows;
  const bool lower = request.part == solving::triangle::lower;
  memory_for<T> made(n, n);
  constexpr std::int64_t width = 128;
  for (std::int64_t j = 0; j < n; j += width) {
    const std::int64_t columns = std::min(width, n - j);
    const std::int64_t from = lower ? j : 0;
    const std::int64_t rows = lower ? n - j : j + columns;
    copy(part_of(request.source, from, j, rows, columns), false, 1, made.block_at(from, j, rows, columns),
         request.threads);
  }
  return made;
}

}  // namespace gpucompute::cpu::lapack
