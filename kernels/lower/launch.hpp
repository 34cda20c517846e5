// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <gpucompute/dimensions.hpp>

#include "kernels/lower/kernel.hpp"

namespace gpucompute::lower {

/// Where the memory of an operand comes from.
enum class source_kind : std::uint8_t {
  input,    ///< input `index` of the graph
  result,   ///< result `index` of the graph
  scratch,  ///< scratch buffer `index` of the plan
};

struct operand_binding {
  source_kind kind = source_kind::input;
  std::uint32_t index = 0;
  std::int64_t offset = 0;     ///< bytes from the base to the first element
  dimensions kept_strides;     ///< bytes along launch::kept
  dimensions reduced_strides;  ///< bytes along launch::reduced; all 0 for state outputs
};

/// One kernel over one iteration space. Dimensions of extent 1 are gone and neighbours that can be walked as one are
/// merged; kept dimensions are in memory order (outermost first), reduced ones in C order of the array. No extent is 0.
/// An empty `kept` means one result; an empty `reduced` a reduction of one element (elementwise: unused).
/// Of a contraction the last two kept dimensions are the rows and columns of a matrix product, and the reduced one its
/// sums', even where their extent is 1: inputs[0] stands still along the columns, inputs[1] along the rows, and the output
/// is contiguous along one of them with a stride of at least as many elements along the other.
struct launch {
  std::shared_ptr<const lower::kernel> kernel;
  dimensions kept;
  dimensions reduced;
  std::vector<operand_binding> operands;  ///< as numbered in the kernel
  std::vector<std::uint64_t> parameters;  ///< bits, one a kernel parameter
};

/// All launches of one call in order, for one set of shapes and layouts.
struct plan {
  std::vector<launch> launches;
  std::vector<std::size_t> scratch_bytes;
  std::vector<dimensions> result_shapes;  ///< as graph::program::results, wanted or not
};

}  // namespace gpucompute::lower
