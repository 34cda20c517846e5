// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <gpucompute/dimensions.hpp>

#include "kernels/graph/op.hpp"

namespace gpucompute::graph {

/// How the dimensions of two operands meet in a contraction, by NumPy's rules.
struct contraction_shape {
  static constexpr std::int8_t none = -1;
  using axes = std::array<std::int8_t, max_rank>;

  dimensions result;
  std::int64_t length = 1;  ///< products in each sum
  /// Of each dimension of the result: the operand's dimension that moves with it; `none` where the operand stands still.
  axes from_a = {}, from_b = {};
  std::int8_t summed_a = none, summed_b = none;  ///< the dimension that is summed; `none` of numbers times arrays
  std::string_view problem = {};  ///< what would fit, where the shapes do not; nothing else is meaningful then
};

contraction_shape contract(contraction product, const dimensions& a, const dimensions& b);

}  // namespace gpucompute::graph
