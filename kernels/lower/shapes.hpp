// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "kernels/graph/contraction.hpp"
#include "kernels/lower/lowered.hpp"
#include "kernels/lower/plan.hpp"

namespace gpucompute::lower {

/// The shape that both broadcast to. @throw invalid_argument
dimensions broadcast(const dimensions& a, const dimensions& b);

/// One reduction of the program for the shapes of one call.
struct reduction_shape {
  dimensions over;         ///< shape of the reduced value
  std::uint32_t mask = 0;  ///< bit d: dimension d of `over` is reduced
  dimensions kept;         ///< extents that are left
  dimensions result;       ///< kept, with 1 for each reduced dimension under keepdims
  std::int64_t count = 1;  ///< reduced elements a result
};

/// The same of a contraction.
struct contraction_shapes {
  std::array<dimensions, 2> operands;
  graph::contraction_shape how;
};

struct program_shapes {
  std::vector<reduction_shape> reductions;
  std::vector<contraction_shapes> contractions;
  std::vector<dimensions> results;
};

program_shapes infer_shapes(const lowered& program, std::span<const layout> inputs);

}  // namespace gpucompute::lower
