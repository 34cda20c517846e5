// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <gpucompute/dtype.hpp>

#include "cpu/isa.hpp"

// The interpreter's loops, compiled once for each instruction set. Blocks hold real elements only; a bool is a byte that
// is 0 or 1. Blocks are aligned to their element; an output may be one of the inputs, never a shifted one.

namespace gpucompute::cpu::interpret {

using block_function = void (*)(void* out, const void* a, const void* b, const void* c, std::size_t count);
using cast_function = void (*)(void* out, const void* in, std::size_t count);

/// How one merging primitive reduces; see kernels/reduce/tree.hpp for the order.
struct merge_functions {
  /// lanes[(lane + i) % reduce::lanes] = lanes[..] op x[i], in order of i.
  void (*accumulate)(void* lanes, const void* x, std::size_t count, std::size_t lane) = nullptr;
  /// out[r] = state of the row x[r*count .. r*count + count), which is at most one leaf; the lanes start at `identity`.
  void (*reduce_rows)(void* out, const void* x, std::size_t rows, std::size_t count, std::uint64_t identity) = nullptr;
};

/// One primitive of primitives.def: entries by compute type, null where it is not defined.
struct primitive {
  std::string_view name;
  std::uint8_t arity = 0;
  bool same_type = true;  ///< the result has the compute type, otherwise `result`
  dtype result = bool_;
  bool merging = false;
  block_function run[dtype_count] = {};
  merge_functions merge[dtype_count] = {};
};

/// A rectangle of strided memory: rows x columns elements, strides in bytes.
struct rectangle {
  std::size_t rows, columns;
  std::int64_t row_stride, column_stride;
};

struct tables {
  std::span<const primitive> primitives;
  cast_function cast[dtype_count][dtype_count];  ///< [from][to], real types
  /// Packed block from memory of any alignment; bool bytes become 0 or 1.
  void (*gather[dtype_count])(void* out, const char* from, const rectangle& shape);
  void (*scatter[dtype_count])(char* to, const void* in, const rectangle& shape);
  void (*fill[dtype_count])(void* out, std::uint64_t bits, std::size_t count);
  /// out[r*columns + c] = first + r*row_step + c*column_step
  void (*positions)(std::int64_t* out, std::size_t rows, std::size_t columns, std::int64_t first, std::int64_t row_step,
                    std::int64_t column_step);

  /// Null for a name that has no row.
  const primitive* find(std::string_view name) const {
    for (const primitive& row : primitives) {
      if (row.name == name) {
        return &row;
      }
    }
    return nullptr;
  }
};

/// Loops that need the instruction set `which`; calling them on a lesser machine traps.
const tables& tables_for(isa which);

}  // namespace gpucompute::cpu::interpret
