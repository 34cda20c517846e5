// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/lower/kernel.hpp"

// The calling convention between the loop drivers (compiled C++) and a range function: generated code of the JIT or
// the block interpreter. A range function walks two loop levels over a tile; the drivers walk the rest, cut tiles for
// threads and merge leaves of reductions.

namespace gpucompute::cpu {

/// C layout: generated code reads the fields by offset. Pointers and strides have one entry an operand of the kernel.
struct tile {
  char* const* data;                ///< first element of the tile; state outputs of reductions: see below
  const std::int64_t* inner;        ///< byte strides along the inner loop
  const std::int64_t* outer;        ///< byte strides along the outer loop
  std::int64_t inner_extent;        ///< >= 1
  std::int64_t outer_extent;        ///< >= 1
  const std::uint64_t* parameters;  ///< bits, as launch::parameters
  std::int64_t position;            ///< reductions: position of the tile's first element along the reduced dimensions
  std::int64_t lane;     ///< reduce_inner: lane of the first element, position in its leaf modulo reduce::lanes
  char* const* lanes;    ///< reduce_inner with begin or end unset: for each state field, reduce::lanes states
                         ///< that carry between tiles of one leaf (one result; outer_extent is 1)
  std::uint32_t begin;   ///< reductions, nonzero: states start at the identity; else at what is stored
  std::uint32_t end;     ///< reduce_inner, nonzero: merge the lanes and store one state a result
  std::uint32_t stream;  ///< elementwise, nonzero: stores may bypass the cache (the outputs exceed the last level)
};

// elementwise     for o, i: operands at data + o*outer + i*inner.
// reduce_inner    for each o: the inner loop runs along the reduced dimensions (within one leaf). begin and end both set:
//                 state output f of result o is written at data[f] + o*outer[f]. Otherwise outer_extent is 1 and the
//                 lanes are loaded from (begin unset) and stored to (end unset) `lanes`.
// reduce_outer    inner loop over results, outer loop along the reduced dimensions (within one leaf), position + o.
//                 State output f of result i is at data[f] + i*inner[f]: read first when begin is unset, always
//                 written. `end`, `lane` and `lanes` are not used.

using range_function = void (*)(const tile*);

}  // namespace gpucompute::cpu
