// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lower/expand.hpp"
#include "kernels/lower/lowered.hpp"

namespace gpucompute::lower {

/// Expands reductions by their rows of reductions.def; equal ones are one.
class reduction_expander {
 public:
  reduction_expander(lowered& target, expansion& expand) : target_(target), expand_(expand) {}

  /// `reduced` is the reduced value of type `element`, `over` its space. Sets `number` to the reduction's place in
  /// lowered::reductions and returns the finished value.
  parts reduce(const graph::node& node, const graph::reduction_axes& axes, const parts& reduced, dtype element,
               const space& over, std::uint32_t& number);

 private:
  std::uint32_t add(lowered_reduction candidate);

  lowered& target_;
  expansion& expand_;
};

}  // namespace gpucompute::lower
