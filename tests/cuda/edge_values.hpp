// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "kernels/graph/op.hpp"

namespace gpucompute::cuda {

/// Bits of a real dtype's special values: extremes, zeros, ones, NaN, subnormals, halves, bounds of the integers.
std::vector<std::uint64_t> edge_values(dtype type);
/// Bits of `count` random values: half within `range` clipped to the type, half any bits at all.
std::vector<std::uint64_t> random_values(dtype type, const graph::interval& range, std::size_t count,
                                         std::mt19937_64& random);
/// Bits of `number` converted to a real dtype, as memory holds them.
std::uint64_t bits_of(dtype type, double number);

}  // namespace gpucompute::cuda
