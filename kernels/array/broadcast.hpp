// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <gpucompute/dimensions.hpp>

namespace gpucompute {

/// NumPy's rule: aligned at the last dimension, an extent of 1 stretches. None where the shapes do not fit each other.
std::optional<dimensions> broadcast_shapes(const dimensions& a, const dimensions& b);

/// Byte strides along the dimensions of `target`, to which `shape` broadcasts: 0 where it stretches.
dimensions broadcast_strides(const dimensions& shape, const dimensions& strides, const dimensions& target);

}  // namespace gpucompute
